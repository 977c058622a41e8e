//! The plan as other software fills it in, and its lines.

use crate::hash::Hash;
use crate::lines::{self, Absence, Device, DocumentKind, Line, Mode, PickRule, Relation, Unranked};
use crate::number::count;
use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use std::collections::BTreeMap;

/// The plan of a draw. The meaning and limits of each field are in section 4 of the
/// [specification](crate::spec).
///
/// Every household and every flat is an object here, and validating keeps their lines as well: near
/// a thousand bytes of a household and its flat. The plan file of a million is better read by a
/// [`PlanReader`](crate::plan::PlanReader), which holds 25 of them.
///
/// It is read and written with serde as well:
///
/// ```
/// use floorlot::plan::{Mode, Plan};
/// let plan = Plan::new("draw.example/1", "Block 7", Mode::Official);
/// let json = serde_json::to_string(&plan)?;
/// assert_eq!(serde_json::from_str::<Plan>(&json)?, plan);
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Plan {
    /// The name of this attempt and no other, such as `draw.example/2026-001`.
    pub origin: String,
    /// The title of the draw, for people.
    pub title: String,
    /// Official or rehearsal.
    pub mode: Mode,
    /// 1 for the first attempt.
    pub attempt: u64,
    /// The attempt or round before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub prior: Option<Prior>,
    /// The key with which the log signs every checkpoint, as a C2SP vkey of type 0x01 whose name is
    /// the origin (rules P12, S7); `None` for a draw without one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub log: Option<String>,
    /// The benches of the panel.
    pub benches: Vec<Bench>,
    /// The members of the panel.
    pub members: Vec<Member>,
    /// The sources of public numbers, in the order in which they enter the seed.
    pub sources: Vec<Source>,
    /// The documents that belong to it, by their hashes.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub documents: Vec<Document>,
    /// The pools, in the order in which they are drawn.
    pub pools: Vec<Pool>,
    /// The flats that exist and are not drawn.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub excluded: Vec<Excluded>,
    /// The families, whose claims are households of the pools (rule P15).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub families: Vec<Family>,
}

/// A document of the plan (rule P14).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Document {
    /// What it is.
    pub what: DocumentKind,
    /// The name of its file.
    pub name: String,
    /// Its title, for people.
    pub title: String,
    /// The SHA-256 of its file.
    pub sha256: Hash,
}

/// A flat that exists and is not drawn.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Excluded {
    /// Its id, which no unit has (rule P2).
    pub id: String,
    /// The building that it is in.
    pub building: String,
    /// The label that people know.
    pub label: String,
    /// The physical storey: 1 is the ground floor.
    pub storey: u64,
    /// The area in 1/100 m² (rule P7).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub area: Option<u64>,
    /// Why it is not drawn.
    pub reason: String,
}

/// A link to an earlier transcript (rule P11).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Prior {
    /// The origin in its plan (rule P1).
    pub origin: String,
    /// The size in its last checkpoint.
    pub size: u64,
    /// The root in its last checkpoint.
    pub root: Hash,
    /// What it is to this plan.
    pub relation: Relation,
    /// Why there is a new one.
    pub reason: String,
}

/// A bench of the panel: the residents, say, or the officials.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Bench {
    /// Its id (rule P2).
    pub id: String,
    /// Its title, for people.
    pub title: String,
    /// How many of its members must take part.
    pub quorum: u64,
}

/// A member of the panel.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Member {
    /// The member's id.
    pub id: String,
    /// The id of the member's bench.
    pub bench: String,
    /// The name to show.
    pub name: String,
    /// The key with which the member cosigns checkpoints, as a C2SP vkey of type 0x04 (rule P12);
    /// without it the member signs on paper.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key: Option<String>,
}

/// A source of public numbers (rule P6).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Source {
    /// Dice, balls or drand.
    pub device: Device,
    /// How many dice are rolled, or balls drawn; 0 for drand.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub count: u64,
    /// Faces of a die (ten-sided dice show 0 to 9, others 1 to `range`), or the largest number on a
    /// ball; 0 for drand.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub range: u64,
    /// The round of the drand quicknet beacon; 0 for dice and balls.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub round: u64,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde wants a reference")]
fn is_zero(n: &u64) -> bool {
    *n == 0
}

impl Source {
    /// Twenty ten-sided dice: 66 bits, as in the election audits of Colorado.
    pub const TWENTY_DICE: Source = Source::dice(20, 10);

