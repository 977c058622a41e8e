// A draw over several days, as a clerk clicks it: who missed the call is called again, the day is closed, the night on both pages, and the next morning.
//
//   node days.mjs BINARIES [SHOTS]

import { Server, open, shot, yes, stage, grows, draw, data, assert, fs, os, path, spawnSync, browser } from './hall.mjs';

const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'hall-'));
const own = name => path.join(folder, name);
const plan = fs.readFileSync(path.join(data, 'plan.jsonl'), 'utf8').replace('"absence":"last"', '"absence":"day"');
fs.writeFileSync(own('draw.plan.jsonl'), plan);
const members = ['r1', 'r2', 'r3', 'o1', 'o2', 'o3'];
const script = [...members.map(m => `envelope ${m}`), 'close', ...members.map(m => `reveal ${m} 4711`), 'close', 'dice 00416293857710359265', 'call', 'missed', 'call', 'missed'];
fs.writeFileSync(own('script'), script.join('\n') + '\n');
const run = spawnSync(draw, ['run', '--plan', 'draw.plan.jsonl', '--out', 'draw.jsonl', '--script', 'script'], { cwd: folder });
assert.equal(run.status, 3, String(run.stderr));

const server = new Server(folder);
await server.start();
let page = await open(server.url);
const board = await open(server.base + '?lang=zh', { width: 1600, height: 900 });
const both = async name => { await board.waitForTimeout(300); await shot(page, `days-${name}-operator`); await shot(board, `days-${name}-board`); };

// Two missed their call: the day cannot be closed, and both pages say who they are.
await page.waitForSelector('#late');
assert.equal(await page.isDisabled('#closeday'), true);
const late = (await page.textContent('#theday p')).match(/H\d{4}/g);
assert.equal(late.length, 2);
await board.waitForSelector('.waits');
assert.deepEqual((await board.textContent('.waits')).match(/H\d{4}/g), late);
await both('late');
for (const household of late) {
  await grows(server, page, () => page.click('#late'));
  await page.waitForFunction(id => document.querySelector('.calling')?.textContent.includes(id), household);
  await page.locator('.flat.offered').first().click();
  await grows(server, page, () => yes(page));
  await stage(page, household === late[0] ? '选房' : '今日叫号完毕');
}
// What came of a turn is told in words: a list of words that two pages share once had two of one name.
assert.ok(!(await page.textContent('#main')).includes('undefined'));
await both('end');
await page.click('#closeday');
assert.match(await page.textContent('#question'), /第 1 天.*叫号 4 次.*10 户中已办理 2 户/);
await grows(server, page, () => yes(page));
await page.waitForSelector('#signsample');
await both('signing');
await page.click('#signsample');
await page.waitForFunction(() => document.querySelector('.member .said-key') && !document.querySelector('.member .said-nothing'));
await grows(server, page, () => page.click('#signgo'));

// The night, also after a new start.
await stage(page, '当日已结束');
await page.fill('#f-goeson', '12月2日 9:00');
await page.click('#saygoeson');
await board.waitForFunction(() => document.querySelector('#main').textContent.includes('12月2日 9:00'));
const digits = text => text.replace(/\D/g, '');
const print = digits(await page.textContent('.print'));
assert.equal(print.length, 60);
assert.equal(digits(await board.textContent('.print')), print);
await both('night');
await server.kill();
await server.start();
await page.close();
page = await open(server.url);
await stage(page, '当日已结束');
assert.equal(digits(await page.textContent('.print')), print);

// The morning: the others are called, and nothing of the evening can be withdrawn.
await page.click('#morning');
await page.waitForSelector('#call');
assert.equal(await page.locator('#undo').count(), 0);
await grows(server, page, () => page.click('#call'));
const sheet = await open(server.base + 'print/days?lang=zh');
assert.ok((await sheet.textContent('body')).replace(/\s/g, '').includes(print));
for (const one of [page, board]) assert.deepEqual(one.faults, []);
await server.kill();
await browser.close();
console.log('days: done');
