// plan.js: P1 to P15, the lines of the plan, and what holds of them together when it ends.

import { byteLength, compareBytes, hexOf } from './bytes.js';
import { both, cite, fault, notRun, placeOf, see } from './checks.js';
import { readKey } from './notes.js';
import { OPTIONAL, PLAN, SECTIONS } from './phases.js';
import {
  ORIGIN,
  ORIGIN_WORDS,
  checkId,
  checkText,
  isFileName,
  hasId,
  lookUp,
  lower,
  remember,
} from './texts.js';
import { checkFamilies, familyLine, joinFamily } from './families.js';
import { matchNeeds, prepareClasses } from './needs.js';

export const PLAN_CHECKS = [
  ['P1', 'Is the header sound, and are the counts right?', '方案首行正确、各项数目相符吗？'],
  ['P2', 'Are all ids well-formed and different?', '所有编号都合规且互不相同吗？'],
  ['P3', 'Are all texts within the repertoire?', '所有文字都在允许的字符范围内吗？'],
  [
    'P4',
    'Do benches and pools exist, and are units and households in the order of pools?',
    '所引用的席位和批次都存在，房源与住户都按批次排列吗？',
  ],
  [
    'P5',
    'Are there two benches or more with quorums they can reach?',
    '至少有两个席位，且法定人数可以达到吗？',
  ],
  ['P6', 'Do the public numbers have 64 bits or more?', '公开随机数至少有 64 比特吗？'],
  ['P7', 'Are all fields within their limits?', '所有字段都在限度之内吗？'],
  ['P8', 'Is each group within one pool and tier?', '每个结伴组都在同一批次、同一顺位吗？'],
  [
    'P9',
    'Do rankings name units of their own pool, once each?',
    '志愿表只列本批次的房源且不重复吗？',
  ],
  ['P10', 'Can all needs be met at once?', '所有照顾需求能同时满足吗？'],
  ['P11', 'Is the attempt linked to the one before?', '本次抽签与上一次的关联写明了吗？'],
  [
    'P12',
    'Are the keys of the panel sound, and of one member each?',
    '监督员的公钥都合格且互不相同吗？',
  ],
  ['P13', 'Is every flat, and every person, listed once?', '每套房、每个人都只列一次吗？'],
  ['P14', 'Is every document named once, with its hash?', '每份文件都只列一次并附哈希吗？'],
  [
    'P15',
    'Is every family listed with its claims, and every budget enough for its needs?',
    '每个家庭及其选房名额都列明、面积额度足够满足照顾需求吗？',
  ],
];

// What the plan says. `members`, `units` and so on are in the order of their lines.
export function newPlan(findings) {
  return {
    findings,
    header: null, // the first `plan` line
    headerLine: 0,
    section: -1, // the last section that began
    counts: Object.fromEntries(SECTIONS.map((kind) => [kind, 0])),
    room: { idBytes: {}, full: new Set() }, // P7: for the lines that are still to be read
    benches: [],
    members: [],
    sources: [],
    documents: [],
    documentNames: new Set(), // P14, in lower case
    pools: [],
    units: [],
    excluded: [], // flats that are kept out
    families: [],
    households: [],
    // P2: ids by kind, in lower case; those that came again; the first line of each.
    ids: new Map(),
    repeated: [],
    byId: new Map(),
    groups: new Map(), // P8: group to its head
    featureSets: new Set(),
    sound: false, // it has ended, and keeps all rules: else nothing behind it is looked at
    keys: new Map(), // P12: `name keyId` to the key
    keyNames: new Set(),
    keyBytes: new Set(),
    logKey: null, // P12: that of the log, when it is sound
    root: null, // of all lines before the checkpoint
  };
}

