// needs.js: needs matched to units (P10; D4, steps 1 to 4), and which units are on offer.

// D4, step 1. A class of units or households is the set of needs of the pool, as a bit mask. Free
// units are counted for each class, and over blocks of 256 in plan order, each class in a Fenwick
// tree, so that the unit of a number is found without counting all.
const BLOCK = 256;

export function prepareClasses(pool) {
  if (pool.unitClasses) return;
  prepareUnits(pool);
  prepareHouseholds(pool, maskOf(pool));
}
function maskOf(pool) {
  const bit = new Map(pool.needs.map((need, i) => [need, 1 << i]));
  return (list) => list.reduce((m, need) => m | (bit.get(need) || 0), 0);
}
// The units of each class. Where areas count (D14), a class has one area.
export function unitClasses(pool) {
  const classes = new Map(),
    mask = maskOf(pool);
  for (const u of pool.units) {
    const area = pool.measured ? u.area : 0,
      key = area * 256 + mask(u.features);
    if (!classes.has(key)) classes.set(key, { mask: mask(u.features), area, units: [] });
    classes.get(key).units.push(u);
  }
  return classes;
}
function prepareUnits(pool) {
  const classes = unitClasses(pool);
  pool.unitClasses = [];
  pool.areas = [];
  for (const { mask, area, units } of classes.values()) {
    for (const u of units) Object.assign(u, { class: pool.areas.length, free: false });
    pool.unitClasses.push(mask);
    pool.areas.push(area);
  }
  pool.free = new Array(classes.size).fill(0);
  pool.left = pool.free.slice();
  const blocks = Math.floor(pool.units.length / BLOCK) + 1;
  pool.sums = pool.unitClasses.map(() => new Int32Array(blocks + 1));
  for (const u of pool.units) setFree(pool, u, true);
}
// Only households with needs have a class, and wait.
function prepareHouseholds(pool, mask) {
  const classes = new Map();
  pool.waiting = [];
  for (const h of pool.households) {
    h.mask = mask(h.needs);
    h.class = -1;
    if (!h.mask) continue;
    if (!classes.has(h.mask)) {
      classes.set(h.mask, classes.size);
      pool.waiting.push(0);
    }
    h.class = classes.get(h.mask);
    h.waits = true;
    pool.waiting[h.class]++;
  }
  const units = pool.unitClasses,
    all = Array.from(units.keys());
  pool.accepts = Array.from(classes.keys(), (m) => all.filter((u) => (units[u] & m) === m));
  pool.flow = pool.accepts.map(() => new Array(units.length).fill(0));
  pool.placed = pool.waiting.map(() => 0);
}
export function setFree(pool, unit, free) {
  if (unit.free === free) return;
  unit.free = free;
  const n = free ? 1 : -1,
    u = unit.class,
    { flow, left } = pool,
    sums = pool.sums[u];
  pool.free[u] += n;
  left[u] += n;
  if (left[u] < 0) move(pool, flow.findIndex((of) => of[u] > 0), u, -1);
  for (let at = Math.floor(unit.place / BLOCK) + 1; at < sums.length; at += at & -at) sums[at] += n;
}
export function setWaiting(pool, household, waits) {
  const h = household.class,
    { flow, waiting, placed } = pool;
  if (h < 0 || household.waits === waits) return;
  household.waits = waits;
  waiting[h] += waits ? 1 : -1;
  if (placed[h] > waiting[h]) move(pool, h, flow[h].findIndex((n) => n > 0), -1);
}

// D4, step 2: the waiting matched to free units, class by class (augmenting paths). `flow` has for
// each class of needs how many of each class of units it takes, `placed` the sum of these, `left`
// the units not taken. It is mended when somebody comes or goes, and not made anew.
function move({ flow, placed, left }, h, u, n) {
  flow[h][u] += n;
  placed[h] += n;
  left[u] -= n;
}
// As many as possible. Gives how many are matched.
export function matchNeeds(pool) {
  const { waiting, placed } = pool;
  for (let h = 0; h < waiting.length; h++) {
    while (placed[h] < waiting[h]) {
      const path = augment(pool, h);
      if (!path) break;
      moveAlong(pool, path, waiting[h] - placed[h]);
    }
  }
  return placed.reduce((n, c) => n + c, 0);
}
// As many at a time as all steps of the path allow.
function moveAlong(pool, path, open) {
  const { flow, left } = pool,
    end = path[path.length - 1].unit;
  let amount = Math.min(open, left[end]);
  for (const { house, from } of path) {
    if (from >= 0) amount = Math.min(amount, flow[house][from]);
  }
  for (const { house, from, unit } of path) {
    move(pool, house, unit, amount);
    if (from >= 0) move(pool, house, from, -amount);
  }
}
// A chain of moves: the first house gets `unit`; each later step moves a household class from unit
// class `from` to `unit`.
function augment({ flow, left, accepts }, start) {
  const cameBy = left.map(() => null),
    queue = [];
  const reach = (house, from) => {
    for (const u of accepts[house]) {
      if (cameBy[u]) continue;
      cameBy[u] = { house, from, unit: u };
      queue.push(u);
    }
  };
  const before = ({ from }) => (from >= 0 ? cameBy[from] : null);
  reach(start, -1);
  for (let i = 0; i < queue.length; i++) {
    const u = queue[i];
    if (left[u] > 0) {
      const path = [];
      for (let step = cameBy[u]; step; step = before(step)) path.unshift(step);
      return path;
    }
    for (let h = 0; h < flow.length; h++) if (flow[h][u] > 0) reach(h, u);
  }
  return null;
}
// D4, step 3: the unit classes of which one can be spared. Those with a unit left over; and those
// from which a household can move to such a class.
function spareClasses(pool) {
  if (pool.waiting.every((n) => n === 0)) return pool.free.map((n) => n > 0);
  matchNeeds(pool);
  const { flow, left, accepts } = pool,
    spare = left.map((n) => n > 0);
  for (let changed = true; changed;) {
    changed = false;
    for (const [h, flowOf] of flow.entries()) {
      if (!accepts[h].some((u) => spare[u])) continue;
      for (const u of accepts[h]) {
        if (spare[u] || flowOf[u] === 0) continue;
        spare[u] = true;
        changed = true;
      }
    }
  }
  return spare;
}
// D4, step 4: what the household is offered, as a test for unit classes and a count. Of these it
// accepts those that have all that it needs, and D14 allows those within what a budget leaves.
export function offersTo(pool, { mask }, most = Infinity) {
  const spare = spareClasses(pool);
  const classes = pool.unitClasses.map(
    (m, u) => spare[u] && (m & mask) === mask && pool.areas[u] <= most,
  );
  return { classes, count: classes.reduce((n, yes, u) => n + (yes ? pool.free[u] : 0), 0) };
}
export const isOffered = (offers, unit) => unit.free && offers.classes[unit.class];

// The offered unit with this number, counted from 0 in plan order (D6).
export function unitNumber(pool, offers, number) {
  const trees = pool.sums.filter((_, u) => offers.classes[u]);
  let rest = number,
    block = 0,
    step = trees.length ? 2 ** Math.floor(Math.log2(trees[0].length)) : 0;
  for (; step >= 1; step /= 2) {
    if (block + step >= trees[0].length) continue;
    const here = trees.reduce((n, sums) => n + sums[block + step], 0);
    if (here > rest) continue;
    rest -= here;
    block += step;
  }
  for (let i = block * BLOCK; i < pool.units.length; i++) {
    if (isOffered(offers, pool.units[i]) && rest-- === 0) return pool.units[i];
  }
  return null;
}
