// The draw of the ten households by clicks: tables loaded, sealed, signed, committed, revealed, rolled, chosen, signed again; the plug is pulled in
// every stage; and the transcript is verified at the end.

import { Server, open, shot, yes, stage, recorded, member, grows, unfold, secret, draw, verify, data, root, assert, fs, os, path, spawnSync, browser } from './hall.mjs';

const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'hall-'));
const run = (program, ...args) => {
  const done = spawnSync(program, args, { cwd: folder, encoding: 'utf8' });
  assert.equal(done.status, 0, done.stderr);
  return done.stdout;
};

// Keys of the members, as they make them at home, in place of the sample keys.
let config = fs.readFileSync(path.join(data, 'draw.toml'), 'utf8');
const members = ['r1', 'r2', 'r3', 'o1', 'o2', 'o3'];
for (const m of members) {
  const said = run(draw, '--lang', 'en', 'key', 'new', '--name', `hall.example/${m}`, '--out', `${m}.key`);
  const key = said.match(/hall\.example\/\S+/)[0];
  config = config.replace(new RegExp(`(id = "${m}".*key = ")[^"]+`), `$1${key}`);
}
fs.writeFileSync(path.join(folder, 'draw.toml'), config);
fs.mkdirSync(path.join(folder, 'stick'));

const server = new Server(folder, '--copy', 'stick');
await server.start();
const board = await open(server.base + '?lang=zh', { width: 1920, height: 1080 });
const page = await open(server.url);
await shot(page, '01-empty');

/** Pulls the plug and starts again. The board comes back by itself; the operator opens the new address in the same tab. */
async function plug(name) {
  const before = fs.existsSync(path.join(folder, 'draw.jsonl')) ? fs.readFileSync(path.join(folder, 'draw.jsonl'), 'utf8') : '';
  await server.kill();
  for (const p of [board, page]) await p.waitForSelector('#lost', { state: 'visible' });
  assert.match(await page.textContent('#lost'), /再次运行/);
  if (name === 'choice') await shot(page, 'lost');
  await server.start();
  assert.ok(fs.readFileSync(path.join(folder, 'draw.jsonl'), 'utf8').startsWith(before), `${name}: lines were lost`);
  await page.goto(server.url);
  for (const p of [board, page]) await p.waitForSelector('#lost', { state: 'hidden' });
  await page.waitForFunction(() => document.querySelector('#board') && !document.querySelector('#said .error'));
}

// A table with a fault is refused in words, and nothing is taken.
await page.setInputFiles('#u-roll', { name: 'roll.csv', mimeType: 'text/csv', buffer: Buffer.from('户号,户主,楼栋,户型,顺位\nH1,张三,7号楼,两室,x\n') });
await page.setInputFiles('#u-units', path.join(data, 'units.csv'));
await page.setInputFiles('#u-config', path.join(folder, 'draw.toml'));
await page.click('#loadtables');
await page.waitForSelector('.faults li');
await shot(page, '02-faults');
assert.ok(!fs.existsSync(path.join(folder, 'draw.plan.jsonl')));

await page.setInputFiles('#u-roll', path.join(data, 'block.xlsx'));
await page.setInputFiles('#u-units', []);
await page.setInputFiles('#u-config', path.join(folder, 'draw.toml'));
await page.click('#loadtables');
await page.check('#q-document-check'); // the numbers of the sample are invented
await page.waitForSelector('#usedraft:not([disabled])');
assert.match(await page.textContent('.rows'), /H0001陆\*明/);
await shot(page, '03-rows');
assert.ok(!fs.existsSync(path.join(folder, 'draw.plan.jsonl')), 'nothing is written before it is said');
await page.click('#usedraft');
await page.waitForSelector('#seal:not([disabled])');
await shot(page, '03-plan');
assert.match(await page.textContent('#main'), /3 分钟/);
const posted = (await page.textContent('#main')).match(/(\d{5} ){7}\d{5}/)[0];
await plug('plan');
await page.click('#seal');
await page.click('#no');
assert.ok(!fs.existsSync(path.join(folder, 'draw.jsonl')) || server.lines().length === 0, 'No seals nothing');
await page.click('#seal');
await yes(page);
await stage(page, '已封存');
await recorded(server, 40, page);
await shot(page, '04-sealed');
await shot(board, 'board-01-sealed');
assert.equal(await page.getAttribute('#steps [aria-current]', 'class'), 'present');
assert.match(await page.textContent('#steps [aria-current]'), /2 封存/);

