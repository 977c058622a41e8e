'use strict';
// What verifiers on other machines say of the draw as it grows, on both pages.

Object.assign(WORDS, { answerline: ['{0}：{1} {2} 行', '{0}: {1} {2}'], answernone: ['{0}：{1}', '{0}: {1}'] });

/** One answer in words: `verify.py：至此一致，第 4328 行`. */
function answerWords(answer) {
  const counted = ['agrees', 'over', 'behind'].includes(answer.is);
  return t(counted ? 'answerline' : 'answernone', answer.program, answer[LANG], answer.lines) + (answer.fault ? ` · ${answer.fault}` : '');
}
/** A line for each verifier that is followed; null without one. */
function answersOf(view) {
  return view.answers && view.answers.length ? h('div', { class: 'answers' }, view.answers.map(answer => h('span', { class: 'answer ' + answer.is }, (answer.is === 'differs' ? '✗ ' : answer.is === 'agrees' || answer.is === 'over' ? '✓ ' : '') + answerWords(answer)))) : null;
}
