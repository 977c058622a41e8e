//! A hall that is open, as a page asks it, and how a whole draw is clicked through: each act
//! follows from what the page shows.

use crate::hall::{self, agent, next_token, typed};
pub(crate) use crate::hall::{PLAN, command_at, program};
use serde_json::{Value, json};
use std::io::{BufRead, BufReader, Read};
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

/// What a program wrote so far to one of its outputs.
#[derive(Clone, Default)]
pub(crate) struct Said(Arc<Mutex<String>>, Arc<AtomicBool>);

impl Said {
    /// Gathers it in a thread.
    pub(crate) fn gather(mut output: impl Read + Send + 'static) -> Said {
        let said = Said::default();
        let Said(all, closed) = said.clone();
        std::thread::spawn(move || {
            let mut bytes = [0; 4096];
            while let Ok(count @ 1..) = output.read(&mut bytes) {
                all.lock().unwrap().push_str(&String::from_utf8_lossy(&bytes[..count]));
            }
            closed.store(true, Ordering::Release);
        });
        said
    }

    /// Waits until there is no more to come.
    pub(crate) fn closed(&self) {
        while !self.1.load(Ordering::Acquire) {
            std::thread::sleep(Duration::from_millis(1));
        }
    }

    pub(crate) fn all(&self) -> String {
        self.0.lock().unwrap().clone()
    }

    /// How much there is when nothing more has come for a while: what was said before may be
    /// gathered late.
    pub(crate) fn settled(&self) -> usize {
        let mut before = usize::MAX;
        loop {
            let now = self.all().len();
            if now == before {
                return now;
            }
            before = now;
            std::thread::sleep(Duration::from_millis(40));
        }
    }

    /// Waits until this stands in it, after so many bytes; gives where it ends.
    #[track_caller]
    pub(crate) fn wait(&self, from: usize, what: &str) -> usize {
        let begun = Instant::now();
        loop {
            let all = self.all();
            if let Some(at) = all.get(from..).and_then(|rest| rest.find(what)) {
                return from + at + what.len();
            }
            assert!(
                begun.elapsed() < Duration::from_secs(20),
                "no `{what}` in:\n{}",
                all.get(from..).unwrap_or_default()
            );
            std::thread::sleep(Duration::from_millis(5));
        }
    }
}

/// A hall that is open, with what it says of errors.
pub(crate) struct Server {
    hall: hall::Server,
    pub(crate) errors: Said,
}

pub(crate) fn command(folder: &Path, more: &[&str]) -> Command {
    command_at(folder, "draw.jsonl", more)
}

/// A start that is refused: exit code and errors.
pub(crate) fn refused(folder: &Path, more: &[&str]) -> (Option<i32>, String) {
    ended(command(folder, more))
}

/// Exit code and errors of a program that must end by itself.
pub(crate) fn ended(mut command: Command) -> (Option<i32>, String) {
    let mut child =
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
    let (errors, begun) = (Said::gather(child.stderr.take().unwrap()), Instant::now());
    while child.try_wait().unwrap().is_none() {
        if begun.elapsed() > Duration::from_secs(20) {
            let _ = child.kill();
            panic!("it goes on: {}", errors.all());
        }
        std::thread::sleep(Duration::from_millis(10));
    }
    let code = child.wait().unwrap().code();
    errors.closed();
    (code, errors.all())
}

impl Server {
    pub(crate) fn start(folder: &Path, more: &[&str]) -> Server {
        Server::spawn(command(folder, more))
    }

    /// Starts it, and enters the operator's page.
    #[track_caller]
    pub(crate) fn spawn(command: Command) -> Server {
        Server::try_spawn(command).unwrap_or_else(|why| panic!("it ended: {why}"))
    }

