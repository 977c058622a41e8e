// page/sheet.js: all about one household on a page of A4: its place in the order, what was free at
// its turn, what came of it, and how to repeat it by hand. All numbers are those of this verifier.

import { inLanguage, listed, t } from './words.js';
import { $, announce, el, fill, hashBytes, open, printOf } from './elements.js';
import { modeBox } from './verdict.js';
import { answerFor, eventWords, inLine, outcomeSteps, shownLabel } from './household.js';

// What fits on the page: characters of a list of flats, and of what somebody wrote; events. With
// more than so many columns in all, a Chinese character being two, it is printed smaller.
const ROOM = 360,
  WRITTEN = 160,
  EVENTS = 6,
  USUAL = 2400;

const item = (...content) => el('li', {}, content);
const said = (text, cls) => el('p', { class: cls }, text);
const some = (list) => {
  let length = 0;
  const fit = list.filter((one) => (length += one.length + 2) <= ROOM);
  return listed(fit) + (fit.length < list.length ? t('sMore', list.length - fit.length) : '');
};

export function hideSheet() {
  $('sheet').hidden = true;
  document.body.classList.remove('on-sheet');
  open.sheetWanted = false;
}
export async function showSheet() {
  const { household, shown } = open;
  if (!household || !shown) return;
  const opening = $('sheet').hidden;
  fill($('sheetout'), headOf(household), partsOf(household), proofOf());
  const columns = $('sheetout').textContent.replace(/[^\0-\u02ff]/g, '  ').length;
  $('sheet').classList.toggle('dense', columns > USUAL);
  $('sheet').hidden = false;
  document.body.classList.add('on-sheet');
  if (opening) {
    window.scrollTo(0, 0);
    $('sheet').focus({ preventScroll: true });
  }
  announce(household.id);
  const hash = await hashBytes(shown.bytes);
  if (open.shown === shown && $('sheethash')) $('sheethash').textContent = hash;
}
function headOf(h) {
  const { report } = open.shown;
  return [
    modeBox(report.mode),
    said(report.title + ' · ' + report.origin, 'sub'),
    el('h2', {}, t('sTitle', h.id) + (h.name ? '　' + h.name : '')),
  ];
}
// Nothing is told as a fact of a file that is refuted, or of lines that were not compared.
function partsOf(h) {
  const { report, state } = open.shown,
    warning = { refuted: 'wRefuted', unfinished: 'wUnfinished' }[report.verdict],
    behind = report.not_compared,
    until = Floorlot.untold(state);
  const later = Floorlot.laterOf(state.aftermath, h).filter((e) => e.line < until);
  const last = Math.max(open.why ? open.why.line : 0, ...later.map((e) => e.line));
  return [
    warning ? said(t(warning), 'warn') : null,
    report.void ? said(t('vVoid', report.void), 'warn') : null,
    behind ? said(t('vOpen', behind.from, behind.to), 'warn') : null,
    behind ? null : said(answerFor(h, last), 'answer'),
    el('ol', { class: 'why' }, stepsOf(h), laterSteps(later)),
    ...byHand(h),
  ];
}
function stepsOf(h) {
  const { why, turn } = open,
    { pool } = h;
  const rule = t('rule_' + pool.rule);
  const steps = [item(t('sPool', pool.title, pool.households.length, pool.units.length, rule))];
  if (Floorlot.hidesDraw(open.shown.state)) return steps;
  if (!why || !turn) return [...steps, item(t('wUncalled'))];
  steps.push(item(t('sTicket', why.ticket)), placeStep(h, why));
  if (why.missed) steps.push(item(t('wMissed', why.missed)));
  if (why.by === null) return [...steps, item(t('wNoResult'))];
  return [...steps, freeStep(h, turn), ...offeredSteps(h, turn), ...resultSteps(h, why)];
}
// D2: by tier, then by ticket; a group goes by that of its opening household.
function placeStep(h, why) {
  const before = h.pool.order.slice(0, h.place - 1),
    tiers = before.filter((x) => x.tier < h.tier).length;
  return item(
    why.called_with ? t('wGroup', why.called_with) + ' ' : '',
    t('sPlace', h.tier, tiers, before.length - tiers, why.place, why.of),
  );
}
// D4: of what was free some does not fit, and some is held back.
function freeStep(h, { free, fitting, offered }) {
  const { units } = h.pool,
    unfit = free.length - fitting.length,
    held = fitting.length - offered.length;
  return item(
    t('sFree', units.length, units.length - free.length, free.length),
    unfit ? t('sUnfit', unfit) : '',
    held ? t('sHeld', held) : '',
    t('sOffered', offered.length),
  );
}
function offeredSteps(h, { free, offered }) {
  const on = new Set(offered),
    numbered = free.filter((u) => on.has(u.id)).map((u, i) => i + ': ' + shownLabel(u)),
    others = free.filter((u) => !on.has(u.id)).map(shownLabel);
  return [
    numbered.length ? item(t('sList'), ' ', some(numbered)) : null,
    others.length ? item(t('sOthers'), ' ', some(others)) : null,
  ];
}
function resultSteps(h, why) {
  if (why.by !== 'standby') return outcomeSteps(h, why);
  const none = open.turn.offered.length ? 'sUnranked' : 'sStandby';
  return [item(t(none, h.standby.place), ' ', inLine(why.line))];
}
function laterSteps(events) {
  const shown = events.slice(-EVENTS).map((e) => {
    const words = eventWords(e),
      short = words.length > WRITTEN ? words.slice(0, WRITTEN) + '…' : words;
    return item(short, ' ', inLine(e.line));
  });
  const left = events.length - shown.length;
  return [left ? item(t('sEarlier', left)) : null, ...shown];
}

