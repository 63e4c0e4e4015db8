//! Metrics, gathered in the process and written as lines in CloudWatch's embedded metric format.

pub mod emf;
