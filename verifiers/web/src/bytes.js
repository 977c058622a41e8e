// bytes.js: bytes and hashes.

const utf8 = new TextEncoder();
const strictUtf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
// The text of bytes, or null where they are not UTF-8.
export function decodeUtf8(bytes) {
  try {
    return strictUtf8.decode(bytes);
  } catch {
    return null;
  }
}
export const bytesOf = (text) => utf8.encode(text);
// How many bytes a text has. Most are ASCII, and need not be encoded to be counted.
export const byteLength = (text) => (isAscii(text) ? text.length : bytesOf(text).length);
const isAscii = (text) => /^[\0-\x7f]*$/.test(text);
const HEX = Array.from({ length: 256 }, (_, i) => i.toString(16).padStart(2, '0'));
export const hexOf = (bytes) => Array.from(bytes, (b) => HEX[b]).join('');
export const fromHex = (hex) => Uint8Array.from(hex.match(/../g) || [], (h) => parseInt(h, 16));

export function join(...parts) {
  const out = new Uint8Array(parts.reduce((n, p) => n + p.length, 0));
  let at = 0;
  for (const part of parts) {
    out.set(part, at);
    at += part.length;
  }
  return out;
}

export function sameBytes(a, b) {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}

const BASE64 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

export function toBase64(bytes) {
  let out = '';
  for (let i = 0; i < bytes.length; i += 3) {
    const n = (bytes[i] << 16) | ((bytes[i + 1] || 0) << 8) | (bytes[i + 2] || 0);
    out += BASE64[n >> 18] + BASE64[(n >> 12) & 63];
    out += i + 1 < bytes.length ? BASE64[(n >> 6) & 63] : '=';
    out += i + 2 < bytes.length ? BASE64[n & 63] : '=';
  }
  return out;
}

// Standard base64 with padding, one spelling only (P12): it must re-encode to itself. Null if it
// does not.
export function fromBase64(text) {
  if (text.length % 4 !== 0 || !/^[A-Za-z0-9+/]*={0,2}$/.test(text)) return null;
  const body = text.replace(/=+$/, '');
  const out = new Uint8Array(Math.floor((body.length * 3) / 4));
  for (let i = 0, bits = 0, held = 0, at = 0; i < body.length; i++) {
    held = ((held << 6) | BASE64.indexOf(body[i])) & 0xffff;
    bits += 6;
    if (bits >= 8) {
      bits -= 8;
      out[at++] = (held >> bits) & 255;
    }
  }
  return toBase64(out) === text ? out : null;
}

const K256 = new Int32Array([
  0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
  0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
  0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
  0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
  0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
  0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
  0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
  0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2,
]);

const W256 = new Int32Array(64);

