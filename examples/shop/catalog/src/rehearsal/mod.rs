//! The world around the service: a clock that can be set, chance that can be repeated, and fakes of what it depends on.
//!
//! By hand the service runs on the real clock, and what depends on chance differs from run to run. In a rehearsal the load script decides what time it
//! is: it says so in the header `x-shop-now` of each request, waiting costs no time but moves the clock, and each request's chance follows from its
//! header `x-shop-seed`. So a day takes a minute, and every run is the same.

pub(crate) mod clock;
pub(crate) mod day;
pub(crate) mod dice;
pub(crate) mod door;
pub(crate) mod facts;
