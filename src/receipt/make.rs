//! Making the receipts of all households and families of a draw, from its verified lines; before
//! the draw, from its sealed plan.

use super::{Entry, MAX_BYTES, MAX_ENTRIES, Receipt};
use crate::hash::{self, Hash};
use crate::lines::Line;
use crate::note::{OtherSignature, SignedNote};
use crate::number::count;
use crate::phase::Role;
use crate::plan::{FamilyNumber, HouseholdNumber, Roll, ValidPlan};
use crate::record::Record;
use crate::rules::Phrase;
use crate::transcript::Verified;
use crate::tree::{Levels, checkpoint_body};
use std::collections::BTreeSet;

/// How many entries the receipt of a household is made with at most, so that a slip stays one.
const MAX_OF_HOUSEHOLD: usize = 64;

/// Why no receipts were made.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ReceiptsError {
    /// The lines are not those that were verified.
    #[error(
        "these are not the lines that were verified: found {found_size} lines before the last checkpoint with root {found}, expected {size} with root {expected}; verify the file again"
    )]
    OtherLines {
        /// How many lines stand before the last checkpoint of the verified transcript.
        size: u64,
        /// The root over them.
        expected: Hash,
        /// How many of the lines given there are, at most `size`.
        found_size: u64,
        /// The root over those.
        found: Hash,
    },
    /// The transcript has no checkpoint.
    #[error("the transcript has no checkpoint")]
    NoCheckpoint,
}

impl ReceiptsError {
    /// The error in both languages.
    pub fn words(&self) -> Phrase {
        let zh = match self {
            ReceiptsError::OtherLines { size, expected, found_size, found } => format!(
                "这些行不是已核验的内容：最后一个检查点之前发现 {found_size} 行，根为 {found}；应为 {size} 行，根为 {expected}；请重新核验文件"
            ),
            ReceiptsError::NoCheckpoint => "记录中没有检查点".into(),
        };
        Phrase::new(self.to_string(), zh)
    }
}

/// The receipts of all households of a draw; a family has one for all its claims.
#[derive(Debug)]
pub struct Receipts<'v> {
    roll: &'v Roll,
    /// None before the draw.
    verified: Option<&'v Verified>,
    levels: Levels,
    note: SignedNote,
    /// Its signature lines, in their order.
    signed: Vec<String>,
    scan: Scan,
}

/// What is kept of the lines, in one pass over them. Lines are counted from 0, as leaves of the
/// tree.
#[derive(Debug)]
struct Scan {
    /// All lines before the checkpoint, one after the other, and where each ends.
    text: Vec<u8>,
    ends: Vec<usize>,
    leaves: Vec<Hash>,
    pools: Vec<u64>,
    units: Vec<u64>,
    /// The plan lines of the families and the households.
    families: Vec<u64>,
    households: Vec<u64>,
    record: Record,
}

/// Makes the receipts of a draw from its verified transcript and the same lines again (each without
/// LF). Time and memory grow with the number of lines; each receipt then takes the logarithm of it.
pub fn receipts<'v, L: AsRef<[u8]>>(
    verified: &'v Verified,
    lines: impl IntoIterator<Item = L>,
) -> Result<Receipts<'v>, ReceiptsError> {
    let (size, expected) = verified.head().ok_or(ReceiptsError::NoCheckpoint)?;
    let body = checkpoint_body(verified.roll().origin(), size, expected);
    let mut signed = Vec::new();
    let mut note = SignedNote { body, signatures: Vec::new(), others: Vec::new() };
    let mut scan = Scan::new(verified.roll());
    for line in lines {
        let line = line.as_ref();
        // The lines before the last checkpoint are its leaves; behind it stand its signatures.
        if count(scan.leaves.len()) < size {
            scan.line(verified.roll(), line);
        } else {
            signature(line, &mut note, &mut signed);
        }
    }
    let levels = Levels::new(std::mem::take(&mut scan.leaves));
    let (found_size, found) = (levels.size(), levels.root());
    if (found_size, found) != (size, expected) {
        return Err(ReceiptsError::OtherLines { size, expected, found_size, found });
    }
    Ok(Receipts { roll: verified.roll(), verified: Some(verified), levels, note, signed, scan })
}

/// Takes in a line behind the checkpoint, in the order of the file: the log's line is the first.
fn signature(line: &[u8], note: &mut SignedNote, signed: &mut Vec<String>) {
    match Line::decode(line) {
        Ok(Line::Log { signature, .. }) => {
            signed.push(signature.to_string());
            note.others.push(OtherSignature { after: 0, line: signature.into_owned() });
        }
        Ok(Line::Cosignature { signature, .. }) => {
            note.signatures.extend(signature.parse().ok());
            signed.push(signature.into_owned());
        }
        _ => {}
    }
}

