'use strict';
// The operator's page. It keeps nothing but the key of this tab; what it shows comes whole from the server each time.

Object.assign(WORDS, {
  enter: ['此页面未获授权', 'This page has no access'],
  enterhow: ['请打开终端里显示的操作页地址（每个地址只能用一次；在终端按回车可换新地址）。', 'Open the address for the operator that the terminal shows (each works once; press Enter in the terminal for a new one).'],
  pausewhy: ['暂停原因（上大屏）', 'Why (on the board)'], dopause: ['暂停', 'Pause'], resume: ['结束暂停', 'End the pause'],
  language: ['English', '中文'], board: ['打开大屏', 'Open the board'], findpage: ['查房页', 'Find a flat'],
  seal: ['封存方案', 'Seal the plan'], sealask: ['封存后方案不能再改。确定封存？', 'After the seal the plan cannot change any more. Seal it?'],
  sealednow: ['已封存', 'Sealed'], signsnow: ['监督员签方案', 'The panel signs the plan'], readaloud: ['请宣读并张贴指纹', 'Read the fingerprint aloud and post it'], sealedhow: ['大屏现在只显示这个指纹，直到在此点“已宣读”。', 'The board shows this fingerprint alone until you go on here.'], shown: ['已宣读，继续', 'It was read aloud: go on'], answered: ['已答 {0} / {1} 人', '{0} of {1} have answered'], commitask: ['承诺（64 位十六进制）', 'Commitment (64 hex digits)'],
  commit: ['记录承诺', 'Commit'], dieenvelope: ['收信封', 'Envelope'], doabsent: ['缺席', 'Absent'], closecommits: ['点名截止', 'Close the roll call'],
  closeask: ['截止后不能再补交。确定截止？', 'Nothing can be added after the close. Close?'], secretask: ['密语', 'Secret'], reveal: ['公开', 'Reveal'], withhold: ['拒绝公开', 'Withholds'],
  withholdask: ['{0} 拒绝公开，将永久记名。确定？', '{0} withholds the secret; the record will name it for ever. Is that right?'], closereveals: ['公开截止', 'Close the reveals'],
  firsttime: ['第一遍', 'First time'], secondtime: ['第二遍', 'Second time'], same: ['两遍一致', 'both are the same'], differs: ['两遍不一致，第 {0} 个起不同', 'they differ from digit {0} on'],
  digits: ['{0} / {1} 个', '{0} of {1}'], record: ['记录', 'Record'], dicehow: ['按宣读顺序输入 {0} 个数字，可用空格分组', 'The {0} digits in the order read out; spaces do not count'],
  ballshow: ['按摇出顺序输入 {0} 个号码，用空格分开', 'The {0} numbers in the order drawn, with spaces between'], drandhow: ['该轮的签名（96 位十六进制）', 'The signature of the round (96 hex digits)'],
  stepturn: ['抽下一户', 'Next household'], steppool: ['抽完本批', 'To the end of this pool'], stepend: ['连续抽完', 'To the end'],
  auto: ['自动抽取', 'Draw by itself'], pace: ['每户间隔', 'Pace'], every: ['每 {0} 秒一户', 'every {0} seconds'], fast: ['尽快', 'as fast as can be'], halt: ['停止', 'Stop'], quick: ['不逐户展示', 'Without showing each household'],
  autonow: ['正在自动抽取', 'It draws by itself'], autolooks: ['本批抽完，稍候进入下一批', 'This pool is done; the next one begins in a moment'], autopaused: ['暂停中，结束暂停后接着抽', 'Paused; it goes on after the pause'],
  askpool: ['自动抽完本批，余 {0} 户，{1}。可随时停止；抽出的结果不能撤回。开始？', 'Draw this pool to its end, {0} more households, {1}? It can be stopped at any time; nothing of it can be withdrawn.'],
  askend: ['自动连续抽取，{1}，直到需要人工决定为止（整场余 {0} 户）。可随时停止；抽出的结果不能撤回。开始？', 'Draw on by itself, {1}, as far as nobody has to decide ({0} more households in the whole draw)? It can be stopped at any time; nothing of it can be withdrawn.'],
  askuntil: ['自动抽取，{1}，直到整场已办理 {2} 户（再抽 {0} 户）。可随时停止；抽出的结果不能撤回。开始？', 'Draw on by itself, {1}, until {2} households are served ({0} more)? It can be stopped at any time; nothing of it can be withdrawn.'],
  badnumber: ['请输入户数，如 190', 'Type a number of households, such as 190'],
  docall: ['叫号', 'Call'], times: ['第 {0} 次呼叫无人应答', 'No answer to call {0}'], calls: ['已呼叫 {0} 次无人应答', '{0} calls without an answer'], missed: ['三呼未到或超时', 'Missed three calls, or its time'], proxy: ['代理人姓名（自动遮盖）', 'Name of the proxy (masked by itself)'],
  clickflat: ['在图中点选绿色的房；或用方向键移到该房，按回车', 'Click a green flat; or move to it with the arrow keys and press Enter'], chooseask: ['{0}\n选 {1}{2}。对吗？', '{0}\ntakes {1}{2}. Is that right?'], byproxy: ['，由代理人 {0} 代选', ', chosen by proxy {0}'],
  notoffered: ['{0} 不可选：{1}', '{0} cannot be chosen: {1}'], undo: ['撤回上一步', 'Withdraw the last step'], undountil: ['可撤回，直到叫下一户为止。', 'This is possible until the next household is called.'], undosettle: ['可撤回，直到点“确认无误，继续”为止。', 'This is possible until the draw goes on from here.'], undowhy: ['撤回原因（记入记录）', 'Reason (it is recorded)'], goon: ['确认无误，继续', 'Right, go on'],
  until: ['抽到此数停下', 'Draw so far'], untilhow: ['整场已办理户数，如 190', 'Households served in the whole draw, such as 190'], closeday: ['今日结束', 'Close the day'], tomorrow: ['今日未到的已全部再叫一次，其余住户明日再叫。', 'All who missed a call today were called again; the others are called tomorrow.'], calllate: ['补叫下一户', 'Call the next of them'], begins: ['次日开始', 'Begin the next day'], goesonwhen: ['继续时间（上大屏），如 12月2日 9:00', 'When it goes on (on the board), such as 2 December, 9:00'], saygoeson: ['上大屏', 'Show it'],
  nighthow: ['本日各行已写入磁盘并核对。可以退出程序、关机；次日运行同一命令，在此页点“次日开始”。', 'All lines of the day are on the disk and were compared. The program can be ended and the computer switched off; next morning the same command goes on, with the button on this page.'],
  noquorumday: ['用密钥签名的监督员未达各席位法定人数：在以后的检查点签名之前，当日内容不能达到“认证”。仍然继续？', 'The members who signed by key are not the quorum of each bench: the day will not be certified until a later checkpoint is signed. Go on all the same?'],
  operator: ['操作页', 'Operator'], progress: ['步骤', 'Steps'], screen: ['大屏', 'The board'], screenlang: ['大屏语言', 'Language of the board'], screenzh: ['中文', 'Chinese'], screenen: ['英文', 'English'], screenboth: ['中英对照', 'Both'], screenmoment: ['选定后单独显示', 'A flat that was given stands alone for'], seconds: ['{0} 秒', '{0} seconds'], buildings: ['楼栋', 'Buildings'], houseopen: ['{0}（余 {1} 套）', '{0} ({1} left)'], listed: ['最近几户', 'The last households'],
  otherscommit: ['这是 {0} 的承诺，不是 {1} 的', 'This is the commitment of {0}, not of {1}'], badcommit: ['承诺应为 64 位十六进制（可整行粘贴“commit 编号 …”，空格不计）', 'A commitment has 64 hex digits (the whole line `commit ID …` may be pasted; spaces do not count)'],
  badsecret: ['请输入密语：只有字母和数字，空格不计', 'Type the secret: letters and digits only; spaces do not count'],
  signplan: ['第一步：监督员签方案', 'First: the panel signs the plan'], signplanhow: ['点名一开始，方案就不能再签；各席位达到法定人数的监督员都签了，记录才能“认证”。', 'Once the roll call begins the plan can no longer be signed; the transcript can only be certified if the quorum of each bench signs it now.'],
  beginroll: ['签名完毕，开始点名', 'Signatures are done: begin the roll call'], noquorum: ['用密钥签名的监督员未达各席位法定人数：这份记录将永远不能达到“认证”。仍然继续？', 'The members who signed by key are not the quorum of each bench: the transcript can never be certified then. Go on all the same?'],
  signsample: ['用示例密钥代签（仅演练）', 'Sign with the sample keys (rehearsal only)'], signsamplehow: ['本方案的公钥是示例公钥，私钥人人可得：只用于练习。', 'The keys of this plan are sample keys, which anybody can compute: for practice only.'],
  fpcoming: ['封存后的指纹（可先张贴）', 'The fingerprint after the seal (may be posted beforehand)'], restart: ['请在终端再次运行同一命令，并在此页打开新地址。', 'Run the same command again in the terminal, and open the new address here.'],
  receiptsout: ['收据', 'Receipts'], oddslink: ['抽签前的机会', 'Odds before the draw'], oddshow: ['“抽签前的机会”在新页打开；方案较大时要算一两分钟，抽签不受影响。', 'The odds open in a tab of their own; a large plan takes a minute or two, and the draw does not wait.'],
  signatures: ['签名', 'Signatures'], takenote: ['签名单原文（交监督员签名）', 'The note to be signed by the panel'], copy: ['复制', 'Copy'], download: ['下载', 'Save'], pastenote: ['粘贴签名单（含签名）', 'Paste the signed note'], addnote: ['录入签名', 'Take the signatures'],
  tokens: ['时间戳（已登记 {0} 个）', 'Time tokens ({0} registered)'], tokenhow: ['可选：把请求发给时间戳机构（RFC 3161），再登记其发来的文件。', 'If you want one: send the request to a time stamp authority (RFC 3161), and register the file that it sends.'], tokenrequest: ['保存请求', 'Save the request'], tokenfile: ['登记时间戳文件', 'Register a token'],
  notefile: ['或选择文件（可多个）', 'Or choose files'], notegood: ['✓ {0}', '✓ {0}'], notebad: ['✗ {0}：{1}', '✗ {0}: {1}'], scan: ['纸签扫描件', 'Scan of the paper'], reason: ['理由', 'Reason'], dissentdo: ['拒签', 'Refuses'], unsigneddo: ['不在场', 'Is away'], signgo: ['签名完毕，继续', 'Signatures are done: go on'],
  afterwards: ['结果之后', 'After the result'], objection: ['提出异议', 'Objection'], objectionid: ['编号（如 E1）', 'Id (such as E1)'], household: ['户号', 'Household'], householdopt: ['户号（可不填）', 'Household (may be empty)'], text: ['内容', 'Text'],
  ruling: ['裁定', 'Ruling'], upheld: ['成立', 'upheld'], rejected: ['驳回', 'rejected'], withdraw: ['放弃', 'Gives up'], offer: ['递补', 'Offer'], accept: ['接受', 'Accepts'], decline: ['不要', 'Declines'], dueoffer: ['应递补：{0} 给 {1}', 'Due: {0} to {1}'], openoffer: ['{0} 轮到 {1} 递补', '{0} is offered to {1}'],
  swap: ['换房', 'Swap'], swaphow: ['户号，依次得下一户的房，空格分开', 'Households, each gets the flat of the next; spaces between'], consents: ['同意书扫描件，顺序相同', 'Scans of the consents, in the same order'], sheet: ['签字单扫描件', 'Scan of the signed sheet'], sheetis: ['签字单 SHA-256 {0}', 'Sheet, SHA-256 {0}'],
  recording: ['登记录像', 'Register a recording'], recfile: ['录像文件的路径', 'Path of the file'], recstart: ['开始时间，如 2026-11-22T09:00:00+08:00', 'Start, such as 2026-11-22T09:00:00+08:00'], file: ['登记文件', 'Register a document'], filenotice: ['公示', 'Posted notice'], fileauthority: ['委托书', 'Written authority'], filelist: ['清单', 'List'], fileother: ['其他', 'Other document'], filekind: ['种类', 'Kind'], filechoose: ['选择文件', 'Choose the file'], filetitle: ['标题', 'Title'], filefrom: ['张贴起', 'Posted from'], fileto: ['张贴至', 'Posted to'], fileis: ['{0}，SHA-256 {1}', '{0}, SHA-256 {1}'], voidit: ['宣布作废', 'Declare the draw void'], nextattempt: ['重新抽签', 'Drawing again'], nexthow: ['作废封存、签名之后，可用同一方案重新抽签，或先更正表格。方案与设置写在本记录旁边，不改动已有文件。', 'When the declaration is sealed and signed, the same plan can be drawn again, or corrected tables first. Plan and settings are written beside this transcript; nothing that is there changes.'], donext: ['准备下一次抽签', 'Prepare the next attempt'], voidask: ['宣布作废后不可撤回。确定？', 'This cannot be taken back. Declare it void?'],
  sealbatch: ['封存本批事项', 'Seal this batch'], surely: ['记录后不能撤回。对吗？', 'This cannot be taken back. Is that right?'], yes: ['是', 'Yes'], no: ['否', 'No'], recorded: ['已记录', 'Recorded'], reopen: ['重新从磁盘读取', 'Read again from the disk'], anew: ['重新写出整份记录', 'Write the whole transcript again'], savelines: ['另存已记录的各行', 'Save the recorded lines'],
  brokenhow: ['抽签停住：记录没有写成。请腾出空间后点“重新从磁盘读取”。', 'The draw has stopped: the step was not recorded. Make room, then read again from the disk.'],
  anewhow: ['记录文件被移走或改动，抽签停住。已记录的各行都在本程序中，请勿关闭程序。点“重新写出整份记录”；原处如有文件，只改名，保持原样。如已自行放回原文件，点“重新从磁盘读取”。', 'The file of the transcript was removed or changed, and the draw has stopped. All recorded lines are in this program: do not end it. Write the transcript again; a file that is there now is renamed and stays as it is. If you have put the file back yourself, read again from the disk.'],
  otherprogram: ['正在运行的程序与方案公示的不一致，而这是正式抽签。仍要用本程序进行吗？会议记录会写明。', 'The program that runs is not the one in the plan, and this is an official draw. Hold it with this one all the same? The minutes will say so.'],
  silent: ['U 盘还没有反应，其中可能已有一场同名的、已封存的抽签。', 'The stick has not answered yet: it may hold a sealed draw of the same name.'],
  timeasked: ['程序重新启动过。按本机时钟，限时已用完，或时钟被调回过：可能是时钟在程序关闭时被改动。', 'The program was started again. By the clock of this computer the time is up, or the clock went back: it may have been set while the program was off.'], timewhole: ['重新计满限时', 'Give the whole time once more'], timegoeson: ['按时钟接着计算', 'Go on by the clock'],
  jumps: ['本机时钟', 'The clock of this computer'], copyok: ['第二份副本：{0}', 'Second copy: {0}'], nocopy: ['没有第二份副本（启动时可加 --copy）', 'No second copy (start with --copy to have one)'],
  transcript: ['记录文件：{0}', 'Transcript: {0}'], lostline: ['与程序的连接中断。再次启动时会核对磁盘上的抽签记录；也可在终端用 run 继续。', 'The connection to the program is lost. A new start compares the record on disk and goes on; `run` in a terminal does so too.'], paths: ['文件', 'Files'], print: ['打印', 'Print'], printall: ['全部写入文件夹（含收据）', 'Write all to a folder, receipts too'], publish: ['生成公布用的网站文件夹', 'Write the site for everybody'], notaryfile: ['生成公证包', 'Write the notary\'s file'],
  publishhow: ['网站文件夹可放上网站服务器，也可拷入 U 盘：任何人打开即可核验、查询。公证包为公证卷宗所需的网页和文件。', 'Any web server, or a stick, can carry the site: everybody checks the draw there and finds a household. The notary\'s file has the pages and files for the notary\'s archive.'],
  confirmsheet: ['打印选房确认单', 'Print the confirmation sheet'], objections: ['异议', 'Objections'], open: ['未裁定', 'open'],
});

