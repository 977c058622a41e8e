// draw.js: D1 to D13, the pools one after the other, and in each the turns of its households.

import { bytesOf, chachaBlock, hexOf, sha256 } from './bytes.js';
import { both, cite, fault, notRun, placeOf, see } from './checks.js';
import { POOLS } from './phases.js';
import { checkText, lookUp } from './texts.js';
import { areaLeft, spend } from './families.js';
import { isOffered, offersTo, prepareClasses, setFree, setWaiting, unitNumber } from './needs.js';

export const DRAW_CHECKS = [
  [
    'D1',
    'Was every pool drawn once, in order, with its own key?',
    '每个批次都按顺序、用自己的密钥抽了一次吗？',
  ],
  ['D2', 'Were the households called in the order of the tickets?', '住户是按签号顺序叫到的吗？'],
  ['D3', 'Is every ticket right?', '每个签号都正确吗？'],
  ['D4', 'Is the number of offered units right?', '可选房源的数目正确吗？'],
  ['D5', 'Was every picked unit on offer?', '选中的每套房当时都可选吗？'],
  ['D6', 'Is every pick by lot the one that the lot gives?', '每次抽签得房都与签数一致吗？'],
  ['D7', 'Is every pick by ranking the first on offer?', '每次按志愿得房都是可选的第一志愿吗？'],
  [
    'D8',
    'Was absence treated as the plan says, and chosen only where one may choose?',
    '缺席按方案处理、只在可选房的批次选房吗？',
  ],
  [
    'D9',
    'Did every undo withdraw a choice or a miss directly before it?',
    '每次撤回都只撤回紧接的前一步吗？',
  ],
  [
    'D10',
    'Was nobody put on standby who could have been served?',
    '没有可选房源的住户才列入候补吗？',
  ],
  ['D11', "Is every pool's end right, with its leftovers?", '每个批次的结尾和剩余房源正确吗？'],
  [
    'D12',
    'Is every household served once, every unit picked once at most, and the result the sum?',
    '每户只得一次、每套只归一户、结果合计正确吗？',
  ],
  [
    'D13',
    'Does every household with needs that picked have what it needs?',
    '有照顾需求的住户得到所需的房了吗？',
  ],
];

// How far the draw is. (Tickets, calls and picks stand with their households, turns with pools.)
export function newDraw(ceremony, asked) {
  return {
    findings: ceremony.findings,
    plan: ceremony.plan,
    ceremony,
    followed: false, // there is a seed, and every line so far could be followed
    nextPool: 0,
    turns: null, // of the pool that is drawn
    callsToday: 0,
    standbyLines: 0,
    asked, // the household that is asked for
    why: null, // and what was on offer at its turn
  };
}

// D1: each pool has a key of its own.
const poolKeyText = (seed, pool) => 'floorlot/1 pool\nseed ' + seed + '\npool ' + pool + '\n';
const NO_POOL = both('no pool any more', '不再有批次');

// T2: open turn* end leftover*
const TURNS = {
  'no pool': ['open'],
  between: ['call', 'undo', 'end'],
  called: ['pick', 'standby', 'missed', 'undo'],
  missed: ['pick', 'undo'],
  ended: ['leftover', 'open'],
};
function whereIn(turns) {
  if (!turns) return 'no pool';
  if (turns.pool.ended) return 'ended';
  if (!turns.current) return 'between';
  return turns.missedNow ? 'missed' : 'called';
}
export const isPoolOpen = ({ followed, turns }) =>
  Boolean(followed && turns && !turns.pool.ended);
// T2: whether a line may stand here. Where no draw is followed, nobody can say.
export function isNextInPool({ followed, turns }, r) {
  if (!followed) return true;
  if (!TURNS[whereIn(turns)].includes(r.kind)) return false;
  // An answer names the household that is called.
  return !['pick', 'standby', 'missed'].includes(r.kind) || r.household === turns.current.id;
}
export function poolLine(draw, r) {
  if (draw.followed) POOL_LINES[r.kind](draw, r, draw.turns);
}

