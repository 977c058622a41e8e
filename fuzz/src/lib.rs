//! What the fuzz targets share: files as lines, files whose checkpoints are made right again, and
//! what must be true of every file.

use floorlot::Hash;
use floorlot::lines::{self, Line};
use floorlot::plan::{Bench, Family, Household, Member, Mode, Plan, Pool, Prior, Source, Unit};
use floorlot::rules::Lang;
use floorlot::sign::SigningKey;
use floorlot::replay::replay;
use floorlot::transcript::{Evidence, TreeHead, ReadError, Report, Verdict, verify};
use floorlot::primitives::tree::{Tree, checkpoint_body, leaf_hash};
use std::borrow::Cow;
use std::io::BufReader;

pub mod mutate;
pub mod parts;
#[cfg(feature = "tables")]
mod tables;

#[cfg(feature = "tables")]
pub use tables::table;

/// The lines of a file, without LF. The last may be torn.
pub fn lines(bytes: &[u8]) -> Vec<&[u8]> {
    bytes.strip_suffix(b"\n").unwrap_or(bytes).split(|b| *b == b'\n').collect()
}

/// Lines as a file.
pub fn file<L: AsRef<[u8]>>(lines: &[L]) -> Vec<u8> {
    lines.iter().flat_map(|line| line.as_ref().iter().copied().chain([b'\n'])).collect()
}

/// The key of a member in the corpus. Everybody can compute it (`make_corpus` does).
pub fn key(member: &str) -> Option<SigningKey> {
    let seed = leaf_hash(format!("key {member}").as_bytes()).0;
    SigningKey::from_seed(&format!("corpus.example/{member}"), &seed).ok()
}

/// The same file with roots that are right: what was changed in it is then beyond the reach of the
/// hashes, and has to be found by the rules.
pub fn resealed(bytes: &[u8]) -> Vec<u8> {
    let (mut tree, mut origin, mut body) = (Tree::new(), String::new(), String::new());
    let mut out: Vec<Vec<u8>> = Vec::new();
    for bytes in lines(bytes) {
        let line = match Line::decode(bytes) {
            Ok(Line::Plan { origin: named, .. }) if origin.is_empty() => {
                origin = named.into_owned();
                None
            }
            Ok(Line::Checkpoint { stage, at, .. }) => {
                body = checkpoint_body(&origin, tree.size(), tree.root());
                Some(Line::Checkpoint { stage, body: Cow::Borrowed(body.as_str()), at }.to_bytes())
            }
            Ok(Line::Cosignature { member, signature, at }) => {
                signed_anew(&member, &signature, &body).map(|signature| {
                    Line::Cosignature { member, signature: signature.into(), at }.to_bytes()
                })
            }
            Ok(Line::Closing { .. }) => {
                Some(Line::Closing { lines: tree.size(), root: tree.root() }.to_bytes())
            }
            _ => None,
        };
        out.push(line.unwrap_or_else(|| bytes.to_vec()));
        tree.push_line(out.last().map_or(&[], Vec::as_slice));
    }
    file(&out)
}

/// A signature of a member of the corpus, over another checkpoint, at the same time.
pub fn signed_anew(member: &str, signature: &str, body: &str) -> Option<String> {
    let old: floorlot::note::Cosignature = signature.parse().ok()?;
    Some(key(member)?.cosign(body, old.time).to_string())
}

/// What must be true of every file, and the report on it if it could be read.
pub fn check(file: &[u8]) -> Option<Report> {
    let read = verify(file, &Evidence::default());
    let replayed = replay(file, |_| ());
    let report = match read {
        Ok(report) => report,
        Err(error) => {
            assert!(!file.starts_with(b"{\"kind\":\"plan\","), "{error}");
            assert!(replayed.is_err(), "replayed, but {error}");
            assert!(!error.words().zh.is_empty() && !matches!(error, ReadError::Io(_)));
            return None;
        }
    };
    match report.verdict {
        Verdict::Verified => assert!(replayed.is_ok(), "verified, but {:?}", replayed.err()),
        Verdict::Refuted => {
            assert!(report.first_failed().is_some());
            let error = replayed.as_ref().err();
            assert!(error.is_some(), "replayed, but {}", report.text(Lang::En));
        }
        Verdict::Unfinished => {
            assert!(report.verified().is_none() && report.unfinished.is_some());
            let sealed = !report.checkpoints.is_empty();
            let torn = !file.ends_with(b"\n");
            assert!(replayed.is_ok() || torn || !sealed, "unfinished, but {:?}", replayed.err());
        }
        other => assert!(report.verified().is_none(), "{other:?}"),
    }
    if report.verdict != Verdict::Refuted {
        right(file, &report);
    }
    same_by_other_ways(file, &report);
    Some(report)
}