let view = null;
let stream = null;
let alarm = null, looking = null;
const typed = new Map(); // what is in the fields, and of the files that were chosen, so that a new view does not wipe it
const folded = new Map(); // what was opened or closed by hand
let shown = null; // what the page was about when it was shown last
let held = false, composing = false; // a button is being pressed, or a word is being put together

async function ask(question) {
  $('question').textContent = question;
  put('yes', t('yes'), h('kbd', { 'aria-hidden': 'true' }, 'Y'));
  put('no', t('no'), h('kbd', { 'aria-hidden': 'true' }, 'N'));
  const dialog = $('ask');
  return new Promise(resolve => {
    const end = answer => { dialog.close(); resolve(answer); };
    $('yes').onclick = () => end(true);
    $('no').onclick = () => end(false);
    dialog.oncancel = () => resolve(false);
    dialog.showModal();
    $('no').focus();
  });
}

/** Keys for what is done most: C calls or draws, arrows and Enter choose, Y and N answer. A key that is held down does nothing twice. */
addEventListener('keydown', event => {
  const asked = $('ask').open, key = event.key.toLowerCase();
  if (asked && event.repeat) return event.preventDefault();
  if (event.repeat || event.isComposing || event.ctrlKey || event.altKey || event.metaKey) return;
  if (asked) {
    if (key !== 'y' && key !== 'n') return;
    event.preventDefault(); // else the letter stands in the field that the question came from
    return $(key === 'y' ? 'yes' : 'no').click();
  }
  if (event.target.closest('input, textarea, select, summary')) return;
  if (key === 'c') { const next = $('call') || $('stepturn') || $('late'); if (next && !next.disabled) next.click(); }
  else if (!event.target.closest('.flat') && arrow(event)) event.preventDefault();
});

