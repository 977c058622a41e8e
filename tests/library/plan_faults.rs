//! What `Plan::validate` and `Plan::read_lines` say of plans that break a rule: whole sentences,
//! every fault at once, by line.

use floorlot::Hash;
use floorlot::plan::{Absence, Mode, PickRule, Plan, Pool, Prior, Relation, Source, Unranked};
use floorlot::rules::Lang;

/// Lines 1 to 18: header, benches 2 3, members 4 5, source 6, pools 7 8, units 9 to 13, households
/// 14 to 18.
fn plan() -> Plan {
    Plan::new("draw.example/7", "Block 7", Mode::Rehearsal)
        .bench("residents", "Residents", 1, &[("r1", "W*")])
        .bench("officials", "Officials", 1, &[("o1", "L*")])
        .source(Source::TWENTY_DICE)
        .pool(
            Pool::lot("A", "Two rooms", "House 1")
                .unit("A-1", "1", 1, &["step-free"])
                .unit("A-2", "2", 2, &["step-free"])
                .unit("A-3", "3", 3, &[])
                .household("H1", "", 1, &[])
                .household("H2", "", 1, &[])
                .household("H3", "", 2, &[]),
        )
        .pool(
            Pool::new("B", "One room", "House 2", PickRule::Ranking)
                .unit("B-1", "1", 1, &[])
                .unit("B-2", "2", 2, &[])
                .household("H4", "", 1, &[])
                .household("H5", "", 1, &[]),
        )
}

fn prior(origin: &str, relation: Relation, reason: &str) -> Prior {
    Prior { origin: origin.into(), size: 41, root: Hash([7; 32]), relation, reason: reason.into() }
}

/// The needs of the first households of the first pool.
fn need(plan: &mut Plan, needs: &[&[&str]]) {
    for (household, needs) in plan.pools[0].households.iter_mut().zip(needs) {
        household.needs = needs.iter().map(|n| (*n).into()).collect();
    }
}

/// Each need alone can be met: two flats have a bath, two are step-free. But one flat is both, and
/// three households want either.
fn crossing(plan: &mut Plan) {
    for (unit, features) in
        plan.pools[0].units.iter_mut().zip([&["bath", "step-free"][..], &["step-free"], &[]])
    {
        unit.features = features.iter().map(|f| (*f).into()).collect();
    }
    need(plan, &[&["bath"], &["step-free"], &["step-free"]]);
}

fn many_needs(plan: &mut Plan, count: usize) {
    let features: Vec<String> = (0..count).map(|n| format!("f{n}")).collect();
    for feature in &features {
        let pool = std::mem::replace(&mut plan.pools[0], Pool::lot("A", "x", "x"));
        let all: Vec<&str> = features.iter().map(String::as_str).collect();
        plan.pools[0] = pool
            .unit(&format!("A-{feature}"), &format!("9{feature}"), 9, &all)
            .household(&format!("N{feature}"), "", 1, &[feature]);
    }
}

fn many_features(plan: &mut Plan, count: usize) {
    for n in 0..count {
        let pool = std::mem::replace(&mut plan.pools[0], Pool::lot("A", "x", "x"));
        plan.pools[0] =
            pool.unit(&format!("A-{:05}", n + 10), &format!("9-{n}"), 9, &[&format!("f{n}")]);
    }
}

/// Two households, each the number of its pool and its number there, in one group.
fn group(plan: &mut Plan, one: (usize, usize), other: (usize, usize)) {
    for (pool, household) in [one, other] {
        plan.pools[pool].households[household].group = Some("g1".into());
    }
}

/// A plan with a dozen faults.
fn dozen(plan: &mut Plan) {
    plan.origin = "Block 7".into();
    plan.title = "Block 7 ".into();
    plan.attempt = 3;
    plan.benches[0].quorum = 5;
    plan.members[1].bench = "office".into();
    plan.sources[0].count = 3;
    plan.pools[0].absence = Some(Absence::Lot);
    plan.pools[0].units[1].storey = 1_000;
    plan.pools[0].units[2].id = "a-1".into();
    plan.pools[0].households[0].tier = 0;
    group(plan, (0, 1), (0, 2));
    plan.pools[1].households[0].ranking = vec!["A-2".into()];
    plan.pools[1].households[1].needs = vec!["lift".into()];
}

