// page/secret.js: the panel member's secret and commitment, made here and kept nowhere.

import { t } from './words.js';
import { $, el, fill, groups, open } from './elements.js';

const ROOT = /^[0-9a-f]{64}$/;
const rootTyped = () => $('root').value.trim().toLowerCase();
// The fingerprint of the plan that is open; of another root, nobody knows origin and size.
function printOfPlan() {
  const sealed = open.shown.state.signoff.checkpoints.find((c) => c.stage === 'plan');
  return sealed ? sealed.fingerprint : '–';
}
// The root of the plan that is open, or null.
function knownRoot() {
  const root = open.shown && open.shown.state.plan.root;
  return root ? Floorlot.hexOf(root) : null;
}
export function showRoot() {
  const known = knownRoot(),
    members = open.shown ? open.shown.state.plan.members : [],
    out = $('roothint');
  if (known && !rootTyped()) $('root').value = known;
  fill(
    $('members'),
    members.map((m) => el('option', { value: m.id }, m.name)),
  );
  const root = rootTyped();
  out.className = 'hint';
  if (!ROOT.test(root)) {
    out.textContent = root ? t('rootBad') : t('rootHint');
  } else if (known && root !== known) {
    out.textContent = t('rootOther') + ' ' + t('rootPrint');
    out.className = 'warn';
  } else {
    out.textContent = known ? t('rootFilled', printOfPlan()) : t('rootPrint');
  }
}
export function makeSecret() {
  const root = rootTyped(),
    member = $('member').value.trim();
  const wrong = (key) => fill($('secretout'), el('p', { class: 'warn' }, t(key)));
  if (!ROOT.test(root)) return wrong('rootBad');
  if (!/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/.test(member)) return wrong('memberBad');
  const device = crypto.getRandomValues(new Uint8Array(32));
  // Both together: random if one of them is.
  const mixed = Floorlot.hexOf(Floorlot.sha256(device, Floorlot.bytesOf($('dice').value)));
  device.fill(0);
  const secret = mixed.slice(0, 32),
    commit = Floorlot.sha256Text(Floorlot.commitText(root, member, secret));
  open.secret = { root, member, secret, commit };
  $('dice').value = '';
  return showSecret();
}
export function showSecret() {
  if (!open.secret) return;
  const { root, member, secret, commit } = open.secret,
    known = knownRoot();
  const unknown = () => !Floorlot.lookUp(open.shown.state.plan, 'member', member);
  const warning =
    known && known !== root ? 'rootOther' : known && unknown() ? 'memberUnknown' : null;
  const text = Floorlot.commitText(root, member, secret).replace(/\n/g, '\\n');
  const print = { type: 'button', id: 'printsecret', on: { click: () => window.print() } },
    clear = { type: 'button', id: 'wipe', on: { click: wipe } };
  fill(
    $('secretout'),
    warning ? el('p', { class: 'warn' }, t(warning)) : null,
    el(
      'p',
      { class: 'hint below' },
      known === root ? t('sheetFor', member, printOfPlan()) : t('sheetForRoot', member, root),
    ),
    el('h3', {}, t('secretIs')),
    groups(secret, 4, 'secret'),
    el('h3', {}, t('commitIs')),
    groups(commit, 8, 'commit'),
    el('h3', {}, t('commandIs')),
    el('pre', { class: 'cmd' }, `printf '${text}' | sha256sum`),
    el('p', {}, t('keepIt')),
    el(
      'div',
      { class: 'row noprint' },
      el('button', print, t('print')),
      el('button', clear, t('wipe')),
    ),
  );
}
export function wipe() {
  open.secret = null;
  $('dice').value = '';
  $('member').value = '';
  fill($('secretout'), el('p', {}, t('wiped')));
}