// SHA-256 (FIPS 180-4), fed piece by piece.
export class Sha256 {
  constructor() {
    this.h = new Int32Array(8);
    this.block = new Uint8Array(64);
    this.start();
  }
  start() {
    this.h.set([
      0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab,
      0x5be0cd19,
    ]);
    this.held = 0;
    this.total = 0;
    return this;
  }
  update(data) {
    let at = 0;
    this.total += data.length;
    if (this.held) {
      const n = Math.min(64 - this.held, data.length);
      for (let i = 0; i < n; i++) this.block[this.held + i] = data[i];
      this.held += n;
      at = n;
      if (this.held < 64) return this;
      this.mix(this.block, 0);
      this.held = 0;
    }
    for (; at + 64 <= data.length; at += 64) this.mix(data, at);
    for (let i = at; i < data.length; i++) this.block[i - at] = data[i];
    this.held = data.length - at;
    return this;
  }
  mix(data, from) {
    const w = W256,
      h = this.h;
    for (let i = 0, p = from; i < 16; i++, p += 4)
      w[i] = (data[p] << 24) | (data[p + 1] << 16) | (data[p + 2] << 8) | data[p + 3];
    for (let i = 16; i < 64; i++) {
      const x = w[i - 15],
        y = w[i - 2];
      const s0 = ((x >>> 7) | (x << 25)) ^ ((x >>> 18) | (x << 14)) ^ (x >>> 3);
      const s1 = ((y >>> 17) | (y << 15)) ^ ((y >>> 19) | (y << 13)) ^ (y >>> 10);
      w[i] = (w[i - 16] + s0 + w[i - 7] + s1) | 0;
    }
    let a = h[0],
      b = h[1],
      c = h[2],
      d = h[3],
      e = h[4],
      f = h[5],
      g = h[6],
      k = h[7];
    for (let i = 0; i < 64; i++) {
      const s1 = ((e >>> 6) | (e << 26)) ^ ((e >>> 11) | (e << 21)) ^ ((e >>> 25) | (e << 7));
      const t1 = (k + s1 + ((e & f) ^ (~e & g)) + K256[i] + w[i]) | 0;
      const s0 = ((a >>> 2) | (a << 30)) ^ ((a >>> 13) | (a << 19)) ^ ((a >>> 22) | (a << 10));
      const t2 = (s0 + ((a & b) ^ (a & c) ^ (b & c))) | 0;
      k = g;
      g = f;
      f = e;
      e = (d + t1) | 0;
      d = c;
      c = b;
      b = a;
      a = (t1 + t2) | 0;
    }
    h[0] += a;
    h[1] += b;
    h[2] += c;
    h[3] += d;
    h[4] += e;
    h[5] += f;
    h[6] += g;
    h[7] += k;
  }
  digest() {
    const { block, h } = this,
      high = Math.floor(this.total / 0x20000000),
      low = (this.total * 8) >>> 0;
    block[this.held++] = 0x80;
    if (this.held > 56) {
      block.fill(0, this.held);
      this.mix(block, 0);
      this.held = 0;
    }
    block.fill(0, this.held);
    for (let i = 0; i < 4; i++) {
      block[56 + i] = high >>> (24 - 8 * i);
      block[60 + i] = low >>> (24 - 8 * i);
    }
    this.mix(block, 0);
    const out = new Uint8Array(32);
    for (let i = 0; i < 32; i++) out[i] = h[i >> 2] >>> (24 - 8 * (i & 3));
    return out;
  }
}

const hasher = new Sha256();

export function sha256(...parts) {
  hasher.start();
  for (const part of parts) hasher.update(part);
  return hasher.digest();
}

export const sha256Text = (text) => hexOf(sha256(bytesOf(text)));

// SHA-512, with the constants computed from the primes they are made of (cube and square roots).
const M64 = (1n << 64n) - 1n;

const [K512, H512] = (() => {
  const primes = [];
  for (let n = 2; primes.length < 80; n++) if (primes.every((p) => n % p)) primes.push(n);
  const root = (value, degree) => {
    let low = 0n,
      high = 1n << 80n;
    while (high - low > 1n) {
      const mid = (low + high) >> 1n;
      if (mid ** degree <= value) low = mid;
      else high = mid;
    }
    return low & M64;
  };
  return [
    primes.map((p) => root(BigInt(p) << 192n, 3n)),
    primes.slice(0, 8).map((p) => root(BigInt(p) << 128n, 2n)),
  ];
})();

export function sha512(message) {
  const padded = new Uint8Array(Math.ceil((message.length + 17) / 128) * 128);
  padded.set(message);
  padded[message.length] = 0x80;
  const view = new DataView(padded.buffer);
  view.setUint32(padded.length - 4, message.length * 8);
  const turn = (x, n) => ((x >> n) | (x << (64n - n))) & M64;
  let h = H512;
  for (let at = 0; at < padded.length; at += 128) {
    const w = [];
    for (let i = 0; i < 16; i++) w.push(view.getBigUint64(at + 8 * i));
    for (let i = 16; i < 80; i++) {
      const x = w[i - 15],
        y = w[i - 2];
      w.push(
        (w[i - 16] +
          w[i - 7] +
          (turn(x, 1n) ^ turn(x, 8n) ^ (x >> 7n)) +
          (turn(y, 19n) ^ turn(y, 61n) ^ (y >> 6n))) &
          M64,
      );
    }
    let [a, b, c, d, e, f, g, k] = h;
    for (let i = 0; i < 80; i++) {
      const t1 =
        k +
        (turn(e, 14n) ^ turn(e, 18n) ^ turn(e, 41n)) +
        ((e & f) ^ ((e ^ M64) & g)) +
        K512[i] +
        w[i];
      const t2 = (turn(a, 28n) ^ turn(a, 34n) ^ turn(a, 39n)) + ((a & b) ^ (a & c) ^ (b & c));
      k = g;
      g = f;
      f = e;
      e = (d + t1) & M64;
      d = c;
      c = b;
      b = a;
      a = (t1 + t2) & M64;
    }
    h = [a, b, c, d, e, f, g, k].map((v, i) => (v + h[i]) & M64);
  }
  const out = new Uint8Array(64);
  h.forEach((v, i) => new DataView(out.buffer).setBigUint64(8 * i, v));
  return out;
}

