//! Settings that are filled in on the operator's page, what a file is, and the blank workbook. All is
//! synthetic.

use crate::chosen_files::form as sent;
use crate::hall::{Server, agent};
use serde_json::{Value, json};
use std::fs;
use tempfile::TempDir;

const ROLL: &str = "户号,户主,楼栋,户型,顺位\nH1,张小明,A,T1,1\nH2,李红,A,T1,2\n";
const UNITS: &str = "房源编号,室号,所在层,楼栋,户型\nA-301,301,3,A,T1\nA-501,501,5,A,T1\n";

fn filled() -> Value {
    let bench = |title: &str, names: [&str; 2]| {
        let member = |name| json!({"name": name});
        json!({"title": title, "quorum": "1", "members": names.map(member)})
    };
    json!({
        "fields": {"title": "合成演练", "origin": "sample.example/filled", "mode": "rehearsal", "attempt": "1",
            "rule": "choice", "absence": "last", "seconds": "90", "dice": "20"},
        "benches": [bench("居民代表", ["王小红", ""]), bench("工作人员", ["李建国", "赵五"])],
    })
}

fn hall() -> (TempDir, Server) {
    let folder = TempDir::new().unwrap();
    let mut server = Server::start(folder.path(), &[]);
    server.enter();
    (folder, server)
}

/// Reads these tables with the settings of the page.
fn read(server: &Server, form: &Value, roll: &str) -> (u16, Value) {
    let version = server.view()["version"].to_string().into_bytes();
    let parts = [
        ("version", None, version),
        ("asked", None, b"tables".to_vec()),
        ("settings", None, form.to_string().into_bytes()),
        ("roll", Some("roll.csv"), roll.into()),
        ("units", Some("units.csv"), UNITS.into()),
    ];
    sent(server, "api/plan", &parts)
}

fn use_it(server: &Server) {
    let version = &server.view()["version"];
    let (status, body) = server.asked("api/draft", &json!({"version": version, "doing": "use"}));
    assert_eq!(status, 200, "{body}");
}

#[test]
fn what_is_filled_in_becomes_draw_toml_beside_the_transcript_and_over_nothing() {
    let (folder, server) = hall();
    let (status, checked) = server.asked("api/settings", &json!({"form": filled()}));
    assert_eq!((status, &checked["wrong"]), (200, &json!([])), "{checked}");
    assert_eq!(server.get("api/settings")["form"]["fields"]["seconds"], "90", "it is kept");
    let path = folder.path().join("draw.toml");
    assert!(!path.exists());
    assert_eq!(read(&server, &filled(), ROLL).0, 200);
    assert!(!path.exists(), "nothing is written before it is said");
    use_it(&server);
    assert_eq!(json!(fs::read_to_string(&path).unwrap()), checked["toml"]);

    // What was changed after the tables were read is read first.
    assert_eq!(read(&server, &filled(), ROLL).0, 200);
    let mut changed = filled();
    changed["fields"]["seconds"] = json!("60");
    assert_eq!(server.asked("api/settings", &json!({"form": changed})).0, 200);
    let version = &server.view()["version"];
    let (status, body) = server.asked("api/draft", &json!({"version": version, "doing": "use"}));
    let words = "the settings were changed after the tables were read; read the tables again";
    assert_eq!((status, &body["error"]), (422, &json!(words)));
    assert_eq!(server.asked("api/settings", &json!({"form": filled()})).0, 200);

    // The same again is the same file; other settings go beside it.
    assert_eq!(read(&server, &filled(), ROLL).0, 200);
    use_it(&server);
    assert!(!folder.path().join("draw.settings-2.toml").exists());
    let mut other = filled();
    other["fields"]["seconds"] = json!("");
    assert_eq!(server.asked("api/settings", &json!({"form": other})).0, 200);
    assert_eq!(read(&server, &other, ROLL).0, 200);
    use_it(&server);
    assert_eq!(json!(fs::read_to_string(&path).unwrap()), checked["toml"], "it stays as it is");
    let second = fs::read_to_string(folder.path().join("draw.settings-2.toml")).unwrap();
    assert!(!second.contains("seconds"), "{second}");
    let told = server.view()["operator"]["told"].to_string();
    assert!(told.contains("draw.settings-2.toml: the settings as they were filled in"), "{told}");
}

