//! What the draw waits for, so that nobody has to remember it: who is missing, who is next, what is
//! on offer.

use crate::ceremony::aloud;
use crate::ceremony::by_lot;
use crate::ceremony::command::{Command, decided};
use crate::ceremony::days;
use crate::ceremony::draw::Draw;
use crate::ceremony::families;
use crate::ceremony::filing::{self, Filing};
use crate::ceremony::neighbours::Companions;
use crate::import::config::need_in_chinese;
use crate::words::clock::when;
use crate::words::say::tr;
use floorlot::lines::{Closed, Device};
use floorlot::plan::{HouseholdNumber, Source, UnitNumber};
use floorlot::record::Step;
use floorlot::rules::Lang;
use floorlot::session::{Awaits, NotOffered};
use std::collections::BTreeMap;

/// What the draw waits for, in a few lines.
pub(crate) fn waits(draw: &mut Draw) -> Vec<String> {
    match draw.session.awaits() {
        Awaits::RollCall => roll_call(draw),
        Awaits::Reveals => reveals(draw),
        Awaits::Numbers { number, source } => numbers(draw.lang, number, &source),
        Awaits::Call { household } => next_call(draw, household),
        Awaits::Choice { household, offered } => choice(draw, household, offered),
        Awaits::SignOff => sign_off(draw),
        Awaits::Aftermath | Awaits::Done => after(draw),
        Awaits::DayEnd => undo_or(draw, days::waits(draw)),
        _ if draw.session.can_undo() => settle(draw),
        _ if draw.stands_in_lots() => by_lot::waits(draw),
        _ => Vec::new(),
    }
}

/// The words before the cursor.
pub(crate) fn label(draw: &mut Draw) -> String {
    let lang = draw.lang;
    match draw.session.awaits() {
        Awaits::RollCall => tr!(lang, "roll call> ", "点名> "),
        Awaits::Reveals => tr!(lang, "reveals> ", "公开> "),
        Awaits::Numbers { number, .. } => tr!(lang, "numbers {number}> ", "随机数 {number}> "),
        Awaits::Call { .. } => tr!(lang, "call> ", "叫号> "),
        Awaits::Choice { household, .. } => {
            let id = draw.roll().household_id(household);
            tr!(lang, "{id} chooses> ", "{id} 选房> ")
        }
        Awaits::SignOff => tr!(lang, "signatures> ", "签名> "),
        Awaits::Aftermath | Awaits::Done => tr!(lang, "after the result> ", "后续> "),
        Awaits::DayEnd => tr!(lang, "end of the day> ", "当日结束> "),
        _ => tr!(lang, "go on> ", "继续> "),
    }
}

/// Who has not signed the last checkpoint, and the signatures of each bench.
fn sign_off(draw: &Draw) -> Vec<String> {
    let (lang, to_sign) = (draw.lang, draw.session.still_to_sign());
    let mut told = aloud::signatures(draw);
    if let Some(why) = draw.not_closed().filter(|_| to_sign.is_empty()) {
        told.push(why);
        return told;
    }
    if to_sign.is_empty() {
        told.push(tr!(
            lang,
            "Everybody has signed, or the record says why not. Type: next",
            "已全部表态。请输入：继续"
        ));
        return told;
    }
    let (count, names) = (to_sign.len(), draw.names_of(&to_sign));
    told.push(tr!(
        lang,
        "Signatures, {count} still to come: {names}",
        "签名，还有 {count} 人：{names}"
    ));
    told.push(tr!(
        lang,
        "Type: note FILE, cosign LINE, paper MEMBER SCAN, dissent MEMBER REASON, or unsigned MEMBER; then next",
        "请输入：签名单 文件，签名 签名行，纸签 编号 扫描件，异见 编号 理由，或 未签 编号；最后输入 继续"
    ));
    told
}

