//! Files that are given for a key: read where they are one that signs here, else told what they are
//! and what to do, without a byte of a secret.

use crate::program;
use floorlot::sign::SigningKey;
use floorlot_testing::Run;
use std::fs;
use tempfile::TempDir;

const NOTE: &str = "draw.example/1\n5\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n";
/// Of no key that is used anywhere.
const SEED: [u8; 32] = *b"\x9a synthetic seed of these tests\xff";
const ED25519: &[u8] = &[0x2b, 0x65, 0x70];
const RSA: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x01];
const EC: &[u8] = &[0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01];
const X25519: &[u8] = &[0x2b, 0x65, 0x6e];

/// Runs the program in a folder; standard output and standard error.
#[track_caller]
fn run(folder: &TempDir, arguments: &[&str], code: i32) -> (String, String) {
    Run::of(program("draw_session")).args(arguments).within(folder).ends(code)
}

/// A DER element.
fn der(tag: u8, content: &[u8]) -> Vec<u8> {
    let length = match u8::try_from(content.len()) {
        Ok(short @ 0..=0x7f) => vec![short],
        Ok(long) => vec![0x81, long],
        Err(_) => {
            [vec![0x82], u16::try_from(content.len()).unwrap().to_be_bytes().to_vec()].concat()
        }
    };
    [vec![tag], length, content.to_vec()].concat()
}

fn sequence(parts: &[Vec<u8>]) -> Vec<u8> {
    der(0x30, &parts.concat())
}

fn integer(value: u8) -> Vec<u8> {
    der(2, &[value])
}

fn algorithm(oid: &[u8]) -> Vec<u8> {
    sequence(&[der(6, oid)])
}

fn pkcs8(oid: &[u8]) -> Vec<u8> {
    sequence(&[integer(0), algorithm(oid), der(4, &der(4, &SEED))])
}

fn spki(oid: &[u8], public: &[u8]) -> Vec<u8> {
    sequence(&[algorithm(oid), der(3, &[&[0], public].concat())])
}

fn signed_by(tbs: &[Vec<u8>]) -> Vec<u8> {
    sequence(&[sequence(tbs), algorithm(ED25519), der(3, &[0; 65])])
}

fn base64(bytes: &[u8]) -> String {
    pem("X", bytes).lines().nth(1).unwrap().to_owned()
}

fn pem(label: &str, content: &[u8]) -> String {
    use ed25519_dalek::pkcs8::spki::der::pem::{LineEnding, encode_string};
    encode_string(label, LineEnding::LF, content).unwrap()
}

/// The key is read, and signs, in every form in which it comes.
#[test]
fn a_key_is_read_in_every_form_in_which_it_comes() {
    let folder = TempDir::new().unwrap();
    fs::write(folder.path().join("note"), NOTE).unwrap();
    let key = SigningKey::from_seed("panel.example/r1", &SEED).unwrap();
    let own = key.to_text();
    let text = pem("PRIVATE KEY", &pkcs8(ED25519));
    let utf16: Vec<u8> =
        [0xfe_ff_u16].into_iter().chain(text.encode_utf16()).flat_map(u16::to_le_bytes).collect();
    let certificate = pem("CERTIFICATE", &signed_by(&vec![integer(1); 6]));
    let forms: Vec<Vec<u8>> = vec![
        pkcs8(ED25519),
        text.clone().into(),
        text.replace('\n', "\r\n").into(),
        format!("\u{feff}{text}").into(),
        utf16,
        format!("Bag Attributes\n    localKeyID: 01\nKey Attributes: <No Attributes>\n{text}")
            .into(),
        format!("{certificate}{text}").into(),
        text.lines().map(|line| format!("  {line} \n")).collect::<String>().into(),
        text.replace('\n', "").into(),
        own.as_bytes().to_vec(),
        format!("\u{feff}{}\r\n\r\n", own.as_str()).into(),
    ];
    let expected = key.cosign(NOTE, 7).to_string();
    for (number, form) in forms.iter().enumerate() {
        fs::write(folder.path().join("KEY"), form).unwrap();
        let (out, _) = run(
            &folder,
            &["sign", "--key", "KEY", "--name", "panel.example/r1", "--time", "7", "note"],
            0,
        );
        assert_eq!(out.lines().last().unwrap(), expected, "form {number}");
    }
    for public in [
        spki(ED25519, key.verifier().public()),
        pem("PUBLIC KEY", &spki(ED25519, key.verifier().public())).into(),
    ] {
        fs::write(folder.path().join("KEY"), public).unwrap();
        let (out, _) = run(&folder, &["key", "show", "KEY", "--name", "panel.example/r1"], 0);
        assert!(out.contains(&key.verifier().to_string()), "{out}");
    }
    fs::write(folder.path().join("r1.vkey"), key.verifier().to_string()).unwrap();
    let signature = hex::encode(key.cosign(NOTE, 7).signature);
    let (out, _) = run(
        &folder,
        &["attach", "--vkey", "r1.vkey", "--time", "7", "--signature", &signature, "note"],
        0,
    );
    assert_eq!(out.lines().last().unwrap(), expected);
}

