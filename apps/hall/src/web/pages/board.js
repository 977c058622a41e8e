'use strict';
// The board: read only.

let view = null;

function head() {
  put('head', h('h1', {}, view.title || '摇号选层 Public draw'), h('span', { class: 'chip' }, view.void ? both('void') : both(view.stopped ? 'stopped' : view.stage)));
  $('rehearsal').hidden = view.mode !== 'rehearsal';
  document.title = (view.mode === 'rehearsal' ? '【演练 REHEARSAL】' : '') + (view.title || '摇号选层');
}

/** The English below the Chinese, where one row has no room for both. */
function below(word, ...values) { return params.get('lang') ? t(word, ...values) : [fill(WORDS[word][0], values), h('br'), fill(WORDS[word][1], values)]; }

function foot() {
  const last = [2, 1, 4, 3, 0].find(i => view.fingerprints[i]);
  const total = view.counts ? view.counts.households : 0;
  const bar = h('div', {});
  bar.style.width = total ? (100 * view.served / total) + '%' : '0';
  const progress = h('div', { class: 'progress' }, h('div', { class: 'what' }, h('span', {}, below('served', view.served, total)), view.mode ? h('span', {}, below('attempt', view.attempt)) : null), h('div', { class: 'bar' }, bar));
  const word = view.stage === 'plan' ? 'planned' : 'fp' + last;
  put('foot', last === undefined ? h('span') : h('div', {}, h('div', { class: 'what' }, h('span', {}, both(word)), h('span', {}, view.origin ? '\u00a0· ' + view.origin : '')), h('div', { class: 'num' }, rows(view.fingerprints[last], 6))),
    view.head ? h('div', { class: 'running' }, h('div', { class: 'what' }, both('running', view.head.lines)), h('div', { class: 'num' }, rows(view.head.fingerprint, 6))) : null, total ? progress : null);
}

/** The members of each bench and what they did: up to `most` rows in large letters one bench below the other, more side by side. */
function panel(word, count, most = 10) {
  const few = view.benches.reduce((rows, bench) => rows + 1 + bench.members.length, 0) <= most;
  const all = h('div', { class: 'panel' }, view.benches.map(bench => h('div', {},
    h('h2', {}, bench.title + ' ', count ? h('span', { class: 'light' + (bench[count] >= bench.quorum ? ' on' : '') }, `${bench[count]} / ${bench.quorum}`) : null),
    h('ul', {}, bench.members.map(m => h('li', {}, h('span', {}, m.name || m.id), h('span', { class: `${word}-${m[word]}` }, word === 'said' && m.said === 'nothing' ? '…' : both(m[word]))))))));
  all.classList.toggle('few', few);
  return all;
}

function print(index) {
  return h('div', { class: 'card' }, h('div', { class: 'mid' }, both('fp' + index)),
    h('div', { class: 'print num' }, rows(view.fingerprints[index] || '', 4)));
}

/** A fingerprint in rows of so many groups. */
function rows(print, width) {
  const groups = print.split(' ');
  return groups.flatMap((group, n) => n === 0 ? [group] : n % width ? [' ' + group] : [' ', h('br'), group]);
}

/** Whether the program that runs is the one in the plan, with its SHA-256 in two rows. A plan that names none says nothing here. */
function program() {
  const p = view.program;
  if (!p || p.is === 'not_named') return null;
  return h('div', { class: `card program ${p.is}` }, h('div', { class: 'mid' }, params.get('lang') ? p[LANG] : [p.zh, h('br'), p.en]),
    p.sha256 ? h('div', { class: 'num' }, 'SHA-256 ', rows(p.sha256, 4)) : null);
}

/** Digits in groups of five, as they are read aloud. */
function grouped(text) { return /^[0-9a-f]+$/.test(text) ? text.replace(/(.{5})(?=.)/g, '$1 ') : text; }

/** The public numbers as they were typed, for everybody who sees the dice; below them the seed, once it is there. */
function numbers() {
  const { given } = view.numbers;
  if (!given.length) return null;
  return h('div', { class: 'card' }, given.map((text, i) => [h('div', { class: 'mid' }, `${both('rolled')} ${i + 1}`), h('div', { class: 'rolled num' + (text.length > 30 ? ' long' : '') }, grouped(text))]),
    view.seed ? [h('div', { class: 'mid' }, both('seed'), ' SHA-256'), h('div', { class: 'num seed' }, view.seed.seed)] : null);
}

