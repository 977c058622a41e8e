// families.js: P15 and D14, families with their claims, and their area budgets.

import { both, cite, fault, placeOf, see } from './checks.js';
import { checkId, checkText, lookUp, remember } from './texts.js';
import { unitClasses } from './needs.js';

const LIMITS = { budget: 1e9, claims: 64, classes: 256 };

// P15: a family.
export function familyLine(plan, r) {
  const place = placeOf('family', r.id);
  // P2: families and households together.
  checkId(plan, 'household', r.id, place);
  checkText(plan, r.name, 120, placeOf('family', r.id, 'name', '姓名'), true);
  see(plan, 'P15');
  if (r.claims < 1 || r.claims > LIMITS.claims) {
    const expected = both('1 to ' + LIMITS.claims, '1 至 ' + LIMITS.claims);
    fault(plan, 'P15', placeOf('family', r.id, 'claims', '名额数'), r.claims, expected);
  }
  if (r.budget > LIMITS.budget) {
    const expected = both('0 to ' + LIMITS.budget, '0 至 ' + LIMITS.budget);
    fault(plan, 'P15', placeOf('family', r.id, 'budget', '面积额度'), r.budget, expected);
  }
  const { id, name, budget, person } = r;
  const { line } = plan.findings;
  // `left` is what is left of the budget while it is drawn: less what is spent or reserved.
  const told = r.claims;
  const family = { id, name, told, budget, person, claims: [], line, left: null };
  plan.families.push(family);
  remember(plan, 'family', id, family);
}
// P15: a household is a claim of a family of the plan, and has no person.
export function joinFamily(plan, household, id, place) {
  see(plan, 'P15');
  const none = both('none: that of its family stands for it', '无：以家庭的身份承诺为准');
  if (household.person !== undefined) fault(plan, 'P15', place, cite(household.person), none);
  const family = lookUp(plan, 'family', id);
  if (!family) {
    fault(plan, 'P15', place, cite(id), both('a family of the plan', '方案中的家庭'));
    return;
  }
  household.family = family;
  family.claims.push(household);
}
// P15: what only the whole plan shows.
export function checkFamilies(plan) {
  const budgets = plan.families.filter(({ budget }) => budget !== undefined);
  for (const { id, told, claims } of plan.families) {
    if (claims.length === told) continue;
    const count = claims.length,
      expected = both(`${count}, its claims`, `${count}，即其名额数`);
    fault(plan, 'P15', placeOf('family', id, 'claims', '名额数'), told, expected);
  }
  for (const { claims } of budgets) for (const { pool } of claims) pool.measured = true;
  for (const pool of plan.pools) if (pool.measured) checkMeasured(plan, pool);
  for (const family of budgets) checkBudget(plan, family);
}
// P15, 1: every unit has an area, and they are of at most 256 classes.
function checkMeasured(plan, pool) {
  const place = placeOf('pool', pool.id),
    without = pool.units.find(({ area }) => area === undefined);
  if (without) {
    const found = both(`unit ${without.id} without area`, `房源 ${without.id} 没有面积`);
    fault(plan, 'P15', place, found, both('an area of each unit', '每套房都有面积'));
    return;
  }
  const classes = unitClasses(pool).size;
  if (classes <= LIMITS.classes) return;
  const expected = both('at most ' + LIMITS.classes, '至多 ' + LIMITS.classes);
  fault(plan, 'P15', place, both(classes + ' classes of units', classes + ' 类房源'), expected);
}
// P15, 2: a budget is enough for the largest areas that the claims with needs accept.
function checkBudget(plan, family) {
  for (const claim of family.claims) if (claim.needs.length) claim.reserve = largestFor(claim);
  const reserved = family.claims.reduce((sum, { reserve }) => sum + reserve, 0);
  family.left = family.budget - reserved;
  checkStandby(plan, family);
  if (family.left >= 0) return;
  const place = placeOf('family', family.id, 'budget', '面积额度');
  fault(plan, 'P15', place, family.budget, both('at least ' + reserved, '至少 ' + reserved));
}

// The largest area of a unit of its pool with all that a claim needs, looked for once.
function largestFor({ pool, needs }) {
  const key = needs.join(' '),
    meets = ({ features }) => needs.every((need) => features.includes(need));
  if (!pool.largest.has(key)) {
    const areas = pool.units.filter(meets).map(({ area = 0 }) => area);
    pool.largest.set(key, areas.reduce((most, area) => Math.max(most, area), 0));
  }
  return pool.largest.get(key);
}
// P15, 3: none of its claims with needs is of a pool with `unranked` `standby`.
function checkStandby(plan, { id, claims }) {
  const isFault = ({ needs, pool }) => needs.length && pool.unranked === 'standby';
  if (!claims.some(isFault)) return;
  const found = both(
    'a claim with needs in a pool with unranked standby',
    '有照顾需求的名额，其批次意愿落空即转候补',
  );
  fault(plan, 'P15', placeOf('family', id), found, both('unranked lot there', '该批次意愿落空时应改为摇号'));
}

// The family of a household, if it has a budget.
export const budgetOf = ({ family }) => (family && family.budget !== undefined ? family : null);
// D14: less is left to its family by an area that is spent, or reserved.
export function spend(household, area) {
  const family = budgetOf(household);
  if (family) family.left -= area;
}
// D14: a claim without needs is offered only units within budget - spent - reserved.
export function areaLeft(household) {
  const family = budgetOf(household);
  return family && !household.needs.length ? family.left : Infinity;
}
// The areas of the units that a family has, by what each household has.
export const heldBy = (family, unitOf) =>
  family.claims.reduce((sum, h) => sum + ((unitOf(h) || {}).area || 0), 0);
// V7: what must be the same of the family of a claim, with what its units leave of a budget.
export function familyIs(family, unitOf) {
  if (!family) return null;
  const { id, name, person = '', budget } = family;
  return [id, name, person, budget === undefined ? '' : budget - heldBy(family, unitOf)];
}
