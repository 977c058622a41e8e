//! A member's secret, made on the member's own device.

use crate::disk::plan_file::read_plan;
use crate::words::say::{Stop, no_randomness, say, tr};
use clap::Args;
use floorlot::Hash;
use floorlot::ceremony::{commit_text, commitment};
use floorlot::rules::Lang;
use std::path::PathBuf;

/// What `secret` is given.
#[derive(Args)]
pub(crate) struct SecretArgs {
    /// The member's id in the plan: prints the commitment too (needs --plan or --plan-root) · 监督员编号
    #[arg(long, value_name = "ID", requires = "of_plan")]
    member: Option<String>,
    /// The root of the sealed plan, 64 hex digits · 已封存方案的根
    #[arg(long, value_name = "HEX", group = "of_plan", requires = "member")]
    plan_root: Option<String>,
    /// The plan file · 方案文件
    #[arg(long, value_name = "FILE", group = "of_plan", requires = "member")]
    plan: Option<PathBuf>,
}

/// Makes a secret and says what to do with it.
pub(crate) fn secret(args: &SecretArgs, lang: Lang) -> Result<(), Stop> {
    let of_plan = plan_root(args, lang)?;
    let mut bytes = [0; 16];
    getrandom::fill(&mut bytes).map_err(|error| Stop::Failed(no_randomness(error, lang)))?;
    let secret: String = bytes.iter().map(|b| format!("{b:02x}")).collect();
    say(tr!(
        lang,
        "Secret (keep it to yourself until the reveals):",
        "密语（公开之前请勿告诉任何人）："
    ));
    say(format!("    {secret}"));
    let (Some(root), Some(member)) = (of_plan, &args.member) else { return Ok(()) };
    let commit = commitment(root, member, &secret);
    say(tr!(lang, "Commitment (hand this in at the roll call):", "承诺（点名时提交）："));
    say(format!("    commit {member} {commit}"));
    say(tr!(
        lang,
        "Anybody with the secret gets the same with:",
        "有密语的任何人都可以这样算出同样的承诺："
    ));
    let text = commit_text(root, member, &secret).replace('\n', "\\n");
    say(format!("    printf '{text}' | sha256sum"));
    Ok(())
}

/// The root of the plan that the secret is for. The member must be one of that plan, where the plan
/// is at hand.
fn plan_root(args: &SecretArgs, lang: Lang) -> Result<Option<Hash>, Stop> {
    let member = args.member.as_deref().unwrap_or_default();
    if let Some(hex) = &args.plan_root {
        let bad = tr!(
            lang,
            "--plan-root is 64 lower-case hex digits; found {hex}",
            "--plan-root 应为 64 位小写十六进制数字；发现 {hex}"
        );
        if !floorlot::plan::is_id(member) {
            return Err(Stop::Failed(tr!(
                lang,
                "`{member}` is not an id",
                "“{member}”不是合规的编号"
            )));
        }
        return Hash::from_hex(hex).map(Some).ok_or(Stop::Failed(bad));
    }
    let Some(path) = &args.plan else { return Ok(None) };
    let plan = read_plan(path, lang)?;
    if !plan.roll().members().any(|m| m == member) {
        let members = plan.roll().members().collect::<Vec<_>>().join(" ");
        return Err(Stop::Failed(tr!(
            lang,
            "`{member}` is not a member of this plan; they are: {members}",
            "“{member}”不是本方案的监督员；监督员有：{members}"
        )));
    }
    Ok(Some(plan.root()))
}
