'use strict';
// The board: read only. What the hall must read is marked `data-read`: it is at least 5.5 of a hundred of the screen high, and it is never cut.

Object.assign(WORDS, {
  yempty: ['等待工作人员载入方案。', 'Waiting for the plan.'], yplan: ['方案封存后，一个字也改不了。', 'Once sealed, no word of the plan can change.'],
  ysealed: ['请抄下指纹：方案改一个字，指纹就全变。', 'Write it down: any change would change it.'], ysign: ['监督员签名，证明封存的就是这份方案。', 'The panel signs: this is the plan it saw.'],
  yroll: ['各人先交承诺，之后谁也换不了密语。', 'Each commits to a secret; none can be swapped.'], yopen: ['密语当众公开，谁也不能再换。', 'Secrets are opened: none can be swapped now.'],
  ydice: ['密语先定，骰子后掷：谁也左右不了结果。', 'Secrets first, dice last: nobody can steer it.'], yseed: ['密语加骰子得出种子，种子定下全部顺序。', 'Secrets and dice make the seed; it fixes all.'],
  ylot: ['每户的房都由种子算出，谁都可以重算。', 'The seed gives each flat; all can recompute it.'], ychoice: ['叫号顺序由种子排定，谁也不能插队。', 'The seed fixed the order: nobody jumps it.'],
  yday: ['今天的记录已封存，夜里改不了一行。', 'The day is sealed: no line changes overnight.'], yresult: ['监督员核对结果后签名，改动一行就对不上。', 'The panel signs the result it has checked.'],
  yafter: ['结果之后的每件事，都记在同一份记录里。', 'All that follows goes into the same record.'], ydone: ['人人都可以用验证程序重算整场抽签。', 'Anybody can recompute the whole draw.'],
  yvoid: ['本次抽签作废；记录保留，人人可查。', 'This draw is void; its record stays public.'],
  turnof: ['请 {0} 选房 · 第 {1} / {2} 位', 'Now {0} · {1} of {2}'], nextof: ['下一户：{0} · 第 {1} / {2} 位', 'Next: {0} · {1} of {2}'],
  green: ['可选 {0} 套（绿色）', '{0} flats on offer (green)'], onfloor: ['{0} 层', 'storey {0}'], callagain: ['第 {0} 次呼叫', 'Call {0} of 3'],
  gotchoice: ['本人自选', 'its own choice'], gotproxy: ['代理人代选', 'chosen by its proxy'], gotlot: ['抽签得出', 'by lot'], gotranking: ['按所报志愿', 'by its ranking'], waiting: ['候补', 'standby'], gone: ['三呼未到', 'Three calls unanswered'], goneword: ['三呼未到', 'missed'], later: ['本批最后再叫一次', 'called once more at the end'], back: ['选择已撤回', 'The choice is withdrawn'],
  placeof: ['第 {0} / {1} 位', '{0} of {1}'], near: ['挨着同组的房', 'beside its group'], finishedpool: ['本批已抽完', 'This pool is complete'],
  lasted: ['已暂停', 'Paused for'], benchof: ['{0} / {1}，法定 {2}', '{0} / {1}, quorum {2}'], doneof: ['{0} / {1} 户', '{0} / {1} households'], given: ['{0} / {1} 户', '{0} of {1}'], lineno: ['全部 {0} 行', 'All {0} lines'], fpshort: ['方案', 'Plan'], fpres: ['结果', 'Result'], fpaft: ['后续', 'After'], fprev: ['密语', 'Secrets'], fpday: ['当日', 'Day'],
  flatsgiven: ['已定 {0} / {1} 套', '{0} of {1} flats given'], allflats: ['{0} 户 · {1} 套', '{0} households · {1} flats'],
});

let view = null;
/** What is done once the page stands and its parts can be measured. */
let later = [];
/** Counts the seconds that buildings, pages and languages take turns by; and whether anything on the screen does. */
let beat = 0, turns = false;
const BEAT = 8000;
/** The turn that was over last, when the board saw it, and the pool that was finished. */
const seen = { turn: '', at: -Infinity, pool: '', finished: -Infinity };
/** The building whose list is shown, by number of lines and building; null until it came. */
const lists = new Map();

