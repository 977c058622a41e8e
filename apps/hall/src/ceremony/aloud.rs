//! What is read out in the hall: a few lines for each stage, and one for each thing that happens.

use crate::ceremony::book::Book;
use crate::ceremony::command::decided;
use crate::ceremony::days;
use crate::ceremony::draw::Draw;
use crate::ceremony::families;
use crate::ceremony::filing;
use crate::ceremony::progress::Did;
use crate::ceremony::stamp;
use crate::import;
use crate::keys::key;
use crate::words::clock::{duration, when};
use crate::words::say::{program, quoted, say, tr};
use floorlot::Hash;
use floorlot::lines::{By, Closed, Device, Line, Mode, PickRule, Stage};
use floorlot::plan::{Roll, Source, ValidPlan};
use floorlot::rules::Lang;
use floorlot::sign_off::BenchSignatures;
use floorlot_verify::common::amount;
use std::collections::{BTreeMap, BTreeSet};

/// The heading of a stage.
pub(crate) fn heading(lang: Lang, en: &str, zh: &str) {
    say(match lang {
        Lang::En => format!("\n== {en} =="),
        Lang::Zh => format!("\n== {zh} =="),
    });
}

/// The plan before it is sealed: title, mode, counts, rules, panel, warnings.
pub(crate) fn plan(plan: &ValidPlan, book: &Book, lang: Lang) {
    let roll = plan.roll();
    let (title, origin, attempt) = (roll.title(), roll.origin(), roll.attempt());
    let mode = mode(roll.mode(), lang);
    say(tr!(lang, "{mode} — {title}", "【{mode}】{title}"));
    say(tr!(
        lang,
        "Name of this draw: {origin}, attempt {attempt}",
        "本次抽签编号：{origin}，第 {attempt} 次"
    ));
    heading(lang, "The plan", "方案");
    let (households, units, pools) =
        (roll.household_count(), roll.unit_count(), roll.pools().len());
    let buildings: BTreeSet<&str> = roll.unit_numbers().map(|unit| roll.building(unit)).collect();
    let buildings = buildings.len();
    say(tr!(
        lang,
        "Households {households}, flats {units}, buildings {buildings}, pools {pools}",
        "{households} 户，{units} 套房，{buildings} 栋楼，{pools} 个批次"
    ));
    of_families(roll, lang).into_iter().for_each(say);
    say(rules(roll, lang));
    times(roll, lang).into_iter().for_each(say);
    for bench in &book.benches {
        let (title, quorum) = (&bench.title, bench.quorum);
        let members = book.members.iter().filter(|m| m.bench == bench.id).count();
        say(tr!(
            lang,
            "Panel, {title}: {members} members, quorum {quorum}",
            "监督员，{title}：{members} 人，法定人数 {quorum}"
        ));
        for member in book.members.iter().filter(|m| m.bench == bench.id) {
            key_of(roll, &member.id, &member.name, lang);
        }
    }
    if let Some(key) = roll.log_key() {
        let fingerprint = key::fingerprint(key);
        say(tr!(
            lang,
            "Log, which signs every checkpoint by itself: key {fingerprint}",
            "日志（自动签署每个检查点）：公钥指纹 {fingerprint}"
        ));
    }
    for (number, from) in (1..).zip(roll.sources()) {
        let from = source(from, lang);
        say(tr!(
            lang,
            "Public numbers, source {number}: {from}",
            "公开随机数，第 {number} 个来源：{from}"
        ));
    }
    for warning in plan.warnings() {
        let sentence = warning.sentence(lang);
        say(tr!(lang, "Note: {sentence}", "注意：{sentence}"));
    }
    for warning in import::report::uncertified(plan, lang) {
        say(tr!(lang, "Note: {warning}", "注意：{warning}"));
    }
}