/// What a file is, and the command or the words that help, in both languages.
fn others() -> Vec<(Vec<u8>, &'static str, &'static str, &'static str)> {
    let point = SigningKey::from_seed("x", &SEED).unwrap().verifier();
    let public = point.public();
    let data = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x07, 0x01];
    let secret = base64(&SEED);
    let encrypted = sequence(&[algorithm(data), der(4, &[7; 64])]);
    let (certificate, request) = (
        signed_by(&vec![integer(1); 6]),
        signed_by(&[integer(0), sequence(&[]), spki(ED25519, public), der(0xa0, &[])]),
    );
    let legacy = format!(
        "-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,00\n\n{secret}\n-----END RSA PRIVATE KEY-----\n"
    );
    let ppk = |kind: &str| {
        format!("PuTTY-User-Key-File-3: {kind}\nEncryption: none\nPrivate-Lines: 1\n{secret}\n")
            .into_bytes()
    };
    let new = "key new --name";
    vec![
        (
            pem("ENCRYPTED PRIVATE KEY", &encrypted).into(),
            "an encrypted secret key",
            "加了密码的私钥",
            "openssl pkey -in KEY",
        ),
        (encrypted, "an encrypted secret key", "加了密码的私钥", "openssl pkey -in KEY"),
        (legacy.into(), "an RSA key", "RSA 密钥", new),
        (
            sequence(&[integer(3), sequence(&[der(6, data)])]),
            "PKCS#12",
            "PKCS#12",
            "openssl pkcs12 -in KEY -nocerts -nodes",
        ),
        (
            vec![0x30, 0x80, 2, 1, 3, 0x30, 0x80, 6, 9],
            "PKCS#12",
            "PKCS#12",
            "openssl pkcs12 -in KEY -nocerts -nodes",
        ),
        (ppk("ssh-ed25519"), "PuTTY", "PuTTY", "puttygen KEY -O private-openssh"),
        (ppk("ssh-rsa"), "PuTTY (.ppk), and not an Ed25519 one", "但不是 Ed25519", new),
        (
            format!("-----BEGIN SSH SIGNATURE-----\n{secret}\n-----END SSH SIGNATURE-----\n")
                .into(),
            "SSHSIG",
            "SSHSIG",
            "ssh-keygen -t ed25519",
        ),
        (
            format!("-----BEGIN OPENSSH PRIVATE KEY-----\n{}\n", &secret[..20]).into(),
            "damaged",
            "已损坏",
            "copy",
        ),
        (pkcs8(RSA), "an RSA key", "RSA 密钥", new),
        (pem("PRIVATE KEY", &pkcs8(RSA)).into(), "an RSA key", "RSA 密钥", new),
        (pem("EC PRIVATE KEY", &SEED).into(), "an ECDSA or SM2 key", "国密 SM2", new),
        (pkcs8(EC), "an ECDSA or SM2 key", "国密 SM2", new),
        (pkcs8(X25519), "another kind than Ed25519", "不是 Ed25519", new),
        (
            sequence(&[integer(0), integer(5), integer(3), integer(7)]),
            "an RSA key",
            "RSA 密钥",
            new,
        ),
        (
            pem("CERTIFICATE", &certificate).into(),
            "a certificate",
            "证书（X.509）",
            "openssl x509 -in KEY -pubkey",
        ),
        (certificate, "a certificate", "证书（X.509）", "openssl x509 -in KEY -pubkey"),
        (
            pem("CERTIFICATE REQUEST", &request).into(),
            "a certificate request",
            "证书请求",
            "openssl req -in KEY -pubkey",
        ),
        (request, "a certificate request", "证书请求", "openssl req -in KEY -pubkey"),
        (spki(ED25519, public), "an Ed25519 public key", "Ed25519 公钥", "public half"),
        (
            pem("PUBLIC KEY", &spki(ED25519, public)).into(),
            "an Ed25519 public key",
            "Ed25519 公钥",
            "public half",
        ),
        (
            point.to_string().into(),
            "a public key, as `key show`",
            "key show 显示的公钥",
            "public half",
        ),
        (
            b"ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIDMJ x@y\n".to_vec(),
            "a public key of OpenSSH",
            "OpenSSH 公钥",
            "public half",
        ),
        (
            b"---- BEGIN SSH2 PUBLIC KEY ----\nAAAA\n---- END SSH2 PUBLIC KEY ----\n".to_vec(),
            "PuTTYgen",
            "PuTTYgen",
            "public half",
        ),
        (b"ssh-rsa AAAAB3NzaC1yc2E x@y\n".to_vec(), "not an Ed25519 one", "不是 Ed25519", new),
        (
            b"-----BEGIN PGP PRIVATE KEY BLOCK-----\n\nlFgE\n-----END PGP PRIVATE KEY BLOCK-----\n"
                .to_vec(),
            "OpenPGP",
            "OpenPGP",
            new,
        ),
        (vec![0x94, 0x58, 0x04, 0x65, 0xff, 0xfe], "OpenPGP", "OpenPGP", new),
        (
            b"# created: 2026\n# public key: age1xyz\nAGE-SECRET-KEY-1SYNTHETIC\n".to_vec(),
            "an age file",
            "age 文件",
            new,
        ),
        (
            b"untrusted comment: minisign encrypted secret key\nRWRTY0Iy\n".to_vec(),
            "minisign",
            "minisign",
            new,
        ),
        (b"untrusted comment: signify secret key\nRWRCSwAA\n".to_vec(), "signify", "signify", new),
        (
            format!("{{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"d\":\"{secret}\"}}").into(),
            "JWK",
            "JWK",
            new,
        ),
        (NOTE.into(), "a note", "签名单", "after --key"),
        (
            b"{\"kind\":\"plan\",\"floorlot\":1}\n".to_vec(),
            "a plan or a transcript",
            "方案或抽签记录",
            "after --key",
        ),
        (Vec::new(), "an empty file", "空文件", "copy it again"),
        (b" \r\n".to_vec(), "an empty file", "空文件", "copy it again"),
        (
            hex::encode(SEED).into(),
            "64 bare hex digits",
            "64 位十六进制数字",
            "openssl pkey -inform DER",
        ),
        (secret.into(), "a bare number", "字节的数字", new),
        (SEED.to_vec(), "a bare number", "字节的数字", new),
        (b"8842\n".to_vec(), "a member's secret", "监督员密语", new),
        (vec![0xfe, 0xed, 0xfe, 0xed, 0, 0, 0, 2], "a Java key store", "Java 密钥库", new),
        (b"dear all\n".to_vec(), "no key that this program knows", "本程序不认识", new),
    ]
}

