'use strict';
// The settings on the operator's page, in place of draw.toml: the fields come from the server, which also says what is wrong in them, as they are typed.

Object.assign(WORDS, {
  setup: ['1. 设置', '1. Settings'], setuphow: ['边填边核对，程序运行期间一直保留；带 * 的必填。', 'Each field is checked as it is typed, and kept as long as the program runs; those with * are needed.'],
  setupfile: ['以所选的设置文件为准：{0}', 'The settings are those of the file: {0}'], setuphere: ['不用该文件，在本页填写', 'Fill them in here in its place'],
  setuppanel: ['监督小组', 'Panel'], setuprules: ['选房规则', 'Rules'], setupbench: ['席位名称', 'Bench'], setupquorum: ['法定人数', 'Quorum'], setupquorumhow: ['至少几人到场并签名', 'How many must sign'],
  setupmember: ['监督员 {0}', 'Member {0}'], setupname: ['姓名', 'Name'], setupkey: ['公钥', 'Public key'], setupnames: ['公布全名（否则自动遮盖）', 'Show whole names (else they are masked)'],
  setupaddmember: ['加一名监督员', 'Add a member'], setupaddbench: ['加一个席位', 'Add a bench'], setupdropmember: ['移除第 {0} 名', 'Remove member {0}'], setupdropbench: ['移除这个席位', 'Remove this bench'],
  setuppaste: ['可从表格中复制一列姓名，粘贴到第一格。在纸上签名的不填公钥。', 'A column of names can be copied from a table and pasted into the first line. Who signs on paper has no public key.'], setuptake: ['从填好的表格或保存的设置中取', 'Take them from a filled-in workbook or saved settings'],
  setuptaken: ['已按 {0} 填好设置，请核对。', 'The settings are filled in from {0}; look at them.'], setupnone: ['{0} 中没有可填入本页的设置；含有其他内容的设置文件，请选在“表格”之下。', 'In {0} there are no settings for these fields; choose a file of settings with more in it under Tables.'],
  setupmore: ['不常用的设置', 'Less usual settings'], setuppools: ['另定规则的批次', 'Pools with rules of their own'], setuppoolhow: ['批次编号见读表后的预览；不填的项目与上面相同。', 'The preview of the tables shows the codes of pools; what is empty is as above.'], setuppool: ['批次编号', 'Code of the pool'], setupaddpool: ['加一个批次', 'Add a pool'], setupdroppool: ['移除第 {0} 个批次', 'Remove pool {0}'],
  setupsame: ['与上面相同', 'as above'], setupchoose: ['请选择', 'choose'], setupsave: ['保存设置文件（draw.toml）', 'Save the settings (draw.toml)'], setupright: ['设置没有错误', 'Nothing is wrong with the settings'], setupwrong: ['设置中还有 {0} 处要补正', 'Still to be corrected in the settings: {0}'],
  setupbenches: [['居民代表', '工作人员'], ['Residents', 'Officials']],
});

/** The fields, what is typed, what is wrong with it, and which fields were left once (only those tell what is missing). */
const setup = { lang: null, fields: null, pools: null, form: null, checked: { wrong: [], toml: '' }, left: new Set(), every: false, element: null, waiting: null, taken: null };
const SETUP_LINES = 3;

const emptyMember = () => ({ id: '', name: '', key: '' });
const emptyBench = title => ({ title, quorum: '', show_names: false, members: Array.from({ length: SETUP_LINES }, emptyMember) });
/** What an untouched form is: the usual values, a name that no draw had before, two benches with empty lines. */
function emptyForm(empty) {
  const now = new Date(), two = number => String(number).padStart(2, '0');
  const origin = `draw/${now.getFullYear()}-${two(now.getMonth() + 1)}-${two(now.getDate())}-${two(now.getHours())}${two(now.getMinutes())}`;
  return { ...structuredClone(empty), fields: { ...empty.fields, origin }, benches: WORDS.setupbenches[LANG === 'en' ? 1 : 0].map(emptyBench) };
}
/** Whether anybody has typed anything: an untouched form is not sent. */
const setupTyped = () => !!setup.form && JSON.stringify(setup.form) !== JSON.stringify(setup.blank);
/** What is sent with the tables; nothing if a file of settings was chosen, or nothing is filled in. */
const setupSent = () => hasFile('config') || !setupTyped() ? null : JSON.stringify(setup.form);