// D1: every pool is drawn once, in the order of the plan, with its own key.
function openLine(draw, r) {
  see(draw, 'D1');
  leavePool(draw);
  const pool = draw.plan.pools[draw.nextPool];
  if (!pool || r.pool !== pool.id) {
    fault(draw, 'D1', 'open', cite(r.pool), pool ? cite(pool.id) : NO_POOL);
    draw.followed = false;
    return;
  }
  draw.nextPool++;
  pool.key = sha256(bytesOf(poolKeyText(draw.ceremony.seed, pool.id)));
  const key = hexOf(pool.key);
  if (r.key !== key) fault(draw, 'D1', placeOf('pool', pool.id, 'key', '密钥'), r.key, key);
  drawTickets(pool);
  prepareClasses(pool);
  draw.turns = newTurns(pool);
}
// D3: household number i of the pool owns block i of the keystream: nobody's absence or choice
// changes the numbers of another.
function drawTickets(pool) {
  for (const h of pool.households) {
    const view = new DataView(chachaBlock(pool.key, h.number).buffer);
    h.ticket = view.getBigUint64(0, true);
    h.lot = view.getBigUint64(8, true) | (view.getBigUint64(16, true) << 64n);
  }
  pool.order = pool.households.slice().sort(callOrder);
  pool.order.forEach((h, i) => {
    h.place = i + 1;
  });
}
// D2: tier, ticket of the head, plan number of the head, own plan number.
function callOrder(a, b) {
  if (a.tier !== b.tier) return a.tier - b.tier;
  if (a.head.ticket !== b.head.ticket) return a.head.ticket < b.head.ticket ? -1 : 1;
  return a.head.index - b.head.index || a.index - b.index;
}
// What goes on in the pool that is drawn.
const newTurns = (pool) => ({
  pool,
  next: 0, // in the call order, then in the queue
  queue: [], // who was absent, in the order in which they are called again
  late: [], // who was absent and is called again at the end of the day
  evening: false, // one of them was called, and only they are due
  calls: 0,
  current: null, // who is called and has not answered
  missedNow: false, // it missed the call, and a lot decides
  offers: null, // to it
  last: null, // the step that an undo withdraws
  picked: 0,
  standbys: 0,
  leftovers: [],
  leftoverAt: 0,
});

// D2: who may be called: the next in order not yet called, then the deferred ones; at the end of a
// day those that are late.
function dueIn({ pool: { order }, queue, next, late, evening }) {
  const first = next < order.length ? order[next] : queue[next - order.length];
  return (first && !evening ? [first] : []).concat(late.slice(0, 1));
}
// T2: a day has a call; then it may be closed between two turns, or two pools.
export function dayMayEnd({ followed, callsToday, turns }) {
  if (!followed) return true;
  const missing = turns && turns.leftoverAt < turns.leftovers.length;
  return callsToday > 0 && (!turns || !(turns.current || turns.late.length || missing));
}
export function endDay(draw) {
  draw.callsToday = 0;
  if (draw.turns) Object.assign(draw.turns, { evening: false, last: null });
}
export const servedIn = ({ plan }) => plan.households.filter((h) => h.pick || h.standby).length;

const POOL_LINES = {
  open: openLine,
  call: callLine,
  missed: missedLine,
  pick: pickLine,
  undo: undoLine,
  standby: standbyLine,
  end: endLine,
  leftover: leftoverLine,
};

function callLine(draw, r, turns) {
  see(draw, 'D2');
  const wrong = (en, zh, found, expected) =>
    fault(draw, 'D2', both('call, ' + en, '叫号，' + zh), found, expected);
  // D2: the household that is due, in this pool, with the next place.
  const may = dueIn(turns),
    household = may.find((h) => h.id === r.household);
  if (!household) {
    const [due] = may,
      expected = due ? cite(due.id) : both('nobody any more', '已无待叫住户');
    wrong('household', '住户', cite(r.household), expected);
    draw.followed = false;
    return;
  }
  turns.calls++;
  draw.callsToday++;
  if (r.pool !== turns.pool.id) wrong('pool', '批次', cite(r.pool), cite(turns.pool.id));
  if (r.place !== turns.calls) wrong('place', '序号', r.place, turns.calls);
  // D3: every ticket is right.
  see(draw, 'D3');
  if (r.ticket !== String(household.ticket)) {
    const place = both('ticket of ' + household.id, household.id + ' 的签号');
    fault(draw, 'D3', place, r.ticket, household.ticket);
  }
  if (household === turns.late[0]) {
    turns.late.shift();
    turns.evening = true;
  } else {
    turns.next++;
  }
  household.callAt = r.at;
  waitsNoMore(turns.pool, household);
  turnTo(turns, household);
  household.offers = turns.offers.count;
  explain(draw, household, turns.pool, null);
}
// D4, D14: who is called waits no longer, and nothing is reserved for it.
function waitsNoMore(pool, household) {
  if (household.waits) spend(household, -household.reserve);
  setWaiting(pool, household, false);
}
function waitsAgain(pool, household) {
  setWaiting(pool, household, true);
  if (household.waits) spend(household, household.reserve);
}
function turnTo(turns, household) {
  const offers = offersTo(turns.pool, household, areaLeft(household));
  Object.assign(turns, { current: household, missedNow: false, last: null, offers });
}

