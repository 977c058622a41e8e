//! A member's key: made here on the member's own device, or with ssh-keygen or openssl. And the key
//! of a log, made by the office that holds the draw.

use crate::keys::key_file;
use crate::words::say::{Stop, no_randomness, say, tr};
use clap::Subcommand;
use floorlot::Fingerprint;
use floorlot::Hash;
use floorlot::note::{ED25519, VerifierKey};
use floorlot::plan::is_origin;
use floorlot::rules::Lang;
use floorlot::sign::{LogKey, SigningKey};
use sha2::{Digest, Sha256};
use std::fs::OpenOptions;
use std::io::Write;
use std::path::{Path, PathBuf};
use zeroize::Zeroizing;

/// What `key` is asked for.
#[derive(Subcommand)]
pub(crate) enum KeyWhat {
    /// Makes a key; the file is readable by its owner alone · 生成密钥，文件仅本人可读
    New {
        /// The name of the key, such as panel.example/r1: no space, no plus · 密钥名称，例如
        /// panel.example/r1
        #[arg(long)]
        name: String,
        /// The file to write; one that is there is never replaced · 写出的文件，不覆盖已有文件
        #[arg(long, value_name = "FILE")]
        out: PathBuf,
    },
    /// Makes the key of a log, with which the program that holds the draw signs every checkpoint by
    /// itself (`run --log-key`); a new one for each draw · 生成日志密钥，现场程序用它签署每个检查点；每次抽签另做一把
    Log {
        /// The origin of the draw, as in draw.toml: the name of the key · 抽签编号，即 draw.toml 中的 origin
        #[arg(long)]
        origin: String,
        /// The file to write; one that is there is never replaced · 写出的文件，不覆盖已有文件
        #[arg(long, value_name = "FILE")]
        out: PathBuf,
    },
    /// Shows the public key of a key file: of this program, of ssh-keygen or of openssl · 显示公钥
    Show {
        /// The file, secret or public · 密钥或公钥文件
        file: PathBuf,
        /// The name of the key, if the file has none · 密钥名称（文件中没有时）
        #[arg(long)]
        name: Option<String>,
    },
}

/// Makes or shows a key.
pub(crate) fn key(what: &KeyWhat, lang: Lang) -> Result<(), Stop> {
    match what {
        KeyWhat::New { name, out } => new(name, out, lang),
        KeyWhat::Log { origin, out } => log(origin, out, lang),
        KeyWhat::Show { file, name } => {
            show(&key_file::public(file, name.as_deref(), lang)?, lang);
            Ok(())
        }
    }
}

/// 32 bytes of the operating system's randomness.
fn seed(lang: Lang) -> Result<Box<Zeroizing<[u8; 32]>>, Stop> {
    let mut seed = Box::new(Zeroizing::new([0; 32]));
    getrandom::fill(seed.as_mut_slice())
        .map_err(|error| Stop::Failed(no_randomness(error, lang)))?;
    Ok(seed)
}

fn new(name: &str, out: &Path, lang: Lang) -> Result<(), Stop> {
    let key = SigningKey::from_seed(name, &*seed(lang)?)
        .map_err(|error| Stop::Failed(error.words().get(lang).to_owned()))?;
    write_secret(out, &key.to_text(), lang)?;
    let file = out.display();
    say(tr!(
        lang,
        "The secret key is in {file}. Anybody with this file can sign in your name: keep it to yourself, and keep a copy.",
        "密钥在 {file} 中。谁有这个文件，谁就能以您的名义签名：请自行保管，并留一份备份。"
    ));
    show(&key.verifier(), lang);
    Ok(())
}

fn log(origin: &str, out: &Path, lang: Lang) -> Result<(), Stop> {
    if !is_origin(origin) {
        return Err(Stop::Failed(tr!(
            lang,
            "--origin: found `{origin}`; expected the origin of the draw, of letters, digits and . _ - /",
            "--origin：发现“{origin}”；应为抽签编号，由字母、数字和 . _ - / 组成"
        )));
    }
    let key = LogKey::from_seed(origin, &*seed(lang)?)
        .map_err(|error| Stop::Failed(error.words().get(lang).to_owned()))?;
    write_secret(out, &key.to_text(), lang)?;
    let file = out.display();
    say(tr!(
        lang,
        "The secret key of the log is in {file}. The draw cannot begin or go on without it (run --log-key {file}): keep a copy, and keep it from others.",
        "日志密钥在 {file} 中。没有它，抽签不能开始或继续（run --log-key {file}）：请留一份备份，勿给他人。"
    ));
    show(&key.verifier(), lang);
    Ok(())
}

/// Writes a file that nobody else can read, and that was not there before.
fn write_secret(path: &Path, text: &str, lang: Lang) -> Result<(), Stop> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path).map_err(|error| match error.kind() {
        std::io::ErrorKind::AlreadyExists => Stop::file(
            lang,
            path,
            tr!(
                lang,
                "is there already; it stays as it is. Name another file",
                "已存在，保持原样。请另指文件"
            ),
        ),
        _ => Stop::file(lang, path, error),
    })?;
    let written = file
        .write_all(text.as_bytes())
        .and_then(|()| file.write_all(b"\n"))
        .and_then(|()| file.sync_all());
    written.map_err(|error| Stop::file(lang, path, error))
}

/// What goes into the plan, and what is compared on paper.
fn show(key: &VerifierKey, lang: Lang) {
    say(match key.kind() {
        ED25519 => {
            tr!(lang, "Public key, for `log` in draw.toml:", "公钥，写入 draw.toml 的 log：")
        }
        _ => tr!(
            lang,
            "Public key, for `key` of the member in draw.toml:",
            "公钥，写入 draw.toml 中该监督员的 key："
        ),
    });
    say(format!("    {key}"));
    say(tr!(lang, "Its fingerprint, to be compared on paper:", "公钥指纹，用于纸面核对："));
    say(format!("    {}", fingerprint(key)));
}

/// The SHA-256 of the text of a public key in decimal groups.
pub(crate) fn fingerprint(key: &VerifierKey) -> Fingerprint {
    Fingerprint::of_number(Hash(Sha256::digest(key.to_string().as_bytes()).into()))
}
