// receipts.js: section 10, the receipt of a household or a family (R1 to R5).

import {
  beginsWith,
  bytesOf,
  decodeUtf8,
  fromBase64,
  hexOf,
  latin,
  sameBytes,
  trimStart,
} from './bytes.js';
import { verifySignature } from './ed25519.js';
import { both, fault, newFindings, notRun, outcomeOf, see } from './checks.js';
import { LONGEST_LINE, parseLine } from './profile.js';
import { fingerprintOf, isNoted, isOld, leafOf, nodeOf, toDigits } from './tree.js';
import { checkpointBody, readSignature, readSigner, signedText } from './notes.js';
import { changedBy, firstLines, isMarkup, startOf, withoutBom } from './changes.js';
import { ORIGIN, lower, visible } from './texts.js';
import { EVENT_KINDS, PLAN } from './phases.js';
import { endPlan } from './plan.js';
import { NO_FINGERPRINT, OLD_FORM } from './evidence.js';

const RECEIPT_CHECKS = [
  ['R1', 'Does the text have the form of a receipt?', '文字符合收据的格式吗？'],
  [
    'R2',
    'Does every line stand in the transcript of the checkpoint?',
    '每一行都在检查点所指的记录中吗？',
  ],
  ['R3', 'Do the lines belong together?', '各行属于同一住户（或家庭）、同一次抽签吗？'],
  [
    'R4',
    'Is the fingerprint that was noted outside that of the checkpoint?',
    '在外记下的指纹与检查点相符吗？',
  ],
  [
    'R5',
    'Are the signatures right, and did the quorum of each bench sign?',
    '签名正确，且各席位达到法定人数吗？',
  ],
];

// `evidence` has `fingerprints` noted outside, and `panel` as panelOf gives it.
export function verifyReceipt(bytes, evidence = {}) {
  const saved = readSaved(bytes);
  if (saved.error) {
    const nothing = { anchored: false, signed: false, checks: [], facts: null };
    return { verdict: 'unreadable', ...nothing, error: saved.error };
  }
  const checking = { findings: newFindings(RECEIPT_CHECKS, Infinity) };
  const facts = checkReceipt(checking, readReceipt(saved.lines), evidence);
  const { checks } = checking.findings,
    outcome = (id) => outcomeOf(checks.get(id));
  const refuted = RECEIPT_CHECKS.some(([id]) => outcome(id) === 'failed');
  return {
    verdict: refuted ? 'refuted' : 'verified',
    anchored: !refuted && outcome('R4') === 'passed',
    signed: !refuted && outcome('R5') === 'passed',
    checks: Array.from(checks, ([id, { title, examined, failed, faults, reason }]) => ({
      id,
      title,
      outcome: outcome(id),
      examined,
      failed,
      ...(outcome(id) === 'not_run' ? { reason } : {}),
      faults,
    })),
    facts,
    ...(saved.note ? { note: saved.note } : {}),
  };
}
// R1 to R5; gives the facts, or null where there are none.
function checkReceipt(checking, receipt, { fingerprints = [], panel }) {
  see(checking, 'R1', receipt.wrong || receipt.lines);
  if (receipt.wrong) {
    const place = both(`line ${receipt.wrong}`, `第 ${receipt.wrong} 行`),
      expected = both('the form of a receipt', '收据的格式');
    fault(checking, 'R1', place, both('not of this form', '不符合格式'), expected, receipt.wrong);
    const reason = both('the text is not a receipt', '这不是收据');
    for (const id of ['R2', 'R3', 'R4', 'R5']) notRun(checking, id, reason);
    return null;
  }
  const { entries, note } = receipt;
  for (const entry of entries) checkEntry(checking, entry, note);
  const facts = together(checking, entries, note);
  const body = checkpointBody(note.origin, note.size, note.root);
  Object.assign(facts, {
    fingerprint: fingerprintOf(body),
    origin: note.origin,
    size: note.size,
  });
  const checkpoint = { fingerprint: facts.fingerprint, root: hexOf(note.root), body };
  checkNotedOfReceipt(checking, fingerprints || [], checkpoint);
  receiptSignatures(checking, note, panel);
  return facts;
}

