// page/files.js: opens files, verifies them one after the other, and shows one.

import { t } from './words.js';
import {
  $,
  announce,
  busy,
  el,
  fill,
  hashBytes,
  hashFiles,
  inSlices,
  job,
  newJob,
  notedNow,
  open,
  pause,
} from './elements.js';
import { showChecks, showNoted, showPrints, showVerdict, verdictKey } from './verdict.js';
import { explain, forgetHousehold, showBuildings } from './household.js';
import { checkReceipt } from './receipt.js';
import { showRoot } from './secret.js';
import { showMeans } from './about.js';

// Nothing of the file before stays on the page while another is read.
function forget() {
  Object.assign(open, { files: [], results: [], shown: null, building: null, published: null });
  $('published').hidden = $('pubnoted').hidden = true;
  $('out').hidden = true;
  $('names').textContent = '';
  $('find').value = '';
  forgetHousehold();
}
export async function openFiles(list) {
  if (!list.length) return;
  const mine = newJob(),
    read = [];
  forget();
  busy(t('busy', 0), 0);
  for (const file of list) {
    try {
      read.push({ name: file.name, bytes: new Uint8Array(await file.arrayBuffer()) });
    } catch {
      announce(t('failedRead'));
    }
  }
  if (mine !== job) return;
  if (read.length < list.length) {
    // Some of the rounds alone would not be what was asked for.
    busy(t('failedRead'), 0);
    return;
  }
  await verifyRead(read);
}
async function verifyRead(read) {
  open.files = inOrder(read);
  $('names').textContent = open.files.map((f) => f.name).join(' → ');
  forgetEvidence();
  await verifyAll(true);
}
// The transcripts that were published with this page, in a script of their own: a page that is
// opened from a folder may read nothing else. Their bytes are verified as those of any other file.
export async function openPublished() {
  const { published } = window,
    site = document.querySelector('meta[name="published"]');
  $('noscripts')?.remove();
  if (!published && !site) return;
  const mine = newJob();
  delete window.published;
  busy(t('busy', 0), 0);
  const read = [];
  try {
    for (const file of published) read.push({ name: file.name, bytes: await bytesOfParts(file) });
  } catch {
    busy(t('pubMissing'), 0);
    return;
  }
  if (mine !== job) return;
  open.published = read;
  await verifyRead(read);
  await showPublished();
}
async function bytesOfParts({ size, parts }) {
  const bytes = new Uint8Array(size);
  let at = 0;
  for (const part of parts) {
    const text = atob(part);
    for (let i = 0; i < text.length; i++) bytes[at++] = text.charCodeAt(i);
    await pause();
  }
  if (at !== size) throw new RangeError('parts are missing');
  return bytes;
}
// Which file is open, by its hash; and the way back to the first page of the site.
export async function showPublished() {
  const { published } = open,
    site = document.querySelector('meta[name="published"]');
  if (!published) return;
  const said = [];
  for (const { name, bytes } of published)
    said.push(t(site ? 'pubOpened' : 'pubGiven', name, bytes.length, await hashBytes(bytes)) + ' ');
  fill(
    $('published'),
    said,
    site ? el('a', { href: site.content }, t('pubHome')) : null,
  );
  $('published').hidden = $('pubnoted').hidden = false;
}

// Evidence about another file would refute this one.
function forgetEvidence() {
  for (const id of ['older', 'recordings', 'documents', 'scans', 'person']) $(id).value = '';
  document.querySelector('input[name="expect"]').checked = true;
}
const firstLine = (bytes) => Floorlot.parseLine(bytes.subarray(0, Math.max(0, bytes.indexOf(10))));
// Rounds in the order of their prior links, as far as there are any; otherwise as picked.
function inOrder(list) {
  const heads = list.map((f) => {
    const r = firstLine(f.bytes);
    return { f, origin: r.origin, prior: r.prior && r.prior.origin };
  });
  const goesOnFrom = (h, x) => x !== h && x.origin !== undefined && x.origin === h.prior;
  const out = [];
  while (heads.length) {
    const at = heads.findIndex((h) => !heads.some((x) => goesOnFrom(h, x)));
    out.push(heads.splice(Math.max(0, at), 1)[0].f);
  }
  return out;
}
async function evidenceNow(mine) {
  const expect = document.querySelector('input[name="expect"]:checked').value || null;
  const older = $('older').files[0],
    person = $('person').value;
  return {
    expect,
    older: older ? new Uint8Array(await older.arrayBuffer()) : undefined,
    recordings: await hashFiles(Array.from($('recordings').files), mine),
    documents: await hashFiles(Array.from($('documents').files), mine),
    scans: await hashFiles(Array.from($('scans').files), mine),
    person: person.trim() ? fiveLines(person) : undefined,
  };
}
// A slip as it was pasted, with the line ends and the form of letters that it was made with.
function fiveLines(text) {
  const lines = text.replace(/\r\n?/g, '\n').replace(/^\n+|\n+$/g, '');
  return lines.normalize('NFC') + '\n';
}