/// What came after the result can go on with.
fn after(draw: &mut Draw) -> Vec<String> {
    let lang = draw.lang;
    if let Some(reason) = &draw.progress.void {
        return vec![
            tr!(lang, "The draw is VOID: {reason}", "本次抽签已作废：{reason}"),
            tr!(
                lang,
                "Type: objection, ruling, recording, file; seal closes; help explains; quit leaves",
                "请输入：异议、裁定、录像、登记；封存 结束；帮助 说明；退出 离开"
            ),
        ];
    }
    let mut told = Vec::new();
    for pool in draw.roll().pool_numbers() {
        if let Some((unit, household)) = draw.session.open_offer(pool) {
            let (name, flat) =
                (draw.book.household(draw.roll(), household), draw.book.unit(unit, lang));
            told.push(tr!(
                lang,
                "{flat} is offered to {name}; type: accept or decline",
                "{flat} 轮到 {name} 递补；请输入：接受 或 不要"
            ));
            told.extend(families::told(draw, household, lang).map(|family| format!("   {family}")));
        }
    }
    if let Some((unit, household)) = draw.due_offer() {
        let (name, flat) =
            (draw.book.household(draw.roll(), household), draw.book.unit(unit, lang));
        told.push(tr!(
            lang,
            "Next to offer: {flat} to {name}; type: offer",
            "应递补：{flat} 给 {name}；请输入：递补"
        ));
        told.extend(families::told(draw, household, lang).map(|family| format!("   {family}")));
    }
    told.extend(families::not_due(draw, lang));
    told.push(tr!(
        lang,
        "Type: objection, ruling, withdraw, offer, accept, decline, swap, recording, file, void; seal closes; help explains; quit leaves",
        "请输入：异议、裁定、放弃、递补、接受、不要、换房、录像、登记、作废；封存 结束；帮助 说明；退出 离开"
    ));
    told
}

/// A command of the aftermath in words, with names and flats; `None` for other commands.
pub(crate) fn what(draw: &mut Draw, command: &Command) -> Option<String> {
    let lang = draw.lang;
    Some(match command {
        Command::Objection { id, household, text } => {
            let by = household.as_deref().map(|h| draw.household_name(h));
            match by {
                Some(by) => {
                    tr!(lang, "Objection {id} by {by}: {text}", "异议 {id}，{by} 提出：{text}")
                }
                None => tr!(
                    lang,
                    "Objection {id}, not by a household: {text}",
                    "异议 {id}（未注明住户）：{text}"
                ),
            }
        }
        Command::Ruling { objection, decision, reason } => {
            let decision = decided(*decision, lang);
            tr!(
                lang,
                "Objection {objection} is {decision}: {reason}",
                "异议 {objection} 的裁定：{decision}；{reason}"
            )
        }
        Command::Withdraw { household, reason, sheet } => {
            let (name, gives) = (draw.household_name(household), draw.holding(household));
            tr!(
                lang,
                "{name} gives up {gives}: {reason} (signed sheet {sheet})",
                "{name} 放弃 {gives}：{reason}（签字单 {sheet}）"
            )
        }
        Command::Offer => {
            let (unit, household) = draw.due_offer()?;
            let (name, flat) =
                (draw.book.household(draw.roll(), household), draw.book.unit(unit, lang));
            tr!(lang, "{flat} is offered to {name}", "{flat} 轮到 {name} 递补")
        }
        Command::Accept { household, sheet } => {
            let (name, flat) = (draw.household_name(household), draw.flat_offered(household)?);
            tr!(
                lang,
                "{name} takes {flat} (signed sheet {sheet})",
                "{name} 接受 {flat}（签字单 {sheet}）"
            )
        }
        Command::Decline { household, sheet, .. } => {
            let (name, flat) = (draw.household_name(household), draw.flat_offered(household)?);
            tr!(
                lang,
                "{name} does not take {flat} and stays on standby (signed sheet {sheet})",
                "{name} 不接受 {flat}，保留候补（签字单 {sheet}）"
            )
        }
        Command::Swap { households, .. } => swap(draw, households),
        Command::Recording { file, start, sha256 } => {
            let (when, hash) = (when(*start), sha256.map(|hash| hash.to_hex()).unwrap_or_default());
            tr!(
                lang,
                "Recording {file}, which begins at {when}, SHA-256 {hash}",
                "录像 {file}，{when} 开始，SHA-256 {hash}"
            )
        }
        Command::File(filing) => filed(draw, filing),
        Command::Seal => {
            tr!(lang, "A checkpoint over what came after the result", "对结果之后的事项作检查点")
        }
        _ => return None,
    })
}