// R1: what programs do around the lines is forgiven, and noted; what is no receipt is told.
const LONGEST_RECEIPT = 2 ** 23;
const RECEIPT_BEGINS = latin('floorlot/1 receipt');
function readSaved(bytes) {
  let text = decode(bytes);
  if (text === null) return { error: noReceipt(bytes) };
  if (!text.endsWith('\n')) text += '\n';
  const notes = [];
  if (withoutBom(bytes).length < bytes.length) {
    const words = 'A byte order mark (BOM) at the beginning is passed over.';
    notes.push(both(words, '开头的字节顺序标记（BOM）已略过。'));
  }
  if (text.includes('\r\n')) {
    const words = both(
      'Lines end in CR LF, which a mail program or an editor made of LF; they are read as with LF.',
      '行尾是 CR LF（邮件程序或编辑器改动所致），已按 LF 读取。',
    );
    notes.push(words);
  }
  const lines = text.replaceAll('\r\n', '\n').split('\n');
  lines.pop();
  const blank = () => /^[ \t\f\r]*$/.test(lines[lines.length - 1]);
  if (blank()) notes.push(both('Empty lines at the end are passed over.', '末尾的空行已略过。'));
  while (blank()) lines.pop();
  const note = both(notes.map((n) => n.en).join(' '), notes.map((n) => n.zh).join(''));
  return { lines, note: notes.length ? note : null };
}
// The text of what begins as a receipt does, or null.
function decode(bytes) {
  const own = withoutBom(bytes);
  if (!beginsWith(own, RECEIPT_BEGINS) || bytes.length > LONGEST_RECEIPT) return null;
  return decodeUtf8(own);
}
function noReceipt(bytes) {
  const changed = changedBy(changeOfReceipt(bytes));
  if (!changed) return both('this is not a receipt', '这不是收据');
  const en = changed.en.replace('the transcript itself', 'the receipt itself'),
    zh = changed.zh.replace('抽签记录文件本身', '收据文件本身');
  return both('this is not a receipt: ' + en, '这不是收据：' + zh);
}
// What made this of something that is no receipt.
function changeOfReceipt(bytes) {
  const found = firstLines(bytes).find((l) => trimStart(l.bytes).length > 0);
  if (!found) return 'empty-line';
  const first = found.bytes,
    line = withoutBom(first),
    text = trimStart(line),
    start = startOf(line);
  if (start && start !== 'receipt' && start !== 'mail') return start;
  if (isMarkup(text)) return 'web-page';
  if (beginsWith(text, latin('Zmxvb3Jsb3QvMSByZWNlaXB0'))) return 'mail';
  if (!beginsWith(text, RECEIPT_BEGINS)) return null;
  if (line.length < first.length) return 'bom';
  if (text.length < first.length) return 'white-space';
  return beginsWith(bytes, RECEIPT_BEGINS) ? 'encoding' : 'empty-line';
}

// R1: the parts of a receipt, or { wrong } with the number of the line that is not of this form.
function readReceipt(lines) {
  const from = { lines, at: 0 };
  const entries = lines[0] === 'floorlot/1 receipt' ? takeEntries(from) : null;
  const note = entries && takeNote(from);
  if (!note) {
    return { wrong: Math.min(from.at + 1, Math.max(1, lines.length)), lines: lines.length };
  }
  return { entries, note, lines: lines.length };
}
// R1: 1 to 512 entries, by their indexes. Null at the line where one is not of this form.
function takeEntries(from) {
  const { lines } = from,
    entries = [];
  from.at = 1;
  for (let before = -1n; from.at < lines.length && lines[from.at].startsWith('index ');) {
    if (entries.length === 512) return null;
    const index = readIndex(lines[from.at].slice(6));
    if (index === null || index <= before) return null;
    before = index;
    const entry = takeEntry(from, index);
    if (!entry) return null;
    entries.push(entry);
  }
  return entries.length ? entries : null;
}
function readIndex(digits) {
  if (!/^(0|[1-9][0-9]{0,19})$/.test(digits)) return null;
  return BigInt(digits) >> 64n ? null : BigInt(digits);
}
// Behind the index the line, and up to 64 hashes of its proof; an empty line ends it.
function takeEntry(from, index) {
  const { lines } = from;
  from.at++;
  if (from.at >= lines.length || !lines[from.at].startsWith('line ')) return null;
  const line = bytesOf(lines[from.at].slice(5));
  if (line.length > LONGEST_LINE) return null;
  const entry = { index, line, lineNumber: from.at + 1, proof: [] };
  from.at++;
  for (; from.at < lines.length && lines[from.at] !== ''; from.at++) {
    const hash = fromBase64(lines[from.at]);
    if (!hash || hash.length !== 32 || entry.proof.length === 64) return null;
    entry.proof.push(hash);
  }
  if (from.at >= lines.length) return null;
  from.at++;
  return entry;
}
// R1: the checkpoint as a signed note: origin, size and root, an empty line, up to 256 signatures.
function takeNote(from) {
  const { lines } = from,
    next = () => (from.at < lines.length ? lines[from.at] : null);
  const note = { origin: next(), size: null, root: null, signatures: [] };
  if (note.origin === null || !ORIGIN.test(note.origin)) return null;
  from.at++;
  const size = next();
  if (size === null || !/^(0|[1-9][0-9]{0,15})$/.test(size)) return null;
  note.size = Number(size);
  if (note.size > Number.MAX_SAFE_INTEGER) return null;
  from.at++;
  note.root = next() === null ? null : fromBase64(next());
  if (!note.root || note.root.length !== 32) return null;
  from.at++;
  if (next() === null) return note;
  if (next() !== '') return null;
  from.at++;
  if (next() === null) return null;
  for (; next() !== null; from.at++) {
    const signer = readSigner(next());
    if (!signer || note.signatures.length === 256) return null;
    note.signatures.push({ ...signer, sign: readSignature(next()) });
  }
  return note;
}

