//! Odds before the draw: exact chances against every order and every lot of tiny pools, simulated
//! ones against exact ones, and the built `draw_session odds` from end to end.

use crate::program;
use floorlot::Hash;
use floorlot::plan::{Mode, PickRule, Plan, Pool, Source, Unranked, ValidPlan};
use floorlot::primitives::order::{Entrant, call_order};
use floorlot::primitives::seed::{Keystream, pool_key};
use floorlot::trial::{Does, Trial, Turn};
use floorlot_hall::odds::chances::{self, Chance, Facts, Kind, Odds};
use floorlot_testing::Run;
use num_bigint::BigInt;
use num_rational::BigRational;
use num_traits::{One, Zero};
use std::fs;
use tempfile::TempDir;

const KEY: Hash = Hash([7; 32]);

fn part(n: i64, d: i64) -> BigRational {
    BigRational::new(BigInt::from(n), BigInt::from(d))
}

fn plan(pool: Pool) -> ValidPlan {
    let plan = Plan::new("draw.example/odds", "合成 synthetic", Mode::Rehearsal);
    let plan = plan.bench("a", "a", 1, &[("r", "r")]).bench("b", "b", 1, &[("o", "o")]);
    plan.source(Source::TWENTY_DICE).pool(pool).validate().unwrap()
}

/// Units on these storeys; households with these tiers and groups.
fn pool(rule: PickRule, storeys: &[u64], households: &[(u64, Option<&str>)]) -> Pool {
    let mut pool = Pool::new("P", "P", "x", rule);
    for (n, storey) in storeys.iter().enumerate() {
        pool = pool.unit(&format!("U{n}"), &format!("x{n}"), *storey, &[]);
    }
    for (n, (tier, group)) in households.iter().enumerate() {
        pool = pool.household(&format!("H{n}"), "x", *tier, &[]);
        pool.households[n].group = group.map(str::to_owned);
    }
    pool
}

fn exact(pool: &Pool) -> Option<Odds> {
    let valid = plan(pool.clone());
    let storeys: Vec<u64> = pool.units.iter().map(|unit| unit.storey).collect();
    Facts::new(valid.roll(), valid.roll().pool_numbers().at(0).unwrap(), &storeys).unwrap().exact()
}

fn simulated(pool: &Pool, draws: u32) -> Odds {
    let valid = plan(pool.clone());
    let storeys: Vec<u64> = pool.units.iter().map(|unit| unit.storey).collect();
    let facts = Facts::new(valid.roll(), valid.roll().pool_numbers().at(0).unwrap(), &storeys);
    chances::simulated(&[&facts.unwrap()], (KEY, draws), |_| ()).unwrap().remove(0)
}

fn permutations(n: usize) -> Vec<Vec<u64>> {
    let mut all = vec![Vec::new()];
    for _ in 0..n {
        all = all
            .iter()
            .flat_map(|p: &Vec<u64>| {
                (0..n as u64).filter(|k| !p.contains(k)).map(|k| [p.as_slice(), &[k]].concat())
            })
            .collect();
    }
    all
}

/// For each household the chance of each storey (the highest first) and, last, of standby: every
/// order of the tickets, and in each every lot.
fn brute(pool: &Pool) -> Vec<Vec<BigRational>> {
    let mut rows: Vec<u64> = pool.units.iter().map(|unit| unit.storey).collect();
    rows.sort_unstable_by(|a, b| b.cmp(a));
    rows.dedup();
    let n = pool.households.len();
    let mut chances = vec![vec![BigRational::zero(); rows.len() + 1]; n];
    let orders = permutations(n);
    for tickets in &orders {
        let entrants: Vec<Entrant> = (0..n)
            .map(|h| {
                let group = &pool.households[h].group;
                let head = (0..n)
                    .find(|other| group.is_some() && pool.households[*other].group == *group)
                    .unwrap_or(h);
                Entrant {
                    tier: pool.households[h].tier as u16,
                    ticket: tickets[h],
                    head: head as u32,
                }
            })
            .collect();
        let weight = part(1, orders.len() as i64);
        let free: Vec<usize> = (0..pool.units.len()).collect();
        serve(pool, &rows, &call_order(&entrants), free, weight, &mut chances);
    }
    chances
}