// Commands that give the same numbers without this page. An id that is none could be a command.
function byHand(h) {
  const { seed } = open.shown.state.ceremony,
    { why } = open,
    { id, key } = h.pool;
  if (!why || !seed || !key || !/^[\w.-]+$/.test(id) || Floorlot.hidesDraw(open.shown.state))
    return [];
  const lot = why.by === 'lot',
    hex = Floorlot.hexOf(key);
  const command = (text, gives) => [
    el('pre', { class: 'cmd' }, text),
    el('p', { class: 'mono gives' }, '→ ' + gives),
  ];
  return [
    el('h3', {}, t('sHand')),
    said(t('sKey'), 'hint'),
    ...command(`printf 'floorlot/1 pool\\nseed ${seed}\\npool ${id}\\n' | sha256sum`, hex),
    said(t('sStream', h.number, h.number * 64, h.number * 64 + 63), 'hint'),
    ...command(
      'head -c 64 /dev/zero | openssl enc -chacha20 -K ' +
        `${hex} -iv ${counterOf(h.number)} | od -An -tu8 -N${lot ? 24 : 8}`,
      lot ? [why.ticket, ...halves(why.lot)].join('  ') : why.ticket,
    ),
    ...(lot ? lotByHand(why, command) : []),
  ];
}
// The number of the block, lowest byte opening, and a nonce of zeros.
const counterOf = (number) =>
  Array.from({ length: 8 }, (_, i) => Math.floor(number / 256 ** i) % 256)
    .map((byte) => byte.toString(16).padStart(2, '0'))
    .join('') + '0'.repeat(16);
const halves = (lot) => [BigInt(lot) & 0xffffffffffffffffn, BigInt(lot) >> 64n].map(String);
function lotByHand({ lot, offered, number }, command) {
  const [low, high] = halves(lot);
  return [
    said(t('sLot', offered.length), 'hint'),
    ...command(`echo '(${low} + 2^64 * ${high}) % ${offered.length}' | bc`, number),
  ];
}

// How far it was checked, and what it must be compared with.
function proofOf() {
  const { report, name } = open.shown,
    head = report.checkpoints[report.checkpoints.length - 1],
    passed = report.checks.filter((c) => c.outcome === 'passed').length;
  const file = el('span', { id: 'sheethash', class: 'mono' }, '…');
  return el(
    'div',
    { class: 'proof' },
    report.verdict === 'verified' ? said(t('sVerified', passed)) : null,
    head ? said(t('stage_' + head.stage)) : null,
    head ? printOf(head.fingerprint) : null,
    said(
      report.anchored
        ? '✓ ' + t('vAnchored') + t('vAnchoredTo', t('short_' + report.anchored))
        : '☐ ' + t('sCompare'),
      'strong',
    ),
    el(
      'p',
      { class: 'hint' },
      t('sFile', name, report.totals.lines),
      ' SHA-256 ',
      file,
      inLanguage('。', '.'),
    ),
  );
}