// R2: every line stands in the transcript of the checkpoint.
function checkEntry(checking, entry, { size, root }) {
  see(checking, 'R2');
  entry.record = parseLine(entry.line);
  if (!entry.record.refused && proves(entry, size, root)) return;
  const found = entry.record.refused
    ? both('not a line of a transcript', '不是记录中的行')
    : both('the proof leads elsewhere', '证明不通向检查点的根');
  const place = both(`entry with index ${entry.index}`, `第 ${entry.index + 1n} 行`),
    expected = both('a line under the root', '根所涵盖的行');
  fault(checking, 'R2', place, found, expected, entry.lineNumber);
  entry.refused = true;
}
// R2: RFC 9162 section 2.1.3.2.
function proves(entry, size, root) {
  let fn = entry.index,
    sn = BigInt(size) - 1n,
    r = leafOf(entry.line);
  if (fn > sn) return false;
  for (const p of entry.proof) {
    if (sn === 0n) return false;
    if ((fn & 1n) === 1n || fn === sn) {
      r = nodeOf(p, r);
      while ((fn & 1n) === 0n && fn !== 0n) {
        fn >>= 1n;
        sn >>= 1n;
      }
    } else {
      r = nodeOf(r, p);
    }
    fn >>= 1n;
    sn >>= 1n;
  }
  return sn === 0n && sameBytes(r, root);
}