// While somebody presses a button or puts a word together, nothing on the page is made anew under the hand.
for (const [name, is] of [['pointerdown', true], ['pointerup', false], ['pointercancel', false], ['blur', false]]) addEventListener(name, () => { if (is) held = true; else setTimeout(() => { held = false; }); }, true);
for (const [name, is] of [['compositionstart', true], ['compositionend', false]]) addEventListener(name, () => { composing = is; }, true);
async function released() { for (let i = 0; i < 200 && (held || composing); i++) await new Promise(done => setTimeout(done, 25)); }

function said(kind, text) { put('said', h('p', { class: kind }, text)); }

async function request(path, options) {
  const used = key;
  const response = await fetch(path, { ...options, headers: { 'x-floorlot-lang': LANG, ...(options.headers || {}), ...(used ? { 'x-floorlot-key': used } : {}) } });
  const body = await response.json().catch(() => ({}));
  if (response.status === 401) {
    if (key === used) locked(body.error); // else this tab was let in again meanwhile
    throw new Error('locked');
  }
  return [response.status, body];
}

let asking = null, looksAgain = null;
/** Asks for what there is now and shows it. Where it is asked already, it is asked once more after that. */
function refresh() {
  if (!key) return locked('');
  if (asking) return looksAgain ||= asking.then(() => { looksAgain = null; return refresh(); });
  return asking = look().finally(() => { asking = null; });
}
async function look() {
  try {
    const [status, body] = await request('api/view', {});
    if (status !== 200) return;
    const tables = body.draft ? (await request('api/draft', {}))[1] : null;
    await released();
    draft = tables;
    view = came(body);
    show();
    clearTimeout(looking);
    if (view.reading && !reading) looking = setTimeout(refresh, 2000); // tables that another page began to read
  } catch (error) { /* shown by the page already */ }
}

/** A commitment as it was handed in: 64 hex digits, or the whole line that `secret` prints; spaces do not count. */
function commitmentOf(m) {
  const text = value('c-' + m.id).normalize('NFKC');
  const line = text.match(/^(?:commit|承诺)\s+(\S+)\s+([\s\S]*)$/i);
  if (line && line[1] !== m.id) return said('error', t('otherscommit', line[1], named(m)));
  const hex = (line ? line[2] : text).replace(/\s+/g, '').toLowerCase();
  return /^[0-9a-f]{64}$/.test(hex) ? hex : said('error', `${named(m)}: ${t('badcommit')}`);
}

/** A secret without the spaces that a slip has between its groups. */
function secretOf(m) {
  const secret = value('s-' + m.id).normalize('NFKC').replace(/\s+/g, '');
  return /^[0-9A-Za-z]+$/.test(secret) ? secret : said('error', `${named(m)}: ${t('badsecret')}`);
}

/** One act, for what this page shows; the server refuses it if something else came between. The fields in `done` are emptied when it is recorded. */
async function act(what, ...done) {
  return step(() => request('api/act', { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ version: view.version, act: what }) }), done, '');
}
/** A signed note, byte by byte as it is: the server reads it, as in the terminal. */
async function takeNote(blob, name, ...done) {
  return step(() => sendNote(blob, name, view.version), done, '');
}
function sendNote(blob, name, version) {
  const form = new FormData();
  form.append('version', String(version));
  form.append('note', blob, name);
  return request('api/note', { method: 'POST', body: form });
}
/** Several signed notes, one after the other; each is told by its name, and one that is no good stops none of the others. */
async function takeNotes(files) {
  const told = [];
  let version = view.version, good = true;
  try {
    for (const file of files) {
      const [status, body] = await sendNote(file, file.name, version);
      version = body.version || version;
      good = good && status === 200;
      told.push(status === 200 ? [t('notegood', file.name), t('recorded'), body.told].filter(Boolean).join(' · ') : t('notebad', file.name, body.error || status));
    }
  } catch (error) { if (error.message === 'locked') return; told.push(t('lostline')); good = false; }
  await refresh();
  said(good ? 'good' : 'error', told.join('\n'));
}
/** All that a step means something by: a warning that came or went, of the stick or the clock, is none of it. */
const meaning = () => JSON.stringify([view.stage, view.operator.files.lines, view.fingerprints, view.unanswered, view.pause, view.sealed, view.signs, view.auto, view.operator.broken]);
/** Does a step and says what came of it; that it is recorded only where the server says that it is on disk. */
async function step(doing, done, name) {
  const sent = done.map(field => [field, typed.get(field)]);
  try {
    let [status, body] = await doing();
    if (status === 409) { // something on the page is older than what is there; where nothing of the draw is, the step means the same
      const before = meaning();
      await refresh();
      if (meaning() === before) [status, body] = await doing();
    }
    if (status === 200) sent.forEach(([field, was]) => { if (typed.get(field) === was) typed.delete(field); }); // what was typed meanwhile stays
    else said('error', name + (body.error || status));
    await refresh();
    if (status === 200) {
      const told = [view.version >= body.version && view.operator.recorded ? t('recorded') : null, body.told].filter(Boolean).join(' · ');
      if (told) said('good', '✓ ' + told); else put('said');
    }
    return status === 200;
  } catch (error) { if (error.message !== 'locked') said('error', t('lostline')); return false; }
}
/** Files that are written: where they are is said on top, in view wherever the button is. */
async function writes(what) { if (await act({ do: what })) said('good', '✓ ' + view.operator.told.join(' · ')); }
/** A command of the draw: its name alone, or with what it takes, `{ absent: { member } }`. */
const command = (what, ...done) => act({ do: 'command', command: what }, ...done);
/** For what cannot be taken back: says again what was understood, and asks. */
const sure = async (question, what, ...done) => { if (await ask(`${question}\n${t('surely')}`)) command(what, ...done); };
const named = m => `${m.id} ${m.name}`;

function locked(why) {
  key = old = null;
  if (!stream) follow();
  put('head', h('h1', {}, t('enter')));
  put('said', why ? h('p', { class: 'error' }, why) : null);
  put('main', h('section', { class: 'now' }, h('p', {}, t('enterhow'))));
  $('warn').hidden = true;
}

