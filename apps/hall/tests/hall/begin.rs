//! The file of the transcript is lost while the program starts: after its lines were read, and
//! before they are taken over.

use crate::hall::{self, next_token};
use crate::server::{PLAN, Said, Server, command, program};
use serde_json::json;
use std::fs;
use std::io::{BufReader, PipeReader, Write, empty, pipe};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};
use tempfile::TempDir;

/// As much as a pipe holds: who writes more waits until somebody reads.
const FULL: usize = 65_536;

/// A draw on its way, with a torn last line, of which the program warns while it takes the lines
/// over; and its whole lines.
fn torn(folder: &Path) -> Vec<u8> {
    let server = Server::start(folder, &["--plan", PLAN]);
    server.draw_to("choice");
    drop(server);
    let file = folder.join("draw.jsonl");
    let whole = fs::read(&file).unwrap();
    fs::write(&file, [&whole, b"{\"kind\":\"pi".as_slice()].concat()).unwrap();
    whole
}

/// Starts the program, and removes the file while it waits with that warning.
fn lost_meanwhile(mut command: Command, folder: &Path) -> (Child, PipeReader) {
    let (read, mut write) = pipe().unwrap();
    write.write_all(&[b' '; FULL]).unwrap();
    let child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(write).spawn().unwrap();
    drop(command); // it has an end of the pipe too
    let (saved, begun) = (folder.join("draw.jsonl.torn-1"), Instant::now());
    while !fs::metadata(&saved).is_ok_and(|about| about.len() > 0) {
        assert!(begun.elapsed() < Duration::from_secs(20), "no torn line was saved");
        std::thread::sleep(Duration::from_millis(5));
    }
    fs::remove_file(folder.join("draw.jsonl")).unwrap();
    (child, read)
}

#[test]
fn run_rescues_what_it_read() {
    let folder = TempDir::new().unwrap();
    let whole = torn(folder.path());
    let mut run = Command::new(program());
    run.args(["--lang", "en", "run", "--plan", PLAN, "--out", "draw.jsonl"])
        .current_dir(folder.path());
    let (mut child, errors) = lost_meanwhile(run, folder.path());
    drop(child.stdin.take());
    let errors = Said::gather(errors);
    assert_eq!(child.wait().unwrap().code(), Some(2));
    errors.closed();
    let told = errors.all();
    assert!(told.contains("the file is gone") && told.contains("written again"), "{told}");
    assert_eq!(fs::read(folder.path().join("draw.jsonl")).unwrap(), whole);
}

#[test]
fn the_hall_keeps_what_it_read_and_writes_it_anew() {
    let folder = TempDir::new().unwrap();
    let whole = torn(folder.path());
    let (mut child, errors) = lost_meanwhile(command(folder.path(), &[]), folder.path());
    let (errors, output) = (Said::gather(errors), child.stdout.take().unwrap());
    let (base, token, key) = Default::default();
    let output = Box::new(BufReader::new(output));
    let mut server = hall::Server { child, output, base, token, key };
    let opened = next_token(&mut server.output);
    (server.base, server.token) = opened.unwrap_or_else(|| panic!("it ended: {}", errors.all()));
    Said::gather(std::mem::replace(&mut server.output, Box::new(empty())));
    server.enter();
    let view = server.view();
    assert_eq!(view["stage"], "broken", "{view}");
    assert!(view["operator"]["broken"].as_str().unwrap().contains("the file is gone"), "{view}");
    server.act(&json!({"do": "anew"}));
    assert_eq!(server.view()["stage"], "choice");
    assert_eq!(fs::read(folder.path().join("draw.jsonl")).unwrap(), whole);
}

/// The same, and no page can be served.
#[test]
fn a_hall_without_pages_rescues_what_it_read() {
    let folder = TempDir::new().unwrap();
    let whole = torn(folder.path());
    let taken = std::net::TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let port = taken.local_addr().unwrap().port().to_string();
    let mut serve = Command::new(program());
    serve.args(["--lang", "en", "serve", "--out", "draw.jsonl", "--port", &port]);
    serve.args(["--plan", PLAN]).current_dir(folder.path());
    let (mut child, errors) = lost_meanwhile(serve, folder.path());
    let errors = Said::gather(errors);
    assert_eq!(child.wait().unwrap().code(), Some(2));
    errors.closed();
    let told = errors.all();
    assert!(told.contains(&format!("port {port}")) && told.contains("written again"), "{told}");
    assert_eq!(fs::read(folder.path().join("draw.jsonl")).unwrap(), whole);
}
