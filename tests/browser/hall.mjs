// The pages of the hall, driven in headless Chromium as a clerk would.
//
//   node hall.mjs BINARIES [SHOTS]
//
// BINARIES is the folder with the built examples draw_session and verify_transcript; screenshots go to SHOTS.

import { chromium } from 'playwright-core';
import { accessible } from './accessible.mjs';
import { faults } from './screen.mjs';
import { spawn, spawnSync } from 'node:child_process';
import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';

const [binaries, shots] = process.argv.slice(2);
const root = path.resolve(import.meta.dirname, '../..');
const data = path.join(root, 'examples/data/block');
const draw = path.resolve(binaries, 'draw_session');
const verify = path.resolve(binaries, 'verify_transcript');
if (shots) fs.mkdirSync(shots, { recursive: true });

export const browser = await chromium.launch({
  executablePath: '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'],
});

/** A server of the hall in a folder of its own. */
class Server {
  constructor(folder, ...more) { Object.assign(this, { folder, more }); }

  async start() {
    // The signal of a file that grows beyond a limit is left out, so that a write fails as on a full disk.
    this.child = spawn('sh', ['-c', 'trap "" XFSZ; exec "$0" "$@"', draw, '--lang', 'zh', 'serve', '--out', 'draw.jsonl', '--port', this.port || '0', ...this.more], { cwd: this.folder });
    this.said = '';
    this.child.stderr.on('data', text => { this.said += text; });
    this.child.stdout.on('data', text => { this.said += text; });
    await this.address();
  }

  /** The newest address of the operator's page. */
  async address() {
    for (let i = 0; i < 400; i++) {
      const all = [...this.said.matchAll(/http:\/\/127\.0\.0\.1:(\d+)\/operator#[0-9a-f]{64}/g)];
      if (all.length && all.at(-1)[0] !== this.url) {
        this.url = all.at(-1)[0];
        this.port = all.at(-1)[1]; // the same one after a restart, as a clerk has it
        this.base = `http://127.0.0.1:${this.port}/`;
        return this.url;
      }
      if (this.child.exitCode !== null) throw new Error(this.said);
      await new Promise(done => setTimeout(done, 50));
    }
    throw new Error('no address: ' + this.said);
  }

  async kill() {
    const ended = new Promise(done => this.child.once('exit', done));
    this.child.kill('SIGKILL');
    await ended;
  }

  lines() { return fs.readFileSync(path.join(this.folder, 'draw.jsonl'), 'utf8').split('\n').filter(Boolean).map(line => JSON.parse(line)); }
}

/** A page whose every fault on the console is a fault of the test. */
async function open(url, size = { width: 1280, height: 900 }) {
  const page = await browser.newPage({ viewport: size, locale: 'zh-CN' });
  page.faults = [];
  page.on('console', message => { if (message.type() === 'error' && !/status of (401|409|422)|ERR_FAILED|ERR_CONNECTION_REFUSED|ERR_INCOMPLETE_CHUNKED|ERR_CONNECTION_RESET|ERR_EMPTY_RESPONSE/.test(message.text())) page.faults.push(message.text()); });
  page.on('pageerror', error => page.faults.push(String(error)));
  await page.goto(url);
  return page;
}

/** A picture alone: print-outs have a watermark, which is faint on purpose. */
async function picture(page, name) { if (shots) await page.screenshot({ path: path.join(shots, name + '.png') }); }
async function shot(page, name) { await picture(page, name); await accessible(page, name); await whole(page, name); }

/** On the board nothing is cut, and what the hall must read is large. */
async function whole(page, name) {
  if (await page.evaluate(() => document.body.matches('.board'))) assert.deepEqual(await faults(page), [], name);
}

const yes = page => page.click('#yes');
const stage = async (page, word) => {
  const shown = word => document.querySelector('#head').textContent.includes(word);
  await page.waitForFunction(shown, word).catch(async error => {
    await shot(page, 'stuck');
    throw new Error(`${word} is not shown, but: ${await page.textContent('#head')} / ${await page.textContent('#said')}`, { cause: error });
  });
};
/** Waits until the transcript has so many lines, and an operator's page shows them: what is clicked on an older page records nothing. */
const recorded = async (server, count, page) => {
  let lines;
  for (let i = 0; (lines = server.lines().length) < count; i++) {
    if (i === 200) throw new Error(`${lines} lines, not ${count}`);
    await new Promise(done => setTimeout(done, 25));
  }
  if (page) await page.waitForFunction(lines => view.operator.files.lines >= lines, lines);
};
const member = (page, id) => page.locator(`.member[data-member="${id}"]`);

/** Waits until a click on an operator's page has become lines of the transcript, then goes on. */
async function grows(server, page, doing) {
  const before = server.lines().length;
  await doing();
  await recorded(server, before + 1, page);
}

/** Opens what is folded on the operator's page, by a click as a clerk would. */
const unfold = async (page, name) => { if (!await page.$(`#fold-${name}[open]`)) await page.click(`#fold-${name} > summary`); };

function secret() { return [...crypto.getRandomValues(new Uint8Array(16))].map(b => b.toString(16).padStart(2, '0')).join(''); }

export { Server, open, shot, picture, yes, stage, recorded, member, grows, unfold, secret, draw, verify, data, root, assert, fs, os, path, spawnSync };