/** Asks for the fields in the language of the page. */
async function loadSetup() {
  if (setup.lang === LANG) return;
  setup.lang = LANG;
  const [status, body] = await request('api/settings', {}).catch(() => [0]);
  if (status !== 200) { setup.lang = null; return; }
  const untouched = !setupTyped();
  Object.assign(setup, { fields: body.fields, pools: body.pools, blank: emptyForm(body.empty) });
  if (body.form) { setup.form = roomy(body.form); setup.checked = body.checked; } else if (untouched || !setup.form) setup.form = structuredClone(setup.blank);
  setup.element = null;
  if (view && ['empty', 'plan'].includes(view.stage)) show();
}

/** A form with at least two benches to fill in. */
function roomy(form) {
  if (!form.benches.length) form.benches = structuredClone(setup.blank.benches);
  for (const bench of form.benches) if (!bench.members.length) bench.members.push(emptyMember());
  return form;
}

/** Sends what is typed, a moment after the last key; the answer stands beside the fields. */
function setupChanged() {
  clearTimeout(setup.waiting);
  setup.waiting = setTimeout(checkSetup, 300);
}
async function checkSetup() {
  clearTimeout(setup.waiting);
  if (!setup.form) return;
  if (!setupTyped()) { setup.checked = { wrong: [], toml: '' }; return markSetup(); }
  const [status, body] = await request('api/settings', { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ form: setup.form }) }).catch(() => [0]);
  if (status === 200) { setup.checked = body; markSetup(); }
}

/** Puts each fault beside its field. */
function markSetup() {
  if (!setup.element) return;
  const wrong = new Map(setup.checked.wrong.map(({ field, words }) => [field, words]));
  for (const place of setup.element.querySelectorAll('[data-wrong]')) {
    const field = place.dataset.wrong, told = wrong.get(field);
    const shown = told && (setup.every || setup.left.has(field));
    place.textContent = shown ? told : '';
    const input = setup.element.querySelector(`[data-field="${field}"]`);
    if (input) { if (shown) input.setAttribute('aria-invalid', 'true'); else input.removeAttribute('aria-invalid'); }
    wrong.delete(field);
  }
  const rest = setup.element.querySelector('#setup-rest');
  rest.replaceChildren(...(setup.every ? [...wrong.values()] : []).map(words => h('p', {}, words)));
  const state = setup.element.querySelector('#setup-state'), count = setup.checked.wrong.length;
  state.textContent = !setupTyped() ? '' : count ? t('setupwrong', count) : '✓ ' + t('setupright');
  state.className = count ? '' : 'same';
  setup.element.querySelector('#setup-pools').replaceChildren(...(draft ? draft.pools : []).map(id => h('option', { value: id })));
  const save = setup.element.querySelector('#setup-save');
  save.hidden = !setupTyped();
  save.href = 'data:application/toml;charset=utf-8,' + encodeURIComponent(setup.checked.toml);
  showApplies();
  markStale();
}

/** What a form says, whatever the order of its keys. */
const formText = form => JSON.stringify([Object.entries(form.fields).filter(([, text]) => text).sort(), form.benches.map(b => [b.title, b.quorum, b.show_names, b.members.map(m => [m.id, m.name, m.key])]), form.pools.map(p => [p.id, p.rule, p.absence, p.seconds, p.unranked])]);

/** Only what the rule asks for is shown. */
function showApplies() {
  const rules = [setup.form.fields.rule, ...setup.form.pools.map(pool => pool.rule)];
  const for_ = { absence: 'choice', seconds: 'choice', unranked: 'ranking' };
  for (const [key, rule] of Object.entries(for_)) {
    const part = setup.element.querySelector(`[data-part="${key}"]`);
    if (part) part.hidden = !rules.includes(rule) && !(rule === 'choice' && !setup.form.fields.rule);
  }
}