/** A field that keeps its text while the page is shown anew. */
function field(name, label, more) {
  const input = h(more && more.area ? 'textarea' : 'input', { type: more && more.area ? null : 'text', id: 'f-' + name, 'aria-label': label, placeholder: label, autocomplete: 'off', spellcheck: 'false', ...(more && more.attributes) });
  input.value = typed.get(name) || '';
  input.addEventListener('input', () => { typed.set(name, input.value); if (more && more.changed) more.changed(); });
  if (more && more.enter) input.addEventListener('keydown', event => {
    if (event.key !== 'Enter' || event.isComposing) return;
    event.preventDefault(); // else the same key answers the question that it opens
    if (!event.repeat) more.enter();
  });
  return input;
}
const value = name => (typed.get(name) || '').trim();
const button = (label, onclick, more) => h('button', { type: 'button', onclick, ...more }, label);
const main = (label, onclick, more) => button(label, onclick, { class: 'main', ...more });
const keyed = (label, key) => [label, h('kbd', { 'aria-hidden': 'true' }, key)];
/** What is done next: it stays in view below everything else. */
const foot = (...inside) => h('div', { class: 'row go' }, ...inside);
/** What is rare: folded, and as it was left when the page is shown anew. */
function fold(name, title, inside, open) {
  return h('details', { id: 'fold-' + name, open: folded.has(name) ? folded.get(name) : !!open }, h('summary', { onclick: event => folded.set(name, !event.target.parentElement.open) }, title), inside);
}
/** A long code by its beginning and its end. */
const shortly = code => `${code.slice(0, 6)}…${code.slice(-6)}`;

const stageWord = () => view.stopped ? 'stopped' : view.sealed ? 'sealednow' : view.signs ? 'signsnow' : view.stage;

function head() {
  const pause = () => act({ do: 'pause', reason: value('pause') }, 'pause');
  put('head', h('div', { class: 'name' }, h('h1', {}, view.title || t(stageWord())), h('p', {}, view.void ? [h('b', { class: 'voided' }, t('void')), ' '] : null, view.title ? h('b', {}, t(stageWord())) : null, view.origin ? [view.title ? ' · ' : null, view.origin] : null)),
    answersOf(view), h('div', { class: 'tools' },
      view.pause ? null : h('span', { class: 'row pausing' }, field('pause', t('pausewhy'), { enter: pause }), button(t('dopause'), pause, { id: 'pause' })),
      h('a', { href: './', target: '_blank', rel: 'noopener', id: 'board' }, t('board')),
      h('a', { href: 'find', target: '_blank', rel: 'noopener', id: 'find' }, t('findpage')),
      button(t('language'), () => { put('said'); LANG = LANG === 'zh' ? 'en' : 'zh'; localStorage.setItem('floorlot-lang', LANG); document.documentElement.lang = LANG === 'zh' ? 'zh-CN' : 'en'; show(); if (draft && !reading) drafted('read'); else refresh(); }, { id: 'language' })));
  steps();
  $('rehearsal').hidden = view.mode !== 'rehearsal';
  document.title = (view.mode === 'rehearsal' ? '【演练 REHEARSAL】' : '') + t('operator') + ' · ' + (view.title || '');
  const { files: { copy }, log, clock } = view.operator;
  const fresh = clock.filter(jump => jump.fresh).map(jump => jump.told);
  const warnings = [copy && copy.warning, ['empty', 'plan'].includes(view.stage) && copy && copy.same, log, ...fresh].filter(Boolean);
  $('warn').hidden = !warnings.length;
  $('warn').textContent = warnings.map(warning => '⚠ ' + warning).join('\n');
}

/** The eight steps, and the one that the draw is at. */
function steps() {
  const at = stepOf(view);
  $('steps').setAttribute('aria-label', t('progress'));
  put('steps', h('ol', {}, Array.from({ length: 8 }, (_, i) => h('li', { class: i + 1 < at || view.stage === 'done' ? 'past' : i + 1 === at ? 'present' : null, 'aria-current': i + 1 === at ? 'step' : null }, h('i', { 'aria-hidden': 'true' }, i + 1 < at || view.stage === 'done' ? '✓' : String(i + 1)), ' ', h('span', {}, t(stepWord(view, i + 1)))))));
}

function bench(b, count, rows) {
  return h('section', {}, h('h2', {}, b.title + ' ', h('span', { class: 'light' + (b[count] >= b.quorum ? ' on' : '') }, `${b[count]} / ${b.quorum} ${b[count] >= b.quorum ? t('reached') : t('missing')}`)),
    b.members.map(m => h('div', { class: 'member', 'data-member': m.id }, h('div', { class: 'who' }, h('span', {}, `${m.id} ${m.name}`), h('span', { class: 'did-' + m.did }, t(m.did))), rows(m))));
}

/** Why roll call or reveals cannot be closed any more. */
function lostQuorum() {
  const { lost } = view.operator.draw;
  return lost.length ? h('section', { class: 'now lost', role: 'alert' }, lost.map(text => h('p', {}, text))) : null;
}

function rollCall() {
  const all = view.benches.flatMap(b => b.members), answered = all.filter(m => m.did !== 'nothing').length;
  if (view.sealed) return [print(0, h('p', { class: 'hint' }, t('sealedhow'))), program(), foot(main(t('shown'), () => act({ do: 'shown' }), { id: 'shown' }))];
  if (view.signs) return [signing('signplan', 'beginroll', () => act({ do: 'roll_call' })), fold('print', t('fp0'), print(0)), program()];
  const hand = m => { const commitment = commitmentOf(m); if (commitment) command({ commit: { member: m.id, commit: commitment } }, 'c-' + m.id); };
  return [lostQuorum(), view.benches.map(b => bench(b, 'committed', m => m.did !== 'nothing' ? null : h('div', { class: 'row' },
    field('c-' + m.id, t('commitask'), { enter: () => hand(m) }), button(t('commit'), () => hand(m)),
    button(t('dieenvelope'), () => command({ envelope: { member: m.id } })), button(t('doabsent'), () => sure(`${named(m)}: ${t('doabsent')}\n${view.operator.draw.less[b.id]}`, { absent: { member: m.id } }))))),
  fold('print', t('fp0'), print(0)), program(),
  foot(h('p', {}, t('answered', answered, all.length)), main(t('closecommits'), async () => { if (await ask(t('closeask'))) command('close'); }, { disabled: answered < all.length, id: 'close' }))];
}

function reveals() {
  const all = view.benches.flatMap(b => b.members), promised = all.filter(m => m.did !== 'absent').length;
  const open = all.filter(m => ['committed', 'envelope'].includes(m.did)).length;
  const tell = async m => { const secret = secretOf(m); if (secret && await ask(`${named(m)}: ${secret}`)) command({ reveal: { member: m.id, secret } }, 's-' + m.id); };
  return [lostQuorum(), view.benches.map(b => bench(b, 'revealed', m => !['committed', 'envelope'].includes(m.did) ? null : h('div', { class: 'row' },
    field('s-' + m.id, t('secretask'), { enter: () => tell(m) }), button(t('reveal'), () => tell(m)),
    button(t('withhold'), async () => { if (await ask(`${t('withholdask', named(m))}\n${view.operator.draw.less[b.id]}`)) command({ withhold: { member: m.id } }, 's-' + m.id); }, { class: 'danger' })))),
  foot(h('p', {}, t('answered', promised - open, promised)), main(t('closereveals'), async () => { if (await ask(t('closeask'))) command('close'); }, { disabled: open > 0, id: 'close' }))];
}

function numbers() {
  const source = view.sources[view.numbers.number - 1];
  const made = text => ({ dice: { dice: { digits: text } }, balls: { balls: { numbers: text.split(' ').map(Number) } }, drand: { drand: { signature: text } } })[source.device];
  const bare = text => source.device === 'balls' ? text.normalize('NFKC').trim().split(/[\s,、，]+/).filter(Boolean).join(' ') : text.normalize('NFKC').replace(/\s+/g, '');
  const length = text => source.device === 'balls' ? (text ? text.split(' ').length : 0) : text.length;
  const needed = source.device === 'drand' ? 96 : source.count;
  const record = main(t('record'), () => command(made(bare(value('n1'))), 'n1', 'n2'), { disabled: true, id: 'record' });
  const verdict = h('p', { id: 'verdict', role: 'status' });
  const compare = () => {
    const a = bare(typed.get('n1') || ''), b = bare(typed.get('n2') || '');
    const whole = length(a) === needed;
    const at = [...a].findIndex((c, i) => b[i] !== c);
    record.disabled = !(whole && a === b);
    verdict.className = !b || b.length < a.length && a.startsWith(b) ? '' : a === b ? 'same' : 'differs';
    verdict.textContent = t('digits', length(a), needed) + (verdict.className === 'same' ? ' · ' + t('same') : verdict.className ? ' · ' + t('differs', (at < 0 ? a.length : at) + 1) : '');
  };
  const how = { dice: 'dicehow', balls: 'ballshow', drand: 'drandhow' }[source.device];
  const section = h('section', { class: 'now' }, h('h2', {}, LANG === 'zh' ? source.zh : source.en), h('p', {}, t(how, source.count)),
    h('label', { for: 'f-n1' }, t('firsttime')), field('n1', t('firsttime'), { changed: compare, enter: () => $('f-n2').focus(), attributes: { class: 'num' } }),
    h('label', { for: 'f-n2' }, t('secondtime')), field('n2', t('secondtime'), { changed: compare, enter: () => { if (!record.disabled) record.focus(); }, attributes: { class: 'num', onpaste: event => event.preventDefault() } }),
    verdict, foot(record));
  setTimeout(compare);
  return [section, seedText()];
}

