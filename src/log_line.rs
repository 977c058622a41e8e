//! The signature of the log under a checkpoint (rule S7).
//!
//! The live session and the verifier both ask here.

use crate::note::LogSignature;
use crate::plan::Roll;
use crate::rules::{Fault, Phrase, Rule};

fn fault(found: Phrase, expected: Phrase) -> Box<Fault> {
    Box::new(Fault { rule: Rule::S7, line: 0, place: "log".into(), found, expected })
}

/// S7: another line stands where the log signs.
pub(crate) fn missing(kind: &str) -> Box<Fault> {
    fault(
        Phrase::new(format!("a {kind} line"), format!("{kind} 行")),
        Phrase::new(
            "the signature of the log, directly under the checkpoint",
            "检查点之下紧接日志的签名",
        ),
    )
}

/// S7: the signature line of the log over the body of the checkpoint above it. `false` if this build
/// cannot verify it.
pub(crate) fn check(roll: &Roll, body: &str, text: &str) -> Result<bool, Box<Fault>> {
    // S7: a signature line of a note, with an Ed25519 signature alone behind the key id.
    let Ok(signature) = text.parse::<LogSignature>() else {
        let expected =
            Phrase::new("a signature line `— origin base64`", "签名行 `— 抽签编号 base64`");
        return Err(fault(Phrase::same(format_args!("`{text}`")), expected));
    };
    // S7: with the name and the key id of `log`. After a fault: one that breaks P12 signs nothing.
    let Some(key) = roll.log_key().filter(|key| signature.is_by(key)) else {
        let (name, id) = (&signature.name, hex::encode(signature.key_id));
        return Err(fault(
            Phrase::new(format!("key {name} {id}"), format!("公钥 {name} {id}")),
            Phrase::new("the key of the log in the plan", "方案中的日志公钥"),
        ));
    };
    #[cfg(feature = "signatures")]
    {
        crate::sign::verify_log(key, body, &signature).map(|()| true).map_err(|_| {
            fault(
                Phrase::new("a wrong signature", "签名不对"),
                Phrase::new("one over the checkpoint above it", "对其上检查点的签名"),
            )
        })
    }
    #[cfg(not(feature = "signatures"))]
    {
        let _ = (key, body);
        Ok(false)
    }
}
