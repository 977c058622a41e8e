//! A hall that is open, as its pages ask it.

use serde_json::{Value, json};
use std::fs;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;
use ureq::Agent;

pub(crate) const PLAN: &str =
    concat!(env!("CARGO_MANIFEST_DIR"), "/../../examples/data/block/plan.jsonl");

pub(crate) fn program() -> &'static str {
    env!("CARGO_BIN_EXE_draw_session")
}

/// A hall that is open.
pub(crate) struct Server {
    pub(crate) child: Child,
    pub(crate) output: Box<dyn BufRead + Send + Sync>,
    pub(crate) base: String,
    pub(crate) token: String,
    pub(crate) key: String,
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Asks, and waits for no answer for ever.
pub(crate) fn agent() -> Agent {
    Agent::config_builder()
        .http_status_as_error(false)
        .timeout_global(Some(Duration::from_secs(60)))
        .build()
        .into()
}

/// A hall without time stamps.
pub(crate) fn command(folder: &Path, more: &[&str]) -> Command {
    let mut command = command_at(folder, "draw.jsonl", &["--no-clock"]);
    command.args(more);
    command
}

/// With the clock, and the transcript at another place.
pub(crate) fn command_at(folder: &Path, out: &str, more: &[&str]) -> Command {
    let mut command = Command::new(program());
    command
        .args(["--lang", "en", "serve", "--out", out, "--port", "0"])
        .args(more)
        .current_dir(folder);
    command
}

/// What an open hall prints: the address of its pages and the next key to the operator's page;
/// `None` if it ended.
pub(crate) fn next_token(output: &mut impl BufRead) -> Option<(String, String)> {
    let mut line = String::new();
    loop {
        line.clear();
        if output.read_line(&mut line).unwrap() == 0 {
            return None;
        }
        if let Some((base, token)) = line.trim().split_once("operator#") {
            return Some((base.split_whitespace().last().unwrap().to_owned(), token.to_owned()));
        }
    }
}

impl Server {
    pub(crate) fn start(folder: &Path, more: &[&str]) -> Server {
        Server::spawn(command(folder, more))
    }

    pub(crate) fn spawn(mut command: Command) -> Server {
        let mut server = Server::open(&mut command);
        server.read_token();
        server
    }

    /// Starts it, and reads nothing yet.
    pub(crate) fn open(command: &mut Command) -> Server {
        let mut child = command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("it starts");
        let output = Box::new(BufReader::new(child.stdout.take().unwrap()));
        Server { child, output, base: String::new(), token: String::new(), key: String::new() }
    }

    /// Reads on to the next address of the operator's page.
    pub(crate) fn read_token(&mut self) {
        (self.base, self.token) = next_token(&mut self.output).expect("it ended");
    }

    pub(crate) fn post(&self, path: &str, headers: &[(&str, &str)], body: &Value) -> (u16, Value) {
        let agent = agent();
        let mut request =
            agent.post(format!("{}{path}", self.base)).header("content-type", "application/json");
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let mut response = request.send(body.to_string()).unwrap();
        (response.status().as_u16(), response.body_mut().read_json().unwrap_or(Value::Null))
    }

    pub(crate) fn origin(&self) -> String {
        self.base.trim_end_matches('/').to_owned()
    }

    pub(crate) fn enter(&mut self) {
        let (status, body) =
            self.post("api/enter", &[("origin", &self.origin())], &json!({"token": self.token}));
        assert_eq!(status, 200, "{body}");
        self.key = body["key"].as_str().unwrap().to_owned();
    }

    pub(crate) fn view(&self) -> Value {
        self.get("api/view")
    }

    pub(crate) fn act_at(&self, version: u64, act: &Value) -> (u16, Value) {
        self.asked("api/act", &json!({"version": version, "act": act}))
    }

    /// Asks as the operator's page does.
    pub(crate) fn asked(&self, path: &str, body: &Value) -> (u16, Value) {
        let headers = [("origin", self.origin()), ("x-floorlot-key", self.key.clone())];
        let headers: Vec<(&str, &str)> =
            headers.iter().map(|(name, value)| (*name, value.as_str())).collect();
        self.post(path, &headers, body)
    }

    /// What the operator's page gets.
    pub(crate) fn get(&self, path: &str) -> Value {
        agent()
            .get(format!("{}{path}", self.base))
            .header("x-floorlot-key", &self.key)
            .call()
            .unwrap()
            .body_mut()
            .read_json()
            .unwrap()
    }

    #[track_caller]
    pub(crate) fn act(&self, act: &Value) {
        let (status, body) = self.act_at(self.view()["version"].as_u64().unwrap(), act);
        assert_eq!(status, 200, "{act}: {body}");
    }

    #[track_caller]
    pub(crate) fn say(&self, text: &str) {
        self.act(&typed(text));
    }
}

pub(crate) fn lines(folder: &Path) -> usize {
    fs::read_to_string(folder.join("draw.jsonl")).unwrap_or_default().lines().count()
}

/// The act of a command: its name, and what it takes, in the order in which it is typed.
pub(crate) fn typed(text: &str) -> Value {
    let (name, rest) = text.split_once(' ').unwrap_or((text, ""));
    let (first, more) = rest.split_once(' ').unwrap_or((rest, ""));
    let takes = match name {
        "envelope" | "absent" | "withhold" => json!({"member": rest}),
        "reveal" => json!({"member": first, "secret": more}),
        "dice" => json!({"digits": rest}),
        "choose" => json!({"unit": rest}),
        "undo" | "void" => json!({"reason": rest}),
        "objection" => json!({"id": first, "text": more}),
        "ruling" => {
            let (decision, reason) = more.split_once(' ').unwrap();
            json!({"objection": first, "decision": decision, "reason": reason})
        }
        _ => Value::Null,
    };
    let command = if takes.is_null() { json!(name) } else { json!({ (name): takes }) };
    json!({"do": "command", "command": command})
}
