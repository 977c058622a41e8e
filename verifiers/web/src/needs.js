// needs.js: needs matched to units (P10; D4, steps 1 to 4), and which units are on offer.

// D4, step 1. A class of units or households is the set of needs of the pool, as a bit mask. Free
// units are counted for each class, and in blocks of 512 in plan order, so that the unit of a
// number is found without counting all.
const BLOCK = 512;

export function prepareClasses(pool) {
  if (pool.unitClasses) return;
  const bit = new Map(pool.needs.map((need, i) => [need, 1 << i]));
  const mask = (list) => list.reduce((m, need) => m | (bit.get(need) || 0), 0);
  prepareUnits(pool, mask);
  prepareHouseholds(pool, mask);
}
function prepareUnits(pool, mask) {
  const classes = new Map();
  for (const u of pool.units) {
    const m = mask(u.features);
    if (!classes.has(m)) classes.set(m, classes.size);
    u.class = classes.get(m);
    u.free = false;
  }
  pool.unitClasses = Array.from(classes.keys());
  pool.free = new Array(classes.size).fill(0);
  pool.blocks = [];
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
  pool.needClasses = Array.from(classes.keys());
}
export function setFree(pool, unit, free) {
  if (unit.free === free) return;
  unit.free = free;
  const n = free ? 1 : -1,
    block = Math.floor(unit.place / BLOCK);
  pool.free[unit.class] += n;
  pool.blocks[block] = pool.blocks[block] || new Array(pool.free.length).fill(0);
  pool.blocks[block][unit.class] += n;
}

export function setWaiting(pool, h, waits) {
  if (h.class < 0 || h.waits === waits) return;
  h.waits = waits;
  pool.waiting[h.class] += waits ? 1 : -1;
}

// D4, step 2: the waiting matched to free units, class by class (augmenting paths). `flow` has for
// each class of needs how many of each class of units it takes, `left` the units not taken.
export function matchNeeds(pool) {
  const units = pool.unitClasses,
    needs = pool.needClasses;
  const left = pool.free.slice(),
    flow = needs.map(() => units.map(() => 0));
  const accepts = (h, u) => (units[u] & needs[h]) === needs[h];
  let total = 0;
  for (let h = 0; h < needs.length; h++) {
    for (let open = pool.waiting[h]; open > 0;) {
      const path = augment(h, accepts, flow, left);
      if (!path) break;
      const amount = moveAlong(path, open, flow, left);
      open -= amount;
      total += amount;
    }
  }
  return { total, flow, left, accepts };
}
// As many at a time as all steps of the path allow.
function moveAlong(path, open, flow, left) {
  const end = path[path.length - 1].unit;
  let amount = Math.min(open, left[end]);
  for (const { house, from } of path) {
    if (from >= 0) amount = Math.min(amount, flow[house][from]);
  }
  for (const { house, from, unit } of path) {
    flow[house][unit] += amount;
    if (from >= 0) flow[house][from] -= amount;
  }
  left[end] -= amount;
  return amount;
}
// A chain of moves: the first house gets `unit`; each later step moves a household class from unit
// class `from` to `unit`.
function augment(start, accepts, flow, left) {
  const cameBy = left.map(() => null),
    queue = [];
  const reach = (house, from) => {
    for (let u = 0; u < left.length; u++) {
      if (cameBy[u] || !accepts(house, u)) continue;
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
  const { flow, left, accepts } = matchNeeds(pool);
  const spare = left.map((n) => n > 0),
    all = Array.from(pool.unitClasses.keys());
  for (let changed = true; changed;) {
    changed = false;
    for (const [h, flowOf] of flow.entries()) {
      if (!all.some((u) => spare[u] && accepts(h, u))) continue;
      for (const u of all) {
        if (spare[u] || flowOf[u] <= 0) continue;
        spare[u] = true;
        changed = true;
      }
    }
  }
  return spare;
}
// D4, step 4: what the household is offered, as a test for unit classes and a count. Of these it
// accepts those that have all that it needs.
export function offersTo(pool, { mask }) {
  const spare = spareClasses(pool);
  const classes = pool.unitClasses.map((m, u) => spare[u] && (m & mask) === mask);
  return { classes, count: classes.reduce((n, yes, u) => n + (yes ? pool.free[u] : 0), 0) };
}
export const isOffered = (offers, unit) => unit.free && offers.classes[unit.class];

// The offered unit with this number, counted from 0 in plan order (D6).
export function unitNumber(pool, offers, number) {
  let at = number;
  for (let b = 0; b < pool.blocks.length; b++) {
    const here = pool.blocks[b].reduce((n, count, u) => n + (offers.classes[u] ? count : 0), 0);
    if (at >= here) {
      at -= here;
      continue;
    }
    for (let i = b * BLOCK; i < pool.units.length; i++) {
      if (isOffered(offers, pool.units[i]) && at-- === 0) return pool.units[i];
    }
  }
  return null;
}