// D8: absence is treated as the plan says.
function missedLine(draw, r, turns) {
  see(draw, 'D8');
  const { pool, current: h } = turns;
  if (pool.rule !== 'choice') {
    const expected = both('nobody can miss in this pool', '本批次没有缺席一说');
    fault(draw, 'D8', 'missed', cite(h.id), expected);
  }
  // D10: with nothing on offer it is standby, here or away.
  if (turns.offers.count === 0) {
    const expected = both('standby, for nothing is on offer', '没有可选房源，应列候补');
    fault(draw, 'D10', 'missed', cite(h.id), expected);
  }
  h.missed++;
  // D8: with the rule `last`, once, to the end of the order, with `day` to that of the day; otherwise
  // a lot decides at once.
  const defers = ['last', 'day'].includes(pool.absence) && h.missed === 1,
    list = pool.absence === 'day' ? turns.late : turns.queue;
  turns.last = { kind: 'missed', household: h, defers: defers ? list : null };
  if (defers) {
    list.push(h);
    waitsAgain(pool, h);
    turns.current = null;
  } else {
    turns.missedNow = true;
  }
}

// D9: every undo withdraws a choice or a miss directly before it.
function undoLine(draw, r, turns) {
  see(draw, 'D9');
  checkText(draw, r.reason, 600, both('undo, reason', '撤回原因'));
  const { last, pool } = turns;
  if (!last) {
    const found = both('nothing to withdraw', '没有可撤回的一步');
    const expected = both('directly after a choice or a miss', '紧接选房或缺席之后');
    fault(draw, 'D9', 'undo', found, expected);
    return;
  }
  const h = last.household;
  if (last.kind === 'missed') {
    h.missed--;
    if (last.defers) last.defers.pop(); // it stands last
  } else {
    h.pick = null; // not served, and the unit free again
    turns.picked--;
    last.unit.taker = null;
    setFree(pool, last.unit, true);
    spend(h, -(last.unit.area || 0));
  }
  waitsNoMore(pool, h);
  turnTo(turns, h);
}

// D10: nobody is put on standby who could have been served.
function standbyLine(draw, r, turns) {
  see(draw, 'D10');
  const { pool, current: h, offers } = turns;
  const place = turns.standbys + 1;
  if (r.place !== place) fault(draw, 'D10', both('standby, place', '候补序号'), r.place, place);
  if (offers.count > 0 && !standbyByPlan(turns, h)) {
    const found = both(offers.count + ' units on offer', `有 ${offers.count} 套可选`);
    fault(draw, 'D10', both('standby', '候补'), found, both('none on offer', '没有可选的'));
  }
  turns.standbys++;
  explain(draw, h, pool, offers);
  draw.standbyLines++;
  pool.standbyList.push(h);
  h.standby = { place: r.place, line: draw.findings.line };
  Object.assign(turns, { current: null, missedNow: false, last: null });
}
// D7: the first unit of the ranking that is on offer. Where there is none, the plan says what
// follows: a lot, or standby.
const rankedFirst = (turns, h) =>
  (h.ranking || []).findIndex((u) => isOffered(turns.offers, u));
const standbyByPlan = (turns, h) =>
  turns.pool.rule === 'ranking' && turns.pool.unranked === 'standby' && rankedFirst(turns, h) < 0;

