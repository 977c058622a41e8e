//! Signed notes: a checkpoint goes out, signatures come in.

use crate::disk::recognize;
use crate::disk::whole;
use crate::keys::key_file;
use crate::keys::note_file::read_note;
use crate::keys::signed::{self, Last, Now, Signed};
use crate::words::say::{Stop, Told, counted, in_file, program, tr, warn};
use clap::builder::RangedU64ValueParser;
use clap::{Args, value_parser};
use floorlot::Hash;
use floorlot::lines::{Line, Stage};
use floorlot::note::{
    Cosignature, NoteError, OtherSignature, SignedNote, VerifierKey, cosignature_message,
    parse_checkpoint,
};
use floorlot::primitives::tree::{Fingerprint, Tree, leaf_hash};
use floorlot::rules::Lang;
use floorlot::sign::{SigningKey, verify};
use floorlot_verify::common::lang::shown;
use std::io::{ErrorKind, Read, Write};
use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::time::{SystemTime, UNIX_EPOCH};

/// A time: tlog-cosignature has no later one than 2^63 - 1.
fn seconds() -> RangedU64ValueParser<u64> {
    value_parser!(u64).range(..=i64::MAX.unsigned_abs())
}

/// Which checkpoint.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Which {
    Plan,
    Reveals,
    /// That of a day of the draw, from 1; of the last day that is closed, if none is named.
    Day(Option<u64>),
    Result,
    Last,
    /// The one over so many lines.
    Size(u64),
}

impl FromStr for Which {
    type Err = String;

    fn from_str(text: &str) -> Result<Which, String> {
        match text {
            "plan" => Ok(Which::Plan),
            "reveals" => Ok(Which::Reveals),
            "result" => Ok(Which::Result),
            "last" => Ok(Which::Last),
            "day" => Ok(Which::Day(None)),
            number => {
                let day = number.strip_prefix("day").map(|day| day.parse().map(Some));
                let which = day.map(|day| day.map(Which::Day));
                which.unwrap_or_else(|| number.parse().map(Which::Size)).map_err(|_| "plan, reveals, day, day2, result, last, or a number of lines · 应为 plan、reveals、day、day2、result、last，或检查点之前的行数".into())
            }
        }
    }
}

/// What `note` is given.
#[derive(Args)]
pub(crate) struct NoteArgs {
    /// The transcript, also of a draw that is not finished · 记录文件，未完成的也可以
    transcript: PathBuf,
    /// Which checkpoint: plan, reveals, day (the last that was closed) or day2, result, last, or the
    /// number of lines before it · 哪个检查点，或其之前的行数
    #[arg(long, default_value = "last")]
    checkpoint: Which,
}

/// What `sign` is given.
#[derive(Args)]
pub(crate) struct SignArgs {
    /// The note; - is standard input · 签名单，- 为标准输入
    #[arg(default_value = "-", conflicts_with = "transcript")]
    note: PathBuf,
    /// The transcript in place of a note: its checkpoint is recomputed, and compared with the one
    /// signed last · 用记录代替签名单：重新计算检查点，并与上次所签的比较
    #[arg(long, value_name = "FILE", requires = "state")]
    transcript: Option<PathBuf>,
    /// The file in which this program keeps what was signed last, draw by draw; it is made when it
    /// is not there · 保存上次所签内容的文件，没有则新建
    #[arg(long, value_name = "FILE", requires = "transcript")]
    state: Option<PathBuf>,
    /// Which checkpoint of the transcript: plan, day or day2, result, last, or the number of lines before it ·
    /// 签记录中的哪个检查点，或其之前的行数
    #[arg(long, default_value = "last", requires = "transcript")]
    checkpoint: Which,
    /// The secret key · 密钥文件
    #[arg(long, value_name = "FILE")]
    key: PathBuf,
    /// The name of the key, if the file has none · 密钥名称（文件中没有时）
    #[arg(long)]
    name: Option<String>,
    /// The time of signing, in seconds since 1970 (default: now) · 签名时间，默认现在
    #[arg(long, value_name = "SECONDS", value_parser = seconds())]
    time: Option<u64>,
    /// The file to write, whole or not at all; the note itself may be named, no other file is
    /// replaced (default: standard output) · 写出的文件；可以就是签名单本身，不覆盖其他文件；默认写到标准输出
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
}

