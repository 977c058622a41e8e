// Answers for the verifier in a page: node bridge.mjs PAGE.html Reads lines {"id", "file": base64,
// "evidence"} from standard input, and writes a line {"id", "report"} or {"id", "error"} for each.
// `evidence` may have `fingerprints`, `notes` (texts), `older` (base64), `expect`, `earlier` (list of base64, from
// the first on), `person`, `recordings`, `documents` and `scans` (name and SHA-256), and `household`. A line
// {"id", "receipt": base64, "panel": base64 of a transcript or null, "fingerprints"} asks for the
// report on a receipt.
import { createInterface } from 'node:readline';
import { load } from '../web/load.mjs';

const Floorlot = load(process.argv[2]);
const bytes = (text) => new Uint8Array(Buffer.from(text, 'base64'));
function answer({ file, evidence }) {
  const given = { ...evidence };
  const notes = (given.notes || []).map((note) => Floorlot.bodyOfNote(Buffer.from(note)));
  given.fingerprints = (given.fingerprints || []).concat(notes);
  if (given.older != null) given.older = bytes(given.older);
  const before = [];
  for (const one of given.earlier || []) {
    before.push(Floorlot.examine(bytes(one), { earlier: before.slice() }));
  }
  given.earlier = before;
  for (const key of Object.keys(given)) if (given[key] == null) delete given[key];
  return Floorlot.verify(bytes(file), given);
}

// The panel of a transcript is asked for again and again.
const panels = new Map();
function panelOf(transcript) {
  if (!panels.has(transcript))
    panels.set(transcript, Floorlot.panelOf(Floorlot.examine(bytes(transcript), {}).state));
  return panels.get(transcript);
}
function receiptAnswer({ receipt, panel, fingerprints }) {
  const evidence = { panel: panel ? panelOf(panel) : null, fingerprints };
  return Floorlot.receiptReport(Floorlot.verifyReceipt(bytes(receipt), evidence));
}

for await (const line of createInterface({ input: process.stdin })) {
  const request = JSON.parse(line);
  let out;
  try {
    out = {
      id: request.id,
      report: request.receipt === undefined ? answer(request) : receiptAnswer(request),
    };
  } catch (error) {
    out = { id: request.id, error: String((error && error.stack) || error) };
  }
  process.stdout.write(`${JSON.stringify(out)}\n`);
}
