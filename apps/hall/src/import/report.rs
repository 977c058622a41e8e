//! What an import tells: the columns, what was made and changed, and the counts to read aloud.

use super::built::{Built, NO_NAME};
use super::cells::Tally;
use super::columns::{Columns, Field, Inputs, Sheet};
use super::families;
use super::fault::{At, Role, quoted};
use super::kept_out;
use super::notes::Hint;
use super::question::Kind;
use super::refusal::{Asked, Refusal};
use super::sheet::{Shown, Table, letters};
use crate::words::program::{program, quoted as in_command};
use crate::words::say::{counted, tr};
use floorlot::plan::{Mode, Plan, Unit, ValidPlan};
use floorlot::rules::{Lang, Phrase};
use floorlot_verify::common::amount;
use std::collections::BTreeMap;

/// The command that prints the openings.
const SLIPS: &str = "slips";

fn pick<'a>(lang: Lang, en: &'a str, zh: &'a str) -> &'a str {
    match lang {
        Lang::En => en,
        Lang::Zh => zh,
    }
}

/// Which head was taken for which field, in one sheet.
pub(super) fn columns(Sheet { table, columns }: &Sheet, lang: Lang) -> String {
    let header = table.rows.get(columns.header).map_or(0, |r| r.number);
    let (rows, role) = (columns.rows(table).len(), columns.role.words());
    let mut text = match lang {
        Lang::En => format!(
            "{} from {}: heads in row {header}, {} below\n",
            role.en,
            table.place().en,
            counted(rows, "row")
        ),
        Lang::Zh => {
            format!("{}：{}，表头在第 {header} 行，其下 {rows} 行\n", role.zh, table.place().zh)
        }
    };
    text += &columns.shown(lang);
    let notes = [
        (
            columns.role == Role::Roll
                && ![Field::Tier, Field::Band].iter().any(|field| columns.has(*field)),
            "  (no tier: all are tier 1)\n",
            "  （没有顺位列：全部为第 1 顺位）\n",
        ),
        (
            columns.role == Role::Units && !columns.has(Field::Label),
            "  (no label: ids are shown)\n",
            "  （没有房号列：显示编号）\n",
        ),
    ];
    text.extend(notes.iter().filter(|(on, ..)| *on).map(|(_, en, zh)| pick(lang, en, zh)));
    for note in &table.notes {
        text += &match lang {
            Lang::En => format!("  ({})\n", note.en),
            Lang::Zh => format!("  （{}）\n", note.zh),
        };
    }
    text += &shown_otherwise(table, columns, lang);
    if table.filled > 0 {
        text += &match lang {
            Lang::En => format!(
                "  merged cells: {} below the first got its value\n",
                counted(table.filled, "cell")
            ),
            Lang::Zh => format!("  合并单元格：其余 {} 格取首格的值\n", table.filled),
        };
    }
    text
}

/// The settings, if they are not in UTF-8.
pub(super) fn encoding(file: &str, encoding: Option<&Phrase>, lang: Lang) -> String {
    match (encoding, lang) {
        (None, _) => String::new(),
        (Some(words), Lang::En) => format!("settings from {file} ({})\n", words.en),
        (Some(words), Lang::Zh) => format!("设置：{file}（{}）\n", words.zh),
    }
}

/// Which values show in the cells in another way than they are stored, by number format, in the
/// columns and rows that are taken in.
fn shown_otherwise(table: &Table, columns: &Columns, lang: Lang) -> String {
    let first = columns.rows(table).first().map_or(u32::MAX, |row| row.number);
    let field = |column: usize| {
        Field::ALL.iter().copied().find(|field| columns.get(*field) == Some(column))
    };
    let mut kinds: BTreeMap<(bool, &str), Vec<&Shown>> = BTreeMap::new();
    for shown in
        table.shown.iter().filter(|shown| shown.row >= first && field(shown.column).is_some())
    {
        kinds.entry((shown.shown.is_some(), &shown.format)).or_default().push(shown);
    }
    let line = |((_, format), all): (&(bool, &str), &Vec<&Shown>)| {
        let example = all
            .iter()
            .find(|shown| !matches!(field(shown.column), Some(Field::Name | Field::Document)));
        shown_line(
            format,
            all.len(),
            all.first().is_some_and(|shown| shown.shown.is_some()),
            example.copied(),
            lang,
        )
    };
    kinds.iter().map(line).collect()
}

