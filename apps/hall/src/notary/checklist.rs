//! `1-checklist.html` 公证核对表: what the notary looks at, stage by stage, with the values of this
//! plan or transcript. Nothing is ticked: that is for the notary.

use super::compared::{Compared, Outcome};
use super::seen::{Seen, named, sign_off};
use super::{Verification, both, heading};
use crate::ceremony::aloud;
use crate::prints::data::{Data, Sealed};
use crate::prints::sheet::{Anchor, Page, heads, sealed};
use crate::words::say::tr;
use floorlot::lines::{DocumentKind, Mode, Stage};
use floorlot::rules::{Lang, Phrase};
use floorlot_verify::common::html::escaped;
use floorlot_verify::common::own;

/// Something to look at.
struct Item {
    what: Phrase,
    /// Page, kind of line or rule.
    place: &'static str,
    /// As HTML; empty if it is not known yet.
    value: String,
}

fn item(en: &str, zh: &str, place: &'static str, value: String) -> Item {
    Item { what: Phrase::new(en, zh), place, value }
}

/// Where nothing is known from a file: what the notary finds is written in.
const BY_HAND: String = String::new();

/// What the stages are made of.
struct Maker<'d> {
    data: &'d Data,
    compared: &'d Compared,
    /// What the verifier says of a finished draw.
    verified: Option<&'d Phrase>,
    seen: Seen,
    lang: Lang,
}

/// The page.
pub(super) fn page(
    data: &Data,
    compared: &Compared,
    verification: Option<&Verification>,
    lang: Lang,
) -> String {
    let title = tr!(lang, "Notary's checklist 公证核对表", "公证核对表 Notary's checklist");
    let mut page = Page::new(data, lang, title, Anchor::Plan);
    let finished = verification.filter(|_| data.verified().is_some());
    let verified = finished.map(|said| &said.sentence);
    let maker = Maker { data, compared, verified, seen: Seen::of(data), lang };
    let body: String = maker
        .stages()
        .iter()
        .map(|(stage, items)| heading(stage, lang) + &table(items, lang))
        .collect();
    let said = super::not_finished(data, verification, lang);
    page.sheet("", &(said + &how(lang) + &body + &signatures(lang)));
    page.end()
}

fn how(lang: Lang) -> String {
    let words = Phrase::new(
        "Look, compare, tick, write time and initials. A value that stands here comes from the file; an empty one is not there yet, or is written in by hand. Nothing here is a finding of the notary before it is ticked.",
        "逐项查看、比对后打勾，写明时间并签名。表中已有的值取自文件；空白处是尚未发生的事项，或由公证员手写。未打勾的项目不代表公证员已核对。",
    );
    format!("<p class=\"note\">{}</p>\n", both(&words, lang))
}

fn table(items: &[Item], lang: Lang) -> String {
    let head = heads(&[
        String::new(),
        tr!(lang, "Look at", "核对内容"),
        tr!(lang, "Where", "依据"),
        tr!(lang, "Value", "本次的值"),
        tr!(lang, "Time, initials", "时间、签名"),
    ]);
    let row = |Item { what, place, value }: &Item| {
        let (what, place) = (both(what, lang), escaped(place));
        format!(
            "<tr><td class=\"tick\"><span class=\"box\"></span></td><td>{what}</td><td class=\"where\">{place}</td><td>{value}</td><td></td></tr>\n"
        )
    };
    let rows: String = items.iter().map(row).collect();
    format!(
        "<table class=\"rows block dense checks\"><colgroup><col class=\"tick\"><col class=\"what\"><col class=\"place\"><col><col class=\"hand\"></colgroup><thead><tr>{head}</tr></thead><tbody>\n{rows}</tbody></table>\n"
    )
}