#[test]
fn p1_header() {
    refused(
        |p| p.origin = "draw example".into(),
        &[
            "line 1, plan, origin: found `draw example`; expected 1 to 200 of A-Z a-z 0-9 . _ - /, the first and last a letter or digit, such as draw.example/2026-001 [P1]",
        ],
    );
    refused(
        |p| p.origin = "draw.example/".into(),
        &[
            "line 1, plan, origin: found `draw.example/`; expected 1 to 200 of A-Z a-z 0-9 . _ - /, the first and last a letter or digit, such as draw.example/2026-001 [P1]",
        ],
    );
    refused(
        |p| p.origin = "x".repeat(201),
        &[
            "line 1, plan, origin: found `xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx`; expected 1 to 200 of A-Z a-z 0-9 . _ - /, the first and last a letter or digit, such as draw.example/2026-001 [P1]",
        ],
    );
}

#[test]
fn p2_ids() {
    refused(
        |p| p.pools[0].households[0].id = "H 1".into(),
        &[
            "line 14, household H 1, id: found `H 1`; expected 1 to 64 of A-Z a-z 0-9 . _ -, the first a letter or digit [P2]",
        ],
    );
    refused(
        |p| p.pools[0].households[1].id = "h1".into(),
        &[
            "line 15, household h1, id: found `h1`; expected an id of its own: `H1` on line 14 (they differ in capitals alone) [P2]",
        ],
    );
    refused(
        |p| p.pools[0].households[1].id = "H1".into(),
        &["line 15, household H1, id: found `H1`; expected an id of its own: `H1` on line 14 [P2]"],
    );
    refused(
        |p| p.pools[0].units[2].id = "a-1".into(),
        &[
            "line 11, unit a-1, id: found `a-1`; expected an id of its own: `A-1` on line 9 (they differ in capitals alone) [P2]",
        ],
    );
    refused(
        |p| p.members[1].id = "R1".into(),
        &[
            "line 5, member R1, id: found `R1`; expected an id of its own: `r1` on line 4 (they differ in capitals alone) [P2]",
        ],
    );
    refused(
        |p| p.benches[1].id = "Residents".into(),
        &[
            "line 3, bench Residents, id: found `Residents`; expected an id of its own: `residents` on line 2 (they differ in capitals alone) [P2]",
            "line 3, bench Residents, quorum: found 1; expected a bench with members [P5]",
            "line 5, member o1, bench: found officials; expected the id of a bench: residents, Residents [P4]",
        ],
    );
    refused(
        |p| p.pools[1].id = "a".into(),
        &[
            "line 8, pool a, id: found `a`; expected an id of its own: `A` on line 7 (they differ in capitals alone) [P2]",
        ],
    );
    refused(
        |p| p.pools[0].units[0].features = vec!["step free".into()],
        &[
            "line 9, unit A-1, features: found `step free`; expected 1 to 64 of A-Z a-z 0-9 . _ -, the first a letter or digit [P2]",
        ],
    );
    refused(
        |p| p.pools[0].households[0].group = Some("".into()),
        &[
            "line 14, household H1, group: found ``; expected 1 to 64 of A-Z a-z 0-9 . _ -, the first a letter or digit [P2]",
        ],
    );
}

#[test]
fn p3_texts() {
    refused(
        |p| p.title = "".into(),
        &[
            "line 1, plan, title: found ``; expected a text that is not empty and has no spaces around it [P3]",
        ],
    );
    refused(
        |p| p.title = " Block 7".into(),
        &[
            "line 1, plan, title: found ` Block 7`; expected a text that is not empty and has no spaces around it [P3]",
        ],
    );
    refused(
        |p| p.title = "题".repeat(101),
        &["line 1, plan, title: found 303 bytes; expected at most 300 bytes [P3]"],
    );
    refused(
        |p| p.benches[0].title = "Re\u{301}sidents".into(),
        &[
            "line 2, bench residents, title: found the character U+0301 ('\\u{301}'); expected a character of the repertoire in rule P3 (no control, invisible, combining or right-to-left ones) [P3]",
        ],
    );
    refused(
        |p| p.members[0].name = "W\u{202e}*".into(),
        &[
            "line 4, member r1, name: found the character U+202E ('\\u{202e}'); expected a character of the repertoire in rule P3 (no control, invisible, combining or right-to-left ones) [P3]",
        ],
    );
    refused(
        |p| p.pools[0].building = "House\n1".into(),
        &[
            "line 7, pool A, building: found the character U+000A ('\\n'); expected a character of the repertoire in rule P3 (no control, invisible, combining or right-to-left ones) [P3]",
        ],
    );
    refused(
        |p| p.pools[0].units[0].label = "x".repeat(61),
        &["line 9, unit A-1, label: found 61 bytes; expected at most 60 bytes [P3]"],
    );
    refused(
        |p| p.pools[0].households[0].name = "张*\u{3000}".into(),
        &[
            "line 14, household H1, name: found the character U+3000 ('\\u{3000}'); expected a character of the repertoire in rule P3 (no control, invisible, combining or right-to-left ones) [P3]",
        ],
    );
}

