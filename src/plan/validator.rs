//! The validator: the lines of a plan one after the other, each in the quickest way that keeps every
//! rule.

use super::draft::{Draft, SECTIONS, section};
use super::field::Place;
use super::narrow::Name;
use super::roll::Roll;
use super::usual::{Before, HOUSEHOLD, RightList, Shape, UNIT};
use super::warning::Warning;
use crate::lines::Line;
use crate::profile::ProfileError;
use crate::rules::{Checks, Phrase, Rule};
use crate::text::is_id;

/// Builds a [`Roll`] line by line and writes every fault down.
#[derive(Debug)]
pub(crate) struct Validator {
    draft: Draft,
    start: Start,
}

/// The pool at hand, and the last usual line in it.
#[derive(Debug, Default)]
struct Start {
    section: usize,
    pool: usize,
    before: Before,
}

impl Validator {
    pub(crate) fn new() -> Validator {
        Validator { draft: Draft::new(), start: Start::default() }
    }

    /// The roll as far as it is known, if there is a header.
    pub(crate) fn roll(&self) -> Option<&Roll> {
        self.draft.header.map(|_| &self.draft.roll)
    }

    /// T2: whether each section has a line.
    pub(crate) fn is_whole(&self) -> bool {
        self.draft.is_whole()
    }

    /// A roll with nothing in it.
    pub(crate) fn nothing() -> Roll {
        Roll::empty()
    }

    /// One line of the plan, as it stands in the file: without decoding it if it is a usual one.
    pub(crate) fn read(
        &mut self,
        number: u64,
        bytes: &[u8],
        checks: &mut Checks,
    ) -> Result<(), ProfileError> {
        if !self.usual_line(number, bytes, checks) {
            self.line(number, &Line::decode(bytes)?, checks);
        }
        Ok(())
    }

    /// One line of the plan.
    pub(crate) fn line(&mut self, number: u64, line: &Line<'_>, checks: &mut Checks) {
        let kind = line.kind();
        let Some((section, kind)) = (0..).zip(SECTIONS).find(|(_, section)| *section == kind)
        else {
            let expected = Phrase::new("a line of the plan", "方案中的行");
            checks.fail(Rule::T2, number, kind, Phrase::same(kind), expected);
            return;
        };
        let draft = &mut self.draft;
        if !draft.enter(section, number, checks) {
            return;
        }
        let id = id_of(line);
        if !draft.has_room(section, id, number, checks) {
            // P5 to P7: beyond the limits, lines are counted and otherwise not read.
            return;
        }
        let place = Place { line: number, kind, id };
        match line {
            Line::Plan { .. } => draft.header(number, line, checks),
            Line::Bench { title, quorum, .. } => draft.bench(place, title, *quorum, checks),
            Line::Member { bench, name, key, .. } => {
                draft.member(place, bench, name, key.as_deref(), checks)
            }
            Line::Source { device, count, range, round } => {
                draft.source(place, (*device, [*count, *range, *round]), checks)
            }
            Line::Pool { .. } => draft.pool(number, line, checks),
            Line::Document { .. } => draft.document(number, line, checks),
            Line::Unit { .. } => draft.unit(number, line, checks),
            Line::Excluded { .. } => draft.excluded(number, line, checks),
            Line::Family { .. } => draft.family(number, line, checks),
            Line::Household { .. } => draft.household(number, line, checks),
            _ => {}
        }
    }

    /// One line of the plan, if it is a [usual](super::usual) one of a unit or household and breaks
    /// no rule; otherwise `false`, and nothing is done. Does what [`Validator::line`] would do with
    /// it.
    pub(crate) fn usual_line(&mut self, number: u64, line: &[u8], checks: &mut Checks) -> bool {
        match (self.draft.section, self.draft.at) {
            (section::UNIT, [at, _]) => self.usual(number, &UNIT, at, line, checks),
            (section::HOUSEHOLD, [_, at]) => self.usual(number, &HOUSEHOLD, at, line, checks),
            _ => None,
        }
        .is_some()
    }

