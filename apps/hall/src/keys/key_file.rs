//! The file of a key: read where it is one that signs here, else told what it is and what to do. No
//! byte of a secret is ever shown.

use crate::disk::kind::{Kind, pem_content};
#[cfg(feature = "openssh")]
use crate::keys::open_ssh;
use crate::words::say::{Stop, program, quoted, tr};
use ed25519_dalek::pkcs8::{DecodePrivateKey, DecodePublicKey};
use floorlot::note::{COSIGNATURE, VerifierKey};
use floorlot::rules::{Lang, Phrase};
use floorlot::sign::{LogKey, PrivateKeyError, SigningKey};
use floorlot_verify::common::text::decode;
use std::io::Read;
use std::path::Path;
use zeroize::Zeroizing;

/// A key file has some kilobytes; what is larger is none.
const MOST: u64 = 1 << 20;

/// What is in a key file.
struct KeyFile {
    bytes: Zeroizing<Vec<u8>>,
    /// The same as a text, where it is one.
    text: Option<Zeroizing<String>>,
    kind: Option<Kind>,
}

impl KeyFile {
    fn read(path: &Path, lang: Lang) -> Result<KeyFile, Stop> {
        let mut bytes = Zeroizing::new(Vec::new());
        let read =
            std::fs::File::open(path).and_then(|file| file.take(MOST + 1).read_to_end(&mut bytes));
        read.map_err(|error| Stop::file(lang, path, error))?;
        // Looked at before the text: what begins as DER does may also be taken for one of the
        // encodings of old editors.
        let binary = std::str::from_utf8(&bytes).is_err().then(|| Kind::of(&bytes, None)).flatten();
        let text = if binary.is_some() {
            None
        } else {
            decode(&bytes).map(|(text, _)| Zeroizing::new(text))
        };
        let kind = binary.or_else(|| Kind::of(&bytes, text.as_ref().map(|text| text.as_str())));
        Ok(KeyFile { bytes, text, kind })
    }

    fn text(&self) -> &str {
        self.text.as_ref().map_or("", |text| text.as_str())
    }

    /// The DER structure, which may be wrapped in PEM.
    fn der(&self) -> Option<Zeroizing<Vec<u8>>> {
        match &self.text {
            Some(text) => pem_content(text),
            None => Some(self.bytes.clone()),
        }
    }
}

/// A secret key: that of `key new`, an OpenSSH file without a passphrase, or PKCS#8.
pub(crate) fn secret(path: &Path, name: Option<&str>, lang: Lang) -> Result<SigningKey, Stop> {
    secret_in(&KeyFile::read(path, lang)?, path, name, lang)
}

fn secret_in(
    file: &KeyFile,
    path: &Path,
    name: Option<&str>,
    lang: Lang,
) -> Result<SigningKey, Stop> {
    if file.kind == Some(Kind::Own) {
        warn_if_open(path, lang);
        return own(SigningKey::from_text(file.text().trim()), path, lang);
    }
    let seed = foreign_seed(file, path, lang)?;
    let key = SigningKey::from_seed(named(name, path, lang)?, &seed);
    key.map_err(|error| Stop::file(lang, path, error.words()))
}

/// The secret key of a log: that of `key log`, or one of another program, which takes the name of
/// the draw.
pub(crate) fn log_secret(path: &Path, origin: &str, lang: Lang) -> Result<LogKey, Stop> {
    let file = KeyFile::read(path, lang)?;
    if file.kind == Some(Kind::Own) {
        warn_if_open(path, lang);
        let key = own(LogKey::from_text(file.text().trim()), path, lang)?;
        // The next attempt may go on with the same secret, under its own name.
        return key.named(origin).map_err(|error| Stop::file(lang, path, error.words()));
    }
    let seed = foreign_seed(&file, path, lang)?;
    LogKey::from_seed(origin, &seed).map_err(|error| Stop::file(lang, path, error.words()))
}

/// The 32 bytes of a secret key that another program made.
fn foreign_seed(file: &KeyFile, path: &Path, lang: Lang) -> Result<Box<Zeroizing<[u8; 32]>>, Stop> {
    let mut seed = Box::new(Zeroizing::new([0; 32]));
    match file.kind {
        Some(Kind::OpenSsh) => ssh_seed(file.text(), &mut seed, path, lang)?,
        Some(Kind::Pkcs8) => {
            let der = file.der().unwrap_or_default();
            let key = ed25519_dalek::SigningKey::from_pkcs8_der(&der)
                .map_err(|_| refused(path, Some(Kind::OtherPem), lang))?;
            seed.copy_from_slice(key.as_bytes());
        }
        kind => return Err(refused(path, kind, lang)),
    }
    warn_if_open(path, lang);
    Ok(seed)
}