/// What `message` is given.
#[derive(Args)]
pub(crate) struct MessageArgs {
    /// The note; - is standard input · 签名单，- 为标准输入
    #[arg(default_value = "-")]
    note: PathBuf,
    /// The time of signing, in seconds since 1970 · 签名时间
    #[arg(long, value_name = "SECONDS", value_parser = seconds())]
    time: u64,
}

/// What `attach` is given.
#[derive(Args)]
pub(crate) struct AttachArgs {
    /// The note; - is standard input · 签名单，- 为标准输入
    #[arg(default_value = "-")]
    note: PathBuf,
    /// The public key, as `key show` prints it, or a file with it · 公钥，或公钥文件
    #[arg(long, value_name = "KEY|FILE")]
    vkey: String,
    /// The name of the key, if the file has none · 密钥名称（文件中没有时）
    #[arg(long, value_name = "NAME")]
    name: Option<String>,
    /// The time that was signed · 所签的时间
    #[arg(long, value_name = "SECONDS", value_parser = seconds())]
    time: u64,
    /// The file with the 64 bytes of the signature, or their 128 hex digits · 签名文件（64 字节），或 128
    /// 位十六进制
    #[arg(long, value_name = "FILE|HEX")]
    signature: String,
}

/// Prints a checkpoint with the signatures that the transcript has under it.
pub(crate) fn note(args: &NoteArgs, lang: Lang) -> Result<(), Stop> {
    let sealed = sealed(&args.transcript, args.checkpoint, None, lang)?;
    if sealed.stage == Stage::Reveals {
        warn(nobody_signs(sealed.size, lang));
    }
    // Each member sees what the record says of them: who refused was not away.
    if !sealed.said.is_empty() {
        let said = sealed.said.join("\n");
        warn(tr!(
            lang,
            "What the record says of each member under this checkpoint (who refused was not away):\n{said}",
            "记录中每位监督员对此检查点的表态（拒签的人不应记为不在场）：\n{said}"
        ));
    }
    print(&sealed.note.to_string(), lang)
}

/// The notes of all checkpoints of a transcript that was read, in their order.
pub(crate) fn notes(path: &Path, bytes: &[u8], lang: Lang) -> Result<Vec<(Stage, String)>, Stop> {
    let all = checkpoints(path, bytes, None, lang)?;
    Ok(all.into_iter().map(|sealed| (sealed.stage, sealed.note.to_string())).collect())
}

/// A checkpoint of a transcript, recomputed.
pub(super) struct Sealed {
    /// With the signatures under it.
    pub(super) note: SignedNote,
    stage: Stage,
    /// How many days are closed.
    day: u64,
    pub(super) size: u64,
    root: Hash,
    /// The root over the first lines that were asked for, if the checkpoint is over so many.
    root_then: Option<Hash>,
    /// What its sign-off says of each member, in words.
    said: Vec<String>,
}

/// Reads a checkpoint of a transcript, and recomputes the root over its first `then` lines.
pub(super) fn sealed(
    path: &Path,
    which: Which,
    then: Option<u64>,
    lang: Lang,
) -> Result<Sealed, Stop> {
    let bytes = std::fs::read(path).map_err(|error| Stop::file(lang, path, error))?;
    let all = checkpoints(path, &bytes, then, lang)?;
    let sizes: Vec<String> = all.iter().map(|sealed| sealed.size.to_string()).collect();
    let is_it = |sealed: &Sealed| which.is(sealed.stage, sealed.size, sealed.day);
    if let Some(found) = all.into_iter().rfind(is_it) {
        return Ok(found);
    }
    if let Some(changed) = recognize::changed(&bytes) {
        return Err(Stop::file(lang, path, changed));
    }
    let sizes = if sizes.is_empty() { tr!(lang, "none", "无") } else { sizes.join(", ") };
    let none = tr!(
        lang,
        "there is no such checkpoint in it yet; those that are there are over this many lines: {sizes}",
        "其中还没有这个检查点；已有检查点之前的行数：{sizes}"
    );
    Err(Stop::file(lang, path, none))
}

