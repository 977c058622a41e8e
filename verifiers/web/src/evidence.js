// evidence.js: V1 to V9, the transcript against what is known outside of it.

import { beginsWith, bytesOf, sameBytes, sha256Text, splitLines } from './bytes.js';
import { both, cite, fault, notRun, placeOf, see } from './checks.js';
import { BEGINNING } from './profile.js';
import { isNoted, isOld, leafOf, toDigits } from './tree.js';
import { changeOfBeginning, changedBy, takeCr } from './changes.js';
import { PLAN } from './phases.js';
import { ID, lookUp, lower } from './texts.js';
import { buildingOf } from './plan.js';
import { familyIs } from './families.js';
import { NOT_VERIFIED } from './signoff.js';

export const EVIDENCE_CHECKS = [
  [
    'V1',
    'Is the fingerprint that was noted outside that of a checkpoint here?',
    '在外记下的指纹与这里的检查点相符吗？',
  ],
  ['V2', 'Is the older copy the beginning of this file?', '较早的副本是本文件的开头吗？'],
  ['V3', 'Did the quorum of each bench sign?', '各席位达到法定人数的监督员签名了吗？'],
  [
    'V4',
    'Is the draw of the kind that was expected (official or rehearsal)?',
    '抽签性质（正式或演练）与预期一致吗？',
  ],
  ['V5', 'Are the recordings the files that were registered?', '录像文件与登记的相符吗？'],
  [
    'V6',
    'Are the scans of what was signed on paper the files that were registered?',
    '各纸面签字的扫描件与登记的相符吗？',
  ],
  [
    'V7',
    'Does the draw go on from the round or attempt before it?',
    '本次抽签与上一轮（次）衔接吗？',
  ],
  ['V8', 'Is the household the person who is named?', '该住户就是所称的人吗？'],
  ['V9', 'Are the documents the files that were registered?', '各文件与登记的相符吗？'],
];

// Which checkpoints the evidence reaches, and what this draw had to give out.
export const newOutside = () => ({
  reached: [],
  olderReached: [],
  givesOut: null,
  oneBefore: null, // the verified transcript that `prior` was compared with
});

const checkpointsOf = (t) => t.signoff.checkpoints;
export function evidenceChecks(t) {
  const { fingerprints, older, expect, recordings, documents, scans, earlier, person } = t.evidence;
  if (fingerprints && fingerprints.length) checkNoted(t, fingerprints);
  if (older) checkOlder(t, older);
  checkQuorums(t);
  if (expect) checkKind(t, expect);
  const filed = [...t.plan.documents, ...t.aftermath.filed];
  checkFiles(t, 'V5', [t.aftermath.recordings, recordings], RECORDINGS_NOT_GIVEN);
  checkFiles(t, 'V9', [filed, documents], both('the documents were not given', '没有给出文件'));
  checkScans(t, scans);
  checkEarlier(t, earlier);
  if (isGiven(person)) checkPerson(t, person);
}
const isGiven = (value) => value !== undefined && value !== null;
export const NO_FINGERPRINT = both(
  'no fingerprint noted outside was given',
  '没有给出在外记下的指纹',
);
// What was not given is not run; it never counts as passed.
export function evidenceNotRun(t) {
  const { fingerprints, older, expect, person } = t.evidence;
  if (!fingerprints || !fingerprints.length) notRun(t, 'V1', NO_FINGERPRINT);
  if (!older) notRun(t, 'V2', both('no older copy was given', '没有给出较早的副本'));
  if (!expect) {
    notRun(t, 'V4', both('it was not said which kind is expected', '没有说明预期的性质'));
  }
  if (!isGiven(person)) notRun(t, 'V8', both('no opening was given', '没有给出密封件'));
  if (t.signoff.skipSignatures) notRun(t, 'V3', NOT_VERIFIED);
}