/// What is to be filed.
fn filed(draw: &Draw, filing: &Filing) -> String {
    let told = filing::Told {
        what: filing.what,
        title: filing.title.clone(),
        name: filing.file.clone(),
        sha256: filing.sha256.map(|hash| hash.to_hex()).unwrap_or_default(),
        household: filing.household.as_deref().map(|id| draw.household_name(id)),
        hung: filing.from.zip(filing.to).map(|(from, to)| (when(from), when(to))),
    };
    told.sentence(draw.lang)
}

/// Who gets which flat in a swap.
fn swap(draw: &Draw, households: &[String]) -> String {
    let next = households.iter().cycle().skip(1);
    let gets = households
        .iter()
        .zip(next)
        .map(|(to, from)| format!("{} → {}", draw.household_name(to), draw.holding(from)));
    let told = gets.collect::<Vec<_>>().join(if draw.lang == Lang::En { "; " } else { "；" });
    tr!(draw.lang, "Swap: {told}", "换房：{told}")
}

fn roll_call(draw: &Draw) -> Vec<String> {
    let (lang, missing) = (draw.lang, draw.session.ceremony().not_called(draw.roll()));
    let lost = aloud::lost(draw, Closed::Commits);
    if missing.is_empty() {
        let mut told = aloud::benches(draw, Closed::Commits);
        if !lost.is_empty() {
            told.extend(lost);
            return told;
        }
        told.push(tr!(lang, "Everybody was called. Type: close", "已全部点名。请输入：截止"));
        return told;
    }
    let (count, names) = (missing.len(), draw.names_of(&missing));
    let mut told = Vec::new();
    if draw.nobody_signed() && draw.has_keys() {
        told.push(tr!(
            lang,
            "The panel can sign the sealed plan now, before the roll call: note FILE, cosign, paper, dissent, unsigned",
            "点名之前，监督员可以对封存的方案签名：签名单 文件，签名，纸签，异见，未签"
        ));
    } else if !draw.whole_sign_off() {
        let still = draw.session.still_to_sign();
        let (to_sign, still) = (still.len(), draw.names_of(&still));
        told.push(tr!(
            lang,
            "Signatures of the plan, {to_sign} still to come: {still}",
            "方案签名，还有 {to_sign} 人：{still}"
        ));
    }
    told.extend([
        tr!(
            lang,
            "Roll call, {count} still to be called: {names}",
            "点名，还有 {count} 人：{names}"
        ),
        tr!(
            lang,
            "Type: commit MEMBER HASH, envelope MEMBER, or absent MEMBER",
            "请输入：承诺 编号 哈希，信封 编号，或 缺席 编号"
        ),
    ]);
    told.extend(lost);
    told
}

fn reveals(draw: &Draw) -> Vec<String> {
    let (lang, missing) = (draw.lang, draw.session.ceremony().unanswered(draw.roll()));
    let lost = aloud::lost(draw, Closed::Reveals);
    if missing.is_empty() {
        let mut told = aloud::benches(draw, Closed::Reveals);
        if !lost.is_empty() {
            told.extend(lost);
            return told;
        }
        told.push(tr!(lang, "Everybody has answered. Type: close", "已全部答复。请输入：截止"));
        return told;
    }
    let (count, names) = (missing.len(), draw.names_of(&missing));
    let mut told = vec![
        tr!(
            lang,
            "Reveals, {count} still to answer: {names}",
            "公开密语，还有 {count} 人：{names}"
        ),
        tr!(
            lang,
            "Type: reveal MEMBER SECRET, or withhold MEMBER",
            "请输入：公开 编号 密语，或 拒绝 编号"
        ),
    ];
    told.extend(lost);
    told
}