// Section 1: limits, so that a file made to hurt cannot.
const MOST = {
  benches: 16,
  members: 256,
  sources: 16,
  pools: 65535,
  units: 10000000,
  households: 10000000,
  documents: 64,
  excluded: 1000000,
  families: 10000000,
  needs: 8,
  needSets: 32,
  featureSets: 4096,
};
const MOST_LINES = {
  bench: MOST.benches,
  member: MOST.members,
  source: MOST.sources,
  pool: MOST.pools,
  document: MOST.documents,
  excluded: MOST.excluded,
};
const MOST_RULES = {
  benches: 'P5',
  members: 'P5',
  sources: 'P6',
  pools: 'P7',
  units: 'P7',
  households: 'P7',
  documents: 'P14',
  excluded: 'P7',
  families: 'P7',
};

export function planLine(plan, r) {
  plan.section = SECTIONS.indexOf(r.kind);
  plan.counts[r.kind]++;
  // P5 to P7: lines beyond a limit are counted, and otherwise not read.
  if (plan.counts[r.kind] > MOST_LINES[r.kind] || !hasRoom(plan, r)) return;
  PLAN_LINES[r.kind](plan, r);
}
// T2: plan bench+ member+ source+ document* pool+ unit+ excluded* family* household+
export function isNextInPlan(plan, r) {
  const section = SECTIONS.indexOf(r.kind);
  if (section <= plan.section) return section > 0 && section === plan.section;
  return SECTIONS.slice(plan.section + 1, section).every((kind) => kind in OPTIONAL);
}
export const isPlanWhole = (plan) => plan.section === SECTIONS.length - 1;
// P7: of the lines of one kind those after the first 10,000,000, or from the first on with which
// their ids have more than 640,000,000 bytes, are counted (P1) and otherwise not read.
const MOST_OF_A_KIND = { lines: 10000000, idBytes: 640000000 };
function hasRoom(plan, { kind, id }) {
  if (id === undefined) return true;
  const { idBytes, full } = plan.room;
  if (full.has(kind)) return false;
  idBytes[kind] = (idBytes[kind] || 0) + byteLength(id);
  if (plan.counts[kind] <= MOST_OF_A_KIND.lines && idBytes[kind] <= MOST_OF_A_KIND.idBytes) {
    return true;
  }
  full.add(kind);
  tellFull(plan, kind);
  return false;
}
// One fault, at the first such line.
function tellFull(plan, kind) {
  const { lines, idBytes } = MOST_OF_A_KIND;
  const expected = both(
    `at most ${lines} ${kind} lines, with ${idBytes} bytes of ids`,
    `至多 ${lines} 个 ${kind} 行，编号共 ${idBytes} 字节`,
  );
  fault(plan, 'P7', kind, both('one more', '又一行'), expected);
}
function newPool(plan, r) {
  return {
    id: r.id,
    title: r.title,
    building: r.building,
    rule: r.rule,
    absence: r.absence,
    seconds: r.seconds,
    unranked: r.unranked,
    said: r,
    line: plan.findings.line,
    index: plan.pools.length,
    units: [],
    households: [],
    needs: [],
    needSets: new Map(),
    largest: new Map(), // by needs, the largest area (P15, 2)
    measured: false, // D14: a family with a budget has a claim here, so that areas count
    // Of the draw:
    key: null,
    order: [],
    standbyList: [],
    ended: null, // what it counts in the end
    // After the result:
    standbyNow: new Set(), // who still waits
    standbyByNeeds: [],
    freeNow: new Set(),
    queue: [], // all that were free, as they became so
    queueAt: 0, // in it, the first that may still be offered (A3)
    offer: null, // the one that is not answered
  };
}

const PLAN_LINES = {
  plan: headerLine,
  bench: benchLine,
  member: memberLine,
  source: sourceLine,
  pool: poolOfPlan,
  document: documentLine,
  unit: unitLine,
  excluded: excludedLine,
  family: familyLine,
  household: householdLine,
};

