//! `policy`: what it prints is read back as the standard says, and holds of the right notes.

use crate::VERIFY;
use floorlot::lines::Line;
use floorlot::note::{COSIGNATURE, ED25519, VerifierKey};
use floorlot_testing::{Run, repository};
use std::collections::BTreeMap;
use std::fs;
use tempfile::tempdir;

/// A policy as its standard has it: each name stands for a witness or a group.
#[derive(Default)]
struct Policy {
    logs: Vec<VerifierKey>,
    names: BTreeMap<String, Node>,
    quorum: Option<String>,
}

enum Node {
    Witness(VerifierKey),
    Group(usize, Vec<String>),
}

impl Policy {
    /// Reads it, and demands what the standard demands.
    #[track_caller]
    fn read(text: &str) -> Policy {
        let mut policy = Policy::default();
        for line in text.strip_suffix('\n').unwrap().split('\n') {
            let words: Vec<&str> =
                line.split([' ', '\t']).filter(|word| !word.is_empty()).collect();
            match words[..] {
                [] => {}
                [comment, ..] if comment.starts_with('#') => {}
                ["log", key] => policy.logs.push(key.parse().unwrap()),
                ["witness", name, key] => policy.define(name, Node::Witness(key.parse().unwrap())),
                ["group", name, how, ref members @ ..] => policy.group(name, how, members),
                ["quorum", name] => {
                    assert!(policy.quorum.is_none() && policy.names.contains_key(name), "{line}");
                    policy.quorum = Some(name.into());
                }
                _ => panic!("{line}"),
            }
        }
        assert!(policy.quorum.is_some());
        policy
    }

    #[track_caller]
    fn define(&mut self, name: &str, node: Node) {
        assert!(name != "none" && self.names.insert(name.into(), node).is_none(), "{name}");
    }

    #[track_caller]
    fn group(&mut self, name: &str, how: &str, members: &[&str]) {
        let all = members.len();
        let least = match how {
            "all" => all,
            "any" => 1,
            number => number.parse().unwrap(),
        };
        assert!((1..=all).contains(&least), "{name}");
        assert!(members.iter().all(|member| self.names.contains_key(*member)), "{name}");
        let members: Vec<String> = members.iter().map(|member| (*member).to_owned()).collect();
        assert!((1..all).all(|n| !members[..n].contains(&members[n])), "{name}");
        self.define(name, Node::Group(least, members));
    }

    /// Whether it holds when these keys signed.
    fn holds(&self, signed: &[String], name: &str) -> bool {
        match &self.names[name] {
            Node::Witness(key) => signed.contains(&key.name().to_owned()),
            Node::Group(least, members) => {
                members.iter().filter(|member| self.holds(signed, member)).count() >= *least
            }
        }
    }

    fn holds_of(&self, signed: &[String]) -> bool {
        self.holds(signed, self.quorum.as_ref().unwrap())
    }
}

#[track_caller]
fn policy(file: &str, code: i32, lang: &str) -> (String, String) {
    Run::of(VERIFY).args(["policy", file, "--lang", lang]).ends(code)
}

/// The lines of a corpus file, and the names of the keys that signed its first checkpoint.
fn signed() -> (String, Vec<String>) {
    let file = fs::read_to_string(repository("tests/vectors/corpus/valid/signed.jsonl")).unwrap();
    let name = |line: &str| match Line::decode(line.as_bytes()) {
        Ok(Line::Cosignature { signature, .. }) => signature.split(' ').nth(1).map(str::to_owned),
        _ => None,
    };
    let seal = |line: &&str| !line.starts_with("{\"kind\":\"checkpoint\"");
    let under = file.lines().skip_while(seal).skip(1).take_while(seal);
    let names = under.filter_map(name).collect();
    (file, names)
}

#[test]
fn a_policy_holds_of_the_notes_that_the_plan_calls_signed() {
    let (file, signers) = signed();
    let folder = tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    fs::write(path("whole"), &file).unwrap();
    let plan: String = file
        .lines()
        .take_while(|line| !line.starts_with("{\"kind\":\"checkpoint\""))
        .map(|line| format!("{line}\n"))
        .collect();
    fs::write(path("plan"), plan).unwrap();
    let (text, err) = policy(&path("whole"), 0, "en");
    assert_eq!((policy(&path("plan"), 0, "en").0, err.as_str()), (text.clone(), ""));
    let read = Policy::read(&text);
    let keys = |node: &Node| matches!(node, Node::Witness(key) if key.kind() == COSIGNATURE);
    assert!(read.names.values().filter(|node| keys(node)).count() >= signers.len());
    assert!(signers.len() >= 2 && read.holds_of(&signers), "{text}");
    // One bench alone, or nobody, is not enough.
    for (bench, _) in [("bench:residents", 0), ("bench:officials", 0)] {
        let Some(Node::Group(_, members)) = read.names.get(bench) else { panic!("{text}") };
        let of = |member: &String| match &read.names[member] {
            Node::Witness(key) => key.name().to_owned(),
            Node::Group(..) => panic!("{text}"),
        };
        let alone: Vec<String> = members.iter().map(of).collect();
        assert!(read.holds(&alone, bench) && !read.holds_of(&alone), "{text}");
    }
    assert!(!read.holds_of(&[]));
    assert!(text.starts_with("# C2SP tlog-policy: what signs a checkpoint of draw "), "{text}");
    assert!(policy(&path("whole"), 0, "zh").0.starts_with("# C2SP tlog-policy：抽签 "));
}

#[test]
fn the_log_of_the_plan_is_in_its_policy() {
    let of = |name: &str| {
        let path = repository("tests/vectors/corpus/valid").join(name);
        policy(path.to_str().unwrap(), 0, "en").0
    };
    let (logged, without) = (of("logged.jsonl"), of("signed.jsonl"));
    let read = Policy::read(&logged);
    let log = read.logs.iter().map(|key| (key.name(), key.kind())).collect::<Vec<_>>();
    assert_eq!(log, [("corpus.example/logged", ED25519)], "{logged}");
    assert!(Policy::read(&without).logs.is_empty());
    assert!(without.contains("# The plan names no log key"), "{without}");
    assert!(!logged.contains("names no log key"), "{logged}");
}

#[test]
fn no_policy_is_printed_that_nothing_keeps() {
    let (file, _) = signed();
    let folder = tempdir().unwrap();
    let path = folder.path().join("plan").to_str().unwrap().to_owned();
    // Without the keys of a bench its quorum cannot be reached by programs.
    let without = |line: &str| match line.split_once(",\"key\"") {
        Some((member, _)) if member.contains("\"bench\":\"officials\"") => format!("{member}}}\n"),
        _ => format!("{line}\n"),
    };
    let plan = file.lines().take_while(|line| !line.starts_with("{\"kind\":\"checkpoint\""));
    fs::write(&path, plan.map(without).collect::<String>()).unwrap();
    let (out, err) = policy(&path, 2, "en");
    assert!(
        out.is_empty() && err.contains("no policy: the quorum of bench officials is "),
        "{err}"
    );
    let (_, err) = policy(&path, 2, "zh");
    assert!(err.contains("席位 officials 的法定人数为"), "{err}");
    // A plan that breaks its rules tells its first faults, and is no ground for a policy.
    fs::write(&path, file.replacen("\"quorum\":", "\"quorum\":9", 1)).unwrap();
    let (out, err) = policy(&path, 2, "en");
    assert!(out.is_empty() && err.contains("[P5]"), "{err}");
    let missing = folder.path().join("none").to_str().unwrap().to_owned();
    assert_eq!(policy(&missing, 2, "en").0, "");
}