// R3: the lines belong together.
function together(checking, entries, note) {
  see(checking, 'R3', entries.length);
  const readable = aboutIt(entries.filter((e) => !e.record.refused));
  const family = readable.find(({ record }) => record.kind === 'family');
  return family
    ? ofFamily(checking, entries, readable, note, family.record)
    : ofHousehold(checking, entries, readable, note);
}
// R3: the lines of one household are of one pool, each once and in their order, and each of those
// that come later follows from what the household had.
function begin(readable, note) {
  const records = readable.map(({ record, index }) => ({ record, index }));
  const told = records.map(({ record }) => record).filter(({ kind }) => inReceipts(kind));
  const named = (of) => firstOf(told.map(of));
  const facts = {
    household: named(nameIn),
    pool: named(poolIn),
    has: 'nothing',
    unit: null,
    records,
  };
  const state = { facts, note, rank: -1, unitLine: null, unitEntry: null };
  const objections = new Map(); // id in small letters -> the id, or null when it was ruled on
  // `offer` is the unit of the open offer, null when there is none, undefined when none was shown.
  state.course = { has: 'nothing', unit: null, offer: undefined, void: false, objections };
  return state;
}
// The unit line is one of the unit that it has in the end; else it tells nothing.
function settle({ facts, unitLine }) {
  facts.unitLine = unitLine && holdsUnit(facts, unitLine.id) ? unitLine : null;
}
function ofHousehold(checking, entries, readable, note) {
  const state = begin(readable, note),
    { facts } = state;
  for (const entry of readable) {
    // A line that R2 refuses has no other fault; but it, and one that breaks R3, still tells what
    // the household had.
    const wrong = entry.refused ? null : misfit(state, entry),
      loose = tell(state, entry);
    if (!entry.refused) notTogether(checking, entry, wrong || loose || withdrawn(entries, entry));
  }
  settle(state);
  const { unitEntry } = state;
  if (unitEntry && !holdsUnit(facts, unitEntry.record.id)) {
    const found = both('not the unit that the household has in the end', '不是该户最后所得的房');
    notTogether(checking, unitEntry, found);
  }
  if (facts.household === null) {
    notTogether(checking, null, both('no line names a household', '没有一行写明住户'));
  }
  return facts;
}
// R3, of a family: the lines of each claim by themselves, and what holds for all together.
function ofFamily(checking, entries, readable, note, line) {
  const pools = new Map(); // of each claim, by its first `household` line
  for (const { record: r } of readable) {
    if (r.kind === 'household' && !pools.has(r.id)) pools.set(r.id, r.pool);
  }
  const units = new Map(); // of each claim: what it has in the end, which its own lines say
  for (const [claim, state] of statesOf({ pools, units, readable, note })) {
    for (const entry of state.own) tell(state, entry);
    units.set(claim, state.course.unit);
  }
  const states = statesOf({ pools, units, readable, note }),
    order = { rank: -1 },
    whose = shares(pools, units);
  for (const entry of readable) {
    const own = whose(entry.record),
      { refused } = entry;
    let wrong = refused ? null : strange(order, entry.record, own, line);
    for (const claim of own) {
      const state = states.get(claim),
        misfits = refused ? null : misfit(state, entry),
        loose = tell(state, entry);
      if (!refused) wrong = wrong || misfits || loose;
    }
    if (!refused) notTogether(checking, entry, wrong || withdrawn(entries, entry));
  }
  for (const state of states.values()) settle(state);
  if (!states.size || states.size !== line.claims) {
    const [is, of] = [states.size, line.claims];
    notTogether(checking, null, both(`${is} claims of ${of}`, `${of} 个名额中的 ${is} 个`));
  }
  const plans = readable.filter(({ record }) => record.kind === 'plan'),
    plan = plans.length ? plans[plans.length - 1].record : undefined;
  const claims = Array.from(states.values(), ({ facts }) => facts);
  const nobody = { has: 'nothing', household: null, pool: null, unit: null, records: [] };
  return { ...nobody, plan, family: { line, claims } };
}
// Each claim with what is known of it before its lines, its own entries in `own`.
function statesOf({ pools, units, readable, note }) {
  const parts = new Map(Array.from(pools.keys(), (claim) => [claim, []])),
    whose = shares(pools, units);
  for (const entry of readable) {
    for (const claim of whose(entry.record)) parts.get(claim).push(entry);
  }
  const state = ([claim, own]) => [claim, Object.assign(begin(own, note), { own })];
  return new Map(Array.from(parts, state));
}
// Which claims a line is of: a function to ask in the order of the receipt, for a ruling is of the
// claim that the objection names.
function shares(pools, units) {
  const claims = Array.from(pools.keys()),
    objections = new Map(); // id in small letters -> the claim, or undefined
  const of = (id) => (pools.has(id) ? [id] : []);
  return (r) => {
    if (r.kind === 'plan' || r.kind === 'void') return claims;
    if (r.kind === 'pool') return claims.filter((claim) => pools.get(claim) === r.id);
    if (r.kind === 'unit') return claims.filter((claim) => units.get(claim) === r.id);
    if (r.kind === 'swap') {
      const named = new Set(r.households);
      return claims.filter((claim) => named.has(claim));
    }
    if (r.kind === 'ruling') return of(objections.get(lower(r.objection)));
    if (!inReceipts(r.kind)) return [];
    if (r.kind === 'objection' && !objections.has(lower(r.id))) {
      objections.set(lower(r.id), r.household);
    }
    return of(nameIn(r));
  };
}
const FAMILY_ORDER = {
  ...{ plan: 0, pool: 1, unit: 2, family: 3, household: 4 },
  ...{ call: 5, pick: 5, standby: 5 },
};
// R3, of a family: what is wrong with a line among those of all claims, or null.
function strange(order, r, own, line) {
  const rank = LATER_KINDS.includes(r.kind) ? 6 : FAMILY_ORDER[r.kind],
    once = r.kind === 'plan' || r.kind === 'family';
  if (rank === undefined || rank < order.rank || (once && rank === order.rank)) {
    return both('a line out of order, or of a kind that is in no receipt', '次序不对，或收据中不应有的行');
  }
  order.rank = rank;
  const named = { family: r.id, household: r.family };
  if (r.kind in named) {
    return named[r.kind] === line.id ? null : both('not of this family', '不属于该家庭');
  }
  const whole = r.kind === 'plan' || r.kind === 'void';
  return own.length || whole ? null : both('of no claim of the family', '不属于该家庭的任何名额');
}
// The entries without the next lines: each directly behind a `pick` or `standby`, of no kind that
// comes after the result, and not the last call of a claim of the family. No other clause is about
// such a line, and it tells nothing.
const isChoice = ({ kind }) => kind === 'pick' || kind === 'standby';
function aboutIt(entries) {
  let behind = null,
    family = false;
  const claims = new Set(),
    last = new Map(); // household -> the index of its last call
  for (const { record, index } of entries) {
    if (record.kind === 'call') last.set(record.household, index);
  }
  const isOwn = (household, index) =>
    family && claims.has(household) && last.get(household) === index;
  return entries.filter(({ record, index }) => {
    const called = record.kind === 'call' && isOwn(record.household, index),
      next = index === behind && !EVENT_KINDS.includes(record.kind) && !called;
    if (!next && record.kind === 'family') family = true;
    if (!next && record.kind === 'household') claims.add(record.id);
    behind = !next && isChoice(record) ? index + 1n : null;
    return !next;
  });
}
// Directly behind a `pick` or `standby` stands the next line, and that is no `undo`.
function withdrawn(entries, { record, index }) {
  if (!isChoice(record)) return null;
  const next = entries.find((e) => e.index === index + 1n);
  if (!next) return both('the line directly behind it is missing', '缺少紧接其后的一行');
  if (next.record.refused || next.record.kind !== 'undo') return null;
  return both('an `undo` behind it withdraws it', '其后的 undo 已将其撤回');
}
function notTogether(checking, entry, found) {
  if (!found) return;
  const kind = entry ? entry.record.kind : null,
    place = entry ? both(kind + ' line', kind + ' 行') : both('receipt', '收据');
  const expected = both('lines of one household', '同一住户的各行');
  fault(checking, 'R3', place, found, expected, entry ? entry.lineNumber : 0);
}
// Whose receipt it is, and of which pool: the first line that names one, of a kind in receipts.
const nameIn = (r) => (r.kind === 'household' ? r.id : r.household);
const poolIn = (r) => (r.kind === 'pool' ? r.id : r.pool);
function firstOf(list) {
  const found = list.find((item) => item !== undefined);
  return found === undefined ? null : found;
}
const holdsUnit = ({ has, unit }, id) => has === 'unit' && unit === id;

