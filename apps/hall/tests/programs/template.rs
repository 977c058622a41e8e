//! `draw_session template`: the blank workbook, written over nothing. All is synthetic.

use crate::program;
use floorlot_testing::Run;

#[test]
fn the_template_is_written_over_nothing() {
    let folder = tempfile::tempdir().unwrap();
    for (lang, words, there) in [
        (
            "zh",
            "已写出 zh.xlsx。请填写其中四张工作表，然后运行：",
            "zh.xlsx 已存在，保持原样；请用 --out 另指文件\n",
        ),
        (
            "en",
            "en.xlsx is written. Fill in its four sheets, then: ",
            "en.xlsx is there already and stays as it is; name another file with --out\n",
        ),
    ] {
        let out = format!("{lang}.xlsx");
        let run = || {
            Run::of(program("draw_session"))
                .args(["--lang", lang, "template", "--out", out.as_str()])
                .within(&folder)
        };
        let (said, _) = run().ends(0);
        assert!(
            said.starts_with(words) && said.ends_with(&format!("import --roll {out}\n")),
            "{said}"
        );
        let bytes = std::fs::read(folder.path().join(&out)).unwrap();
        assert_eq!(run().ends(2), (String::new(), there.to_owned()));
        assert_eq!(std::fs::read(folder.path().join(&out)).unwrap(), bytes);
        // Without settings anywhere, import says where they can be.
        std::fs::write(folder.path().join("roll.csv"), "户号,户主,楼栋,户型,顺位\nH1,张三,A,T,1\n")
            .unwrap();
        let import =
            Run::of(program("draw_session")).args(["--lang", lang, "import", "--roll", "roll.csv"]);
        let (_, why) = import.within(&folder).ends(2);
        assert!(why.contains("draw.toml") && why.contains("--config"), "{why}");
    }
}
