// checks.js: what the checks have found, and the words for it.
// Everything that people read is said in both languages; nothing of a file is believed, only
// counted.

// Words for people, in both languages.
export function both(en, zh = en) {
  return { en: String(en), zh: String(zh) };
}
const wordsOf = (value) =>
  value !== null && typeof value === 'object' ? value : both(value === undefined ? '–' : value);
// A given text in a message: shortened, so that a report stays readable.
export const cite = (text) =>
  '`' + (text.length > 60 ? text.slice(0, 60) + '…' : text).replace(/\n/g, '\\n') + '`';

// Where a fault is: `unit U1`, or a part of it. A part without Chinese words is a key of the line.
const KIND_WORDS = {
  bench: '席位',
  member: '监督员',
  pool: '批次',
  unit: '房源',
  household: '住户',
  document: '文件',
  excluded: '不参加选房的房源',
  checkpoint: '检查点',
  objection: '异议',
  recording: '录像',
  filed: '登记文件',
};
export function placeOf(kind, id, part = '', zh = '') {
  const place = both(`${kind} ${id}`, `${KIND_WORDS[kind]} ${id}`);
  return part ? both(`${place.en}, ${part}`, place.zh + (zh ? ` ${zh}` : `，${part}`)) : place;
}

// One list of checks for all stages: each stage sees that one alone and the stages before it.
// `table` has id and question (en, zh) of each; of a check, `most` faults are kept.
export function newFindings(table, most = 10) {
  const check = (en, zh) => ({
    title: { en, zh },
    examined: 0,
    failed: 0,
    faults: [],
    reason: null,
  });
  const checks = new Map(table.map(([id, en, zh]) => [id, check(en, zh)]));
  return { checks, line: 0, most, first: null };
}
// Section 7: of all faults the one in the least line; of several in it, that of the first check.
// What was given from outside is compared when the file has ended.
function noteFirst(findings, id, line) {
  const found = id[0] === 'V' ? Infinity : line,
    place = Array.from(findings.checks.keys()).indexOf(id),
    { first } = findings;
  if (first && (first.line < found || (first.line === found && first.place <= place))) return;
  findings.first = { check: id, line: found, place };
}
export function firstFault({ first }) {
  if (!first) return null;
  return { check: first.check, line: first.line === Infinity ? 0 : first.line };
}
export const see = (stage, id, n = 1) => {
  stage.findings.checks.get(id).examined += n;
};
// A fault: the place, what was found and what was expected. All are counted, the first are kept.
export function fault(stage, id, place, found, expected, line = stage.findings.line) {
  const check = stage.findings.checks.get(id);
  check.failed++;
  noteFirst(stage.findings, id, line);
  if (check.faults.length >= stage.findings.most) return;
  const words = { place: wordsOf(place), found: wordsOf(found), expected: wordsOf(expected) };
  check.faults.push({ rule: id, line, ...words });
}
// The first reason why a check, or a part of it, was not run is the one that is told.
export const notRun = (stage, id, reason) => {
  const check = stage.findings.checks.get(id);
  check.reason = check.reason || reason;
};
// Not run is never passed: a check with a reason is not run, whatever it examined.
export const outcomeOf = (check) => (check.failed ? 'failed' : check.reason ? 'not_run' : 'passed');
