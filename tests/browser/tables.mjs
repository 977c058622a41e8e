// Before the seal, as a clerk does it: a file in the wrong field, a table with what has to be confirmed, a correction, and a table that takes long.

import { Server, open, shot, yes, data, assert, fs, os, path, browser } from './hall.mjs';

const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'hall-'));
const server = new Server(folder);
await server.start();
const page = await open(server.url, { width: 1280, height: 720 });
const board = await open(server.base, { width: 1280, height: 720 });
const at = name => path.join(folder, name);
const plan = at('draw.plan.jsonl');
const words = async pattern => page.waitForFunction(p => new RegExp(p).test(document.querySelector('#said').textContent), pattern.source);
const sizes = [[1920, 1080], [1280, 720], [1024, 768]];
/** The page in every size, with nothing wider than the window. */
async function seen(name) {
  for (const [width, height] of sizes) {
    await page.setViewportSize({ width, height });
    await shot(page, `tables-${name}-${width}`);
    assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), `${name} is wider than ${width}`);
  }
}

// A table in the field of the plan: one sentence, what it is and where it belongs; with the settings beside it, it is read.
await page.waitForSelector('#loadplan');
await page.setInputFiles('#u-plan', path.join(data, 'block.xlsx'));
await page.click('#loadplan');
await words(/block\.xlsx：这是办公室的表格，不是方案，还缺设置/);
assert.equal(await page.locator('.faults li').count(), 0);
await seen('01-table-as-plan');
await page.setInputFiles('#u-config', path.join(data, 'draw.toml'));
await page.click('#loadplan');
await page.waitForSelector('#draft');
await page.click('#dropdraft');
await page.waitForSelector('#draft', { state: 'detached' });
assert.match(await page.textContent('#main'), /已选：block\.xlsx/, 'what was chosen stays chosen');

// Everything that a person has to decide is asked for by name; nothing is written before each of it is ticked.
fs.writeFileSync(at('roll.csv'), '户号,户主,楼栋,户型,顺位,照顾需求,结伴组,身份证号\nH1,张小明,A,T1,1,,g1,\nH2,李红,A,T1,3,无障碍,,\n');
fs.writeFileSync(at('units.csv'), '房源编号,室号,所在层,楼栋,户型,特征\nA-301,301,3,A,T1,无障碍\nA-501,501,5,A,T1,\n');
await page.setInputFiles('#u-plan', []);
await page.setInputFiles('#u-roll', at('roll.csv'));
await page.setInputFiles('#u-units', at('units.csv'));
await page.check('#skip');
await page.click('#loadtables');
await page.waitForSelector('.question');
await words(/需要确认/);
assert.match(await page.textContent('.rows'), /H2李\*/);
await seen('02-questions');
await page.click('text=English');
await page.waitForFunction(() => /Confirmed: groups with one household/.test(document.querySelector('#draft').textContent));
assert.match(await page.textContent('.rows thead'), /rowcodename/, 'the rows are read again in the other language');
await seen('03-questions-en');
await page.click('text=中文');
await page.waitForFunction(() => /只有一户的结伴组/.test(document.querySelector('#draft').textContent));
const ticks = page.locator('.question input');
assert.ok(await ticks.count() >= 2);
for (let i = 0; i < await ticks.count(); i++) {
  assert.ok(await page.isDisabled('#usedraft'), `${i} of the ticks are not all`);
  await ticks.nth(i).check();
}
assert.ok(await page.isEnabled('#usedraft'));
assert.ok(!fs.existsSync(plan), 'nothing is written yet');
await page.reload(); // the tables are still there; the ticks are made anew
await page.waitForSelector('#draft');
assert.ok(await page.isDisabled('#usedraft'));
for (let i = 0; i < await ticks.count(); i++) await ticks.nth(i).check();
await page.click('#usedraft');
await page.waitForSelector('#seal:not([disabled])');
assert.ok(fs.existsSync(plan));
await seen('04-plan');

/** Chooses files for the one click of a correction. */
const again = async files => {
  const [chooser] = await Promise.all([page.waitForEvent('filechooser'), page.click('#again')]);
  await chooser.setFiles(files);
  await page.waitForSelector('#draft');
};
// Corrected: all files together after a new start of the page, then only the one that changed.
fs.writeFileSync(at('roll.csv'), '户号,户主,楼栋,户型,顺位,照顾需求,结伴组,身份证号\nH1,张小明,A,T1,1,,,\nH2,李红,A,T1,2,无障碍,,\n');
await page.check('#skip');
await again([at('units.csv'), path.join(data, 'draw.toml'), at('roll.csv')]);
assert.equal(await page.locator('.question').count(), 0);
assert.ok(await page.isDisabled('#seal'), 'first it is said which of the two plans it is');
await seen('05-again');
const before = fs.readFileSync(plan, 'utf8');
await page.click('#usedraft');
await page.click('#no');
assert.equal(fs.readFileSync(plan, 'utf8'), before, 'No writes nothing');
await page.click('#usedraft');
await yes(page);
await page.waitForSelector('#seal:not([disabled])');
assert.notEqual(fs.readFileSync(plan, 'utf8'), before);

// A file that was changed after it was chosen is never sent as it was: the page says that it must be chosen again.
await page.click('#discard');
await page.waitForSelector('#loadtables');
await page.setInputFiles('#u-roll', at('roll.csv'));
await page.setInputFiles('#u-units', at('units.csv'));
await page.setInputFiles('#u-config', path.join(data, 'draw.toml'));
await new Promise(done => setTimeout(done, 1100));
fs.appendFileSync(at('roll.csv'), 'H3,王五,A,T1,2,,,\n');
await page.click('#loadtables');
await words(/roll\.csv 选过之后又改动过/);
await seen('06-changed');

// A large table: the page says that it is being read, and the board and the page go on meanwhile.
const many = Array.from({ length: 12000 }, (_, n) => `H${n},张小明,A,T1,1,,,`).join('\n');
const flats = Array.from({ length: 12000 }, (_, n) => `A-${n},${n},${n % 90 + 1},A,T1,`).join('\n');
fs.writeFileSync(at('roll.csv'), '户号,户主,楼栋,户型,顺位,照顾需求,结伴组,身份证号\n' + many + '\n');
fs.writeFileSync(at('units.csv'), '房源编号,室号,所在层,楼栋,户型,特征\n' + flats + '\n');
await page.setInputFiles('#u-roll', at('roll.csv'));
await page.setInputFiles('#u-units', at('units.csv'));
await page.setViewportSize({ width: 1280, height: 720 });
await page.click('#loadtables');
await page.waitForSelector('.reading', { timeout: 5000 }).catch(async error => { throw new Error(await page.textContent('#said'), { cause: error }); });
assert.ok(await page.isDisabled('#loadtables'));
await shot(page, 'tables-07-reading');
await page.fill('#f-pause', '试音');
await page.click('#pause');
await board.waitForFunction(() => document.querySelector('.whole')?.textContent.includes('试音'), null, { timeout: 2000 });
await page.waitForSelector('.reading', { state: 'detached', timeout: 60000 });

// Too large: told before it is sent.
fs.writeFileSync(at('large.csv'), Buffer.alloc((64 << 20) + 1, 120));
await page.click('#resume');
await page.waitForSelector('#loadtables:not([disabled])');
await page.setInputFiles('#u-roll', at('large.csv'));
await page.click('#loadtables');
await words(/超过 64 MB/);

for (const p of [page, board]) assert.deepEqual(p.faults, []);
await server.kill();
await browser.close();
fs.rmSync(folder, { recursive: true });
console.log('tables: shown first, confirmed by name, corrected with one click');
