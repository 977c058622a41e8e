// signoff.js: T3, the checkpoints, and S1 to S7, who signed them and when. (S8: tokens.js.)

import { bytesOf, hexOf } from './bytes.js';
import { verifySignature } from './ed25519.js';
import { both, cite, fault, notRun, placeOf, see } from './checks.js';
import { fingerprintOf } from './tree.js';
import { checkpointBody, readLogSignature, readSignature, signedText } from './notes.js';
import { EVENT_KINDS, PLAN, SIGN_KINDS } from './phases.js';
import { SHEET_WORDS, ZEROS, ZEROS_WORDS, checkText, lookUp } from './texts.js';
import { NO_MEMBER, ONCE, namesOf } from './ceremony.js';
import { NOT_SOUND } from './plan.js';

export const SIGNOFF_CHECKS = [
  [
    'S1',
    'Did each member sign a checkpoint once, dissent once, or stay away?',
    '每位监督员对检查点都签名、异议或缺席一次吗？',
  ],
  [
    'S2',
    'Is every signature one over the checkpoint that it stands under?',
    '每个签名都是对其上检查点的签名吗？',
  ],
  [
    'S3',
    'Is every signature made with a key of the sealed plan?',
    '每个签名都用封存方案中的公钥吗？',
  ],
  ['S4', 'Did every member sign with their own key?', '每位监督员用的都是自己的公钥吗？'],
  [
    'S5',
    'Was every batch after a signed result signed, too?',
    '结果经签名后，其后每一批事项也都签名了吗？',
  ],
  ['S6', 'Do the times of the signatures go forward?', '各签名的时间都先后有序吗？'],
  ['S7', 'Did the log sign every checkpoint?', '日志对每个检查点都签名了吗？'],
  [
    'S8',
    'Is every time token over the checkpoint that it stands under, and do their times go forward?',
    '每个时间戳都是对其上检查点的，且时间先后有序吗？',
  ],
];

export function newSignoff(plan, skipSignatures) {
  return {
    findings: plan.findings,
    plan,
    skipSignatures,
    checkpoints: [],
    logDue: null, // S7: the body of the checkpoint directly above, if the log signs it
    stamped: null, // the checkpoint over which a token may stand
    texts: [], // the tokens that count under it
    stampedBefore: 0, // S8: the greatest time under the checkpoints before the last one
    stampedHere: 0, // and under the last one
    open: null, // the sign-off under the last checkpoint, as long as it may go on
    papers: [], // registered scans
    before: 0n, // S6: the greatest time under the checkpoints before the last one
    here: 0n, // and under the last one
    planSignedAt: null, // the greatest time under the plan
    resultSigned: false, // S5: by the quorum of each bench, by key
    notes: [], // odd times
  };
}

const originOf = ({ header }) => (header ? header.origin : '');

// T3: every checkpoint carries origin, size and root of the lines before it.
export function compareCheckpoint(signoff, r, tree) {
  see(signoff, 'T3');
  const root = tree.root(),
    { size } = tree,
    body = checkpointBody(originOf(signoff.plan), size, root);
  signoff.checkpoints.push({
    stage: r.stage,
    size,
    root: hexOf(root),
    rootBytes: root,
    fingerprint: fingerprintOf(body),
    body,
    signoff: null,
    tokens: [], // those that count
    line: signoff.findings.line,
    level: 'none',
    behind: 0, // the first line behind it and its sign-off
    events: [], // the result and the events up to the next checkpoint, with their lines
  });
  if (r.body === body) return;
  fault(signoff, 'T3', placeOf('checkpoint', r.stage), cite(r.body), cite(body));
}

// S7: every checkpoint is signed by the log, if the plan has one.
export function awaitLog(signoff) {
  if (signoff.plan.header.log === undefined) return;
  signoff.logDue = signoff.checkpoints[signoff.checkpoints.length - 1].body;
}
// S7: the line directly under a checkpoint. Whether it is that of the log.
export function logLine(signoff, r) {
  const body = signoff.logDue;
  signoff.logDue = null;
  if (body === null) return false;
  if (!signoff.plan.sound) return r.kind === 'log';
  see(signoff, 'S7');
  const wrong = logFault(signoff, r, body);
  if (wrong) fault(signoff, 'S7', r.kind, ...wrong);
  return r.kind === 'log';
}
// What is found and what expected, or null.
function logFault({ plan: { logKey: key }, skipSignatures }, r, body) {
  if (r.kind !== 'log') return [r.kind, both('the signature of the log', '日志的签名')];
  const sign = readLogSignature(r.signature);
  if (!sign) return [cite(r.signature), both('a signature line as S7 says', '符合 S7 的签名行')];
  if (sign.name !== key.name || sign.keyId !== key.keyId) {
    return [cite(sign.name + '+' + sign.keyId), both('the key of the log', '日志的公钥')];
  }
  if (skipSignatures || verifySignature(key, bytesOf(body), sign.signature)) return null;
  const found = both('a signature over something else', '签的不是这个检查点');
  return [found, both('one over the checkpoint above it', '对其上检查点的签名')];
}

