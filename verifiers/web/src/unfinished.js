// unfinished.js: T4 in sentences, for a file whose end is missing.

import { both } from './checks.js';
import { CLOSED, MISSING, PHASES, POOLS } from './phases.js';

// Said of a file that evidence from outside refutes.
export const tooUnfinished = (u) =>
  both(
    `The file is also UNFINISHED (to line ${u.lines}): perhaps what was given belongs to the ` +
      `end that is missing.`,
    `文件也【尚未完成】（到第 ${u.lines} 行为止）：所给内容也许属于缺失的末尾。`,
  );

// T4: a file is finished where its last line is whole, and is a closing line or the end of a batch.
export const isUnfinished = (t) => t.phase !== CLOSED || t.torn > 0;
// The day with whose closing line the file ends, from 1, else 0.
export const dayOf = ({ phase, torn, days, lines }) =>
  phase === POOLS && !torn && days[days.length - 1] === lines ? days.length : 0;
export const tornLine = ({ lines, torn }) =>
  torn
    ? both(
        `After line ${lines} there are ${torn} bytes without a line end: a line that was torn (by ` +
          `a power cut, say) or cut off; they are not examined. `,
        `第 ${lines} 行之后还有 ${torn} 字节没有换行符，是写入时中断（如停电）或复制时截断的一行，未作检查。`,
      )
    : both('');

// How far the file goes, how far it is closed, and how far the last checkpoint seals it.
export function unfinishedOf({ lines, phase, closedAt, torn, signoff: { checkpoints } }) {
  const sealed = checkpoints.length ? checkpoints[checkpoints.length - 1].size : 0;
  return { lines, phase: PHASES[phase], closed: closedAt, sealed, torn };
}
// How many lines nothing seals, and what that means.
function openLines({ lines, closed, sealed }) {
  const from = Math.max(sealed, closed),
    open = lines - from,
    count = open === 1 ? '1 line' : open + ' lines';
  if (!open) return both('');
  if (!sealed)
    return both(
      `No checkpoint seals it yet: anybody could have changed or added its ${count}. `,
      `尚无检查点封存：这 ${open} 行任何人都可能改动或添加过。`,
    );
  if (!closed)
    return both(
      `It is sealed by a checkpoint to line ${sealed}; nothing seals the ${count} after it, ` +
        `and anybody could have changed or added them. `,
      `检查点封存到第 ${sealed} 行；其后 ${open} 行没有任何封存，任何人都可能改动或添加过。`,
    );
  return both(
    `Nothing seals the ${count} after line ${from}, and anybody could have changed or added ` +
      `them; a checkpoint seals the file to line ${sealed}. `,
    `第 ${from} 行之后的 ${open} 行没有任何封存，任何人都可能改动或添加过；检查点封存到第 ${sealed} 行。`,
  );
}

// Where the file ends with a day: how far the draw is.
export const dayWords = ({ day, totals, unfinished }) =>
  both(
    `Day ${day.number} of the draw is closed; ${day.served} of ${totals.households} households are ` +
      `served, and the draw is NOT FINISHED. It keeps the rules to line ${unfinished.lines}.`,
    `抽签第 ${day.number} 天已结束：${totals.households} 户中的 ${day.served} 户已办理，抽签【尚未完成】。` +
      `到第 ${unfinished.lines} 行为止符合规则。`,
  );
// The whole as sentences for a resident.
export function unfinishedWords(u) {
  const parts = [soFar(u), tornLine(u), worth(u), ASK_FOR_IT];
  return both(parts.map((p) => p.en).join(''), parts.map((p) => p.zh).join(''));
}
const ASK_FOR_IT = both(
  ' If it was published as a finished draw, its end is missing: ask for the whole file.',
  '如果公布时称抽签已完成，则末尾缺失：请索取完整文件。',
);
// What no checkpoint seals comes first where the file was finished before.
function soFar(u) {
  const [en, zh] = MISSING[PHASES.indexOf(u.phase)],
    open = openLines(u);
  if (!u.lines) {
    return both(
      'This transcript is UNFINISHED: not even its first line is whole. ',
      '本记录【尚未完成】：连第一行都不完整。',
    );
  }
  if (!u.closed) {
    return both(
      `This transcript is UNFINISHED: ${en}. It keeps the rules to line ${u.lines}. ${open.en}`,
      `本记录【尚未完成】：${zh}。到第 ${u.lines} 行为止符合规则。${open.zh}`,
    );
  }
  return both(
    `${open.en}This transcript is finished to line ${u.closed}, and UNFINISHED after it: ${en}. ` +
      `It keeps the rules to line ${u.lines}. `,
    `${open.zh}本记录到第 ${u.closed} 行为止已结束，之后增加的内容【尚未完成】：${zh}。` +
      `到第 ${u.lines} 行为止符合规则。`,
  );
}
function worth({ closed }) {
  if (!closed) {
    return both(
      'It is not verified, and nothing in it is a final result.',
      '它没有通过核验，其中的内容都不是最终结果。',
    );
  }
  return both(
    `As a whole it is not verified; its first ${closed} lines are a finished transcript, and can ` +
      `be verified by themselves.`,
    `整份没有通过核验；它的前 ${closed} 行是一份已结束的记录，可以单独核验。`,
  );
}
