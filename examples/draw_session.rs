//! Holds a draw; the program itself is the package `floorlot-hall`.

fn main() -> std::process::ExitCode {
    floorlot_hall::main()
}