function pickLine(draw, r, turns) {
  if (r.proxy !== undefined) checkText(draw, r.proxy, 120, both('pick, proxy', '代选人'));
  const { pool, offers, current: h } = turns;
  const unit = lookUp(draw.plan, 'unit', r.unit),
    own = unit && unit.pool === pool;
  // D4: the number of offered units is right.
  see(draw, 'D4');
  if (r.offered !== offers.count) {
    fault(draw, 'D4', both('pick, offered', '可选套数'), r.offered, offers.count);
  }
  // D5: the picked unit was on offer.
  see(draw, 'D5');
  if (!own || !isOffered(offers, unit)) {
    const expected = both('one of the units on offer', '当时可选的一套');
    fault(draw, 'D5', both('pick, unit', '所选房源'), cite(r.unit), expected);
  }
  see(draw, RULE_OF[r.by]);
  checkBy(draw, r, turns);
  checkNeedsMet(draw, h, own ? unit : null);
  // One of another pool, or that somebody has, cannot be followed.
  if (own && !unit.taker) takeUnit(draw, r, turns, h, unit);
  else draw.followed = false;
}
// D6 to D8: how the unit was found.
const RULE_OF = { lot: 'D6', ranking: 'D7', choice: 'D8' };
function checkBy(draw, r, turns) {
  const { pool, missedNow, current: h } = turns;
  const first = pool.rule === 'ranking' ? rankedFirst(turns, h) : -1,
    toStandby = standbyByPlan(turns, h);
  const byRule = { choice: missedNow ? 'lot' : 'choice', ranking: first >= 0 ? 'ranking' : 'lot' };
  const expected = byRule[pool.rule] || 'lot',
    place = both('pick, by', '得房方式');
  if (r.by !== expected) {
    const id = r.by === 'choice' ? 'D8' : RULE_OF[pool.rule];
    fault(draw, id, place, r.by, toStandby ? 'standby' : expected);
  } else if (r.by === 'lot') {
    if (toStandby) fault(draw, 'D7', place, r.by, 'standby');
    checkLot(draw, r, turns);
  } else if (r.by === 'ranking') {
    checkRank(draw, r, h.ranking[first], first + 1);
  } else if (r.lot !== undefined || r.number !== undefined || r.rank !== undefined) {
    const found = both('a lot, number or rank', '带有签数或志愿号');
    fault(draw, 'D8', both('pick by choice', '自选'), found, both('none', '不应有'));
  }
}
// D6: the lot divided by the number of offered units leaves the number of the unit.
function checkLot(draw, r, { pool, offers, current: h }) {
  const wrong = (en, zh, found, expected) => fault(draw, 'D6', both(en, zh), found, expected);
  const count = offers.count,
    lot = String(h.lot),
    nothing = both('nothing is on offer', '没有可选房源');
  const number = count ? Number(h.lot % BigInt(count)) : undefined,
    unit = count ? unitNumber(pool, offers, number) : null;
  if (r.lot !== lot) wrong('pick, lot', '签数', r.lot, lot);
  if (r.number !== number) {
    wrong('pick, number', '得签序号', r.number, count ? number : nothing);
  }
  if (!unit || lookUp(draw.plan, 'unit', r.unit) !== unit) {
    wrong('pick, unit', '所得房源', cite(r.unit), unit ? cite(unit.id) : nothing);
  }
  if (r.rank !== undefined || r.proxy !== undefined) {
    const found = both('a rank or proxy', '带有志愿号或代选人');
    wrong('pick by lot', '抽签得房', found, both('none', '不应有'));
  }
}
// D7: the first on offer of the ranking, under its number there, and nothing else on the line.
function checkRank(draw, r, unit, rank) {
  const others = [r.lot, r.number, r.proxy].some((value) => value !== undefined);
  if (r.unit === unit.id && r.rank === rank && !others) return;
  const spell = (id, n) => both(`${cite(id)}, rank ${n}`, `${cite(id)}，第 ${n} 志愿`);
  const place = both('pick by ranking', '按志愿得房');
  fault(draw, 'D7', place, spell(r.unit, r.rank), spell(unit.id, rank));
}
function takeUnit(draw, r, turns, h, unit) {
  explain(draw, h, turns.pool, turns.offers);
  const { by, lot, number, rank, proxy } = r;
  const pick = { by, lot, number, rank, proxy, unit, household: h, line: draw.findings.line };
  // D9: a lot is nobody's choice, and is not withdrawn.
  const choice = { kind: 'pick', household: h, unit };
  turns.last = by === 'choice' ? choice : null;
  h.pick = pick;
  unit.taker = pick;
  turns.picked++;
  setFree(turns.pool, unit, false);
  spend(h, unit.area || 0);
  Object.assign(turns, { current: null, missedNow: false });
}
// D13: a household with needs has what it needs.
function checkNeedsMet(draw, h, unit) {
  if (!h.needs.length) return;
  see(draw, 'D13');
  const lacking = h.needs.filter((n) => !unit || !unit.features.includes(n));
  if (!lacking.length) return;
  const found = both('without ' + lacking.join(', '), '缺少 ' + lacking.join('、'));
  const expected = both(`all that ${h.id} needs`, `${h.id} 所需的全部`);
  fault(draw, 'D13', placeOf('household', h.id), found, expected);
}
// For `why`: what was on offer when the household that was asked for got its answer.
function explain(draw, household, pool, offers) {
  if (draw.asked !== household.id) return;
  if (household !== lookUp(draw.plan, 'household', household.id)) return;
  const offered = offers ? pool.units.filter((u) => isOffered(offers, u)) : [];
  draw.why = { household, offered: offered.map((u) => u.id), ...freeFor(pool, household) };
}
// For the sheet of a household: what was free then, and what of it has all that it needs within
// what a budget leaves. What is not on offer of that was held back.
function freeFor(pool, household) {
  const free = pool.units.filter((u) => u.free),
    most = areaLeft(household);
  const meets = (u) => household.needs.every((n) => u.features.includes(n));
  return { free, fitting: free.filter((u) => meets(u) && (u.area || 0) <= most) };
}

