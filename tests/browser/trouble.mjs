// What goes wrong in a hall, and the page in English: a wrong address, a stale tab, a stick that is pulled out, a full disk, time that runs out, a member
// who signs on paper and one who refuses, objections, swaps, and a draw that is declared void.

import { Server, open, shot, yes, recorded, grows, unfold, draw, data, assert, fs, os, path, spawnSync, browser } from './hall.mjs';

const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'hall-'));
fs.mkdirSync(path.join(folder, 'stick'));
const plan = fs.readFileSync(path.join(data, 'plan.jsonl'), 'utf8').replace('"seconds":180', '"seconds":10');
assert.ok(plan.includes('"seconds":10,'));
fs.writeFileSync(path.join(folder, 'plan.jsonl'), plan);
const server = new Server(folder, '--plan', 'plan.jsonl', '--copy', 'stick');
await server.start();
const board = await open(server.base + '?lang=en', { width: 1280, height: 720 });

// A wrong address lets nobody in, and the page says what to do.
const page = await open(server.base + 'operator#' + '0'.repeat(64), { width: 1440, height: 900 });
await page.waitForSelector('#said .error');
assert.match(await page.textContent('#said'), /按回车/);
await page.waitForSelector('#rehearsal', { state: 'visible' });
await shot(page, 'trouble-01-wrong-address');
await page.goto(server.url); // the right one, in the same tab
await page.waitForSelector('#seal');
await page.click('#language');
await page.waitForSelector('text=Seal the plan');
await page.waitForFunction(() => /Time for a choice: 10 seconds/.test(document.querySelector('#main').textContent));

/** Does something as this page would, without a click. */
const act = what => page.evaluate(async what => {
  const response = await fetch('api/act', { method: 'POST', headers: { 'content-type': 'application/json', 'x-floorlot-key': key, 'x-floorlot-lang': 'en' }, body: JSON.stringify({ version: view.version, act: what }) });
  const body = await response.json();
  if (response.ok) await refresh();
  return [response.status, body.error];
}, what);
/** A command by its name and what it takes, in the order in which it is typed. */
const command = text => {
  const [name, ...words] = text.split(' ');
  const takes = { envelope: { member: words[0] }, reveal: { member: words[0], secret: words[1] }, dice: { digits: words[0] }, choose: { unit: words[0] } }[name];
  return { do: 'command', command: takes ? { [name]: takes } : name };
};
const say = async text => assert.deepEqual(await act(command(text)), [200, undefined], text);
const words = async (selector, pattern) => page.waitForFunction(([s, p]) => new RegExp(p).test(document.querySelector(s).textContent), [selector, pattern.source]);

await page.click('#seal');
await yes(page);
await page.click('#shown');
await page.waitForSelector('#signsample');
await shot(page, 'trouble-02-sign');

// Going on without the quorum is asked about, in the words of what is lost.
await page.click('#signgo');
await page.waitForSelector('#ask[open]');
assert.match(await page.textContent('#question'), /never be certified/);
await page.click('#no');
await grows(server, page, () => page.click('#signsample'));
await recorded(server, 46, page);
await page.click('#signgo');
await page.waitForSelector('#close');

// A tab that shows what is past: its click is refused in words, and changes nothing.
await page.route('**/api/view', route => route.abort());
await page.evaluate(() => fetch('api/act', { method: 'POST', headers: { 'content-type': 'application/json', 'x-floorlot-key': key }, body: JSON.stringify({ version: view.version, act: { do: 'command', command: { envelope: { member: 'r1' } } } }) }));
await recorded(server, 47);
await page.locator('.member[data-member="r2"]').getByText('Envelope').click();
await words('#said', /has moved on/);
await shot(page, 'trouble-03-stale');
assert.equal(server.lines().length, 47);
await page.unroute('**/api/view');
await page.evaluate(() => refresh());

// The stick is pulled out: both are told within seconds, without a step, and the draw goes on.
fs.renameSync(path.join(folder, 'stick'), path.join(folder, 'aside'));
await page.waitForSelector('#warn', { state: 'visible', timeout: 8000 });
await shot(page, 'trouble-04-stick');
await say('envelope r2');
fs.renameSync(path.join(folder, 'aside'), path.join(folder, 'stick'));
await page.waitForSelector('#warn', { state: 'hidden', timeout: 8000 });
assert.equal(fs.readFileSync(path.join(folder, 'stick/draw.jsonl'), 'utf8'), fs.readFileSync(path.join(folder, 'draw.jsonl'), 'utf8'));

// An error is seen from wherever the page is scrolled to.
await page.evaluate(() => scrollTo(0, document.body.scrollHeight));
await page.locator('.member[data-member="o3"]').getByText('Commit').click();
await page.waitForSelector('#said .error');
const seen = await page.locator('#said .error').boundingBox();
assert.ok(seen.y >= 0 && seen.y < 900, `the error is at ${seen.y}`);

