// The verifier of verify.html (beside this file) against the vectors: the corpus, derivation.json,
// the worked example, RFC 8032 and strictness, random damage, and every bit of a signed transcript
// changed. Needs Node only.
//
//   node test_corpus.mjs [FOLDER OF THE VECTORS]
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { load, scriptsOf } from './load.mjs';
import {
  createHash,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  sign,
} from 'node:crypto';

const at = (path) => new URL(path, import.meta.url).pathname;
const folder = process.argv[2] || at('../../tests/vectors');
const page = at('verify.html'),
  Floorlot = load(page);
const read = (name) => new Uint8Array(readFileSync(folder + '/' + name));
let failures = 0,
  passes = 0;
function check(good, what) {
  if (good) {
    passes++;
    return;
  }
  failures++;
  if (failures <= 60) console.log('WRONG: ' + what);
}
// A value with its keys in their order, so that only what they hold is compared.
const sorted = (value) =>
  value && typeof value === 'object' && !Array.isArray(value)
    ? Object.fromEntries(Object.keys(value).sort().map((key) => [key, sorted(value[key])]))
    : Array.isArray(value) ? value.map(sorted) : value;
const same = (a, b, what) =>
  check(
    JSON.stringify(a) === JSON.stringify(b),
    `${what}: ${JSON.stringify(a)} instead of ${JSON.stringify(b)}`,
  );

// ---- the quick way of a line gives what the cursor gives: over the lines of the corpus, and over
// lines in which something was put in, left out or changed
const spelled = (r) => JSON.stringify(r.refused ? { at: r.refused.at } : sorted(r));
function sameByCursor(bytes) {
  if (bytes.length > 65535) return; // refused before either way
  const [quick, slow] = [Floorlot.parseLine(bytes), Floorlot.readByCursor(bytes)].map(spelled);
  if (quick !== slow) same(quick, slow, `the line ${bytes}`.slice(0, 300));
}
const corpusLines = new Set();
for (const of of ['valid', 'tampered'])
  for (const name of readdirSync(`${folder}/corpus/${of}`).filter((n) => n.endsWith('.jsonl')))
    for (const line of Buffer.from(read(`corpus/${of}/${name}`)).toString('latin1').split('\n'))
      corpusLines.add(line);
const PUT = [...'"\\,09{}[]: \n\x7f\x1f\xff', ''];
let turn = 0;
for (const line of corpusLines) {
  sameByCursor(Buffer.from(line, 'latin1'));
  for (const put of [PUT[turn % PUT.length], '","', '999999', '\xe6\xa5\xbc']) {
    const at = (turn++ * 7919) % (line.length + 1),
      changed = [line.slice(0, at), put, line.slice(at + (turn % 3))].join('');
    sameByCursor(Buffer.from(changed, 'latin1'));
  }
}
for (const n of [10n ** 15n - 1n, 10n ** 15n, 2n ** 53n - 1n, 2n ** 53n, 10n ** 16n]) {
  const { refused } = Floorlot.parseLine(Buffer.from(`{"kind":"absent","member":"a","at":${n}}`));
  check(Boolean(refused) === n >= 2n ** 53n, 'an integer up to 2^53 - 1: ' + n);
}
for (const n of [10n ** 38n, 3n * 10n ** 38n - 1n, 2n ** 128n - 1n, 2n ** 128n, 10n ** 39n]) {
  const call = `{"kind":"call","pool":"A","place":1,"household":"a","ticket":"${n}"}`;
  check(
    Boolean(Floorlot.parseLine(Buffer.from(call)).refused) === n >= 2n ** 128n,
    'a decimal below 2^128: ' + n,
  );
}
console.log(`lines: ${corpusLines.size}, each also changed four times, read alike by both ways`);

// ---- the corpus
const corpus = JSON.parse(readFileSync(folder + '/corpus/corpus.json', 'utf8'));
let agreed = 0;
for (const entry of corpus) {
  const before = failures;
  const e = entry.evidence;
  const evidence = {
    fingerprints: e.fingerprints.concat(
      (e.notes || []).map((note) => Floorlot.bodyOfNote(Floorlot.bytesOf(note))),
    ),
    expect: e.expect,
    person: e.person,
    recordings: e.recordings,
    documents: e.documents,
    scans: e.scans,
  };
  if (e.older) evidence.older = read('corpus/' + e.older);
  const earlier = [];
  for (const f of e.earlier || []) {
    earlier.push(Floorlot.examine(read('corpus/' + f), { earlier: earlier.slice() }));
  }
  evidence.earlier = earlier;
  const report = Floorlot.verify(read('corpus/' + entry.file), evidence);
  const what = entry.file + (e.earlier ? ' after ' + e.earlier : '');
  // What this page cannot compute (C7, the pairing) is not run, and it says so.
  same(report.verdict, entry.verdict, what + ', verdict');
  const c7 = report.checks.find((c) => c.id === 'C7'),
    drandOpen = c7 && c7.outcome === 'not_run' && c7.examined > 0;
  const capped = (level) => (drandOpen && level === 'certified' ? 'anchored' : level);
  same(report.level, capped(entry.level), what + ', level');
  const seals = report.verdict === 'refuted' ? [] : report.checkpoints || [],
    levels = seals.map((c) => c.level);
  same(levels.join(), entry.levels.map(capped).join(), what + ', levels');
  same((report.not_compared || {}).from, entry.not_compared, what + ', not compared');
  same(report.first || null, entry.first, what + ', first fault');
  for (const [id, expected] of Object.entries(entry.checks || {})) {
    const c = report.checks.find((x) => x.id === id);
    const wanted = [...expected];
    if (id === 'C7' && c.examined) {
      if (c.outcome === 'not_run' && expected[0] === 'passed') wanted[0] = 'not_run';
    }
    same([c.outcome, c.examined], wanted, `${what}, ${id}`);
  }
  if (failures === before) agreed++;
}
console.log(`corpus: ${agreed} of ${corpus.length} agree`);

