// texts.js: P2 and P3, ids and texts.

import { byteLength } from './bytes.js';
import { both, cite, fault, see } from './checks.js';

export const ORIGIN = /^[A-Za-z0-9](?:[A-Za-z0-9._\/-]{0,198}[A-Za-z0-9])?$/;
export const ORIGIN_WORDS = both('a name by P1', '符合 P1 的名称');
export const ID = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;
// A-Z alone: other alphabets have no one lower case.
export const lower = (id) =>
  /[^ -~]/.test(id) ? id.replace(/[A-Z]/g, (c) => c.toLowerCase()) : id.toLowerCase();
export const ID_WORDS = both(
  '1 to 64 of A-Z a-z 0-9 . _ -, the first a letter or digit',
  '1 至 64 个 A-Z a-z 0-9 . _ -，首字符为字母或数字',
);

// What is the hash of no file (A2, A4, A5, S1).
export const ZEROS = '0'.repeat(64);
export const ZEROS_WORDS = both('64 zeros', '全为零');
export const SHEET_WORDS = both('the hash of the signed sheet', '签字单的哈希');

// P2: well-formed, and in its own section only once, whatever the capitals.
export function checkId(plan, kind, id, place) {
  see(plan, 'P2');
  if (!ID.test(id)) return fault(plan, 'P2', place, cite(id), ID_WORDS);
  if (kind === null) return undefined;
  const known = plan.ids.get(kind) || plan.ids.set(kind, new Set()).get(kind);
  const key = lower(id);
  if (known.has(key)) plan.repeated.push({ id, place, line: plan.findings.line });
  known.add(key);
  return undefined;
}

// Whether a line of a kind has this id, or one that differs in capitals alone.
export const hasId = ({ ids }, kind, id) => (ids.get(kind) || new Set()).has(lower(id));

// The first line of a kind with this id (section 7).
export function remember(plan, kind, id, value) {
  const known = plan.byId.get(kind) || plan.byId.set(kind, new Map()).get(kind);
  if (!known.has(id)) known.set(id, value);
}

export const lookUp = (plan, kind, id) => (plan.byId.get(kind) || new Map()).get(id);
// Section 4, P3: the characters that a text may have.
const REPERTOIRE = `
  0020-007E 00A1-00AC 00AE-024F 0388-038A 038C 038E-03A1 03A3-03FF 0400-0482 048A-052F 1E00-1EFF
  2010-2027 2030-205E 2070-2071 2074-208E 20A0-20BF 2100-2125 2127-2129 212C-218B 2190-21FF
  2200-22FF 2460-27BF 3001-3029 3030-303F 3041-3096 309B-309F 30A0-30FF 3105-312F 3131-3163
  3165-318E 31A0-31BF 31C0-31E3 31F0-321E 3220-4DBF 4E00-9FFF A000-A48C A490-A4C6 AC00-D7A3
  FF01-FF9F FFA1-FFBE FFE0-FFE6 20000-2A6DF 2A700-2EBE0 30000-323AF
`
  .trim()
  .split(/\s+/)
  .map((range) => range.replace(/[0-9A-F]+/g, '\\u{$&}'))
  .join('');
const OUTSIDE = new RegExp(`[^${REPERTOIRE}]`, 'u');

const codeOf = (c) => 'U+' + c.codePointAt(0).toString(16).toUpperCase().padStart(4, '0');
// The text, with the code of each character that P3 does not list in its place.
export const visible = (text) =>
  Array.from(text, (c) => (OUTSIDE.test(c) ? `<${codeOf(c)}>` : c)).join('');

// A6: the name of a file, not a place on somebody's disk.
export const isFileName = (name) => !/[/\\]/.test(name) && name[0] !== '.';

// P3: one fault at most for each text.
export function checkText(stage, text, limit, place, mayBeEmpty = false) {
  see(stage, 'P3');
  const wrong = (found, expected) => fault(stage, 'P3', place, found, expected);
  if (text === '') {
    if (!mayBeEmpty) wrong(both('nothing', '空'), both('a text', '文字'));
    return;
  }
  // A character has three bytes at most for each of its units: a short text need not be counted.
  const length = 3 * text.length > limit ? byteLength(text) : 0;
  if (length > limit) {
    const expected = both(`at most ${limit} bytes`, `不超过 ${limit} 字节`);
    wrong(both(length + ' bytes', length + ' 字节'), expected);
    return;
  }
  if (text[0] === ' ' || text[text.length - 1] === ' ') {
    wrong(cite(text), both('no space at its ends', '首尾没有空格'));
    return;
  }
  const other = OUTSIDE.exec(text);
  if (!other) return;
  wrong(codeOf(other[0]), both('a character of the list in P3', 'P3 所列的字符'));
}