/** One language at a time: that of the address, or of the operator's choice; of both, one after the other. */
function language() {
  const asked = params.get('lang') || (view && view.board ? view.board.lang : '');
  if (asked === 'both') { turns = true; return beat % 2 ? 'en' : 'zh'; }
  return asked === 'en' || asked === 'zh' ? asked : LANG;
}

/** Something the hall must read; `most` is how high its letters are where there is room, and it is never below `least`. */
function read(kind, most, ...inside) { return sized(kind, most, 5.5, inside); }
function sized(kind, most, least, inside) {
  const element = h('div', { class: kind, 'data-read': least >= 5.5 ? '' : null }, inside);
  later.push(() => shrink(element, most, least));
  return element;
}
/** The letters as high as the width allows; at the least height a text goes on in the next line. */
function shrink(element, most, least) {
  const fits = size => { element.style.fontSize = size + 'vh'; return element.scrollWidth <= element.clientWidth + 1; };
  element.style.whiteSpace = 'nowrap';
  if (fits(most)) return;
  let [low, high] = [least, most];
  for (let n = 0; n < 8; n++) { const middle = (low + high) / 2; if (fits(middle)) low = middle; else high = middle; }
  if (!fits(low)) element.style.whiteSpace = 'normal';
}

/** One sentence: what is happening, and why nobody can cheat. */
const sentence = word => read('why', 5.8, t(word));

function head() {
  // The hall's steps begin with the seal; before it nothing is done that counts.
  const at = stepOf(view), steps = h('ol', {}, [2, 3, 4, 5, 6, 7, 8].map(n => h('li', n === at ? { class: 'on', 'data-read': '', 'aria-current': 'step' } : {}, t(stepWord(view, n)))));
  const title = h('h1', {}, view.title || t('draw'));
  put('head', title, steps);
  // The whole title, in two lines if it must be.
  later.push(() => { for (let size = 3.6; size >= 1.6; size -= 0.2) { title.style.fontSize = size + 'vh'; if (title.scrollHeight <= 7.2 * vh() && title.scrollWidth <= title.clientWidth + 1) break; } });
  $('rehearsal').hidden = view.mode !== 'rehearsal';
  document.title = (view.mode === 'rehearsal' ? '【演练 REHEARSAL】' : '') + (view.title || '摇号选层');
}

/** Groups of a fingerprint, so many in a row. */
function rows(print, across) {
  const groups = print.split(' ');
  return Array.from({ length: Math.ceil(groups.length / across) }, (_, n) => h('div', {}, groups.slice(n * across, (n + 1) * across).join(' ')));
}

function foot() {
  const last = [2, 1, 4, 3, 0].find(i => view.fingerprints[i]), word = { 0: 'fpshort', 1: 'fpres', 2: 'fpaft', 3: 'fprev', 4: 'fpday' }[last];
  const line = (label, print) => h('div', { class: 'line' }, h('span', {}, label), h('span', { class: 'num' }, print));
  const prints = h('div', { class: 'prints' }, last === undefined ? null : line(view.stage === 'plan' ? t('fpshort') : t(word), view.fingerprints[last]), view.head && !view.sealed ? line(t('lineno', view.head.lines), view.head.fingerprint) : null, answersOf(view));
  const total = view.counts ? view.counts.households : 0, bar = h('div', {});
  bar.style.width = total ? 100 * view.served / total + '%' : '0';
  put('foot', prints, total ? h('div', { class: 'progress' }, h('div', {}, t('attempt', view.attempt)), h('b', {}, t('given', view.served, total)), h('div', { class: 'bar' }, bar)) : null);
}

/** A fingerprint as large as its place allows. */
function print(index, most = 16) {
  const box = h('div', { class: 'print num', 'data-read': '' });
  later.push(() => {
    const way = [3, 4, 6, 2].map(across => {
      box.replaceChildren(...rows(view.fingerprints[index] || '', across));
      const deep = Math.ceil(12 / across);
      return [Math.min(most, box.clientWidth / vh() / (across * 6 - 1) / 0.612, box.clientHeight / vh() / deep / 1.18), across];
    }).reduce((a, b) => b[0] > a[0] ? b : a);
    box.replaceChildren(...rows(view.fingerprints[index] || '', way[1]));
    box.style.fontSize = Math.max(way[0], 2) + 'vh';
  });
  return box;
}
const printed = (index, most) => [read('what', 5.5, t('fp' + index)), print(index, most)];

