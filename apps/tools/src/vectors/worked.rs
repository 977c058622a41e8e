//! The worked example: the draw of section 1 of the specification, with every value in between.

use floorlot::Hash;
use floorlot::ceremony::{Numbers, commit_text, commitment};
use floorlot::lines::Line;
use floorlot::note::cosignature_message;
use floorlot::plan::{Mode, Plan, Pool, Source};
use floorlot::primitives::seed::{Drawn, Keystream, numbers_in};
use floorlot::primitives::tree::{Fingerprint, checkpoint_body, leaf_hash, root_of};
use floorlot::session::{Awaits, Session, StepError};
use floorlot::sign::SigningKey;
use sha2::{Digest, Sha256};
use std::collections::BTreeSet;
use std::fmt::Write;

/// What r1 and o1 kept to themselves until the reveals, and the dice.
pub const SECRETS: &str =
    "reveal r1 7f3a91c05be24d68a1f0c3977e52b84d\nreveal o1 8842\ndice 00416293857710359265\n";

/// The markers in the specification, around what this program writes.
const MARKERS: [&str; 2] = ["<!-- worked-example -->\n", "<!-- /worked-example -->\n"];

/// Divides a big-endian number by 100000, and gives what is left.
fn divide(number: &mut [u8; 32]) -> u32 {
    let mut left = 0;
    for byte in number {
        let here = left * 256 + u32::from(*byte);
        (*byte, left) = ((here / 100_000) as u8, here % 100_000);
    }
    left
}

/// Puts the text between the markers of the specification.
pub fn put_into(spec: &str, text: &str) -> Result<String, String> {
    let [begin, end] = MARKERS;
    let parts = spec
        .split_once(begin)
        .and_then(|(before, rest)| rest.split_once(end).map(|(_, after)| (before, after)));
    let (before, after) =
        parts.ok_or("the specification lacks the markers of the worked example")?;
    Ok(format!("{before}{begin}{text}{end}{after}"))
}

/// The draw of the worked example.
#[derive(Debug)]
pub struct Example {
    lines: Vec<String>,
    plan_size: usize,
    plan_root: Hash,
    secret: String,
    commit: Hash,
    seed_text: String,
    seed: Hash,
    key: Hash,
    drawn: Vec<Drawn>,
    order: Vec<u32>,
}

/// The keys of the two members: the 32 bytes of r1's secret key are 0, 1, 2 and so on; those of
/// o1's are 32, 33, 34 and so on.
fn key_of(member: &str) -> SigningKey {
    let first = if member == "r1" { 0 } else { 32 };
    let seed = std::array::from_fn(|n| first + u8::try_from(n).expect("32 bytes"));
    SigningKey::from_seed(&format!("draw.example/{member}"), &seed)
        .expect("the name is one of a key")
}

/// When the members sign: 2026-01-10T09:00:00+08:00 the plan, two hours later the result.
const TIMES: [u64; 2] = [1_768_006_800, 1_768_014_000];

fn plan() -> Plan {
    let mut plan = unsigned_plan();
    for member in &mut plan.members {
        member.key = Some(key_of(&member.id).verifier().to_string());
    }
    plan
}

fn unsigned_plan() -> Plan {
    Plan::new("draw.example/2026-001", "7号地块回迁选房", Mode::Rehearsal)
        .bench("residents", "居民代表", 1, &[("r1", "王*")])
        .bench("officials", "工作人员", 1, &[("o1", "李*")])
        .source(Source::TWENTY_DICE)
        .pool(
            Pool::lot("A", "1号楼 两室", "1号楼")
                .unit("A-0301", "301", 3, &["step-free"])
                .unit("A-1801", "1801", 18, &[])
                .household("H001", "张*明", 1, &[])
                .household("H002", "欧阳*", 1, &["step-free"]),
        )
}

fn secret_of(contribution: &str) -> &'static str {
    SECRETS.lines().find_map(|line| line.strip_prefix(contribution)).expect("it is written above")
}

