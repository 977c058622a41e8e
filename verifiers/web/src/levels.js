// levels.js: how far trust goes in each checkpoint, and what stands behind the last one that was
// compared (section 7).

import { both, outcomeOf } from './checks.js';
import { isRefused, isSigned } from './signoff.js';
import { dayOf, isUnfinished } from './unfinished.js';

export function verdictOf(t) {
  const refuted = Array.from(t.findings.checks.values()).some((c) => outcomeOf(c) === 'failed');
  return refuted ? 'refuted' : isUnfinished(t) ? 'unfinished' : 'verified';
}

const LEVELS = ['none', 'consistent', 'anchored', 'certified'];
// Gives each checkpoint its level: a later one covers all lines before it.
export function rate(t) {
  const { checkpoints } = t.signoff,
    { benches } = t.plan,
    { reached } = t.outside,
    verdict = verdictOf(t),
    rated = verdict === 'verified' || (verdict === 'unfinished' && dayOf(t) > 0);
  const last = Math.max(-1, ...reached.map((c) => checkpoints.indexOf(c)));
  // A drand signature that was not verified leaves the seed to the good faith of others.
  const c7 = t.findings.checks.get('C7'),
    drandOpen = outcomeOf(c7) === 'not_run' && c7.examined > 0;
  let level = LEVELS.indexOf('consistent');
  for (let i = checkpoints.length - 1; i >= 0; i--) {
    const { signoff } = checkpoints[i];
    // Signatures alone certify nothing: something in the file must be known from outside.
    const signed = reached.length > 0 && isSigned(signoff, benches);
    if (signed && !drandOpen) level = LEVELS.indexOf('certified');
    else if (signed || i <= last) level = Math.max(level, LEVELS.indexOf('anchored'));
    // What a bench refused is not certified by what was signed later.
    const refused = benches.some((b) => isRefused(signoff, b)),
      own = refused ? Math.min(level, LEVELS.indexOf('anchored')) : level;
    checkpoints[i].level = rated ? LEVELS[own] : 'none';
  }
}
export function levelOf(t) {
  const { checkpoints } = t.signoff;
  return checkpoints.length ? checkpoints[checkpoints.length - 1].level : 'none';
}

// The lines that nothing known outside covers, while it covers some before them; or null.
const isKnown = (c) => c.level === 'anchored' || c.level === 'certified';
export function notCompared(t) {
  const { checkpoints } = t.signoff,
    last = checkpoints.map(isKnown).lastIndexOf(true);
  if (last < 0) return null;
  const behind = checkpoints.slice(last),
    first = behind.find((c) => c.behind > 0);
  if (!first) return null;
  const events = behind.flatMap((c) => c.events),
    listed = events.slice(0, 100).map(eventOf),
    more = events.length - listed.length;
  return {
    from: first.behind,
    to: t.lines,
    events: listed,
    ...(more ? { more } : {}),
  };
}
// The first line that is not told as a fact, and whether the draw is among them.
export const untold = (t) => (notCompared(t) || { from: Infinity }).from;
export const hidesDraw = (t) => {
  const [last] = t.signoff.checkpoints.filter(isKnown).slice(-1);
  return notCompared(t) !== null && !['result', 'aftermath'].includes(last.stage);
};
function eventOf({ line, r }) {
  const households = r.households || (r.household === undefined ? [] : [r.household]);
  return {
    line,
    kind: r.kind,
    ...(households.length ? { households } : {}),
    ...(r.unit === undefined ? {} : { unit: r.unit }),
  };
}

const EVENT_WORDS = {
  result: ['the draw up to its result', '抽签直至结果'],
  objection: ['objection', '异议'],
  ruling: ['ruling', '裁定'],
  withdrawal: ['withdrawal', '放弃'],
  offer: ['offer', '提供'],
  accept: ['accept', '接受'],
  decline: ['decline', '谢绝'],
  swap: ['swap', '换房'],
  recording: ['recording', '录像'],
  filed: ['document', '文件'],
  void: ['void', '作废'],
};
// What was not compared, loudly.
export function notComparedWords({ from, to, events, more = 0 }) {
  const told = events.slice(0, 12),
    left = more + events.length - told.length;
  const words = ({ kind, households = [], unit }) => {
    const [en, zh] = EVENT_WORDS[kind],
      named = households.concat(unit === undefined ? [] : [unit]);
    if (!named.length) return both(en, zh);
    return both(en + ' of ' + named.join(', '), zh + ' ' + named.join('、'));
  };
  const list = told.map(words),
    what = list.map((w) => w.en).join(', ') || 'no event',
    zh = list.map((w) => w.zh).join('，') || '没有事项';
  return both(
    `NOT COMPARED: lines ${from} to ${to}: ${what}${left ? ` and ${left} more` : ''}. Nothing noted ` +
      'outside reaches them, and the panel has not signed them: anybody could have added them.',
    `【未核对】：第 ${from} 至 ${to} 行：${zh}${left ? `等，另有 ${left} 项` : ''}。` +
      '在外记下的指纹或副本没有涵盖这些行，监督小组也没有签名：任何人都可能添加。',
  );
}
