// phases.js: T2, the state machine of section 7, as data.
// A line stands in one phase; some lines are gates and end a phase. machine.js walks it.

import { both } from './checks.js';

export const PHASES = [
  'plan',
  'roll call',
  'answers',
  'reveals',
  'numbers',
  'pools',
  'result',
  'signed',
  'closed',
  'batch',
  'day',
];
export const [PLAN, ROLL, ANSWERS, REVEALS, NUMBERS, POOLS, RESULT, SIGNED, CLOSED, BATCH, DAY] =
  PHASES.keys();
export const PHASE_WORDS = [
  '方案',
  '点名',
  '公开密语',
  '密语封存',
  '公开随机数',
  '抽签',
  '结果',
  '签署',
  '已结束',
  '后续',
  '当日签署',
];
// T4: what is missing when the file ends in a phase.
export const MISSING = [
  ['the plan is not sealed yet', '方案尚未封存'],
  ['the roll call is not closed yet', '点名尚未截止'],
  ['the reveals are not closed yet', '密语公开尚未截止'],
  ['the reveals are not sealed yet', '密语公开尚未封存'],
  ['there is no seed yet', '尚未得出种子'],
  ['there is no result yet', '尚未得出结果'],
  ['the result is not sealed yet', '结果尚未封存'],
  ['the closing line is missing', '缺少结束行'],
  ['the last line is not whole', '最后一行不完整'],
  ['the checkpoint over the last events is missing', '最后的事项还没有检查点'],
  ['the closing line of the day is missing', '缺少当日的结束行'],
];

// The kinds of lines that stand in one phase.
export const SECTIONS = [
  'plan',
  'bench',
  'member',
  'source',
  'document',
  'pool',
  'unit',
  'excluded',
  'family',
  'household',
];
// The sections that a plan may lack, to their counts in the header.
export const OPTIONAL = { document: 'documents', excluded: 'excluded', family: 'families' };
export const ROLL_KINDS = ['commit', 'envelope', 'absent'];
export const ANSWER_KINDS = ['reveal', 'withheld'];
export const NUMBER_KINDS = ['dice', 'balls', 'drand'];
export const POOL_KINDS = ['open', 'call', 'missed', 'pick', 'undo', 'standby', 'end', 'leftover'];
// Those that stand under a checkpoint, whatever the phase.
export const SIGN_KINDS = ['cosignature', 'paper', 'dissent', 'unsigned'];
// Those that come after the closing line.
export const EVENT_KINDS = [
  'objection',
  'ruling',
  'withdrawal',
  'offer',
  'accept',
  'decline',
  'swap',
  'recording',
  'filed',
  'void',
];

// The line that ends each phase.
const GATES = {
  'checkpoint plan': PLAN,
  'close commits': ROLL,
  'close reveals': ANSWERS,
  'checkpoint reveals': REVEALS,
  seed: NUMBERS,
  result: POOLS,
  'checkpoint result': RESULT,
  closing: SIGNED,
};
export function gateOf(r) {
  if (r.kind === 'checkpoint') return GATES['checkpoint ' + r.stage];
  return GATES[r.kind === 'close' ? 'close ' + r.what : r.kind];
}

// Section 7: a line at a place where none of its kind may stand.
export const NOT_HERE = both('another line at this place', '此处应为别的行');
