//! The lines of the plan before its pools: header, panel and sources (rules P1, P4 to P6, P11,
//! P12).

use super::beside::check_optional_counts;
use super::draft::Draft;
use super::field::{Place, at_most};
use super::ids::MOST_IDS;
use super::model;
use super::roll::{BenchInfo, MemberInfo};
use crate::drand::MAX_ROUND;
use crate::lines::{Device, Line, Prior, Relation};
use crate::note::{COSIGNATURE, ED25519, NoteError, VerifierKey};
use crate::rules::{Checks, Phrase, Rule};
use crate::text::most;

// P5: At most 16 benches and 256 members. P6: At most 16 sources. P7: At most 65,535 pools.
pub(super) const MAX_BENCHES: u64 = 16;
pub(super) const MAX_MEMBERS: u64 = 256;
pub(super) const MAX_SOURCES: u64 = 16;
pub(super) const MAX_POOLS: u64 = 65_535;

/// P6: the largest number of dice, and of balls, that a source has.
pub(super) const MAX_COUNT: u64 = 200;

impl Draft {
    pub(super) fn header(&mut self, number: u64, line: &Line<'_>, checks: &mut Checks) {
        let Line::Plan {
            floorlot,
            origin,
            title,
            mode,
            attempt,
            prior,
            log,
            benches,
            members,
            sources,
            pools,
            units,
            households,
            documents,
            excluded,
            families,
        } = line
        else {
            return;
        };
        let place = Place { line: number, kind: "plan", id: "" };
        checks.examine(Rule::P1);
        // P1: `floorlot` is 1.
        if *floorlot != 1 {
            place.fail(checks, Rule::P1, "floorlot", Phrase::same(floorlot), Phrase::same(1));
        }
        place.check_origin(checks, Rule::P1, "origin", origin);
        place.check_text(checks, "title", title, most::HEADLINE);
        check_prior(place, origin, *attempt, prior.as_ref(), checks);
        let log = log.as_deref().map(|text| self.log_key(place, (text, origin), checks));
        let counts = [*benches, *members, *sources, *pools, *units, *households];
        check_counts(place, counts, checks);
        self.optional = [*documents, *excluded, *families];
        check_optional_counts(place, self.optional, checks);
        self.roll.log = log;
        self.reserve(*units, *households);
        let roll = &mut self.roll;
        (roll.origin, roll.title) = (origin.to_string(), title.to_string());
        (roll.mode, roll.attempt, roll.line) = (*mode, *attempt, number);
        roll.prior = prior.as_ref().map(|p| model::Prior {
            origin: p.origin.to_string(),
            size: p.size,
            root: p.root,
            relation: p.relation,
            reason: p.reason.to_string(),
        });
        self.header = Some(counts);
    }

    pub(super) fn bench(
        &mut self,
        place: Place<'_>,
        title: &str,
        quorum: u64,
        checks: &mut Checks,
    ) {
        place.check_id(checks, "id", place.id);
        place.check_text(checks, "title", title, most::NAME);
        self.bench_ids.push(place.id);
        self.roll.benches.push(BenchInfo { id: place.id.into(), title: title.into(), quorum });
    }

    pub(super) fn member(
        &mut self,
        place: Place<'_>,
        bench: &str,
        name: &str,
        key: Option<&str>,
        checks: &mut Checks,
    ) {
        place.check_id(checks, "id", place.id);
        place.check_text(checks, "name", name, most::NAME);
        checks.examine(Rule::P4);
        // P4: The `bench` of a member is the id of a line of that kind.
        let found = self.roll.benches.iter().position(|b| b.id == bench);
        if found.is_none() {
            let known: Vec<&str> = self.roll.benches.iter().map(|b| b.id.as_str()).collect();
            place.fail(checks, Rule::P4, "bench", Phrase::same(bench), one_of(&known));
        }
        self.member_ids.push(place.id);
        let key = key.and_then(|key| self.key(place, key, checks));
        let (id, name) = (place.id.into(), name.into());
        self.roll.members.push(MemberInfo { id, name, bench: found, key });
    }

    /// P12: the key of a member is sound, and of that member alone.
    fn key(&mut self, place: Place<'_>, text: &str, checks: &mut Checks) -> Option<VerifierKey> {
        examine_key(checks);
        let key = sound_key(text, COSIGNATURE);
        let key = key.map_err(|(found, expected)| {
            place.fail(checks, Rule::P12, "key", found, expected);
        });
        let key = key.ok()?;
        self.alone(place, (Some(place.id), "key"), key, checks)
    }