#[test]
fn faults_of_fields_and_of_files_are_told_at_once_each_with_its_place() {
    let (folder, server) = hall();
    let mut form = filled();
    form["fields"]["origin"] = json!("7号楼");
    form["benches"][1]["quorum"] = json!("3");
    let checked = server.asked("api/settings", &json!({"form": form})).1;
    assert_eq!(
        checked["wrong"]
            .as_array()
            .unwrap()
            .iter()
            .map(|wrong| &wrong["field"])
            .collect::<Vec<_>>(),
        ["origin", "bench.1.quorum"]
    );
    assert_eq!(read(&server, &form, &ROLL.replace(",2\n", ",x\n")).0, 200);
    let draft = server.get("api/draft");
    assert_eq!(draft["of"], json!(["fields", "fields", "roll"]), "{draft}");
    let faults: Vec<&str> =
        draft["faults"].as_array().unwrap().iter().filter_map(Value::as_str).collect();
    assert!(faults[0].starts_with("the settings, Name of the draw: found `7号楼`; "), "{faults:?}");
    assert!(faults[1].starts_with("the settings, bench 2, quorum: found 3; "), "{faults:?}");
    assert!(faults[2].starts_with("roll.csv, row 3, column E (顺位): found `x`; "), "{faults:?}");
    assert!(!folder.path().join("draw.plan.jsonl").exists());

    // After the page was loaded again, the program still has the files: only one is chosen anew.
    let version = server.view()["version"].to_string().into_bytes();
    let parts = [
        ("version", None, version),
        ("asked", None, b"tables".to_vec()),
        ("settings", None, filled().to_string().into_bytes()),
        ("kept", None, b"units".to_vec()),
        ("roll", Some("roll.csv"), ROLL.into()),
    ];
    assert_eq!(sent(&server, "api/plan", &parts).0, 200);
    let draft = server.get("api/draft");
    assert_eq!((&draft["faults"], &draft["files"]["units"]), (&json!([]), &json!("units.csv")));
    use_it(&server);
}

#[test]
fn a_file_is_told_for_what_it_is_and_nothing_is_done_with_it() {
    let (_folder, server) = hall();
    let look = |name: &str, bytes: &[u8]| {
        let (status, body) = sent(&server, "api/look", &[("file", Some(name), bytes.to_vec())]);
        assert_eq!(status, 200, "{body}");
        (body["what"].clone(), body["words"].clone())
    };
    let plan = include_bytes!("../../../../examples/data/block/plan.jsonl");
    let title = "a plan: 示例数据（合成，synthetic）：7号楼选层小组选层演练, 10 households";
    assert_eq!(look("p", plan), (json!("plan"), json!(title)));
    assert_eq!(
        look("r.csv", ROLL.as_bytes()),
        (json!("table"), json!("a table: households (2 rows)"))
    );
    assert_eq!(look("u.csv", UNITS.as_bytes()), (json!("table"), json!("a table: units (2 rows)")));
    let toml = include_bytes!("../../../../examples/data/block/draw.toml");
    assert_eq!(look("d", toml).0, "settings");
    assert_eq!(look("x.png", b"\x89PNG\r\n").0, "other");
    let view = server.view();
    assert_eq!((&view["stage"], &view["draft"]), (&json!("empty"), &json!(false)));
}

#[test]
fn the_page_gives_the_blank_workbook_and_only_the_operator_sees_the_settings() {
    let (_folder, server) = hall();
    let url = format!("{}template.xlsx?lang=zh", server.base);
    let mut response = agent().get(url).call().unwrap();
    let bytes = response.body_mut().read_to_vec().unwrap();
    assert_eq!(
        bytes,
        floorlot_hall::import::template::workbook(floorlot::rules::Lang::Zh).unwrap()
    );
    for path in ["api/settings", "api/draft"] {
        let status = agent().get(format!("{}{path}", server.base)).call().unwrap().status();
        assert_eq!(status, 401, "{path}");
    }
    let own = server.origin();
    for (headers, expected) in [
        (vec![("origin", own.as_str())], 401),
        (vec![("x-floorlot-key", server.key.as_str())], 403),
    ] {
        for path in ["api/settings", "api/look"] {
            let (status, _) = server.post(path, &headers, &json!({"form": filled()}));
            assert_eq!(status, expected, "{path}");
        }
    }
    let (status, body) = server.asked("api/settings", &json!({"form": {"fields": 1}}));
    assert_eq!(status, 422, "{body}");
}
