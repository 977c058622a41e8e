// page/words.js: all words of the page, [Chinese, English].

const WORDS = {
  skip: ['跳到正文', 'Skip to the content'],
  title: ['公开摇号选层 · 核验', 'Check the public floor draw'],
  tagline: [
    '在您自己的手机或电脑上核验，不联网，不上传，不保存任何内容。',
    'Runs on your own phone or computer. Nothing is sent, uploaded or stored.',
  ],
  tabVerify: ['核验', 'Verify'],
  tabPanel: ['监督员', 'Panel member'],
  tabAbout: ['说明', 'About'],
  hFile: ['第一步　选择抽签记录', 'Step 1 · Choose the transcript'],
  pick: ['选择记录文件', 'Choose the transcript'],
  pickHint: [
    '公布的记录文件，一般名为 transcript.jsonl。也可以把文件拖到这里；有前后几轮的，可一次全选。',
    'The published file, usually transcript.jsonl. You can also drop it here; choose all ' +
      'rounds together if there are several.',
  ],
  busy: ['正在核验：第 {0} 行', 'Checking line {0}'],
  hashing: ['正在计算 {0} 的哈希：{1}%', 'Hashing {0}: {1}%'],
  rounds: ['查看哪一份记录', 'Which transcript to show'],
  hPrint: ['第二步　对照指纹', 'Step 2 · Compare the fingerprint'],
  printIntro: [
    '请与公告栏、录像或您自己记下的数字逐组对照。十二组全部相同，您手里的才是现场封存的那一份。',
    'Compare with the notice, the recording or your own note, group by group. Only if all ' +
      'twelve agree is this the file that was sealed in the hall.',
  ],
  stage_plan: ['方案的指纹（抽签之前公布）', 'Fingerprint of the plan (posted before the draw)'],
  stage_reveals: ['密语公开后的指纹（掷骰之前公布）', 'Fingerprint of the reveals (posted before the dice)'],
  stage_day: ['当日的指纹', 'Fingerprint of the day'],
  stage_result: ['结果的指纹', 'Fingerprint of the result'],
  stage_aftermath: ['结果公布之后的变动的指纹', 'Fingerprint of what came after the result'],
  stageLine: ['涵盖前 {0} 行', 'over the first {0} lines'],
  signedBy: ['{0}：{1} 人用公钥签名（法定 {2} 人）', '{0}: {1} signed by key (quorum {2})'],
  signedPaper: ['，{0} 人纸面签名', ', {0} on paper'],
  signedDissent: ['，{0} 人不同意', ', {0} refused'],
  stamped: [
    '时间戳：{0}。已核对摘要和时间；时间戳机构的签名和证书未在此核验（请用 openssl ts -verify）',
    'Time tokens: {0}. Imprint and time compared; the signature and certificate of the time stamp authority are not checked here (openssl ts -verify does that)',
  ],
  noCheckpoint: [
    '这份记录里没有检查点，所以没有指纹。',
    'There is no checkpoint in this file, so there is no fingerprint.',
  ],
  noted: ['输入您在外面记下的指纹', 'Type the fingerprint that you noted outside'],
  notedHint: [
    '十二组、每组五位数字，空格有无都可以；或根的 64 位十六进制数字。',
    'Twelve groups of five digits, with or without spaces; or the 64 hex digits of the root.',
  ],
  notedOld: [
    '八组是旧格式的指纹，只对应根，不再作为证据。请索取十二组的指纹、根的 64 位十六进制数字，或签名文件。',
    'Eight groups are a fingerprint of the old form, which names the root alone and is no evidence ' +
      'any more. Ask for the twelve groups, the 64 hex digits of the root, or the signed note.',
  ],
  note: ['或者选择检查点的签名文件', 'Or choose the signed note of a checkpoint'],
  noteBad: [
    '这不是签名文件：应为检查点三行（抽签编号、行数、根）、空行、签名。',
    'This is no signed note: three lines of a checkpoint (origin, number of lines, root), an ' +
      'empty line, signatures.',
  ],
  notedMore: ['还差 {0} 位数字。', '{0} more digits.'],
  notedTooMany: ['多了 {0} 位数字，请检查。', '{0} digits too many.'],
  notedYes: ['✓ 与上面的{0}完全相同。', '✓ The same as the {0} above.'],
  notedNo: [
    '✗ 与这份记录中的任何一个指纹都不相同。请先看看有没有输错。',
    '✗ Not a fingerprint of this file. Please look for a typing error first.',
  ],
  hHome: ['第三步　查我家', 'Step 3 · My household'],
  find: ['住户编号、姓名或房号', 'Household id, name or flat'],
  findHint: [
    '例如编号 {0}，或全名，或房号（902、7号楼902）',
    'For example {0}; or a full name; or a flat (902, 7-902)',
  ],
  foundNone: [
    '没有找到。请核对编号、姓名或房号。',
    'Nothing found. Please look at the id, the name or the flat again.',
  ],
  foundMasked: [
    '记录里的姓名是隐去部分文字的（如 {1}），所以有 {0} 户可能是您要查的。请按编号或房号确认是哪一户。',
    'Names are masked in the record (like {1}), so that {0} households fit. See by the id or ' +
      'the flat which one is meant.',
  ],
  foundOneMasked: [
    '记录里的姓名是隐去部分文字的（{1}），这一户可能是您要查的。请按编号或房号确认。',
    'Names are masked in the record ({1}), and this household fits. See by the id or the flat ' +
      'whether it is the one.',
  ],
  foundNotYet: ['{0}：到目前为止没有住户得到。', '{0}: no household has it so far.'],
  foundFree: ['{0}：空房，不属于任何住户。', '{0}: free, no household has it.'],
  foundMore: ['还有 {0} 条，请输入得更完整一些。', '{0} more; please type more of it.'],
  hHouse: ['楼栋图', 'The buildings'],
  building: ['楼栋', 'Building'],
  before: ['上一栋', 'Previous'],
  next: ['下一栋', 'Next'],
  keyHome: ['抽签选定', 'Given in the draw'],
  keyLater: ['之后递补或换得', 'Given later'],
  keyFree: ['空房', 'Free'],
  keyMine: ['您查的住户', 'The one you look for'],
  flatHint: ['点一套房，看它归哪一户。', 'Choose a flat to see whose it is.'],
  howGot: ['{0} 是怎么得到的', 'How {0} got it'],
  flatFree: ['空房', 'free'],
  storey: ['{0} 层', 'storey {0}'],
  area: ['{0} ㎡', '{0} m²'],
  price: ['{0} 元', '{0} yuan'],
  floor: ['{0}层', '{0}'],
  features: ['具备：{0}', 'Has: {0}'],
  notDrawn: ['未抽签', 'not drawn'],
  hMore: ['更多核对', 'More evidence'],
  moreHint: [
    '有下面这些材料的，可以一并核对；没有也不影响上面的核验。',
    'If you have any of these, they are checked too. Without them the checks above still stand.',
  ],
  expect: ['这次抽签应当是', 'This draw should be'],
  expectNone: ['不说明', 'not said'],
  official: ['正式抽签', 'official'],
  rehearsal: ['演练', 'a rehearsal'],
  older: ['较早下载的副本', 'An older copy'],
  olderHint: ['应当正好是本文件的开头。', 'It must be the beginning of this file.'],
  recordings: ['录像文件', 'Recordings'],
  recordingsHint: [
    '文件名须与登记的一致；大文件需要几分钟。',
    'Under the registered names; large files take minutes.',
  ],
  documents: ['文件（选房办法、公示等）', 'Documents (method, notice and so on)'],
  documentsHint: ['文件名须与登记的一致。', 'Under the registered names.'],
  scans: ['纸面签字的扫描件', 'Scans of what was signed on paper'],
  scansHint: ['按文件内容查找，文件名不限。', 'Found by their content, whatever the name.'],
  person: ['住户密封件上的五行文字', 'The five lines of a household’s sealed slip'],
  personHint: [
    '只在本机核对。请不要在别人的设备上输入。',
    'Checked here only. Do not type it on a device that is not yours.',
  ],
  again: ['带上这些材料再核验一次', 'Check again with these'],
  hChecks: ['全部检查', 'All checks'],
  group_T: ['记录的写法与完整', 'Form and completeness of the file'],
  group_P: ['方案', 'The plan'],
  group_C: ['承诺、密语与种子', 'Commitments, secrets and seed'],
  group_D: ['抽签', 'The draw'],
  group_S: ['监督员签署', 'Sign-off'],
  group_A: ['结果之后', 'After the result'],
  group_V: ['与外部证据对照', 'Evidence from outside'],
  group_R: ['收据', 'The receipt'],
  passed: ['通过', 'passed'],
  failed: ['未通过', 'failed'],
  not_run: ['未进行', 'not run'],
  groupSum: ['{0} 项通过', '{0} passed'],
  groupFailed: ['，{0} 项未通过', ', {0} failed'],
  groupNot: ['，{0} 项未进行', ', {0} not run'],
  examined: ['查了 {0} 处', '{0} examined'],
  faultsOf: ['{0} 处问题', '{0} faults'],
  faultsShown: ['（列出前 {0} 处）', ' (the first {0} are shown)'],
  fLine: ['位置', 'Where'],
  fFound: ['文件里是', 'Found'],
  fGiven: ['您给出的是', 'Given'],
  fOwn: ['文件里的是', 'In the file'],
  fExpected: ['应当是', 'Expected'],
  fThis: ['该行原文', 'The line itself'],
  lineNo: ['第 {0} 行，', 'line {0}, '],
  outside: ['外部材料，', 'evidence from outside, '],
  hMeans: ['这意味着什么', 'What this means'],
  vGood: ['核验通过', 'Verified'],
  vBad: ['核验不通过', 'Refuted'],
  vNone: ['不是抽签记录', 'Not a transcript'],
  vUnfinished: ['尚未完成', 'Unfinished'],
  vChanged: ['核验不通过：文件在途中被改动', 'Refuted: the file was changed on its way'],
  vGoodText: [
    '从封存的方案、各方密语和公开随机数重新算了一遍，每一步都与记录一致。',
    'The whole draw was computed again from the sealed plan, the secrets and the public ' +
      'numbers. Every step agrees with the file.',
  ],
  vBadText: [
    '有 {0} 项检查发现问题，这份记录不能作为依据。第一项：',
    '{0} of the checks found faults. This file cannot be relied on. The first one:',
  ],
  vFingerprint: ['核验不通过：指纹对不上', 'Refuted: another fingerprint'],
  vEvidence: ['核验不通过：与另外给出的材料不符', 'Refuted by what was given beside the file'],
  vEvidenceText: [
    '记录本身前后一致，只是与您另外给出的材料不符。请先检查材料有没有输错，是不是这一次抽签的。',
    'The file is consistent in itself; only what you gave beside it does not agree. Was it ' +
      'mistyped, or is it of another draw?',
  ],
  vDrand: [
    '没有核验 drand 随机数的签名：本网页算不了，请再用其他核验程序核验。',
    'The drand signature was not verified: this page cannot do it. Please use another ' +
      'verifier ' +
      'as well.',
  ],
  vPrior: [
    '本次抽签衔接之前的抽签，但【未与】之前的记录比对：请从第一份记录起一并选取。',
    'It goes on from a draw before it, with which it was NOT compared: pick all transcripts ' +
      'together, from the first on.',
  ],
  vRest: ['另外还有：', 'And also:'],
  vNoneText: ['请选择公布的记录文件。', 'Please choose the published transcript.'],
  vConsistent: ['记录本身前后一致', 'The file is consistent in itself'],
  vAnchored: ['与在外面记下的凭据相符', 'It agrees with what was noted outside'],
  vOpen: [
    '第 {0} 至 {1} 行未核对，本页不作为事实陈述',
    'Lines {0} to {1} were not compared, and are not told as facts here',
  ],
  vRefused: ['监督员不同意{0}：{1}（{2}）', 'THE PANEL SAYS NO to the {0}: {1} ({2})'],
  vRefusedBench: [
    '席位“{0}”的 {1} 人中有 {2} 人不同意',
    '{2} of {1} members of bench {0} refuse',
  ],
  vNote: ['提示：{0}', 'Note: {0}'],
  chHead: ['与所衔接的 {0} 相比', 'Compared with {0}, which it goes on from'],
  chSame: ['：没有变动', ': nothing differs'],
  ch_left_out: ['未再列入的住户：{0}', 'Households left out: {0}'],
  ch_added: ['新列入的住户：{0}', 'Households added: {0}'],
  ch_units_left_out: ['未再列入的房源：{0}', 'Units left out: {0}'],
  ch_units_added: ['新列入的房源：{0}', 'Units added: {0}'],
  ch_tiers: ['顺位变动：{0}', 'Tiers changed: {0}'],
  ch_needs: ['照顾需求变动：{0}', 'Needs changed: {0}'],
  ch_rules: ['规则变动：{0}', 'Rules changed: {0}'],
  ch_quorums: ['法定人数变动：{0}', 'Quorums changed: {0}'],
  ch_members_left_out: ['不再列入的监督员：{0}', 'Members left out: {0}'],
  ch_members_added: ['新列入的监督员：{0}', 'Members added: {0}'],
  ch_members_changed: [
    '席位、姓名或公钥有变的监督员：{0}',
    'Members with another bench, name or key: {0}',
  ],
  vAnchoredTo: ['（到{0}为止）', ' (as far as the {0})'],
  vNotAnchored: [
    '还没有与外面的指纹对照——请看第二步',
    'Not yet compared with the fingerprint from outside: see step 2',
  ],
  vSigned: ['各席位达到法定人数的监督员签了名', 'The quorum of each bench signed'],
  vNotSigned: ['监督员签名：{0}', 'Signatures of the panel: {0}'],
  vVoid: [
    '这次抽签已宣布作废，没有人因此得房。理由：{0}',
    'This draw was declared void; nobody holds a flat by it. Reason: {0}',
  ],
  short_plan: ['方案', 'plan'],
  short_reveals: ['密语公开', 'reveals'],
  short_day: ['当日', 'day'],
  short_result: ['结果', 'result'],
  short_aftermath: ['后续变动', 'aftermath'],
  reh: ['演练 REHEARSAL', 'REHEARSAL 演练'],
  rehText: [
    '这是演练，不是正式抽签，结果不作数。',
    'This is a rehearsal, not an official draw. Nothing in it counts.',
  ],
  offi: ['正式抽签', 'Official draw'],
  unknownKind: ['性质不明', 'Kind not known'],
  unknownKindText: [
    '这是正式抽签还是演练，性质不明：首行无法读取。',
    'Whether this is an official draw or a rehearsal is not known: its first line cannot be read.',
  ],
  nHouseholds: ['户数', 'Households'],
  nUnits: ['房源', 'Flats'],
  nPicked: ['抽签得房', 'Given in the draw'],
  nStandby: ['候补', 'On standby'],
  nLeft: ['剩余', 'Left over'],
  nHoused: ['目前得房', 'Housed by now'],
  nStandbyEnd: ['目前候补', 'On standby by now'],
  nFree: ['目前空房', 'Free by now'],
  hint_T1: ['有的行损坏或被改写过。', 'A line is damaged or was rewritten.'],
  hint_T2: [
    '有的行不在该在的位置，可能被删、增或移动过。',
    'A line stands where none may: one may have been added, removed or moved.',
  ],
  hint_T3: [
    '检查点之前的内容在封存后改动过。',
    'What stands before a checkpoint was changed after it was sealed.',
  ],
  hint_T4: [
    '文件没有正常结束，可能没下载完整，或末尾被截去。',
    'The file does not end as it should. It may be cut off: download it again.',
  ],
  hint_P: ['方案本身有错，或被改动过。', 'The plan is wrong in itself, or was changed.'],
  hint_C: [
    '承诺、密语、公开随机数或种子对不上。',
    'Commitments, secrets, public numbers or the seed do not fit.',
  ],
  hint_D: ['抽签过程与规则算出来的不一样。', 'The draw is not what the rules give.'],
  hint_S: ['监督员的签署有问题。', 'Something is wrong with the sign-off.'],
  hint_A: ['结果公布之后的变动不合规则。', 'Something after the result breaks the rules.'],
  hint_V1: [
    '输入的指纹不是这份文件的。请先检查有没有输错；没有输错，这就不是您记下指纹的那份文件。',
    'The fingerprint typed is not one of this file. Look for a typing error first; if there' +
      ' is ' +
      'none, this is another file.',
  ],
  hint_V: ['与外部证据不符。', 'It does not agree with the evidence from outside.'],
  wDraw: [
    '属于{0}，顺位 {1}；本批次共 {2} 户。',
    'It is in {0}, tier {1}; the pool has {2} households.',
  ],
  wNeeds: ['照顾需求：{0}。', 'Needs: {0}.'],
  wTicket: ['种子算出的签号是', 'Its ticket, computed from the seed, is'],
  wGroup: [
    '与 {0} 结伴，按 {0} 的签号排队。',
    'It is called together with {0}, by the ticket of {0}.',
  ],
  wPlace: [
    '签号小的先叫。同批次先比顺位、再比签号，排在第 {0} 位。',
    'Small tickets go first: by tier, then by ticket it is number {0}.',
  ],
  wCalled: ['录像《{0}》第 {1} 叫到。', 'Called in the recording {0} at {1}.'],
  wMissed: ['叫号未到，记缺席 {0} 次。', 'It missed its call {0} time(s).'],
  wOffered: ['轮到时，有 {0} 套房可选：', 'When its turn came, {0} flats were on offer:'],
  wHeld: [
    '（为还没轮到的有照顾需求的住户留着的房不在其内。）',
    '(Flats held back for households with needs still to come are not among them.)',
  ],
  wNone: ['轮到时，没有可选的房。', 'When its turn came, nothing was on offer.'],
  wLot: [
    '由种子算出的签数除以可选套数，余数就是序号：',
    'The lot, computed from the seed, divided by the number of flats leaves the number of the ' +
      'flat:',
  ],
  wLotSum: ['{0} ÷ {1} 余 {2}', '{0} mod {1} = {2}'],
  wLotUnit: ['从 0 数起，第 {0} 号是 {1}。', 'Counted from 0, number {0} is {1}.'],
  wChoice: ['自己选定 {0}。', 'It chose {0}.'],
  wProxy: ['由 {0} 代选。', 'Chosen by proxy: {0}.'],
  wRank: ['按志愿表得到第 {0} 志愿 {1}。', 'By its ranking it got number {0}: {1}.'],
  wStandby: ['列入候补，第 {0} 位。', 'It went on standby, number {0}.'],
  wUncalled: ['这份记录里还没有叫到这一户。', 'It was not called in this file.'],
  wNoResult: [
    '叫到了，但记录中没有该户的结果。',
    'It was called, but the file shows no outcome for it.',
  ],
  wInLine: ['记录第 {0} 行', 'line {0} of the file'],
  wEnd: ['最后：{0}', 'In the end: {0}'],
  wSoFar: ['到目前为止：{0}', 'So far: {0}'],
  wNotSealed: ['（尚未封存）', ' (not sealed yet)'],
  wEndNone: ['没有房', 'no flat'],
  wEndStandby: ['在候补名单第 {0} 位', 'number {0} on the standby list'],
  wShow: ['在楼栋图中看', 'Show it in the building'],
  wRefuted: [
    '注意：这份记录核验不通过，以下只是文件里的说法。',
    'Note: this file is refuted. What follows is only what the file says.',
  ],
  wUnfinished: [
    '注意：这份记录尚未完成，以下是到目前为止的情况，还可能变化。',
    'Note: this file is unfinished. What follows is how far it goes, and can still change.',
  ],
  e_objection: ['提出异议：{0}', 'It objected: {0}'],
  e_ruling: ['对异议的裁定：{0}。{1}', 'Ruling on the objection: {0}. {1}'],
  upheld: ['成立', 'upheld'],
  rejected: ['不成立', 'rejected'],
  e_withdrawal: ['凭签字单放弃 {0}：{1}', 'It gave up {0}, by a signed sheet: {1}'],
  standbyPlace: ['候补', 'its place on standby'],
  e_offer: ['轮到递补：{0}', 'Its turn on standby: {0} was offered'],
  e_accept: ['凭签字单接受 {0}', 'It took {0}, by a signed sheet'],
  e_decline: [
    '凭签字单不要 {0}，仍在候补',
    'It declined {0}, by a signed sheet, and stays on standby',
  ],
  e_swap: ['经同意换房，得到 {0}', 'Swapped by consent, it got {0}'],
  e_void: ['本次抽签宣布作废：{0}', 'The draw was declared void: {0}'],
  toSheet: [
    '这一户的核验单（可打印，一页 A4）',
    'The sheet of this household (one page of A4, to print)',
  ],
  offSheet: ['返回核验页', 'Back to the page'],
  sTitle: ['住户 {0}', 'Household {0}'],
  sMore: ['……还有 {0} 套', ' … and {0} more'],
  sPool: ['{0}：{1} 户，{2} 套房，{3}。', '{0}: {1} households, {2} flats; {3}.'],
  rule_choice: ['叫到时现场选房', 'everybody chooses when called'],
  rule_lot: ['直接抽出房号', 'the flat itself is drawn by lot'],
  rule_ranking: ['按封存前交的志愿表分房', 'by the ranking handed in before the seal'],
  sTicket: [
    '由种子算出的签号：{0}。签号小的先叫。',
    'Its ticket, computed from the seed: {0}. Small tickets go first.',
  ],
  sPlace: [
    '排在它之前的：顺位更先的 {1} 户，同为第 {0} 顺位而按签号在前的 {2} 户；所以是 {4} 户中的第 {3} 位。',
    'Before it: {1} of an earlier tier, and {2} of its own tier ({0}) by ticket. So it is number ' +
      '{3} of {4}.',
  ],
  sFree: [
    '轮到时，{0} 套中已有 {1} 套归别的住户，还空着 {2} 套。',
    'When its turn came, {1} of {0} flats had been given, and {2} were free. ',
  ],
  sUnfit: [
    '其中 {0} 套不符合方案中该户的条件。',
    'Of these, {0} did not fit what the plan says of it. ',
  ],
  sHeld: [
    '另有 {0} 套须为还没轮到的照顾户留着。',
    '{0} had to be kept for households with needs still to come. ',
  ],
  sOffered: ['可选的有 {0} 套。', 'On offer: {0}.'],
  sList: [
    '可选的房，按方案顺序从 0 编号：',
    'On offer, numbered from 0 in the order of the plan:',
  ],
  sOthers: ['空着而不可选的房：', 'Free and not on offer:'],
  sStandby: [
    '没有可选的房，按规则列入候补，第 {0} 位。',
    'Nothing was on offer, so the rules put it on standby, number {0}.',
  ],
  sUnranked: [
    '志愿表上的房都已不可选，按方案列入候补，第 {0} 位。',
    'No flat of its ranking was on offer, so the plan puts it on standby, number {0}.',
  ],
  sEarlier: ['此前还有 {0} 件事项，见记录。', '{0} earlier events: see the file.'],
  sHand: ['不用本页，自己验算', 'By hand, without this page'],
  sKey: [
    '本批次的密钥是种子和批次编号的 SHA-256（规则 D1）：',
    'The key of the pool is the SHA-256 of seed and pool (rule D1):',
  ],
  sStream: [
    '该户在本批次中是第 {0} 号（从 0 数），用密钥流的第 {1} 至 {2} 字节（规则 D3）：先是签号，再是签数的低半和高半。',
    'It is number {0} of the pool, counted from 0, and owns bytes {1} to {2} of the keystream ' +
      '(rule D3): the ticket, then the two halves of the lot.',
  ],
  sLot: [
    '签数除以可选的 {0} 套，余数是得到的号码（规则 D6）：',
    'The lot divided by the {0} flats on offer leaves the number of its flat (rule D6):',
  ],
  sVerified: [
    '✓ 核验通过：整场抽签由打开本页的设备从记录重新算出，{0} 项检查通过，没有一项不通过。',
    '✓ Verified: the device that shows this page computed the whole draw again from the file; ' +
      '{0} checks passed, none failed.',
  ],
  sCompare: [
    '请与公告栏上的这个指纹逐组对照：十二组全部相同，本页才算数。',
    'Compare this fingerprint with the notice board, group by group. Only if all twelve agree ' +
      'does this sheet count.',
  ],
  sFile: ['抽签记录 {0}，{1} 行，', 'Transcript {0}, {1} lines,'],
  pubOpened: [
    '已打开随网页公布的记录 {0}（取自 transcript.js）：{1} 字节，SHA-256 {2}；另行下载的 {0} 应有同样的 SHA-256。也可以另选文件。',
    'The transcript published with this page is open: {0}, taken from transcript.js, {1} bytes, ' +
      'SHA-256 {2}; a copy of {0} that you save has the same SHA-256. You can choose another file.',
  ],
  pubGiven: [
    '已打开您给出的文件 {0}：{1} 字节，SHA-256 {2}。',
    'The file that you gave is open: {0}, {1} bytes, SHA-256 {2}.',
  ],
  pubNoted: [
    '同一文件夹、同一网站上写的指纹不能作数：换得了记录的人，也换得了它。请输入公告栏、录像或您自己记下的。',
    'A fingerprint from the same folder or site proves nothing: whoever could change the ' +
      'transcript could change it, too. Type the one from the notice board, the recording or your ' +
      'own note.',
  ],
  pubMissing: [
    '随网页公布的记录没有读出来。请在上面选择文件 transcript.jsonl。',
    'The transcript published with this page could not be read. Please choose transcript.jsonl ' +
      'above.',
  ],
  pubHome: ['返回公布页', 'Back to the first page'],
  hReceipt: ['核验我的收据', 'Check my receipt'],
  receiptHint: [
    '收据是发给每户的一段文字。单凭它和公告栏的指纹，就能确认您家的那几行确实在封存的记录里。',
    'A receipt is a text given to each household. With it and the fingerprint on the notice ' +
      'you can see that your lines stand in the sealed file.',
  ],
  receiptText: [
    '粘贴收据文字，或扫收据二维码所得的文字',
    'Paste the receipt, or the text of its QR code',
  ],
  checkReceipt: ['核验收据', 'Check the receipt'],
  receiptFile: ['打开收据文件', 'Open a receipt file'],
  receiptQr: ['从照片读二维码', 'Read a QR code from a photo'],
  rGood: ['收据有效', 'The receipt holds'],
  rBad: ['收据不成立', 'The receipt does not hold'],
  rCompare: [
    '收据所依据的指纹，请与公告栏逐组对照：',
    'The fingerprint that the receipt rests on. Compare it with the notice:',
  ],
  rAnchored: ['✓ 与您上面输入的指纹相同。', '✓ The same as the one you typed above.'],
  rNot: [
    '收据证明这几行在封存的记录里。抽签整体是否正确、有没有别的行涉及您家，只有完整记录能说明。',
    'It shows that these lines stand in the sealed file. That the whole draw is right, and ' +
      'that no other line concerns you, only the whole file shows.',
  ],
  rQrNone: ['照片里没有找到二维码。', 'There is no QR code in the photo.'],
  rAsOf: ['截至 {1} 第 {0} 行', 'as of line {0} of {1}'],
  rWho: ['住户 {0}', 'Household {0}'],
  rFamily: ['家庭 {0}，名额 {1} 个', 'Family {0}, claims: {1}'],
  rTicket: ['签号 {0}，第 {1} 个叫到', 'Ticket {0}, called as number {1}'],
  rHas_unit: ['得房 {0}', 'Has the flat {0}'],
  rHas_standby: ['候补', 'On standby'],
  rHas_withdrawn: ['已放弃', 'Gave up'],
  rHas_void: ['抽签已作废', 'The draw is void'],
  rHas_nothing: ['收据没有写明结果', 'The receipt does not say'],
  rEnrolled: ['已列入封存方案：第 {0} 顺位{1}', 'It has a place in the sealed plan: tier {0}{1}'],
  rNeeds: ['，需要 {0}', ', needs {0}'],
  rHas_unknown: ['收据没有写明结果', 'The receipt does not say'],
  hSecret: ['生成我的密语和承诺', 'Make my secret and my commitment'],
  secretIntro: [
    '方案封存、指纹公布之后，在点名之前使用。密语只出现在您的屏幕上；承诺是它的哈希，点名时交给工作人员。只要有一位监督员的密语事先没有别人知道，就没有人能预先安排抽签的结果。',
    'Use it after the plan was sealed and its fingerprint posted, before the roll call. The' +
      ' secret appears on your screen only. The commitment is its hash, ' +
      'and you hand it in at the roll call. As long as one member’s secret was known to nobody ' +
      'else beforehand, nobody can arrange the outcome.',
  ],
  root: ['方案根（64 位十六进制）', 'Plan root (64 hex digits)'],
  rootHint: [
    '封存方案后公布。在“核验”页打开方案文件，会自动填入。',
    'Published when the plan is sealed. It is filled in when you open the plan under “Verify”.',
  ],
  rootFilled: ['取自打开的记录，方案指纹 {0}', 'From the open file; fingerprint of the plan {0}'],
  rootPrint: [
    '请逐字核对这 64 位；或在“核验”页打开方案文件，即可看到指纹。',
    'Compare all 64 digits; or open the plan under “Verify” to see its fingerprint.',
  ],
  rootOther: [
    '您填的方案根与打开的记录不同。请先弄清哪一个是现场封存的方案。',
    'This is not the plan of the open file. First find out which plan was sealed in the hall.',
  ],
  rootBad: ['方案根应为 64 位小写十六进制数字。', 'The plan root has 64 lower-case hex digits.'],
  memberId: ['我的监督员编号', 'My member id'],
  memberHint: ['方案里的编号，如 r1。', 'As in the plan, such as r1.'],
  memberBad: [
    '编号只能含字母、数字和 . _ -，且以字母或数字开头。',
    'An id has letters, digits and . _ - only, the first a letter or digit.',
  ],
  memberUnknown: ['打开的记录里没有这个编号。', 'There is no such member in the open file.'],
  dice: ['自己掷的骰子，或随手敲的键（可不填）', 'Your own dice, or keys hit at random (optional)'],
  diceHint: [
    '与本机的随机数合在一起用：两者只要有一个是随机的，密语就是随机的。掷 50 次六面骰就足够了。',
    'Mixed with the randomness of this device: if one of the two is random, so is the secret. ' +
      'Fifty six-sided dice are enough.',
  ],
  make: ['生成', 'Make them'],
  secretIs: ['密语（公开之前不要给任何人看）', 'Secret (show it to nobody before the reveal)'],
  commitIs: ['承诺（点名时交出这一行）', 'Commitment (hand this in at the roll call)'],
  commandIs: [
    '在另一台电脑上核对：这条命令应当给出同一个承诺',
    'Check it on another computer: this command must give the same commitment',
  ],
  keepIt: [
    '请打印或抄下来，自己保管到公开密语的时候。本页不保存，关掉就没有了。',
    'Print it or write it down and keep it until the reveal. This page stores nothing; when ' +
      'you close it, it is gone.',
  ],
  print: ['打印', 'Print'],
  wipe: ['清除', 'Wipe'],
  wiped: ['已清除。', 'Wiped.'],
  sheetFor: ['监督员 {0}　方案指纹 {1}', 'Member {0}, fingerprint of the plan {1}'],
  sheetForRoot: ['监督员 {0}　方案根 {1}', 'Member {0}, plan root {1}'],
  failedRead: ['文件读不出来。', 'The file cannot be read.'],
  done: ['核验完成：{0}', 'Done: {0}'],
};

