'use strict';
// The operator's page before the seal: files are chosen, tables are shown as they were read, and only then the plan is written.

Object.assign(WORDS, {
  load: ['开始', 'Begin'], loadhow: ['填写设置，选择表格，核对后采用为方案；已有方案文件的直接载入。', 'Fill in the settings, choose the tables, look at them, and use them as the plan; or load a plan that is there.'], loadplan: ['方案文件（plan.jsonl），或办公室的表格', 'A plan (plan.jsonl), or a table of the office'], tables: ['2. 表格', '2. Tables'], blank: ['下载空白表格（住户、房源、设置、监督小组）', 'Save a blank workbook (households, flats, settings, panel)'],
  roll: ['住户表（.xlsx、.xls、.ods 或 .csv）', 'Table of households (.xlsx, .xls, .ods or .csv)'], unitsfile: ['房源表（若不在同一个文件中）', 'Table of flats (if it is not in the same file)'],
  config: ['设置文件（draw.toml），代替上面所填', 'A file of settings (draw.toml), in place of those above'], skip: ['不采用“身份证号”一列', 'Leave out the column 身份证号'], take: ['载入', 'Load'], readtables: ['读取表格', 'Read the tables'],
  chosen: ['已选：{0}', 'Chosen: {0}'], pick: ['选择文件', 'Choose a file'], nofile: ['未选', 'none chosen'], unchoose: ['不用 {0}', 'Leave {0} out'], isa: ['这是{0}', 'it is {0}'], moved: ['{0}：{1}。已放到“{2}”一栏。', '{0}: {1}. It now stands under: {2}.'], noplace: ['{0}：{1}，不能载入', '{0}: {1}, which cannot be loaded'],
  stale: ['读表之后设置或文件有改动：请再次读取表格。', 'Settings or files were changed after the tables were read: read the tables again.'], newfile: ['已重新选择，尚未读取：请点“读取表格”。', 'Chosen anew and not read yet: read the tables.'], faultsof: ['{0} 中有 {1} 处错误：改正后请再选一次，其余文件不用再选。', 'Faults in {0}: {1}. Correct them and choose that file again; the others stay.'], usesetup: ['用 {0} 中的设置替换上面所填', 'Use the settings of {0} in place of those above'], reading: ['正在读取表格…请稍候，大屏照常显示。', 'Reading the tables… please wait; the board goes on meanwhile.'],
  changedfile: ['{0} 选过之后又改动过，浏览器不能再读：请重新选择。', '{0} was changed after it was chosen, and the browser cannot read it again: choose it once more.'],
  toolarge: ['所选文件合计超过 {0} MB，未发送；请只选表格，并去掉其中的图片。', 'These files are larger than {0} MB together and were not sent; choose the table alone, without pictures in it.'],
  slow: ['一分多钟没有回答，未采用任何内容；请把表另存为较小的 .xlsx 再试。', 'No answer for more than a minute, and nothing was taken; save the table as a smaller .xlsx and try again.'],
  shownow: ['已读取，尚未写入任何内容。请核对下面的各行。', 'Read; nothing is written yet. Look at the rows below.'], faultsnow: ['表格有错误，未写入任何内容。', 'The tables have faults; nothing is written.'],
  askednow: ['有需要确认的事项，尚未写入任何内容。', 'Something has to be confirmed; nothing is written yet.'],
  draft: ['读到的表：{0}', 'As it was read: {0}'], faults: ['共 {0} 处错误，请在原表中改正，再选一次：', '{0} faults; correct them in the table, then choose it again:'], faultsabove: ['各处错误列在上面该文件之下、该项设置之旁。', 'The faults stand above: beneath their file, and beside their field.'], told: ['导入说明', 'What the import says'],
  confirm: ['请逐项核对，确认无误的打勾；否则在原表中改正后再选', 'Look at each; tick what is right, or correct the table and choose it again'], confirmone: ['确认：{0}（{1} 处）', 'Confirmed: {0} ({1})'],
  rows: ['共 {0} 户', '{0} households'], rowsfirst: ['共 {0} 户，先显示 {1} 户', '{0} households, {1} of them shown'], allrows: ['显示全部', 'Show all'],
  usedraft: ['采用此方案', 'Use this plan'], dropdraft: ['不采用', 'Put it away'], useask: ['现在的方案（未封存）将被它替换。采用？', 'It takes the place of the plan that is there (not sealed). Use it?'],
  ready: ['方案已载入，尚未封存：请核对后封存。', 'The plan is loaded and not sealed yet: look at it, then seal it.'],
  again: ['改正后再次导入', 'Import again after a correction'], againhow: ['浏览器不会自己重读改过的文件：请再选一次改过的文件（可同时选多个），其余沿用：{0}。选完即读取，核对后才会替换方案。', 'The browser does not read a changed file again by itself: choose the changed files once more (several at a time); the others stay: {0}. They are read at once, and take the place of the plan only when you say so.'],
  againall: ['请一次选中住户表（和房源表）与设置文件。选完即读取，核对后才会替换方案。', 'Choose the table (or both) and the settings together. They are read at once, and take the place of the plan only when you say so.'],
  againpick: ['选择文件并读取', 'Choose files and read them'], discard: ['移除此方案', 'Take this plan away'], setupfilled: ['本页所填的设置', 'the settings filled in here'], planthere: ['现在的方案', 'The plan that is there'], withskip: ['不采用身份证号', 'without 身份证号'],
});

