//! How far trust in a checkpoint goes, and what stands behind the last one that was compared.

use crate::lines::{Line, Stage};
use crate::number::count;
use crate::phase::Role;
use crate::rules::{Lang, Phrase, kind_in_chinese};
use serde::Serialize;
use std::borrow::Cow;

/// How far trust goes in what a checkpoint covers; in a file it is that of its last checkpoint.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Level {
    /// A check failed, or the file is not finished.
    None,
    /// It replays: every derived value is right.
    Consistent,
    /// It replays, and it is the one whose fingerprint or head was noted outside.
    Anchored,
    /// It replays, something in the file was noted outside (so that the keys in the plan were known
    /// beforehand), and the quorum of each bench signed it with them.
    Certified,
}

/// What is known of a checkpoint.
#[derive(Debug, Clone, Copy)]
pub(super) struct Trust {
    /// Evidence is of it, or of a later one.
    pub(super) reached: bool,
    /// The quorum of each bench signed it by key.
    pub(super) signed: bool,
    /// A bench refused it, so that its quorum cannot be reached.
    pub(super) refused: bool,
}

/// The level of each checkpoint of a verified file. `beacon_open`: a drand round was not verified.
pub(super) fn levels(trust: &[Trust], beacon_open: bool) -> Vec<Level> {
    let known = trust.iter().any(|checkpoint| checkpoint.reached);
    let own = |checkpoint: &Trust| match (checkpoint.reached, checkpoint.signed && known) {
        // Signatures alone certify nothing: whoever makes up a transcript makes up its panel with
        // it.
        (_, true) if !beacon_open => Level::Certified,
        (true, _) | (_, true) => Level::Anchored,
        (false, false) => Level::Consistent,
    };
    let mut later = Level::Consistent;
    let mut levels: Vec<Level> = trust
        .iter()
        .rev()
        .map(|checkpoint| {
            // A later checkpoint covers all lines before it.
            later = later.max(own(checkpoint));
            // What a bench refused to sign is not certified by what was signed later.
            if checkpoint.refused { later.min(Level::Anchored) } else { later }
        })
        .collect();
    levels.reverse();
    levels
}

/// How many events are listed.
const LISTED: usize = 100;
/// How many of them the text tells.
const TOLD: usize = 12;

/// A line that something was given or taken by.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct LaterLine {
    /// The line, from 1.
    pub line: u64,
    /// Its kind.
    pub kind: String,
    /// The households that it names.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub households: Vec<String>,
    /// The unit that it names.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unit: Option<String>,
}

/// The lines that nothing known outside covers, while it covers some before them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct NotCompared {
    /// The first of these lines.
    pub from: u64,
    /// The last line of the file.
    pub to: u64,
    /// The `result` and the events among them, the first hundred.
    pub events: Vec<LaterLine>,
    /// How many more there are.
    #[serde(skip_serializing_if = "is_zero")]
    pub more: u64,
    /// The checkpoint before them.
    #[serde(skip)]
    pub after: Stage,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde wants a reference")]
fn is_zero(n: &u64) -> bool {
    *n == 0
}

/// What stands behind a checkpoint with its signatures, up to the next one.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Behind {
    /// The first line; 0 if there is none.
    from: u64,
    events: Vec<LaterLine>,
    more: u64,
}

impl Behind {
    /// Whether no line stands there.
    pub(super) fn is_empty(&self) -> bool {
        self.from == 0
    }

    /// A line that stands where it may.
    pub(super) fn add(&mut self, line: &Line<'_>, number: u64) {
        if matches!(Role::of(line), Role::Log | Role::Token | Role::Statement | Role::Closing) {
            return;
        }
        if self.from == 0 {
            self.from = number;
        }
        if !matches!(Role::of(line), Role::Event | Role::Void | Role::Result) {
            return;
        }
        if self.events.len() == LISTED {
            self.more = self.more.saturating_add(1);
        } else {
            self.events.push(later_line(line, number));
        }
    }
}

