// The web verifier, driven in headless Chromium from file:// as a person would.
//
//   node verify_page.mjs BINARIES [SHOTS]
//
// BINARIES is the folder with the built examples draw_session and verify_transcript; screenshots go to SHOTS.

import { chromium } from 'playwright-core';
import { accessible } from './accessible.mjs';
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';

const [binaries, shots] = process.argv.slice(2);
assert.ok(binaries, 'usage: node verify_page.mjs BINARIES [SHOTS]');
const root = path.resolve(import.meta.dirname, '../..');
const html = path.join(root, 'verifiers/web/verify.html');
const vectors = path.join(root, 'tests/vectors');
if (shots) fs.mkdirSync(shots, { recursive: true });

// ---- a small draw, what another verifier says of it, and what was made of it
const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'verify-page-'));
const demo = path.join(folder, 'demo');
const made = spawnSync(path.resolve(binaries, 'draw_session'), ['demo', '--small', '--seed-text', 'page', '--out', demo], { cwd: folder, encoding: 'utf8' });
assert.equal(made.status, 0, made.stderr);
const file = path.join(demo, 'transcript.jsonl');
const text = fs.readFileSync(file, 'utf8');
const lines = text.split('\n').slice(0, -1).map(line => JSON.parse(line));
const of = kind => lines.filter(line => line.kind === kind);
const asked = (...args) => {
  const done = spawnSync(path.resolve(binaries, 'verify_transcript'), ['--json', ...args], { encoding: 'utf8' });
  const said = JSON.parse(done.stdout);
  return Array.isArray(said) ? said.at(-1) : said;
};
const other = asked(file);
assert.equal(other.verdict, 'verified');
const prints = other.checkpoints.map(c => c.fingerprint);
const wide = print => print.replace(/\d/g, d => String.fromCharCode(0xff10 + Number(d))).replace(/ /g, '\u3000');

const browser = await chromium.launch({
  executablePath: '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'],
});
const faults = [], requests = [];
async function open(size, locale = 'zh-CN') {
  const page = await browser.newPage({ viewport: size, locale });
  page.on('console', message => { if (['error', 'warning'].includes(message.type())) faults.push(message.text()); });
  page.on('pageerror', error => faults.push(String(error)));
  page.on('request', request => { if (!/^(file|blob|data):/.test(request.url())) requests.push(request.url()); });
  await page.goto(pathToFileURL(html).href);
  return page;
}
const shot = async (page, name, selector) => {
  await accessible(page, name);
  if (!shots) return;
  if (selector) await page.evaluate(s => document.querySelector(s).scrollIntoView(), selector);
  else await page.evaluate(() => window.scrollTo(0, 0));
  await page.waitForTimeout(300);
  await page.screenshot({ path: path.join(shots, name + '.png') });
};
const says = async (page, selector, words) => {
  const found = await page.locator(selector).innerText();
  assert.ok(found.includes(words), `“${words}” is not in ${selector}: “${found.slice(0, 400)}”`);
};
/** Chooses files, and waits until all of them are verified and shown. */
async function choose(page, ...names) {
  await page.setInputFiles('#file', names);
  await page.waitForFunction(all => document.getElementById('busy').hidden && !document.getElementById('out').hidden &&
    all.every(name => document.getElementById('names').textContent.includes(name)), names.map(name => path.basename(name)));
}
const badge = (page, id) => page.evaluate(wanted => {
  const row = Array.from(document.querySelectorAll('#checks .check')).find(check => check.children[0].textContent === wanted);
  return row ? row.children[2].className.replace('badge ', '') : null;
}, id);
const settles = (page, id, how) => page.waitForFunction(([wanted, outcome]) => document.getElementById('busy').hidden &&
  Array.from(document.querySelectorAll('#checks .check')).some(c => c.children[0].textContent === wanted && c.children[2].className.endsWith(outcome)), [id, how]);
const fits = async (page, name) => assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= document.documentElement.clientWidth), name + ' is wider than the screen');
const put = (name, content) => { const to = path.join(folder, name); fs.writeFileSync(to, content); return to; };