const looks = new Map(); // what each chosen file is, as the server tells it
const dropped = new Set(); // fields whose files the program still has, and nobody wants
let sentFiles = new Map(), movedTo = null, skipSet = false;
const MOST = 64; // MB, as the server has it
const chosen = new Map(); // the files by field; a browser keeps no more of them than the right to read what was chosen, as it was
const ticked = new Set(); // kinds that were confirmed
let skip = false, reading = false, draft = null, whole = false;

/** Sends files to be read, for the button that was clicked. */
async function send(asked, files) {
  if (reading) return;
  if (files.reduce((sum, [, file]) => sum + file.size, 0) > MOST << 20) return said('error', t('toolarge', MOST));
  const form = new FormData();
  form.append('version', String(view.version));
  form.append('asked', asked);
  if (skip) form.append('skip_documents', 'yes');
  for (const name of ['roll', 'units', 'config']) if (isKept(name) && !files.some(([field]) => field.replace(/^kept-/, '') === name)) form.append('kept', name);
  const filled = setupSent();
  if (filled) form.append('settings', filled);
  setup.every = true;
  await checkSetup();
  if (setup.element) markSetup();
  sentFiles = new Map(chosen);
  for (const [name, file] of files) {
    try {
      form.append(name, new Blob([await file.arrayBuffer()]), file.name);
    } catch (error) { forget(name.replace(/^kept-/, '')); return said('error', t('changedfile', file.name)); }
  }
  await read('api/plan', { body: form });
}

/** A browser tells nothing if the same file is chosen again, though it was changed meanwhile: no field holds on to what was chosen in it. */
document.addEventListener('click', event => { if (event.target.type === 'file') event.target.value = ''; }, true);

function forget(name) {
  chosen.delete(name);
  looks.delete(name);
  show();
}

/** Whether the program has a file for a field from before this page was loaded again. */
const isKept = name => !chosen.has(name) && !dropped.has(name) && !!(draft && draft.files[name]);
/** The name of the file that a field has; null if none. */
const nameOf = name => chosen.has(name) ? chosen.get(name).name : isKept(name) ? draft.files[name] : null;
const hasFile = name => nameOf(name) !== null;
function dropFile(name) { chosen.delete(name); looks.delete(name); dropped.add(name); }

/** Asks what a file is, as soon as it is chosen; null if that cannot be told now. */
async function lookAt(file) {
  if (file.size > MOST << 20) return null;
  const form = new FormData();
  form.append('file', file, file.name);
  const [status, body] = await request('api/look', { method: 'POST', body: form }).catch(() => [0]);
  return status === 200 ? body : null;
}

/** A file was chosen in a field: it is told what it is, and it goes where it belongs. */
async function choose(name, file) {
  chosen.set(name, file);
  looks.delete(name);
  dropped.delete(name);
  movedTo = null;
  show();
  const seen = await lookAt(file);
  if (!seen || chosen.get(name) !== file) return; // another one was chosen meanwhile
  looks.set(name, seen);
  const place = { plan: 'plan', settings: 'config' }[seen.what] || (seen.what === 'table' && ['plan', 'config'].includes(name) ? (seen.units && !seen.roll ? 'units' : 'roll') : name);
  if (place !== name && !hasFile(place)) {
    chosen.delete(name);
    looks.delete(name);
    chosen.set(place, file);
    looks.set(place, seen);
    movedTo = { from: name, words: t('moved', file.name, seen.words, t({ plan: 'loadplan', roll: 'roll', units: 'unitsfile', config: 'config' }[place])) };
  }
  if (seen.form && !setupTyped() && (place === 'config' || !hasFile('config'))) return useSetup(seen.form, file.name);
  if (view.stage === 'empty') show();
}