    #[inline(always)] // once for each shape
    fn usual(
        &mut self,
        number: u64,
        shape: &Shape,
        at: usize,
        line: &[u8],
        checks: &mut Checks,
    ) -> Option<()> {
        let start = &self.start;
        if (start.section, start.pool) != (self.draft.section, at) || start.before.is_empty() {
            // The id of a pool that breaks rule P2 might need escapes.
            let pool = self.draft.roll.pools.get(at).filter(|pool| is_id(&pool.id))?;
            let before = Before::first_of(shape, &pool.id);
            self.start = Start { section: self.draft.section, pool: at, before };
            self.draft.list = RightList::default();
        }
        let usual = shape.read(line, &mut self.start.before, &self.draft.roll.names)?;
        let (draft, section, pool) = (&mut self.draft, self.start.section, self.start.pool);
        let (set, entries) = match usual.more.list {
            [] => (0, 0),
            list if list == draft.list.bytes => (draft.list.set, draft.list.entries),
            _ => return None,
        };
        let is_unit = section == section::UNIT;
        let ids = if is_unit { &draft.roll.units } else { &draft.roll.households };
        // P7: what does not fit is for the general checks, which say so once.
        if !ids.has_room_for(usual.id) || draft.is_full(section) {
            return None;
        }
        // The last `None`, and nothing was done until here: from now on the line counts.
        checks.examine_many(Rule::P2, 1_u64.saturating_add(entries));
        [Rule::P3, Rule::P4, Rule::P7].into_iter().for_each(|rule| checks.examine(rule));
        match (usual.text, is_unit) {
            (Name::Right(label), true) => {
                draft.add_area_and_price(usual.more.area, usual.more.price);
                draft.add_unit(pool, usual.id, (label, usual.number, set));
            }
            (name, _) => {
                let head = draft.next_household();
                draft.add_household(pool, usual.id, (name, usual.number, set), head);
                draft.add_person(head, usual.more.person);
            }
        }
        draft.count(section, number);
        Some(())
    }

    /// The file ends in the plan: P7 is about the lines that there are.
    pub(crate) fn leave(&mut self, checks: &mut Checks) {
        self.draft.check_kinds_of_needs(checks);
    }

    /// Ends the plan before the line of this number: what can only be said when all lines are
    /// known. Gives no roll if there was no header.
    pub(crate) fn finish(self, number: u64, checks: &mut Checks) -> (Option<Roll>, Vec<Warning>) {
        let whole = self.is_whole();
        let mut draft = self.draft;
        // First, because only what has ended is sorted, and can be found.
        draft.leave();
        // T2: a plan that lacks a section has no end.
        if !whole {
            draft.tell_missing(number, checks);
            return (draft.header.map(|_| draft.roll), Vec::new());
        }
        draft.check_repeated(checks);
        draft.place_empty_pools();
        draft.place_families();
        draft.check_once(checks);
        let needs = draft.check_kinds_of_needs(checks);
        // What only the whole plan shows is found where it ends, whatever line it is about.
        checks.found_from(number);
        draft.check_counts(checks);
        draft.check_panel(checks);
        draft.check_entropy(checks);
        draft.check_needs(&needs, checks);
        draft.check_families(checks);
        checks.found_from(0);
        let warnings = Warning::of(&draft.roll.pools);
        (draft.header.map(|_| draft.roll), warnings)
    }
}

/// The id of a line of the plan; empty for a kind without ids.
fn id_of<'a>(line: &'a Line<'_>) -> &'a str {
    match line {
        Line::Bench { id, .. }
        | Line::Member { id, .. }
        | Line::Pool { id, .. }
        | Line::Unit { id, .. }
        | Line::Excluded { id, .. }
        | Line::Family { id, .. }
        | Line::Household { id, .. } => id,
        _ => "",
    }
}

#[cfg(test)]
mod tests {
    use super::Validator;
    use crate::lines::Line;
    use crate::plan::Ids;
    use crate::rules::{Checks, Rule};

    fn sample() -> Vec<Vec<u8>> {
        let plan = include_bytes!("../../examples/data/block/plan.jsonl");
        plan.trim_ascii_end().split(|b| *b == b'\n').map(<[u8]>::to_vec).collect()
    }

