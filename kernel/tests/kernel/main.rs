//! The kernel as a front end sees it: every test starts the real program.

mod cells;
mod errors;
mod front_end;
mod house;
mod interrupts;
mod output;
mod peer;
mod protocol;
mod soak;
mod start;
mod stock;