// P1: version, origin and title; P5 to P7: the numbers that it announces.
function headerLine(plan, r) {
  see(plan, 'P1');
  if (r.floorlot !== 1) fault(plan, 'P1', 'floorlot', r.floorlot, 1);
  if (!ORIGIN.test(r.origin)) fault(plan, 'P1', 'origin', cite(r.origin), ORIGIN_WORDS);
  checkText(plan, r.title, 300, 'title');
  checkAttempt(plan, r);
  if (r.log !== undefined) checkLog(plan, r);
  for (const [key, rule] of Object.entries(MOST_RULES)) {
    if (r[key] === undefined || r[key] <= MOST[key]) continue;
    const expected = both('at most ' + MOST[key], '不超过 ' + MOST[key]);
    fault(plan, rule, 'plan, ' + key, r[key], expected);
  }
  plan.header = r;
  plan.headerLine = plan.findings.line;
}
// P11: the attempt before.
function checkAttempt(plan, r) {
  see(plan, 'P11');
  const { attempt, prior } = r;
  const wrong = (place, found, expected) => fault(plan, 'P11', place, found, expected);
  if (attempt < 1 || attempt > 999) wrong('attempt', attempt, both('1 to 999', '1 至 999'));
  if (attempt >= 2 && !(prior && prior.relation === 'void')) {
    const found = prior ? prior.relation : both('none', '无');
    wrong('prior', found, both('a prior with relation void', '关系为 void 的 prior'));
  }
  if (!prior) return;
  if (!ORIGIN.test(prior.origin)) wrong('prior, origin', cite(prior.origin), ORIGIN_WORDS);
  if (prior.origin === r.origin) {
    wrong('prior, origin', cite(prior.origin), both('another origin', '另一个名称'));
  }
  checkText(plan, prior.reason, 600, 'prior, reason');
}

function benchLine(plan, r) {
  checkId(plan, 'bench', r.id, placeOf('bench', r.id));
  checkText(plan, r.title, 120, placeOf('bench', r.id, 'title', '名称'));
  const bench = {
    id: r.id,
    title: r.title,
    quorum: r.quorum,
    members: [],
    size: 0,
    line: plan.findings.line,
  };
  plan.benches.push(bench);
  remember(plan, 'bench', r.id, bench);
}

function memberLine(plan, r) {
  const place = placeOf('member', r.id);
  checkId(plan, 'member', r.id, place);
  checkText(plan, r.name, 120, placeOf('member', r.id, 'name', '姓名'));
  // P4: the bench exists.
  see(plan, 'P4');
  const bench = lookUp(plan, 'bench', r.bench) || null;
  if (!bench) {
    fault(plan, 'P4', place, cite(r.bench), both('a bench of the plan', '方案中的席位'));
  }
  const key = r.key === undefined ? null : checkKey(plan, r);
  const { line } = plan.findings;
  const member = { id: r.id, name: r.name, said: r, bench, key, call: null, answer: null, line };
  plan.members.push(member);
  if (bench) {
    bench.members.push(member);
    bench.size++;
  }
  if (key) {
    key.member = member;
    plan.keys.set(key.name + ' ' + key.keyId, key);
  }
  remember(plan, 'member', r.id, member);
}
// P12: the key of the log has another type, and the name of the draw.
function checkLog(plan, r) {
  see(plan, 'P12');
  const key = readKey(r.log, 1);
  if (key.bytes && key.name === r.origin) {
    plan.logKey = key;
    takeKey(plan, key);
    return;
  }
  const own = both('a key with the name ' + r.origin, `以 ${r.origin} 为名的公钥`);
  fault(plan, 'P12', both('plan, log', '方案，日志公钥'), cite(r.log), key.bytes ? own : key);
}
const isKeyTaken = ({ keyBytes, keyNames }, key) =>
  keyBytes.has(hexOf(key.bytes)) || keyNames.has(key.name);
function takeKey({ keyBytes, keyNames }, key) {
  keyBytes.add(hexOf(key.bytes));
  keyNames.add(key.name);
}
// P12: a sound key, and of one member each: neither its bytes nor its name stand twice.
function checkKey(plan, r) {
  see(plan, 'P12');
  const place = placeOf('member', r.id, 'key', '公钥');
  const key = readKey(r.key);
  if (!key.bytes) {
    fault(plan, 'P12', place, cite(r.key), key);
    return null;
  }
  if (isKeyTaken(plan, key)) {
    const expected = both('a key and a name of its own', '各人自己的公钥与名称');
    fault(plan, 'P12', place, cite(r.key), expected);
    return null;
  }
  takeKey(plan, key);
  return key;
}