fn serve(
    pool: &Pool,
    rows: &[u64],
    order: &[u32],
    free: Vec<usize>,
    weight: BigRational,
    chances: &mut [Vec<BigRational>],
) {
    let Some((household, rest)) = order.split_first() else { return };
    let row =
        |unit: usize| rows.iter().position(|storey| *storey == pool.units[unit].storey).unwrap();
    let offered: Vec<usize> = match pool.rule {
        PickRule::Choice => {
            free.iter().copied().min_by_key(|unit| (row(*unit), *unit)).into_iter().collect()
        }
        _ => free.clone(),
    };
    if offered.is_empty() {
        chances[*household as usize][rows.len()] += &weight;
        return serve(pool, rows, rest, free, weight, chances);
    }
    let each = &weight / BigInt::from(offered.len());
    for unit in offered {
        chances[*household as usize][row(unit)] += &each;
        let left = free.iter().copied().filter(|other| *other != unit).collect();
        serve(pool, rows, rest, left, each.clone(), chances);
    }
}

fn fraction(chance: &Chance) -> &BigRational {
    match chance {
        Chance::Exact(chance) => chance,
        other => panic!("{other:?} is not exact"),
    }
}

/// Tiny pools: short and not, tiers, groups of several sizes.
fn tiny() -> Vec<Pool> {
    let (none, g, k) = (None, Some("G"), Some("K"));
    let mut pools = Vec::new();
    for rule in [PickRule::Lot, PickRule::Choice] {
        pools.push(pool(rule, &[1, 2, 3], &[(1, none), (1, none), (1, none)]));
        pools.push(pool(rule, &[1, 5, 5, 2, 9], &[(1, none), (2, none), (2, none)]));
        pools.push(pool(
            rule,
            &[3, 1, 3],
            &[(1, none), (2, none), (2, none), (2, none), (3, none)],
        ));
        pools.push(pool(rule, &[3, 1, 2], &[(1, g), (1, none), (1, g), (1, none), (1, none)]));
        pools.push(pool(rule, &[3, 1, 3, 8], &[(1, g), (1, k), (1, g), (1, k), (1, g), (2, none)]));
        pools.push(pool(
            rule,
            &[4, 3, 2, 1],
            &[(2, g), (1, none), (2, g), (1, k), (1, k), (2, none)],
        ));
    }
    pools
}

#[test]
fn exact_chances_are_those_of_every_order_and_every_lot() {
    for pool in tiny() {
        let (odds, brute) = (exact(&pool).expect("exact"), brute(&pool));
        let mut seen = 0;
        for column in &odds.columns {
            for h in &column.households {
                let expected = &brute[h.index()];
                let found: Vec<BigRational> = column
                    .at
                    .iter()
                    .chain([&column.standby])
                    .map(|c| fraction(c).clone())
                    .collect();
                assert_eq!(&found, expected, "household {h} of {pool:?}");
                let mut sum = BigRational::zero();
                for (row, or_higher) in column.or_higher.iter().enumerate() {
                    sum += &expected[row];
                    assert_eq!(fraction(or_higher), &sum);
                }
                assert_eq!(sum + fraction(&column.standby), BigRational::one());
                seen += 1;
            }
        }
        assert_eq!(seen, pool.households.len());
        let columns: Vec<_> = odds.columns.iter().map(|c| (&c.at, &c.standby)).collect();
        assert!(
            columns.iter().enumerate().all(|(n, c)| !columns[..n].contains(c)),
            "kinds with the same chances share a column"
        );
    }
}

#[test]
fn intervals_of_simulated_chances_hold_the_exact_ones() {
    let (mut cells, mut held) = (0, 0);
    for pool in tiny() {
        let (odds, drawn) = (exact(&pool).unwrap(), simulated(&pool, 600));
        assert_eq!(odds.storeys, drawn.storeys);
        for column in &drawn.columns {
            let same =
                odds.columns.iter().find(|c| c.households.contains(&column.households[0])).unwrap();
            let pairs = column.at.iter().chain(&column.or_higher).chain([&column.standby]);
            for (found, expected) in
                pairs.zip(same.at.iter().chain(&same.or_higher).chain([&same.standby]))
            {
                let ((low, high), value) = (found.interval().unwrap(), expected.value());
                let width = high - low;
                assert!(
                    low - width <= value && value <= high + width,
                    "{value} is far from {low} to {high}: {pool:?}"
                );
                cells += 1;
                held += u32::from(low - 1e-9 <= value && value <= high + 1e-9);
            }
        }
    }
    assert!(f64::from(held) > 0.93 * f64::from(cells), "{held} of {cells}");
}

