//! Native part.
mod known;
mod value;
use pyo3::prelude::*;
#[pymodule]
mod _native {}