function sourceLine(plan, r) {
  see(plan, 'P6');
  checkSource(plan, r);
  const { device, count, range, round } = r;
  plan.sources.push({ device, count, range, round });
}
// P6: the fields of one source.
function checkSource(plan, r) {
  const wrong = (key, expected) =>
    fault(plan, 'P6', both(`${r.device}, ${key}`, `${r.device}，${key}`), r[key], expected);
  const own = r.device === 'drand' ? ['round'] : ['count', 'range'];
  if (['count', 'range', 'round'].some((key) => r[key] !== undefined && !own.includes(key))) {
    wrong('device', both(own.join(', ') + ' and no other', '应有且只有 ' + own.join('、')));
  }
  const within = (key, low, high) => {
    const value = r[key] === undefined ? 0 : r[key];
    if (value < low || value > high) wrong(key, low + '…' + high);
  };
  if (r.device === 'dice') {
    within('count', 1, 200);
    within('range', 2, 10);
  }
  if (r.device === 'balls') {
    within('range', 1, 9999);
    within('count', 1, Math.max(1, Math.min(200, r.range || 0)));
  }
  if (r.device === 'drand') within('round', 1, 1e12);
}

// P14: the name of a file as in A6, none twice; the SHA-256 of a file.
function documentLine(plan, r) {
  const place = placeOf('document', r.name);
  checkText(plan, r.name, 120, 'document, name');
  checkText(plan, r.title, 120, placeOf('document', r.name, 'title', '名称'));
  see(plan, 'P14');
  const name = lower(r.name);
  if (!isFileName(r.name) || plan.documentNames.has(name)) {
    fault(plan, 'P14', place, cite(r.name), both('a file name of its own', '各不相同的文件名'));
  }
  plan.documentNames.add(name);
  if (/^0+$/.test(r.sha256)) {
    fault(plan, 'P14', place, r.sha256, both('the SHA-256 of a file', '文件的 SHA-256'));
  }
  const { what, title, sha256 } = r;
  plan.documents.push({ what, name: r.name, title, sha256, line: plan.findings.line });
}

// A flat that exists and is not drawn (P2, P3, P7, P13).
function excludedLine(plan, r) {
  const place = placeOf('excluded', r.id);
  checkId(plan, 'excluded', r.id, place);
  // P2: no unit has the id.
  if (hasId(plan, 'unit', r.id)) {
    plan.repeated.push({ id: r.id, place, line: plan.findings.line });
  }
  for (const [key, zh, most] of [
    ['building', '楼栋', 120],
    ['label', '门牌', 60],
    ['reason', '原因', 600],
  ]) {
    checkText(plan, r[key], most, placeOf('excluded', r.id, key, zh));
  }
  // P7: the limits of storey and area.
  see(plan, 'P7');
  for (const [key, zh, most] of [
    ['storey', '楼层', 999],
    ['area', '面积', 10_000_000],
  ]) {
    if (r[key] === undefined || (r[key] >= 1 && r[key] <= most)) continue;
    const expected = both(`1 to ${most}`, `1 至 ${most}`);
    fault(plan, 'P7', placeOf('excluded', r.id, key, zh), r[key], expected);
  }
  const { id, building, label, storey, area, reason } = r;
  plan.excluded.push({ id, building, label, storey, area, reason, line: plan.findings.line });
}