    /// So many dice with so many faces.
    pub const fn dice(count: u64, faces: u64) -> Source {
        Source { device: Device::Dice, count, range: faces, round: 0 }
    }

    /// So many balls drawn from those numbered 1 to `range`.
    pub const fn balls(count: u64, range: u64) -> Source {
        Source { device: Device::Balls, count, range, round: 0 }
    }

    /// A round of the drand quicknet beacon.
    pub const fn drand(round: u64) -> Source {
        Source { device: Device::Drand, count: 0, range: 0, round }
    }
}

/// A pool: units, and the households that draw for them.
///
/// ```
/// use floorlot::plan::{Absence, PickRule, Pool};
/// let pool = Pool::new("A", "A", "7", PickRule::Choice).unit("A-1", "101", 1, &["step-free"]).household("H1", "张*", 1, &[]);
/// assert_eq!((pool.absence, pool.unranked), (Some(Absence::Last), None));
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Pool {
    /// Its id (rule P2).
    pub id: String,
    /// Its title, for people.
    pub title: String,
    /// The building that its units are in.
    pub building: String,
    /// How it is drawn.
    pub rule: PickRule,
    /// For `choice`: what happens to absent households.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub absence: Option<Absence>,
    /// For `choice`: how many seconds a household has for its choice, 10 to 3600, as the clock in
    /// the hall shows it; `None` for no clock.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seconds: Option<u64>,
    /// For `ranking`: what happens to households of whose ranking nothing is offered.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unranked: Option<Unranked>,
    /// The units, in the order in which lots count them.
    pub units: Vec<Unit>,
    /// The households, in the order that gives them their block of the keystream.
    pub households: Vec<Household>,
}

/// A flat.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Unit {
    /// Its id (rule P2).
    pub id: String,
    /// The building that it is in, if that is another than that of its pool (rule P3).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub building: Option<String>,
    /// The label that people know, such as `12A`; nothing is read from it.
    pub label: String,
    /// The physical storey: 1 is the ground floor.
    pub storey: u64,
    /// The area in 1/100 m² (rule P7); it counts where a family has a budget (rule D14).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub area: Option<u64>,
    /// The price in fen, 1/100 yuan (rule P7); no effect on the draw.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub price: Option<u64>,
    /// What the unit has, such as `step-free`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub features: Vec<String>,
}

/// A family: each household that names it is one of its claims (rule P15).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Family {
    /// A code, not a document number; no household has it.
    pub id: String,
    /// A masked name to show, such as `张*明`; may be empty.
    pub name: String,
    /// The area that its units may have together, in 1/100 m² (rule D14); `None` for no limit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub budget: Option<u64>,
    /// The salted commitment that binds the code to a person.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub person: Option<Hash>,
}

/// A household.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Household {
    /// A code, not a document number.
    pub id: String,
    /// A masked name to show, such as `张*明`; may be empty.
    pub name: String,
    /// Tier 1 is called first.
    pub tier: u64,
    /// The features that its unit must have.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub needs: Vec<String>,
    /// Households of one group are called one after another.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub group: Option<String>,
    /// The id of the family of which it is a claim (rule P15).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub family: Option<String>,
    /// For `ranking`: the ids of units, the most wanted first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub ranking: Vec<String>,
    /// The salted commitment that binds the code to a person.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub person: Option<Hash>,
}

fn text(s: &str) -> lines::Text<'_> {
    Cow::Borrowed(s)
}

fn list(of: &[String]) -> Option<Vec<lines::Text<'_>>> {
    if of.is_empty() { None } else { Some(of.iter().map(|s| text(s)).collect()) }
}

impl Plan {
    /// A plan with nothing in it but its name: the start of building one.
    ///
    /// ```
    /// use floorlot::plan::*;
    /// let plan = Plan::new("draw.example/2026-001", "Block 7", Mode::Rehearsal)
    ///     .bench("residents", "居民代表", 1, &[("r1", "王*")])
    ///     .bench("officials", "工作人员", 1, &[("o1", "李*")])
    ///     .source(Source::TWENTY_DICE)
    ///     .pool(
    ///         Pool::lot("A", "1号楼 两室", "1号楼")
    ///             .unit("A-0301", "301", 3, &["step-free"])
    ///             .unit("A-1801", "1801", 18, &[])
    ///             .household("H001", "张*明", 1, &[])
    ///             .household("H002", "欧阳*", 1, &["step-free"]),
    ///     );
    /// assert_eq!(plan.validate().unwrap().lines().len(), 11);
    /// ```
    pub fn new(origin: &str, title: &str, mode: Mode) -> Plan {
        Plan {
            origin: origin.into(),
            title: title.into(),
            mode,
            attempt: 1,
            prior: None,
            log: None,
            benches: Vec::new(),
            members: Vec::new(),
            sources: Vec::new(),
            documents: Vec::new(),
            pools: Vec::new(),
            excluded: Vec::new(),
            families: Vec::new(),
        }
    }