/** Asks the server to read, and says so until it answers. */
async function read(path, options) {
  reading = true;
  put('said', h('p', { class: 'good' }, t('reading')));
  show();
  let failed = null;
  try {
    const [status, body] = await request(path, { method: 'POST', signal: AbortSignal.timeout(100000), ...options });
    if (status !== 200) failed = body.error || String(status);
    else if (path === 'api/plan') dropped.clear();
  } catch (error) { failed = error.message === 'locked' ? '' : t(error.name === 'TimeoutError' ? 'slow' : 'lostline'); }
  reading = false;
  if (failed === '') return;
  await refresh();
  if (failed) return said('error', failed);
  if (draft && path !== 'api/draft') (document.querySelector('#main [aria-invalid], #main .faults') || $('draft')).scrollIntoView({ block: draft.faults.length ? 'center' : 'nearest' });
  if (draft) said(draft.faults.length ? 'error' : 'good', t(draft.faults.length ? 'faultsnow' : draft.questions.length ? 'askednow' : 'shownow'));
  else said('good', '✓ ' + (view && view.stage === 'plan' ? t('ready') : ''));
}

const drafted = (doing, accept) => read('api/draft', { headers: { 'content-type': 'application/json' }, body: JSON.stringify({ version: view.version, doing, accept: accept || [] }) });

function fileField(name, label) {
  const input = h('input', { type: 'file', class: 'unseen', id: 'u-' + name, onchange: event => { const file = event.target.files[0]; if (file) choose(name, file); else { dropFile(name); show(); } } });
  const file = nameOf(name), seen = looks.get(name);
  const words = !file ? (movedTo && movedTo.from === name ? movedTo.words : '') : seen && seen.what === 'other' ? t('noplace', file, seen.words) : t('chosen', file) + (seen ? (LANG === 'zh' ? '。' : '. ') + t('isa', seen.words) : '');
  return h('div', { class: 'file', 'data-file': name }, h('p', { class: 'of' }, label), h('div', { class: 'row' }, input, h('label', { for: 'u-' + name, class: 'pick' }, t('pick'), h('span', { class: 'unseen' }, ' ' + label)), h('span', { class: 'filename' }, file || t('nofile')), file ? button('×', () => { dropFile(name); show(); }, { 'aria-label': t('unchoose', file), title: t('unchoose', file), class: 'drop' }) : null), h('p', { class: seen && seen.what === 'other' ? 'chosen differs' : 'chosen' }, words),
    seen && seen.form && setupTyped() && setup.taken !== file ? h('div', { class: 'row' }, button(t('usesetup', file), () => useSetup(seen.form, file), { class: 'usesetup' })) : null,
    name === 'config' ? null : faultsOf(name));
}

/** The faults of a draft that stand in the file of a field; told there until another file is chosen for it. */
function faultsOf(name) {
  if (!draft || view.stage !== 'empty') return null;
  const faults = draft.faults.filter((_, i) => draft.of[i] === name);
  if (!faults.length) return null;
  if (chosen.has(name) && chosen.get(name) !== sentFiles.get(name)) return h('p', { class: 'reading' }, t('newfile'));
  return h('div', { class: 'offile' }, name === 'config' && !nameOf(name) ? null : h('p', { class: 'differs' }, t('faultsof', nameOf(name) || draft.files[name], faults.length)), h('ol', { class: 'faults' }, faults.map(f => h('li', {}, f))));
}

function skipBox() {
  if (draft && !skipSet) skip = draft.skip_documents; // the page was loaded again
  return h('label', { class: 'check' }, h('input', { type: 'checkbox', id: 'skip', checked: skip, onchange: event => { skip = event.target.checked; skipSet = true; markStale(); } }), t('skip'));
}

const all = () => [...chosen];
const busy = () => reading || view.reading;
const waiting = () => busy() ? h('p', { class: 'reading', role: 'status' }, t('reading')) : null;