/// Makes the enrolment receipts of all households, which show before the draw that each is in the
/// sealed plan: from the plan, and from the lines of its transcript (each without LF), of which only
/// those up to the end of its first sign-off are looked at. Whether that sign-off keeps its rules is
/// for [`verify`](crate::transcript::verify).
///
/// ```
/// use floorlot::plan::Plan;
/// use floorlot::receipt::{ReceiptEvidence, enrolment_receipts};
/// let file = include_bytes!("../../tests/vectors/worked/transcript.jsonl");
/// let lines = || file.trim_ascii_end().split(|b| *b == b'\n');
/// let plan = Plan::read_lines(lines().take(11))?;
/// let text = enrolment_receipts(&plan, lines())?.of("H002").unwrap().to_string();
/// let receipt: floorlot::receipt::Receipt = text.parse()?;
/// let report = receipt.verify(&ReceiptEvidence::default());
/// let facts = report.proven().expect("no check failed").facts();
/// assert_eq!((facts.tier, facts.needs.as_deref()), (Some(1), Some(&["step-free".to_owned()][..])));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn enrolment_receipts<'p, L: AsRef<[u8]>>(
    plan: &'p ValidPlan,
    lines: impl IntoIterator<Item = L>,
) -> Result<Receipts<'p>, ReceiptsError> {
    let roll = plan.roll();
    let mut lines = lines.into_iter();
    let mut scan = Scan::new(roll);
    let mut seal = None;
    for line in lines.by_ref() {
        match Line::decode(line.as_ref()) {
            Ok(Line::Checkpoint { body, .. }) => {
                seal = Some(body.into_owned());
                break;
            }
            _ => scan.line(roll, line.as_ref()),
        }
    }
    let levels = Levels::new(std::mem::take(&mut scan.leaves));
    let (found_size, found) = (levels.size(), levels.root());
    // T3: the body of the checkpoint is that of the lines before it, and these are the plan.
    let body = checkpoint_body(roll.origin(), found_size, found);
    let seal = seal.ok_or(ReceiptsError::NoCheckpoint)?;
    let (size, expected) = (count(plan.lines().len()), plan.root());
    if seal != body || (found_size, found) != (size, expected) {
        return Err(ReceiptsError::OtherLines { size, expected, found_size, found });
    }
    let (mut signed, mut note) =
        (Vec::new(), SignedNote { body, signatures: Vec::new(), others: Vec::new() });
    for line in lines {
        let role = Line::decode(line.as_ref()).map(|line| Role::of(&line));
        if !matches!(role, Ok(Role::Log | Role::Token | Role::Statement)) {
            break;
        }
        signature(line.as_ref(), &mut note, &mut signed);
    }
    Ok(Receipts { roll, verified: None, levels, note, signed, scan })
}

impl Scan {
    fn new(roll: &Roll) -> Scan {
        let (pools, units) = (Vec::new(), Vec::new());
        let (families, households) = (Vec::new(), Vec::new());
        Scan {
            text: Vec::new(),
            ends: Vec::new(),
            leaves: Vec::new(),
            pools,
            units,
            families,
            households,
            record: Record::new(roll),
        }
    }

    fn line(&mut self, roll: &Roll, bytes: &[u8]) {
        let index = count(self.leaves.len());
        self.leaves.push(hash::leaf(bytes));
        self.text.extend_from_slice(bytes);
        self.ends.push(self.text.len());
        let Ok(line) = Line::decode(bytes) else { return };
        self.record.line(index.saturating_add(1), &line, roll);
        match &line {
            Line::Pool { .. } => self.pools.push(index),
            Line::Unit { .. } => self.units.push(index),
            Line::Family { .. } => self.families.push(index),
            Line::Household { .. } => self.households.push(index),
            _ => {}
        }
    }

    fn text(&self, index: u64) -> Option<&[u8]> {
        let index = usize::try_from(index).ok()?;
        let start =
            index.checked_sub(1).map_or(Some(0), |before| self.ends.get(before).copied())?;
        self.text.get(start..*self.ends.get(index)?)
    }

    /// The lines after the result that go into a receipt: all, or if there are more than `room`,
    /// those that say what the household has and the newest of the others.
    fn later(&self, households: &[HouseholdNumber], room: usize) -> Vec<u64> {
        let lines = households.iter().flat_map(|household| self.record.later(*household));
        // A swap may name several claims of a family.
        let kept: BTreeSet<u64> = lines.filter_map(|line| line.checked_sub(1)).collect();
        let mut kept = Vec::from_iter(kept);
        let mut too_many = kept.len().saturating_sub(room);
        // The oldest talk is left out, never what moves the unit; a ruling does not stay without its
        // objection.
        kept.retain(|index| {
            let line = self.text(*index).and_then(|bytes| Line::decode(bytes).ok());
            let talk = ["objection", "ruling", "offer", "decline"];
            let goes = too_many > 0 && line.is_some_and(|line| talk.contains(&line.kind()));
            too_many = too_many.saturating_sub(usize::from(goes));
            !goes
        });
        let mut objections = Vec::new();
        kept.retain(|index| match self.text(*index).and_then(|bytes| Line::decode(bytes).ok()) {
            Some(Line::Objection { id, .. }) => {
                objections.push(id.into_owned());
                true
            }
            Some(Line::Ruling { objection, .. }) => objections.iter().any(|id| *id == objection),
            _ => true,
        });
        kept
    }
}

