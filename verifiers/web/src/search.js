// search.js: my household, by what people type: an id, a name, or the number of a flat.

import { notCompared } from './levels.js';
import { buildingOf } from './plan.js';
import { POOLS } from './phases.js';

const typed = (text) => text.normalize('NFKC').toLowerCase().trim();
const WORDS_OF_HOUSES = /号楼|号院|单元|幢|栋|座|楼|室|房|号|户|[^\p{L}\p{N}]+/gu;
const DIGITS = '〇一二三四五六七八九';

// 七 is 7, 十二 is 12, 九〇二 is 902.
function inDigits(part) {
  if (!/^[〇零一二三四五六七八九十]+$/.test(part)) return part.replace(/^0+(?=\d)/, '');
  const value = (c) => String(Math.max(0, DIGITS.indexOf(c)));
  const ten = part.indexOf('十');
  if (ten < 0)
    return Array.from(part, value)
      .join('')
      .replace(/^0+(?=\d)/, '');
  return String(
    (ten === 0 ? 1 : Number(value(part[ten - 1]))) * 10 +
      Number(part[ten + 1] ? value(part[ten + 1]) : 0),
  );
}

// `7号楼902室`, `7-0902` and `７号楼 902` are the parts 7 and 902.
const partsOf = (text) =>
  (
    typed(text)
      .replace(WORDS_OF_HOUSES, ' ')
      .match(/\d+|[a-z]+|[^\da-z\s]+/g) || []
  ).map(inDigits);

const sameParts = (a, b) => a.length === b.length && a.every((part, i) => part === b[i]);

// Whether these parts name the unit: its id; or its label, or the end of it, behind any parts of
// its building. (The name of an estate may stand before, and be told in the title of the plan
// alone: a part in Chinese need not be one of the building.)
function namesUnit(parts, u) {
  u.parts = u.parts || {
    id: partsOf(u.id),
    label: partsOf(u.label),
    building: partsOf(buildingOf(u)),
  };
  const { id, label, building } = u.parts,
    shared = Math.min(parts.length, label.length);
  if (!parts.length || sameParts(parts, id)) return parts.length > 0;
  if (!shared || !sameParts(parts.slice(-shared), label.slice(-shared))) return false;
  let at = 0;
  return parts.slice(0, -shared).every((part) => {
    const found = building.indexOf(part, at);
    if (found >= 0) at = found + 1;
    return found >= 0 || !/[\da-z]/.test(part);
  });
}

// A name as typed and one of the record: `same`; `masked` when the masking rule makes one of the
// other (陆安明 is shown as 陆*明, 欧阳静 as 欧阳*); `perhaps` when an office may have masked it more
// (张小明 as 张* or 张女士); else null.
const bareName = (text) => text.replace(/[\s·•・.]/g, '');
function nameFits(query, shown) {
  if (bareName(query) === bareName(shown)) return 'same';
  if (query.includes('*') || /\d/.test(query) || bareName(query).length < 2) return null;
  if (!/\p{Script=Han}/u.test(shown)) return lettersFit(query, shown);
  if (shown.includes('·')) return dottedFits(query, shown);
  const title = /^(.{1,2}?)(?:某某?|先生|女士|小姐)$/u.exec(shown);
  if (title) return query.startsWith(title[1]) ? 'perhaps' : null;
  return maskedFits(query, shown);
}
// A*** S***: the first letters.
function lettersFit(query, shown) {
  const words = shown.split(/\s+/),
    given = query.split(/\s+/);
  const fits = words.length === given.length && words.every((word, i) => given[i][0] === word[0]);
  return fits && shown.includes('*') ? 'masked' : null;
}
// 古*·阿*: the first character of each part, typed with the dot or without.
const DOTS = /[·•・.]/;
function dottedFits(query, shown) {
  const parts = (text) => text.split(DOTS).map((part) => part[0]);
  const first = parts(shown).join('');
  if (DOTS.test(query)) {
    return shown.includes('*') && parts(query).join('') === first ? 'masked' : null;
  }
  const [begin, ...others] = Array.from(first);
  return query.startsWith(begin) && others.every((c) => query.includes(c, 1)) ? 'perhaps' : null;
}
// 陆*明: the same beginning and end, and as many characters hidden as the rule hides.
function maskedFits(query, shown) {
  const [head, ...tail] = shown.split(/\*+/),
    end = tail.join('');
  if (tail.length !== 1 || !query.startsWith(head) || !query.endsWith(end)) return null;
  const hidden = Array.from(bareName(query)).length - Array.from(head + end).length;
  if (hidden < 1) return null;
  const byRule = shown.split('*').length === 2 && head && (end || hidden === 1);
  return byRule ? 'masked' : 'perhaps';
}