/// Places for two notaries: on-site supervision is the work of two.
fn signatures(lang: Lang) -> String {
    let head = heads(&[
        tr!(lang, "Notary", "承办公证员"),
        tr!(lang, "Signature", "签名"),
        tr!(lang, "Date", "日期"),
    ]);
    let row =
        "<tr><td>&nbsp;<br>&nbsp;</td><td class=\"sign\"></td><td class=\"date\"></td></tr>\n";
    let words = Phrase::new("Signatures of the notaries", "公证员签名");
    format!(
        "<div class=\"whole\">{}<table class=\"rows block signs\"><thead><tr>{head}</tr></thead><tbody>\n{row}{row}</tbody></table></div>\n",
        heading(&words, lang)
    )
}

impl Maker<'_> {
    fn stages(&self) -> Vec<(Phrase, Vec<Item>)> {
        let stage = |en: &str, zh: &str, items| (Phrase::new(en, zh), items);
        vec![
            stage("Before the draw: plan and papers", "一、抽签之前：方案与文件", self.plan()),
            stage(
                "Before the draw: program and machine",
                "二、抽签之前：程序与设备",
                self.machine(),
            ),
            stage("Roll call and reveals", "三、点名与公开密语", self.roll_call()),
            stage("Public numbers and seed", "四、公开随机数与种子", self.numbers()),
            stage("Calls and picks", "五、叫号与选房", self.picks()),
            stage("Each day, if there are several", "六、每日结束（分多日进行的）", self.days()),
            stage("Result", "七、结果", self.result()),
            stage("Afterwards", "八、结果之后", self.afterwards()),
        ]
    }

    fn plan(&self) -> Vec<Item> {
        let mut items: Vec<Item> = self.papers().into_iter().chain(self.seal()).collect();
        // Of a plan that is not the sealed one, no value is shown.
        if self.data.is_other_plan() {
            items.iter_mut().for_each(|item| item.value.clear());
        }
        items
    }

    fn papers(&self) -> Vec<Item> {
        let (lang, roll) = (self.lang, self.data.roll());
        let (households, units, pools, kept_out) =
            (roll.household_count(), roll.unit_count(), roll.pools().len(), roll.excluded().len());
        let (mode, attempt, origin) = (roll.mode(), roll.attempt(), escaped(roll.origin()));
        let mode = match mode {
            Mode::Official => tr!(lang, "official", "正式"),
            Mode::Rehearsal => tr!(lang, "REHEARSAL", "演练"),
        };
        vec![
            item(
                "The draw is the official one, and the attempt is the one announced; an attempt before it is void for a reason that is posted",
                "是正式抽签，次数与公告一致；如有前次，其作废原因已公示",
                "plan · P1, P11",
                tr!(
                    lang,
                    "{mode}; {origin}; attempt {attempt}",
                    "{mode}；{origin}；第 {attempt} 次"
                ),
            ),
            item(
                "The roll and the list of flats hung for the time that the method sets, and people's corrections are in the plan",
                "住户名册与房源清单已按办法公示满期，更正已列入方案",
                "document, notice.html · P14",
                BY_HAND,
            ),
            item(
                "The counts read aloud are those of the posted lists",
                "宣读的数目与公示的名册、清单一致",
                "plan · P1, P13",
                tr!(
                    lang,
                    "households {households}, flats {units}, pools {pools}, flats not drawn {kept_out}",
                    "住户 {households}，房源 {units}，批次 {pools}，不参加抽签 {kept_out}"
                ),
            ),
            item(
                "A few households and flats picked at random stand in the plan as they are posted",
                "任意抽看若干户、若干套，与公示一致",
                "household, unit · notice.html",
                BY_HAND,
            ),
            item(
                "Method and resolution are those adopted; each document has the hash in the plan",
                "办法、决议为已通过的文本；各文件哈希值与方案一致",
                "document · P14 · 2-files.html",
                self.documents(),
            ),
        ]
    }

    fn seal(&self) -> Vec<Item> {
        vec![
            item(
                "Members of the panel, of each bench, show who they are",
                "监督小组各席位成员身份已核对",
                "member, bench · P5",
                self.panel(),
            ),
            item(
                "The plan is sealed; the fingerprint on the screen, on the notice and read aloud is one and the same",
                "方案已封存；屏幕、公告与宣读的指纹三者一致",
                "checkpoint plan · T3",
                self.fingerprint(Stage::Plan),
            ),
            item(
                "The members signed the plan, or the record says why not",
                "成员已在方案上签名，或记录写明原因",
                "cosignature, paper · S1, S4",
                self.signed(Stage::Plan),
            ),
        ]
    }

    fn machine(&self) -> Vec<Item> {
        vec![
            item(
                "The program on the machine has the SHA-256 in the plan",
                "设备上的程序，其 SHA-256 与方案所列一致",
                "draw_session self · document program · 2-files.html",
                self.program(),
            ),
            item(
                "Compared again after the rehearsal: in Wuhan in 2009 a cheat program was loaded at the rehearsal",
                "演练之后再次比对（2009 年武汉有人在演练时装入作弊程序）",
                "draw_session self",
                BY_HAND,
            ),
            item(
                "From then on the machine is under seal, or in sight of the notary and the camera",
                "此后设备封存，或始终在公证员与摄像机视线之内",
                "",
                BY_HAND,
            ),
            item(
                "The machine is off every network: cable out, radio off, nothing plugged in but screen, keyboard and the stick for the copy",
                "设备不联网：网线拔除，无线关闭；除屏幕、键盘和存放副本的 U 盘外未接其他设备",
                "",
                BY_HAND,
            ),
            item(
                "The clock of the machine, against a known clock",
                "设备时钟与标准时间比对",
                "at",
                BY_HAND,
            ),
            item(
                "The camera runs without a break and shows the screen, the envelopes, the dice and the hands",
                "摄像不间断，拍到屏幕、信封、骰子和操作的手",
                "recording · A6",
                BY_HAND,
            ),
            item(
                "No transcript is there yet: the file begins in front of everybody",
                "此前没有抽签记录：文件当众新建",
                "transcript.jsonl",
                BY_HAND,
            ),
        ]
    }

    fn roll_call(&self) -> Vec<Item> {
        let (data, lang, seen) = (self.data, self.lang, &self.seen);
        let (commits, envelopes) = (seen.commits.len(), seen.envelopes.len());
        let absent = named(data, &seen.absent, lang);
        let promised = tr!(
            lang,
            "commitments {commits}, envelopes {envelopes}; absent: {absent}",
            "承诺 {commits}，信封 {envelopes}；缺席：{absent}"
        );
        let withheld = named(data, &seen.withheld, lang);
        let revealed = seen.revealed.len();
        let told = tr!(
            lang,
            "revealed {revealed}; withheld: {withheld}",
            "公开 {revealed}；拒绝公开：{withheld}"
        );
        let begun = commits + envelopes + seen.absent.len() > 0;
        vec![
            item(
                "Each member hands in a commitment or a sealed envelope, or is called absent",
                "每名成员交出承诺或密封信封，或记为缺席",
                "commit, envelope, absent · C1",
                known(begun, &promised),
            ),
            item(
                "The envelopes are closed, signed across the flap and in sight until they are opened",
                "信封封口、骑缝签名，开启之前始终可见",
                "envelope",
                BY_HAND,
            ),
            item(
                "Each member with a commitment finds its own digits on the screen",
                "交出承诺的成员在屏幕上核对自己的数字",
                "commit · C1",
                BY_HAND,
            ),
            item(
                "Each bench has its quorum",
                "每个席位达到规定人数",
                "close commits · C2",
                known(seen.commits_closed, &self.present(&[&seen.commits, &seen.envelopes])),
            ),
            item(
                "Reveals only after the roll call is closed; who withholds is named",
                "点名截止之后才公开；拒绝公开的人如实记名",
                "reveal, withheld · C3, C4",
                known(seen.reveals_closed, &told),
            ),
            item(
                "What is read out of an envelope is what stands on its paper",
                "信封中宣读的与纸上写的一致",
                "reveal · C3",
                BY_HAND,
            ),
        ]
    }

    fn numbers(&self) -> Vec<Item> {
        let (data, lang, seen) = (self.data, self.lang, &self.seen);
        let sources: Vec<String> =
            data.roll().sources().iter().map(|source| aloud::source(source, lang)).collect();
        let seed = data.seed.as_ref().map_or_else(String::new, |seed| mono(&seed.seed.to_string()));
        let numbers: String = seen.numbers.iter().map(|numbers| mono(numbers)).collect();
        vec![
            item(
                "The fingerprint of the reveals is read aloud BEFORE the first die, and noted",
                "密语公开指纹在掷第一颗骰子之前宣读并记下",
                "checkpoint reveals · T3",
                self.fingerprint(Stage::Reveals),
            ),
            item(
                "The dice are those in the plan; anybody may look at them and throw them for a trial",
                "骰子与方案所列一致；任何人可以查看、试掷",
                "source · P6",
                escaped(&sources.join(lang_list(lang))),
            ),
            item(
                "Each die is thrown once; one that falls off or stands askew is dealt with by the method, before anybody reads on",
                "每颗骰子只掷一次；落地、倾斜的按办法当场处理后再继续",
                "",
                BY_HAND,
            ),
            item(
                "The digits are read out, typed, read back and typed again; the notary's own note has the same",
                "数字读出、输入、复读、再次输入；与公证员自己的记录一致",
                "dice, balls, drand · C5",
                numbers,
            ),
            item(
                "The seed is recomputed from the seed sheet on another device",
                "在另一设备上按种子单复算种子",
                "seed · C6 · seed.html",
                seed,
            ),
            item(
                "The tests of the number generator, which say nothing of the fairness of the seed",
                "随机数发生器检测（不能证明种子公正）",
                "open · D1, D3 · 3-generator.html",
                BY_HAND,
            ),
        ]
    }

    fn picks(&self) -> Vec<Item> {
        let (lang, seen) = (self.lang, &self.seen);
        let (calls, missed, proxies, undone) = (seen.calls, seen.missed, seen.proxies, seen.undone);
        let told = tr!(
            lang,
            "calls {calls}, missed {missed}, by proxy {proxies}, withdrawn entries {undone}",
            "叫号 {calls}，未到 {missed}，代理 {proxies}，撤回 {undone}"
        );
        vec![
            item(
                "The call order hangs before the first call and is kept",
                "叫号顺序在首次叫号前张贴并照此执行",
                "call · D2 · order.html",
                BY_HAND,
            ),
            item(
                "The person who chooses is the household or shows an authority; the sheet is signed",
                "选房人为本户或持有委托书；确认单已签字",
                "pick · D8 · confirm.html",
                known(calls > 0, &told),
            ),
            item(
                "Who is missed was called three times, or had the time that the plan gives",
                "未到的住户已三次叫号，或用完方案规定的时间",
                "missed · D8",
                BY_HAND,
            ),
            item(
                "Each entry that was withdrawn has its reason in the record, and was withdrawn before the next call",
                "每次撤回均写明原因，且在下一次叫号之前",
                "undo · D9",
                BY_HAND,
            ),
            item(
                "Flats held back for households with needs are announced as such",
                "为照顾户保留的房源已当场说明",
                "pick offered · D4",
                BY_HAND,
            ),
        ]
    }

    fn days(&self) -> Vec<Item> {
        let fingerprint = |value| {
            item(
                "The fingerprint of the day is read aloud and noted; the members sign",
                "宣读并记下当日指纹，成员签名",
                "checkpoint day · S1",
                value,
            )
        };
        let days = self.data.checkpoints.iter().filter(|c| c.stage == Stage::Day);
        let mut items: Vec<Item> = days.map(|day| fingerprint(self.day(day))).collect();
        if items.is_empty() {
            items.push(fingerprint(BY_HAND));
        }
        items.push(item(
            "Overnight the machine is sealed; next morning the seal is whole and the program the same",
            "夜间设备封存；次日封条完好，程序 SHA-256 不变",
            "draw_session self",
            BY_HAND,
        ));
        items.push(item(
            "The copy on the stick is taken away by somebody else than the operator",
            "U 盘副本由操作员以外的人保管",
            "transcript.jsonl",
            BY_HAND,
        ));
        items
    }

    /// Which day, its fingerprint, and who signed.
    fn day(&self, day: &Sealed) -> String {
        let (which, signed) = (sealed(day, self.lang), sign_off(self.data, day, self.lang));
        format!("{which}{}{signed}", mono(&day.fingerprint.to_string()))
    }

    fn result(&self) -> Vec<Item> {
        let (lang, seen) = (self.lang, &self.seen);
        let counts = seen.result.map_or_else(String::new, |[picked, standby, leftover]| {
            tr!(
                lang,
                "flats given {picked}, standby {standby}, left over {leftover}",
                "选定 {picked}，候补 {standby}，剩余 {leftover}"
            )
        });
        let recordings: Vec<String> = seen.recordings.iter().map(|r| escaped(r)).collect();
        let recordings = recordings.join("<br>");
        let verdict = self.verified.map_or_else(String::new, |words| escaped(words.get(lang)));
        vec![
            item(
                "The counts of the result are read aloud",
                "宣读结果数目",
                "result · D12",
                escaped(&counts),
            ),
            item(
                "The fingerprint of the result is read aloud, noted, and posted",
                "宣读、记下并张贴结果指纹",
                "checkpoint result · T3",
                self.fingerprint(Stage::Result),
            ),
            item(
                "The members signed the result, or refused with a reason",
                "成员已在结果上签名，或写明拒签理由",
                "cosignature, paper, dissent · S1, S4",
                self.signed(Stage::Result),
            ),
            item(
                "The program has the same SHA-256 as before the draw",
                "程序 SHA-256 与抽签之前相同",
                "draw_session self",
                BY_HAND,
            ),
            item(
                "The transcript is verified on another machine, by two programs that share no code",
                "在另一台设备上用两个互不共用代码的程序核验记录",
                "verify_transcript, verify.py · verification.txt",
                verdict,
            ),
            item(
                "The recording has no gap; its file has the hash in the record",
                "录像无间断；其文件哈希值与记录一致",
                "recording · A6",
                recordings,
            ),
            item(
                "The minutes are signed; each household can have its receipt",
                "会议记录已签字；各户可领取凭证",
                "minutes.html, receipts.html",
                BY_HAND,
            ),
            item("The notarial words are read out", "现场宣读公证词", "", BY_HAND),
        ]
    }

    fn afterwards(&self) -> Vec<Item> {
        let (data, lang, seen) = (self.data, self.lang, &self.seen);
        let (objections, rulings, notices) = (seen.objections, seen.rulings, seen.notices);
        let (withdrawals, answers, swaps) = (seen.withdrawals, seen.answers, seen.swaps);
        let after = tr!(
            lang,
            "withdrawals {withdrawals}, answers to offers {answers}, swaps {swaps}",
            "放弃 {withdrawals}，递补答复 {answers}，换房 {swaps}"
        );
        let void = data.void.as_deref().map_or_else(String::new, escaped);
        vec![
            item(
                "The result hung for the time that the method sets; the notice is registered",
                "结果按办法公示满期；公告已登记",
                "filed notice · A8",
                known(
                    notices > 0,
                    &tr!(lang, "notices registered: {notices}", "已登记公告 {notices} 份"),
                ),
            ),
            item(
                "Each objection has its ruling",
                "每项异议都有裁定",
                "objection, ruling · A1",
                known(
                    objections > 0,
                    &tr!(
                        lang,
                        "objections {objections}, rulings {rulings}",
                        "异议 {objections}，裁定 {rulings}"
                    ),
                ),
            ),
            item(
                "Whoever withdrew, took a flat or swapped signed a sheet, whose hash is in the record",
                "放弃、递补、换房均有本人签字单，其哈希值在记录中",
                "withdrawal, accept, decline, swap · A2 to A5",
                known(withdrawals + answers + swaps > 0, &after),
            ),
            item(
                "If the draw was declared void: the reason, and by whom",
                "如宣布作废：原因及决定人",
                "void · A7",
                void,
            ),
            item(
                "The last checkpoint of the file that is kept, and its signatures",
                "存档文件的最后一个检查点及签名",
                "checkpoint aftermath · S5",
                self.fingerprint(Stage::Aftermath) + &self.signed(Stage::Aftermath),
            ),
            item(
                "This folder is in the file, and its hashes are right",
                "本文件夹已入卷，哈希值无误",
                "SHA256SUMS",
                BY_HAND,
            ),
        ]
    }

    /// The last checkpoint of a stage.
    fn last(&self, stage: Stage) -> Option<&Sealed> {
        self.data.checkpoints.iter().rfind(|checkpoint| checkpoint.stage == stage)
    }

    fn fingerprint(&self, stage: Stage) -> String {
        self.last(stage).map_or_else(String::new, |c| mono(&c.fingerprint.to_string()))
    }

    fn signed(&self, stage: Stage) -> String {
        self.last(stage).map_or_else(String::new, |c| sign_off(self.data, c, self.lang))
    }

    /// Members by bench, with the quorum.
    fn panel(&self) -> String {
        let (data, lang, roll) = (self.data, self.lang, self.data.roll());
        let bench = |(bench, quorum): (&str, u64)| {
            let members: Vec<String> = roll
                .members()
                .filter(|member| roll.bench_of(member) == Some(bench))
                .map(str::to_owned)
                .collect();
            let (title, names) =
                (roll.bench_title(bench).unwrap_or(bench), named(data, &members, lang));
            tr!(lang, "{title} (quorum {quorum}): {names}", "{title}（至少 {quorum} 人）：{names}")
        };
        roll.benches().map(|of| escaped(&bench(of))).collect::<Vec<_>>().join("<br>")
    }

    /// How many of each bench are among these.
    fn present(&self, members: &[&Vec<String>]) -> String {
        let (lang, roll) = (self.lang, self.data.roll());
        let bench = |(bench, quorum): (&str, u64)| {
            let there = members
                .iter()
                .flat_map(|members| members.iter())
                .filter(|member| roll.bench_of(member) == Some(bench))
                .count();
            let title = roll.bench_title(bench).unwrap_or(bench);
            tr!(lang, "{title} {there} (quorum {quorum})", "{title} {there} 人（至少 {quorum} 人）")
        };
        roll.benches().map(bench).collect::<Vec<_>>().join(lang_list(lang))
    }

    /// How many documents of the plan agree.
    fn documents(&self) -> String {
        let (lang, all) = (self.lang, self.compared.documents.len());
        let same = self.compared.documents.iter().filter(|(_, o)| *o == Outcome::Same).count();
        match all {
            0 => tr!(lang, "the plan names no document", "方案未列出文件"),
            _ => {
                tr!(lang, "{same} of {all} compared and the same", "{all} 份中 {same} 份已比对一致")
            }
        }
    }

    /// The programs that the plan names, with the digits that are read aloud.
    fn program(&self) -> String {
        let programs = self.data.roll().documents().iter();
        let programs = programs.filter(|document| document.what == DocumentKind::Program);
        let told: String = programs
            .map(|program| {
                let digits = own::fingerprint(program.sha256);
                escaped(&program.name)
                    + &mono(&program.sha256.to_string())
                    + &mono(&digits.to_string())
            })
            .collect();
        match told.is_empty() {
            true => tr!(
                self.lang,
                "the plan names no program: write in what <i>self</i> prints",
                "方案未列出程序：请写入 self 显示的数字"
            ),
            false => told,
        }
    }
}

fn lang_list(lang: Lang) -> &'static str {
    if lang == Lang::Zh { "；" } else { "; " }
}

/// A value of a stage that has been reached.
fn known(there: bool, value: &str) -> String {
    if there { escaped(value) } else { String::new() }
}

/// Digits that are compared.
fn mono(digits: &str) -> String {
    format!("<div class=\"mono\">{}</div>", escaped(digits))
}
