//! Verifies a transcript; the program itself is the package `floorlot-verify`.

fn main() -> std::process::ExitCode {
    floorlot_verify::main()
}