// What a thing noted is called, how it is shown, and the same of a checkpoint.
function kindOfNoted(noted) {
  const flat = (body) => body.trim().replace(/\n/g, ' / ');
  if (noted.endsWith('\n')) return [both('note', '签名文件'), flat(noted), (c) => flat(c.body)];
  const digits = toDigits(noted);
  if (digits.length === 64) return [both('root', '根'), digits, (c) => c.root];
  const groups = (digits.match(/.{1,5}/g) || ['–']).join(' ');
  return [both('fingerprint', '指纹'), groups, (c) => c.fingerprint];
}
export const OLD_FORM = both(
  'eight groups are a fingerprint of the old form, which names the root alone and is no evidence',
  '八组是旧格式的指纹，只对应根，不作为证据',
);
// V1: what was noted is fingerprint, root or body of a recomputed checkpoint.
export function checkNoted(t, list) {
  const counted = list.filter((noted) => !isOld(noted));
  if (!counted.length) notRun(t, 'V1', OLD_FORM);
  for (const noted of counted) {
    see(t, 'V1');
    const hits = checkpointsOf(t).filter((c) => isNoted(noted, c));
    t.outside.reached = t.outside.reached.concat(hits);
    if (hits.length) continue;
    const [place, found, of] = kindOfNoted(noted),
      own = checkpointsOf(t).map(of),
      expected = own.length ? own.join(' / ') : both('a checkpoint', '检查点');
    fault(t, 'V1', place, found, expected, 0);
  }
}
// V2: all whole lines of the older copy are the first lines here. What is no transcript is no older
// copy, and refutes nothing.
function checkOlder(t, older) {
  if (older.length && !beginsWith(older, BEGINNING)) {
    const changed = changedBy(changeOfBeginning(older));
    const reason = both(
      'the older copy that was given is no transcript' + (changed ? '. ' + changed.en : ''),
      '所给的较早副本不是抽签记录' + (changed ? '。' + changed.zh : ''),
    );
    notRun(t, 'V2', reason);
    return;
  }
  const lines = splitLines(older).filter((l) => l.whole);
  lines.forEach(takeCr);
  see(t, 'V2', lines.length);
  const own = t.tree.leaves;
  const other = lines.findIndex((l, i) => !own[i] || !sameBytes(leafOf(l.bytes), own[i]));
  if (lines.length === 0 || other >= 0) {
    const differs = both(`line ${other + 1} differs`, `第 ${other + 1} 行不同`),
      found = lines.length ? differs : both('no whole line', '没有完整的行');
    const expected = both('the beginning of this file', '与本文件开头相同');
    fault(t, 'V2', both('older copy', '较早的副本'), found, expected, 0);
    return;
  }
  t.outside.olderReached = checkpointsOf(t).filter((c) => c.line <= lines.length);
  t.outside.reached.push(...t.outside.olderReached);
}
// V3: under every checkpoint but those of the reveals, the quorum of each bench.
function checkQuorums(t) {
  const notSigned = (en, zh) => notRun(t, 'V3', both(en, zh));
  if (checkpointsOf(t).length === 0) notSigned('there is no checkpoint', '没有检查点');
  for (const { stage, signoff } of checkpointsOf(t)) {
    if (stage === 'reveals') continue;
    for (const { id, members, quorum } of t.plan.sound ? t.plan.benches : []) {
      const n = signoff ? members.filter((m) => signoff.keys.has(m)).length : 0;
      see(t, 'V3', n);
      if (n >= quorum) continue;
      notSigned(
        `under the checkpoint ${stage}, ${n} of bench ${id} signed by key; its quorum is ${quorum}`,
        `检查点 ${stage} 下，席位 ${id} 有 ${n} 人用公钥签名，法定人数为 ${quorum}`,
      );
    }
  }
  const { examined } = t.findings.checks.get('V3');
  if (examined === 0) notSigned('no signature by key counts', '没有有效的公钥签名');
}
// V4: the draw is of the kind that was expected.
function checkKind(t, expected) {
  if (!t.plan.header) {
    const reason = both(
      'no line can be read as that of the plan: the kind is not known',
      '没有可读的方案首行：性质不明',
    );
    notRun(t, 'V4', reason);
    return;
  }
  see(t, 'V4');
  const { mode } = t.plan.header;
  if (mode === expected) return;
  fault(t, 'V4', 'mode', modeWords(mode), modeWords(expected), t.plan.headerLine);
}
const modeWords = (mode) =>
  mode === 'official' ? both('official', '正式抽签') : both('rehearsal', '演练');