#[test]
fn larger_groups_and_tiers_have_chances_that_add_up() {
    let mut households: Vec<(u64, Option<String>)> = (0..60).map(|n| (1 + n / 40, None)).collect();
    for (n, household) in households.iter_mut().enumerate().take(30) {
        household.1 = (n % 3 > 0).then(|| format!("G{}", n / 7));
    }
    let given: Vec<(u64, Option<&str>)> =
        households.iter().map(|(tier, group)| (*tier, group.as_deref())).collect();
    for rule in [PickRule::Lot, PickRule::Choice] {
        let odds = exact(&pool(rule, &(1..=50).collect::<Vec<_>>(), &given)).expect("exact");
        for row in 0..50 {
            // Every flat is given to somebody.
            let sum: BigRational = odds
                .columns
                .iter()
                .map(|c| fraction(&c.at[row]) * BigInt::from(c.households.len()))
                .sum();
            assert_eq!(sum, BigRational::one());
        }
        let standby: BigRational = odds
            .columns
            .iter()
            .map(|c| fraction(&c.standby) * BigInt::from(c.households.len()))
            .sum();
        assert_eq!(standby, part(10, 1));
    }
}

/// A household with needs for one of two step-free flats below, and one without.
fn held_back(low: &[u64]) -> Pool {
    let mut pool = Pool::lot("P", "P", "x").household("H0", "x", 1, &[]).household(
        "H1",
        "x",
        1,
        &["step-free"],
    );
    for storey in low {
        pool = pool.unit(&format!("U{storey}"), "x", *storey, &["step-free"]);
    }
    pool.unit("U18", "x", 18, &[])
}

#[test]
fn a_flat_that_is_held_back_goes_to_who_needs_it() {
    // One low flat: the household that needs it has it for certain, and so has the other one the
    // high flat.
    for odds in [simulated(&held_back(&[1]), 500), exact(&held_back(&[1])).expect("exact")] {
        assert_eq!(odds.storeys, [(18, 1), (1, 1)]);
        let values = |n: usize| odds.columns[n].at.iter().map(Chance::value).collect::<Vec<_>>();
        assert_eq!(
            (odds.columns[0].kinds[0].needs.len(), values(0), values(1)),
            (0, vec![1.0, 0.0], vec![0.0, 1.0])
        );
    }
    // Two low flats. Called first, the one without needs is offered all three, for one low flat
    // stays; called second, one low flat and the high one are left. So it is high with the chance
    // 1/2 · 1/3 + 1/2 · 1/2 = 5/12.
    let odds = simulated(&held_back(&[1, 2]), 2_000);
    let (low, high) = odds.columns[0].at[0].interval().unwrap();
    assert!(low < 5.0 / 12.0 && 5.0 / 12.0 < high && high - low < 0.05, "{low} to {high}");
    assert!(odds.columns[1].at[0].is_zero());
    let odds = exact(&held_back(&[1, 2])).expect("exact");
    assert_eq!(odds.columns[0].at[0], Chance::Exact(BigRational::new(5.into(), 12.into())));
    assert!(odds.columns[1].at[0].is_zero());
    // Nine households with needs of their own and as many flats by lot are too many courses.
    let mut many = Pool::lot("P", "P", "x");
    for n in 1..=9 {
        many = many.unit(&format!("U{n}"), "x", n, &["step-free"]).household(
            &format!("H{n}"),
            "x",
            1,
            &["step-free"],
        );
    }
    assert!(exact(&many).is_none());
}