// What a household has in the end, or so far: a unit, or its number on the standby list.
export function standingOf(t, h) {
  if (h.holds) return { unit: h.holds };
  const waits = Array.from(h.pool.standbyNow).indexOf(h);
  if (waits >= 0) return { standby: waits + 1 };
  const goesOn = t.draw.followed && !t.ended.has(POOLS) && !t.aftermath.voided;
  return { unit: goesOn && h.pick ? h.pick.unit : null };
}
// Who has the flat in the end; in a draw that has no end yet, who picked it.
export function ownerOf(t, u) {
  if (notCompared(t)) return null;
  if (t.aftermath.voided) return null;
  if (t.ended.has(POOLS)) return u.holder;
  return u.taker ? u.taker.household : null;
}

// How well a household fits a question, the best first.
const RANKS = { id: 0, flat: 1, same: 1, masked: 2, perhaps: 3, ends: 4, part: 5 };
function rankOf(h, { query, bare, parts }) {
  const id = h.id.toLowerCase(),
    name = typed(h.name),
    unit = h.holds || (h.pick && h.pick.unit);
  const names = name.split(/[、,]/).filter(Boolean);
  const fits = names.map((one) => nameFits(query, one)).filter(Boolean);
  const ends =
    id.startsWith(bare) || id.endsWith(bare) || (parts.length && sameParts(parts, partsOf(h.id)));
  const texts = [id, name, ...(unit ? [unit.id, unit.label].map(typed) : [])];
  const all = [
    ...(id === bare ? ['id'] : []),
    ...fits,
    ...(ends ? ['ends'] : []),
    ...(texts.some((text) => text.includes(bare)) ? ['part'] : []),
  ];
  return Math.min(...all.map((fit) => RANKS[fit]));
}
// The households that a question fits: `hits` with the best first, `one` if it can only be that
// one, `masked` if names were compared that are not shown in full, and `free`: units that it names
// and that nobody has.
export function findHouseholds(t, text) {
  const query = typed(text),
    question = { query, bare: query.replace(/\s/g, ''), parts: partsOf(text) };
  if (!question.bare) return { hits: [], one: null, masked: false, free: [] };
  const units = t.plan.units.filter((u) => namesUnit(question.parts, u)),
    owners = new Set(units.map((u) => ownerOf(t, u)));
  const rank = (h) => Math.min(owners.has(h) ? RANKS.flat : Infinity, rankOf(h, question));
  const all = t.plan.households
    .map((h) => ({ h, rank: rank(h) }))
    .filter((hit) => hit.rank < Infinity)
    .sort((a, b) => a.rank - b.rank || a.h.index - b.h.index);
  const free = notCompared(t) ? [] : units.filter((u) => !ownerOf(t, u));
  return chooseFrom(all, free, query);
}
// A good fit leaves out what fits worse.
function chooseFrom(all, free, query) {
  const best = all.length ? all[0].rank : Infinity;
  const shown = best <= 1 ? [0, 1, 2, 4] : best === 2 ? [2] : [3, 4, 5];
  const kept = all.filter(({ rank }) => shown.includes(rank)),
    certain = kept.filter(({ rank }) => rank <= 1),
    unsure = kept.some(({ rank }) => rank === 2 || rank === 3);
  const noOther = best === 0 ? !unsure : kept.length === 1;
  const one = certain.length === 1 && !free.length && noOther ? certain[0].h : null;
  // A name that is masked, and typed so, may be that of another family.
  const name = one && best === 1 ? typed(one.name) : '';
  const named = name.includes('*') && nameFits(query, name) !== null;
  return {
    hits: kept.map(({ h }) => h),
    one: named ? null : one,
    masked: named || unsure,
    free,
  };
}