function poolOfPlan(plan, r) {
  checkId(plan, 'pool', r.id, placeOf('pool', r.id));
  checkText(plan, r.title, 120, placeOf('pool', r.id, 'title', '名称'));
  checkText(plan, r.building, 120, placeOf('pool', r.id, 'building', '楼栋'));
  checkPool(plan, r);
  const pool = newPool(plan, r);
  plan.pools.push(pool);
  remember(plan, 'pool', r.id, pool);
}
// P7: the fields that belong to one rule, and at least one unit and household.
function checkPool(plan, r) {
  see(plan, 'P7');
  const wrong = (key, expected) => fault(plan, 'P7', placeOf('pool', r.id, key), r[key], expected);
  const ofRule = { absence: 'choice', unranked: 'ranking' };
  for (const [key, rule] of Object.entries(ofRule)) {
    if ((r[key] !== undefined) === (r.rule === rule)) continue;
    wrong(key, both(`${key} if and only if the rule is ${rule}`, `规则为 ${rule} 时才有 ${key}`));
  }
  const { seconds } = r;
  if (seconds !== undefined && (r.rule !== 'choice' || seconds < 10 || seconds > 3600)) {
    wrong(
      'seconds',
      both('10 to 3600, and only if the rule is choice', '10 至 3600，且仅用于 choice'),
    );
  }
  for (const key of ['units', 'households']) {
    if (r[key] === 0) wrong(key, both('at least one', '至少一个'));
  }
}

function unitLine(plan, r) {
  const place = placeOf('unit', r.id);
  checkId(plan, 'unit', r.id, place);
  if (r.building !== undefined) {
    checkText(plan, r.building, 120, placeOf('unit', r.id, 'building', '楼栋'));
  }
  checkText(plan, r.label, 60, placeOf('unit', r.id, 'label', '门牌'));
  const pool = poolOf(plan, r, plan.units, place);
  // P7: the limits of the storey.
  see(plan, 'P7');
  if (r.storey < 1 || r.storey > 999) {
    const expected = both('1 to 999', '1 至 999');
    fault(plan, 'P7', placeOf('unit', r.id, 'storey', '楼层'), r.storey, expected);
  }
  checkAreaAndPrice(plan, r);
  const features = checkFeatures(plan, r.features, place);
  const unit = newUnit(plan, r, pool, features);
  plan.units.push(unit);
  if (pool) pool.units.push(unit);
  remember(plan, 'unit', r.id, unit);
}

// P7: the limits of area (1/100 m²) and price (fen).
function checkAreaAndPrice(plan, r) {
  for (const [key, zh, most] of [
    ['area', '面积', 10_000_000],
    ['price', '价格', 10 ** 15],
  ]) {
    if (r[key] === undefined || (r[key] >= 1 && r[key] <= most)) continue;
    fault(plan, 'P7', placeOf('unit', r.id, key, zh), r[key], both(`1 to ${most}`, `1 至 ${most}`));
  }
}

const newUnit = (plan, r, pool, features) => ({
  id: r.id,
  ownBuilding: r.building,
  label: r.label,
  storey: r.storey,
  area: r.area,
  price: r.price,
  features,
  pool,
  line: plan.findings.line,
  index: plan.units.length,
  place: pool ? pool.units.length : 0, // in its pool
  taker: null, // the pick that took it in the draw
  holder: null, // who has it after the result
  askedFrom: 0, // the place on the standby list from which it is offered (A3)
  asked: null, // the claims with a budget to which it was offered (A3)
});

function householdLine(plan, r) {
  const place = placeOf('household', r.id);
  checkId(plan, 'household', r.id, place);
  checkText(plan, r.name, 120, placeOf('household', r.id, 'name', '姓名'), true);
  const pool = poolOf(plan, r, plan.households, place);
  // P7: the limits of the tier.
  see(plan, 'P7');
  if (r.tier < 1 || r.tier > 999) {
    const expected = both('1 to 999', '1 至 999');
    fault(plan, 'P7', placeOf('household', r.id, 'tier', '顺位'), r.tier, expected);
  }
  const needs = checkFeatures(plan, r.needs, place);
  if (r.group !== undefined) checkId(plan, null, r.group, place);
  const household = newHousehold(plan, r, pool, needs);
  if (r.family !== undefined) joinFamily(plan, household, r.family, place);
  if (pool) {
    addNeeds(plan, pool, household, place);
    if (r.group !== undefined) checkGroup(plan, household, place);
    if (r.ranking !== undefined) checkRanking(plan, household, r.ranking, place);
    pool.households.push(household);
  }
  plan.households.push(household);
  remember(plan, 'household', r.id, household);
}
function newHousehold(plan, r, pool, needs) {
  const household = {
    id: r.id,
    name: r.name,
    tier: r.tier,
    needs,
    group: r.group,
    head: null,
    ranking: null,
    person: r.person,
    family: null,
    reserve: 0, // D14: of a claim with needs, as long as it waits
    pool,
    line: plan.findings.line,
    index: plan.households.length,
    number: pool ? pool.households.length : 0, // in its pool
    // Of the draw:
    ticket: null,
    lot: null,
    place: 0, // in the call order
    callAt: null,
    missed: 0,
    offers: null, // how many units at its last call
    pick: null,
    standby: null,
    // After the result:
    holds: null,
  };
  household.head = household;
  return household;
}