const language = navigator.language || '';
// What an address asks for behind its #, which no server is told.
export const asked = (name) => new URLSearchParams(location.hash.slice(1)).get(name);
let lang = /^en\b/i.test(asked('lang') || language) ? 1 : 0; // 0 Chinese, 1 English
export function otherLanguage() {
  lang = 1 - lang;
}
// The words of a key in the language of the page; {0}, {1}, … are the values.
export function t(key, ...values) {
  const words = WORDS[key] ? WORDS[key][lang] : key;
  return words.replace(/\{(\d)\}/g, (_, i) => String(values[i]));
}
export const hasWords = (key) => key in WORDS;
// Words that the verifier gives in both languages, in that of the page.
export function own(words) {
  if (words === undefined || words === null) return '';
  return typeof words === 'string' ? words : lang ? words.en : words.zh;
}
export const inLanguage = (zh, en) => (lang ? en : zh);
export const behind = (words) => inLanguage('，', ', ') + words;
// 1,234,567.89, of hundredths.
function decimal(hundredths) {
  const digits = String(hundredths).padStart(3, '0');
  return digits.slice(0, -2).replace(/\B(?=(\d{3})+$)/g, ',') + '.' + digits.slice(-2);
}
// Area and price of a unit behind something else, as far as its line has them.
export const amountsOf = ({ area, price }) =>
  (area === undefined ? '' : behind(t('area', decimal(area)))) +
  (price === undefined ? '' : behind(t('price', decimal(price))));
export const listed = (items) => items.join(inLanguage('、', ', '));