fn numbers(lang: Lang, number: u64, source: &Source) -> Vec<String> {
    let (made, count) = (aloud::source(source, lang), source.count);
    let how = match source.device {
        Device::Dice => tr!(
            lang,
            "Type: dice and the {count} digits in the order read out",
            "请输入：骰子 {count} 个数字，按宣读顺序"
        ),
        Device::Drand => tr!(
            lang,
            "Type: drand and the signature of the round (96 hex digits)",
            "请输入：drand 该轮签名（96 位十六进制）"
        ),
        Device::Balls => tr!(
            lang,
            "Type: balls and the {count} numbers in the order drawn",
            "请输入：球 {count} 个号码，按摇出顺序"
        ),
    };
    vec![
        tr!(
            lang,
            "Public numbers, source {number}: {made}",
            "公开随机数，第 {number} 个来源：{made}"
        ),
        how,
    ]
}

/// How many households of the pool have a flat.
fn given(draw: &Draw) -> (usize, u32) {
    let Some(pool) = draw.session.pool() else { return (0, 0) };
    let households = draw.book.households_of(&pool.id);
    let has = |h: &HouseholdNumber| draw.session.holding(*h).is_unit();
    (households.filter(has).count(), pool.household_count())
}

fn next_call(draw: &Draw, household: HouseholdNumber) -> Vec<String> {
    let lang = draw.lang;
    let ((given, of), name) = (given(draw), draw.book.household(draw.roll(), household));
    let mut told = vec![tr!(
        lang,
        "Next: {name} ({given} of {of} households have a flat)",
        "下一户：{name}（{of} 户中 {given} 户已选定）"
    )];
    told.extend(families::told(draw, household, lang).map(|family| format!("   {family}")));
    told.push(tr!(lang, "Type: call", "请输入：叫号"));
    told.extend(days::waits(draw));
    undo_or(draw, told)
}

/// The same, and how the last step is withdrawn, if it can be.
fn undo_or(draw: &Draw, mut told: Vec<String>) -> Vec<String> {
    if draw.session.can_undo() {
        told.push(last(draw));
        let lang = draw.lang;
        told.push(tr!(lang, "Or, to withdraw it: undo REASON", "如有误，请输入：撤回 原因"));
    }
    told
}

/// What was done last.
fn last(draw: &Draw) -> String {
    let lang = draw.lang;
    match draw.progress.step {
        Step::Served { household } => {
            let unit = draw.progress.record.course(household).now.unit();
            let name = draw.book.household(draw.roll(), household);
            let flat = unit.map_or_else(String::new, |unit| draw.book.unit(unit, lang));
            tr!(lang, "Last step: {name} → {flat}", "上一步：{name} → {flat}")
        }
        Step::Missed { household, .. } => {
            let name = draw.book.household(draw.roll(), household);
            tr!(lang, "Last step: {name} missed the call", "上一步：{name} 未到")
        }
        _ => String::new(),
    }
}

fn settle(draw: &Draw) -> Vec<String> {
    let lang = draw.lang;
    let mut told = vec![
        last(draw),
        tr!(
            lang,
            "Type: next, or, to withdraw it: undo REASON",
            "请输入：继续；如有误，请输入：撤回 原因"
        ),
    ];
    told.extend(days::waits(draw));
    told
}

fn choice(draw: &mut Draw, household: HouseholdNumber, offered: u32) -> Vec<String> {
    let lang = draw.lang;
    let name = draw.book.household(draw.roll(), household);
    let needs: Vec<&str> = draw
        .roll()
        .needs(household)
        .iter()
        .map(|need| if lang == Lang::Zh { need_in_chinese(need) } else { need })
        .collect();
    let needs = needs.join(if lang == Lang::En { ", " } else { "、" });
    let needs = if needs.is_empty() {
        needs
    } else {
        tr!(lang, " (needs {needs})", "（需要 {needs}）")
    };
    let mut told = vec![tr!(
        lang,
        "{name}{needs} chooses; {offered} on offer:",
        "{name}{needs} 选房，可选 {offered} 套："
    )];
    told.extend(families::told(draw, household, lang).map(|family| format!("   {family}")));
    let offered = draw.session.offered();
    let companions = Companions::of(draw, household);
    told.extend(by_storey(draw, &offered, &companions));
    told.extend(beside(draw, &companions));
    told.extend(kept_back(draw, household, &offered));
    told.push(tr!(
        lang,
        "Type: choose FLAT, choose FLAT proxy NAME, or missed",
        "请输入：选 房号，选 房号 代理 姓名，或 未到"
    ));
    told
}

