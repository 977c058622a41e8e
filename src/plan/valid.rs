//! A whole plan: its lines read, every rule checked, every fault named at once.

use super::model::Plan;
use super::roll::Roll;
use super::validator::Validator;
use super::warning::Warning;
use crate::hash::Hash;
use crate::number::count;
use crate::profile::{MAX_LINE, ProfileError};
use crate::rules::{Checks, Fault, Lang, Phrase, Rule};
use crate::tree::{Fingerprint, Tree};
use std::fmt;

/// A plan that breaks rules, with every fault.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Faults(pub Vec<Fault>);

impl Faults {
    /// All faults in both languages.
    pub fn words(&self) -> Phrase {
        let (en, zh) = (self.text(Lang::En), self.text(Lang::Zh));
        let faults = self.0.len();
        Phrase::new(
            format!("the plan has {faults} fault(s)\n{}", en.trim_end()),
            format!("方案有 {faults} 处错误\n{}", zh.trim_end()),
        )
    }

    /// One fault a line, in the language asked for.
    pub fn text(&self, lang: Lang) -> String {
        self.0.iter().map(|f| f.sentence(lang) + "\n").collect()
    }
}

impl fmt::Display for Faults {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.words().en)
    }
}

impl std::error::Error for Faults {}

/// A plan that keeps every rule, as bytes and as the compact [`Roll`] that the draw works on. Only
/// validation makes one. It holds all its lines, some 250 bytes of a household and its unit; a plan
/// of millions is better read by a [`PlanReader`].
#[derive(Debug, Clone)]
pub struct ValidPlan {
    roll: Roll,
    lines: Vec<Vec<u8>>,
    root: Hash,
    warnings: Vec<Warning>,
}

impl ValidPlan {
    /// The households, units and rules.
    pub fn roll(&self) -> &Roll {
        &self.roll
    }

    /// The lines of the plan, without LF.
    pub fn lines(&self) -> &[Vec<u8>] {
        &self.lines
    }

    /// The plan root (T3): that of the checkpoint which will seal the plan, so that its fingerprint
    /// can be posted beforehand.
    pub fn root(&self) -> Hash {
        self.root
    }

    /// The fingerprint of the checkpoint which will seal the plan.
    pub fn fingerprint(&self) -> Fingerprint {
        Fingerprint::of(self.roll.origin(), count(self.lines.len()), self.root())
    }

    /// What is allowed but should be known before the seal.
    pub fn warnings(&self) -> &[Warning] {
        &self.warnings
    }

    pub(crate) fn into_parts(self) -> (Roll, Vec<Vec<u8>>) {
        (self.roll, self.lines)
    }
}

impl Plan {
    /// Checks every rule of the plan (P1 to P15) and names every fault at once, each with its line
    /// in the plan file.
    ///
    /// ```
    /// use floorlot::plan::{Mode, Plan, Pool, Source};
    /// let plan = Plan::new("draw.example/1", "Block 7", Mode::Official)
    ///     .bench("residents", "居民代表", 1, &[("r1", "王*")])
    ///     .bench("officials", "工作人员", 2, &[("o1", "李*")])
    ///     .source(Source::TWENTY_DICE)
    ///     .pool(Pool::lot("A", "A", "7").unit("A-1", "101", 1, &[]).household("H1", "张*", 1, &["step-free"]));
    /// assert_eq!(
    ///     plan.validate().unwrap_err().to_string(),
    ///     "the plan has 2 fault(s)
    /// line 3, bench officials, quorum: found 2; expected a quorum from 1 to 1, the number of its members [P5]
    /// line 7, pool A, needs: found 1 household needs step-free, 0 such units exist; \
    /// expected a unit for each of them: add units or correct the needs [P10]",
    /// );
    /// ```
    pub fn validate(&self) -> Result<ValidPlan, Faults> {
        let bytes: Vec<Vec<u8>> = self.to_lines().map(|line| line.to_bytes()).collect();
        validate_lines(bytes.iter().map(Vec::as_slice))
    }

