// aftermath.js: A1 to A8, what came after the result.

import { both, cite, fault, notRun, placeOf, see } from './checks.js';
import { budgetOf, heldBy } from './families.js';
import { firstWaiting, setAccepts, waitingAt } from './waiting.js';
import {
  ID,
  ID_WORDS,
  SHEET_WORDS,
  ZEROS,
  ZEROS_WORDS,
  checkText,
  isFileName,
  lookUp,
  lower,
} from './texts.js';

export const AFTERMATH_CHECKS = [
  [
    'A1',
    'Is every objection one of its own, and every ruling one on an open objection?',
    '每项异议编号唯一、每项裁定对应未决异议吗？',
  ],
  ['A2', 'Did households withdraw only from what they had?', '住户放弃的都是其所有的吗？'],
  [
    'A3',
    'Was every free unit offered to the household on standby whose turn it was?',
    '每套空房都按候补次序提供吗？',
  ],
  ['A4', 'Does every answer belong to the offer that was open?', '每个答复都对应当时的提供吗？'],
  [
    'A5',
    'Were units swapped only with consent, among those entitled to them?',
    '换房都经各户同意且符合资格吗？',
  ],
  ['A6', 'Is every recording named once?', '每份录像都只登记一次吗？'],
  ['A7', 'Was nothing given out after the draw was void?', '宣布作废之后没有再分配吗？'],
  [
    'A8',
    'Is every document that was filed later one of its own?',
    '其后登记的每份文件都只登记一次吗？',
  ],
];

// Who holds what now stands with the households and units, the lists with the pools.
export function newAftermath(draw) {
  return {
    findings: draw.findings,
    plan: draw.plan,
    draw,
    brokenOff: false, // `void` before the result: nothing is held, and objections can follow
    voided: null, // { reason, line }
    events: 0, // that kept their rules
    done: { withdrawals: 0, accepted: 0, declined: 0, swaps: 0 },
    objections: new Map(),
    recordings: [],
    filed: [], // documents
    sheets: [], // registered scans of what households signed
    taken: new Set(), // ids of objections and names of recordings, in lower case
    later: [], // what happened to whom
  };
}

// Who holds what after the draw, the standby lists, and the queues of the free units (A3).
export function beginAftermath({ plan }) {
  for (const pool of plan.pools) {
    pool.standbyNow = new Set(pool.standbyList);
    pool.standbyByNeeds = byNeeds(pool.standbyList);
    pool.offer = null;
  }
  for (const u of plan.units) u.holder = null;
  for (const h of plan.households) {
    h.holds = h.pick ? h.pick.unit : null;
    if (h.holds) h.holds.holder = h;
  }
  for (const pool of plan.pools) {
    pool.queue = pool.units.filter((u) => !u.holder);
    pool.freeNow = new Set(pool.queue);
    pool.queueAt = 0;
    for (const h of pool.standbyList) wait(h);
    goOn(pool);
  }
}
// Those on a standby list by what they need, with the place of each.
function byNeeds(list) {
  const all = new Map();
  list.forEach((h, place) => {
    const key = h.needs.join(' ');
    if (!all.has(key)) all.set(key, { needs: h.needs, places: [] });
    h.onList = { some: all.get(key), place };
    h.onList.some.places.push(place);
  });
  for (const some of all.values()) some.waiting = waitingAt(some.places);
  return Array.from(all.values());
}

const EVENT_RULE = {
  objection: 'A1',
  ruling: 'A1',
  withdrawal: 'A2',
  offer: 'A3',
  accept: 'A4',
  decline: 'A4',
  swap: 'A5',
  recording: 'A6',
  filed: 'A8',
  void: 'A7',
};
const AFTER_VOID = ['objection', 'ruling', 'recording', 'filed'];
// P3: bytes of the texts that are not held to 600.
const LONGER = { 'objection, text': 2000, 'ruling, reason': 2000, 'void, reason': 2000 };
const SHORTER = { 'recording, name': 120, 'filed, name': 120, 'filed, title': 120 };
const TEXT_LIMITS = { ...LONGER, ...SHORTER };

