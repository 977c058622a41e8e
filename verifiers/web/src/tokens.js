// tokens.js: S8, RFC 3161 time tokens over a checkpoint, read along one path through their DER.

import { bytesOf, fromBase64, hexOf, sameBytes, sha256 } from './bytes.js';
import { both, cite, fault, see } from './checks.js';

class NoToken extends Error {}

// Bytes of which the elements in front are read.
class Der {
  constructor(bytes) {
    this.bytes = bytes;
  }
  // The content of the next element, which begins with this byte.
  next(first) {
    const { bytes } = this,
      [found, length, high, low] = bytes;
    if (bytes.length < 2 || found !== first) throw new NoToken('no element ' + hexOf([first]));
    // S8: a byte below 0x80, or 0x81 and one from 0x80 on, or 0x82 and two from 0x0100 on.
    let begin = 2,
      size = length;
    if (length === 0x81 && high >= 0x80) [begin, size] = [3, high];
    else if (length === 0x82 && high >= 1 && low !== undefined) [begin, size] = [4, high * 256 + low];
    else if (length >= 0x80) throw new NoToken('a length that is not DER');
    if (bytes.length < begin + size) throw new NoToken('an element that ends too early');
    this.bytes = bytes.subarray(begin + size);
    return bytes.subarray(begin, begin + size);
  }
  // The same, and nothing behind it.
  last(first) {
    const content = this.next(first);
    if (this.bytes.length) throw new NoToken('bytes behind ' + hexOf([first]));
    return new Der(content);
  }
  // An element with one of these contents, in hex.
  fixed(first, ...contents) {
    const content = hexOf(this.next(first));
    if (!contents.includes(content)) throw new NoToken(content.slice(0, 64));
  }
}

const SHA_256 = '0609608648016503040201';
// S8: imprint, time and serial number of a TimeStampToken.
function readToken(bytes) {
  const info = new Der(bytes).last(0x30);
  info.fixed(0x06, '2a864886f70d010702');
  const signed = info.last(0xa0).last(0x30);
  signed.next(0x02);
  signed.next(0x31);
  const inner = new Der(signed.next(0x30));
  inner.fixed(0x06, '2a864886f70d0109100104');
  const stamped = inner.last(0xa0).last(0x04).last(0x30);
  stamped.fixed(0x02, '01');
  stamped.next(0x06);
  const imprint = new Der(stamped.next(0x30));
  imprint.fixed(0x30, SHA_256, SHA_256 + '0500');
  const hashed = imprint.last(0x04).bytes,
    serial = stamped.next(0x02);
  if (hashed.length !== 32) throw new NoToken('an imprint of ' + hashed.length + ' bytes');
  if (serial.length < 1 || serial.length > 32) throw new NoToken('a long serial number');
  return { hashed, time: readTime(stamped.next(0x18)), serial: hexOf(serial) };
}
// S8, 1: seconds since 1970 of a date that exists in the years 1970 to 2099.
function readTime(bytes) {
  const text = Array.from(bytes.subarray(0, 32), (b) => String.fromCharCode(b)).join(''),
    match = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(\.\d{0,8}[1-9])?Z$/.exec(text);
  if (!match || bytes.length > 32) throw new NoToken('no genTime: ' + text);
  const [year, month, day, hour, minute, second] = match.slice(1, 7).map(Number),
    february = year % 4 === 0 ? 29 : 28,
    months = [31, february, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31],
    isDay = month >= 1 && month <= 12 && day >= 1 && day <= months[month - 1];
  if (year < 1970 || year > 2099 || !isDay || hour > 23 || minute > 59 || second > 59) {
    throw new NoToken('no date: ' + text);
  }
  const before = months.slice(0, month - 1).reduce((n, m) => n + m, 0),
    days = (year - 1970) * 365 + Math.floor((year - 1969) / 4) + before + day - 1;
  return ((days * 24 + hour) * 60 + minute) * 60 + second;
}

// S8: from here on tokens over the last checkpoint may stand.
export function awaitTokens(signoff) {
  signoff.stamped = signoff.checkpoints[signoff.checkpoints.length - 1];
  signoff.texts = [];
  signoff.stampedBefore = Math.max(signoff.stampedBefore, signoff.stampedHere);
  signoff.stampedHere = 0;
}
// T2: the sign-off has ended, or the public numbers begin.
export function endTokens(signoff) {
  signoff.stamped = null;
}
// S8: a time token. One with a fault does not count.
export function tokenLine(signoff, r) {
  see(signoff, 'S8');
  const wrong = (found, expected) => fault(signoff, 'S8', 'token', found, expected),
    token = tokenOf(r.token),
    imprint = sha256(bytesOf(signoff.stamped.body));
  if (!token.hashed) {
    wrong(both(token.why), both('an RFC 3161 token in DER and base64', 'RFC 3161 时间戳（DER，base64）'));
    return;
  }
  // The imprint is that of the checkpoint under which it stands.
  if (!sameBytes(token.hashed, imprint)) {
    wrong(hexOf(token.hashed), hexOf(imprint));
    return;
  }
  // S8, 2: none twice, and at most 16.
  const { texts } = signoff;
  if (texts.includes(r.token) || texts.length === 16) {
    wrong(cite(r.token), both('each token once, and at most 16', '每个时间戳一次，至多 16 个'));
    return;
  }
  const expected = stampExpected(signoff, token.time);
  if (expected) {
    wrong(token.time, expected);
    return;
  }
  texts.push(r.token);
  signoff.stampedHere = Math.max(signoff.stampedHere, token.time);
  signoff.stamped.tokens.push({
    line: signoff.findings.line,
    time: token.time,
    serial: token.serial,
  });
}
function tokenOf(text) {
  const bytes = fromBase64(text);
  if (!bytes) return { why: 'not base64' };
  try {
    return readToken(bytes);
  } catch (e) {
    if (e instanceof NoToken) return { why: e.message };
    throw e;
  }
}
// S8, 3 and 4: what the time should be, or null.
function stampExpected({ stampedBefore: before, stamped: { stage }, plan }, time) {
  if (time < before) {
    return both(`not before ${before}, under an earlier checkpoint`, `不早于先前检查点下的 ${before}`);
  }
  const rounds = plan.sources
      .filter((s) => s.device === 'drand')
      .map((s) => 1692803367 + 3 * ((s.round || 0) - 1)),
    late = rounds.find((at) => time >= at),
    early = rounds.find((at) => time <= at);
  if (['plan', 'reveals'].includes(stage) && late !== undefined) {
    return both(`before the drand round (${late})`, `早于 drand 该轮（${late}）`);
  }
  if (['day', 'result'].includes(stage) && early !== undefined) {
    return both(`after the drand round (${early})`, `晚于 drand 该轮（${early}）`);
  }
  return null;
}