    /// The sample plan, with room for fewer ids than it has.
    fn with_room(count: u32, bytes: usize) -> (Checks, crate::plan::Roll) {
        let (mut validator, mut checks) = (Validator::new(), Checks::new(100));
        validator.draft.roll.units = Ids::with_room(count, bytes);
        validator.draft.roll.households = Ids::with_room(count, bytes);
        for (number, bytes) in (1..).zip(&sample()) {
            validator.read(number, bytes, &mut checks).unwrap();
        }
        let roll = validator.finish(0, &mut checks).0.unwrap();
        (checks, roll)
    }

    #[test]
    fn lines_beyond_the_caps_are_one_fault_and_are_not_read() {
        // 18 units with ids of 136 bytes in all, 10 households with ids of 5 bytes.
        let whole = with_room(18, 136);
        assert!(!whole.0.any_failed());
        for ((count, bytes), (units, households, faults)) in [
            ((17, 136), (17, 10, 1)),
            ((18, 135), (17, 10, 1)),
            ((3, 136), (3, 3, 2)),
            ((18, 30), (4, 6, 2)),
            ((0, 136), (0, 0, 2)),
        ] {
            let (checks, roll) = with_room(count, bytes);
            assert_eq!((roll.unit_count(), roll.household_count()), (units, households));
            assert_eq!(checks.failed(Rule::P7), faults, "{count} ids, {bytes} bytes");
            // The counts of the header are those of the lines, read or not.
            let faults = checks.into_faults();
            assert!(faults.iter().all(|fault| !fault.place.starts_with("plan, number")));
            let beyond = faults.iter().find(|fault| fault.rule == Rule::P7).unwrap();
            assert_eq!((beyond.line, beyond.place.as_str()), (12 + u64::from(units), "unit"));
        }
    }