#[test]
fn kinds_tell_apart_what_the_draw_looks_at() {
    let mut given = pool(
        PickRule::Ranking,
        &[1, 2, 3, 4],
        &[(1, Some("G")), (1, Some("G")), (1, None), (1, None)],
    );
    let alone =
        |nth| Kind { tier: 1, needs: vec![], group: 2, nth, companions: vec![], ranking: vec![] };
    given.unranked = Some(Unranked::Lot);
    // Nobody handed in a ranking: the lot decides, which is exact, and the same for everybody.
    let odds = exact(&given).expect("exact");
    assert_eq!(odds.columns.len(), 1);
    assert!(odds.columns[0].kinds.contains(&alone(1)) && odds.columns[0].kinds.contains(&alone(2)));
    given.unranked = Some(Unranked::Standby);
    for odds in [simulated(&given, 100), exact(&given).expect("exact")] {
        assert!(odds.columns.iter().all(|column| (column.standby.value() - 1.0).abs() < 1e-9));
    }
    // With rankings each household has its own kind, and so has who is called with it.
    given.households[0].ranking = vec!["U1".into()];
    let odds = simulated(&given, 100);
    assert_eq!(
        odds.columns
            .iter()
            .map(|c| c.households.iter().map(|h| h.get()).collect::<Vec<_>>())
            .collect::<Vec<_>>(),
        [vec![2, 3], vec![0], vec![1]]
    );
    assert!(
        (odds.columns[1].at[2].value() - 1.0).abs() < 1e-9,
        "the only one that asks for U1 gets it"
    );
}

#[test]
fn the_interval_is_that_of_wilson() {
    // Newcombe 1998, example in table II: 81 of 263 gives 0.2553 to 0.3662; 0 of 20 gives 0 to
    // 0.1611.
    for (hits, draws, low, high) in
        [(81, 263, 0.2553, 0.3662), (0, 20, 0.0, 0.1611), (1, 29, 0.0061, 0.1718)]
    {
        let found = Chance::Simulated { hits, draws, of: 1 }.interval().unwrap();
        assert!((found.0 - low).abs() < 5e-5 && (found.1 - high).abs() < 5e-5, "{found:?}");
    }
    assert_eq!(Chance::Exact(part(1, 3)).interval(), None);
}

// From end to end.

#[track_caller]
fn run(arguments: &[&str], code: i32) -> (String, String) {
    Run::of(program("draw_session")).args(arguments).ends(code)
}

const BLOCK: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../examples/data/block/plan.jsonl");
const PENGSAN: &str =
    concat!(env!("CARGO_MANIFEST_DIR"), "/../../examples/data/pengsan/plan.jsonl");

/// A plan as a file in a folder.
fn file(folder: &TempDir, plan: &ValidPlan) -> String {
    let bytes: Vec<u8> =
        plan.lines().iter().flat_map(|line| line.iter().copied().chain(*b"\n")).collect();
    let path = folder.path().join("plan.jsonl");
    fs::write(&path, bytes).unwrap();
    path.to_str().unwrap().to_owned()
}

/// `odds` with these arguments into a folder; the table and the page.
#[track_caller]
fn odds_of(plan: &str, arguments: &[&str]) -> (String, String) {
    let folder = TempDir::new().unwrap();
    let out = folder.path().join("odds.html");
    let table =
        run(&[&["odds", "--plan", plan, "--out", out.to_str().unwrap()], arguments].concat(), 0).0;
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1, "nothing but the page is left");
    (table, fs::read_to_string(out).unwrap())
}

