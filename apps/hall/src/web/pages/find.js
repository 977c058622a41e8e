'use strict';
// Which flat a household has, by its code: for a second screen, or for a helper who is asked. Read only.

Object.assign(WORDS, {
  findtitle: ['查房', 'Find a flat'], findlabel: ['户号或房号', 'Code of the household, or number of the flat'], findnone: ['没有找到“{0}”。请核对户号，如 H0123。', 'Nothing is found for “{0}”. Look at the code again, such as H0123.'],
  findwait: ['抽签还没有开始。', 'The draw has not begun.'], findmore: ['共 {0} 条，请输入完整的户号。', '{0} hits: type the whole code.'], findplace: ['{0} · 第 {1} / {2} 位', '{0} · number {1} of {2}'], findstorey: ['{0} 层', 'storey {0}'], findlang: ['English', '中文'],
});

let shown = null, asked = '', waiting = null;

function head() {
  document.documentElement.lang = LANG === 'zh' ? 'zh-CN' : 'en';
  document.title = t('findtitle');
  put('head', h('h1', {}, t('findtitle'), shown && shown.title ? h('span', {}, shown.title) : null),
    h('button', { type: 'button', id: 'language', onclick: () => { LANG = LANG === 'zh' ? 'en' : 'zh'; localStorage.setItem('floorlot-lang', LANG); head(); search(); } }, t('findlang')));
  $('label').textContent = t('findlabel');
  $('rehearsal').hidden = !shown || shown.mode !== 'rehearsal';
}

function hit({ household, pool, unit, [LANG]: words }) {
  const place = household && household.place && pool ? t('findplace', pool.title, household.place, pool.households) : pool ? pool.title : '';
  return h('section', { class: unit && household ? 'hit has' : 'hit' }, household ? h('p', { class: 'whose' }, who(household)) : null,
    unit ? h('p', { class: 'flat' }, unit.door) : null, unit ? h('p', { class: 'where' }, `${t('findstorey', unit.storey)} · ${unit.building}${amounts(unit)}`) : null,
    words.map(text => h('p', { class: 'how' }, text)), place ? h('p', { class: 'place' }, place) : null);
}

/** Asks again at each change of the draw, so that what is shown is what is so. */
async function search() {
  const text = $('code').value.normalize('NFKC').trim();
  asked = text;
  if (!text) return put('hits');
  const response = await fetch('api/find?q=' + encodeURIComponent(text)).catch(() => null);
  const body = response && await response.json().catch(() => null);
  if (asked !== text || !body) return; // another question came meanwhile
  if (body.error) return put('hits', h('p', { class: 'none' }, body.error));
  if (!body.drawing) return put('hits', h('p', { class: 'none' }, t('findwait')));
  put('hits', body.hits.map(hit), body.hits.length ? null : h('p', { class: 'none' }, t('findnone', text)), body.count > body.hits.length ? h('p', { class: 'none' }, t('findmore', body.count)) : null);
}

$('ask').addEventListener('submit', event => { event.preventDefault(); search(); $('code').select(); });
$('code').addEventListener('input', () => { clearTimeout(waiting); waiting = setTimeout(search, 200); });
head();
$('code').focus();
listen(view => { shown = view; head(); search(); });