/// All checkpoints, each with what stands under it.
fn checkpoints(
    path: &Path,
    bytes: &[u8],
    then: Option<u64>,
    lang: Lang,
) -> Result<Vec<Sealed>, Stop> {
    let (mut all, mut root_then, mut day): (Vec<Sealed>, _, u64) = (Vec::new(), None, 0);
    let mut tree = Tree::new();
    for bytes in bytes.split_inclusive(|b| *b == b'\n').filter_map(|line| line.strip_suffix(b"\n"))
    {
        let before = (tree.size(), tree.root());
        if then == Some(before.0) {
            root_then = Some(before.1);
        }
        tree.push_leaf(leaf_hash(bytes));
        let Ok(line) = Line::decode(bytes) else { continue };
        if let Some(sealed) = all.last_mut() {
            sealed.said.extend(statement(&line, lang));
        }
        match (line, all.last_mut()) {
            (Line::Checkpoint { stage, body, .. }, _) => {
                let told = parse_checkpoint(&body).ok().map(|(_, size, root)| (size, root));
                // T3: nobody is given a checkpoint to sign that is not that of the lines before it.
                let Some((size, root)) = told.filter(|told| *told == before) else {
                    return Err(Stop::file(lang, path, not_of_its_lines(tree.size(), lang)));
                };
                day += u64::from(stage == Stage::Day);
                let note = SignedNote { body: body.into(), signatures: vec![], others: vec![] };
                all.push(Sealed { note, stage, day, size, root, root_then, said: Vec::new() });
            }
            // The line of the log is the first.
            (Line::Log { signature, .. }, Some(sealed)) => {
                sealed.note.others.push(OtherSignature { after: 0, line: signature.into() });
            }
            (Line::Cosignature { signature, .. }, Some(sealed)) => {
                sealed.note.signatures.extend(signature.parse::<Cosignature>().ok());
            }
            _ => {}
        }
    }
    Ok(all)
}

/// What is said of the checkpoint of the reveals, which is there to be noted and compared.
fn nobody_signs(size: u64, lang: Lang) -> String {
    tr!(
        lang,
        "the checkpoint over {size} lines is that of the reveals: it is read aloud and noted before the first public number, and nobody signs it; plan and result are signed",
        "{size} 行的检查点是密语公开检查点：在第一个公开随机数之前宣读、记下，无需签名；签名的是方案和结果"
    )
}

/// What a line of a sign-off says of its member.
fn statement(line: &Line<'_>, lang: Lang) -> Option<String> {
    Some(match line {
        Line::Cosignature { member, .. } => {
            tr!(lang, "  {member}: signed by key", "  {member}：密钥签名")
        }
        Line::Paper { member, .. } => {
            tr!(lang, "  {member}: signed on paper", "  {member}：纸面签名")
        }
        Line::Dissent { member, reason, .. } => {
            let reason = shown(reason);
            tr!(lang, "  {member}: REFUSED to sign: {reason}", "  {member}：拒绝签名：{reason}")
        }
        Line::Unsigned { member, .. } => {
            tr!(lang, "  {member}: away, did not sign", "  {member}：不在场，未签名")
        }
        _ => return None,
    })
}

fn not_of_its_lines(line: u64, lang: Lang) -> String {
    tr!(
        lang,
        "line {line}: found a checkpoint that is not that of the lines before it [T3]; expected the transcript as it was written; do not sign it, and verify the file (verify_transcript)",
        "第 {line} 行：检查点与其前面的各行不符 [T3]；应为原样的记录；请勿签名，并先核验文件（verify_transcript）"
    )
}

impl Which {
    /// Whether it is the checkpoint over so many lines, when so many days have been closed.
    fn is(self, stage: Stage, size: u64, day: u64) -> bool {
        match self {
            Which::Size(own) => own == size,
            Which::Plan => stage == Stage::Plan,
            Which::Reveals => stage == Stage::Reveals,
            Which::Day(own) => stage == Stage::Day && own.is_none_or(|own| own == day),
            Which::Result => stage == Stage::Result,
            Which::Last => true,
        }
    }
}

/// Signs, after saying what is signed.
pub(crate) fn sign(args: &SignArgs, lang: Lang) -> Result<(), Stop> {
    if let (Some(transcript), Some(state)) = (&args.transcript, &args.state) {
        return witness(args, transcript, state, lang);
    }
    let note = read(&args.note, lang)?;
    tell(&note, &args.note, lang)?;
    let key = key_file::secret(&args.key, args.name.as_deref(), lang)?;
    give(args, note, &key, lang)?;
    warn(tr!(
        lang,
        "Signed from the note alone: whether it is the checkpoint of the transcript, and goes on from what was signed before, was not compared (`sign --transcript FILE --state FILE` does).",
        "只凭签名单签名：未核对它是否为记录的检查点、是否与以前所签的衔接（sign --transcript 文件 --state 文件 可核对）。"
    ));
    Ok(())
}

