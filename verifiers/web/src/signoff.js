// signoff.js: T3, the checkpoints, and S1 to S4, who signed them.

import { bytesOf, hexOf } from './bytes.js';
import { verifySignature } from './ed25519.js';
import { both, cite, fault, notRun, placeOf, see } from './checks.js';
import { fingerprintOf } from './tree.js';
import { checkpointBody, readSignature, signedText } from './notes.js';
import { PLAN } from './phases.js';
import { checkText, lookUp } from './texts.js';
import { NO_HEADER, NO_MEMBER, ONCE, namesOf } from './ceremony.js';

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
];

export function newSignoff(plan, skipSignatures) {
  return {
    findings: plan.findings,
    plan,
    skipSignatures,
    checkpoints: [],
    open: null, // the sign-off under the last checkpoint, as long as it may go on
    papers: [], // registered scans
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
    line: signoff.findings.line,
  });
  if (r.body === body) return;
  fault(signoff, 'T3', placeOf('checkpoint', r.stage), cite(r.body), cite(body));
}

export function beginSignoff(signoff) {
  const checkpoint = signoff.checkpoints[signoff.checkpoints.length - 1];
  signoff.open = { checkpoint, spoke: new Map(), keys: new Set() };
  checkpoint.signoff = signoff.open;
}
// S1: under a checkpoint everybody says something, or nobody does. Gives what was left open.
function takeOpen(signoff) {
  const { open, plan } = signoff;
  signoff.open = null;
  const { size } = open ? open.spoke : new Set();
  return size === 0 || size === plan.members.length ? null : open;
}
export function endSignoff(signoff) {
  const open = takeOpen(signoff);
  if (!open) return;
  const silent = namesOf(signoff.plan.members.filter((m) => !open.spoke.has(m)));
  const found = both('nothing from ' + silent, '没有表态：' + silent);
  const expected = both('a line of every member, or of none', '每人一行，或全无');
  fault(signoff, 'S1', placeOf('checkpoint', open.checkpoint.stage), found, expected);
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
  if (r.kind === 'dissent') checkText(signoff, r.reason, 600, both('dissent, reason', '拒签理由'));
  if (r.kind === 'paper') {
    signoff.papers.push({ member, scan: r.scan, line: signoff.findings.line });
  }
  if (r.kind === 'cosignature') checkCosignature(signoff, r, member);
}
function checkCosignature(signoff, r, member) {
  for (const id of ['S2', 'S3', 'S4']) see(signoff, id);
  const wrong = cosignatureFault(signoff, r, member);
  if (!wrong) {
    signoff.open.keys.add(member);
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

export function signoffNotRun(signoff, early) {
  const noPlan = early(PLAN);
  if (noPlan) notRun(signoff, 'T3', noPlan);
  for (const [id] of SIGNOFF_CHECKS) {
    if (!signoff.plan.header) notRun(signoff, id, NO_HEADER);
    if (noPlan) notRun(signoff, id, both('the plan has no end', '方案没有结束'));
  }
  if (signoff.skipSignatures) notRun(signoff, 'S2', NOT_VERIFIED);
}
export const NOT_VERIFIED = both('signatures were not verified', '未核验签名');
