// The operator's page: in every state, at three sizes and in both languages, the button for what is done next is in view, every flat can be clicked, and
// nothing runs over the side; a household takes three clicks or keys by choice and one by lot; a key that opens a question does not answer it.
//
//   node operator.mjs BINARIES [SHOTS]

import { Server, open, shot, yes, recorded, grows, unfold, data, assert, fs, os, path, browser } from './hall.mjs';

const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'hall-'));
const own = name => path.join(folder, name);
const SIZES = [[1366, 768], [1920, 1080], [390, 844]];

/** A hall with a plan, and its page. */
async function hall(plan, name) {
  fs.mkdirSync(own(name));
  fs.writeFileSync(path.join(own(name), 'plan.jsonl'), plan);
  const server = new Server(own(name), '--plan', 'plan.jsonl');
  await server.start();
  const page = await open(server.url, { width: 1366, height: 768 });
  await page.waitForSelector('#seal');
  return [server, page];
}
/** Does something as this page would, without a click; once more where the page was a step behind. */
async function act(page, what) {
  for (let tries = 0; ; tries += 1) {
    const answer = await page.evaluate(async what => {
      await refresh();
      const [status, body] = await request('api/act', { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ version: view.version, act: what }) });
      await refresh();
      return [status, body.error];
    }, what);
    if (answer[0] !== 409 || tries > 3) return assert.deepEqual(answer, [200, undefined], JSON.stringify(what));
  }
}
const say = (page, command) => act(page, { do: 'command', command });
const members = page => page.evaluate(() => view.benches.flatMap(bench => bench.members.map(member => member.id)));
const language = (page, lang) => page.evaluate(lang => { if (LANG !== lang) document.getElementById('language').click(); }, lang);

/** What is wrong with the page as it is shown: words that are cut, a button or a flat that nobody sees. */
const faults = page => page.evaluate(() => {
  const found = [], box = element => element.getBoundingClientRect(), wide = innerWidth > 980;
  if (document.documentElement.scrollWidth > innerWidth) found.push(`${document.documentElement.scrollWidth} pixels wide`);
  for (const button of document.querySelectorAll('#go button')) {
    const { left, right, top, bottom } = box(button), at = document.elementFromPoint((left + right) / 2, (top + bottom) / 2);
    if (left < 0 || right > innerWidth || top < 0 || bottom > innerHeight || !button.contains(at)) found.push(`${button.id} is not in view`);
  }
  if (!document.querySelector('#go button')) found.push('no button for what is now');
  const shown = [...document.querySelectorAll('.flat[data-unit]')];
  for (const flat of shown) {
    const { left, right, top, bottom, height } = box(flat);
    if (left < 0 || right > innerWidth || wide && (top < 0 || bottom > innerHeight)) found.push(`${flat.textContent} is not in view`);
    if (wide && flat !== document.elementFromPoint((left + right) / 2, (top + bottom) / 2)?.closest('.flat')) found.push(`${flat.textContent} cannot be clicked`);
    if (height < 16 || flat.scrollWidth > flat.clientWidth + 1) found.push(`${flat.textContent} is cut`);
  }
  for (const element of document.querySelectorAll('#head h1, #head p, #steps .present, #now h2, #now p, #go button, .print')) if (element.scrollWidth > element.clientWidth + 1) found.push(`cut: ${element.textContent}`);
  return found;
});
async function state(page, name) {
  for (const lang of ['zh', 'en']) {
    await language(page, lang);
    for (const [width, height] of SIZES) {
      await page.setViewportSize({ width, height });
      await page.waitForTimeout(300); // until it was drawn for this size
      await page.evaluate(() => { scrollTo(0, 0); document.activeElement.blur(); });
      const what = `operator-${name}-${width}-${lang}`;
      await shot(page, what);
      assert.deepEqual(await faults(page), [], what);
    }
  }
  await page.setViewportSize({ width: 1366, height: 768 });
  await language(page, 'zh');
  await page.waitForTimeout(300);
}
/** Whether the keys and the eye are at the first line of what is now. */
const atTop = page => page.evaluate(() => [document.activeElement.id, document.getElementById('now').scrollTop]).then(at => assert.deepEqual(at, ['heading', 0]));

const block = fs.readFileSync(path.join(data, 'plan.jsonl'), 'utf8');
const [server, page] = await hall(block, 'choice');
const board = await open(server.base, { width: 1280, height: 720 });
await state(page, '01-plan');