    /// The same; what it said if it did not start.
    pub(crate) fn try_spawn(mut command: Command) -> Result<Server, String> {
        let mut hall = hall::Server::open(&mut command);
        let errors = Said::gather(hall.child.stderr.take().unwrap());
        let Some((base, token)) = next_token(&mut hall.output) else {
            assert_eq!(hall.child.wait().unwrap().code(), Some(2), "{}", errors.all());
            errors.closed();
            return Err(errors.all());
        };
        (hall.base, hall.token) = (base, token);
        // so that it never waits for a reader
        Said::gather(std::mem::replace(&mut hall.output, Box::new(std::io::empty())));
        hall.enter();
        Ok(Server { hall, errors })
    }

    pub(crate) fn page(&self, path: &str) -> String {
        agent()
            .get(format!("{}{path}", self.hall.base))
            .call()
            .unwrap()
            .body_mut()
            .read_to_string()
            .unwrap()
    }

    pub(crate) fn view(&self) -> Value {
        self.hall.view()
    }

    /// The address of its pages, and the key of the operator's page.
    pub(crate) fn door(&self) -> (String, String) {
        (self.hall.base.clone(), self.hall.key.clone())
    }

    /// What a board shows that is opened now.
    pub(crate) fn board(&self) -> Value {
        let response = agent().get(format!("{}api/events", self.hall.base)).call().unwrap();
        let lines = BufReader::new(response.into_body().into_reader()).lines();
        let data = lines
            .map_while(Result::ok)
            .find_map(|line| line.strip_prefix("data: ").map(str::to_owned));
        serde_json::from_str(&data.unwrap()).unwrap()
    }

    /// Does this, for what the page showed then.
    pub(crate) fn act_at(&self, version: u64, act: &Value) -> (u16, Value) {
        self.hall.act_at(version, act)
    }

    /// Does this, for what the page shows now; again if something else came between.
    pub(crate) fn try_act(&self, act: &Value) -> (u16, Value) {
        loop {
            let version = self.view()["version"].as_u64().unwrap();
            match self.hall.act_at(version, act) {
                (409, _) => {}
                answer => return answer,
            }
        }
    }

    #[track_caller]
    pub(crate) fn act(&self, act: &Value) {
        let (status, body) = self.try_act(act);
        assert_eq!(status, 200, "{act}: {body}\n{}", self.errors.all());
    }

    #[track_caller]
    pub(crate) fn say(&self, text: &str) {
        self.act(&typed(text));
    }