/** Every member signs the note of the page at home; the panel's file comes back. */
async function sign(name) {
  let note = await page.textContent('#note');
  for (const m of members) {
    const done = spawnSync(draw, ['sign', '--key', `${m}.key`], { cwd: folder, input: note, encoding: 'utf8' });
    assert.equal(done.status, 0, done.stderr);
    note = done.stdout;
  }
  const before = server.lines().length;
  await page.fill('#f-note', note);
  await page.click('#addnote');
  await recorded(server, before + members.length, page);
  await shot(page, name);
}
assert.match(await page.textContent('#main'), new RegExp(posted.slice(0, 23)), 'the fingerprint that was shown before the seal');
assert.ok(!(await page.$('#close')) && !(await page.$('#note')), 'first the fingerprint is read aloud');
await page.click('#shown');
await page.waitForSelector('#note');
assert.ok(!(await page.$('#close')), 'first the plan is signed');
await sign('05-signed');
await plug('signatures');
await page.click('#signgo');
await page.waitForSelector('#close');

// Roll call: commitments, an envelope, somebody away. A commitment that is none is refused, and the field keeps its text.
const secrets = {};
await member(page, 'r1').getByText('记录承诺').click();
await page.waitForSelector('#said .error');
const plan = run(draw, '--lang', 'en', 'note', 'draw.jsonl', '--checkpoint', 'plan').split('\n')[2];
const planRoot = Buffer.from(plan, 'base64').toString('hex');
const { createHash } = await import('node:crypto');
const groups = text => text.replace(/(.{8})(?=.)/g, '$1 ');
for (const m of ['r1', 'r2', 'o2', 'o3']) {
  secrets[m] = secret();
  let commit = createHash('sha256').update(`floorlot/1 commit\nplan ${planRoot}\nmember ${m}\nsecret ${secrets[m]}\n`).digest('hex');
  if (m === 'r2') commit = groups(commit); // as it stands on the member's slip
  if (m === 'o2') { // as `secret` prints it for the operator
    const said = run(draw, '--lang', 'en', 'secret', '--member', 'o2', '--plan-root', planRoot);
    commit = said.match(/commit o2 [0-9a-f]{64}/)[0];
    secrets.o2 = said.match(/[0-9a-f]{32}(?![0-9a-f])/)[0];
    await page.fill('#f-c-o3', commit);
    await member(page, 'o3').getByText('记录承诺').click();
    await page.waitForFunction(() => /o2 的承诺/.test(document.querySelector('#said').textContent));
  }
  await page.fill(`#f-c-${m}`, commit);
  await grows(server, page, () => member(page, m).getByText('记录承诺').click());
  await page.waitForFunction(id => !document.getElementById('f-c-' + id), m);
}
await member(page, 'r3').getByText('缺席').click();
await page.waitForFunction(() => /居民代表还可到 2 人（法定 2 人），至多还可缺席 0 人/.test(document.querySelector('#question').textContent));
await grows(server, page, () => yes(page));
await page.waitForFunction(() => !document.getElementById('f-c-r3'));
await grows(server, page, () => member(page, 'o1').getByText('收信封').click());
await page.waitForFunction(() => !document.querySelector('#close').disabled);
await shot(page, '06-roll-call');
await shot(board, 'board-02-roll-call');
await plug('roll call');
await page.click('#close');
await grows(server, page, () => yes(page));
await stage(page, '公开密语');