function seedText() { return view.seed ? fold('seed', t('seed'), h('pre', { class: 'num' }, view.seed.text || '', '\n', view.seed.seed)) : null; }

function print(index, ...more) {
  return view.fingerprints[index] ? h('section', { class: 'now' }, h('h2', {}, t('readaloud') + ' · ' + t('fp' + index)), h('p', { class: 'print num' }, view.fingerprints[index].slice(0, 24), h('br'), view.fingerprints[index].slice(24, 48), h('br'), view.fingerprints[index].slice(48)), ...more) : null;
}

/** Which program runs, and whether it is the one in the plan. */
function program() {
  const p = view.program;
  return h('p', { class: `program ${p.is}`, id: 'program', role: p.is === 'other' ? 'alert' : null }, p[LANG], programLines(p).map(line => [h('br'), h('span', { class: 'num' }, line)]));
}

function undo() {
  if (!view.operator.draw.can_undo) return null;
  const last = view.recent[0];
  return h('section', { id: 'undoing' }, h('h3', {}, t('undo')), last ? h('p', {}, `${who(last.household)} → ${outcome(last, t)}`, ' ', sheetOf(last)) : null, h('p', { class: 'hint' }, t(view.stage === 'settle' ? 'undosettle' : 'undountil')),
    h('div', { class: 'row' }, field('undo', t('undowhy')), button(t('undo'), () => command({ undo: { reason: value('undo') } }, 'undo'), { class: 'danger', id: 'undo' })));
}

/** Closes the day, once those were called again who missed their call. */
function day() {
  const o = view.operator.draw, late = view.day ? view.day.late : [];
  if (!view.day || !o.day_may_end && !view.day.calls) return null;
  const close = (view.stage === 'day_end' ? main : button)(t('closeday'), async () => { if (await ask(o.day_question)) command('day'); }, { id: 'closeday', disabled: !o.day_may_end });
  const told = [late.length ? [h('p', {}, t('late') + ': ' + late.map(who).join(' · ')), h('div', { class: 'row' }, button(t('calllate'), () => command('late'), { id: 'late' }))] : null,
    o.day_not_over && !late.length ? h('p', {}, o.day_not_over) : null, view.stage === 'day_end' ? h('p', {}, t('tomorrow')) : null];
  if (view.stage !== 'day_end' && !late.length) return fold('day', t('dayno', view.day.number), [told, h('div', { class: 'row' }, close)]);
  return h('section', { class: view.stage === 'day_end' ? 'now' : null, id: 'theday' }, h('h2', {}, t('dayno', view.day.number)), told, view.stage === 'day_end' ? foot(close) : h('div', { class: 'row' }, close));
}

/** The day is closed. */
function night() {
  return [print(4), h('section', { class: 'now' }, h('h2', {}, t('dayclosed', view.day.number)), h('p', {}, t('nighthow')),
    view.day.goes_on ? h('p', {}, `${t('goeson')}: ${view.day.goes_on}`) : null,
    h('div', { class: 'row' }, field('goeson', t('goesonwhen')), button(t('saygoeson'), () => act({ do: 'goes_on', when: value('goeson') }, 'goeson'), { id: 'saygoeson' })),
    foot(main(t('begins'), () => act({ do: 'morning' }), { id: 'morning' })))];
}

/** Where nobody decides: one household, or one after the other by itself. */
function draw() {
  const rests = view.operator.draw.rests, pool = view.pool, all = view.counts.households;
  const title = pool ? `${pool.title} · ${t('pool', pool.number, pool.of)}` : t('draw');
  if (view.auto) return [h('section', { class: 'now' }, h('h2', {}, title), running(view.auto)), log()];
  const every = Number(value('pace') || 5);
  const draws = async (word, count, pace, what, ...done) => { if (await ask(t(word, count, paceWord(pace), what.until))) act({ do: 'auto', every: pace, ...what }, ...done); };
  const left = all - view.served, households = () => Number(value('until').normalize('NFKC')) || 0;
  const until = () => households() > view.served ? draws('askuntil', households() - view.served, 0, { to: 'end', until: households() }, 'until') : said('error', t('badnumber'));
  const select = h('select', { id: 'f-pace', 'aria-label': t('pace'), onchange: event => typed.set('pace', event.target.value) }, [2, 5, 10, 0].map(n => h('option', { value: String(n), selected: n === every }, paceWord(n))));
  const paceNow = () => Number(value('pace') || 5);
  return [h('section', { class: 'now' }, h('h2', {}, title),
    pool ? [h('p', {}, t('served', pool.place, pool.households)), bar(pool.place, pool.households)] : null,
    h('h3', {}, t('auto')),
    h('div', { class: 'row' }, h('label', { for: 'f-pace' }, t('pace')), select, button(t('auto'), () => draws('askend', left, paceNow(), { to: 'end' }), { disabled: !rests, id: 'auto' })),
    h('h3', {}, t('quick')),
    h('div', { class: 'row' }, button(t('steppool'), () => draws('askpool', pool ? pool.households - pool.place : left, 0, { to: 'pool' }), { disabled: !rests, id: 'steppool' }), button(t('stepend'), () => draws('askend', left, 0, { to: 'end' }), { disabled: !rests, id: 'stepend' })),
    h('div', { class: 'row' }, field('until', t('untilhow'), { enter: until }), button(t('until'), until, { disabled: !rests, id: 'until' })),
    foot(main(keyed(t('stepturn'), 'C'), () => act({ do: 'step' }), { disabled: !rests, id: 'stepturn' }))), day(), log()];
}

const paceWord = every => every ? t('every', every) : t('fast');
const bar = (part, whole) => { const inner = h('div', {}); inner.style.width = `${whole ? 100 * part / whole : 0}%`; return h('div', { class: 'bar', 'aria-hidden': 'true' }, inner); };

/** The hall draws by itself: how far it is, and what stops it. The page does not draw: it may be closed meanwhile. */
function running({ every, to, until, looks }) {
  const [part, whole] = to === 'pool' ? [view.pool.place, view.pool.households] : [view.served, until || view.counts.households];
  return [h('p', { id: 'running' }, `${t('autonow')} · ${paceWord(every)} · `, h('b', { class: 'num' }, `${part} / ${whole}`)), bar(part, whole), looks ? h('p', { class: 'hint' }, t('autolooks')) : null, foot(halting())];
}
const halting = () => main(t('halt'), () => act({ do: 'halt' }), { id: 'halt' });

function call() {
  return [h('section', { class: 'now' }, h('h2', {}, t('next'), ' ', h('span', { class: 'calling' }, who(view.next))), h('p', { class: 'num hint' }, `${t('ticket')} ${view.next.ticket}`), family(view.next) ? h('p', { id: 'family' }, family(view.next)) : null,
    foot(main(keyed(t('docall'), 'C'), () => command('call'), { id: 'call' }))), undo(), day(), log()];
}

