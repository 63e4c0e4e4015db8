//! Log lines: what one says, and how it is written.

pub use skywarden_core::schema::Level;
