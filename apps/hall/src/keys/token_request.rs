//! `token-request`: what is sent to a time stamp authority (RFC 3161) for a checkpoint.

use super::signing::{Which, sealed};
use crate::disk::whole;
use crate::words::say::{Stop, quoted, say, tr};
use clap::Args;
use floorlot::rules::Lang;
use floorlot::token;
use std::io::ErrorKind;
use std::path::PathBuf;

/// What `token-request` is given.
#[derive(Args)]
pub(crate) struct TokenRequestArgs {
    /// The transcript, also of a draw that is not finished · 记录文件，未完成的也可以
    transcript: PathBuf,
    /// Which checkpoint: plan, reveals, result, last, or the number of lines before it · 哪个检查点，或其之前的行数
    #[arg(long, default_value = "last")]
    checkpoint: Which,
    /// The file to write, such as checkpoint.tsq; none is replaced · 写出的文件，如 checkpoint.tsq；不覆盖已有文件
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
}

/// Writes the request, and says how it is sent. It sends nothing itself.
pub(crate) fn token_request(args: &TokenRequestArgs, lang: Lang) -> Result<(), Stop> {
    let sealed = sealed(&args.transcript, args.checkpoint, None, lang)?;
    let request = token::request(&sealed.note.body);
    whole::write(&args.out, &request, false).map_err(|error| match error.kind() {
        ErrorKind::AlreadyExists => {
            let there = tr!(
                lang,
                "found another file of this name; it stays as it is; name a new file with --out",
                "已有同名文件，保持原样；请用 --out 另指新文件"
            );
            Stop::file(lang, &args.out, there)
        }
        _ => Stop::file(lang, &args.out, error),
    })?;
    let (size, query) = (sealed.size, quoted(&args.out.display().to_string()));
    let answer = quoted(&args.out.with_extension("tsr").display().to_string());
    say(tr!(
        lang,
        "The request for a time token over the checkpoint of {size} lines is in {query}. It holds a hash, and nothing of the draw. To send it to an authority:",
        "对 {size} 行的检查点的时间戳请求已写入 {query}，其中只有哈希，没有抽签内容。发送给时间戳机构："
    ));
    say(format!(
        "  curl -H 'Content-Type: application/timestamp-query' --data-binary @{query} -o {answer} URL"
    ));
    say(tr!(
        lang,
        "Then, before the draw goes on: `token` with the file that it sent ({answer}).",
        "然后，在抽签继续之前，用“时间戳”命令登记其发来的文件（{answer}）。"
    ));
    Ok(())
}