for (const member of ['r3', 'o1', 'o2', 'o3']) await say(`envelope ${member}`);
await say('close');
// Before a refusal is recorded it is told what it means for the quorum, and before the one that loses it, that the draw could not go on.
const asks = async (member, word, pattern, answer) => {
  await page.locator(`.member[data-member="${member}"]`).getByText(word).click();
  await page.waitForSelector('#ask[open]');
  assert.match(await page.textContent('#question'), pattern);
  await shot(page, `trouble-05-${member}`);
  await page.click(answer);
};
await asks('r1', 'Withholds', /2 of 居民代表 can still reveal \(quorum 2\): 0 more may refuse/, '#yes');
await page.waitForSelector('.member[data-member="r1"] .did-withheld');
const kept = server.lines().length;
await asks('r2', 'Withholds', /With this refusal 居民代表 has 1 of the 2 that it needs: the draw cannot go on/, '#no');
assert.equal(server.lines().length, kept, 'No records nothing');
for (const member of ['r2', 'r3', 'o1', 'o2', 'o3']) await say(`reveal ${member} 4711`);
await say('close');
await say('dice 00416293857710359264');

// The time of a household runs out: both pages say so, and it can be put to the end without three calls.
await page.click('#call');
await board.waitForSelector('.timer');
assert.ok(await page.isDisabled('#missed'));
await board.waitForFunction(() => /Time is up/.test(document.querySelector('.timer').textContent), null, { timeout: 15000 });
await page.waitForSelector('#missed:not([disabled])');
await words('.countdown', /Time is up/);
await shot(board, 'trouble-board-05-time-is-up');
await page.click('#missed');
await grows(server, page, () => yes(page));
await page.waitForSelector('#call');

// All choose the first flat on offer, the last ones what is left.
const stageOf = () => page.evaluate(() => view.stage);
while (!['sign_off', 'done'].includes(await stageOf())) {
  const stage = await stageOf();
  if (stage === 'call') await say('call');
  else if (stage === 'choice') await say('choose ' + await page.evaluate(() => view.building.units.find(unit => unit.state === 'offered').id));
  else await say('next');
}

// A full disk (a limit on the size of files stands for it) refuses one step, loses nothing, and goes on when there is room.
const limit = bytes => spawnSync('prlimit', ['--pid', String(server.child.pid), `--fsize=${bytes}`]).status === 0;
const before = fs.readFileSync(path.join(folder, 'draw.jsonl'), 'utf8');
if (limit(`${before.length}:`)) {
  const [status] = await act({ do: 'sign_sample' });
  assert.equal(status, 422);
  await page.evaluate(() => refresh());
  await page.waitForSelector('#reopen');
  await board.waitForFunction(() => /A write failed/.test(document.body.textContent));
  assert.ok(await page.isVisible('#rehearsal') && await board.isVisible('#rehearsal'));
  await shot(page, 'trouble-06-full');
  assert.equal(fs.readFileSync(path.join(folder, 'draw.jsonl'), 'utf8'), before);
  assert.ok(limit('unlimited:'));
  // A click on a page that is just being shown anew is refused as out of date: then one clicks again, as the page says.
  for (let tries = 0; tries < 4 && !await page.isVisible('#signgo'); tries += 1) {
    await page.click('#reopen', { timeout: 5000 }).catch(() => {});
    await page.waitForSelector('#signgo', { timeout: 5000 }).catch(() => {});
  }
  await page.waitForSelector('#signgo');
}

// Somebody takes the file of the transcript away: both pages say so without a click, and one button writes it anew. Then it is cut, and the file that is
// there keeps as it is.
const file = path.join(folder, 'draw.jsonl');
for (const harm of [() => fs.renameSync(file, file + '.taken'), () => fs.truncateSync(file, 99)]) {
  const recordedLines = fs.readFileSync(file, 'utf8');
  harm();
  await page.waitForSelector('#anew', { timeout: 8000 });
  await board.waitForFunction(() => /has stopped/.test(document.body.textContent));
  assert.ok(await page.isVisible('#rehearsal') && await board.isVisible('#rehearsal'));
  await shot(page, 'trouble-06-gone');
  await shot(board, 'trouble-board-06-gone');
  await page.click('#anew');
  await page.waitForSelector('#signgo');
  assert.equal(fs.readFileSync(file, 'utf8'), recordedLines);
}
assert.equal(fs.statSync(path.join(folder, 'draw.damaged-1.jsonl')).size, 99);

// One signs on paper, one refuses with a reason, one is away, the others by key.
await page.setInputFiles('#p-r1', { name: 'scan.png', mimeType: 'image/png', buffer: Buffer.from('a scanned sheet') });

