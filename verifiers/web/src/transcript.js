// transcript.js: the whole file, from its bytes to the report.

import { beginsWith, eachLine } from './bytes.js';
import { both, fault, newFindings, notRun, see } from './checks.js';
import { BEGINNING, LONGEST_LINE, excerpt, parseLine } from './profile.js';
import { Tree, leafOf } from './tree.js';
import { changeOfBeginning, changeOfLine, changedBy, isTorn, takeCr } from './changes.js';
import { DAY, MISSING, PHASES, PHASE_WORDS, PLAN, SIGNED } from './phases.js';
import { PLAN_CHECKS, newPlan, planNotRun } from './plan.js';
import { CEREMONY_CHECKS, ceremonyNotRun, newCeremony } from './ceremony.js';
import { DRAW_CHECKS, drawNotRun, newDraw } from './draw.js';
import { SIGNOFF_CHECKS, leaveSignoff, newSignoff, signoffNotRun } from './signoff.js';
import { AFTERMATH_CHECKS, aftermathNotRun, newAftermath } from './aftermath.js';
import { isUnfinished, tornLine } from './unfinished.js';
import { EVIDENCE_CHECKS, evidenceChecks, evidenceNotRun, newOutside } from './evidence.js';
import { makeReport, unreadable } from './report.js';
import { follow } from './machine.js';

const FILE_CHECKS = [
  ['T1', 'Is every line in the profile?', '每一行都符合规定的写法吗？'],
  [
    'T2',
    'Does every line stand where the state machine allows it?',
    '每一行都在流程允许的位置吗？',
  ],
  [
    'T3',
    'Does every checkpoint carry origin, size and root of the lines before it?',
    '每个检查点都与它之前的各行相符吗？',
  ],
  [
    'T4',
    'Does the closing line end the file and count it rightly?',
    '结束行在文件末尾且行数正确吗？',
  ],
];

const CHECKS = [
  ...FILE_CHECKS,
  ...PLAN_CHECKS,
  ...CEREMONY_CHECKS,
  ...DRAW_CHECKS,
  ...SIGNOFF_CHECKS,
  ...AFTERMATH_CHECKS,
  ...EVIDENCE_CHECKS,
];

// What is known of a file: how far it was read, and a state for each stage, which sees those
// before.
function newTranscript(evidence) {
  const findings = newFindings(CHECKS),
    plan = newPlan(findings),
    ceremony = newCeremony(plan),
    draw = newDraw(ceremony, evidence.household);
  return {
    findings,
    evidence,
    lines: 0, // read so far
    tree: new Tree(), // over the lines before the one that is read
    phase: PLAN,
    ended: new Set(), // phases
    closedAt: 0, // the last closing line, but those of days
    days: [], // the closing lines of days
    torn: 0, // bytes of a last line that is not whole
    endsInCr: null, // { first, lines }
    firstFault: null, // of T1, but for line ends: { line, change }
    plan,
    ceremony,
    draw,
    signoff: newSignoff(plan, Boolean(evidence.skipSignatures)),
    aftermath: newAftermath(draw),
    outside: newOutside(),
  };
}

// A generator, so that a page can take breaks: behind each line it yields the number of it, and
// what part of the file is read. Returns { report, state }.
export function* examineSteps(bytes, evidence = {}) {
  const t = newTranscript(evidence);
  if (!beginsWith(bytes, BEGINNING)) return { report: noTranscript(bytes), state: t };
  for (const line of takeLines(t, bytes)) {
    t.findings.line++;
    readLine(t, line);
    t.tree.push(leafOf(line.bytes));
    yield { line: t.lines, part: line.next / bytes.length };
  }
  endFile(t);
  evidenceChecks(t);
  return { report: makeReport(t), state: t };
}
// All in one go.
export function examine(bytes, evidence) {
  const steps = examineSteps(bytes, evidence);
  for (;;) {
    const { done, value } = steps.next();
    if (done) return value;
  }
}
export const verify = (bytes, evidence) => examine(bytes, evidence).report;

