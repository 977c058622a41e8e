//! `draw_session`: see the library.

fn main() -> std::process::ExitCode {
    floorlot_hall::main()
}