export function beginSignoff(signoff) {
  const checkpoint = signoff.checkpoints[signoff.checkpoints.length - 1];
  signoff.open = { checkpoint, spoke: new Map(), keys: new Set(), refusals: [] };
  checkpoint.signoff = signoff.open;
  if (signoff.here > signoff.before) signoff.before = signoff.here;
  signoff.here = 0n;
}
// A line that signs nothing, behind the last checkpoint.
export function standsBehind(signoff, r) {
  const last = signoff.checkpoints[signoff.checkpoints.length - 1];
  if (!last || ['log', 'token', 'closing', ...SIGN_KINDS].includes(r.kind)) return;
  last.behind = last.behind || signoff.findings.line;
  if (r.kind === 'result' || EVENT_KINDS.includes(r.kind)) {
    last.events.push({ line: signoff.findings.line, r });
  }
}

// V3, S5: the benches of which fewer than the quorum signed by key.
const keysOf = (open, bench) => bench.members.filter((m) => open.keys.has(m)).length;
const lacking = (open, benches) => benches.filter((b) => keysOf(open, b) < b.quorum);
export const isSigned = (open, benches) =>
  Boolean(open) && benches.some((b) => keysOf(open, b) > 0) && !lacking(open, benches).length;
// A bench of which so many refuse that the others are fewer than the quorum.
export const countOf = (open, bench, kind) =>
  bench.members.filter((m) => open.spoke.get(m) === kind).length;
export function isRefused(open, bench) {
  const dissent = open ? countOf(open, bench, 'dissent') : 0;
  return dissent > 0 && bench.members.length - dissent < bench.quorum;
}
// S1: under a checkpoint everybody says something, or nobody does. Gives what was left open.
function takeOpen(signoff) {
  const { open, plan } = signoff;
  signoff.open = null;
  const { size } = open ? open.spoke : new Set();
  return size === 0 || size === plan.members.length ? null : open;
}
export function endSignoff(signoff) {
  endSigned(signoff);
  const open = takeOpen(signoff);
  if (!open) return;
  const silent = namesOf(signoff.plan.members.filter((m) => !open.spoke.has(m)));
  const found = both('nothing from ' + silent, '没有表态：' + silent);
  const expected = both('a line of every member, or of none', '每人一行，或全无');
  fault(signoff, 'S1', placeOf('checkpoint', open.checkpoint.stage), found, expected);
}
// S5: where the quorum of each bench signed the result by key, it signs each batch so.
function endSigned(signoff) {
  const { open, plan } = signoff;
  if (!open) return;
  const { stage } = open.checkpoint;
  if (stage === 'result') signoff.resultSigned = isSigned(open, plan.benches);
  if (stage !== 'aftermath' || !signoff.resultSigned) return;
  see(signoff, 'S5');
  const [bench] = lacking(open, plan.benches);
  if (!bench) return;
  const n = keysOf(open, bench);
  const found = both(
      `${n} signatures by key of bench ${bench.id}`,
      `席位 ${bench.id} 公钥签名 ${n} 人`,
    ),
    expected = both(
      `${bench.quorum}, as under the result`,
      `${bench.quorum} 人，与结果的签名相同`,
    );
  fault(signoff, 'S5', placeOf('checkpoint', stage), found, expected);
}
// S1 at the end of the file: the sign-off may go on.
export function leaveSignoff(signoff) {
  if (!takeOpen(signoff)) return;
  const reason = both(
    'the file ends before everybody has said something',
    '文件结束时还有监督员没有表态',
  );
  notRun(signoff, 'S1', reason);
}

