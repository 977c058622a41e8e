// The verifier of a page without a browser: its first <script> is the verifier, which knows nothing
// of a page, and the second the page, which only calls it.
import { readFileSync } from 'node:fs';

// The scripts of a page, as text.
export const scriptsOf = (path) =>
  Array.from(
    readFileSync(path, 'utf8').matchAll(/<script>\n([^]*?)<\/script>/g),
    ([, text]) => text,
  );

// No page, no network, no storage, no clock, no randomness: whoever reaches for one fails.
const MISSING = [
  'document',
  'window',
  'self',
  'globalThis',
  'navigator',
  'location',
  'fetch',
  'WebSocket',
  'XMLHttpRequest',
  'localStorage',
  'sessionStorage',
  'indexedDB',
  'crypto',
  'performance',
  'Date',
  'setTimeout',
  'setInterval',
  'queueMicrotask',
  'process',
  'require',
  'module',
];
// `change` makes another verifier of the text, one with smaller limits, say.
export function load(path, change = (text) => text) {
  const verifier = change(scriptsOf(path)[0]);
  return new Function(...MISSING, `${verifier}\nreturn Floorlot;`)();
}
