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
  await board.waitForFunction(v => view && view.version >= v, version);
  await measure(board, name);
}

async function measure(board, name) {
  for (const lang of ['zh', 'en']) {
    for (const [width, height] of SIZES) {
      await board.setViewportSize({ width, height });
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

/** Storeys of flats, as views have them: `wide` on each, of which every third is taken; the numbers skip 4 and 14 where they `skip`. */
function tower(name, storeys, wide, state, { before = '', skip = false } = {}) {
  const units = [];
  for (let storey = 1; storey <= storeys; storey++) {
    const number = !skip || storey < 4 ? storey : storey < 13 ? storey + 1 : storey + 2;
    for (let n = 1; n <= wide; n++) {
      const door = `${before}${number}${String(n).padStart(2, '0')}`, taken = (storey * wide + n) % 3 === 0, place = storey * wide + n;
      units.push({ id: `${name}-${door}`, building: name, door, label: door, storey, pool: 'p', features: null, state: taken ? 'taken' : state(storey, n), by: taken ? { id: 'H' + String(place).padStart(4, '0'), name: '欧阳*华', place, ticket: '1' } : null });
    }
  }
  return units;
}

/** States that the two samples do not reach, made of their views. */
async function made() {
  const [server, clerk, board] = await begin('block');
  let view = await clerk.act({ do: 'seal', other_program: true });
  await board.waitForFunction(v => view && view.version >= v, view.version);
  await board.evaluate(() => Object.defineProperty($('lost'), 'hidden', { set() {} })); // the board keeps what it is shown
  await server.kill();
  const members = clerk.members(view).map(m => ({ ...m, did: 'revealed', said: 'key' }));
  const base = { ...view, operator: undefined, sealed: false, signs: false, seed: { seed: '5e'.repeat(32), text: '' }, program: null };
  const print = view.fingerprints[0], free = () => 'free', show = async (name, more) => {
    await board.evaluate(next => { view = came({ ...next, version: 1e9 }); seen.at = seen.finished = -Infinity; show(); }, { ...base, ...more });
    await measure(board, 'made-' + name);
  };
  const call = { id: 'H0123-2', name: '欧阳*华', place: 17, offered: 44, companions: [], needs: { zh: '低楼层、近电梯、无障碍', en: 'low floor, near the lift, step-free' } };
  const pool = { id: 'p', title: '12号楼 三室两厅一卫', building: '12号楼', rule: 'choice', households: 120, units: 136, given: 45, number: 3, of: 9, place: 17, seconds: 180 };
  const turn = (unit, what = 'choice') => ({ household: { id: 'H0123', name: '欧阳*华', place: 16, ticket: '1', tier: 1, needs: null }, what, unit, reason: what === 'undone' ? '点错了房号，当场更正' : null });
  const tall = tower('12号楼', 34, 4, (storey, n) => storey < 3 ? 'held' : storey > 30 ? 'unfit' : n === 4 ? 'beyond' : 'offered', { skip: true });
  const estate = Array.from({ length: 42 }, (_, n) => ({ name: `${n + 1}号楼`, units: 136, taken: Math.min(136, n * 4) }));
  const events = ['放弃', '裁定', '异议'].flatMap((word, n) => Array.from({ length: 4 }, () => ({ zh: `${word}：${'登记表上没有填写照顾需求，已当面出示原件；'.repeat(n + 1)}`, en: `Event ${n}: ${'the form named no needs, and its original was shown; '.repeat(n + 1)}` })));
  const drawing = { pool, estate, building: { name: '12号楼', pools: [], units: tall }, recent: [turn(tall.find(u => u.by))], served: 45, counts: { households: 1988, units: 2135, pools: 9 } };
  await show('choice-34-storeys', { ...drawing, stage: 'choice', call, left: 61000, unanswered: 2 });
  await show('choice-time-is-up', { ...drawing, stage: 'choice', call: { ...call, needs: null, family: { board: { zh: '家庭 S09，第 2 套，共 3 套 · 面积额度 142.40 还剩 49.30 ㎡', en: 'family S09, flat 2 of 3 · 49.30 of 142.40 m² left' } } }, left: 0 });
  const eight = Array.from({ length: 8 }, (_, n) => tower(`${n + 1}号楼`, 18, 2, () => 'offered')).flat();
  await show('choice-8-buildings', { ...drawing, building: { name: '一至八号楼', pools: [], units: eight }, stage: 'choice', call, left: 15000 });
  await show('between-34-storeys', { ...drawing, stage: 'call', next: call, day: { number: 2, late: [call, call, call, call, call], calls: 5 } });
  const named = tower('3号楼', 34, 4, free, { before: '3-1-' });
  await show('lot-34-storeys', { ...drawing, pool: { ...pool, rule: 'lot' }, building: { name: '3号楼', pools: [], units: named }, stage: 'draw', recent: [turn(named.filter(u => u.by)[30], 'lot'), turn(named.find(u => u.by), 'lot')] });
  await show('lot-standby', { ...drawing, pool: { ...pool, rule: 'lot' }, building: { name: '3号楼', pools: [], units: named }, stage: 'draw', recent: [turn(null, 'standby')] });
  for (const what of ['undone', 'deferred', 'missed', 'standby']) await show('moment-' + what, { ...drawing, stage: 'settle', recent: [turn(null, what)] });
  await show('finished-34-storeys', { ...drawing, stage: 'call', next: call, finished: { pool, building: drawing.building } });
  const sources = [{ device: 'dice', count: 30, en: '30 ten-sided dice, 0 to 9', zh: '30 颗十面骰子，0 至 9' }, { device: 'balls', count: 7, en: '7 balls of 1 to 49', zh: '7 个号码球，1 至 49' }, { device: 'drand', count: 0, en: 'the public beacon drand quicknet, round 12345678', zh: '公开随机信标 drand quicknet 第 12345678 轮', time: 4e9 }];
  const given = ['004162938577103592640041629385', '12 3 44 17 8 30 21', 'ab'.repeat(32)];
  for (const n of [0, 1, 2]) await show('numbers-' + n, { stage: 'numbers', sources, seed: null, numbers: { number: n + 1, given: given.slice(0, n) }, fingerprints: [print, null, null, print, null] });
  await show('numbers-and-seed', { stage: 'call', sources, numbers: { number: null, given }, next: call, pool, building: drawing.building, fingerprints: [print, null, null, print, null] });
  const day = { number: 2, late: [], calls: 30 }, fingerprints = [print, null, null, print, print];
  await show('night', { ...drawing, stage: 'night', day: { ...day, closed: true, goes_on: '12月2日（星期三）上午 9:00，社区礼堂' }, fingerprints });
  await show('day-signed', { ...drawing, stage: 'sign_off', day: { ...day, signing: true }, fingerprints });
  await show('broken', { stage: 'broken', stopped: null });
  await show('stopped', { stage: 'broken', stopped: { zh: '记录文件被移走，抽签停住；已记录的各行都在。', en: 'The file of the transcript was removed; all recorded lines are kept.' } });
  await show('other-program', { stage: 'plan', program: { name: 'floorlot-hall', version: '0.1.0', commit: { zh: '0123456789ab（有改动）', en: '0123456789ab with changes' }, fingerprint: print, is: 'other', zh: '正在运行的程序与方案公示的不一致', en: 'The program that runs is not the one in the plan', sha256: Array(8).fill('deadbeef').join(' ') } });
  const benches = ['居民代表', '工作人员', '公证与监察人员'].map((title, n) => ({ id: 'b' + n, title, quorum: 6, committed: 7, revealed: 7, members: Array.from({ length: 10 }, (_, i) => ({ ...members[(n + i) % members.length], id: `m${n}${i}`, name: i === 3 ? '阿依古丽·买买提*' : members[i % members.length].name, did: i === 2 ? 'withheld' : 'revealed', said: i === 2 ? 'dissent' : 'key' })) }));
  await show('reveals-30-members', { stage: 'reveals', benches });
  await show('result-30-members', { ...drawing, stage: 'sign_off', benches, result: { picked: 1984, standby: 4, leftover: 151 }, fingerprints: [print, print, null, print, null] });
  await show('long-title', { ...drawing, stage: 'choice', call, left: 100000, title: '某市某区某街道某社区二〇二六年第三批次旧住房成套改造项目回搬居民公开摇号选层（以本市公证处现场公证为准）' });
  await board.evaluate(() => { onward = () => {}; wheel.scene = 1; wheel.page = 0; wheel.events = 12; });
  await show('aftermath-12-events', { ...drawing, stage: 'aftermath', result: { picked: 1984, standby: 4, leftover: 151 }, after: { events, standby: [], free: 151, held: 1984, changed: false }, fingerprints: [print, print, null, print, null] });
}

await block();
await pengsan();
await made();
await browser.close();
console.log(`${pages} pictures of the board: nothing cut, nothing too small`);
