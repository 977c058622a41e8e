//! The kinds of line in a transcript: section 3 of the [specification](crate::spec), in code.
//!
//! ```
//! use floorlot::lines::{Closed, Line};
//! let line = Line::Close { what: Closed::Commits, at: Some(1_795_392_000) };
//! let bytes = br#"{"kind":"close","what":"commits","at":1795392000}"#;
//! assert_eq!(line.to_bytes(), bytes);
//! assert_eq!(Line::decode(bytes), Ok(line));
//! assert_eq!((Closed::Commits.word(), Closed::Reveals.word()), ("commits", "reveals"));
//! assert!(Line::KINDS.contains(&("close", &["what", "at"])));
//! ```

use crate::hash::Hash;
use crate::profile::{Cursor, Decimal, Field, ProfileError, Value, tokens};
use std::borrow::Cow;

tokens! {
    /// Whether the draw counts.
    Mode {
        /// The draw counts.
        Official "official",
        /// The draw is for practice.
        Rehearsal "rehearsal",
    }
    /// How a pool is drawn.
    PickRule {
        /// The called household chooses.
        Choice "choice",
        /// The floor itself is drawn.
        Lot "lot",
        /// A ranking handed in before the seal is served.
        Ranking "ranking",
    }
    /// What happens to a household that is absent when called three times (rule D8).
    Absence {
        /// Once to the end of the order, then by lot.
        Last "last",
        /// Once to the end of the day, then by lot.
        Day "day",
        /// By lot at once.
        Lot "lot",
    }
    /// What happens to a household of whose ranking nothing is offered (rule D7).
    Unranked {
        /// By lot.
        Lot "lot",
        /// To the standby list.
        Standby "standby",
    }
    /// What a document is that the plan names (rule P14).
    DocumentKind {
        /// How the draw goes, as it was adopted.
        Method "method",
        /// The resolution that adopted it.
        Resolution "resolution",
        /// The roll of households, as it was posted.
        Roll "roll",
        /// The list of units, as it was posted.
        Units "units",
        /// The program that runs the draw.
        Program "program",
        /// Something else: the title says what.
        Other "other",
    }
    /// What a document is that is filed after the result (rule A8).
    FiledKind {
        /// A notice that hung somewhere: from when, to when.
        Notice "notice",
        /// The written authority of a proxy.
        Authority "authority",
        /// A list, of flats kept out say.
        List "list",
        /// Something else: the title says what.
        Other "other",
    }
    /// What makes public numbers.
    Device {
        /// Dice: each gives one digit, a face of rule P6.
        Dice "dice",
        /// Numbered balls, drawn in turn and not put back.
        Balls "balls",
        /// A round of the drand quicknet beacon, named in the plan.
        Drand "drand",
    }
    /// What a checkpoint closes.
    Stage {
        /// The plan: from here it cannot change.
        Plan "plan",
        /// The reveals: before the first public number nothing can be taken back. Nobody signs it.
        Reveals "reveals",
        /// A day of the draw: what was done so far stands.
        Day "day",
        /// The result: of the draw itself nothing changes any more.
        Result "result",
        /// What came after the result, or a declaration that the draw is void.
        Aftermath "aftermath",
    }
    /// What a `close` line closes.
    Closed {
        /// The roll call.
        Commits "commits",
        /// The reveals: from here on no secret comes, and public numbers are made (rule C5).
        Reveals "reveals",
    }
    /// How a unit was picked.
    By {
        /// The household itself chose, or its proxy (rule D8).
        Choice "choice",
        /// The lot gave it (rule D6).
        Lot "lot",
        /// The ranking gave it (rule D7).
        Ranking "ranking",
    }
    /// What became of an objection.
    Decision {
        /// It was right.
        Upheld "upheld",
        /// It was not.
        Rejected "rejected",
    }
    /// What an earlier transcript is to this one.
    Relation {
        /// An attempt that was declared void.
        Void "void",
        /// An earlier round, of which this one gives out the leftovers.
        Round "round",
    }
}

