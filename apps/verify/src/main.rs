//! `verify_transcript`: see the library.

fn main() -> std::process::ExitCode {
    floorlot_verify::main()
}
