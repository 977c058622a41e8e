// profile.js: T1, the profile, and the one spelling of each line (section 3).

import { bytesOf, decodeUtf8 } from './bytes.js';
import { both } from './checks.js';

const words = (...list) => ({ words: list });
const listOf = (of) => ({ list: of });
const AT = ['at', 'integer', true];

// Keys in their order after `kind`; a third entry `true` marks an optional key (section 3).
const KINDS = new Map(
  Object.entries({
    plan: [
      ['floorlot', 'integer'],
      ['origin', 'string'],
      ['title', 'string'],
      ['mode', words('official', 'rehearsal')],
      ['attempt', 'integer'],
      ['prior', 'prior', true],
      ['log', 'string', true],
      ['benches', 'integer'],
      ['members', 'integer'],
      ['sources', 'integer'],
      ['pools', 'integer'],
      ['units', 'integer'],
      ['households', 'integer'],
      ['documents', 'integer', true],
      ['excluded', 'integer', true],
      ['families', 'integer', true],
    ],
    bench: [
      ['id', 'string'],
      ['title', 'string'],
      ['quorum', 'integer'],
    ],
    member: [
      ['id', 'string'],
      ['bench', 'string'],
      ['name', 'string'],
      ['key', 'string', true],
    ],
    source: [
      ['device', words('dice', 'balls', 'drand')],
      ['count', 'integer', true],
      ['range', 'integer', true],
      ['round', 'integer', true],
    ],
    document: [
      ['what', words('method', 'resolution', 'roll', 'units', 'program', 'other')],
      ['name', 'string'],
      ['title', 'string'],
      ['sha256', 'hex64'],
    ],
    pool: [
      ['id', 'string'],
      ['title', 'string'],
      ['building', 'string'],
      ['rule', words('choice', 'lot', 'ranking')],
      ['absence', words('last', 'day', 'lot'), true],
      ['seconds', 'integer', true],
      ['unranked', words('lot', 'standby'), true],
      ['units', 'integer'],
      ['households', 'integer'],
    ],
    unit: [
      ['pool', 'string'],
      ['id', 'string'],
      ['building', 'string', true],
      ['label', 'string'],
      ['storey', 'integer'],
      ['area', 'integer', true],
      ['price', 'integer', true],
      ['features', listOf('string'), true],
    ],
    excluded: [
      ['id', 'string'],
      ['building', 'string'],
      ['label', 'string'],
      ['storey', 'integer'],
      ['area', 'integer', true],
      ['reason', 'string'],
    ],
    family: [
      ['id', 'string'],
      ['name', 'string'],
      ['claims', 'integer'],
      ['budget', 'integer', true],
      ['person', 'hex64', true],
    ],
    household: [
      ['pool', 'string'],
      ['id', 'string'],
      ['name', 'string'],
      ['tier', 'integer'],
      ['needs', listOf('string'), true],
      ['group', 'string', true],
      ['family', 'string', true],
      ['ranking', listOf('string'), true],
      ['person', 'hex64', true],
    ],
    checkpoint: [['stage', words('plan', 'reveals', 'day', 'result', 'aftermath')], ['body', 'string'], AT],
    log: [['signature', 'string'], AT],
    token: [['token', 'string'], AT],
    cosignature: [['member', 'string'], ['signature', 'string'], AT],
    paper: [['member', 'string'], ['scan', 'hex64'], AT],
    dissent: [['member', 'string'], ['reason', 'string'], AT],
    unsigned: [['member', 'string'], AT],
    commit: [['member', 'string'], ['commit', 'hex64'], AT],
    envelope: [['member', 'string'], AT],
    absent: [['member', 'string'], AT],
    close: [['what', words('commits', 'reveals')], AT],
    reveal: [['member', 'string'], ['secret', 'string'], AT],
    withheld: [['member', 'string'], AT],
    dice: [['source', 'integer'], ['digits', 'string'], AT],
    balls: [['source', 'integer'], ['numbers', listOf('integer')], AT],
    drand: [
      ['source', 'integer'],
      ['round', 'integer'],
      ['signature', 'string'],
      ['randomness', 'hex64'],
      AT,
    ],
    seed: [['seed', 'hex64'], AT],
    open: [['pool', 'string'], ['key', 'hex64'], AT],
    call: [
      ['pool', 'string'],
      ['place', 'integer'],
      ['household', 'string'],
      ['ticket', 'decimal'],
      AT,
    ],
    missed: [['household', 'string'], AT],
    pick: [
      ['household', 'string'],
      ['by', words('choice', 'lot', 'ranking')],
      ['offered', 'integer'],
      ['lot', 'decimal', true],
      ['number', 'integer', true],
      ['rank', 'integer', true],
      ['unit', 'string'],
      ['proxy', 'string', true],
      AT,
    ],
    undo: [['reason', 'string'], AT],
    standby: [['household', 'string'], ['place', 'integer'], AT],
    end: [
      ['pool', 'string'],
      ['picked', 'integer'],
      ['standby', 'integer'],
      ['leftover', 'integer'],
      AT,
    ],
    leftover: [['pool', 'string'], ['unit', 'string'], AT],
    result: [['picked', 'integer'], ['standby', 'integer'], ['leftover', 'integer'], AT],
    objection: [['id', 'string'], ['household', 'string', true], ['text', 'string'], AT],
    ruling: [
      ['objection', 'string'],
      ['decision', words('upheld', 'rejected')],
      ['reason', 'string'],
      AT,
    ],
    withdrawal: [
      ['household', 'string'],
      ['unit', 'string', true],
      ['reason', 'string'],
      ['sheet', 'hex64'],
      AT,
    ],
    offer: [['unit', 'string'], ['household', 'string'], AT],
    accept: [['unit', 'string'], ['household', 'string'], ['sheet', 'hex64'], AT],
    decline: [
      ['unit', 'string'],
      ['household', 'string'],
      ['reason', 'string', true],
      ['sheet', 'hex64'],
      AT,
    ],
    swap: [
      ['households', listOf('string')],
      ['units', listOf('string')],
      ['consents', listOf('hex64')],
      AT,
    ],
    recording: [['name', 'string'], ['sha256', 'hex64'], ['start', 'integer'], AT],
    filed: [
      ['what', words('notice', 'authority', 'list', 'other')],
      ['name', 'string'],
      ['title', 'string'],
      ['sha256', 'hex64'],
      ['household', 'string', true],
      ['from', 'integer', true],
      ['to', 'integer', true],
      AT,
    ],
    void: [['reason', 'string'], AT],
    closing: [
      ['lines', 'integer'],
      ['root', 'hex64'],
    ],
  }),
);