const GOOD = ['committed', 'envelope', 'revealed', 'key', 'paper'], BAD = ['absent', 'withheld', 'dissent'];
/** What a member did, as a sign: for tiles without room for the word. */
const SIGN = { committed: '✓', envelope: '✉', revealed: '✓', key: '✓', paper: '✎', absent: '✗', withheld: '✗', dissent: '✗', unsigned: '–', nothing: '' };

/** A tile for each member, that turns from grey to green or red; with the quorum of each bench counted. Where not all can be read at once, benches take turns, or parts of them. */
function panel(word, count) {
  const all = h('div', { class: 'panel' });
  later.push(() => {
    const wide = all.clientWidth / vh(), high = all.clientHeight / vh(), parts = n => view.benches.flatMap(bench => Array.from({ length: n }, (_, i) => {
      const some = Math.ceil(bench.members.length / n);
      return { ...bench, shown: bench.members.slice(i * some, (i + 1) * some) };
    })).filter(bench => bench.shown.length);
    let way = tiled(parts(1), word, wide, high);
    for (let n = 1; way.size < 5.5 && n <= 8; n++) {
      const pages = parts(n);
      way = tiled([pages[beat % pages.length]], word, wide, high);
      turns = turns || pages.length > 1;
    }
    all.style.gridTemplateColumns = way.side ? `repeat(${way.benches.length}, minmax(0, 1fr))` : '1fr';
    all.replaceChildren(...way.benches.map(bench => benchOf(bench, word, count, way)));
    all.querySelectorAll('.heading').forEach(heading => shrink(heading, 5.8, 5.5));
  });
  return all;
}

/** The largest letters with which benches fit side by side or one below the other, the word below the name or a sign behind it. */
function tiled(benches, word, wide, high) {
  const names = widest(benches.flatMap(b => b.shown.map(m => m.name || m.id))), words = widest(benches.flatMap(b => b.shown.map(m => said(m[word]))));
  let best = { size: 0, worth: 0 };
  for (const side of [true, false]) {
    for (let across = 1; across <= 8; across++) {
      const w = (side ? wide / benches.length - 2 : wide) / across - 1.2, deep = bench => Math.ceil(bench.shown.length / across);
      const down = side ? Math.max(...benches.map(deep)) : benches.reduce((sum, b) => sum + deep(b), 0);
      const room = side ? wide / benches.length - 2 : wide, head = Math.max(...benches.map(b => headed(b) > room ? 15.5 : 8.5));
      if (benches.some(b => 5.7 * (ems(counted(b, b.members.length)) + 0.6) > room)) continue;
      const tall = (high - head * (side ? 1 : benches.length)) / down - 1.2, holes = benches.reduce((sum, b) => sum + deep(b) * across - b.shown.length, 0);
      for (const two of [true, false]) {
        const size = Math.min(two ? tall / 2.5 : tall / 1.4, (w - 1.6) / (two ? Math.max(names, words) : names + 1.5), 8);
        // Words say more than signs, and a full row looks better than one with holes.
        const worth = size * (two && size >= 5.5 ? 2 : 1) * (1 - 0.03 * holes);
        if (worth > best.worth) best = { benches, side, across, two, size, tall, worth };
      }
    }
  }
  return { benches, ...best };
}

const counted = (bench, done) => t('benchof', done, bench.members.length, bench.quorum);
/** How wide the heading of a bench is, in hundredths of the height of the screen. */
const headed = bench => 5.7 * (ems(`${bench.title} ${counted(bench, bench.members.length)}`) + 0.5);
/** Who committed and has not opened the secret yet. */
const waits = what => view.stage === 'reveals' && ['committed', 'envelope'].includes(what);
const said = what => what === 'nothing' ? '…' : t(what);
function benchOf(bench, word, count, way) {
  const done = count ? bench[count] : bench.members.filter(m => ['key', 'paper'].includes(m.said)).length;
  const tiles = h('div', { class: 'tiles' + (way.two ? ' two' : '') }, bench.shown.map(m => h('div', { class: `tile ${waits(m[word]) ? '' : GOOD.includes(m[word]) ? 'good' : BAD.includes(m[word]) ? 'bad' : ''}`, 'data-member': m.id, 'data-read': '' }, h('b', {}, m.name || m.id), h('span', { class: 'state' }, way.two ? said(m[word]) : waits(m[word]) ? '…' : SIGN[m[word]]))));
  tiles.style.gridTemplateColumns = `repeat(${way.across}, minmax(0, 1fr))`;
  tiles.style.gridAutoRows = Math.min(way.tall, way.size * (way.two ? 3 : 2)) + 'vh';
  tiles.style.fontSize = way.size + 'vh';
  return h('section', {}, h('div', { class: 'heading', 'data-read': '' }, `${bench.title} `, h('b', { class: 'count' + (done >= bench.quorum ? ' on' : '') }, counted(bench, done))), tiles);
}

