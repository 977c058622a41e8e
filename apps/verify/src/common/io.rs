//! What stands behind the name of a file in a message, in the language of the reader.

use floorlot::rules::{Lang, Phrase};
use floorlot::system::io_words;
use floorlot::transcript::ReadError;
use std::borrow::Cow;
use std::io;

/// What can stand behind the name of a file in a message.
pub trait Told {
    /// The sentence in the language asked for.
    fn told(&self, lang: Lang) -> Cow<'_, str>;
}

impl Told for io::Error {
    fn told(&self, lang: Lang) -> Cow<'_, str> {
        Cow::Owned(io_words(self).get(lang).to_owned())
    }
}

impl Told for ReadError {
    fn told(&self, lang: Lang) -> Cow<'_, str> {
        Cow::Owned(self.words().get(lang).to_owned())
    }
}

impl Told for str {
    fn told(&self, _: Lang) -> Cow<'_, str> {
        Cow::Borrowed(self)
    }
}

impl Told for String {
    fn told(&self, lang: Lang) -> Cow<'_, str> {
        self.as_str().told(lang)
    }
}

impl Told for Phrase {
    fn told(&self, lang: Lang) -> Cow<'_, str> {
        self.get(lang).told(lang)
    }
}

impl<T: Told + ?Sized> Told for &T {
    fn told(&self, lang: Lang) -> Cow<'_, str> {
        (*self).told(lang)
    }
}
