//! Words for mistakes of syntax.

use serde_saphyr::granit_parser::{ErrorKind, ScanError};

/// What is wrong and what to do: our words for the mistakes people make; the parser's own for the rest.
pub(super) fn explain(error: &ScanError) -> (String, &'static str) {
    let (message, hint) = match error.kind() {
        ErrorKind::TabNotAllowed
        | ErrorKind::TabInBlockIndentation
        | ErrorKind::TabInIndentation
        | ErrorKind::TabAtBlockScalarStart
        | ErrorKind::TabInPlainScalar => ("a tab is used where YAML wants spaces", "indent with spaces"),
        ErrorKind::UnclosedQuotedScalar => ("a quote is opened and never closed", "close it with the same kind of quote"),
        ErrorKind::UnclosedFlowCollection { .. }
        | ErrorKind::UnexpectedEofFlowMapping
        | ErrorKind::UnexpectedEofFlowSequence
        | ErrorKind::UnexpectedEofImplicitFlowMapping => {
            ("a bracket is opened and never closed", "close it, or put the value in single quotes if it is a text")
        }
        ErrorKind::ExpectedFlowMappingSeparator | ErrorKind::ExpectedFlowSequenceSeparator => {
            ("a comma or a closing bracket is missing", "add it, or put the value in single quotes if it is a text")
        }
        ErrorKind::UnknownAnchor => ("this alias (`*name`) has no anchor (`&name`) before it", "quote the text if no alias is meant"),
        ErrorKind::InvalidIndentation | ErrorKind::ExpectedBlockMappingKey | ErrorKind::ExpectedBlockSequenceEntry => {
            ("the indentation does not fit the lines above", "keys of the same map start in the same column")
        }
        ErrorKind::MappingValueNotAllowed | ErrorKind::SimpleKeyExpected | ErrorKind::InvalidSimpleKey => {
            ("this line does not fit here", "write `key: value` with a space after the colon, and quote a text that holds `: `")
        }
        ErrorKind::UnexpectedCharacter { .. } => ("a text cannot start with this character", "put the text in single quotes"),
        ErrorKind::RecursionLimitExceeded => ("the values are nested too deeply", "no setting needs more than a few levels"),
        _ => return (format!("not valid YAML: {}", error.info()), "check quotes, brackets and the indentation of this line"),
    };
    (message.to_owned(), hint)
}
