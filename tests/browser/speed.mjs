// How long the web verifier takes on a slow processor: from the choice of a file to the verdict, and the longest task in
// between. It prints, and ends with 1 above the limits only where they are asked for.
//
//   node speed.mjs TRANSCRIPT [--slowed 6] [--rounds 3] [--limits]
//   node speed.mjs TRANSCRIPT --profile    where the time goes, by function, not slowed

import { chromium } from 'playwright-core';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { pathToFileURL } from 'node:url';

const { values, positionals: [transcript] } = parseArgs({
  allowPositionals: true,
  options: {
    slowed: { type: 'string', default: '6' },
    rounds: { type: 'string', default: '3' },
    limits: { type: 'boolean' },
    profile: { type: 'boolean' },
    page: { type: 'string' }, // another page, to compare with
  },
});
if (!transcript) throw new Error('usage: node speed.mjs TRANSCRIPT [--slowed 6] [--rounds 3] [--limits] [--profile]');
const MOST = { seconds: 1.5, task: 100 };
const html = values.page || path.resolve(import.meta.dirname, '../../verifiers/web/verify.html');
const slowed = values.profile ? 1 : Number(values.slowed);

const browser = await chromium.launch({
  executablePath: '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'],
});

/** In the page: notes when a file is chosen, when the verdict and when all has been painted, and each long task. */
function watch() {
  window.seen = { tasks: [] };
  new PerformanceObserver(list => {
    for (const { startTime, duration } of list.getEntries()) window.seen.tasks.push({ startTime, duration });
  }).observe({ entryTypes: ['longtask'] });
  document.getElementById('file').addEventListener('change', () => { window.seen.chosen = performance.now(); }, true);
  const paint = what => {
    if (window.seen[what] !== undefined) return;
    window.seen[what] = null;
    requestAnimationFrame(() => setTimeout(() => { window.seen[what] = performance.now(); }));
  };
  new MutationObserver(() => {
    if (document.getElementById('out').hidden) return;
    paint('verdict');
    if (document.getElementById('busy').hidden) paint('all');
  }).observe(document.body, { attributes: true, subtree: true, attributeFilter: ['hidden'] });
}
/** Seconds of the processor that the main thread has used. */
const worked = async client => (await client.send('Performance.getMetrics')).metrics.find(m => m.name === 'TaskDuration').value;
async function round() {
  const page = await browser.newPage({ viewport: { width: 390, height: 844 }, locale: 'zh-CN' });
  const client = await page.context().newCDPSession(page);
  await page.goto(pathToFileURL(html).href);
  await page.evaluate(watch);
  await client.send('Emulation.setCPUThrottlingRate', { rate: slowed });
  await client.send('Performance.enable', { timeDomain: 'threadTicks' });
  const before = await worked(client);
  if (values.profile) {
    await client.send('Profiler.enable');
    await client.send('Profiler.setSamplingInterval', { interval: 100 });
    await client.send('Profiler.start');
  }
  await page.setInputFiles('#file', transcript);
  await page.waitForFunction(() => window.seen.all, null, { timeout: 600000, polling: 100 });
  if (values.profile) tell((await client.send('Profiler.stop')).profile);
  const thread = await worked(client) - before;
  await client.send('Emulation.setCPUThrottlingRate', { rate: 1 });
  await page.waitForTimeout(200); // the observer of long tasks comes last
  const { chosen, verdict, all, tasks } = await page.evaluate(() => window.seen);
  const words = await page.locator('#verdict h2').first().innerText();
  await page.close();
  const within = tasks.filter(task => task.startTime + task.duration >= chosen && task.startTime <= all);
  return {
    words, thread, verdict: (verdict - chosen) / 1000, all: (all - chosen) / 1000,
    task: Math.max(0, ...within.map(task => task.duration)),
    long: within.map(task => `${Math.round(task.duration)} at ${Math.round(task.startTime - chosen)}`),
  };
}
/** The functions that took most of the time themselves. */
function tell({ nodes, samples, timeDeltas }) {
  const spent = new Map(), byId = new Map(nodes.map(node => [node.id, node.callFrame]));
  samples.forEach((id, i) => {
    const { functionName, lineNumber } = byId.get(id), name = `${functionName || '(nameless)'}:${lineNumber + 1}`;
    spent.set(name, (spent.get(name) || 0) + timeDeltas[i] / 1000);
  });
  for (const [name, ms] of [...spent].sort((a, b) => b[1] - a[1]).slice(0, 30)) console.log(`${ms.toFixed(1).padStart(8)} ms  ${name}`);
}

const rounds = [];
for (let i = 0; i < (values.profile ? 1 : Number(values.rounds)); i++) rounds.push(await round());
await browser.close();
for (const { words, verdict, all, thread, long } of rounds) {
  console.log(`${words}: the verdict after ${verdict.toFixed(2)} s, all after ${all.toFixed(2)} s, ${thread.toFixed(2)} s of the processor; tasks above 50 ms: ${long.join(', ') || 'none'}`);
}
const best = of => Math.min(...rounds.map(of));
const seconds = best(r => r.verdict), task = best(r => r.task);
console.log(`slowed ${slowed} times, the best of ${rounds.length}: the verdict after ${seconds.toFixed(2)} s, all after ${best(r => r.all).toFixed(2)} s; the longest task ${Math.round(task)} ms`);
if (values.limits && (seconds > MOST.seconds || task > MOST.task)) process.exitCode = 1;
