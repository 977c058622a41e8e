// tree.js: the tree of RFC 6962 over the lines, and fingerprints for reading aloud.

import { bytesOf, decodeUtf8, fromBase64, sha256, toBase64 } from './bytes.js';
import { LONGEST_LINE } from './profile.js';

const LEAF = Uint8Array.of(0),
  NODE = Uint8Array.of(1);

export const leafOf = (line) =>
  sha256(LEAF, line.length > LONGEST_LINE ? line.subarray(0, LONGEST_LINE + 1) : line);
export const nodeOf = (left, right) => sha256(NODE, left, right);

// The RFC 6962 tree, grown leaf by leaf: complete subtrees from large to small, and all leaves for
// V2.
export class Tree {
  constructor() {
    this.size = 0;
    this.peaks = [];
    this.leaves = [];
  }
  push(leaf) {
    this.leaves.push(leaf);
    this.size++;
    let top = leaf;
    for (let n = this.size; n % 2 === 0; n /= 2) top = nodeOf(this.peaks.pop(), top);
    this.peaks.push(top);
  }
  root() {
    if (this.size === 0) return sha256();
    let root = this.peaks[this.peaks.length - 1];
    for (let i = this.peaks.length - 2; i >= 0; i--) root = nodeOf(this.peaks[i], root);
    return root;
  }
}

// SHA-256 over a domain line and the body, modulo 10^60: long division by 10^5, the groups from the
// last on.
export function fingerprintOf(body) {
  const number = sha256(bytesOf('floorlot/1 fingerprint\n' + body));
  const groups = [];
  while (groups.length < 12) {
    let left = 0;
    number.forEach((byte, i) => {
      left = left * 256 + byte;
      number[i] = Math.floor(left / 100000);
      left %= 100000;
    });
    groups.unshift(String(left).padStart(5, '0'));
  }
  return groups.join(' ');
}

// What somebody typed of a checkpoint: the 64 hex digits of its root, or the digits of its
// fingerprint, also those of a Chinese keyboard.
export function toDigits(text) {
  const narrow = String(text).replace(/[\uff01-\uff5e]/g, (c) =>
    String.fromCharCode(c.charCodeAt(0) - 0xfee0),
  );
  const hex = narrow.toLowerCase().replace(/[^\p{L}\p{N}]/gu, '');
  return /^[0-9a-f]{64}$/.test(hex) ? hex : narrow.replace(/[^0-9]/g, '');
}
// 40 digits are a fingerprint of the old form, which names the root alone.
export const isOld = (noted) => !noted.endsWith('\n') && toDigits(noted).length === 40;

// Whether this was noted of the checkpoint: its fingerprint, its root in hex, or its body.
export const isNoted = (noted, { fingerprint, root, body }) =>
  noted.endsWith('\n')
    ? noted === body
    : toDigits(noted) === root || toDigits(noted) === fingerprint.replace(/ /g, '');

// The body of a signed note, or null. Its signatures are not looked at.
export function bodyOfNote(bytes) {
  const text = decodeUtf8(bytes);
  if (text === null) return null;
  const plain = text.replace(/^\ufeff/, '').replace(/\r\n/g, '\n');
  const match = /^([ -~]+\n(0|[1-9][0-9]{0,19})\n([A-Za-z0-9+/]{43}=)\n)\n/.exec(plain);
  const fits = match && BigInt(match[2]) < 1n << 64n && toBase64(fromBase64(match[3])) === match[3];
  return fits ? match[1] : null;
}
