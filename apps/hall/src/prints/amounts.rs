//! Areas and prices of flats on paper, where the plan has them.

use super::data::Data;
use super::sheet::cell;
use crate::words::say::tr;
use floorlot::plan::UnitNumber;
use floorlot::rules::Lang;
use floorlot_verify::common::amount::decimal;

/// Which of the two a plan has.
#[derive(Clone, Copy)]
pub(super) struct Amounts {
    area: bool,
    price: bool,
}

impl Amounts {
    pub(super) fn of(data: &Data) -> Amounts {
        let roll = data.roll();
        Amounts {
            area: roll.unit_numbers().any(|unit| roll.area(unit).is_some()),
            price: roll.unit_numbers().any(|unit| roll.price(unit).is_some()),
        }
    }

    pub(super) fn any(self) -> bool {
        self.area || self.price
    }

    /// How many columns they have.
    pub(super) fn count(self) -> usize {
        usize::from(self.area) + usize::from(self.price)
    }

    /// The heads of their columns.
    pub(super) fn heads(self, lang: Lang) -> Vec<String> {
        let area = self.area.then(|| tr!(lang, "m²", "面积㎡"));
        let price = self.price.then(|| tr!(lang, "Price (yuan)", "价格（元）"));
        area.into_iter().chain(price).collect()
    }

    /// The cells of a flat; empty where its line has none.
    pub(super) fn cells(self, data: &Data, unit: UnitNumber) -> String {
        let roll = data.roll();
        let number =
            |n: Option<u64>| cell("num", n.map_or_else(String::new, |n| decimal(n.into())));
        let area = if self.area { number(roll.area(unit)) } else { String::new() };
        let price = if self.price { number(roll.price(unit)) } else { String::new() };
        area + &price
    }
}
