// A published draw, as a neighbour opens it on a phone: from a folder and from a web server, with the sheet of a household on paper.
//
//   node publish.mjs BINARIES [SHOTS]
//
// BINARIES is the folder with the built examples draw_session and verify_transcript, floorlot-verify above it; screenshots go to SHOTS.

import { chromium } from 'playwright-core';
import { accessible } from './accessible.mjs';
import { spawnSync } from 'node:child_process';
import assert from 'node:assert/strict';
import fs from 'node:fs';
import http from 'node:http';
import os from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';

const [binaries, shots] = process.argv.slice(2);
assert.ok(binaries, 'usage: node publish.mjs BINARIES [SHOTS]');
const root = path.resolve(import.meta.dirname, '../..');
if (shots) fs.mkdirSync(shots, { recursive: true });
const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'publish-'));
const own = name => path.join(folder, name);

/** Runs a program, which must end well, and gives what it prints. */
function run(program, ...args) {
  const done = spawnSync(path.resolve(binaries, program), args, { cwd: folder, encoding: 'utf8' });
  assert.equal(done.status, 0, `${program} ${args.join(' ')}\n${done.stdout}${done.stderr}`);
  return done.stdout;
}
const publish = (transcript, site) => run('draw_session', '--lang', 'zh', 'publish', transcript, '--out', site);
const valid = name => path.join(root, 'tests/vectors/corpus/valid', name + '.jsonl');
/** What another verifier says of a household. */
const whyOf = (transcript, id) => JSON.parse(run('verify_transcript', '--json', transcript, '--household', id)).why;
const linesOf = (transcript, kind) => fs.readFileSync(transcript, 'utf8').split('\n').slice(0, -1).map(line => JSON.parse(line)).filter(line => line.kind === kind);

// ---- a web server that knows no more than the site, and notes what it is asked
const asked = [];
const types = { html: 'text/html', js: 'text/javascript', css: 'text/css' };
const server = http.createServer((request, response) => {
  asked.push(request.url);
  const file = path.join(folder, decodeURIComponent(new URL(request.url, 'http://x').pathname));
  if (!file.startsWith(folder) || !fs.existsSync(file)) return response.writeHead(404).end();
  response.writeHead(200, { 'content-type': types[file.split('.').at(-1)] || 'application/octet-stream', 'x-content-type-options': 'nosniff' });
  fs.createReadStream(file).pipe(response);
});
await new Promise(done => server.listen(0, '127.0.0.1', done));
const ways = { file: site => pathToFileURL(own(site)).href + '/', http: site => `http://127.0.0.1:${server.address().port}/${site}/` };

const browser = await chromium.launch({
  executablePath: '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'],
});
const faults = [];
async function open(address, locale = 'zh-CN') {
  const page = await browser.newPage({ viewport: { width: 390, height: 844 }, locale });
  const home = new URL('.', address).href;
  page.on('console', message => { if (['error', 'warning'].includes(message.type())) faults.push(message.text()); });
  page.on('pageerror', error => faults.push(String(error)));
  page.on('request', request => { if (!request.url().startsWith(home) && !/\/favicon\.ico$/.test(request.url())) faults.push('asked for ' + request.url()); });
  await page.goto(address);
  return page;
}
const text = (page, selector) => page.locator(selector).innerText();
const says = async (page, selector, words) => {
  const found = await text(page, selector);
  assert.ok(found.includes(words), `“${words}” is not in ${selector}: “${found.slice(0, 600)}”`);
};
async function seen(page, name) {
  await accessible(page, name, false);
  assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), name + ': no sideways scroll');
  if (shots) await page.screenshot({ path: path.join(shots, name + '.png'), fullPage: true });
}
const verified = page => page.waitForFunction(() => document.getElementById('busy').hidden && !document.getElementById('verdict').hidden && document.getElementById('verdict').textContent);
const sheetOf = (page, id) => page.waitForFunction(id => !document.getElementById('sheet').hidden && document.querySelector('#sheetout h2').textContent.split(/[\s\u3000]/).includes(id) && /[0-9a-f]{64}/.test(document.getElementById('sheethash').textContent), id);