/// How many families there are, with how many flats to come, and their budgets.
pub(crate) fn of_families(roll: &Roll, lang: Lang) -> Option<String> {
    let families = || roll.family_numbers().filter_map(|number| roll.family(number));
    let (count, claims) = (families().count(), families().map(|f| f.claims.len()).sum::<usize>());
    if count == 0 {
        return None;
    }
    let mut told = tr!(
        lang,
        "Families {count}, with {claims} of these claims, each for one flat",
        "其中家庭 {count} 户，共 {claims} 个名额，每个名额一套房"
    );
    let budgets: Vec<u64> = families().filter_map(|family| family.budget).collect();
    if !budgets.is_empty() {
        let (with, sum) = (budgets.len(), budgets.iter().map(|b| u128::from(*b)).sum());
        let sum = amount::area(sum);
        let sum = sum.get(lang);
        told += &tr!(
            lang,
            "; {with} have an area budget, {sum} in all",
            "；有面积额度的 {with} 户，合计 {sum}"
        );
    }
    Some(told)
}

/// The key of a member, in digits: each compares it with what hangs beside the plan, and with what
/// `key show` prints at home.
fn key_of(roll: &Roll, member: &str, name: &str, lang: Lang) {
    match roll.member_key(member) {
        Some(key) => {
            let fingerprint = key::fingerprint(key);
            say(tr!(
                lang,
                "  {member} {name}: key {fingerprint}",
                "  {member} {name}：公钥指纹 {fingerprint}"
            ));
        }
        None => say(tr!(lang, "  {member} {name}: signs on paper", "  {member} {name}：纸面签名")),
    }
}

fn mode(mode: Mode, lang: Lang) -> String {
    match mode {
        Mode::Official => tr!(lang, "OFFICIAL DRAW", "正式抽签"),
        Mode::Rehearsal => tr!(lang, "REHEARSAL", "演练"),
    }
}

/// How many pools are drawn by which rule.
pub(crate) fn rules(roll: &Roll, lang: Lang) -> String {
    let count = |rule| roll.pools().iter().filter(|p| p.rule == rule).count();
    let named = [
        (count(PickRule::Choice), "the called household chooses", "叫号后现场选房"),
        (count(PickRule::Lot), "the flat itself is drawn by lot", "房源由抽签决定"),
        (count(PickRule::Ranking), "by the ranking handed in", "按事先交的志愿表"),
    ];
    let told: Vec<String> = named
        .iter()
        .filter(|(pools, ..)| *pools > 0)
        .map(|(pools, en, zh)| tr!(lang, "{en} ({pools})", "{zh}（{pools} 个批次）"))
        .collect();
    let told = told.join(if lang == Lang::En { "; " } else { "；" });
    tr!(lang, "Rule of the pools: {told}", "选房方式：{told}")
}

/// How long households have for their choice, where the plan sets a time.
pub(crate) fn times(roll: &Roll, lang: Lang) -> Option<String> {
    let mut pools: BTreeMap<u64, usize> = BTreeMap::new();
    roll.pools()
        .iter()
        .filter_map(|pool| pool.seconds)
        .for_each(|seconds| *pools.entry(seconds).or_default() += 1);
    let told: Vec<String> = pools
        .iter()
        .map(|(seconds, pools)| {
            let time = duration(*seconds, lang);
            tr!(lang, "{time} ({pools})", "{time}（{pools} 个批次）")
        })
        .collect();
    let told = told.join(if lang == Lang::En { "; " } else { "；" });
    (!told.is_empty()).then(|| tr!(lang, "Time for a choice: {told}", "选房限时：{told}"))
}

/// What a source makes.
pub(crate) fn source(source: &Source, lang: Lang) -> String {
    let (count, range) = (source.count, source.range);
    match (source.device, range) {
        (Device::Dice, 10) => {
            tr!(lang, "{count} ten-sided dice, 0 to 9", "{count} 颗十面骰子，0 至 9")
        }
        (Device::Dice, _) => {
            tr!(lang, "{count} dice, 1 to {range}", "{count} 颗骰子，1 至 {range}")
        }
        (Device::Drand, _) => {
            let (round, when) = (source.round, when(floorlot::drand::time_of(source.round)));
            tr!(
                lang,
                "round {round} of the drand quicknet beacon, made at {when}",
                "drand quicknet 第 {round} 轮，时间 {when}"
            )
        }
        (Device::Balls, _) => tr!(
            lang,
            "{count} balls out of 1 to {range}, not put back",
            "从 1 至 {range} 号球中摇出 {count} 个，不放回"
        ),
    }
}

