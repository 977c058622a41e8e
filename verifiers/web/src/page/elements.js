// page/elements.js: what the page is built of, and work in slices, so that it stays alive.

import { t } from './words.js';

const $ = (id) => document.getElementById(id);

const isContent = (c) => c !== null && c !== undefined && c !== false;
// All that comes from a file goes in as text, never as markup.
export function el(tag, options = {}, ...children) {
  const node = document.createElement(tag);
  for (const [key, value] of Object.entries(options)) {
    if (key === 'class') node.className = value;
    else if (key === 'on')
      for (const [name, f] of Object.entries(value)) node.addEventListener(name, f);
    else if (value === true) node.setAttribute(key, '');
    else if (value !== undefined && value !== null && value !== false)
      node.setAttribute(key, String(value));
  }
  for (const child of children.flat()) if (isContent(child)) node.append(child);
  return node;
}

export const fill = (node, ...children) => {
  node.replaceChildren(...children.flat().filter(isContent));
};

export const groups = (text, size, cls) =>
  el(
    'div',
    { class: cls + ' mono' },
    (text.match(new RegExp('.{1,' + size + '}', 'g')) || []).map((g) => el('span', {}, g)),
  );

// A fingerprint as twelve groups; read out group by group.
export const printOf = (text) =>
  el(
    'div',
    {
      class: 'groups12 mono',
      role: 'img',
      'aria-label': text
        .split(' ')
        .map((g) => g.split('').join(' '))
        .join(', '),
    },
    text.split(' ').map((g) => el('span', {}, g)),
  );

// The page gets a turn. A message comes back at once, where a timer waits four milliseconds.
const turns = new MessageChannel(),
  waiting = [];
turns.port1.onmessage = () => waiting.shift()();
export const pause = () =>
  new Promise((go) => {
    waiting.push(go);
    turns.port2.postMessage(null);
  });
export const announce = (text) => {
  $('live').textContent = text;
};

// What is open, and what is looked at. No part of the page keeps anything of a file by itself.
export const open = {
  files: [], // { name, bytes }
  published: null, // those of them that came with the page
  results: [], // { name, bytes, report, state, evidence }
  shown: null, // one of them
  household: null,
  flat: null,
  why: null, // why it has what it has, as the report says it
  turn: null, // and what was free at its turn
  sheetWanted: false, // its sheet is shown as soon as it is found
  building: null,
  secret: null,
  receipt: null, // its bytes
  note: null, // the body of a signed note
  noted: '', // what was noted when households and flats were last told of
  asked: 0, // counts the questions for a household
};
export const notedDigits = () => Floorlot.toDigits($('noted').value);
// A fingerprint can be compared when all its 60 digits are there, a root with its 64.
export const wholePrint = (digits) => digits.length === 60 || digits.length === 64;
// What was noted: as it was typed, and the body of the note that was picked.
export const notedNow = () =>
  [notedDigits()].filter(wholePrint).concat(open.note === null ? [] : [open.note]);

// The work that is wanted: what was begun for another is dropped at its next pause.
export let job = 0;
export const newJob = () => ++job;
// Milliseconds until the page gets its turn, and until it says how far the work is: to draw that
// takes longer than the turn.
const SLICE = 20,
  TOLD = 250;
export async function inSlices(steps, mine, progress) {
  let told = Date.now();
  for (;;) {
    const until = Date.now() + SLICE;
    let step;
    do {
      step = steps.next();
      if (step.done) return step.value;
    } while (Date.now() < until);
    if (until - told > TOLD) {
      progress(step.value);
      told = until;
    }
    await pause();
    if (mine !== job) return null;
  }
}

async function hashFile(file, mine) {
  const hash = new Floorlot.Sha256(),
    size = 1 << 20;
  for (let at = 0; at < file.size; at += size) {
    hash.update(new Uint8Array(await file.slice(at, at + size).arrayBuffer()));
    busy(t('hashing', file.name, Math.floor((100 * at) / file.size)), at / file.size);
    await pause();
    if (mine !== job) return null;
  }
  return Floorlot.hexOf(hash.digest());
}

const hashes = new WeakMap(); // of bytes
export async function hashBytes(bytes) {
  if (hashes.has(bytes)) return hashes.get(bytes);
  const hash = new Floorlot.Sha256(),
    size = 1 << 18;
  for (let at = 0; at < bytes.length; at += size) {
    hash.update(bytes.subarray(at, at + size));
    await pause();
  }
  hashes.set(bytes, Floorlot.hexOf(hash.digest()));
  return hashes.get(bytes);
}

const hashed = new WeakMap(); // a file is hashed once
export async function hashFiles(list, mine) {
  if (!list.length) return undefined;
  const out = Object.create(null);
  for (const file of list) {
    if (!hashed.has(file)) {
      const hash = await hashFile(file, mine);
      if (hash === null) return undefined;
      hashed.set(file, hash);
    }
    out[file.name] = hashed.get(file);
  }
  return out;
}

export function busy(text, part) {
  $('busy').hidden = text === null;
  if (text === null) return;
  $('busytext').textContent = text;
  $('progress').value = part;
}
