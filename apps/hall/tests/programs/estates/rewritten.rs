//! Day 7 is rewritten afterwards: one byte of it, everything behind it recomputed, and signed again
//! with 15 of the 16 keys and with that of the log. Such a file holds together. Who noted the
//! fingerprint of that evening, or kept its signed note, refutes it with that alone.

use super::player::{Act, Played, Say, performed};
use super::{Estate, three, write};
use floorlot::Fingerprint;
use floorlot::lines::{Line, Stage};
use floorlot::note::SignedNote;

const DAY: usize = 7;
/// Who does not sign again.
const HONEST: &str = "r3";

fn lines(file: &[u8]) -> Vec<Line<'_>> {
    let lines = file.trim_ascii_end().split(|byte| *byte == b'\n');
    lines.map(|line| Line::decode(line).unwrap()).collect()
}

/// The bodies of the checkpoints of the plan and of the days.
fn sealed(file: &[u8]) -> Vec<String> {
    let body = |line| match line {
        Line::Checkpoint { stage: Stage::Plan | Stage::Day, body, .. } => Some(body.into_owned()),
        _ => None,
    };
    lines(file).into_iter().filter_map(body).collect()
}

/// The acts of day 7 that choose a flat, by their place, each with a flat that nobody ever took and
/// whose id differs in one byte.
fn other_flats(played: &Played) -> Vec<(usize, String)> {
    let left = |line| match line {
        Line::Leftover { unit, .. } => Some(unit.into_owned()),
        _ => None,
    };
    let left: Vec<String> = lines(&played.file).into_iter().filter_map(left).collect();
    let acts = &played.acts;
    let ends: Vec<usize> = (0..acts.len()).filter(|n| acts[*n] == Act::Day).collect();
    let mut found = Vec::new();
    for at in ends[DAY - 2]..ends[DAY - 1] {
        let (Act::Choose(unit, _), false) = (&acts[at], acts[at + 1] == Act::Undo) else {
            continue;
        };
        let one_byte = |other: &&String| {
            other.len() == unit.len()
                && other.bytes().zip(unit.bytes()).filter(|(a, b)| a != b).count() == 1
        };
        found.extend(left.iter().filter(one_byte).map(|other| (at, other.clone())));
    }
    found
}

/// Everybody signs again who signed by key, but for one.
fn resigned(act: &Act) -> Act {
    match act {
        Act::Sign(member, Say::Key(_)) if member == HONEST => Act::Sign(member.clone(), Say::Away),
        act => act.clone(),
    }
}

pub(super) fn day_seven(estate: &Estate, plan: &[u8], played: &Played) {
    let with = |(at, other): (usize, String)| {
        let mut acts = played.acts.clone();
        let Act::Choose(unit, _) = &mut acts[at] else { return None };
        *unit = other;
        acts.iter_mut().skip(at).for_each(|act| *act = resigned(act));
        performed(plan, &acts)
    };
    // One that was on offer then, and with which all that followed is possible.
    let forged = other_flats(played).into_iter().find_map(with).expect("there is one");
    let differs = |(a, b): &(&u8, &u8)| a != b;
    let same = forged.iter().zip(&played.file).take_while(|pair| !differs(pair)).count();
    // Up to the byte both are the same, and in the line of that byte nothing else differs.
    let rest = |file: &[u8]| -> Vec<u8> {
        file[same + 1..].split(|byte| *byte == b'\n').next().unwrap().to_vec()
    };
    assert_eq!(rest(&forged), rest(&played.file));
    let (true_days, false_days) = (sealed(&played.file), sealed(&forged));
    assert_eq!(true_days[..DAY], false_days[..DAY], "the plan and six days");
    assert!(true_days[DAY..].iter().zip(&false_days[DAY..]).all(|(a, b)| a != b));
    let folder = estate.folder.path();
    let (honest, forged) = (estate.path("draw.jsonl"), write(folder, "forged.jsonl", forged));
    let print = |day: usize| Fingerprint::of_body(&true_days[day]).to_string();
    let [notice, sixth, seventh] = [0, DAY - 1, DAY].map(print);
    // The file and all that was noted before that day: as good as the other.
    for known in [&notice, &sixth] {
        three::agree(&forged, &["--fingerprint", known], "verified", "certified");
    }
    let known = ["--fingerprint", &seventh];
    three::agree(&honest, &known, "verified", "certified");
    three::agree(&forged, &known, "refuted", "none");
    assert_eq!(three::first_failed(&forged, &known), "V1");
    // The file of that evening verifies by itself, unfinished.
    let evening = &played.file[..played.evenings[DAY - 1].file];
    let evening = write(folder, "evening.jsonl", evening);
    three::agree(&evening, &known, "unfinished", "certified");
    // The signed note of that evening.
    let note = write(folder, "day-7.note", signed(&played.file, &true_days[DAY]));
    let known = ["--note", note.to_str().unwrap()];
    three::agree(&honest, &known, "verified", "certified");
    three::agree(&forged, &known, "refuted", "none");
    assert_eq!(three::first_failed(&forged, &known), "V1");
}

/// The signed note of a checkpoint, as the members took it home.
fn signed(file: &[u8], body: &str) -> String {
    let lines = lines(file);
    let is = |line: &Line<'_>| matches!(line, Line::Checkpoint { body: own, .. } if own == body);
    let behind = lines.iter().skip_while(|line| !is(line)).skip(1);
    let signatures = behind.map_while(|line| match line {
        Line::Log { .. } => Some(None),
        Line::Cosignature { signature, .. } => Some(Some(signature.parse().unwrap())),
        Line::Paper { .. } | Line::Dissent { .. } | Line::Unsigned { .. } => Some(None),
        _ => None,
    });
    let signatures: Vec<_> = signatures.flatten().collect();
    assert!(signatures.len() >= 14, "{}", signatures.len());
    SignedNote { body: body.into(), signatures, others: Vec::new() }.to_string()
}