/** Prints the page, which must be one sheet of A4. */
async function onePage(page, name) {
  const pdf = await page.pdf({ preferCSSPageSize: true });
  if (shots) fs.writeFileSync(path.join(shots, name + '.pdf'), pdf);
  const source = pdf.toString('latin1');
  assert.equal(source.match(/\/Type\s*\/Page\b/g).length, 1, name + ': one page');
  const [, width, height] = source.match(/\/MediaBox\s*\[\s*0 0 ([\d.]+) ([\d.]+)\s*\]/).map(Number);
  assert.ok(Math.abs(width - 595.28) < 1 && Math.abs(height - 841.89) < 1, `${name}: ${width} x ${height} points are not A4`);
}
/** The commands of the sheet, in a shell, print what it says. */
async function byHand(page, name) {
  const commands = await page.locator('#sheet pre.cmd').allTextContents(), gives = await page.locator('#sheet .gives').allTextContents();
  assert.ok(commands.length >= 2 && commands.length === gives.length, name);
  for (const [i, command] of commands.entries()) {
    const words = text => text.replace(/^→ /, '').replace(/ -\s*$/, '').trim().split(/\s+/);
    assert.deepEqual(words(spawnSync('sh', ['-c', command], { encoding: 'utf8' }).stdout), words(gives[i]), `${name}: ${command}`);
  }
  return commands.length;
}

// ---- the small draw, from a folder and from a server
run('draw_session', 'demo', '--small', '--seed-text', 'publish', '--out', 'demo');
const transcript = own('demo/transcript.jsonl');
publish(transcript, 'site');
const print = JSON.parse(run('verify_transcript', '--json', transcript)).checkpoints.at(-1).fingerprint;
for (const [way, address] of Object.entries(ways)) {
  const page = await open(address('site') + 'index.html');
  await says(page, 'section[lang=zh-Hans]', '演练 REHEARSAL');
  await says(page, 'section[lang=zh-Hans]', '三分钟自己核验');
  await says(page, 'section[lang=en]', 'How to check this in three minutes');
  for (const digits of await page.locator('.digits').all()) assert.equal((await digits.locator('span').allInnerTexts()).join(' '), print);
  await seen(page, way + '-index');

  // The check: the transcript is open, and its fingerprint is still to be compared.
  await page.click('section[lang=zh-Hans] a.button');
  await verified(page);
  await says(page, '#verdict', '核验通过');
  await says(page, '#verdict', '还没有与外面的指纹对照');
  await says(page, '#published', spawnSync('sha256sum', [transcript], { encoding: 'utf8' }).stdout.slice(0, 64));
  await says(page, '#pubnoted', '公告栏');
  assert.equal(await page.inputValue('#noted'), '', 'nothing is noted that came from the same folder');
  await page.fill('#noted', print);
  await says(page, '#verdict', '与在外面记下的凭据相符');
  await seen(page, way + '-check');
  await page.click('#published a');
  await page.waitForURL(address('site') + 'index.html');

  // A household by its code, in both languages; its sheet, on paper, and by hand.
  for (const [lang, id, words] of [['zh', 'H0003', '排在它之前的'], ['en', 'H0005', 'Before it']]) {
    await page.fill('#household-' + lang, id);
    await page.press('#household-' + lang, 'Enter');
    await sheetOf(page, id);
    const why = whyOf(transcript, id);
    await says(page, '#sheet', words);
    await says(page, '#sheet', why.ticket);
    await says(page, '#sheet', lang === 'zh' ? `${why.of} 户中的第 ${why.place} 位` : `number ${why.place} of ${why.of}`);
    await says(page, '#sheet', lang === 'zh' ? `可选的有 ${why.offered.length} 套` : `On offer: ${why.offered.length}.`);
    await says(page, '#sheet', lang === 'zh' ? '请与公告栏上的这个指纹逐组对照' : 'Compare this fingerprint with the notice board');
    assert.equal((await page.locator('#sheet .groups12 span').allInnerTexts()).join(' '), print);
    await seen(page, `${way}-sheet-${lang}`);
    await onePage(page, `${way}-sheet-${lang}`);
    await byHand(page, id);
    await page.goBack();
  }

  // By a flat; by a code that nobody has; and from the plain page, after a look around.
  const gone = linesOf(transcript, 'withdrawal').map(line => line.household), picked = linesOf(transcript, 'pick').find(pick => !gone.includes(pick.household)), flat = linesOf(transcript, 'unit').find(unit => unit.id === picked.unit).label;
  await page.fill('#household-zh', flat);
  await page.click('form[data-lang=zh] button');
  await page.waitForFunction(() => !document.getElementById('sheet').hidden || document.querySelector('#found button'));
  if (await page.isHidden('#sheet')) await page.locator('#found button', { hasText: picked.household }).click();
  await sheetOf(page, picked.household);
  await page.goBack();
  await page.fill('#household-zh', 'H9999');
  await page.click('form[data-lang=zh] button');
  await page.waitForFunction(() => document.getElementById('found').textContent.includes('没有找到'));
  assert.ok(await page.isHidden('#sheet'));
  await page.fill('#find', 'H0001');
  await page.waitForSelector('#tosheet:not([hidden])');
  assert.ok(await page.isHidden('#sheet'), 'a sheet is shown when it is asked for');
  await page.click('#tosheet');
  await sheetOf(page, 'H0001');
  await page.click('#offsheet');
  assert.ok(await page.isVisible('#find'));
  await page.close();
}
// What stands behind # is told to no server, and nothing else was asked for.
assert.ok(!asked.some(url => /household|H00/.test(url)), asked.join(' '));
assert.deepEqual([...new Set(asked)].filter(url => !fs.existsSync(own(url.split('?')[0])) && url !== '/favicon.ico'), []);