/** Whether the program that runs is the one in the plan; the hall is told where it is not. */
function program() {
  const p = view.program, named = ['same', 'other'].includes(p.is);
  return p.is === 'not_named' ? null : h('div', { class: `program ${p.is}` }, sized('', 5.5, p.is === 'other' ? 5.5 : 3.4, [p[LANG]]), named ? sized('num', 3, 1.5, ['SHA-256 ' + p.sha256]) : null);
}
/** Which program runs, in small letters, for whoever compares it before the roll call. */
function own() {
  const p = view.program, lines = programLines(p);
  // Where it is compared with the plan, its SHA-256 stands above in larger letters.
  return h('div', { class: 'own extra' }, (p.is === 'not_named' ? [...lines, p[LANG]] : lines.slice(0, 2)).filter(Boolean).map(line => sized('num', 1.9, 1.2, [line])));
}

function sources(now) {
  return view.sources.map((source, n) => now === undefined || now === n + 1 ? h('div', { class: 'source' }, read('mid', 9, view.sources.length > 1 ? `${n + 1} · ${source[LANG]}` : source[LANG]), source.time ? h('div', { class: 'time num', 'data-read': '', 'data-until': source.time }) : null) : null);
}

/** The public numbers as tiles, as they were typed, for everybody who sees the dice; below them the seed, once it is there. */
function numbers() {
  const { given, number } = view.numbers, waits = number ? view.sources[number - 1] : null;
  const of = n => view.sources[n].device === 'balls' ? given[n].split(' ') : view.sources[n].device === 'dice' ? [...given[n]] : given[n].match(/.{1,8}/g);
  const across = n => view.sources[n].device === 'drand' ? 4 : Math.min(of(n).length, of(n).length > 60 ? 20 : 10);
  const down = given.reduce((sum, _, n) => sum + Math.ceil(of(n).length / across(n)), 0);
  // What is left of the height for a row.
  const row = (68 - (waits ? waits.time ? 25 : 11 : 0) - (given.length > 1 ? 8 * given.length : 0) - (view.seed ? 22 : 0)) / down - 1.5;
  return [given.map((text, n) => {
    const { device } = view.sources[n], wide = { drand: 5.6, balls: 2.2, dice: 1.6 }[device];
    const tiles = h('div', { class: `dice ${device}`, role: 'img', 'aria-label': text }, of(n).map(one => h('span', { class: 'num', 'data-read': '' }, one)));
    tiles.style.gridTemplateColumns = `repeat(${across(n)}, auto)`;
    later.push(() => { tiles.style.fontSize = Math.max(5.5, Math.min(11, $('main').clientWidth / vh() / across(n) / wide, row / (device === 'balls' ? 1.75 : 1.35))) + 'vh'; });
    return [given.length > 1 ? read('what extra', 5.5, view.sources[n][LANG]) : null, tiles];
  }), view.seed ? h('div', { class: 'seed' }, read('what', 5.5, t('seed')), h('div', { class: 'hex num', 'data-read': '' }, view.seed.seed.match(/.{8}/g).map(part => h('span', {}, part, ' ')))) : null];
}

