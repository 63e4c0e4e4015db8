//! Filter patterns from outside: recorded cases, agreement with slow matchers written independently, explanations.

mod any_text;
mod delimited;
mod explained;
mod json;
mod naive;
mod recorded;
mod terms;