// Reveals: the wrong secret is refused; one member withholds.
await page.fill('#f-s-r1', secrets.r2);
await member(page, 'r1').getByText('公开', { exact: true }).click();
await yes(page);
await page.waitForSelector('#said .error');
await shot(page, '07-wrong-secret');
await shot(board, 'board-02b-reveals');
secrets.o1 = '8842';
for (const m of ['r1', 'r2', 'o1', 'o2']) {
  await page.fill(`#f-s-${m}`, secrets[m].replace(/(.{4})(?=.)/g, '$1 '));
  await member(page, m).getByText('公开', { exact: true }).click();
  await grows(server, page, () => yes(page));
  await page.waitForFunction(id => !document.getElementById('f-s-' + id), m);
}
await plug('reveals');
await member(page, 'o3').getByText('拒绝公开').click();
await grows(server, page, () => yes(page));
await page.waitForFunction(() => !document.querySelector('#close').disabled);
await page.click('#close');
await grows(server, page, () => yes(page));
await stage(page, '公开随机数');
await shot(board, 'board-03-numbers');

// Dice, typed twice: a slip is found before anything is recorded.
await page.fill('#f-n1', '00416 29385 77103 59264');
await page.fill('#f-n2', '00416 29385 77108 59264');
assert.match(await page.textContent('#verdict'), /第 15 个/);
assert.ok(await page.isDisabled('#record'));
await shot(page, '08-dice-differ');
await plug('dice');
await page.fill('#f-n1', '00416 29385 77103 59264');
await page.fill('#f-n2', '00416293857710359264');
await grows(server, page, () => page.click('#record'));
await stage(page, '选房');
await board.waitForSelector('.dice');
assert.equal(await board.getAttribute('.dice', 'aria-label'), '00416293857710359264', 'the hall sees the digits that were typed');
assert.equal((await board.textContent('.hex')).replace(/ /g, ''), server.lines().find(line => line.kind === 'seed').seed);
await shot(board, 'board-03b-seed');

