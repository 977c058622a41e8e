//! Transcripts with one fault each, made by somebody who recomputes everything that can be
//! recomputed after it.
//!
//! The name begins with the id of the check that finds it first.

use crate::forge::{Cheat, Draft, Forge, Step, Turn};
use crate::hall::{self, Act, Script, secret};
use crate::manifest::Evidence;
use crate::plans::*;
use floorlot::ceremony::Numbers;
use floorlot::plan::{Absence, Device, Member, Mode, Plan, Pool, Source, Unranked};

/// One file with a fault.
pub(crate) struct Tampered {
    pub(crate) name: &'static str,
    pub(crate) about: &'static str,
    pub(crate) file: Vec<u8>,
    pub(crate) evidence: Evidence,
}

pub(crate) fn tampered(name: &'static str, about: &'static str, draft: &Draft) -> Tampered {
    Tampered { name, about, file: draft.file(), evidence: Evidence::default() }
}

fn file(name: &'static str, about: &'static str, file: Vec<u8>) -> Tampered {
    Tampered { name, about, file, evidence: Evidence::default() }
}

/// All of them.
pub(crate) fn all() -> Vec<Tampered> {
    let parts = [
        unreadable(),
        spelling(),
        bytes(),
        order_of_lines(),
        checkpoints(),
        tails(),
        header(),
        texts(),
        panels(),
        too_many(),
        fields(),
        pools(),
        flats(),
    ];
    let more = [
        roll_call(),
        secrets(),
        answers(),
        public_numbers(),
        seeds(),
        opens(),
        calls(),
        offers(),
        lots(),
        rankings(),
    ];
    let last = [absences(), undos(), ends(), outside()];
    parts.into_iter().chain(more).chain(last).flatten().collect()
}

fn forge() -> Forge {
    Forge::of(&block())
}

fn honest() -> Draft {
    forge().draft()
}

