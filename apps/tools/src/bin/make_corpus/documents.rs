//! Plans with documents, and with flats that are kept out of the draw (P14).

use super::forge::{Draft, Forge};
use super::hall::{self, Script};
use super::later::{step, void};
use super::manifest::Evidence;
use super::plans::{lot_pool, small_panel};
use super::tampered::{Tampered, tampered as case};
use super::valid::{Shape, shape};
use floorlot::Hash;
use floorlot::lines::{FiledKind, Line};
use floorlot::plan::{Document, DocumentKind, Excluded, Plan};
use floorlot::primitives::tree::leaf_hash;
use floorlot::session::Session;

/// The SHA-256 of the file of a document, which nobody has.
pub(crate) fn hash_of(name: &str) -> Hash {
    leaf_hash(name.as_bytes())
}

fn document(what: DocumentKind, name: &str, title: &str) -> Document {
    Document { what, name: name.into(), title: title.into(), sha256: hash_of(name) }
}

fn kept_out(id: &str, label: &str, storey: u64, area: Option<u64>) -> Excluded {
    let (building, reason) = ("1号楼".into(), "业主大会决议：物业用房".into());
    Excluded { id: id.into(), building, label: label.into(), storey, area, reason }
}

fn plan(name: &str) -> Plan {
    small_panel(name).pool(lot_pool())
}

/// Two documents, and two flats of the building that are not drawn.
fn both(name: &str) -> Plan {
    plan(name)
        .document(document(DocumentKind::Method, "选房办法.pdf", "选房办法（2026）"))
        .document(document(DocumentKind::Program, "draw_session", "The program"))
        .exclude(kept_out("X-0101", "101", 1, Some(8925)))
        .exclude(kept_out("X-0102", "102", 1, None))
}

/// A document of each kind.
fn each_kind(name: &str) -> Plan {
    use DocumentKind::{Method, Other, Program, Resolution, Roll, Units};
    let kinds = [Method, Resolution, Roll, Units, Program, Other];
    (0..).zip(kinds).fold(plan(name), |plan, (n, what)| {
        plan.document(document(what, &format!("{n}.pdf"), "文件"))
    })
}

/// As many documents as there can be.
fn many(name: &str, count: u32) -> Plan {
    (0..count).fold(plan(name), |plan, n| {
        plan.document(document(DocumentKind::Other, &format!("{n}.pdf"), "附件"))
    })
}

fn filed(what: FiledKind, name: &'static str, title: &'static str) -> Line<'static> {
    Line::Filed {
        what,
        name: name.into(),
        title: title.into(),
        sha256: hash_of(name),
        household: (what == FiledKind::Authority).then(|| "H002".into()),
        from: (what == FiledKind::Notice).then_some(1_791_000_000),
        to: (what == FiledKind::Notice).then_some(1_791_604_800),
        at: None,
    }
}

fn files_notice(session: &mut Session, _: Option<u64>) -> Vec<u8> {
    step(session, &filed(FiledKind::Notice, "notice.jpg", "公示照片"))
}

fn files_authority(session: &mut Session, _: Option<u64>) -> Vec<u8> {
    step(session, &filed(FiledKind::Authority, "authority.pdf", "委托书"))
}

fn files_list(session: &mut Session, _: Option<u64>) -> Vec<u8> {
    step(session, &filed(FiledKind::List, "list.xlsx", "不参加选房的房源"))
}

/// Documents of the plan, and three that are filed later; two of them after the draw is void.
fn later(name: &'static str, about: &'static str, is_void: bool) -> Shape {
    let batch: &[super::hall::After] = match is_void {
        true => &[files_notice, void, files_authority, files_list],
        false => &[files_notice, files_authority, files_list],
    };
    let script = Script { after: vec![batch.to_vec()], ..Script::default() };
    Shape { name, about, plan: both(name), script }
}

fn filed_later() -> Shape {
    later("documents-filed", "a notice, an authority and a list, filed after the result", false)
}

/// The files of a draw with all of these documents: with them it is passed to V9 what is at hand.
pub(crate) fn files() -> Vec<(String, Hash)> {
    ["选房办法.pdf", "draw_session", "notice.jpg", "authority.pdf", "list.xlsx"]
        .map(|name| (name.to_owned(), hash_of(name)))
        .to_vec()
}

