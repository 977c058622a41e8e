'use strict';
// Buildings on the board: as large as their place allows, in parts side by side where there are many storeys, and nothing cut off.

Object.assign(WORDS, {
  floor: ['{0}层', '{0}F'], mismatch: ['房号不等于层数，如 {0} 在第 {1} 层', 'Numbers are no storeys: {0} is on storey {1}'],
});

/** The letters of a flat are at most so high, in hundredths of the screen, and of its household at least so high. */
const LARGE = 6.4, SMALL = 2.6;
/** Of several buildings so many are drawn that a label is at least so high. */
const READABLE = 3.6;
/** In a list in which a household looks for itself. */
const OWN = 5.5;

const pen = document.createElement('canvas').getContext('2d');
/** The width of a text, in heights of its letters. */
function ems(text) {
  pen.font = `800 100px ${getComputedStyle(document.body).fontFamily}`;
  return pen.measureText(text).width / 100;
}
const widest = texts => texts.reduce((most, text) => Math.max(most, ems(text)), 0);
const vh = () => innerHeight / 100;

/** The labels without what all of them begin with: of `7-1802` and `7-1701` what is behind the `7-`. */
function shortLabels(units) {
  const doors = units.map(unit => unit.door), first = doors[0] || '';
  let same = 0;
  while (same < first.length && doors.every(door => door[same] === first[same])) same++;
  while (same > 0 && /[0-9A-Za-z]/.test(first[same - 1])) same--; // a number is never cut in two
  return new Map(units.map(unit => [unit.id, unit.door.slice(same) || unit.door]));
}

/** What stands before a storey, and what in its flats, where labels are two digits behind a number of the storey: `18` and `01`, `02`; else null. */
function splitLabels(units) {
  const before = new Map(), short = shortLabels(units);
  for (const unit of units) {
    const [, number] = short.get(unit.id).match(/^(\d+)\d\d$/) || [], key = unit.building + ' ' + unit.storey;
    if (!number || (before.get(key) || number) !== number) return null;
    before.set(key, number);
  }
  return { before, inside: new Map(units.map(unit => [unit.id, short.get(unit.id).slice(-2)])) };
}

/** A flat whose number tells another storey than it is on. */
function mismatched(units) {
  return units.find(unit => { const own = unit.door.match(/(\d+)\d\d$/); return own && Number(own[1]) !== unit.storey; });
}

/** What stands before a storey. */
const storeyOf = (shown, storey, split) => split && shown.length === 1 ? split.before.get(shown[0].name + ' ' + storey) : t('floor', storey);

/** The cells of houses, with a gap between two. */
function beside(shown, cells) { return shown.flatMap((house, n) => n ? [h('div', {}), ...cells(house)] : cells(house)); }

/** How a building is drawn in this place: in how many parts, and with letters of which size in pixels. */
function planned(shown, parts, [wide, high], { labels, named, split }) {
  const storeys = [...new Set(shown.flatMap(house => [...house.storeys.keys()]))].sort((a, b) => b - a);
  const rows = Math.ceil(storeys.length / parts), names = named ? 6.6 * vh() : 0;
  const flats = shown.reduce((sum, house) => sum + house.wide, 0);
  const label = widest(shown.flatMap(house => house.units.map(unit => labels.get(unit.id)))), storey = widest(storeys.map(n => storeyOf(shown, n, split))) * 0.85;
  const row = (high - names) / rows - 0.3 * vh(), gaps = (1.2 + 1.1 * flats + 1.2 * (shown.length - 1)) * vh();
  const size = Math.min(row * 0.8, (wide / parts - 1.5 * vh() - gaps) / (storey + flats * label), LARGE * vh());
  return { shown, parts, storeys, rows, names, row, size, flats, storey: storey * size + 0.8 * vh(), cell: (wide / parts - 1.5 * vh() - storey * size - 0.8 * vh()) / flats - 0.4 * vh() };
}

/** The best of all ways to draw these buildings here. Of more than fit, those around the newest flat, or those whose turn it is. */
function laid(all, place, how, newest, turn) {
  for (let many = all.length; ; many--) {
    const pages = Array.from({ length: Math.ceil(all.length / many) }, (_, n) => all.slice(n * many, (n + 1) * many));
    const open = pages.filter(page => page.some(house => house.open)), own = pages.find(page => page.some(house => house.units.some(unit => unit.id === newest)));
    const shown = own || (open.length ? open : pages)[turn % (open.length || pages.length)];
    const ways = (many > 1 ? [1] : [1, 2, 3, 4]).map(parts => planned(shown, parts, place, { ...how, named: all.length > 1 }));
    const best = ways.reduce((a, b) => b.size > a.size * 1.1 ? b : a);
    if (many === 1 || best.size >= READABLE * vh()) return { ...best, pages: own ? 1 : open.length || pages.length };
  }
}