// One block of the keystream of ChaCha20 (D3): 64-bit counter, 64-bit stream id.
export function chachaBlock(key, counter, stream = [0, 0]) {
  const view = new DataView(key.buffer, key.byteOffset, 32);
  const start = new Int32Array(16);
  start.set([0x61707865, 0x3320646e, 0x79622d32, 0x6b206574]);
  for (let i = 0; i < 8; i++) start[4 + i] = view.getInt32(4 * i, true);
  start[12] = counter >>> 0;
  start[13] = Math.floor(counter / 0x100000000);
  start[14] = stream[0];
  start[15] = stream[1];
  const x = start.slice();
  const quarter = (a, b, c, d) => {
    let t;
    x[a] += x[b];
    t = x[d] ^ x[a];
    x[d] = (t << 16) | (t >>> 16);
    x[c] += x[d];
    t = x[b] ^ x[c];
    x[b] = (t << 12) | (t >>> 20);
    x[a] += x[b];
    t = x[d] ^ x[a];
    x[d] = (t << 8) | (t >>> 24);
    x[c] += x[d];
    t = x[b] ^ x[c];
    x[b] = (t << 7) | (t >>> 25);
  };
  for (let round = 0; round < 10; round++) {
    quarter(0, 4, 8, 12);
    quarter(1, 5, 9, 13);
    quarter(2, 6, 10, 14);
    quarter(3, 7, 11, 15);
    quarter(0, 5, 10, 15);
    quarter(1, 6, 11, 12);
    quarter(2, 7, 8, 13);
    quarter(3, 4, 9, 14);
  }
  const out = new Uint8Array(64);
  const outView = new DataView(out.buffer);
  for (let i = 0; i < 16; i++) outView.setInt32(4 * i, (x[i] + start[i]) | 0, true);
  return out;
}

export function compareBytes(a, b) {
  if (isAscii(a) && isAscii(b)) return a < b ? -1 : Number(a > b);
  const x = bytesOf(a),
    y = bytesOf(b);
  for (let i = 0; i < Math.min(x.length, y.length); i++) if (x[i] !== y[i]) return x[i] - y[i];
  return x.length - y.length;
}

// The lines one after the other: bytes, whether an LF ends it, and where the next one begins.
export function* eachLine(bytes) {
  for (let at = 0; at < bytes.length;) {
    const end = bytes.indexOf(10, at),
      whole = end >= 0,
      next = whole ? end + 1 : bytes.length;
    yield { bytes: bytes.subarray(at, whole ? end : next), whole, next };
    at = next;
  }
}
export const splitLines = (bytes) => Array.from(eachLine(bytes));

export const beginsWith = (bytes, what) =>
  bytes.length >= what.length && what.every((b, i) => bytes[i] === b);
export const latin = (text) => Uint8Array.from(text, (c) => c.charCodeAt(0));
const isWhite = (b) => b === 0x20 || b === 0x09 || b === 0x0a || b === 0x0c || b === 0x0d;

export function trimStart(bytes) {
  const at = bytes.findIndex((b) => !isWhite(b));
  return at < 0 ? bytes.subarray(bytes.length) : bytes.subarray(at);
}