/// Signs the checkpoint of a transcript that goes on from the one signed last.
fn witness(args: &SignArgs, transcript: &Path, state: &Path, lang: Lang) -> Result<(), Stop> {
    let mut signed = Signed::read(state, lang)?;
    let first = sealed(transcript, args.checkpoint, None, lang)?;
    let (origin, ..) =
        first.note.checkpoint().map_err(|error| Stop::file(lang, transcript, error.words()))?;
    let last = signed.last(origin);
    let sealed = match last {
        Some(last) => sealed(transcript, args.checkpoint, Some(last.size), lang)?,
        None => sealed(transcript, args.checkpoint, None, lang)?,
    };
    let root_then = match last {
        Some(last) if last.size == sealed.size => Some(sealed.root),
        _ => sealed.root_then,
    };
    let Sealed { note, stage, size, root, .. } = sealed;
    // S1: nothing stands under the checkpoint of the reveals.
    if stage == Stage::Reveals {
        return Err(Stop::file(lang, transcript, nobody_signs(size, lang)));
    }
    let now = Now { origin, stage, size, root, root_then };
    if let Some(last) = last {
        signed::check(last, &now, lang).map_err(|why| Stop::file(lang, transcript, why))?;
    }
    let key = key_file::secret(&args.key, args.name.as_deref(), lang)?;
    tell_last(last, &signed, lang);
    tell(&note, transcript, lang)?;
    confirmed(lang)?;
    // On the disk before the signature is given: after a power cut the same one is given again.
    signed.remember(&now, lang)?;
    give(args, note, &key, lang)?;
    warn(tr!(
        lang,
        "Signed after comparing with the transcript and with what was signed before.",
        "已与记录及以前所签内容核对后签名。"
    ));
    Ok(())
}

/// Says what was signed last of this draw.
fn tell_last(last: Option<&Last>, signed: &Signed, lang: Lang) {
    warn(match last {
        Some(last) => {
            let (size, fingerprint) = (last.size, last.fingerprint());
            tr!(
                lang,
                "Signed last of this draw: its first {size} lines, which are the same in this transcript:\n    {fingerprint}",
                "本次抽签上次所签：前 {size} 行，与这份记录一致：\n    {fingerprint}"
            )
        }
        None if signed.was_there() => {
            tr!(lang, "Nothing of this draw was signed before.", "以前没有签过这次抽签。")
        }
        None => tr!(
            lang,
            "There is no file of what was signed before; it is made now. Whoever signed before gives the file of that time.",
            "没有已签记录文件，现在新建。以前签过的，请改用当时的文件。"
        ),
    });
}

/// Asks whether it is to be signed; nothing but yes is yes.
fn confirmed(lang: Lang) -> Result<(), Stop> {
    warn(tr!(lang, "Sign it? yes or no", "要签名吗？请答“是”或“否”"));
    let mut answer = String::new();
    let read = std::io::stdin().read_line(&mut answer);
    let agreed =
        read.is_ok() && matches!(answer.trim().to_lowercase().as_str(), "yes" | "y" | "是");
    if agreed {
        return Ok(());
    }
    Err(Stop::Failed(tr!(lang, "Nothing was signed.", "未签名。")))
}

/// Puts the signature on the note, and gives that.
fn give(args: &SignArgs, mut note: SignedNote, key: &SigningKey, lang: Lang) -> Result<(), Stop> {
    let time = args
        .time
        .unwrap_or_else(|| SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |d| d.as_secs()));
    let signature = key.cosign(&note.body, time);
    note.put(signature).map_err(|error| Stop::file(lang, &args.note, error.words()))?;
    match &args.out {
        None => print(&note.to_string(), lang),
        Some(out) if out.as_os_str() == "-" => print(&note.to_string(), lang),
        Some(out) => write(out, &note, &args.note, lang),
    }
}

/// Writes the signed note, in place of none but the note that was signed.
fn write(out: &Path, note: &SignedNote, from: &Path, lang: Lang) -> Result<(), Stop> {
    let itself =
        matches!((out.canonicalize(), from.canonicalize()), (Ok(out), Ok(from)) if out == from);
    let (shown, count) = (out.display(), note.signatures.len());
    whole::write(out, note.to_string().as_bytes(), itself).map_err(|error| match error.kind() {
        ErrorKind::AlreadyExists => {
            let there = tr!(
                lang,
                "found another file of this name; it stays as it is; name a new file with --out, or the note itself",
                "已有同名的另一个文件，保持原样；请用 --out 另指新文件，或指签名单本身"
            );
            Stop::file(lang, out, there)
        }
        _ => Stop::file(lang, out, error),
    })?;
    let many = counted(count, "signature");
    warn(tr!(
        lang,
        "Signed: {shown} has {many} now. Give this file to the operator.",
        "已签名：{shown} 现有 {count} 个签名。请把这个文件交给操作员。"
    ));
    Ok(())
}

