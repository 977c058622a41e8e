// One tab is the operator's: a tab that it opens, or that is made from it, gets in with nothing of its own; loading the same tab again does.

import { Server, open, shot, yes, grows, data, assert, fs, os, path, browser } from './hall.mjs';

const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'hall-'));
const server = new Server(folder, '--plan', path.join(data, 'plan.jsonl'));
await server.start();
const page = await open(server.url);
await page.waitForSelector('#seal');

const locked = async (tab, how) => {
  await tab.waitForFunction(() => /未获授权/.test(document.body.textContent), null, { timeout: 5000 }).catch(() => assert.fail(`${how}: ${tab.url()} got in`));
  assert.equal(await tab.evaluate(() => JSON.stringify([key, old, { ...sessionStorage }])), '[null,null,{}]', how);
};
const within = async how => {
  await page.waitForSelector('#seal').catch(() => assert.fail(`${how}: the operator is out`));
  assert.equal(await page.evaluate(async () => (await request('api/view', {}))[0]), 200, how);
  assert.equal(await page.evaluate(() => sessionStorage.length), 0, `${how}: no key in the storage`);
};
/** Every way in which a page opens another tab: the storage of a tab with an opener is a copy. */
const ways = {
  'window.open': url => { window.open(url); },
  'a link with an opener': url => Object.assign(document.createElement('a'), { href: url, target: '_blank', rel: 'opener' }).click(),
  'a link': url => Object.assign(document.createElement('a'), { href: url, target: '_blank' }).click(),
  'a named window': url => { window.open(url, 'other'); },
};

for (const [how, way] of Object.entries(ways)) {
  const [tab] = await Promise.all([page.context().waitForEvent('page'), page.evaluate(`(${way})(${JSON.stringify(server.base + 'operator')})`)]);
  await locked(tab, how);
  await within(how);
  await tab.reload();
  await locked(tab, `${how}, loaded again`);
  await tab.close();
}

// Opened by the page itself: a print-out and the board.
for (const [how, selector] of [['a print-out', 'a[href^="print/notice"]'], ['the board', '#board']]) {
  const [tab] = await Promise.all([page.context().waitForEvent('page'), page.click(selector)]);
  await tab.waitForLoadState();
  assert.equal(await tab.evaluate(() => window.opener), null, how);
  await tab.goto(server.base + 'operator');
  await locked(tab, how);
  await tab.close();
  await within(how);
}

// The same tab: loaded again, twice in a row, gone elsewhere and back, and with a window that it opened meanwhile.
await page.reload();
await within('loaded again');
const again = count => page.evaluate(count => { for (let i = 0; i < count; i++) setTimeout(() => location.reload(), 15 * i); }, count);
for (let i = 0; i < 4; i++) { await again(3).catch(() => {}); await page.waitForTimeout(60 + 40 * i); }
await page.waitForTimeout(500);
await within('loaded again, many times in a row');
await page.goto(server.base);
await page.goBack();
await within('gone to the board and back');
const [copy] = await Promise.all([page.context().waitForEvent('page'), page.evaluate(url => { window.open(url); location.reload(); }, server.base + 'operator')]);
await within('opened another, and loaded again at once');
await locked(copy, 'opened while the operator loads again');

// Where the board is shown in the tab of the operator, a copy of its storage has no key either; and the tab finds back.
await page.goto(server.base);
const [second] = await Promise.all([page.context().waitForEvent('page'), page.evaluate(url => { window.open(url); }, server.base + 'operator')]);
await locked(second, 'opened by the board in the tab of the operator');
await page.goto(server.base + 'operator');
await within('back from the board');
await second.close();

// Nor does a print-out in that tab, or anything else that is no page: they open no tab, and see no storage.
for (const where of ['print/notice', 'print/nothing', 'hall.js']) {
  await page.goto(server.base + where);
  const opened = page.context().waitForEvent('page', { timeout: 1500 }).catch(() => null);
  await page.evaluate(url => { window.open(url); }, server.base + 'operator');
  const third = await opened;
  if (third) await locked(third, `opened by ${where} in the tab of the operator`);
  assert.equal(await page.evaluate(() => { try { return sessionStorage.length; } catch { return 'none'; } }), 'none', where);
  await third?.close();
  await page.goto(server.base + 'operator');
  await within(`back from ${where}`);
}

page.faults = page.faults.filter(fault => !/in a sandboxed frame|status of 404/.test(fault)); // as it should be

// A power cut: the old tab takes the new address.
await server.kill();
await page.waitForSelector('#lost', { state: 'visible' });
await server.start();
await page.goto(server.url);
await within('the new address in the old tab');
await page.click('#seal');
await grows(server, page, () => yes(page));
await page.click('#shown');
await page.waitForSelector('#note');
await page.reload();
await page.waitForSelector('#note');

// So many boards, and no more; the operator's page does not count, and a board that was refused comes by itself when there is room.
const streams = [];
// A stream whose tab is gone may take a moment to end, and its place would be taken by the board below.
for (let refused = 0; refused < 5 && streams.length < 70;) {
  const away = new AbortController();
  const response = await fetch(server.base + 'api/events', { signal: away.signal });
  if (response.ok) {
    streams.push({ away, response }); // A response that nobody holds is collected, and its connection closed: its place would be free again.
    refused = 0;
  } else {
    refused++;
    await new Promise(done => setTimeout(done, 200));
  }
}
assert.ok(streams.length >= 60 && streams.length <= 64, `${streams.length} boards`);
const late = await open(server.base);
late.faults = [];
await late.waitForFunction(() => /64 个大屏/.test(document.querySelector('#lost').textContent));
await shot(late, 'tabs-board-full');
await page.reload();
await page.waitForSelector('#note');
assert.ok(await page.isHidden('#lost'), "the operator's page has its stream");
streams.forEach(({ away }) => away.abort());
await late.waitForFunction(() => document.querySelector('#main').children.length > 0, null, { timeout: 15000 });
assert.ok(await late.isHidden('#lost'));

assert.deepEqual(page.faults, []);
await server.kill();
await browser.close();
fs.rmSync(folder, { recursive: true });
console.log('one tab is the operator\'s, whatever it opens');
