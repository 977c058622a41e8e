// changes.js: what programs on the way do to a file, and the words for it (section 7).

import { beginsWith, decodeUtf8, latin, splitLines, trimStart } from './bytes.js';
import { both } from './checks.js';
import { BEGINNING, LINE_BEGINS, LONGEST_LINE } from './profile.js';

const AGAIN = both(
  ' Get the file again, packed in a zip or from the stick.',
  '请重新取得原文件（压缩成 zip 传送，或用 U 盘拷贝）。',
);

// Whether to get the file again, and the words.
const CHANGES = {
  'cr-lf': [
    true,
    'in CR LF instead of LF: a mail program, an editor or git changed the line ends.',
    '的行尾是 CR LF 而不是 LF：邮件程序、编辑器或 git 改动了换行符。',
  ],
  cr: [
    true,
    'Lines end in CR, or CR stands in a line: a program changed the line ends.',
    '行尾是 CR，或行中有 CR：有程序改动了换行符。',
  ],
  'line-separators': [
    true,
    'Lines do not end in LF but in another character (such as U+2028): a program changed the ' +
      'line ends.',
    '行尾不是 LF，而是别的字符（如 U+2028）：有程序改动了换行符。',
  ],
  'empty-line': [
    true,
    'There is an empty line: an editor or a mail program put it in.',
    '有空行：是编辑器或邮件程序加进去的。',
  ],
  'white-space': [
    true,
    'White space stands before or after a line: an editor or a mail program put it in.',
    '行首或行尾有空格或制表符：是编辑器或邮件程序加进去的。',
  ],
  encoding: [
    true,
    'The file is not UTF-8: an editor saved it in another encoding (GBK, say).',
    '文件不是 UTF-8：编辑器用别的编码（如 GBK）保存过。',
  ],
  zeros: [
    true,
    'A part is lost, and zeros stand in its place: the disk or the stick did not keep it.',
    '有一段内容丢失，变成了零字节：硬盘或 U 盘没有存住。',
  ],
  'broken-line': [
    true,
    'A line is broken in two: a mail program or an editor wraps long lines.',
    '有一行被拆成两行：邮件程序或编辑器把长行折断了。',
  ],
  reformatted: [
    true,
    'The JSON was written anew, with other spaces, order or escapes: a program formatted it.',
    'JSON 被重新写过，空格、次序或转义不同：有程序把它重新排版了。',
  ],
  bom: [
    true,
    'A byte order mark (BOM) stands before the first line: an editor such as Notepad saved the ' +
      'file.',
    '第一行之前有字节顺序标记（BOM）：记事本之类的编辑器保存过。',
  ],
  utf16: [
    true,
    'The file is UTF-16 (“Unicode”): an editor or a spreadsheet program saved it anew.',
    '文件是 UTF-16（“Unicode”）编码：编辑器或表格软件另存过。',
  ],
  mail: [
    true,
    'This is the file as a mail program packs it (base64): save the attachment.',
    '这是邮件程序编码后的内容（base64）：请把附件另存为文件。',
  ],
  beginning: [
    true,
    'The beginning is missing: the first line is not that of a plan.',
    '开头缺失：第一行不是方案首行。',
  ],
  packed: [
    false,
    'This is a packed file (zip, 7z, gzip) or an Office document: unpack it, and check the ' +
      'file in it.',
    '这是压缩包（zip、7z、gzip）或 Office 文档：请先解压，再核验其中的文件。',
  ],
  document: [
    false,
    'This is a PDF or a document of an office program: ask for the transcript itself.',
    '这是 PDF 或办公软件的文档：请索取抽签记录文件本身。',
  ],
  'web-page': [
    false,
    'This is a web page, perhaps one that asks to sign in or says that something is missing: ' +
      'download the transcript itself.',
    '这是网页，也许是登录页或出错页：请下载抽签记录文件本身。',
  ],
  receipt: [false, 'This is a receipt: check it as a receipt.', '这是收据：请按收据核验。'],
};

export function changedBy(what, before = both('')) {
  if (!what) return null;
  const [again, en, zh] = CHANGES[what],
    more = again ? AGAIN : both('');
  return { what, en: before.en + en + more.en, zh: before.zh + zh + more.zh };
}

const STARTS = [
  ['zeros', ['\0\0']],
  ['utf16', ['\xff\xfe', '\xfe\xff', '\0']],
  [
    'packed',
    ['PK\x03\x04', '\x1f\x8b', '7z\xbc\xaf', 'Rar!', 'BZh', '\xfd7zXZ', '\x28\xb5\x2f\xfd'],
  ],
  ['document', ['%PDF', '\xd0\xcf\x11\xe0', '{\\rtf']],
  ['receipt', ['floorlot/1 receipt']],
  ['mail', ['eyJraW5kIjoicGxhbiI']],
].map(([what, starts]) => [what, starts.map(latin)]);

// A file that is no transcript may be large, and have no line ends: its beginning says enough.
export const firstLines = (bytes) =>
  splitLines(bytes.subarray(0, 66 * (LONGEST_LINE + 2))).slice(0, 65);
export const withoutBom = (line) =>
  beginsWith(line, [0xef, 0xbb, 0xbf]) ? line.subarray(3) : line;