#[test]
fn what_does_not_sign_here_is_told_by_name_with_the_command_that_helps() {
    let folder = TempDir::new().unwrap();
    fs::write(folder.path().join("note"), NOTE).unwrap();
    for (content, en, zh, command) in others() {
        fs::write(folder.path().join("KEY"), &content).unwrap();
        for (lang, what) in [("en", en), ("zh", zh)] {
            let (out, err) =
                run(&folder, &["--lang", lang, "sign", "--key", "KEY", "--name", "r1", "note"], 2);
            let told = err.lines().last().unwrap();
            assert!(
                out.is_empty() && told.starts_with("KEY") && told.contains(what),
                "{what}\n{err}"
            );
            // A command is the same in both languages.
            let same = lang == "en" || command.contains("-in") || command.contains("--name");
            assert!(
                told.contains("Ed25519") && (!same || told.contains(command)),
                "{command}\n{err}"
            );
            not_shown(told);
        }
    }
}

/// No part of the secret, in any of its forms.
#[track_caller]
fn not_shown(told: &str) {
    for form in
        [hex::encode(SEED), base64(&SEED), "AGE-SECRET-KEY-1SYN".into(), "synthetic seed".into()]
    {
        for at in 0..form.len() - 8 {
            assert!(!told.contains(&form[at..at + 8]), "{}\n{told}", &form[at..at + 8]);
        }
    }
}

