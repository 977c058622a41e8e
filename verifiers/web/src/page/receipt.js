// page/receipt.js: my receipt, pasted, from a file or from a photo of its QR code.

import { amountsOf, behind, inLanguage, own, t } from './words.js';
import { $, el, fill, notedNow, open, printOf } from './elements.js';
import { checkRow } from './verdict.js';

export function forgetReceipt() {
  open.receipt = null;
  fill($('receiptout'));
}
export function checkReceipt(bytes) {
  open.receipt = bytes;
  const { shown } = open;
  const result = Floorlot.verifyReceipt(bytes, {
    panel: shown && shown.report.verdict === 'verified' ? Floorlot.panelOf(shown.state) : null,
    fingerprints: notedNow(),
  });
  if (result.error) fill($('receiptout'), el('p', { class: 'warn' }, own(result.error)));
  else showReceipt(result);
}
function showReceipt(result) {
  const good = result.verdict === 'verified',
    { facts } = result;
  const rehearsal = facts && facts.plan && facts.plan.mode === 'rehearsal';
  const words = el(
    'div',
    {},
    el('h2', {}, t(good ? 'rGood' : 'rBad')),
    facts ? el('p', {}, t('rAsOf', facts.size, facts.origin)) : null,
    rehearsal ? el('p', {}, t('rehText')) : null,
    facts ? receiptLines(facts, rehearsal) : null,
    result.note ? el('p', {}, own(result.note)) : null,
  );
  const mark = el('span', { class: 'mark', 'aria-hidden': 'true' }, good ? '✓' : '✗');
  const checks = result.checks.map((c) => checkRow(c, receiptFault));
  fill(
    $('receiptout'),
    el(
      'div',
      { class: 'verdict below ' + (good ? 'good' : 'bad') },
      mark,
      words,
    ),
    facts ? receiptPrint(result) : null,
    el('details', { open: !good }, el('summary', {}, t('group_R')), checks),
    el('p', { class: 'hint' }, t('rNot')),
  );
}
const bold = (text) => el('p', {}, el('strong', {}, text));
// Of which draw it is, and what it says of the household, or of each claim of the family.
function receiptLines({ family, plan, ...facts }, rehearsal) {
  const lines = plan ? [el('p', {}, plan.title + (rehearsal ? ' · ' + t('reh') : ''))] : [];
  if (!family) return [...lines, ...householdLines(facts)];
  const { id, name, claims } = family.line;
  lines.push(bold(t('rFamily', id, claims) + (name ? '　' + name : '')));
  return [...lines, ...family.claims.flatMap(householdLines)];
}
// Whose it is, what was called, and what it has.
function householdLines(facts) {
  const { household, householdLine, call, unitLine, poolLine } = facts,
    lines = [];
  if (household) {
    lines.push(bold(t('rWho', household) + (householdLine ? '　' + householdLine.name : '')));
  }
  if (call) lines.push(el('p', {}, t('rTicket', call.ticket, call.place)));
  const flat = unitLine ? flatWords(unitLine) : facts.unit,
    building = (unitLine && unitLine.building) || (poolLine && poolLine.building),
    where = (building ? building + ' ' : '') + flat;
  const enrolled = householdLine && !call && ['nothing', 'unknown'].includes(facts.has),
    { tier, needs } = householdLine || {},
    wants = needs ? t('rNeeds', needs.join(', ')) : '';
  lines.push(bold(enrolled ? t('rEnrolled', tier, wants) : t('rHas_' + facts.has, where)));
  return lines;
}
const flatWords = (unit) =>
  unit.label + behind(t('storey', unit.storey)) + amountsOf(unit) + ' (' + unit.id + ')';
const receiptPrint = ({ facts, anchored }) => [
  el('p', {}, t('rCompare')),
  printOf(facts.fingerprint),
  anchored ? el('p', { class: 'yes' }, t('rAnchored')) : null,
];
function receiptFault(check, i) {
  const { line, place, found, expected } = check.faults[i];
  const [is, should] = inLanguage(['：', '；应为：'], [': ', '; expected: ']);
  const words = own(place) + is + own(found) + should + own(expected);
  return el('div', { class: 'fault' }, (line ? t('lineNo', line) : '') + words);
}
// A pasted text may have lost its last line end, or got those of another system.
export const pasted = (text) =>
  Floorlot.bytesOf(text.replace(/\r\n?/g, '\n').replace(/^\s+|\n+$/g, '') + '\n');
export async function readQr(file) {
  try {
    const detector = new window.BarcodeDetector({ formats: ['qr_code'] });
    const found = await detector.detect(await createImageBitmap(file));
    if (!found.length) throw new Error('none');
    $('receipt').value = found[0].rawValue;
    checkReceipt(pasted(found[0].rawValue));
  } catch {
    fill($('receiptout'), el('p', { class: 'warn' }, t('rQrNone')));
  }
}
