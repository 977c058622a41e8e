// The page on which a household looks for its flat, and verifiers that follow the draw: their answers on the board, and lies among them.
//
//   node find.mjs BINARIES [SHOTS]

import { Server, open, picture, browser, assert, fs, os, path, root, verify } from './hall.mjs';
import { spawn } from 'node:child_process';
import { accessible } from './accessible.mjs';
import { faults } from './screen.mjs';
import { Clerk } from './clerk.mjs';

const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'floorlot-find-'));
const own = name => path.join(folder, name);
const server = new Server(folder, '--plan', path.join(root, 'examples/data/block/plan.jsonl'), '--answer', 'rust.json', '--answer', 'python.json');
await server.start();
const clerk = await new Clerk(server).enter(), board = await open(server.base, { width: 1280, height: 720 });
const phone = await open(server.base + 'find?lang=zh', { width: 390, height: 844 }), screen = await open(server.base + 'find?lang=en', { width: 1920, height: 1080 });

/** Types a code on both pages and waits until the words are there. */
async function finds(code, words) {
  for (const [page, word] of [[phone, words[0]], [screen, words[1]]]) {
    await page.fill('#code', code);
    await page.waitForFunction(word => document.querySelector('#hits').textContent.includes(word), word).catch(async error => { throw new Error(`${code}: ${await page.textContent('#hits')}`, { cause: error }); });
  }
}
const seen = async name => {
  for (const [page, size] of [[phone, 'phone'], [screen, 'screen']]) {
    await accessible(page, name);
    assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), `${name} ${size}: no sideways scroll`);
    await picture(page, `find-${name}-${size}`);
  }
};

await finds('H0001', ['还没有开始', 'has not begun']);
let view = await clerk.act({ do: 'seal', other_program: true });
await clerk.act({ do: 'shown' });
view = await clerk.act({ do: 'sign_sample' });
// Two verifiers follow from here.
const following = [[verify, 'rust.json'], ['python3', 'python.json']].map(([program, answer]) => spawn(program, [...(program === 'python3' ? [path.join(root, 'verifiers/python/verify.py')] : []), '--lang', 'en', '--rehearsal', '--follow', 'draw.jsonl', '--answer', answer], { cwd: folder }));
const ended = following.map(child => new Promise(done => { let text = ''; child.stdout.on('data', more => { text += more; }); child.stderr.on('data', more => { text += more; }); child.on('exit', code => done([code, text])); }));
const members = clerk.members(view).map(m => m.id);
for (const member of members) await clerk.command({ envelope: { member } });
await clerk.command('close');
for (const [n, member] of members.entries()) await clerk.command({ reveal: { member, secret: String(1000 + n) } });
await clerk.command('close');
view = await clerk.command({ dice: { digits: '00416293857710359264' } });
await finds('h0001', ['尚未轮到', 'not served yet']);
await finds('H00', ['尚未轮到', 'not served yet']);
await phone.waitForFunction(() => document.querySelectorAll('.hit').length === 10);
await finds('H9999', ['没有找到', 'Nothing is found']);
await finds('<img src=x>"\u0000\ud800', ['没有找到', 'Nothing is found']);
await phone.fill('#code', 'x'.repeat(64));
assert.deepEqual(await (await fetch(server.base + 'api/find?q=' + '户'.repeat(65))).status, 422);

// A household chooses: the page follows without another question.
view = await clerk.command('call');
const { id } = view.call;
await finds(id, ['正在选房', 'chooses now']);
const unit = view.building.units.find(one => one.state === 'offered');
view = await clerk.command({ choose: { unit: unit.id, proxy: null } });
for (const page of [phone, screen]) await page.waitForFunction(door => document.querySelector('#hits .flat')?.textContent === door, unit.door);
assert.ok(!(await phone.textContent('#hits')).includes('undefined'));
await seen('chosen');
await finds(unit.door, [id, id]);
const free = view.building.units.find(one => one.state !== 'taken');
await finds(free.door, ['目前无人选定', 'Nobody has this flat']);
await seen('free');

// Both verifiers agree, on the board, with the line that they have read.
const answers = () => board.evaluate(() => view.answers.map(answer => [answer.program, answer.is, answer.lines]));
const until = async is => { for (let n = 0; n < 400; n++) { const now = await answers(); if (is(now)) return now; await new Promise(done => setTimeout(done, 200)); } throw new Error(JSON.stringify(await answers())); };
const lines = server.lines().length;
assert.deepEqual(await until(all => all.every(([, is, at]) => is === 'agrees' && at === lines)), [['verify_transcript', 'agrees', lines], ['verify.py', 'agrees', lines]]);
assert.match(await board.textContent('#foot'), /verify_transcript.*verify\.py/s);
await picture(board, 'find-board-agrees');
assert.deepEqual(await faults(board), []);

while (view.stage !== 'sign_off') {
  if (view.stage === 'call') view = await clerk.command('call');
  else if (view.stage === 'settle') view = await clerk.command('next');
  else view = await clerk.command({ choose: { unit: view.building.units.find(one => one.state === 'offered').id, proxy: null } });
}
await clerk.act({ do: 'sign_sample' });
view = await clerk.command('next');
assert.equal(view.stage, 'done');
// To the end, in both.
for (const [code, text] of await Promise.all(ended)) {
  assert.equal(code, 0, text);
  assert.match(text, /AGREES TO THE END/);
}
await until(all => all.every(([, is]) => is === 'over'));

// An answer to another file, and one that found a fault: the board says so above all else. No file: no answer.
const good = JSON.parse(fs.readFileSync(own('rust.json'), 'utf8'));
const write = (name, answer) => fs.writeFileSync(own(name), typeof answer === 'string' ? answer : JSON.stringify(answer));
for (const [lie, is] of [[{ ...good, fingerprint: good.fingerprint.replace(/^\d{5}/, n => String((Number(n) + 1) % 100000).padStart(5, '0')) }, 'differs'], [{ ...good, agrees: false, fault: 'D6, line 90' }, 'differs'], [{ ...good, lines: good.lines - 1 }, 'differs'], [{ ...good, lines: 0 }, 'differs'], ['no JSON', 'none'], [good, 'over']]) {
  write('rust.json', lie);
  await until(all => all[0][1] === is);
  if (lie.fault) {
    await board.waitForFunction(() => /D6, line 90/.test(document.querySelector('#alarm').textContent));
    assert.deepEqual(await faults(board), []);
    await picture(board, 'find-board-differs');
  }
}
fs.rmSync(own('python.json'));
await until(all => all[1][1] === 'none');

// What came after the result.
view = await clerk.command({ withdraw: { household: id, reason: '另有住处', sheet: 'a'.repeat(64) } });
await finds(id, ['已放弃', 'gave its flat up']);
await seen('withdrawn');
for (const page of [board, phone, screen]) assert.deepEqual(page.faults, []);
await server.kill();
await browser.close();
fs.rmSync(folder, { recursive: true });
console.log('find: done; two verifiers followed to the end');