const RECORDINGS_NOT_GIVEN = both('the recordings were not given', '没有给出录像');
// V5, V9: the files at hand are those that were registered. `files` has name and SHA-256.
function checkFiles(t, id, [registered, files], notGiven) {
  if (!registered.length) return;
  if (!files) {
    notRun(t, id, notGiven);
    return;
  }
  const have = new Map(Object.entries(files));
  for (const { name, sha256: hash, line } of registered) {
    if (!have.has(name)) continue;
    see(t, id);
    if (have.get(name) !== hash) fault(t, id, name, have.get(name), hash, line);
  }
  const missing = registered.map((r) => r.name).filter((name) => !have.has(name));
  if (!missing.length) return;
  const names = missing.slice(0, 8);
  notRun(t, id, both('missing: ' + names.join(', '), '缺少：' + names.join('、')));
}
// V6: scans are found by their SHA-256.
function checkScans(t, files) {
  const scans = [...t.signoff.papers, ...t.aftermath.sheets];
  if (!scans.length) return;
  if (!files) {
    notRun(t, 'V6', both('the scans were not given', '没有给出扫描件'));
    return;
  }
  const have = new Set(Object.values(files));
  const missing = scans.filter(({ scan }) => !have.has(scan));
  see(t, 'V6', scans.length - missing.length);
  if (!missing.length) return;
  const names = missing.slice(0, 8).map(({ of }) => of);
  notRun(
    t,
    'V6',
    both('no scan at hand for: ' + names.join(', '), '缺少扫描件：' + names.join('、')),
  );
}

// V7: the draw goes on from the round or attempt before it, as `examine` left that one.
function checkEarlier(t, given = []) {
  const { header } = t.plan,
    earlier = header && before(header.prior, given);
  if (!header) {
    notRun(t, 'V7', both('there is no plan line', '没有方案首行'));
    return;
  }
  t.outside.givesOut = header.prior ? null : ANYTHING;
  const verified = earlier && earlier.report.verdict === 'verified';
  if (verified) compareEarlier(t, header, earlier.state);
  else if (header.prior) {
    const reason = earlier
      ? both('the transcript before is not verified', '上一轮（次）的记录没有通过核验')
      : both(
          'the transcript of the round or attempt before was not given',
          '没有给出上一轮（次）的记录',
        );
    notRun(t, 'V7', reason);
  }
  if (header.prior) checkFork(t, header, given);
}
const isVerified = (one) => one && one.report.verdict === 'verified';
// Of the files given before, the last that is verified and has the origin which `prior` names, else
// the one directly before.
function before(prior, given) {
  const named = (one) => prior && isVerified(one) && one.state.plan.header.origin === prior.origin;
  return given.filter(named).pop() || given[given.length - 1];
}
// V7: size and root of the checkpoints from that of the result on.
const resultsOf = (t) =>
  checkpointsOf(t)
    .filter(({ stage }) => stage === 'result' || stage === 'aftermath')
    .map(({ size, root }) => size + ' ' + root);
