// page/verdict.js: the verdict, the fingerprints and all checks.

import { hasWords, inLanguage, own, t } from './words.js';
import { $, el, fill, notedDigits, open, printOf, wholePrint } from './elements.js';

const VERDICT_KEYS = {
  verified: 'vGood',
  unfinished: 'vUnfinished',
  refuted: 'vBad',
  unreadable: 'vNone',
};
export const verdictKey = (report) => VERDICT_KEYS[report.verdict];
const MARKS = { verified: '✓', refuted: '✗', unfinished: '…', unreadable: '?' };
const LOOKS = { verified: 'good', refuted: 'bad' };

export function showVerdict() {
  const { report } = open.shown;
  const words = el('div', {}, el('h2', {}, t(verdictKey(report)))),
    mark = el('span', { class: 'mark', 'aria-hidden': 'true' }, MARKS[report.verdict]);
  const behind = report.not_compared,
    look = behind ? 'none' : LOOKS[report.verdict] || 'none';
  const box = el('div', { class: 'verdict ' + look }, mark, words);
  const say = { verified, unfinished, refuted, unreadable }[report.verdict];
  say(words, report);
  const readable = report.verdict !== 'unreadable';
  fill($('mode'), readable ? modeBox(report.mode) : null);
  // What was not compared is said before all else.
  const first = behind
    ? el('p', { class: 'warn' }, own(Floorlot.notComparedWords(behind)))
    : null;
  fill($('verdict'), first, box, readable ? factsBox(report) : null);
}
export function modeBox(mode) {
  if (mode === 'unknown') return el('p', { class: 'warn' }, t('unknownKindText'));
  if (mode !== 'rehearsal') return null;
  const large = el('strong', {}, el('span', {}, t('reh')));
  return el('div', { class: 'rehearsal' }, large, el('span', {}, t('rehText')));
}
const drandOpen = ({ checks }) =>
  checks.some((c) => c.id === 'C7' && c.outcome === 'not_run' && c.examined > 0);
const priorOpen = ({ checks }) => checks.some((c) => c.id === 'V7' && c.outcome === 'not_run');
const paragraph = (text) => el('p', {}, text);
const strong = (text) => el('p', {}, el('strong', {}, text));

function unreadable(words, report) {
  words.append(paragraph(own(report.changed || report.error)), paragraph(t('vNoneText')));
}
function unfinished(words, report) {
  words.append(...refusals(report));
  const told = report.day ? Floorlot.dayWords(report) : Floorlot.unfinishedWords(report.unfinished);
  words.append(paragraph(own(told)));
  if (drandOpen(report)) words.append(paragraph(t('vDrand')));
}
function verified(words, report) {
  words.append(...refusals(report));
  words.append(paragraph(t('vGoodText')), el('ul', { class: 'steps' }, trustSteps(report)));
  if (report.void) words.append(paragraph(t('vVoid', report.void)));
}
// A panel that refuses is heard: how many of which bench, and why.
function refusals({ checkpoints }) {
  return checkpoints.flatMap((c) => {
    const benches = (c.signatures || []).filter((s) => s.unreachable);
    if (!benches.length) return [];
    const who = benches.map((s) => t('vRefusedBench', benchName(s.bench), s.members, s.dissent)),
      why = c.refusals.map((r) => `${r.member}: ${r.reason}`).join('; ');
    return [strong(t('vRefused', t('short_' + c.stage), who.join(inLanguage('；', '; ')), why))];
  });
}
function stepBox(yes, text, todo) {
  const tick = el('span', { class: 'tick', 'aria-hidden': 'true' }, yes ? '✓' : '○');
  return el('li', { class: todo ? 'todo' : '' }, tick, el('span', {}, text));
}
// How far trust goes: consistent, anchored (as far as a stage), certified.
function trustSteps(report) {
  const { anchored, signed } = report,
    v3 = report.checks.find((c) => c.id === 'V3');
  const behind = report.not_compared;
  return [
    stepBox(true, t('vConsistent')),
    anchored
      ? stepBox(true, t('vAnchored') + t('vAnchoredTo', t('short_' + anchored)))
      : stepBox(false, t('vNotAnchored'), true),
    behind ? stepBox(false, t('vOpen', behind.from, behind.to), true) : null,
    signed ? stepBox(true, t('vSigned')) : stepBox(false, t('vNotSigned', own(v3.reason))),
    drandOpen(report) ? stepBox(false, t('vDrand'), true) : null,
    priorOpen(report) ? stepBox(false, t('vPrior'), true) : null,
  ];
}
// Refuted: by what was given beside the file, by what a program did to it, or by itself.
function refuted(words, report) {
  const failed = report.checks.filter((c) => c.outcome === 'failed'),
    first = failed.find((c) => c.id === report.first.check),
    rest = failed.filter((c) => c !== first);
  const beside = failed.every((c) => c.id[0] === 'V');
  if (beside) {
    const only = failed.length === 1 && first.id === 'V1';
    words.firstChild.textContent = t(only ? 'vFingerprint' : 'vEvidence');
    words.append(paragraph(t('vEvidenceText')));
    if (report.unfinished) words.append(paragraph(own(Floorlot.tooUnfinished(report.unfinished))));
  } else if (report.changed) {
    words.firstChild.textContent = t('vChanged');
    words.append(strong(own(report.changed)), paragraph(own(Floorlot.alteredWords(report))));
  } else {
    words.append(paragraph(t('vBadText', failed.length)));
  }
  const name = (c) => c.id + '　' + own(c.title);
  words.append(strong(name(first)), paragraph(hintFor(first.id)), faultBox(first, 0));
  if (rest.length) {
    const others = rest.slice(0, 8).map((c) => el('li', {}, name(c)));
    words.append(paragraph(t('vRest')), el('ul', {}, others));
  }
  const noResult = report.checks.some((c) => c.id === 'D12' && c.outcome === 'not_run');
  const cut = report.unfinished && !report.changed && noResult;
  if (cut && !beside) words.append(paragraph(t('hint_T4')));
}
const hintFor = (id) => t(hasWords('hint_' + id) ? 'hint_' + id : 'hint_' + id[0]);