/// Whose receipt it is.
#[derive(Debug, Clone, Copy)]
enum Whose {
    Household(HouseholdNumber),
    Family(FamilyNumber),
}

impl Receipts<'_> {
    /// How many households and families have a receipt: each household that is no claim, and each
    /// family.
    pub fn len(&self) -> u32 {
        let claims = self.roll.family_numbers().filter_map(|n| self.roll.family(n));
        let claims = claims.map(|family| u32::try_from(family.claims.len()).unwrap_or(u32::MAX));
        let families = u32::try_from(self.roll.family_numbers().count()).unwrap_or(u32::MAX);
        let alone = claims.fold(self.roll.household_count(), u32::saturating_sub);
        alone.saturating_add(families)
    }

    /// Whether there is no household.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The receipts of all households and families, in plan order, a family in the place of its
    /// first claim, each with the id of the household or family; without those of which more lines
    /// moved the unit than a receipt holds.
    pub fn iter(&self) -> impl Iterator<Item = (&str, Receipt)> {
        self.all().filter_map(|(id, whose)| Some((id, self.make(whose)?)))
    }

    /// The ids of the same in the same order, and of those that have none because too many lines
    /// moved their unit: for making [each](Receipts::of) apart from the others, on several threads.
    pub fn ids(&self) -> impl Iterator<Item = &str> {
        self.all().map(|(id, _)| id)
    }

    fn all(&self) -> impl Iterator<Item = (&str, Whose)> {
        let roll = self.roll;
        roll.household_numbers().filter_map(move |household| match self.whose(household) {
            whose @ Whose::Household(own) => Some((roll.household_id(own), whose)),
            whose @ Whose::Family(family) => {
                let first = roll.family(family)?.claims.first();
                first.filter(|claim| **claim == household)?;
                Some((roll.family_id(family), whose))
            }
        })
    }

    /// The receipt of a household or family by its id, that of its family if the household is a
    /// claim; `None` if it is not in the plan, or if more lines moved its unit than a receipt
    /// holds.
    pub fn of(&self, id: &str) -> Option<Receipt> {
        let household = self.roll.find_household(id).map(|household| self.whose(household));
        self.make(household.or_else(|| self.roll.find_family(id).map(Whose::Family))?)
    }

    /// A claim has no receipt but that of its family.
    fn whose(&self, household: HouseholdNumber) -> Whose {
        self.roll.family_of(household).map_or(Whose::Household(household), Whose::Family)
    }

    fn make(&self, whose: Whose) -> Option<Receipt> {
        let (households, most) = match whose {
            Whose::Household(household) => (vec![household], MAX_OF_HOUSEHOLD),
            Whose::Family(family) => (self.roll.family(family)?.claims.clone(), MAX_ENTRIES),
        };
        let mut indices = BTreeSet::from([0]);
        indices.extend(self.scan.record.void().and_then(|line| line.checked_sub(1)));
        if let Whose::Family(family) = whose {
            indices.insert(*self.scan.families.get(family.index())?);
        }
        for household in &households {
            indices.extend(self.own(*household)?);
        }
        let room = most.saturating_sub(indices.len());
        indices.extend(self.scan.later(&households, room));
        if indices.len() > most {
            return None;
        }
        let entry = |index: u64| {
            let line = String::from_utf8(self.scan.text(index)?.to_vec()).ok()?;
            Some(Entry { index, line, proof: self.levels.inclusion_proof(index)? })
        };
        let entries = indices.into_iter().map(entry).collect::<Option<Vec<Entry>>>()?;
        let (size, root) = (self.levels.size(), self.levels.root());
        let (note, lines) = (self.note.clone(), self.signed.clone());
        let receipt = Receipt { entries, note, lines, size, root };
        // Only a family whose claims have the longest rankings comes near to it.
        let long = |receipt: &Receipt| receipt.to_string().len() > MAX_BYTES;
        (receipt.entries.len() <= MAX_OF_HOUSEHOLD || !long(&receipt)).then_some(receipt)
    }

    /// What is shown of a household, but for what came after the result.
    fn own(&self, household: HouseholdNumber) -> Option<impl Iterator<Item = u64>> {
        let roll = self.roll;
        let plan_line = *self.scan.households.get(household.index())?;
        let course = self.scan.record.course(household);
        // The record counts lines from 1, the tree its leaves from 0; line 0 is that of a household
        // that was not served.
        let leaf = |line: Option<u64>| line.and_then(|line| line.checked_sub(1));
        let pool =
            roll.pool_of(household).and_then(|pool| self.scan.pools.get(pool.index()).copied());
        let unit =
            self.verified.and_then(|verified| verified.unit_of(roll.household_id(household)));
        let unit = unit.and_then(|id| roll.find_unit(id));
        let unit = unit.and_then(|unit| self.scan.units.get(unit.index()).copied());
        let call = leaf(course.called.map(|call| call.line));
        let outcome = leaf(Some(course.drawn.line));
        // R3: the next line shows that no `undo` follows.
        let next = outcome.and_then(|outcome| outcome.checked_add(1));
        Some([pool, unit, Some(plan_line), call, outcome, next].into_iter().flatten())
    }
}
