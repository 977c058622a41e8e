// page/household.js: my household, step by step, and the drawing of its building.

import { amountsOf, behind, inLanguage, listed, t } from './words.js';
import { $, el, fill, inSlices, job, open } from './elements.js';

export const unitName = (u) =>
  Floorlot.buildingOf(u) + ' ' + u.label + behind(t('storey', u.storey)) + amountsOf(u);
// The label, behind its building where that is not that of the pool.
export const shownLabel = (u) =>
  Floorlot.buildingOf(u) === u.pool.building
    ? u.label
    : Floorlot.buildingOf(u) + ' ' + u.label;
const ownerOf = (u) => Floorlot.ownerOf(open.shown.state, u);
const button = (text, click) => el('button', { type: 'button', on: { click } }, text);
const hintItem = (text) => el('li', { class: 'hint' }, text);

// No answer stays under another question.
export function forgetHousehold() {
  open.asked++;
  open.household = null;
  open.flat = null;
  Object.assign(open, { why: null, turn: null });
  fill($('found'));
  fill($('why'));
  $('tosheet').hidden = true;
}
// Clears the answer before, then answers: at once if it can only be one household, else with those
// to choose from.
export function search() {
  const before = open.household || open.flat,
    { shown } = open,
    text = $('find').value;
  forgetHousehold();
  if (before && shown) showBuildings();
  if (!shown || !text.trim()) return;
  const found = Floorlot.findHouseholds(shown.state, text);
  if (found.one) explain(found.one.id);
  else showFound(found);
}
// The same question, answered by what is compared by now.
export function tellAgain() {
  if (open.shown.report.verdict === 'unreadable') return;
  showBuildings();
  const { household } = open;
  if (!household) return search();
  fill($('why'));
  explain(household.id);
}
function showFound({ hits, masked, free }) {
  const list = hits.slice(0, 12).map((h) =>
    el(
      'li',
      {},
      button(foundName(h), () => choose(h)),
    ),
  );
  const some = masked && (hits.find((h) => h.name.includes('*')) || hits[0]).name,
    maskedKey = hits.length > 1 ? 'foundMasked' : 'foundOneMasked',
    freeKey = open.shown.report.unfinished ? 'foundNotYet' : 'foundFree';
  fill(
    $('found'),
    masked ? hintItem(t(maskedKey, hits.length, some)) : null,
    list.length || free.length ? list : el('li', {}, t('foundNone')),
    hits.length > 12 ? hintItem(t('foundMore', hits.length - 12)) : null,
    free.slice(0, 12).map((u) => el('li', {}, t(freeKey, unitName(u)))),
  );
}
function foundName(h) {
  const unit = h.holds || (h.pick && h.pick.unit),
    flat = unit && ownerOf(unit) === h ? '　' + unitName(unit) : '';
  return h.id + '　' + h.name + '　' + (h.pool ? h.pool.title : '') + flat;
}
function choose(h) {
  $('find').value = h.id;
  forgetHousehold();
  explain(h.id);
}
// What was on offer at its turn: the draw is followed once more, without the signatures.
export async function explain(id) {
  const from = open.shown,
    mine = job,
    question = ++open.asked;
  const steps = Floorlot.examineSteps(from.bytes, { household: id, skipSignatures: true });
  const result = await inSlices(steps, mine, () => {});
  if (!result || from !== open.shown || question !== open.asked) return;
  const household = Floorlot.lookUp(from.state.plan, 'household', id);
  open.household = household;
  Object.assign(open, { why: result.report.why || null, turn: result.state.draw.why });
  showWhy(household, open.why);
  $('tosheet').hidden = false;
  $('why').dispatchEvent(new Event('told'));
  if (open.shown.report.not_compared) return;
  goToBuilding(household.holds || (household.pick && household.pick.unit), false);
}

// The mark of what stands in a line that no checkpoint is over.
function notSealed(line) {
  const { unfinished } = open.shown.report;
  return unfinished && line > unfinished.sealed ? t('wNotSealed') : '';
}
export const inLine = (line) => el('span', { class: 'hint' }, t('wInLine', line) + notSealed(line));
const step = (...content) => el('li', {}, content);

