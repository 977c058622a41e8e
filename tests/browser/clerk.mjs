// An operator without a page: the acts of the operator's page, sent as it sends them, so that a test can bring a draw to any state.

import assert from 'node:assert/strict';

export class Clerk {
  constructor(server) { this.server = server; }

  async enter() {
    const token = this.server.url.split('#')[1];
    const { key } = await this.ask('api/enter', { token });
    this.key = key;
    return this;
  }

  async ask(path, body) {
    const headers = { 'x-floorlot-lang': 'en', ...(this.key ? { 'x-floorlot-key': this.key } : {}), ...(body ? { 'content-type': 'application/json', origin: this.server.base.slice(0, -1) } : {}) };
    const response = await fetch(this.server.base + path, body ? { method: 'POST', headers, body: JSON.stringify(body) } : { headers });
    const answer = await response.json();
    assert.equal(response.status, 200, `${path} ${JSON.stringify(body)}: ${answer.error}`);
    return answer;
  }

  view() { return this.ask('api/view'); }

  /** One act; the view after it. */
  async act(act) {
    const { version } = await this.view();
    await this.ask('api/act', { version, act });
    return this.view();
  }

  command(command) { return this.act({ do: 'command', command }); }

  members(view) { return view.benches.flatMap(bench => bench.members); }
}
