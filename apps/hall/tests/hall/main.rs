//! The hall: its pages as a program asks them, and what happens when something goes wrong around it:
//! the file of the transcript, the stick, the clock, the program itself.

#![cfg(feature = "web")]

#[cfg(target_os = "linux")]
mod begin;
#[cfg(unix)]
mod chances;
#[cfg(unix)]
mod chaos;
mod chosen_files;
#[cfg(unix)]
mod clock;
#[cfg(unix)]
mod days;
mod desk;
#[cfg(unix)]
mod disk;
mod families;
#[cfg(unix)]
mod find;
mod hall;
#[cfg(unix)]
mod harm;
mod neighbours;
#[cfg(unix)]
mod next;
#[cfg(unix)]
mod pace;
#[cfg(unix)]
mod refusals;
#[cfg(unix)]
mod run;
mod running;
mod serve;
#[cfg(unix)]
mod server;
#[cfg(unix)]
mod setup;
#[cfg(unix)]
mod stick;
#[cfg(unix)]
mod tokens;
