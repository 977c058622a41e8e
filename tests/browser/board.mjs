// The board in every state of a draw, at three sizes and in two languages: what the hall must read is large and whole, and fills differ.
//
//   node board.mjs BINARIES [SHOTS]

import { Server, open, picture, browser, assert, fs, os, path, root } from './hall.mjs';
import { accessible } from './accessible.mjs';
import { Clerk } from './clerk.mjs';
import { faults, fills } from './screen.mjs';

const SIZES = [[1920, 1080], [1280, 720], [1024, 768]];
const secret = n => String(1000 + n);
let pages = 0;

/** The board as it is now, at each size and in each language. */
async function look(board, clerk, name) {
  const { version } = await clerk.view();
  for (const lang of ['zh', 'en']) {
    for (const [width, height] of SIZES) {
      await board.setViewportSize({ width, height });
      await board.waitForFunction(v => view && view.version >= v, version);
      await board.evaluate(lang => { params.set('lang', lang); show(); }, lang);
      await board.waitForFunction(() => [...lists.values()].every(list => list));
      const what = `${name}-${lang}-${width}x${height}`;
      assert.deepEqual(await faults(board), [], what);
      assert.deepEqual(await fills(board), [], what);
      await picture(board, 'hall-' + what);
      pages += 1;
    }
    await accessible(board, name);
  }
}

/** A board that is opened before the first view, so that it sees each turn. */
async function begin(sample) {
  const server = new Server(fs.mkdtempSync(path.join(os.tmpdir(), 'floorlot-board-')), '--plan', path.join(root, `examples/data/${sample}/plan.jsonl`));
  await server.start();
  const clerk = await new Clerk(server).enter(), board = await open(server.base);
  return [server, clerk, board];
}

/** From the plan to the seed. */
async function ceremony(board, clerk, watch) {
  let view = await clerk.view();
  await watch('01-plan');
  view = await clerk.act({ do: 'seal', other_program: true });
  assert.equal(view.sealed, true);
  await watch('02-sealed');
  assert.equal(await board.locator('.print').count(), 1, 'the fingerprint stands alone');
  assert.equal(await board.locator('.tile').count(), 0);
  view = await clerk.act({ do: 'shown' });
  await watch('03-signing');
  view = await clerk.act({ do: 'sign_sample' });
  await watch('03-signed');
  const members = clerk.members(view).map(m => m.id);
  for (const [n, member] of members.entries()) {
    view = await clerk.command(n === 2 ? { absent: { member } } : { envelope: { member } });
    if (n === members.length - 2) await watch('04-roll-call');
  }
  await clerk.command('close');
  for (const [n, member] of members.entries()) if (n !== 2) view = await clerk.command(n === members.length - 1 ? { withhold: { member } } : { reveal: { member, secret: secret(n) } });
  await watch('05-reveals');
  await clerk.command('close');
  await watch('06-numbers');
  view = await clerk.command({ dice: { digits: '00416293857710359264' } });
  await watch('07-seed');
  assert.equal((await board.locator('.dice').getAttribute('aria-label')), '00416293857710359264');
  assert.equal((await board.textContent('.hex')).replace(/ /g, ''), view.seed.seed);
  return view;
}