const RECEIPT_ORDER = { plan: 0, pool: 1, unit: 2, household: 3, call: 4, pick: 5, standby: 5 };
const LATER_KINDS = EVENT_KINDS.filter((kind) => kind !== 'recording' && kind !== 'filed');
const inReceipts = (kind) => RECEIPT_ORDER[kind] !== undefined || LATER_KINDS.includes(kind);
// R3: what is wrong with a line at its place, or null.
function misfit(state, { record: r, index }) {
  const { facts, note } = state;
  const wrong = outOfOrder(state, r.kind);
  if (wrong) return wrong;
  if (r.kind === 'plan' && (index !== 0n || r.origin !== note.origin)) {
    return both('not the first line of this draw', '不是本次抽签的第一行');
  }
  if (poolIn(r) !== undefined && poolIn(r) !== facts.pool) {
    return both('of another pool', '属于另一批次');
  }
  return isForeign(facts.household, r) ? both('of another household', '属于另一住户') : null;
}
function outOfOrder(state, kind) {
  const order = RECEIPT_ORDER[kind],
    later = LATER_KINDS.includes(kind);
  if (order === undefined && !later) {
    return both('a kind of line that is in no receipt', '收据中不应有这种行');
  }
  if (order <= state.rank) return both('a line out of order, or twice', '行的次序不对或重复');
  state.rank = later ? Infinity : order;
  return null;
}
// R3: a swap names several households; plan, pool, unit, rulings and `void` name none.
const NAMELESS = ['plan', 'pool', 'unit', 'ruling', 'void'];
function isForeign(household, r) {
  if (NAMELESS.includes(r.kind)) return false;
  if (r.kind === 'swap') return !r.households.includes(household);
  return nameIn(r) === undefined ? household !== null : nameIn(r) !== household;
}
// What a line tells; words where it does not follow from what the household had.
function tell(state, entry) {
  const { facts, course } = state,
    r = entry.record;
  if (r.kind === 'unit') state.unitLine = r;
  if (r.kind === 'unit' && !entry.refused) state.unitEntry = entry;
  // A7: behind `void` only objections and rulings follow.
  const late = course.void && LATER_KINDS.includes(r.kind) && !(r.kind in OBJECTS);
  const follows = !(r.kind in FOLLOWS) || FOLLOWS[r.kind](course, r, facts.household);
  if (r.kind in LEAVES) LEAVES[r.kind](course, r, facts.household);
  if (r.kind in TELLS) facts[TELLS[r.kind]] = r;
  Object.assign(facts, { has: course.has, unit: course.unit });
  if (follows && !late) return null;
  return both('does not follow from what the household had', '与该户此前所有不符');
}
const TELLS = {
  plan: 'plan',
  pool: 'poolLine',
  household: 'householdLine',
  call: 'call',
  pick: 'pick',
  standby: 'standby',
};
const OBJECTS = { objection: true, ruling: true };
const onStandby = ({ has }) => has === 'standby',
  isFree = ({ offer }) => offer === undefined || offer === null,
  isAsked = ({ offer }, unit) => offer === undefined || offer === unit;