/** Draws buildings into a place that stands on the page already. How many pages take turns. */
function raise(area, building, newest, { zoom = false, turn = 0 } = {}) {
  const place = [area.clientWidth, area.clientHeight], whole = { labels: shortLabels(building.units), split: null }, split = splitLabels(building.units);
  let how = whole, way = laid(houses(building), place, how, newest, turn);
  // Rows of many flats: the number of the storey stands once before them.
  if (split && way.size < 4.6 * vh()) {
    const short = { labels: split.inside, split }, other = laid(houses(building), place, short, newest, turn);
    if (other.shown.length === 1 && other.size > 1.15 * way.size) [how, way] = [short, other];
  }
  const parts = Array.from({ length: way.parts }, (_, n) => way.storeys.slice(n * way.rows, (n + 1) * way.rows)).filter(part => part.length);
  area.replaceChildren(...parts.map(storeys => stack(way, storeys, how, newest, zoom)));
  return way.pages;
}

/** Storeys one above the other; around the newest flat they are higher where letters are small. */
function stack(way, storeys, { labels, split }, newest, zoom) {
  const grid = h('div', { class: 'tower', role: 'group' }), [large, next] = zoom && way.size < OWN * vh() ? [Math.min(2.2, 1.15 * OWN * vh() / way.size), 1.25] : [1, 1];
  const at = storeys.findIndex(storey => way.shown.some(house => (house.storeys.get(storey) || []).some(unit => unit.id === newest)));
  const weight = n => at < 0 ? 1 : n === at ? large : Math.abs(n - at) === 1 ? next : 1;
  // With fewer storeys than the other parts the rows keep their height.
  const rest = way.rows - storeys.length;
  grid.style.gridTemplateRows = (way.names ? `${way.names}px ` : '') + storeys.map((_, n) => `minmax(0, ${weight(n)}fr)`).join(' ') + (rest ? ` minmax(0, ${rest}fr)` : '');
  grid.style.gridTemplateColumns = `${way.storey}px ` + way.shown.map(house => `repeat(${house.wide}, minmax(0, 1fr))`).join(` ${0.8 * vh()}px `);
  if (way.names) grid.append(h('div', {}), ...beside(way.shown, house => { const name = h('div', { class: 'name' }, house.name); name.style.gridColumn = `span ${house.wide}`; later.push(() => shrink(name, 5.5, 2)); return [name]; }));
  const high = n => way.row * way.rows / (storeys.reduce((sum, _, m) => sum + weight(m), 0) + rest) * weight(n);
  storeys.forEach((storey, n) => {
    const size = Math.min(way.size * weight(n), Math.max(way.size, high(n) * 0.8));
    const number = h('div', { class: 'storey num' + (split ? ' before' : '') }, storeyOf(way.shown, storey, split));
    number.style.fontSize = way.size * 0.85 + 'px';
    grid.append(number, ...beside(way.shown, house => {
      const flats = house.storeys.get(storey) || [];
      return Array.from({ length: house.wide }, (_, i) => flats[i] ? cell(flats[i], labels.get(flats[i].id), { size, wide: way.cell, high: high(n) }, newest) : h('div', {}));
    }));
  });
  return grid;
}

/** A flat: its label, and behind or below it its household or why it cannot be chosen, where that fits. */
function cell(unit, label, { size, wide, high }, newest) {
  let own = Math.min(size, (wide - 0.8 * vh()) / ems(label));
  const box = h('div', { class: `cell ${unit.state}${unit.by && newest === unit.id ? ' newest' : ''}`, 'data-unit': unit.id }, h('b', {}, label));
  const more = unit.by ? unit.by.id : ['held', 'unfit', 'beyond'].includes(unit.state) ? t(unit.state) : '';
  // The label of a flat that is taken gives room to its household.
  const both = (wide - 1.5 * vh()) / (ems(label) + 0.85 * ems(more || ' '));
  if (unit.by && unit.id !== newest && both >= 1.15 * SMALL * vh()) own = Math.min(own, both);
  box.style.fontSize = own + 'px';
  box.classList.toggle('near', Boolean(unit.beside));
  if (!more) return box;
  const beside = Math.min(own * 0.85, (wide - 1.4 * vh() - ems(label) * own) / ems(more)), below = Math.min(own * 0.85, high / 1.02 - own * 1.05, (wide - 0.6 * vh()) / ems(more));
  if (Math.max(beside, below) < SMALL * vh()) return box;
  const who = h('i', {}, more);
  who.style.fontSize = Math.max(beside, below) + 'px';
  box.classList.toggle('two', below > beside);
  box.append(who);
  return box;
}

/** The rows of a list in which households look for themselves: a storey, or a part of one that is too wide. */
function rosterRows(building, most) {
  const rows = [];
  for (const house of houses(building)) {
    for (const [storey, flats] of house.floors) {
      for (let n = 0; n < flats.length; n += most) rows.push([storey, flats.slice(n, n + most)]);
    }
  }
  return rows;
}