/** The last turns, with those that were missed or taken back. */
function turns() {
  const row = turn => {
    const plain = ['lot', 'choice', 'ranking'].includes(turn.what);
    return h('tr', { class: plain || turn.what === 'standby' ? null : 'odd' }, h('td', {}, who(turn.household)),
      plain ? [h('td', {}, turn.unit.label), h('td', {}, t('storey', turn.unit.storey)), h('td', {}, both({ lot: 'lot', choice: 'bychoice', ranking: 'ranking' }[turn.what]))] : h('td', { colspan: 3 }, outcome(turn, both)));
  };
  return h('div', { class: 'recent' }, h('table', {}, view.recent.slice(0, 8).map(row)));
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
    h('div', { class: 'mid' }, view.call ? both('choice') : both('next'), view.call && view.unanswered ? h('b', { class: 'callno' }, ' · ', both('callno', Math.min(view.unanswered + 1, 3))) : null),
    h('div', { class: 'big' }, who(call)),
    h('div', { class: 'mid' }, both('ticket'), ' ', h('span', { class: 'num' }, call.ticket)),
    call.family ? h('div', { class: 'mid family' }, params.get('lang') ? call.family.board[LANG] : [call.family.board.zh, h('br'), call.family.board.en]) : null,
    view.call ? h('div', { class: 'mid' }, both('offers', call.offered)) : null,
    view.call && call.needs ? h('div', { class: 'mid' }, both('needs'), ': ', params.get('lang') ? call.needs[LANG] : `${call.needs.zh} ${call.needs.en}`) : null,
    view.call && companions(call, both) ? h('div', { class: 'mid' }, companions(call, both)) : null,
    view.call ? countdown(view, both) : null);
}

/** Those who missed their call today. */
function late() {
  const all = view.day && !view.call ? view.day.late : [];
  return all.length ? h('div', { class: 'card' }, h('div', { class: 'mid' }, both('late')), h('div', { class: 'late' }, all.slice(0, 12).map(one => h('span', {}, who(one))), all.length > 12 ? h('span', {}, `+ ${all.length - 12}`) : null)) : null;
}

/** A day that is sealed: how far the draw is, and the fingerprint that everybody can note; when it goes on, if that was said. */
function day() {
  const { number, closed, goes_on } = view.day;
  return [h('div', { class: 'left' }, h('div', { class: 'center grow' }, h('div', { class: 'huge' }, both(closed ? 'dayclosed' : 'daysealed', number)),
    h('div', { class: 'big' }, both('served', view.served, view.counts.households)), h('div', { class: 'mid' }, both('unfinished')),
    goes_on ? h('div', { class: 'card big' }, both('goeson'), ': ', goes_on) : null, strips())),
  h('div', { class: 'right' }, print(4), panel('said', null, 7))];
}

/** The drawing of the building, in a part of the screen of this height. */
function drawn(high = 58) {
  const pool = view.pool, place = pool && pool.of > 1 ? ` · ${pool.number}/${pool.of}` : '';
  const left = h('div', { class: 'left' },
    h('h2', {}, view.building.name, pool ? ` · ${pool.title}${place} · ${pool.given} / ${pool.households} ${both('households')}` : ''),
    drawing(view.building, newest(view)), legend(view.building, view.stage === 'choice'));
  const grid = left.querySelector('.building');
  const rows = grid.querySelectorAll('.n').length + (grid.querySelector('.house') ? 1 : 0);
  grid.style.gridAutoRows = 'minmax(0, 1fr)';
  grid.classList.toggle('tall', rows < 9); // room for a long code below the label
  grid.style.fontSize = Math.min(3.2, high / rows * 0.8).toFixed(2) + 'vh';
  // The names of dozens of buildings leave the height to the one that is drawn.
  const houses = left.querySelector('.houses');
  if (houses) houses.remove();
  return [left, h('div', { class: 'right' }, calling(), late(), view.recent.length ? turns() : numbers(), houses)];
}

