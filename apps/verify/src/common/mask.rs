//! Masked names: what of a name may stand in a public plan.

/// Surnames of two characters.
const COMPOUND: &[&str] = &[
    "欧阳", "司马", "上官", "诸葛", "东方", "皇甫", "尉迟", "公孙", "慕容", "令狐", "司徒", "宇文",
    "长孙", "夏侯", "轩辕", "端木", "百里", "呼延", "南宫", "东郭", "西门", "独孤", "澹台", "公冶",
    "宗政", "濮阳", "太史", "申屠", "钟离", "闻人", "赫连", "鲜于", "闾丘", "拓跋", "完颜", "纳兰",
    "第五", "公羊", "公西", "左丘", "梁丘", "南门", "万俟",
];

/// What may follow a surname in a name that the office has masked without a star.
const TITLES: &[&str] = &["某", "某某", "先生", "女士", "小姐"];

/// What offices put in place of a character.
pub const STARS: &[char] = &['*', '＊', '×', '○', '●'];

/// A masked name, and whether it was masked already.
pub struct Masked {
    /// The masked name.
    pub name: String,
    /// Whether the office had masked it.
    pub already: bool,
}

/// Masks a name (or several in one cell): `张明` gives `张*`, `欧阳娜娜` gives `欧阳*娜`, `Anna Smith` gives
/// `A*** S***`.
///
/// What stands in brackets is dropped: it is a second name or a remark.
pub fn mask(cell: &str) -> Masked {
    let people: Vec<Masked> = without_brackets(cell)
        .split(['、', ',', '，', ';', '；', '/', '\n'])
        .map(person)
        .filter(|p| !p.name.is_empty())
        .collect();
    Masked {
        already: !people.is_empty() && people.iter().all(|p| p.already),
        name: people.into_iter().map(|p| p.name).collect::<Vec<_>>().join("、"),
    }
}

fn without_brackets(cell: &str) -> String {
    let mut depth = 0_u32;
    cell.chars()
        .filter(|c| match c {
            '(' | '（' | '[' | '【' => {
                depth += 1;
                false
            }
            ')' | '）' | ']' | '】' => {
                depth = depth.saturating_sub(1);
                false
            }
            _ => depth == 0,
        })
        .collect()
}

fn person(name: &str) -> Masked {
    let name: String =
        name.trim().chars().map(|c| if STARS.contains(&c) { '*' } else { c }).collect();
    let han = name.chars().any(is_han);
    let shown = if han { name.chars().filter(|c| !c.is_whitespace()).collect() } else { name };
    if if han { is_masked_han(&shown) } else { is_masked_latin(&shown) } {
        return Masked { name: shown, already: true };
    }
    let name = if han { mask_han(&shown) } else { mask_latin(&shown) };
    Masked { name, already: false }
}

fn is_han(c: char) -> bool {
    matches!(u32::from(c), 0x2E80..=0x2FDF | 0x3007 | 0x3400..=0x4DBF | 0x4E00..=0x9FFF | 0xF900..=0xFAFF | 0x20000..=0x323AF)
}

fn surname(name: &str) -> &str {
    let compound = COMPOUND.iter().find(|c| name.starts_with(**c));
    compound.copied().unwrap_or_else(|| {
        name.get(..name.chars().next().map_or(0, char::len_utf8)).unwrap_or_default()
    })
}

/// `张*`, `张**`, `张*明`, `欧阳*娜`, `*明`, `张某`, `张女士`. But `张小明*` is a whole name with a mark behind it.
fn is_masked_han(name: &str) -> bool {
    let first = name.chars().next().map_or(0, char::len_utf8);
    let rest = [surname(name), name.get(..first).unwrap_or_default(), ""]
        .map(|head| name.strip_prefix(head).unwrap_or_default());
    let stars = |rest: &str| {
        let tail = rest.trim_start_matches('*');
        tail.len() < rest.len() && tail.chars().count() <= 1 && tail.chars().all(is_han)
    };
    let titled = rest.iter().take(2).any(|rest| TITLES.contains(rest));
    titled || rest.iter().any(|rest| stars(rest))
}

/// Every word is one letter and stars.
fn is_masked_latin(name: &str) -> bool {
    let masked = |word: &str| {
        let mut chars = word.chars();
        let letter = chars.next().is_some_and(|c| c.is_alphabetic() || c == '*');
        letter && word.len() > 1 && chars.all(|c| matches!(c, '*' | '.'))
    };
    !name.is_empty() && name.split_whitespace().all(masked) && name.contains('*')
}

fn mask_han(name: &str) -> String {
    let parts = name
        .split(['·', '•', '・', '‧', '∙', '⋅', '.', '．'])
        .map(|part| part.chars().filter(|c| is_han(*c)).collect::<String>());
    let parts: Vec<String> = parts.filter(|part| !part.is_empty()).collect();
    match parts.as_slice() {
        [one] => {
            let (count, last) = (one.chars().count(), one.chars().last());
            let surname =
                if count == 2 { one.chars().take(1).collect() } else { surname(one).to_owned() };
            let shown = last.filter(|_| count > surname.chars().count() + 1);
            format!("{surname}*{}", shown.map(String::from).unwrap_or_default())
        }
        many => many
            .iter()
            .map(|part| part.chars().take(1).chain(['*']).collect::<String>())
            .collect::<Vec<_>>()
            .join("·"),
    }
}

fn mask_latin(name: &str) -> String {
    let words = name.split_whitespace().filter_map(|word| word.chars().find(|c| c.is_alphabetic()));
    words.map(|letter| format!("{}***", letter.to_uppercase())).collect::<Vec<_>>().join(" ")
}