fn shown_line(
    format: &str,
    count: usize,
    taken_as_shown: bool,
    example: Option<&Shown>,
    lang: Lang,
) -> String {
    let such = example.map(|e| {
        let (row, column, stored) = (e.row, letters(e.column), quoted(&e.stored));
        let shown = e.shown.as_deref().map(quoted);
        match (lang, shown) {
            (Lang::En, Some(shown)) => {
                format!(", such as row {row} column {column}: {} shown as {}", stored.en, shown.en)
            }
            (Lang::Zh, Some(shown)) => {
                format!("，例如第 {row} 行 {column} 列：{} 显示为 {}", stored.zh, shown.zh)
            }
            (Lang::En, None) => format!(", such as row {row} column {column}: {}", stored.en),
            (Lang::Zh, None) => format!("，例如第 {row} 行 {column} 列：{}", stored.zh),
        }
    });
    let such = such.unwrap_or_default();
    let named = |en: &str, zh: &str| match (format.is_empty(), lang) {
        (true, _) => String::new(),
        (_, Lang::En) => format!(" ({en} {format})"),
        (_, Lang::Zh) => format!("（{zh} {format}）"),
    };
    match (taken_as_shown, lang) {
        (true, Lang::En) => {
            format!("  values taken as shown{}: {count}{such}\n", named("format", ""))
        }
        (true, Lang::Zh) => format!("  按显示内容导入{}：{count} 处{such}\n", named("", "格式")),
        (false, Lang::En) => format!(
            "  numbers that show in scientific notation, taken with all their digits: {count}{such}\n"
        ),
        (false, Lang::Zh) => {
            format!("  以科学计数法显示的数字，按全部数位导入：{count} 处{such}\n")
        }
    }
}

/// Rows that are no data.
pub(super) fn left_out(rows: &[(At, Phrase)], inputs: Inputs<'_>, lang: Lang) -> String {
    let line = |(at, why): &(At, Phrase)| {
        let (role, row) = (at.role.words(), inputs.of(at.role).row(*at));
        match lang {
            Lang::En => format!("  {} of the {} left out: {}\n", row.en, role.en, why.en),
            Lang::Zh => format!("  {}表{}不导入：{}\n", role.zh, row.zh, why.zh),
        }
    };
    rows.iter().map(line).collect()
}

/// Rows left out, ids made, cells changed.
pub(super) fn changes(built: &Built, inputs: Inputs<'_>, tally: &Tally, lang: Lang) -> String {
    let mut text = left_out(&built.left_out, inputs, lang);
    if let (Some(first), Some(last)) =
        (built.made_groups.keys().next(), built.made_groups.keys().next_back())
    {
        text += &match lang {
            Lang::En => format!("  groups given ids: {first} to {last}\n"),
            Lang::Zh => format!("  结伴组已编号：{first} 至 {last}\n"),
        };
    }
    text += &families::changed(built, lang);
    if let Some(label) = built.staired.first() {
        let n = built.staired.len();
        text += &match lang {
            Lang::En => format!(
                "  labels with their staircase, because labels repeat in the building: {n}, such as {label}\n"
            ),
            Lang::Zh => format!("  同一楼栋内房号有重复，房号前已加单元：{n} 套，例如 {label}\n"),
        };
    }
    text += &kept_out::told(&built.plan.excluded, lang);
    text += &tally.shown(lang);
    text += &tally.characters(inputs, lang);
    text += &bound(built, inputs, lang);
    if !built.made_pools.is_empty() {
        text += pick(
            lang,
            "pool ids made in order of first appearance:\n",
            "批次按首次出现的顺序编号：\n",
        );
        built.made_pools.iter().for_each(|(id, title)| text += &format!("  {id}  {title}\n"));
    }
    if text.starts_with("  ") {
        format!("{}\n{text}", pick(lang, "changed on the way:", "导入时的改动："))
    } else {
        text
    }
}

