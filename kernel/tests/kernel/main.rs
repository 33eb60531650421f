//! The kernel as a front end sees it: every test starts the real program.

mod assistance;
mod cells;
mod cluster;
mod disk;
mod environment;
mod errors;
mod execution;
mod files;
mod front_end;
mod history;
mod hostile;
mod house;
mod interrupts;
mod ipyparallel;
mod listeners;
mod magics;
mod output;
mod peer;
mod process;
mod protocol;
mod soak;
mod start;
mod stock;
mod testing;
mod timing;
mod variables;
