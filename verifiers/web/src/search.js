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

// Whether these parts name the unit: its id; or its label, or the end of it, behind any parts of its building. (The name of an estate may stand
// before, and be told in the title of the plan alone: a part in Chinese need not be one of the building.)
function namesUnit(parts, u) {
  u.parts = u.parts || {
    id: partsOf(u.id),
    label: partsOf(u.label),
    building: u.pool ? partsOf(u.pool.building) : [],
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

// A name as typed and one of the record: `same`; `masked` when the masking rule makes one of the other (陆安明 is shown as 陆*明, 欧阳静
// as 欧阳*); `perhaps` when an office may have masked it more (张小明 as 张* or 张女士); else null.
function nameFits(query, shown) {
  const bare = (text) => text.replace(/[\s·•・.]/g, '');
  if (bare(query) === bare(shown)) return 'same';
  if (query.includes('*') || /\d/.test(query) || bare(query).length < 2) return null;
  if (!/\p{Script=Han}/u.test(shown)) {
    const words = shown.split(/\s+/),
      given = query.split(/\s+/);
    const fits =
      shown.includes('*') &&
      words.length === given.length &&
      words.every((word, i) => given[i][0] === word[0]);
    return fits ? 'masked' : null;
  }
  if (shown.includes('·')) {
    const first = (text) =>
      text
        .split(/[·•・.]/)
        .map((part) => part[0])
        .join('');
    if (/[·•・.]/.test(query))
      return shown.includes('*') && first(query) === first(shown) ? 'masked' : null;
    const [begin, ...others] = Array.from(first(shown)); // typed without the dot
    return query.startsWith(begin) && others.every((c) => query.includes(c, 1)) ? 'perhaps' : null;
  }
  const title = /^(.{1,2}?)(?:某某?|先生|女士|小姐)$/u.exec(shown);
  if (title) return query.startsWith(title[1]) ? 'perhaps' : null;
  const [head, ...tail] = shown.split(/\*+/),
    end = tail.join('');
  if (tail.length !== 1 || !query.startsWith(head) || !query.endsWith(end)) return null;
  const hidden = Array.from(bare(query)).length - Array.from(head + end).length;
  if (hidden < 1) return null;
  return shown.split('*').length === 2 && head && (end || hidden === 1) ? 'masked' : 'perhaps';
}

// What a household has in the end, or so far: a unit, or its number on the standby list.
export function standingOf(t, h) {
  if (h.holds) return { unit: h.holds };
  const waits = h.pool.standbyNow.indexOf(h);
  if (waits >= 0) return { standby: waits + 1 };
  const goesOn = t.draw.followed && !t.ended.has(POOLS) && !t.aftermath.voided;
  return { unit: goesOn && h.pick ? h.pick.unit : null };
}
// Who has the flat in the end; in a draw that has no end yet, who picked it.
export function ownerOf(t, u) {
  if (t.aftermath.voided) return null;
  if (t.ended.has(POOLS)) return u.holder;
  return u.taker && u.taker.household.pick === u.taker ? u.taker.household : null;
}

// The households that a question fits: `hits` with the best first, `one` if it can only be that one, `masked` if names were compared
// that are not shown in full, and `free`: units that it names and that nobody has.
export function findHouseholds(t, text) {
  const query = typed(text),
    bare = query.replace(/\s/g, ''),
    parts = partsOf(text),
    free = [],
    rankOf = new Map();
  const rank = (h, r) => {
    if (h && !(rankOf.get(h) <= r)) rankOf.set(h, r);
  };
  if (!bare) return { hits: [], one: null, masked: false, free };
  for (const u of t.plan.units) {
    if (!namesUnit(parts, u)) continue;
    const owner = ownerOf(t, u);
    if (owner) rank(owner, 1);
    else free.push(u);
  }
  const RANKS = { same: 1, masked: 2, perhaps: 3 };
  for (const h of t.plan.households) {
    const id = h.id.toLowerCase();
    if (id === bare) rank(h, 0);
    for (const name of typed(h.name).split(/[、,]/)) {
      const fits = name && nameFits(query, name);
      if (fits) rank(h, RANKS[fits]);
    }
    if (
      id.startsWith(bare) ||
      id.endsWith(bare) ||
      (parts.length && sameParts(parts, partsOf(h.id)))
    )
      rank(h, 4);
    const unit = h.holds || (h.pick && h.pick.unit);
    if (
      [id, typed(h.name), ...(unit ? [unit.id, unit.label].map(typed) : [])].some((key) =>
        key.includes(bare),
      )
    )
      rank(h, 5);
  }
  const all = Array.from(rankOf).sort((a, b) => a[1] - b[1] || a[0].index - b[0].index);
  const best = all.length ? all[0][1] : 9,
    kept = all.filter(
      ([, r]) => r <= (best <= 2 ? (best === 2 ? 2 : 4) : 5) && !(best <= 2 && r === 3),
    );
  const certain = kept.filter(([, r]) => r <= 1);
  const alone =
    certain.length === 1 &&
    !free.length &&
    (best === 0 ? !kept.some(([, r]) => r === 2) : kept.length === 1);
  const one = best <= 1 && alone ? certain[0][0] : null;
  const named =
    one && best === 1 && nameFits(query, typed(one.name)) !== null && typed(one.name).includes('*');
  return {
    hits: kept.map(([h]) => h),
    one: named ? null : one,
    masked: named || kept.some(([, r]) => r === 2 || r === 3),
    free,
  };
}
