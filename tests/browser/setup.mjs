// A new user's way to the seal without draw.toml: settings on the page or in the blank workbook, tables from that workbook, faults beside their field and
// under their file, and nothing that was chosen is forgotten.
//
//   node setup.mjs BINARIES [SHOTS]

import { Server, open, shot, yes, stage, draw, data, assert, fs, os, path, spawnSync, browser } from './hall.mjs';

const sizes = [[1366, 768], [1024, 768], [390, 844]];
/** The page in every size, with nothing wider than the window. */
async function seen(page, name) {
  for (const [width, height] of sizes) {
    await page.setViewportSize({ width, height });
    await shot(page, `setup-${name}-${width}`);
    assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), `${name} is wider than ${width}`);
  }
  await page.setViewportSize({ width: 1366, height: 768 });
}

/** The rows of a table of the sample, with these of its columns. */
function rows(file, columns) {
  const [heads, ...lines] = fs.readFileSync(path.join(data, file), 'utf8').trim().split(/\r?\n/).slice(2).map(line => line.split(','));
  return lines.map(line => columns.map(name => name ? line[heads.indexOf(name)] : ''));
}
const roll = rows('roll.csv', ['户号', '户主姓名', '', '楼栋', '户型', '签约顺位', '照顾需求', '结伴组']);
const units = rows('units.csv', ['房源编号', '室号', '所在层', '楼栋', '户型', '特征']);
const cells = (sheet, lines) => lines.flatMap((line, n) => line.map((text, c) => [sheet, n + 3, 'ABCDEFGHI'[c], text]).filter(cell => cell[3]));
const block = [...cells(1, roll), ...cells(2, units)];
/** The blank workbook with texts typed into cells. */
function filled(blank, out, typed) {
  const done = spawnSync('python3', [path.join(import.meta.dirname, 'fill.py'), blank, out], { input: JSON.stringify(typed), encoding: 'utf8' });
  assert.equal(done.status, 0, done.stderr);
}
const told = (page, field) => page.textContent(`[data-wrong="${field}"]`);
const wrong = (page, field, words) => page.waitForFunction(([field, words]) => document.querySelector(`[data-wrong="${field}"]`).textContent.includes(words), [field, words])
  .catch(async error => { throw new Error(`${field}: ${await told(page, field)}`, { cause: error }); });
const at = field => `[id="set-${field}"]`;
async function right(page) { await page.waitForFunction(() => document.querySelector('#setup-state').textContent.includes('✓')).catch(async error => { throw new Error(await page.textContent('#setup'), { cause: error }); }); }

/** A hall without a plan, its page in a language, and the blank workbook as that page gives it. */
async function hall(lang) {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'hall-'));
  const server = new Server(folder);
  await server.start();
  const page = await open(server.url, { width: 1366, height: 768 });
  await page.waitForSelector('#setup');
  if (lang === 'en') {
    await page.click('text=English');
    await page.waitForFunction(() => /1\. Settings/.test(document.querySelector('#main').textContent) && document.querySelector('label[for=set-title]')?.textContent.startsWith('Title'));
  }
  const [download] = await Promise.all([page.waitForEvent('download'), page.click('#template')]);
  const blank = path.join(folder, 'template.xlsx');
  await download.saveAs(blank);
  return { folder, server, page, blank, file: name => path.join(folder, name) };
}

/** From the tables that were read to the seal; the settings stand beside the transcript, and import makes the same plan of them. */
async function toTheSeal({ page, server, file }, book, name) {
  await page.waitForSelector('#usedraft:not([disabled])').catch(async error => { throw new Error(await page.textContent('#main'), { cause: error }); });
  assert.equal(await page.locator('.rows tbody tr').count(), 10);
  await page.click('#usedraft');
  await page.waitForSelector('#seal:not([disabled])');
  const done = spawnSync(draw, ['import', '--roll', book, '--config', file('draw.toml'), '--out', file('again.jsonl')], { encoding: 'utf8' });
  assert.equal(done.status, 0, done.stderr);
  assert.equal(fs.readFileSync(file('again.jsonl'), 'utf8'), fs.readFileSync(file('draw.plan.jsonl'), 'utf8'), 'the saved settings give the same plan');
  await seen(page, `${name}-plan`);
  await page.click('#seal');
  await yes(page);
  await stage(page, name === 'en' ? 'Sealed' : '已封存');
  assert.ok(server.lines().length > 34);
  assert.deepEqual(page.faults, []);
}