impl Example {
    /// Draws it.
    pub fn draw() -> Example {
        let mut session = Session::new(plan().validate().expect("the plan keeps every rule"));
        let mut lines = Vec::new();
        automatic(&mut session, &mut lines);
        let plan_size = lines.len() - 1;
        sign(&mut session, &mut lines, TIMES[0]);
        let plan_root = session.ceremony().plan_root();
        let secret = secret_of("reveal r1 ").to_owned();
        let commit = commitment(plan_root, "r1", &secret);
        let promised = [
            session.commit("r1", commit, None),
            session.envelope("o1", None),
            session.close_commits(None),
            session.reveal("r1", &secret, None),
            session.reveal("o1", secret_of("reveal o1 "), None),
            session.close_reveals(None),
        ];
        let made = |line: Result<Vec<u8>, StepError>| {
            String::from_utf8(line.expect("the step is in order")).expect("a line is UTF-8")
        };
        lines.extend(promised.map(made));
        automatic(&mut session, &mut lines);
        let dice = session.numbers(Numbers::Dice(secret_of("dice ").into()), None);
        lines.push(made(dice));
        automatic(&mut session, &mut lines);
        sign(&mut session, &mut lines, TIMES[1]);
        while let Some(line) = session.advance(None) {
            lines.push(String::from_utf8(line).expect("a line is UTF-8"));
        }
        let seed = session.seed().expect("it is there");
        Example {
            plan_size,
            plan_root,
            secret,
            commit,
            seed_text: session.seed_text().expect("it is there"),
            seed,
            key: floorlot::primitives::seed::pool_key(seed, "A"),
            drawn: session
                .roll()
                .household_numbers()
                .map(|h| session.drawn(h).expect("there are two"))
                .collect(),
            order: session.call_order().iter().map(|h| h.get()).collect(),
            lines,
        }
    }

    /// The file.
    pub fn transcript(&self) -> String {
        self.lines.iter().map(|line| format!("{line}\n")).collect()
    }
}

/// Every line that needs no decision.
fn automatic(session: &mut Session, lines: &mut Vec<String>) {
    while session.awaits() == Awaits::Automatic {
        let line = session.advance(None).expect("the stage says so");
        lines.push(String::from_utf8(line).expect("a line is UTF-8"));
    }
}

/// Both members sign the last checkpoint.
fn sign(session: &mut Session, lines: &mut Vec<String>, time: u64) {
    for member in ["r1", "o1"] {
        let body = session.checkpoint_body().expect("it was just made");
        let signature = key_of(member).cosign(body, time).to_string();
        let line = session.cosign(member, &signature, None).expect("the signature is right");
        lines.push(String::from_utf8(line).expect("a line is UTF-8"));
    }
}

/// A `printf '…' | sha256sum` as it looks in a terminal.
fn command(out: &mut String, script: &str, result: Hash) {
    let _ = writeln!(out, "```console\n$ {script} | sha256sum\n{result}  -\n```\n");
}

/// The same for a text with LF line ends.
fn text_command(out: &mut String, text: &str, result: Hash) {
    command(out, &format!("printf '{}'", text.replace('\n', "\\n")), result);
}

fn octal(bytes: &[u8]) -> String {
    bytes.iter().map(|b| format!("\\{b:03o}")).collect()
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|b| format!("{b:02x}")).collect()
}

fn spaced(bytes: &[u8]) -> String {
    bytes.iter().map(|b| format!("{b:02x}")).collect::<Vec<_>>().join(" ")
}

/// A subtree by its first line and the one after its last, both from 0.
type Range = (usize, usize);

/// The name of a node: the lines under it, from 1.
fn name((from, to): Range) -> String {
    if to - from == 1 { format!("{to}") } else { format!("{}..{to}", from + 1) }
}

/// The inner nodes under a range, from the leaves up, without those already given.
fn nodes((from, to): Range, given: &mut BTreeSet<Range>, out: &mut Vec<(Range, Range, Range)>) {
    if to - from < 2 || given.contains(&(from, to)) {
        return;
    }
    let middle = from + (to - from).next_power_of_two() / 2;
    nodes((from, middle), given, out);
    nodes((middle, to), given, out);
    given.insert((from, to));
    out.push(((from, to), (from, middle), (middle, to)));
}