// ---- who got nothing, and why; needs are nobody's business
const short = valid('shortage');
publish(short, 'short');
const [loser] = linesOf(short, 'standby');
for (const id of [loser.household, ...linesOf(short, 'pick').slice(0, 2).map(pick => pick.household)]) {
  const page = await open(ways.file('short') + `check.html#household=${id}&lang=zh`);
  await sheetOf(page, id);
  const why = whyOf(short, id);
  await says(page, '#sheet', why.by === 'standby' ? `列入候补，第 ${loser.place} 位` : '÷');
  await byHand(page, id);
  await seen(page, 'short-' + id);
  await onePage(page, 'short-' + id);
  await page.close();
}
publish(valid('needs-of-several-kinds'), 'needs');
for (const { id, needs = [] } of linesOf(valid('needs-of-several-kinds'), 'household')) {
  const page = await open(ways.file('needs') + `check.html#household=${id}&lang=en`);
  await sheetOf(page, id);
  for (const need of needs) assert.ok(!(await text(page, '#sheet')).includes(need), `${id}: ${need}`);
  await page.close();
}

// ---- the first page with documents that are missing, and of an evening
publish(valid('documents-filed'), 'papers');
const days = fs.readFileSync(valid('days'), 'utf8'), closing = days.indexOf('"kind":"closing"');
fs.writeFileSync(own('evening.jsonl'), days.slice(0, days.indexOf('\n', closing) + 1));
publish(own('evening.jsonl'), 'evening');
for (const [site, words] of [['papers', '缺少'], ['evening', '尚未完成']]) {
  const page = await open(ways.file(site) + 'index.html');
  await says(page, 'section[lang=zh-Hans]', words);
  await seen(page, site);
  await page.close();
}
// The sheet of somebody who is not called yet, and of one who is.
for (const id of [linesOf(own('evening.jsonl'), 'household').at(-1).id, linesOf(own('evening.jsonl'), 'call')[0].household]) {
  const page = await open(ways.file('evening') + `check.html#household=${id}&lang=zh`);
  await sheetOf(page, id);
  await says(page, '#sheet', '尚未完成');
  await seen(page, 'evening-' + id);
  await onePage(page, 'evening-' + id);
  await page.close();
}

// ---- the released page, with the file chosen by hand, has the sheet, too
{
  const page = await open(ways.file('site') + 'verify.html');
  await page.setInputFiles('#file', transcript);
  await page.waitForFunction(() => document.getElementById('busy').hidden && !document.getElementById('out').hidden);
  assert.ok(await page.isHidden('#published'));
  await page.fill('#find', 'H0001');
  await page.click('#tosheet');
  await sheetOf(page, 'H0001');
  await onePage(page, 'released');
  await page.close();
}

// ---- the longest names that a plan may have fit, too
publish(valid('longest'), 'longest');
for (const { household } of linesOf(valid('longest'), 'call').slice(0, 3)) {
  const page = await open(ways.file('longest') + `check.html#${new URLSearchParams({ household, lang: 'zh' })}`);
  await sheetOf(page, household);
  await seen(page, 'longest');
  await onePage(page, 'longest');
  await page.close();
}