/** What came of a turn, in one line. */
function line(turn) {
  const odd = ['deferred', 'missed', 'undone'].includes(turn.what);
  const what = { deferred: 'goneword', missed: 'goneword', undone: 'undone', standby: 'waiting' }[turn.what];
  return h('div', { class: `line extra${odd ? ' odd' : ''}`, 'data-read': '' }, h('b', {}, who(turn.household)), h('span', {}, what ? t(what) : `${turn.unit.door} · ${t('floor', turn.unit.storey)}`));
}
const lines = (from, to) => h('div', { class: 'lines' }, view.recent.slice(from, to).map(line));

/** The result of a turn, large: who, which flat, where, and how. */
function result(turn, large) {
  const pool = view.finished ? view.finished.pool : view.pool, { unit, household } = turn;
  const place = household.place && pool ? ` · ${t('placeof', household.place, pool.households)}` : '';
  const many = view.estate.length > 1 || unit && view.building && view.building.name !== unit.building;
  if (unit && turn.what !== 'undone') return [read('whose', large ? 11 : 9, who(household)), read('flat num', large ? 30 : 25, unit.door), read('where', large ? 11 : 8, [t('onfloor', unit.storey), many || large ? unit.building : ''].filter(Boolean).join(' · ')), read('how', 5.8, t(turn.proxy ? 'gotproxy' : { choice: 'gotchoice', lot: 'gotlot', ranking: 'gotranking' }[turn.what]) + place)];
  const what = { standby: 'waiting', deferred: 'gone', missed: 'gone', undone: 'back' }[turn.what];
  return [read('whose', large ? 11 : 9, who(household)), read('gone', large ? 16 : 12, t(what)), turn.what === 'deferred' ? read('where', 8, t('later')) : null, turn.what === 'undone' ? read('where', 8, turn.reason) : null];
}
const isOdd = turn => ['deferred', 'missed', 'undone'].includes(turn.what);

/** A building in the left of the screen, and what is said beside it. */
function besides(building, right, { zoom = false, note = null } = {}) {
  const area = h('div', { class: 'towers' }), units = building.units, odd = mismatched(units), wide = Math.max(...houses(building).map(house => house.wide));
  const states = ['held', 'unfit', 'beyond', 'elsewhere'].filter(state => units.some(unit => unit.state === state));
  later.push(() => { if (raise(area, building, zoom || !view.call ? newest(view) : null, { zoom, turn: beat }) > 1) turns = true; });
  const key = [odd ? h('span', { class: 'mismatch' }, t('mismatch', odd.door, odd.storey)) : null, states.map(state => h('span', { class: 'key' }, h('i', { class: 'cell ' + state }), t(state))), units.some(unit => unit.beside) ? h('span', { class: 'key' }, h('i', { class: 'cell offered near' }), t('near')) : null];
  return [h('div', { class: 'left' + (wide > 4 ? ' wide' : wide > 2 ? '' : ' slim') }, note, area, h('div', { class: 'keys' }, key)), h('div', { class: 'right' }, right)];
}

function choosing() {
  const { call, pool } = view, again = view.unanswered ? read('again', 5.8, t('callagain', Math.min(view.unanswered + 1, 3))) : null;
  const beside = companions(call, t);
  return besides(view.building, [read('why extra keep', 5.8, t('ychoice')), read('call', 6.5, t('turnof', call.id, call.place, pool.households)), read('name', 14, call.name || call.id),
    h('div', { class: 'meta' }, read('', 5.5, t('green', call.offered)), call.needs ? read('', 5.5, `${t('needs')}${LANG === 'zh' ? '：' : ': '}${call.needs[LANG]}`) : null, call.family ? read('family extra needed', 5.5, call.family.board[LANG]) : null, call.last ? read('again', 5.5, t('lastcall')) : null, beside ? read('extra', 5.5, beside) : null, again),
    timer(), lines(0, 3)]);
}

/** The clock of the household, and a bar that turns amber, then red. */
function timer() {
  if (typeof view.left !== 'number') return null;
  const whole = 1000 * (view.pool.seconds || view.left / 1000), bar = h('div', { 'data-whole': whole, 'data-from': view.left, 'data-since': view.got });
  return h('div', { class: 'timer' }, h('div', { class: 'time num', 'data-read': '', 'data-left': view.left, 'data-got': view.pause ? null : view.got, 'data-up': t('timeup') }), h('div', { class: 'bar' }, bar));
}