impl Example {
    fn node(&self, (from, to): Range) -> Hash {
        let leaves: Vec<Hash> =
            self.lines[from..to].iter().map(|line| leaf_hash(line.as_bytes())).collect();
        root_of(&leaves)
    }

    /// Section 9, from its heading on.
    pub fn markdown(&self) -> String {
        let mut out = String::new();
        self.intro(&mut out);
        self.plan_tree(&mut out);
        self.checkpoint(&mut out);
        self.signature(&mut out);
        self.ceremony(&mut out);
        self.keystream(&mut out);
        self.order_and_picks(&mut out);
        self.result(&mut out);
        wrapped(&out)
    }

    fn intro(&self, out: &mut String) {
        let _ = write!(
            out,
            "## 9. A worked example\n\n\
             The draw of section 1, unshortened and with every value in between. The program `make_vectors` makes this section, and a test runs each command in it. \
             The transcript:\n\n```text\n{}```\n\n",
            self.transcript()
        );
    }

    /// Every leaf and inner node of the trees over the plan, up to the result, and up to the closing
    /// line: the first and the last of its lines, from 1, and the hash.
    pub fn tree(&self) -> String {
        let mut out = String::new();
        let (mut given, mut list) = (BTreeSet::new(), Vec::new());
        let closing = self.lines.len() - 1;
        for size in [self.plan_size, self.result_size(), closing] {
            nodes((0, size), &mut given, &mut list);
        }
        let leaves = (0..closing).map(|n| (n, n + 1));
        for node in leaves.chain(list.into_iter().map(|(node, ..)| node)) {
            let _ = writeln!(out, "{} {}", name(node), self.node(node));
        }
        out
    }

    /// The lines before the checkpoint of the result: behind it are two signatures and the closing
    /// line.
    fn result_size(&self) -> usize {
        self.lines.len() - 4
    }

    fn plan_tree(&self, out: &mut String) {
        out.push_str("### The plan tree (T3)\n\nThe leaf of a line is the hash of a zero byte and the line without its LF. Line 2:\n\n");
        command(out, &format!("printf '\\000%s' '{}'", self.lines[1]), self.node((1, 2)));
        let _ = write!(
            out,
            "An inner node is the hash of a one byte and the two nodes below it. `1..2` is over lines 1 and 2 \
             (here the 64 bytes of the two leaves are in octal, which every `printf` understands):\n\n"
        );
        let children = [self.node((0, 1)).0, self.node((1, 2)).0].concat();
        command(out, &format!("printf '\\001{}'", octal(&children)), self.node((0, 2)));
        let size = self.plan_size;
        let _ = writeln!(
            out,
            "{size} lines split at 8, the largest power of two below {size}; the last 3 split at 2. Every leaf and node stands in `tests/vectors/worked/tree.txt`.\n"
        );
        let _ = writeln!(
            out,
            "The plan root is node {}:\n\n```text\n{}\n```\n",
            name((0, size)),
            self.plan_root
        );
    }

    fn checkpoint(&self, out: &mut String) {
        let body = checkpoint_body(plan().origin.as_str(), self.plan_size as u64, self.plan_root);
        let mut number: [u8; 32] = Sha256::digest(format!("floorlot/1 fingerprint\n{body}")).into();
        let _ = write!(
            out,
            "### The checkpoint and the fingerprint\n\nThe body in line {} is three lines, each with its LF: origin, number of lines, and the 32 bytes of the plan root in base64.\n\n\
             ```text\n{body}```\n\n\
             The fingerprint, read aloud and posted before anybody commits, is made of the hash over the domain line and the body:\n\n\
             ```text\nsha256(\"floorlot/1 fingerprint\\n\" || body)\n  = {}\n```\n\n\
             This number is divided by 100000 again and again; the remainders are the groups, the last one first:\n\n\
             | group | remainder | quotient |\n|---|---|---|\n",
            self.plan_size + 1,
            hex(&number)
        );
        for group in (1..=12).rev() {
            let left = divide(&mut number);
            let _ = writeln!(out, "| {group} | {left:05} | `{}` |", hex(&number));
        }
        let _ = writeln!(out, "\n```text\n{}\n```\n", Fingerprint::of_body(&body));
    }

