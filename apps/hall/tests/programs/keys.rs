//! The commands for keys and signed notes, as a panel member runs them.

use crate::program;
use floorlot::note::{SignedNote, VerifierKey};
use floorlot::sign::verify;
use floorlot_testing::Run;
use std::fs;
use std::path::Path;
use std::process::Command;
use tempfile::TempDir;

/// Made by ssh-keygen for this test, and used nowhere else.
const SSH: &str = "-----BEGIN OPENSSH PRIVATE KEY-----
b3BlbnNzaC1rZXktdjEAAAAABG5vbmUAAAAEbm9uZQAAAAAAAAABAAAAMwAAAAtzc2gtZW
QyNTUxOQAAACAzCca8Tx25pGIu8F78wphe25zw8C9nt6Gsby+Xvv5omgAAAIiVjVOHlY1T
hwAAAAtzc2gtZWQyNTUxOQAAACAzCca8Tx25pGIu8F78wphe25zw8C9nt6Gsby+Xvv5omg
AAAEAvL+fq2FrlgJQTUhrv5iptqruZb8oUoBk0rJADFssbeDMJxrxPHbmkYi7wXvzCmF7b
nPDwL2e3oaxvL5e+/miaAAAAAAECAwQF
-----END OPENSSH PRIVATE KEY-----\n";
const SSH_PUBLIC: &str =
    "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIDMJxrxPHbmkYi7wXvzCmF7bnPDwL2e3oaxvL5e+/mia\n";
/// The same with the passphrase `x`.
const SSH_ENCRYPTED: &str = "-----BEGIN OPENSSH PRIVATE KEY-----
b3BlbnNzaC1rZXktdjEAAAAACmFlczI1Ni1jdHIAAAAGYmNyeXB0AAAAGAAAABDbNo49KE
fEJbTzsFl9oXUJAAAAEAAAAAEAAAAzAAAAC3NzaC1lZDI1NTE5AAAAIF668SaOZEZrRVgb
8QCfBIo6mHCY0gM4wozhGVEtcoQPAAAAkHH/3QfcLT799SPWxmS1J5nJ1nakcukMsAAAPK
2jDEglpG5KtAS/HzmhewnYL8gRNy3hEOiiuD99XEX+vkbtdUnSTEbgizXSuBC3nWtwzJCu
m8rr+rxG16SWuoBtFEnsSNd3HodS94hNgyWgaPfN6OrWhCnkaEf5t+wavqDtj8cWYO4+7N
/xPrRIp0fgitx5hg==
-----END OPENSSH PRIVATE KEY-----\n";
/// Made by openssl for this test, and used nowhere else.
const PKCS8: &str = "-----BEGIN PRIVATE KEY-----
MC4CAQAwBQYDK2VwBCIEIElmUj1W08HtaJC6OW5jwxzTITtIy3dPSZE4xwBp9hh0
-----END PRIVATE KEY-----\n";

const WORKED: &str =
    concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/vectors/worked/transcript.jsonl");

/// Runs the program in a folder; standard output, and standard error.
#[track_caller]
fn run(folder: &TempDir, arguments: &[&str], input: &str, code: i32) -> (Vec<u8>, String) {
    let run = Run::of(program("draw_session")).args(["--lang", "en"]).args(arguments);
    let output = run.within(folder).typed(input).output();
    let err = String::from_utf8(output.stderr).unwrap();
    let out = String::from_utf8_lossy(&output.stdout);
    assert_eq!(output.status.code(), Some(code), "{out}\n{err}");
    (output.stdout, err)
}

#[track_caller]
fn text(folder: &TempDir, arguments: &[&str]) -> String {
    String::from_utf8(run(folder, arguments, "", 0).0).unwrap()
}

/// The public key in what `key new` and `key show` print.
fn vkey(told: &str) -> VerifierKey {
    told.lines().find_map(|line| line.trim().parse().ok()).unwrap_or_else(|| panic!("{told}"))
}

fn put(folder: &TempDir, name: &str, content: &str) {
    let path = folder.path().join(name);
    fs::write(&path, content).unwrap();
    #[cfg(unix)]
    fs::set_permissions(&path, std::os::unix::fs::PermissionsExt::from_mode(0o600)).unwrap();
}

