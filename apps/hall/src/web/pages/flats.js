'use strict';
// The flats on the operator's page: every one of them in view, to be picked by a click or by the arrow keys.

/** How large a flat is at least where it can still be read and clicked, in pixels. */
const LEAST = { wide: 46, high: 22, narrow: 34, most: 44 };
/** How many buildings have a button each; more of them are in a list. */
const BUTTONS = 8;

/** Of a pool with flats in several buildings, the one that is looked at. */
let watched = null;

/** Whether the window is narrow: a phone, where everything stands in one column. */
const narrow = () => innerWidth <= 980;

/** The room that the flats have: the half of a wide window that nothing else takes; on a phone as much height as they need. */
function room() {
  return narrow() ? { wide: innerWidth - 44, high: Infinity } : { wide: Math.floor(innerWidth * 0.52) - 60, high: innerHeight - $('top').offsetHeight - 11 * parseFloat(getComputedStyle(document.body).fontSize) };
}

/** In how many parts beside each other a building stands, so that each flat can be read: a tall one in two or more. */
function partsOf(house, { wide, high }) {
  const most = Math.max(1, Math.floor(wide / (house.wide * LEAST.wide + 44)));
  let parts = 1;
  while (parts < most && high / Math.ceil(house.floors.length / parts) < LEAST.high + 4) parts += 1;
  return parts;
}

/** The buildings that stand beside each other: the one that is looked at, and those next to it as long as there is room. */
function beheld(all, newest, space) {
  const is = [h => h.name === watched, h => h.units.some(u => u.id === newest), h => h.units.some(u => u.state === 'offered'), h => h.open > 0];
  const first = is.map(is => all.findIndex(is)).find(at => at >= 0) || 0;
  const fits = h => partsOf(h, space) === 1, width = h => h.wide * LEAST.wide + 52;
  let [from, to, wide] = [first, first + 1, width(all[first])];
  while (to < all.length && fits(all[first]) && fits(all[to]) && wide + width(all[to]) <= space.wide) wide += width(all[to++]);
  while (from > 0 && fits(all[first]) && fits(all[from - 1]) && wide + width(all[from - 1]) <= space.wide) wide += width(all[--from]);
  return all.slice(from, to);
}

/** The drawing. `pick` is called with a flat that was clicked, `again` draws another building that is clicked. */
function flatsOf(building, newest, pick, again) {
  const space = room(), all = houses(building);
  if (all.length > 1) space.high -= LEAST.high + (all.length > BUTTONS ? 50 : 42 * Math.ceil(all.reduce((sum, house) => sum + 16 * house.name.length + 50, 0) / space.wide));
  const shown = beheld(all, newest, space);
  const several = shown.reduce((sum, house) => sum + house.wide * partsOf(house, space), 0);
  const columns = shown.reduce((sum, house) => sum + partsOf(house, space), 0);
  const cell = Math.min(200, (space.wide - 52 * columns) / several);
  const parts = shown.flatMap(house => {
    const count = partsOf(house, space), rows = Math.ceil(house.floors.length / count);
    const high = Math.max(17, Math.min(LEAST.most, Math.floor(space.high / rows) - 2));
    return Array.from({ length: count }, (_, n) => part(house, house.floors.slice(n * rows, (n + 1) * rows), { high: narrow() ? LEAST.narrow : high, cell, name: all.length > 1 && n === 0 ? house.name : null, titled: all.length > 1 }, newest, pick));
  });
  const offered = parts.flatMap(p => [...p.querySelectorAll('.flat.offered')]);
  if (offered.length) offered[0].tabIndex = 0;
  const grid = h('div', { class: 'flats', id: 'flats' }, parts);
  grid.addEventListener('keydown', event => { if (arrow(event)) event.preventDefault(); });
  return shown.length < all.length ? [others(all, shown, again), grid] : grid;
}

