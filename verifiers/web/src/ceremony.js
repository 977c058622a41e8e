// ceremony.js: C1 to C7, from the roll call to the seed.

import { fromHex, hexOf, sha256, sha256Text } from './bytes.js';
import { both, cite, fault, notRun, placeOf, see } from './checks.js';
import { ANSWERS, NUMBERS, PLAN, ROLL } from './phases.js';
import { NOT_SOUND } from './plan.js';
import { lookUp } from './texts.js';

export const CEREMONY_CHECKS = [
  ['C1', 'Was every member called, once?', '每位监督员都点名一次吗？'],
  ['C2', 'Did each bench reach its quorum of commitments?', '每个席位的承诺达到法定人数了吗？'],
  ['C3', 'Does every revealed secret match its commitment?', '每个公开的密语都与其承诺相符吗？'],
  [
    'C4',
    'Was every commitment answered, and did each bench keep its quorum?',
    '每个承诺都有交代，且仍达到法定人数吗？',
  ],
  ['C5', 'Are the public numbers whole, and after the reveals?', '公开随机数完整吗？'],
  ['C6', 'Is the seed the hash of what it must be?', '种子计算正确吗？'],
  [
    'C7',
    'Is the drand round the one named in the plan, rightly signed, and later than the reveals?',
    'drand 轮次是方案指定的、签名正确、且晚于公开截止吗？',
  ],
];

// What was committed, revealed and rolled. (The calls and answers stand with their members.)
export function newCeremony(plan) {
  return {
    findings: plan.findings,
    plan,
    revealsClosed: null, // the time on the line that closed the reveals
    numbers: [], // as they stand in the text of the seed
    pairing: false, // a signature of drand waits for somebody who can compute pairings
    seed: null, // as the seed line says
  };
}

export const NO_MEMBER = both('a member of the panel', '监督组成员');
export const ONCE = both('once', '只一次');
const committed = (member) => Boolean(member.call && member.call.kind !== 'absent');
// Some ids, for a message.
export const namesOf = (members) => {
  const ids = members.slice(0, 8).map((m) => m.id);
  return ids.join(', ') + (members.length > 8 ? ' …' : '');
};

// C1: every member is called, once.
export function rollLine(ceremony, r) {
  const wrong = (found, expected) => fault(ceremony, 'C1', r.kind, found, expected);
  const member = lookUp(ceremony.plan, 'member', r.member),
    id = cite(r.member);
  if (!member) wrong(id, NO_MEMBER);
  else if (member.call) wrong(both(id + ' again', id + ' 再次点名'), ONCE);
  else member.call = { kind: r.kind, commit: r.commit, line: ceremony.findings.line };
}
export function endRollCall(ceremony) {
  const { members, benches } = ceremony.plan;
  // C1: and nobody is left out.
  see(ceremony, 'C1', members.length);
  const uncalled = members.filter((m) => !m.call);
  if (uncalled.length) {
    const found = both('not called: ' + namesOf(uncalled), '未点名：' + namesOf(uncalled));
    fault(ceremony, 'C1', both('roll call', '点名'), found, both('everybody, once', '每人一次'));
  }
  // C2: each bench reaches its quorum of commitments.
  for (const bench of benches) {
    see(ceremony, 'C2');
    underQuorum(ceremony, 'C2', bench, bench.members.filter(committed).length);
  }
}
function underQuorum(ceremony, id, bench, count) {
  if (count >= bench.quorum) return;
  const expected = both('at least ' + bench.quorum, '至少 ' + bench.quorum);
  fault(ceremony, id, placeOf('bench', bench.id), count, expected);
}

// C1: what a member publishes before anybody knows anything.
export const commitText = (planRoot, member, secret) =>
  'floorlot/1 commit\nplan ' + planRoot + '\nmember ' + member + '\nsecret ' + secret + '\n';

