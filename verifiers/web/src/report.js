// report.js: section 11, what all verifiers say alike of a file.

import { firstFault, notRun, outcomeOf } from './checks.js';
import { changedOf } from './changes.js';
import { laterOf, recordingAt } from './aftermath.js';
import { dayOf, isUnfinished, unfinishedOf } from './unfinished.js';
import { servedIn } from './draw.js';
import { countOf, isRefused } from './signoff.js';
import { hidesDraw, levelOf, notCompared, rate, untold, verdictOf } from './levels.js';
import { NO_FINGERPRINT, chainOf, checkNoted } from './evidence.js';

export const unreadable = (error, changed) => ({
  verdict: 'unreadable',
  level: 'none',
  checks: [],
  error,
  ...(changed ? { changed } : {}),
});

export function makeReport(t) {
  rate(t);
  const verdict = verdictOf(t),
    { header } = t.plan,
    open = notCompared(t),
    first = firstFault(t.findings),
    verified = verdict === 'verified',
    rated = verified || (verdict === 'unfinished' && dayOf(t) > 0);
  return {
    verdict,
    level: levelOf(t),
    anchored: rated ? anchoredStage(t.outside.reached) : null,
    ...(first ? { first } : {}),
    ...(open ? { not_compared: open } : {}),
    origin: header ? header.origin : '',
    title: header ? header.title : '',
    mode: header ? header.mode : 'unknown',
    checks: Array.from(t.findings.checks, reportCheck),
    checkpoints: t.signoff.checkpoints.map((c) => reportCheckpoint(c, t.plan.benches)),
    totals: totalsOf(t),
    signed: verified && outcomeOf(t.findings.checks.get('V3')) === 'passed',
    aftermath: eventsOf(t.aftermath),
    ...whereItApplies(t, verified),
  };
}
const STAGES = ['plan', 'reveals', 'day', 'result', 'aftermath'];
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
function reportCheckpoint({ stage, level, size, root, fingerprint, signoff, tokens }, benches) {
  return {
    ...{ stage, level, size, root, fingerprint },
    ...(signoff && signoff.spoke.size ? reportSignoff(signoff, benches) : {}),
    ...(tokens.length ? { tokens } : {}),
  };
}
function reportSignoff(signoff, benches) {
  const out = {};
  out.signatures = benches.map((b) => ({
    bench: b.id,
    members: b.members.length,
    keys: b.members.filter((m) => signoff.keys.has(m)).length,
    paper: countOf(signoff, b, 'paper'),
    dissent: countOf(signoff, b, 'dissent'),
    unsigned: countOf(signoff, b, 'unsigned'),
    quorum: b.quorum,
    signers: b.members
      .filter((m) => signoff.keys.has(m) || signoff.spoke.get(m) === 'paper')
      .map((m) => m.name),
    ...(isRefused(signoff, b) ? { unreachable: true } : {}),
  }));
  if (signoff.refusals.length) out.refusals = signoff.refusals;
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
const eventsOf = ({ objections, done, recordings, filed }) => ({
  objections: objections.size,
  open: Array.from(objections.values()).filter((o) => !o.ruled).length,
  withdrawals: done.withdrawals,
  accepted: done.accepted,
  declined: done.declined,
  swaps: done.swaps,
  recordings: recordings.length,
  ...(filed.length ? { filed: filed.length } : {}),
});
// What not every report has.
function whereItApplies(t, verified) {
  const out = {},
    { plan, draw, aftermath } = t,
    changed = changedOf(t),
    until = untold(t);
  if (verified && aftermath.events > 0 && until === Infinity) {
    out.settled = {
      housed: plan.households.filter((h) => h.holds).length,
      standby: sumOf(plan.pools, (p) => p.standbyNow.size),
      free: sumOf(plan.pools, (p) => p.freeNow.size),
    };
  }
  if (aftermath.recordings.length) {
    const film = ({ name, sha256: hash, start }) => ({ name, sha256: hash, start });
    out.recordings = aftermath.recordings.map(film);
  }
  const asFile = ({ line, ...file }) => file;
  if (plan.documents.length) out.documents = plan.documents.map(asFile);
  if (aftermath.filed.length) out.filed = aftermath.filed.map(asFile);
  if (aftermath.voided && aftermath.voided.line < until) out.void = aftermath.voided.reason;
  if (t.signoff.notes.length) out.notes = t.signoff.notes;
  if (draw.why && !hidesDraw(t)) {
    out.why = whyOf(aftermath, draw.why.household, draw.why.offered, until);
  }
  if (changed) out.changed = changed;
  if (isUnfinished(t)) out.unfinished = unfinishedOf(t);
  if (dayOf(t)) out.day = { number: dayOf(t), served: servedIn(draw) };
  const chain = chainOf(t);
  if (chain) out.chain = chain;
  return out;
}
// Why a household has its unit, in numbers.
function whyOf(aftermath, h, offered, until) {
  const none = (value) => (value === undefined ? null : value),
    pick = h.pick || {},
    outcome = h.pick || h.standby;
  return {
    household: h.id,
    pool: h.pool.id,
    tier: Math.min(65535, h.tier),
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
      .filter((e) => e.what !== 'ruling' && e.line < until)
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