/// How many households have a commitment, and which have none although there is a column of
/// document numbers.
fn bound(built: &Built, inputs: Inputs<'_>, lang: Lang) -> String {
    let mut text = match (built.openings.len(), lang) {
        (0, _) => String::new(),
        (n, Lang::En) => format!("  commitments to persons made: {n}\n"),
        (n, Lang::Zh) => format!("  已生成身份承诺：{n} 户\n"),
    };
    for (why, rows) in &built.unbound {
        let (n, rows) = (rows.len(), inputs.rows(rows));
        let (en, zh) = if *why == NO_NAME {
            ("no whole name", "没有全名")
        } else {
            ("no document number", "没有证件号")
        };
        text += &match lang {
            Lang::En => {
                format!("  without a commitment, because there is {en}: {n} ({})\n", rows.en)
            }
            Lang::Zh => format!("  无承诺（{zh}）：{n} 户（{}）\n", rows.zh),
        };
    }
    text
}

/// What the plan says, to be read aloud and compared with the office's own counts.
pub(super) fn counts(valid: &ValidPlan, plan: &Plan, lang: Lang) -> String {
    let roll = valid.roll();
    let (pools, units, households) =
        (roll.pools().len(), roll.unit_count(), roll.household_count());
    let families = !plan.families.is_empty();
    let (one, of) = if families { ("claim", "个名额") } else { ("household", "户") };
    let mode = match (plan.mode, lang) {
        (Mode::Official, Lang::Zh) => "正式",
        (Mode::Rehearsal, Lang::Zh) => "演练",
        (mode, Lang::En) => mode.word(),
    };
    let mut text = match lang {
        Lang::En => {
            let called = if families {
                format!("{households} households and claims")
            } else {
                counted(households, "household")
            };
            let counts = [called, counted(units, "unit"), counted(pools, "pool")].join(", ");
            format!("{} ({}, {mode})\nto read aloud: {counts}\n", plan.title, plan.origin)
        }
        Lang::Zh => {
            let called = if families {
                format!("住户与名额共 {households} 个")
            } else {
                format!("住户 {households} 户")
            };
            format!(
                "{}（{}，{mode}）\n请当众宣读：{called}，房源 {units} 套，批次 {pools} 个\n",
                plan.title, plan.origin
            )
        }
    };
    text += &families::counts(&plan.pools, &plan.families, lang);
    for (tier, n) in tiers(plan) {
        text += &match lang {
            Lang::En => format!("  tier {tier}: {}\n", counted(n, one)),
            Lang::Zh => format!("  第 {tier} 顺位：{n} {of}\n"),
        };
    }
    for (building, households, units) in buildings(plan) {
        text += &match lang {
            Lang::En => {
                format!("  {building}: {}, {}\n", counted(households, one), counted(units, "unit"))
            }
            Lang::Zh => format!("  {building}：{households} {of}，{units} 套\n"),
        };
    }
    text += &measured(plan, lang);
    for warning in valid.warnings() {
        text += &match lang {
            Lang::En => format!("warning: {}\n", warning.sentence(lang)),
            Lang::Zh => format!("注意：{}\n", warning.sentence(lang)),
        };
    }
    for warning in uncertified(valid, lang) {
        text += &match lang {
            Lang::En => format!("warning: {warning}\n"),
            Lang::Zh => format!("注意：{warning}\n"),
        };
    }
    text
}

