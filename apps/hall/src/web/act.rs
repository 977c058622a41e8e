//! What the operator's page asks for.

use crate::ceremony::command::{Command, any_case_or_none};
use floorlot::Hash;
use floorlot::lines::FiledKind;
use serde::Deserialize;

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
    /// Draws on where nobody decides.
    Step {
        /// How far.
        to: Far,
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
    /// After a void draw: writes plan and settings of the next attempt beside the transcript.
    Again {},
}

/// How far a step goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Far {
    /// One household.
    Turn,
    /// To the end of the pool.
    Pool,
    /// As far as nobody has to decide.
    End,
}