    /// Waits until the page shows this, and gives how long it took.
    #[track_caller]
    pub(crate) fn until(&self, shows: impl Fn(&Value) -> bool) -> Duration {
        let begun = Instant::now();
        loop {
            let view = self.view();
            if shows(&view) {
                return begun.elapsed();
            }
            assert!(begun.elapsed() < Duration::from_secs(15), "{view}");
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    /// The warning of the second copy.
    pub(crate) fn warning(&self) -> Option<String> {
        self.view()["operator"]["files"]["copy"]["warning"].as_str().map(str::to_owned)
    }

    /// Goes on with the draw up to a stage.
    #[track_caller]
    pub(crate) fn draw_to(&self, stage: &str) {
        for _ in 0..200 {
            let view = self.view();
            if view["stage"] == stage {
                return;
            }
            self.act(&next(&view).unwrap_or_else(|| panic!("it ends before {stage}")).1);
        }
        panic!("no {stage}");
    }
}

fn members<'v>(view: &'v Value, did: &'v [&str]) -> impl Iterator<Item = &'v str> {
    let all = view["benches"]
        .as_array()
        .unwrap()
        .iter()
        .flat_map(|bench| bench["members"].as_array().unwrap());
    all.filter(|member| did.iter().any(|did| member["did"] == *did))
        .map(|member| member["id"].as_str().unwrap())
}

/// What the operator of these tests does next, and what kind of step that is; `None` when all is
/// done. It follows from the page alone, so that it is the same whatever happened before.
pub(crate) fn next(view: &Value) -> Option<(&'static str, Value)> {
    let say = typed;
    let draw = &view["operator"]["draw"];
    let recent = view["recent"].as_array().unwrap();
    let undone = recent.iter().any(|turn| turn["what"] == "undone");
    let fresh_miss = recent.first().is_some_and(|turn| turn["what"] == "deferred") && !undone;
    Some(match view["stage"].as_str().unwrap() {
        "plan" => (
            "seal",
            json!({"do": "seal", "anyway": view["operator"]["files"]["copy"]["silent"] == true}),
        ),
        "roll_call" | "sign_off" if draw["sample"] == true => {
            ("signatures", json!({"do": "sign_sample"}))
        }
        "roll_call" => match members(view, &["nothing"]).next() {
            Some(member) => ("commit", say(&format!("envelope {member}"))),
            None => ("close", say("close")),
        },
        "reveals" => match members(view, &["envelope", "committed"]).next() {
            Some(member) => ("reveal", say(&format!("reveal {member} 4711"))),
            None => ("close", say("close")),
        },
        "numbers" => ("dice", say("dice 00416293857710359265")),
        "call" | "settle" if fresh_miss => ("undo", say("undo wrong button")),
        "call" => ("call", say("call")),
        "choice"
            if view["served"] == 1 && !recent.iter().any(|turn| turn["what"] == "deferred") =>
        {
            ("missed", say("missed"))
        }
        "choice" => ("choose", say(&format!("choose {}", offered(view)))),
        "settle" | "sign_off" => ("next", say("next")),
        "aftermath" => match draw["objections"][0]["upheld"].is_null() {
            true => ("aftermath", say("ruling E1 rejected the film shows the dice")),
            false => ("batch", say("seal")),
        },
        "done" if view["fingerprints"][2].is_null() => {
            ("aftermath", say("objection E1 the dice could not be seen"))
        }
        "done" => return None,
        other => panic!("{other}: {view}"),
    })
}

/// The first flat that is on offer.
fn offered(view: &Value) -> &str {
    let units = view["building"]["units"].as_array().unwrap();
    units.iter().find(|unit| unit["state"] == "offered").unwrap()["id"].as_str().unwrap()
}

#[cfg(target_os = "linux")]
impl Server {
    /// No file grows beyond this: it stands for a full disk. Whether that could be set.
    pub(crate) fn limit(&self, bytes: usize) -> bool {
        let bytes = if bytes == usize::MAX { "unlimited:".into() } else { format!("{bytes}:") };
        let set = Command::new("prlimit")
            .args(["--pid", &self.hall.child.id().to_string(), &format!("--fsize={bytes}")])
            .status();
        set.is_ok_and(|status| status.success())
    }
}

impl Server {
    /// Sends an act, and kills the program after so long, whatever it is doing then.
    pub(crate) fn killed_while(mut self, act: &Value, after: Duration) {
        let version = self.view()["version"].clone();
        std::thread::scope(|scope| {
            let (base, key) = (self.hall.base.clone(), self.hall.key.clone());
            scope.spawn(move || {
                let request = agent()
                    .post(format!("{base}api/act"))
                    .header("content-type", "application/json");
                let request = request
                    .header("origin", base.trim_end_matches('/'))
                    .header("x-floorlot-key", &key);
                drop(request.send(json!({"version": version, "act": act}).to_string()));
            });
            std::thread::sleep(after);
            let _ = self.hall.child.kill();
            let _ = self.hall.child.wait();
        });
    }

    /// Ends the program as Ctrl-C does, and waits for its end.
    pub(crate) fn interrupt(self) {
        self.signal("-INT");
    }

    /// Ends the program with a signal, and gives what it said when it has ended.
    pub(crate) fn signal(mut self, signal: &str) -> String {
        assert!(
            Command::new("kill")
                .args([signal, &self.hall.child.id().to_string()])
                .status()
                .unwrap()
                .success()
        );
        self.hall.child.wait().unwrap();
        self.errors.closed();
        self.errors.all()
    }
}