// ---- and a household of which much is told
const long = own('long'), members = linesOf(path.join(root, 'examples/data/block/plan.jsonl'), 'member').map(member => member.id);
const chosen = ['1802', '1702', '1602', '1502', '1302', '1202', '1102', '1002', '202', '802'];
const unsigned = members.map(id => `unsigned ${id}\n`).join('') + 'next\n';
fs.writeFileSync(long + '.script', members.map(id => `envelope ${id}\n`).join('') + 'close\n' + members.map(id => `reveal ${id} 11\n`).join('') + 'close\ndice 00416293857710359265\n' +
  chosen.map(flat => `call\nchoose ${flat}\n`).join('') + unsigned + Array.from({ length: 9 }, (_, i) => `objection E${i} household H0001 ${'异议内容'.repeat(50)}\n`).join('') + 'seal\n' + unsigned);
run('draw_session', '--lang', 'en', 'run', '--plan', path.join(root, 'examples/data/block/plan.jsonl'), '--out', long + '.jsonl', '--script', long + '.script', '--no-clock');
publish(long + '.jsonl', 'long');
{
  const page = await open(ways.file('long') + 'check.html#household=H0001&lang=zh');
  await sheetOf(page, 'H0001');
  await says(page, '#sheet', '此前还有 3 件事项');
  await seen(page, 'long');
  await onePage(page, 'long');
  await page.close();
}

// ---- a site that somebody changed: its page says what it finds
const script = fs.readFileSync(own('site/transcript.js'), 'utf8');
const bytes = fs.readFileSync(transcript, 'utf8').replace('"by":"choice"', '"by":"ranked"');
fs.writeFileSync(own('site/transcript.js'), `window.published = [{ name: 'transcript.jsonl', size: ${Buffer.byteLength(bytes)}, parts: ['${Buffer.from(bytes).toString('base64')}'] }];`);
const changed = await open(ways.file('site') + 'check.html#lang=zh');
await verified(changed);
await says(changed, '#verdict', '核验不通过');
await changed.close();
fs.writeFileSync(own('site/transcript.js'), script.replace(/size: \d+/, 'size: 99'));
const cut = await open(ways.file('site') + 'check.html#lang=zh');
await cut.waitForFunction(() => document.getElementById('busytext').textContent.includes('没有读出来'));
await cut.close();
assert.deepEqual(faults, []);
fs.rmSync(own('site/transcript.js'));
const bare = await open(ways.file('site') + 'check.html#lang=zh');
await bare.waitForFunction(() => document.getElementById('busytext').textContent.includes('没有读出来'));
await bare.setInputFiles('#file', transcript);
await verified(bare);
await says(bare, '#verdict', '核验通过');
await bare.close();
assert.ok(faults.splice(0).every(fault => /ERR_FILE_NOT_FOUND/.test(fault)), 'of the file that is not there');

// ---- the page that floorlot-verify writes, of rounds one after the other
const rounds = ['first-round', 'second-round-after'].map(valid);
const written = run('../floorlot-verify', '--lang', 'en', '--print-only', ...rounds).trim().replace(/^.*?: /, '');
const observer = await open(pathToFileURL(written).href, 'en-GB');
await observer.waitForFunction(() => document.getElementById('busy').hidden && document.querySelectorAll('#rounds option').length === 2);
await says(observer, '#verdict', 'Verified');
await says(observer, '#published', 'second-round-after.jsonl');
await observer.close();
fs.rmSync(path.dirname(written), { recursive: true });

// ---- 1,988 households, from a folder and from a server
run('draw_session', 'demo', '--seed-text', 'publish', '--out', 'estate');
const estate = own('estate/transcript.jsonl');
publish(estate, 'large');
const households = linesOf(estate, 'household'), every = Math.floor(households.length / 12);
assert.equal(households.length, 1988);
for (const [way, address] of Object.entries(ways)) {
  const page = await open(address('large') + 'index.html');
  await seen(page, way + '-large-index');
  const begun = Date.now();
  await page.click('section[lang=zh-Hans] a.button');
  await verified(page);
  await says(page, '#verdict', '核验通过');
  console.log(`publish: 1,988 households from ${way}: verified after ${Date.now() - begun} ms`);
  for (const { id } of households.filter((_, i) => i % every === 0)) {
    await page.evaluate(id => { location.hash = 'household=' + id; }, id);
    await sheetOf(page, id);
    await onePage(page, `${way}-large-${id}`);
    await says(page, '#sheet', whyOf(estate, id).ticket);
  }
  await seen(page, way + '-large-sheet');
  await page.close();
}

await browser.close();
server.close();
assert.deepEqual(faults, []);
fs.rmSync(folder, { recursive: true });
console.log('publish: done; file and http, one page of A4 for each household, and nothing from elsewhere');
