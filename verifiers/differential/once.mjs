// The verifier in a page on one file: node once.mjs PAGE.html FILE. Its exit code is that of a command (section 11).
import { readFileSync } from 'node:fs';
import { load } from '../web/load.mjs';

const [, , page, file] = process.argv;
const { verdict } = load(page).verify(new Uint8Array(readFileSync(file)), {});
process.exitCode = { verified: 0, refuted: 1, unreadable: 2, unfinished: 3 }[verdict];