function strips() {
  const strips = h('div', { class: 'strips' }, view.estate.map(b => {
    const bar = h('div', {});
    bar.style.width = (100 * b.taken / b.units) + '%';
    return h('div', {}, h('div', {}, `${b.name} ${b.taken}/${b.units}`), h('div', { class: 'bar' }, bar));
  }));
  // As many columns as keep the whole estate on half of the screen.
  strips.style.gridTemplateColumns = `repeat(${Math.min(view.estate.length, Math.max(3, Math.ceil(view.estate.length / 9)))}, minmax(0, 1fr))`;
  if (view.estate.length < 4) strips.style.fontSize = '3.4vh';
  return strips;
}

/** What came after the result, the newest first. */
function events() {
  if (!view.after || !view.after.events.length) return null;
  return h('ul', { class: 'events' }, view.after.events.map(event => h('li', {}, params.get('lang') ? event[LANG] : event.zh)));
}

function ended() {
  const r = view.result, a = view.after;
  const one = view.estate.length === 1 && view.building && !view.void;
  const sums = r ? [h('div', { class: 'big' }, a && a.changed ? both('now', a.held) : both('picked', r.picked)),
    h('div', { class: 'mid' }, `${both('onstandby', a ? a.standby.length : r.standby)} · ${both('leftover', a ? a.free : r.leftover)}`)] : null;
  const left = one ? [drawn(44)[0], h('div', { class: 'card center' }, sums)] : [h('div', { class: 'center grow' },
    view.void ? [h('div', { class: 'huge' }, both('void')), h('div', { class: 'big' }, view.void)] : [sums, strips()])];
  return [h('div', { class: 'left' }, left),
    h('div', { class: 'right' }, view.fingerprints[2] ? print(2) : view.fingerprints[1] ? print(1) : print(0), view.stage === 'aftermath' ? null : panel('said', null, 7), events())];
}

function body() {
  switch (view.stage) {
    case 'empty': return [h('div', { class: 'center' }, h('div', { class: 'huge' }, '摇号选层'), h('div', { class: 'big' }, both('empty')))];
    case 'plan': return [h('div', { class: 'left center' }, h('div', { class: 'huge' }, view.counts.households + ' ' + both('households')), h('div', { class: 'huge' }, view.counts.units + ' ' + both('flats')), view.counts.families ? h('div', { class: 'mid' }, params.get('lang') ? view.counts.families[LANG] : [view.counts.families.zh, h('br'), view.counts.families.en]) : null, program(), strips()), h('div', { class: 'right' }, panel('did'))];
    case 'roll_call': return [h('div', { class: 'left' }, print(0), program(), sources()), h('div', { class: 'right' }, signing() ? panel('said') : panel('did', 'committed'))];
    case 'reveals': return [h('div', { class: 'left' }, print(0), sources()), h('div', { class: 'right' }, panel('did', 'revealed'))];
    case 'numbers': return [h('div', { class: 'left' }, view.fingerprints[3] && !view.numbers.given.length ? print(3) : null, sources(view.numbers.number), numbers()), h('div', { class: 'right' }, panel('did', 'revealed'))];
    case 'night': return day();
    case 'sign_off': return view.day && view.day.signing ? day() : ended();
    case 'aftermath': case 'done': return ended();
    case 'broken': return [h('div', { class: 'center' }, h('div', { class: 'huge' }, both(view.stopped ? 'stopped' : 'broken')), view.stopped ? [h('div', { class: 'big' }, params.get('lang') ? view.stopped[LANG] : view.stopped.zh), params.get('lang') ? null : h('div', { class: 'mid' }, view.stopped.en)] : null)];
    default: return view.building ? drawn() : [];
  }
}

function signing() {
  const members = view.benches.flatMap(b => b.members);
  return members.some(m => m.said !== 'nothing') && members.every(m => m.did === 'nothing');
}

function sources(now) {
  return view.sources.map((source, i) => h('div', { class: now === i + 1 ? 'card calling' : 'card' },
    h('div', { class: now === i + 1 ? 'big' : 'mid' }, `${i + 1}. ${source.zh}`), h('div', { class: 'mid' }, source.en),
    source.time ? h('div', { class: 'mid' }, both('countdown'), ' ', h('b', { class: 'num', 'data-until': source.time })) : null));
}

listen(next => {
  view = next;
  head(); foot();
  put('main', ...body());
  $('main').classList.toggle('one', $('main').children.length === 1);
  if (view.pause) $('main').append(h('div', { class: 'paused' }, both('paused'), h('small', {}, view.pause.reason)));
  tick();
});