#[test]
fn p4_references() {
    refused(
        |p| p.members[0].bench = "resident".into(),
        &[
            "line 2, bench residents, quorum: found 1; expected a bench with members [P5]",
            "line 4, member r1, bench: found resident; expected the id of a bench: residents, officials [P4]",
        ],
    );
}

#[test]
fn p5_panel() {
    refused(
        |p| p.benches[0].quorum = 0,
        &[
            "line 2, bench residents, quorum: found 0; expected a quorum from 1 to 1, the number of its members [P5]",
        ],
    );
    refused(
        |p| p.benches[0].quorum = 2,
        &[
            "line 2, bench residents, quorum: found 2; expected a quorum from 1 to 1, the number of its members [P5]",
        ],
    );
    refused(
        |p| {
            p.benches.truncate(1);
            p.members.truncate(1)
        },
        &["bench: found 1 bench(es); expected at least 2 [P5]"],
    );
    refused(
        |p| p.members.truncate(1),
        &["line 3, bench officials, quorum: found 1; expected a bench with members [P5]"],
    );
}

#[test]
fn p6_public_numbers() {
    refused(
        |p| p.sources[0].count = 19,
        &[
            "source: found 10000000000000000000 outcomes, 63 bits; expected at least 2^64 outcomes, such as 20 ten-sided dice [P6]",
        ],
    );
    refused(
        |p| p.sources[0].count = 201,
        &["line 6, source, count: found 201; expected a number from 1 to 200 [P6]"],
    );
    refused(
        |p| p.sources[0].range = 11,
        &["line 6, source, range: found 11; expected a number from 2 to 10 [P6]"],
    );
    refused(
        |p| p.sources[0].range = 1,
        &["line 6, source, range: found 1; expected a number from 2 to 10 [P6]"],
    );
    refused(
        |p| p.sources[0] = Source::balls(10, 9),
        &["line 6, source, count: found 10; expected a number from 1 to 9 [P6]"],
    );
    refused(
        |p| p.sources = vec![Source::TWENTY_DICE; 17],
        &["line 1, plan, sources: found 17; expected at most 16 [P6]"],
    );
}