/// How many flats have an area and a price, and the sums: a gap in a column shows here.
fn measured(plan: &Plan, lang: Lang) -> String {
    let units = || plan.pools.iter().flat_map(|pool| &pool.units);
    let all = units().count();
    let told = |name: (&str, &str), of: fn(&Unit) -> Option<u64>, unit: fn(u128) -> Phrase| {
        let known: Vec<u64> = units().filter_map(of).collect();
        let (n, sum) = (known.len(), unit(known.iter().map(|n| u128::from(*n)).sum()));
        match (n, lang) {
            (0, _) => String::new(),
            (_, Lang::En) => {
                format!("  {}: {n} of {}, {} in all\n", name.0, counted(all, "unit"), sum.en)
            }
            (_, Lang::Zh) => format!("  {}：{all} 套中的 {n} 套，合计 {}\n", name.1, sum.zh),
        }
    };
    told(("area", "面积"), |unit| unit.area, amount::area)
        + &told(("price", "价格"), |unit| unit.price, amount::price)
}

/// The benches with fewer keys than their quorum needs: with them no transcript of the plan can be
/// certified.
pub fn uncertified(valid: &ValidPlan, lang: Lang) -> Vec<String> {
    let roll = valid.roll();
    let keys = |bench: &str| {
        roll.members()
            .filter(|m| roll.bench_of(m) == Some(bench) && roll.member_key(m).is_some())
            .count()
    };
    let short = roll
        .benches()
        .map(|(bench, quorum)| (bench, keys(bench), quorum))
        .filter(|(_, keys, quorum)| (*keys as u64) < *quorum);
    let told = |(bench, keys, quorum): (&str, usize, u64)| match lang {
        Lang::En => format!(
            "bench {bench} has {} and its quorum is {quorum}: the transcript cannot be certified (paper signatures do not count for that)",
            counted(keys, "key")
        ),
        Lang::Zh => {
            format!(
                "席位 {bench} 有 {keys} 个公钥，法定人数 {quorum}：记录不可能达到“认证”（纸面签名不计入）"
            )
        }
    };
    short.map(told).collect()
}

fn tiers(plan: &Plan) -> BTreeMap<u64, usize> {
    let mut tiers = BTreeMap::new();
    plan.pools
        .iter()
        .flat_map(|p| &p.households)
        .for_each(|h| *tiers.entry(h.tier).or_default() += 1);
    tiers
}

/// Each building with its households and units, in the order of the plan.
fn buildings(plan: &Plan) -> Vec<(&str, usize, usize)> {
    let mut buildings: Vec<(&str, usize, usize)> = Vec::new();
    for pool in &plan.pools {
        if buildings.iter().all(|(name, ..)| *name != pool.building) {
            buildings.push((&pool.building, 0, 0));
        }
        for (_, households, units) in
            buildings.iter_mut().filter(|(name, ..)| *name == pool.building)
        {
            *households += pool.households.len();
            *units += pool.units.len();
        }
    }
    buildings
}

/// What somebody should look at.
pub(super) fn hints(hints: &[Hint], lang: Lang) -> String {
    let line = |hint: &Hint| match lang {
        Lang::En => format!("look at: {}\n", hint.words.en),
        Lang::Zh => format!("请留意：{}\n", hint.words.zh),
    };
    hints.iter().map(line).collect()
}

/// What was confirmed, by name and number.
pub(super) fn accepted(accepted: &[Asked], lang: Lang) -> Vec<String> {
    let mut lines = Vec::new();
    for Asked { kind, words, count, sentences } in accepted {
        let (word, n) = (kind.word(), count);
        lines.push(match lang {
            Lang::En => format!("confirmed with --accept {word}: {words} ({n})"),
            Lang::Zh => format!("已用 --accept {word} 确认：{words}（{n} 处）"),
        });
        lines.extend(sentences.iter().map(|sentence| format!("  {sentence}")));
    }
    lines
}

/// What was confirmed for nothing.
pub(super) fn needless(kind: Kind, lang: Lang) -> String {
    let word = kind.word();
    match lang {
        Lang::En => format!("--accept {word} was not needed: nothing of the kind was found"),
        Lang::Zh => format!("--accept {word} 用不着：没有发现这类情况"),
    }
}