const answers = (course, r) => onStandby(course) && isAsked(course, r.unit);
// A5: what the household gives and gets in a swap; null when it has no place in it.
function exchanged({ households, units }, household) {
  const own = households.indexOf(household);
  if (households.length < 2 || units.length !== households.length || own < 0) return null;
  if (households.lastIndexOf(household) !== own) return null;
  return { gives: units[own], gets: units[(own + 1) % units.length] };
}
// The table of R3: when a line follows, and what it leaves.
const FOLLOWS = {
  objection: ({ objections }, r) => !objections.has(lower(r.id)),
  ruling: ({ objections }, r) => objections.get(lower(r.objection)) === r.objection,
  withdrawal(course, { unit }) {
    return isFree(course) && (unit === undefined ? onStandby(course) : holdsUnit(course, unit));
  },
  offer: (course) => onStandby(course) && isFree(course),
  accept: answers,
  decline: answers,
  swap(course, r, household) {
    const part = exchanged(r, household);
    return part !== null && holdsUnit(course, part.gives);
  },
};
const take = (course, unit) => Object.assign(course, { has: 'unit', unit });
const lose = (course) =>
  Object.assign(course, { has: course.void ? 'void' : 'withdrawn', unit: null });
const LEAVES = {
  pick: (course, r) => take(course, r.unit),
  standby: (course) => Object.assign(course, { has: 'standby', unit: null }),
  objection({ objections }, { id }) {
    if (!objections.has(lower(id))) objections.set(lower(id), id);
  },
  ruling({ objections }, { objection }) {
    if (objections.has(lower(objection))) objections.set(lower(objection), null);
  },
  withdrawal: lose,
  offer: (course, r) => Object.assign(course, { offer: r.unit }),
  accept: (course, r) => Object.assign(take(course, r.unit), { offer: null }),
  decline: (course) => Object.assign(course, { offer: null }),
  swap(course, r, household) {
    const part = exchanged(r, household);
    if (part) take(course, part.gets);
    else lose(course);
  },
  void: (course) => lose(Object.assign(course, { void: true })),
};

