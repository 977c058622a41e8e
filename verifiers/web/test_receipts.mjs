// The verifier of verify.html (beside this file) against the receipts of the vectors. Needs Node only.
//
//   node test_receipts.mjs [FOLDER OF THE VECTORS]
import { readFileSync } from 'node:fs';
import { load } from './load.mjs';

const at = (path) => new URL(path, import.meta.url).pathname;
const folder = (process.argv[2] || at('../../tests/vectors')) + '/receipts/';
const Floorlot = load(at('verify.html'));

// The panel, as the page takes it from a plan with these benches and members.
function panelOf(benches) {
  const line = (o) => JSON.stringify(o) + '\n';
  const members = benches.flatMap((b) => b.keys.map((key) => ({ bench: b.bench, key })));
  const header = {
    ...{ kind: 'plan', floorlot: 1, origin: 'x', title: 'x', mode: 'official', attempt: 1, benches: benches.length },
    ...{ members: members.length, sources: 0, pools: 0, units: 0, households: 0 },
  };
  const lines = [
    header,
    ...benches.map((b) => ({ kind: 'bench', id: b.bench, title: 'x', quorum: b.quorum })),
    ...members.map((m, n) => ({ kind: 'member', id: 'm' + n, bench: m.bench, name: 'x', key: m.key })),
  ];
  // (As a plan this breaks rules, so it is only read.)
  const { state } = Floorlot.examine(Floorlot.bytesOf(lines.map(line).join('')), {});
  const keysOf = (bench) => bench.members.map((m) => m.key).filter(Boolean);
  return { benches: state.plan.benches.map((b) => ({ id: b.id, quorum: b.quorum, keys: keysOf(b) })) };
}

// The panel of a plan that stands in the vectors.
function panelIn(path) {
  const bytes = new Uint8Array(readFileSync(folder + path));
  return Floorlot.panelOf(Floorlot.examine(bytes, {}).state);
}

// The report as the manifest has it: without the words of faults, which each verifier chooses itself.
function listed({ anchored, signed, checks, facts, note }) {
  const row = (c) => [c.id, [c.outcome, c.examined, c.faults.length]];
  return { anchored, signed, checks: Object.fromEntries(checks.map(row)), facts, note };
}

// Keys in one order, whatever order they came in.
const sorted = (value) =>
  value !== null && typeof value === 'object' && !Array.isArray(value)
    ? Object.fromEntries(Object.keys(value).sort().map((key) => [key, sorted(value[key])]))
    : value;

let wrong = 0;
const entries = JSON.parse(readFileSync(folder + 'receipts.json', 'utf8'));
for (const entry of entries) {
  const { fingerprints, panel, plan } = entry.evidence;
  const benches = panel.length ? panelOf(panel) : null;
  const evidence = { fingerprints: fingerprints.map((f) => f.replaceAll(' ', '')), panel: plan ? panelIn(plan) : benches };
  const result = Floorlot.verifyReceipt(new Uint8Array(readFileSync(folder + entry.file)), evidence);
  const report = Floorlot.receiptReport(result);
  const first = result.checks.find((c) => c.outcome === 'failed');
  const found = { verdict: report.verdict, first_failed: first ? first.id : null, report: result.error ? undefined : listed(report) };
  const expected = { verdict: entry.verdict, first_failed: entry.first_failed, report: entry.report };
  if (JSON.stringify(sorted(found)) !== JSON.stringify(sorted(expected))) {
    wrong++;
    console.log(`WRONG: ${entry.file} (${entry.about})\n  found    ${JSON.stringify(sorted(found))}\n  expected ${JSON.stringify(sorted(expected))}`);
  }
}
console.log(`receipts: ${entries.length - wrong} of ${entries.length} agree`);
process.exit(wrong || entries.length < 100 ? 1 : 0);