// Section 7: what does not begin as a transcript does is none; what it is instead is told.
function noTranscript(bytes) {
  if (!bytes.length) return unreadable(both('this file is empty', '文件是空的'), null);
  const begins = excerpt(bytes, 0),
    changed = changedBy(changeOfBeginning(bytes)),
    said = changed ? both('. ' + changed.en, '。' + changed.zh) : both('');
  const words = both(
    `this is not a transcript: it begins with ${begins.en}${said.en}`,
    `这不是抽签记录：文件以 ${begins.zh} 开头${said.zh}`,
  );
  return unreadable(words, changed);
}
// T4: a last line that a power cut tore is no line; its bytes are counted and not examined.
function* takeLines(t, bytes) {
  for (const line of eachLine(bytes)) {
    if (!line.whole && isTorn(line.bytes)) {
      t.torn = line.bytes.length;
      return;
    }
    t.lines++;
    takeCr(line);
    if (line.endsInCr) {
      t.endsInCr = t.endsInCr || { first: t.lines, lines: 0 };
      t.endsInCr.lines++;
    }
    yield line;
  }
}

// T1: every line is in the profile, and ends in LF. What is not is followed no further.
function readLine(t, { bytes, whole }) {
  see(t, 'T1');
  see(t, 'T2');
  const record = parseLine(bytes);
  if (whole && !record.refused) {
    follow(t, record);
    return;
  }
  if (!t.firstFault) {
    const change = changeOfLine(bytes.subarray(0, LONGEST_LINE + 1));
    t.firstFault = { line: t.findings.line, change };
  }
  if (!whole && bytes.length <= LONGEST_LINE) {
    const place = both('the end of the file', '文件末尾');
    fault(t, 'T1', place, both('no line end', '没有换行'), both('a line end', '换行'));
  } else {
    const { at, expected } = record.refused,
      place = both(`byte ${at + 1}`, `第 ${at + 1} 字节`);
    fault(t, 'T1', place, excerpt(bytes, at), expected);
  }
}

// The end of the file ends no phase, but a sign-off; what it did not come to is not run.
function endFile(t) {
  t.findings.line = t.lines;
  leaveSignoff(t.signoff);
  lineEnds(t);
  missingEnd(t);
  const early = (phase) => (t.ended.has(phase) ? null : notReached(t, phase));
  planNotRun(t.plan, early);
  ceremonyNotRun(t.ceremony, early);
  drawNotRun(t.draw, early);
  signoffNotRun(t.signoff, early);
  const noResult =
    t.phase <= SIGNED ||
    t.phase === DAY ||
    !t.plan.sound ||
    !(t.draw.followed || t.aftermath.brokenOff);
  if (noResult) aftermathNotRun(t.aftermath);
  evidenceNotRun(t);
}
function notReached(t, phase) {
  if (t.aftermath.brokenOff) return both('the draw was broken off before', '抽签在此之前中止');
  return both(
    `the file does not go so far (phase ${PHASES[phase]})`,
    `文件没有进行到此（${PHASE_WORDS[phase]}阶段未结束）`,
  );
}
// T1: lines that end in CR LF are one fault together.
function lineEnds(t) {
  if (!t.endsInCr) return;
  const { first, lines } = t.endsInCr;
  const found = both(`CR LF at the end of ${lines} lines`, `${lines} 行的行尾是 CR LF`);
  fault(t, 'T1', both('line end', '行尾'), found, both('LF alone', '只有 LF'), first);
}
// T4: the closing line is the last, or the checkpoint of a batch after it.
function missingEnd(t) {
  if (!isUnfinished(t)) return;
  const [en, zh] = MISSING[t.phase],
    torn = tornLine(t);
  const reason = both(
    `the file ends after line ${t.lines} without a closing line: ${en}. ${torn.en}`.trimEnd(),
    `文件到第 ${t.lines} 行为止，没有结束行：${zh}。${torn.zh}`,
  );
  notRun(t, 'T4', reason);
  if (t.torn) notRun(t, 'T1', both(torn.en.trimEnd(), torn.zh));
}
