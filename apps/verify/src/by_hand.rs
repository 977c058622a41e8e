//! How anybody gets the numbers of a household without this program.

use crate::story::Story;
use crate::words::tr;
use floorlot::plan::is_id;
use floorlot::primitives::seed::pool_key;
use floorlot::rules::Lang;
use floorlot::transcript::Why;

/// Commands for a shell, each with what it prints. A pool id that the plan rules do not allow gets
/// none: it could be a command itself.
pub(crate) fn by_hand(why: &Why, story: &Story, lang: Lang) -> String {
    let pool = &why.pool;
    let Some((line, seed)) = story.seed().filter(|_| is_id(pool)) else { return String::new() };
    let ticket = &why.ticket;
    let (key, number, by_lot) =
        (pool_key(seed, pool), story.number, why.by.as_deref() == Some("lot"));
    let mut out = tr!(
        lang,
        "\nThe numbers by hand\n  The key of the pool, from the seed of line {line} (rule D1):\n",
        "\n自己验算\n  由第 {line} 行的种子得出本批次的密钥（规则 D1）：\n"
    );
    out += &format!(
        "    printf 'floorlot/1 pool\\nseed {seed}\\npool {pool}\\n' | sha256sum\n    {key}\n"
    );
    out += &bytes(number, by_lot, lang);
    let counter: String = number.to_le_bytes().iter().map(|byte| format!("{byte:02x}")).collect();
    let length = if by_lot { 24 } else { 8 };
    out += "    head -c 64 /dev/zero |\n";
    out += &format!(
        "    openssl enc -chacha20 -K {key} -iv {counter}0000000000000000 |\n    od -An -tu8 -N{length}\n"
    );
    out += &match by_lot {
        true => lot(why, lang),
        false => tr!(lang, "  This prints the ticket: {ticket}\n", "  显示的就是签号：{ticket}\n"),
    };
    out
}

/// Which bytes of the keystream are the household's.
fn bytes(number: u64, by_lot: bool, lang: Lang) -> String {
    let first = number * 64;
    let (last, ticket, lot_first, lot_last) = (first + 63, first + 7, first + 8, first + 23);
    let mut out = tr!(
        lang,
        "  The household is number {number} of the pool, counted from 0 in the order of the plan, and owns bytes {first} to {last}\n  of the ChaCha20 keystream of that key (rule D3). Its ticket is in bytes {first} to {ticket}",
        "  住户在本批次中是第 {number} 号（按方案顺序从 0 数），对应该密钥的 ChaCha20 密钥流的\n  第 {first} 至 {last} 字节（规则 D3）。签号在第 {first} 至 {ticket} 字节"
    );
    if by_lot {
        out += &tr!(
            lang,
            ", its lot in bytes {lot_first} to {lot_last}",
            "，签数在第 {lot_first} 至 {lot_last} 字节"
        );
    }
    out + &tr!(lang, ", lowest byte first:\n", "，低位字节在前：\n")
}

/// The lot from its two halves, and the number of the flat from the lot.
fn lot(why: &Why, lang: Lang) -> String {
    let (ticket, lot, count) = (&why.ticket, &why.lot, why.offered.len());
    let whole = lot.parse::<u128>().unwrap_or_default();
    let (low, high) = (whole & u128::from(u64::MAX), whole >> 64);
    let mut out = tr!(
        lang,
        "  This prints three numbers: the ticket {ticket}, and the lot in two halves, {low} and {high}.\n  The lot is the lower half plus 2^64 times the upper one:\n",
        "  显示三个数：签号 {ticket}，以及签数的低半和高半：{low}、{high}。\n  签数 = 低半 + 2^64 × 高半：\n"
    );
    out += &format!("    echo '{low} + 2^64 * {high}' | bc\n    {lot}\n");
    out += &tr!(lang, "  The number of the flat in the list:\n", "  房在列表中的号码：\n");
    out + &format!("    echo '{lot} % {count}' | bc\n")
}
