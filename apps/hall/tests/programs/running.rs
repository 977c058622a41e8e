//! The program that runs is compared with the one that the plan names.

use crate::draw_session::{program, session};
use std::fs;
use std::path::Path;
use tempfile::TempDir;