/// A link to an earlier transcript (rule P11).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Prior<'a> {
    /// The origin in its plan (rule P1).
    pub origin: Cow<'a, str>,
    /// The size in its last checkpoint.
    pub size: u64,
    /// The root in its last checkpoint.
    pub root: Hash,
    /// What it is to this one.
    pub relation: Relation,
    /// Why there is a new one.
    pub reason: Cow<'a, str>,
}

impl<'a> Value<'a> for Prior<'a> {
    fn read(c: &mut Cursor<'a>) -> Result<Self, ProfileError> {
        let prior = Prior {
            origin: Field::read(c, "{\"origin\":")?,
            size: Field::read(c, ",\"size\":")?,
            root: Field::read(c, ",\"root\":")?,
            relation: Field::read(c, ",\"relation\":")?,
            reason: Field::read(c, ",\"reason\":")?,
        };
        c.literal("}")?;
        Ok(prior)
    }
    fn write(&self, out: &mut Vec<u8>) {
        Field::write(&self.origin, "{\"origin\":", out);
        Field::write(&self.size, ",\"size\":", out);
        Field::write(&self.root, ",\"root\":", out);
        Field::write(&self.relation, ",\"relation\":", out);
        Field::write(&self.reason, ",\"reason\":", out);
        out.push(b'}');
    }
}

/// A string in a line: borrowed from the line where it has no escape in it.
pub type Text<'a> = Cow<'a, str>;

macro_rules! lines {
    ($($(#[$doc:meta])* $name:ident $kind:literal { $($(#[$fdoc:meta])* $field:ident: $ty:ty,)* })*) => {
        /// One line of a transcript. The meaning of each key is in section 3 of the
        /// [specification](crate::spec).
        #[derive(Debug, Clone, PartialEq, Eq)]
        #[allow(missing_docs, reason = "the keys are documented in the specification, which is the law")]
        pub enum Line<'a> { $($(#[$doc])* $name { $($(#[$fdoc])* $field: $ty,)* },)* }

        impl<'a> Line<'a> {
            /// The word after `kind`.
            pub fn kind(&self) -> &'static str {
                match self { $(Line::$name { .. } => $kind,)* }
            }

            /// Reads a line (without LF). Accepts exactly what [`Line::to_bytes`] gives (rule T1).
            pub fn decode(line: &'a [u8]) -> Result<Line<'a>, ProfileError> {
                let mut c = Cursor::new(line)?;
                c.literal("{\"kind\":")?;
                $(if c.take(concat!("\"", $kind, "\"")) {
                    $(let $field = <$ty as Field>::read(&mut c, concat!(",\"", stringify!($field), "\":"))?;)*
                    c.literal("}")?;
                    c.end()?;
                    return Ok(Line::$name { $($field,)* });
                })*
                Err(c.here(&[$($kind,)*]))
            }

            /// Appends the bytes of the line (without LF).
            pub(crate) fn encode(&self, out: &mut Vec<u8>) {
                match self {$(
                    Line::$name { $($field,)* } => {
                        out.extend_from_slice(concat!("{\"kind\":\"", $kind, "\"").as_bytes());
                        $(Field::write($field, concat!(",\"", stringify!($field), "\":"), out);)*
                        out.push(b'}');
                    }
                )*}
            }

            /// The kinds of line, in the order of the specification, each with its keys.
            pub const KINDS: &'static [(&'static str, &'static [&'static str])] = &[
                $(($kind, &[$(stringify!($field),)*]),)*
            ];
        }
    };
}