fn own<K>(key: Result<K, PrivateKeyError>, path: &Path, lang: Lang) -> Result<K, Stop> {
    key.map_err(|error| {
        let error = error.words();
        let error = error.get(lang);
        Stop::file(lang, path, tr!(lang, "not a whole key: {error}", "密钥不完整：{error}"))
    })
}

/// The 32 bytes of a key of ssh-keygen.
#[cfg(feature = "openssh")]
fn ssh_seed(text: &str, seed: &mut [u8; 32], path: &Path, lang: Lang) -> Result<(), Stop> {
    open_ssh::seed(text, seed).map_err(|what| refused(path, what, lang))
}

#[cfg(not(feature = "openssh"))]
fn ssh_seed(_: &str, _: &mut [u8; 32], path: &Path, lang: Lang) -> Result<(), Stop> {
    Err(without_openssh(path, lang))
}

/// The point of a public key of ssh-keygen; `None` if it is damaged.
#[cfg(feature = "openssh")]
fn ssh_point(text: &str, _: &Path, _: Lang) -> Result<Option<[u8; 32]>, Stop> {
    Ok(open_ssh::public(text))
}

#[cfg(not(feature = "openssh"))]
fn ssh_point(_: &str, path: &Path, lang: Lang) -> Result<Option<[u8; 32]>, Stop> {
    Err(without_openssh(path, lang))
}

#[cfg(not(feature = "openssh"))]
fn without_openssh(path: &Path, lang: Lang) -> Stop {
    let what = Phrase::new("the keys of ssh-keygen", "读取 ssh-keygen 密钥的功能");
    Stop::file(lang, path, crate::words::program::lacking("openssh", &what, lang))
}

/// The public key in a file, secret or public.
pub(crate) fn public(path: &Path, name: Option<&str>, lang: Lang) -> Result<VerifierKey, Stop> {
    let file = KeyFile::read(path, lang)?;
    let point =
        match file.kind {
            Some(Kind::Verifier) => {
                return file.text().trim().parse().map_err(|error: floorlot::note::NoteError| {
                    Stop::file(lang, path, error.words())
                });
            }
            Some(Kind::OpenSshPublic) => ssh_point(file.text(), path, lang)?,
            Some(Kind::Spki) => file
                .der()
                .and_then(|der| ed25519_dalek::VerifyingKey::from_public_key_der(&der).ok())
                .map(|point| point.to_bytes()),
            Some(Kind::Own) if LogKey::from_text(file.text().trim()).is_ok() => {
                warn_if_open(path, lang);
                return own(LogKey::from_text(file.text().trim()), path, lang)
                    .map(|key| key.verifier());
            }
            _ => return Ok(secret_in(&file, path, name, lang)?.verifier()),
        };
    let damaged = || {
        Stop::file(
            lang,
            path,
            tr!(
                lang,
                "this public key is damaged; copy the file again",
                "公钥已损坏，请重新复制文件"
            ),
        )
    };
    let key = VerifierKey::new(named(name, path, lang)?, COSIGNATURE, point.ok_or_else(damaged)?);
    key.map_err(|error| Stop::file(lang, path, error.words()))
}

fn named<'n>(name: Option<&'n str>, path: &Path, lang: Lang) -> Result<&'n str, Stop> {
    let missing = tr!(
        lang,
        "this file has no name for the key: give --name, the one in the plan",
        "文件中没有密钥名称：请用 --name 给出方案中的名称"
    );
    name.ok_or_else(|| Stop::file(lang, path, missing))
}

/// What the file is, what is needed, and what to do.
fn refused(path: &Path, kind: Option<Kind>, lang: Lang) -> Stop {
    let what = kind.map_or_else(
        || Phrase::new("no key that this program knows", "本程序不认识的内容"),
        Kind::words,
    );
    let next = advice(kind, path);
    Stop::file(
        lang,
        path,
        Phrase::new(
            format!("found {}; expected an Ed25519 secret key; {}", what.en, next.en),
            format!("发现 {}；应为 Ed25519 私钥；{}", what.zh, next.zh),
        ),
    )
}