// V7: no transcript has two that go on from it, be it under one origin.
function checkFork(t, { origin, prior }, given) {
  const own = resultsOf(t);
  const forks = ({ state }) => {
    const { header } = state.plan;
    // Under one origin: as far as both go, the same checkpoints.
    if (header.origin === origin) return resultsOf(state).some((c, i) => i < own.length && c !== own[i]);
    return header.prior && header.prior.origin === prior.origin;
  };
  const other = given.find((one) => isVerified(one) && forks(one));
  if (!other) return;
  const found = origin + ', ' + other.state.plan.header.origin,
    expected = both('one that goes on from ' + prior.origin, '只有一份衔接 ' + prior.origin);
  fault(t, 'V7', 'prior', found, expected, t.plan.headerLine);
}
// A draw that goes on from none gives out whatever its plan says.
const ANYTHING = { households: null, units: null };
function compareEarlier(t, header, old) {
  see(t, 'V7');
  const { prior, mode } = header;
  const wrong = (place, found, expected) =>
    fault(t, 'V7', place, found, expected, t.plan.headerLine);
  if (mode !== old.plan.header.mode) wrong('plan, mode', mode, old.plan.header.mode);
  if (!prior) {
    const { origin } = old.plan.header;
    const expected = both('a prior with origin ' + origin, 'prior 的 origin 为 ' + origin);
    wrong('prior', both('none', '没有'), expected);
    return;
  }
  t.outside.oneBefore = old;
  comparePrior(prior, old, wrong);
  t.outside.givesOut = goesOn(header, old, wrong);
  if (!t.outside.givesOut) {
    const reason = both(
      'what the void attempt gave out is not known: the transcripts before it were not given',
      '没有给出已作废的那次之前的记录，无从知道它分配的是哪些房和住户',
    );
    notRun(t, 'V7', reason);
  } else if (t.outside.givesOut !== ANYTHING) {
    compareGivenOut(t, t.outside.givesOut, wrong);
  }
  checkDropped(t, prior, old, wrong);
}
// What changed from the one before to this plan, by name.
const MAX_LISTED = 100;
const sorted = (ids) => Array.from(ids).sort();
const byId = (list, value) => new Map(list.map((one) => [one.id, value(one)]));
const rulesOf = ({ rule, absence, seconds, unranked }) =>
  [rule, absence, seconds, unranked].filter((word) => word !== undefined).join(' ');
const memberIs = ({ said: { bench, name, key } }) => JSON.stringify([bench, name, key]);
export function chainOf(t) {
  const old = t.outside.oneBefore,
    { checks } = t.findings;
  const other = Array.from(checks).some(([id, { failed }]) => id !== 'V7' && failed);
  if (!old || other || checks.get('P1').reason) return null;
  const [households, units] = handedOn(old, t.plan.header.prior.relation);
  const all = (list, value) => [byId(old.plan[list], value), byId(t.plan[list], value)];
  const lists = {
    ...leftAndAdded('', households, byId(t.plan.households, () => 0)),
    ...leftAndAdded('units_', units, byId(t.plan.units, () => 0)),
  };
  const same = sorted(households.keys()).filter((id) => lookUp(t.plan, 'household', id));
  const ofHousehold = (value) =>
    same.map((id) => [id, ...[old, t].map(({ plan }) => value(lookUp(plan, 'household', id)))]);
  lists.tiers = changes('household', ofHousehold(({ tier }) => tier));
  lists.needs = changes('household', ofHousehold(({ needs }) => sorted(needs)));
  const [rulesThen, rulesNow] = all('pools', rulesOf),
    kept = sorted(rulesThen.keys()).filter((id) => rulesNow.has(id));
  lists.rules = changes(
    'pool',
    kept.map((id) => [id, rulesThen.get(id), rulesNow.get(id)]),
  );
  const [quorumsThen, quorumsNow] = all('benches', ({ quorum }) => quorum),
    benches = sorted(new Set([...quorumsThen.keys(), ...quorumsNow.keys()]));
  lists.quorums = changes(
    'bench',
    benches.map((id) => [id, quorumsThen.get(id) || 0, quorumsNow.get(id) || 0]),
  );
  const [then, now] = all('members', memberIs);
  Object.assign(lists, leftAndAdded('members_', then, now));
  lists.members_changed = sorted(then.keys()).filter(
    (id) => now.has(id) && now.get(id) !== then.get(id),
  );
  const told = Object.entries(lists).filter(([, list]) => list.length);
  const first = (list) => ({ count: list.length, first: list.slice(0, MAX_LISTED) });
  return {
    before: old.plan.header.origin,
    ...Object.fromEntries(told.map(([key, list]) => [key, first(list)])),
  };
}
// What a plan must take over from the one before: with `round` what that leaves, with `void` all of
// a void one.
function handedOn(old, relation) {
  if (relation === 'round') {
    const { households, units } = leftBy(old);
    return [households, units];
  }
  const none = new Map();
  return old.aftermath.voided
    ? [byId(old.plan.households, () => 0), byId(old.plan.units, () => 0)]
    : [none, none];
}
const leftAndAdded = (kind, then, now) => ({
  [kind + 'left_out']: sorted(then.keys()).filter((id) => !now.has(id)),
  [kind + 'added']: sorted(now.keys()).filter((id) => !then.has(id)),
});
const changes = (kind, pairs) =>
  pairs
    .filter(([, was, is]) => JSON.stringify(was) !== JSON.stringify(is))
    .map(([id, from, to]) => ({ [kind]: id, from, to }));