/// Says what a line just written means.
pub(crate) fn line(draw: &Draw, line: &Line<'_>, every_pick: bool) {
    match line {
        Line::Checkpoint { stage: Stage::Plan, .. } => sealed(draw),
        Line::Commit { .. }
        | Line::Envelope { .. }
        | Line::Absent { .. }
        | Line::Reveal { .. }
        | Line::Withheld { .. } => member(draw, line),
        Line::Close { what, .. } => closed(draw, *what),
        Line::Dice { digits, .. } => say(tr!(draw.lang, "Dice: {digits}", "骰子：{digits}")),
        Line::Balls { numbers, .. } => {
            let numbers = numbers.iter().map(u64::to_string).collect::<Vec<_>>().join(" ");
            say(tr!(draw.lang, "Balls: {numbers}", "球号：{numbers}"));
        }
        Line::Seed { seed, .. } => seed_line(draw, *seed),
        Line::Open { .. } => open(draw, every_pick),
        Line::Undo { reason, .. } => {
            say(tr!(draw.lang, "   withdrawn: {reason}", "   撤回：{reason}"))
        }
        Line::End { picked, standby, leftover, .. } => {
            end(draw, (*picked, *standby, *leftover), every_pick)
        }
        Line::Result { .. } => result(draw),
        Line::Drand { round, randomness, .. } => {
            say(tr!(
                draw.lang,
                "drand round {round}: {randomness}",
                "drand 第 {round} 轮：{randomness}"
            ));
        }
        Line::Cosignature { .. }
        | Line::Paper { .. }
        | Line::Dissent { .. }
        | Line::Unsigned { .. } => signed(draw, line),
        Line::Token { token, .. } => stamp::told(token, draw.lang).iter().for_each(say),
        Line::Checkpoint { stage: Stage::Reveals, .. } => reveals_sealed(draw),
        Line::Checkpoint { stage: Stage::Day, .. } => days::sealed(draw),
        Line::Checkpoint { stage: Stage::Aftermath, .. } => after_sealed(draw),
        line => match later(draw, line, draw.lang) {
            Some(told) => say(told),
            // Where every pick is told; a large draw tells the sums alone.
            None if every_pick => turn(draw, line),
            None => {}
        },
    }
}

/// What a member said about a checkpoint.
fn signed(draw: &Draw, line: &Line<'_>) {
    let (lang, name) = (draw.lang, |id: &str| draw.book.member_name(id));
    say(match line {
        Line::Cosignature { member, .. } => {
            let name = name(member);
            tr!(lang, "  {name}: signed with the key of the plan", "  {name}：已用方案中的公钥签名")
        }
        Line::Paper { member, .. } => {
            let name = name(member);
            tr!(lang, "  {name}: signed on paper", "  {name}：纸面签名")
        }
        Line::Dissent { member, reason, .. } => {
            let name = name(member);
            tr!(lang, "  {name}: REFUSES to sign: {reason}", "  {name}：拒绝签名：{reason}")
        }
        Line::Unsigned { member, .. } => {
            let name = name(member);
            tr!(lang, "  {name}: did not sign, being away", "  {name}：不在场，未签名")
        }
        _ => return,
    });
}

/// The signatures of each bench under the last checkpoint; nothing if there are none.
pub(crate) fn signatures(draw: &Draw) -> Vec<String> {
    let lang = draw.lang;
    let tallies = draw.session.signatures();
    if tallies.iter().all(|t| t.keys + t.paper + t.dissent + t.unsigned == 0) {
        return Vec::new();
    }
    let told = |t: &BenchSignatures| {
        let title = bench_title(draw, &t.bench);
        let (keys, paper, dissent, quorum) = (t.keys, t.paper, t.dissent, t.quorum);
        let away = t.unsigned;
        let reached = match keys >= quorum {
            true => tr!(lang, "quorum reached", "已达法定人数"),
            false => tr!(lang, "quorum NOT reached", "未达法定人数"),
        };
        tr!(
            lang,
            "{title}: {keys} signed by key, {paper} on paper, {dissent} refused, {away} away, quorum {quorum}: {reached}",
            "{title}：密钥签名 {keys} 人，纸面签名 {paper} 人，拒签 {dissent} 人，未签 {away} 人，法定人数 {quorum}，{reached}"
        )
    };
    tallies.iter().map(told).collect()
}

