// machine.js: T2, who reads a line, and what the line ends (section 7).

import { hexOf } from './bytes.js';
import { both, fault, see } from './checks.js';
import {
  ANSWERS,
  ANSWER_KINDS,
  BATCH,
  CLOSED,
  EVENT_KINDS,
  NOT_HERE,
  NUMBERS,
  NUMBER_KINDS,
  PHASES,
  PHASE_WORDS,
  PLAN,
  POOLS,
  POOL_KINDS,
  ROLL,
  ROLL_KINDS,
  SECTIONS,
  SIGNED,
  SIGN_KINDS,
  gateOf,
} from './phases.js';
import { endPlan, planLine } from './plan.js';
import {
  answerLine,
  endAnswers,
  endNumbers,
  endRollCall,
  numberLine,
  rollLine,
  seedLine,
} from './ceremony.js';
import { endPools, poolLine, resultLine } from './draw.js';
import {
  awaitLog,
  beginSignoff,
  compareCheckpoint,
  endSignoff,
  logLine,
  signLine,
  standsBehind,
} from './signoff.js';
import { beginAftermath, eventLine } from './aftermath.js';

const LINES = new Map(
  [
    [SECTIONS, PLAN, (t, r) => planLine(t.plan, r)],
    [ROLL_KINDS, ROLL, rollCall],
    [ANSWER_KINDS, ANSWERS, (t, r) => answerLine(t.ceremony, r)],
    [NUMBER_KINDS, NUMBERS, (t, r) => numberLine(t.ceremony, r)],
    [POOL_KINDS, POOLS, (t, r) => poolLine(t.draw, r)],
  ].flatMap(([kinds, phase, read]) => kinds.map((kind) => [kind, { phase, read }])),
);

export function follow(t, r) {
  const gate = gateOf(r),
    line = LINES.get(r.kind);
  standsBehind(t.signoff, r);
  if (logLine(t.signoff, r)) return;
  if (r.kind === 'checkpoint') compareCheckpoint(t.signoff, r, t.tree);
  if (gate !== undefined) gateLine(t, r, gate);
  else if (r.kind === 'checkpoint') aftermathCheckpoint(t, r);
  else if (line && t.phase === line.phase) line.read(t, r);
  else if (SIGN_KINDS.includes(r.kind) && t.signoff.open) signLine(t.signoff, r);
  else if (EVENT_KINDS.includes(r.kind) && t.phase >= CLOSED) laterLine(t, r);
  else if (r.kind === 'void' && t.phase >= ROLL && t.phase <= POOLS) breakOff(t, r);
  else notHere(t, r);
}
// T2: every line stands where the state machine allows it.
function notHere(t, r) {
  const found = both('in the phase ' + PHASES[t.phase], `出现在“${PHASE_WORDS[t.phase]}”阶段`);
  fault(t, 'T2', r.kind, found, NOT_HERE);
}

// S1: the sign-off of the plan ends where the roll call begins. Without a panel there is neither.
function rollCall(t, r) {
  if (!t.plan.header) return;
  endSignoff(t.signoff);
  rollLine(t.ceremony, r);
}
function laterLine(t, r) {
  t.phase = BATCH;
  eventLine(t.aftermath, r);
}
// T2: a gate ends its phase and all before it that have not ended; one that comes late ends
// nothing.
function gateLine(t, r, gate) {
  const late = t.phase > gate,
    early = t.phase < gate;
  const { turns, followed } = t.draw;
  const open = r.kind === 'result' && !late && followed && turns && !turns.pool.ended;
  if (late || early || open) notHere(t, r);
  if (r.kind === 'closing' && late) return;
  while (t.phase <= gate) {
    endPhase(t, t.phase);
    t.phase++;
  }
  if (!late) passGate(t, r);
  if (r.kind === 'seed' && !t.aftermath.brokenOff) seed(t, r);
  if (r.kind === 'result' && !t.aftermath.brokenOff) resultLine(t.draw, r);
  if (r.kind === 'closing') compareClosing(t, r);
}
function passGate(t, r) {
  if (r.kind === 'close' && r.what === 'reveals') t.ceremony.revealsClosed = r.at;
  if (r.kind !== 'checkpoint') return;
  awaitLog(t.signoff);
  // Nobody signs the reveals.
  if (r.stage === 'reveals') return;
  if (t.plan.header) beginSignoff(t.signoff);
}
function endPhase(t, phase) {
  t.ended.add(phase);
  if (phase === PLAN) endPlan(t.plan, t.tree.root());
  if (phase === ROLL) {
    endSignoff(t.signoff);
    endRollCall(t.ceremony);
  }
  if (phase === ANSWERS) endAnswers(t.ceremony);
  if (phase === NUMBERS) endNumbers(t.ceremony);
  if (phase === POOLS && t.draw.followed) {
    endPools(t.draw);
    beginAftermath(t.aftermath);
  }
  if (phase === SIGNED) endSignoff(t.signoff);
}
// The first seed line is the one that the draw follows, be it late.
function seed(t, r) {
  const first = t.ceremony.seed === null;
  seedLine(t.ceremony, r);
  if (!first || t.ceremony.seed === null) return;
  t.draw.followed = !t.plan.tooManyNeeds;
  if (t.ended.has(POOLS)) beginAftermath(t.aftermath);
}

// T2: after the closing line a checkpoint ends each batch of events.
function aftermathCheckpoint(t, r) {
  if (t.phase < CLOSED) {
    notHere(t, r);
    return;
  }
  t.phase = SIGNED;
  awaitLog(t.signoff);
  if (t.plan.header) beginSignoff(t.signoff);
}
// T2: `void` in the phases roll call to pools breaks the draw off; what comes after it is a batch.
function breakOff(t, r) {
  endSignoff(t.signoff);
  t.aftermath.brokenOff = true;
  laterLine(t, r);
}
// T4: the closing line has the number of lines before it, and the root over them.
function compareClosing(t, r) {
  see(t, 'T4');
  t.closedAt = t.findings.line;
  if (r.lines !== t.tree.size) {
    fault(t, 'T4', both('closing, lines', '结束行，行数'), r.lines, t.tree.size);
  }
  const root = hexOf(t.tree.root());
  if (r.root !== root) fault(t, 'T4', both('closing, root', '结束行，根'), r.root, root);
}
