//! `draw_session` and `verify_transcript` as people run them. One program, because to link a dozen
//! takes longer than most of them run: `cargo test --test programs operator` runs one module.

mod again;
mod chinese;
mod days;
mod draw_session;
mod estates;
mod families;
mod imports;
mod key_files;
mod keys;
mod log;
mod notary;
mod notary_file;
mod notes;
#[cfg(feature = "odds")]
mod odds;
mod operator;
mod papers;
mod prints;
mod privacy;
mod publish;
mod readme;
mod running;
mod settle;
mod sign_remembers;
mod template;
mod tokens;
mod whole_story;

/// The program of this name.
#[track_caller]
fn program(name: &str) -> std::path::PathBuf {
    floorlot_testing::program(env!("CARGO_BIN_EXE_draw_session"), name)
}