await page.waitForSelector('.member[data-member="r1"] .said-paper');
await page.fill('#f-d-r2', 'the dice were hidden');
await asks('r2', 'Refuses', /Without this signature 居民代表 has at most 1 by key, and the quorum is 2: the transcript can never be certified/, '#yes');
await page.waitForSelector('.member[data-member="r2"] .said-dissent');
await page.locator('.member[data-member="o3"]').getByText('Is away').click();
await yes(page);
await page.waitForSelector('.member[data-member="o3"] .said-unsigned');
await page.click('#signsample');
await page.waitForSelector('.member[data-member="o1"] .said-key');
await shot(page, 'trouble-07-signed');
assert.deepEqual(server.lines().slice(-6).map(line => line.kind).sort(), ['cosignature', 'cosignature', 'cosignature', 'dissent', 'paper', 'unsigned']);
await page.click('#signgo');
await yes(page); // one bench has no quorum by key
await page.waitForSelector('#fold-objection');
for (const name of ['objection', 'swap', 'recording', 'file', 'void']) await unfold(page, name);

// After the result: an objection and its ruling, a swap with the scans of the consents, a recording, and in the end the draw is void.
await page.fill('#f-o-id', 'E1');
await page.fill('#f-o-text', 'the board was dark');
// What is typed before the answer is there stays: only what was sent is emptied.
let answer;
const meanwhile = new Promise(done => { answer = done; });
await page.route('**/api/act', async route => { const response = await route.fetch(); await meanwhile; await route.fulfill({ response }); });
await grows(server, page, () => page.click('#objection'));
await page.fill('#f-o-id', 'E2');
answer();
await page.waitForFunction(() => document.querySelector('#f-o-text').value === '');
assert.equal(await page.inputValue('#f-o-id'), 'E2');
await page.unroute('**/api/act');
await page.waitForSelector('#f-r-E1');
await page.fill('#f-r-E1', 'shown again');
await grows(server, page, () => page.click('text=rejected'));
await page.fill('#f-swap', 'H0001 H0002');
await page.setInputFiles('#u-consents', ['one', 'two'].map(text => ({ name: text + '.png', mimeType: 'image/png', buffer: Buffer.from(text) })));
await words('#fold-swap', /: 2/);
await page.click('#swap');
await grows(server, page, () => yes(page));
fs.writeFileSync(path.join(folder, 'film.mp4'), 'a film');
await page.fill('#f-rec', 'film.mp4');
await page.fill('#f-rec-at', '2026-11-22T09:00:00+08:00');
await grows(server, page, () => page.click('#recording'));
// A notice that hung, with its days: the page makes the hash of the photograph.
await page.setInputFiles('#u-doc', { name: 'board.jpg', mimeType: 'image/jpeg', buffer: Buffer.from('synthetic') });
await page.waitForSelector('text=board.jpg, SHA-256');
await page.fill('#f-doc-title', 'The list on the board');
await page.click('#file');
await yes(page);
await words('#said', /a notice needs the days/);
await page.fill('#f-doc-from', '2026-11-02');
await page.fill('#f-doc-to', '2026-11-08');
await shot(page, 'trouble-07-file');
await page.click('#file');
await grows(server, page, () => yes(page));
await page.selectOption('#f-doc-what', 'authority');
await page.setInputFiles('#u-doc', { name: 'authority.pdf', mimeType: 'application/pdf', buffer: Buffer.from('synthetic paper') });
await page.fill('#f-doc-title', 'For the choice');
await page.fill('#f-doc-h', 'H0001');
await page.click('#file');
await grows(server, page, () => yes(page));
assert.deepEqual(server.lines().filter(line => line.kind === 'filed').map(line => [line.what, line.name, line.household]), [['notice', 'board.jpg', undefined], ['authority', 'authority.pdf', 'H0001']]);
await shot(page, 'trouble-08-aftermath');
await page.fill('#f-void', 'somebody was left off the roll');
await page.click('#void');
await grows(server, page, () => yes(page));
await board.waitForFunction(() => /VOID/.test(document.querySelector('.whole.alarm')?.textContent));
await shot(board, 'trouble-board-09-void');
await page.click('#sealbatch');
await page.waitForSelector('#signsample');
assert.deepEqual(server.lines().filter(line => ['objection', 'ruling', 'swap', 'recording', 'void'].includes(line.kind)).length, 5);

// The English page has no Chinese in it but what the plan says.
const own = await page.evaluate(() => [...document.querySelectorAll('button, label, h2, h3, input')].map(e => e.textContent + (e.placeholder || '')).filter(text => /[\u4e00-\u9fff]/.test(text)));
const said = [...plan.matchAll(/"(?:title|building)":"([^"]+)"/g)].map(match => match[1]);
assert.deepEqual(own.filter(text => text !== '中文' && !said.some(title => text.includes(title))), []);
for (const p of [page, board]) assert.deepEqual(p.faults, []);
await server.kill();
await browser.close();
fs.rmSync(folder, { recursive: true });
console.log('what goes wrong in a hall: told in words, and nothing lost');