/// T1: the lines of a file that is not refuted are written in the one way in which they can be, and
/// its beginning is known as such (check V2).
fn right(file: &[u8], report: &Report) {
    let whole = file.iter().rposition(|b| *b == b'\n').map_or(0, |end| end + 1);
    let whole = &file[..whole];
    for line in if whole.is_empty() { Vec::new() } else { lines(whole) } {
        assert_eq!(Line::decode(line).expect("not refuted").to_bytes(), line);
    }
    let half = &file[..file.len() / 2];
    if !half.starts_with(b"{\"kind\":\"plan\",") {
        return; // too short to be known as the beginning of a transcript
    }
    let older = TreeHead::of(half).expect("the beginning of a transcript");
    if older.size == 0 {
        return; // nothing to compare with, which V2 says
    }
    let mut evidence = Evidence::default();
    evidence.older = Some(older);
    let again = verify(file, &evidence).expect("read before");
    assert_eq!(again.verdict, report.verdict, "{}", again.text(Lang::En));
}

/// The report does not depend on how the bytes come in, nor on whether somebody's flat is to be
/// explained: then the verifier draws step by step, and not ahead of the file.
fn same_by_other_ways(file: &[u8], report: &Report) {
    let told = json(report);
    let slowly = verify(BufReader::with_capacity(7, file), &Evidence::default());
    assert_eq!(json(&slowly.expect("read before")), told);
    let household = lines(file).into_iter().find_map(|line| match Line::decode(line) {
        Ok(Line::Call { household, .. }) => Some(household.into_owned()),
        _ => None,
    });
    if household.is_some() {
        let mut evidence = Evidence::default();
        evidence.household = household;
        let explained = verify(file, &evidence).expect("read before");
        assert_eq!((explained.verdict, explained.level), (report.verdict, report.level));
        assert_eq!(failed(&explained), failed(report));
    }
    assert!(!report.text(Lang::En).is_empty() && !report.text(Lang::Zh).is_empty());
}

fn json(report: &Report) -> String {
    serde_json::to_string(report).expect("a report is JSON")
}

/// The checks with what they counted and found.
fn failed(report: &Report) -> Vec<String> {
    report.checks.iter().map(|check| format!("{check:?}")).collect()
}

/// The plan that these lines are, for programs that pass plans as JSON; `None` if they are no plan
/// or stand in another order.
pub fn plan_of(lines: &[&[u8]]) -> Option<Plan> {
    let mut plan = Plan::new("", "", Mode::Rehearsal);
    for bytes in lines {
        add(&mut plan, Line::decode(bytes).ok()?)?;
    }
    Some(plan)
}

fn add(plan: &mut Plan, line: Line<'_>) -> Option<()> {
    match line {
        Line::Plan { origin, title, mode, attempt, prior, log, .. } => {
            let prior = prior.map(prior_of);
            let (origin, title) = (origin.into_owned(), title.into_owned());
            (plan.origin, plan.title, plan.mode) = (origin, title, mode);
            (plan.attempt, plan.prior, plan.log) = (attempt, prior, log.map(Into::into));
        }
        Line::Bench { id, title, quorum } => {
            plan.benches.push(Bench { id: id.into(), title: title.into(), quorum });
        }
        Line::Member { id, bench, name, key } => plan.members.push(Member {
            id: id.into(),
            bench: bench.into(),
            name: name.into(),
            key: key.map(Into::into),
        }),
        Line::Source { device, count, range, round } => plan.sources.push(Source {
            device,
            count: count.unwrap_or(0),
            range: range.unwrap_or(0),
            round: round.unwrap_or(0),
        }),
        Line::Pool { id, title, building, rule, absence, seconds, unranked, .. } => {
            let mut pool = Pool::new(&id, &title, &building, rule);
            (pool.absence, pool.seconds, pool.unranked) = (absence, seconds, unranked);
            plan.pools.push(pool);
        }
        Line::Unit { pool, id, building, label, storey, area, price, features } => {
            let unit = Unit {
                id: id.into(),
                building: building.map(Into::into),
                label: label.into(),
                storey,
                area,
                price,
                features: owned(features),
            };
            plan.pools.iter_mut().find(|p| p.id == pool)?.units.push(unit);
        }
        // (The plan counts its claims when it writes the line.)
        Line::Family { id, name, budget, person, .. } => {
            plan.families.push(Family { id: id.into(), name: name.into(), budget, person });
        }
        Line::Household { pool, id, name, tier, needs, group, family, ranking, person } => {
            let household = Household {
                id: id.into(),
                name: name.into(),
                tier,
                needs: owned(needs),
                group: group.map(Into::into),
                family: family.map(Into::into),
                ranking: owned(ranking),
                person,
            };
            plan.pools.iter_mut().find(|p| p.id == pool)?.households.push(household);
        }
        _ => return None,
    }
    Some(())
}

fn prior_of(prior: lines::Prior<'_>) -> Prior {
    let (origin, reason) = (prior.origin.into_owned(), prior.reason.into_owned());
    let (size, root): (u64, Hash) = (prior.size, prior.root);
    Prior { origin, size, root, relation: prior.relation, reason }
}

fn owned(texts: Option<Vec<lines::Text<'_>>>) -> Vec<String> {
    texts.unwrap_or_default().into_iter().map(Cow::into_owned).collect()
}
