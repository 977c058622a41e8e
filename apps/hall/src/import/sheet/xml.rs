//! XML of spreadsheet programs, element by element, without entities of its own and within limits.

use super::super::fault::Fault;
use super::source::{DEPTH, Limit, Source};
use quick_xml::events::{BytesRef, BytesStart, Event};
use quick_xml::name::QName;
use quick_xml::reader::Reader;
use std::borrow::Cow;

/// Bytes of the beginning of an element. The longest that programs write name the areas of a rule:
/// some 100,000.
const TAG: usize = 1 << 20;

/// A part of a file while it is read.
pub(super) struct Xml<'a> {
    source: &'a Source<'a>,
    part: &'a str,
    reader: Reader<&'a [u8]>,
    depth: u32,
}

/// What comes next in a part.
pub(super) enum Item<'a> {
    Open(Tag<'a>),
    Text(Cow<'a, str>),
    /// The end of an element; an empty one has an end too.
    Close,
}

/// The beginning of an element.
pub(super) struct Tag<'a>(BytesStart<'a>);

impl<'a> Xml<'a> {
    pub(super) fn new(source: &'a Source<'a>, part: &'a str, text: &'a str) -> Xml<'a> {
        let mut reader = Reader::from_str(text.trim_start_matches('\u{FEFF}'));
        reader.config_mut().expand_empty_elements = true;
        Xml { source, part, reader, depth: 0 }
    }

    fn broken(&self) -> Fault {
        self.source.broken(self.part)
    }

    /// The next item; `None` at the end of the part.
    pub(super) fn next(&mut self) -> Result<Option<Item<'a>>, Fault> {
        loop {
            let event = self.reader.read_event().map_err(|_| self.broken())?;
            // Two texts or two ends have something between them, or are bounded by what was opened.
            if !matches!(event, Event::Text(_) | Event::End(_)) {
                self.source.spend_elements(1)?;
            }
            match event {
                Event::Start(tag) if tag.len() > TAG => {
                    return Err(self.source.too_much(Limit::Elements));
                }
                Event::Start(tag) => {
                    self.depth += 1;
                    if self.depth > DEPTH {
                        return Err(self.source.too_much(Limit::Depth));
                    }
                    return Ok(Some(Item::Open(Tag(tag))));
                }
                Event::End(_) => {
                    self.depth = self.depth.saturating_sub(1);
                    return Ok(Some(Item::Close));
                }
                Event::Text(text) => return Ok(Some(Item::Text(text.xml10_content()))),
                Event::CData(text) => return Ok(Some(Item::Text(text.xml10_content()))),
                Event::GeneralRef(name) => {
                    let c = character(&name).ok_or_else(|| self.broken())?;
                    return Ok(Some(Item::Text(Cow::Owned(c.to_string()))));
                }
                // No spreadsheet program writes one, and entities are declared in it.
                Event::DocType(_) => return Err(self.broken()),
                Event::Eof if self.depth > 0 => return Err(self.broken()),
                Event::Eof => return Ok(None),
                _ => {}
            }
        }
    }

    /// The next item inside the element that was opened last before the first call; `None` at its
    /// end. `depth` is that of the element.
    pub(super) fn within(&mut self, depth: u32) -> Result<Option<Item<'a>>, Fault> {
        match self.next()? {
            Some(Item::Close) if self.depth < depth => Ok(None),
            item => Ok(item),
        }
    }

    /// How many elements are open.
    pub(super) fn depth(&self) -> u32 {
        self.depth
    }

    /// Goes behind the end of the element that was opened last.
    pub(super) fn skip(&mut self) -> Result<(), Fault> {
        let depth = self.depth;
        while self.within(depth)?.is_some() {}
        Ok(())
    }

    /// All text of the element that was opened last, to its end.
    pub(super) fn text(&mut self) -> Result<String, Fault> {
        let (depth, mut all) = (self.depth, String::new());
        while let Some(item) = self.within(depth)? {
            if let Item::Text(text) = item {
                all.push_str(&text);
            }
        }
        Ok(all)
    }
}

impl Tag<'_> {
    /// The name without its prefix.
    pub(super) fn name(&self) -> &str {
        self.0.local_name().into_inner()
    }

    /// An attribute by its name without prefix.
    pub(super) fn get(&self, name: &str) -> Option<String> {
        self.find(|key| key.local_name().into_inner() == name)
    }

    /// An attribute by its name with prefix.
    pub(super) fn get_whole(&self, name: &str) -> Option<String> {
        self.find(|key| key.into_inner() == name)
    }

    fn find(&self, named: impl Fn(QName<'_>) -> bool) -> Option<String> {
        let mut attributes = self.0.attributes();
        let found = attributes.with_checks(false).filter_map(Result::ok).find(|a| named(a.key))?;
        found.normalized_value(quick_xml::XmlVersion::Implicit1_0).ok().map(Cow::into_owned)
    }

    /// Whether an attribute is on: 1 or true.
    pub(super) fn on(&self, name: &str) -> bool {
        matches!(self.get(name).as_deref(), Some("1" | "true" | "on"))
    }

    /// A number in an attribute.
    pub(super) fn number<T: std::str::FromStr>(&self, name: &str) -> Option<T> {
        self.get(name)?.trim().parse().ok()
    }
}

/// The five names that XML knows, and numbers of characters.
fn character(name: &BytesRef<'_>) -> Option<char> {
    match name.as_ref() {
        "amp" => Some('&'),
        "lt" => Some('<'),
        "gt" => Some('>'),
        "quot" => Some('"'),
        "apos" => Some('\''),
        _ => name.resolve_char_ref().ok().flatten(),
    }
}
