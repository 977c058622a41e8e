// Whether the program that runs is the one in the plan, on both pages: the same; another one, which a clerk confirms before an official plan is sealed.
//
//   node program.mjs BINARIES [SHOTS]

import { Server, open, shot, yes, stage, draw, data, assert, fs, os, path, browser } from './hall.mjs';
import { createHash } from 'node:crypto';

const own = createHash('sha256').update(fs.readFileSync(draw)).digest('hex');

/** A hall with the sample plan as an official one that names this program. */
async function hall(sha256) {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'hall-'));
  const plan = fs.readFileSync(path.join(data, 'plan.jsonl'), 'utf8').replace('"rehearsal"', '"official"').replace('"households":10}\n', '"households":10,"documents":1}\n');
  const document = JSON.stringify({ kind: 'document', what: 'program', name: 'draw_session', title: '示例程序', sha256 });
  fs.writeFileSync(path.join(folder, 'draw.plan.jsonl'), plan.replace('{"kind":"pool"', document + '\n{"kind":"pool"'));
  const server = new Server(folder);
  await server.start();
  return [server, await open(server.url), await open(server.base + '?lang=zh', { width: 1600, height: 900 })];
}

for (const [name, sha256, words] of [['same', own, '程序与公示的一致'], ['other', 'ab'.repeat(32), '程序与公示的不一致']]) {
  const [server, page, board] = await hall(sha256);
  const both = async stage => {
    await page.waitForSelector('#program');
    await board.waitForSelector('.program');
    for (const shown of [await page.textContent('#program'), await board.textContent('.program')]) {
      assert.ok(shown.includes(words), shown);
      assert.ok(shown.replace(/\s/g, '').includes(own), shown);
    }
    assert.equal(await page.getAttribute('#program', 'role'), name === 'other' ? 'alert' : null);
    await shot(page, `program-${name}-${stage}-operator`);
    await shot(board, `program-${name}-${stage}-board`);
  };
  await both('plan');
  await page.click('#seal');
  if (name === 'other') {
    assert.match(await page.textContent('#question'), /与方案公示的不一致/);
    await shot(page, 'program-other-question');
    await page.click('#no');
    assert.equal(server.lines().length, 0);
    await page.click('#seal');
    await yes(page);
    await page.waitForFunction(() => document.querySelector('#question').textContent.includes('封存后方案不能再改'));
  }
  await yes(page);
  await stage(page, '已封存');
  await both('sealed');
  for (const one of [page, board]) assert.deepEqual(one.faults, []);
  await server.kill();
}
await browser.close();
console.log('program: done');