#[test]
fn p7_fields() {
    refused(
        |p| p.pools[0].households[0].tier = 0,
        &["line 14, household H1, tier: found 0; expected a number from 1 to 999 [P7]"],
    );
    refused(
        |p| p.pools[0].households[0].tier = 1_000,
        &["line 14, household H1, tier: found 1000; expected a number from 1 to 999 [P7]"],
    );
    refused(
        |p| p.pools[0].units[0].storey = 0,
        &["line 9, unit A-1, storey: found 0; expected a number from 1 to 999 [P7]"],
    );
    refused(
        |p| p.pools[0].units[0].storey = 1000,
        &["line 9, unit A-1, storey: found 1000; expected a number from 1 to 999 [P7]"],
    );
    refused(
        |p| {
            (p.pools[0].units[0].area, p.pools[0].units[0].price) =
                (Some(0), Some(1_000_000_000_000_001));
        },
        &[
            "line 9, unit A-1, area: found 0; expected a number from 1 to 10000000 [P7]",
            "line 9, unit A-1, price: found 1000000000000001; expected a number from 1 to 1000000000000000 [P7]",
        ],
    );
    refused(
        |p| p.pools[0].units[0].features = vec!["view".into(), "bath".into()],
        &[
            "line 9, unit A-1, features: found view,bath; expected at most 16, sorted, none twice [P7]",
        ],
    );
    refused(
        |p| p.pools[0].absence = Some(Absence::Last),
        &[
            "line 7, pool A, absence: found present; expected `absence` if and only if the rule is choice [P7]",
        ],
    );
    refused(
        |p| p.pools[0].seconds = Some(60),
        &[
            "line 7, pool A, seconds: found 60; expected a number from 10 to 3600, and only if the rule is choice [P7]",
        ],
    );
    let choice = |p: &mut Plan, seconds| {
        (p.pools[0].rule, p.pools[0].absence, p.pools[0].seconds) =
            (PickRule::Choice, Some(Absence::Last), Some(seconds));
    };
    for seconds in [0, 9, 3601] {
        let expected = format!(
            "line 7, pool A, seconds: found {seconds}; expected a number from 10 to 3600, and only if the rule is choice [P7]"
        );
        refused(|p| choice(p, seconds), &[&expected]);
    }
    for seconds in [10, 3600] {
        let mut plan = plan();
        choice(&mut plan, seconds);
        plan.validate().unwrap();
    }
    refused(
        |p| p.pools[0].unranked = Some(Unranked::Lot),
        &[
            "line 7, pool A, unranked: found present; expected `unranked` if and only if the rule is ranking [P7]",
        ],
    );
    refused(
        |p| p.pools[0].rule = PickRule::Choice,
        &[
            "line 7, pool A, absence: found missing; expected `absence` if and only if the rule is choice [P7]",
        ],
    );
    refused(
        |p| p.pools[0].rule = PickRule::Ranking,
        &[
            "line 7, pool A, unranked: found missing; expected `unranked` if and only if the rule is ranking [P7]",
        ],
    );
    refused(
        |p| p.pools[1].households.clear(),
        &["line 8, pool B, households: found 0; expected at least 1 [P7]"],
    );
    refused(
        |p| many_needs(p, 9),
        &[
            "line 34, pool A, needs: found 9 different needs in 9 combinations; expected at most 8 different needs in 32 combinations [P7]",
        ],
    );
    refused(
        |p| many_features(p, 4_097),
        &[
            "line 4107, unit A-04105, features: found one more; expected at most 4096 different combinations [P7]",
        ],
    );
}

#[test]
fn p8_groups() {
    refused(
        |p| group(p, (0, 0), (0, 2)),
        &[
            "line 16, household H3, group: found group g1 in pool A, tier 2; expected pool A, tier 1, as household H1 of the same group [P8]",
        ],
    );
    refused(
        |p| group(p, (0, 0), (1, 0)),
        &[
            "line 17, household H4, group: found group g1 in pool B, tier 1; expected pool A, tier 1, as household H1 of the same group [P8]",
        ],
    );
}

#[test]
fn p9_rankings() {
    refused(
        |p| p.pools[0].households[0].ranking = vec!["A-1".into()],
        &[
            "line 14, household H1, ranking: found a ranking; expected none: pool A is drawn by lot [P9]",
        ],
    );
    refused(
        |p| p.pools[1].households[0].ranking = vec!["B-1".into(), "B-2".into(), "B-1".into()],
        &["line 17, household H4, ranking: found unit B-1 again; expected each unit once [P9]"],
    );
    refused(
        |p| p.pools[1].households[0].ranking = vec!["B-1".into(), "A-1".into()],
        &["line 17, household H4, ranking: found unit A-1; expected units of pool B [P9]"],
    );
    refused(
        |p| p.pools[1].households[0].ranking = vec!["b-1".into()],
        &["line 17, household H4, ranking: found unit b-1; expected units of pool B [P9]"],
    );
}

#[test]
fn p10_needs() {
    refused(
        |p| need(p, &[&["step-free"], &["step-free"], &["step-free"]]),
        &[
            "line 7, pool A, needs: found 3 households need step-free, 2 such units exist; expected a unit for each of them: add units or correct the needs [P10]",
        ],
    );
    refused(
        |p| need(p, &[&["lift"]]),
        &[
            "line 7, pool A, needs: found 1 household needs lift, 0 such units exist; expected a unit for each of them: add units or correct the needs [P10]",
        ],
    );
    refused(
        crossing,
        &[
            "line 7, pool A, needs: found 3 households need bath or step-free, 2 such units exist; expected a unit for each of them: add units or correct the needs [P10]",
        ],
    );
}