// P4: the pool that is named exists, and is not before that of the line before.
function poolOf(plan, r, list, place) {
  see(plan, 'P4');
  const named = lookUp(plan, 'pool', r.pool) || null,
    before = list.length ? list[list.length - 1].pool : null;
  if (!named) {
    fault(plan, 'P4', place, cite(r.pool), both('a pool of the plan', '方案中的批次'));
  } else if (before && named.index < before.index) {
    const found = both(
      `of pool ${r.pool}, after one of pool ${before.id}`,
      `属批次 ${r.pool}，却排在批次 ${before.id} 之后`,
    );
    fault(plan, 'P4', place, found, both('the order of the pools', '按批次次序排列'));
  }
  return named;
}

// P7: features and needs, sorted by their bytes, none twice, at most 16.
function checkFeatures(plan, list, place) {
  if (list === undefined) return [];
  for (const id of list) checkId(plan, null, id, place);
  if (list.length > 16) {
    const found = both(list.length + ' entries', list.length + ' 项');
    fault(plan, 'P7', place, found, both('at most 16', '不超过 16 项'));
  }
  const at = list.findIndex((id, i) => i > 0 && compareBytes(list[i - 1], id) >= 0);
  if (at >= 0) {
    const [before, id] = [cite(list[at - 1]), cite(list[at])];
    const found = both(`${id} after ${before}`, `${id} 排在 ${before} 之后`);
    fault(plan, 'P7', place, found, both('sorted, none twice', '按次序排列且不重复'));
  }
  const set = at < 0 ? list : Array.from(new Set(list)).sort(compareBytes);
  countFeatures(plan, set.join(' '), place);
  return set;
}
// P7: at most 4096 combinations of features and needs.
function countFeatures(plan, key, place) {
  if (plan.featureSets.has(key)) return;
  plan.featureSets.add(key);
  if (plan.featureSets.size !== MOST.featureSets + 1) return;
  const found = both('one combination more', '又一种组合');
  fault(plan, 'P7', place, found, both('at most 4096 combinations', '不超过 4096 种组合'));
}
// P7: at most 8 needs and 32 combinations of needs in a pool.
function addNeeds(plan, pool, household, place) {
  if (household.needs.length === 0) return;
  const tooMany = (found, expected) => fault(plan, 'P7', place, found, expected);
  for (const need of household.needs) {
    if (pool.needs.length > MOST.needs || pool.needs.includes(need)) continue;
    pool.needs.push(need);
    if (pool.needs.length <= MOST.needs) continue;
    const found = both('a ninth need in the pool', '该批次出现第 9 种照顾需求');
    tooMany(found, both('at most 8', '不超过 8 种'));
  }
  const key = household.needs.join(' ');
  pool.needSets.set(key, (pool.needSets.get(key) || 0) + 1);
  if (pool.needSets.size === MOST.needSets + 1 && pool.needSets.get(key) === 1) {
    const found = both('a 33rd combination of needs', '该批次出现第 33 种需求组合');
    tooMany(found, both('at most 32', '不超过 32 种'));
  }
}
// P8: each group is within one pool and tier; its first household is its head.
function checkGroup(plan, household, place) {
  see(plan, 'P8');
  const head = plan.groups.get(household.group);
  if (!head) {
    plan.groups.set(household.group, household);
  } else if (head.pool !== household.pool || head.tier !== household.tier) {
    const found = both(`pool or tier unlike ${head.id}`, `批次或顺位与 ${head.id} 不同`);
    fault(plan, 'P8', place, found, both('the same for the whole group', '全组相同'));
  } else {
    household.head = head;
  }
}
// P9: units of the own pool, none twice.
function checkRanking(plan, household, ranking, place) {
  see(plan, 'P9');
  const wrong = (found, expected) => fault(plan, 'P9', place, found, expected);
  if (household.pool.rule !== 'ranking') {
    wrong(both('a ranking', '有志愿表'), both('none in this pool', '本批次没有志愿表'));
  }
  if (ranking.length > 4000) {
    const found = both(ranking.length + ' entries', ranking.length + ' 项');
    wrong(found, both('at most 4000', '不超过 4000 项'));
  }
  const seen = new Set();
  household.ranking = ranking.map((id) => {
    const unit = lookUp(plan, 'unit', id);
    if (!unit || unit.pool !== household.pool) {
      wrong(cite(id), both('a unit of the pool', '本批次的房源'));
      return null;
    }
    if (seen.has(id)) {
      wrong(both(cite(id) + ' again', cite(id) + ' 重复'), both('once', '只列一次'));
      return null;
    }
    seen.add(id);
    return unit;
  });
}

