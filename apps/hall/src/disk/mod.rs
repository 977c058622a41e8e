//! What is on the disk: what a file is, how one is read and written whole, and the transcript, of
//! which nothing is called recorded that was not read back; and its copy on a stick.

pub(crate) mod copy;
pub(crate) mod folder;
pub(crate) mod grown;
pub(crate) mod hall_log;
pub(crate) mod harm;
pub(crate) mod judge;
#[cfg_attr(
    not(feature = "openssh"),
    expect(dead_code, reason = "what a key of ssh-keygen is, nobody asks")
)]
pub(crate) mod kind;
pub(crate) mod office_file;
pub(crate) mod on_disk;
pub(crate) mod plan_file;
pub(crate) mod recognize;
pub(crate) mod scribe;
pub(crate) mod whole;
