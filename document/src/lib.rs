//! Configuration documents as trees that remember where everything stands, so that whoever reads one can say what is wrong in which line and column.
//!
//! `parse_yaml` and `parse_toml` (each behind its feature) collect mistakes instead of stopping at the first, and keep what can be read beside them. What
//! comes from elsewhere, such as a variable of the environment, becomes a [`Node`] by hand. The crate knows no key and touches no file: what a document
//! means, and how a mistake is told, is its reader's.

mod place;
mod reading;
mod suggestion;
#[cfg(feature = "toml")]
mod toml;
mod tree;
#[cfg(feature = "yaml")]
mod yaml;

pub use place::{BYTE_ORDER_MARK, Span, Spanned, position};
pub use reading::{Limits, MAX_MISTAKES, Mistake, MistakeKind, Reading};
pub use suggestion::{closest, listed};
#[cfg(feature = "toml")]
pub use toml::parse_toml;
pub use tree::{Entry, Node, Value, shortened};
#[cfg(feature = "yaml")]
pub use yaml::parse_yaml;