function choice() {
  const c = view.call, calls = view.unanswered;
  const left = remaining(view);
  clearTimeout(alarm);
  if (left > 0 && left < Infinity && !view.pause) alarm = setTimeout(() => { if (view.stage === 'choice') show(); }, left + 50);
  const again = button(t('times', Math.min(calls + 1, 3)), () => act({ do: 'no_answer' }), { disabled: calls >= 3, id: 'noanswer' });
  return [h('section', { class: 'now' }, h('h2', {}, t('calling'), ' ', h('span', { class: 'calling' }, who(c))),
    h('p', {}, t('place', c.place, view.pool.households), ' · ', t('offers', c.offered), c.needs ? ` · ${t('needs')}: ${c.needs[LANG]}` : ''), h('p', { class: 'num hint' }, `${t('ticket')} ${c.ticket}`),
    c.last ? h('p', { id: 'lastcall' }, t('lastcall')) : null, family(c) ? h('p', { id: 'family' }, family(c)) : null, companions(c, t) ? h('p', { id: 'companions' }, companions(c, t)) : null, countdown(view, t), timeAsked(), h('p', { class: 'hint' }, t('clickflat')),
    h('div', { class: 'row' }, field('proxy', t('proxy'))), calls ? h('p', { class: 'warned' }, t('calls', calls)) : null,
    foot(again, button(t('missed'), async () => { if (await ask(`${who(c)}: ${t('missed')}?`)) command('missed', 'proxy'); }, { class: 'danger', disabled: calls < 3 && left > 0, id: 'missed' }))), log()];
}

/** After a restart, when by the clock the time is up or the clock went back: nobody's time is gone by that alone. */
function timeAsked() {
  if (!view.operator.time_asked || view.pause) return null;
  const answer = whole => () => act({ do: 'time', whole });
  return h('div', { class: 'lost', role: 'alert' }, h('p', {}, t('timeasked')),
    h('div', { class: 'row' }, button(t('timewhole'), answer(true), { id: 'timewhole' }), button(t('timegoeson'), answer(false), { id: 'timegoeson' })));
}

async function pick(unit, open) {
  if (view.stage !== 'choice') return;
  if (!open) return said('error', t('notoffered', flat(unit), why(unit)));
  const proxy = value('proxy');
  const question = t('chooseask', who(view.call), flat(unit), proxy ? t('byproxy', proxy) : '');
  if (await ask(question)) command({ choose: { unit: unit.id, proxy: proxy || null } }, 'proxy');
}

function settle() {
  const last = view.recent[0];
  return [h('section', { class: 'now' }, last ? h('h2', {}, `${who(last.household)} → ${outcome(last, t)}`) : null, foot(main(t('goon'), () => command('next'), { id: 'goon' }), last ? sheetOf(last) : null)), undo(), day(), log()];
}

async function digest(file) {
  const hash = await crypto.subtle.digest('SHA-256', await file.arrayBuffer());
  return [...new Uint8Array(hash)].map(b => b.toString(16).padStart(2, '0')).join('');
}

/** A button that opens a file and gives its SHA-256, and the files themselves. */
function hashed(label, id, then, multiple) {
  const input = h('input', { type: 'file', id, hidden: true, multiple, onchange: async event => { const files = [...event.target.files]; then(await Promise.all(files.map(digest)), files); } });
  return [input, button(label, () => input.click())];
}

/** The signatures of the panel under the last checkpoint, and a button to go on from there. */
function signing(title, goOn, go) {
  const o = view.operator.draw, silent = new Set(o.silent);
  if (!o.note) return null;
  const file = h('input', { type: 'file', id: 'u-note', hidden: true, multiple: true, onchange: event => { const files = [...event.target.files]; if (files.length) takeNotes(files); } });
  const paste = () => takeNote(new Blob([typed.get('note') || '']), 'note', 'note');
  const keyless = m => o.keys_less[m.id] ? '\n' + o.keys_less[m.id] : '';
  const row = m => h('div', { class: 'member', 'data-member': m.id }, h('div', { class: 'who' }, h('span', {}, named(m)), h('span', { class: 'said-' + m.said }, m.said === 'nothing' ? '…' : t(m.said))),
    silent.has(m.id) ? h('div', { class: 'row' }, hashed(t('scan'), 'p-' + m.id, async ([hash]) => { if (!keyless(m) || await ask(`${named(m)}: ${t('paper')}${keyless(m)}\n${t('surely')}`)) command({ paper: { member: m.id, scan: hash } }); }), field('d-' + m.id, t('reason')),
      button(t('dissentdo'), () => sure(`${named(m)}: ${t('dissentdo')}: ${value('d-' + m.id)}${keyless(m)}`, { dissent: { member: m.id, reason: value('d-' + m.id) } }, 'd-' + m.id), { class: 'danger' }), button(t('unsigneddo'), () => sure(`${named(m)}: ${t('unsigneddo')}${keyless(m)}`, { unsigned: { member: m.id } }))) : null);
  return [h('section', { class: 'now' }, h('h2', {}, t(title)), title === 'signplan' ? h('p', {}, t('signplanhow')) : null, h('h3', {}, t('takenote')), h('pre', { class: 'num', id: 'note' }, o.note),
    h('div', { class: 'row' }, button(t('copy'), () => navigator.clipboard.writeText(o.note)), h('a', { href: 'data:text/plain;charset=utf-8,' + encodeURIComponent(o.note), download: 'checkpoint.note' }, t('download'))),
    h('h3', {}, t('pastenote')), field('note', t('pastenote'), { area: true }), h('div', { class: 'row' }, button(t('addnote'), paste, { id: 'addnote' }), button(t('notefile'), () => file.click()), file),
    o.sample ? [h('p', {}, t('signsamplehow')), h('div', { class: 'row' }, button(t('signsample'), () => act({ do: 'sign_sample' }), { id: 'signsample' }))] : null),
  view.benches.map(b => h('section', {}, h('h3', {}, `${b.title} · ${t('quorum', b.quorum)}`), b.members.map(row))),
  stamping(),
  foot(o.not_closed ? h('p', { class: 'warned', id: 'notclosed' }, o.not_closed) : null, main(t(goOn), async () => { if (o.quorum || await ask(t(view.day && view.day.signing ? 'noquorumday' : 'noquorum'))) go(); }, { disabled: !o.whole, id: 'signgo' }))];
}

/** Time tokens over the last checkpoint: the request for the authority, and the file that it sent. */
function stamping() {
  const o = view.operator.draw;
  if (!o.token_request) return null;
  const base64 = async file => btoa(Array.from(new Uint8Array(await file.arrayBuffer()), b => String.fromCharCode(b)).join(''));
  const file = h('input', { type: 'file', id: 'u-token', hidden: true, accept: '.tsr,.tst', onchange: async event => { const file = event.target.files[0]; if (file) command({ token: { token: await base64(file) } }); } });
  return fold('tokens', t('tokens', o.tokens), [h('p', {}, t('tokenhow')),
    h('div', { class: 'row' }, h('a', { href: 'data:application/timestamp-query;base64,' + o.token_request, download: 'checkpoint.tsq', id: 'token-request' }, t('tokenrequest')), button(t('tokenfile'), () => file.click()), file)]);
}

/** A button for the scan of the sheet that a household signed. Its hash is kept as what is typed is. */
function sheet(name) {
  return [hashed(t('sheet'), 'u-' + name, ([hash]) => { if (hash) typed.set(name, hash); show(); }), value(name) ? h('span', { class: 'num' }, t('sheetis', shortly(value(name)))) : null];
}
const sheetWords = name => value(name) ? `\n${t('sheetis', shortly(value(name)))}` : '';

/** What a household says to the flat that is offered to it. */
function answers(x) {
  const household = x.household.id, signed = 'sheet-' + household, why = 'decline-' + household;
  const asked = what => `${who(x.household)}: ${t(what)} ${flat(x.unit)}${sheetWords(signed)}`;
  return [sheet(signed), main(t('accept'), () => sure(asked('accept'), { accept: { household, sheet: value(signed) } }, why, signed)), field(why, t('reason')),
    button(t('decline'), () => sure(asked('decline'), { decline: { household, reason: value(why) || null, sheet: value(signed) } }, why, signed))];
}

