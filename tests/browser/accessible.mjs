// The rules of WCAG 2.1, levels A and AA, that a program can check (axe-core): names, roles, contrast.

import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';

const axe = fs.readFileSync(path.join(import.meta.dirname, 'node_modules/axe-core/axe.min.js'), 'utf8');

/** Fails if the page breaks a rule, with the elements that do. A page whose policy forbids it to load anything forbids axe, too, to load its style once more (`preload`). */
export async function accessible(page, what, preload = true) {
  await page.evaluate(axe);
  const found = await page.evaluate(preload => axe.run({ preload, runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa'] }), preload);
  assert.deepEqual(found.violations.map(v => `${v.id}: ${v.nodes.map(node => node.html.slice(0, 160)).join(' ')}`), [], what);
}