function empty() {
  const o = view.operator, faulty = draft && draft.faults.length;
  return [draft && !faulty ? drafting() : null, h('section', { class: draft ? null : 'now' }, h('h2', {}, t('load')), h('p', {}, t('loadhow')), waiting(),
    fileField('plan', t('loadplan')), h('div', { class: hasFile('plan') ? 'row go' : 'row' }, (hasFile('plan') ? main : button)(t('take'), () => send('plan', all()), { id: 'loadplan', disabled: busy() })), h('p', {}, h('a', { href: `template.xlsx?lang=${LANG}`, download: 'template.xlsx', id: 'template' }, t('blank')))),
  settingsPart(),
  h('section', {}, h('h2', {}, t('tables')), fileField('roll', t('roll')), fileField('units', t('unitsfile')), fileField('config', t('config')), skipBox(),
    h('div', { class: hasFile('plan') ? 'row' : 'row go' }, (hasFile('plan') ? button : main)(t('readtables'), () => send('tables', all()), { id: 'loadtables', disabled: busy() }))),
  faulty ? drafting() : null,
  o.faults.length ? h('section', {}, h('h2', {}, t('faults', o.faults.length)), h('ol', { class: 'faults' }, o.faults.map(f => h('li', {}, f)))) : null];
}

/** Whether something was changed before there is a plan, and the tables not read since. */
function isStale() {
  if (!draft || view.stage !== 'empty') return false;
  const files = ['roll', 'units', 'config'].some(name => dropped.has(name) && draft.files[name] || chosen.has(name) && chosen.get(name) !== sentFiles.get(name));
  return !!files || skip !== draft.skip_documents || !!(draft.form && setup.form && formText(draft.form) !== formText(setup.form));
}
function markStale() {
  if (!$('stale')) return;
  const stale = isStale();
  for (const id of ['stale', 'readagain']) $(id).hidden = !stale;
  $('usedraft').hidden = stale;
  $('usedraft').disabled = !readyDraft();
}
const readyDraft = () => !!draft && !draft.faults.length && draft.questions.every(q => ticked.has(q.kind)) && !busy() && !isStale();

/** The tables as they were read: what is wrong, what has to be confirmed, every row, and the button that writes the plan. */
function drafting() {
  const d = draft, names = [d.files.roll, d.files.units, d.files.config].filter(Boolean).join(LANG === 'zh' ? '、' : ', ');
  // Before there is a plan each file has its own faults beneath it.
  const elsewhere = d.faults.filter((_, i) => view.stage !== 'empty' || !d.of[i]);
  const question = q => h('div', { class: 'question' },
    h('label', { class: 'check' }, h('input', { type: 'checkbox', id: 'q-' + q.kind, checked: ticked.has(q.kind), onchange: event => { if (event.target.checked) ticked.add(q.kind); else ticked.delete(q.kind); markStale(); } }), h('b', {}, t('confirmone', q.words, q.sentences.length))),
    h('ul', {}, q.sentences.map(s => h('li', {}, s))));
  const use = async () => { await checkSetup(); if (readyDraft() && (view.stage !== 'plan' || await ask(t('useask')))) { await drafted('use', [...ticked]); if (!draft) ticked.clear(); } };
  return h('section', { class: 'now', id: 'draft' }, h('h2', {}, t('draft', names)), waiting(),
    d.faults.length ? [h('h3', {}, t('faults', d.faults.length)), elsewhere.length ? h('ol', { class: 'faults' }, elsewhere.map(f => h('li', {}, f))) : null, elsewhere.length < d.faults.length ? h('p', {}, t('faultsabove')) : null] : null,
    d.questions.length ? [h('h3', {}, t('confirm')), d.questions.map(question)] : null,
    rows(d),
    h('div', { class: 'row go' }, h('p', { id: 'stale', class: 'warned', role: 'status', hidden: !isStale() }, t('stale')), main(t('readtables'), () => send('tables', all()), { id: 'readagain', hidden: !isStale(), disabled: busy() }), main(t('usedraft'), use, { id: 'usedraft', hidden: isStale(), disabled: !readyDraft() }), button(t('dropdraft'), () => drafted('drop'), { id: 'dropdraft', disabled: busy() })),
    d.told.length ? h('details', {}, h('summary', {}, t('told')), h('pre', {}, d.told.join('\n'))) : null);
}