function afterwards() {
  const o = view.operator.draw, a = (name, label) => field(name, label);
  const group = (title, ...inside) => h('section', { class: 'now' }, h('h2', {}, title), ...inside);
  const rare = (name, ...inside) => fold(name, t(name), inside);
  const open = o.objections.filter(x => x.upheld === null), scans = typed.get('scans') || [];
  const record = () => {
    const [start, sha256] = value('rec-at').split(/\s+(?=[0-9a-f]{64}$)/i);
    act({ do: 'recording', file: value('rec'), start, sha256: sha256 ? sha256.toLowerCase() : null }, 'rec', 'rec-at');
  };
  const out = [1, 2].map(i => view.stage === 'done' && i === (view.fingerprints[2] ? 2 : 1) ? print(i) : null);
  const offers = o.offers.map(x => h('div', { class: 'row' }, h('span', {}, t('openoffer', flat(x.unit), who(x.household))), family(x.household) ? h('span', {}, family(x.household)) : null, answers(x)));
  return [out,
    o.offers.length || o.due || o.not_due.length ? group(t('offer'), offers, o.not_due.map(words => h('p', { class: 'notdue' }, words[LANG])), o.due ? h('div', { class: 'row' }, h('span', {}, t('dueoffer', flat(o.due.unit), who(o.due.household))), family(o.due.household) ? h('span', {}, family(o.due.household)) : null, main(t('offer'), () => command('offer'), { id: 'offer' })) : null) : null,
    view.void ? null : rare('withdraw', h('div', { class: 'row' }, a('w-id', t('household')), a('w-why', t('reason')), sheet('w-sheet'), button(t('withdraw'), () => sure(`${value('w-id')}: ${t('withdraw')}: ${value('w-why')}${sheetWords('w-sheet')}`, { withdraw: { household: value('w-id'), reason: value('w-why'), sheet: value('w-sheet') } }, 'w-id', 'w-why', 'w-sheet'), { id: 'withdraw' }))),
    view.void ? null : rare('swap', h('div', { class: 'row' }, a('swap', t('swaphow')), hashed(t('consents'), 'u-consents', found => { typed.set('scans', found); show(); said('good', t('consents') + ': ' + found.length); }, true), scans.length ? h('span', {}, `${t('consents')}: ${scans.length}`) : null, button(t('swap'), () => sure(`${t('swap')}: ${value('swap')}`, { swap: { households: value('swap').split(/\s+/).filter(Boolean), consents: scans } }, 'swap', 'scans'), { id: 'swap' }))),
    rare('objection', h('div', { class: 'row' }, a('o-id', t('objectionid')), a('o-h', t('householdopt')), a('o-text', t('text')), button(t('objection'), () => command({ objection: { id: value('o-id'), household: value('o-h') || null, text: value('o-text') } }, 'o-id', 'o-h', 'o-text'), { id: 'objection' })),
      o.objections.map(x => h('p', {}, `${x.id}: ${x.text} · `, x.upheld === null ? t('open') : t(x.upheld ? 'upheld' : 'rejected')))),
    open.length ? group(t('ruling'), open.map(x => h('div', { class: 'row' }, h('b', {}, x.id), a('r-' + x.id, t('reason')), ['upheld', 'rejected'].map(w => button(t(w), () => command({ ruling: { objection: x.id, decision: w, reason: value('r-' + x.id) } }, 'r-' + x.id)))))) : null,
    rare('recording', h('div', { class: 'row' }, a('rec', t('recfile')), a('rec-at', t('recstart')), button(t('recording'), record, { id: 'recording' }))),
    filing(),
    view.stage === 'aftermath' ? foot(main(t('sealbatch'), () => command('seal'), { id: 'sealbatch' })) : view.void ? null : foot(main(t('printall'), () => writes('print'), { id: 'printall' })), view.void ? null : view.operator.told.map(told => h('p', {}, told))];
}

/** A document that is registered: the page makes its hash, and the file stays where it is. */
function filing() {
  const kinds = ['notice', 'authority', 'list', 'other'], kind = value('doc-what') || kinds[0];
  const select = h('select', { id: 'f-doc-what', 'aria-label': t('filekind'), onchange: event => { typed.set('doc-what', event.target.value); show(); } }, kinds.map(k => h('option', { value: k, selected: k === kind }, t('file' + k))));
  const date = (name, label) => h('label', {}, t(label) + ' ', field(name, t(label), { attributes: { type: 'date' } }));
  const about = () => kind === 'notice' ? { from: value('doc-from'), to: value('doc-to') } : { household: value('doc-h') || null };
  const paper = typed.get('doc');
  const register = async () => {
    if (await ask(`${t('file' + kind)}: ${value('doc-title')}${paper ? `\n${t('fileis', paper.name, shortly(paper.sha256))}` : ''}\n${t('surely')}`)) {
      act({ do: 'file', what: kind, file: paper ? paper.name : '', title: value('doc-title'), ...about(), sha256: paper && paper.sha256 }, 'doc', 'doc-title', 'doc-h', 'doc-from', 'doc-to');
    }
  };
  return fold('file', t('file'), [h('div', { class: 'row' }, select, hashed(t('filechoose'), 'u-doc', ([sha256], [file]) => { typed.set('doc', sha256 && { name: file.name, sha256 }); show(); }), paper ? h('span', { class: 'num' }, t('fileis', paper.name, shortly(paper.sha256))) : null, field('doc-title', t('filetitle'))),
    h('div', { class: 'row' }, kind === 'notice' ? [date('doc-from', 'filefrom'), date('doc-to', 'fileto')] : field('doc-h', t('householdopt')), button(t('file'), register, { id: 'file' }))]);
}

/** The draw can be declared void from the seal on. */
function voiding() {
  if (view.void && view.stage !== 'broken') return h('section', {}, h('h2', {}, t('nextattempt')), h('p', {}, t('nexthow')), view.stage === 'done' ? foot(main(t('donext'), () => act({ do: 'again' }), { id: 'again' })) : null, view.operator.told.map(told => h('p', {}, told)));
  if (view.void || view.pause || ['empty', 'plan', 'broken'].includes(view.stage)) return null;
  return fold('void', t('voidit'), h('div', { class: 'row' }, field('void', t('reason')), button(t('voidit'), async () => { if (await ask(t('voidask'))) command({ void: { reason: value('void') } }, 'void'); }, { class: 'danger', id: 'void' })));
}

/** The sheet that a household, or its family, signs for its flat: it can be printed as soon as the flat is given. */
function sheetOf(turn) { return turn.unit && turn.what !== 'undone' ? h('a', { class: 'confirm', href: `print/confirm?household=${encodeURIComponent(turn.household.id)}&lang=${LANG}`, target: '_blank', rel: 'noopener' }, t('confirmsheet')) : null; }

/** The last turns; on a phone they stand behind the flats. */
function log(behind) {
  return view.recent.length && !behind === !narrow() ? h('section', {}, h('h3', {}, t('listed')), h('table', {}, view.recent.map(x => h('tr', {}, h('td', {}, who(x.household)), h('td', {}, outcome(x, t)), h('td', {}, sheetOf(x)))))) : null;
}

/** What can be printed now: opened in a tab of its own, or all of it written to a folder. */
function prints() {
  if (['empty', 'broken'].includes(view.stage)) return null;
  const pages = [['notice', '方案公告', 'Notice of the plan'], ['crossout', '销控表', 'Cross-out sheets']];
  if (view.stage !== 'plan') pages.push(['enrolment', '入册凭证（全部）', 'Enrolment slips (all)']);
  if (view.seed) pages.push(['seed', '种子单', 'Seed sheet'], ['order', '叫号顺序', 'Call order']);
  if (view.stage === 'done') pages.push(['result', '结果公告', 'Result'], ['xlsx', '结果 .xlsx', 'Result .xlsx'], ['csv', '结果 .csv', 'Result .csv']);
  if (view.stage !== 'plan') pages.push(['minutes', '会议记录', 'Minutes']);
  if (view.served && !view.void) pages.push(['confirm', '选房确认单（全部）', 'Confirmation sheets (all)']);
  if (view.fingerprints[4]) pages.push(['days', '每日记录', 'Minutes of each day']);
  for (const name of view.operator.receipts) pages.push([name, WORDS.receiptsout[0] + name.slice(8), WORDS.receiptsout[1] + name.slice(8)]);
  const links = pages.map(([name, zh, en]) => h('a', { href: `print/${name}?lang=${LANG}`, target: '_blank', rel: 'noopener' }, LANG === 'zh' ? zh : en));
  const odds = h('a', { href: `odds?lang=${LANG}`, target: '_blank', rel: 'noopener', id: 'odds' }, t('oddslink'));
  const site = view.stage === 'plan' ? null : button(t('publish'), () => writes('publish'), { id: 'publish' });
  const dossier = view.stage === 'done' ? button(t('notaryfile'), () => writes('notary'), { id: 'notary' }) : null;
  const whole = view.stage === 'plan' || view.stage === 'done' && !view.void ? null : button(t('printall'), () => writes('print'), { id: 'printall' });
  return fold('prints', t('print'), [h('div', { class: 'row links' }, links, odds, whole, site, dossier), h('p', { class: 'hint' }, t('oddshow')), dossier ? h('p', { class: 'hint' }, t('publishhow')) : null,
    view.stage === 'plan' || view.stage === 'done' || view.void ? null : view.operator.told.map(told => h('p', {}, told))], ['plan', 'done'].includes(view.stage));
}

