//! The sessions shown in the READMEs are real: each command is run, and what is shown of its output
//! is compared, line by line.

use crate::program;
use floorlot_testing::{Run, repository};

/// The words of a command line in which only double quotes occur.
fn words(line: &str) -> Vec<String> {
    let mut words = Vec::new();
    for (i, part) in line.split('"').enumerate() {
        if i % 2 == 1 {
            words.push(part.to_owned())
        } else {
            words.extend(part.split_whitespace().map(str::to_owned))
        }
    }
    words
}

/// Runs `cargo run --release --example NAME -- ARGUMENTS` without cargo.
fn run(command: &str) -> String {
    let rest = command
        .strip_prefix("cargo run --release --example ")
        .unwrap_or_else(|| panic!("{command}"));
    let (name, arguments) = rest.split_once(" -- ").unwrap();
    Run::of(program(name)).args(words(arguments)).ends(0).0
}

/// Each block of shown lines (between `…`) stands in the output in this order, its lines one after
/// another.
#[track_caller]
fn compare(shown: &str, output: &str) {
    let lines: Vec<&str> = output.lines().map(str::trim_end).collect();
    let mut from = 0;
    for block in shown.split("…\n").map(|b| b.lines().collect::<Vec<_>>()).filter(|b| !b.is_empty())
    {
        let found = (from..lines.len()).find(|&at| lines[at..].starts_with(&block));
        let found = found.unwrap_or_else(|| {
            panic!(
                "shown, but not printed (in this order):\n{}\n\nprinted:\n{output}",
                block.join("\n")
            )
        });
        from = found + block.len();
    }
}

fn sessions_of(file: &str) {
    let text = std::fs::read_to_string(repository(file)).unwrap();
    let mut sessions = 0;
    for console in text.split("```console\n").skip(1).map(|rest| rest.split("```").next().unwrap())
    {
        let (command, shown) = console.split_once('\n').unwrap();
        compare(shown, &run(command.strip_prefix("$ ").unwrap()));
        sessions += 1;
    }
    assert_eq!(sessions, 2, "sessions in {file}");
}

#[test]
fn the_sessions_of_the_readme_are_real() {
    sessions_of("README.md");
}

#[test]
fn the_sessions_of_the_chinese_readme_are_real() {
    sessions_of("README.zh-CN.md");
}

#[test]
fn links_of_the_readmes_lead_somewhere() {
    for file in ["README.md", "README.zh-CN.md"] {
        let text = std::fs::read_to_string(repository(file)).unwrap();
        let links: Vec<&str> =
            text.split("](").skip(1).map(|rest| rest.split(')').next().unwrap()).collect();
        assert!(links.len() >= 5, "{file}");
        for link in links.iter().filter(|l| !l.starts_with("https://")) {
            assert!(repository(link).exists(), "{file}: {link}");
        }
    }
}