/** A part of a building: storeys under each other. */
function part(house, floors, { high, cell, name, titled }, newest, pick) {
  const grid = h('div', { class: 'building part', role: 'group', 'aria-label': house.name });
  grid.style.gridTemplateColumns = `auto repeat(${house.wide}, minmax(0, ${cell}px))`;
  grid.style.gridAutoRows = `${high}px`;
  grid.style.fontSize = `${Math.max(11, Math.min(18, Math.floor(high * 0.6)))}px`;
  if (titled) {
    const head = h('div', { class: 'house' }, name || ' ');
    head.style.gridColumn = `span ${house.wide + 1}`;
    grid.append(head);
  }
  const size = parseFloat(grid.style.fontSize), letters = Math.floor((cell - 12) / (size * 0.62));
  for (const [storey, flats] of floors) {
    grid.append(h('div', { class: 'n num' }, t('storey', storey)), ...Array.from({ length: house.wide }, (_, i) => flats[i] ? place(flats[i], newest, pick, letters) : h('div', { class: 'flat none' })));
  }
  return grid;
}

/** One flat; who has it stands beside it where there is room, and always in its title. */
function place(unit, newest, pick, letters) {
  const open = unit.state === 'offered', both = unit.by && unit.door.length + 1 + unit.by.id.length <= letters;
  return h('button', {
    type: 'button', id: 'flat-' + unit.id, class: `flat ${unit.state}${unit.by && newest === unit.id ? ' new' : ''}`, 'data-unit': unit.id, tabindex: '-1',
    title: `${unit.label} ${why(unit)}${amounts(unit)}${unit.beside ? ' ' + t('beside') : ''}`,
    'aria-label': `${unit.label}${unit.by ? ' ' + unit.by.id : ''}, ${t('storey', unit.storey)}${amounts(unit)}, ${t(unit.state)}${unit.beside ? ', ' + t('beside').slice(2) : ''}${unit.by ? ' ' + unit.by.name : ''}`,
    'aria-disabled': open ? null : 'true', onclick: () => pick(unit, open),
  }, unit.beside ? h('span', { class: 'beside', 'aria-hidden': 'true' }, '◆') : null, h('b', {}, unit.door), both ? [' ', h('i', {}, unit.by.id)] : null);
}

/** All buildings, each with how many of its flats are to be had; those that are drawn are marked. */
function others(all, shown, again) {
  const watch = name => { watched = name; again(); };
  if (all.length > BUTTONS) return h('div', { class: 'houses' }, h('select', { id: 'f-house', 'aria-label': t('buildings'), onchange: event => watch(event.target.value) }, all.map(house => h('option', { value: house.name, selected: house === (shown.find(one => one.name === watched) || shown[0]) }, t('houseopen', house.name, house.open)))));
  return h('div', { class: 'houses' }, all.map(house => h('button', { type: 'button', 'aria-pressed': String(shown.includes(house)), onclick: () => watch(house.name) }, `${house.name} ${house.open}`)));
}

/** Moves over the flats on offer, to the nearest one in the direction of the arrow; whether there is one. */
function arrow(event) {
  const to = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key];
  const all = [...document.querySelectorAll('.flat.offered')];
  if (!to || !all.length || event.ctrlKey || event.altKey || event.metaKey) return false;
  const here = document.activeElement && document.activeElement.closest('.flat');
  const middle = element => { const box = element.getBoundingClientRect(); return [box.x + box.width / 2, box.y + box.height / 2]; };
  let next = all[0];
  if (here) {
    const [x, y] = middle(here);
    const far = element => {
      const [dx, dy] = [middle(element)[0] - x, middle(element)[1] - y];
      const [along, across] = to[0] ? [dx * to[0], Math.abs(dy)] : [dy * to[1], Math.abs(dx)];
      return along < 2 ? Infinity : along + 3 * across;
    };
    next = all.reduce((best, element) => far(element) < far(best) ? element : best);
    if (far(next) === Infinity) next = here;
  }
  for (const element of all) element.tabIndex = element === next ? 0 : -1;
  next.focus();
  return true;
}

/** What the fills mean. */
function flatLegend(building, choosing) {
  const is = state => building.units.some(unit => unit.state === state);
  const words = choosing ? ['offered', 'taken', 'held', 'unfit', 'beyond', 'elsewhere'].filter(word => ['offered', 'taken'].includes(word) || is(word)) : ['free', 'taken'];
  return h('div', { class: 'legend' }, words.map(word => h('span', { class: 'l-' + word }, t(word))), building.units.some(unit => unit.beside) ? h('span', { class: 'l-beside' }, t('beside')) : null);
}
