//! The whole path from a plan to a verified allocation, as estate software embeds it. `cargo run
//! --example embed`

use floorlot::Noted;
use floorlot::ceremony::{Numbers, commitment};
use floorlot::plan::{Mode, Plan, Pool, Source};
use floorlot::rules::Lang;
use floorlot::session::{Awaits, Session};
use floorlot::transcript::{Evidence, verify};

/// Made on each member's own device; the library draws no randomness of its own.
const SECRETS: [(&str, &str); 2] =
    [("r1", "5f0c8a1be2d94c7790ab3d11c6e0f4a2"), ("o1", "b87d02ee61c34f5a9d1170c4a8e5936f")];

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let plan = Plan::new("draw.example/2026-001", "Block 7", Mode::Rehearsal)
        .bench("residents", "居民代表", 1, &[("r1", "王*")])
        .bench("officials", "工作人员", 1, &[("o1", "李*")])
        .source(Source::TWENTY_DICE)
        .pool(
            Pool::lot("A", "1号楼 两室", "1号楼")
                .unit("A-0301", "301", 3, &["step-free"])
                .unit("A-1801", "1801", 18, &[])
                .household("H001", "张*明", 1, &[])
                .household("H002", "欧阳*", 1, &["step-free"]),
        );

    // Every step makes one line. Real software writes each to disk, with LF, before the next step.
    let mut session = Session::new(plan.validate()?);
    let mut transcript: Vec<u8> = Vec::new();
    let mut write = |line: Vec<u8>| transcript.extend(line.into_iter().chain(*b"\n"));
    while let Some(line) = session.advance(None) {
        write(line); // the plan and its checkpoint
    }
    let plan_root = session.plan_root().ok_or("the plan is not sealed")?;
    for (member, secret) in SECRETS {
        write(session.commit(member, commitment(plan_root, member, secret), None)?);
    }
    write(session.close_commits(None)?);
    for (member, secret) in SECRETS {
        write(session.reveal(member, secret, None)?);
    }
    write(session.close_reveals(None)?);
    while let Some(line) = session.advance(None) {
        write(line); // the checkpoint of the reveals: read its fingerprint aloud, then roll
    }
    write(session.numbers(Numbers::Dice("00416293857710359264".into()), None)?);
    while let Some(line) = session.advance(None) {
        write(line); // seed, calls, picks, result, closing
    }
    assert_eq!(session.awaits(), Awaits::Done);

    let noted = Evidence::default().with_noted(vec![Noted::Root(plan_root)]);
    let report = verify(transcript.as_slice(), &noted)?;
    println!("{}", report.sentence().get(Lang::En));
    let verified = report.into_verified().map_err(|report| report.text(Lang::En))?;
    verified
        .allocation()
        .for_each(|(household, unit)| println!("{household} → {}", unit.unwrap_or("standby")));
    Ok(())
}