// Households: called, a proxy, a wrong flat withdrawn, three calls without an answer, a pause; a second tab takes over.
let called = 0;
let plugged = 0;
while (true) {
  await page.waitForFunction(() => document.querySelector('#call, #noanswer, #goon, #note'));
  if (await page.$('#note')) break;
  if (await page.$('#goon') && plugged === 3) { plugged += 1; await plug('settle'); continue; }
  if (await page.$('#goon')) { await grows(server, page, () => page.click('#goon')); await page.waitForFunction(() => !document.querySelector('#goon')); continue; }
  if (await page.$('#call')) {
    if (called === 2 && plugged === 0) { plugged += 1; await plug('call'); continue; }
    await grows(server, page, () => page.click('#call'));
    await page.waitForSelector('#noanswer');
    called += 1;
    continue;
  }
  if (called === 1) {
    // The plan gives three minutes; the clock stands still in the pause, and goes on after it from where it was.
    const left = async p => { const [minutes, seconds] = (await p.textContent('.countdown b, .timer .time')).split(':').map(Number); return 60 * minutes + seconds; };
    const held = await left(board);
    assert.ok(held > 120 && held <= 180, `${held} seconds left`);
    await page.fill('#f-pause', '设备检查');
    await page.click('#pause');
    await page.waitForSelector('#resume');
    await board.waitForSelector('.whole.amber');
    assert.match(await board.textContent('.whole'), /设备检查/);
    await board.waitForTimeout(5500);
    assert.match(await board.textContent('.whole .time'), /^00:0[5-9]$/, 'for how long it is paused');
    await shot(board, 'board-04-paused');
    await page.click('#resume');
    await page.waitForSelector('#noanswer');
    await board.waitForSelector('.timer .time');
    for (const p of [board, page]) assert.ok(await left(p) >= held - 4, `${await left(p)} seconds left after the pause, ${held} before it`);
  }
  if (called === 3) {
    // Calls without an answer are counted on disk: the plug may be pulled between two of them.
    for (const n of [1, 2, 3]) {
      assert.match(await page.textContent('#noanswer'), new RegExp(`第 ${n} 次`));
      await page.click('#noanswer');
      await page.waitForFunction(n => document.querySelector('#main').textContent.includes(`已呼叫 ${n} 次`), n);
      if (n === 2) { await board.waitForFunction(() => document.querySelector('.again')?.textContent.includes('第 3 次')); plugged += 1; await plug('choice'); }
    }
    await shot(page, '09-missed');
    await page.click('#missed');
    await grows(server, page, () => yes(page));
    await page.waitForSelector('#call, #goon, #undo');
    await board.waitForFunction(() => /三呼未到/.test(document.querySelector('.moment')?.textContent));
    await shot(board, 'board-04b-missed');
    if (plugged === 2) { plugged += 1; await plug('missed'); }
    continue;
  }
  // Held back or taken: said why, and nothing happens.
  const closed = page.locator('button.flat[aria-disabled]').first();
  if (called > 1) {
    await page.waitForTimeout(300); // until the answer to the call is shown, which would take the place of the words
    await closed.dispatchEvent('click');
    await page.waitForSelector('#said .error');
  }
  if (called === 2) await page.fill('#f-proxy', '卫青云');
  const flat = page.locator('button.flat.offered').first();
  await flat.click();
  await shot(page, '10-choose');
  await grows(server, page, () => yes(page));
  await page.waitForSelector('#call, #goon, #note');
  if (called === 4) {
    await page.fill('#f-undo', '点错房号');
    await grows(server, page, () => page.click('#undo'));
    await page.waitForSelector('#noanswer');
    await board.waitForFunction(() => document.querySelector('.moment')?.textContent.includes('点错房号'));
    const other = page.locator('button.flat.offered').nth(1);
    await other.click();
    await grows(server, page, () => yes(page));
    await page.waitForSelector('#call, #goon');
  }
  if (called === 5) { await board.waitForTimeout(150); await shot(board, 'board-05-choice'); await shot(page, '11-call'); }
}
await shot(board, 'board-06-result');
// Each member sends a note of its own; all files are chosen at once, and one of them is of another draw.
const unsigned = await page.textContent('#note');
const notes = members.map(m => ({ name: `${m}.note`, mimeType: 'text/plain', buffer: Buffer.from(spawnSync(draw, ['sign', '--key', `${m}.key`], { cwd: folder, input: unsigned, encoding: 'utf8' }).stdout) }));
const result = server.lines().length;
await page.setInputFiles('#u-note', [...notes.slice(0, 3), { name: 'other.note', mimeType: 'text/plain', buffer: Buffer.from('no note\n') }, ...notes.slice(3)]);
await recorded(server, result + members.length, page);
await page.waitForSelector('#said .error');
const toldNotes = (await page.textContent('#said')).split('\n').filter(line => /^[✓✗]/.test(line)).map(line => line.slice(0, 12));
assert.deepEqual(toldNotes.map(line => line[0]).join(''), '✓✓✓✗✓✓✓', toldNotes.join(' | '));
await shot(page, '12-result-signed');
await plug('result');
await page.click('#signgo');
await stage(page, '完成');
await plug('done');
await shot(page, '13-done');
await shot(board, 'board-07-done');

// The stick has the same bytes.
assert.equal(fs.readFileSync(path.join(folder, 'stick/draw.jsonl'), 'utf8'), fs.readFileSync(path.join(folder, 'draw.jsonl'), 'utf8'));