/// The offered flats, the highest storey first.
fn by_storey(draw: &Draw, units: &[UnitNumber], companions: &Companions) -> Vec<String> {
    let (lang, pool) = (draw.lang, draw.session.pool().map_or("", |p| &p.id));
    let mut storeys: BTreeMap<u64, Vec<String>> = BTreeMap::new();
    for &unit in units {
        let label = draw.book.label(draw.roll(), pool, unit);
        let more = draw.book.amounts(unit, lang);
        let mark = if companions.are_beside(unit, (draw.roll(), &draw.book)) { "◆" } else { "" };
        let label = format!("{mark}{label}{more}");
        storeys.entry(draw.book.storey(unit)).or_default().push(label);
    }
    // With areas and prices each flat has its own line.
    let plain = units.iter().all(|unit| draw.book.amounts(*unit, lang).is_empty());
    let between = if plain { "  " } else { "\n               " };
    let told = |(storey, labels): (&u64, &Vec<String>)| {
        let labels = labels.join(between);
        tr!(lang, "   storey {storey:>2}:  {labels}", "   {storey:>2}层：  {labels}")
    };
    storeys.iter().rev().map(told).collect()
}

/// What the mark means: who of the group or the family has which flat.
fn beside(draw: &Draw, companions: &Companions) -> Option<String> {
    if companions.is_empty() {
        return None;
    }
    let lang = draw.lang;
    let of = |(household, unit): (HouseholdNumber, UnitNumber)| {
        format!("{} {}", draw.book.household(draw.roll(), household), draw.book.unit(unit, lang))
    };
    let group: Vec<String> = companions.of_group().map(of).collect();
    let mut told = tr!(
        lang,
        "   ◆ on the same storey as a flat of its group or family, or right above or below it; a hint, no rule.",
        "   ◆ 与同组或同一家庭已选的房同楼同层，或正上、正下相邻；仅供参考，不是规则。"
    );
    if !group.is_empty() {
        let group = group.join(if lang == Lang::En { "; " } else { "；" });
        told += &tr!(lang, " Its group has:  {group}", "同组已选：  {group}");
    }
    Some(told)
}

/// The free flats of the pool that the household cannot have, and why.
fn kept_back(draw: &Draw, household: HouseholdNumber, offered: &[UnitNumber]) -> Vec<String> {
    let (lang, roll) = (draw.lang, draw.roll());
    let Some(pool) = draw.session.pool() else { return Vec::new() };
    let households = draw.book.households_of(&pool.id);
    let taken: Vec<UnitNumber> =
        households.filter_map(|h| draw.session.holding(h).unit()).collect();
    let rest = draw.book.units_of(&pool.id).filter(|u| !offered.contains(u) && !taken.contains(u));
    let (mut held, mut unfit, mut beyond) = (Vec::new(), Vec::new(), Vec::new());
    for unit in rest {
        match draw.session.not_offered(unit) {
            Some(NotOffered::Budget) => beyond.push(unit),
            Some(NotOffered::Needs) => unfit.push(unit),
            _ => held.push(unit),
        }
    }
    let list = |units: &[UnitNumber]| {
        units.iter().map(|&u| draw.book.label(roll, &pool.id, u)).collect::<Vec<_>>().join("  ")
    };
    let mut told = Vec::new();
    if !held.is_empty() {
        let held = list(&held);
        told.push(tr!(
            lang,
            "   held back for households with needs that have not chosen yet:  {held}",
            "   暂留给尚未选房的照顾户：  {held}"
        ));
    }
    if let (false, Some(rest)) = (beyond.is_empty(), families::rest(draw, household, lang)) {
        let beyond = list(&beyond);
        told.push(tr!(
            lang,
            "   free, but larger than its area budget allows ({rest}):  {beyond}",
            "   未选走，但超出该家庭的{rest}：  {beyond}"
        ));
    }
    if !unfit.is_empty() {
        let unfit = list(&unfit);
        told.push(tr!(
            lang,
            "   free, but without what this household needs:  {unfit}",
            "   未选走，但不符合该户照顾需求：  {unfit}"
        ));
    }
    told
}