#[test]
fn p11_attempts() {
    refused(
        |p| p.attempt = 0,
        &["line 1, plan, attempt: found 0; expected a number from 1 to 999 [P11]"],
    );
    refused(
        |p| p.attempt = 1000,
        &[
            "line 1, plan, attempt: found 1000; expected a number from 1 to 999 [P11]",
            "line 1, plan, prior: found none such; expected a prior with relation `void`, because this is not the first attempt [P11]",
        ],
    );
    refused(
        |p| p.attempt = 2,
        &[
            "line 1, plan, prior: found none such; expected a prior with relation `void`, because this is not the first attempt [P11]",
        ],
    );
    refused(
        |p| (p.attempt, p.prior) = (2, Some(prior("draw.example/1", Relation::Round, "left over"))),
        &[
            "line 1, plan, prior: found none such; expected a prior with relation `void`, because this is not the first attempt [P11]",
        ],
    );
    refused(
        |p| p.prior = Some(prior("draw.example/7", Relation::Void, "a die fell")),
        &[
            "line 1, plan, prior origin: found draw.example/7; expected an origin of its own for each attempt [P11]",
        ],
    );
    refused(
        |p| p.prior = Some(prior("draw example", Relation::Void, "")),
        &[
            "line 1, plan, prior reason: found ``; expected a text that is not empty and has no spaces around it [P3]",
            "line 1, plan, prior origin: found `draw example`; expected 1 to 200 of A-Z a-z 0-9 . _ - /, the first and last a letter or digit, such as draw.example/2026-001 [P11]",
        ],
    );
}

#[test]
fn several_faults_come_at_once_by_line() {
    refused(
        dozen,
        &[
            "source: found 1000 outcomes, 9 bits; expected at least 2^64 outcomes, such as 20 ten-sided dice [P6]",
            "line 1, plan, origin: found `Block 7`; expected 1 to 200 of A-Z a-z 0-9 . _ - /, the first and last a letter or digit, such as draw.example/2026-001 [P1]",
            "line 1, plan, title: found `Block 7 `; expected a text that is not empty and has no spaces around it [P3]",
            "line 1, plan, prior: found none such; expected a prior with relation `void`, because this is not the first attempt [P11]",
            "line 2, bench residents, quorum: found 5; expected a quorum from 1 to 1, the number of its members [P5]",
            "line 3, bench officials, quorum: found 1; expected a bench with members [P5]",
            "line 5, member o1, bench: found office; expected the id of a bench: residents, officials [P4]",
            "line 7, pool A, absence: found present; expected `absence` if and only if the rule is choice [P7]",
            "line 8, pool B, needs: found 1 household needs lift, 0 such units exist; expected a unit for each of them: add units or correct the needs [P10]",
            "line 10, unit A-2, storey: found 1000; expected a number from 1 to 999 [P7]",
            "line 11, unit a-1, id: found `a-1`; expected an id of its own: `A-1` on line 9 (they differ in capitals alone) [P2]",
            "line 14, household H1, tier: found 0; expected a number from 1 to 999 [P7]",
            "line 16, household H3, group: found group g1 in pool A, tier 2; expected pool A, tier 1, as household H2 of the same group [P8]",
            "line 17, household H4, ranking: found unit A-2; expected units of pool B [P9]",
        ],
    );
}

#[track_caller]
fn refused(change: impl FnOnce(&mut Plan), expected: &[&str]) {
    let mut plan = plan();
    change(&mut plan);
    let faults = plan.validate().expect_err("the plan is accepted");
    let found: Vec<String> = faults.0.iter().map(|f| f.sentence(Lang::En)).collect();
    assert_eq!(found, expected);
}

#[track_caller]
fn refused_zh(change: impl FnOnce(&mut Plan), expected: &str) {
    let mut plan = plan();
    change(&mut plan);
    assert_eq!(
        plan.validate().expect_err("the plan is accepted").text(Lang::Zh),
        format!("{expected}\n")
    );
}