#[test]
fn a_new_key_is_its_owners_alone_and_replaces_nothing() {
    let folder = TempDir::new().unwrap();
    let told = text(&folder, &["key", "new", "--name", "panel.example/r1", "--out", "r1.key"]);
    let path = folder.path().join("r1.key");
    let secret = fs::read_to_string(&path).unwrap();
    #[cfg(unix)]
    assert_eq!(
        std::os::unix::fs::PermissionsExt::mode(&fs::metadata(&path).unwrap().permissions())
            & 0o777,
        0o600
    );
    assert!(
        secret.starts_with("PRIVATE+KEY+panel.example/r1+") && !told.contains(secret.trim()),
        "{told}"
    );
    assert_eq!(vkey(&text(&folder, &["key", "show", "r1.key"])), vkey(&told));
    let (_, err) =
        run(&folder, &["key", "new", "--name", "panel.example/r1", "--out", "r1.key"], "", 2);
    assert!(err.contains("is there already"), "{err}");
    assert_eq!(fs::read_to_string(&path).unwrap(), secret);
    let (_, err) =
        run(&folder, &["key", "new", "--name", "panel example", "--out", "r2.key"], "", 2);
    assert!(err.contains("visible ASCII") && !folder.path().join("r2.key").exists(), "{err}");
    let second = text(&folder, &["key", "new", "--name", "panel.example/r1", "--out", "again.key"]);
    assert_ne!(vkey(&second), vkey(&told), "two keys are different");
    #[cfg(unix)]
    {
        fs::set_permissions(&path, std::os::unix::fs::PermissionsExt::from_mode(0o644)).unwrap();
        let (_, err) = run(&folder, &["key", "show", "r1.key"], "", 0);
        assert!(err.contains("chmod 600"), "{err}");
    }
}

#[test]
fn keys_of_other_programs() {
    let folder = TempDir::new().unwrap();
    for (name, content) in [
        ("ssh", SSH),
        ("ssh.pub", SSH_PUBLIC),
        ("locked", SSH_ENCRYPTED),
        ("pkcs8", PKCS8),
        ("junk", "no key\n"),
    ] {
        put(&folder, name, content);
    }
    let show = |file| vkey(&text(&folder, &["key", "show", file, "--name", "panel.example/o1"]));
    assert_eq!(show("ssh"), show("ssh.pub"));
    assert_ne!(show("ssh"), show("pkcs8"));
    let refused = |file: &str, words: &str| {
        let (_, err) = run(&folder, &["key", "show", file, "--name", "panel.example/o1"], "", 2);
        assert!(err.contains(words) && err.starts_with(file), "{err}");
    };
    refused("locked", "has a passphrase");
    refused("junk", "expected an Ed25519 secret key");
    refused("nowhere", "nowhere: ");
    let (_, err) = run(&folder, &["key", "show", "ssh"], "", 2);
    assert!(err.contains("--name"), "{err}");
}

/// A note goes from one member to the next, and every signature counts.
#[test]
fn a_note_collects_signatures() {
    let folder = TempDir::new().unwrap();
    put(&folder, "ssh", SSH);
    put(&folder, "pkcs8", PKCS8);
    let own =
        vkey(&text(&folder, &["key", "new", "--name", "panel.example/r1", "--out", "r1.key"]));
    let note = text(&folder, &["note", WORKED, "--checkpoint", "plan"]);
    put(&folder, "note", &note);
    let parsed: SignedNote = note.parse().unwrap();
    assert_eq!((parsed.signatures.len(), parsed.checkpoint().unwrap().1), (2, 11));
    assert_eq!(
        text(&folder, &["note", WORKED]).parse::<SignedNote>().unwrap().checkpoint().unwrap().1,
        30
    );

    let (signed, err) = run(&folder, &["sign", "note", "--key", "r1.key", "--time", "7"], "", 0);
    assert!(err.contains("draw.example/2026-001") && err.contains("first 11 lines"), "{err}");
    let signed = String::from_utf8(signed).unwrap();
    let (signed, _) =
        run(&folder, &["sign", "-", "--key", "ssh", "--name", "panel.example/o1"], &signed, 0);
    let signed: SignedNote = String::from_utf8(signed).unwrap().parse().unwrap();
    assert_eq!(signed.signatures.len(), 4);
    let ssh = vkey(&text(&folder, &["key", "show", "ssh", "--name", "panel.example/o1"]));
    assert_eq!(verify(&own, &signed.body, &signed.signatures[2]), Ok(()));
    assert_eq!(verify(&ssh, &signed.body, &signed.signatures[3]), Ok(()));
    assert_eq!(signed.signatures[2].time, 7);
    // Who signs again replaces the own signature.
    let (again, _) =
        run(&folder, &["sign", "-", "--key", "r1.key", "--time", "8"], &signed.to_string(), 0);
    let again: SignedNote = String::from_utf8(again).unwrap().parse().unwrap();
    assert_eq!((again.signatures.len(), again.signatures[3].time), (4, 8));
    // The three lines alone are enough, and nothing but a checkpoint is signed.
    assert!(!run(&folder, &["sign", "--key", "r1.key"], &parsed.body, 0).0.is_empty());
    let (_, err) = run(&folder, &["sign", "--key", "r1.key"], "I owe you 100\n\n— x AAAAAAAA\n", 2);
    assert!(err.contains("three lines"), "{err}");
    let (_, err) = run(&folder, &["note", "note"], "", 2);
    assert!(err.contains("no such checkpoint"), "{err}");
}

