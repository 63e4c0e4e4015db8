//! `vrl`, for comparison.
fn main() {}
