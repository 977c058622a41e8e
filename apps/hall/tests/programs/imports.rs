//! The folders of this package import only what stands before them in the table of its library.

use floorlot_testing::order::imports_in_order;
use std::path::Path;

#[test]
fn no_folder_imports_what_stands_behind_it() {
    let imports = imports_in_order(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"));
    assert!(imports > 100, "{imports} imports found");
}
