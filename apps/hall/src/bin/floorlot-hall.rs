//! `floorlot-hall`: see the module `desk` of the library.

fn main() -> std::process::ExitCode {
    floorlot_hall::desk::main()
}