/// The benches whose quorum of signatures by key is not reached under the last checkpoint, with
/// their numbers.
pub(crate) fn short_of_keys(draw: &Draw) -> Vec<String> {
    let short = |t: &BenchSignatures| {
        let (title, keys, quorum) = (bench_title(draw, &t.bench), t.keys, t.quorum);
        (keys < quorum).then(|| {
            tr!(
                draw.lang,
                "{title}: {keys} signed by key, quorum {quorum}",
                "{title}：密钥签名 {keys} 人，法定人数 {quorum}"
            )
        })
    };
    draw.session.signatures().iter().filter_map(short).collect()
}

pub(crate) fn bench_title<'d>(draw: &'d Draw, bench: &'d str) -> &'d str {
    draw.book.benches.iter().find(|b| b.id == bench).map_or(bench, |b| &b.title)
}

/// A bench at the roll call or the reveals.
struct Bench {
    id: String,
    /// How many committed, or revealed.
    found: u64,
    /// How many still can.
    open: u64,
    quorum: u64,
}

fn attendance(draw: &Draw, closes: Closed) -> Vec<Bench> {
    let (roll, ceremony) = (draw.roll(), draw.session.ceremony());
    let open = match closes {
        Closed::Commits => ceremony.not_called(roll),
        Closed::Reveals => ceremony.unanswered(roll),
    };
    let open_in =
        |bench: &str| open.iter().filter(|m| roll.bench_of(m) == Some(bench)).count() as u64;
    let all = ceremony.attendance(roll, closes).into_iter();
    all.map(|(id, found, quorum)| Bench { found, open: open_in(&id), quorum, id }).collect()
}

/// What it means for a bench if one more of its members is absent, or refuses: how many more may,
/// or that the quorum is lost with it.
pub(crate) fn one_less(draw: &Draw, bench: &str, closes: Closed) -> Option<String> {
    let Bench { found, open, quorum, .. } =
        attendance(draw, closes).into_iter().find(|b| b.id == bench)?;
    let (lang, title, left) =
        (draw.lang, bench_title(draw, bench), (found + open).saturating_sub(1));
    let more = left.saturating_sub(quorum);
    Some(match (left < quorum, closes) {
        (true, Closed::Commits) => tr!(
            lang,
            "With this absence {title} has {left} of the {quorum} that it needs: the draw cannot go on, and can only be declared void.",
            "若记此人缺席，{title}最多只有 {left} 人，法定 {quorum} 人：抽签不能继续，只能宣布作废。"
        ),
        (true, Closed::Reveals) => tr!(
            lang,
            "With this refusal {title} has {left} of the {quorum} that it needs: the draw cannot go on, and can only be declared void.",
            "若记此次拒绝，{title}最多只有 {left} 人公开，法定 {quorum} 人：抽签不能继续，只能宣布作废。"
        ),
        (false, Closed::Commits) => tr!(
            lang,
            "After this, {left} of {title} can still be there (quorum {quorum}): {more} more may be absent.",
            "此后{title}还可到 {left} 人（法定 {quorum} 人），至多还可缺席 {more} 人。"
        ),
        (false, Closed::Reveals) => tr!(
            lang,
            "After this, {left} of {title} can still reveal (quorum {quorum}): {more} more may refuse.",
            "此后{title}还可公开 {left} 人（法定 {quorum} 人），至多还可拒绝 {more} 人。"
        ),
    })
}

/// What is lost if a member does not sign with the key: the quorum of the bench, if that can still
/// be reached now and cannot then.
pub(crate) fn one_key_less(draw: &Draw, member: &str) -> Option<String> {
    let (roll, lang) = (draw.roll(), draw.lang);
    let bench = roll.bench_of(member).filter(|_| roll.member_key(member).is_some())?;
    let signed = draw.session.signatures().into_iter().find(|signed| signed.bench == bench)?;
    let to_sign = draw.session.still_to_sign();
    let own = |m: &&String| roll.bench_of(m) == Some(bench) && roll.member_key(m).is_some();
    let reachable = signed.keys + to_sign.iter().filter(own).count() as u64;
    let (title, left, quorum) =
        (bench_title(draw, bench), reachable.saturating_sub(1), signed.quorum);
    let so = match draw.progress.days.is_evening() {
        true => days::uncertified(draw),
        false => {
            tr!(lang, "the transcript can never be certified", "记录将永远不能达到“认证”")
        }
    };
    (reachable == quorum).then(|| {
        tr!(
            lang,
            "Without this signature {title} has at most {left} by key, and the quorum is {quorum}: {so}.",
            "少了这个签名，{title}最多只有 {left} 人用密钥签名，法定 {quorum} 人：{so}。"
        )
    })
}