    #[test]
    fn a_longer_id_does_not_make_room_for_a_shorter_one() {
        // Two ids of 7 bytes fit, a third does not, and one of 3 bytes behind it would again.
        let (mut validator, mut checks) = (Validator::new(), Checks::new(100));
        validator.draft.roll.units = Ids::with_room(100, 18);
        let mut lines = sample();
        lines.truncate(14);
        lines.extend((1..9).map(|n| {
            let id = format!("{n}02");
            format!(r#"{{"kind":"unit","pool":"B07-T2","id":"{id}","label":"{id}","storey":{n}}}"#)
                .into_bytes()
        }));
        for (number, bytes) in (1..).zip(&lines) {
            validator.read(number, bytes, &mut checks).unwrap();
        }
        assert_eq!((validator.draft.roll.units.len(), checks.failed(Rule::P7)), (2, 1));
    }

    #[test]
    fn late_lines_of_the_plan_are_faults_and_are_not_read() {
        let mut plan = sample();
        let unit = plan.iter().position(|l| l.starts_with(b"{\"kind\":\"unit\"")).unwrap();
        let late = plan.remove(unit);
        plan.push(late);
        let (mut validator, mut checks) = (Validator::new(), Checks::new(100));
        for (number, bytes) in (1..).zip(&plan) {
            validator.line(number, &Line::decode(bytes).unwrap(), &mut checks);
        }
        let roll = validator.finish(0, &mut checks).0.unwrap();
        assert_eq!((checks.failed(Rule::T2), roll.unit_count()), (1, 17));
    }

    /// What comes of a plan: its roll and all counts and faults.
    fn read(lines: &[Vec<u8>], usual: bool) -> (String, usize) {
        let (mut validator, mut checks, mut taken) = (Validator::new(), Checks::new(100), 0);
        for (number, bytes) in (1..).zip(lines) {
            if usual && validator.usual_line(number, bytes, &mut checks) {
                taken += 1;
            } else if let Ok(line) = Line::decode(bytes) {
                validator.line(number, &line, &mut checks);
            }
        }
        validator.start = Default::default();
        validator.draft.list = Default::default();
        let (roll, warnings) = validator.finish(0, &mut checks);
        (format!("{roll:?} {warnings:?} {checks:?}"), taken)
    }

    #[test]
    fn a_list_beyond_the_limit_is_not_kept() {
        let list: Vec<String> = (100..117).map(|n| format!("\"z{n}\"")).collect();
        let (mut validator, mut checks) = (Validator::new(), Checks::new(1));
        (validator.draft.section, validator.draft.seen) = (5, [1, 1, 1, 1, 0, 1, 0, 0, 0, 0]);
        for n in 0..3 {
            let line = format!(
                r#"{{"kind":"unit","pool":"A","id":"U{n}","label":"1","storey":1,"features":["a{n}",{}]}}"#,
                list.join(",")
            );
            validator.line(n + 1, &Line::decode(line.as_bytes()).unwrap(), &mut checks);
        }
        assert_eq!((validator.draft.roll.sets.len(), checks.failed(Rule::P7)), (1, 3));
    }

    /// Every line that comes from this one by changing, leaving out or doubling a byte.
    fn near(line: &[u8]) -> Vec<Vec<u8>> {
        let mut lines = Vec::new();
        for place in 0..line.len() {
            let (before, after) = (&line[..place], &line[place + 1..]);
            for byte in *b"019aZ-. \",\\[]{}\xff" {
                lines.push([before, &[byte], after].concat());
            }
            lines.push([before, after].concat());
            lines.push([before, &line[place..=place], &line[place..=place], after].concat());
        }
        lines
    }

    #[test]
    fn classes_of_many_combinations_cost_little() {
        use crate::plan::{Mode, Plan, Pool, Source};
        let needs: Vec<String> = (0..8).map(|n| format!("n{n}")).collect();
        let mut plan = Plan::new("draw.example/1", "x", Mode::Rehearsal)
            .bench("a", "a", 1, &[("r", "r")])
            .bench("b", "b", 1, &[("o", "o")]);
        plan = plan.source(Source::TWENTY_DICE);
        for p in 0..10 {
            let mut pool = Pool::lot(&format!("P{p}"), "x", "x");
            for n in 0..4_080_usize {
                let more = [
                    format!("z{}", n / 256),
                    "zz1".into(),
                    "zz2".into(),
                    "zz3".into(),
                    "zz4".into(),
                    "zz5".into(),
                    "zz6".into(),
                ];
                let has = (0..8)
                    .filter(|bit| n >> bit & 1 == 1)
                    .map(|bit| &needs[bit])
                    .chain(&more)
                    .map(String::as_str);
                pool = pool.unit(
                    &format!("U{p}-{n:04}"),
                    &format!("{p}-{n}"),
                    1,
                    &has.collect::<Vec<_>>(),
                );
            }
            for (n, need) in needs.iter().enumerate() {
                pool = pool.household(&format!("H{p}-{n}"), "x", 1, &[need]);
            }
            plan = plan.pool(pool);
        }
        let plan = plan.validate().unwrap();
        assert!(plan.roll().pools.iter().all(|pool| plan.roll().classes(pool).0.count == 256));
    }

    #[test]
    fn usual_lines_are_taken_as_by_decoding_them() {
        // Without keys, which cost more than all else.
        let mut plan = sample();
        for member in plan.iter_mut().filter(|line| line.starts_with(b"{\"kind\":\"member\"")) {
            let line = String::from_utf8_lossy(member).into_owned();
            let without = line.split(",\"key\"").next().unwrap().trim_end_matches('}');
            *member = format!("{without}}}").into_bytes();
        }
        let (general, (quick, taken)) = (read(&plan, false).0, read(&plan, true));
        assert_eq!(quick, general);
        assert!(taken >= 15, "{taken} lines were usual");
        let taken_of_the_plan = taken;
        // An id of a pool that is written with an escape, but only up to the first household; the
        // others have the bytes of the id itself. The commitment to a person is the last field, and
        // of households alone.
        let bound = |line: &Vec<u8>| {
            [&line[..line.len() - 1], b",\"person\":\"", &[b'7'; 64], b"\"}"].concat()
        };
        let with_person: Vec<Vec<u8>> = plan
            .iter()
            .map(|line| {
                if line.starts_with(b"{\"kind\":\"household\"") {
                    bound(line)
                } else {
                    line.clone()
                }
            })
            .collect();
        assert_eq!(read(&with_person, true).1, taken);
        assert_eq!(read(&with_person, true).0, read(&with_person, false).0);
        let with = |line: &Vec<u8>, id: &str| {
            String::from_utf8_lossy(line).replace("B07-T2", id).into_bytes()
        };
        let spelling = |n: usize| if n <= 29 { "B07\\\\T2" } else { "B07\\T2" };
        let escaped: Vec<Vec<u8>> =
            plan.iter().enumerate().map(|(n, line)| with(line, spelling(n))).collect();
        assert_eq!(read(&escaped, true).0, read(&escaped, false).0);
        // In a plan that goes on from another one too.
        let prior = format!(
            r#""attempt":1,"prior":{{"origin":"draw.example/0","size":9,"root":"{}","relation":"round","reason":"x"}},"#,
            "7".repeat(64)
        );
        let later = |line: &Vec<u8>| {
            String::from_utf8_lossy(line).replace(r#""attempt":1,"#, &prior).into_bytes()
        };
        let later: Vec<Vec<u8>> = with_person.iter().map(later).collect();
        let (general, (quick, taken)) = (read(&later, false).0, read(&later, true));
        assert_eq!(quick, general);
        assert!(
            taken >= 10 && general.contains("persons: [(HouseholdNumber(0), "),
            "{taken} were usual"
        );
        // Labels of one length that are longer than the ids.
        let labelled = |n: usize, line: &Vec<u8>| {
            let text = String::from_utf8_lossy(line);
            let ends = text.split_once("\"id\":\"").zip(text.split_once(",\"storey\""));
            ends.map_or_else(
                || line.clone(),
                |((before, _), (_, behind))| {
                    let own = format!("\"id\":\"u{n}\",\"label\":\"7号楼 东单元 {n}\",\"storey\"");
                    format!("{before}{own}{behind}").into_bytes()
                },
            )
        };
        let labelled: Vec<Vec<u8>> =
            plan.iter().enumerate().map(|(n, line)| labelled(n, line)).collect();
        let (general, quick) = (read(&labelled, false).0, read(&labelled, true));
        assert!(general.contains("东单元 20"));
        assert_eq!(quick, (general, taken_of_the_plan));
        // Units with an area and a price, which a household has not.
        let unit = String::from_utf8(plan[20].clone()).unwrap();
        let measured = |more: &str| {
            let (before, behind) = unit.split_once(",\"features\"").unwrap();
            let unit = format!("{before}{more},\"features\"{behind}").into_bytes();
            [&plan[..20], &[unit], &plan[21..]].concat()
        };
        let both = measured(",\"area\":8925,\"price\":123456789");
        let (general, quick) = (read(&both, false).0, read(&both, true));
        assert_eq!(quick, (general, read(&plan, true).1));
        assert!(quick.0.contains(", 8925)]") && quick.0.contains(", 123456789)]"), "{}", quick.0);
        for more in [
            ",\"area\":0",
            ",\"area\":10000001",
            ",\"area\":10000000,\"price\":1000000000000000",
            ",\"price\":0",
            ",\"price\":1000000000000001",
            ",\"price\":9007199254740992",
            ",\"price\":1,\"area\":1",
        ] {
            let plan = measured(more);
            assert_eq!(read(&plan, true).0, read(&plan, false).0, "{more}");
        }
        for (plan, at) in [
            (&plan, 20),
            (&both, 20),
            (&plan, 32),
            (&plan, plan.len() - 1),
            (&with_person, 32),
            (&later, 32),
        ] {
            for line in near(&plan[at]).into_iter().chain([bound(&plan[at])]) {
                let changed: Vec<Vec<u8>> =
                    plan[..at].iter().chain([&line]).chain(&plan[at + 1..]).cloned().collect();
                assert_eq!(
                    read(&changed, true).0,
                    read(&changed, false).0,
                    "{}",
                    String::from_utf8_lossy(&line)
                );
            }
        }
    }
}