const fact = (key, value) => el('div', {}, el('dt', {}, t(key)), el('dd', {}, String(value)));
function factsBox(report) {
  const { totals, settled } = report,
    mode = t({ rehearsal: 'reh', official: 'offi' }[report.mode] || 'unknownKind');
  const drawn = [
    fact('nHouseholds', totals.households),
    fact('nUnits', totals.units),
  ];
  // What was not compared is told as no fact.
  const outcome = () => [
    fact('nPicked', totals.picked),
    fact('nStandby', totals.standby),
    fact('nLeft', totals.leftover),
  ];
  const given = Floorlot.hidesDraw(open.shown.state) ? [] : outcome();
  const now = (after) => [
    fact('nHoused', after.housed),
    fact('nStandbyEnd', after.standby),
    fact('nFree', after.free),
  ];
  return el(
    'div',
    { class: 'card' },
    el('h2', {}, report.title || '–'),
    el('p', { class: 'sub' }, mode + ' · ' + report.origin),
    (report.notes || []).map((note) => el('p', { class: 'hint' }, t('vNote', own(note)))),
    el('dl', { class: 'facts' }, drawn, given),
    settled && !report.void ? el('dl', { class: 'facts' }, now(settled)) : null,
    report.chain ? chainCard(report.chain) : null,
  );
}

// What changed since the one before.
const CHAIN = [
  'left_out',
  'added',
  'units_left_out',
  'units_added',
  'tiers',
  'needs',
  'rules',
  'quorums',
  'members_left_out',
  'members_added',
  'members_changed',
];
function chainCard(chain) {
  const lists = CHAIN.filter((key) => chain[key]);
  const list = (key) => el('p', {}, t('ch_' + key, listedEntries(chain[key])));
  const same = lists.length ? '' : t('chSame');
  return [el('h3', {}, t('chHead', chain.before) + same), lists.map(list)];
}
function listedEntries({ count, first }) {
  const value = (v) => (Array.isArray(v) ? v.join('+') || '–' : String(v));
  const entry = (one) => {
    if (typeof one === 'string') return one;
    const [id, from, to] = Object.values(one);
    return `${id} ${value(from)} → ${value(to)}`;
  };
  const more = count > first.length ? ` … (${count})` : '';
  return listed(first.map(entry)) + more;
}

