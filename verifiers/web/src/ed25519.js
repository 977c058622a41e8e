// ed25519.js: Ed25519 of RFC 8032, strict (P12, S2): one encoding of each point, no small order.

import { fromHex, hexOf, join, sameBytes, sha512 } from './bytes.js';

const P = (1n << 255n) - 19n;
const L = (1n << 252n) + 27742317777372353535851937790883648493n;
const LOW255 = (1n << 255n) - 1n;
const mod = (x) => {
  const r = x % P;
  return r < 0n ? r + P : r;
};

// A product; like all numbers in between it may be negative, and `mod` comes last.
const times = (a, b) => (a * b) % P;
const squares = (x, n) => {
  for (; n > 0; n--) x = times(x, x);
  return x;
};

// x^(2^250 - 1) and x^11: what inverse and square root have in common.
function powers(x) {
  const x2 = times(x, x),
    x9 = times(squares(x2, 2), x),
    x11 = times(x9, x2);
  const e5 = times(times(x11, x11), x9),
    e10 = times(squares(e5, 5), e5),
    e20 = times(squares(e10, 10), e10);
  const e40 = times(squares(e20, 20), e20),
    e50 = times(squares(e40, 10), e10),
    e100 = times(squares(e50, 50), e50);
  const e200 = times(squares(e100, 100), e100);
  return { e250: times(squares(e200, 50), e50), x11 };
}

function inverse(x) {
  const { e250, x11 } = powers(x);
  return mod(times(squares(e250, 5), x11));
}

const D = mod(-121665n * inverse(121666n));
const D2 = mod(2n * D);
const SQRT_M1 = mod(8n * squares(powers(2n).e250, 3)); // 2^((p-1)/4)

// Points in extended coordinates (X, Y, Z, T) with x = X/Z, y = Y/Z, xy = T/Z.
const ZERO = { X: 0n, Y: 1n, Z: 1n, T: 0n };

function add(p, q) {
  const a = times(p.Y - p.X, q.Y - q.X),
    b = times(p.Y + p.X, q.Y + q.X);
  const c = times(times(p.T, q.T), D2),
    d = times(2n * p.Z, q.Z);
  const e = b - a,
    f = d - c,
    g = d + c,
    h = b + a;
  return { X: times(e, f), Y: times(g, h), Z: times(f, g), T: times(e, h) };
}

function double(p) {
  const a = times(p.X, p.X),
    b = times(p.Y, p.Y),
    c = 2n * times(p.Z, p.Z);
  const sum = p.X + p.Y;
  const h = a + b,
    e = h - times(sum, sum),
    g = a - b,
    f = c + g;
  return { X: times(e, f), Y: times(g, h), Z: times(f, g), T: times(e, h) };
}

const negate = (p) => ({ X: -p.X, Y: p.Y, Z: p.Z, T: -p.T });
const littleEndian = (bytes) => BigInt('0x' + hexOf(Uint8Array.from(bytes).reverse()));

function encodePoint(p) {
  const z = inverse(p.Z),
    x = mod(p.X * z),
    y = mod(p.Y * z);
  return fromHex((y | ((x & 1n) << 255n)).toString(16).padStart(64, '0')).reverse();
}

// A point in its one canonical encoding (P12), or null.
function decodePoint(bytes) {
  const n = littleEndian(bytes),
    y = n & LOW255,
    sign = n >> 255n;
  if (y >= P) return null;
  const y2 = mod(y * y),
    u = mod(y2 - 1n),
    v = mod(D * y2 + 1n);
  const v3 = mod(v * v * v),
    uv7 = mod(u * v3 * v3 * v);
  let x = mod(u * v3 * times(squares(powers(uv7).e250, 2), uv7)); // u v^3 (u v^7)^((p-5)/8)
  const vx2 = mod(v * x * x);
  if (vx2 !== u) {
    if (vx2 !== mod(-u)) return null;
    x = mod(x * SQRT_M1);
  }
  if (x === 0n && sign === 1n) return null;
  if ((x & 1n) !== sign) x = P - x;
  return { X: x, Y: y, Z: 1n, T: mod(x * y) };
}

const isIdentity = (p) => mod(p.X) === 0n && mod(p.Y - p.Z) === 0n;

function orderDivides8(p) {
  return isIdentity(double(double(double(p))));
}

const BASE = decodePoint(
  fromHex('5866666666666666666666666666666666666666666666666666666666666666'),
);

function oddMultiples(p, count) {
  const twice = double(p),
    list = [p];
  while (list.length < count) list.push(add(list[list.length - 1], twice));
  return list;
}

let baseMultiples = null;

// A scalar as digits -2^(w-1) < d < 2^(w-1), odd or zero.
function digitsOf(scalar, width) {
  const digits = [],
    size = 1n << BigInt(width),
    half = size >> 1n;
  for (let n = scalar; n > 0n;) {
    let d = 0n;
    if (n & 1n) {
      d = n & (size - 1n);
      if (d >= half) d -= size;
      n -= d;
    }
    digits.push(Number(d));
    n >>= 1n;
  }
  return digits;
}

// [s]B + [k]A, both in one go (Straus).
function doubleScalar(s, k, a) {
  baseMultiples = baseMultiples || oddMultiples(BASE, 64);
  const aMultiples = oddMultiples(a, 8),
    sDigits = digitsOf(s, 8),
    kDigits = digitsOf(k, 5);
  const step = (sum, d, multiples) => {
    if (!d) return sum;
    const p = multiples[(Math.abs(d) - 1) / 2];
    return add(sum, d > 0 ? p : negate(p));
  };
  let sum = ZERO;
  for (let i = Math.max(sDigits.length, kDigits.length) - 1; i >= 0; i--) {
    sum = double(sum);
    sum = step(step(sum, sDigits[i], baseMultiples), kDigits[i], aMultiples);
  }
  return sum;
}

// `key` is { bytes, point }, as goodKey gives it.
export function verifySignature(key, message, signature) {
  const s = littleEndian(signature.subarray(32));
  if (s >= L) return false;
  const k = littleEndian(sha512(join(signature.subarray(0, 32), key.bytes, message))) % L;
  const r = doubleScalar(s, k, negate(key.point));
  return sameBytes(encodePoint(r), signature.subarray(0, 32)) && !orderDivides8(r);
}

// P12: not the identity, and of prime order: [L]A is the identity.
export function goodKey(bytes) {
  const point = bytes.length === 32 ? decodePoint(bytes) : null;
  const good = point && !orderDivides8(point) && isIdentity(doubleScalar(0n, L, point));
  return good ? { bytes, point } : null;
}