    /// P12: the key of the log is one too, of type 0x01, and has the name of the draw.
    fn log_key(
        &mut self,
        place: Place<'_>,
        (text, origin): (&str, &str),
        checks: &mut Checks,
    ) -> Option<VerifierKey> {
        examine_key(checks);
        let key = sound_key(text, ED25519).and_then(|key| match key.name() == origin {
            true => Ok(key),
            // P12: its name is the `origin`.
            false => Err((
                Phrase::new(format!("name {}", key.name()), format!("名称 {}", key.name())),
                Phrase::new(format!("the origin {origin}"), format!("抽签编号 {origin}")),
            )),
        });
        let key = key.map_err(|(found, expected)| {
            place.fail(checks, Rule::P12, "log", found, expected);
        });
        self.alone(place, (None, "log"), key.ok()?, checks)
    }

    /// P12: No two members have the same public key, or the same name, and none has that of the log.
    /// Gives the key if it is the first such.
    fn alone(
        &mut self,
        place: Place<'_>,
        (of, field): (Option<&str>, &str),
        key: VerifierKey,
        checks: &mut Checks,
    ) -> Option<VerifierKey> {
        let same = |k: &VerifierKey| k.public() == key.public() || k.name() == key.name();
        let other = self.keys.iter().find(|(_, k)| same(k)).map(|(other, _)| other.clone());
        self.keys.push((of.map(str::to_owned), key.clone()));
        let found = match other {
            None => return Some(key),
            Some(Some(other)) => Phrase::new(
                format!("key or name of member {other}"),
                format!("与监督员 {other} 的公钥或名称相同"),
            ),
            Some(None) => Phrase::new("key or name of the log", "与日志的公钥或名称相同"),
        };
        let expected = Phrase::new(
            "a key and a name of its own for each member, and for the log",
            "每人、日志各有自己的公钥和名称",
        );
        place.fail(checks, Rule::P12, field, found, expected);
        // The key stays that of the one who names it first, so that one signature never counts
        // twice.
        None
    }

    pub(super) fn source(
        &mut self,
        place: Place<'_>,
        (device, [count, range, round]): (Device, [Option<u64>; 3]),
        checks: &mut Checks,
    ) {
        checks.examine(Rule::P6);
        // P6: A source has `count` and `range` if its device is `dice` or `balls`, `round` if it is
        // `drand`, and no other of the three.
        let needless =
            if device == Device::Drand { count.or(range).is_some() } else { round.is_some() };
        if needless {
            let expected = Phrase::new(
                "`count` and `range` for dice and balls, `round` for drand",
                "骰子和球只有 `count` 与 `range`，drand 只有 `round`",
            );
            place.fail(checks, Rule::P6, "device", Phrase::same(device.word()), expected);
        }
        let given = |n: Option<u64>| n.unwrap_or(0);
        let source =
            model::Source { device, count: given(count), range: given(range), round: given(round) };
        let mut check = |field, value, limits| {
            place.check_number(checks, Rule::P6, field, value, limits);
        };
        match device {
            // P6: 1 ≤ `round` ≤ 10^12.
            Device::Drand => check("round", source.round, (1, MAX_ROUND)),
            // P6: 1 ≤ `count` ≤ 200 dice with `range` faces, 2 ≤ `range` ≤ 10.
            Device::Dice => {
                check("range", source.range, (2, 10));
                check("count", source.count, (1, MAX_COUNT));
            }
            // P6: 1 ≤ `count` ≤ `range` ≤ 9999, `count` ≤ 200.
            Device::Balls => {
                check("range", source.range, (1, 9_999));
                // P6: balls with `range` 0, a fault already, can be 1.
                check("count", source.count, (1, source.range.clamp(1, MAX_COUNT)));
            }
        }
        self.roll.sources.push(source);
    }
}

/// The counts of the header are within their limits.
fn check_counts(place: Place<'_>, counts: [u64; 6], checks: &mut Checks) {
    let limits = [
        ("benches", MAX_BENCHES, Rule::P5),
        ("members", MAX_MEMBERS, Rule::P5),
        ("sources", MAX_SOURCES, Rule::P6),
        ("pools", MAX_POOLS, Rule::P7),
        // P7: at most 10,000,000 units and as many households.
        ("units", u64::from(MOST_IDS), Rule::P7),
        ("households", u64::from(MOST_IDS), Rule::P7),
    ];
    for ((field, most, rule), found) in limits.into_iter().zip(counts) {
        if found > most {
            place.fail(checks, rule, field, Phrase::same(found), at_most(most));
        }
    }
}