// In the order in which the state machine meets them, but with the kinds of which a large
// transcript has most in front, because decode tries them in turn.
lines! {
    /// A flat.
    Unit "unit" { pool: Text<'a>, id: Text<'a>, building: Option<Text<'a>>, label: Text<'a>, storey: u64, area: Option<u64>, price: Option<u64>, features: Option<Vec<Text<'a>>>, }
    /// A household.
    Household "household" { pool: Text<'a>, id: Text<'a>, name: Text<'a>, tier: u64, needs: Option<Vec<Text<'a>>>, group: Option<Text<'a>>, family: Option<Text<'a>>, ranking: Option<Vec<Text<'a>>>, person: Option<Hash>, }
    /// A family: households that are its claims.
    Family "family" { id: Text<'a>, name: Text<'a>, claims: u64, budget: Option<u64>, person: Option<Hash>, }
    /// The header: the first line.
    Plan "plan" {
        floorlot: u64, origin: Text<'a>, title: Text<'a>, mode: Mode, attempt: u64, prior: Option<Prior<'a>>,
        log: Option<Text<'a>>,
        benches: u64, members: u64, sources: u64, pools: u64, units: u64, households: u64,
        documents: Option<u64>, excluded: Option<u64>,
        families: Option<u64>,
    }
    /// A bench of the panel.
    Bench "bench" { id: Text<'a>, title: Text<'a>, quorum: u64, }
    /// A member of the panel.
    Member "member" { id: Text<'a>, bench: Text<'a>, name: Text<'a>, key: Option<Text<'a>>, }
    /// A source of public numbers.
    Source "source" { device: Device, count: Option<u64>, range: Option<u64>, round: Option<u64>, }
    /// A document, by the hash of its file.
    Document "document" { what: DocumentKind, name: Text<'a>, title: Text<'a>, sha256: Hash, }
    /// A flat that exists and is not drawn, with the reason.
    Excluded "excluded" { id: Text<'a>, building: Text<'a>, label: Text<'a>, storey: u64, area: Option<u64>, reason: Text<'a>, }
    /// A pool: units and the households that draw for them.
    Pool "pool" {
        id: Text<'a>, title: Text<'a>, building: Text<'a>, rule: PickRule, absence: Option<Absence>, seconds: Option<u64>,
        unranked: Option<Unranked>, units: u64, households: u64,
    }
    /// A C2SP tlog-checkpoint over all lines before it.
    Checkpoint "checkpoint" { stage: Stage, body: Text<'a>, at: Option<u64>, }
    /// The log signs the checkpoint above: a line of a signed note.
    Log "log" { signature: Text<'a>, at: Option<u64>, }
    /// A time token over the checkpoint above, of an authority of RFC 3161.
    Token "token" { token: Text<'a>, at: Option<u64>, }
    /// A member cosigns the checkpoint above with a key: a line of a signed note.
    Cosignature "cosignature" { member: Text<'a>, signature: Text<'a>, at: Option<u64>, }
    /// A member signs the checkpoint above on paper.
    Paper "paper" { member: Text<'a>, scan: Hash, at: Option<u64>, }
    /// A member refuses to sign the checkpoint above, and says why.
    Dissent "dissent" { member: Text<'a>, reason: Text<'a>, at: Option<u64>, }
    /// A member does not sign the checkpoint above, being away.
    Unsigned "unsigned" { member: Text<'a>, at: Option<u64>, }
    /// A member commits to a secret.
    Commit "commit" { member: Text<'a>, commit: Hash, at: Option<u64>, }
    /// A member hands in a sealed envelope.
    Envelope "envelope" { member: Text<'a>, at: Option<u64>, }
    /// A member is not there.
    Absent "absent" { member: Text<'a>, at: Option<u64>, }
    /// The roll call or the reveals are closed.
    Close "close" { what: Closed, at: Option<u64>, }
    /// A member reveals the secret.
    Reveal "reveal" { member: Text<'a>, secret: Text<'a>, at: Option<u64>, }
    /// A member withholds the secret.
    Withheld "withheld" { member: Text<'a>, at: Option<u64>, }
    /// Dice were rolled.
    Dice "dice" { source: u64, digits: Text<'a>, at: Option<u64>, }
    /// Balls were drawn.
    Balls "balls" { source: u64, numbers: Vec<u64>, at: Option<u64>, }
    /// The beacon gave its round.
    Drand "drand" { source: u64, round: u64, signature: Text<'a>, randomness: Hash, at: Option<u64>, }
    /// The seed.
    Seed "seed" { seed: Hash, at: Option<u64>, }
    /// The draw of a pool begins.
    Open "open" { pool: Text<'a>, key: Hash, at: Option<u64>, }
    /// A household is called.
    Call "call" { pool: Text<'a>, place: u64, household: Text<'a>, ticket: Decimal, at: Option<u64>, }
    /// The household called did not answer three calls.
    Missed "missed" { household: Text<'a>, at: Option<u64>, }
    /// The household called gets a unit.
    Pick "pick" {
        household: Text<'a>, by: By, offered: u64, lot: Option<Decimal>, number: Option<u64>, rank: Option<u64>,
        unit: Text<'a>, proxy: Option<Text<'a>>, at: Option<u64>,
    }
    /// The line before is withdrawn.
    Undo "undo" { reason: Text<'a>, at: Option<u64>, }
    /// The household called goes to the standby list.
    Standby "standby" { household: Text<'a>, place: u64, at: Option<u64>, }
    /// The draw of a pool ends.
    End "end" { pool: Text<'a>, picked: u64, standby: u64, leftover: u64, at: Option<u64>, }
    /// A unit that nobody got.
    Leftover "leftover" { pool: Text<'a>, unit: Text<'a>, at: Option<u64>, }
    /// The sums over all pools.
    Result "result" { picked: u64, standby: u64, leftover: u64, at: Option<u64>, }
    /// Somebody objects.
    Objection "objection" { id: Text<'a>, household: Option<Text<'a>>, text: Text<'a>, at: Option<u64>, }
    /// An objection is decided.
    Ruling "ruling" { objection: Text<'a>, decision: Decision, reason: Text<'a>, at: Option<u64>, }
    /// A household gives up its unit, or its place on the standby list.
    Withdrawal "withdrawal" { household: Text<'a>, unit: Option<Text<'a>>, reason: Text<'a>, sheet: Hash, at: Option<u64>, }
    /// A free unit is offered to the household on the standby list whose turn it is.
    Offer "offer" { unit: Text<'a>, household: Text<'a>, at: Option<u64>, }
    /// The household takes the unit.
    Accept "accept" { unit: Text<'a>, household: Text<'a>, sheet: Hash, at: Option<u64>, }
    /// The household does not take the unit, and stays on the standby list.
    Decline "decline" { unit: Text<'a>, household: Text<'a>, reason: Option<Text<'a>>, sheet: Hash, at: Option<u64>, }
    /// Households exchange their units, named in the same order: each gets that of the next, the last
    /// that of the first.
    Swap "swap" { households: Vec<Text<'a>>, units: Vec<Text<'a>>, consents: Vec<Hash>, at: Option<u64>, }
    /// A recording of the draw: its file and when it starts.
    Recording "recording" { name: Text<'a>, sha256: Hash, start: u64, at: Option<u64>, }
    /// A document that comes later, by the hash of its file.
    Filed "filed" { what: FiledKind, name: Text<'a>, title: Text<'a>, sha256: Hash, household: Option<Text<'a>>, from: Option<u64>, to: Option<u64>, at: Option<u64>, }
    /// The draw is void.
    Void "void" { reason: Text<'a>, at: Option<u64>, }
    /// The end of a session: of the file, as long as nothing is appended.
    Closing "closing" { lines: u64, root: Hash, }
}

impl Line<'_> {
    /// The bytes of the line (without LF).
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut out = Vec::with_capacity(128);
        self.encode(&mut out);
        out
    }
}