/// What is given beside a file with documents.
pub(crate) fn evidence(name: &str) -> Vec<(&'static str, Evidence)> {
    let at_hand = |files: &[(String, Hash)]| Evidence {
        documents: Some(files.to_vec()),
        ..Evidence::default()
    };
    match name {
        "documents-filed" => vec![
            ("the same, with all documents", at_hand(&files())),
            ("the same, with the first three documents", at_hand(&files()[..3])),
            ("the same, with a folder in which there is none of them", at_hand(&[])),
        ],
        "documents" => vec![("the same, with more documents than it names", at_hand(&files()))],
        _ => Vec::new(),
    }
}

pub(crate) fn shapes() -> Vec<Shape> {
    vec![
        filed_later(),
        later("documents-filed-when-void", "documents filed before and after a void", true),
        shape("documents", "documents by their hashes, and flats kept out", both("documents")),
        shape(
            "documents-of-each-kind",
            "a document of each kind, and no flat kept out",
            each_kind("documents-of-each-kind"),
        ),
        shape("documents-64", "as many documents as there can be", many("documents-64", 64)),
        shape(
            "flats-kept-out",
            "a flat kept out, and no document",
            plan("flats-kept-out").exclude(kept_out("X-0302", "302", 3, None)),
        ),
    ]
}

fn with(name: &'static str, about: &'static str, from: &str, to: &str) -> Tampered {
    case(name, about, &Forge::of(&both("documents")).edit(from, to).draft())
}

pub(crate) fn tampered() -> Vec<Tampered> {
    let zeros = "0".repeat(64);
    let hash = hash_of("draw_session").to_string();
    let moved = |what: &str, before: &str| {
        Forge::of(&both("documents")).draft().moved(what, before).resealed()
    };
    let twice = Forge::of(&both("documents"))
        .edit("\"draw_session\",\"title\"", "\"选房办法.pdf\",\"title\"")
        .draft();
    let mut tampered = vec![
        case("p14-document-twice", "two documents with one name", &twice),
        case(
            "p14-65-documents",
            "one document more than there can be",
            &Forge::of(&many("documents", 65)).draft(),
        ),
    ];
    tampered.extend([
        with(
            "p14-document-with-a-folder",
            "the name of a document has a folder in it",
            "\"draw_session\",\"title\"",
            "\"bin/draw_session\",\"title\"",
        ),
        with(
            "p14-document-hidden",
            "the name of a document begins with a point",
            "\"draw_session\",\"title\"",
            "\".draw_session\",\"title\"",
        ),
        with(
            "p14-document-in-capitals",
            "two documents whose names differ in capitals alone",
            "\"draw_session\",\"title\"",
            "\"选房办法.PDF\",\"title\"",
        ),
        with("p14-document-of-zeros", "the hash of a document is that of no file", &hash, &zeros),
        with(
            "p3-title-of-a-document-empty",
            "a document without a title",
            "\"The program\"",
            "\"\"",
        ),
        with("p1-documents-miscounted", "a document too few", "\"documents\":2", "\"documents\":3"),
        with(
            "p1-excluded-not-counted",
            "flats kept out that the header does not count",
            ",\"excluded\":2",
            "",
        ),
        case(
            "p1-documents-0",
            "a count of documents where there are none",
            &Forge::of(&plan("documents"))
                .edit("\"households\":4}", "\"households\":4,\"documents\":0}")
                .draft(),
        ),
        with(
            "p2-unit-kept-out",
            "a flat kept out with the id of a unit, in other capitals",
            "\"id\":\"X-0102\"",
            "\"id\":\"a-0301\"",
        ),
        with(
            "p2-kept-out-twice",
            "two flats kept out with one id",
            "\"id\":\"X-0102\"",
            "\"id\":\"x-0101\"",
        ),
        with(
            "p13-drawn-and-kept-out",
            "one flat that is drawn and kept out",
            "\"label\":\"102\",\"storey\":1",
            "\"label\":\"３０１\",\"storey\":3",
        ),
        with(
            "p13-kept-out-twice",
            "one flat that is kept out twice",
            "\"label\":\"102\"",
            "\"label\":\"101\"",
        ),
        with(
            "p7-storey-0-of-a-flat-kept-out",
            "storeys count from 1, also of a flat that is not drawn",
            "\"label\":\"102\",\"storey\":1",
            "\"label\":\"102\",\"storey\":0",
        ),
        with(
            "p7-area-0-of-a-flat-kept-out",
            "an area is not nothing, also of a flat that is not drawn",
            "\"area\":8925",
            "\"area\":0",
        ),
        with(
            "p7-1000001-flats-kept-out",
            "the header counts one flat kept out more than there can be",
            "\"excluded\":2",
            "\"excluded\":1000001",
        ),
        with(
            "p3-flat-kept-out-without-a-reason",
            "a flat kept out with an empty reason",
            "业主大会决议：物业用房",
            "",
        ),
        with(
            "t1-flat-kept-out-in-silence",
            "a flat kept out without the key of the reason",
            ",\"reason\":\"业主大会决议：物业用房\"",
            "",
        ),
        with(
            "t1-document-of-another-kind",
            "a document that is none of the kinds",
            "\"what\":\"method\"",
            "\"what\":\"law\"",
        ),
        case(
            "t2-document-after-the-pools",
            "a document behind the pools",
            &moved("\"draw_session\"", "\"kind\":\"unit\""),
        ),
        case(
            "t2-kept-out-before-the-units",
            "a flat kept out before the units",
            &moved("\"X-0101\"", "\"kind\":\"unit\""),
        ),
    ]);
    tampered.extend(later_ones());
    tampered
}