// S1: each member signs a checkpoint once, dissents once, or stays away.
export function signLine(signoff, r) {
  see(signoff, 'S1');
  const wrong = (found, expected) => fault(signoff, 'S1', r.kind, found, expected);
  const { spoke } = signoff.open,
    member = lookUp(signoff.plan, 'member', r.member),
    id = cite(r.member);
  if (!member) {
    wrong(id, NO_MEMBER);
    return;
  }
  if (spoke.has(member)) {
    wrong(both(id + ' again', id + ' 再次表态'), ONCE);
    return;
  }
  spoke.set(member, r.kind);
  if (r.kind === 'dissent') {
    signoff.open.refusals.push({ member: r.member, reason: r.reason });
  }
  if (r.kind === 'dissent') checkText(signoff, r.reason, 600, both('dissent, reason', '拒签理由'));
  if (r.kind === 'paper') {
    // S1: it is the SHA-256 of a sheet, and counted even if it is zeros.
    if (r.scan === ZEROS) wrong(ZEROS_WORDS, SHEET_WORDS);
    else signoff.papers.push({ of: member.id, scan: r.scan });
  }
  if (r.kind === 'cosignature') checkCosignature(signoff, r, member);
}
function checkCosignature(signoff, r, member) {
  for (const id of ['S2', 'S3', 'S4']) see(signoff, id);
  const wrong = cosignatureFault(signoff, r, member);
  if (!wrong) {
    signoff.open.keys.add(member);
    signTime(signoff, member, readSignature(r.signature).time);
    return;
  }
  const [id, found, expected] = wrong;
  fault(signoff, id, both('cosignature of ' + member.id, member.id + ' 的签名'), found, expected);
}
// The rule that it breaks, as found and expected, or null.
function cosignatureFault({ plan, open, skipSignatures }, r, member) {
  // S2: a signature line of a note.
  const sign = readSignature(r.signature);
  if (!sign) {
    return ['S2', cite(r.signature), both('a signature line as S2 says', '符合 S2 的签名行')];
  }
  // S3: a key of the sealed plan, by its name and id.
  const key = plan.keys.get(sign.name + ' ' + sign.keyId);
  if (!key) {
    const expected = both('a key of the sealed plan', '封存方案中的公钥');
    return ['S3', sign.name + '+' + sign.keyId, expected];
  }
  // S4: and the member's own: a member signs for nobody else.
  if (key.member !== member) {
    const found = both('the key of ' + key.member.id, key.member.id + ' 的公钥');
    return ['S4', found, both('their own key', '本人的公钥')];
  }
  // S2: over the checkpoint that it stands under, so that none is taken from another.
  const { size, rootBytes } = open.checkpoint,
    body = checkpointBody(originOf(plan), size, rootBytes),
    message = bytesOf(signedText(sign.time, body));
  if (skipSignatures || verifySignature(key, message, sign.signature)) return null;
  const found = both('a signature over something else', '签的不是这个检查点');
  return ['S2', found, both('one over the checkpoint above it', '对其上检查点的签名')];
}

// S6: the time of a signature that counts goes forward. What is odd and breaks no rule is noted.
function signTime(signoff, member, time) {
  see(signoff, 'S6');
  const { stage } = signoff.open.checkpoint,
    expected = timeExpected(signoff, stage, time),
    odd = expected ? null : oddTime(signoff, stage, time);
  if (expected) {
    const place = both('cosignature of ' + member.id, member.id + ' 的签名');
    fault(signoff, 'S6', place, both(time), expected);
  }
  if (odd && signoff.notes.length < 10) signoff.notes.push(noteOf(signoff, odd, member, time));
  if (time > signoff.here) signoff.here = time;
  const { planSignedAt: at } = signoff;
  if (stage === 'plan' && (at === null || time > at)) signoff.planSignedAt = time;
}
function timeExpected({ before, plan }, stage, time) {
  if (time < before) {
    return both(`not before ${before}, under an earlier checkpoint`, `不早于先前检查点下的 ${before}`);
  }
  const rounds = plan.sources.filter((s) => s.device === 'drand').map((s) => signedRound(s.round));
  const late = rounds.find((at) => time >= at),
    early = rounds.find((at) => time <= at);
  if (stage === 'plan' && late !== undefined) {
    return both(`before the drand round (${late})`, `早于 drand 该轮（${late}）`);
  }
  if (stage === 'result' && early !== undefined) {
    return both(`after the drand round (${early})`, `晚于 drand 该轮（${early}）`);
  }
  return null;
}
// C7, in the integers that a time of signing needs.
const signedRound = (round) => 1692803367n + 3n * (BigInt(round || 0) - 1n);
const ODD_TIMES = {
  'time-early': ['before 2020', '早于 2020 年'],
  'time-late': ['after 2099', '晚于 2099 年'],
  'time-apart': ['more than 400 days after the plan was signed', '比方案签名晚 400 天以上'],
};
function oddTime({ planSignedAt: at }, stage, time) {
  if (time < 1577836800n) return 'time-early';
  if (time >= 4102444800n) return 'time-late';
  const apart = stage === 'result' && at !== null && time - at > 34560000n;
  return apart ? 'time-apart' : null;
}
function noteOf({ findings }, what, { id }, time) {
  const [en, zh] = ODD_TIMES[what];
  const words = both(
    `The signature of member ${id} has an odd time: ${time}, ${en}.`,
    `监督员 ${id} 的签名时间不合常理：${time}，${zh}。`,
  );
  return { line: findings.line, what, ...words };
}

export function signoffNotRun(signoff, early) {
  const noPlan = early(PLAN);
  if (noPlan) notRun(signoff, 'T3', noPlan);
  for (const [id] of SIGNOFF_CHECKS) {
    if (noPlan) notRun(signoff, id, both('the plan has no end', '方案没有结束'));
    if (!signoff.plan.sound) notRun(signoff, id, NOT_SOUND);
  }
  if (signoff.skipSignatures) {
    for (const id of ['S2', 'S5', 'S6', 'S7']) notRun(signoff, id, NOT_VERIFIED);
  }
}
export const NOT_VERIFIED = both('signatures were not verified', '未核验签名');