// C4: every commitment is answered, once.
export function answerLine(ceremony, r) {
  const wrong = (found, expected) => fault(ceremony, 'C4', r.kind, found, expected);
  const member = lookUp(ceremony.plan, 'member', r.member),
    id = cite(r.member);
  if (!member) wrong(id, NO_MEMBER);
  else if (!committed(member)) wrong(id, both('a member who committed', '作过承诺的监督员'));
  else if (member.answer) wrong(both(id + ' again', id + ' 再次答复'), ONCE);
  else {
    member.answer = { kind: r.kind, secret: r.secret, line: ceremony.findings.line };
    if (r.kind === 'reveal') checkSecret(ceremony, member, r.secret);
  }
}
// C3: its form, and after a commit its hash. One fault at most.
function checkSecret(ceremony, member, secret) {
  see(ceremony, 'C3');
  const place = both('secret of ' + member.id, member.id + ' 的密语'),
    // From a hash that is published first a short secret could be guessed; an envelope is sealed.
    least = member.call.kind === 'commit' ? 32 : 1;
  if (!/^[A-Za-z0-9]*$/.test(secret) || secret.length < least || secret.length > 128) {
    const expected = both(`${least} to 128 letters and digits`, `${least} 至 128 个字母或数字`);
    fault(ceremony, 'C3', place, cite(secret), expected);
    return;
  }
  if (member.call.kind !== 'commit') return;
  const hash = sha256Text(commitText(hexOf(ceremony.plan.root), member.id, secret));
  if (hash === member.call.commit) return;
  const found = both('its hash is ' + hash, '其哈希为 ' + hash);
  fault(ceremony, 'C3', place, found, member.call.commit);
}
export function endAnswers(ceremony) {
  const { members, benches } = ceremony.plan;
  const due = members.filter(committed),
    silent = due.filter((m) => !m.answer);
  // C4: nobody who committed is silent, and each bench keeps its quorum.
  see(ceremony, 'C4', due.length);
  if (silent.length) {
    const found = both('no answer: ' + namesOf(silent), '没有答复：' + namesOf(silent));
    const expected = both('a reveal or withheld line of each', '每人有公开或拒绝公开行');
    fault(ceremony, 'C4', both('answers', '公开'), found, expected);
  }
  for (const bench of benches) {
    const revealed = bench.members.filter((m) => m.answer && m.answer.kind === 'reveal');
    underQuorum(ceremony, 'C4', bench, revealed.length);
  }
}

