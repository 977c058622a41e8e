'use strict';
// What both pages share: words, small helpers, the drawing of a building.

const WORDS = {
  empty: ['等待方案', 'Waiting for a plan'], plan: ['方案待封存', 'Plan, not sealed'], roll_call: ['点名与承诺', 'Roll call'],
  reveals: ['公开密语', 'Reveals'], numbers: ['公开随机数', 'Public numbers'], draw: ['抽签', 'The draw'], call: ['选房', 'Choosing'],
  choice: ['选房', 'Choosing'], settle: ['选房', 'Choosing'], sign_off: ['监督员签名', 'The panel signs'], aftermath: ['结果之后', 'After the result'],
  day_end: ['今日叫号完毕', 'Today’s calls are done'], night: ['当日已结束', 'The day is closed'],
  done: ['完成', 'Complete'], broken: ['写入失败', 'A write failed'], stopped: ['抽签停住', 'The draw has stopped'], void: ['已作废', 'VOID'],
  official: ['正式抽签', 'Official draw'], rehearsal: ['演练', 'REHEARSAL'], attempt: ['第 {0} 次', 'attempt {0}'],
  'fp0': ['方案指纹', 'Fingerprint of the plan'], 'fp1': ['结果指纹', 'Fingerprint of the result'], 'fp2': ['后续指纹', 'Fingerprint of the aftermath'], 'fp3': ['密语公开指纹', 'Fingerprint of the reveals'], 'fp4': ['当日指纹', 'Fingerprint of the day'], running: ['已记录 {0} 行', '{0} lines recorded'],
  free: ['未选', 'free'], taken: ['已选', 'taken'], offered: ['可选', 'on offer'], held: ['留给照顾户', 'held back'], unfit: ['不符合需求', 'lacks what it needs'], beyond: ['超出面积额度', 'beyond the area budget'], elsewhere: ['不在本批次', 'in another pool'],
  beside: ['◆ 与同组或同一家庭已选的房同楼同层，或正上、正下相邻（仅供参考）', '◆ on the storey of a flat of its group or family, or right above or below it (a hint)'],
  companions: ['同组已选', 'Its group has'],
  deferred: ['三呼未到或超时，最后再叫', 'missed; called again at the end'], missedword: ['三呼未到或超时', 'missed'], undone: ['撤回', 'withdrawn'],
  pools: ['{0} 个批次', 'pools: {0}'], callno: ['第 {0} 次呼叫', 'call {0}'], rolled: ['公开随机数', 'Public numbers'], now: ['现有 {0} 套有主', '{0} flats held'], planned: ['方案指纹（待封存）', 'Fingerprint of the plan (not sealed yet)'],
  dayno: ['第 {0} 天', 'Day {0}'], dayclosed: ['第 {0} 天已结束', 'Day {0} is closed'], daysealed: ['第 {0} 天已封存', 'Day {0} is sealed'], unfinished: ['抽签尚未完成', 'the draw is not finished'], goeson: ['继续时间', 'Goes on'], late: ['当日结束前再叫', 'Called again before the day is closed'],
  calling: ['请', 'Now'], ticket: ['签号', 'Ticket'], place: ['第 {0} 位，共 {1} 户', 'number {0} of {1}'], offers: ['可选 {0} 套', '{0} flats on offer'],
  next: ['下一户', 'Next'], recent: ['最近选定', 'Last turns'], standby: ['候补', 'standby'], lot: ['抽签', 'by lot'], bychoice: ['自选', 'chosen'], ranking: ['志愿', 'by ranking'],
  storey: ['{0}层', 'storey {0}'], households: ['户', 'households'], flats: ['套房', 'flats'], served: ['已定 {0} / {1} 户', '{0} of {1} served'],
  quorum: ['法定 {0}', 'quorum {0}'], reached: ['已达法定人数', 'quorum reached'], missing: ['未达法定人数', 'no quorum yet'],
  nothing: ['未到', 'not yet'], committed: ['已承诺', 'committed'], envelope: ['密封信封', 'envelope'], absent: ['缺席', 'ABSENT'], revealed: ['已公开', 'revealed'],
  withheld: ['拒绝公开', 'WITHHELD'], key: ['密钥签名', 'signed'], paper: ['纸面签名', 'on paper'], dissent: ['拒签', 'REFUSES'], unsigned: ['未签', 'not signed'],
  picked: ['选定 {0} 套', '{0} flats given'], onstandby: ['候补 {0} 户', '{0} on standby'], leftover: ['剩余 {0} 套', '{0} left over'],
  paused: ['暂停', 'PAUSED'], seed: ['种子', 'Seed'], needs: ['照顾需求', 'needs'], tier: ['第 {0} 顺位', 'tier {0}'], pool: ['第 {0} 批，共 {1} 批', 'pool {0} of {1}'],
  step1: ['方案', 'Plan'], step2: ['封存', 'Seal'], step3: ['签名', 'Sign'], step4: ['点名', 'Roll call'], step5: ['公开', 'Reveal'], step6: ['随机数', 'Numbers'], step7: ['选房', 'Flats'], step8: ['结果', 'Result'],
  step6dice: ['掷骰', 'Dice'], step7lot: ['抽签', 'The draw'],
  lastcall: ['最后一次叫号，再不到由抽签定房', 'Its last call: after it the lot decides'], countdown: ['距该轮随机数', 'until the round'], timeleft: ['剩余时间', 'Time left'], timeup: ['时间到', 'Time is up'],
  ranby: ['本机程序：{0} {1} · 提交 {2}', 'This program: {0} {1} · commit {2}'], ownprint: ['程序指纹', 'Fingerprint of the program'], owndigits: ['程序 SHA-256', 'SHA-256 of the program'], nodigits: ['程序的 SHA-256 不详', 'The SHA-256 of the program is not known'],
};

