//! A plan file of any size, written line by line: the plan of [`plan`](super::common::plan), or one with
//! four kinds of needs of which there are no more flats than households that need them.

use std::io::{self, Write};

/// What households need.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Needs {
    /// One in 50 a need that one flat in 10 meets: nothing is held back.
    Easy,
    /// One in 25 each of four needs, each met by one flat in 25: all these flats are held back until
    /// their households are called.
    Scarce,
}

const KINDS: [&str; 4] = ["ground", "lift", "low-floor", "step-free"];

/// Writes the plan of a draw with so many households.
pub(crate) fn write_plan(out: &mut impl Write, households: u32, needs: Needs) -> io::Result<()> {
    const NAMES: [&str; 5] = ["张*明", "上官*国", "韩*艳", "李*", "欧阳*红"];
    let small = super::common::plan(1);
    for line in small.lines().iter().filter(|line| !is_of_pool(line)) {
        let line = String::from_utf8_lossy(line);
        let counts = format!("\"units\":{households},\"households\":{households}}}");
        writeln!(out, "{}", line.replace("\"units\":1,\"households\":1}", &counts))?;
    }
    let pool = "\"pool\":\"B07-T2\"";
    for i in 0..households {
        let (building, storey, flat) = (i / 1_000, i % 1_000 / 30 + 1, i % 1_000 % 30 + 1);
        let id = format!("B{building:05}-{storey:02}{flat:02}");
        let label = id.trim_start_matches('B');
        let features = list("features", one_of(i, needs, 10));
        let place = format!("\"id\":\"{id}\",\"label\":\"{label}\",\"storey\":{storey}");
        writeln!(out, "{{\"kind\":\"unit\",{pool},{place}{features}}}")?;
    }
    for i in 0..households {
        let (name, tier) = (NAMES[i as usize % NAMES.len()], if i % 3 == 0 { 1 } else { 2 });
        let who = format!("\"id\":\"H{i:07}\",\"name\":\"{name}\",\"tier\":{tier}");
        let needed = list("needs", one_of(i, needs, 50));
        writeln!(out, "{{\"kind\":\"household\",{pool},{who}{needed}}}")?;
    }
    Ok(())
}

fn is_of_pool(line: &[u8]) -> bool {
    line.starts_with(b"{\"kind\":\"unit\"") || line.starts_with(b"{\"kind\":\"household\"")
}

fn one_of(i: u32, needs: Needs, one_in: u32) -> Option<&'static str> {
    match needs {
        Needs::Easy => i.is_multiple_of(one_in).then_some("step-free"),
        Needs::Scarce => KINDS.get(i as usize % 25).copied(),
    }
}

fn list(key: &str, of: Option<&str>) -> String {
    of.map_or_else(String::new, |of| format!(",\"{key}\":[\"{of}\"]"))
}