// R4: what was noted outside is fingerprint or body of the checkpoint. Origin and number of lines
// could be any under the root alone.
const ROOT_ALONE = both(
  'the root alone says neither origin nor number of lines: compare the fingerprint',
  '仅凭根不能说明抽签编号和行数：请核对指纹',
);
function checkNotedOfReceipt(checking, noted, checkpoint) {
  const given = noted.filter((one) => !isOld(one));
  if (!given.length) notRun(checking, 'R4', noted.length ? OLD_FORM : NO_FINGERPRINT);
  see(checking, 'R4', given.length);
  const fits = given.filter((one) => isNoted(one, checkpoint));
  if (fits.length && fits.every((one) => toDigits(one) === checkpoint.root)) {
    notRun(checking, 'R4', ROOT_ALONE);
  }
  if (!given.length || fits.length) return;
  const { fingerprint } = checkpoint,
    found = toDigits(given[0]).replace(/(.{5})(?=.)/g, '$1 ');
  fault(checking, 'R4', both('fingerprint', '指纹'), found, fingerprint, 0);
}

// The keys and quorums that R5 needs, of a verified transcript.
export function panelOf(state) {
  if (!state) return null;
  if (state.phase === PLAN && !state.plan.ended) {
    // A plan alone is checked as one that ends here, once.
    state.plan.ended = true;
    endPlan(state.plan, state.tree.root());
  }
  // The plan is verified first: one that breaks its rules says nothing of who had to sign.
  const ofPlan = (id) => id[0] === 'P' || id === 'T1' || id === 'T2';
  const inPlan = (c) => c.faults.some(({ line }) => line <= state.plan.lastLine);
  const broken = Array.from(state.findings.checks).find(([id, c]) => ofPlan(id) && inPlan(c));
  if (broken) {
    const en = 'the plan that was given for the panel breaks rule ' + broken[0],
      refused = both(en, '所给的监督小组方案不合规：' + broken[0]);
    return { benches: [], refused };
  }
  const { benches, header } = state.plan;
  if (!benches.length) return null;
  const keysOf = (members) => members.map((m) => m.key).filter(Boolean);
  return {
    origin: header.origin,
    benches: benches.map(({ id, quorum, members }) => ({ id, quorum, keys: keysOf(members) })),
  };
}
// R5: the signatures by keys of the panel are right, and each bench has its quorum of them.
function receiptSignatures(checking, note, panel) {
  const because = (en, zh) => notRun(checking, 'R5', both(en, zh));
  if (panel && panel.refused) {
    because(panel.refused.en, panel.refused.zh);
    return;
  }
  if (!panel || !panel.benches.some((b) => b.keys.length)) {
    because('no keys of the panel were given', '没有给出监督员的公钥');
    return;
  }
  if (!note.signatures.length) {
    because('the receipt has no signatures', '收据没有签名');
    return;
  }
  for (const { id, quorum, keys } of panel.benches) {
    const signed = goodSignatures(checking, note, keys);
    if (signed.size >= quorum && quorum > 0) continue;
    because(
      `${signed.size} of bench ${id} signed; its quorum is ${quorum}`,
      `席位 ${id} 有 ${signed.size} 人签名，法定人数为 ${quorum}`,
    );
  }
  // Who signs for one draw says nothing of who had to sign for another.
  if (panel.origin !== undefined && panel.origin !== note.origin) {
    because(
      'the plan that was given for the panel is that of ' + panel.origin,
      '所给的监督小组方案属于 ' + panel.origin,
    );
  }
}
function goodSignatures(checking, note, keys) {
  const body = checkpointBody(note.origin, note.size, note.root),
    signed = new Set();
  for (const { name, keyId, sign } of note.signatures) {
    const key = keys.find((k) => k.name === name && k.keyId === keyId);
    if (!key) continue;
    see(checking, 'R5');
    // A line by the key that is no cosignature is as wrong as one over something else.
    if (sign && verifySignature(key, bytesOf(signedText(sign.time, body)), sign.signature)) {
      signed.add(key);
      continue;
    }
    const found = both('a signature over something else', '签的不是这个检查点');
    fault(checking, 'R5', name, found, both('one over this checkpoint', '对该检查点的签名'), 0);
  }
  return signed;
}