    fn signature(&self, out: &mut String) {
        let key = key_of("r1").verifier();
        let body = checkpoint_body(plan().origin.as_str(), self.plan_size as u64, self.plan_root);
        let signature = key_of("r1").cosign(&body, TIMES[0]);
        let _ = write!(
            out,
            "### A signature (P12, S2)\n\nThe secret keys of this example are known to everybody: that of r1 is the 32 bytes 0, 1, 2 and so on, that of o1 the bytes 32, 33, 34 and so on. \
             The public key of r1 by RFC 8032 is `{}`. Its key id is the first four bytes, `{}`, of the hash over the name, LF, the type byte 4 and the public key:\n\n",
            hex(key.public()),
            hex(&key.id()),
        );
        let preimage = [b"\x04".as_slice(), key.public()].concat();
        let hash =
            Hash(sha2::Sha256::digest([key.name().as_bytes(), b"\n", &preimage].concat()).into());
        command(out, &format!("printf '{}\\n{}'", key.name(), octal(&preimage)), hash);
        let _ = write!(
            out,
            "`key` in line 4 is the name, `+`, the key id, `+` and the base64 of type byte and public key. What r1 signs are these five lines, each with its LF \
             ({} bytes):\n\n```text\n{}```\n\nThe signature by RFC 8032 is\n\n```text\n{}\n{}\n```\n\n\
             and `signature` in line 13 is `— `, the name, a space, and the base64 of the key id `{}`, the time `{}` and this signature.\n\n",
            cosignature_message(TIMES[0], &body).len(),
            cosignature_message(TIMES[0], &body),
            hex(&signature.signature[..32]),
            hex(&signature.signature[32..]),
            hex(&key.id()),
            hex(&TIMES[0].to_be_bytes()),
        );
    }

    fn ceremony(&self, out: &mut String) {
        let _ = write!(
            out,
            "### Commitment, seed and key (C1, C6, D1)\n\nMember r1 made the secret `{}` and publishes its hash. \
             Member o1 hands in an envelope, and nothing else yet.\n\n",
            self.secret
        );
        text_command(out, &commit_text(self.plan_root, "r1", &self.secret), self.commit);
        let is_seal = |line: &&String| line.contains("\"stage\":\"reveals\"");
        let seal = self.lines.iter().find(is_seal).expect("the reveals are sealed");
        let Ok(Line::Checkpoint { body, .. }) = Line::decode(seal.as_bytes()) else {
            panic!("it is the checkpoint")
        };
        let _ = write!(
            out,
            "Both reveal, the reveals are closed and sealed by a checkpoint, which nobody signs. Its fingerprint is read aloud:\n\n```text\n{}\n```\n\n\
             Only then twenty dice are rolled. The seed is the hash of the plan root, the two secrets in plan order and the dice:\n\n",
            Fingerprint::of_body(&body)
        );
        text_command(out, &self.seed_text, self.seed);
        out.push_str("The key of pool A:\n\n");
        text_command(out, &format!("floorlot/1 pool\nseed {}\npool A\n", self.seed), self.key);
    }