/// The command that helps.
fn advice(kind: Option<Kind>, path: &Path) -> Phrase {
    let file = quoted(&path.display().to_string());
    let run = |command: String| {
        Phrase::new(
            format!("run `{command}` and give the file KEY; delete it afterwards"),
            format!("请运行 {command}，然后使用文件 KEY，用后删除"),
        )
    };
    match kind {
        Some(Kind::LockedSsh) => Phrase::new(
            format!(
                "this key has a passphrase; work on a copy without one: `cp {file} KEY && ssh-keygen -p -N '' -f KEY`, and delete the copy afterwards"
            ),
            format!(
                "此密钥有口令；请用去掉口令的副本：cp {file} KEY && ssh-keygen -p -N '' -f KEY，用后删除副本"
            ),
        ),
        Some(Kind::Encrypted) => run(format!("openssl pkey -in {file} -out KEY")),
        Some(Kind::Pkcs12) => run(format!("openssl pkcs12 -in {file} -nocerts -nodes -out KEY")),
        Some(Kind::Putty) => Phrase::new(
            format!(
                "run `puttygen {file} -O private-openssh -o KEY` (or PuTTYgen: Conversions, Export OpenSSH key) and give the file KEY; delete it afterwards"
            ),
            format!(
                "请运行 puttygen {file} -O private-openssh -o KEY（或在 PuTTYgen 中选 Conversions → Export OpenSSH key），然后使用文件 KEY，用后删除"
            ),
        ),
        Some(Kind::SeedHex) => run(format!(
            "(printf 302e020100300506032b657004220420; tr -d '[:space:]' < {file}) | xxd -r -p | openssl pkey -inform DER -out KEY"
        )),
        Some(Kind::OpenSshPublic | Kind::Spki | Kind::Verifier | Kind::Ssh2Public) => Phrase::new(
            "this is the public half, which everybody may have; give the secret half, a file of its own that its owner keeps",
            "这是公钥，可以公开；请给出由本人保管的私钥文件",
        ),
        Some(Kind::Certificate) => public_half(&format!("openssl x509 -in {file} -pubkey -noout")),
        Some(Kind::Request) => public_half(&format!("openssl req -in {file} -pubkey -noout")),
        Some(Kind::SshSignature) => Phrase::new(
            "give the key with which it was made: the file of `ssh-keygen -t ed25519` without .pub or .sig",
            "请给出生成该签名的私钥：ssh-keygen -t ed25519 生成的、不带 .pub 和 .sig 的文件",
        ),
        Some(Kind::Note | Kind::Message | Kind::Transcript | Kind::Receipt) => Phrase::new(
            "the key comes after --key; the note is given without an option before it",
            "--key 之后写密钥文件；签名单直接写文件名，前面不加选项",
        ),
        Some(Kind::Empty | Kind::DamagedSsh | Kind::OtherPem) => Phrase::new(
            "the file did not arrive whole: copy it again from where it was made",
            "文件内容不完整：请从生成密钥的地方重新复制",
        ),
        _ => new_key(),
    }
}

fn public_half(command: &str) -> Phrase {
    Phrase::new(
        format!(
            "there is no secret key in it; give the file of the secret key. (`{command}` prints the public key in it)"
        ),
        format!("其中没有私钥；请给出私钥文件。（{command} 可打印其中的公钥）"),
    )
}

fn new_key() -> Phrase {
    let program = program("draw_session");
    let command = format!("{program} key new --name NAME --out KEY");
    Phrase::new(
        format!(
            "before the plan is sealed, make a key that signs here: `{command}`, `ssh-keygen -t ed25519 -f KEY` or `openssl genpkey -algorithm ed25519 -out KEY`"
        ),
        format!(
            "请在方案封存前另做一把可在此签名的密钥：{command}，或 ssh-keygen -t ed25519 -f KEY，或 openssl genpkey -algorithm ed25519 -out KEY"
        ),
    )
}

/// Others may read the file of a secret key.
#[cfg(unix)]
fn warn_if_open(path: &Path, lang: Lang) {
    use std::os::unix::fs::PermissionsExt;
    let open = std::fs::metadata(path).is_ok_and(|about| about.permissions().mode() & 0o077 != 0);
    if open {
        let file = path.display();
        crate::words::say::warn(tr!(
            lang,
            "{file}: others on this machine can read this key; run: chmod 600 {file}",
            "{file}：本机其他用户可读此密钥；请运行 chmod 600 {file}"
        ));
    }
}

#[cfg(not(unix))]
fn warn_if_open(_: &Path, _: Lang) {}