// What comes after: somebody gives up a flat; the batch is sealed and signed.
const holder = server.lines().findLast(line => line.kind === 'pick').household;
await unfold(page, 'withdraw');
await page.fill('#f-w-id', holder);
await page.fill('#f-w-why', '另有住处');
const sheet = { name: 'sheet.png', mimeType: 'image/png', buffer: Buffer.from('signed') };
const signed = async () => {
  await page.setInputFiles('#u-w-sheet', sheet);
  await page.waitForFunction(() => document.querySelector('#main').textContent.includes('签字单 SHA-256'));
};
await signed();
await shot(page, '13b-withdrawal');
await page.click('#withdraw');
await shot(page, '13c-withdrawal-asked');
await grows(server, page, () => yes(page));
await page.waitForSelector('#sealbatch');
await shot(page, '14-aftermath');
assert.equal(await page.inputValue('#f-w-id'), '', 'what was recorded does not stay in the fields');
await board.waitForSelector('.events');
assert.match(await board.textContent('.events'), new RegExp(`${holder}.*放弃.*另有住处`));
await shot(board, 'board-08-aftermath');
await board.evaluate(() => { Object.assign(wheel, { scene: 0 }); show(); });
assert.match(await board.textContent('#main'), /现有 9 套/);
await plug('aftermath');
await page.click('#sealbatch');
await page.waitForSelector('#note');
await sign('15-batch-signed');
await page.click('#signgo');
await stage(page, '完成');

const lines = server.lines();
assert.equal(lines.filter(line => line.kind === 'pick').length - lines.filter(line => line.kind === 'undo').length, 10);
assert.ok(lines.some(line => line.proxy === '卫*云'));
assert.ok(lines.some(line => line.kind === 'missed') && lines.some(line => line.kind === 'withheld'));
const report = JSON.parse(run(verify, 'draw.jsonl', '--json'));
const head = report.checkpoints.at(-1).fingerprint;
const certified = JSON.parse(run(verify, 'draw.jsonl', '--json', '--fingerprint', head));
assert.deepEqual([certified.verdict, certified.level], ['verified', 'certified']);
// The two other verifiers say the same.
const inPython = JSON.parse(run('python3', path.join(root, 'verifiers/python/verify.py'), 'draw.jsonl', '--json', '--fingerprint', head));
assert.deepEqual([inPython.verdict, inPython.level], ['verified', 'certified']);
const asked = JSON.stringify({ id: 1, file: fs.readFileSync(path.join(folder, 'draw.jsonl')).toString('base64'), evidence: { fingerprints: [head] } });
const bridge = spawnSync('node', [path.join(root, 'verifiers/differential/bridge.mjs'), path.join(root, 'verifiers/web/verify.html')], { input: asked + '\n', encoding: 'utf8', maxBuffer: 1 << 26 });
const inPage = JSON.parse(bridge.stdout).report;
assert.deepEqual([inPage.verdict, inPage.level], ['verified', 'certified']);
assert.equal(plugged, 4);
assert.match(await board.textContent('body'), new RegExp(head));

// The folders for everybody and for the notary, beside the transcript; what is missing is said.
const there = name => fs.existsSync(path.join(folder, name));
await page.click('#publish');
await page.waitForFunction(() => document.querySelector('#main').textContent.includes('draw.site'), null, { timeout: 60000 });
assert.ok(['index.html', 'transcript.jsonl', 'receipts', 'prints', 'SHA256SUMS'].every(name => there('draw.site/' + name)));
await page.click('#notary');
await page.waitForFunction(() => document.querySelector('#main').textContent.includes('draw.notary'), null, { timeout: 120000 });
assert.match(fs.readFileSync(path.join(folder, 'draw.notary/3-generator.html'), 'utf8'), /样本 100 个/);
await shot(page, '15b-folders');

// One address lets one page in; a second tab takes over, and the first says so.
server.child.stdin.write('\n');
const second = await open(await server.address());
await second.waitForSelector('#fold-withdraw');
await page.fill('#f-w-id', 'H0001');
await page.fill('#f-w-why', 'x');
await signed();
await page.click('#withdraw');
await yes(page);
await page.waitForSelector('#said .error');
assert.match(await page.textContent('body'), /接管/);
assert.equal(server.lines().length, lines.length);
const third = await open(server.url);
assert.match(await third.textContent('body'), /未获授权/);
await shot(third, '16-not-let-in');
for (const p of [page, board, second, third]) assert.deepEqual(p.faults, []);
await server.kill();
await browser.close();
fs.rmSync(folder, { recursive: true });
console.log('the ten households, by clicks: certified');