/// Why roll call or reveals cannot be closed any more (a quorum that is out of reach, a round of
/// drand that is made already), and what is left to do; nothing if they can.
pub(crate) fn lost(draw: &Draw, closes: Closed) -> Vec<String> {
    let (lang, roll) = (draw.lang, draw.roll());
    let mut told = Vec::new();
    for Bench { id, found, quorum, .. } in
        attendance(draw, closes).into_iter().filter(|b| b.found + b.open < b.quorum)
    {
        let title = bench_title(draw, &id);
        told.push(tr!(
            lang,
            "The quorum of {title} cannot be reached any more ({found} of {quorum}).",
            "{title} 已不可能达到法定人数（{found} 人，须 {quorum} 人）。"
        ));
    }
    let made = |s: &&Source| {
        s.device == Device::Drand
            && draw.now().is_some_and(|now| floorlot::drand::time_of(s.round) <= now)
    };
    for beacon in roll.sources().iter().filter(made) {
        let beacon = source(beacon, lang);
        told.push(tr!(
            lang,
            "The reveals cannot be closed in time any more: {beacon}, which is past.",
            "公开已不可能及时截止：{beacon}，已经过去。"
        ));
    }
    if !told.is_empty() {
        let next = roll.attempt() + 1;
        let program = program("draw_session");
        told.push(tr!(
            lang,
            "Only this is left: void REASON. Then `{program} again TRANSCRIPT` makes plan and settings of attempt {next}.",
            "现在只能输入：作废 理由。之后用 {program} again 记录文件 生成第 {next} 次的方案与设置。"
        ));
    }
    told
}

fn after_sealed(draw: &Draw) {
    let Some(fingerprint) = draw.prints.head else { return };
    say(tr!(
        draw.lang,
        "What came after the result is sealed. Fingerprint:",
        "结果之后的事项已封存。指纹："
    ));
    say(format!("    {fingerprint}"));
}

/// A line of the aftermath in words; `None` for any other.
pub(crate) fn later(draw: &Draw, line: &Line<'_>, lang: Lang) -> Option<String> {
    let roll = draw.roll();
    let name = |id: &str| draw.household_name(id);
    let flat =
        |id: &str| roll.find_unit(id).map_or_else(|| id.to_owned(), |u| draw.book.unit(u, lang));
    Some(match line {
        Line::Objection { id, household, text, .. } => {
            let by = household.as_deref().map(|h| format!(" ({})", name(h))).unwrap_or_default();
            tr!(lang, "Objection {id}{by}: {text}", "异议 {id}{by}：{text}")
        }
        Line::Ruling { objection, decision, reason, .. } => {
            let decision = decided(*decision, lang);
            tr!(
                lang,
                "Ruling on objection {objection}: {decision}; {reason}",
                "对异议 {objection} 的裁定：{decision}；{reason}"
            )
        }
        Line::Withdrawal { household, unit, reason, .. } => {
            let (name, flat) = (name(household), unit.as_deref().map(flat));
            match flat {
                Some(flat) => tr!(
                    lang,
                    "{name} gives up {flat}, by a signed sheet: {reason}",
                    "{name} 凭签字单放弃 {flat}：{reason}"
                ),
                None => tr!(
                    lang,
                    "{name} gives up its place on the standby list, by a signed sheet: {reason}",
                    "{name} 凭签字单放弃候补席位：{reason}"
                ),
            }
        }
        Line::Offer { unit, household, .. } => {
            let (flat, name) = (flat(unit), name(household));
            tr!(
                lang,
                "{flat} is offered to {name}, whose turn it is on standby",
                "{flat} 轮到候补户 {name} 递补"
            )
        }
        Line::Accept { unit, household, .. } => {
            let (flat, name) = (flat(unit), name(household));
            tr!(lang, "{name} takes {flat}, by a signed sheet", "{name} 凭签字单接受 {flat}")
        }
        Line::Decline { unit, household, .. } => {
            let (flat, name) = (flat(unit), name(household));
            tr!(
                lang,
                "{name} does not take {flat}, by a signed sheet, and stays on standby",
                "{name} 凭签字单不接受 {flat}，保留候补"
            )
        }
        Line::Swap { households, .. } => swapped(draw, households, lang),
        Line::Recording { name, sha256, .. } => {
            tr!(lang, "Recording {name}, SHA-256 {sha256}", "录像 {name}，SHA-256 {sha256}")
        }
        Line::Filed { .. } => filed(draw, line, lang)?,
        Line::Void { reason, .. } => {
            tr!(lang, "THE DRAW IS VOID: {reason}", "本次抽签作废：{reason}")
        }
        _ => return None,
    })
}