/// Any program that signs bytes can sign: here openssl.
#[test]
fn a_signature_made_elsewhere_is_attached() {
    let folder = TempDir::new().unwrap();
    put(&folder, "pkcs8", PKCS8);
    put(&folder, "note", &text(&folder, &["note", WORKED, "--checkpoint", "plan"]));
    let key =
        vkey(&text(&folder, &["key", "show", "pkcs8", "--name", "panel.example/o2"])).to_string();
    let (message, _) = run(&folder, &["message", "note", "--time", "1700000000"], "", 0);
    assert!(message.starts_with(b"cosignature/v1\ntime 1700000000\ndraw.example/2026-001\n11\n"));
    fs::write(folder.path().join("message"), &message).unwrap();
    let signature = openssl(folder.path()).unwrap_or_else(|| {
        use ed25519_dalek::{Signer, pkcs8::DecodePrivateKey};
        // Ed25519 has one signature only
        ed25519_dalek::SigningKey::from_pkcs8_pem(PKCS8).unwrap().sign(&message).to_bytes().to_vec()
    });
    fs::write(folder.path().join("signature"), &signature).unwrap();
    let given = ["attach", "note", "--vkey", &key, "--time", "1700000000", "--signature"];
    let note: SignedNote = text(&folder, &[&given[..], &["signature"]].concat()).parse().unwrap();
    assert_eq!(verify(&key.parse().unwrap(), &note.body, &note.signatures[2]), Ok(()));
    assert_eq!(
        text(&folder, &[&given[..], &[&hex::encode(&signature)]].concat()),
        note.to_string()
    );
    let refused = |arguments: &[&str], words: &str| {
        let (_, err) = run(&folder, arguments, "", 2);
        assert!(err.contains(words), "{err}");
    };
    refused(
        &["attach", "note", "--vkey", &key, "--time", "1700000001", "--signature", "signature"],
        "not a signature of this key",
    );
    refused(&[&given[..], &["message"]].concat(), "a signature has 64 bytes");
    refused(
        &["attach", "note", "--vkey", "x", "--time", "1", "--signature", "signature"],
        "--vkey: a key is",
    );
}

/// The signature that openssl makes, where there is one that knows Ed25519.
fn openssl(folder: &Path) -> Option<Vec<u8>> {
    let done = Command::new("openssl")
        .args([
            "pkeyutl",
            "-sign",
            "-inkey",
            "pkcs8",
            "-rawin",
            "-in",
            "message",
            "-out",
            "by-openssl",
        ])
        .current_dir(folder)
        .output()
        .ok()?;
    done.status.success().then(|| fs::read(folder.join("by-openssl")).unwrap())
}

/// A secret key that is pasted where a public one belongs is not shown on a screen in the hall.
#[test]
fn a_secret_key_is_never_shown() {
    let folder = TempDir::new().unwrap();
    text(&folder, &["key", "new", "--name", "r1", "--out", "r1.key"]);
    let secret = fs::read_to_string(folder.path().join("r1.key")).unwrap();
    let (_, err) = run(
        &folder,
        &["attach", "--vkey", secret.trim(), "--time", "1", "--signature", &"00".repeat(64)],
        NOTE,
        2,
    );
    assert!(err.contains("SECRET key") && !err.contains(&secret[20..30]), "{err}");
    let error = secret.trim().parse::<VerifierKey>().unwrap_err().to_string();
    assert!(!error.contains(&secret[20..30]), "{error}");
}

/// A note that an editor saved with other line ends is still one.
#[test]
fn a_note_with_other_line_ends_is_signed() {
    let folder = TempDir::new().unwrap();
    text(&folder, &["key", "new", "--name", "r1", "--out", "r1.key"]);
    let (plain, _) = run(&folder, &["sign", "--key", "r1.key", "--time", "7"], NOTE, 0);
    let (turned, _) =
        run(&folder, &["sign", "--key", "r1.key", "--time", "7"], &NOTE.replace('\n', "\r\n"), 0);
    assert_eq!(plain, turned);
}

const NOTE: &str = "draw.example/1\n0\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n";