/** Draws one page of a building's list, with every label and household at least `OWN` high; how many pages it has. */
function roster(area, building, page) {
  const size = OWN * 1.02 * vh(), wide = area.clientWidth, high = area.clientHeight, labels = shortLabels(building.units);
  const storey = widest(building.units.map(unit => t('floor', unit.storey))) * size + vh();
  const label = widest(labels.values()) * size, code = widest(building.units.map(unit => unit.by ? unit.by.id : '')) * size;
  // The label above the household, or beside it: whatever needs fewer pages.
  const ways = [[Math.max(label, code) + 1.6 * vh(), 2.2 * size], [label + code + 2.6 * vh(), 1.3 * size]].map(([cell, row]) => {
    const most = Math.max(1, Math.min(Math.floor((wide - storey) / cell), Math.max(...houses(building).map(house => house.wide))));
    const rows = rosterRows(building, most), parts = Math.max(1, Math.floor(wide / (storey + most * cell))), down = Math.max(1, Math.floor(high / (row + 0.4 * vh())));
    return { most, rows, parts, down, cell, row, pages: Math.ceil(rows.length / (parts * down)), two: row > 2 * size };
  });
  const way = ways.reduce((a, b) => b.pages < a.pages ? b : a), per = Math.ceil(way.rows.length / way.pages), on = page % way.pages;
  const here = way.rows.slice(on * per, (on + 1) * per), down = Math.ceil(here.length / way.parts);
  const flats = unit => { const box = h('div', { class: `cell ${unit.state}${way.two ? ' two' : ''}`, 'data-unit': unit.id, 'data-read': '' }, h('b', {}, labels.get(unit.id)), unit.by ? h('i', {}, unit.by.id) : null); box.style.fontSize = size + 'px'; return box; };
  area.replaceChildren(...Array.from({ length: way.parts }, (_, n) => here.slice(n * down, (n + 1) * down)).filter(rows => rows.length).map(rows => {
    const grid = h('div', { class: 'tower' }, rows.map(([number, units]) => { const name = h('div', { class: 'storey num', 'data-read': '' }, t('floor', number)); name.style.fontSize = size + 'px'; return [name, units.map(flats), Array.from({ length: way.most - units.length }, () => h('div', {}))]; }));
    grid.style.gridTemplateColumns = `${storey}px repeat(${way.most}, minmax(0, 1fr))`;
    grid.style.gridTemplateRows = `repeat(${down}, minmax(0, ${Math.min(1.6 * way.row, high / down - 0.4 * vh())}px))`;
    return grid;
  }));
  return way.pages;
}

/** The names of buildings without what all of them have in common: of `1号楼` and `12号楼` the numbers. */
function shortNames(names) {
  if (names.length < 2) return names;
  const back = text => [...text].reverse().join(''), common = all => { let n = 0; while (n < all[0].length - 1 && all.every(name => n < name.length - 1 && name[n] === all[0][n] && !/\d/.test(name[n]))) n++; return n; };
  const before = common(names), behind = common(names.map(name => back(name.slice(before))));
  return names.map(name => name.slice(before, name.length - behind));
}

/** The estate, each building lit from below as it fills; with names where the hall is to read them. */
function estateMap(now, named) {
  const names = shortNames(view.estate.map(one => one.name)), count = view.estate.length;
  const map = h('div', { class: named ? 'estate named' : 'estate', role: 'img', 'aria-label': view.estate.map(one => `${one.name} ${one.taken}/${one.units}`).join(', ') }, view.estate.map((one, n) => {
    const glow = h('div', { class: 'glow' }), tower = h('div', { class: 'lamp' }, glow);
    glow.style.height = 100 * one.taken / one.units + '%';
    return h('div', { class: 'lot' + (one.name === now ? ' here' : '') }, tower, named ? [h('b', { 'data-read': '' }, names[n]), h('span', {}, `${one.taken}/${one.units}`)] : null);
  }));
  map.style.gridTemplateColumns = `repeat(${Math.ceil(count / Math.ceil(count / 60))}, minmax(0, 7vh))`;
  if (named) later.push(() => named && mapped(map, names, map.clientWidth / vh(), map.clientHeight / vh()));
  return map;
}

/** As many buildings in a row as leave each its name, and all of them on the screen; so many that the towers were flat have no numbers. */
function mapped(map, names, wide, high) {
  const counts = widest(view.estate.map(one => `${one.taken}/${one.units}`)) * 3.2;
  const way = numbers => {
    const least = Math.max(widest(names) * 5.6, numbers ? counts : 0) + 1, most = Math.max(1, Math.floor((wide + 1.2) / (least + 1.2)));
    const down = Math.ceil(names.length / Math.min(most, Math.max(3, Math.ceil(Math.sqrt(names.length * 5)))));
    return { least, down, lamp: (high + 1.2) / down - 1.2 - (numbers ? 10 : 6.2) };
  };
  const whole = way(true), { least, down, lamp } = whole.lamp < 4 ? way(false) : whole;
  map.style.gridTemplateColumns = `repeat(${Math.ceil(names.length / down)}, minmax(0, ${Math.max(least, 13)}vh))`;
  for (const tower of map.querySelectorAll('.lamp')) tower.style.height = Math.max(1.5, Math.min(14, lamp)) + 'vh';
  map.classList.toggle('bare', whole.lamp < 4);
}