/** Sets the bar, and the time since a pause began. */
function bars() {
  for (const bar of document.querySelectorAll('[data-whole]')) {
    const { whole, from, since } = bar.dataset, part = Math.max(0, Number(from) - (performance.now() - Number(since))) / Number(whole);
    bar.style.width = 100 * Math.min(1, part) + '%';
    bar.closest('.timer').className = 'timer' + (part < 1 / 9 ? ' late' : part < 1 / 3 ? ' soon' : '');
  }
  for (const element of document.querySelectorAll('[data-lasts]')) element.textContent = clock(Number(element.dataset.lasts) + (performance.now() - Number(element.dataset.since)) / 1000);
}
setInterval(bars, 250);

/** Of what can be left out the last is, until the rest stands on the screen as a whole; `keep` goes after `extra`, and `needed` after that. */
function trim(column) {
  for (const kind of ['.extra:not(.keep, .needed)', '.extra.keep', '.extra.needed']) {
    for (const extra of [...column.querySelectorAll(kind)].reverse()) {
      if (column.scrollHeight <= column.clientHeight + vh()) return;
      extra.remove();
    }
  }
}

/** Between two calls: who is next. */
function between() {
  const { next, pool } = view, last = view.recent[0];
  const coming = next ? [read('call', 6.5, t('nextof', next.id, next.place, pool.households)), read('name', 12, next.name || next.id)] : [];
  if (!last) return [h('div', { class: 'one' }, sentence('yseed'), h('div', { class: 'center' }, numbers()), next ? read('call extra', 6.5, t('nextof', who(next), next.place, pool.households)) : null)];
  return besides(view.building, [sentence('ychoice'), coming, late(), lines(0, 4)], { zoom: true });
}

/** Those who missed their call today. */
function late() {
  const all = view.day && !view.call ? view.day.late : [];
  return all.length ? h('div', { class: 'waits extra', 'data-read': '' }, t('late') + (LANG === 'zh' ? '：' : ': ') + all.slice(0, 4).map(who).join(LANG === 'zh' ? '、' : ', ') + (all.length > 4 ? ` + ${all.length - 4}` : '')) : null;
}

function lots({ pool, building }) {
  const last = view.recent[0];
  if (!last) return [h('div', { class: 'one' }, sentence('yseed'), h('div', { class: 'center' }, numbers()))];
  return besides(building, [read('why extra keep', 5.8, t('ylot')), read('call', 6, `${pool.title} · ${pool.given} / ${pool.households}`), h('div', { class: 'lately' }, result(last)), view.estate.length > 1 ? skyline(pool.building) : lines(1, 3)], { zoom: true });
}
/** The estate in a row of small towers, if it has more than one building. */
function skyline(now) { return view.estate.length > 1 ? h('div', { class: 'extra' }, estateMap(now)) : null; }

/** A pool that is complete stands still, with its name. */
function finished() {
  const { pool, building } = view.finished, last = view.recent[0];
  return besides(building, [sentence(last && last.what === 'choice' ? 'ychoice' : 'ylot'), read('name', 14, pool.building), read('call', 6.5, pool.title), read('call', 6.5, `${t('finishedpool')} · ${t('doneof', pool.given, pool.households)}`), lines(0, 2), skyline(pool.building)], { zoom: true });
}

function moment(turn) { return [h('div', { class: 'moment' + (isOdd(turn) ? ' odd' : turn.what === 'standby' ? ' waits' : '') }, result(turn, true))]; }

/** How long the result of a turn stays, in milliseconds, if no call comes before. */
const stays = () => 1000 * (view.board && view.board.moment || 20);
/** How long the last turn of a pool is seen, and how long the finished pool at least, before the next screen. */
const RESULT = 3000, STANDS = 9000;
/** How long the hall sees that a choice was withdrawn. */
const WITHDRAWN = 6000;

/** Notes which turn was over last, and which pool was finished, and since when. What was there when the page was opened is not new. */
function notice(before) {
  const last = view.recent[0], turn = last ? `${last.household.id} ${last.what} ${last.unit ? last.unit.id : ''}` : '', pool = view.finished ? view.finished.pool.id : '';
  const since = before ? performance.now() : -Infinity;
  if (turn !== seen.turn) Object.assign(seen, { turn, at: since });
  if (pool !== seen.pool) Object.assign(seen, { pool, finished: since });
}

