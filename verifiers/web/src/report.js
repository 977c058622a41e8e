// report.js: section 11, what all verifiers say alike of a file.

import { notRun, outcomeOf } from './checks.js';
import { changedOf } from './changes.js';
import { laterOf, recordingAt } from './aftermath.js';
import { isUnfinished, unfinishedOf } from './unfinished.js';
import { NO_FINGERPRINT, checkNoted } from './evidence.js';

export const unreadable = (error, changed) => ({
  verdict: 'unreadable',
  level: 'none',
  checks: [],
  error,
  ...(changed ? { changed } : {}),
});

export function makeReport(t) {
  const trust = trustIn(t),
    { header } = t.plan,
    verified = trust.verdict === 'verified';
  return {
    verdict: trust.verdict,
    level: trust.level,
    anchored: verified ? anchoredStage(t.outside.reached) : null,
    origin: header ? header.origin : '',
    title: header ? header.title : '',
    mode: header ? header.mode : 'unknown',
    checks: Array.from(t.findings.checks, reportCheck),
    checkpoints: t.signoff.checkpoints.map((c) => reportCheckpoint(c, t.plan.benches)),
    totals: totalsOf(t),
    signed: trust.signed,
    aftermath: eventsOf(t.aftermath),
    ...whereItApplies(t, verified),
  };
}
// How far trust goes. A level is one of a verified file: not run is never passed, and what one
// check refutes nothing else mends.
function trustIn(t) {
  const outcome = (id) => outcomeOf(t.findings.checks.get(id));
  const refuted = Array.from(t.findings.checks.keys()).some((id) => outcome(id) === 'failed');
  if (refuted) return { verdict: 'refuted', level: 'none', signed: false };
  if (isUnfinished(t)) return { verdict: 'unfinished', level: 'none', signed: false };
  // An older copy anchors only what it holds: the sealed plan, at the least.
  const older = outcome('V2') === 'passed' && t.outside.olderHoldsPlan,
    anchored = outcome('V1') === 'passed' || older,
    signed = outcome('V3') === 'passed';
  // A drand signature that was not verified leaves the seed to the good faith of others.
  const drandOpen = outcome('C7') === 'not_run' && t.findings.checks.get('C7').examined > 0;
  const level = !anchored ? 'consistent' : signed && !drandOpen ? 'certified' : 'anchored';
  return { verdict: 'verified', level, signed };
}
const STAGES = ['plan', 'result', 'aftermath'];
// The last stage of a checkpoint that evidence from outside reaches.
function anchoredStage(reached) {
  const last = Math.max(-1, ...reached.map((c) => STAGES.indexOf(c.stage)));
  return last < 0 ? null : STAGES[last];
}
function reportCheck([id, { title, examined, failed, faults, reason }]) {
  const outcome = outcomeOf({ failed, reason });
  return {
    id,
    title,
    outcome,
    examined,
    failed,
    ...(outcome === 'not_run' ? { reason } : {}),
    faults: faults.map((f) => ({ ...f, place: f.place.en })),
  };
}
function reportCheckpoint({ stage, size, root, fingerprint, signoff }, benches) {
  const out = { stage, size, root, fingerprint };
  if (!signoff || !signoff.spoke.size) return out;
  const count = (bench, kind) => bench.members.filter((m) => signoff.spoke.get(m) === kind).length;
  out.signatures = benches.map((b) => ({
    bench: b.id,
    keys: b.members.filter((m) => signoff.keys.has(m)).length,
    paper: count(b, 'paper'),
    dissent: count(b, 'dissent'),
    quorum: b.quorum,
  }));
  return out;
}
const sumOf = (list, value) => list.reduce((n, item) => n + value(item), 0);
const totalsOf = ({ lines, plan, draw }) => ({
  lines,
  households: plan.households.length,
  units: plan.units.length,
  picked: plan.households.filter((h) => h.pick).length,
  standby: draw.standbyLines,
  leftover: sumOf(plan.pools, (p) => (p.ended ? sumOf(p.free, (n) => n) : 0)),
});
const eventsOf = ({ objections, done, recordings }) => ({
  objections: objections.size,
  open: Array.from(objections.values()).filter((o) => !o.ruled).length,
  withdrawals: done.withdrawals,
  accepted: done.accepted,
  declined: done.declined,
  swaps: done.swaps,
  recordings: recordings.length,
});
// What not every report has.
function whereItApplies(t, verified) {
  const out = {},
    { plan, draw, aftermath } = t,
    changed = changedOf(t);
  if (verified && aftermath.events > 0) {
    out.settled = {
      housed: plan.households.filter((h) => h.holds).length,
      standby: sumOf(plan.pools, (p) => p.standbyNow.length),
      free: sumOf(plan.pools, (p) => p.freeList.length),
    };
  }
  if (aftermath.recordings.length) {
    const film = ({ name, sha256: hash, start }) => ({ name, sha256: hash, start });
    out.recordings = aftermath.recordings.map(film);
  }
  if (aftermath.voided) out.void = aftermath.voided.reason;
  if (draw.why) out.why = whyOf(aftermath, draw.why.household, draw.why.offered);
  if (changed) out.changed = changed;
  if (isUnfinished(t)) out.unfinished = unfinishedOf(t);
  return out;
}
// Why a household has its unit, in numbers.
function whyOf(aftermath, h, offered) {
  const none = (value) => (value === undefined ? null : value),
    pick = h.pick || {},
    outcome = h.pick || h.standby;
  return {
    household: h.id,
    pool: h.pool.id,
    tier: Math.min(255, h.tier),
    needs: h.needs,
    called_with: h.head === h ? null : h.head.id,
    ticket: String(h.ticket),
    place: h.place,
    of: h.pool.households.length,
    missed: h.missed,
    lot: String(h.lot),
    offered: outcome ? offered : [],
    by: h.pick ? pick.by : h.standby ? 'standby' : null,
    number: none(pick.number),
    rank: none(pick.rank),
    proxy: none(pick.proxy),
    unit: h.pick ? pick.unit.id : null,
    line: outcome ? outcome.line : 0,
    called_at: none(h.callAt),
    recording: recordingAt(aftermath, h.callAt),
    later: laterOf(aftermath, h)
      .filter((e) => e.what !== 'ruling')
      .map((e) => ({ line: e.line, what: e.what, holds: e.holds ? e.holds.id : null })),
  };
}

// The report of `examine` with other fingerprints given: V1 needs no second run.
export function withFingerprints({ state: t }, list) {
  const v1 = t.findings.checks.get('V1');
  Object.assign(v1, { examined: 0, failed: 0, faults: [], reason: null });
  t.outside.reached = t.outside.olderReached;
  if (list.length) checkNoted(t, list);
  else notRun(t, 'V1', NO_FINGERPRINT);
  return makeReport(t);
}