const FIRST = 12;
function rows(d) {
  if (!d.rows.length) return null;
  const shown = whole ? d.rows : d.rows.filter((row, i) => i < FIRST || row.look);
  const used = d.heads.map((_, i) => i < 3 || shown.some(row => row.cells[i]));
  const cells = (row, name) => row.filter((_, i) => used[i]).map(cell => h(name, {}, cell));
  return [h('h3', {}, shown.length < d.rows.length ? t('rowsfirst', d.rows.length, shown.length) : t('rows', d.rows.length)),
    h('div', { class: 'rows', tabindex: '0', role: 'region', 'aria-label': t('rows', d.rows.length) }, h('table', {}, h('thead', {}, h('tr', {}, cells(d.heads, 'th'))), h('tbody', {}, shown.map(row => h('tr', { class: row.look ? 'look' : null }, cells(row.cells, 'td')))))),
    shown.length < d.rows.length ? h('div', { class: 'row' }, button(t('allrows'), () => { whole = true; show(); }, { id: 'allrows' })) : null];
}

/** One click for a table that was corrected: what is not chosen again stays as it was chosen before. */
function again() {
  const before = ['roll', 'units', 'config'].filter(name => chosen.has(name));
  const names = [...before.map(name => chosen.get(name).name), ...(setupSent() ? [t('setupfilled')] : []), ...(skip ? [t('withskip')] : [])].join(LANG === 'zh' ? '、' : ', ');
  const field = file => before.find(name => chosen.get(name).name === file.name) || (/\.(toml|json)$/i.test(file.name) ? 'config' : chosen.has('units') ? 'again' : 'roll');
  const input = h('input', { type: 'file', id: 'u-again', multiple: true, hidden: true, onchange: async event => {
    const files = [...event.target.files].map(file => [field(file), file]);
    const fields = files.map(([name]) => name);
    const twice = fields.some((name, i) => fields.indexOf(name) !== i);
    const kept = before.filter(name => !fields.includes(name)).map(name => ['kept-' + name, chosen.get(name)]);
    await send('again', [...(twice ? files.map(([, file]) => ['again', file]) : files), ...kept]);
    if (!twice) for (const [name, file] of files) if (name !== 'again') chosen.set(name, file);
    sentFiles = new Map(chosen);
  } });
  return h('section', {}, h('h2', {}, t('again')), waiting(), h('p', {}, before.length ? t('againhow', names) : t('againall')), skipBox(),
    h('div', { class: 'row' }, button(t('againpick'), () => input.click(), { id: 'again', disabled: busy() }), input));
}

function plan() {
  if (setup.lang !== LANG) loadSetup();
  const c = view.counts, o = view.operator;
  return [draft ? drafting() : null, h('section', { class: draft ? null : 'now' }, h('h2', {}, draft ? `${t('planthere')}: ${view.title}` : view.title),
    h('p', {}, `${c.households} ${t('households')} · ${c.units} ${t('flats')} · ${t('pools', c.pools)}`),
    o.draw.rules.map(rule => h('p', {}, rule)),
    h('h3', {}, t('fpcoming')), h('p', { class: 'num' }, view.fingerprints[0]),
    view.sources.map(s => h('p', {}, LANG === 'zh' ? s.zh : s.en)),
    o.draw.warnings.map(w => h('p', { class: 'differs' }, w)),
    program(),
    h('div', { class: 'row' }, main(t('seal'), async () => { const { copy } = view.operator.files, anyway = !!(copy && copy.silent), other = view.program.asks; if ((!other || await ask(t('otherprogram'))) && await ask((anyway ? t('silent') + ' ' : '') + t('sealask'))) act({ do: 'seal', anyway, other_program: other }); }, { id: 'seal', disabled: !!draft || busy() }), button(t('discard'), () => act({ do: 'discard' }), { id: 'discard' }))),
  again(),
  h('section', {}, view.benches.map(b => [h('h3', {}, `${b.title} · ${t('quorum', b.quorum)}`), b.members.map(m => h('p', {}, `${m.id} ${m.name} · `, h('span', { class: 'num' }, m.key || t('paper'))))])),
  o.faults.length ? h('section', {}, h('h2', {}, t('faults', o.faults.length)), h('ol', { class: 'faults' }, o.faults.map(f => h('li', {}, f)))) : null,
  o.told.length ? h('section', {}, h('h2', {}, t('told')), h('pre', {}, o.told.join('\n'))) : null];
}