#[test]
fn the_same_in_chinese() {
    refused_zh(
        |p| need(p, &[&["step-free"], &["step-free"], &["step-free"]]),
        "第 7 行，批次 A，照顾需求（needs）：发现 3 户需要 无障碍（step-free），这样的房只有 2 套；应为 每户都有一套：增加房源或更正需求 [P10]",
    );
    refused_zh(
        crossing,
        "第 7 行，批次 A，照顾需求（needs）：发现 3 户需要 bath 或 无障碍（step-free），这样的房只有 2 套；应为 每户都有一套：增加房源或更正需求 [P10]",
    );
    refused_zh(
        |p| p.pools[0].households[1].id = "h1".into(),
        "第 15 行，住户 h1，编号（id）：发现 `h1`；应为 不重复的编号：第 14 行已有 `H1`（仅大小写不同） [P2]",
    );
    refused_zh(
        |p| p.pools[0].households[0].tier = 0,
        "第 14 行，住户 H1，顺位（tier）：发现 0；应为 1 至 999 的整数 [P7]",
    );
    refused_zh(
        |p| p.benches[0].quorum = 2,
        "第 2 行，席位 residents，法定人数（quorum）：发现 2；应为 法定人数为 1 至 1（监督员人数） [P5]",
    );
    refused_zh(
        |p| p.sources[0].count = 19,
        "随机数来源：发现 10000000000000000000 种结果，63 比特；应为 至少 2^64 种结果，例如 20 颗十面骰子 [P6]",
    );
}

fn lines() -> Vec<Vec<u8>> {
    plan().to_lines().map(|l| l.to_bytes()).collect()
}

/// Changes the lines of the plan file by hand.
#[track_caller]
fn refused_file(change: impl FnOnce(&mut Vec<Vec<u8>>), expected: &[&str]) {
    let mut lines = lines();
    change(&mut lines);
    let faults =
        Plan::read_lines(lines.iter().map(Vec::as_slice)).expect_err("the plan is accepted");
    let found: Vec<String> = faults.0.iter().map(|f| f.sentence(Lang::En)).collect();
    assert_eq!(found, expected);
}

fn replace(lines: &mut [Vec<u8>], line: usize, from: &str, to: &str) {
    let text = String::from_utf8(lines[line - 1].clone()).unwrap();
    assert!(text.contains(from), "{text}");
    lines[line - 1] = text.replacen(from, to, 1).into_bytes();
}

#[test]
fn a_plan_file_is_read_as_it_was_written() {
    let lines = lines();
    let valid = Plan::read_lines(lines.iter().map(Vec::as_slice)).unwrap();
    assert_eq!(valid.lines(), lines);
    assert_eq!(valid.lines(), plan().validate().unwrap().lines());
    assert_eq!(
        (valid.roll().household_count(), valid.roll().unit_count(), valid.warnings().len()),
        (5, 5, 0)
    );
}

#[test]
fn counts_are_compared_with_the_lines() {
    refused_file(
        |l| drop(l.remove(15)),
        &[
            "line 1, plan, number of household lines: found 5; expected 4, for so many lines follow [P1]",
            "line 7, pool A, households: found 3; expected 2, for so many lines follow [P1]",
        ],
    );
    refused_file(
        |l| replace(l, 1, "\"floorlot\":1", "\"floorlot\":2"),
        &["line 1, plan, floorlot: found 2; expected 1 [P1]"],
    );
    refused_file(
        |l| replace(l, 1, "\"pools\":2", "\"pools\":3"),
        &["line 1, plan, number of pool lines: found 3; expected 2, for so many lines follow [P1]"],
    );
    refused_file(
        |l| replace(l, 7, "\"units\":3", "\"units\":4"),
        &["line 7, pool A, units: found 4; expected 3, for so many lines follow [P1]"],
    );
}

#[test]
fn lines_out_of_the_profile_are_named_with_their_byte() {
    refused_file(
        |l| replace(l, 6, ",\"count\"", ", \"count\""),
        &[
            "line 6, byte 33: found `, \"count\":20,\"range\":10}`; expected `}` [T1]",
            "line 7, source: found none; expected at least one source line before this one [T2]",
        ],
    );
}

#[test]
fn a_pool_that_is_not_there_is_named() {
    refused_file(
        |l| {
            replace(l, 13, "\"pool\":\"B\"", "\"pool\":\"b\"");
        },
        &["line 13, unit B-2, pool: found b; expected the id of a pool of this plan [P4]"],
    );
}