// ---- the transcripts that every version verifies, with their fingerprints, and their receipts
const published = readdirSync(folder + '/published', { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map((entry) => entry.name);
check(published.length >= 9, 'published transcripts: ' + published);
// The outcome and number examined of the checks that are expected.
const outcomes = (checks, expected) =>
  Object.keys(expected)
    .map((id) => checks.find((c) => c.id === id))
    .map((c) => [c && c.id, [c && c.outcome, c && c.examined]]);
for (const name of published) {
  const file = (part) => read(`published/${name}/${part}`),
    text = (part) => new TextDecoder().decode(file(part));
  const expected = JSON.parse(text('report.json')),
    fingerprints = text('fingerprints.txt').trimEnd().split('\n');
  const earlier = existsSync(`${folder}/published/${name}/prior.jsonl`)
    ? [Floorlot.examine(file('prior.jsonl'), {})]
    : [];
  const report = Floorlot.verify(file('transcript.jsonl'), { fingerprints, earlier });
  same(report.verdict, expected.verdict, name + ', verdict');
  const c7 = report.checks.find((c) => c.id === 'C7'),
    open = c7.outcome === 'not_run' && c7.examined > 0;
  const capped = (level) => (open && level === 'certified' ? 'anchored' : level);
  same(report.level, capped(expected.level), name + ', level');
  const checkpoints = report.checkpoints;
  same(checkpoints.map((c) => c.level).join(), expected.levels.map(capped).join(), name);
  same(checkpoints.map((c) => c.fingerprint).join(), fingerprints.join(), name);
  const wanted = { ...expected.checks };
  if (open) wanted.C7 = ['not_run', wanted.C7[1]];
  same(outcomes(report.checks, wanted), Object.entries(wanted), name + ', checks');
  const { state } = Floorlot.examine(file('transcript.jsonl'), {});
  const held = state.plan.households.map((h) => [h.id, h.holds ? h.holds.id : null]);
  same(held.sort(), Object.entries(expected.allocation).sort(), name + ', allocation');
  const receipt = Floorlot.verifyReceipt(file('receipt.txt'), {
    fingerprints: fingerprints.slice(-1).map((digits) => digits.replaceAll(' ', '')),
    panel: Floorlot.panelOf(state),
  });
  const told = Floorlot.receiptReport(receipt),
    facts = expected.receipt.facts;
  same(told.verdict, expected.receipt.verdict, name + ', receipt');
  const ofReceipt = expected.receipt.checks;
  same(outcomes(told.checks, ofReceipt), Object.entries(ofReceipt), name + ', receipt');
  const found = Object.fromEntries(Object.keys(facts).map((key) => [key, told.facts[key]]));
  same(sorted(found), sorted(facts), name + ', facts');
}
console.log(`published: ${published.length} transcripts`);

// ---- derivation.json: every value between the sealed plan and the picks (C1, C6, D1 to D6, D10)
const spellLine = (o) => JSON.stringify(o);
for (const d of JSON.parse(readFileSync(folder + '/derivation.json', 'utf8'))) {
  for (const c of d.commits)
    same(
      Floorlot.sha256Text(Floorlot.commitText(d.plan_root, c.member, c.secret)),
      c.commit,
      d.name + ', commit of ' + c.member,
    );
  const seedText = ['floorlot/1 seed', 'plan ' + d.plan_root, ...d.contributions]
    .map((l) => l + '\n')
    .join('');
  same(Floorlot.sha256Text(seedText), d.seed, d.name + ', seed');
  for (const pool of d.pools) {
    const key = Floorlot.sha256(
        Floorlot.bytesOf(`floorlot/1 pool\nseed ${d.seed}\npool ${pool.id}\n`),
      ),
      what = `${d.name}, pool ${pool.id}`;
    same(Floorlot.hexOf(key), pool.key, what + ', key');
    pool.blocks.forEach((b, i) =>
      same(
        Floorlot.hexOf(Floorlot.chachaBlock(key, i)),
        b.replace(/\s/g, ''),
        what + ', block ' + i,
      ),
    );
  }
  // The draw itself: a plan with these households and units, and the lines that the file says; the
  // seed is put in afterwards.
  const lines = drawLines(d);
  const { state, report } = Floorlot.examine(
    Floorlot.bytesOf(lines.map((l) => spellLine(l) + '\n').join('')),
    {},
  );
  for (let i = 1; i <= 13; i++) {
    const c = report.checks.find((x) => x.id === 'D' + i);
    if (i !== 12)
      same(
        [c.outcome, c.failed],
        ['passed', 0],
        `${d.name}, D${i}: ${JSON.stringify(c.faults.slice(0, 1))}`,
      );
  }
  for (const pool of d.pools) {
    const p = state.plan.pools.find((x) => x.id === pool.id);
    same(
      p.households.map((h) => String(h.ticket)),
      pool.tickets,
      d.name + ', tickets',
    );
    same(
      p.households.map((h) => String(h.lot)),
      pool.lots,
      d.name + ', lots',
    );
    same(
      p.order.map((h) => h.id),
      pool.order,
      d.name + ', order',
    );
    same(
      p.order.map((h) => h.offers),
      pool.offers.map((o) => (Array.isArray(o) ? o.length : o)),
      d.name + ', numbers of offers',
    );
    for (const [id, unit] of Object.entries(pool.picks)) {
      const h = p.households.find((x) => x.id === id);
      same(h.pick ? h.pick.unit.id : null, unit, d.name + ', pick of ' + id);
    }
  }
}
// A transcript whose plan has these pools, and whose seed line is that of the vector.
function drawLines(d) {
  const units = d.pools.flatMap((p) =>
    p.units.map((u) => ({
      kind: 'unit',
      pool: p.id,
      id: u.id,
      label: u.id,
      storey: 1,
      ...(u.features.length ? { features: u.features } : {}),
    })),
  );
  const households = d.pools.flatMap((p) =>
    p.households.map((h) => ({
      kind: 'household',
      pool: p.id,
      id: h.id,
      name: '',
      tier: h.tier,
      ...(h.needs.length ? { needs: h.needs } : {}),
      ...(h.group ? { group: h.group } : {}),
    })),
  );
  const out = [
    {
      kind: 'plan',
      floorlot: 1,
      origin: 'x',
      title: 'x',
      mode: 'rehearsal',
      attempt: 1,
      benches: 2,
      members: 2,
      sources: 1,
      pools: d.pools.length,
      units: units.length,
      households: households.length,
    },
    ...['a', 'b'].map((id) => ({ kind: 'bench', id, title: id, quorum: 1 })),
    ...['a', 'b'].map((id) => ({ kind: 'member', id, bench: id, name: id })),
    { kind: 'source', device: 'dice', count: 20, range: 10 },
    ...d.pools.map((p) => ({
      kind: 'pool',
      id: p.id,
      title: p.id,
      building: p.id,
      rule: p.rule,
      units: p.units.length,
      households: p.households.length,
    })),
    ...units,
    ...households,
    // (T3, C1 to C6 fail, and the draw is followed all the same.)
    { kind: 'checkpoint', stage: 'plan', body: 'x' },
    { kind: 'close', what: 'commits' },
    { kind: 'close', what: 'reveals' },
    { kind: 'checkpoint', stage: 'reveals', body: 'x' },
    { kind: 'seed', seed: d.seed },
  ];
  for (const p of d.pools) {
    out.push({ kind: 'open', pool: p.id, key: p.key });
    let standby = 0,
      picked = 0;
    const taken = new Set();
    p.order.forEach((id, i) => {
      const n = p.households.findIndex((h) => h.id === id),
        offers = p.offers[i],
        unit = p.picks[id];
      out.push({ kind: 'call', pool: p.id, place: i + 1, household: id, ticket: p.tickets[n] });
      if (unit === null) {
        standby++;
        out.push({ kind: 'standby', household: id, place: standby });
        return;
      }
      picked++;
      taken.add(unit);
      const count = Array.isArray(offers) ? offers.length : offers;
      out.push({
        kind: 'pick',
        household: id,
        by: 'lot',
        offered: count,
        lot: p.lots[n],
        number: Number(BigInt(p.lots[n]) % BigInt(count)),
        unit,
      });
    });
    const left = p.units.filter((u) => !taken.has(u.id));
    out.push(
      { kind: 'end', pool: p.id, picked, standby, leftover: left.length },
      ...left.map((u) => ({ kind: 'leftover', pool: p.id, unit: u.id })),
    );
  }
  return out;
}

// ---- known answers: tree, fingerprint, hashes, keystream, cosignature
{
  const hex = Floorlot.fromHex,
    tree = new Floorlot.Tree();
  const inputs = [
    '',
    '00',
    '10',
    '2021',
    '3031',
    '40414243',
    '5051525354555657',
    '606162636465666768696a6b6c6d6e6f',
  ].map(hex);
  inputs.forEach((input, i) => {
    tree.push(Floorlot.leafOf(input));
    if (i === 2)
      same(
        Floorlot.hexOf(tree.root()),
        'aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77',
        'tree of 3',
      );
  });
  same(
    Floorlot.hexOf(tree.root()),
    '5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328',
    'tree of 8',
  );
  same(
    Floorlot.hexOf(Floorlot.leafOf(Floorlot.bytesOf('L123456'))),
    '395aa064aa4c29f7010acfe3f25db9485bbd4b91897b6ad7ad547639252b4d56',
    'leaf',
  );
  same(
    Floorlot.fingerprintOf('draw.example/2026-001\n11\nprCvCugkzaf02gTggJsvxjo+uouD+UNrKQL7t4xTjLk=\n'),
    '03256 08137 04410 34510 81139 04554 07056 33092 64017 77558 57193 45591',
    'fingerprint',
  );
  const chacha = Floorlot.chachaBlock(
    hex('c46ec1b18ce8a878725a37e780dfb7351f68ed2e194c79fbc6aebee1a667975d'),
    0,
    [0xd531da1a | 0, 0x218268cf],
  );
  same(
    Floorlot.hexOf(chacha).slice(0, 64),
    'f63a89b75c2271f9368816542ba52f06ed49241792302b00b5e8f80ae9a473af',
    'ChaCha20 TC8',
  );
  same(
    Floorlot.hexOf(Floorlot.sha512(Floorlot.bytesOf('abc'))),
    'ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f',
    'SHA-512',
  );
  for (const n of [0, 1, 55, 56, 57, 63, 64, 65, 119, 120, 1000, 100001]) {
    const data = new Uint8Array(n).map((_, i) => i * 7),
      hash = new Floorlot.Sha256();
    for (let at = 0; at < n; at += 37) hash.update(data.subarray(at, at + 37));
    const expected = createHash('sha256').update(data).digest('hex');
    same(
      [Floorlot.hexOf(hash.digest()), Floorlot.hexOf(Floorlot.sha256(data))],
      [expected, expected],
      'SHA-256 of ' + n,
    );
    same(
      Floorlot.hexOf(Floorlot.sha512(data)),
      createHash('sha512').update(data).digest('hex'),
      'SHA-512 of ' + n,
    );
  }
  const line =
    '— panel.example/resident-1 gZgLkAAAAABlU/EAtbitXbxIA4qwcc0gg0eZZqCPBSUr8R/TKsY4FIYx2quJ2tDmuokInX9WBWkoidPgob0Y0BMTzwU2oaZ64oidCQ==';
  const sign = Floorlot.readSignature(line),
    key = Floorlot.goodKey(hex('03a107bff3ce10be1d70dd18e74bc09967e4d6309ba50d5f1ddc8664125531b8'));
  const text = Floorlot.signedText(
    sign.time,
    Floorlot.checkpointBody('draw.example/2026-001', 8, tree.root()),
  );
  same(
    [sign.keyId, sign.time.toString(), Floorlot.sha256Text(text)],
    ['81980b90', '1700000000', 'a99d1b30905075cb9806fede19524baff12c74b772c3c85e4b34ede88f54c241'],
    'cosignature',
  );
  check(
    Floorlot.verifySignature(key, Floorlot.bytesOf(text), sign.signature),
    'cosignature verifies',
  );
  check(
    !Floorlot.verifySignature(key, Floorlot.bytesOf(text + ' '), sign.signature),
    'over another text it does not',
  );
  check(
    Floorlot.readKey('example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k')
      .name === undefined,
    'a note key (type 1) is refused',
  );
}

// ---- RFC 8032 section 7.1, signatures made here, and strictness
{
  const hex = Floorlot.fromHex;
  const verify = (pub, message, signature) => {
    const key = Floorlot.goodKey(hex(pub));
    return key !== null && Floorlot.verifySignature(key, hex(message), hex(signature));
  };
  const rfc = [
    [
      'd75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a',
      '',
      'e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b',
    ],
    [
      '3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c',
      '72',
      '92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00',
    ],
    [
      'fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025',
      'af82',
      '6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a',
    ],
  ];
  const L = (1n << 252n) + 27742317777372353535851937790883648493n;
  const number = (h) => BigInt('0x' + h.match(/../g).reverse().join('')),
    bytes = (n) => n.toString(16).padStart(64, '0').match(/../g).reverse().join('');
  for (const [pub, message, signature] of rfc) {
    check(verify(pub, message, signature), 'RFC 8032 ' + message);
    check(!verify(pub, message + '00', signature), 'another message');
    for (let i = 0; i < 128; i += 9)
      check(
        !verify(
          pub,
          message,
          signature.slice(0, i) + (signature[i] === '0' ? '1' : '0') + signature.slice(i + 1),
        ),
        'changed signature',
      );
    check(
      !verify(pub, message, signature.slice(0, 64) + bytes(number(signature.slice(64)) + L)),
      'S not reduced',
    );
  }
  for (let i = 0; i < 40; i++) {
    const { publicKey, privateKey } = generateKeyPairSync('ed25519'),
      message = Buffer.from('message ' + i);
    const pub = publicKey.export({ format: 'der', type: 'spki' }).subarray(-32).toString('hex');
    check(
      verify(pub, message.toString('hex'), sign(null, message, privateKey).toString('hex')),
      'a signature made here',
    );
  }
  // The eight points whose order divides 8, and encodings that are not canonical.
  const P = (1n << 255n) - 19n,
    low = [
      '0100000000000000000000000000000000000000000000000000000000000000',
      'ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
      '0000000000000000000000000000000000000000000000000000000000000000',
      '0000000000000000000000000000000000000000000000000000000000000080',
      'c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a',
      'c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa',
      '26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05',
      '26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85',
    ];
  for (const point of low) {
    check(Floorlot.goodKey(hex(point)) === null, 'key of small order ' + point);
    // A = R of small order, S = 0: verifiers that are not strict accept some of these.
    check(!verify(rfc[0][0], '', point + '00'.repeat(32)), 'R of small order');
  }
  for (let y = P; y < P + 19n; y++)
    check(Floorlot.goodKey(hex(bytes(y))) === null, 'key not canonical');
  check(
    Floorlot.goodKey(hex('0100000000000000000000000000000000000000000000000000000000000080')) ===
      null,
    'x = 0 with sign',
  );
  check(
    Floorlot.goodKey(hex('0200000000000000000000000000000000000000000000000000000000000000')) ===
      null,
    'no point',
  );
  // With the secret scalar a known: R of small order that fits k by chance; S = k·a, R = T. Made so
  // that [S]B - [k]A = R only for R = identity.
  const identity = low[0];
  const seed = new Uint8Array(32).fill(7),
    h = Floorlot.sha512(seed).slice(0, 32);
  h[0] &= 248;
  h[31] &= 127;
  h[31] |= 64;
  const a = number(Floorlot.hexOf(h));
  const pub = createPublicKey(
    createPrivateKey({
      key: Buffer.concat([hex('302e020100300506032b657004220420'), seed]),
      format: 'der',
      type: 'pkcs8',
    }),
  )
    .export({ format: 'der', type: 'spki' })
    .subarray(-32)
    .toString('hex');
  const k = number(Floorlot.hexOf(Floorlot.sha512(hex(identity + pub + '61')))) % L;
  check(!verify(pub, '61', identity + bytes((k * a) % L)), 'R the identity, with a right equation');
}

// ---- section 9: the worked example, value by value
{
  const { state, report } = Floorlot.examine(read('worked/transcript.jsonl'));
  same(
    Floorlot.hexOf(state.tree.leaves[1]),
    'c0e538412322bc7b4213feab7b02e00d6e978ad6ca5a7a5b3853305d174168f0',
    'leaf of line 2',
  );
  same(
    Floorlot.hexOf(state.plan.root),
    'a6b0af0ae824cda7f4da04e0809b2fc63a3eba8b83f9436b2902fbb78c538cb9',
    'plan root',
  );
  same(
    state.ceremony.seed,
    '0463da00d766fb87bbf63c233b31657a2c0d538c9842372e578f5b62c53006ed',
    'seed',
  );
  same(
    report.checkpoints.map((c) => c.fingerprint),
    [
      '03256 08137 04410 34510 81139 04554 07056 33092 64017 77558 57193 45591',
      '30848 08206 71578 65486 38484 91530 64514 17013 76059 87986 98093 40489',
      '96624 05912 80972 23449 48480 75702 50812 34134 42460 05443 54325 02944',
    ],
    'fingerprints',
  );
  same(
    state.plan.households.map((h) => [String(h.ticket), String(h.lot), h.holds.id]),
    [
      ['12100841181807085445', '196114929942908232021793278079164511450', 'A-1801'],
      ['12995935166091730463', '155520920920900825409320859588335842362', 'A-0301'],
    ],
    'tickets, lots and units',
  );
  same(
    [report.verdict, report.level, report.signed],
    ['verified', 'consistent', true],
    'worked example',
  );
}

// ---- every beginning of a right file is unfinished, and says how far it goes; where a line was
// torn it says so
for (const name of [
  'valid/aftermath.jsonl',
  'valid/void-in-the-draw.jsonl',
  'valid/undo-twice.jsonl',
]) {
  const whole = read('corpus/' + name);
  for (let n = 1, at = whole.indexOf(10); at >= 0; n++, at = whole.indexOf(10, at + 1)) {
    const report = Floorlot.verify(whole.slice(0, at + 1), { skipSignatures: true }),
      closing =
        Buffer.from(whole.subarray(0, at)).lastIndexOf('{"kind":"closing"') >
        Buffer.from(whole.subarray(0, at)).lastIndexOf('\n');
    same(
      [report.verdict, report.level, report.totals.lines],
      [closing ? 'verified' : 'unfinished', closing ? 'consistent' : 'none', n],
      `${name}, ${n} lines`,
    );
    const torn = Floorlot.verify(whole.slice(0, at), { skipSignatures: true });
    same(
      [torn.verdict, torn.unfinished && torn.unfinished.lines],
      n === 1 ? ['unfinished', 0] : ['unfinished', n - 1],
      `${name}, without the LF of line ${n}`,
    );
  }
}
{
  const { unfinished } = Floorlot.verify(read('corpus/unfinished/cut-in-the-draw.jsonl'));
  same(
    Floorlot.unfinishedWords(unfinished).en,
    'This transcript is UNFINISHED: there is no result yet. It keeps the rules to line 39. It is sealed by a checkpoint to line 32; nothing seals the 7 lines after it, and anybody could have changed or added them. It is not verified, and nothing in it is a final result. If it was published as a finished draw, its end is missing: ask for the whole file.',
    'words',
  );
  const crlf = Floorlot.verify(read('corpus/tampered/t1-cr-lf.jsonl'));
  same(
    [crlf.mode, crlf.changed.what, Floorlot.alteredWords(crlf).zh],
    [
      'official',
      'cr-lf',
      '本文件按现有内容【不成立】（第 T1 项）：字节与当时封存的不一致。除此之外没有发现问题：把行尾改回 LF，它就能通过核验，指纹如本报告所列。',
    ],
    'CR LF',
  );
}

// ---- my household: what people type
{
  const unit = (id, label) =>
      `{"kind":"unit","pool":"A","id":"${id}","label":"${label}","storey":9}`,
    home = (id, name) => `{"kind":"household","pool":"A","id":"${id}","name":"${name}","tier":1}`;
  const plan = [
    '{"kind":"plan","floorlot":1,"origin":"page.example/1","title":"x","mode":"rehearsal","attempt":1,"benches":2,"members":2,"sources":1,"pools":1,"units":5,"households":8}',
    ...['a', 'b'].map((id) => `{"kind":"bench","id":"${id}","title":"x","quorum":1}`),
    ...['a', 'b'].map((id) => `{"kind":"member","id":"${id}","bench":"${id}","name":"x"}`),
    '{"kind":"source","device":"dice","count":20,"range":10}',
    '{"kind":"pool","id":"A","title":"两室","building":"丰乐里7号楼","rule":"choice","absence":"lot","units":5,"households":8}',
    unit('B07-0902', '902'),
    unit('B07-1902', '1902'),
    unit('B07-0903', '2单元903室'),
    unit('B07-0101', '101'),
    unit('B07-902A', '902A'),
    home('H0001', '陆*明'),
    home('H0002', '欧阳*'),
    home('H0003', '欧*'),
    home('H0004', '张*'),
    home('H0005', '张*明'),
    home('H0006', '李女士'),
    home('H0007', 'A*** S***'),
    home('H0902', '古*·阿*'),
  ];
  const { state } = Floorlot.examine(Floorlot.bytesOf(plan.map((l) => l + '\n').join('')));
  const give = (u, h) => {
    const unit = state.plan.units[u],
      household = state.plan.households[h];
    household.pick = { unit, household };
    unit.taker = household.pick;
  };
  give(0, 0);
  give(1, 1);
  give(2, 2);
  const find = (text) => {
    const f = Floorlot.findHouseholds(state, text);
    return [f.one && f.one.id, f.hits.map((h) => h.id), f.masked, f.free.map((u) => u.id)];
  };
  for (const text of ['H0001', 'h0001', ' ｈ０００１ '])
    same(find(text), ['H0001', ['H0001'], false, []], text);
  for (const text of ['陆安明', '陆 安 明', '陆*明', '陆＊明'])
    same(find(text), [null, ['H0001'], true, []], text);
  same(find('欧阳静'), [null, ['H0002'], true, []], 'a surname of two characters');
  same(find('欧静'), [null, ['H0003'], true, []], 'of one');
  same(find('张小明'), [null, ['H0005'], true, []], 'the rule before what an office may have done');
  same(find('张小红'), [null, ['H0004'], true, []], 'masked more than the rule does');
  same(find('李静'), [null, ['H0006'], true, []], 'a title');
  same(find('Anna Smith'), [null, ['H0007'], true, []], 'letters');
  same(find('古丽·阿依'), [null, ['H0902'], true, []], 'parts of a name');
  same(find('古丽阿依'), [null, ['H0902'], true, []], 'without the dot');
  same(find('安居苑7号楼902')[0], 'H0001', 'the name of an estate before');
  same(find('王小明'), [null, [], false, []], 'nobody');
  same(find('明'), [null, ['H0001', 'H0005'], false, []], 'a part');
  for (const text of [
    '902室',
    '7号楼902',
    '7-902',
    '７号楼 ９０２ 室',
    '七号楼九〇二',
    '丰乐里7号楼902室',
    '7幢902',
    'B07-0902',
    'b07-902',
  ])
    same(find(text).slice(0, 2), ['H0001', ['H0001']], text);
  same(find('902'), [null, ['H0001', 'H0902'], false, []], 'a flat, and the end of an id');
  same(find('903'), ['H0003', ['H0003'], false, []], 'the end of a label');
  same(find('7-2-903')[0], 'H0003', 'with its unit');
  same(find('8号楼902'), [null, [], false, []], 'another building');
  same(find('101'), [null, [], false, ['B07-0101']], 'a flat that nobody has');
  same(find(''), [null, [], false, []], 'nothing');
}

// ---- what no checkpoint seals comes first; what is no older copy and no slip refutes nothing
{
  const lot = read('corpus/valid/lot.jsonl'),
    join = (...parts) => new Uint8Array(Buffer.concat(parts));
  const open = join(
    lot,
    Floorlot.bytesOf(`{"kind":"withdrawal","household":"H001","unit":"A-0901","reason":"x","sheet":"${'7'.repeat(64)}"}\n`),
  );
  const { verdict, unfinished } = Floorlot.verify(open, {});
  same(
    [verdict, unfinished.closed, unfinished.sealed],
    ['unfinished', 49, 47],
    'a withdrawal that is not sealed',
  );
  check(
    Floorlot.unfinishedWords(unfinished).en.startsWith(
      'Nothing seals the 1 line after line 49, and anybody could have changed or added them; a checkpoint seals the file to line 47. This transcript is finished to line 49',
    ),
    'it stands first',
  );
  check(
    Floorlot.unfinishedWords(unfinished).zh.startsWith(
      '第 49 行之后的 1 行没有任何封存，任何人都可能改动或添加过；检查点封存到第 47 行。',
    ),
    'it stands first',
  );
  for (const [older, words] of [
    [[0x1f, 0x8b, 8], 'packed'],
    [[0xef, 0xbb, 0xbf, ...lot], 'byte order mark'],
    [[0xff, 0xfe, 0x7b, 0], 'UTF-16'],
    [Buffer.from('<html>'), 'web page'],
    [Buffer.from('hello\n'), 'no transcript'],
  ]) {
    const report = Floorlot.verify(lot, { older: new Uint8Array(older) }),
      v2 = report.checks.find((c) => c.id === 'V2');
    same([report.verdict, v2.outcome], ['verified', 'not_run'], 'older copy, ' + words);
    check(v2.reason.en.includes(words), 'older copy, ' + words);
  }
  const persons = Floorlot.verify(read('corpus/valid/persons.jsonl'), { person: 'hello\n' }),
    v8 = persons.checks.find((c) => c.id === 'V8');
  same([persons.verdict, v8.outcome], ['verified', 'not_run'], 'no slip');
  // Section 10: what programs and typing do to an opening is forgiven, and nothing else.
  const slip = corpus.find((entry) => entry.evidence.person).evidence.person,
    salt = slip.split('\n')[4].slice(5),
    typed = (text) =>
      Floorlot.verify(read('corpus/valid/persons.jsonl'), { person: text }).checks.find(
        (c) => c.id === 'V8',
      ).outcome;
  for (const text of [
    slip,
    slip.trimEnd(),
    '\ufeff' + slip,
    slip.replaceAll('\n', '\r\n'),
    slip + ' \t\n\n',
    slip.replace(salt, salt.slice(0, 9).toUpperCase() + ' ' + salt.slice(9)),
  ])
    same(typed(text), 'passed', 'opening ' + JSON.stringify(text));
  for (const text of [
    '\n' + slip,
    slip.replace('\n', ' \n'),
    slip.replace('\n', '\n\n'),
    slip.replace('name ', 'name\u3000'),
    slip.replace('salt', 'SALT'),
  ])
    same(typed(text), 'not_run', 'no opening ' + JSON.stringify(text));
  check(v8.reason.zh.includes('不是住户的密封件'), 'no slip');
}

// ---- a receipt as programs save it
{
  const lines = Buffer.from(read('worked/transcript.jsonl')).toString().split('\n'),
    hash = (...parts) => createHash('sha256').update(Buffer.concat(parts)).digest();
  const path = (first, last, index) => {
    if (last - first === 1) return [hash(Buffer.from([0]), Buffer.from(lines[first])), []];
    let split = 1;
    while (split * 2 < last - first) split *= 2;
    const [left, a] = path(first, first + split, index),
      [right, b] = path(first + split, last, index);
    return [
      hash(Buffer.from([1]), left, right),
      index < first + split ? [...a, right] : [...b, left],
    ];
  };
  let text = 'floorlot/1 receipt\n';
  for (const n of [0, 6, 8, 9, 24, 25, 26])
    text += `index ${n}\nline ${lines[n]}\n${path(0, 30, n)[1]
      .map((h) => h.toString('base64') + '\n')
      .join('')}\n`;
  text += `draw.example/2026-001\n30\n${path(0, 30, 0)[0].toString('base64')}\n\n${JSON.parse(lines[31]).signature}\n${JSON.parse(lines[32]).signature}\n`;
  const check1 = (bytes) => Floorlot.verifyReceipt(new Uint8Array(bytes)),
    plain = check1(Buffer.from(text)),
    crlf = text.replaceAll('\n', '\r\n');
  same(
    [plain.verdict, plain.note, plain.checks[0].outcome],
    ['verified', undefined, 'passed'],
    'receipt',
  );
  for (const [saved, note] of [
    [crlf, 'CR LF'],
    [crlf.trimEnd(), 'CR LF'],
    [crlf + '\r\n \r\n', 'Empty lines'],
    [text + '\n\n', 'Empty lines'],
    [text.replace('\n', '\r\n'), 'CR LF'],
    [text + ' \t', 'Empty lines'],
    ['\ufeff' + text, 'byte order mark'],
  ]) {
    const result = check1(Buffer.from(saved));
    same(
      [result.verdict, result.checks[0].examined],
      ['verified', plain.checks[0].examined],
      'saved receipt',
    );
    check(result.note.en.includes(note), note);
  }
  same(check1(Buffer.from(text.trimEnd())).verdict, 'verified', 'without the last LF');
  // R3: the pick of another household breaks R2 alone, and still tells what the household of the
  // receipt had.
  const other = lines[25].replace(/"household":"[^"]*"/, '"household":"H999"'),
    { checks } = check1(Buffer.from(text.replace(lines[25], other)));
  same(
    [lines[25] === other, checks.map((c) => [c.id, c.outcome, c.faults.length])],
    [
      false,
      [
        ['R1', 'passed', 0],
        ['R2', 'failed', 1],
        ['R3', 'passed', 0],
        ['R4', 'not_run', 0],
        ['R5', 'not_run', 0],
      ],
    ],
    'a line that R2 refuses',
  );
  for (const other of [
    text.replaceAll('\n', ' \n'),
    text.replaceAll('\n', '\n\n'),
    text.replaceAll('\n', '\r'),
    text.slice(0, -2),
  ])
    same(check1(Buffer.from(other)).verdict, 'refuted', 'changed receipt');
  for (const [bytes, words] of [
    [Buffer.from('\ufeff ' + text), 'byte order mark'],
    [Buffer.from(text, 'utf16le'), 'UTF-16'],
    [[0x1f, 0x8b, 8], 'packed'],
    [Buffer.from('PK\x03\x04'), 'packed'],
    [Buffer.from('<html>'), 'the receipt itself'],
    [Buffer.from('\n' + text), 'empty line'],
    [Buffer.from(' ' + text), 'White space'],
    [Buffer.from(Buffer.from(text).toString('base64')), 'base64'],
    [Buffer.concat([Buffer.from(text), Buffer.from([0xcd, 0xf5, 10])]), 'not UTF-8'],
    [[0, 0, 0], 'zeros'],
    [[], 'empty line'],
    [Buffer.from('hello'), 'this is not a receipt'],
  ]) {
    const result = check1(bytes);
    same([result.verdict, result.checks.length], ['unreadable', 0], words);
    check(result.error.en.includes(words), words + ': ' + result.error.en);
  }
}

// ---- damage: never an exception, always a report
{
  let state = 12345;
  const random = (n) => {
    state = (Math.imul(state, 1103515245) + 12345) >>> 0;
    return (state >>> 8) % n;
  };
  const small = corpus
    .map((c) => c.file)
    .filter((f, i) => i % 3 === 0)
    .map((f) => read('corpus/' + f))
    .filter((b) => b.length < 40000 && b.length > 20);
  let reports = 0;
  for (let i = 0; i < 1500; i++) {
    let b = small[random(small.length)].slice();
    const kind = random(4);
    if (kind === 0) b = b.slice(0, random(b.length));
    for (let n = kind === 1 ? 1 : kind * 3; n > 0; n--)
      if (b.length)
        b[random(3) ? random(b.length) : Math.min(b.length - 1, 16 + random(200))] = random(256);
    if (!random(6)) b.set(Floorlot.bytesOf('{"kind":"plan",').subarray(0, b.length));
    try {
      const r = Floorlot.verify(b, {
        household: 'H001',
        fingerprints: ['x'],
        older: b.slice(0, random(b.length + 1)),
        person: 'x',
        recordings: {},
        scans: {},
        expect: 'official',
      });
      check(['verified', 'refuted', 'unreadable'].includes(r.verdict), 'a verdict');
      Floorlot.verifyReceipt(b);
      reports++;
    } catch (e) {
      check(false, 'threw: ' + e.stack);
    }
  }
  for (const odd of [
    '',
    '\n',
    '{',
    '{"kind":"plan",',
    '{"kind":"plan",}\n',
    '\n'.repeat(50),
    '{"kind":"plan","floorlot":' + '9'.repeat(70000) + '\n',
  ]) {
    try {
      Floorlot.verify(Floorlot.bytesOf(odd));
      Floorlot.verifyReceipt(Floorlot.bytesOf(odd));
    } catch (e) {
      check(false, 'threw on ' + odd.slice(0, 30) + e.stack);
    }
  }
  console.log(`damage: ${reports} of 1500 reports`);
}
// ---- every byte of a small signed transcript, each of its eight bits changed: never verified
{
  const whole = read('worked/transcript.jsonl'),
    report = Floorlot.verify(whole);
  same([report.verdict, report.signed], ['verified', true], 'the signed transcript');
  let refused = 0,
    full = 0;
  for (let i = 0; i < whole.length; i++) {
    for (let bit = 0; bit < 8; bit++) {
      const b = whole.slice();
      b[i] ^= 1 << bit;
      // What is refused without looking at the signatures is refused; only if it is not, they are
      // looked at too.
      let r = Floorlot.verify(b, { skipSignatures: true });
      if (r.verdict === 'verified') {
        full++;
        r = Floorlot.verify(b);
      }
      if (r.verdict !== 'verified') refused++;
      else check(false, `bit ${bit} of byte ${i} changed, and verified`);
    }
  }
  same(refused, whole.length * 8, 'changed bits refused');
  console.log(
    `changed bits: ${refused} of ${whole.length * 8} refused, ${full} of them by a signature`,
  );
}
// ---- P7: the lines of a kind beyond its caps, with caps that a small file goes beyond. Without them
// 2 benches, 5 members, 3 pools, 13 units and 11 households are read of `estate`. test_verify.py has
// the same table.
{
  const lowered = (lines, idBytes) =>
    load(page, (text) => {
      const caps = 'lines: 10000000, idBytes: 640000000';
      check(text.split(caps).length === 2, 'the caps of P7 stand once in the page');
      return text.replace(caps, `lines: ${lines}, idBytes: ${idBytes}`);
    });
  // lines, bytes of ids; faults of P7 and P1; how many ids P2 examines; the kinds and lines at fault
  const table = [
    [13, 78, 0, 0, 36, []],
    [12, 640, 1, 1, 35, [['unit', 25]]],
    [10, 640, 2, 2, 32, [['unit', 23], ['household', 36]]],
    [100, 40, 2, 3, 28, [['unit', 19], ['household', 36]]],
    [3, 640, 3, 6, 15, [['member', 7], ['unit', 16], ['household', 29]]],
    [0, 640, 5, 0, 0, [['bench', 2], ['member', 4], ['pool', 10], ['unit', 13], ['household', 26]]],
  ];
  for (const [lines, idBytes, p7, p1, ids, at] of table) {
    const report = lowered(lines, idBytes).verify(read('corpus/valid/estate.jsonl'));
    const of = (id) => report.checks.find((c) => c.id === id);
    const what = `caps of ${lines} lines and ${idBytes} bytes`;
    same([of('P7').failed, of('P1').failed], [p7, p1], what + ', faults of P7 and P1');
    same(of('P2').examined, ids, what + ', ids examined');
    same(of('P7').faults.map((f) => [f.place, f.line]), at, what + ', where');
    for (const { found, expected, place: kind } of of('P7').faults) {
      same(found, { en: 'one more', zh: '又一行' }, what + ', found');
      const words = {
        en: `at most ${lines} ${kind} lines, with ${idBytes} bytes of ids`,
        zh: `至多 ${lines} 个 ${kind} 行，编号共 ${idBytes} 字节`,
      };
      same(expected, words, what + ', expected');
    }
  }
}
// ---- the page holds to its own rules; and the verifier in it knows of no page, no clock and no
// randomness (load.mjs takes them away, too)
const [verifier, ...others] = scriptsOf(page);
same(others.length, 1, 'scripts after the verifier');
check(
  !/\b(document|window|navigator|performance|Date|crypto)\b[.(]|Math\.random|setTimeout/.test(
    verifier,
  ),
  'the verifier by itself',
);
check(
  !/innerHTML|outerHTML|insertAdjacentHTML|document\.write|eval\(|new Function|fetch\(|XMLHttpRequest|WebSocket|localStorage|sessionStorage|indexedDB|crypto\.subtle/.test(
    scriptsOf(page).join(''),
  ),
  'no markup from text, no network, no storage',
);
console.log(failures ? `${failures} WRONG, ${passes} right` : `all right: ${passes} assertions`);
process.exit(failures ? 1 : 0);