/** Whether something that is seen for a time still is; the page is shown anew when the time is over. */
function still(since, long) {
  const rest = since + long - performance.now();
  if (rest > 0) setTimeout(show, rest + 20);
  return rest > 0;
}

function drawn() {
  const last = view.recent[0];
  if (last && !['draw', 'choice'].includes(view.stage) && (view.stage === 'settle' || still(seen.at, stays()))) return moment(last);
  // The same household chooses again: first the hall is told why.
  if (last && last.what === 'undone' && view.stage === 'choice' && still(seen.at, WITHDRAWN)) return moment(last);
  if (view.finished && view.stage !== 'choice') return complete();
  switch (view.stage) {
    case 'choice': return choosing();
    case 'call': case 'settle': case 'day_end': return between();
    default: return view.building ? lots(view) : [];
  }
}
/** The last turn of a pool, then the pool. */
function complete() { return view.recent[0].what !== 'choice' && still(seen.at, view.auto && !view.auto.every ? RESULT / 6 : RESULT) ? lots(view.finished) : finished(); }

/** A day that is sealed: how far the draw is, and the fingerprint that everybody can note; when it goes on, if that was said. */
function day() {
  const { number, closed, goes_on } = view.day;
  const said = [sentence('yday'), read('name', 12, t(closed ? 'dayclosed' : 'daysealed', number)), read('call', 7, t('served', view.served, view.counts.households)), read('call', 6, t('unfinished'))];
  if (!closed) return [h('div', { class: 'left half' }, said.map((one, n) => { one.classList.toggle('extra', n !== 1); return one; }), printed(4)), h('div', { class: 'right' }, panel('said'))];
  turns = view.estate.length > 1;
  if (turns && beat % 2) return [h('div', { class: 'one' }, sentence('yday'), estateMap('', true))];
  return [h('div', { class: 'one all' }, said, goes_on ? read('name', 9, `${t('goeson')}${LANG === 'zh' ? '：' : ': '}${goes_on}`) : null, printed(4))];
}

/** Picks, standby and what is left, in large letters. */
function sums() {
  const r = view.result, a = view.after;
  return r ? [read('sum', 9, a && a.changed ? t('now', a.held) : t('picked', r.picked)), read('call', 6.5, `${t('onstandby', a ? a.standby.length : r.standby)} · ${t('leftover', a ? a.free : r.leftover)}`)] : [];
}

function signed() { return [h('div', { class: 'left half' }, read('why extra keep', 5.8, t('yresult')), sums(), printed(view.fingerprints[2] ? 2 : 1)), h('div', { class: 'right' }, panel('said'))]; }

/** What came after the result, each thing in full; as many on a screen as fit. */
function events() {
  const all = h('ul', { class: 'events' }, view.after.events.map(event => h('li', { 'data-read': '' }, event[LANG])));
  later.push(() => {
    const pages = [[]], items = [...all.children];
    let high = 0;
    for (const item of items) {
      high += item.offsetHeight;
      if (high > all.clientHeight && pages.at(-1).length) { pages.push([]); high = item.offsetHeight; }
      pages.at(-1).push(item);
    }
    wheel.pages = pages.length;
    all.replaceChildren(...pages[wheel.page % pages.length]);
  });
  return [h('div', { class: 'one' }, sentence('yafter'), all)];
}

/** What takes turns at the end: which scene, which page of it, how many it has, and how many events were there. */
const wheel = { scene: 0, page: 0, pages: 1, scenes: 1, events: 0 };

/** The end: the result, what came after it, the estate, then the buildings one after the other, large enough for a household to find itself. */
function ended() {
  turns = true;
  const after = view.after ? view.after.events.length : 0;
  const scenes = [signed, after ? events : null, view.estate.length > 1 ? () => [h('div', { class: 'one' }, sentence('ydone'), estateMap('', true))] : null, ...view.estate.map((_, n) => () => list(n))].filter(Boolean);
  // What has just come is shown first.
  if (after > wheel.events) Object.assign(wheel, { scene: 1, page: 0 });
  [wheel.events, wheel.scenes, wheel.pages] = [after, scenes.length, 1];
  return scenes[wheel.scene % scenes.length]();
}
function onward() {
  wheel.page += 1;
  if (wheel.page >= wheel.pages) [wheel.scene, wheel.page] = [(wheel.scene + 1) % wheel.scenes, 0];
}