/// A document that was filed; `None` for any other line.
fn filed(draw: &Draw, line: &Line<'_>, lang: Lang) -> Option<String> {
    let Line::Filed { what, name, title, sha256, household, from, to, .. } = line else {
        return None;
    };
    let told = filing::Told {
        what: *what,
        title: title.to_string(),
        name: name.to_string(),
        sha256: sha256.to_hex(),
        household: household.as_deref().map(|id| draw.household_name(id)),
        hung: from.zip(*to).map(|(from, to)| (when(from), when(to))),
    };
    Some(told.sentence(lang))
}

/// Who has which flat after a swap.
fn swapped(draw: &Draw, households: &[std::borrow::Cow<'_, str>], lang: Lang) -> String {
    let roll = draw.roll();
    let now = households.iter().map(|id| {
        let held = roll.find_household(id).and_then(|h| draw.session.holding(h).unit());
        let flat = held.map(|unit| draw.book.unit(unit, lang)).unwrap_or_default();
        format!("{} → {flat}", draw.household_name(id))
    });
    let now = now.collect::<Vec<_>>().join(if lang == Lang::En { "; " } else { "；" });
    tr!(lang, "Swapped by consent: {now}", "经各户同意换房：{now}")
}

fn sealed(draw: &Draw) {
    let Some(fingerprint) = draw.prints.plan else { return };
    let lang = draw.lang;
    say(tr!(
        lang,
        "The plan is sealed and cannot change any more. Its fingerprint:",
        "方案已封存，不能再改。方案指纹："
    ));
    say(format!("    {fingerprint}"));
}

fn member(draw: &Draw, line: &Line<'_>) {
    let lang = draw.lang;
    let name = |id: &str| draw.book.member_name(id);
    let first = draw.progress.members.iter().filter(|did| **did != Did::Nothing).count() == 1;
    // Once, above the first line of the roll call.
    if first && matches!(line, Line::Commit { .. } | Line::Envelope { .. } | Line::Absent { .. }) {
        heading(lang, "Roll call and commitments", "点名与承诺");
    }
    say(match line {
        Line::Commit { member, commit, .. } => {
            let name = name(member);
            tr!(lang, "  {name}: commitment {commit}", "  {name}：承诺 {commit}")
        }
        Line::Envelope { member, .. } => {
            let name = name(member);
            tr!(lang, "  {name}: sealed envelope", "  {name}：密封信封")
        }
        Line::Absent { member, .. } => {
            let name = name(member);
            tr!(lang, "  {name}: ABSENT", "  {name}：缺席")
        }
        Line::Reveal { member, secret, .. } => {
            let name = name(member);
            // C3: an envelope published nothing that the secret could match.
            let matches = match draw.progress.was_envelope(&draw.book, member) {
                true => tr!(lang, "from the envelope", "信封当场拆开"),
                false => tr!(lang, "matches the commitment", "与承诺相符"),
            };
            tr!(lang, "  {name}: {secret} ({matches})", "  {name}：{secret}（{matches}）")
        }
        Line::Withheld { member, .. } => {
            let name = name(member);
            tr!(
                lang,
                "  {name}: WITHHOLDS the secret (this stays in the record)",
                "  {name}：拒绝公开（记入记录）"
            )
        }
        _ => return,
    });
}

/// The quorum of each bench, in words.
pub(crate) fn benches(draw: &Draw, closes: Closed) -> Vec<String> {
    let lang = draw.lang;
    let tell = |bench: &crate::ceremony::book::Bench| {
        let (title, quorum) = (&bench.title, bench.quorum);
        let found = draw.progress.count(&draw.book, &bench.id, closes);
        let reached = match u64::try_from(found).unwrap_or(0) >= quorum {
            true => tr!(lang, "quorum reached", "已达法定人数"),
            false => tr!(lang, "quorum NOT reached", "未达法定人数"),
        };
        match closes {
            Closed::Commits => tr!(
                lang,
                "{title}: {found} committed, quorum {quorum}: {reached}",
                "{title}：承诺 {found} 人，法定人数 {quorum}，{reached}"
            ),
            Closed::Reveals => {
                tr!(
                    lang,
                    "{title}: {found} revealed, quorum {quorum}: {reached}",
                    "{title}：公开 {found} 人，法定人数 {quorum}，{reached}"
                )
            }
        }
    };
    draw.book.benches.iter().map(tell).collect()
}

fn closed(draw: &Draw, what: Closed) {
    let lang = draw.lang;
    benches(draw, what).iter().for_each(say);
    match what {
        Closed::Commits => {
            say(tr!(lang, "The roll call is closed.", "点名截止。"));
            heading(lang, "Reveals", "公开密语");
        }
        Closed::Reveals => {
            say(tr!(
                lang,
                "The reveals are closed: no secret can follow any more.",
                "公开截止：此后不再接受任何密语。"
            ));
        }
    }
}

fn reveals_sealed(draw: &Draw) {
    let Some(fingerprint) = draw.prints.reveals else { return };
    let lang = draw.lang;
    say(tr!(
        lang,
        "They are sealed, and nothing before this can be taken back. Read this fingerprint aloud before the first public number:",
        "已封存，此前内容不能再改。请在产生第一个公开随机数之前宣读此指纹："
    ));
    say(format!("    {fingerprint}"));
    heading(lang, "Public numbers", "公开随机数");
}

fn seed_line(draw: &Draw, seed: Hash) {
    let lang = draw.lang;
    heading(lang, "The seed", "种子");
    say(tr!(lang, "This text, each line with its line end:", "以下文字，每行都带换行符："));
    let text = draw.session.seed_text().unwrap_or_default();
    text.lines().for_each(|line| say(format!("    {line}")));
    say(tr!(lang, "Its SHA-256 is the seed:", "其 SHA-256 就是种子："));
    say(format!("    {seed}"));
    heading(lang, "The draw", "抽签");
}

fn open(draw: &Draw, every_pick: bool) {
    let Some(pool) = draw.session.pool().filter(|_| every_pick) else { return };
    let (title, units, households) = (&pool.title, pool.unit_count(), pool.household_count());
    say(tr!(
        draw.lang,
        "\nPool {title}: {households} households, {units} flats",
        "\n批次 {title}：{households} 户，{units} 套房"
    ));
}

/// A call, pick, miss or standby.
fn turn(draw: &Draw, line: &Line<'_>) {
    let (lang, roll) = (draw.lang, draw.roll());
    let household = |id: &str| draw.household_name(id);
    match line {
        Line::Call { place, household: id, ticket, .. } => {
            let (name, ticket) = (household(id), ticket.0);
            say(tr!(lang, "{place}. {name} (ticket {ticket})", "{place}. {name}（签号 {ticket}）"));
            let number = roll.find_household(id);
            let family = number.and_then(|number| families::told(draw, number, lang));
            family.iter().for_each(|family| say(format!("   {family}")));
        }
        Line::Pick { household: id, by, offered, unit, proxy, .. } => {
            let (name, flat) = (
                household(id),
                roll.find_unit(unit).map_or_else(String::new, |u| draw.book.unit(u, lang)),
            );
            let by = by_words(*by, proxy.as_deref(), lang);
            say(tr!(
                lang,
                "   {name} → {flat}, {by}; {offered} on offer",
                "   {name} → {flat}，{by}；当时可选 {offered} 套"
            ));
        }
        Line::Missed { household: id, .. } => {
            let name = household(id);
            say(tr!(lang, "   {name} did not answer three calls", "   {name} 三呼未到"));
        }
        Line::Standby { household: id, place, .. } => {
            let name = household(id);
            say(tr!(lang, "   {name}: standby, place {place}", "   {name}：列入候补第 {place} 位"));
        }
        Line::Leftover { unit, .. } => {
            let flat = roll.find_unit(unit).map_or_else(String::new, |u| draw.book.unit(u, lang));
            say(tr!(lang, "   left over: {flat}", "   剩余：{flat}"));
        }
        _ => {}
    }
}

fn by_words(by: By, proxy: Option<&str>, lang: Lang) -> String {
    match (by, proxy) {
        (By::Choice, Some(proxy)) => tr!(lang, "chosen by proxy {proxy}", "由代理人 {proxy} 选定"),
        (By::Choice, None) => tr!(lang, "chosen", "本户选定"),
        (By::Lot, _) => tr!(lang, "by lot", "抽签所得"),
        (By::Ranking, _) => tr!(lang, "by ranking", "按志愿所得"),
    }
}

fn end(draw: &Draw, (picked, standby, leftover): (u64, u64, u64), every_pick: bool) {
    let (lang, roll) = (draw.lang, draw.roll());
    let Some(pool) = draw.session.pool() else { return };
    let (number, of, title) = (draw.progress.opened, roll.pools().len(), &pool.title);
    let sums = sums((picked, standby, leftover), lang);
    let first = match draw.progress.pool().first {
        // Whoever did not hear every pick hears the first.
        Some((household, unit)) if !every_pick => {
            let (name, flat) = (draw.book.household(roll, household), draw.book.unit(unit, lang));
            tr!(lang, "; first called: {name} → {flat}", "；首位：{name} → {flat}")
        }
        _ => String::new(),
    };
    say(tr!(
        lang,
        "[{number}/{of}] {title}: {sums}{first}",
        "[{number}/{of}] {title}：{sums}{first}"
    ));
}

/// Picks, standby places and leftovers, the last two only where there are any.
fn sums((picked, standby, leftover): (u64, u64, u64), lang: Lang) -> String {
    let mut told = tr!(lang, "{picked} flats given", "选定 {picked} 套");
    if standby > 0 {
        told += &tr!(lang, ", {standby} on standby", "，候补 {standby} 户");
    }
    if leftover > 0 {
        told += &tr!(lang, ", {leftover} left over", "，剩余 {leftover} 套");
    }
    told
}

/// The sums of the whole draw and the fingerprint of its result.
pub(crate) fn result(draw: &Draw) {
    let (Some(result), Some(fingerprint)) = (draw.progress.result, draw.prints.result) else {
        return;
    };
    let lang = draw.lang;
    heading(lang, "The result", "结果");
    let mode = mode(draw.roll().mode(), lang);
    say(tr!(lang, "{mode} — the draw is complete.", "【{mode}】抽签完成。"));
    say(sums(result, lang));
    say(tr!(lang, "Fingerprint of the result:", "结果指纹："));
    say(format!("    {fingerprint}"));
}

/// How a draw stands that is gone on with: its result, and what came of it.
pub(crate) fn standing(draw: &Draw) {
    let lang = draw.lang;
    if let Some(reason) = &draw.progress.void {
        heading(lang, "The result", "结果");
        let mode = mode(draw.roll().mode(), lang);
        say(tr!(
            lang,
            "{mode} — THE DRAW IS VOID, nobody keeps a flat: {reason}",
            "【{mode}】本次抽签已作废，所有分配均取消：{reason}"
        ));
        return;
    }
    result(draw);
    if draw.progress.changed {
        let given = draw.session.holdings().iter().filter(|h| h.is_unit()).count();
        let (standby, free) = (
            draw.session.standby().len(),
            (draw.roll().unit_count() as usize).saturating_sub(given),
        );
        say(tr!(
            lang,
            "Settled after withdrawals, offers and swaps: {given} flats given, {standby} on standby, {free} free",
            "经放弃、递补、换房之后：已定 {given} 套，候补 {standby} 户，空房 {free} 套"
        ));
    }
}

/// How anybody verifies the transcript.
pub(crate) fn how_to_verify(draw: &Draw, path: &std::path::Path, more: &str) {
    let Some(fingerprint) = draw.prints.head else { return };
    let (lang, path) = (draw.lang, path.display());
    heading(lang, "Verify it", "核验");
    say(tr!(
        lang,
        "The transcript is {path}. Anybody verifies it with:",
        "记录在 {path}。任何人都可以这样核验："
    ));
    let (program, file) = (program("verify_transcript"), quoted(&path.to_string()));
    say(format!("    {program} {file} --fingerprint \"{fingerprint}\"{more}"));
}
