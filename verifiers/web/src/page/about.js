// page/about.js: what it proves, what it does not, and how to check by hand.

import { inLanguage } from './words.js';
import { $, el, fill, open } from './elements.js';

const ABOUT = [
  [
    '核验通过说明什么',
    'What a verified transcript proves',
    [
      [
        '这份文件里的抽签是按封存的方案、由监督员的密语和公开随机数算出来的，谁得哪一套，任何人都能重算。',
        'The draw in this file was computed from the sealed plan, the secrets of the panel and ' +
          'the public numbers. Anybody can compute again who gets which flat.',
      ],
      [
        '文件里的每个检查点都与它之前的各行相符。指纹与公告栏一致时，这正是现场封存的那一份，封存之后没有改动、删减或增加过一行。',
        'Every checkpoint agrees with the lines before it. When the fingerprint agrees with the' +
          ' notice, this is the file that was sealed in ' +
          'the hall, and no line was changed, removed or added since.',
      ],
      [
        '只要有一位监督员的密语事先没有别人知道，而公开随机数在密语公开之后才产生，就没有人能预先安排结果。',
        'As long as one member’s secret was known to nobody else beforehand, and the public ' +
          'numbers came after the reveals, nobody could ' +
          'arrange the outcome.',
      ],
    ],
  ],
  [
    '核验通过不能说明什么',
    'What it does not prove',
    [
      [
        '名单上的住户是否都有资格、有没有漏掉或虚设的户：这要看公示的名单和监督员的审查。',
        'That everybody on the list is entitled and nobody is missing or invented: the posted ' +
          'list and the panel’s inspection do that.',
      ],
      [
        '骰子或摇号球本身是否公平、录像里的人是谁：这要看现场和录像。',
        'That the dice or balls were fair, and who is in the recording: the hall and the ' +
          'recording show that.',
      ],
      [
        '没有与外面的指纹对照时：文件可能整份是另造的。所以一定要对照指纹。',
        'Without comparing the fingerprint the whole file could be made up. So do compare it.',
      ],
      [
        '本页不能核验 drand 随机数的签名，遇到时会写明“未进行”；其他核验程序可以。',
        'This page cannot verify drand signatures and then says “not run”; other verifiers can.',
      ],
    ],
  ],
  [
    '动手核对',
    'By hand',
    [
      [
        '种子：把方案根、每位监督员的密语和骰子数字按规定写成几行文字，用任何 SHA-256 工具计算，得数应与种子行相同。',
        'The seed: write plan root, every secret and the dice as the lines that the rules say; ' +
          'any SHA-256 tool must give the value in the seed line.',
      ],
      [
        '签号：看叫号次序是不是按签号从小到大（先比顺位）。',
        'The tickets: see that the calls go from small tickets to large ones (by tier first).',
      ],
      [
        '得房：签数除以当时的可选套数，余数就是从 0 数起的序号。“查我家”里列出了这些数字，用长除法或电脑计算器就能核对。',
        'The flat: the lot divided by the number of flats on offer leaves its number, counted ' +
          'from 0. “My household” lists these numbers; long division will do.',
      ],
      [
        '承诺：监督员公开密语后，用“监督员”页所示的命令重算，应与点名时交出的承诺相同。',
        'The commitment: after the reveal, the command shown under “Panel member” must give ' +
          'what was handed in at the roll call.',
      ],
    ],
  ],
];

const aboutList = ([zh, en, items], tag) => [
  el(tag, {}, inLanguage(zh, en)),
  el(
    'ul',
    {},
    items.map((words) => el('li', {}, inLanguage(...words))),
  ),
];
export function showMeans(node) {
  fill(node, aboutList(ABOUT[0], 'h3'), aboutList(ABOUT[1], 'h3'));
}
// The command that hashes the seed of the open file, where its text fits on a command line.
function seedByHand() {
  const { seedText, seed } = open.shown ? open.shown.state.ceremony : {};
  if (!seedText || !/^[ -&(-~\n]*$/.test(seedText) || seedText.length >= 60000) return null;
  const command = "printf '" + seedText.replace(/\n/g, '\\n') + "' | sha256sum";
  return [
    el('h3', {}, inLanguage('所打开记录的种子', 'The seed of the open file')),
    el('pre', { class: 'cmd' }, command),
    el('pre', { class: 'cmd' }, seed || '–'),
  ];
}
export function showAbout() {
  const card = (part, i) =>
    el('section', { class: 'card' }, aboutList(part, 'h2'), i === 2 ? seedByHand() : null);
  fill($('abouttext'), ABOUT.map(card));
}