export function eventLine(aftermath, r) {
  const rule = EVENT_RULE[r.kind];
  see(aftermath, rule);
  for (const key of ['reason', 'text', 'name', 'title']) {
    const place = r.kind + ', ' + key;
    if (r[key] !== undefined) checkText(aftermath, r[key], TEXT_LIMITS[place] || 600, place);
  }
  // A7: nothing is given out after the draw was void.
  if (aftermath.voided && !AFTER_VOID.includes(r.kind)) {
    const expected = both(
      'only objections, rulings, recordings and documents',
      '只能有异议、裁定、录像和文件',
    );
    const found = both('after the draw was void', '宣布作废之后');
    fault(aftermath, 'A7', r.kind, found, expected);
    return;
  }
  const wrong = EVENT_LINES[r.kind](aftermath, r);
  if (wrong) {
    fault(aftermath, rule, ...wrong);
    return;
  }
  aftermath.events++;
  if (r.sheet) aftermath.sheets.push({ of: r.household, scan: r.sheet });
  if (r.kind === 'swap') {
    for (const [i, of] of r.households.entries()) {
      aftermath.sheets.push({ of, scan: r.consents[i] });
    }
  }
}
// What happened later to a household, for `why`.
function note(aftermath, household, r) {
  const holds = household ? household.holds : null;
  aftermath.later.push({ line: aftermath.findings.line, what: r.kind, household, holds, said: r });
}
// D13 after the draw: what a household gets has all that it needs.
const meetsNeeds = (u, { needs }) => needs.every((need) => u.features.includes(need));
const noSuchHousehold = (place, id) => [
  place,
  cite(id),
  both('a household of the plan', '方案中的住户'),
];

// Each gives null when the event keeps its rule and was followed, or place, found and expected.
const EVENT_LINES = {
  objection: objectionLine,
  ruling: rulingLine,
  withdrawal: withdrawalLine,
  offer: offerLine,
  accept: acceptLine,
  decline: declineLine,
  swap: swapLine,
  recording: recordingLine,
  filed: filedLine,
  void: voidLine,
};

// A1: every objection is one of its own.
function objectionLine(aftermath, r) {
  const place = placeOf('objection', r.id),
    household = r.household === undefined ? null : lookUp(aftermath.plan, 'household', r.household);
  if (household === undefined) return noSuchHousehold(place, r.household);
  if (!ID.test(r.id)) return [place, cite(r.id), ID_WORDS];
  if (isTaken(aftermath, 'objection ' + lower(r.id))) {
    return [place, both('the id again', '编号重复'), both('an id of its own', '各不相同的编号')];
  }
  const { line } = aftermath.findings;
  aftermath.objections.set(r.id, { household, ruled: false, line });
  if (household) note(aftermath, household, r);
  return null;
}
function isTaken({ taken }, key) {
  const before = taken.has(key);
  taken.add(key);
  return before;
}
// A1: every ruling is one on an open objection.
function rulingLine(aftermath, r) {
  const objection = aftermath.objections.get(r.objection);
  if (!objection || objection.ruled) {
    const expected = both('an objection without a ruling', '尚未裁定的异议');
    return [both('ruling', '裁定'), cite(r.objection), expected];
  }
  objection.ruled = true;
  if (objection.household) note(aftermath, objection.household, r);
  return null;
}

