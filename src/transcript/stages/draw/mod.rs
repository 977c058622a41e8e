//! The draw (rules D1 to D13).

mod explain;
mod fast;
mod line;
mod pick;
mod pools;
mod state;
mod turns;

pub(crate) use state::Drawing;