/** Who has which flat in one building. */
function list(n) {
  const { name, taken, units } = view.estate[n], key = `${view.head.lines} ${n}`, area = h('div', { class: 'towers roster' });
  if (!lists.has(key)) {
    lists.clear();
    lists.set(key, null);
    fetch('api/building?n=' + n).then(response => response.ok ? response.json() : null).then(house => { lists.set(key, house); show(); }).catch(() => lists.delete(key));
  }
  later.push(() => { if (lists.get(key)) wheel.pages = roster(area, lists.get(key), wheel.page); });
  return [h('div', { class: 'one' }, h('div', { class: 'row' }, read('name', 8, name), read('mid', 6, t('flatsgiven', taken, units))), area)];
}

function whole(kind, ...inside) { return [h('div', { class: 'whole ' + kind }, inside)]; }

function screen() {
  if (view.stage === 'broken') return whole('alarm', read('big', 18, t(view.stopped ? 'stopped' : 'broken')), view.stopped ? read('mid', 7, view.stopped[LANG]) : null);
  if (view.pause) return whole('amber', read('big', 20, t('paused')), read('mid', 9, view.pause.reason), h('div', { class: 'row' }, read('mid', 7, t('lasted')), h('div', { class: 'time num', 'data-read': '', 'data-lasts': view.pause.lasts || 0, 'data-since': view.got })));
  if (view.void) return whole('alarm', read('big', 22, t('void')), read('mid', 9, view.void), read('mid', 5.8, t('yvoid')));
  switch (view.stage) {
    case 'empty': return whole('calm', read('big', 20, LANG === 'zh' ? '摇号选层' : 'Public draw'), read('mid', 6.5, t('yempty')));
    case 'plan': return [h('div', { class: 'one middle' }, sentence('yplan'), read('sum', 16, t('allflats', view.counts.households, view.counts.units)), read('mid', 6.5, view.benches.map(bench => `${bench.title} ${bench.members.length}`).join(' · ')), view.counts.families ? read('mid', 5.5, view.counts.families[LANG]) : null, program(), view.estate.length > 1 ? estateMap('', true) : null, h('div', { class: 'extra' }, sources()), own())];
    case 'roll_call': return view.sealed ? [h('div', { class: 'one' }, sentence('ysealed'), read('what', 5.5, t('fp0')), print(0), program(), own())] : [h('div', { class: 'one' }, sentence(view.signs ? 'ysign' : 'yroll'), program(), view.signs ? own() : null, view.signs ? panel('said') : panel('did', 'committed'))];
    case 'reveals': return [h('div', { class: 'one' }, sentence('yopen'), panel('did', 'revealed'))];
    case 'numbers': return [h('div', { class: 'one' }, sentence('ydice'), view.numbers.given.length ? numbers() : null, sources(view.numbers.number), view.numbers.given.length || !view.fingerprints[3] ? null : printed(3, 9))];
    case 'night': return day();
    case 'sign_off': return !view.result ? day() : view.finished && still(seen.finished, STANDS) ? complete() : signed();
    case 'aftermath': case 'done': return ended();
    default: return drawn();
  }
}

function show() {
  if (!view) return;
  [later, turns] = [[], false];
  LANG = language();
  document.documentElement.lang = LANG === 'zh' ? 'zh-CN' : 'en';
  head(); foot();
  // A verifier that disagrees is told above all else.
  const differs = (view.answers || []).filter(answer => answer.is === 'differs').map(answer => read('differs', 6.5, answerWords(answer)));
  put('alarm', differs);
  put('main', ...screen());
  // Each as soon as it stands, in the order in which it stands: some ask for more.
  for (let n = 0; n < later.length; n++) later[n]();
  tick(); bars();
  document.querySelectorAll('.left, .right, .one').forEach(trim);
  // What was left out gave room to what takes all that is there.
  for (let n = 0; n < later.length; n++) later[n]();
}
addEventListener('resize', show);
setInterval(() => { beat += 1; if (turns) { onward(); show(); } }, BEAT);

listen(next => {
  const before = view;
  view = next;
  notice(before);
  show();
});