fn later_ones() -> Vec<Tampered> {
    let shape = filed_later();
    let honest = || Draft(hall::draw(&shape.plan, &shape.script));
    let changed = |name, about, needle: &str, from: &str, to: &str| {
        case(name, about, &honest().edit(needle, from, to).resealed())
    };
    let at_hand = |name, about, files: Vec<(String, Hash)>| Tampered {
        evidence: Evidence { documents: Some(files), ..Evidence::default() },
        ..case(name, about, &honest())
    };
    let with = |name: &str, hash: Hash| {
        let mut files = files();
        files.iter_mut().filter(|(file, _)| file == name).for_each(|(_, of)| *of = hash);
        files
    };
    let times = "\"from\":1791000000,\"to\":1791604800";
    vec![
        changed(
            "a8-twice",
            "two documents filed under one name",
            "list.xlsx",
            "list.xlsx",
            "Notice.jpg",
        ),
        changed(
            "a8-name-of-a-document-of-the-plan",
            "a document filed under the name of one of the plan",
            "list.xlsx",
            "list.xlsx",
            "DRAW_SESSION",
        ),
        changed(
            "a8-folder-in-the-name",
            "the name of a document has a folder in it",
            "list.xlsx",
            "list.xlsx",
            "lists/list.xlsx",
        ),
        changed(
            "a8-notice-without-times",
            "a notice of which nobody says when it hung",
            "notice.jpg",
            &format!(",{times}"),
            "",
        ),
        changed(
            "a8-notice-without-an-end",
            "a notice of which nobody says until when it hung",
            "notice.jpg",
            ",\"to\":1791604800",
            "",
        ),
        changed(
            "a8-times-turned-round",
            "a notice that was taken down before it hung",
            "notice.jpg",
            times,
            "\"from\":1791604800,\"to\":1791000000",
        ),
        changed(
            "a8-household-unknown",
            "the authority of nobody in the plan",
            "authority.pdf",
            "\"H002\"",
            "\"H999\"",
        ),
        changed(
            "a8-hash-of-zeros",
            "a document filed with the hash of no file",
            "list.xlsx",
            &hash_of("list.xlsx").to_string(),
            &"0".repeat(64),
        ),
        changed("p3-title-of-a-filed-document", "a title that begins with a space", "list.xlsx", "\"不参加", "\" 不参加"),
        case(
            "a6-name-of-a-document",
            "a recording with the name of a document",
            &honest()
                .after(
                    "list.xlsx",
                    &[&format!(
                        "{{\"kind\":\"recording\",\"name\":\"notice.jpg\",\"sha256\":\"{}\",\"start\":1}}",
                        hash_of("film")
                    )],
                )
                .resealed(),
        ),
        at_hand(
            "v9-other-method",
            "the method at hand is not the one that the plan names",
            with("选房办法.pdf", Hash([7; 32])),
        ),
        at_hand(
            "v9-other-program",
            "the program at hand is not the one that the plan names",
            with("draw_session", hash_of("选房办法.pdf")),
        ),
        at_hand(
            "v9-other-notice",
            "the photograph of the notice is not the one that was filed",
            with("notice.jpg", hash_of("list.xlsx")),
        ),
    ]
}