/** One input with its name, what it is for, and what is wrong with it. `holder[key]` is what is typed. */
function setupInput(id, label, holder, key, { one, blank, help, needed, number, paste, short, quiet, list } = {}) {
  const told = `set-${id}-told`;
  const on = { id: 'set-' + id, 'data-field': id, 'aria-describedby': told, 'aria-required': needed ? 'true' : null, onblur: () => { setup.left.add(id); markSetup(); } };
  let input;
  if (one) {
    input = h('select', { ...on, onchange: () => { holder[key] = input.value; setup.left.add(id); setupChanged(); showApplies(); } }, h('option', { value: '' }, blank), one.map(([word, name]) => h('option', { value: word }, name)));
    // What was typed in a workbook may be no word that is known: it is shown as it is, and told.
    if (holder[key] && !one.some(([word]) => word === holder[key])) input.append(h('option', { value: holder[key] }, holder[key]));
  } else {
    input = h('input', { ...on, type: 'text', autocomplete: 'off', spellcheck: 'false', inputmode: number ? 'numeric' : null, list, oninput: () => { holder[key] = input.value; setupChanged(); } });
    if (paste) input.addEventListener('paste', event => { if (paste(event.clipboardData.getData('text'))) event.preventDefault(); });
  }
  input.value = holder[key] || '';
  return h('div', { class: short ? 'setting short' : 'setting', 'data-part': id }, h('label', { for: 'set-' + id, class: quiet ? 'unseen' : null }, label, needed ? h('b', { class: 'needed', 'aria-hidden': 'true' }, ' *') : null), help ? h('p', { class: 'help' }, help) : null, input, h('p', { class: 'wrong', id: told, 'data-wrong': id, role: 'status' }));
}

function setupField(field) {
  return setupInput(field.key, field.name, setup.form.fields, field.key, { one: field.one, blank: field.needed ? t('setupchoose') : '—', help: field.help, needed: field.needed, number: field.number });
}

/** Draws the form anew, when lines were added or taken away. */
function setupAnew(focus) {
  setup.element = null;
  show();
  if (focus && $(focus)) $(focus).focus();
  setupChanged();
}

function setupBench(bench, at) {
  const id = `bench.${at}`;
  const member = (m, n) => {
    const paste = text => {
      const names = text.replace(/\r/g, '').split('\n').map(line => line.split('\t')).filter(cells => cells.some(cell => cell.trim()));
      if (names.length < 2) return false;
      names.forEach((cells, i) => { bench.members[n + i] = { ...emptyMember(), ...bench.members[n + i], name: cells[0].trim(), ...(cells[1] ? { key: cells[1].trim() } : {}) }; });
      setupAnew(`set-${id}.member.${n}.name`);
      return true;
    };
    const quiet = n > 0;
    return h('div', { class: 'seat' + (quiet ? '' : ' first') + (setup.form.fields.keys === 'sample' ? ' bare' : '') }, setupInput(`${id}.member.${n}.name`, quiet ? `${t('setupmember', n + 1)} ${t('setupname')}` : t('setupname'), m, 'name', { paste, quiet }),
      setup.form.fields.keys === 'sample' ? null : setupInput(`${id}.member.${n}.key`, quiet ? `${t('setupmember', n + 1)} ${t('setupkey')}` : t('setupkey'), m, 'key', { quiet }),
      button('×', () => { bench.members.splice(n, 1); if (!bench.members.length) bench.members.push(emptyMember()); setupAnew(`set-${id}.title`); }, { 'aria-label': t('setupdropmember', n + 1), title: t('setupdropmember', n + 1), class: 'drop' }), h('p', { class: 'wrong', 'data-wrong': `${id}.member.${n}.id` }));
  };
  return h('fieldset', { id: `set-${id}` }, h('legend', {}, bench.title || t('setupbench')),
    h('div', { class: 'pair' }, setupInput(`${id}.title`, t('setupbench'), bench, 'title', { needed: true }), setupInput(`${id}.quorum`, t('setupquorum'), bench, 'quorum', { needed: true, number: true, short: true, help: t('setupquorumhow') })),
    h('label', { class: 'check' }, h('input', { type: 'checkbox', checked: bench.show_names, onchange: event => { bench.show_names = event.target.checked; setupChanged(); } }), t('setupnames')),
    bench.members.map(member),
    h('div', { class: 'row' }, button(t('setupaddmember'), () => { bench.members.push(emptyMember()); setupAnew(`set-${id}.member.${bench.members.length - 1}.name`); }, { id: `add-${id}` }),
      setup.form.benches.length > 2 ? button(t('setupdropbench'), () => { setup.form.benches.splice(at, 1); setupAnew('add-bench'); }) : null));
}

