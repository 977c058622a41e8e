//! Tells the programs which commit they are built from, as `FLOORLOT_COMMIT`: that of the
//! environment, of the package, or of the repository.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs};

fn main() {
    println!("cargo::rerun-if-env-changed=FLOORLOT_COMMIT");
    println!("cargo::rerun-if-changed=build.rs");
    if let Ok(given) = env::var("FLOORLOT_COMMIT") {
        tell(&given);
    } else if env::var("PROFILE").as_deref() != Ok("debug") {
        // In a debug build each commit would have everything compiled again.
        let own = PathBuf::from(env::var_os("CARGO_MANIFEST_DIR").unwrap_or_default());
        if let Some(commit) = of_package(&own).or_else(|| of_repository(&own.join("../.."))) {
            tell(&commit);
        }
    }
}

fn tell(commit: &str) {
    println!("cargo::rustc-env=FLOORLOT_COMMIT={commit}");
}

/// What `cargo package` wrote into the package.
fn of_package(own: &Path) -> Option<String> {
    let text = fs::read_to_string(own.join(".cargo_vcs_info.json")).ok()?;
    let after = text.split_once("\"sha1\": \"")?.1;
    after.split_once('"').map(|(commit, _)| commit.to_owned())
}

/// The commit of the repository, with a + if files differ from it.
fn of_repository(root: &Path) -> Option<String> {
    // The repository around it may be that of somebody who embeds floorlot.
    let top = fs::canonicalize(git(root, &["rev-parse", "--show-toplevel"])?).ok()?;
    if top != fs::canonicalize(root).ok()? {
        return None;
    }
    for watched in ["src", "apps/verify", "apps/hall", "examples", "Cargo.toml", "Cargo.lock"] {
        println!("cargo::rerun-if-changed={}", root.join(watched).display());
    }
    if let Some(log) = git(root, &["rev-parse", "--git-path", "logs/HEAD"]) {
        let log = root.join(log);
        if log.exists() {
            println!("cargo::rerun-if-changed={}", log.display());
        }
    }
    let commit = git(root, &["rev-parse", "HEAD"])?;
    let changed = git(root, &["status", "--porcelain", "--untracked-files=no"])?;
    Some(if changed.is_empty() { commit } else { commit + "+" })
}

fn git(folder: &Path, arguments: &[&str]) -> Option<String> {
    let done = Command::new("git").arg("-C").arg(folder).args(arguments).output().ok()?;
    let text = String::from_utf8(done.stdout).ok()?;
    done.status.success().then(|| text.trim().to_owned())
}