// A2: households withdraw only from what they have: a unit, or their place on standby.
function withdrawalLine(aftermath, r) {
  const h = lookUp(aftermath.plan, 'household', r.household),
    place = both('withdrawal of ' + r.household, `住户 ${r.household} 放弃`);
  if (!h) return noSuchHousehold(place, r.household);
  const { holds, pool } = h;
  if (pool && pool.offer && pool.offer.household === h) {
    const found = both('an offer not yet answered', '有尚未答复的递补');
    return [place, found, both('an answer first', '应先答复')];
  }
  const unit = r.unit === undefined ? null : lookUp(aftermath.plan, 'unit', r.unit);
  if (r.unit !== undefined && (!unit || holds !== unit)) {
    const none = both('it holds no unit', '该户没有房');
    return [place, cite(r.unit), holds ? cite(holds.id) : none];
  }
  if (!unit && (holds || !pool || !pool.standbyNow.has(h))) {
    const standby = both('a household on standby', '候补名单上的住户');
    return [place, both('no unit is named', '没有写明房源'), holds ? cite(holds.id) : standby];
  }
  if (r.sheet === ZEROS) return [place, ZEROS_WORDS, SHEET_WORDS];
  if (unit) {
    h.holds = null;
    if (unit.holder === h) unit.holder = null;
    unit.pool.queue.push(unit);
    unit.pool.freeNow.add(unit);
  } else {
    pool.standbyNow.delete(h);
  }
  settleQueues([h]);
  aftermath.done.withdrawals++;
  note(aftermath, h, r);
  return null;
}

// A3: every free unit is offered to the household on standby whose turn it is, one at a time.
function offerLine(aftermath, r) {
  const h = lookUp(aftermath.plan, 'household', r.household),
    unit = lookUp(aftermath.plan, 'unit', r.unit);
  const place = both('offer of ' + r.unit, '递补房源 ' + r.unit);
  if (!h) return noSuchHousehold(place, r.household);
  const pool = unit && unit.pool;
  if (!pool) return [place, cite(r.unit), both('a unit of the plan', '方案中的房源')];
  if (pool.offer) {
    const found = both('another offer is open', '还有未答复的递补');
    return [place, found, both('its answer first', '应先答复')];
  }
  const due = offerDue(pool);
  if (!due || due.unit !== unit || due.household !== h) {
    const none = both('no offer is due', '此时不应递补');
    return [place, citeOffer(r.unit, r.household), due ? citeOpen(due) : none];
  }
  pool.offer = due;
  // A3: if it declines, the offers of this unit go on behind it.
  unit.askedFrom = h.onList.place + 1;
  note(aftermath, h, r);
  return null;
}
const citeOffer = (unit, household) => cite(unit + ' → ' + household);
const citeOpen = ({ unit, household }) => citeOffer(unit.id, household.id);
// A3: the first unit of the queue, and the first on the list who accepts it, behind those to whom it
// was offered.
function offerDue({ queue, queueAt, standbyByNeeds, standbyList }) {
  const unit = queue[queueAt];
  if (!unit) return null;
  const { askedFrom, area = 0 } = unit,
    fitting = standbyByNeeds.filter((some) => meetsNeeds(unit, some)),
    place = Math.min(...fitting.map(({ waiting }) => firstWaiting(waiting, askedFrom, area)));
  return place < Infinity ? { unit, household: standbyList[place] } : null;
}
// A3: a unit that nobody accepts when it is first in the queue leaves it.
function goOn(pool) {
  while (!pool.offer && pool.queueAt < pool.queue.length && !offerDue(pool)) pool.queueAt++;
}
// A3: the largest area that a household accepts: what is left of the budget of its family.
function mostArea(h) {
  const family = budgetOf(h);
  return family ? family.budget - heldBy(family, ({ holds }) => holds) : Infinity;
}
// A3: who is on standby accepts at most what the budget of its family leaves.
function wait(h) {
  if (!h.onList) return;
  const { some, place } = h.onList;
  setAccepts(some.waiting, place, h.pool.standbyNow.has(h) ? mostArea(h) : -1);
}
// A3: after a line about these households, budgets leave something else, and queues go on.
function settleQueues(households) {
  const families = new Set(households.map(budgetOf).filter(Boolean)),
    concerned = new Set(households);
  for (const { claims } of families) for (const h of claims) concerned.add(h);
  for (const h of concerned) wait(h);
  for (const pool of new Set(Array.from(concerned, ({ pool }) => pool))) goOn(pool);
}
// A4: every answer belongs to the offer that is open.
function answerFault(aftermath, r) {
  const h = lookUp(aftermath.plan, 'household', r.household),
    place = both(r.kind + ' of ' + r.unit, '答复房源 ' + r.unit);
  if (!h) return noSuchHousehold(place, r.household);
  const offer = h.pool && h.pool.offer;
  if (!offer) {
    const found = both('no offer is open', '没有待答复的递补');
    return [place, found, both('an open offer', '待答复的递补')];
  }
  if (offer.household !== h || offer.unit !== lookUp(aftermath.plan, 'unit', r.unit)) {
    return [place, citeOffer(r.unit, r.household), citeOpen(offer)];
  }
  if (r.sheet === ZEROS) return [place, ZEROS_WORDS, SHEET_WORDS];
  // A4: who accepts still accepts it by A3.
  const { area = 0 } = offer.unit,
    most = mostArea(h);
  if (r.kind === 'decline' || area <= most) return null;
  return [place, area, both('at most ' + most, '至多 ' + most)];
}
function acceptLine(aftermath, r) {
  const wrong = answerFault(aftermath, r);
  if (wrong) return wrong;
  const household = lookUp(aftermath.plan, 'household', r.household),
    { pool } = household,
    { unit } = pool.offer;
  pool.offer = null;
  pool.queueAt++;
  pool.freeNow.delete(unit);
  pool.standbyNow.delete(household);
  household.holds = unit;
  unit.holder = household;
  settleQueues([household]);
  aftermath.done.accepted++;
  note(aftermath, household, r);
  return null;
}
// A4: who declines keeps its place on standby.
function declineLine(aftermath, r) {
  const wrong = answerFault(aftermath, r);
  if (wrong) return wrong;
  const household = lookUp(aftermath.plan, 'household', r.household);
  household.pool.offer = null;
  settleQueues([household]);
  aftermath.done.declined++;
  note(aftermath, household, r);
  return null;
}

