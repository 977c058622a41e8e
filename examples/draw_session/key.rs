//! A member's key: made here on the member's own device, or with ssh-keygen or openssl.

use crate::say::{Stop, no_randomness, say, tr, warn};
use clap::Subcommand;
use ed25519_dalek::pkcs8::{DecodePrivateKey, DecodePublicKey};
use floorlot::Hash;
use floorlot::note::{COSIGNATURE, VerifierKey};
use floorlot::rules::Lang;
use floorlot::sign::SigningKey;
use floorlot::tree::Fingerprint;
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
        /// The name of the key, such as panel.example/r1: no space, no plus · 密钥名称，例如 panel.example/r1
        #[arg(long)]
        name: String,
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
        KeyWhat::Show { file, name } => {
            show(&public(file, name.as_deref(), lang)?, lang);
            Ok(())
        }
    }
}

fn new(name: &str, out: &Path, lang: Lang) -> Result<(), Stop> {
    let mut seed = Box::new(Zeroizing::new([0; 32]));
    getrandom::fill(seed.as_mut_slice()).map_err(|error| Stop::Failed(no_randomness(error, lang)))?;
    let key = SigningKey::from_seed(name, &seed).map_err(|error| Stop::Failed(error.words().get(lang).to_owned()))?;
    write_secret(out, &key.to_text(), lang)?;
    let file = out.display();
    say(tr!(
        lang,
        "The secret key is in {file}. Whoever has this file signs in your name: keep it to yourself, and keep a copy.",
        "密钥在 {file} 中。谁有这个文件，谁就能以您的名义签名：请自行保管，并留一份备份。"
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
        std::io::ErrorKind::AlreadyExists => {
            Stop::file(lang, path, tr!(lang, "is there already; it stays as it is. Name another file", "已存在，保持原样。请另指文件"))
        }
        _ => Stop::file(lang, path, error),
    })?;
    let written = file.write_all(text.as_bytes()).and_then(|()| file.write_all(b"\n")).and_then(|()| file.sync_all());
    written.map_err(|error| Stop::file(lang, path, error))
}

/// What goes into the plan, and what is compared on paper.
fn show(key: &VerifierKey, lang: Lang) {
    say(tr!(lang, "Public key, for `key` of the member in draw.toml:", "公钥，写入 draw.toml 中该监督员的 key："));
    say(format!("    {key}"));
    say(tr!(lang, "Its fingerprint, to be compared on paper:", "公钥指纹，用于纸面核对："));
    say(format!("    {}", fingerprint(key)));
}

/// The SHA-256 of the text of a public key in decimal groups.
pub(crate) fn fingerprint(key: &VerifierKey) -> Fingerprint {
    Fingerprint::of(Hash(Sha256::digest(key.to_string().as_bytes()).into()))
}

fn read(path: &Path, lang: Lang) -> Result<Zeroizing<String>, Stop> {
    std::fs::read_to_string(path).map(Zeroizing::new).map_err(|error| Stop::file(lang, path, error))
}

/// A secret key: that of `key new`, an OpenSSH file without a passphrase, or PKCS#8 in PEM.
pub(crate) fn secret(path: &Path, name: Option<&str>, lang: Lang) -> Result<SigningKey, Stop> {
    let text = read(path, lang)?;
    warn_if_open(path, lang);
    if text.starts_with("PRIVATE+KEY+") {
        let read = SigningKey::from_text(text.trim_end());
        return read.map_err(|error| {
            let error = error.words();
            let error = error.get(lang);
            Stop::file(lang, path, tr!(lang, "not a whole key: {error}", "密钥不完整：{error}"))
        });
    }
    let mut seed = Box::new(Zeroizing::new([0; 32]));
    foreign_secret(&text, &mut seed, path, lang)?;
    let key = SigningKey::from_seed(named(name, path, lang)?, &seed);
    key.map_err(|error| Stop::file(lang, path, error.words().get(lang)))
}

/// The 32 bytes of a key that another program made.
fn foreign_secret(text: &str, seed: &mut [u8; 32], path: &Path, lang: Lang) -> Result<(), Stop> {
    let other = || {
        let what = tr!(
            lang,
            "expected an Ed25519 secret key: of `draw_session key new`, of `ssh-keygen -t ed25519`, or of `openssl genpkey -algorithm ed25519`",
            "应为 Ed25519 密钥：由 draw_session key new、ssh-keygen -t ed25519 或 openssl genpkey -algorithm ed25519 生成"
        );
        Stop::file(lang, path, what)
    };
    if text.starts_with("-----BEGIN OPENSSH PRIVATE KEY-----") {
        let key = ssh_key::PrivateKey::from_openssh(text).map_err(|_| other())?;
        if key.is_encrypted() {
            let file = path.display();
            let advice = tr!(
                lang,
                "this key has a passphrase. Work on a copy without one: cp {file} KEY && ssh-keygen -p -N '' -f KEY, and delete the copy afterwards",
                "此密钥有口令。请用去掉口令的副本：cp {file} KEY && ssh-keygen -p -N '' -f KEY，用后删除副本"
            );
            return Err(Stop::file(lang, path, advice));
        }
        let pair = key.key_data().ed25519().ok_or_else(other)?;
        seed.copy_from_slice(pair.private.as_ref());
        return Ok(());
    }
    let key = ed25519_dalek::SigningKey::from_pkcs8_pem(text).map_err(|_| other())?;
    seed.copy_from_slice(key.as_bytes());
    Ok(())
}

fn named<'n>(name: Option<&'n str>, path: &Path, lang: Lang) -> Result<&'n str, Stop> {
    let missing = tr!(
        lang,
        "this file has no name for the key: give --name, the one in the plan",
        "文件中没有密钥名称：请用 --name 给出方案中的名称"
    );
    name.ok_or_else(|| Stop::file(lang, path, missing))
}

/// The public key in a file, secret or public.
fn public(path: &Path, name: Option<&str>, lang: Lang) -> Result<VerifierKey, Stop> {
    let text = read(path, lang)?;
    if let Ok(key) = text.trim().parse::<VerifierKey>() {
        return Ok(key);
    }
    let point = if text.starts_with("ssh-ed25519 ") {
        ssh_key::PublicKey::from_openssh(&text).ok().and_then(|key| key.key_data().ed25519().map(|point| point.0))
    } else {
        ed25519_dalek::VerifyingKey::from_public_key_pem(&text).ok().map(|point| point.to_bytes())
    };
    match point {
        Some(point) => {
            let key = VerifierKey::new(named(name, path, lang)?, COSIGNATURE, point);
            key.map_err(|error| Stop::file(lang, path, error.words().get(lang)))
        }
        None => Ok(secret(path, name, lang)?.verifier()),
    }
}

/// Others may read the file of a secret key.
#[cfg(unix)]
fn warn_if_open(path: &Path, lang: Lang) {
    use std::os::unix::fs::PermissionsExt;
    let open = std::fs::metadata(path).is_ok_and(|about| about.permissions().mode() & 0o077 != 0);
    if open {
        let file = path.display();
        warn(tr!(
            lang,
            "{file}: others on this machine can read this key; run: chmod 600 {file}",
            "{file}：本机其他用户可读此密钥；请运行 chmod 600 {file}"
        ));
    }
}

#[cfg(not(unix))]
fn warn_if_open(_: &Path, _: Lang) {}
