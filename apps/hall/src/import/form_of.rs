//! The form that a `draw.toml` was made of, so that settings that were saved are filled in again.

use super::form::{BenchForm, Form, MemberForm, PoolForm};
use std::collections::BTreeMap;
use toml::{Table, Value};

impl Form {
    /// The form of this text; `None` if it says anything that no field has, and would be lost.
    pub fn of_toml(text: &str) -> Option<Form> {
        let table: Table = text.parse().ok()?;
        let form =
            Form { fields: fields(&table)?, benches: benches(&table)?, pools: pools(&table)? };
        let made: Table = form.toml().parse().ok()?;
        (made == table).then_some(form)
    }
}

/// A text or a number as it is typed.
fn typed(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Integer(number) => Some(number.to_string()),
        _ => None,
    }
}

fn fields(table: &Table) -> Option<BTreeMap<String, String>> {
    let mut fields = BTreeMap::new();
    let part = |name: &str| table.get(name).and_then(Value::as_table);
    let mut take = |key: &str, value: Option<&Value>| {
        fields.extend(value.and_then(typed).map(|text| (key.to_owned(), text)));
    };
    for key in ["title", "origin", "mode", "attempt", "log"] {
        take(key, table.get(key));
    }
    for key in ["rule", "absence", "seconds", "unranked"] {
        take(key, part("pool")?.get(key));
    }
    take("office", part("office").and_then(|office| office.get("name")));
    for key in ["date", "place", "telephone", "supervision", "posted", "verifier"] {
        take(&format!("office_{key}"), part("office").and_then(|office| office.get(key)));
    }
    take("tiers", part("tiers").and_then(|tiers| tiers.get("from")));
    take("serve", part("families").and_then(|families| families.get("serve")));
    for source in table.get("source")?.as_array()? {
        match source.get("device")?.as_str()? {
            "balls" => {
                take("balls", source.get("count"));
                take("balls_range", source.get("range"));
            }
            "dice" => take("dice", source.get("count")),
            _ => take("drand", source.get("round")),
        }
    }
    if part("tiers").is_some_and(|tiers| tiers.contains_key("descending")) {
        fields.insert("tiers_first".into(), "highest".into());
    }
    Some(fields)
}

fn benches(table: &Table) -> Option<Vec<BenchForm>> {
    let text = |table: &Value, key: &str| table.get(key).and_then(typed).unwrap_or_default();
    let member = |member: &Value| {
        let [id, name, key] = ["id", "name", "key"].map(|key| text(member, key));
        MemberForm { id, name, key }
    };
    let bench = |bench: &Value| {
        Some(BenchForm {
            title: text(bench, "title"),
            quorum: text(bench, "quorum"),
            show_names: bench.get("show_names").is_some(),
            members: bench.get("members")?.as_array()?.iter().map(member).collect(),
        })
    };
    table.get("bench")?.as_array()?.iter().map(bench).collect()
}

fn pools(table: &Table) -> Option<Vec<PoolForm>> {
    let Some(pools) = table.get("pools") else { return Some(Vec::new()) };
    let pool = |(id, pool): (&String, &Value)| {
        let text = |key: &str| pool.get(key).and_then(typed).unwrap_or_default();
        let [rule, absence, seconds, unranked] =
            ["rule", "absence", "seconds", "unranked"].map(text);
        PoolForm { id: id.clone(), rule, absence, seconds, unranked }
    };
    Some(pools.as_table()?.iter().map(pool).collect())
}
