//! The window of a program that was started by a double click. Windows and macOS give it one; the
//! file managers of Linux do not, and nobody could end it then.

/// Starts this program in a terminal if nobody would see what it says; true if that was done.
#[cfg(not(all(unix, not(target_os = "macos"))))]
pub(super) fn in_a_window_of_its_own() -> bool {
    false
}

/// Terminals, and what stands before the command that they run.
#[cfg(all(unix, not(target_os = "macos")))]
const TERMINALS: &[(&str, &str)] = &[
    ("x-terminal-emulator", "-e"),
    ("deepin-terminal", "-e"),
    ("mate-terminal", "-x"),
    ("gnome-terminal", "--"),
    ("konsole", "-e"),
    ("xfce4-terminal", "-x"),
    ("xterm", "-e"),
];

/// Starts this program in a terminal if nobody would see what it says; true if that was done.
#[cfg(all(unix, not(target_os = "macos")))]
pub(super) fn in_a_window_of_its_own() -> bool {
    use std::io::IsTerminal;
    use std::process::Command;
    /// Whoever is started so starts no further window.
    const STARTED: &str = "FLOORLOT_HALL_WINDOW";

    let seen = std::io::stdin().is_terminal() || std::io::stdout().is_terminal();
    let desktop =
        ["DISPLAY", "WAYLAND_DISPLAY"].iter().any(|name| std::env::var_os(name).is_some());
    if seen || !desktop || std::env::var_os(STARTED).is_some() {
        return false;
    }
    let Ok(own) = std::env::current_exe() else { return false };
    TERMINALS.iter().any(|(terminal, before)| {
        let mut command = Command::new(terminal);
        command.arg(before).arg(&own).args(std::env::args_os().skip(1)).env(STARTED, "1");
        command.spawn().is_ok()
    })
}