function showWhy(h, why) {
  const { report, state } = open.shown,
    until = Floorlot.untold(state),
    later = Floorlot.laterOf(state.aftermath, h).filter((e) => e.line < until);
  const steps = [
    step(
      t('wDraw', h.pool.title, h.tier, h.pool.households.length),
      h.needs.length ? ' ' + t('wNeeds', h.needs.join(', ')) : '',
    ),
    ...turnOf(h, why),
    ...later.map((e) => step(eventWords(e), ' ', inLine(e.line))),
  ];
  const last = Math.max(why ? why.line : 0, ...later.map((e) => e.line));
  const warning = { refuted: 'wRefuted', unfinished: 'wUnfinished' }[report.verdict],
    behind = report.not_compared;
  fill(
    $('why'),
    warning ? el('p', { class: 'warn' }, t(warning)) : null,
    behind ? el('p', { class: 'warn' }, t('vOpen', behind.from, behind.to)) : null,
    el('h3', {}, h.id + (h.name ? '　' + h.name : '')),
    behind ? null : el('p', { class: 'answer' }, answerFor(h, last)),
    el('ol', { class: 'why' }, steps),
    h.holds && !behind ? button(t('wShow'), () => goToBuilding(h.holds, true)) : null,
  );
}
// Nothing of a draw that was not compared.
function turnOf(h, why) {
  if (Floorlot.hidesDraw(open.shown.state)) return [];
  return why ? turnSteps(h, why) : [step(t('wUncalled'))];
}
// What it has in the end, or so far; `last` is the last line that tells of it.
export function answerFor(h, last) {
  const { report, state } = open.shown,
    { unit, standby } = Floorlot.standingOf(state, h);
  const has = unit ? unitName(unit) : standby ? t('wEndStandby', standby) : t('wEndNone');
  return report.unfinished ? t('wSoFar', has) + notSealed(last) : t('wEnd', has);
}
// Its ticket, its call and what came of it.
function turnSteps(h, why) {
  const group = why.called_with ? t('wGroup', why.called_with) + ' ' : '',
    ticket = el('b', { class: 'mono' }, why.ticket);
  const out = [
    step(t('wTicket'), ' ', ticket, inLanguage('。', '. '), group, t('wPlace', why.place)),
  ];
  if (why.recording) {
    const { recording, second } = why.recording,
      [m, s] = [Math.floor(second / 60), second % 60];
    out.push(step(t('wCalled', recording, inLanguage(`${m} 分 ${s} 秒`, `${m}m ${s}s`))));
  }
  if (why.missed) out.push(step(t('wMissed', why.missed)));
  if (why.by === null) out.push(step(t('wNoResult')));
  else out.push(offeredStep(h, why), ...outcomeSteps(h, why));
  return out;
}
const unitOf = (id) => Floorlot.lookUp(open.shown.state.plan, 'unit', id);
const offeredUnits = (why) => why.offered.map(unitOf).filter(Boolean);
function offeredStep(h, why) {
  const labels = offeredUnits(why).map(shownLabel);
  if (!labels.length) return step(t('wNone'));
  const numbered = () => {
    const few = el('summary', {}, labels.slice(0, 3).join(', ') + ' … ');
    return el(
      'details',
      { class: 'plain' },
      few,
      listed(labels.map((label, i) => i + ': ' + label)),
    );
  };
  const list = labels.length > 8 ? numbered() : listed(labels);
  return step(t('wOffered', labels.length), ' ', list, h.pool.needs.length ? ' ' + t('wHeld') : '');
}
export function outcomeSteps(h, why) {
  const unit = why.unit === null ? null : unitOf(why.unit),
    line = inLine(why.line);
  if (why.by === 'standby') return [step(t('wStandby', h.standby.place), ' ', line)];
  if (!unit) return [];
  if (why.by === 'choice') {
    const proxy = why.proxy ? t('wProxy', why.proxy) : '';
    return [step(t('wChoice', shownLabel(unit)), proxy, ' ', line)];
  }
  if (why.by === 'ranking') return [step(t('wRank', why.rank, shownLabel(unit)), ' ', line)];
  const sum = t('wLotSum', why.lot, offeredUnits(why).length, why.number),
    which = t('wLotUnit', why.number, shownLabel(unit));
  return [step(t('wLot'), ' ', el('span', { class: 'sum mono' }, sum), ' ', which, ' ', line)];
}
export function eventWords({ what, said, holds }) {
  const label = (id) => {
    const u = id === undefined ? null : unitOf(id);
    return u ? shownLabel(u) : id;
  };
  const gaveUp = () => (said.unit === undefined ? t('standbyPlace') : label(said.unit));
  if (what === 'objection') return t('e_objection', said.text);
  if (what === 'ruling') return t('e_ruling', t(said.decision), said.reason);
  if (what === 'withdrawal') return t('e_withdrawal', gaveUp(), said.reason);
  if (what === 'swap') return t('e_swap', holds ? unitName(holds) : '–');
  if (what === 'void') return t('e_void', said.reason);
  return t('e_' + what, label(said.unit));
}