fn later_line(line: &Line<'_>, number: u64) -> LaterLine {
    let (households, unit): (&[Cow<'_, str>], Option<&str>) = match line {
        Line::Objection { household, .. } | Line::Filed { household, .. } => {
            (household.as_slice(), None)
        }
        Line::Withdrawal { household, unit, .. } => {
            (std::slice::from_ref(household), unit.as_deref())
        }
        Line::Offer { household, unit, .. }
        | Line::Accept { household, unit, .. }
        | Line::Decline { household, unit, .. } => (std::slice::from_ref(household), Some(unit)),
        Line::Swap { households, .. } => (households, None),
        _ => (&[], None),
    };
    LaterLine {
        line: number,
        kind: line.kind().into(),
        households: households.iter().map(ToString::to_string).collect(),
        unit: unit.map(str::to_owned),
    }
}

/// What was not compared, of the checkpoints with their stages and levels; `None` when nothing was
/// compared, or everything.
pub(super) fn not_compared(
    checkpoints: &[(Stage, Level, &Behind)],
    lines: u64,
) -> Option<NotCompared> {
    let last = checkpoints.iter().rposition(|(_, level, _)| *level > Level::Consistent)?;
    let (after, ..) = checkpoints.get(last)?;
    let behind: Vec<&Behind> =
        checkpoints.get(last..)?.iter().map(|(.., behind)| *behind).collect();
    let from = behind.iter().map(|behind| behind.from).find(|from| *from > 0)?;
    let found = behind.iter().map(|b| count(b.events.len()).saturating_add(b.more));
    let found = found.fold(0, u64::saturating_add);
    let listed = behind.iter().flat_map(|behind| &behind.events).take(LISTED);
    let events: Vec<LaterLine> = listed.cloned().collect();
    let more = found.saturating_sub(count(events.len()));
    Some(NotCompared { from, to: lines, events, more, after: *after })
}

impl LaterLine {
    fn words(&self, lang: Lang) -> String {
        let kind = match (self.kind.as_str(), lang) {
            ("result", Lang::En) => "the draw up to its result",
            ("result", Lang::Zh) => "抽签直至结果",
            (kind, Lang::En) => kind,
            (kind, Lang::Zh) => kind_in_chinese(kind),
        };
        let named = self.households.iter().chain(&self.unit).map(String::as_str);
        let named = named.collect::<Vec<_>>();
        match (named.is_empty(), lang) {
            (true, _) => kind.to_owned(),
            (false, Lang::En) => format!("{kind} of {}", named.join(", ")),
            (false, Lang::Zh) => format!("{kind} {}", named.join("、")),
        }
    }
}

impl NotCompared {
    /// Whether the result is among these lines.
    pub fn before_the_result(&self) -> bool {
        !matches!(self.after, Stage::Result | Stage::Aftermath)
    }

    /// What was not compared, loudly.
    pub fn words(&self) -> Phrase {
        let NotCompared { from, to, events, more, .. } = self;
        let list = |lang: Lang, comma: &str| {
            let told = events.iter().take(TOLD).map(|event| event.words(lang));
            told.collect::<Vec<_>>().join(comma)
        };
        let more = more.saturating_add(count(events.len().saturating_sub(TOLD)));
        let (and, and_zh) = match more {
            0 => (String::new(), String::new()),
            _ => (format!(" and {more} more"), format!("等，另有 {more} 项")),
        };
        let (what, what_zh) = match events.is_empty() {
            true => ("no event".to_owned(), "没有事项".to_owned()),
            false => (list(Lang::En, ", "), list(Lang::Zh, "，")),
        };
        Phrase::new(
            format!(
                "NOT COMPARED: lines {from} to {to}: {what}{and}. Nothing noted outside reaches them, and the panel has not signed them: anybody could have added them."
            ),
            format!(
                "【未核对】：第 {from} 至 {to} 行：{what_zh}{and_zh}。在外记下的指纹或副本没有涵盖这些行，监督小组也没有签名：任何人都可能添加。"
            ),
        )
    }
}
