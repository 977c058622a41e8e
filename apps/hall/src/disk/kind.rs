//! What a file is that was given for a key or for a note, told by its content: names of files say
//! little.

use der::asn1::AnyRef;
use der::{Decode, Reader, SliceReader, Tag, Tagged};
use floorlot::rules::Phrase;

macro_rules! kinds {
    ($($(#[$about:meta])* $kind:ident $en:literal $zh:literal;)*) => {
        /// What a file is.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub(crate) enum Kind { $(#[doc = $en] $(#[$about])* $kind,)* }

        impl Kind {
            /// Its name.
            pub(crate) fn words(self) -> Phrase {
                match self { $(Kind::$kind => Phrase::new($en, $zh),)* }
            }
        }
    };
}

kinds! {
    Empty "an empty file" "空文件";
    Own "a secret key of `key new`" "key new 生成的密钥";
    Verifier "a public key, as `key show` prints it" "key show 显示的公钥";
    OpenSsh "a secret key of OpenSSH" "OpenSSH 私钥";
    LockedSsh "a secret key of OpenSSH with a passphrase" "加了口令的 OpenSSH 私钥";
    OtherSsh "a secret key of OpenSSH, and not an Ed25519 one (RSA, ECDSA or of a security key)" "OpenSSH 私钥，但不是 Ed25519（而是 RSA、ECDSA 或硬件密钥）";
    DamagedSsh "a secret key of OpenSSH that is damaged" "已损坏的 OpenSSH 私钥";
    Ssh2Public "a public key of PuTTYgen (SSH2)" "PuTTYgen 公钥（SSH2）";
    OpenSshPublic "a public key of OpenSSH (.pub)" "OpenSSH 公钥（.pub）";
    OtherSshPublic "a public key of OpenSSH, and not an Ed25519 one" "OpenSSH 公钥，且不是 Ed25519";
    SshSignature "a signature of `ssh-keygen -Y sign` (SSHSIG)" "ssh-keygen -Y sign 生成的签名（SSHSIG）";
    Putty "a key of PuTTY (.ppk)" "PuTTY 密钥（.ppk）";
    OtherPutty "a key of PuTTY (.ppk), and not an Ed25519 one" "PuTTY 密钥（.ppk），但不是 Ed25519";
    Pkcs8 "an Ed25519 secret key (PKCS#8)" "Ed25519 私钥（PKCS#8）";
    Encrypted "an encrypted secret key (PKCS#8 with a password)" "加了密码的私钥（PKCS#8）";
    Pkcs12 "a PKCS#12 file (.p12, .pfx)" "PKCS#12 文件（.p12、.pfx）";
    Rsa "an RSA key" "RSA 密钥";
    Ec "an ECDSA or SM2 key" "ECDSA 或国密 SM2 密钥";
    OtherKey "a key of another kind than Ed25519" "不是 Ed25519 的密钥";
    OtherPublic "a public key of another kind than Ed25519" "不是 Ed25519 的公钥";
    Spki "an Ed25519 public key" "Ed25519 公钥";
    Certificate "a certificate (X.509)" "证书（X.509）";
    Request "a certificate request (CSR)" "证书请求（CSR）";
    Pkcs7 "a PKCS#7 file (certificates or a signature)" "PKCS#7 文件（证书或签名）";
    Pgp "an OpenPGP (GnuPG) file" "OpenPGP（GnuPG）文件";
    Age "an age file" "age 文件";
    Minisign "a minisign or signify file" "minisign 或 signify 文件";
    Jwk "a JSON Web Key (JWK)" "JSON 格式的密钥（JWK）";
    KeyStore "a Java key store" "Java 密钥库";
    SeedHex "64 bare hex digits, perhaps those of a key" "64 位十六进制数字，可能是密钥";
    Seed "a bare number of 32 or 64 bytes, perhaps that of a key" "一串 32 或 64 字节的数字，可能是密钥";
    Secret "what looks like a member's secret for the draw, or a short number" "疑似监督员密语或一串短数字的内容";
    Transcript "a plan or a transcript" "方案或抽签记录";
    Note "a note (checkpoint)" "签名单（检查点）";
    Message "the bytes to be signed, as `message` prints them" "message 打印的待签原文";
    Receipt "a receipt" "收据";
    Office "a document of an office program, or a zip archive" "办公软件的文档或压缩包";
    Pdf "a PDF document" "PDF 文档";
    Rtf "a formatted text (RTF)" "带格式的文字（RTF）";
    Html "a web page or formatted mail (HTML)" "网页或带格式的邮件（HTML）";
    Mail "the raw text of a mail (quoted-printable)" "邮件原文（quoted-printable 编码）";
    OtherPem "a PEM file of a kind that is not used here" "此处用不到的 PEM 文件";
    OtherDer "a DER file of a kind that is not used here" "此处用不到的 DER 文件";
}

impl Kind {
    /// What the file is, if its content tells. `text` is the same content where it is a text.
    pub(crate) fn of(bytes: &[u8], text: Option<&str>) -> Option<Kind> {
        match text {
            Some(text) if text.trim().is_empty() => Some(Kind::Empty),
            Some(text) => of_text(text).or_else(|| of_number(text.trim())),
            None => of_bytes(bytes),
        }
    }
}

/// How texts begin, the more telling first.
const BEGINNINGS: &[(&str, Kind)] = &[
    ("PRIVATE+KEY+", Kind::Own),
    ("---- BEGIN SSH2 PUBLIC KEY", Kind::Ssh2Public),
    ("PuTTY-User-Key-File-", Kind::Putty),
    ("ssh-ed25519 ", Kind::OpenSshPublic),
    ("ssh-rsa ", Kind::OtherSshPublic),
    ("ssh-dss ", Kind::OtherSshPublic),
    ("ecdsa-sha2-", Kind::OtherSshPublic),
    ("sk-ssh-", Kind::OtherSshPublic),
    ("sk-ecdsa-", Kind::OtherSshPublic),
    ("untrusted comment:", Kind::Minisign),
    ("AGE-", Kind::Age),
    ("age1", Kind::Age),
    ("age-encryption.org/", Kind::Age),
    ("cosignature/v1\n", Kind::Message),
    ("c2sp.org/tlog-proof@", Kind::Receipt),
    ("{\\rtf", Kind::Rtf),
    ("%PDF", Kind::Pdf),
    ("<", Kind::Html),
];

/// What stands within texts.
const WITHIN: &[(&str, Kind)] = &[
    ("\nAGE-SECRET-KEY-", Kind::Age),
    ("&mdash;", Kind::Html),
    ("</", Kind::Html),
    ("=E2=80=94", Kind::Mail),
    ("\n\n\u{2014} ", Kind::Note),
];

fn of_text(text: &str) -> Option<Kind> {
    let text = text.trim_start();
    let begins = BEGINNINGS.iter().find(|(beginning, _)| text.starts_with(beginning));
    match begins {
        Some((_, Kind::Putty)) if !text.contains("ssh-ed25519") => return Some(Kind::OtherPutty),
        Some((_, kind)) => return Some(*kind),
        None => {}
    }
    if text.starts_with(['{', '[']) {
        let key = ["\"kty\"", "\"jwk\""].iter().any(|word| text.contains(word));
        return Some(if key { Kind::Jwk } else { Kind::Transcript });
    }
    if text.trim_end().parse::<floorlot::note::VerifierKey>().is_ok() {
        return Some(Kind::Verifier);
    }
    let within = |only: fn(&Kind) -> bool| {
        WITHIN.iter().find(|(part, kind)| only(kind) && text.contains(part)).map(|(_, kind)| *kind)
    };
    if let Some(kind) = within(|kind| *kind != Kind::Note) {
        return Some(kind);
    }
    let body: String = text.lines().take(3).flat_map(|line| [line.trim_end(), "\n"]).collect();
    if floorlot::note::parse_checkpoint(&body).is_ok() {
        return Some(Kind::Note);
    }
    of_pem(text).or_else(|| within(|_| true))
}

/// The kind of a PEM block, by its label; by its content where the label leaves it open.
fn of_pem(text: &str) -> Option<Kind> {
    let (label, _) = block(text)?;
    Some(match label {
        "OPENSSH PRIVATE KEY" => Kind::OpenSsh,
        "SSH SIGNATURE" => Kind::SshSignature,
        "ENCRYPTED PRIVATE KEY" => Kind::Encrypted,
        "RSA PRIVATE KEY" => Kind::Rsa,
        "EC PRIVATE KEY" | "EC PARAMETERS" | "SM2 PRIVATE KEY" => Kind::Ec,
        "CERTIFICATE" | "X509 CERTIFICATE" | "TRUSTED CERTIFICATE" => Kind::Certificate,
        "PKCS7" | "CMS" => Kind::Pkcs7,
        "AGE ENCRYPTED FILE" => Kind::Age,
        "PRIVATE KEY" | "PUBLIC KEY" => {
            pem_content(text).and_then(|der| of_der(&der)).unwrap_or(Kind::OtherPem)
        }
        "RSA PUBLIC KEY" => Kind::OtherPublic,
        label if label.starts_with("PGP ") => Kind::Pgp,
        label if label.ends_with("CERTIFICATE REQUEST") => Kind::Request,
        label if label.ends_with("PRIVATE KEY") => Kind::OtherKey,
        _ => Kind::OtherPem,
    })
}

/// Label and base64 of the PEM block of a text: that of a secret key, if there are several.
fn block(text: &str) -> Option<(&str, &str)> {
    let parts = |rest| {
        let (label, rest) = str::split_once(rest, "-----")?;
        Some((label, rest.split_once("-----END ").map_or("", |(inner, _)| inner)))
    };
    let blocks: Vec<(&str, &str)> = text.split("-----BEGIN ").skip(1).filter_map(parts).collect();
    blocks.iter().find(|(label, _)| label.ends_with("PRIVATE KEY")).or(blocks.first()).copied()
}

/// The bytes of the PEM block of a text; lines may have been indented, or wrapped anew.
pub(crate) fn pem_content(text: &str) -> Option<zeroize::Zeroizing<Vec<u8>>> {
    let (label, inner) = block(text)?;
    let encoded: zeroize::Zeroizing<String> =
        zeroize::Zeroizing::new(inner.chars().filter(|c| !c.is_whitespace()).collect());
    let lines: Vec<&str> =
        encoded.as_bytes().chunks(64).filter_map(|line| std::str::from_utf8(line).ok()).collect();
    let lines = zeroize::Zeroizing::new(lines.join("\n"));
    let block = zeroize::Zeroizing::new(format!(
        "-----BEGIN {label}-----\n{}\n-----END {label}-----\n",
        lines.as_str()
    ));
    let (_, content) = der::pem::decode_vec(block.as_bytes()).ok()?;
    Some(zeroize::Zeroizing::new(content))
}

/// A text that is nothing but hex or base64.
fn of_number(text: &str) -> Option<Kind> {
    let hex = text.bytes().all(|b| b.is_ascii_hexdigit());
    let base64 = text.bytes().all(|b| b.is_ascii_alphanumeric() || b"+/-_=".contains(&b));
    match text.len() {
        64 if hex => Some(Kind::SeedHex),
        128 if hex => Some(Kind::Seed),
        43 | 44 | 86 | 88 if base64 => Some(Kind::Seed),
        0..=64 if base64 => Some(Kind::Secret),
        _ => None,
    }
}

fn of_bytes(bytes: &[u8]) -> Option<Kind> {
    // OpenPGP (RFC 9580): packets of a signature, a secret or a public key, with the old or the new
    // kind of length.
    let pgp =
        matches!(bytes.first(), Some(0x88 | 0x89 | 0x94 | 0x95 | 0x98 | 0x99 | 0xc2 | 0xc5 | 0xc6));
    // A text with control characters in it is none of these, whatever its first character is.
    let text = std::str::from_utf8(bytes).is_ok();
    match bytes {
        [b'P', b'K', 3, 4, ..] | [0xd0, 0xcf, 0x11, 0xe0, ..] => Some(Kind::Office),
        [b'%', b'P', b'D', b'F', ..] => Some(Kind::Pdf),
        [0xfe, 0xed, 0xfe, 0xed, ..] | [0xce, 0xce, 0xce, 0xce, ..] => Some(Kind::KeyStore),
        [0x30, ..] => of_der(bytes).or((!text).then_some(Kind::OtherDer)),
        _ if bytes.starts_with(b"age-encryption.org/") => Some(Kind::Age),
        _ if !text && (bytes.len() == 32 || bytes.len() == 64) => Some(Kind::Seed),
        _ if !text && pgp => Some(Kind::Pgp),
        _ => None,
    }
}

/// The kind of a DER structure, by the types of its parts.
pub(crate) fn of_der(bytes: &[u8]) -> Option<Kind> {
    // PKCS#12 may have its length left open (BER).
    if bytes.starts_with(&[0x30, 0x80, 2, 1, 3]) {
        return Some(Kind::Pkcs12);
    }
    let parts =
        parts(AnyRef::from_der(bytes).ok().filter(|whole| whole.tag() == Tag::Sequence)?.value())?;
    let tags: Vec<Tag> = parts.iter().map(Tagged::tag).collect();
    Some(match tags.as_slice() {
        [Tag::Integer, Tag::Sequence, Tag::OctetString, ..] => {
            match key_type(parts.get(1)?.value()) {
                Some(Kind::Spki) => Kind::Pkcs8,
                other => other.unwrap_or(Kind::OtherKey),
            }
        }
        [Tag::Integer, Tag::Sequence, ..] => Kind::Pkcs12,
        [Tag::Sequence, Tag::OctetString] => Kind::Encrypted,
        [Tag::Sequence, Tag::BitString] => match key_type(parts.first()?.value()) {
            Some(Kind::Spki) => Kind::Spki,
            _ => Kind::OtherPublic,
        },
        [Tag::Sequence, Tag::Sequence, Tag::BitString] => {
            match self::parts(parts.first()?.value())?.len() {
                0..=4 => Kind::Request,
                _ => Kind::Certificate,
            }
        }
        [Tag::Integer, Tag::OctetString, ..] => Kind::Ec,
        [Tag::Integer, Tag::Integer] => Kind::OtherPublic,
        [Tag::Integer, Tag::Integer, ..] => Kind::Rsa,
        [Tag::ObjectIdentifier, ..] => Kind::Pkcs7,
        _ => Kind::OtherDer,
    })
}

/// The elements of a constructed value.
fn parts(bytes: &[u8]) -> Option<Vec<AnyRef<'_>>> {
    let mut reader = SliceReader::new(bytes).ok()?;
    let mut parts = Vec::new();
    while !reader.is_finished() {
        parts.push(AnyRef::decode(&mut reader).ok()?);
    }
    Some(parts)
}

/// The kind of key that an algorithm identifier names; `Spki` for Ed25519.
fn key_type(algorithm: &[u8]) -> Option<Kind> {
    let oid = parts(algorithm)?.first()?.value().to_vec();
    match oid.as_slice() {
        [0x2b, 0x65, 0x70] => Some(Kind::Spki), // 1.3.101.112 (RFC 8410)
        // 1.2.840.113549.1.1
        [0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, ..] => Some(Kind::Rsa),
        // 1.2.840.10045.2, also with the curve of SM2
        [0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, ..] => Some(Kind::Ec),
        _ => None,
    }
}