const PRIOR = [
  ['origin', 'string'],
  ['size', 'integer'],
  ['root', 'hex64'],
  ['relation', words('void', 'round')],
  ['reason', 'string'],
];

export const LONGEST_LINE = 65535;
class Refused extends Error {
  constructor(at, expected) {
    super('not in the profile');
    this.at = at;
    this.expected = expected;
  }
}

// A strict cursor over the bytes of one line. Whatever is not the one spelling allowed is refused
// at its place.
class Cursor {
  constructor(bytes) {
    this.bytes = bytes;
    this.at = 0;
  }
  refuse(en, zh = en) {
    throw new Refused(this.at, both(en, zh));
  }
  sees(text) {
    for (let i = 0; i < text.length; i++)
      if (this.bytes[this.at + i] !== text.charCodeAt(i)) return false;
    return true;
  }
  skip(text) {
    if (!this.sees(text)) this.refuse('`' + text + '`');
    this.at += text.length;
  }
  string() {
    this.skip('"');
    const { bytes } = this;
    let plain = true,
      out = '',
      from = this.at;
    for (;;) {
      const b = bytes[this.at];
      if (b === 0x22) break;
      if (b === undefined) this.refuse('`"`');
      if (b < 0x20 || b === 0x7f) this.refuse('no control character', '没有控制字符');
      if (b >= 0x80) plain = false;
      if (b === 0x5c) {
        out += this.piece(from, plain) + this.escaped();
        from = this.at;
        plain = true;
      } else {
        this.at++;
      }
      if (plain && this.at - from > 4096) {
        out += this.piece(from, plain);
        from = this.at;
      }
    }
    out += this.piece(from, plain);
    this.at++;
    return out;
  }
  // What stands from there to here; ASCII needs no decoder.
  piece(from, plain) {
    const bytes = this.bytes.subarray(from, this.at);
    if (plain) return String.fromCharCode.apply(null, bytes);
    const text = decodeUtf8(bytes);
    return text === null ? this.refuse('UTF-8') : text;
  }
  // One spelling of each escape, and only where one is needed.
  escaped() {
    const escapes = { 0x22: '"', 0x5c: '\\', 0x6e: '\n' },
      text = escapes[this.bytes[this.at + 1]];
    if (text === undefined) this.refuse('`\\"`, `\\\\` or `\\n`', '`\\"`、`\\\\` 或 `\\n`');
    this.at += 2;
    return text;
  }
  digits() {
    const start = this.at;
    while (this.bytes[this.at] >= 0x30 && this.bytes[this.at] <= 0x39) this.at++;
    const text = String.fromCharCode.apply(
      null,
      this.bytes.subarray(start, Math.min(this.at, start + 60)),
    );
    if (text === '' || (text.length > 1 && text[0] === '0')) {
      this.at = start;
      this.refuse('an integer without sign or leading zero', '没有正负号、前导零的整数');
    }
    return text;
  }
  integer() {
    const start = this.at,
      text = this.digits();
    if (text.length > 16 || Number(text) > Number.MAX_SAFE_INTEGER) {
      this.at = start;
      this.refuse('an integer up to 9007199254740991', '不超过 9007199254740991 的整数');
    }
    return Number(text);
  }
  decimal() {
    const start = this.at;
    this.skip('"');
    const text = this.digits();
    if (text.length > 39 || BigInt(text) >> 128n) {
      this.at = start;
      this.refuse('a number below 2^128', '小于 2^128 的数');
    }
    this.skip('"');
    return text;
  }
  value(type) {
    const start = this.at;
    if (type === 'string') return this.string();
    if (type === 'integer') return this.integer();
    if (type === 'decimal') return this.decimal();
    if (type === 'prior') return this.fields(PRIOR, '{');
    if (type.list) return this.list(type.list);
    const text = this.string();
    const good = type === 'hex64' ? /^[0-9a-f]{64}$/.test(text) : type.words.includes(text);
    if (!good) {
      this.at = start;
      if (type === 'hex64') this.refuse('64 lower-case hex digits', '64 位小写十六进制数字');
      this.refuse(type.words.map((w) => '`"' + w + '"`').join(' / '));
    }
    return text;
  }
  list(type) {
    const out = [];
    this.skip('[');
    for (;;) {
      out.push(this.value(type));
      if (this.sees(']')) {
        this.at++;
        return out;
      }
      this.skip(',');
    }
  }
  fields(keys, open) {
    const out = {};
    let lead = open;
    for (const [key, type, optional] of keys) {
      if (optional && !this.sees(lead + '"' + key + '":')) continue;
      this.skip(lead + '"' + key + '":');
      const start = this.at;
      out[key] = this.value(type);
      if (optional && type.list && out[key].length === 0) {
        this.at = start;
        this.refuse('a list that is not empty', '非空的列表');
      }
      lead = ',';
    }
    this.skip('}');
    return out;
  }
  line() {
    this.skip('{"kind":');
    const start = this.at,
      kind = this.string(),
      keys = KINDS.get(kind);
    if (!keys) {
      this.at = start;
      this.refuse('a kind of line', '规定的行类型');
    }
    const record = this.fields(keys, ',');
    if (this.at !== this.bytes.length) this.refuse('the end of the line', '行尾');
    record.kind = kind;
    return record;
  }
}

