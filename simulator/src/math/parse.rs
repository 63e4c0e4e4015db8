//! From words to an expression.

use crate::math::{
    Function, MathError,
    ast::{FillMode, Node, NodeKind, Operator},
    lexer::{Token, TokenKind, tokens},
};

/// Deepest nesting of parentheses, arrays, signs and calls. CloudWatch bounds an expression at 2,048 characters; this bound keeps a hostile
/// template from exhausting the stack.
pub(super) const MAX_DEPTH: usize = 64;

/// Reads a whole expression.
pub(super) fn parse(text: &str) -> Result<Node, MathError> {
    let tokens = tokens(text)?;
    let mut parser = Parser { tokens: &tokens, at: 0, depth: 0 };
    let node = parser.binary(1)?;
    match parser.peek().kind {
        TokenKind::End => Ok(node),
        _ => Err(parser.unexpected("an operator or the end")),
    }
}

struct Parser<'a> {
    tokens: &'a [Token],
    at: usize,
    depth: usize,
}

impl<'a> Parser<'a> {
    fn peek(&self) -> &'a Token {
        // The last token is `End`, and nothing steps over it.
        &self.tokens[self.at.min(self.tokens.len() - 1)]
    }

    fn next(&mut self) -> &'a Token {
        let token = self.peek();
        self.at += 1;
        token
    }

    fn unexpected(&self, expected: &str) -> MathError {
        let token = self.peek();
        MathError::new(token.column, format!("found {}, expected {expected}", token.kind.describe()))
    }

    fn expect(&mut self, kind: &TokenKind) -> Result<(), MathError> {
        if self.peek().kind == *kind {
            self.at += 1;
            Ok(())
        } else {
            Err(self.unexpected(&kind.describe()))
        }
    }

    /// Operators that bind at least as tightly as `least`, from the left.
    fn binary(&mut self, least: u8) -> Result<Node, MathError> {
        let mut left = self.unary()?;
        while let TokenKind::Operator(operator) = self.peek().kind {
            let precedence = operator.precedence();
            if precedence < least {
                break;
            }
            let column = self.next().column;
            // A power binds to the right: 2 ^ 3 ^ 2 is 2 ^ 9.
            let right = if operator == Operator::Power { self.deeper(|parser| parser.binary(precedence))? } else { self.binary(precedence + 1)? };
            left = Node { column, kind: NodeKind::Binary(operator, Box::new(left), Box::new(right)) };
        }
        Ok(left)
    }

    fn unary(&mut self) -> Result<Node, MathError> {
        let column = self.peek().column;
        if self.peek().kind == TokenKind::Operator(Operator::Subtract) {
            self.at += 1;
            // The sign binds less tightly than a power: -2 ^ 2 is -4.
            let inner = self.deeper(|parser| parser.binary(Operator::Power.precedence()))?;
            return Ok(Node { column, kind: NodeKind::Negate(Box::new(inner)) });
        }
        self.deeper(Self::primary)
    }

    fn primary(&mut self) -> Result<Node, MathError> {
        let token = self.peek();
        let column = token.column;
        let kind = match &token.kind {
            TokenKind::Number(number) => NodeKind::Number(*number),
            TokenKind::Text(text) => NodeKind::Text(text.clone()),
            TokenKind::Word(word) => return self.word(word, column),
            TokenKind::Open => {
                self.at += 1;
                let inner = self.binary(1)?;
                self.expect(&TokenKind::Close)?;
                return Ok(inner);
            }
            TokenKind::OpenArray => {
                self.at += 1;
                let kind = NodeKind::Array(self.list(&TokenKind::CloseArray)?);
                return Ok(Node { column, kind });
            }
            _ => return Err(self.unexpected("a number, the id of a query, a function or `(`")),
        };
        self.at += 1;
        Ok(Node { column, kind })
    }

    /// A function call, a query id or a word of `FILL`.
    fn word(&mut self, word: &str, column: usize) -> Result<Node, MathError> {
        self.at += 1;
        let kind = if self.peek().kind == TokenKind::Open {
            let function = Function::from_name(word).ok_or_else(|| MathError::new(column, unknown_function(word)))?;
            self.at += 1;
            let arguments = self.list(&TokenKind::Close)?;
            function.check_count(arguments.len(), column)?;
            NodeKind::Call(function, arguments)
        } else if word.starts_with(|letter: char| letter.is_ascii_lowercase()) {
            NodeKind::Id(word.to_owned())
        } else {
            match word {
                "REPEAT" => NodeKind::Fill(FillMode::Repeat),
                "LINEAR" => NodeKind::Fill(FillMode::Linear),
                _ if Function::from_name(word).is_some() => {
                    return Err(MathError::new(column, format!("`{word}` is a function; give its arguments in parentheses")));
                }
                _ => return Err(MathError::new(column, format!("`{word}` is not the id of a query; ids start with a lower-case letter"))),
            }
        };
        Ok(Node { column, kind })
    }

    /// Expressions separated by commas, up to and with the closing word.
    fn list(&mut self, close: &TokenKind) -> Result<Vec<Node>, MathError> {
        let mut items = Vec::new();
        if self.peek().kind == *close {
            self.at += 1;
            return Ok(items);
        }
        loop {
            items.push(self.binary(1)?);
            if self.peek().kind == *close {
                self.at += 1;
                return Ok(items);
            }
            if self.peek().kind != TokenKind::Comma {
                return Err(self.unexpected(&format!("`,` or {}", close.describe())));
            }
            self.at += 1;
        }
    }

    fn deeper<T>(&mut self, read: impl FnOnce(&mut Self) -> Result<T, MathError>) -> Result<T, MathError> {
        if self.depth == MAX_DEPTH {
            return Err(MathError::new(self.peek().column, "the expression is nested too deeply; split it into several queries"));
        }
        self.depth += 1;
        let result = read(self);
        self.depth -= 1;
        result
    }
}

