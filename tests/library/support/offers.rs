//! The offer of rule D4, straight from its definition: one household, one unit and one matching at
//! a time.

/// Which units a household may take, for households and units counted from 0.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Hall<'a> {
    /// For each household, for each unit: whether the unit has all that the household needs.
    pub(crate) accepts: &'a [Vec<bool>],
    /// Whether a household has needs.
    pub(crate) needy: &'a [bool],
    /// Whether a household is served.
    pub(crate) served: &'a [bool],
    /// Whether a unit is free.
    pub(crate) free: &'a [bool],
}

impl Hall<'_> {
    /// Rule D4: the free units that the called household accepts, but for those whose loss would
    /// leave somebody out.
    pub(crate) fn offered(&self, called: usize) -> Vec<usize> {
        (0..self.free.len())
            .filter(|&x| {
                self.free[x] && self.accepts[called][x] && self.all_can_be_housed(called, x)
            })
            .collect()
    }

    /// Households with needs, not yet served, and not the one just called.
    pub(crate) fn waiting(&self, called: usize) -> Vec<usize> {
        (0..self.needy.len()).filter(|&h| self.needy[h] && !self.served[h] && h != called).collect()
    }

    fn all_can_be_housed(&self, called: usize, without: usize) -> bool {
        let usable: Vec<bool> =
            (0..self.free.len()).map(|u| self.free[u] && u != without).collect();
        can_all_be_matched(&self.waiting(called), &usable, self.accepts)
    }
}

/// Whether all these households can be given different usable units that they accept.
pub(crate) fn can_all_be_matched(
    households: &[usize],
    usable: &[bool],
    accepts: &[Vec<bool>],
) -> bool {
    let mut holder: Vec<Option<usize>> = vec![None; usable.len()];
    households
        .iter()
        .all(|&h| find_unit(h, usable, accepts, &mut holder, &mut vec![false; usable.len()]))
}

fn find_unit(
    h: usize,
    usable: &[bool],
    accepts: &[Vec<bool>],
    holder: &mut [Option<usize>],
    tried: &mut [bool],
) -> bool {
    for unit in 0..usable.len() {
        if usable[unit] && accepts[h][unit] && !std::mem::replace(&mut tried[unit], true) {
            let moves =
                holder[unit].is_none_or(|other| find_unit(other, usable, accepts, holder, tried));
            if moves {
                holder[unit] = Some(h);
                return true;
            }
        }
    }
    false
}
