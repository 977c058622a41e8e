//! `floorlot-verify`: see `dropped` of the library.

fn main() -> std::process::ExitCode {
    floorlot_verify::open_page()
}