#[test]
fn the_page_stands_alone_and_says_that_it_is_a_rehearsal() {
    for (lang, word, assumed, exact) in [
        (
            "en",
            "REHEARSAL",
            "takes the highest storey on offer",
            "everybody chooses when called; exact",
        ),
        ("zh", "演练", "并选当时可选的最高楼层", "叫号现场选房；精确"),
    ] {
        let (table, page) = odds_of(BLOCK, &["--lang", lang, "--draws", "150"]);
        assert!(
            page.contains("default-src 'none'")
                && page.contains("<svg")
                && page.starts_with("<!DOCTYPE html>")
        );
        for foreign in ["<script", "http:", "https:", "<img", "<link", "@import", "{{", "url("] {
            assert!(!page.contains(foreign), "{foreign}");
        }
        for text in [&table, &page] {
            assert!(text.contains(word) && text.contains(assumed), "{text}");
            assert!(
                text.contains(
                    "97595 21792 42794 41183 75404 06868 04469 02407 28792 01525 11699 54905"
                ),
                "the fingerprint of the plan"
            );
        }
        assert!(lang == "zh" || table.contains(exact), "{table}");
        let (table, page) =
            odds_of(PENGSAN, &["--lang", lang, "--draws", "150", "--pool", "B01-T2"]);
        for text in [&table, &page] {
            assert!(
                text.contains("24f14ff2865d8c894ac4fed43c42f2193172f15009b264e5f9f29d721ace1e19"),
                "SHA-256 of floorlot odds"
            );
            assert!(
                text.contains(if lang == "en" { "simulated, 150 draws" } else { "模拟 150 次" }),
                "{text}"
            );
        }
        let (_, page) = odds_of(BLOCK, &["--lang", lang]);
        assert!(page.contains("<b class=\"mark\">演练 REHEARSAL</b>"), "on every section");
        assert!(page.contains("content: \"演练 REHEARSAL\""), "on every sheet");
        for h in 1..=10 {
            assert_eq!(page.matches(&format!("id=\"h-H{h:04}\"")).count(), 1);
        }
    }
    // The first two tiers share the upper ten storeys but one; whoever needs a low flat without
    // steps gets the second.
    let (table, _) = odds_of(BLOCK, &["--lang", "en", "--draws", "150"]);
    let row = |storey: &str| {
        table.lines().find(|line| line.trim_start().starts_with(storey)).unwrap().to_owned()
    };
    assert!(row("2 ").trim_end().ends_with("100        100"), "{}", row("2 "));
    assert!(!row("9 ").contains('±'), "nobody gets storey 9: {}", row("9 "));
}

/// As the page tells it to whoever repeats it: draw n has the first 32 bytes of block n as its seed.
#[test]
fn simulated_chances_are_those_of_each_draw_by_itself() {
    let mut given = pool(PickRule::Choice, &[1, 2, 3, 4, 5], &[(1, None); 7]);
    given.households[3].needs = vec!["step-free".into()];
    given.units[1].features = vec!["step-free".into()];
    let valid = plan(given.clone());
    let trial = Trial::new(valid.roll(), valid.roll().pool_numbers().at(0).unwrap()).unwrap();
    let draws = 75;
    let mut hits = [[0; 6]; 2];
    for n in 0..draws {
        let seed = Hash(*Keystream::new(KEY).block(n).first_chunk().unwrap());
        let highest = |turn: &Turn| Does::Takes(*turn.offered().last().unwrap());
        for served in trial.draw(pool_key(seed, "P"), highest).unwrap() {
            let row = served.holding.unit().map_or(5, |unit| 4 - unit.index());
            hits[usize::from(served.household.index() == 3)][row] += 1;
        }
    }
    let odds = simulated(&given, draws);
    for (column, hits) in odds.columns.iter().zip(hits) {
        let of = column.households.len() as u64;
        let found = column.at.iter().chain([&column.standby]).cloned();
        assert!(found.eq(hits.map(|hits| Chance::Simulated { hits, draws: draws.into(), of })));
    }
    assert_eq!(odds.columns.iter().map(|c| c.households.len()).collect::<Vec<_>>(), [6, 1]);
}

#[test]
fn the_numbers_are_the_same_on_one_core_and_on_four() {
    let folder = TempDir::new().unwrap();
    let [one, four] = ["1", "4"].map(|threads| {
        let out = folder.path().join(format!("{threads}.html"));
        let arguments = ["odds", "--plan", PENGSAN, "--lang", "en", "--draws", "150", "--out"];
        let run = Run::of(program("draw_session")).args(arguments).args([&out]);
        run.env("RAYON_NUM_THREADS", threads).ends(0);
        fs::read_to_string(out).unwrap()
    });
    assert!(one.contains("simulated, 150 draws") && one == four);
}

#[test]
fn the_same_text_gives_the_same_numbers() {
    let arguments = ["--lang", "en", "--draws", "120", "--pool", "B01-T2"];
    let first = odds_of(PENGSAN, &arguments).1;
    assert_eq!(odds_of(PENGSAN, &arguments).1, first);
    let other = odds_of(PENGSAN, &[&arguments[..], &["--seed-text", "<other>"]].concat()).1;
    assert!(other != first && other.contains("&lt;other&gt;"));
}

