//! Settings that are filled in: what is wrong with them is told at its field, and they become a
//! `draw.toml` like any other. All is synthetic.

use super::import::fields::{FIELDS, Takes};
use super::import::form::{BenchForm, Form, MemberForm, PoolForm};
use super::{Office, ROLL, UNITS, values};
use floorlot::rules::Lang;

fn member(name: &str) -> MemberForm {
    MemberForm { name: name.into(), ..MemberForm::default() }
}

fn bench(title: &str, quorum: &str, names: &[&str]) -> BenchForm {
    let members = names.iter().map(|name| member(name)).collect();
    BenchForm { title: title.into(), quorum: quorum.into(), members, ..BenchForm::default() }
}

/// A form with nothing wrong in it.
fn right() -> Form {
    let mut form = Form::empty();
    for (key, text) in
        [("title", "合成"), ("origin", "sample.example/form"), ("mode", "演练"), ("rule", "lot")]
    {
        form.fields.insert(key.into(), text.into());
    }
    form.benches =
        vec![bench("居民代表", "1", &["王小红", "", "赵六"]), bench("工作人员", "１", &["李建国"])];
    form
}

/// The form with one field changed.
fn with(key: &str, text: &str) -> Form {
    let mut form = right();
    form.fields.insert(key.into(), text.into());
    form
}

#[track_caller]
fn wrong(form: &Form, expected: &[(&str, &str)]) {
    let found: Vec<(String, String)> =
        form.wrong().iter().map(|wrong| (wrong.field.clone(), wrong.words(Lang::En))).collect();
    let shown: Vec<(&str, &str)> =
        found.iter().map(|(field, words)| (field.as_str(), words.as_str())).collect();
    assert_eq!(shown, expected);
}

#[test]
fn each_fault_has_its_field() {
    wrong(&right(), &[]);
    let number = "expected a whole number in the digits 0 to 9";
    wrong(&with("title", " "), &[("title", "found nothing; expected a text")]);
    wrong(&with("attempt", "二"), &[("attempt", &format!("found `二`; {number}"))]);
    wrong(&with("dice", ""), &[("dice", &format!("found nothing; {number}"))]);
    wrong(&with("dice", "201"), &[("dice", "found 201; expected a number from 1 to 200")]);
    wrong(&with("balls", "3"), &[("balls_range", &format!("found nothing; {number}"))]);
    let mut balls = with("balls", "9");
    balls.fields.insert("balls_range".into(), "8".into());
    wrong(&balls, &[("balls", "found 9; expected a number from 1 to 8")]);
    wrong(
        &with("mode", "半正式"),
        &[("mode", "found `半正式`; expected one of: Official draw; Rehearsal")],
    );
    wrong(&with("log", "x"), &[("log", &with("log", "x").wrong()[0].words(Lang::En))]);
    let again = with("attempt", "2").wrong();
    assert_eq!(again.len(), 1);
    assert!(again[0].field == "attempt" && again[0].words(Lang::En).contains("again TRANSCRIPT"));
}

#[test]
fn faults_of_the_panel_stand_at_bench_and_member() {
    let mut form = right();
    form.benches[0].quorum = "3".into();
    form.benches[0].members[2].name = "13800138000".into();
    form.benches[1].members[0].key = "abc".into();
    let fields: Vec<String> = form.wrong().into_iter().map(|wrong| wrong.field).collect();
    assert_eq!(fields, ["bench.0.member.2.name", "bench.0.quorum", "bench.1.member.0.key"]);
    assert!(!format!("{:?}", form.wrong()[0].words(Lang::Zh)).contains("13800138000"));

    form = right();
    form.benches.truncate(1);
    wrong(&form, &[("benches", "found 1 bench(es); expected at least 2")]);
    form.benches.clear();
    wrong(
        &form,
        &[("benches", "found nobody; expected at least two benches, each with its members")],
    );
    form = right();
    form.benches[1].members.clear();
    wrong(&form, &[("bench.1.member.0.name", "found nobody; expected the members of the bench")]);
}

#[test]
fn sample_keys_are_for_rehearsals() {
    let mut form = with("keys", "sample");
    wrong(&form, &[]);
    assert_eq!(form.toml().matches("key = \"sample.example/").count(), 3);
    form.fields.insert("mode".into(), "official".into());
    let found = form.wrong();
    assert_eq!(found[0].field, "keys");
    assert!(
        found[0]
            .words(Lang::En)
            .starts_with("found a sample key, whose secret anybody can compute")
    );
}