// In Chinese: the fields of the page, what is wrong beside each, then the tables of the workbook.
{
  const h = await hall('zh'), { page, server, file, blank } = h;
  await seen(page, 'zh-01-empty');
  assert.equal(await page.locator('.wrong:not(:empty)').count(), 0, 'nothing is wrong before anybody typed');
  await page.fill(at('origin'), '7号楼');
  await page.selectOption(at('rule'), 'choice');
  await page.fill(at('seconds'), '5');
  await page.fill(at('dice'), '6');
  await page.fill(at('title'), '7号楼选层演练 13800138000');
  await page.fill(at('bench.0.quorum'), '三');
  await page.focus(at('bench.1.title'));
  await wrong(page, 'origin', '首尾为字母或数字');
  await wrong(page, 'seconds', '10 至 3600');
  await wrong(page, 'dice', '2^64');
  await wrong(page, 'title', '不含个人号码');
  assert.doesNotMatch(await page.textContent('#setup'), /13800138000/);
  await wrong(page, 'bench.0.quorum', '整数');
  assert.equal(await told(page, 'mode'), '', 'what nobody came to yet is not told');
  assert.equal(await page.getAttribute(at('origin'), 'aria-invalid'), 'true');
  await seen(page, 'zh-02-wrong');

  // A picture, a table and a plan in the first field: each is told for what it is.
  fs.writeFileSync(file('photo.png'), Buffer.from('89504e470d0a1a0a', 'hex'));
  await page.setInputFiles('#u-plan', file('photo.png'));
  await page.waitForFunction(() => /photo\.png：图片，不能载入/.test(document.querySelector('[data-file=plan]').textContent));
  await page.setInputFiles('#u-plan', path.join(data, 'plan.jsonl'));
  await page.waitForFunction(() => /这是方案：.*10 户/.test(document.querySelector('[data-file=plan]').textContent));
  await page.click('[data-file=plan] .drop');

  const bad = file('faulty.xlsx');
  filled(blank, bad, [...block, [1, 5, 'F', 'x'], [1, 2, 'B', '王大明']]);
  await page.setInputFiles('#u-plan', bad);
  await page.waitForFunction(() => /已放到“住户表/.test(document.querySelector('[data-file=plan]').textContent));
  await page.waitForFunction(() => /faulty\.xlsx.*住户（10 行），房源（18 行），设置/.test(document.querySelector('[data-file=roll]').textContent));
  await page.click('#loadtables');
  await page.waitForSelector('[data-file=roll] .faults li');
  const faults = await page.textContent('[data-file=roll] .faults');
  assert.match(faults, /第 5 行，F 列（顺位）：发现 `x`/);
  assert.match(faults, /第 2 行，A 列（户号）：发现 改动过的示例行/);
  await wrong(page, 'mode', '空白');
  await wrong(page, 'bench.1.quorum', '空白');
  assert.ok(!fs.existsSync(file('draw.plan.jsonl')) && !fs.existsSync(file('draw.toml')), 'nothing is written');
  await seen(page, 'zh-03-faults');

  // The page is loaded again: what was typed and what was chosen is still there.
  await page.reload();
  await page.waitForSelector('#setup');
  assert.equal(await page.inputValue(at('origin')), '7号楼');
  assert.match(await page.textContent('[data-file=roll]'), /faulty\.xlsx/);
  await page.waitForSelector('[data-file=roll] .faults li');

  await page.fill(at('title'), '7号楼选层演练');
  await page.fill(at('origin'), 'block7/rehearsal-1');
  await page.selectOption(at('mode'), 'rehearsal');
  await page.selectOption(at('keys'), 'sample');
  await page.fill(at('seconds'), '120');
  await page.fill(at('dice'), '20');
  await page.fill(at('bench.0.quorum'), '2');
  await page.fill(at('bench.1.quorum'), '1');
  // A column of a table is pasted; one more is typed.
  await page.focus(at('bench.0.member.0.name'));
  await page.evaluate(() => {
    const clipboardData = new DataTransfer();
    clipboardData.setData('text', '欧阳静\r\n彭平\r\n谢娟\r\n张三\r\n');
    document.activeElement.dispatchEvent(new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true }));
  });
  assert.equal(await page.inputValue(at('bench.0.member.3.name')), '张三');
  await page.fill(at('bench.1.member.0.name'), '李伟');
  await page.fill(at('bench.1.member.2.name'), '冯敏超');
  await page.click('[id="add-bench.1"]');
  await page.fill(at('bench.1.member.3.name'), '诸葛明娟');
  await right(page);
  await seen(page, 'zh-04-right');
  const saved = decodeURIComponent((await page.getAttribute('#setup-save', 'href')).split(',').slice(1).join(','));

  // Only the table is chosen again; somebody's own draw.toml is there already, and stays.
  const good = file('block.xlsx');
  filled(blank, good, block);
  fs.writeFileSync(file('draw.toml'), '# somebody else\n');
  await page.setInputFiles('#u-roll', good);
  await page.click('#loadtables');
  await page.waitForSelector('#usedraft:not([disabled])').catch(async error => { throw new Error(await page.textContent('#main'), { cause: error }); });
  await page.click('#usedraft');
  await page.waitForSelector('#seal:not([disabled])');
  assert.equal(fs.readFileSync(file('draw.toml'), 'utf8'), '# somebody else\n');
  assert.equal(fs.readFileSync(file('draw.settings-2.toml'), 'utf8'), saved, 'saved as it can be downloaded');
  assert.match(await page.textContent('#main'), /draw\.settings-2\.toml：所填的设置/);

  // Saved settings are filled in again.
  await page.click('#discard');
  await page.waitForSelector('#setup');
  await page.fill(at('title'), '别的标题');
  await page.setInputFiles('#u-setup', file('draw.settings-2.toml'));
  await page.waitForFunction(() => /已按 draw\.settings-2\.toml 填好设置/.test(document.querySelector('#said').textContent));
  assert.equal(await page.inputValue(at('title')), '7号楼选层演练');
  assert.equal(await page.inputValue(at('bench.0.member.3.name')), '张三');
  await right(page);
  await page.click('#loadtables');
  await page.waitForSelector('#usedraft:not([disabled])');
  await page.click('#usedraft');
  await page.waitForSelector('#seal:not([disabled])');

  // A correction after the page was loaded again: the settings are still those that were filled in.
  await page.reload();
  await page.waitForSelector('#again');
  await page.waitForFunction(() => setup.form !== null);
  const [chooser] = await Promise.all([page.waitForEvent('filechooser'), page.click('#again')]);
  await chooser.setFiles(good);
  await page.waitForSelector('#draft');
  assert.equal(await page.locator('#draft .faults').count(), 0);
  await page.click('#dropdraft');
  await page.waitForSelector('#draft', { state: 'detached' });

  // Away with the plan: the settings are still filled in, and one correction is read with the same table.
  fs.rmSync(file('draw.toml'));
  await page.click('#discard');
  await page.waitForSelector('#setup');
  assert.equal(await page.inputValue(at('bench.0.member.3.name')), '张三');
  await page.fill(at('seconds'), '90');
  await page.click('#loadtables');
  await toTheSeal(h, good, 'zh');
  assert.match(fs.readFileSync(file('draw.toml'), 'utf8'), /seconds = 90/);
  await page.click('#shown');
  await page.waitForFunction(() => document.querySelector('#main').textContent.includes('用示例密钥代签'));
  await server.kill();
  fs.rmSync(h.folder, { recursive: true });
}