// Section 11: the report on a receipt as all verifiers print it.
export function receiptReport(result) {
  if (result.error) {
    return { verdict: result.verdict, level: 'none', checks: [], error: result.error };
  }
  return {
    verdict: result.verdict,
    anchored: result.anchored,
    signed: result.signed,
    checks: result.checks.map(({ id, title, outcome, examined, reason, faults }) => ({
      id,
      title,
      outcome,
      examined,
      ...(reason ? { reason } : {}),
      faults: faults.map(sentenceOf),
    })),
    facts: factsOf(result.facts || { has: 'nothing', records: [] }),
    ...(result.note ? { note: result.note } : {}),
  };
}
const sentenceOf = ({ line, place, found, expected }) =>
  both(
    `${line ? `line ${line}, ` : ''}${place.en}: ${found.en}; expected: ${expected.en}`,
    `${line ? `第 ${line} 行，` : ''}${place.zh}：${found.zh}；应为：${expected.zh}`,
  );
function factsOf(f) {
  if (!f.family) return reportFacts(f);
  const { origin, size, fingerprint, family } = f,
    { id, name, budget = null, claims } = family.line;
  const households = family.claims.map((c) => reportFacts({ ...c, origin, size, fingerprint })),
    sums = { area: allOf('area', households), price: allOf('price', households) };
  return { ...reportFacts(f), family: { id, name, budget, claims, ...sums, households } };
}
// Of all units that the claims have; null if it is not said of one of them.
function allOf(key, claims) {
  const held = claims.filter(({ unit }) => unit !== null).map((claim) => claim[key]);
  if (!held.length || held.includes(null)) return null;
  const sum = held.reduce((sum, one) => sum + one, 0);
  return sum > Number.MAX_SAFE_INTEGER ? null : sum;
}
function reportFacts(f) {
  const or = (value) => (value === undefined ? null : value);
  const of = (record, key) => (record ? or(record[key]) : null);
  const housed = f.has === 'unit',
    claimOf = of(f.householdLine, 'family');
  return {
    origin: or(f.origin),
    size: or(f.size),
    fingerprint: or(f.fingerprint),
    title: of(f.plan, 'title'),
    mode: of(f.plan, 'mode'),
    household: or(f.household),
    name: of(f.householdLine, 'name'),
    tier: of(f.householdLine, 'tier'),
    needs: of(f.householdLine, 'needs'),
    pool: or(f.pool),
    pool_title: of(f.poolLine, 'title'),
    building: (housed && of(f.unitLine, 'building')) || of(f.poolLine, 'building'),
    of: of(f.poolLine, 'households'),
    ticket: of(f.call, 'ticket'),
    place: of(f.call, 'place'),
    drawn: of(f.pick, 'unit'),
    standby: of(f.standby, 'place'),
    unit: housed ? or(f.unit) : null,
    label: housed ? of(f.unitLine, 'label') : null,
    storey: housed ? of(f.unitLine, 'storey') : null,
    area: housed ? of(f.unitLine, 'area') : null,
    price: housed ? of(f.unitLine, 'price') : null,
    holds: f.has === 'nothing' ? 'unknown' : f.has,
    later: f.records
      .filter(({ record }) => LATER_KINDS.includes(record.kind))
      .map(({ record }) => LATER_WORDS[record.kind](record, f.household)),
    ...(claimOf === null ? {} : { claim_of: claimOf }),
  };
}
const signed = (en, zh) => both(en + ' (signed sheet)', zh + '（有签字单）');
const LATER_WORDS = {
  objection: (r) => both('objection ' + r.id, '提出异议 ' + r.id),
  ruling({ objection, decision }) {
    const holds = decision === 'upheld' ? '成立' : '不成立';
    return both(`objection ${objection} was ${decision}`, `异议 ${objection} ${holds}`);
  },
  withdrawal(r) {
    if (r.unit !== undefined) return signed('gave up ' + r.unit, '放弃 ' + r.unit);
    return signed('gave up its place on the standby list', '放弃候补席位');
  },
  offer: (r) => both('was offered ' + r.unit, '递补获提供 ' + r.unit),
  accept: (r) => signed('accepted ' + r.unit, '接受 ' + r.unit),
  decline: (r) => signed('declined ' + r.unit, '谢绝 ' + r.unit),
  swap(r, household) {
    const others = r.households.filter((id) => id !== household),
      named = others.slice(0, 4).join(', ') + (others.length > 4 ? ' …' : '');
    return both('exchanged flats with ' + named, `与 ${named} 换房`);
  },
  void(r) {
    const reason = visible(r.reason);
    return both(`the draw was declared void (${reason})`, `本次抽签已宣布作废（${reason}）`);
  },
};