// The end of the plan (section 7). `root` is that of all its lines.
export function endPlan(plan, root) {
  plan.root = root;
  plan.lastLine = plan.findings.line;
  checkRepeated(plan);
  checkOnce(plan);
  // What only the whole plan shows is a fault in the line that ends it.
  checkCounts(plan);
  checkBenches(plan);
  // Outcomes and needs are computed where nothing that they are made of is at fault.
  plan.sound = !hasFaults(plan);
  if (!plan.sound) return;
  checkOutcomes(plan);
  checkFamilies(plan);
  for (const pool of plan.pools) checkNeeds(plan, pool);
  plan.sound = !hasFaults(plan);
}
const hasFaults = ({ findings }) =>
  PLAN_CHECKS.some(([id]) => findings.checks.get(id).failed > 0);
export const NOT_SOUND = both('the plan has faults', '方案有误');
// P2: no id again. Told at the end, so that ids in another form come first.
function checkRepeated(plan) {
  const expected = both('an id of its own', '各不相同的编号');
  for (const { id, place, line } of plan.repeated) {
    fault(plan, 'P2', place, both(cite(id) + ' again', cite(id) + ' 重复出现'), expected, line);
  }
}
// P1: header and pools count the lines that there are.
function checkCounts(plan) {
  const compare = (place, said, counted) => {
    see(plan, 'P1');
    if (said === counted) return;
    const expected = both(`${counted}, the lines there are`, `${counted}，与实际行数一致`);
    fault(plan, 'P1', place, said, expected);
  };
  for (const kind of SECTIONS.slice(1).filter((kind) => !(kind in OPTIONAL))) {
    const key = kind === 'bench' ? 'benches' : kind + 's';
    compare(key, plan.header[key], plan.counts[kind]);
  }
  for (const pool of plan.pools) {
    for (const key of ['units', 'households']) {
      compare(`pool ${pool.id}, ${key}`, pool.said[key], pool[key].length);
    }
  }
  // P1: the other counts are there if and only if there are such lines.
  for (const [kind, key] of Object.entries(OPTIONAL)) {
    const said = plan.header[key],
      counted = plan.counts[kind] || undefined;
    if (said === undefined && counted === undefined) continue;
    see(plan, 'P1');
    if (said === counted) continue;
    const none = both('nothing', '没有');
    fault(plan, 'P1', key, said === undefined ? none : said, counted === undefined ? none : counted);
  }
}
// P5: two benches or more, each with a quorum that it can reach.
function checkBenches(plan) {
  const { benches } = plan;
  see(plan, 'P5', benches.length);
  if (benches.length < 2) {
    fault(plan, 'P5', both('benches', '席位'), benches.length, both('at least two', '至少两个'));
  }
  for (const { id, quorum, size } of benches) {
    if (quorum >= 1 && quorum <= size) continue;
    const place = placeOf('bench', id, 'quorum', '法定人数');
    fault(plan, 'P5', place, quorum, both('1 to ' + size, '1 至 ' + size));
  }
}
// P6: all outcomes together are 2^64 or more. A drand round has enough by itself.
function checkOutcomes(plan) {
  let outcomes = 1n;
  for (const { device, count, range } of plan.sources) {
    if (device === 'drand') return;
    for (let i = 0; i < count; i++) outcomes *= BigInt(device === 'dice' ? range : range - i);
  }
  if (outcomes >= 1n << 64n) return;
  const bits = outcomes.toString(2).length - 1,
    found = both(`2^${bits} or so`, `约 2^${bits}`);
  fault(plan, 'P6', both('outcomes', '可能结果数'), found, both('at least 2^64', '至少 2^64'));
}
// P10: all households with needs can be served at the same time.
function checkNeeds(plan, pool) {
  if (pool.needs.length === 0) return;
  see(plan, 'P10');
  prepareClasses(pool);
  const wanted = pool.waiting.reduce((n, c) => n + c, 0),
    matched = matchNeeds(pool);
  if (matched >= wanted) return;
  const found = both(`${matched} of ${wanted} can be met`, `${wanted} 户中只能满足 ${matched} 户`);
  fault(plan, 'P10', placeOf('pool', pool.id), found, both('all', '全部'));
}
// The building of a unit: its own, or that of its pool.
export const buildingOf = ({ ownBuilding, pool }) =>
  ownBuilding !== undefined ? ownBuilding : pool ? pool.building : '';