#[test]
fn an_empty_file_and_one_without_a_header_are_refused() {
    let none: [&[u8]; 0] = [];
    assert!(Plan::read_lines(none).is_err());
    let lines = lines();
    assert!(Plan::read_lines(lines[1..].iter().map(Vec::as_slice)).is_err());
    assert!(
        Plan::read_lines(
            lines.iter().chain([&b"{\"kind\":\"closing\"}".to_vec()]).map(Vec::as_slice)
        )
        .is_err()
    );
}

#[test]
fn ids_that_differ_in_capitals_alone_are_a_fault_within_their_kind_only() {
    let mut plan = plan();
    plan.pools[0].households[0].id = "a-1".into(); // there is a unit A-1
    plan.pools[0].id = "H2".into(); // there is a household H2
    plan.validate().unwrap();
    plan.pools[0].households[0].id = "h2".into();
    assert_eq!(plan.validate().unwrap_err().0.len(), 1);
}

#[test]
fn more_households_than_units_is_a_warning() {
    let mut plan = plan();
    plan.pools[0].units.truncate(1);
    let valid = plan.validate().unwrap();
    let warnings: Vec<String> = valid.warnings().iter().map(ToString::to_string).collect();
    assert_eq!(warnings, ["pool A: 3 households for 1 unit; 2 will be on standby"]);
    assert_eq!(valid.warnings()[0].sentence(Lang::Zh), "批次 A：3 户，1 套房；将有 2 户候补");
}

#[test]
fn needs_that_can_just_be_met_are_accepted() {
    let mut plan = plan();
    need(&mut plan, &[&["step-free"], &["step-free"], &[]]);
    plan.validate().unwrap();
    crossing(&mut plan);
    plan.pools[0].units[2].features = vec!["bath".into()];
    plan.validate().unwrap();
}

#[test]
fn limits_are_inclusive() {
    let mut plan = plan();
    plan.title = "x".repeat(300);
    plan.origin = "x".repeat(200);
    plan.pools[0].units[0].storey = 999;
    plan.pools[0].units[0].label = "x".repeat(60);
    plan.pools[0].households[0].tier = 999;
    plan.pools[0].households[0].name = "x".repeat(120);
    plan.sources[0].count = 200;
    (plan.attempt, plan.prior) =
        (999, Some(prior("draw.example/6", Relation::Void, &"x".repeat(600))));
    many_needs(&mut plan, 8);
    plan.validate().unwrap();
}

#[test]
fn faults_print_their_number_and_one_line_each() {
    let mut plan = plan();
    plan.pools[0].households[0].tier = 0;
    let faults = plan.validate().unwrap_err();
    assert_eq!(
        faults.to_string(),
        "the plan has 1 fault(s)\nline 14, household H1, tier: found 0; expected a number from 1 to 999 [P7]"
    );
}

#[test]
fn a_plan_goes_through_json_and_back() {
    let mut plan = plan();
    need(&mut plan, &[&["step-free"]]);
    group(&mut plan, (0, 0), (0, 1));
    plan.pools[1].households[0].ranking = vec!["B-2".into(), "B-1".into()];
    (plan.attempt, plan.prior) = (2, Some(prior("draw.example/6", Relation::Void, "a die fell")));
    let json = serde_json::to_string(&plan).unwrap();
    let back: Plan = serde_json::from_str(&json).unwrap();
    assert_eq!(back, plan);
    assert_eq!(back.validate().unwrap().lines(), plan.validate().unwrap().lines());
}

#[test]
fn unknown_json_fields_are_refused() {
    let json = serde_json::to_value(plan()).unwrap();
    for path in [
        "",
        "/benches/0",
        "/members/0",
        "/sources/0",
        "/pools/0",
        "/pools/0/units/0",
        "/pools/0/households/0",
    ] {
        let mut changed = json.clone();
        changed.pointer_mut(path).unwrap()["priority"] = 1.into();
        let error = serde_json::from_value::<Plan>(changed).unwrap_err().to_string();
        assert!(error.starts_with("unknown field `priority`, expected "), "{path}: {error}");
    }
    let mut rule = json;
    rule["pools"][0]["rule"] = "auction".into();
    let error = serde_json::from_value::<Plan>(rule).unwrap_err().to_string();
    assert_eq!(error, "unknown variant `auction`, expected one of `choice`, `lot`, `ranking`");
}
