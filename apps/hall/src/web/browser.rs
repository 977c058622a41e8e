//! Pages in the browser of this machine. The address of the operator's page is among the arguments
//! of another program then, where others who are logged in here can read it: it works once, and
//! who comes second is told.

use std::env;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::time::Duration;

/// How long the first page has to open before the second: a browser that is not running yet is
/// started once.
const FIRST: Duration = Duration::from_secs(2);

/// Browsers that open a window of their own when they are told so.
#[cfg(windows)]
const BROWSERS: &[&str] = &[
    r"Google\Chrome\Application\chrome.exe",
    r"Microsoft\Edge\Application\msedge.exe",
    r"Chromium\Application\chrome.exe",
];
#[cfg(target_os = "macos")]
const BROWSERS: &[&str] = &[
    "Google Chrome.app/Contents/MacOS/Google Chrome",
    "Microsoft Edge.app/Contents/MacOS/Microsoft Edge",
    "Chromium.app/Contents/MacOS/Chromium",
];
#[cfg(not(any(windows, target_os = "macos")))]
const BROWSERS: &[&str] = &[
    "google-chrome-stable",
    "google-chrome",
    "microsoft-edge-stable",
    "microsoft-edge",
    "chromium",
    "chromium-browser",
    "firefox",
    "firefox-esr",
];

/// The folders in which they are.
fn folders() -> Vec<PathBuf> {
    if cfg!(windows) {
        let names = ["ProgramFiles", "ProgramFiles(x86)", "LocalAppData"];
        return names.iter().filter_map(|name| env::var_os(name).map(PathBuf::from)).collect();
    }
    if cfg!(target_os = "macos") {
        return vec!["/Applications".into()];
    }
    env::var_os("PATH").map(|path| env::split_paths(&path).collect()).unwrap_or_default()
}

/// Opens a page in the browser that the desktop is set to.
pub(super) fn tab(address: &str) -> bool {
    open::that_detached(address).is_ok()
}

/// Opens a second page, after the first: in a window that can be moved to a projector, else in a
/// tab.
pub(super) fn second(address: &str) -> bool {
    std::thread::sleep(FIRST);
    window(address) || tab(address)
}

/// Opens a page in a window of its own, if there is a browser that does so.
pub(super) fn window(address: &str) -> bool {
    let folders = folders();
    let files = BROWSERS.iter().flat_map(|name| folders.iter().map(move |at| at.join(name)));
    files.filter(|file| file.is_file()).any(|file| {
        let mut command = Command::new(file);
        command.args(["--new-window", address]);
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        // Ctrl-C and the end of this window are not for the browser.
        #[cfg(unix)]
        std::os::unix::process::CommandExt::process_group(&mut command, 0);
        command.spawn().is_ok()
    })
}
