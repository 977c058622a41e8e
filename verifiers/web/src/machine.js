// machine.js: T2, who reads a line, and what the line ends (section 7).

import { hexOf } from './bytes.js';
import { both, fault, see } from './checks.js';
import {
  ANSWERS,
  ANSWER_KINDS,
  BATCH,
  CLOSED,
  DAY,
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
import { endPlan, isNextInPlan, isPlanWhole, planLine } from './plan.js';
import {
  answerLine,
  endAnswers,
  endNumbers,
  endRollCall,
  numberLine,
  rollLine,
  seedLine,
} from './ceremony.js';
import {
  dayMayEnd,
  endDay,
  endPools,
  isNextInPool,
  isPoolOpen,
  poolLine,
  resultLine,
} from './draw.js';
import {
  awaitLog,
  beginSignoff,
  compareCheckpoint,
  endSignoff,
  logLine,
  signLine,
  standsBehind,
} from './signoff.js';
import { awaitTokens, endTokens, tokenLine } from './tokens.js';
import { beginAftermath, eventLine } from './aftermath.js';

const LINES = new Map(
  [
    [SECTIONS, PLAN, (t, r) => planLine(t.plan, r)],
    [ROLL_KINDS, ROLL, rollCall],
    [ANSWER_KINDS, ANSWERS, (t, r) => answerLine(t.ceremony, r)],
    [NUMBER_KINDS, NUMBERS, numbers],
    [POOL_KINDS, POOLS, (t, r) => poolLine(t.draw, r)],
  ].flatMap(([kinds, phase, read]) => kinds.map((kind) => [kind, { phase, read }])),
);

export function follow(t, r) {
  const gate = gateOf(r),
    line = LINES.get(r.kind);
  standsBehind(t.signoff, r);
  if (logLine(t.signoff, r)) return;
  if (!mayStand(t, r, gate)) notHere(t, r);
  else if (r.kind === 'closing' && t.phase === DAY) closeDay(t, r);
  else if (gate !== undefined) gateLine(t, r, gate);
  else if (isDay(r)) dayCheckpoint(t, r);
  else if (r.kind === 'checkpoint') aftermathCheckpoint(t, r);
  else if (r.kind === 'void' && t.phase < CLOSED) breakOff(t, r);
  else if (isLater(t) && EVENT_KINDS.includes(r.kind)) laterLine(t, r);
  // Section 7: behind a plan with a fault nothing is looked at but the lines and their tree.
  else if (r.kind === 'token') stamp(t, r);
  else if (line && (t.phase === PLAN || t.plan.sound)) line.read(t, r);
  else if (!line && t.plan.sound) signLine(t.signoff, r);
}
// T2: whether the line may stand here. One that may not is passed over.
function mayStand(t, r, gate) {
  const line = LINES.get(r.kind);
  if (r.kind === 'closing' && t.phase === DAY) return true;
  if (gate !== undefined) {
    if (gate === PLAN && !isPlanWhole(t.plan)) return false;
    return t.phase === gate && !(gate === POOLS && isPoolOpen(t.draw));
  }
  if (isDay(r)) return t.phase === POOLS && dayMayEnd(t.draw);
  if (r.kind === 'checkpoint') return isLater(t);
  if (SIGN_KINDS.includes(r.kind)) return Boolean(t.signoff.open);
  if (r.kind === 'token') return mayStamp(t);
  if (EVENT_KINDS.includes(r.kind) && isLater(t)) return true;
  if (r.kind === 'void') return t.phase >= ROLL && t.phase <= POOLS;
  if (!line || t.phase !== line.phase) return false;
  if (t.phase === PLAN) return isNextInPlan(t.plan, r);
  return t.phase !== POOLS || isNextInPool(t.draw, r);
}
const isDay = (r) => r.kind === 'checkpoint' && r.stage === 'day';
const isLater = ({ phase }) => phase === CLOSED || phase === BATCH;
function notHere(t, r) {
  const found = both('in the phase ' + PHASES[t.phase], `出现在“${PHASE_WORDS[t.phase]}”阶段`);
  fault(t, 'T2', r.kind, found, NOT_HERE);
}

// S1: the sign-off of the plan ends where the roll call begins.
function rollCall(t, r) {
  endTokens(t.signoff);
  endSignoff(t.signoff);
  rollLine(t.ceremony, r);
}
// A token over the reveals stands before the first of the numbers.
function numbers(t, r) {
  endTokens(t.signoff);
  numberLine(t.ceremony, r);
}
// T2: a token stands with a sign-off, or before the numbers. (Of a plan with a fault is neither.)
const mayStamp = ({ phase, plan, signoff }) =>
  [ROLL, NUMBERS, DAY, SIGNED].includes(phase) && (signoff.stamped !== null || !plan.sound);
function stamp(t, r) {
  if (t.plan.sound) tokenLine(t.signoff, r);
}
function laterLine(t, r) {
  t.phase = BATCH;
  if (t.plan.sound && (t.draw.followed || t.aftermath.brokenOff)) eventLine(t.aftermath, r);
}
// T2: a gate ends its phase.
function gateLine(t, r, gate) {
  const { sound } = t.plan;
  t.ended.add(gate);
  t.phase++;
  if (gate === PLAN) endPlan(t.plan, t.tree.root());
  else if (gate === SIGNED) endSignoff(t.signoff);
  else if (sound) endPhase(t, r, gate);
  if (r.kind === 'checkpoint') passCheckpoint(t, r);
  if (r.kind === 'closing') compareClosing(t, r);
}
function passCheckpoint(t, r) {
  compareCheckpoint(t.signoff, r, t.tree);
  awaitLog(t.signoff);
  awaitTokens(t.signoff);
  // Nobody signs the reveals.
  if (r.stage !== 'reveals') beginSignoff(t.signoff);
}
function endPhase(t, r, phase) {
  if (phase === ROLL) {
    endSignoff(t.signoff);
    endRollCall(t.ceremony);
  }
  if (phase === ANSWERS) {
    endAnswers(t.ceremony);
    t.ceremony.revealsClosed = r.at;
  }
  if (phase === NUMBERS) {
    endNumbers(t.ceremony);
    seedLine(t.ceremony, r);
    t.draw.followed = true;
  }
  if (phase === POOLS && t.draw.followed) {
    endPools(t.draw);
    resultLine(t.draw, r);
    beginAftermath(t.aftermath);
  }
}

// T2: after the closing line a checkpoint ends each batch of events.
function aftermathCheckpoint(t, r) {
  t.phase = SIGNED;
  passCheckpoint(t, r);
}
// T2: `void` in the phases roll call to pools breaks the draw off; what comes after it is a batch.
function breakOff(t, r) {
  endSignoff(t.signoff);
  t.aftermath.brokenOff = true;
  laterLine(t, r);
}
// T2: a day of the draw ends in a checkpoint, its sign-off and a closing line; then it goes on.
function dayCheckpoint(t, r) {
  t.phase = DAY;
  passCheckpoint(t, r);
  endDay(t.draw);
}
function closeDay(t, r) {
  t.phase = POOLS;
  endSignoff(t.signoff);
  compareClosing(t, r);
  t.days.push(t.closedAt);
  t.closedAt = 0;
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