function setupPool(pool, at) {
  const blank = t('setupsame'), of = key => setup.fields.find(field => field.key === key).name;
  return h('div', { class: 'ownpool' }, setupInput(`pool.${at}.id`, t('setuppool'), pool, 'id', { list: 'setup-pools' }),
    ['rule', 'absence', 'unranked'].map(key => setupInput(`pool.${at}.${key}`, of(key), pool, key, { one: setup.pools[key], blank })), setupInput(`pool.${at}.seconds`, of('seconds'), pool, 'seconds', { number: true }),
    button('×', () => { setup.form.pools.splice(at, 1); setupAnew('add-pool'); }, { 'aria-label': t('setupdroppool', at + 1), title: t('setupdroppool', at + 1), class: 'drop' }));
}

/** The settings of a workbook, taken into the fields. */
async function takeSetup(file) {
  const seen = await lookAt(file);
  if (!seen) return;
  if (!seen.form) return said('error', t('setupnone', file.name));
  useSetup(seen.form, file.name);
}
function useSetup(form, name) {
  dropFile('config'); // the fields are in its place now
  setup.form = roomy(structuredClone(form));
  setup.every = true;
  setup.taken = name;
  setupAnew();
  said('good', t('setuptaken', name));
  checkSetup();
}

function setupForm() {
  if (setup.element) return setup.element;
  const usual = setup.fields.filter(field => field.usual), rare = setup.fields.filter(field => !field.usual);
  const part = keys => usual.filter(field => keys.includes(field.key)).map(setupField);
  const basic = ['title', 'origin', 'mode', 'attempt'], own = ['keys'];
  const file = h('input', { type: 'file', id: 'u-setup', hidden: true, onchange: event => { if (event.target.files[0]) takeSetup(event.target.files[0]); } });
  const open = rare.some(field => setup.form.fields[field.key]) || setup.form.pools.length;
  setup.element = h('div', { id: 'setup' }, h('p', {}, t('setuphow')),
    h('div', { class: 'row' }, button(t('setuptake'), () => file.click(), { id: 'takesetup' }), file),
    h('div', { class: 'settings' }, part(basic)),
    h('h3', {}, t('setuppanel')), h('p', { class: 'help' }, t('setuppaste')), h('p', { class: 'wrong', 'data-wrong': 'benches', role: 'status' }),
    h('div', { class: 'settings' }, part(own)),
    h('div', { class: 'benches' }, setup.form.benches.map(setupBench)), h('div', { class: 'row' }, button(t('setupaddbench'), () => { setup.form.benches.push(emptyBench('')); setupAnew(`set-bench.${setup.form.benches.length - 1}.title`); }, { id: 'add-bench' })),
    h('h3', {}, t('setuprules')), h('div', { class: 'settings' }, usual.filter(field => ![...basic, ...own].includes(field.key)).map(setupField)),
    h('details', { open: !!open }, h('summary', {}, t('setupmore')), h('div', { class: 'settings' }, rare.map(setupField)),
      h('h3', {}, t('setuppools')), h('p', { class: 'help' }, t('setuppoolhow')), h('datalist', { id: 'setup-pools' }), setup.form.pools.map(setupPool),
      h('div', { class: 'row' }, button(t('setupaddpool'), () => { setup.form.pools.push({ id: '', rule: '', absence: '', seconds: '', unranked: '' }); setupAnew(`set-pool.${setup.form.pools.length - 1}.id`); }, { id: 'add-pool' }))),
    h('div', { id: 'setup-rest', class: 'wrong', role: 'status' }),
    h('div', { class: 'row' }, h('span', { id: 'setup-state' }), h('a', { id: 'setup-save', download: 'draw.toml' }, t('setupsave'))));
  setup.element.querySelector('#set-keys')?.addEventListener('change', () => setupAnew('set-keys'));
  markSetup();
  return setup.element;
}

/** The section of the settings: the fields, or the file that is taken in their place. */
function settingsPart() {
  if (setup.lang !== LANG) loadSetup();
  const file = nameOf('config');
  if (setup.element) markSetup();
  return h('section', { class: 'setup' }, h('h2', {}, t('setup')),
    file ? [h('p', {}, t('setupfile', file)), h('div', { class: 'row' }, button(t('setuphere'), () => { dropFile('config'); show(); }, { id: 'setuphere' }))] : setup.fields ? setupForm() : null,
    faultsOf('config'));
}