// The key of the operator's tab is in memory alone. It is in the storage of the tab only while no page is there, from leaving one to loading the next:
// a tab that is opened by this one gets a copy of that storage, and no key with it. `old` is the key that the page before left, which is changed for a new one.
const KEPT = 'floorlot-key';
let key = null, old = sessionStorage.getItem(KEPT);
sessionStorage.removeItem(KEPT);
addEventListener('pagehide', () => { if (key || old) sessionStorage.setItem(KEPT, key || old); });
addEventListener('pageshow', () => sessionStorage.removeItem(KEPT)); // also a page that the browser kept and shows again

const params = new URLSearchParams(location.search);
// What somebody chose on the page goes before the language of the program, in which the page comes.
let LANG = params.get('lang') || localStorage.getItem('floorlot-lang') || document.documentElement.lang;
if (LANG !== 'en') LANG = 'zh';

function fill(text, values) { return text.replace(/\{(\d)\}/g, (_, n) => values[n]); }
/** A word in the language of the page. */
function t(word, ...values) { return fill((WORDS[word] || [word, word])[LANG === 'en' ? 1 : 0], values); }
/** Which program runs, in lines: version and commit, decimal fingerprint, SHA-256. */
function programLines(p) { return [t('ranby', p.name, p.version, p.commit[LANG]), ...(p.sha256 ? [`${t('ownprint')} ${p.fingerprint}`, `${t('owndigits')} ${p.sha256}`] : [t('nodigits')])]; }
/** An element: h('p', {class: 'x', onclick: f}, 'text', child). Text is always text. */
function h(name, attributes, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes || {})) {
    if (value === null || value === undefined || value === false) continue;
    if (key.startsWith('on')) element.addEventListener(key.slice(2), value);
    else if (value === true) element.setAttribute(key, '');
    else element.setAttribute(key, value);
  }
  for (const child of children.flat(3)) {
    if (child !== null && child !== undefined && child !== false) element.append(child);
  }
  return element;
}
/** Which of the eight steps of a draw it is at; 0 where it stands still. */
function stepOf(view) {
  if (view.void) return 8;
  switch (view.stage) {
    case 'empty': case 'plan': return 1;
    case 'roll_call': return view.sealed ? 2 : view.signs ? 3 : 4;
    case 'reveals': return 5;
    case 'numbers': return 6;
    case 'sign_off': return view.day && view.day.signing ? 7 : 8;
    case 'aftermath': case 'done': return 8;
    case 'broken': return 0;
    default: return 7;
  }
}
/** The name of a step: where the numbers are dice, and where nobody chooses, it says so. */
function stepWord(view, n) {
  if (n === 6 && view.sources.length && view.sources.every(source => source.device === 'dice')) return 'step6dice';
  if (n === 7 && view.pool && view.pool.rule !== 'choice') return 'step7lot';
  return 'step' + n;
}
const $ = id => document.getElementById(id);
function put(id, ...children) { $(id).replaceChildren(...children.flat(3).filter(c => c !== null && c !== undefined && c !== false)); }

