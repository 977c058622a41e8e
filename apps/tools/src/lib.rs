//! What makes the test vectors: the tests make them again and compare.

pub mod made;

/// The cases of `derivation.json` and the worked example of the specification.
pub mod vectors {
    pub mod cases;
    pub mod derivation;
    pub mod hall;
    pub mod published;
    pub mod time_token;
    pub mod worked;
}
