// tree.js: the tree of RFC 6962 over the lines, and fingerprints for reading aloud.

import { sha256 } from './bytes.js';
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

export function fingerprintOf(root) {
  const view = new DataView(root.buffer, root.byteOffset, 32);
  return Array.from({ length: 8 }, (_, k) =>
    String(view.getUint32(4 * k) % 100000).padStart(5, '0'),
  ).join(' ');
}

// A fingerprint as somebody typed it: its digits, also those of a Chinese keyboard.
export function toDigits(text) {
  return String(text)
    .replace(/[\uff10-\uff19]/g, (c) => String(c.charCodeAt(0) - 0xff10))
    .replace(/\D/g, '');
}