for (const [name, size] of [['desktop', { width: 1280, height: 800 }], ['phone', { width: 390, height: 844 }]]) {
  const page = await open(size);
  await shot(page, name + '-0-start');

  // The file, and that it is a rehearsal that nobody compared with anything yet.
  await choose(page, file);
  await says(page, '#verdict', '核验通过');
  await says(page, '#verdict', '还没有与外面的指纹对照');
  await says(page, '#mode', '演练');
  await says(page, '#verdict', lines[0].title);
  assert.equal(await page.locator('.fp').count(), prints.length);
  for (const [i, print] of prints.entries()) assert.equal((await page.locator('.fp').nth(i).locator('.groups12 span').allInnerTexts()).join(' '), print);
  await shot(page, name + '-1-verified', '#verdict');

  // The fingerprint, typed: unfinished, mistyped, right and in wide digits.
  await page.fill('#noted', prints[0].slice(0, 20));
  await says(page, '#notedsays', '还差');
  await page.fill('#noted', (prints[0][0] === '9' ? '0' : '9') + prints[0].slice(1));
  await says(page, '#verdict', '核验不通过');
  await says(page, '#verdict', '输错');
  await shot(page, name + '-2-mistyped', '#verdict');
  await page.fill('#noted', '');
  await page.locator('#noted').pressSequentially(wide(prints.at(-1)));
  await says(page, '#notedsays', '完全相同');
  await says(page, '#verdict', '与在外面记下的凭据相符');
  assert.equal(await badge(page, 'V1'), 'passed');
  await shot(page, name + '-3-fingerprint', '#s-print');

  // Eight groups are no evidence; the root is, and a signed note.
  await page.fill('#noted', prints[0].slice(0, 47));
  await says(page, '#notedsays', '旧格式');
  assert.equal(await badge(page, 'V1'), 'not_run');
  await page.fill('#noted', other.checkpoints[0].root.toUpperCase());
  await says(page, '#notedsays', '完全相同');
  assert.equal(await badge(page, 'V1'), 'passed');
  await page.fill('#noted', '');
  const body = lines.find(line => line.kind === 'checkpoint').body;
  await page.setInputFiles('#note', put('no.note', body));
  await page.waitForFunction(() => document.querySelector('#notesays').textContent.includes('不是签名文件'));
  await page.setInputFiles('#note', put('plan.note', body + '\n'));
  await page.waitForFunction(() => !document.querySelector('#notesays').textContent);
  assert.equal(await badge(page, 'V1'), 'passed');
  await page.setInputFiles('#note', []);
  await page.fill('#noted', prints.at(-1));

  // Every household, searched and explained: the same as the other verifier explains.
  for (const { id } of of('household')) {
    const { why } = asked(file, '--household', id);
    await page.fill('#find', id.toLowerCase());
    await page.waitForFunction(wanted => document.querySelector('#why h3')?.textContent.startsWith(wanted), id);
    await says(page, '#why', why.ticket);
    if (why.unit) await says(page, '#why', of('unit').find(unit => unit.id === why.unit).label);
    if (why.by === 'lot') await says(page, '#why', `${why.lot} ÷ ${why.offered.length} 余 ${why.number}`);
  }
  const housed = of('pick').at(-1).household;
  await page.fill('#find', housed);
  await page.waitForFunction(wanted => document.querySelector('#why h3')?.textContent.startsWith(wanted), housed);
  await shot(page, name + '-4-household', '#s-home');

  // The building drawing shows its flat, and every flat says whose it is.
  assert.equal(await page.locator('.flat.mine').count(), 1);
  await says(page, '.flat.mine', housed);
  let flats = 0;
  for (const building of await page.locator('#building option').allInnerTexts()) {
    await page.selectOption('#building', building);
    flats += await page.locator('.flat:not([aria-hidden])').count();
  }
  assert.equal(flats, of('unit').length);
  await page.click('#why button');
  await page.locator('.flat.mine').click();
  await says(page, '#flat', housed);
  await shot(page, name + '-5-building', '#s-house');

  // A full name, of which the record shows a part; a flat; nobody: the answer before is gone at once.
  const masked = of('household').find(h => /^.\*.$/.test(h.name)), full = masked.name.replace('*', '安');
  const fit = of('household').filter(h => h.name === masked.name).length;
  await page.fill('#find', full);
  assert.equal(await page.locator('#why h3').count(), 0);
  await says(page, '#found', `有 ${fit} 户可能`.replace('有 1 户', '这一户'));
  await page.locator('#found button', { hasText: masked.id }).click();
  await page.waitForFunction(wanted => document.querySelector('#why h3')?.textContent.startsWith(wanted), masked.id);
  await page.fill('#find', '王什么也没有');
  assert.equal((await page.innerText('#why')).trim(), '');
  assert.equal(await page.locator('.flat.mine').count(), 0);
  await says(page, '#found', '没有找到');
  const [{ unit: flat, household: owner }] = of('pick').filter(p => p.by === 'lot').slice(-1), { label, pool } = of('unit').find(u => u.id === flat);
  const holder = lines.some(l => ['withdrawal', 'swap', 'accept'].includes(l.kind)) ? null : owner;
  await page.fill('#find', of('pool').find(p => p.id === pool).building + label + '室');
  await page.waitForFunction(wanted => document.querySelector('#found').textContent.includes(wanted) || document.querySelector('#why').textContent.includes(wanted), label);
  if (holder) await says(page, '#why', holder);
  await page.fill('#find', housed);
  await page.waitForFunction(wanted => document.querySelector('#why h3')?.textContent.startsWith(wanted), housed);

  // All evidence at once.
  await page.click('#moreopen summary');
  await page.setInputFiles('#recordings', fs.readdirSync(path.join(demo, 'recordings')).map(f => path.join(demo, 'recordings', f)));
  await page.setInputFiles('#older', put('older.jsonl', text.slice(0, text.lastIndexOf('{"kind":"result"'))));
  await page.check('input[name="expect"][value="rehearsal"]');
  await page.click('#again');
  for (const id of ['V2', 'V4', 'V5']) await settles(page, id, 'passed');
  await page.check('input[name="expect"][value="official"]');
  await page.click('#again');
  await settles(page, 'V4', 'failed');
  await says(page, '#verdict', '请先检查材料有没有输错');
  await page.check('input[name="expect"][value="rehearsal"]');
  await page.click('#again');
  await settles(page, 'V4', 'passed');
  await says(page, '#verdict', '核验通过');

  // The other language, and back.
  await page.click('#lang');
  await says(page, '#verdict', 'Verified');
  await says(page, '#verdict', 'agrees with what was noted outside');
  assert.equal(await page.evaluate(() => document.documentElement.lang), 'en');
  await shot(page, name + '-6-english', '#verdict');

  // A receipt, pasted with other line ends; changed; and from a file.
  const receiptFile = path.join(demo, 'receipts', housed + '.receipt.txt');
  const receipt = fs.readFileSync(receiptFile, 'utf8');
  await page.fill('#receipt', '  ' + receipt.replace(/\n/g, '\r\n').trimEnd());
  await page.click('#checkreceipt');
  await says(page, '#receiptout', 'The receipt holds');
  await says(page, '#receiptout', housed);
  await says(page, '#receiptout', 'The same as the one you typed above');
  await shot(page, name + '-7-receipt', '#receiptout');
  const different = receipt.replaceAll(`"household":"${housed}"`, '"household":"' + of('household').find(h => h.id !== housed).id + '"');
  assert.notEqual(different, receipt);
  await page.fill('#receipt', different);
  await page.click('#checkreceipt');
  await says(page, '#receiptout', 'does not hold');
  await page.setInputFiles('#receiptfile', receiptFile);
  await page.waitForFunction(() => document.querySelector('#receiptout').textContent.includes('The receipt holds'));
  await page.click('#lang');

  // A tampered file is refused in words: the flat of somebody is another one.
  await page.fill('#noted', '');
  const [one, two] = of('pick');
  const tampered = text.replace(new RegExp(`("kind":"pick".*"unit":")${one.unit}"`), `$1${two.unit}"`);
  assert.notEqual(tampered, text);
  await choose(page, put('tampered.jsonl', tampered));
  await says(page, '#verdict', '核验不通过');
  await says(page, '#verdict', '这份记录不能作为依据');
  assert.equal((await page.innerText('#why')).trim() + await page.inputValue('#find'), '', 'nothing of the file before');
  await says(page, '#verdict .fault', '第 ');
  await shot(page, name + '-8-tampered', '#verdict');
  await choose(page, path.join(vectors, 'corpus/tampered/d6-flat-of-another-number.jsonl'));
  await says(page, '#verdict', '抽签过程与规则算出来的不一样');
  await choose(page, put('cut.jsonl', text.slice(0, text.length / 2)));
  await says(page, '#verdict', '尚未完成');
  await says(page, '#verdict', '请索取完整文件');
  await says(page, '#mode', '演练');
  await shot(page, name + '-8-unfinished', '#verdict');
  await choose(page, put('crlf.jsonl', text.replaceAll('\n', '\r\n')));
  await says(page, '#verdict', '每一行的行尾是 CR LF 而不是 LF');
  await says(page, '#verdict', '把行尾改回 LF，它就能通过核验');
  await choose(page, put('cr.jsonl', text.replaceAll('\n', '\r')));
  await says(page, '#mode', '性质不明');
  assert.ok(!(await page.innerText('#out')).includes('这是演练'), 'a kind that nobody read');
  await choose(page, put('marked.jsonl', '\ufeff' + text));
  await says(page, '#verdict', '字节顺序标记');
  await choose(page, receiptFile);
  await says(page, '#verdict', '不是抽签记录');

  // Text of a file is never markup.
  await choose(page, put('markup.jsonl', text.replace(/"title":"[^"]*"/g, '"title":"<img src=x onerror=alert(1)><script>alert(2)</script>"').replace(/"name":"[^"]*"/g, '"name":"<svg onload=alert(3)>"')));
  assert.equal(await page.locator('main img, main svg, main script').count(), 0);

  // Rounds, picked in any order, are verified one after the other.
  const rounds = ['second-round-again', 'first-round', 'second-round-void'].map(f => path.join(vectors, 'corpus/valid', f + '.jsonl'));
  await choose(page, ...rounds);
  assert.equal(await page.innerText('#names'), ['first-round', 'second-round-void', 'second-round-again'].map(f => f + '.jsonl').join(' → '));
  await says(page, '#verdict', '核验通过');
  assert.equal(await badge(page, 'V7'), 'passed');
  await choose(page, rounds[0]);
  assert.equal(await badge(page, 'V7'), 'not_run');
  // drand, which this page cannot verify: it says so.
  await choose(page, path.join(vectors, 'corpus/valid/drand-and-dice.jsonl'));
  await says(page, '#verdict', '没有核验 drand 随机数的签名');

  // A fingerprint of the plan alone: what stands behind it is no fact, of a household or of a flat, from the last digit typed until it goes.
  const unsigned = path.join(vectors, 'corpus/valid/absent-lot.jsonl');
  await choose(page, unsigned);
  await page.fill('#find', 'H101');
  await page.waitForSelector('#why .answer');
  assert.ok(await page.isVisible('#s-house'));
  await page.fill('#noted', asked(unsigned).checkpoints[0].fingerprint);
  await page.waitForSelector('#why .warn');
  await says(page, '#mode + #verdict .warn', '未核对');
  assert.equal(await page.locator('#why .answer').count(), 0);
  assert.ok(!await page.isVisible('#s-house'));
  await shot(page, name + '-8-not-compared', '#verdict');
  await page.fill('#noted', '');
  await page.waitForSelector('#why .answer');
  assert.ok(await page.isVisible('#s-house'));

  // The second tab: a secret, and its commitment recomputed here.
  await choose(page, file);
  await page.click('#tab-panel');
  const planRoot = Buffer.from(of('checkpoint')[0].body.split('\n')[2], 'base64').toString('hex');
  await page.fill('#root', 'ab'.repeat(32));
  await says(page, '#roothint', '与打开的记录不同');
  await page.fill('#root', planRoot);
  await says(page, '#roothint', prints[0]);
  await page.fill('#member', of('member')[0].id);
  await page.fill('#dice', '3526152463');
  await page.click('#make');
  const cells = async selector => (await page.locator(selector).allInnerTexts()).join('').replace(/\s/g, '');
  const secret = await cells('.secret span');
  assert.match(secret, /^[0-9a-f]{32}$/);
  const expected = createHash('sha256').update(`floorlot/1 commit\nplan ${planRoot}\nmember ${of('member')[0].id}\nsecret ${secret}\n`).digest('hex');
  assert.equal(await cells('.commit span'), expected);
  await shot(page, name + '-9-secret');
  const command = await page.locator('pre.cmd').first().innerText();
  assert.ok(spawnSync('sh', ['-c', command], { encoding: 'utf8' }).stdout.startsWith(expected), 'the command gives the same');
  await page.click('#make');
  assert.notEqual(await cells('.secret span'), secret);
  await page.click('#wipe');
  assert.equal(await page.locator('.secret').count(), 0);
  assert.equal(await page.evaluate(() => localStorage.length + sessionStorage.length + document.cookie.length), 0);

  for (const tab of ['about', 'panel', 'verify']) {
    await page.click('#tab-' + tab);
    await fits(page, `${name}, ${tab}`);
  }
  await page.close();
}

// English by the language of the browser, and tabs by the arrow keys, on a small screen.
const small = await open({ width: 360, height: 640 }, 'en-GB');
await choose(small, file);
await says(small, '#verdict', 'Verified');
await fits(small, 'small');
await small.focus('#tab-verify');
await small.keyboard.press('ArrowRight');
assert.equal(await small.evaluate(() => document.activeElement.id), 'tab-panel');
await small.close();

await browser.close();
assert.deepEqual(faults, []);
assert.deepEqual(requests, []);
fs.rmSync(folder, { recursive: true });
console.log('The web verifier: all as it should be, and not one request to a network.');