export const isMarkup = (text) => text[0] === 0x3c || beginsWith(text, latin('{&quot;'));
export function startOf(line) {
  const found = STARTS.find(
    ([what, starts]) =>
      starts.some((start) => beginsWith(line, start)) || (what === 'utf16' && line[1] === 0),
  );
  return found ? found[0] : null;
}

// What made this of a file that does not begin as a transcript does. Blank lines before it are
// passed over.
export function changeOfBeginning(bytes) {
  const lines = firstLines(bytes),
    blank = lines.findIndex((l) => trimStart(l.bytes).length > 0);
  if (blank < 0) return lines.length ? 'empty-line' : null;
  const first = lines[blank].bytes,
    line = withoutBom(first);
  if (line.length < first.length && beginsWith(line, BEGINNING)) return 'bom';
  const start = startOf(line);
  if (start) return start;
  const text = trimStart(line);
  if (!text.length) return 'empty-line';
  if (isMarkup(text)) return 'web-page';
  if (!lines[blank].whole && blank === 0 && beginsWith(BEGINNING, line)) return null;
  if (beginsWith(line, BEGINNING)) return 'empty-line';
  if (beginsWith(line, LINE_BEGINS)) return 'beginning';
  if (text[0] === 0x7b || text[0] === 0x5b)
    return text.length < line.length ? 'white-space' : 'reformatted';
  return null;
}

function holds(line, part, from = 0) {
  for (let at = line.indexOf(part[0], from); at >= 0; at = line.indexOf(part[0], at + 1)) {
    if (beginsWith(line.subarray(at), part)) return true;
  }
  return false;
}

const SPELLINGS = ['": ', ', "', '\\u', '\\/'].map(latin);

// What made this of a line that is not in the profile.
export function changeOfLine(line) {
  const whole = line.length <= LONGEST_LINE,
    blank = (b) => b === 0x20 || b === 0x09,
    last = line[line.length - 1];
  if (!line.length) return 'empty-line';
  if (line.includes(0)) return 'zeros';
  if (line.includes(0x0d)) return 'cr';
  if (whole && (blank(line[0]) || blank(last))) return 'white-space';
  if (holds(line, LINE_BEGINS, 1)) return 'line-separators';
  if (!whole) return null;
  const text = decodeUtf8(line);
  if (text !== null && /[\x0b\x0c\x85\u2028\u2029]/.test(text)) return 'line-separators';
  if (beginsWith(line, LINE_BEGINS) && last !== 0x7d) return 'broken-line';
  if (text === null) return 'encoding';
  const spelled = SPELLINGS.some((part) => holds(line, part)) || !beginsWith(line, LINE_BEGINS);
  return [0x7b, 0x7d, 0x5b, 0x5d, 0x22].includes(line[0]) && spelled ? 'reformatted' : null;
}

// T4: what a power cut leaves of a line.
export function isTorn(line) {
  let end = line.length;
  while (end > 0 && line[end - 1] === 0) end--;
  const written = line.subarray(0, end);
  return (
    line.length <= LONGEST_LINE &&
    (beginsWith(written, LINE_BEGINS) || beginsWith(LINE_BEGINS, written)) &&
    !holds(written, LINE_BEGINS, 1) &&
    written.every((b) => b >= 0x20)
  );
}

// What a program on the way did, to the first line with a fault of T1.
export function changedOf(t) {
  const { endsInCr: cr, firstFault: other } = t;
  if (cr && (!other || cr.first <= other.line)) {
    const before =
      cr.lines === t.lines
        ? both('Every line ends ', '每一行')
        : both(`${cr.lines} of ${t.lines} lines end `, `${t.lines} 行中有 ${cr.lines} 行`);
    return changedBy('cr-lf', before);
  }
  return other ? changedBy(other.change) : null;
}

// Section 7: a line that ends in CR is taken without it.
export function takeCr(line) {
  const { bytes } = line;
  line.endsInCr = line.whole && bytes.length <= LONGEST_LINE && bytes[bytes.length - 1] === 0x0d;
  if (line.endsInCr) line.bytes = bytes.subarray(0, -1);
}

// What is said of a file that a program on the way has changed, after the change. The file stays
// refuted.
export function alteredWords(report) {
  const rest = restOf(report);
  return both(
    'This file is REFUTED as it is (check T1): its bytes are not those that were sealed.' + rest.en,
    '本文件按现有内容【不成立】（第 T1 项）：字节与当时封存的不一致。' + rest.zh,
  );
}
// Where line ends are all that is wrong, it says so.
function restOf({ changed, checks, unfinished }) {
  const alone = !checks.some((c) => c.outcome === 'failed' && !(c.id === 'T1' && c.failed === 1));
  if (changed.what !== 'cr-lf' || !alone) {
    return both(
      ' If a new copy says the same, do not rely on it, and show this report to the panel.',
      '如果重新取得的文件仍然如此，请勿采信，并向监督小组出示本报告。',
    );
  }
  if (unfinished) {
    return both(
      ' Nothing else is wrong so far, but the file is unfinished, too.',
      '除此之外到目前为止没有发现问题，但文件也尚未完成。',
    );
  }
  return both(
    ' Nothing else is wrong: with LF at the end of the lines it would be verified, with the ' +
      'fingerprints in this report.',
    '除此之外没有发现问题：把行尾改回 LF，它就能通过核验，指纹如本报告所列。',
  );
}