/// P11: the link to the attempt or round before.
fn check_prior(
    place: Place<'_>,
    origin: &str,
    attempt: u64,
    prior: Option<&Prior<'_>>,
    checks: &mut Checks,
) {
    checks.examine(Rule::P11);
    // P11: `attempt` is from 1 to 999.
    place.check_number(checks, Rule::P11, "attempt", attempt, (1, 999));
    // P11: With `attempt` 2 or more there is a `prior` with relation `void`.
    if attempt > 1 && prior.is_none_or(|p| p.relation != Relation::Void) {
        let expected = Phrase::new(
            "a prior with relation `void`, because this is not the first attempt",
            "relation 为 `void` 的 prior，因为这不是第一次",
        );
        place.fail(checks, Rule::P11, "prior", Phrase::new("none such", "没有"), expected);
    }
    let Some(prior) = prior else { return };
    place.check_origin(checks, Rule::P11, "prior origin", &prior.origin);
    place.check_text(checks, "prior reason", &prior.reason, most::REASON);
    // P11: The origin of `prior` differs from `origin`.
    if prior.origin == origin {
        let expected =
            Phrase::new("an origin of its own for each attempt", "每次抽签有各自的 origin");
        place.fail(checks, Rule::P11, "prior origin", Phrase::same(origin), expected);
    }
}

/// Counts a key. 'Not run' is not 'passed': a build without signatures compares the encoding and
/// the low orders alone.
fn examine_key(checks: &mut Checks) {
    checks.examine(Rule::P12);
    if !cfg!(feature = "signatures") {
        let why = Phrase::new(
            "this build cannot tell whether a key is a point of the curve (feature `signatures`)",
            "本程序未含签名验证，无法判断公钥是否在曲线上",
        );
        checks.not_run(Rule::P12, why);
    }
}

/// P12: a C2SP signed-note verifier key of this type, and a point of edwards25519 in its one
/// canonical encoding, of prime order.
fn sound_key(text: &str, kind: u8) -> Result<VerifierKey, (Phrase, Phrase)> {
    let shape = || match kind {
        COSIGNATURE => Phrase::new(
            "a vkey of a tlog-cosignature v1: name, key id and base64 of 0x04 with the Ed25519 public key, joined by `+`",
            "tlog-cosignature v1 的公钥：名称、公钥编号、base64（0x04 加 Ed25519 公钥），以 `+` 相连",
        ),
        _ => Phrase::new(
            "a vkey of a log: origin, key id and base64 of 0x01 with the Ed25519 public key, joined by `+`",
            "日志的公钥：抽签编号、公钥编号、base64（0x01 加 Ed25519 公钥），以 `+` 相连",
        ),
    };
    let key = text.parse::<VerifierKey>().map_err(|error: NoteError| (error.words(), shape()))?;
    // P12: the signature type MUST be 0x04 (tlog-cosignature v1 with Ed25519), or 0x01 of the log.
    if key.kind() != kind {
        return Err((Phrase::same(format_args!("type 0x{:02x}", key.kind())), shape()));
    }
    // P12: a point of edwards25519 in its one canonical encoding, of prime order.
    if !is_sound(&key) {
        let weak = Phrase::new("a weak key, or none at all", "弱公钥，或不是公钥");
        let expected = Phrase::new(
            "a canonical point of the curve, of prime order",
            "曲线上的规范编码点，且为素数阶",
        );
        return Err((weak, expected));
    }
    Ok(key)
}

/// Whether a key is a canonical point of the curve and of prime order. A build without signatures
/// cannot tell whether it is a point.
fn is_sound(key: &VerifierKey) -> bool {
    #[cfg(feature = "signatures")]
    return crate::sign::sound(key).is_some();
    #[cfg(not(feature = "signatures"))]
    return key.is_sound();
}

fn one_of(benches: &[&str]) -> Phrase {
    Phrase::new(
        format!("the id of a bench: {}", benches.join(", ")),
        format!("席位编号之一：{}", benches.join("、")),
    )
}