function who(household) { return household ? (household.id + ' ' + household.name).trim() : ''; }
/** Area and price behind something else, where the plan has them: `, 89.25 m², 1,234,567.89 yuan`. */
function amounts(unit) { return unit.more ? unit.more[LANG] : ''; }
/** The family of a household, in words: which of its flats this is, what it has, what is left of its area budget; null if there is none. */
function family(household) { return household && household.family ? household.family[LANG] : null; }
/** Who of the group of the called household has which flat; null if nobody. */
function companions(call, say) { return call.companions && call.companions.length ? say('companions') + ': ' + call.companions.map(c => `${who(c.household)} ${flat(c.unit)}`).join(LANG === 'en' ? '; ' : '；') : null; }
/** Something in brackets, as the language has them. */
function bracketed(text) { return LANG === 'en' ? ` (${text})` : `（${text}）`; }
function flat(unit) { return unit ? unit.label + bracketed(t('storey', unit.storey) + amounts(unit)) : ''; }
/** What came of a turn, in words: `1802（16层） 自选`. */
function outcome(turn, say) {
  switch (turn.what) {
    case 'standby': case 'deferred': return say(turn.what);
    case 'missed': return say('missedword');
    case 'undone': return `${say('undone')}${turn.unit ? ' ' + turn.unit.label : ''}: ${turn.reason}`;
    default: return `${flat(turn.unit)} ${say({ lot: 'lot', choice: 'bychoice', ranking: 'ranking' }[turn.what])}`;
  }
}
/** The flat that was given last, as long as nothing else happened. */
function newest(view) { const last = view.recent[0]; return last && last.unit && last.what !== 'undone' ? last.unit.id : null; }
/** Why a flat is as it is. */
function why(unit) { return t(unit.state) + (unit.by ? ' ' + who(unit.by) : '') + (unit.state === 'elsewhere' ? bracketed(unit.title) : ''); }

/** The flats by building: its name, its flats by storey from the top, how many stand beside each other, how many are to be had. */
function houses(building) {
  const titles = new Map(building.pools.map(p => [p.id, p.title])), all = new Map();
  for (const unit of building.units) {
    unit.title = titles.get(unit.pool);
    if (!all.has(unit.building)) all.set(unit.building, { name: unit.building, storeys: new Map(), wide: 0, open: 0, units: [] });
    const house = all.get(unit.building);
    house.units.push(unit);
    house.storeys.set(unit.storey, [...(house.storeys.get(unit.storey) || []), unit]);
    house.wide = Math.max(house.wide, house.storeys.get(unit.storey).length);
    house.open += unit.state === 'offered' || unit.state === 'free' ? 1 : 0;
  }
  for (const house of all.values()) {
    house.floors = [...house.storeys.entries()].sort((a, b) => b[0] - a[0]);
    for (const [, flats] of house.floors) flats.sort((a, b) => a.door.localeCompare(b.door, undefined, { numeric: true }));
  }
  return [...all.values()];
}

/** Seconds as hours, minutes, seconds. */
function clock(seconds) {
  const s = Math.max(0, Math.floor(seconds)), two = n => String(n).padStart(2, '0');
  return (s >= 3600 ? Math.floor(s / 3600) + ':' : '') + two(Math.floor(s / 60) % 60) + ':' + two(s % 60);
}

/** The clock of the household that chooses; it stands still in a pause. */
function countdown(view, say) {
  return typeof view.left === 'number' ? h('div', { class: 'countdown' }, say('timeleft'), ' ', h('b', { class: 'num', 'data-left': view.left, 'data-got': view.pause ? null : view.got, 'data-up': say('timeup') })) : null;
}

/** How many milliseconds the household has left of what the server gave when the view came, by a clock that nobody sets. */
function remaining(view) { return typeof view.left === 'number' ? view.left - (view.pause ? 0 : performance.now() - view.got) : Infinity; }

/** Sets every clock on the page: the time left of a household, and the time of day of a beacon. */
function tick() {
  for (const element of document.querySelectorAll('[data-until], [data-left]')) {
    const { until, left: given, got } = element.dataset;
    const left = until ? Number(until) - Date.now() / 1000 : (Number(given) - (got ? performance.now() - Number(got) : 0)) / 1000;
    element.textContent = clock(left);
    if (left <= 0 && element.dataset.up) {
      element.textContent = element.dataset.up;
      element.parentElement.classList.add('up');
    }
  }
}
setInterval(tick, 250);

/** A view with the moment when it came. */
function came(view) { return { ...view, got: performance.now() }; }

/** Shows every view that the server sends; the browser connects again by itself. If the server has no place for this page, the page says so and tries again. */
function listen(show, lost, pass) {
  let events = null, again = null;
  const tell = text => { if (text) $('lost').textContent = text; $('lost').hidden = false; };
  const usual = $('lost').textContent;
  const open = () => {
    events = new EventSource('api/events' + (pass ? '?pass=' + pass : ''));
    events.onmessage = event => { $('lost').hidden = true; show(came(JSON.parse(event.data))); };
    events.onerror = async () => {
      tell(lost ? lost() : usual);
      if (events.readyState !== EventSource.CLOSED) return;
      again = setTimeout(open, 3000);
      const response = await fetch('api/events').catch(() => null);
      if (!response) return;
      if (response.ok) response.body.cancel(); else tell((await response.json().catch(() => ({}))).error);
    };
  };
  open();
  return { close: () => { clearTimeout(again); events.close(); } };
}
