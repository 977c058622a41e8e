//! How the cells of a workbook look: number format, strike, color and size. For .xlsx
//! (`styles.xml`) and .xls alike.

use super::super::fault::Fault;
use super::format;
use super::source::Source;
use super::table::Why;
use super::xml::{Item, Tag, Xml};
use std::collections::BTreeMap;

/// A font of this size (in points) or less cannot be read.
const TINY: f64 = 2.0;

/// How a cell looks.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Style {
    pub(super) format: String,
    pub(super) font: Font,
    /// The color of the ground, `None` for none, which is white.
    pub(super) ground: Option<String>,
}

/// The parts of a font that matter.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Font {
    pub(super) strike: bool,
    pub(super) size: Option<f64>,
    /// `FFFFFF`, or a name of its own for a color that depends on the theme. `None` is black.
    pub(super) color: Option<String>,
}

pub(super) const WHITE: &str = "FFFFFF";
pub(super) const BLACK: &str = "000000";

impl Font {
    /// Why nobody reads what is written with it on a ground.
    pub(super) fn unseen(&self, ground: Option<&str>) -> Option<Why> {
        let same = self.color.as_deref().unwrap_or(BLACK) == ground.unwrap_or(WHITE);
        if same {
            Some(Why::SameColor)
        } else {
            self.size.is_some_and(|size| size <= TINY).then_some(Why::Tiny)
        }
    }
}

impl Style {
    /// What a clerk does not see in a cell of this style, or not as it is.
    pub(super) fn whys(&self) -> impl Iterator<Item = Why> {
        let strike = self.font.strike.then_some(Why::Struck);
        strike.into_iter().chain(self.font.unseen(self.ground.as_deref()))
    }
}

/// The styles of a workbook.
#[derive(Debug, Default)]
pub(super) struct Styles {
    /// By the number in a cell.
    cells: Vec<Style>,
    /// Of rules, by their number: whether such a rule strikes through or hides.
    rules: Vec<bool>,
}

impl Styles {
    pub(super) fn cell(&self, number: usize) -> Option<&Style> {
        self.cells.get(number)
    }

    pub(super) fn rule_hides(&self, number: usize) -> bool {
        self.rules.get(number).copied().unwrap_or(false)
    }

    /// Reads `styles.xml`.
    pub(super) fn read(source: &Source<'_>, part: &str, text: &str) -> Result<Styles, Fault> {
        let mut xml = Xml::new(source, part, text);
        let (mut formats, mut fonts, mut grounds, mut styles) =
            (BTreeMap::new(), Vec::new(), Vec::new(), Styles::default());
        let mut list = String::new();
        while let Some(item) = xml.next()? {
            let Item::Open(tag) = item else { continue };
            match (tag.name(), list.as_str()) {
                (
                    name @ ("numFmts" | "fonts" | "fills" | "cellXfs" | "cellStyleXfs" | "dxfs"),
                    _,
                ) => list = name.to_owned(),
                ("numFmt", "numFmts") => {
                    formats.insert(
                        tag.number("numFmtId").unwrap_or(0),
                        tag.get("formatCode").unwrap_or_default(),
                    );
                }
                ("font", "fonts") => fonts.push(font(&mut xml)?),
                ("fill", "fills") => grounds.push(ground(&mut xml)?),
                ("xf", "cellXfs") => styles.cells.push(cell(&tag, &formats, &fonts, &grounds)),
                ("dxf", "dxfs") => styles.rules.push(rule_hides(&mut xml)?),
                _ => {}
            }
        }
        Ok(styles)
    }
}

fn cell(
    tag: &Tag<'_>,
    formats: &BTreeMap<u32, String>,
    fonts: &[Font],
    grounds: &[Option<String>],
) -> Style {
    let id = tag.number("numFmtId").unwrap_or(0);
    let at = |name: &str| tag.number::<usize>(name).unwrap_or(0);
    Style {
        format: format_of(id, formats),
        font: fonts.get(at("fontId")).cloned().unwrap_or_default(),
        ground: grounds.get(at("fillId")).cloned().flatten(),
    }
}