export async function verifyAll(first) {
  const mine = newJob();
  busy(t('busy', 0), 0);
  const common = await evidenceNow(mine),
    out = [];
  for (const [i, file] of open.files.entries()) {
    // What is about one file only is asked of the last one.
    const own = i === open.files.length - 1 ? {} : { older: undefined, person: undefined };
    // V7: what a file goes on from is found among those before it.
    const evidence = { ...common, ...own, earlier: out.slice() };
    const steps = Floorlot.examineSteps(file.bytes, evidence);
    const progress = ({ line, part }) => busy(t('busy', line), part);
    const result = await inSlices(steps, mine, progress);
    if (mine !== job || !result) return;
    out.push({ ...file, ...result, evidence });
  }
  open.results = out;
  applyNoted();
  await showResults(first, mine);
}
async function showResults(first, mine) {
  const last = open.results.length - 1;
  open.shown = open.results[last];
  const { report } = open.shown;
  fill(
    $('rounds'),
    open.results.map((r, i) => el('option', { value: i }, r.report.title || r.name)),
  );
  $('rounds').value = String(last);
  $('round').hidden = last < 1;
  if (!(await showByParts(first, mine))) return;
  busy(null);
  announce(t('done', t(verdictKey(report))));
  if (open.receipt) checkReceipt(open.receipt);
  if (open.household) await explain(open.household.id);
}
// V1 needs no second run: the fingerprint is compared with the roots that were computed. It is
// given to the files that it fits, or else to the last.
export function applyNoted() {
  const { results } = open,
    all = notedNow();
  const fits = ({ state }, noted) =>
    state && state.signoff.checkpoints.some((c) => Floorlot.isNoted(noted, c));
  results.forEach((r, i) => {
    if (r.report.verdict === 'unreadable') return;
    const asked = all.filter(
      (noted) =>
        fits(r, noted) || (i === results.length - 1 && !results.some((x) => fits(x, noted))),
    );
    r.report = Floorlot.withFingerprints(r, asked);
  });
}

// The sections behind the verdict, and what fills each.
const SECTIONS = {
  's-print': () => {
    showPrints();
    showNoted();
  },
  's-home': () => {
    const [example] = open.shown.state.plan.households;
    $('findhint').textContent = t('findHint', example ? example.id : '–');
  },
  's-house': showBuildings,
  's-more': showRoot,
  's-checks': showChecks,
  's-means': () => showMeans($('means')),
};
function showSection(id) {
  // Of a file that could not be read there is nothing else to show.
  $(id).hidden = open.shown.report.verdict === 'unreadable' && id !== 's-means';
  if (!$(id).hidden) SECTIONS[id]();
}
export function showAll() {
  if (!open.shown) return;
  showVerdict();
  for (const id of Object.keys(SECTIONS)) showSection(id);
}
// The verdict first, then a section at a time, so that the page stays alive. Gives whether this is
// still wanted.
async function showByParts(first, mine) {
  await pause();
  if (mine !== job) return false;
  const out = $('out');
  for (const id of Object.keys(SECTIONS)) $(id).hidden = true;
  out.style.minHeight = '100vh'; // room to scroll in, until they are all there
  out.hidden = false;
  showVerdict();
  if (first) out.scrollIntoView({ block: 'start' });
  for (const id of Object.keys(SECTIONS)) {
    await pause();
    if (mine !== job) break;
    showSection(id);
  }
  out.style.minHeight = '';
  return mine === job;
}
