'use strict';
// The board: read only.

let view = null;

function head() {
  put('head',
    h('h1', {}, view.title || '摇号选层 Public draw'),
    view.mode ? h('span', { class: 'origin' }, view.origin, ' · ', both('attempt', view.attempt)) : null,
    h('span', { class: 'chip' }, view.void ? both('void') : both(view.stage)));
  $('rehearsal').hidden = view.mode !== 'rehearsal';
  document.title = (view.mode === 'rehearsal' ? '【演练 REHEARSAL】' : '') + (view.title || '摇号选层');
}

function foot() {
  const last = [2, 1, 0].find(i => view.fingerprints[i]);
  const total = view.counts ? view.counts.households : 0;
  const bar = h('div', {});
  bar.style.width = total ? (100 * view.served / total) + '%' : '0';
  const progress = h('div', {}, h('div', { class: 'what' }, both('served', view.served, total)), h('div', { class: 'bar' }, bar));
  progress.style.minWidth = '24vw';
  put('foot', last === undefined ? h('span') : h('div', {}, h('div', { class: 'what' }, both('fp' + last)), h('div', { class: 'num' }, view.fingerprints[last])), total ? progress : null);
}

function panel(word, count) {
  return h('div', { class: 'panel' }, view.benches.map(bench => h('div', {},
    h('h2', {}, bench.title + ' ', count ? h('span', { class: 'light' + (bench[count] >= bench.quorum ? ' on' : '') }, `${bench[count]} / ${bench.quorum}`) : null),
    h('ul', {}, bench.members.map(m => h('li', {}, h('span', {}, m.name || m.id), h('span', { class: `${word}-${m[word]}` }, word === 'said' && m.said === 'nothing' ? '…' : both(m[word]))))))));
}

function print(index) {
  const groups = (view.fingerprints[index] || '').split(' ');
  return h('div', { class: 'card' }, h('div', { class: 'mid' }, both('fp' + index)),
    h('div', { class: 'print num' }, groups.slice(0, 4).join(' '), h('br'), groups.slice(4).join(' ')));
}

function turns() {
  return h('div', { class: 'recent' }, h('table', {}, view.recent.slice(0, 9).map(turn => h('tr', {},
    h('td', {}, who(turn.household)), h('td', {}, turn.unit ? turn.unit.label : both('standby')),
    h('td', {}, turn.unit ? t('storey', turn.unit.storey) : ''), h('td', {}, by(turn.by))))));
}

function calling() {
  const call = view.call || view.next;
  if (!call) {
    const last = view.recent[0];
    if (!last || view.stage !== 'draw') return null;
    return h('div', { class: 'card calling' }, h('div', { class: 'big' }, who(last.household)),
      h('div', { class: 'mid' }, both('ticket'), ' ', h('span', { class: 'num' }, last.household.ticket || '')),
      h('div', { class: 'big' }, last.unit ? '→ ' + flat(last.unit) : '→ ' + both('standby')));
  }
  return h('div', { class: view.call ? 'card calling' : 'card' },
    h('div', { class: 'mid' }, view.call ? both('choice') : both('next')),
    h('div', { class: 'big' }, who(call)),
    h('div', { class: 'mid' }, both('ticket'), ' ', h('span', { class: 'num' }, call.ticket)),
    view.call ? h('div', { class: 'mid' }, both('offers', call.offered), call.needs.length ? ` · ${both('needs')}: ${call.needs.join(', ')}` : '') : null,
    view.call ? countdown(view, both) : null);
}

function drawn() {
  const pool = view.pool, newest = view.recent[0] && view.recent[0].unit ? view.recent[0].unit.id : null;
  const left = h('div', { class: 'left' },
    h('h2', {}, view.building.name, pool ? ` · ${pool.title} · ${t('pool', pool.number, pool.of)} · ${pool.given} / ${pool.households}` : ''),
    drawing(view.building, newest), legend(view.stage === 'choice'));
  const rows = new Set(view.building.units.map(u => u.storey)).size;
  const grid = left.querySelector('.building');
  grid.style.gridAutoRows = 'minmax(0, 1fr)';
  grid.style.fontSize = Math.min(3.2, 58 / rows * 0.8).toFixed(2) + 'vh';
  return [left, h('div', { class: 'right' }, calling(), turns())];
}

function strips() {
  const strips = h('div', { class: 'strips' }, view.estate.map(b => {
    const bar = h('div', {});
    bar.style.width = (100 * b.taken / b.units) + '%';
    return h('div', {}, h('div', {}, `${b.name} ${b.taken}/${b.units}`), h('div', { class: 'bar' }, bar));
  }));
  // As many columns as keep the whole estate on half of the screen.
  strips.style.gridTemplateColumns = `repeat(${Math.min(view.estate.length, Math.max(3, Math.ceil(view.estate.length / 9)))}, minmax(0, 1fr))`;
  return strips;
}

function ended() {
  const r = view.result, a = view.after;
  return [h('div', { class: 'left center' },
    view.void ? h('div', { class: 'huge' }, both('void')) : null, view.void ? h('div', { class: 'mid' }, view.void) : null,
    r ? h('div', { class: 'huge' }, t('picked', r.picked)) : null,
    r ? h('div', { class: 'card mid' }, both('onstandby', a ? a.standby.length : r.standby), h('br'), both('leftover', a ? a.free : r.leftover)) : null,
    strips()),
  h('div', { class: 'right' }, view.fingerprints[2] ? print(2) : view.fingerprints[1] ? print(1) : print(0), view.stage === 'sign_off' || view.stage === 'done' ? panel('said') : null)];
}

function body() {
  switch (view.stage) {
    case 'empty': return [h('div', { class: 'center' }, h('div', { class: 'huge' }, '摇号选层'), h('div', { class: 'big' }, both('empty')))];
    case 'plan': return [h('div', { class: 'left center' }, h('div', { class: 'huge' }, view.counts.households + ' ' + t('households')), h('div', { class: 'huge' }, view.counts.units + ' ' + t('flats')), strips()), h('div', { class: 'right' }, panel('did'))];
    case 'roll_call': return [h('div', { class: 'left' }, print(0), signing() ? panel('said') : panel('did', 'committed')), h('div', { class: 'right' }, sources())];
    case 'reveals': return [h('div', { class: 'left' }, panel('did', 'revealed')), h('div', { class: 'right' }, print(0), sources())];
    case 'numbers': return [h('div', { class: 'left' }, sources(view.numbers.number)), h('div', { class: 'right' }, panel('did', 'revealed'))];
    case 'sign_off': case 'aftermath': case 'done': return ended();
    case 'broken': return [h('div', { class: 'center' }, h('div', { class: 'huge' }, both('broken')))];
    default: return view.building ? drawn() : [];
  }
}

function signing() {
  const members = view.benches.flatMap(b => b.members);
  return members.some(m => m.said !== 'nothing') && members.every(m => m.did === 'nothing');
}

function sources(now) {
  return view.sources.map((source, i) => {
    const due = now === i + 1;
    return h('div', { class: due ? 'card calling' : 'card' }, h('div', { class: 'mid' }, `${i + 1}. ${source.zh}`), h('div', { class: 'mid' }, source.en),
      source.time ? h('div', { class: 'mid' }, both('countdown'), ' ', h('b', { class: 'num', 'data-until': source.time })) : null);
  });
}

listen(next => {
  view = next;
  head(); foot();
  put('main', ...body());
  $('main').classList.toggle('one', $('main').children.length === 1);
  if (view.pause) $('main').append(h('div', { class: 'paused' }, both('paused'), h('small', {}, view.pause.reason)));
  tick();
});