fn unreadable() -> Vec<Tampered> {
    let bom = [b"\xef\xbb\xbf".to_vec(), honest().file()].concat();
    let text = String::from_utf8(honest().file()).unwrap();
    let utf_16 =
        [0xfeff].into_iter().chain(text.encode_utf16()).flat_map(u16::to_le_bytes).collect();
    let spaced = text.replace("\":", "\": ").replace(",\"", ", \"");
    let spaced_out = spaced.replace("{\"", "{\n  \"").replace(", \"", ",\n  \"");
    let png = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01\x08\0\0\0\0:~\x9bU\0\0\0\nIDATx\x9cc`\0\0\0\x02\0\x01H\xaf\xa4q\0\0\0\0IEND\xaeB`\x82";
    vec![
        file("unreadable-empty", "an empty file", Vec::new()),
        file("unreadable-picture", "a picture", png.to_vec()),
        file(
            "unreadable-starts-with-a-bench",
            "the plan line is missing",
            honest().without("\"kind\":\"plan\"").file(),
        ),
        file("unreadable-byte-order-mark", "a byte order mark before the first line", bom),
        file(
            "unreadable-space-first",
            "a space before the first line",
            [b" ".to_vec(), honest().file()].concat(),
        ),
        file("unreadable-utf-16", "UTF-16", utf_16),
        file(
            "unreadable-utf-16-without-mark",
            "UTF-16 without a byte order mark",
            honest().file().iter().flat_map(|b| [*b, 0]).collect(),
        ),
        file(
            "unreadable-zip",
            "a zip archive",
            [b"PK\x03\x04\x14\0".to_vec(), honest().file()].concat(),
        ),
        file(
            "unreadable-gzip",
            "a gzip file",
            b"\x1f\x8b\x08\0\0\0\0\0\0\x03\x03\0\0\0\0\0\0\0\0\0".to_vec(),
        ),
        file("unreadable-pdf", "a PDF", b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n".to_vec()),
        file(
            "unreadable-web-page",
            "a page that asks to sign in",
            b"\n<!DOCTYPE html>\n<html><title>Sign in</title></html>\n".to_vec(),
        ),
        file(
            "unreadable-mark-and-web-page",
            "a web page with a byte order mark",
            b"\xef\xbb\xbf<html></html>\n".to_vec(),
        ),
        file(
            "unreadable-json-with-spaces",
            "JSON written anew on one line each, with spaces",
            spaced.into_bytes(),
        ),
        file("unreadable-json-indented", "JSON written anew, indented", spaced_out.into_bytes()),
        file(
            "unreadable-base64",
            "base64, as in a mail",
            b"eyJraW5kIjoicGxhbiIsImZsb29ybG90IjoxLCJvcmln\n".to_vec(),
        ),
        file("unreadable-receipt", "a receipt", b"floorlot/1 receipt\nindex 0\n".to_vec()),
        file("unreadable-zeros", "nothing but zeros", vec![0; 600]),
        file(
            "unreadable-part-of-a-header",
            "the file ends in the first bytes",
            b"{\"kind\":\"pl".to_vec(),
        ),
        file(
            "unreadable-blank-line-first",
            "an empty line before the first line",
            [b"\n".to_vec(), honest().file()].concat(),
        ),
    ]
}

/// T1: spellings that other readers of JSON take for the same. The unit `A-0601` is written
/// otherwise and all hashes are recomputed.
fn spelling() -> Vec<Tampered> {
    let unit =
        |name, about, from: &str, to: &str| tampered(name, about, &forge().edit(from, to).draft());
    let storey =
        |name, about, to: &str| unit(name, about, "\"storey\":6}", &format!("\"storey\":{to}}}"));
    vec![
        unit(
            "t1-space-after-colon",
            "white space outside of a string",
            "\"storey\":6",
            "\"storey\": 6",
        ),
        unit(
            "t1-space-at-the-end",
            "white space after the object",
            "\"storey\":6}",
            "\"storey\":6} ",
        ),
        unit(
            "t1-space-after-comma",
            "white space after a comma",
            ",\"label\":\"601\"",
            ", \"label\":\"601\"",
        ),
        unit("t1-solidus-escape", "an escape that is not needed", "\"601\"", "\"6\\/01\""),
        unit("t1-u-escape", "a letter written as an escape", "张*明", "\\u5f20*明"),
        unit("t1-u00e9-escape", "an accented letter written as an escape", "张*明", "caf\\u00e9"),
        unit("t1-lone-surrogate", "half of a surrogate pair as an escape", "张*明", "\\ud842*"),
        unit("t1-tab-escape", "an escape that the profile does not have", "\"601\"", "\"6\\t01\""),
        unit("t1-raw-tab", "a control character in a string", "\"601\"", "\"6\t01\""),
        unit("t1-delete-character", "U+007F in a string", "\"601\"", "\"6\u{7f}01\""),
        storey("t1-float", "an integer written as a float", "6.0"),
        storey("t1-leading-zero", "an integer with a leading zero", "06"),
        storey("t1-plus-sign", "an integer with a plus sign", "+6"),
        storey("t1-exponent", "an integer with an exponent", "6e0"),
        storey("t1-minus-sign", "a negative number", "-6"),
        storey("t1-integer-as-string", "an integer in quotes", "\"6\""),
        storey("t1-integer-above-limit", "2^53, one above the largest integer", "9007199254740992"),
        storey(
            "t1-integer-of-twenty-digits",
            "2^64, which wraps to 0 in careless readers",
            "18446744073709551616",
        ),
        storey("t1-duplicate-key", "a key twice", "6,\"storey\":60"),
        storey("t1-unknown-key", "a key that the kind does not have", "6,\"rooms\":90"),
        storey("t1-null", "an optional key with null", "6,\"features\":null"),
        storey("t1-empty-list", "an optional list that is empty", "6,\"features\":[]"),
        storey("t1-area-with-a-fraction", "an area in m², not in 1/100 m²", "6,\"area\":89.25"),
        storey("t1-price-before-area", "the price before the area", "6,\"price\":1,\"area\":1"),
        storey("t1-price-as-text", "a price in quotes", "6,\"price\":\"120000000\""),
        storey("t1-trailing-comma", "a comma before the closing brace", "6,"),
        unit(
            "t1-key-order",
            "two keys in another order",
            "\"label\":\"601\",\"storey\":6",
            "\"storey\":6,\"label\":\"601\"",
        ),
        unit(
            "t1-kind-not-first",
            "kind is not the first key",
            "{\"kind\":\"unit\",\"pool\":\"A\",\"id\":\"A-0601\"",
            "{\"pool\":\"A\",\"kind\":\"unit\",\"id\":\"A-0601\"",
        ),
        unit("t1-missing-key", "a key is missing", ",\"label\":\"601\"", ""),
        unit(
            "t1-token-with-capital",
            "a token that is not in the list",
            "\"rule\":\"lot\"",
            "\"rule\":\"Lot\"",
        ),
        unit(
            "t1-time-in-the-plan",
            "a time on a plan line, where it could be ground",
            "\"storey\":6",
            "\"storey\":6,\"at\":1792000000",
        ),
        unit(
            "t1-line-of-65536-bytes",
            "a line one byte too long",
            "\"601\"",
            &format!("\"{}\"", "x".repeat(65_536 - 62)),
        ),
    ]
}

/// T1: bytes that text editors and copy programs change.
fn bytes() -> Vec<Tampered> {
    let crlf = honest().0.iter().flat_map(|l| [l.as_slice(), b"\r\n"].concat()).collect();
    let mut no_lf = honest().file();
    no_lf.pop();
    let seed_upper = honest().change("\"kind\":\"seed\"", |l| {
        l.to_uppercase().replace("KIND", "kind").replace("SEED", "seed").into_bytes()
    });
    let invalid = honest().change("\"kind\":\"leftover\"", |l| {
        l.replace("A-", "A\u{80}").bytes().filter(|b| *b != 0xc2).collect()
    });
    let torn = honest().file();
    let cut_at = |length: usize| {
        let begun = b"{\"kind\":\"objection\",\"id\":\"";
        [torn.as_slice(), begun, "x".repeat(length - begun.len()).as_bytes()].concat()
    };
    let between = |end: &[u8]| {
        honest().0.iter().flat_map(|l| [l.as_slice(), end].concat()).collect::<Vec<u8>>()
    };
    let some_crlf = honest()
        .0
        .iter()
        .enumerate()
        .flat_map(|(n, l)| [l.as_slice(), if n % 30 == 9 { b"\r\n" } else { b"\n" }].concat())
        .collect();
    let gbk = in_gbk(&honest().file());
    let gbk_crlf = in_gbk(&between(b"\r\n"));
    let mut zeros = honest().file();
    zeros[3000..3064].fill(0);
    let wrapped = honest()
        .0
        .iter()
        .flat_map(|l| {
            String::from_utf8_lossy(l)
                .chars()
                .collect::<Vec<_>>()
                .chunks(76)
                .flat_map(|part| part.iter().chain(&['\n']).collect::<String>().into_bytes())
                .collect::<Vec<u8>>()
        })
        .collect();
    let ticket = honest().nth("\"kind\":\"call\"", 1);
    let decimal = |to: &str| honest().edit(&ticket, "\"ticket\":\"", to);
    vec![
        file("t1-cr-lf", "CR LF line ends", crlf),
        file(
            "t1-cr-lf-in-two-lines",
            "CR LF at the end of two lines, as an editor leaves them where somebody typed",
            some_crlf,
        ),
        file(
            "t1-cr-lf-and-gbk",
            "saved anew by an editor: CR LF line ends, and Chinese in GBK",
            gbk_crlf,
        ),
        file("t1-gbk", "Chinese in GBK", gbk),
        file("t1-cr", "CR line ends", between(b"\r")),
        file("t1-line-separator", "U+2028 in the place of LF", between("\u{2028}".as_bytes())),
        file("t1-next-line", "U+0085 in the place of LF", between("\u{85}".as_bytes())),
        file("t1-zeros", "a block of 64 bytes is zeros", zeros),
        file(
            "t1-tab-first",
            "a tab before a line",
            honest().change("\"kind\":\"seed\"", |l| format!("\t{l}").into_bytes()).file(),
        ),
        file("t1-spaces-at-all-ends", "two spaces at the end of every line", between(b"  \n")),
        file("t1-wrapped", "lines broken after 76 bytes, as a mail program does", wrapped),
        file(
            "t1-more-without-lf",
            "words without LF behind the closing line",
            [honest().file(), b"P.S. right".to_vec()].concat(),
        ),
        file(
            "t1-last-line-ends-in-cr",
            "the last line ends in CR, and nothing behind",
            [no_lf.as_slice(), b"\r"].concat(),
        ),
        file("unfinished-missing-last-lf", "no LF after the closing line", no_lf),
        file(
            "unfinished-torn-last-line",
            "the file ends within its last line",
            torn[..torn.len() - 20].to_vec(),
        ),
        file(
            "unfinished-zeros-at-the-end",
            "a power cut: part of a line, and zeros behind it",
            [&torn[..torn.len() - 20], &[0; 60]].concat(),
        ),
        file(
            "unfinished-torn-after-the-closing",
            "a power cut in the first line of an aftermath",
            [&torn[..], b"{\"kind\":\"obj"].concat(),
        ),
        file("unfinished-torn-line-of-65535-bytes", "the longest torn line", cut_at(65_535)),
        file(
            "t1-torn-line-of-65536-bytes-with-its-zeros",
            "the zeros at the end count",
            [&cut_at(65_530)[..], &[0; 6]].concat(),
        ),
        file("t1-torn-line-of-65536-bytes", "longer than what is torn of a line", cut_at(65_536)),
        tampered("t1-upper-case-hex", "the seed in capitals", &seed_upper.resealed()),
        tampered("t1-invalid-utf-8", "a byte that is not UTF-8", &invalid.resealed()),
        tampered(
            "t1-ticket-with-leading-zero",
            "a decimal with a leading zero",
            &decimal("\"ticket\":\"0").resealed(),
        ),
        tampered(
            "t1-blank-line",
            "an empty line between two lines",
            &honest().after("\"kind\":\"seed\"", &[""]).resealed(),
        ),
        tampered(
            "t1-comment-line",
            "a line that is no JSON",
            &honest().after("\"kind\":\"seed\"", &["# lunch break"]).resealed(),
        ),
        tampered(
            "t1-junk-after-closing",
            "bytes after the closing line",
            &honest().after("\"kind\":\"closing\"", &["P.S."]),
        ),
        tampered(
            "t1-trailing-blank-line",
            "an empty line after the closing line",
            &honest().after("\"kind\":\"closing\"", &[""]),
        ),
    ]
}

/// The Chinese words of the small block as GBK has them (the others are ASCII).
fn in_gbk(file: &[u8]) -> Vec<u8> {
    let words: [(&str, &[u8]); 3] = [
        ("重建楼", b"\xd6\xd8\xbd\xa8\xc2\xa5"),
        ("居民", b"\xbe\xd3\xc3\xf1"),
        ("张", b"\xd5\xc5"),
    ];
    let mut file = file.to_vec();
    for (word, gbk) in words {
        while let Some(at) = file.windows(word.len()).position(|part| part == word.as_bytes()) {
            file.splice(at..at + word.len(), gbk.iter().copied());
        }
    }
    file
}

fn position(steps: &[Step], wanted: impl Fn(&Step) -> bool) -> usize {
    steps.iter().position(wanted).unwrap()
}

/// The checkpoint of the reveals.
const REVEALS: &str = "\"stage\":\"reveals\"";

fn order_of_lines() -> Vec<Tampered> {
    let numbers_first = forge().steps(|steps| {
        let close = steps.len() - 2;
        steps.swap(close, close + 1);
    });
    let reveal_early = forge().steps(|steps| {
        let close = position(steps, |s| matches!(s, Step::CloseCommits));
        steps.swap(close, close + 1);
    });
    let late_commit = forge().steps(|steps| {
        let n = position(steps, |s| matches!(s, Step::Commit(m, _) if m == "r3"));
        let commit = steps.remove(n);
        let close = position(steps, |s| matches!(s, Step::CloseCommits));
        steps.insert(close + 1, commit);
    });
    let no_close = forge().steps(|steps| steps.retain(|s| !matches!(s, Step::CloseCommits)));
    let units_last = {
        let mut forge = forge();
        let n = forge.plan.iter().position(|l| l.contains("A-1801")).unwrap();
        let unit = forge.plan.remove(n);
        forge.plan.push(unit);
        forge
    };
    let two_plans = {
        let mut forge = forge();
        forge.plan.insert(1, forge.plan[0].clone());
        forge
    };
    let pools = || Forge::of(&estate()).draft();
    let (pick, next) = (honest().nth("\"kind\":\"pick\"", 0), honest().nth("\"kind\":\"pick\"", 1));
    let id = |line: &str| line.split('"').nth(7).unwrap().to_owned();
    let swapped =
        honest().edit(&pick, &id(&pick), &id(&next)).edit(&next, &id(&next), &id(&pick)).resealed();
    let leftover = honest().nth("\"kind\":\"leftover\"", 0);
    let closing = honest().nth("\"kind\":\"closing\"", 0);
    let two_sources = {
        let mut plan = panel("block", Mode::Official).pool(lot_pool());
        plan.sources.push(Source::TWENTY_DICE);
        Forge::of(&plan).draft()
    };
    let (reveals, last_reveal) = (honest().nth(REVEALS, 0), honest().nth("\"kind\":\"reveal\"", 4));
    vec![
        tampered(
            "t2-numbers-before-reveals-close",
            "dice rolled before the reveals were closed",
            &numbers_first.draft(),
        ),
        tampered(
            "t2-reveal-before-close",
            "a secret revealed while others could still commit",
            &reveal_early.draft(),
        ),
        tampered(
            "c1-commit-after-close",
            "a member commits after the roll call was closed",
            &late_commit.draft(),
        ),
        tampered("t2-no-close-of-commits", "the roll call was never closed", &no_close.draft()),
        tampered(
            "t2-reveals-not-sealed",
            "the checkpoint of the reveals is missing",
            &honest().without(REVEALS).resealed(),
        ),
        tampered(
            "t2-reveals-not-sealed-in-an-estate",
            "the same in a draw with several pools",
            &pools().without(REVEALS).resealed(),
        ),
        tampered(
            "t2-reveals-sealed-as-a-batch",
            "a checkpoint of another stage stands in its place",
            &honest().edit(REVEALS, "\"reveals\"", "\"aftermath\"").resealed(),
        ),
        tampered(
            "t2-reveals-sealed-before-they-close",
            "the reveals are sealed, and then one more comes",
            &honest().moved(REVEALS, &last_reveal).resealed(),
        ),
        tampered(
            "t2-reveals-sealed-after-the-dice",
            "the dice are rolled before the reveals are sealed",
            &honest().moved(REVEALS, "\"kind\":\"seed\"").resealed(),
        ),
        tampered(
            "t2-reveals-sealed-between-two-sources",
            "the first of the public numbers comes before the reveals are sealed",
            &two_sources.moved(REVEALS, "\"source\":2").resealed(),
        ),
        tampered(
            "t2-reveals-sealed-after-the-seed",
            "the reveals are sealed when the draw is over",
            &honest().moved(REVEALS, "\"kind\":\"result\"").resealed(),
        ),
        tampered(
            "t2-reveals-sealed-twice",
            "the reveals are sealed again after the dice",
            &honest().after("\"kind\":\"dice\"", &[&reveals]).resealed(),
        ),
        tampered(
            "t2-reveals-signed",
            "a member says something about the checkpoint of the reveals",
            &honest().after(REVEALS, &["{\"kind\":\"unsigned\",\"member\":\"r1\"}"]).resealed(),
        ),
        tampered(
            "t2-unit-after-households",
            "a unit line after the households",
            &units_last.draft(),
        ),
        tampered("t2-two-plan-lines", "a second header", &two_plans.draft()),
        tampered(
            "t2-second-header-beyond-the-limits",
            "a second header that announces 39 sources",
            &{
                let second = honest()
                    .nth("\"kind\":\"plan\"", 0)
                    .replace("\"sources\":1,", "\"sources\":39,");
                honest().after("\"kind\":\"plan\"", &[&second]).resealed()
            },
        ),
        tampered(
            "t2-pick-before-call",
            "a pick before its call",
            &honest().moved(&pick, "\"place\":1,").resealed(),
        ),
        tampered(
            "t2-two-calls-at-once",
            "the second household is called before the first was served",
            &honest().moved("\"place\":2,", &pick).resealed(),
        ),
        tampered("t2-two-picks-swapped", "the first two picks change their households", &swapped),
        tampered(
            "t2-next-pool-before-end",
            "the end line of the first pool is missing",
            &pools().without("\"kind\":\"end\"").resealed(),
        ),
        tampered(
            "t2-pick-twice",
            "the first pick stands there twice",
            &honest().after(&pick, &[&pick]).resealed(),
        ),
        tampered(
            "t2-no-result",
            "the result line is missing",
            &honest().without("\"kind\":\"result\"").resealed(),
        ),
        tampered(
            "t2-no-checkpoint-of-the-plan",
            "the plan was never sealed",
            &honest().without("\"stage\":\"plan\"").resealed(),
        ),
        tampered(
            "t2-line-after-closing",
            "a well-formed line after the closing line",
            &honest().after("\"kind\":\"closing\"", &[&leftover]),
        ),
        tampered(
            "t2-two-closing-lines",
            "the closing line stands there twice",
            &honest().after("\"kind\":\"closing\"", &[&closing]),
        ),
        tampered("t2-no-source", "no public numbers in the plan, and none rolled", &no_source()),
        tampered(
            "t2-no-seed",
            "the seed line is missing",
            &honest().without("\"kind\":\"seed\"").resealed(),
        ),
    ]
}

fn no_source() -> Draft {
    let mut forge = forge().edit("\"sources\":1", "\"sources\":0").steps(|steps| {
        steps.pop();
    });
    forge.plan.retain(|l| !l.contains("\"kind\":\"source\""));
    forge.draft()
}

fn checkpoints() -> Vec<Tampered> {
    let rehearsal = Forge::of(&panel("block", Mode::Rehearsal).pool(lot_pool())).draft();
    let body = honest().nth("\"stage\":\"result\"", 0);
    let relayed = |from: &str, to: &str| honest().edit(&body, from, to);
    let taken_back = {
        let draft = taken_back().change(REVEALS, |_| honest().nth(REVEALS, 0).into_bytes());
        let kept = draft.find(REVEALS);
        draft.resealed_but(&[kept])
    };
    vec![
        tampered(
            "t3-rehearsal-shown-as-official",
            "the mode is changed in the plan, nothing is recomputed",
            &rehearsal.edit("\"mode\":\"rehearsal\"", "\"rehearsal\"", "\"official\""),
        ),
        tampered(
            "t3-label-changed-after-the-seal",
            "a label is changed, nothing is recomputed",
            &honest().edit("\"601\"", "\"601\"", "\"1601\""),
        ),
        tampered(
            "t3-price-lowered-after-the-draw",
            "a flat of a sealed plan gets another price, nothing is recomputed",
            &Draft(hall::draw(&priced(), &Script::default())).edit(
                "\"id\":\"B-1501\"",
                "\"price\":123456789",
                "\"price\":103456789",
            ),
        ),
        tampered(
            "t3-other-origin",
            "the checkpoint of the result names another draw",
            &relayed("corpus.example/block\\n", "corpus.example/other\\n"),
        ),
        tampered(
            "t3-size-too-small",
            "the checkpoint of the result counts one line less",
            &shrunk(&honest()),
        ),
        tampered(
            "t3-reveals-under-the-body-of-the-plan",
            "the checkpoint of the reveals says again what that of the plan says",
            &honest().change(REVEALS, |_| {
                let plan = honest().nth("\"stage\":\"plan\"", 0);
                plan.replace("\"plan\"", "\"reveals\"").into_bytes()
            }),
        ),
        tampered(
            "t3-reveals-of-another-draw",
            "the checkpoint of the reveals names another draw",
            &honest().edit(REVEALS, "corpus.example/block\\n", "corpus.example/other\\n"),
        ),
        tampered(
            "t3-reveal-taken-back",
            "a member withholds after the reveals were sealed; what stands behind is made anew",
            &taken_back,
        ),
        tampered(
            "t3-root-in-url-alphabet",
            "the root without its padding",
            &relayed("=\\n\"", "\\n\""),
        ),
        tampered(
            "t3-extra-line-in-body",
            "a fourth line in the checkpoint",
            &relayed("=\\n\"", "=\\nnote\\n\""),
        ),
        tampered(
            "t3-no-lf-at-the-end-of-the-body",
            "the body lacks its last LF",
            &relayed("=\\n\"", "=\""),
        ),
    ]
    .into_iter()
    .collect()
}

/// Member r3 withholds where it revealed, with the same dice.
fn taken_back() -> Draft {
    let changed = |steps: &mut Vec<Step>| {
        let reveal = position(steps, |s| matches!(s, Step::Reveal(m, _) if m == "r3"));
        steps[reveal] = Step::Withheld("r3".into());
    };
    forge().steps(changed).draft()
}

fn shrunk(draft: &Draft) -> Draft {
    let n = draft.find("\"stage\":\"result\"");
    draft.clone().edit("\"stage\":\"result\"", &format!("\\n{n}\\n"), &format!("\\n{}\\n", n - 1))
}

fn tails() -> Vec<Tampered> {
    let cut = |before: &str| {
        let mut draft = honest();
        draft.0.truncate(draft.find(before));
        draft
    };
    let only_plan_line = Draft(honest().0[..1].to_vec());
    let closing = honest().nth("\"kind\":\"closing\"", 0);
    vec![
        tampered(
            "unfinished-closing-line-cut-off",
            "the closing line is missing",
            &cut("\"kind\":\"closing\""),
        ),
        tampered(
            "unfinished-cut-before-the-result",
            "the file ends before the result",
            &cut("\"kind\":\"result\""),
        ),
        tampered(
            "unfinished-cut-in-the-draw",
            "the file ends after the second call",
            &cut(&honest().nth("\"kind\":\"pick\"", 1)),
        ),
        tampered(
            "unfinished-cut-before-the-seed",
            "the file ends before the seed",
            &cut("\"kind\":\"seed\""),
        ),
        tampered(
            "unfinished-cut-in-the-reveals",
            "the file ends before the reveals close",
            &cut("\"what\":\"reveals\""),
        ),
        tampered(
            "unfinished-cut-in-the-roll-call",
            "the file ends in the roll call",
            &cut("\"what\":\"commits\""),
        ),
        tampered(
            "unfinished-cut-in-the-plan",
            "the file ends before the plan is sealed",
            &cut("\"stage\":\"plan\""),
        ),
        tampered("unfinished-header-only", "a header and nothing else", &only_plan_line),
        tampered("t4-lines-counted-wrongly", "the closing line counts one line more", &recounted()),
        tampered(
            "t4-closing-root-of-other-lines",
            "the closing line has another root",
            &honest().change(&closing, |l| flipped(&l)),
        ),
        tampered(
            "t4-closing-root-of-the-plan",
            "the closing line has the root of the plan: nothing after it is under a root",
            &honest().change(&closing, |l| {
                let at = l.find("\"root\":\"").unwrap() + 8;
                format!("{}{}\"}}", &l[..at], plan_root(&forge())).into_bytes()
            }),
        ),
    ]
}

fn recounted() -> Draft {
    let lines = honest().0.len() - 1;
    honest().edit(
        "\"kind\":\"closing\"",
        &format!("\"lines\":{lines}"),
        &format!("\"lines\":{}", lines + 1),
    )
}

/// Another last hex digit.
fn flipped(line: &str) -> Vec<u8> {
    let mut bytes = line.as_bytes().to_vec();
    let n = bytes.len() - 3;
    bytes[n] = if bytes[n] == b'0' { b'1' } else { b'0' };
    bytes
}

fn plan_with(name: &'static str, about: &'static str, from: &str, to: &str) -> Tampered {
    tampered(name, about, &forge().edit(from, to).draft())
}

fn header() -> Vec<Tampered> {
    let dropped = || {
        let mut forge = forge();
        forge.plan.retain(|l| !l.contains("\"H003\""));
        forge
    };
    let void = |prior: &str| format!("\"attempt\":2,\"prior\":{prior}");
    let link = |origin: &str, relation: &str| {
        let root = "ab".repeat(32);
        void(&format!(
            "{{\"origin\":\"{origin}\",\"size\":41,\"root\":\"{root}\",\"relation\":\"{relation}\",\"reason\":\"a die fell\"}}"
        ))
    };
    let attempt = |name, about, to: &str| plan_with(name, about, "\"attempt\":1", to);
    vec![
        plan_with(
            "p1-version-2",
            "a version that does not exist",
            "\"floorlot\":1",
            "\"floorlot\":2",
        ),
        plan_with(
            "p1-origin-with-a-space",
            "an origin that no checkpoint can carry safely",
            "corpus.example/block",
            "corpus.example/block 7",
        ),
        plan_with(
            "p1-origin-ends-with-a-slash",
            "an origin that does not end with a letter or digit",
            "corpus.example/block",
            "corpus.example/block/",
        ),
        tampered(
            "p1-household-dropped-from-the-plan",
            "a household line is taken out, the counts stay",
            &dropped().draft(),
        ),
        plan_with(
            "p1-units-of-the-pool-miscounted",
            "the pool counts one unit more than it has",
            "\"units\":5,\"households\":4}",
            "\"units\":6,\"households\":4}",
        ),
        attempt(
            "p11-attempt-without-prior",
            "the second attempt says nothing of the first",
            "\"attempt\":2",
        ),
        attempt("p11-attempt-0", "attempts count from 1", "\"attempt\":0"),
        attempt(
            "p11-prior-is-itself",
            "the attempt before has the same origin",
            &link("corpus.example/block", "void"),
        ),
        attempt(
            "p11-second-attempt-called-a-round",
            "the second attempt is linked as a round, not as void",
            &link("corpus.example/first", "round"),
        ),
    ]
}

fn texts() -> Vec<Tampered> {
    let id = |name, about, to: &str| plan_with(name, about, "\"H002\"", to);
    let name = |name, about, to: &str| plan_with(name, about, "张*明", to);
    let long = format!("\"{}\"", "x".repeat(65_535 - 62));
    let pick = honest().nth("\"kind\":\"pick\"", 0);
    let bad_proxy = play(Absence::Last, &[Act::Proxy(0, "Mr X"), Act::Undo("mistyped")]);
    vec![
        id("p2-ids-differ-in-capitals", "h001 beside H001", "\"h001\""),
        id("p2-id-twice", "two households with one id", "\"H001\""),
        id("p2-id-with-a-space", "an id with a space in it", "\"H 02\""),
        id("p2-id-of-full-width-digits", "an id that looks like H002", "\"H００２\""),
        id("p2-id-empty", "an empty id", "\"\""),
        id(
            "p2-id-of-65-characters",
            "an id one character too long",
            &format!("\"{}\"", "h".repeat(65)),
        ),
        plan_with(
            "p2-feature-with-a-space",
            "a feature that is no id",
            "\"storey\":9}",
            "\"storey\":9,\"features\":[\"sea view\"]}",
        ),
        name("p3-not-in-normalization-form-c", "e with a combining accent", "Lo*e\u{301}"),
        name(
            "p3-direction-override",
            "a name that reads otherwise than it is stored",
            "张\u{202e}*明",
        ),
        name("p3-zero-width-space", "an invisible character", "张\u{200b}*明"),
        name("p3-no-break-space", "a space that is not a space", "张\u{a0}*明"),
        name("p3-hebrew", "right-to-left letters", "\u{5d0}*"),
        name("p3-space-at-the-end", "a name that ends with a space", "张*明 "),
        name("p3-name-of-121-bytes", "a name one byte too long", &"n".repeat(121)),
        name("p3-line-feed", "a name of two lines", "张*\\n明"),
        plan_with(
            "p3-empty-label",
            "a unit without a label",
            "\"label\":\"601\"",
            "\"label\":\"\"",
        ),
        plan_with(
            "p3-line-of-65535-bytes",
            "the longest line: in the profile, but the label is too long",
            "\"601\"",
            &long,
        ),
        tampered(
            "p3-proxy-with-a-line-feed",
            "the name of a proxy with a line feed in it",
            &bad_proxy.clone().edit("Mr X", "Mr X", "Mr\\nX").resealed(),
        ),
        tampered(
            "p3-reason-empty",
            "an undo without a reason",
            &bad_proxy.edit("mistyped", "mistyped", "").resealed(),
        ),
        tampered(
            "d6-proxy-for-a-lot",
            "somebody stood in for the lot",
            &honest().edit(&pick, "}", ",\"proxy\":\"Mr X\"}").resealed(),
        ),
    ]
}

/// The sealed plan of the estate with one of its lines moved to before another. (Who is drawn with
/// whom is another thing then, so that a draw would break rule T2.)
fn shuffled(line: &str, before: &str) -> Draft {
    let mut forge = Forge::of(&estate());
    let find = |forge: &Forge, id: &str| forge.plan.iter().position(|l| l.contains(id)).unwrap();
    let line = forge.plan.remove(find(&forge, line));
    let before = find(&forge, before);
    forge.plan.insert(before, line);
    let mut draft = forge.draft();
    draft.0.truncate(draft.find("\"stage\":\"plan\"") + 1);
    draft
}

/// P13: the flat 301 on storey 3 of building 1号楼 stands twice.
fn flats() -> Vec<Tampered> {
    let flat = "\"label\":\"601\",\"storey\":6";
    let other = "\"label\":\"201\",\"storey\":2";
    let again = "\"label\":\"301\",\"storey\":3";
    let in_pool = |building: &str| {
        let forge = Forge::of(&estate()).edit("\"building\":\"2号楼\"", building);
        forge.edit(other, again).draft()
    };
    let own = |building: &str| format!("\"building\":\"{building}\",{again}");
    vec![
        tampered(
            "p13-flat-in-a-building-that-the-unit-names",
            "one flat in two pools, the second in another building but for that unit",
            &Forge::of(&estate()).edit(other, &own("1号楼")).draft(),
        ),
        plan_with(
            "p13-flat-in-a-building-named-in-full-width",
            "one flat as two units, the second of which names the building in another width",
            flat,
            &own("１ 号楼"),
        ),
        tampered(
            "p13-flat-twice-in-a-building-of-its-own",
            "one flat as two units, both of which name another building than their pool",
            &forge().edit(again, &own("3号楼")).edit(flat, &own("3号楼")).draft(),
        ),
        plan_with(
            "p3-building-of-a-unit-empty",
            "a unit that names a building without a name",
            flat,
            "\"building\":\"\",\"label\":\"601\",\"storey\":6",
        ),
        plan_with(
            "p3-building-of-a-unit-of-121-bytes",
            "the building of a unit one byte too long",
            flat,
            &format!("\"building\":\"{}\",{flat}", "n".repeat(121)),
        ),
        plan_with(
            "t1-building-behind-the-label",
            "the building of a unit behind its label",
            flat,
            "\"label\":\"601\",\"building\":\"1号楼\",\"storey\":6",
        ),
        plan_with("p13-flat-twice", "one flat as two units", flat, again),
        plan_with(
            "p13-flat-in-full-width",
            "one flat as two units, the second in full-width digits with a space between",
            flat,
            "\"label\":\"３０ １\",\"storey\":3",
        ),
        tampered(
            "p13-flat-in-capitals",
            "two flats whose labels differ in capitals alone",
            &forge()
                .edit("\"label\":\"301\"", "\"label\":\"3a\"")
                .edit(flat, "\"label\":\"3A\",\"storey\":3")
                .draft(),
        ),
        tampered(
            "p13-flat-in-two-pools",
            "one flat in two pools of one building",
            &in_pool("\"building\":\"1号楼\""),
        ),
        tampered(
            "p13-flat-in-a-building-in-full-width",
            "one flat in two pools of one building, whose name has another width and a space",
            &in_pool("\"building\":\"１ 号楼\""),
        ),
    ]
}

fn panels() -> Vec<Tampered> {
    let mut one = forge().edit("\"benches\":2", "\"benches\":1");
    one.plan.retain(|l| !l.contains("\"id\":\"officials\""));
    one.plan
        .iter_mut()
        .for_each(|l| *l = l.replace("\"bench\":\"officials\"", "\"bench\":\"residents\""));
    let source = |name, about, to: &str, numbers: Numbers| {
        let forge = forge()
            .edit("\"device\":\"dice\",\"count\":20,\"range\":10", to)
            .steps(|s| *s.last_mut().unwrap() = Step::Numbers(1, numbers));
        tampered(name, about, &forge.draft())
    };
    let dice = |n: usize| Numbers::Dice("3".repeat(n));
    let balls = |n: u64| Numbers::Balls((1..=n).collect());
    vec![
        plan_with(
            "p4-bench-unknown",
            "a member of a bench that does not exist",
            "\"id\":\"r3\",\"bench\":\"residents\"",
            "\"id\":\"r3\",\"bench\":\"resident\"",
        ),
        tampered(
            "p4-pool-unknown",
            "a unit of a pool that does not exist",
            &forge()
                .edit("\"pool\":\"A\",\"id\":\"A-1801\"", "\"pool\":\"a\",\"id\":\"A-1801\"")
                .edit(
                    "\"building\":\"1号楼\",\"rule\":\"lot\",\"units\":5",
                    "\"building\":\"1号楼\",\"rule\":\"lot\",\"units\":4",
                )
                .draft(),
        ),
        plan_with(
            "p4-bench-in-capitals",
            "a member of a bench that is called so in small letters",
            "\"id\":\"r3\",\"bench\":\"residents\"",
            "\"id\":\"r3\",\"bench\":\"Residents\"",
        ),
        tampered(
            "p4-households-not-in-the-order-of-the-pools",
            "a household of the second pool stands before the last of the first",
            &shuffled("\"H101\"", "\"H004\""),
        ),
        tampered(
            "p4-units-not-in-the-order-of-the-pools",
            "a unit of the second pool stands before the last of the first",
            &shuffled("\"B-0201\"", "\"A-1801\""),
        ),
        tampered("p5-one-bench", "all members sit on one bench", &one.draft()),
        plan_with("p5-quorum-0", "a bench that nobody needs", "\"quorum\":1", "\"quorum\":0"),
        plan_with(
            "p5-quorum-above-the-bench",
            "a quorum of three where two sit",
            "\"quorum\":1",
            "\"quorum\":3",
        ),
        source(
            "p6-nineteen-dice",
            "63 bits of public numbers",
            "\"device\":\"dice\",\"count\":19,\"range\":10",
            dice(19),
        ),
        source(
            "p6-dice-with-eleven-faces",
            "dice that no digit can show",
            "\"device\":\"dice\",\"count\":20,\"range\":11",
            dice(20),
        ),
        source(
            "p6-dice-with-one-face",
            "dice that always show the same",
            "\"device\":\"dice\",\"count\":20,\"range\":1",
            Numbers::Dice("1".repeat(20)),
        ),
        source(
            "p6-dice-201",
            "more dice than allowed",
            "\"device\":\"dice\",\"count\":201,\"range\":10",
            dice(201),
        ),
        source(
            "p6-twenty-balls",
            "20 balls of 20: 61 bits",
            "\"device\":\"balls\",\"count\":20,\"range\":20",
            balls(20),
        ),
        source(
            "p6-more-balls-than-there-are",
            "21 balls of 20",
            "\"device\":\"balls\",\"count\":21,\"range\":20",
            balls(20),
        ),
    ]
}

/// More benches, members and sources than there may be: what is beyond the limits is counted, and
/// not used.
fn too_many() -> Vec<Tampered> {
    let benches = |members: usize| {
        let ids: Vec<String> = (3..=17).map(|n| format!("b{n}")).collect();
        ids.iter().enumerate().fold(block(), |plan, (n, id)| {
            let member = format!("m-{id}");
            let member = [(member.as_str(), "王*")];
            plan.bench(id, "Bench", 1, &member[..usize::from(n < members)])
        })
    };
    let mut members = block();
    members.members.extend((6..=257).map(|n| Member {
        id: format!("m{n}"),
        bench: "residents".into(),
        name: "王*".into(),
        key: None,
    }));
    let sources = |count| Plan { sources: vec![source(Device::Dice, count, 10); 17], ..block() };
    let draft = |plan: Plan| Forge::of(&plan).draft();
    vec![
        tampered("p5-member-of-the-seventeenth-bench", "17 benches", &draft(benches(15))),
        tampered("p5-seventeen-benches", "17 benches, the last one empty", &draft(benches(14))),
        tampered("p5-members-257", "257 members", &draft(members)),
        tampered("p6-seventeen-sources", "17 sources of four dice", &draft(sources(4))),
        tampered("p6-seventeen-small-sources", "17 sources of one die", &draft(sources(1))),
    ]
}

fn fields() -> Vec<Tampered> {
    let features = |name, about, to: &str| {
        plan_with(name, about, "\"storey\":9}", &format!("\"storey\":9,\"features\":{to}}}"))
    };
    let storey = |name, about, more: &str| {
        plan_with(name, about, "\"storey\":9", &format!("\"storey\":9{more}"))
    };
    let many: Vec<String> = ('a'..='q').map(|c| format!("\"{c}\"")).collect();
    let nine = {
        let features: Vec<&str> = vec!["a", "b", "c", "d", "e", "f", "g", "h", "i"];
        let pool = features.iter().fold(lot_pool().unit("A-9999", "9", 9, &features), |p, f| {
            p.household(&format!("N{f}"), "", 1, &[f])
        });
        let pool = features.iter().fold(pool, |p, f| p.unit(&format!("U{f}"), f, 9, &features));
        Forge::of(&panel("block", Mode::Official).pool(pool)).draft()
    };
    vec![
        plan_with("p7-tier-0", "tiers count from 1", "\"tier\":1", "\"tier\":0"),
        plan_with("p7-tier-1000", "tiers end at 999", "\"tier\":2", "\"tier\":1000"),
        plan_with("p7-storey-0", "storeys count from 1", "\"storey\":9", "\"storey\":0"),
        plan_with("p7-storey-1000", "storeys end at 999", "\"storey\":9", "\"storey\":1000"),
        storey("p7-area-0", "an area is not nothing", ",\"area\":0"),
        storey("p7-area-10000001", "areas end at 100,000 m²", ",\"area\":10000001"),
        storey("p7-price-0", "a price is not nothing", ",\"area\":8925,\"price\":0"),
        storey("p7-price-above-the-limit", "prices end at 10^15", ",\"price\":1000000000000001"),
        features("p7-features-not-sorted", "features out of order", "[\"view\",\"bath\"]"),
        features("p7-feature-twice", "a feature twice", "[\"bath\",\"bath\"]"),
        features("p7-seventeen-features", "one feature too many", &format!("[{}]", many.join(","))),
        plan_with(
            "p7-absence-in-a-pool-by-lot",
            "an absence rule where nobody can be absent",
            "\"rule\":\"lot\"",
            "\"rule\":\"lot\",\"absence\":\"last\"",
        ),
        plan_with(
            "p7-unranked-in-a-pool-by-lot",
            "a rule for rankings where there are none",
            "\"rule\":\"lot\"",
            "\"rule\":\"lot\",\"unranked\":\"lot\"",
        ),
        tampered(
            "p7-choice-without-absence",
            "nobody knows what happens to the absent",
            &Forge::of(&chosen()).edit("\"absence\":\"last\",", "").draft(),
        ),
        plan_with(
            "p7-seconds-in-a-pool-by-lot",
            "a time for a choice where nobody chooses",
            "\"rule\":\"lot\"",
            "\"rule\":\"lot\",\"seconds\":60",
        ),
        tampered(
            "p7-nine-seconds",
            "too short a time for a choice",
            &Forge::of(&chosen())
                .edit("\"absence\":\"last\",", "\"absence\":\"last\",\"seconds\":9,")
                .draft(),
        ),
        tampered("p7-nine-needs-in-a-pool", "more different needs than can be drawn", &nine),
    ]
}

fn chosen() -> Plan {
    panel("block", Mode::Official).pool(choice_pool(Absence::Last))
}

fn ranked(unranked: Unranked) -> Plan {
    panel("block", Mode::Official).pool(ranking_pool(unranked))
}

fn pools() -> Vec<Tampered> {
    let tier = |household: &str, tier: u64| {
        format!("\"id\":\"{household}\",\"name\":\"欧阳*\",\"tier\":{tier}")
    };
    let group = ",\"group\":\"g1\"}";
    let tiers = forge()
        .edit("\"name\":\"张*明\",\"tier\":1}", &format!("\"name\":\"张*明\",\"tier\":1{group}"));
    let tiers =
        tiers.edit(&format!("{}}}", tier("H002", 1)), &format!("{}{group}", tier("H002", 2)));
    let across = Forge::of(&estate())
        .edit("\"name\":\"欧阳*\",\"tier\":1}", &format!("\"name\":\"欧阳*\",\"tier\":1{group}"));
    let across =
        across.edit("\"name\":\"郑*\",\"tier\":1}", &format!("\"name\":\"郑*\",\"tier\":1{group}"));
    let ranking = "\"ranking\":[\"C-1601\",\"C-0801\",\"C-0401\"]";
    let rank = |name, about, to: &str| {
        tampered(name, about, &Forge::of(&ranked(Unranked::Lot)).edit(ranking, to).draft())
    };
    vec![
        tampered(
            "p8-group-over-two-tiers",
            "a household jumps the queue with its group",
            &tiers.draft(),
        ),
        tampered(
            "p8-group-over-two-pools",
            "a group whose members are in different pools",
            &across.draft(),
        ),
        tampered(
            "p8-third-of-a-group-in-another-tier",
            "two of a group are in one tier, and the third is in another",
            &Forge::of(&grouped(block(), "g1", &["H001", "H002", "H004"])).draft(),
        ),
        tampered("p8-one-name-for-two-groups", "two groups in two pools have one name", &{
            let group = |pool| grouped(panel("block", Mode::Official).pool(pool), "g1", &COUPLES);
            let (mut both, other) = (group(lot_pool()), group(choice_pool(Absence::Last)));
            both.pools.extend(other.pools);
            Forge::of(&both).draft()
        }),
        plan_with(
            "p9-ranking-in-a-pool-by-lot",
            "a ranking that nobody will read",
            "\"name\":\"欧阳*\",\"tier\":1}",
            "\"name\":\"欧阳*\",\"tier\":1,\"ranking\":[\"A-0601\"]}",
        ),
        rank(
            "p9-unit-twice-in-a-ranking",
            "a unit twice in one ranking",
            "\"ranking\":[\"C-1601\",\"C-0801\",\"C-1601\"]",
        ),
        rank(
            "p9-unit-of-another-pool",
            "a ranking names a unit that is not in the pool",
            "\"ranking\":[\"C-1601\",\"A-0801\",\"C-0401\"]",
        ),
        plan_with(
            "p10-two-need-what-one-flat-has",
            "two households need step-free, one such flat exists",
            "\"name\":\"欧阳*\",\"tier\":1}",
            "\"name\":\"欧阳*\",\"tier\":1,\"needs\":[\"step-free\"]}",
        ),
        plan_with(
            "p10-need-that-no-flat-has",
            "a household needs what no flat of its pool has",
            "\"name\":\"欧阳*\",\"tier\":1}",
            "\"name\":\"欧阳*\",\"tier\":1,\"needs\":[\"bath\"]}",
        ),
        tampered(
            "p10-two-needs-and-one-flat-has-both",
            "each need can be met alone; the one flat with both of them cannot go to two",
            &forge()
                .edit("[\"step-free\"]", "[\"bath\",\"step-free\"]")
                .edit(
                    "\"name\":\"欧阳*\",\"tier\":1}",
                    "\"name\":\"欧阳*\",\"tier\":1,\"needs\":[\"bath\"]}",
                )
                .draft(),
        ),
        tampered(
            "p10-three-for-two-flats",
            "every two of the three households with needs can be served, all three cannot",
            &three_for_two().draft(),
        ),
    ]
}

/// A household of each of two groups, in two pools.
const COUPLES: [&str; 4] = ["H001", "H002", "H101", "H102"];

/// Two flats with a bath, one of them step-free as well; two households need a bath, one the other.
fn three_for_two() -> Forge {
    let mut plan = block();
    let pool = &mut plan.pools[0];
    pool.units[0].features = vec!["bath".into(), "step-free".into()];
    pool.units[1].features = vec!["bath".into()];
    pool.households[1].needs = vec!["bath".into()];
    pool.households[2].needs = vec!["bath".into()];
    Forge::of(&plan)
}

fn without_member(steps: &mut Vec<Step>, member: &str) {
    steps.retain(|s| !matches!(s, Step::Commit(m, _) | Step::Reveal(m, _) if m == member));
}

fn make_absent(steps: &mut Vec<Step>, members: &[&str]) {
    for member in members {
        without_member(steps, member);
        steps.insert(0, Step::Absent((*member).into()));
    }
}

fn insert_before(steps: &mut Vec<Step>, step: Step, wanted: impl Fn(&Step) -> bool) {
    let n = position(steps, wanted);
    steps.insert(n, step);
}

fn acted(name: &'static str, about: &'static str, change: impl FnOnce(&mut Vec<Step>)) -> Tampered {
    tampered(name, about, &forge().steps(change).draft())
}

fn roll_call() -> Vec<Tampered> {
    let closes = |s: &Step| matches!(s, Step::CloseCommits);
    vec![
        acted("c1-member-called-twice", "a member commits, and is noted as absent later", |s| {
            insert_before(s, Step::Absent("r1".into()), closes)
        }),
        acted("c1-second-commitment", "a member commits again, to a secret of the operator", |s| {
            insert_before(s, Step::Commit("r1".into(), secret("operator", false)), closes);
        }),
        acted("c1-member-never-called", "nothing is said about a member", |s| {
            without_member(s, "r3")
        }),
        acted("c1-stranger-commits", "somebody commits who is not of the panel", |s| {
            insert_before(s, Step::Commit("x9".into(), secret("x9", false)), closes);
        }),
        acted("c2-quorum-from-one-bench", "no official is there", |s| {
            make_absent(s, &["o1", "o2"])
        }),
        acted("c2-one-short-of-the-quorum", "one resident where two are needed", |s| {
            make_absent(s, &["r2", "r3"])
        }),
        acted("c2-nobody", "nobody of the panel is there", |s| {
            make_absent(s, &["r1", "r2", "r3", "o1", "o2"])
        }),
        tampered(
            "c2-one-away-where-all-are-needed",
            "a bench whose quorum is all of its members, and one is absent",
            &forge()
                .edit("\"quorum\":2", "\"quorum\":3")
                .steps(|s| make_absent(s, &["r3"]))
                .draft(),
        ),
    ]
}

fn set_secret(steps: &mut [Step], member: &str, commit: bool, secret: &str) {
    for step in steps {
        match step {
            Step::Reveal(m, s) if m == member => *s = secret.into(),
            Step::Commit(m, s) if commit && m == member => *s = secret.into(),
            _ => {}
        }
    }
}

fn secrets() -> Vec<Tampered> {
    let envelope = |steps: &mut Vec<Step>, secret: &str| {
        set_secret(steps, "o2", false, secret);
        let n = position(steps, |s| matches!(s, Step::Commit(m, _) if m == "o2"));
        steps[n] = Step::Envelope("o2".into());
    };
    let changed = forge()
        .edit("\"601\"", "\"1601\"")
        .cheat(Cheat { commit_root: Some(plan_root(&forge())), ..Cheat::default() });
    let dropped = household_dropped()
        .cheat(Cheat { commit_root: Some(plan_root(&forge())), ..Cheat::default() });
    vec![
        acted("c3-reveal-does-not-match", "a secret that was not committed to", |s| {
            set_secret(s, "r1", false, &secret("operator", false))
        }),
        acted(
            "c3-secret-of-31-characters",
            "a secret that could be guessed from its commitment",
            |s| {
                set_secret(s, "r1", true, &secret("r1", false)[..31]);
            },
        ),
        acted("c3-secret-of-129-characters", "a secret one character too long", |s| {
            set_secret(s, "r1", true, &"z".repeat(129))
        }),
        acted("c3-secret-with-a-space", "a secret that is not of letters and digits", |s| {
            set_secret(s, "r1", true, "correct horse battery staple and more");
        }),
        acted(
            "c3-secret-with-a-line-feed",
            "a secret that writes lines into the text of the seed",
            |s| {
                set_secret(s, "r1", true, "00112233445566778899aabbccddeeff\\nabsent r2");
            },
        ),
        acted("c3-empty-envelope", "nothing was in the envelope", |s| envelope(s, "")),
        acted(
            "c3-secret-of-another-member",
            "a member reveals the secret that another committed to",
            |s| {
                set_secret(s, "r2", false, &secret("r1", false));
            },
        ),
        tampered(
            "c3-units-changed-after-the-commitments",
            "the unit list is changed; the commitments still name the old plan",
            &changed.draft(),
        ),
        tampered(
            "c3-household-dropped-after-the-commitments",
            "a household is taken out of the plan after the members committed",
            &dropped.draft(),
        ),
    ]
}

fn plan_root(forge: &Forge) -> floorlot::Hash {
    let mut tree = floorlot::primitives::tree::Tree::new();
    forge.plan.iter().for_each(|l| tree.push_line(l.as_bytes()));
    tree.root()
}

fn answers() -> Vec<Tampered> {
    let closes = |s: &Step| matches!(s, Step::CloseReveals);
    let drop_reveal = |steps: &mut Vec<Step>, member: &str| {
        steps.retain(|s| !matches!(s, Step::Reveal(m, _) if m == member))
    };
    vec![
        acted(
            "c4-withheld-line-missing",
            "a member does not reveal, and nothing is said of it",
            |s| drop_reveal(s, "r3"),
        ),
        acted("c4-revealed-twice", "a member reveals again", |s| {
            insert_before(s, Step::Reveal("r1".into(), secret("r1", false)), closes)
        }),
        acted("c4-reveal-and-withheld", "a member reveals, and withholds afterwards", |s| {
            insert_before(s, Step::Withheld("r1".into()), closes)
        }),
        acted("c4-absent-member-reveals", "a member who was absent reveals", |s| {
            make_absent(s, &["r3"]);
            insert_before(s, Step::Reveal("r3".into(), secret("r3", false)), closes);
        }),
        acted("c4-stranger-reveals", "somebody reveals who is not of the panel", |s| {
            insert_before(s, Step::Reveal("x9".into(), secret("x9", false)), closes);
        }),
        acted("c4-quorum-lost-by-withholding", "both officials withhold", |s| {
            for member in ["o1", "o2"] {
                drop_reveal(s, member);
                insert_before(s, Step::Withheld(member.into()), closes);
            }
        }),
    ]
}

fn public_numbers() -> Vec<Tampered> {
    let rolled = |name, about, numbers: &[(u64, Numbers)]| {
        acted(name, about, |steps| {
            steps.pop();
            steps.extend(numbers.iter().map(|(n, numbers)| Step::Numbers(*n, numbers.clone())));
        })
    };
    let dice = |digits: &str| Numbers::Dice(digits.into());
    let plan = |device, count, range| {
        let mut plan = block();
        plan.sources = vec![source(device, count, range)];
        Forge::of(&plan)
    };
    let other = |name, about, forge: Forge, numbers: Numbers| {
        tampered(
            name,
            about,
            &forge.steps(|s| *s.last_mut().unwrap() = Step::Numbers(1, numbers)).draft(),
        )
    };
    let twenty = "31415926535897932384";
    vec![
        rolled("c5-a-digit-too-few", "19 digits for 20 dice", &[(1, dice(&twenty[..19]))]),
        rolled(
            "c5-a-digit-too-many",
            "21 digits for 20 dice",
            &[(1, dice("314159265358979323846"))],
        ),
        rolled("c5-a-letter-among-the-digits", "O for 0", &[(1, dice("3141592653589793238O"))]),
        rolled(
            "c5-rolled-twice",
            "the dice are rolled again",
            &[(1, dice(twenty)), (1, dice("27182818284590452353"))],
        ),
        rolled(
            "c5-source-2-of-1",
            "numbers of a source that is not in the plan",
            &[(2, dice(twenty))],
        ),
        rolled(
            "c5-balls-for-dice",
            "balls where the plan says dice",
            &[(1, Numbers::Balls((1..=20).collect()))],
        ),
        rolled("c5-no-numbers", "no public numbers at all", &[]),
        other(
            "c5-seven-on-a-six-sided-die",
            "a 7 on a die with six faces",
            plan(Device::Dice, 25, 6),
            dice("1234561234561234561234567"),
        ),
        other(
            "c5-zero-on-a-six-sided-die",
            "a 0 on a die with six faces",
            plan(Device::Dice, 25, 6),
            dice("1234561234561234561234560"),
        ),
        other(
            "c5-ball-twice",
            "a ball that was put back",
            plan(Device::Balls, 12, 49),
            Numbers::Balls(vec![1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 1]),
        ),
        other(
            "c5-ball-0",
            "a ball that does not exist",
            plan(Device::Balls, 12, 49),
            Numbers::Balls((0..12).collect()),
        ),
        other(
            "c5-ball-50-of-49",
            "a ball that does not exist",
            plan(Device::Balls, 12, 49),
            Numbers::Balls((39..51).collect()),
        ),
    ]
}

fn seeds() -> Vec<Tampered> {
    let seeded = |name, about, change: fn(String) -> String| {
        tampered(
            name,
            about,
            &forge().cheat(Cheat { seed: Some(change), ..Cheat::default() }).draft(),
        )
    };
    let dice = honest().nth("\"kind\":\"dice\"", 0);
    let digit = dice.find("digits\":\"").unwrap() + 9;
    let other = if &dice[digit..=digit] == "9" { "8" } else { "9" };
    let rolled = format!("{}{other}{}", &dice[..digit], &dice[digit + 1..]);
    vec![
        seeded("c6-time-in-the-seed", "the seed was ground with a time until a friend won", |t| {
            t + "time 1792000000\n"
        }),
        seeded("c6-no-lf-at-the-end", "the text of the seed without its last LF", |t| {
            t.trim_end().to_owned()
        }),
        seeded("c6-secret-left-out", "the secret of one member does not enter the seed", |t| {
            t.lines()
                .map(|l| {
                    if l.starts_with("reveal r2") {
                        "withheld r2\n".into()
                    } else {
                        format!("{l}\n")
                    }
                })
                .collect()
        }),
        seeded(
            "c6-members-in-another-order",
            "the members in the order in which they revealed",
            |t| {
                let mut lines: Vec<&str> = t.lines().collect();
                lines.swap(2, 3);
                lines.join("\n") + "\n"
            },
        ),
        seeded("c6-seed-of-another-plan", "the seed names no plan", |t| {
            t.lines().filter(|l| !l.starts_with("plan ")).map(|l| format!("{l}\n")).collect()
        }),
        tampered(
            "c6-dice-changed",
            "a digit of the dice is changed, the seed stays",
            &honest().edit(&dice, &dice, &rolled).resealed(),
        ),
    ]
}

fn cheated(name: &'static str, about: &'static str, plan: &Plan, cheat: Cheat) -> Tampered {
    tampered(name, about, &Forge::of(plan).cheat(cheat).draft())
}

fn opens() -> Vec<Tampered> {
    let key = honest().nth("\"kind\":\"open\"", 0);
    let drawn = |pools| Cheat { pools: Some(pools), ..Cheat::default() };
    vec![
        cheated(
            "d1-key-of-another-pool",
            "all pools are drawn with the key of pool B",
            &estate(),
            Cheat { key_of: Some("B"), ..Cheat::default() },
        ),
        cheated("d1-pool-left-out", "the second pool is not drawn", &estate(), drawn(&[0, 2])),
        cheated("d1-last-pool-left-out", "the last pool is not drawn", &estate(), drawn(&[0, 1])),
        cheated(
            "d1-pools-in-another-order",
            "the third pool is drawn before the second",
            &estate(),
            drawn(&[0, 2, 1]),
        ),
        cheated(
            "d1-pool-drawn-twice",
            "the last pool is drawn again",
            &estate(),
            drawn(&[0, 1, 2, 2]),
        ),
        tampered(
            "d1-wrong-key-shown",
            "the key shown is not the one used",
            &honest().change(&key, |l| flipped(&l)).resealed(),
        ),
        tampered(
            "d1-pool-unknown",
            "a pool is opened that is not in the plan",
            &honest().edit(&key, "\"pool\":\"A\"", "\"pool\":\"a\"").resealed(),
        ),
    ]
}

fn calls() -> Vec<Tampered> {
    let order = |change| Cheat { order: Some(change), ..Cheat::default() };
    let one_tier = || {
        let mut plan = block();
        plan.pools[0].households[3].tier = 1;
        plan
    };
    let call = honest().nth("\"kind\":\"call\"", 1);
    let ticket = call.find("ticket\":\"").unwrap() + 9;
    let other = if &call[ticket..=ticket] == "1" { "2" } else { "1" };
    let group = grouped(one_tier(), "g1", &["H001", "H003"]);
    vec![
        cheated(
            "d2-ticket-order-ignored",
            "the households are called in the order of the plan",
            &one_tier(),
            order(|o| o.sort_unstable()),
        ),
        cheated(
            "d2-two-households-swapped",
            "the first two households change places",
            &block(),
            order(|o| o.swap(0, 1)),
        ),
        cheated(
            "d2-tier-ignored",
            "the household of the second tier is called first",
            &block(),
            order(|o| o.rotate_right(1)),
        ),
        cheated(
            "d2-group-torn-apart",
            "the household called last is put between the two of a group",
            &group,
            order(tear),
        ),
        cheated(
            "d2-household-dropped-from-the-draw",
            "the first household is never called",
            &block(),
            order(|o| *o = o[1..].to_vec()),
        ),
        cheated(
            "d2-household-called-twice",
            "the first household is called again at the end",
            &block(),
            order(|o| o.push(o[0])),
        ),
        tampered(
            "d2-place-wrong",
            "the second call says that it is the third",
            &honest().edit(&call, "\"place\":2", "\"place\":3").resealed(),
        ),
        tampered(
            "d2-pool-of-the-call-wrong",
            "a call names another pool",
            &honest().edit(&call, "\"pool\":\"A\"", "\"pool\":\"B\"").resealed(),
        ),
        tampered(
            "d3-wrong-ticket",
            "the ticket shown is not the one that was drawn",
            &honest()
                .change(&call, |l| {
                    format!("{}{other}{}", &l[..ticket], &l[ticket + 1..]).into_bytes()
                })
                .resealed(),
        ),
        tampered("d3-tickets-of-two-exchanged", "two calls show the ticket of each other", &{
            let first = honest().nth("\"kind\":\"call\"", 0);
            let (one, two) = (ticket_of(&first), ticket_of(&call));
            honest().edit(&first, &one, &two).edit(&call, &two, &one).resealed()
        }),
        tampered(
            "d3-ticket-read-backwards",
            "the eight bytes of a ticket are read from the highest on",
            &{
                let number: u64 = ticket_of(&call).parse().unwrap();
                let other = number.swap_bytes().to_string();
                honest().edit(&call, &ticket_of(&call), &other).resealed()
            },
        ),
        tampered(
            "d2-deferred-called-at-once",
            "an absent household is called again before the others",
            &called_at_once(),
        ),
    ]
}

fn ticket_of(call: &str) -> String {
    call.split("\"ticket\":\"").nth(1).unwrap().split('"').next().unwrap().to_owned()
}

/// Puts the last household between the two of the group, or before them.
fn tear(order: &mut Vec<usize>) {
    let first = order.iter().position(|h| *h == 0).unwrap();
    let other = order.iter().position(|h| *h != 0 && *h != 2).unwrap();
    let torn = order.remove(other);
    order.insert(if other < first { first } else { first + 1 }, torn);
}

fn play(absence: Absence, acts: &[Act]) -> Draft {
    let plan = panel("block", Mode::Official).pool(choice_pool(absence));
    Draft(hall::draw(&plan, &Script { acts: acts.to_vec(), ..Script::default() }))
}

fn called_at_once() -> Draft {
    let draft = play(Absence::Last, &[Act::Miss]);
    let (again, pick) = (draft.nth("\"kind\":\"call\"", 4), draft.nth("\"kind\":\"pick\"", 3));
    let second = draft.nth("\"kind\":\"call\"", 1);
    let mut draft = draft.moved(&again, &second).moved(&pick, &second).resealed();
    for n in 1..5 {
        let line = draft.nth("\"kind\":\"call\"", n);
        let place = line.split("\"place\":").nth(1).unwrap().split(',').next().unwrap().to_owned();
        draft = draft.edit(&line, &format!("\"place\":{place}"), &format!("\"place\":{}", n + 1));
    }
    draft.resealed()
}

/// A free unit that the household accepts, but that is held back.
fn held_back(turn: &Turn<'_>) -> Option<usize> {
    let held = |u: &&usize| turn.pool.accepts(turn.household, **u) && !turn.offered.contains(u);
    turn.free.iter().find(held).copied().filter(|_| turn.nth == 0)
}

/// A unit that somebody else has.
fn taken(turn: &Turn<'_>) -> Option<usize> {
    (0..5).find(|u| !turn.free.contains(u)).filter(|_| turn.nth == 3)
}

/// Another unit than the lot gives, but one on offer.
fn another(turn: &Turn<'_>) -> Option<usize> {
    turn.offered.iter().copied().find(|u| Some(*u) != turn.right).filter(|_| turn.nth == 1)
}

fn offers() -> Vec<Tampered> {
    let take = |take| Cheat { take: Some(take), ..Cheat::default() };
    let pick = honest().nth("\"kind\":\"pick\"", 0);
    let greedy = Cheat { no_hold_back: true, take: Some(step_free), ..Cheat::default() };
    let unit = |to: &str| {
        let last = honest().nth("\"kind\":\"pick\"", 3);
        honest().edit(&last, "\"unit\":\"A-0301\"", to).resealed()
    };
    vec![
        cheated(
            "d4-held-back-unit-handed-out",
            "the only step-free flat goes to somebody who does not need it",
            &block(),
            greedy,
        ),
        tampered(
            "d4-wrong-offered-count",
            "one unit more is said to be on offer",
            &honest().edit(&pick, "\"offered\":4", "\"offered\":5").resealed(),
        ),
        tampered(
            "d4-flats-already-taken-are-counted",
            "at the last call all flats of the pool are said to be on offer",
            &{
                let last = honest().nth("\"kind\":\"pick\"", 3);
                honest().edit(&last, &offered_in(&last), "\"offered\":5").resealed()
            },
        ),
        tampered(
            "d4-too-few-offered-for-a-choice",
            "a household that chooses is said to have had one flat less before it",
            &{
                let draft = play(Absence::Last, &[]);
                let pick = draft.nth("\"kind\":\"pick\"", 1);
                draft.edit(&pick, "\"offered\":3", "\"offered\":2").resealed()
            },
        ),
        cheated(
            "d5-held-back-unit-taken",
            "the count is right, but the flat was not among those on offer",
            &block(),
            take(held_back),
        ),
        cheated(
            "d5-unit-taken-already",
            "a flat goes to a second household",
            &block(),
            take(taken),
        ),
        cheated(
            "d5-need-not-met",
            "a household gets a flat without what it needs; D13 says so as well",
            &block(),
            take(unfit),
        ),
        tampered("d5-unit-unknown", "a unit that is not in the plan", &unit("\"unit\":\"A-9999\"")),
    ]
}

fn offered_in(pick: &str) -> String {
    let number = pick.split("\"offered\":").nth(1).unwrap().split(',').next().unwrap();
    format!("\"offered\":{number}")
}

/// The first flat of the pool, the only step-free one.
fn step_free(turn: &Turn<'_>) -> Option<usize> {
    Some(0).filter(|_| turn.nth == 0)
}

fn unfit(turn: &Turn<'_>) -> Option<usize> {
    turn.free.iter().copied().find(|u| !turn.pool.accepts(turn.household, *u))
}

fn lots() -> Vec<Tampered> {
    let pick = honest().nth("\"kind\":\"pick\"", 0);
    let lot = pick.find("lot\":\"").unwrap() + 6;
    let other = if &pick[lot..=lot] == "1" { "2" } else { "1" };
    let number: u64 =
        pick.split("\"number\":").nth(1).unwrap().split(',').next().unwrap().parse().unwrap();
    let edit = |from: &str, to: &str| honest().edit(&pick, from, to).resealed();
    let friend = Cheat { take: Some(another), ..Cheat::default() };
    vec![
        cheated(
            "d6-flat-of-another-number",
            "the number is made to fit the flat that a friend wanted",
            &block(),
            friend,
        ),
        tampered(
            "d6-wrong-lot",
            "the lot shown is not the one that was drawn",
            &honest()
                .change(&pick, |l| format!("{}{other}{}", &l[..lot], &l[lot + 1..]).into_bytes())
                .resealed(),
        ),
        tampered(
            "d6-wrong-number",
            "the number shown is not lot mod offered",
            &edit(&format!("\"number\":{number}"), &format!("\"number\":{}", number + 1)),
        ),
        tampered(
            "d6-lot-left-out",
            "a pick by lot without its lot",
            &honest().change(&pick, |l| cut_out(&l, ",\"lot\":", ",\"number\"")).resealed(),
        ),
        tampered(
            "d6-ranking-in-a-pool-by-lot",
            "a pick by ranking where all is drawn",
            &edit("\"by\":\"lot\"", "\"by\":\"ranking\""),
        ),
        tampered(
            "d8-choice-in-a-pool-by-lot",
            "a household chooses where all is drawn",
            &edit("\"by\":\"lot\"", "\"by\":\"choice\""),
        ),
    ]
}

fn cut_out(line: &str, from: &str, to: &str) -> Vec<u8> {
    let (start, end) = (line.find(from).unwrap(), line.find(to).unwrap());
    [&line.as_bytes()[..start], &line.as_bytes()[end..]].concat()
}

fn rankings() -> Vec<Tampered> {
    let draft = Forge::of(&ranked(Unranked::Lot)).draft();
    let pick = draft.nth("\"kind\":\"pick\"", 1);
    let second =
        Cheat { take: Some(|t| t.less_wanted().filter(|_| t.nth == 1)), ..Cheat::default() };
    let mut short = ranking_pool(Unranked::Standby);
    short.households.iter_mut().for_each(|h| h.ranking.truncate(1));
    let short = panel("block", Mode::Official).pool(short);
    vec![
        cheated(
            "d7-second-of-the-ranking",
            "a household gets a flat that it wanted less than one on offer",
            &ranked(Unranked::Lot),
            second,
        ),
        tampered(
            "d7-wrong-rank",
            "the rank shown is not that of the flat",
            &draft.clone().edit(&pick, "\"rank\":2", "\"rank\":1").resealed(),
        ),
        tampered(
            "d7-lot-instead-of-ranking",
            "a lot decides although the ranking would",
            &lot_for_ranking(&draft),
        ),
        cheated(
            "d7-lot-instead-of-standby",
            "a flat outside of the ranking where the plan says standby",
            &short,
            Cheat { take: Some(first_free), ..Cheat::default() },
        ),
        tampered(
            "d7-proxy-for-a-ranking",
            "somebody stood in for the ranking",
            &draft.clone().edit(&pick, "}", ",\"proxy\":\"Mr X\"}").resealed(),
        ),
    ]
}

fn first_free(turn: &Turn<'_>) -> Option<usize> {
    turn.offered.first().copied().filter(|_| turn.nth == 2)
}

fn lot_for_ranking(draft: &Draft) -> Draft {
    let pick = draft.nth("\"kind\":\"pick\"", 2);
    draft.clone().edit(&pick, "\"by\":\"ranking\"", "\"by\":\"lot\"").resealed()
}

fn absences() -> Vec<Tampered> {
    use Act::{Choose, Miss};
    let chosen = || play(Absence::Last, &[]);
    let pick = chosen().nth("\"kind\":\"pick\"", 1);
    let missed = || play(Absence::Lot, &[Choose(0), Miss]);
    let by_lot = missed().nth("\"by\":\"lot\"", 0);
    let drawn = honest().nth("\"kind\":\"call\"", 1);
    let id = drawn.split('"').nth(13).unwrap().to_owned();
    let deferred = play(Absence::Last, &[Choose(0), Miss]);
    let line = deferred.nth("\"kind\":\"missed\"", 0);
    let lot = format!(
        "{{\"kind\":\"pick\",\"household\":\"{}\",\"by\":\"lot\",\"offered\":3,\"lot\":\"7\",\"number\":1,\"unit\":\"B-1101\"}}",
        line.split('"').nth(7).unwrap()
    );
    vec![
        tampered(
            "d8-absent-drawn-by-lot",
            "a pick by lot without a missed call, where the plan says last",
            &chosen().edit(&pick, "\"by\":\"choice\"", "\"by\":\"lot\"").resealed(),
        ),
        tampered(
            "d8-choice-after-missing",
            "a household that missed its call chooses, where the plan says lot",
            &missed()
                .change(&by_lot, |l| {
                    let cut = cut_out(&l, ",\"lot\":", ",\"unit\"");
                    String::from_utf8(cut)
                        .unwrap()
                        .replace("\"by\":\"lot\"", "\"by\":\"choice\"")
                        .into_bytes()
                })
                .resealed(),
        ),
        tampered(
            "d8-missed-in-a-pool-by-lot",
            "a household misses where nobody has to be there",
            &honest()
                .after(&drawn, &[&format!("{{\"kind\":\"missed\",\"household\":\"{id}\"}}")])
                .resealed(),
        ),
        tampered(
            "d8-number-in-a-choice",
            "a choice with the number of a lot",
            &chosen().edit(&pick, ",\"unit\"", ",\"number\":1,\"unit\"").resealed(),
        ),
        tampered(
            "t2-drawn-by-lot-after-the-first-miss",
            "by lot at once, where the plan says last",
            &deferred.after(&line, &[&lot]).resealed(),
        ),
        tampered(
            "t2-missed-twice-in-a-row",
            "a second miss where the lot is due",
            &twice(&missed()),
        ),
    ]
}

fn twice(draft: &Draft) -> Draft {
    let line = draft.nth("\"kind\":\"missed\"", 0);
    draft.clone().after(&line, &[&line]).resealed()
}

fn undos() -> Vec<Tampered> {
    use Act::{Choose, Undo};
    let undo = "{\"kind\":\"undo\",\"reason\":\"a friend came late\"}";
    let chosen = || play(Absence::Last, &[Choose(1), Undo("mistyped"), Choose(2)]);
    let draft = || play(Absence::Last, &[]);
    let (call, pick) = (draft().nth("\"kind\":\"call\"", 1), honest().nth("\"kind\":\"pick\"", 0));
    let first = draft().nth("\"kind\":\"call\"", 0);
    vec![
        tampered(
            "d9-undo-after-the-next-call",
            "a choice is withdrawn after the next household was called",
            &draft().after(&call, &[undo]).resealed(),
        ),
        tampered(
            "d9-undo-of-a-lot",
            "a pick by lot is withdrawn",
            &honest().after(&pick, &[undo]).resealed(),
        ),
        tampered(
            "d9-undo-of-an-undo",
            "an undo is withdrawn",
            &chosen().after("\"kind\":\"undo\"", &[undo]).resealed(),
        ),
        tampered(
            "d9-undo-of-a-call",
            "a call is withdrawn",
            &draft().after(&first, &[undo]).resealed(),
        ),
        tampered(
            "d9-undo-of-the-opening",
            "nothing was done yet",
            &draft().after("\"kind\":\"open\"", &[undo]).resealed(),
        ),
    ]
}

fn ends() -> Vec<Tampered> {
    let standby = |standby| Cheat { standby: Some(standby), ..Cheat::default() };
    let crowd = || {
        panel("block", Mode::Official).pool(lot_pool().household("H005", "", 1, &[]).household(
            "H006",
            "",
            2,
            &[],
        ))
    };
    let crowded = || Forge::of(&crowd()).draft();
    let end = |from: &str, to: &str| honest().edit("\"kind\":\"end\"", from, to).resealed();
    let result = |from: &str, to: &str| honest().edit("\"kind\":\"result\"", from, to).resealed();
    let leftover = honest().nth("\"kind\":\"leftover\"", 0);
    let last = honest().nth("\"kind\":\"pick\"", 3);
    let spare = Pool::lot("A", "1", "1")
        .unit("a", "1", 1, &[])
        .unit("b", "2", 2, &[])
        .unit("c", "3", 3, &[])
        .household("h", "", 1, &[]);
    let spare = Forge::of(&panel("block", Mode::Official).pool(spare)).draft();
    let (one, two) = (spare.nth("\"kind\":\"leftover\"", 0), spare.nth("\"kind\":\"leftover\"", 1));
    let mut full = choice_pool(Absence::Lot).household("H105", "", 2, &[]);
    full.units.truncate(4);
    let full = Draft(hall::draw(&panel("block", Mode::Official).pool(full), &Script::default()));
    let stands = full.nth("\"kind\":\"standby\"", 0);
    let missed = stands.replace("\"standby\"", "\"missed\"").replace(",\"place\":1", "");
    vec![
        cheated(
            "d10-standby-though-units-are-on-offer",
            "a household is put on standby while flats are free",
            &block(),
            standby(|t| t.nth == 1),
        ),
        tampered(
            "d10-place-on-the-list-wrong",
            "the first on standby is called the second",
            &crowded().edit("\"kind\":\"standby\"", "\"place\":1", "\"place\":2").resealed(),
        ),
        tampered(
            "d10-place-0-on-the-list",
            "places on the standby list count from 1",
            &crowded().edit("\"kind\":\"standby\"", "\"place\":1", "\"place\":0").resealed(),
        ),
        tampered("d10-two-on-one-place", "two households have the same place on standby", &{
            let pool = crowd().pools.remove(0).household("H007", "", 2, &[]);
            let draft = Forge::of(&panel("block", Mode::Official).pool(pool)).draft();
            let second = draft.nth("\"kind\":\"standby\"", 1);
            draft.edit(&second, "\"place\":2", "\"place\":1").resealed()
        }),
        tampered(
            "d10-standby-after-missed",
            "a household is noted as absent when nothing is left",
            &full
                .moved(&stands, "\"kind\":\"end\"")
                .change(&stands, |_| missed.clone().into_bytes())
                .after(&missed, &[&stands])
                .resealed(),
        ),
        cheated(
            "d11-last-household-dropped",
            "the last household is never called",
            &block(),
            Cheat { order: Some(|o| o.truncate(3)), ..Cheat::default() },
        ),
        tampered(
            "d11-leftover-hidden",
            "a flat that nobody got is not named",
            &honest().without(&leftover).resealed(),
        ),
        tampered(
            "d11-leftover-count-hidden",
            "the end says that nothing is left",
            &end("\"leftover\":1", "\"leftover\":0"),
        ),
        tampered(
            "d11-picks-miscounted",
            "the end counts a pick too many",
            &end("\"picked\":4", "\"picked\":5"),
        ),
        tampered(
            "d11-end-of-another-pool",
            "the end names another pool",
            &end("\"pool\":\"A\"", "\"pool\":\"B\""),
        ),
        tampered(
            "d11-leftovers-swapped",
            "leftovers not in the order of the plan",
            &spare.clone().moved(&two, &one).resealed(),
        ),
        tampered(
            "d11-leftover-twice",
            "a flat that is left over is named again",
            &spare.after(&two, &[&two]).resealed(),
        ),
        tampered(
            "t2-end-with-an-open-call",
            "the pool ends, and the household just called got nothing",
            &honest().without(&last).resealed(),
        ),
        tampered(
            "d11-leftover-is-taken",
            "a flat that somebody has is named as left over",
            &honest().edit(&leftover, &taken_unit(&leftover), "A-0301").resealed(),
        ),
        tampered(
            "t2-no-end",
            "the pool has no end",
            &honest().without("\"kind\":\"end\"").without("\"kind\":\"leftover\"").resealed(),
        ),
        tampered(
            "d12-picks-of-the-result-wrong",
            "the result counts a pick too many",
            &result("\"picked\":4", "\"picked\":5"),
        ),
        tampered(
            "d12-standby-of-the-result-wrong",
            "the result counts a household on standby",
            &result("\"standby\":0", "\"standby\":1"),
        ),
        tampered(
            "d12-leftover-of-the-result-wrong",
            "the result hides a flat",
            &result("\"leftover\":1", "\"leftover\":0"),
        ),
    ]
}

fn taken_unit(leftover: &str) -> String {
    leftover.split('"').nth(11).unwrap().to_owned()
}

fn household_dropped() -> Forge {
    let mut forge = forge();
    forge.plan.retain(|l| !l.contains("\"H003\""));
    let mut forge = forge.edit("\"households\":4}", "\"households\":3}");
    forge.plan.iter_mut().for_each(|l| *l = l.replace("\"households\":4}", "\"households\":3}"));
    forge
}

/// What only a fingerprint, an older copy or an expectation from outside can find.
fn outside() -> Vec<Tampered> {
    let posted = Evidence::fingerprint(&honest(), 0);
    let result = Evidence::fingerprint(&honest(), 1);
    let with = |name, about, draft: &Draft, evidence: &Evidence| Tampered {
        name,
        about,
        file: draft.file(),
        evidence: evidence.clone(),
    };
    let rehearsal = Forge::of(&panel("block", Mode::Rehearsal).pool(lot_pool())).draft();
    let rolled = forge()
        .steps(|s| {
            *s.last_mut().unwrap() = Step::Numbers(1, Numbers::Dice("31415926535897932384".into()))
        })
        .draft();
    let chosen = |n| play(Absence::Last, &[Act::Choose(n)]);
    let other_copy = honest().edit("\"H002\"", "欧阳*", "欧*").resealed();
    let other_origin = forge().edit("corpus.example/", "corpus.example/2-").draft();
    let mut other_size = Evidence::note(&honest(), 1);
    for note in &mut other_size.notes {
        let size = note.lines().nth(1).unwrap().to_owned();
        *note = note.replacen(&format!("\n{size}\n"), &format!("\n{size}0\n"), 1);
    }
    let longer = Draft([honest().0, vec![b"{}".to_vec()]].concat());
    let older = |draft: &Draft| Evidence { older: Some(draft.file()), ..Evidence::default() };
    let expect = |mode| Evidence { expect: Some(mode), ..Evidence::default() };
    vec![
        with(
            "v1-household-dropped-from-the-plan",
            "a household is taken out before the seal and everything is recomputed",
            &household_dropped().draft(),
            &posted,
        ),
        with(
            "v1-unit-list-changed",
            "a unit list other than the posted one, everything recomputed",
            &forge().edit("\"601\"", "\"1601\"").draft(),
            &posted,
        ),
        with(
            "v1-rehearsal-made-official",
            "a rehearsal that went well, turned official, everything recomputed",
            &honest(),
            &Evidence::fingerprint(&rehearsal, 0),
        ),
        with(
            "v1-dice-changed-and-all-recomputed",
            "the plan is right, but the dice showed something else; only the fingerprint of the result tells",
            &rolled,
            &posted.and(&result),
        ),
        with(
            "v1-choice-changed-and-all-recomputed",
            "another choice; only the fingerprint of the result tells",
            &chosen(1),
            &Evidence::fingerprint(&chosen(0), 1),
        ),
        with(
            "v1-other-origin",
            "the origin alone is another, everything recomputed",
            &other_origin,
            &posted,
        ),
        with(
            "v1-reveal-taken-back",
            "a member withholds when the dice are known, everything recomputed; the fingerprint of the reveals tells",
            &taken_back(),
            &Evidence::reveals(&honest()),
        ),
        with(
            "v1-root-of-another-draw",
            "the root of a draw with other dice",
            &rolled,
            &Evidence::root(&honest(), 1),
        ),
        with(
            "v1-note-of-another-draw",
            "a signed note of a draw with other dice",
            &rolled,
            &Evidence::note(&honest(), 1),
        ),
        with(
            "v1-note-with-another-size",
            "a signed note with the right root under another number of lines",
            &honest(),
            &other_size,
        ),
        with(
            "v2-older-copy-differs",
            "a name was changed since the older copy was made",
            &honest(),
            &older(&other_copy),
        ),
        with(
            "v2-older-copy-is-longer",
            "the older copy has a line more",
            &honest(),
            &older(&longer),
        ),
        with(
            "v2-older-copy-is-empty",
            "an empty older copy proves nothing",
            &honest(),
            &older(&Draft(Vec::new())),
        ),
        with(
            "v4-rehearsal-where-official-was-expected",
            "a rehearsal handed round as the draw",
            &rehearsal,
            &expect(Mode::Official),
        ),
        with(
            "v4-official-where-rehearsal-was-expected",
            "an official draw that was announced as a rehearsal",
            &honest(),
            &expect(Mode::Rehearsal),
        ),
        with(
            "v4-rehearsal-with-an-official-title",
            "a rehearsal whose title says that it is official",
            &{
                let plan = panel("block", Mode::Rehearsal).pool(lot_pool());
                Forge::of(&Plan { title: "正式抽签 official draw".into(), ..plan }).draft()
            },
            &expect(Mode::Official),
        ),
    ]
}
