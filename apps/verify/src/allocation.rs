//! Who got which flat, as CSV.

use crate::source::Input;
use floorlot::lines::Line;
use floorlot::transcript::{Reader, Verified};
use std::error::Error;

/// One row for each household in plan order; those on standby have no unit. Only a verified
/// transcript gives any.
pub(crate) fn csv(input: Input<'_>, verified: &Verified) -> Result<String, Box<dyn Error>> {
    let units = units(input)?;
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record(["household", "unit", "label", "storey"])?;
    for (household, unit) in verified.allocation() {
        let about =
            unit.and_then(|id| verified.roll().find_unit(id)).and_then(|n| units.get(n.index()));
        let (label, storey) =
            about.map(|(label, storey)| (label.as_str(), storey.to_string())).unwrap_or_default();
        writer.write_record([household, unit.unwrap_or_default(), label, &storey])?;
    }
    Ok(String::from_utf8(writer.into_inner()?)?)
}

/// Label and storey of every unit, in plan order.
fn units(input: Input<'_>) -> Result<Vec<(String, u64)>, Box<dyn Error>> {
    let (mut reader, mut units) = (Reader::new(input), Vec::new());
    while let Some(line) = reader.next_line()? {
        match Line::decode(line.bytes) {
            Ok(Line::Unit { label, storey, .. }) => units.push((label.into_owned(), storey)),
            Ok(Line::Checkpoint { .. }) => break,
            _ => {}
        }
    }
    Ok(units)
}