// The quick way: most lines are read by one regular expression of their kind, made of the table
// above. It takes nothing that the cursor does not take, and reads it the same. What it does not
// know (escapes, numbers near a limit, rare types) it leaves to the cursor, and so all faults.
const PLAIN = '[^"\\\\\\x00-\\x1f\\x7f]*';
const QUICK = {
  string: [`"(${PLAIN})"`],
  hex64: ['"([0-9a-f]{64})"'],
  integer: ['(0|[1-9][0-9]{0,14})', Number],
  decimal: ['"(0|[1-9][0-9]{0,37}|[12][0-9]{38})"'],
};
const STRINGS = [`\\["(${PLAIN}(?:","${PLAIN})*)"\\]`, (text) => text.split('","')];
const LEFT_TO_CURSOR = ['((?!))'];
function quickPattern(type) {
  if (type.words) return [`"(${type.words.join('|')})"`];
  return (type.list === 'string' ? STRINGS : QUICK[type]) || LEFT_TO_CURSOR;
}
// The regular expression of a kind, and how each value is made of its group.
const QUICK_WAYS = new Map(
  Array.from(KINDS, ([kind, table]) => {
    const fields = table.map(([key, type, optional]) => {
      const [pattern, make] = quickPattern(type);
      return { key, make, pattern: `(?:,"${key}":${pattern})${optional ? '?' : ''}` };
    });
    const whole = fields.map(({ pattern }) => pattern).join('');
    return [kind, { fields, pattern: new RegExp(`^\\{"kind":"${kind}"${whole}\\}$`) }];
  }),
);
// What the cursor gives for this line, or null.
function readQuickly(bytes) {
  const text = decodeUtf8(bytes),
    kind = text && text.slice(9, text.indexOf('"', 9)),
    way = QUICK_WAYS.get(kind),
    match = way && way.pattern.exec(text);
  if (!match) return null;
  const record = { kind };
  for (let i = 0; i < way.fields.length; i++) {
    const { key, make } = way.fields[i],
      value = match[i + 1];
    if (value !== undefined) record[key] = make ? make(value) : value;
  }
  return record;
}

// The record of a line, or { refused } with the place and what was expected.
export function parseLine(bytes) {
  if (bytes.length > LONGEST_LINE) {
    return {
      refused: new Refused(
        LONGEST_LINE,
        both('a line of at most 65535 bytes', '每行不超过 65535 字节'),
      ),
    };
  }
  return readQuickly(bytes) || readByCursor(bytes);
}
export function readByCursor(bytes) {
  try {
    return new Cursor(bytes).line();
  } catch (e) {
    if (e instanceof Refused) return { refused: e };
    throw e;
  }
}

// For people: what stands at a place in a line.
export function excerpt(bytes, at, length = 16) {
  if (at >= bytes.length) return both('the end of the line', '行尾');
  const text = new TextDecoder().decode(bytes.subarray(at, at + length));
  return both('`' + text.replace(/[\u0000-\u001f\u007f]/g, '\ufffd') + '`');
}

export const BEGINNING = bytesOf('{"kind":"plan",');
export const LINE_BEGINS = bytesOf('{"kind":"');
