//! `2-files.html`: the programs, the plan, the documents and the transcript, with their hashes, and
//! what was compared with what.

use super::compared::{Compared, Outcome, Program};
use super::{Verification, both, heading, paragraph};
use crate::prints::data::{Data, State};
use crate::prints::papers;
use crate::prints::sheet::{Anchor, Page, cell, stage, table};
use crate::words::say::tr;
use floorlot::plan::Document;
use floorlot::rules::{Lang, Phrase};
use floorlot_verify::common::html::escaped;
use floorlot_verify::common::own;
use sha2::{Digest, Sha256};

/// The page.
pub(super) fn page(
    data: &Data,
    bytes: &[u8],
    (compared, verification): (&Compared, Option<&Verification>),
    lang: Lang,
) -> String {
    let title = tr!(lang, "Programs and files 程序与文件", "程序与文件 Programs and files");
    let mut page = Page::new(data, lang, title, Anchor::Plan);
    let body = [
        programs(compared, lang),
        documents(compared, lang),
        draw(data, bytes, lang),
        verified(verification, lang),
        how(lang),
    ];
    page.sheet("", &body.concat());
    page.end()
}

fn programs(compared: &Compared, lang: Lang) -> String {
    let head = [
        tr!(lang, "Program", "程序"),
        tr!(lang, "SHA-256, and its fingerprint in decimal", "SHA-256 及十进制指纹"),
        tr!(lang, "Compared", "比对"),
    ];
    let rows: Vec<String> = compared.programs.iter().map(|p| program(p, lang)).collect();
    heading(&Phrase::new("Programs", "程序"), lang) + &table("dense", &head, &rows)
}

fn program(program: &Program, lang: Lang) -> String {
    let what = match &program.path {
        Some(path) => escaped(&path.file_name().unwrap_or(path.as_os_str()).to_string_lossy()),
        None => {
            let version = escaped(&own::version("draw_session", lang));
            let runs = Phrase::new("the one that made this folder", "生成本文件夹的程序");
            format!("{version}<br>{}", both(&runs, lang))
        }
    };
    let digits = program.sha256.map_or_else(String::new, |sha256| {
        let fingerprint = own::fingerprint(sha256);
        format!("{sha256}<br>{fingerprint}")
    });
    format!(
        "<td>{what}</td><td class=\"mono\">{digits}</td><td>{}</td>",
        both(&program.outcome.words(), lang)
    )
}

fn documents(compared: &Compared, lang: Lang) -> String {
    let title = heading(&Phrase::new("Documents in the plan", "方案所列文件"), lang);
    if compared.documents.is_empty() {
        let none = Phrase::new("The plan names no document.", "方案未列出文件。");
        return title + &paragraph(&none, lang);
    }
    let head = [
        tr!(lang, "What", "类别"),
        tr!(lang, "Title, file", "标题、文件名"),
        tr!(lang, "SHA-256 in the plan", "方案所列 SHA-256"),
        tr!(lang, "Compared", "比对"),
    ];
    let row = |(document, outcome): &(Document, Outcome)| {
        let (title, name) = (escaped(&document.title), escaped(&document.name));
        [
            cell("", papers::kind(document.what, lang)),
            format!("<td>{title}<br><small>{name}</small></td>"),
            cell("mono", document.sha256),
            format!("<td>{}</td>", both(&outcome.words(), lang)),
        ]
        .concat()
    };
    let rows: Vec<String> = compared.documents.iter().map(row).collect();
    title + &table("dense", &head, &rows)
}

/// The plan and the transcript as files, and all checkpoints.
fn draw(data: &Data, bytes: &[u8], lang: Lang) -> String {
    let head = [tr!(lang, "File", "文件"), tr!(lang, "Lines", "行数"), "SHA-256".to_owned()];
    let row = |name: &str, bytes: &[u8]| {
        let lines = bytes.iter().filter(|byte| **byte == b'\n').count();
        let sha256 = hex::encode(Sha256::digest(bytes));
        [cell("id", name), cell("num", lines), cell("mono", sha256)].concat()
    };
    let mut rows = vec![row("plan.jsonl", &super::plan(data))];
    if !matches!(data.state, State::Plan) {
        rows.push(row("transcript.jsonl", bytes));
    }
    let title = heading(&Phrase::new("Plan and transcript", "方案与抽签记录"), lang);
    title + &table("dense", &head, &rows) + &checkpoints(data, lang)
}

fn checkpoints(data: &Data, lang: Lang) -> String {
    if data.checkpoints.is_empty() {
        let digits = data.plan_fingerprint;
        let words = Phrase::new(
            format!("The plan is not sealed. Sealed as it is, it has the fingerprint {digits}."),
            format!("方案尚未封存。若照此封存，其指纹为 {digits}。"),
        );
        return paragraph(&words, lang);
    }
    let head = [
        tr!(lang, "Checkpoint over", "检查点"),
        tr!(lang, "Lines", "行数"),
        tr!(lang, "Fingerprint", "指纹"),
    ];
    let row = |checkpoint: &crate::prints::data::Sealed| {
        [
            cell("", stage(checkpoint.stage, lang)),
            cell("num", checkpoint.size),
            cell("mono", checkpoint.fingerprint),
        ]
        .concat()
    };
    let rows: Vec<String> = data.checkpoints.iter().map(row).collect();
    table("dense", &head, &rows)
}

/// What the verifier says; that it was not run where there is no transcript.
fn verified(verification: Option<&Verification>, lang: Lang) -> String {
    let words = match verification.map(|said| &said.sentence) {
        None => Phrase::new("Not run: there is no transcript yet.", "未进行：还没有抽签记录。"),
        Some(Phrase { en, zh }) => Phrase::new(
            format!("{en} Each check stands in verification.txt."),
            format!("{zh}各项检查见 verification.txt。"),
        ),
    };
    heading(&Phrase::new("Verification", "核验"), lang) + &paragraph(&words, lang)
}

fn how(lang: Lang) -> String {
    let words = Phrase::new(
        "Whoever checks this folder needs no program of ours: on Linux type sha256sum -c SHA256SUMS, on Windows certutil -hashfile FILE SHA256. Programs given with --program are hashed here and not copied.",
        "核对本文件夹无需本程序：Linux 输入 sha256sum -c SHA256SUMS，Windows 输入 certutil -hashfile 文件 SHA256。用 --program 给出的程序只计算哈希，未收入。",
    );
    heading(&Phrase::new("Checking this folder", "核对本文件夹"), lang) + &paragraph(&words, lang)
}