// In English: everything in the workbook, settings and panel too; then a table and its faults apart from the other, which stays chosen.
{
  const h = await hall('en'), { page, server, file, blank } = h;
  await seen(page, 'en-01-empty');
  const panel = [['Residents', '2', '', 'Ou Yangjing', ''], ['Residents', '', '', 'Peng Ping', ''], ['Officials', '1', '', 'Li Wei', ''], ['', '', '', 'Feng Minchao', '']];
  const settings = [[3, 2, 'B', 'Block 7, a rehearsal'], [3, 3, 'B', 'block7/rehearsal-2'], [3, 4, 'B', 'Rehearsal'], [3, 6, 'B', 'Households choose when called']];
  const book = file('block.xlsx');
  filled(blank, book, [...block, ...settings, ...cells(4, panel)]);
  await page.setInputFiles('#u-plan', book);
  await page.waitForFunction(() => /settings are filled in from block\.xlsx/.test(document.querySelector('#said').textContent));
  assert.equal(await page.inputValue(at('title')), 'Block 7, a rehearsal');
  assert.equal(await page.inputValue(at('rule')), 'choice');
  assert.equal(await page.locator('#set-rule option').count(), 4, 'words of the workbook are those of the page');
  assert.equal(await page.inputValue(at('bench.1.member.1.name')), 'Feng Minchao');
  await right(page);
  await seen(page, 'en-02-taken');

  // Two files, one of them with a fault: only that one is chosen again.
  const heads = 'household id,name,building,flat type,tier\n';
  const line = ([id, name, , building, type, tier]) => [id, name, building, type, tier].join(',') + '\n';
  fs.writeFileSync(file('roll.csv'), heads + roll.map(line).join('').replace(/,1\n/, ',first\n'));
  await page.setInputFiles('#u-roll', file('roll.csv'));
  await page.setInputFiles('#u-units', path.join(data, 'units.csv'));
  await page.click('#loadtables');
  await page.waitForSelector('[data-file=roll] .faults li');
  assert.match(await page.textContent('[data-file=roll]'), /Faults in roll\.csv: 1\. .*roll\.csv, row 2, column E \(tier\): found `first`/s);
  assert.equal(await page.locator('[data-file=units] .faults').count(), 0);
  assert.match(await page.textContent('[data-file=units]'), /units\.csv/);
  await seen(page, 'en-03-faults');
  fs.writeFileSync(file('roll.csv'), heads + roll.map(line).join(''));
  await page.setInputFiles('#u-roll', file('roll.csv'));
  await page.waitForFunction(() => /Chosen anew and not read yet/.test(document.querySelector('[data-file=roll]').textContent));
  await page.click('#loadtables');
  await page.waitForSelector('#usedraft:not([disabled])').catch(async error => { throw new Error(await page.textContent('#main'), { cause: error }); });
  await page.click('#dropdraft');
  await page.waitForSelector('#draft', { state: 'detached' });

  // Settings that were changed after the tables were read are read first.
  await page.click('#loadtables');
  await page.waitForSelector('#usedraft:not([disabled])');
  await page.fill(at('seconds'), '60');
  await page.waitForSelector('#stale:not([hidden])');
  assert.ok(await page.isDisabled('#usedraft'));
  await shot(page, 'setup-en-04-stale');
  await page.click('#readagain');
  await page.waitForSelector('#usedraft:not([disabled])');
  await page.fill(at('seconds'), '180');
  await page.waitForSelector('#stale:not([hidden])');
  await page.fill(at('seconds'), '60');
  await page.waitForSelector('#stale[hidden]', { state: 'attached' });
  assert.ok(await page.isEnabled('#usedraft'));

  // The workbook as it is.
  await page.click('[data-file=units] .drop');
  await page.setInputFiles('#u-roll', book);
  await page.click('#loadtables');
  await toTheSeal(h, book, 'en');
  await server.kill();
  fs.rmSync(h.folder, { recursive: true });
}

await browser.close();
console.log('setup: settings by the page and by the workbook, to the seal');