fn unknown_function(word: &str) -> String {
    let known: Vec<&str> = Function::ALL.iter().map(|function| function.as_str()).collect();
    format!("function `{word}` is not known to the simulator; it computes {}", known.join(", "))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::math::Expression;

    fn error(text: &str) -> String {
        Expression::parse(text).unwrap_err().to_string()
    }

    #[test]
    fn mistakes_are_placed_and_explained() {
        assert_eq!(error("100 * m1 /"), "metric math, column 11: found the end of the expression, expected a number, the id of a query, a function or `(`");
        assert_eq!(error("(m1 + m2"), "metric math, column 9: found the end of the expression, expected `)`");
        assert_eq!(error("m1 m2"), "metric math, column 4: found `m2`, expected an operator or the end");
        assert_eq!(error("M1 + 1"), "metric math, column 1: `M1` is not the id of a query; ids start with a lower-case letter");
        assert_eq!(error("m1 = 2").split(';').next(), Some("metric math, column 4: `=` has no meaning here"));
        assert_eq!(error("1.2.3"), "metric math, column 1: `1.2.3` is not a number; write it like 100 or 0.5");
        assert_eq!(error("METRICS(\"m"), "metric math, column 9: the text is not closed; end it with \"");
        assert_eq!(error("IF(m1)"), "metric math, column 1: IF takes 2 to 3 arguments, found 1");
        assert_eq!(error("SUM + 1"), "metric math, column 1: `SUM` is a function; give its arguments in parentheses");
        assert!(error("SEARCH('{A} b', 'Sum')").starts_with("metric math, column 1: function `SEARCH` is not known to the simulator; it computes ABS, "));
    }

    #[test]
    fn nesting_is_bounded() {
        let nested = |depth: usize| format!("{}1{}", "(".repeat(depth), ")".repeat(depth));
        assert!(Expression::parse(&nested(MAX_DEPTH - 1)).is_ok());
        assert!(error(&nested(MAX_DEPTH)).contains("nested too deeply"));
        assert!(error(&"-".repeat(10_000)).contains("nested too deeply"));
        assert!(error(&"2^".repeat(10_000)).contains("nested too deeply"));
    }

    proptest! {
        #[test]
        fn any_text_is_an_expression_or_an_error(text in ".{0,60}") {
            if let Err(error) = Expression::parse(&text) {
                prop_assert!(error.column >= 1 && error.column <= text.chars().count() + 1);
            }
        }

        #[test]
        fn any_words_of_the_language_are_an_expression_or_an_error(
            words in prop::collection::vec(prop::sample::select(vec!["m1", "2", "+", "-", "^", "(", ")", "IF", "SUM", "[", "]", ",", "AND", "FILL", "REPEAT", "<="]), 0..30),
        ) {
            let text = words.join(" ");
            if let Ok(expression) = Expression::parse(&text) {
                prop_assert_eq!(expression.to_string(), text);
            }
        }
    }
}