/// A secret that is given for a public key, or for the text of one, is not shown either.
#[test]
fn a_secret_in_place_of_a_public_key_is_not_shown() {
    let folder = TempDir::new().unwrap();
    fs::write(folder.path().join("note"), NOTE).unwrap();
    let seed = base64(&SEED);
    for secret in [
        hex::encode(SEED),
        seed.clone(),
        format!("{}+{}", &seed[..20], &seed[20..]),
        format!("PRIVATE+KEY+r1+00000000+{seed}"),
    ] {
        for lang in ["en", "zh"] {
            let signature = "00".repeat(64);
            let (_, err) = run(
                &folder,
                &[
                    "--lang",
                    lang,
                    "attach",
                    "--vkey",
                    &secret,
                    "--time",
                    "7",
                    "--signature",
                    &signature,
                    "note",
                ],
                2,
            );
            assert!(
                err.contains(if lang == "en" { "SECRET key, not shown" } else { "不予显示" }),
                "{err}"
            );
            not_shown(&err);
        }
    }
}

/// Nor is one that is given for a plan, a transcript or a receipt: its lines are named, and not
/// shown.
#[test]
fn a_secret_in_place_of_a_plan_is_not_shown() {
    let folder = TempDir::new().unwrap();
    let lines = base64(&SEED);
    let own = SigningKey::from_seed("r1", &SEED).unwrap().to_text();
    for content in [
        own.to_string(),
        pem("PRIVATE KEY", &pkcs8(ED25519)),
        hex::encode(SEED),
        format!("{lines}\n{lines}\n"),
    ] {
        fs::write(folder.path().join("KEY"), &content).unwrap();
        for lang in ["en", "zh"] {
            let (_, err) = run(&folder, &["--lang", lang, "run", "--plan", "KEY", "--out", "x"], 2);
            let shown = |text: &str| {
                content
                    .lines()
                    .any(|line| (0..line.len() - 12).any(|at| text.contains(&line[at..at + 12])))
            };
            assert!(err.contains("KEY") && !shown(&err.replace("-----", "")), "{err}");
        }
    }
}

/// Nor is one that was pasted where a file, a command or a fingerprint is expected.
#[test]
fn a_secret_in_place_of_a_file_is_not_shown() {
    let folder = TempDir::new().unwrap();
    fs::write(folder.path().join("note"), NOTE).unwrap();
    let seed = base64(&SEED);
    for secret in [seed.clone(), format!("PRIVATE+KEY+r1+00000000+{seed}")] {
        for arguments in [
            vec!["key", "show", &secret],
            vec!["sign", "--key", &secret, "note"],
            vec!["print", &secret, "--out", "p"],
        ] {
            let (_, err) = run(&folder, &[&["--lang", "zh"][..], &arguments].concat(), 2);
            assert!(err.contains("…："), "{err}");
            not_shown(&err);
        }
    }
}
