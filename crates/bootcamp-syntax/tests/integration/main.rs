//! What is read of a cell, and what of its text is no code.

mod inert;
mod rooms;
