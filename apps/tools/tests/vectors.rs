//! The vectors, recomputed in the plainest possible way from the rules alone: nothing in [`naive`]
//! uses floorlot, and offers come from the definition in rule D4, household by household and unit
//! by unit, not from its algorithm on classes.

use floorlot_tools::vectors::{cases, derivation, worked};

use naive::{Household, Unit};
use serde::Deserialize;
use std::collections::BTreeMap;
use std::process::Command;

const FILE: &str = include_str!("../../../tests/vectors/derivation.json");
const TRANSCRIPT: &str = include_str!("../../../tests/vectors/worked/transcript.jsonl");
const SPEC: &str = include_str!("../../../src/spec.md");

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    name: String,
    about: String,
    plan_root: String,
    contributions: Vec<String>,
    commits: Vec<Commit>,
    seed: String,
    pools: Vec<Pool>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Commit {
    member: String,
    secret: String,
    commit: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Pool {
    id: String,
    key: String,
    rule: String,
    households: Vec<Household>,
    units: Vec<Unit>,
    blocks: Vec<String>,
    tickets: Vec<String>,
    lots: Vec<String>,
    order: Vec<String>,
    offers: Vec<Vec<String>>,
    picks: BTreeMap<String, Option<String>>,
}

fn file() -> Vec<Case> {
    serde_json::from_str(FILE).expect("derivation.json is in its format")
}

/// A second implementation of the rules, short and slow.
mod naive {
    use serde::Deserialize;
    use sha2::{Digest, Sha256};
    use std::collections::BTreeSet;

    #[derive(Deserialize, Clone)]
    #[serde(deny_unknown_fields)]
    pub(crate) struct Household {
        pub(crate) id: String,
        pub(crate) tier: u64,
        pub(crate) needs: Vec<String>,
        pub(crate) group: Option<String>,
    }

    #[derive(Deserialize, Clone)]
    #[serde(deny_unknown_fields)]
    pub(crate) struct Unit {
        pub(crate) id: String,
        pub(crate) features: Vec<String>,
    }

    pub(crate) fn hex(bytes: &[u8]) -> String {
        bytes.iter().map(|b| format!("{b:02x}")).collect()
    }

    pub(crate) fn unhex(text: &str) -> Vec<u8> {
        text.as_bytes()
            .chunks(2)
            .map(|two| u8::from_str_radix(std::str::from_utf8(two).unwrap(), 16).unwrap())
            .collect()
    }

    pub(crate) fn sha256(bytes: &[u8]) -> Vec<u8> {
        Sha256::digest(bytes).to_vec()
    }

    /// Standard base64 with padding.
    /// Divides a big-endian number in its place; gives the remainder.
    pub(crate) fn divide(number: &mut [u8], by: u64) -> u64 {
        number.iter_mut().fold(0, |rest, byte| {
            let value = rest * 256 + u64::from(*byte);
            *byte = u8::try_from(value / by).unwrap();
            value % by
        })
    }

    pub(crate) fn unbase64(text: &str) -> Vec<u8> {
        const SYMBOLS: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
        let symbols = text.trim_end_matches('=');
        let bits: String =
            symbols.chars().map(|c| format!("{:06b}", SYMBOLS.find(c).unwrap())).collect();
        bits.as_bytes()
            .chunks_exact(8)
            .map(|byte| u8::from_str_radix(std::str::from_utf8(byte).unwrap(), 2).unwrap())
            .collect()
    }

    /// T3, as the recursion of RFC 6962 section 2.1 has it.
    pub(crate) fn root(lines: &[&str]) -> Vec<u8> {
        match lines {
            [] => sha256(b""),
            [line] => sha256(&[b"\x00", line.as_bytes()].concat()),
            _ => {
                let mut k = 1;
                while k * 2 < lines.len() {
                    k *= 2;
                }
                sha256(&[&b"\x01"[..], &root(&lines[..k]), &root(&lines[k..])].concat())
            }
        }
    }

    /// C1.
    pub(crate) fn commit(plan_root: &str, member: &str, secret: &str) -> String {
        hex(&sha256(
            format!("floorlot/1 commit\nplan {plan_root}\nmember {member}\nsecret {secret}\n")
                .as_bytes(),
        ))
    }

    /// C6.
    pub(crate) fn seed(plan_root: &str, contributions: &[String]) -> String {
        hex(&sha256(
            format!("floorlot/1 seed\nplan {plan_root}\n{}\n", contributions.join("\n")).as_bytes(),
        ))
    }

    /// D1.
    pub(crate) fn key(seed: &str, pool: &str) -> String {
        hex(&sha256(format!("floorlot/1 pool\nseed {seed}\npool {pool}\n").as_bytes()))
    }

    /// D3: block `number` of the keystream, from the definition of ChaCha20.
    pub(crate) fn block(key: &str, number: u64) -> [u8; 64] {
        let word = |bytes: &[u8]| u32::from_le_bytes(bytes.try_into().unwrap());
        let mut start: Vec<u32> = b"expand 32-byte k".chunks(4).map(word).collect();
        start.extend(unhex(key).chunks(4).map(word));
        start.extend([number as u32, (number >> 32) as u32, 0, 0]);
        let mut s = start.clone();
        let mut quarter = |a: usize, b: usize, c: usize, d: usize| {
            for (x, y, z, by) in [(a, b, d, 16), (c, d, b, 12), (a, b, d, 8), (c, d, b, 7)] {
                s[x] = s[x].wrapping_add(s[y]);
                s[z] = (s[z] ^ s[x]).rotate_left(by);
            }
        };
        for _ in 0..10 {
            (0..4).for_each(|i| quarter(i, 4 + i, 8 + i, 12 + i));
            (0..4).for_each(|i| quarter(i, 4 + (i + 1) % 4, 8 + (i + 2) % 4, 12 + (i + 3) % 4));
        }
        let mut out = [0; 64];
        for (bytes, (a, b)) in out.chunks_mut(4).zip(s.iter().zip(&start)) {
            bytes.copy_from_slice(&a.wrapping_add(*b).to_le_bytes());
        }
        out
    }

    pub(crate) fn ticket(block: &[u8; 64]) -> u64 {
        (0..8).map(|i| u64::from(block[i]) << (8 * i)).sum()
    }

    pub(crate) fn lot(block: &[u8; 64]) -> u128 {
        (0..16).map(|i| u128::from(block[8 + i]) << (8 * i)).sum()
    }

    /// D2.
    pub(crate) fn order(households: &[Household], tickets: &[u64]) -> Vec<usize> {
        let head = |i: usize| match &households[i].group {
            None => i,
            group => households.iter().position(|h| h.group == *group).unwrap(),
        };
        let mut order: Vec<usize> = (0..households.len()).collect();
        order.sort_by_key(|&i| (households[i].tier, tickets[head(i)], head(i), i));
        order
    }

    fn accepts(household: &Household, unit: &Unit) -> bool {
        household.needs.iter().all(|need| unit.features.contains(need))
    }

    /// Lets household `h` have one of its `choices` that is not yet `seen`, moving those that hold
    /// them if they can move.
    fn place(
        h: usize,
        choices: &[Vec<usize>],
        holder: &mut [Option<usize>],
        seen: &mut [bool],
    ) -> bool {
        for &u in &choices[h] {
            if !seen[u] {
                seen[u] = true;
                if holder[u].is_none_or(|other| place(other, choices, holder, seen)) {
                    holder[u] = Some(h);
                    return true;
                }
            }
        }
        false
    }

    /// Gives each household one of its choices, all different: who holds each unit. `None` if that
    /// cannot be done.
    fn house_all(
        choices: &[Vec<usize>],
        units: usize,
        without: Option<usize>,
    ) -> Option<Vec<Option<usize>>> {
        let mut holder = vec![None; units];
        let all = (0..choices.len()).all(|h| {
            let mut seen: Vec<bool> = (0..units).map(|u| Some(u) == without).collect();
            place(h, choices, &mut holder, &mut seen)
        });
        all.then_some(holder)
    }

    /// D4: a unit is offered unless all the waiting cannot be housed without it.
    pub(crate) fn offer(
        households: &[Household],
        units: &[Unit],
        free: &BTreeSet<usize>,
        served: &[bool],
        called: usize,
    ) -> Vec<usize> {
        let waits = |h: usize| !households[h].needs.is_empty() && !served[h] && h != called;
        let accepted = |h: usize| {
            free.iter().copied().filter(|&u| accepts(&households[h], &units[u])).collect::<Vec<_>>()
        };
        let choices: Vec<Vec<usize>> =
            (0..households.len()).filter(|&h| waits(h)).map(accepted).collect();
        let housed = house_all(&choices, units.len(), None).expect("P10 and D4 leave nobody out");
        let can_go = |x: usize| {
            // One way to house them all is known. It does without x, or whoever holds x must find
            // another unit.
            let quick = housed[x].is_none_or(|h| {
                let mut seen: Vec<bool> = (0..units.len()).map(|u| u == x).collect();
                place(h, &choices, &mut housed.clone(), &mut seen)
            });
            if units.len() < 100 {
                assert_eq!(
                    quick,
                    house_all(&choices, units.len(), Some(x)).is_some(),
                    "both ways to ask"
                );
            }
            quick
        };
        accepted(called).into_iter().filter(|&x| can_go(x)).collect()
    }

    /// What happened in a pool.
    pub(crate) struct Drawn {
        pub(crate) offers: Vec<Vec<usize>>,
        pub(crate) picks: Vec<Option<usize>>,
        /// How many free and acceptable units were held back, over all calls.
        pub(crate) held_back: usize,
    }

    /// D4 to D6 and D10, for rule `lot`.
    pub(crate) fn draw(
        households: &[Household],
        units: &[Unit],
        order: &[usize],
        lots: &[u128],
    ) -> Drawn {
        let mut free: BTreeSet<usize> = (0..units.len()).collect();
        let mut served = vec![false; households.len()];
        let mut drawn =
            Drawn { offers: Vec::new(), picks: vec![None; households.len()], held_back: 0 };
        for &h in order {
            let offer = offer(households, units, &free, &served, h);
            drawn.held_back +=
                free.iter().filter(|&&u| accepts(&households[h], &units[u])).count() - offer.len();
            if !offer.is_empty() {
                let number = lots[h] % offer.len() as u128;
                let unit = offer[number as usize];
                free.remove(&unit);
                drawn.picks[h] = Some(unit);
            }
            served[h] = true;
            drawn.offers.push(offer);
        }
        drawn
    }
}

fn strings<T: ToString>(values: &[T]) -> Vec<String> {
    values.iter().map(T::to_string).collect()
}

#[test]
fn commits_seed_and_keys_are_the_hashes_of_their_texts() {
    for case in file() {
        for Commit { member, secret, commit } in &case.commits {
            assert_eq!(
                naive::commit(&case.plan_root, member, secret),
                *commit,
                "{}: commit of {member}",
                case.name
            );
            let revealed = format!("reveal {member} {secret}");
            let withheld = format!("withheld {member}");
            let lines = case
                .contributions
                .iter()
                .filter(|line| **line == revealed || **line == withheld)
                .count();
            assert_eq!(lines, 1, "{}: contribution of {member}", case.name);
        }
        assert_eq!(
            naive::seed(&case.plan_root, &case.contributions),
            case.seed,
            "{}: seed",
            case.name
        );
        for pool in &case.pools {
            assert_eq!(
                naive::key(&case.seed, &pool.id),
                pool.key,
                "{}: key of pool {}",
                case.name,
                pool.id
            );
        }
    }
}

#[test]
fn tickets_and_lots_are_the_bytes_of_their_blocks() {
    for case in file() {
        for pool in &case.pools {
            let at = format!("{}, pool {}", case.name, pool.id);
            let blocks: Vec<[u8; 64]> =
                (0..pool.households.len() as u64).map(|n| naive::block(&pool.key, n)).collect();
            let first: Vec<String> = blocks.iter().take(4).map(|b| naive::hex(b)).collect();
            assert_eq!(first, pool.blocks, "{at}: blocks");
            let tickets: Vec<u64> = blocks.iter().map(naive::ticket).collect();
            let lots: Vec<u128> = blocks.iter().map(naive::lot).collect();
            assert_eq!(strings(&tickets), pool.tickets, "{at}: tickets");
            assert_eq!(strings(&lots), pool.lots, "{at}: lots");
        }
    }
}

#[test]
fn order_offers_and_picks_follow_from_tickets_and_lots() {
    for case in file() {
        for pool in &case.pools {
            let at = format!("{}, pool {}", case.name, pool.id);
            assert_eq!(pool.rule, "lot", "{at}");
            let tickets: Vec<u64> = pool.tickets.iter().map(|t| t.parse().unwrap()).collect();
            let lots: Vec<u128> = pool.lots.iter().map(|l| l.parse().unwrap()).collect();
            let order = naive::order(&pool.households, &tickets);
            let ids: Vec<&str> = order.iter().map(|&h| pool.households[h].id.as_str()).collect();
            assert_eq!(ids, pool.order, "{at}: order");
            let drawn = naive::draw(&pool.households, &pool.units, &order, &lots);
            assert_eq!(drawn.offers.len(), pool.offers.len(), "{at}: number of offers");
            for (place, (offer, expected)) in drawn.offers.iter().zip(&pool.offers).enumerate() {
                let ids: Vec<&str> = offer.iter().map(|&u| pool.units[u].id.as_str()).collect();
                assert_eq!(ids, *expected, "{at}: offer at place {}", place + 1);
            }
            let unit = |pick: Option<usize>| pick.map(|u| pool.units[u].id.clone());
            let picks: BTreeMap<String, Option<String>> = pool
                .households
                .iter()
                .zip(&drawn.picks)
                .map(|(h, pick)| (h.id.clone(), unit(*pick)))
                .collect();
            assert_eq!(picks, pool.picks, "{at}: picks");
        }
    }
}

/// The cases show what their descriptions promise.
#[test]
fn the_cases_are_worth_their_space() {
    let cases = file();
    assert!(cases.len() >= 20, "only {} cases", cases.len());
    let held_back = |case: &Case| {
        let of = |pool: &Pool| {
            let tickets: Vec<u64> = pool.tickets.iter().map(|t| t.parse().unwrap()).collect();
            let lots: Vec<u128> = pool.lots.iter().map(|l| l.parse().unwrap()).collect();
            naive::draw(
                &pool.households,
                &pool.units,
                &naive::order(&pool.households, &tickets),
                &lots,
            )
            .held_back
        };
        case.pools.iter().map(of).sum::<usize>()
    };
    let mut never = Vec::new();
    for case in &cases {
        assert!(!case.about.is_empty(), "{}: says nothing about itself", case.name);
        assert_eq!(
            cases.iter().filter(|c| c.name == case.name).count(),
            1,
            "{}: the name occurs twice",
            case.name
        );
        if case.name.starts_with("needs") || case.name.ends_with("-households") {
            never.extend((held_back(case) == 0).then_some(case.name.as_str()));
        }
    }
    assert!(never.is_empty(), "nothing is ever held back in {never:?}");
    let find = |name: &str| {
        cases.iter().find(|c| c.name == name).unwrap_or_else(|| panic!("there is no case {name}"))
    };
    let standby = |name: &str| {
        find(name).pools.iter().flat_map(|p| p.picks.values()).filter(|unit| unit.is_none()).count()
    };
    assert_eq!(standby("shortage"), 6);
    assert_eq!(standby("surplus"), 0);
    assert_eq!(standby("500-households"), 240);
    let shortage = &find("needs-and-shortage").pools[0];
    let free_but_held = |n: usize| {
        shortage.offers[n].is_empty()
            && n < shortage.offers.len() - 1
            && !shortage.offers[n + 1].is_empty()
    };
    assert!(
        (0..shortage.offers.len()).any(free_but_held),
        "needs-and-shortage: nobody is put on standby while units are held back"
    );
    let zeros = &find("dice-of-zeros").contributions;
    assert!(zeros.contains(&"dice 00000000000000000000".to_owned()), "{zeros:?}");
    let balls = &find("balls-and-dice").contributions;
    assert!(balls.contains(&"balls 004 250 017 099 100 001 063".to_owned()), "{balls:?}");
    assert!(balls.contains(&"balls 9 1 5".to_owned()), "{balls:?}");
    let away = &find("withheld-and-absent").contributions;
    assert_eq!(away[1..3], ["withheld r2", "absent r3"], "{away:?}");
}

/// The library makes the file that is there: a changed derivation cannot go unnoticed.
#[test]
fn the_library_makes_this_file() {
    let derivations: Vec<_> =
        (0..).zip(cases::all()).map(|(n, case)| derivation::derive(n, &case)).collect();
    same_lines("tests/vectors/derivation.json", FILE, &derivation::to_json(&derivations));
}

/// The library's single functions, fed from the file.
#[test]
fn the_library_agrees_step_by_step() {
    use floorlot::primitives::{order, picks::lot_number, seed};
    use floorlot::{Hash, ceremony::commitment};
    for case in file() {
        let plan_root = Hash::from_hex(&case.plan_root).unwrap();
        for Commit { member, secret, commit } in &case.commits {
            assert_eq!(
                commitment(plan_root, member, secret).to_hex(),
                *commit,
                "{}: commit of {member}",
                case.name
            );
        }
        for pool in &case.pools {
            let at = format!("{}, pool {}", case.name, pool.id);
            let key = seed::pool_key(Hash::from_hex(&case.seed).unwrap(), &pool.id);
            assert_eq!(key.to_hex(), pool.key, "{at}: key");
            let drawn: Vec<seed::Drawn> =
                seed::Keystream::new(key).drawn(pool.households.len() as u32).collect();
            assert_eq!(
                drawn.iter().map(|d| d.ticket.to_string()).collect::<Vec<_>>(),
                pool.tickets,
                "{at}: tickets"
            );
            assert_eq!(
                drawn.iter().map(|d| d.lot.to_string()).collect::<Vec<_>>(),
                pool.lots,
                "{at}: lots"
            );
            let mut backwards = seed::Keystream::new(key);
            for n in (0..pool.households.len()).rev() {
                assert_eq!(
                    seed::numbers_in(&backwards.block(n as u32)),
                    drawn[n],
                    "{at}: household {n} by itself"
                );
            }
            let head = |n: usize| match &pool.households[n].group {
                None => n,
                group => pool.households.iter().position(|h| h.group == *group).unwrap(),
            };
            let entrant = |(n, d): (usize, &seed::Drawn)| order::Entrant {
                tier: pool.households[n].tier as u16,
                ticket: d.ticket,
                head: head(n) as u32,
            };
            let called =
                order::call_order(&drawn.iter().enumerate().map(entrant).collect::<Vec<_>>());
            let ids: Vec<&str> =
                called.iter().map(|&n| pool.households[n as usize].id.as_str()).collect();
            assert_eq!(ids, pool.order, "{at}: order");
            for (&household, offer) in called.iter().zip(&pool.offers) {
                let picked = lot_number(drawn[household as usize].lot, offer.len() as u32)
                    .map(|n| offer[n as usize].clone());
                assert_eq!(
                    pool.picks[&pool.households[household as usize].id], picked,
                    "{at}: pick of household {household}"
                );
            }
        }
    }
}

#[track_caller]
fn same_lines(path: &str, old: &str, new: &str) {
    for (number, (a, b)) in (1..).zip(old.lines().zip(new.lines())) {
        assert_eq!(
            a, b,
            "{path}, line {number}: run `cargo run --bin make_vectors` if the change is meant"
        );
    }
    assert!(
        old == new,
        "{path} has {} lines, {} are made",
        old.lines().count(),
        new.lines().count()
    );
}

#[test]
fn the_worked_example_is_what_the_library_draws() {
    let example = worked::Example::draw();
    same_lines("tests/vectors/worked/transcript.jsonl", TRANSCRIPT, &example.transcript());
    same_lines(
        "tests/vectors/worked/secrets.txt",
        include_str!("../../../tests/vectors/worked/secrets.txt"),
        worked::SECRETS,
    );
    same_lines(
        "tests/vectors/worked/tree.txt",
        include_str!("../../../tests/vectors/worked/tree.txt"),
        &example.tree(),
    );
    same_lines("src/spec.md", SPEC, &worked::put_into(SPEC, &example.markdown()).unwrap());
}

/// Section 9 of the specification, recomputed from the transcript by naive means.
#[test]
fn the_worked_example_is_right() {
    let lines: Vec<&str> = TRANSCRIPT.lines().collect();
    let section = SPEC
        .split_once("<!-- worked-example -->\n")
        .unwrap()
        .1
        .split_once("<!-- /worked-example -->")
        .unwrap()
        .0;
    assert!(
        section.contains(&format!("```text\n{TRANSCRIPT}```\n")),
        "the transcript is not unshortened in section 9"
    );
    let mut rows = 0;
    for row in include_str!("../../../tests/vectors/worked/tree.txt").lines() {
        let (node, hash) = row.split_once(' ').unwrap();
        let (from, to) = node.split_once("..").unwrap_or((node, node));
        let (from, to): (usize, usize) = (from.parse().unwrap(), to.parse().unwrap());
        assert_eq!(naive::hex(&naive::root(&lines[from - 1..to])), hash, "{row}");
        rows += 1;
    }
    assert!(rows > lines.len() + 20, "{rows} leaves and inner nodes");
    let plan_root = naive::root(&lines[..11]);
    let body: serde_json::Value = serde_json::from_str(lines[11]).unwrap();
    let body = body["body"].as_str().unwrap();
    let mut number = naive::sha256(&[b"floorlot/1 fingerprint\n", body.as_bytes()].concat());
    assert!(section.contains(&naive::hex(&number)));
    let mut groups = Vec::new();
    for group in (1..=12).rev() {
        let remainder = naive::divide(&mut number, 100_000);
        let row = format!("| {group} | {remainder:05} | `{}` |\n", naive::hex(&number));
        assert!(section.contains(&row), "missing: {row}");
        groups.insert(0, format!("{remainder:05}"));
    }
    assert!(section.contains(&format!("\n{}\n", groups.join(" "))));
    let secrets: Vec<String> = worked::SECRETS.lines().map(str::to_owned).collect();
    let seed = naive::seed(&naive::hex(&plan_root), &secrets);
    assert!(lines[22].contains(&format!("\"seed\":\"{seed}\"")), "{}", lines[22]);
    let key = naive::key(&seed, "A");
    assert!(lines[23].contains(&key), "{}", lines[23]);
    for (n, (call, pick)) in [(24, 25), (26, 27)].into_iter().enumerate() {
        let block = naive::block(&key, n as u64);
        assert!(
            lines[call].contains(&format!(
                "\"household\":\"H00{}\",\"ticket\":\"{}\"",
                n + 1,
                naive::ticket(&block)
            )),
            "{}",
            lines[call]
        );
        assert!(
            lines[pick].contains(&format!(
                "\"offered\":1,\"lot\":\"{}\",\"number\":0",
                naive::lot(&block)
            )),
            "{}",
            lines[pick]
        );
        for row in block.chunks(16) {
            let hex = row.iter().map(|b| format!("{b:02x}")).collect::<Vec<_>>().join(" ");
            assert!(section.contains(&format!("{hex}\n")), "block {n} lacks the row {hex}");
        }
    }
    assert!(lines[33].contains(&naive::hex(&naive::root(&lines[..33]))), "{}", lines[33]);
    let signature = lines[12].split_once("— draw.example/r1 ").unwrap().1.trim_end_matches("\"}");
    let bytes = naive::unbase64(signature);
    for part in [&bytes[..4], &bytes[4..12], &bytes[12..44], &bytes[44..]] {
        assert!(
            section.contains(&naive::hex(part)),
            "the signature in section 9 lacks {}",
            naive::hex(part)
        );
    }
}

/// Section 1 shows the same draw, with `…` for what is long.
#[test]
fn section_1_is_the_worked_example_shortened() {
    let shown = SPEC.split_once("```text\n").unwrap().1.split_once("```\n").unwrap().0;
    assert_eq!(shown.lines().count(), TRANSCRIPT.lines().count());
    for (line, (short, whole)) in (1..).zip(shown.lines().zip(TRANSCRIPT.lines())) {
        let mut rest = whole;
        for piece in short.split('…') {
            let at = rest
                .find(piece)
                .unwrap_or_else(|| panic!("line {line}: `{piece}` of section 1 is not in {whole}"));
            rest = &rest[at + piece.len()..];
        }
        assert!(rest.is_empty(), "line {line}: {whole} goes on after {short}");
    }
}

/// Every `printf … | sha256sum` in the specification works as it stands there.
#[test]
fn the_commands_work() {
    let works = |script: &str| {
        let out = Command::new("sh").args(["-c", script]).output().ok()?;
        out.status.success().then(|| String::from_utf8_lossy(&out.stdout).into_owned())
    };
    let mut commands = 0;
    for block in SPEC.split("```console\n").skip(1) {
        let (script, result) = block.split_once("\n```").unwrap().0.split_once('\n').unwrap();
        let script = script.strip_prefix("$ ").unwrap();
        assert!(script.starts_with("printf '") && script.ends_with(" | sha256sum"), "{script}");
        commands += 1;
        if works("printf x | sha256sum").is_some() {
            assert_eq!(works(script).unwrap_or_default().trim_end(), result, "{script}");
        }
    }
    assert_eq!(commands, 6);
}