    /// Adds a bench with its members, each an id and a name.
    pub fn bench(mut self, id: &str, title: &str, quorum: u64, members: &[(&str, &str)]) -> Plan {
        self.benches.push(Bench { id: id.into(), title: title.into(), quorum });
        let member = |(m, name): &(&str, &str)| Member {
            id: (*m).into(),
            bench: id.into(),
            name: (*name).into(),
            key: None,
        };
        self.members.extend(members.iter().map(member));
        self
    }

    /// Names the key of the log.
    pub fn log(mut self, key: &str) -> Plan {
        self.log = Some(key.into());
        self
    }

    /// Adds a source of public numbers.
    pub fn source(mut self, source: Source) -> Plan {
        self.sources.push(source);
        self
    }

    /// Adds a document.
    pub fn document(mut self, document: Document) -> Plan {
        self.documents.push(document);
        self
    }

    /// Adds a flat that is not drawn.
    pub fn exclude(mut self, flat: Excluded) -> Plan {
        self.excluded.push(flat);
        self
    }

    /// Adds a pool.
    pub fn pool(mut self, pool: Pool) -> Plan {
        self.pools.push(pool);
        self
    }

    /// Adds a family, with its budget if it has one. Its claims name it.
    pub fn family(mut self, id: &str, name: &str, budget: Option<u64>) -> Plan {
        self.families.push(Family { id: id.into(), name: name.into(), budget, person: None });
        self
    }

    /// The lines of the plan, in the order of rule T2.
    pub fn to_lines(&self) -> impl Iterator<Item = Line<'_>> {
        let head = std::iter::once(self.header());
        let benches = self.benches.iter().map(|b| Line::Bench {
            id: text(&b.id),
            title: text(&b.title),
            quorum: b.quorum,
        });
        let members = self.members.iter().map(|m| Line::Member {
            id: text(&m.id),
            bench: text(&m.bench),
            name: text(&m.name),
            key: m.key.as_deref().map(text),
        });
        let sources = self.sources.iter().map(Source::line);
        let pools = self.pools.iter().map(Pool::line);
        let units = self.pools.iter().flat_map(|p| p.units.iter().map(|u| u.line(&p.id)));
        let households = self.pools.iter().flat_map(|p| p.households.iter().map(|h| h.line(&p.id)));
        let claims = self.claims();
        let claims_of = move |id: &str| claims.get(id).copied().unwrap_or(0);
        let families = self.families.iter().map(move |family| family.line(claims_of(&family.id)));
        head.chain(benches)
            .chain(members)
            .chain(sources)
            .chain(self.documents.iter().map(Document::line))
            .chain(pools)
            .chain(units)
            .chain(self.excluded.iter().map(Excluded::line))
            .chain(families)
            .chain(households)
    }

    /// P15: how many claims each family has that one household at least names.
    fn claims(&self) -> BTreeMap<&str, u64> {
        let mut claims = BTreeMap::new();
        let households = self.pools.iter().flat_map(|pool| &pool.households);
        for family in households.filter_map(|household| household.family.as_deref()) {
            let of: &mut u64 = claims.entry(family).or_default();
            *of = of.saturating_add(1);
        }
        claims
    }

    fn header(&self) -> Line<'_> {
        Line::Plan {
            floorlot: 1,
            origin: text(&self.origin),
            title: text(&self.title),
            mode: self.mode,
            attempt: self.attempt,
            prior: self.prior.as_ref().map(|p| lines::Prior {
                origin: text(&p.origin),
                size: p.size,
                root: p.root,
                relation: p.relation,
                reason: text(&p.reason),
            }),
            log: self.log.as_deref().map(text),
            benches: count(self.benches.len()),
            members: count(self.members.len()),
            sources: count(self.sources.len()),
            pools: count(self.pools.len()),
            units: self.pools.iter().map(|p| count(p.units.len())).sum(),
            households: self.pools.iter().map(|p| count(p.households.len())).sum(),
            // P1: there if and only if there are such lines.
            documents: Some(count(self.documents.len())).filter(|n| *n > 0),
            excluded: Some(count(self.excluded.len())).filter(|n| *n > 0),
            // P1: an optional count is there if and only if there are such lines.
            families: (!self.families.is_empty()).then(|| count(self.families.len())),
        }
    }
}