#[test]
fn a_pool_may_have_rules_of_its_own() {
    let mut form = with("seconds", "60");
    form.pools.push(PoolForm { id: "A-T1".into(), rule: "choice".into(), ..PoolForm::default() });
    wrong(&form, &[]);
    let plan = Office::new(ROLL, UNITS).config(&form.toml()).plan();
    assert_eq!(values(&plan, "pool", "rule"), ["choice"]);
    assert_eq!(values(&plan, "pool", "seconds"), ["60"], "what is not said is as for all pools");
    form.pools[0].seconds = "9".into();
    form.pools.push(PoolForm { seconds: "30".into(), ..PoolForm::default() });
    let fields: Vec<String> = form.wrong().into_iter().map(|wrong| wrong.field).collect();
    assert_eq!(fields, ["pool.1.id", "pool.0.seconds"]);
    form.pools = vec![PoolForm { id: "B-T9".into(), ..PoolForm::default() }];
    let refusal = Office::new(ROLL, UNITS).config(&form.toml()).refusal(Lang::En);
    assert!(refusal.faults.join("\n").contains("draw.toml, [pools.B-T9]: found `B-T9`"));
}

#[test]
fn what_was_saved_is_filled_in_again() {
    let mut form = with("seconds", "60");
    for (key, text) in [
        ("rule", "choice"),
        ("balls", "9"),
        ("balls_range", "99"),
        ("drand", "1000"),
        ("tiers", "签约\"日\""),
        ("tiers_first", "highest"),
        ("serve", "together"),
        ("keys", "sample"),
        ("office", "石桥街道办事处"),
        ("office_date", "2026年11月29日"),
        ("office_telephone", "0000-0000"),
    ] {
        form.fields.insert(key.into(), text.into());
    }
    form.benches[1].show_names = true;
    form.pools.push(PoolForm { id: "A-T1".into(), rule: "ranking".into(), ..PoolForm::default() });
    for form in [form, right(), with("dice", "30")] {
        let again = Form::of_toml(&form.toml()).expect("nothing that no field has");
        assert_eq!((again.toml(), again.wrong().len()), (form.toml(), form.wrong().len()));
    }
    // What no field has would be lost: such a file stays a file.
    for more in
        ["[needs]\n\"轮椅\" = \"step-free\"\n", "[[documents]]\nwhat = \"roll\"\n", "x = 1\n"]
    {
        let text = format!("{}{more}", right().toml());
        assert_eq!((Form::of_toml(&text), Form::of_toml("")), (None, None), "{more}");
    }
    assert_eq!(Form::of_toml(&super::read("block/draw.toml")), None);
    assert_eq!(Form::of_toml(&right().toml().replace("range = 10", "range = 6")), None);
}

#[test]
fn everything_that_can_be_typed_is_a_draw_toml_that_can_be_read() {
    // What is wrong is told as a fault of a field, never as one of the text that it becomes.
    let odd = [
        "",
        "\"",
        "\\",
        "\u{1}",
        "a\nb = 1",
        "'''",
        "[pool]",
        "０",
        "9007199254740993",
        "= #",
        "示例",
    ];
    for field in FIELDS {
        for text in odd {
            let form = with(field.key, text);
            let fields: Vec<String> = form.wrong().into_iter().map(|wrong| wrong.field).collect();
            assert!(
                fields.iter().all(|field| !field.is_empty()),
                "{}: {text:?}: {fields:?}",
                field.key
            );
            form.toml().parse::<toml::Table>().unwrap();
        }
    }
    for text in odd {
        let mut form = right();
        form.benches[0] = bench(text, text, &[text]);
        form.benches[1].members[0] =
            MemberForm { id: text.into(), name: text.into(), key: text.into() };
        let all = [text; 5].map(str::to_owned);
        let [id, rule, absence, seconds, unranked] = all;
        form.pools.push(PoolForm { id, rule, absence, seconds, unranked });
        form.toml().parse::<toml::Table>().unwrap();
        let fields: Vec<String> = form.wrong().into_iter().map(|wrong| wrong.field).collect();
        assert!(fields.iter().all(|field| !field.is_empty()), "{text:?}: {fields:?}");
    }
}

#[test]
fn each_choice_is_understood_in_both_languages() {
    for field in FIELDS {
        let Takes::One(words) = field.takes else { continue };
        for (word, en, zh) in words {
            for name in [word, en, zh] {
                assert_eq!(field.said(name), *word, "{}", field.key);
            }
            // A drop-down of a spreadsheet program has commas between its words.
            assert!(!en.contains(',') && !zh.contains(','), "{en} {zh}");
        }
        let names: usize = words.iter().map(|(_, en, _)| en.len() + 1).sum();
        assert!(names < 255, "a drop-down takes 255 characters");
    }
}