function files() {
  const f = view.operator.files;
  return fold('files', t('paths'), [h('p', {}, t('transcript', f.transcript)), h('p', {}, f.copy ? t('copyok', f.copy.file) : t('nocopy')), f.copy && f.copy.same ? h('p', {}, f.copy.same) : null, programLines(view.program).map(line => h('p', { class: 'num' }, line)),
    view.operator.clock.length ? [h('h3', {}, t('jumps')), view.operator.clock.map(jump => h('p', {}, new Date(jump.at * 1000).toLocaleTimeString() + ' ' + jump.told))] : null], view.operator.clock.some(jump => jump.fresh));
}

/** The draw stands still: what happened, and how it goes on. */
function broken() {
  const { broken: why, anew } = view.operator;
  return [h('section', { class: 'now' }, h('h2', {}, t('stopped')), h('p', {}, t(anew ? 'anewhow' : 'brokenhow')), h('pre', {}, why),
    h('div', { class: 'row' }, anew ? main(t('anew'), () => act({ do: 'anew' }), { id: 'anew' }) : null, (anew ? button : main)(t('reopen'), () => act({ do: 'reopen' }), { id: 'reopen' }), anew ? h('a', { href: 'recorded.jsonl', download: 'rescued.jsonl', id: 'savelines' }, t('savelines')) : null))];
}

function stage() {
  switch (view.stage) {
    case 'empty': return empty();
    case 'plan': return plan();
    case 'broken': return broken();
    case 'roll_call': return rollCall();
    case 'reveals': return reveals();
    case 'numbers': return [view.numbers.number === 1 ? print(3) : null, numbers(), stamping()];
    case 'draw': return draw();
    case 'call': return call();
    case 'choice': return choice();
    case 'settle': return settle();
    case 'day_end': return [day(), undo(), log()];
    case 'night': return night();
    case 'sign_off': return [print(view.day && view.day.signing ? 4 : view.fingerprints[2] ? 2 : view.fingerprints[1] ? 1 : 0), signing('signatures', 'signgo', () => command('next'))];
    default: return afterwards();
  }
}

/** What the page is about: when that is another thing, it begins at its top. */
const about = () => [view.stage, view.sealed, view.signs, !!draft, !!view.pause, view.call && view.call.id, view.next && view.next.id, view.numbers && view.numbers.number, view.fingerprints.filter(Boolean).length].join('|');

/** What the board shows, as far as it is for the operator to say. */
function onBoard() {
  const { lang, moment } = view.board;
  const choose = (name, label, all, is, what) => h('label', { class: 'choose' }, t(label), ' ', h('select', { id: 'f-' + name, onchange: event => act({ do: 'board', ...what(event.target.value) }) }, all.map(([value, words]) => h('option', { value, selected: String(is) === value }, words))));
  const moments = [...new Set([3, 5, 8, 15, 30, 60, moment])].sort((a, b) => a - b);
  return fold('screen', t('screen'), [choose('boardlang', 'screenlang', ['zh', 'en', 'both'].map(one => [one, t('screen' + one)]), lang, value => ({ lang: value })),
    choose('moment', 'screenmoment', moments.map(n => [String(n), t('seconds', n)]), moment, value => ({ moment: Number(value) }))]);
}

/** The one thing that is done next stays below everything else: the row that says so, or else the first main button of what is now. */
function lastRow(now) {
  const all = [...now.querySelectorAll('.row.go')];
  const row = all[0] || [...now.querySelectorAll('section.now .row')].find(row => row.querySelector(':scope > button.main'));
  for (const other of all) other.classList.toggle('go', other === row);
  if (row) row.classList.add('go');
  return row;
}

function show() {
  if (view.stage === 'broken' && $('said').querySelector('.good')) said('note', ''); // what was recorded is not on the disk now
  const before = document.activeElement, focus = before && before.id, caret = before && before.matches('input[type=text], textarea') ? [before.selectionStart, before.selectionEnd] : null;
  const scrolled = ['now', 'side'].map(id => [id, $(id) ? $(id).scrollTop : 0]);
  const fresh = shown !== about();
  shown = about();
  head();
  const paused = view.pause ? h('section', { class: 'now paused' }, h('h2', {}, t('paused')), h('p', {}, view.pause.reason), view.auto ? h('p', {}, t('autopaused')) : null, foot(main(t('resume'), () => act({ do: 'resume' }), { id: 'resume' }), view.auto ? button(t('halt'), () => act({ do: 'halt' }), { id: 'halt' }) : null)) : null;
  const right = view.building ? h('section', { class: 'house-now' }, h('h2', {}, view.building.name), flatsOf(view.building, newest(view), pick, show), flatLegend(view.building, view.stage === 'choice')) : null;
  const now = h('div', { id: 'now' }, view.stage === 'broken' ? [stage(), paused] : paused || stage(), view.void ? voiding() : null);
  const next = lastRow(now), heading = now.querySelector('h2');
  if (heading) { heading.id = 'heading'; heading.tabIndex = -1; }
  put('main', h('div', { id: 'nowcol' }, now, next ? h('div', { id: 'go' }, next) : null), h('div', { id: 'side' }, right, log(true), h('div', { class: 'rare' }, prints(), view.stage === 'call' || view.stage === 'choice' ? null : seedText(), onBoard(), files(), view.void ? null : voiding())));
  if (fresh) begin();
  else {
    for (const [id, at] of scrolled) $(id).scrollTop = at;
    if (focus && $(focus)) $(focus).focus({ preventScroll: true });
    if (caret && $(focus)) $(focus).setSelectionRange(...caret);
  }
  tick();
}

/** Begins at the top: the eye at the first line, and the keys there too. */
function begin() {
  scrollTo(0, 0);
  if ($('heading') && !$('ask').open) $('heading').focus({ preventScroll: true });
}
let resized = null;
addEventListener('resize', () => { clearTimeout(resized); resized = setTimeout(() => { if (view && key) show(); }, 150); });

/** Asks to be let in; whether it was, or the words why not. */
async function enter(by) {
  const response = await fetch('api/enter', { method: 'POST', headers: { 'content-type': 'application/json', 'x-floorlot-lang': LANG }, body: JSON.stringify(by) }).catch(() => null);
  if (!response) return t('lostline');
  const body = await response.json().catch(() => ({}));
  if (!response.ok) return body.error || String(response.status);
  key = body.key;
  old = null;
  put('said');
  follow(body.pass);
  return true;
}

/** Hears of every change. */
function follow(pass) {
  if (stream) stream.close();
  stream = listen(next => {
    $('rehearsal').hidden = next.mode !== 'rehearsal';
    if (key && (!view || next.version !== view.version)) refresh();
    else if (key && JSON.stringify(next.answers) !== JSON.stringify(view.answers)) { view.answers = next.answers; document.querySelector('#head .answers')?.replaceWith(answersOf(view)); }
  }, () => `${t('lostline')} ${t('restart')}`, pass);
}

async function start() {
  document.documentElement.lang = LANG === 'zh' ? 'zh-CN' : 'en';
  const token = location.hash.slice(1);
  if (token) history.replaceState(null, '', location.pathname); // the address in the bar is of no more use
  const by = [token && { token }, !key && old && { key: old }].filter(Boolean);
  let done = key ? true : '';
  for (const one of by) if ((done = await enter(one)) === true) break;
  if (done !== true && !key) return locked(done);
  await refresh();
}
addEventListener('hashchange', start); // a new address, opened in this tab
start();
