//! What the operator's page asks for.

use crate::ceremony::command::{Command, any_case_or_none};
use clap::ValueEnum;
use floorlot::Hash;
use floorlot::lines::FiledKind;
use serde::{Deserialize, Serialize};

/// What the operator wants. An act that says more than is known here is none: it may mean
/// something else. (An act without content has braces, without which serde takes any field.)
#[derive(Debug, Clone, Deserialize)]
#[serde(tag = "do", rename_all = "snake_case", deny_unknown_fields)]
pub(crate) enum Act {
    /// A command of the draw, the same as at the prompt.
    Command {
        /// The command.
        command: Command,
    },
    /// Registers a recording on this machine; the time stands as it was typed.
    Recording {
        file: String,
        start: String,
        #[serde(default, deserialize_with = "any_case_or_none")]
        sha256: Option<Hash>,
    },
    /// Registers a document on this machine; its times stand as they were typed.
    File {
        what: FiledKind,
        file: String,
        title: String,
        #[serde(default)]
        household: Option<String>,
        #[serde(default)]
        from: String,
        #[serde(default)]
        to: String,
        #[serde(default, deserialize_with = "any_case_or_none")]
        sha256: Option<Hash>,
    },
    /// The signatures of a signed note.
    Note {
        /// The note.
        text: String,
    },
    /// Seals the plan.
    Seal {
        /// Also while the stick has not answered whether it holds a sealed draw.
        #[serde(default)]
        anyway: bool,
        /// That the program is none that the plan names, in an official draw.
        #[serde(default)]
        other_program: bool,
    },
    /// Takes the plan away, before it is sealed.
    Discard {},
    /// Signs for the members whose keys are those of the samples.
    SignSample {},
    /// The household that was called did not answer.
    NoAnswer {},
    /// Says when the draw goes on whose day is closed; the board shows it.
    GoesOn {
        /// As people say it.
        when: String,
    },
    /// Begins the day after the one that was closed.
    Morning {},
    /// The fingerprint of the plan was looked at, after the seal.
    Shown {},
    /// The plan is signed as far as it will be: the roll call begins.
    RollCall {},
    /// Draws one household where nobody decides.
    Step {},
    /// Draws on by itself, one household after the other.
    Auto {
        /// Seconds from one to the next; 0 is as fast as can be.
        every: u64,
        /// How far.
        to: Far,
        /// Not beyond so many households served in the whole draw.
        #[serde(default)]
        until: Option<u64>,
    },
    /// Draws on by itself no more.
    Halt {},
    /// What the board shows.
    Board {
        /// In which language.
        #[serde(default)]
        lang: Option<BoardLang>,
        /// For how many seconds the flat that was given last is shown alone.
        #[serde(default)]
        moment: Option<u64>,
    },
    /// Stops everything but its end.
    Pause {
        /// Why.
        reason: String,
    },
    /// The pause is over.
    Resume {},
    /// Gives the household that was called its whole time once more, or goes on by the clock: after
    /// a restart, where it is asked.
    Time {
        /// Whether it is the whole time.
        whole: bool,
    },
    /// Looks at the disk again, and goes on if all is there.
    Reopen {},
    /// Writes the whole transcript anew.
    Anew {},
    /// Writes all print-outs, and the receipts if the draw is complete, beside the transcript.
    Print {},
    /// Writes the site for everybody beside the transcript.
    Publish {},
    /// Writes the notary's file beside the transcript.
    Notary {},
    /// After a void draw: writes plan and settings of the next attempt beside the transcript.
    Again {},
}

impl Act {
    /// Whether it means the same whatever was drawn meanwhile: a page that is a household behind,
    /// because the hall draws on by itself, still stops it.
    pub(crate) fn fits_any_state(&self) -> bool {
        matches!(self, Act::Halt {} | Act::Pause { .. } | Act::Board { .. })
    }

    /// Whether the hall draws on by itself after it, if it did before.
    pub(crate) fn leaves_the_pace(&self) -> bool {
        matches!(self, Act::Pause { .. } | Act::Resume {} | Act::Board { .. } | Act::Print {})
    }
}

/// How far the hall draws by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Far {
    /// To the end of the pool.
    Pool,
    /// As far as nobody has to decide.
    End,
}

/// The language of the board.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize, ValueEnum)]
#[serde(rename_all = "snake_case")]
pub(crate) enum BoardLang {
    /// Chinese.
    Zh,
    /// English.
    En,
    /// Chinese and English.
    Both,
}
