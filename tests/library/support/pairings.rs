//! What a build without drand cannot say of the corpus.

use floorlot::rules::Rule;
use floorlot::transcript::CheckReport;
use serde_json::{Value, json};

/// Outcome and count of a check, to be compared with the manifest, which is that of a
/// verifier with pairings: a build without drand does not see what only the signature tells (C7).
pub(crate) fn as_with_pairings(check: &CheckReport, expected: &Value) -> Value {
    let found = json!([check.outcome, check.examined]);
    let open = !cfg!(feature = "drand") && check.id == Rule::C7 && found[0] == "not_run";
    if open && expected[0] == "passed" { json!(["passed", check.examined]) } else { found }
}