// P13: a text as it is compared: full-width as ASCII, without spaces, A-Z lower-case.
const folded = (text) =>
  text
    .replace(/[\uFF01-\uFF5E]/g, (c) => String.fromCharCode(c.charCodeAt(0) - 0xfee0))
    .replace(/[ \u3000]/g, '')
    .replace(/[A-Z]/g, (c) => c.toLowerCase());
// P13: no two units have the same building, label and storey; no two households or families the same
// person.
function checkOnce(plan) {
  const { units, families, households } = plan;
  see(plan, 'P13', units.length);
  const buildings = new Map(); // to what stands in each: storey and label, to the first unit
  const inBuilding = (name) => {
    const building = folded(name);
    if (!buildings.has(building)) buildings.set(building, new Map());
    return buildings.get(building);
  };
  const ofPool = plan.pools.map((pool) => inBuilding(pool.building));
  for (const { id, ownBuilding: own, label, storey, pool, line } of units) {
    if (!pool) continue;
    const flats = own === undefined ? ofPool[pool.index] : inBuilding(own),
      flat = storey + ' ' + folded(label);
    if (!flats.has(flat)) {
      flats.set(flat, id);
      continue;
    }
    const first = flats.get(flat),
      expected = both('a flat other than unit ' + first, `与房源 ${first} 不同的房`);
    fault(plan, 'P13', placeOf('unit', id), cite(label), expected, line);
  }
  see(plan, 'P13', plan.excluded.length);
  for (const { id, building, label, storey, line } of plan.excluded) {
    const flats = inBuilding(building),
      flat = storey + ' ' + folded(label);
    if (!flats.has(flat)) {
      flats.set(flat, id);
      continue;
    }
    const first = flats.get(flat),
      expected = both('a flat other than ' + first, `与 ${first} 不同的房`);
    fault(plan, 'P13', placeOf('excluded', id), cite(label), expected, line);
  }
  const persons = new Map();
  for (const { id, person, line } of [...families, ...households]) {
    if (person === undefined) continue;
    see(plan, 'P13');
    if (!persons.has(person)) {
      persons.set(person, id);
      continue;
    }
    const first = persons.get(person),
      expected = both('a person other than that of ' + first, `与 ${first} 不同的人`);
    fault(plan, 'P13', both(id, id), cite(person), expected, line);
  }
}
export function planNotRun(plan, early) {
  const reason = early(PLAN);
  if (reason) for (const [id] of PLAN_CHECKS) notRun(plan, id, reason);
}