// The odds: the page that waits opens them by itself.
const [odds] = await Promise.all([page.context().waitForEvent('page'), page.click('#odds')]);
await odds.waitForFunction(() => document.querySelector('svg'), null, { timeout: 60000 });
assert.match(await odds.textContent('h1'), /抽签前的机会/);
await odds.close();

await page.click('#seal');
await grows(server, page, () => yes(page));
await page.waitForSelector('#shown');
await atTop(page);
await state(page, '02-sealed');
await page.click('#shown');
await page.waitForSelector('#note');
await state(page, '03-sign');

// Several signed notes at once: each is told by its name, and one that is none stops none of the others. (Everybody can compute the keys of a sample.)
const note = await page.textContent('#note');
const lines = server.lines().length;
const files = [{ name: 'nothing.note', text: 'no note at all\n' }, { name: 'again.note', text: note }];
await page.setInputFiles('#u-note', files.map(({ name, text }) => ({ name, mimeType: 'text/plain', buffer: Buffer.from(text) })));
await page.waitForSelector('#said .error');
const told = (await page.textContent('#said')).split('\n');
assert.ok(told.length >= 2 && told[0].startsWith('✗ nothing.note') && told.some(line => /^[✗✓] again\.note/.test(line)), told.join(' | '));
assert.equal(server.lines().length, lines);
await page.click('#signsample');
await recorded(server, lines + 6, page);
await page.click('#signgo');
await page.waitForSelector('#close');
await state(page, '04-roll-call');

// What is typed stays, with the place in it, while the same stage is shown anew; a page that is loaded again is still at the roll call.
await page.fill('#f-c-r2', 'abcdef');
await page.focus('#f-c-r2');
await page.evaluate(() => document.activeElement.setSelectionRange(2, 4));
await say(page, { envelope: { member: 'r1' } });
assert.deepEqual(await page.evaluate(() => [document.activeElement.id, document.activeElement.value, document.activeElement.selectionStart, document.activeElement.selectionEnd]), ['f-c-r2', 'abcdef', 2, 4]);
for (const m of (await members(page)).slice(1)) await say(page, { envelope: { member: m } });
await say(page, 'close');
await atTop(page);
await state(page, '05-reveals');

// Enter in a secret's field opens the question and does not answer it, however long it is held; Y does.
await page.fill('#f-s-r1', '4711');
await page.focus('#f-s-r1');
await page.keyboard.down('Enter');
await page.waitForSelector('#ask[open]');
for (let i = 0; i < 3; i++) await page.keyboard.down('Enter'); // the key repeats
await page.keyboard.up('Enter');
await page.waitForTimeout(200);
assert.ok(await page.isVisible('#ask'), 'the key that opened the question answered it');
await shot(page, 'operator-05-question');
await page.keyboard.press('n');
await page.waitForSelector('#ask', { state: 'hidden' });
assert.equal(await page.inputValue('#f-s-r1'), '4711', 'No keeps what was typed');
await page.focus('#f-s-r1');
await page.keyboard.press('Enter');
await page.waitForSelector('#ask[open]');
await grows(server, page, () => page.keyboard.press('y'));
for (const m of (await members(page)).slice(1)) await say(page, { reveal: { member: m, secret: '4711' } });
await say(page, 'close');
await state(page, '06-numbers');
await say(page, { dice: { digits: '00416293857710359264' } });
await page.waitForSelector('#call');
await state(page, '07-call');

// A household by choice: three clicks, or as many keys and the arrows to the flat.
let clicks = 0;
const click = async selector => { clicks += 1; await page.click(selector); };
const press = async key => { clicks += 1; await page.keyboard.press(key); };
const chosen = () => server.lines().filter(line => line.kind === 'pick').length;
await click('#call');
await page.waitForSelector('.flat.offered');
await atTop(page);
await click('.flat.offered >> nth=2');
await click('#yes');
await page.waitForSelector('#call');
assert.deepEqual([clicks, chosen()], [3, 1]);
assert.match(await page.textContent('#undoing'), /可撤回，直到叫下一户为止/);
await state(page, '08-undo');
clicks = 0;
await press('c');
await page.waitForSelector('.flat.offered');
const first = await page.getAttribute('.flat.offered >> nth=0', 'data-unit');
await page.keyboard.press('ArrowDown');
assert.equal(await page.evaluate(() => document.activeElement.dataset.unit), first, 'the first arrow goes to the first flat on offer');
await page.keyboard.press('ArrowDown');
const second = await page.evaluate(() => document.activeElement.dataset.unit);
assert.ok(second && second !== first);
await press('Enter');
await page.waitForSelector('#ask[open]');
await press('y');
await page.waitForSelector('#call');
assert.deepEqual([clicks, chosen()], [3, 2]);
assert.equal(server.lines().findLast(line => line.kind === 'pick').unit, second);
await press('c');
await page.waitForSelector('.flat.offered');
await state(page, '09-choice');
// The time counts on a clock that nobody sets: an hour more on this computer takes none of it.
const left = async () => { const [minutes, seconds] = (await page.textContent('.countdown b')).split(':').map(Number); return 60 * minutes + seconds; };
const before = await left();
await page.evaluate(() => { const now = Date.now; Date.now = () => now() + 3600e3; });
await page.waitForTimeout(1200);
assert.ok(before - await left() >= 1 && before - await left() <= 4, `${await left()} of ${before} seconds are left`);
// A key does nothing where words are typed, and nothing twice.
await page.focus('#f-proxy');
await page.keyboard.type('cyn');
assert.equal(await page.inputValue('#f-proxy'), 'cyn');
await page.fill('#f-proxy', '');
await page.fill('#f-pause', '设备检查');
await page.press('#f-pause', 'Enter');
await page.waitForSelector('#resume');
await state(page, '10-paused');
await page.click('#resume');
await page.waitForSelector('.flat.offered');