/// The bytes to be signed.
pub(crate) fn message(args: &MessageArgs, lang: Lang) -> Result<(), Stop> {
    let note = read(&args.note, lang)?;
    tell(&note, &args.note, lang)?;
    print(&cosignature_message(args.time, &note.body), lang)
}

/// Adds a signature that was made elsewhere, if it is right.
pub(crate) fn attach(args: &AttachArgs, lang: Lang) -> Result<(), Stop> {
    let mut note = read(&args.note, lang)?;
    tell(&note, &args.note, lang)?;
    let key = public_key(&args.vkey, args.name.as_deref(), lang)?;
    let signature = signature_bytes(&args.signature, lang)?;
    let made =
        Cosignature { name: key.name().into(), key_id: key.id(), time: args.time, signature };
    verify(&key, &note.body, &made).map_err(|error| {
        let (time, error) = (args.time, error.words());
        let error = error.get(lang);
        let program = program("draw_session");
        let message = tr!(
            lang,
            "--signature: {error}. What must be signed are exactly the bytes that `{program} message --time {time}` prints",
            "--signature：{error}。所签的必须正是 {program} message --time {time} 打印的字节"
        );
        Stop::Failed(message)
    })?;
    note.put(made).map_err(|error| Stop::file(lang, &args.note, error.words()))?;
    print(&note.to_string(), lang)
}

/// The public key given, or that in this file, with the name of the key where the file has none.
fn public_key(given: &str, name: Option<&str>, lang: Lang) -> Result<VerifierKey, Stop> {
    match given.trim().parse() {
        Ok(key) => Ok(key),
        Err(_) if Path::new(given).is_file() => key_file::public(Path::new(given), name, lang),
        Err(error) => {
            let error: NoteError = error;
            Err(Stop::Failed(in_file("--vkey", &error.words(), lang)))
        }
    }
}

fn signature_bytes(given: &str, lang: Lang) -> Result<[u8; 64], Stop> {
    let mut bytes = [0; 64];
    if hex::decode_to_slice(given.trim(), &mut bytes).is_ok() {
        return Ok(bytes);
    }
    let path = Path::new(given);
    let file = std::fs::read(path).map_err(|error| Stop::file(lang, path, error))?;
    let found = file.len();
    let wrong =
        tr!(lang, "a signature has 64 bytes, found {found}", "签名应为 64 字节，发现 {found} 字节");
    file.try_into().map_err(|_| Stop::file(lang, path, wrong))
}

/// Reads a note; one that is no checkpoint is refused, so that nobody signs something else.
fn read(path: &Path, lang: Lang) -> Result<SignedNote, Stop> {
    let mut bytes = Vec::new();
    let read = if path.as_os_str() == "-" {
        std::io::stdin().read_to_end(&mut bytes)
    } else {
        std::fs::File::open(path).and_then(|mut file| file.read_to_end(&mut bytes))
    };
    read.map_err(|error| Stop::file(lang, path, error))?;
    let (note, changes) = read_note(&bytes).map_err(|why| Stop::file(lang, path, why.get(lang)))?;
    let shown = path.display();
    changes.iter().for_each(|changes| warn(in_file(&shown, changes, lang)));
    Ok(note)
}

/// Says what is signed, to standard error.
fn tell(note: &SignedNote, path: &Path, lang: Lang) -> Result<(), Stop> {
    let (origin, size, root) =
        note.checkpoint().map_err(|error| Stop::file(lang, path, error.words()))?;
    let fingerprint = Fingerprint::of(origin, size, root);
    warn(tr!(
        lang,
        "This signs draw {origin}, its first {size} lines. Compare the fingerprint with what was read aloud:\n    {fingerprint}",
        "签名对象：{origin} 的前 {size} 行。请与宣读的指纹核对：\n    {fingerprint}"
    ));
    Ok(())
}

fn print(text: &str, lang: Lang) -> Result<(), Stop> {
    let mut out = std::io::stdout().lock();
    let written = out.write_all(text.as_bytes()).and_then(|()| out.flush());
    written.map_err(|error| {
        let error = error.told(lang);
        Stop::Failed(tr!(lang, "cannot write: {error}", "无法写出：{error}"))
    })
}