/** Ten households choose. */
async function block() {
  const [server, clerk, board] = await begin('block');
  const watch = name => look(board, clerk, 'block-' + name);
  let view = await ceremony(board, clerk, watch), turn = 0;
  while (['call', 'choice', 'settle'].includes(view.stage)) {
    if (view.stage === 'call') { view = await clerk.command('call'); turn += 1; continue; }
    if (view.stage === 'settle') { view = await clerk.command('next'); continue; }
    const { call } = view;
    if ([1, 5, 9].includes(turn)) {
      await watch(`08-choice-${turn}`);
      const shown = await board.textContent('.right');
      assert.ok(shown.includes(call.name) && shown.includes(`${call.place} of 10`), 'who chooses, and in which place');
    }
    if (turn === 3) {
      for (let n = 0; n < 3; n++) view = await clerk.act({ do: 'no_answer' });
      await watch('08-called-thrice');
      view = await clerk.command('missed');
      await watch('09-missed');
      continue;
    }
    if (turn === 5) {
      await clerk.act({ do: 'pause', reason: '设备检查，请稍候' });
      await watch('09-paused');
      await clerk.act({ do: 'resume' });
    }
    const open = view.building.units.filter(unit => unit.state === 'offered'), unit = open[turn * 5 % open.length];
    view = await clerk.command({ choose: { unit: unit.id, proxy: turn === 4 ? '王小明' : null } });
    if ([1, 6].includes(turn)) {
      await watch(`09-result-${turn}`);
      assert.equal(await board.textContent('.moment .flat'), unit.door);
      assert.ok(await board.evaluate(() => parseFloat(getComputedStyle(document.querySelector('.moment .flat')).fontSize) >= 0.25 * innerHeight), 'a quarter of the screen');
      await board.evaluate(() => { seen.at = -Infinity; });
      await watch(`10-between-${turn}`);
      assert.equal(await board.locator('.cell.newest').getAttribute('data-unit'), unit.id);
    }
  }
  await board.evaluate(() => { seen.finished = -Infinity; });
  await watch('11-result');
  await clerk.act({ do: 'sign_sample' });
  await clerk.command('next');
  await scenes(board, watch, '13-done');
  const household = view.recent[0].household.id, text = '登记时写了需要低楼层，为什么没有照顾？请复核登记表和当日的录像，并当面答复。';
  await clerk.command({ objection: { id: 'E1', household, text } });
  await clerk.command({ ruling: { objection: 'E1', decision: 'rejected', reason: '登记表上没有填写照顾需求，已当面出示原件' } });
  await watch('14-aftermath');
  assert.ok((await board.textContent('.events')).includes(text), 'each event in full');
  await clerk.command({ void: { reason: '消防演习，会场清空' } });
  await watch('15-void');
  assert.deepEqual(board.faults, []);
  await server.kill();
}

/** All that takes turns at the end. */
async function scenes(board, watch, name) {
  const count = Math.min(await board.evaluate(() => wheel.scenes), 4);
  for (let scene = 0; scene < count; scene++) {
    await board.evaluate(scene => { onward = () => {}; Object.assign(wheel, { scene, page: 0 }); }, scene); // nothing turns while it is looked at
    await watch(`${name}-${scene}`);
  }
}

/** The 1,988 by lot: a building is never shown beside a pick of another one. */
async function pengsan() {
  const [server, clerk, board] = await begin('pengsan');
  const watch = name => look(board, clerk, 'pengsan-' + name);
  let view = await ceremony(board, clerk, async name => { if (/01|03|04|05/.test(name)) await watch(name); });
  let ends = 0;
  for (let turn = 1; turn <= 70; turn++) {
    const { version } = view;
    view = await clerk.act({ do: 'step' });
    await board.waitForFunction(v => view.version > v, version);
    const unit = view.recent[0].unit;
    if (unit) {
      const shown = await board.locator('.cell.newest').getAttribute('data-unit');
      assert.equal(shown, unit.id, `turn ${turn}: the flat that was given stands in the building that is shown`);
    }
    if (view.finished && ends++ === 0) {
      await watch('08-last-turn');
      await board.evaluate(() => { seen.at = -Infinity; });
      await watch('09-finished');
      assert.ok((await board.textContent('.right')).includes(view.finished.pool.building));
    }
    if (turn === 10) await watch('08-lot');
  }
  assert.ok(ends >= 3, `${ends} pools ended`);
  view = await clerk.command({ until: { households: 1988 } });
  assert.equal(view.stage, 'sign_off');
  assert.equal(view.served, 1988);
  await board.evaluate(() => { seen.finished = -Infinity; });
  await watch('11-result');
  await clerk.act({ do: 'sign_sample' });
  await clerk.command('next');
  await scenes(board, watch, '13-done');
  assert.deepEqual(board.faults, []);
  await server.kill();
}

await block();
await pengsan();
await browser.close();
console.log(`${pages} pictures of the board: nothing cut, nothing too small`);
