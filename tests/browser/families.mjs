// Families with several flats and an area budget, on the pages of the hall: from the office's tables to the call, where the board tells which flat of
// the family it is and what its budget leaves, and flats beyond it cannot be clicked.
//
//   node families.mjs BINARIES [SHOTS]

import { Server, open, shot, yes, grows, draw, assert, fs, os, path, spawnSync, browser } from './hall.mjs';

const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'hall-'));
const own = name => path.join(folder, name);
const tables = path.join(import.meta.dirname, '../../examples/data/area');
const run = (...words) => {
  const ran = spawnSync(draw, words, { cwd: folder });
  return { status: ran.status, told: String(ran.stdout) + ran.stderr };
};
const table = name => path.join(tables, name);
const imported = run('--lang', 'zh', 'import', '--roll', table('roll.csv'), '--units', table('units.csv'), '--config', table('draw.toml'), '--out', 'draw.plan.jsonl');
assert.equal(imported.status, 0, imported.told);
const lines = fs.readFileSync(own('draw.plan.jsonl'), 'utf8').trim().split('\n').map(line => JSON.parse(line));
const families = lines.filter(line => line.kind === 'family');
assert.ok(families.length > 20 && families.every(family => family.budget > 0));
const members = lines.filter(line => line.kind === 'member').map(line => line.id);
const dice = lines.find(line => line.kind === 'source').count;
const script = [...members.map(m => `envelope ${m}`), 'close', ...members.map(m => `reveal ${m} 4711`), 'close', 'dice ' + '0123456789'.repeat(20).slice(0, dice), 'call'];
fs.writeFileSync(own('script'), script.join('\n') + '\n');
const begun = run('run', '--plan', 'draw.plan.jsonl', '--out', 'draw.jsonl', '--script', 'script', '--no-clock');
assert.equal(begun.status, 3, begun.told);

const server = new Server(folder);
await server.start();
const page = await open(server.url, { width: 1366, height: 768 });
const board = await open(server.base + '?lang=zh', { width: 1600, height: 900 });
const both = async name => { await board.waitForTimeout(400); await shot(page, `families-${name}-operator`); await shot(board, `families-${name}-board`); };

// The first flat of a family, the largest on offer; then its next one, for which some are too large.
await page.waitForSelector('.flat.offered');
assert.match(await board.textContent('#main'), /第 1 套，共 \d 套/);
await both('first');
let beyond = 0;
for (let turn = 0; turn < 6 && !beyond; turn++) {
  const offered = page.locator('.flat.offered');
  await offered.nth((await offered.count()) - 1).click();
  await grows(server, page, () => yes(page));
  await page.waitForSelector('#call');
  await grows(server, page, () => page.click('#call'));
  await page.waitForSelector('.flat.offered');
  beyond = await page.locator('.flat.beyond').count();
}
assert.ok(beyond > 0, 'a flat is larger than what is left of the budget');
assert.match(await board.textContent('#main'), /共 \d 套.*剩/s);
await both('beyond');
// Nothing in a flat is cut off. The operator sees both buildings beside each other, every flat in view; on a phone one of them, and a click draws the other.
const cut = one => one.locator('.flat').evaluateAll(flats => flats.filter(flat => flat.scrollWidth > flat.clientWidth + 1).map(flat => flat.textContent));
for (const one of [page, board]) assert.deepEqual(await cut(one), []);
const names = (await page.locator('.house').allTextContents()).map(name => name.trim());
assert.equal(names.length, 2);
const below = await page.locator('.flat').evaluateAll(flats => flats.filter(flat => flat.getBoundingClientRect().bottom > innerHeight).length);
assert.equal(below, 0, 'every flat is in view');
await page.setViewportSize({ width: 390, height: 844 });
await page.waitForSelector('.houses button');
assert.deepEqual(await cut(page), []);
const other = page.locator('.houses button[aria-pressed="false"]');
const name = (await other.textContent()).split(' ')[0];
await other.click();
await page.waitForFunction(name => document.querySelector('.house').textContent.trim() === name, name);
await shot(page, 'families-phone');
assert.equal(await page.evaluate(() => document.documentElement.scrollWidth), 390, 'nothing runs over the side of a phone');

// What the office hands out: a slip for each family before the draw, and a sheet to sign as soon as a flat is chosen.
const slips = await open(server.base + 'print/enrolment?lang=zh');
assert.equal(await slips.locator('.slip.wide').count(), families.length);
if (process.argv[3]) await slips.screenshot({ path: path.join(process.argv[3], 'families-slips.png') });
const sheets = await open(server.base + 'print/confirm?lang=zh');
assert.match(await sheets.textContent('body'), /选房确认单/);
if (process.argv[3]) await sheets.screenshot({ path: path.join(process.argv[3], 'families-confirm.png') });
for (const one of [page, board]) assert.deepEqual(one.faults, []);
await server.kill();
await browser.close();
console.log('families: done');