// D11: the end of a pool counts it rightly, after everybody was called.
function endLine(draw, r, turns) {
  see(draw, 'D11');
  const { pool } = turns;
  const [due = turns.pool.order[turns.next]] = dueIn(turns);
  if (due) {
    const found = both(`household ${due.id} is still due`, `住户 ${due.id} 还没有叫到`);
    fault(draw, 'D11', 'end', found, both('everybody called', '全部叫完'));
    draw.followed = false;
    return;
  }
  if (r.pool !== pool.id) {
    fault(draw, 'D11', both('end, pool', '结束，批次'), cite(r.pool), cite(pool.id));
  }
  const leftover = pool.free.reduce((n, c) => n + c, 0);
  const counted = { picked: turns.picked, standby: turns.standbys, leftover };
  compareSums(draw, 'D11', r, counted, both('end', '结束'));
  pool.ended = counted;
  turns.current = null;
  turns.leftovers = pool.units.filter((u) => u.free);
}
function compareSums(draw, id, r, counted, what) {
  for (const [key, value] of Object.entries(counted)) {
    if (r[key] === value) continue;
    fault(draw, id, both(`${what.en}, ${key}`, `${what.zh}，${key}`), r[key], value);
  }
}
// D11: the leftovers, one by one, in the order of the plan.
function leftoverLine(draw, r, turns) {
  see(draw, 'D11');
  const unit = turns.leftovers[turns.leftoverAt++];
  if (unit && r.unit === unit.id && r.pool === turns.pool.id) return;
  const expected = unit ? cite(unit.id) : both('no leftover any more', '已没有剩余房源');
  fault(draw, 'D11', 'leftover', cite(r.unit), expected);
}
// D11: a pool is left after all of its leftovers.
function leavePool(draw) {
  const { turns } = draw;
  draw.turns = null;
  if (!turns) return;
  const { pool, leftovers, leftoverAt } = turns;
  if (leftoverAt >= leftovers.length) return;
  const found = both('leftover lines missing', '缺少剩余房源行');
  const expected = both(leftovers.length + ' lines', leftovers.length + ' 行');
  fault(draw, 'D11', placeOf('pool', pool.id), found, expected);
}

// D1, D12: the end of the pools.
export function endPools(draw) {
  leavePool(draw);
  const { pools, households, units } = draw.plan;
  // D1: no pool is left out.
  for (const pool of pools.slice(draw.nextPool)) {
    const found = both('not drawn', '没有抽');
    fault(draw, 'D1', placeOf('pool', pool.id), found, both('every pool drawn', '每个批次都抽'));
  }
  // D12: every household is served once, where every pool came to its end.
  see(draw, 'D12', households.length + units.length);
}
// D12: the result is the sum of the pools.
export function resultLine(draw, r) {
  const sums = { picked: 0, standby: 0, leftover: 0 };
  for (const { ended } of draw.plan.pools) {
    if (ended) for (const key of Object.keys(sums)) sums[key] += ended[key];
  }
  compareSums(draw, 'D12', r, sums, both('result', '结果'));
}

export function drawNotRun(draw, early) {
  const broken = early(POOLS);
  if (broken) notRun(draw, 'D12', broken);
  if (draw.followed) return;
  const reason =
    draw.ceremony.seed === null
      ? both('there is no seed', '没有种子')
      : both('the draw cannot be followed', '抽签无法复算');
  for (const [id] of DRAW_CHECKS) notRun(draw, id, reason);
}