// What the board shows is said here.
await unfold(page, 'screen');
await page.selectOption('#f-boardlang', 'both');
await page.waitForFunction(() => view.board.lang === 'both');
await page.selectOption('#f-moment', '15');
await page.waitForFunction(() => view.board.moment === 15);

while (!['sign_off', 'done'].includes(await page.evaluate(() => view.stage))) {
  const stage = await page.evaluate(() => view.stage);
  if (stage === 'call') await say(page, 'call');
  else if (stage === 'choice') await say(page, { choose: { unit: await page.evaluate(() => view.building.units.find(unit => unit.state === 'offered').id) } });
  else await say(page, 'next');
}
await act(page, { do: 'sign_sample' });
await state(page, '11-signed');
await page.click('#signgo');
await page.waitForSelector('#fold-withdraw');
await state(page, '12-done');
await say(page, { objection: { id: 'E1', text: '看不清大屏' } });
await state(page, '13-aftermath');
await say(page, { void: { reason: '名单有误' } });
await state(page, '14-void');

// The language that was chosen on the page stays.
await language(page, 'en');
await page.reload();
await page.waitForFunction(() => document.querySelector('#steps .present')?.textContent.includes('Result'));
for (const one of [page, board]) assert.deepEqual(one.faults, []);
await server.kill();

// By lot: one key or click for a household.
const lot = block.replace('"rule":"choice","absence":"last","seconds":180', '"rule":"lot"');
assert.notEqual(lot, block);
const [lots, desk] = await hall(lot, 'lot');
await desk.evaluate(() => localStorage.setItem('floorlot-lang', 'zh'));
await language(desk, 'zh');
await act(desk, { do: 'seal' });
for (const m of await members(desk)) await say(desk, { envelope: { member: m } });
await say(desk, 'close');
for (const m of await members(desk)) await say(desk, { reveal: { member: m, secret: '4711' } });
await say(desk, 'close');
await say(desk, { dice: { digits: '00416293857710359264' } });
await desk.waitForSelector('#stepturn:not([disabled])');
await state(desk, '15-lot');
await grows(lots, desk, () => desk.keyboard.press('c'));
await desk.waitForFunction(() => view.served === 1);
await grows(lots, desk, () => desk.click('#stepturn'));
await desk.waitForFunction(() => view.served === 2);
await desk.selectOption('#f-pace', '10');
await desk.click('#auto');
await desk.keyboard.press('y');
await desk.waitForSelector('#halt');
await desk.waitForFunction(() => view.served === 3);
await state(desk, '16-auto');
// A click that is held while the page is shown anew still counts.
const at = await desk.locator('#halt').boundingBox();
await desk.mouse.move(at.x + 20, at.y + 10);
await desk.mouse.down();
await desk.evaluate(() => { refresh(); });
await desk.waitForTimeout(400);
await desk.mouse.up();
await desk.waitForSelector('#stepturn:not([disabled])');
await desk.fill('#f-until', '6');
await desk.press('#f-until', 'Enter');
await desk.waitForSelector('#ask[open]');
assert.match(await desk.textContent('#question'), /再抽 \d 户/);
await desk.keyboard.press('y');
await desk.waitForFunction(() => view.served === 6 && !view.auto);
assert.deepEqual(desk.faults, []);
await lots.kill();
await browser.close();
fs.rmSync(folder, { recursive: true });
console.log('the operator\'s page: in view at every size; three clicks by choice, one by lot');