// C5: one line for each source, in the order of the plan.
export function numberLine(ceremony, r) {
  see(ceremony, 'C5');
  const number = ceremony.numbers.length + 1,
    source = ceremony.plan.sources[number - 1];
  if (!source) {
    const expected = both('one for each source', '每个随机源一行');
    fault(ceremony, 'C5', r.kind, both('a line too many', '多出一行'), expected);
  } else {
    const wrong = numberFault(r, number, source);
    const place = both('source ' + number, `第 ${number} 个随机源`);
    if (wrong) fault(ceremony, 'C5', place, wrong[0], wrong[1]);
    ceremony.numbers.push(seedNumber(r, source));
  }
  if (r.kind === 'drand') checkDrand(ceremony, r, source);
}
// C5: what is wrong with a line, as found and expected, or null.
function numberFault(r, number, source) {
  const { count, range } = source;
  if (r.source !== number) return [r.source, both('source ' + number, `第 ${number} 个随机源`)];
  if (r.kind !== source.device) return [r.kind, source.device];
  if (r.kind === 'drand') {
    if (SIGNATURE_HEX.test(r.signature)) return null;
    return [cite(r.signature), both('96 hex digits', '96 位十六进制数字')];
  }
  if (r.kind === 'dice') {
    const faces = range === 10 ? '0123456789' : '123456789'.slice(0, Math.max(0, range));
    const good = r.digits.length === count && Array.from(r.digits).every((d) => faces.includes(d));
    const expected = both(`${count} digits of ${faces}`, `${count} 位数字，取自 ${faces}`);
    return good ? null : [cite(r.digits), expected];
  }
  const different = new Set(r.numbers).size === r.numbers.length,
    within = r.numbers.every((n) => n >= 1 && n <= range);
  if (r.numbers.length === count && different && within) return null;
  const expected = both(
    `${count} different numbers up to ${range}`,
    `${count} 个互不相同、不超过 ${range} 的数`,
  );
  return [r.numbers.slice(0, 20).join(' '), expected];
}
// C6: as the text of the seed has them.
function seedNumber(r, source) {
  if (r.kind === 'dice') return 'dice ' + r.digits;
  if (r.kind === 'drand') return 'drand ' + r.round + ' ' + r.randomness;
  const width = source.range === undefined ? 1 : String(source.range).length;
  return 'balls ' + r.numbers.map((n) => String(n).padStart(width, '0')).join(' ');
}
export function endNumbers(ceremony) {
  const { numbers, plan } = ceremony,
    due = plan.sources.length;
  if (numbers.length >= due) return;
  const place = both('public numbers', '公开随机数');
  fault(ceremony, 'C5', place, numbers.length, both(due + ' lines', due + ' 行'));
}
const SIGNATURE_HEX = /^[0-9a-f]{96}$/;
// drand's quicknet: a round every 3 seconds.
const drandTime = (round) => 1692803367 + 3 * (round - 1);
// C7: round, time and randomness; the signature of the chain needs pairings, which this verifier
// does not compute.
function checkDrand(ceremony, r, source) {
  see(ceremony, 'C7');
  const wrong = (en, zh, found, expected) => fault(ceremony, 'C7', both(en, zh), found, expected);
  const drand = source && source.device === 'drand';
  if (!drand || r.round !== source.round) {
    wrong(
      'round',
      '轮次',
      r.round,
      drand ? source.round : both('a source of drand', 'drand 随机源'),
    );
  }
  const made = drandTime(r.round),
    closed = ceremony.revealsClosed;
  if (closed === null || closed === undefined || made <= closed) {
    const expected = both(
      'later than the close of the reveals, with its time',
      '晚于公开截止（须注明时间）',
    );
    wrong('time of the round', '轮次时间', made, expected);
  }
  if (!SIGNATURE_HEX.test(r.signature)) return;
  const randomness = hexOf(sha256(fromHex(r.signature)));
  if (randomness !== r.randomness) wrong('randomness', '随机数', r.randomness, randomness);
  ceremony.pairing = true;
}

// C6: plan, answers and numbers in the order of the plan, and nothing else: no time, no note.
function seedTextOf({ plan, numbers }) {
  const member = (m) => {
    if (!m.answer) return 'absent ' + m.id;
    return m.answer.kind === 'reveal' ? `reveal ${m.id} ${m.answer.secret}` : 'withheld ' + m.id;
  };
  const first = ['floorlot/1 seed', 'plan ' + hexOf(plan.root)];
  return [...first, ...plan.members.map(member), ...numbers].map((line) => line + '\n').join('');
}
// C6: the seed is the hash of what it must be.
export function seedLine(ceremony, r) {
  see(ceremony, 'C6');
  const seed = sha256Text(seedTextOf(ceremony));
  if (r.seed !== seed) fault(ceremony, 'C6', 'seed', r.seed, seed);
  ceremony.seed = r.seed;
}

export function ceremonyNotRun(ceremony, early) {
  if (!early(PLAN) && !ceremony.plan.sound) {
    for (const [id] of CEREMONY_CHECKS) notRun(ceremony, id, NOT_SOUND);
  }
  const phaseOf = { C1: ROLL, C2: ROLL, C3: ANSWERS, C4: ANSWERS };
  for (const [id] of CEREMONY_CHECKS) {
    const reason = early(id in phaseOf ? phaseOf[id] : NUMBERS);
    if (reason) notRun(ceremony, id, reason);
  }
  if (!ceremony.pairing) return;
  const reason = both(
    'this page cannot compute the pairing of the drand signature',
    '本网页不能计算 drand 签名所需的配对运算',
  );
  notRun(ceremony, 'C7', reason);
}