// A5: units are swapped with a consent of each household, among those entitled to them.
function swapLine(aftermath, r) {
  const list = r.households.map((id) => lookUp(aftermath.plan, 'household', id));
  const wrong = swapFault(r, list);
  if (wrong) return wrong;
  const units = list.map((h) => h.holds);
  list.forEach((h, i) => {
    h.holds = units[(i + 1) % list.length];
    h.holds.holder = h;
  });
  settleQueues(list);
  for (const h of list) note(aftermath, h, r);
  aftermath.done.swaps++;
  return null;
}
function swapFault(r, list) {
  const place = both('swap', '换房'),
    unknown = list.findIndex((h) => !h);
  if (unknown >= 0) return noSuchHousehold(place, r.households[unknown]);
  if (list.length < 2 || new Set(list).size !== list.length) {
    const expected = both('two households or more, each once', '至少两户，每户一次');
    return [place, r.households.slice(0, 8).join(', '), expected];
  }
  const consents = r.consents.length;
  if (consents !== list.length) {
    return [place, both(consents + ' consents', consents + ' 份同意书'), list.length];
  }
  if (r.units.length !== list.length) {
    const units = r.units.length;
    return [place, both(units + ' units', units + ' 套房'), list.length];
  }
  const sheets = new Set(r.consents).add(ZEROS);
  if (sheets.size <= consents) {
    const found = both('one hash twice, or zeros', '有重复的哈希，或全为零');
    return [place, found, both('the hash of each signed sheet', '每份签名纸的哈希')];
  }
  for (const [i, h] of list.entries()) {
    const next = list[(i + 1) % list.length].holds;
    if (!h.holds) {
      const found = both(h.id + ' holds no unit', h.id + ' 没有房');
      return [place, found, both('a unit to give', '有房可换')];
    }
    if (h.holds.id !== r.units[i]) return [place, cite(r.units[i]), cite(h.holds.id)];
    if (next && (next.pool !== h.pool || !meetsNeeds(next, h))) {
      const expected = both(
        `a unit of the pool of ${h.id} with all that it needs`,
        `与 ${h.id} 同批次且满足其需求的房`,
      );
      return [place, cite(next.id), expected];
    }
  }
  return budgetFault(place, list);
}
// A5: after the swap no family with a budget holds units with more area than that.
function budgetFault(place, list) {
  const after = new Map(list.map((h, i) => [h, list[(i + 1) % list.length].holds]));
  for (const family of list.map(budgetOf).filter(Boolean)) {
    const held = heldBy(family, (h) => after.get(h) || h.holds);
    if (held <= family.budget) continue;
    const most = family.budget;
    return [place, held, both(`at most ${most} of ${family.id}`, `${family.id} 至多 ${most}`)];
  }
  return null;
}

