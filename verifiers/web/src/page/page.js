// page/page.js: language, tabs, and what a click does.

import { asked, inLanguage, otherLanguage, t } from './words.js';
import { $, notedNow, open } from './elements.js';
import { showChecks, showNoted, showVerdict } from './verdict.js';
import {
  explain,
  forgetHousehold,
  search,
  showBuildings,
  tellAgain,
  turnBuilding,
} from './household.js';
import { hideSheet, showSheet } from './sheet.js';
import { checkReceipt, forgetReceipt, pasted, readQr } from './receipt.js';
import { makeSecret, showRoot, showSecret, wipe } from './secret.js';
import { showAbout } from './about.js';
import {
  applyNoted,
  openFiles,
  openPublished,
  showAll,
  showPublished,
  verifyAll,
} from './files.js';

function showWords() {
  document.documentElement.lang = inLanguage('zh-Hans', 'en');
  document.title = t('title');
  $('lang').textContent = inLanguage('English', '中文');
  $('lang').lang = inLanguage('en', 'zh-Hans');
  for (const node of document.querySelectorAll('[data-t]'))
    node.textContent = t(node.getAttribute('data-t'));
  $('file').setAttribute('aria-label', t('pick'));
  showRoot();
  showAbout();
  showSecret();
  showAll();
  showPublished();
  if (open.receipt) checkReceipt(open.receipt);
  if (open.household && open.shown) explain(open.household.id);
  else search();
}

const TABS = ['verify', 'panel', 'about'];

function showTab(name, focus) {
  for (const id of TABS) {
    const on = id === name,
      tab = $('tab-' + id);
    $(id).hidden = !on;
    tab.setAttribute('aria-selected', String(on));
    tab.tabIndex = on ? 0 : -1;
    if (on && focus) tab.focus();
  }
  if (name === 'about') showAbout();
}

for (const [i, id] of TABS.entries()) {
  $('tab-' + id).addEventListener('click', () => showTab(id));
  $('tab-' + id).addEventListener('keydown', (e) => {
    const by = e.key === 'ArrowRight' ? 1 : e.key === 'ArrowLeft' ? -1 : 0;
    if (by) {
      e.preventDefault();
      showTab(TABS[(i + by + TABS.length) % TABS.length], true);
    }
  });
}

$('lang').addEventListener('click', () => {
  otherLanguage();
  showWords();
});

$('file').addEventListener('change', () => {
  openFiles(Array.from($('file').files));
});

for (const name of ['dragenter', 'dragover'])
  $('drop').addEventListener(name, (e) => {
    e.preventDefault();
    $('drop').classList.add('over');
  });

for (const name of ['dragleave', 'drop'])
  $('drop').addEventListener(name, () => $('drop').classList.remove('over'));
$('drop').addEventListener('drop', (e) => {
  e.preventDefault();
  openFiles(Array.from(e.dataTransfer.files));
});

for (const name of ['dragover', 'drop']) window.addEventListener(name, (e) => e.preventDefault());
$('rounds').addEventListener('change', () => {
  open.shown = open.results[Number($('rounds').value)];
  $('find').value = '';
  forgetHousehold();
  showAll();
});

function compareNoted() {
  if (!open.shown) return;
  applyNoted();
  showVerdict();
  showChecks();
  showNoted();
  // What is told of households and flats, and of a receipt, hangs on what was noted.
  const noted = notedNow().join('\n');
  if (noted === open.noted) return;
  open.noted = noted;
  tellAgain();
  if (open.receipt) checkReceipt(open.receipt);
}
$('noted').addEventListener('input', compareNoted);
$('note').addEventListener('change', async () => {
  const f = $('note').files[0];
  open.note = f ? Floorlot.bodyOfNote(new Uint8Array(await f.arrayBuffer())) : null;
  $('notesays').textContent = f && open.note === null ? t('noteBad') : '';
  compareNoted();
});

$('find').addEventListener('input', () => {
  open.sheetWanted = false;
  search();
});
$('tosheet').addEventListener('click', showSheet);
$('offsheet').addEventListener('click', () => {
  hideSheet();
  $('s-home').scrollIntoView();
  $('find').focus({ preventScroll: true });
});
$('printsheet').addEventListener('click', () => window.print());
$('why').addEventListener('told', () => {
  if (open.sheetWanted || !$('sheet').hidden) showSheet();
});
// `#household=H0001` asks for the sheet of a household.
function askedFor() {
  const text = asked('household');
  if (!text || !open.shown || open.shown.report.verdict === 'unreadable') return;
  $('find').value = text;
  open.sheetWanted = true;
  search();
  $('s-home').scrollIntoView();
}
window.addEventListener('hashchange', askedFor);
$('building').addEventListener('change', () => {
  open.building = $('building').value;
  open.flat = null;
  showBuildings();
});

$('before').addEventListener('click', () => turnBuilding(-1));
$('next').addEventListener('click', () => turnBuilding(1));
$('again').addEventListener('click', () => verifyAll(true));
$('receipt').addEventListener('input', forgetReceipt);
$('checkreceipt').addEventListener('click', () => checkReceipt(pasted($('receipt').value)));
$('receiptfile').addEventListener('change', async () => {
  const f = $('receiptfile').files[0];
  forgetReceipt();
  if (f) checkReceipt(new Uint8Array(await f.arrayBuffer()));
});

$('qrfile').addEventListener('change', () => {
  forgetReceipt();
  if ($('qrfile').files[0]) readQr($('qrfile').files[0]);
});

$('qr').hidden = !('BarcodeDetector' in window);
$('root').addEventListener('input', showRoot);
$('make').addEventListener('click', makeSecret);
window.addEventListener('pagehide', wipe);
showWords();
openPublished().then(askedFor);