#[test]
fn an_exact_pool_says_so_and_an_official_plan_is_no_rehearsal() {
    let folder = TempDir::new().unwrap();
    let mut pool = pool(
        PickRule::Lot,
        &[1, 2, 3, 3],
        &[(1, None), (1, None), (2, None), (2, None), (2, None)],
    );
    pool.title = "A < B & \"C\"".into();
    let plan = Plan::new("draw.example/odds", "<b>", Mode::Official)
        .bench("a", "a", 1, &[("r", "r")])
        .bench("b", "b", 1, &[("o", "o")]);
    let plan = file(&folder, &plan.source(Source::TWENTY_DICE).pool(pool).validate().unwrap());
    let (table, page) = odds_of(&plan, &["--lang", "en"]);
    assert!(
        page.contains("A &lt; B &amp; &quot;C&quot;")
            && page.contains("&lt;b&gt;")
            && !page.contains("A < B")
    );
    for text in [&table, &page] {
        assert!(
            !text.contains("REHEARSAL")
                && !text.contains("imulated:")
                && !text.contains("imulated,")
                && !text.contains("on offer"),
            "{text}"
        );
        assert!(text.contains("exact"));
    }
    // Two flats are left for the three of tier 2: each has one with the chance 2/3, half of that on
    // storey 3.
    let cells = |line: &str| line.split_whitespace().map(str::to_owned).collect::<Vec<_>>();
    let rows: Vec<Vec<String>> = table.lines().map(cells).collect();
    assert!(rows.contains(&cells("3 2 50.0 50.0 33.3 33.3")), "{table}");
    assert!(
        rows.contains(&cells("1 1 25.0 100 16.7 66.7")) && rows.contains(&cells("standby – 33.3")),
        "{table}"
    );
}

#[test]
fn the_large_plan_has_a_section_for_each_pool_and_a_list_of_them() {
    let (table, page) = odds_of(PENGSAN, &["--lang", "zh", "--draws", "100"]);
    assert_eq!(
        (page.matches("<section id=\"p-").count(), page.matches("<li><a href=\"#p-").count()),
        (114, 114)
    );
    assert_eq!(page.matches("<span id=\"h-").count(), 1_988);
    assert_eq!(
        page.matches("class=\"basis exact\"").count()
            + page.matches("class=\"basis simulated\"").count(),
        114
    );
    assert!(page.matches("class=\"basis exact\"").count() >= 30);
    assert_eq!(
        table.lines().filter(|line| line.contains(" · B")).count(),
        114,
        "one line for each pool"
    );
    let (table, page) = odds_of(PENGSAN, &["--lang", "zh", "--pool", "B01-T1"]);
    assert!(page.contains("各户机会相同") && !page.contains("<nav>"));
    assert!(
        table
            .lines()
            .any(|line| line.split_whitespace().collect::<Vec<_>>() == ["18", "1", "5.6", "5.6"]),
        "{table}"
    );
}

#[test]
fn bad_input_ends_with_2_and_writes_nothing() {
    let folder = TempDir::new().unwrap();
    let out = folder.path().join("odds.html");
    let out = out.to_str().unwrap();
    let bad = folder.path().join("bad.jsonl");
    let text = fs::read_to_string(BLOCK)
        .unwrap()
        .replace("\"tier\":2,\"needs\"", "\"tier\":2000,\"needs\"");
    fs::write(&bad, text).unwrap();
    let bad = bad.to_str().unwrap();
    let (_, err) = run(&["--lang", "en", "odds", "--plan", bad, "--out", out], 2);
    assert!(err.contains("bad.jsonl: line 37, household H0008, tier: found 2000; expected a number from 1 to 999 [P7]"), "{err}");
    let (_, err) =
        run(&["--lang", "zh", "odds", "--plan", BLOCK, "--pool", "B99", "--out", out], 2);
    assert!(err.contains("没有这个批次；应为以下之一：B07-T2"), "{err}");
    run(&["odds", "--plan", "/nowhere/plan.jsonl", "--out", out], 2);
    run(&["odds", "--plan", BLOCK, "--out", out, "--draws", "5"], 2);
    assert!(!fs::exists(out).unwrap());
    fs::write(out, "mine").unwrap();
    let (_, err) = run(&["--lang", "en", "odds", "--plan", BLOCK, "--out", out], 2);
    assert!(err.contains("--force") && fs::read_to_string(out).unwrap() == "mine", "{err}");
    run(&["odds", "--plan", BLOCK, "--out", out, "--draws", "100", "--force"], 0);
    assert!(fs::read_to_string(out).unwrap().contains("<svg"));
}