// A6, A8: the name of a file, which no recording and no document has.
function wrongName(aftermath, place, name) {
  if (!isFileName(name)) return [place, cite(name), both('the name of a file', '文件名')];
  const isOfPlan = aftermath.plan.documentNames.has(lower(name));
  if (!isOfPlan && !aftermath.taken.has('file ' + lower(name))) return null;
  return [place, cite(name), both('a name of its own', '各不相同的名称')];
}
// A8: a document that comes later.
function filedLine(aftermath, r) {
  const place = placeOf('filed', r.name),
    wrong = wrongName(aftermath, place, r.name);
  if (wrong) return wrong;
  if (r.sha256 === ZEROS) return [place, ZEROS_WORDS, both('the SHA-256 of a file', '文件的 SHA-256')];
  if (r.household !== undefined && !lookUp(aftermath.plan, 'household', r.household)) {
    return noSuchHousehold(place, r.household);
  }
  // A8: both times or none, of a notice both.
  const hung = r.from !== undefined && r.to !== undefined && r.from <= r.to,
    timeless = r.from === undefined && r.to === undefined && r.what !== 'notice';
  if (!hung && !timeless) {
    return [place, both('the times', '起止时间'), both('when it hung, from and to', '起止时间')];
  }
  isTaken(aftermath, 'file ' + lower(r.name));
  const { kind, at, ...file } = r;
  aftermath.filed.push({ ...file, line: aftermath.findings.line });
  return null;
}
// A6: every recording is named once, and by the name of a file.
function recordingLine(aftermath, r) {
  const wrong = wrongName(aftermath, placeOf('recording', r.name), r.name);
  if (wrong) return wrong;
  isTaken(aftermath, 'file ' + lower(r.name));
  const { line } = aftermath.findings;
  aftermath.recordings.push({ name: r.name, sha256: r.sha256, start: r.start, line });
  return null;
}
// A6: the recording that began last before; of several the one registered last.
export function recordingAt({ recordings }, at) {
  let best = null;
  if (at === undefined) return null;
  for (const r of recordings) if (r.start <= at && (!best || r.start >= best.start)) best = r;
  return best ? { recording: best.name, second: at - best.start } : null;
}

// A7: a void draw leaves nobody with anything.
function voidLine(aftermath, r) {
  aftermath.voided = voidOf(aftermath, r);
  const { units, households, pools } = aftermath.plan;
  for (const u of units) u.holder = null;
  for (const h of households) h.holds = null;
  for (const pool of pools) {
    pool.standbyNow.clear();
    pool.freeNow.clear();
    pool.queueAt = pool.queue.length;
    pool.offer = null;
  }
  note(aftermath, null, r);
  return null;
}
const voidOf = ({ findings }, r) => ({ reason: r.reason, line: findings.line });

// What happened to a household, or to all.
export const laterOf = ({ later }, h) =>
  later.filter((e) => e.household === h || e.household === null);

export function aftermathNotRun(aftermath) {
  const reason = both('there is no result to go on from', '尚无可依据的结果');
  for (const [id] of AFTERMATH_CHECKS) notRun(aftermath, id, reason);
}
