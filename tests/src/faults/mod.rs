//! What the functions lose and double under faults: scenarios of a load, faults on the way to AWS, and what must be there in the end.
//!
//! A scenario gives the built functions a load whose results are counted while it is made, through a proxy that fails calls, then lets things settle as
//! they would: Lambda's attempts, the queue's, the one-minute tick, a redrive of what was kept. What is found then is held against what was expected.

pub mod deployment;
pub mod drive;
pub mod expected;
pub mod found;
pub mod load;
pub mod report;
pub mod run;
pub mod scenario;
pub mod scenarios;
pub mod special;
pub mod streaming;
pub mod verdict;