    /// Reads a plan file: its lines, each without LF. Names every fault at once.
    ///
    /// ```
    /// use floorlot::plan::Plan;
    /// let file = include_bytes!("../../examples/data/block/plan.jsonl");
    /// let plan = Plan::read_lines(file.trim_ascii_end().split(|b| *b == b'\n'))?;
    /// assert_eq!((plan.roll().household_count(), plan.roll().unit_count()), (10, 18));
    /// assert!(plan.warnings().is_empty());
    /// # Ok::<(), floorlot::plan::Faults>(())
    /// ```
    pub fn read_lines<'a>(lines: impl IntoIterator<Item = &'a [u8]>) -> Result<ValidPlan, Faults> {
        validate_lines(lines)
    }
}

/// The fault of a line that is not in the profile (rule T1).
pub(crate) fn unreadable(checks: &mut Checks, number: u64, error: &ProfileError) {
    checks.fail(
        Rule::T1,
        number,
        format_args!("byte {}", error.column),
        error.found_words(),
        error.expected.clone(),
    );
}

/// Reads a plan line by line and keeps what the rules need of it, but not its lines: some 25 bytes
/// of a household and its unit.
///
/// ```
/// use floorlot::plan::PlanReader;
/// let mut reader = PlanReader::new();
/// reader.line(br#"{"kind":"plan"}"#);
/// let faults = reader.finish().unwrap_err();
/// assert!(faults.to_string().contains("line 1"));
/// ```
#[derive(Debug)]
pub struct PlanReader {
    checks: Checks,
    validator: Validator,
    tree: Tree,
}

impl Default for PlanReader {
    fn default() -> PlanReader {
        PlanReader::new()
    }
}

impl PlanReader {
    /// A reader at the first line.
    pub fn new() -> PlanReader {
        PlanReader {
            checks: Checks::new(usize::MAX),
            validator: Validator::new(),
            tree: Tree::new(),
        }
    }

    /// The next line, without LF.
    pub fn line(&mut self, bytes: &[u8]) {
        self.check(bytes);
        self.tree.push_line(bytes);
    }

    fn check(&mut self, bytes: &[u8]) {
        let number = self.tree.size().saturating_add(1);
        // T1: at most 65,535 bytes not counting the LF that ends it.
        if bytes.len() > MAX_LINE {
            let limit =
                Phrase::new(format!("at most {MAX_LINE} bytes"), format!("至多 {MAX_LINE} 字节"));
            self.checks.fail(Rule::T1, number, "line", Phrase::same(bytes.len()), limit);
        } else if let Err(error) = self.validator.read(number, bytes, &mut self.checks) {
            unreadable(&mut self.checks, number, &error);
        }
    }

    /// The plan, if it keeps every rule; otherwise every fault at once.
    pub fn finish(self) -> Result<ReadPlan, Faults> {
        let PlanReader { mut checks, validator, tree } = self;
        let (roll, warnings) = validator.finish(tree.size().saturating_add(1), &mut checks);
        match roll {
            Some(roll) if !checks.any_failed() => {
                let warnings = warnings.into_iter().chain(Warning::of_labels(&roll)).collect();
                Ok(ReadPlan { roll, tree, warnings })
            }
            _ => Err(Faults(checks.into_faults())),
        }
    }
}

/// A plan that keeps every rule, without its lines. Only a [`PlanReader`] makes one.
#[derive(Debug, Clone)]
pub struct ReadPlan {
    roll: Roll,
    tree: Tree,
    warnings: Vec<Warning>,
}

impl ReadPlan {
    /// The households, units and rules.
    pub fn roll(&self) -> &Roll {
        &self.roll
    }

    /// The plan root (T3).
    pub fn root(&self) -> Hash {
        self.tree.root()
    }

    /// What is allowed but should be known before the seal.
    pub fn warnings(&self) -> &[Warning] {
        &self.warnings
    }

    /// The roll, and the tree over its lines.
    pub(crate) fn into_parts(self) -> (Roll, Tree) {
        (self.roll, self.tree)
    }
}

fn validate_lines<'a>(lines: impl IntoIterator<Item = &'a [u8]>) -> Result<ValidPlan, Faults> {
    let (mut reader, mut kept) = (PlanReader::new(), Vec::new());
    for bytes in lines {
        reader.line(bytes);
        kept.push(bytes.to_vec());
    }
    let ReadPlan { roll, tree, warnings, .. } = reader.finish()?;
    Ok(ValidPlan { roll, lines: kept, root: tree.root(), warnings })
}