    fn keystream(&self, out: &mut String) {
        out.push_str("### Tickets and lots (D3)\n\nThe keystream of ChaCha20 with this key. Household 0 (H001) owns block 0, household 1 (H002) block 1:\n\n```text\n");
        let mut stream = Keystream::new(self.key);
        let blocks = [stream.block(0), stream.block(1)];
        for (n, block) in blocks.iter().enumerate() {
            for (row, bytes) in block.chunks(16).enumerate() {
                let label = if row == 0 { format!("block {n}") } else { String::new() };
                let _ = writeln!(out, "{label:7}  {}", spaced(bytes));
            }
        }
        out.push_str(
            "```\n\nLittle-endian means that the bytes are read from the last to the first:\n\n",
        );
        out.push_str("| household | number | bytes in the block | in hexadecimal, turned round | in decimal |\n|---|---|---|---|---|\n");
        for (household, block) in ["H001", "H002"].iter().zip(&blocks) {
            let Drawn { ticket, lot } = numbers_in(block);
            let _ = writeln!(
                out,
                "| {household} | ticket | 0 to 7: `{}` | `{ticket:016x}` | {ticket} |",
                spaced(&block[..8])
            );
            let _ = writeln!(
                out,
                "| {household} | lot | 8 to 23: `{}` | `{lot:032x}` | {lot} |",
                spaced(&block[8..24])
            );
        }
        out.push('\n');
    }

    fn order_and_picks(&self, out: &mut String) {
        let [first, second] = [&self.drawn[0], &self.drawn[1]];
        assert!(
            self.order == [0, 1] && first.ticket < second.ticket,
            "the text below needs H001 to be called first"
        );
        let _ = write!(
            out,
            "### Order, offers and picks (D2, D4, D6)\n\n\
             Both are of tier 1 and neither is in a group, so the smaller ticket is called first: {} < {}, H001 before H002.\n\n\
             **H001 is called.** Free are A-0301 and A-1801, and H001 accepts both, because it needs nothing. The waiting, that is those with needs that are \
             not yet served and not the one just called, are {{H002}}.\n\n\
             - Is A-0301 offered? If it were no longer free, A-1801 alone would be left, and it is not step-free: H002 could not be given a unit that it accepts. \
             So A-0301 is held back.\n\
             - Is A-1801 offered? If it were no longer free, A-0301 would be left, and H002 accepts it. So it is offered.\n\n\
             By the algorithm: the classes are {{A-0301}} (step-free) and {{A-1801}} (not). H002 is matched to A-0301. The class of A-1801 has one free unit and none \
             matched, so it is loose. The class of A-0301 has one free and one matched, and H002, matched to it, accepts no loose class, so it is not.\n\n\
             Offered is A-1801, 1 unit. The lot gives number {} mod 1 = 0: A-1801.\n\n\
             **H002 is called.** Free is A-0301, and H002 accepts it. Nobody waits, so nothing is held back. Offered is A-0301, 1 unit. The lot gives number \
             {} mod 1 = 0: A-0301.\n\n\
             Nobody is left on standby and no unit is left over.\n\n",
            first.ticket, second.ticket, first.lot, second.lot,
        );
    }

    fn result(&self, out: &mut String) {
        let size = self.result_size();
        out.push_str("### The result (T3)\n\n");
        let Ok(Line::Checkpoint { body, .. }) = Line::decode(self.lines[size].as_bytes()) else {
            panic!("it is the checkpoint")
        };
        let _ = write!(
            out,
            "The root over the first {size} lines is node {}. The checkpoint body in line {}, which both sign as they signed the plan, and the fingerprint of the result:\n\n```text\n{body}```\n\n```text\n{}\n```\n\n",
            name((0, size)),
            size + 1,
            Fingerprint::of_body(&body)
        );
    }
}

/// How long a line of prose is at most.
const WIDTH: usize = 100;

/// Prose in lines of at most [`WIDTH`]; code, tables and headings stay as they are.
fn wrapped(markdown: &str) -> String {
    let (mut out, mut code) = (String::new(), false);
    for line in markdown.lines() {
        code ^= line.starts_with("```");
        if code || line.starts_with(['|', '#']) || line.chars().count() <= WIDTH {
            out.extend([line, "\n"]);
            continue;
        }
        let indent = if line.starts_with("- ") { "  " } else { "" };
        let mut column = 0;
        for word in line.split(' ') {
            let length = word.chars().count();
            if column > 0 && column + 1 + length > WIDTH {
                out.extend(["\n", indent]);
                column = indent.len();
            } else if column > 0 {
                out.push(' ');
                column += 1;
            }
            out.push_str(word);
            column += length;
        }
        out.push('\n');
    }
    out
}