function benchName(id) {
  const bench = open.shown.state.plan.benches.find((b) => b.id === id);
  return bench ? bench.title : id;
}
// Seconds since 1970, in UTC.
const utc = (time) => new Date(time * 1000).toISOString().slice(0, 19).replace('T', ' ') + ' UTC';
export function showPrints() {
  const { report } = open.shown;
  const signed = ({ bench, keys, quorum, paper, dissent }) =>
    t('signedBy', benchName(bench), keys, quorum) +
    (paper ? t('signedPaper', paper) : '') +
    (dissent ? t('signedDissent', dissent) : '');
  const hint = (text) => el('p', { class: 'hint' }, text);
  const list = report.checkpoints.map((c) =>
    el(
      'div',
      { class: 'fp' },
      el('h3', {}, t('stage_' + c.stage)),
      printOf(c.fingerprint),
      hint(t('stageLine', c.size)),
      (c.signatures || []).map((s) => hint(signed(s))),
      c.tokens ? hint(t('stamped', c.tokens.map((s) => utc(s.time)).join(', '))) : null,
    ),
  );
  fill($('prints'), paragraph(t(list.length ? 'printIntro' : 'noCheckpoint')), list);
}
// What is said of the fingerprint as it is typed.
export function showNoted() {
  const digits = notedDigits(),
    out = $('notedsays'),
    missing = 60 - digits.length;
  const all = open.results.flatMap((r) => (r.state ? r.state.signoff.checkpoints : [])),
    hit = all.find((c) => Floorlot.isNoted(digits, c));
  out.style.color = '';
  if (!digits) out.textContent = '';
  else if (Floorlot.isOld(digits)) out.textContent = t('notedOld');
  else if (wholePrint(digits)) {
    const which = hit && t('short_' + hit.stage) + inLanguage('指纹', ' fingerprint');
    out.textContent = hit ? t('notedYes', which) : t('notedNo');
    out.style.color = hit ? 'var(--green)' : 'var(--red)';
  } else if (missing > 0) out.textContent = t('notedMore', missing);
  else out.textContent = t('notedTooMany', -missing);
}

// A fault in words: where, what stands there, what should.
function faultBox(check, i) {
  const f = check.faults[i];
  if (!f) return null;
  // The report has the place in English alone, the state in both languages.
  const { bytes, state } = open.shown,
    { place } = state.findings.checks.get(check.id).faults[i];
  const line = f.line > 0 ? lineText(bytes, f.line) : null;
  const row = (key, text) => [el('dt', {}, t(key)), el('dd', {}, text)];
  const words = [
    row('fLine', (f.line ? t('lineNo', f.line) : t('outside')) + own(place)),
    row(f.line ? 'fFound' : 'fGiven', own(f.found)),
    row(check.id === 'V1' ? 'fOwn' : 'fExpected', own(f.expected)),
  ];
  const whole = () =>
    el('details', { class: 'plain' }, el('summary', {}, t('fThis')), el('pre', {}, line));
  return el('div', { class: 'fault' }, el('dl', {}, words.flat()), line === null ? null : whole());
}
// A line of the file as text; what could change how it looks is replaced.
function lineText(bytes, number) {
  let from = 0;
  for (let i = 1; i < number; i++) {
    from = bytes.indexOf(10, from) + 1;
    if (!from) return null;
  }
  const end = bytes.indexOf(10, from),
    until = Math.min(end < 0 ? bytes.length : end, from + 1200);
  const text = new TextDecoder().decode(bytes.subarray(from, until));
  return text.replace(/[\u0000-\u001f\u007f\u200b-\u200f\u202a-\u202e\u2066-\u2069]/g, '\ufffd');
}
export function checkRow(check, box = faultBox) {
  const failed = check.outcome === 'failed';
  const how = failed ? t('faultsOf', check.failed) : t('examined', check.examined);
  const more = [
    check.outcome === 'not_run' ? own(check.reason) : how,
    check.failed > check.faults.length ? t('faultsShown', check.faults.length) : '',
    ...check.faults.map((_, i) => box(check, i)),
  ];
  return el(
    'div',
    { class: 'check' },
    el('span', { class: 'id' }, check.id),
    el('span', {}, own(check.title)),
    el('span', { class: 'badge ' + check.outcome }, t(check.outcome)),
    el('span', { class: 'more' }, more),
  );
}
export function showChecks() {
  const { checks } = open.shown.report;
  const group = (letter) =>
    groupBox(
      letter,
      checks.filter((c) => c.id[0] === letter),
    );
  fill($('checks'), ['T', 'P', 'C', 'D', 'S', 'A', 'V'].map(group));
}
function groupBox(letter, list) {
  const n = (outcome) => list.filter((c) => c.outcome === outcome).length;
  const [passed, failed, notRun] = ['passed', 'failed', 'not_run'].map(n);
  const sum =
    t('groupSum', passed) +
    (failed ? t('groupFailed', failed) : '') +
    (notRun ? t('groupNot', notRun) : '');
  const look = failed ? 'failed' : passed ? 'passed' : 'not_run';
  return el(
    'details',
    { open: failed > 0 },
    el('summary', {}, t('group_' + letter) + '　', el('span', { class: 'badge ' + look }, sum)),
    list.map((c) => checkRow(c)),
  );
}