/// The longest format that spreadsheet programs take.
const LONGEST: usize = 255;

/// A format by its number: the file's own, or one that all programs know. Another is not known, and
/// `[59]` is followed nowhere.
pub(super) fn format_of(id: u32, formats: &BTreeMap<u32, String>) -> String {
    let own = formats
        .get(&id)
        .map(|format| if format.chars().count() > LONGEST { "[…]" } else { format.as_str() });
    own.or_else(|| format::built_in(id)).map_or_else(|| format!("[{id}]"), str::to_owned)
}

/// The font whose element was opened last.
pub(super) fn font(xml: &mut Xml<'_>) -> Result<Font, Fault> {
    let (depth, mut font) = (xml.depth(), Font::default());
    while let Some(item) = xml.within(depth)? {
        let Item::Open(tag) = item else { continue };
        match tag.name() {
            "strike" => {
                font.strike = !matches!(tag.get("val").as_deref(), Some("0" | "false" | "off"))
            }
            "sz" => font.size = tag.number("val"),
            "color" => font.color = color(&tag),
            _ => {}
        }
    }
    Ok(font)
}

/// The color of a fill whose element was opened last.
fn ground(xml: &mut Xml<'_>) -> Result<Option<String>, Fault> {
    let (depth, mut solid, mut found) = (xml.depth(), false, None);
    while let Some(item) = xml.within(depth)? {
        let Item::Open(tag) = item else { continue };
        match tag.name() {
            "patternFill" => solid = tag.get("patternType").as_deref() == Some("solid"),
            "fgColor" => found = color(&tag),
            _ => {}
        }
    }
    Ok(found.filter(|_| solid))
}

/// A color, the same text for the same color: that of the theme is known for the ground and the
/// letters only.
fn color(tag: &Tag<'_>) -> Option<String> {
    // A little darker than white is white to the eye.
    let tint =
        tag.get("tint").filter(|tint| tint.parse::<f64>().is_ok_and(|tint| tint.abs() > 0.1));
    if let Some(color) = tag.get("rgb") {
        return Some(format!(
            "{}{}",
            rgb(color.get(color.len().saturating_sub(6)..)?),
            tint.unwrap_or_default()
        ));
    }
    match (tag.get("theme").as_deref(), tag.number::<u32>("indexed"), tint) {
        (Some("0"), _, None) => Some(WHITE.into()),
        (Some("1"), _, None) => Some(BLACK.into()),
        (Some(theme), _, tint) => Some(format!("theme {theme} {}", tint.unwrap_or_default())),
        (None, Some(indexed), None) => Some(palette(indexed)),
        _ => None,
    }
}

/// A color of six hexadecimal digits; one that the eye takes for white is white.
pub(super) fn rgb(digits: &str) -> String {
    let light = |at: usize| {
        digits
            .get(at..at + 2)
            .and_then(|two| u8::from_str_radix(two, 16).ok())
            .is_some_and(|part| part >= 0xF0)
    };
    if [0, 2, 4].into_iter().all(light) { WHITE.into() } else { digits.to_ascii_uppercase() }
}

/// A color of the palette, by name where black and white are.
pub(super) fn palette(indexed: u32) -> String {
    match indexed {
        0 | 8 | 64 | 0x7FFF => BLACK.into(),
        1 | 9 | 65 => WHITE.into(),
        other => format!("palette {other}"),
    }
}

/// Whether the rule whose format was opened last strikes cells through or makes them invisible.
fn rule_hides(xml: &mut Xml<'_>) -> Result<bool, Fault> {
    let (depth, mut rule, mut hides, mut filled) = (xml.depth(), Font::default(), false, false);
    while let Some(item) = xml.within(depth)? {
        let Item::Open(tag) = item else { continue };
        match tag.name() {
            "font" => rule = font(xml)?,
            "numFmt" => hides = tag.get("formatCode").is_some_and(|code| format::hides(&code)),
            "fill" => filled = true,
            _ => {}
        }
    }
    // White letters come with a dark ground in many rules, which shows them.
    Ok(hides || rule.strike || rule.unseen(None).is_some_and(|why| why == Why::Tiny || !filled))
}
