//! What the lines of a transcript say, as the checklist asks for it. What has not happened yet is
//! empty.

use crate::prints::data::{Data, Sealed};
use crate::words::say::tr;
use floorlot::lines::{Closed, FiledKind, Line};
use floorlot::rules::Lang;
use floorlot_verify::common::html::escaped;
use floorlot_verify::common::text::in_groups;

/// Counts and names of it.
#[derive(Default)]
pub(super) struct Seen {
    /// Members by their ids.
    pub(super) commits: Vec<String>,
    pub(super) envelopes: Vec<String>,
    pub(super) absent: Vec<String>,
    pub(super) revealed: Vec<String>,
    pub(super) withheld: Vec<String>,
    /// Whether the roll call, and the reveals, are closed.
    pub(super) commits_closed: bool,
    pub(super) reveals_closed: bool,
    /// Each set of public numbers.
    pub(super) numbers: Vec<String>,
    pub(super) calls: usize,
    pub(super) missed: usize,
    pub(super) undone: usize,
    pub(super) proxies: usize,
    /// Picks, standby, leftovers.
    pub(super) result: Option<[u64; 3]>,
    pub(super) recordings: Vec<String>,
    pub(super) objections: usize,
    pub(super) rulings: usize,
    pub(super) withdrawals: usize,
    pub(super) answers: usize,
    pub(super) swaps: usize,
    pub(super) notices: usize,
    pub(super) tokens: usize,
}

impl Seen {
    pub(super) fn of(data: &Data) -> Seen {
        let mut seen = Seen::default();
        data.lines().for_each(|(_, line)| seen.line(&line));
        seen
    }

    fn line(&mut self, line: &Line<'_>) {
        match line {
            Line::Commit { member, .. } => self.commits.push(member.to_string()),
            Line::Envelope { member, .. } => self.envelopes.push(member.to_string()),
            Line::Absent { member, .. } => self.absent.push(member.to_string()),
            Line::Reveal { member, .. } => self.revealed.push(member.to_string()),
            Line::Withheld { member, .. } => self.withheld.push(member.to_string()),
            Line::Close { what: Closed::Commits, .. } => self.commits_closed = true,
            Line::Close { what: Closed::Reveals, .. } => self.reveals_closed = true,
            Line::Dice { digits, .. } => self.numbers.push(in_groups(digits, 5)),
            Line::Balls { numbers, .. } => {
                let numbers: Vec<String> = numbers.iter().map(u64::to_string).collect();
                self.numbers.push(numbers.join(" "));
            }
            Line::Drand { round, randomness, .. } => {
                self.numbers.push(format!("drand {round}: {randomness}"));
            }
            Line::Result { picked, standby, leftover, .. } => {
                self.result = Some([*picked, *standby, *leftover]);
            }
            Line::Recording { name, sha256, .. } => {
                self.recordings.push(format!("{name} {sha256}"));
            }
            other => self.count(other),
        }
    }

    fn count(&mut self, line: &Line<'_>) {
        let count = match line {
            Line::Call { .. } => &mut self.calls,
            Line::Missed { .. } => &mut self.missed,
            Line::Undo { .. } => &mut self.undone,
            Line::Pick { proxy: Some(_), .. } => &mut self.proxies,
            Line::Objection { .. } => &mut self.objections,
            Line::Ruling { .. } => &mut self.rulings,
            Line::Withdrawal { .. } => &mut self.withdrawals,
            Line::Accept { .. } | Line::Decline { .. } => &mut self.answers,
            Line::Swap { .. } => &mut self.swaps,
            Line::Filed { what: FiledKind::Notice, .. } => &mut self.notices,
            Line::Token { .. } => &mut self.tokens,
            _ => return,
        };
        *count += 1;
    }
}

/// Members with their masked names; that there are none.
pub(super) fn named(data: &Data, members: &[String], lang: Lang) -> String {
    if members.is_empty() {
        return tr!(lang, "none", "无");
    }
    let name = |id: &String| match data.roll().member_name(id) {
        Some(name) => format!("{id} {name}"),
        None => id.clone(),
    };
    let names: Vec<String> = members.iter().map(name).collect();
    names.join(if lang == Lang::Zh { "、" } else { ", " })
}

/// What the members said of a checkpoint, as HTML; empty if they have not been asked yet.
pub(super) fn sign_off(data: &Data, checkpoint: &Sealed, lang: Lang) -> String {
    let mut said: [Vec<String>; 4] = Default::default();
    let [keys, papers, refusals, away] = &mut said;
    let under = data.lines().skip_while(|(line, _)| (*line as u64) <= checkpoint.size + 1);
    for (_, line) in under {
        match line {
            Line::Cosignature { member, .. } => keys.push(member.into_owned()),
            Line::Paper { member, .. } => papers.push(member.into_owned()),
            Line::Dissent { member, .. } => refusals.push(member.into_owned()),
            Line::Unsigned { member, .. } => away.push(member.into_owned()),
            Line::Log { .. } | Line::Token { .. } => {}
            _ => break,
        }
    }
    let (of, all) = (keys.len() + papers.len(), data.roll().members().count());
    if said.iter().all(Vec::is_empty) {
        return String::new();
    }
    let [keys, papers, refusals, away] = &said;
    let (keys, papers) = (keys.len(), papers.len());
    let mut told = tr!(
        lang,
        "{of} of {all} signed ({keys} by key, {papers} on paper)",
        "{all} 人中 {of} 人签名（密钥 {keys}，纸面 {papers}）"
    );
    if !refusals.is_empty() {
        let names = named(data, refusals, lang);
        told += &tr!(lang, "; REFUSE: {names}", "；拒签：{names}");
    }
    if !away.is_empty() {
        let names = named(data, away, lang);
        told += &tr!(lang, "; away: {names}", "；不在场：{names}");
    }
    escaped(&told)
}