/// Everything that is in the way of a plan, and the exact options that confirm what can be
/// confirmed.
pub(super) fn refusal(refusal: &Refusal, lang: Lang) -> String {
    refused(refusal, &Phrase::new("no plan was written", "没有写出方案"), lang)
}

/// The same, with what was not done in the end.
pub(super) fn refused(refusal: &Refusal, undone: &Phrase, lang: Lang) -> String {
    let Refusal { faults, questions, .. } = refusal;
    let mut lines = faults.clone();
    for Asked { kind, words, sentences, .. } in questions {
        let word = kind.word();
        lines.push(match lang {
            Lang::En => format!("correct this, or confirm with --accept {word} that {words}:"),
            Lang::Zh => format!("请更正，或用 --accept {word} 确认{words}："),
        });
        lines.extend(sentences.iter().map(|sentence| format!("  {sentence}")));
    }
    let (n, m) = (faults.len(), questions.iter().map(|asked| asked.count).sum::<usize>());
    let undone = undone.get(lang);
    lines.push(match (m, lang) {
        (0, Lang::En) => format!("{}; {undone}", counted(n, "fault")),
        (0, Lang::Zh) => format!("共 {n} 处问题；{undone}"),
        (_, Lang::En) => format!("{}, {m} to confirm; {undone}", counted(n, "fault")),
        (_, Lang::Zh) => format!("共 {n} 处问题，{m} 处待确认；{undone}"),
    });
    let options: Vec<String> =
        questions.iter().map(|asked| format!("--accept {}", asked.kind.word())).collect();
    if !options.is_empty() {
        let options = options.join(" ");
        lines.push(match lang {
            Lang::En => format!("if all of it is right as it stands, add: {options}"),
            Lang::Zh => format!("如核对无误，请加上：{options}"),
        });
    }
    lines.join("\n")
}

/// The end of a preview.
pub(super) fn nothing_written(lang: Lang) -> String {
    pick(lang, "preview: nothing was written", "仅预览：没有写出任何文件").to_owned()
}

/// That the plan is written.
pub(super) fn written(out: &str, lines: usize, lang: Lang) -> String {
    let written = counted(lines, "line");
    tr!(lang, "{out}: {written} written", "已写入 {out}：{lines} 行")
}

/// The command that goes on with the plan.
pub(super) fn next(out: &str, lang: Lang) -> String {
    let program = program("draw_session");
    // The transcript that belongs to the plan: draw-2.jsonl for draw-2.plan.jsonl.
    let own = out
        .strip_suffix(".plan.jsonl")
        .filter(|stem| !stem.is_empty() && !stem.ends_with(['/', '\\']));
    let transcript = in_command(
        &own.map_or_else(|| "transcript.jsonl".to_owned(), |stem| format!("{stem}.jsonl")),
    );
    let plan = in_command(out);
    tr!(
        lang,
        "next: {program} run --out {transcript} --plan {plan}",
        "下一步：{program} run --out {transcript} --plan {plan}"
    )
}

/// What was written for the households alone, and what to do with it.
pub(super) fn openings_written(path: &str, count: usize, lang: Lang) -> String {
    let (program, file) = (program("draw_session"), in_command(path));
    let (en, zh) = if cfg!(unix) {
        ("Only you can read the file", "只有您能读取")
    } else {
        ("Others who use this computer may be able to read the file", "本机的其他用户可能也能读取")
    };
    match lang {
        Lang::En => format!(
            "{path}: {} written, which say who each household is. {en}: keep it off line, never \
             publish it, and open it with no spreadsheet program.\nsealed slips for the households: {program} {SLIPS} {file} --out slips\n",
            counted(count, "opening")
        ),
        Lang::Zh => format!(
            "已写入 {path}：{count} 户的密封件数据，内有各户的真实身份。{zh}：请离线保存，切勿公开，勿用表格软件打开。\n打印给住户的密封件：{program} {SLIPS} {file} --out slips\n"
        ),
    }
}