impl Document {
    fn line(&self) -> Line<'_> {
        Line::Document {
            what: self.what,
            name: text(&self.name),
            title: text(&self.title),
            sha256: self.sha256,
        }
    }
}

impl Excluded {
    fn line(&self) -> Line<'_> {
        Line::Excluded {
            id: text(&self.id),
            building: text(&self.building),
            label: text(&self.label),
            storey: self.storey,
            area: self.area,
            reason: text(&self.reason),
        }
    }
}

impl Source {
    fn line(&self) -> Line<'_> {
        let given = |n: u64, always: bool| (always || n > 0).then_some(n);
        let rolled = self.device != Device::Drand;
        Line::Source {
            device: self.device,
            count: given(self.count, rolled),
            range: given(self.range, rolled),
            round: given(self.round, !rolled),
        }
    }
}

impl Pool {
    /// An empty pool.
    pub fn new(id: &str, title: &str, building: &str, rule: PickRule) -> Pool {
        let (absence, unranked) = match rule {
            PickRule::Choice => (Some(Absence::Last), None),
            PickRule::Lot => (None, None),
            PickRule::Ranking => (None, Some(Unranked::Lot)),
        };
        let (id, title, building) = (id.into(), title.into(), building.into());
        Pool {
            id,
            title,
            building,
            rule,
            absence,
            seconds: None,
            unranked,
            units: Vec::new(),
            households: Vec::new(),
        }
    }

    /// An empty pool in which the floor itself is drawn.
    pub fn lot(id: &str, title: &str, building: &str) -> Pool {
        Pool::new(id, title, building, PickRule::Lot)
    }

    /// Adds a unit.
    pub fn unit(mut self, id: &str, label: &str, storey: u64, features: &[&str]) -> Pool {
        let features = sorted(features);
        let (id, label) = (id.into(), label.into());
        let (building, area, price) = (None, None, None);
        self.units.push(Unit { id, building, label, storey, area, price, features });
        self
    }

    /// Adds a household.
    pub fn household(mut self, id: &str, name: &str, tier: u64, needs: &[&str]) -> Pool {
        let (id, name, needs) = (id.into(), name.into(), sorted(needs));
        self.households.push(Household {
            id,
            name,
            tier,
            needs,
            group: None,
            family: None,
            ranking: Vec::new(),
            person: None,
        });
        self
    }

    fn line(&self) -> Line<'_> {
        Line::Pool {
            id: text(&self.id),
            title: text(&self.title),
            building: text(&self.building),
            rule: self.rule,
            absence: self.absence,
            seconds: self.seconds,
            unranked: self.unranked,
            units: count(self.units.len()),
            households: count(self.households.len()),
        }
    }
}

fn sorted(words: &[&str]) -> Vec<String> {
    let mut words: Vec<String> = words.iter().map(|w| (*w).to_owned()).collect();
    words.sort();
    words.dedup();
    words
}

impl Unit {
    /// P7: the largest area, in 1/100 m².
    pub const MOST_AREA: u64 = 10_000_000;
    /// P7: the highest price, in fen.
    pub const MOST_PRICE: u64 = 1_000_000_000_000_000;

    fn line<'a>(&'a self, pool: &'a str) -> Line<'a> {
        Line::Unit {
            pool: text(pool),
            id: text(&self.id),
            building: self.building.as_deref().map(text),
            label: text(&self.label),
            storey: self.storey,
            area: self.area,
            price: self.price,
            features: list(&self.features),
        }
    }
}

impl Family {
    /// P15: the largest budget, in 1/100 m².
    pub const MOST_BUDGET: u64 = 1_000_000_000;
    /// P15: how many claims a family has at most.
    pub const MOST_CLAIMS: u64 = 64;

    fn line(&self, claims: u64) -> Line<'_> {
        let (id, name) = (text(&self.id), text(&self.name));
        Line::Family { id, name, claims, budget: self.budget, person: self.person }
    }
}

impl Household {
    fn line<'a>(&'a self, pool: &'a str) -> Line<'a> {
        Line::Household {
            pool: text(pool),
            id: text(&self.id),
            name: text(&self.name),
            tier: self.tier,
            needs: list(&self.needs),
            group: self.group.as_deref().map(text),
            family: self.family.as_deref().map(text),
            ranking: list(&self.ranking),
            person: self.person,
        }
    }
}