// ---- the buildings

const byNumber = new Intl.Collator(undefined, { numeric: true });
function grouped(list, key) {
  const map = new Map();
  for (const item of list) {
    if (!map.has(key(item))) map.set(key(item), []);
    map.get(key(item)).push(item);
  }
  return map;
}
const buildings = () =>
  grouped(
    open.shown.state.plan.units.filter((u) => u.pool),
    Floorlot.buildingOf,
  );
export function showBuildings() {
  const map = buildings(),
    names = Array.from(map.keys());
  // Whose a flat is, nothing tells when the last lines were not compared.
  $('s-house').hidden = names.length === 0 || Boolean(open.shown.report.not_compared);
  if ($('s-house').hidden) return;
  if (!map.has(open.building)) open.building = names[0];
  const options = names.map((name) => el('option', { value: name }, name));
  fill($('building'), options);
  $('building').value = open.building;
  $('before').hidden = $('next').hidden = names.length < 2;
  const looks = { home: 'keyHome', later: 'keyLater', '': 'keyFree', mine: 'keyMine' };
  const key = Object.entries(looks).map(([look, words]) =>
    el('li', {}, el('i', { class: look }), t(words)),
  );
  fill($('key'), key);
  showTower(map.get(open.building));
}
function showTower(units) {
  $('buildingname').textContent = open.building;
  const floors = grouped(units, (u) => u.storey);
  const widest = Math.max(...Array.from(floors.values(), (f) => f.length));
  const fromTop = Array.from(floors.keys()).sort((a, b) => b - a);
  fill(
    $('tower'),
    fromTop.map((storey) => floorRow(storey, floors.get(storey), widest)),
  );
  const { flat } = open;
  showFlat(flat && Floorlot.buildingOf(flat) === open.building ? flat : null);
}
function floorRow(storey, flats, widest) {
  const gap = () =>
    el('span', { class: 'flat gap', 'aria-hidden': 'true' });
  return el(
    'div',
    { class: 'floor' },
    el('span', { class: 'no' }, t('floor', storey)),
    flats.sort((a, b) => byNumber.compare(a.label, b.label)).map(flatButton),
    Array.from({ length: widest - flats.length }, gap),
  );
}
function flatButton(u) {
  const h = ownerOf(u),
    given = h && h.pick && h.pick.unit === u,
    mine = open.household && h === open.household;
  const look = mine ? 'mine' : h ? (given ? 'home' : 'later') : '',
    who = h ? h.id : t('flatFree'),
    label = u.label + ' ' + who + ', ' + t('storey', u.storey);
  const attributes = {
    type: 'button',
    class: 'flat ' + look,
    'aria-pressed': open.flat === u,
    'aria-label': label + (mine ? ', ' + t('keyMine') : ''),
    on: { click: () => chooseFlat(u) },
  };
  return el('button', attributes, u.label + ' ', el('small', {}, who));
}
function chooseFlat(u) {
  open.flat = u;
  showTower(buildings().get(open.building));
  const pressed = document.querySelector('.flat[aria-pressed="true"]');
  if (pressed) pressed.focus();
}
function showFlat(u) {
  if (!u) {
    fill($('flat'), el('p', { class: 'hint noprint' }, t('flatHint')));
    return;
  }
  const h = ownerOf(u),
    features = u.features.length ? ' · ' + t('features', u.features.join(', ')) : '';
  const how = () => button(t('howGot', h.id), () => explainFlat(h));
  fill(
    $('flat'),
    el('h3', {}, unitName(u)),
    el('p', {}, u.pool.title + ' · ' + u.id + features),
    el('p', {}, h ? h.id + '　' + h.name : t('flatFree')),
    h ? el('div', { class: 'row noprint' }, how()) : null,
  );
}
function explainFlat(h) {
  $('find').value = h.id;
  fill($('found'));
  fill($('why'));
  explain(h.id).then(() => $('s-home').scrollIntoView());
}
function goToBuilding(unit, scroll) {
  if (unit && unit.pool) {
    open.building = Floorlot.buildingOf(unit);
    open.flat = unit;
  }
  showBuildings();
  const flat = scroll && document.querySelector('.flat.mine');
  if (!flat) return;
  flat.scrollIntoView({ block: 'center' });
  flat.focus({ preventScroll: true });
}
export function turnBuilding(by) {
  const names = Array.from(buildings().keys());
  open.building = names[(names.indexOf(open.building) + by + names.length) % names.length];
  open.flat = null;
  showBuildings();
}