// V7: with `round` every household that the transcript before leaves is in the plan; with `void`
// every household and unit of a void attempt is.
function checkDropped(t, { relation }, old, wrong) {
  const isRound = relation === 'round';
  if (!isRound && !old.aftermath.voided) return;
  const households = isRound ? leftBy(old).households.keys() : idsOf(old.plan.households),
    units = isRound ? [] : idsOf(old.plan.units);
  const tell = (kind, ids) => {
    for (const id of ids) {
      if (lookUp(t.plan, kind, id)) continue;
      wrong(placeOf(kind, id), both('not in the plan', '不在方案中'), both('as before', '与之前一样'));
    }
  };
  tell('household', households);
  tell('unit', units);
}
const idsOf = (list) => list.map(({ id }) => id);
// V7: the link names that draw, and a checkpoint of its result or later.
function comparePrior(prior, old, wrong) {
  const { origin } = old.plan.header;
  if (prior.origin !== origin) wrong('prior, origin', cite(prior.origin), cite(origin));
  const sealed = resultsOf(old),
    spell = ({ size, root }) => size + ' ' + root;
  if (sealed.includes(spell(prior))) return;
  const none = both('a checkpoint of the result or later', '结果或之后的检查点');
  const expected = sealed.length ? sealed.join(' / ') : none;
  wrong(both('prior, size and root', 'prior，行数与根'), spell(prior), expected);
}
// V7: an attempt follows a void one, by the next number, and gives out the same; a round follows
// one that is not void, and gives out what that one left.
function goesOn({ prior, attempt }, old, wrong) {
  const isVoid = both('a void draw', '已作废的抽签'),
    notVoid = both('a draw that is not void', '未作废的抽签');
  if (prior.relation !== 'void') {
    if (old.aftermath.voided) wrong('prior, relation', isVoid, notVoid);
    return leftBy(old);
  }
  if (!old.aftermath.voided) wrong('prior, relation', notVoid, isVoid);
  const next = old.plan.header.attempt + 1;
  if (attempt !== next) wrong('attempt', attempt, next);
  return old.outside.givesOut;
}
// What a transcript leaves in the end: who is on standby, and what is free, but not those of an
// offer that is open.
function leftBy({ plan }) {
  const households = new Map(),
    units = new Map();
  for (const { standbyNow, freeNow, offer } of plan.pools) {
    const { household, unit } = offer || {};
    const waiting = Array.from(standbyNow).filter((h) => h !== household),
      groups = groupsOf(waiting);
    for (const h of waiting) households.set(h.id, householdIs(h, groups, ({ holds }) => holds));
    for (const u of freeNow) if (u !== unit) units.set(u.id, unitIs(u));
  }
  return { households, units };
}
// What V7 compares: lists of strings and numbers are the same when their JSON is.
// Of a group those of its members that are among them.
const householdIs = ({ name, tier, needs, person = '', head, family }, groups, unitOf) => {
  const group = Array.from(groups.get(head)).sort();
  return JSON.stringify([name, tier, needs, person, group, familyIs(family, unitOf)]);
};
const unitIs = (u) => JSON.stringify([u.label, u.storey, u.features, buildingOf(u)]);
function groupsOf(households) {
  const groups = new Map();
  for (const { head, id } of households) {
    if (!groups.has(head)) groups.set(head, new Set());
    groups.get(head).add(id);
  }
  return groups;
}
function compareGivenOut(t, from, wrong) {
  const { households, units } = t.plan;
  see(t, 'V7', households.length + units.length);
  const compare = (before, own, place, [found, expected]) => {
    if (before === undefined) wrong(place, found, expected);
    else if (before !== own) wrong(place, own, before);
  };
  const house = [
    both('not on standby before', '此前不在候补名单'),
    both('one left on standby before', '此前留在候补名单上的住户'),
  ];
  const unit = [
    both('not free before', '此前并非空房'),
    both('one left free before', '此前剩余的空房'),
  ];
  const groups = groupsOf(households);
  for (const h of households) {
    const own = householdIs(h, groups, () => null);
    compare(from.households.get(h.id), own, placeOf('household', h.id), house);
  }
  for (const u of units) compare(from.units.get(u.id), unitIs(u), placeOf('unit', u.id), unit);
}

