//! The data flows one way: a module imports only what stands before it in the library.

use floorlot_testing::order::imports_in_order;
use std::path::Path;

#[test]
fn no_module_imports_what_stands_behind_it() {
    let imports = imports_in_order(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"));
    assert!(imports > 200, "{imports} imports found");
}
