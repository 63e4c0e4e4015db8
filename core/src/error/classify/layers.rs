//! Layers: the exceptions of a fault from the inside to the outside, each with its type and message.

use smallvec::SmallVec;

use crate::error::detect::Fault;

/// Most layers looked at; the innermost come first, and those beyond are wrappings of wrappings.
pub(super) const MAX_LAYERS: usize = 8;

/// Most bytes of a message looked at.
pub(super) const MAX_MESSAGE_BYTES: usize = 4096;

/// One exception.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Layer<'f> {
    /// Type; empty when none is known.
    pub(super) kind: &'f str,
    /// Message, at most [`MAX_MESSAGE_BYTES`].
    pub(super) message: &'f str,
}

/// The layers of a fault, innermost first. What the record itself says is the outermost; there is always at least one.
pub(super) fn layers<'f>(fault: &'f Fault<'_>) -> SmallVec<[Layer<'f>; 4]> {
    let mut layers = SmallVec::new();
    let of_stack = fault.exceptions.iter().filter(|exception| !exception.kind.is_empty() || !exception.message.is_empty());
    for exception in of_stack.take(MAX_LAYERS) {
        push(&mut layers, Layer { kind: &exception.kind, message: bounded(&exception.message) });
    }
    push(&mut layers, Layer { kind: &fault.kind, message: bounded(&fault.message) });
    layers
}

fn push<'f>(layers: &mut SmallVec<[Layer<'f>; 4]>, layer: Layer<'f>) {
    if let Some(inner) = quoted(layer.message) {
        push_new(layers, inner);
    }
    push_new(layers, layer);
}

fn push_new<'f>(layers: &mut SmallVec<[Layer<'f>; 4]>, layer: Layer<'f>) {
    if !layers.contains(&layer) {
        layers.push(layer);
    }
}

/// `(psycopg2.errors.UniqueViolation) duplicate key …`: how `SQLAlchemy` quotes the driver's exception in its own message.
fn quoted(message: &str) -> Option<Layer<'_>> {
    let (kind, message) = message.strip_prefix('(')?.split_once(") ")?;
    let is_name = kind.contains('.') && kind.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_'));
    is_name.then_some(Layer { kind, message })
}

fn bounded(message: &str) -> &str {
    let mut end = message.len().min(MAX_MESSAGE_BYTES);
    while !message.is_char_boundary(end) {
        end -= 1;
    }
    message.get(..end).unwrap_or(message)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::{classify::tests::fault, trace::Exception};

    #[test]
    fn the_exception_quoted_by_an_orm_is_inside_of_it() {
        let fault = fault("sqlalchemy.exc.IntegrityError", "(psycopg2.errors.UniqueViolation) duplicate key", None);
        let kinds: Vec<_> = layers(&fault).iter().map(|layer| layer.kind).collect();
        assert_eq!(kinds, ["psycopg2.errors.UniqueViolation", "sqlalchemy.exc.IntegrityError"]);
        assert_eq!(quoted("(see the log) nothing"), None);
    }

    #[test]
    fn the_innermost_layers_are_kept_and_the_record_is_the_last() {
        let kinds: Vec<String> = (0..MAX_LAYERS + 2).map(|number| format!("E{number}")).collect();
        let mut fault = fault("Outer", "m", None);
        fault.exceptions = kinds.iter().map(|kind| Exception { kind: kind.as_str().into(), ..Exception::default() }).collect();
        let found: Vec<&str> = layers(&fault).iter().map(|layer| layer.kind).collect();
        assert_eq!((found.len(), found[0], found[MAX_LAYERS - 1], found[MAX_LAYERS]), (MAX_LAYERS + 1, "E0", "E7", "Outer"));
    }

    #[test]
    fn a_long_message_is_cut_between_characters() {
        let long = format!("{}é", "a".repeat(MAX_MESSAGE_BYTES - 1));
        assert_eq!(bounded(&long).len(), MAX_MESSAGE_BYTES - 1);
        assert_eq!(bounded("short"), "short");
    }
}