// V8: the household is the person who is named. What is no slip, and what no plan can answer yet,
// refutes nothing.
function checkPerson(t, text) {
  const because = (en, zh) => notRun(t, 'V8', both(en, zh));
  const opening = readOpening(text);
  if (opening === null) {
    because(
      'what was given is not the opening of a household: the five lines of its slip',
      '所给的不是住户的密封件：应为密封件上的五行文字',
    );
    return;
  }
  const { id } = opening,
    h = lookUp(t.plan, 'family', id) || lookUp(t.plan, 'household', id);
  if (!h && t.phase === PLAN) {
    because('the file ends in the plan, before this household', '文件在方案中结束，还没有到该户');
  } else if (!h) {
    see(t, 'V8');
    const expected = both('a household of the plan', '方案中的住户');
    fault(t, 'V8', both('opening', '密封件'), cite(id), expected, 0);
  } else if (h.person === undefined) {
    because(`household ${h.id} has no commitment to a person`, `住户 ${h.id} 没有身份承诺`);
  } else {
    see(t, 'V8');
    const hash = sha256Text(opening.text);
    if (hash !== h.person) fault(t, 'V8', placeOf('household', h.id), hash, h.person, h.line);
  }
}
// What is forgiven of an opening stands in section 10.
function asItWasMade(typed) {
  const lines = typed
    .replace(/^\ufeff/, '')
    .replaceAll('\r\n', '\n')
    .replace(/[ \t\f\r\n]+$/, '')
    .normalize('NFC')
    .split('\n');
  if (lines.length === 5 && lines[4].startsWith('salt ')) {
    lines[4] = 'salt ' + lower(lines[4].slice(5).replaceAll(' ', ''));
  }
  return lines.join('\n') + '\n';
}
// Section 4, Person: the five lines of the opening. Gives the household and the text, or null.
const OPENING =
  /^floorlot\/1 person\nhousehold ([^\n]*)\nname ([^\n]*)\ndocument ([^\n]*)\nsalt [0-9a-f]{64}\n$/;
const CONTROL = /[\u0000-\u001f\u007f-\u009f\u2028\u2029]/;
const WHITE_AT_END = /^[\p{White_Space}]|[\p{White_Space}]$/u;
function readOpening(typed) {
  const text = asItWasMade(typed),
    match = OPENING.exec(text);
  if (!match) return null;
  const [, id, name, papers] = match;
  const sound = [name, papers].every((field) => {
    const { length } = bytesOf(field);
    return length >= 1 && length <= 200 && !CONTROL.test(field) && !WHITE_AT_END.test(field);
  });
  return sound && ID.test(id) ? { id, text } : null;
}
