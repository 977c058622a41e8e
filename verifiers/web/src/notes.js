// notes.js: keys, checkpoints and signatures as signed notes have them (C2SP).

import { bytesOf, fromBase64, hexOf, sha256, toBase64 } from './bytes.js';
import { goodKey } from './ed25519.js';
import { both } from './checks.js';

export const checkpointBody = (origin, size, root) =>
  origin + '\n' + size + '\n' + toBase64(root) + '\n';
const KEY_NAME = /^[!-*,-~]{1,200}$/;

// P12: a C2SP verifier key, as { name, keyId, bytes, point }, or a text that says why not.
export function readKey(text, type = 4) {
  const parts = text.split('+');
  const [name, keyId] = parts,
    material = parts.slice(2).join('+');
  if (parts.length < 3 || !KEY_NAME.test(name))
    return both('name, key id and material', '名称、密钥编号和密钥');
  const bytes = fromBase64(material);
  if (!bytes || bytes.length !== 33 || bytes[0] !== type)
    return both('33 bytes in base64, the first ' + type, '33 字节的 base64，首字节为 ' + type);
  if (keyId !== hexOf(sha256(bytesOf(name + '\n'), bytes)).slice(0, 8))
    return both('the key id of this key', '该密钥的编号');
  const key = goodKey(bytes.subarray(1));
  return key ? { name, keyId, ...key } : both('a point that can be a key', '可作公钥的点');
}

// S2: a signature line of a signed note, or null.
export function readSignature(text) {
  const parts = text.split(' ');
  if (parts.length !== 3 || parts[0] !== '\u2014' || !KEY_NAME.test(parts[1])) return null;
  const bytes = fromBase64(parts[2]);
  if (!bytes || bytes.length !== 76 || bytes[4] >= 128) return null;
  const time = new DataView(bytes.buffer).getBigUint64(4);
  return {
    name: parts[1],
    keyId: hexOf(bytes.subarray(0, 4)),
    time,
    signature: bytes.subarray(12),
  };
}

// S7: the signature line of a log, or null.
export function readLogSignature(text) {
  const signer = readSigner(text),
    bytes = signer && fromBase64(text.split(' ')[2]);
  return bytes && bytes.length === 68 ? { ...signer, signature: bytes.subarray(4) } : null;
}

// Name and key id of a signature line of a signed note, of whatever type; or null.
export function readSigner(text) {
  const parts = text.split(' ');
  if (parts.length !== 3 || parts[0] !== '\u2014' || !KEY_NAME.test(parts[1])) return null;
  const bytes = fromBase64(parts[2]);
  if (!bytes || bytes.length < 5) return null;
  return { name: parts[1], keyId: hexOf(bytes.subarray(0, 4)) };
}

export const signedText = (time, body) => 'cosignature/v1\ntime ' + time + '\n' + body;
