//! What is told of an error.

use std::{
    error::Error,
    fmt::{self, Debug, Display, Write as _},
    io,
};

use super::ErrorFacts;

/// Longest message and longest chain of causes that are told, bytes.
const MAX_BYTES: usize = 8 * 1024;

/// Most causes that are told.
const MAX_CAUSES: usize = 16;

impl ErrorFacts {
    /// What is told of an error of a known type: the type's name, the message, and the causes.
    pub fn of<E: Error + 'static>(error: &E) -> Self {
        Self { kind: type_name(std::any::type_name::<E>()).to_owned(), message: limited(&error), stack: causes(error) }
    }

    /// What is told of an error whose type is not known any more: the name that its `Debug` form begins with, the message, and the causes.
    pub fn of_dyn(error: &(dyn Error + 'static)) -> Self {
        Self { kind: kind(error), message: limited(&error), stack: causes(error) }
    }
}

#[cfg(feature = "tower")]
/// What is told of an error of a service, which need not be an `Error`. Of the usual boxes, of I/O errors and of axum's, the causes as well: others do not show them through `E` alone.
pub(crate) fn facts<E: Debug + Display + 'static>(error: &E) -> ErrorFacts {
    inspected(error)
        .map_or_else(|| ErrorFacts { kind: type_name(std::any::type_name::<E>()).to_owned(), message: limited(&error), stack: None }, ErrorFacts::of_dyn)
}

#[cfg(feature = "tower")]
/// Whether a service gave up waiting: the time-outs of tower and tokio.
pub(crate) fn is_timeout<E: Debug + Display + 'static>(error: &E) -> bool {
    // Their types cannot be named here without those crates; both are `Elapsed(())` to look at.
    inspected(error).map_or_else(|| leading_name(&error), |error| leading_name(&error)).as_deref() == Some("Elapsed")
}

#[cfg(feature = "tower")]
fn inspected<E: 'static>(error: &E) -> Option<&(dyn Error + 'static)> {
    let any: &dyn std::any::Any = error;
    if let Some(error) = any.downcast_ref::<Box<dyn Error + Send + Sync>>() {
        return Some(&**error);
    }
    if let Some(error) = any.downcast_ref::<Box<dyn Error + Send>>() {
        return Some(&**error);
    }
    if let Some(error) = any.downcast_ref::<Box<dyn Error>>() {
        return Some(&**error);
    }
    #[cfg(feature = "axum")]
    if let Some(error) = any.downcast_ref::<axum::Error>() {
        // A wrapper without a word of its own; a body of a stream is wrapped twice.
        let mut inner: &(dyn Error + 'static) = error;
        while let Some(source) = inner.downcast_ref::<axum::Error>().and_then(Error::source) {
            inner = source;
        }
        return Some(inner);
    }
    any.downcast_ref::<io::Error>().map(|error| error as &(dyn Error + 'static))
}

/// The type of an error behind a box. Rust does not keep it; what `Debug` begins with is the name of the type, or of the variant.
fn kind(error: &(dyn Error + 'static)) -> String {
    if let Some(error) = error.downcast_ref::<io::Error>() {
        return format!("io::{:?}", error.kind());
    }
    leading_name(&error).unwrap_or_else(|| "error".to_owned())
}

/// The name that the `Debug` form of a value begins with: of `Elapsed(())`, `Elapsed`.
fn leading_name<E: Debug>(error: &E) -> Option<String> {
    const MAX_NAME: usize = 80;
    let mut text = Limited { text: String::new(), limit: MAX_NAME };
    // It ends with an error when there is more, which is of no interest.
    let _ = write!(text, "{error:?}");
    let end = text.text.find(|letter: char| !(letter.is_ascii_alphanumeric() || "_:".contains(letter))).unwrap_or(text.text.len());
    let (name, rest) = text.text.split_at(end);
    let is_name = name.rsplit("::").next().is_some_and(|last| last.starts_with(|first: char| first.is_ascii_uppercase()));
    let ends_so = rest.is_empty() || rest.starts_with('(') || rest.starts_with(" {");
    (is_name && ends_so && name.len() < MAX_NAME).then(|| name.to_owned())
}

/// A type's name without its type parameters.
fn type_name(full: &str) -> &str {
    full.split('<').next().unwrap_or(full)
}

fn causes(error: &(dyn Error + 'static)) -> Option<String> {
    let mut text = Limited { text: String::new(), limit: MAX_BYTES };
    let mut cause = error.source();
    for _ in 0..MAX_CAUSES {
        let Some(current) = cause else { break };
        // An error when there is no more room: then it is enough.
        if writeln!(text, "Caused by: {current}").is_err() {
            break;
        }
        cause = current.source();
    }
    text.text.truncate(text.text.trim_end().len());
    (!text.text.is_empty()).then_some(text.text)
}

fn limited<E: Display>(error: &E) -> String {
    let mut text = Limited { text: String::new(), limit: MAX_BYTES };
    if write!(text, "{error}").is_err() {
        text.text.push('…');
    }
    text.text
}

/// A text that takes no more than so many bytes.
struct Limited {
    text: String,
    limit: usize,
}

impl fmt::Write for Limited {
    fn write_str(&mut self, more: &str) -> fmt::Result {
        let room = self.limit - self.text.len();
        if more.len() <= room {
            self.text.push_str(more);
            return Ok(());
        }
        self.text.push_str(&more[..more.floor_char_boundary(room)]);
        Err(fmt::Error)
    }
}

#[cfg(all(test, feature = "tower"))]
mod tests {
    use super::*;

    #[derive(Debug)]
    struct PaymentDeclined(io::Error);

    impl Display for PaymentDeclined {
        fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
            formatter.write_str("payment declined")
        }
    }

    impl Error for PaymentDeclined {
        fn source(&self) -> Option<&(dyn Error + 'static)> {
            Some(&self.0)
        }
    }

    type Boxed = Box<dyn Error + Send + Sync>;

    fn declined() -> PaymentDeclined {
        PaymentDeclined(io::Error::new(io::ErrorKind::ConnectionRefused, "no route"))
    }

    #[test]
    fn a_boxed_error_tells_its_type_and_its_causes() {
        let expected = ErrorFacts { kind: "PaymentDeclined".to_owned(), message: "payment declined".to_owned(), stack: Some("Caused by: no route".to_owned()) };
        assert_eq!(facts::<Boxed>(&declined().into()), expected);
        assert_eq!(facts::<Box<dyn Error>>(&declined().into()), expected);
    }

    #[test]
    fn other_errors_tell_the_name_of_their_type() {
        assert!(facts(&declined()).kind.ends_with("error::tests::PaymentDeclined"));
        let told = ErrorFacts::of(&declined());
        assert!(told.kind.ends_with("error::tests::PaymentDeclined") && told.stack.as_deref() == Some("Caused by: no route"));
        assert_eq!(facts::<Boxed>(&"just words".into()), ErrorFacts { kind: "error".to_owned(), message: "just words".to_owned(), stack: None });
        assert_eq!(facts(&io::Error::from(io::ErrorKind::TimedOut)).kind, "io::TimedOut");
        assert_eq!(facts::<Boxed>(&io::Error::other("odd").into()).kind, "io::Other");
        assert_eq!(facts::<Boxed>(&"x".parse::<i32>().unwrap_err().into()).kind, "ParseIntError");
    }

    #[cfg(feature = "axum")]
    #[test]
    fn axum_s_error_is_what_it_wraps() {
        for error in [axum::Error::new(declined()), axum::Error::new(axum::Error::new(declined()))] {
            let told = facts(&error);
            assert_eq!(
                (told.kind.as_str(), told.message.as_str(), told.stack.as_deref()),
                ("PaymentDeclined", "payment declined", Some("Caused by: no route"))
            );
        }
    }

    #[test]
    fn words_are_not_taken_for_the_name_of_a_type() {
        struct Raw(&'static str);
        impl Debug for Raw {
            fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str(self.0)
            }
        }
        for (text, name) in [
            ("Io(x)", Some("Io")),
            ("reqwest::Error { kind: Request }", Some("reqwest::Error")),
            ("Unit", Some("Unit")),
            ("Payment failed", None),
            ("payment", None),
            ("", None),
            ("\"Quoted\"", None),
        ] {
            assert_eq!(leading_name(&Raw(text)).as_deref(), name, "{text}");
        }
        assert_eq!(leading_name(&Raw("VeryLong").0.repeat(40)), None);
    }

    #[test]
    fn what_is_told_is_bounded() {
        #[derive(Debug)]
        struct Endless;
        impl Display for Endless {
            fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str(&"é".repeat(MAX_BYTES))
            }
        }
        impl Error for Endless {
            fn source(&self) -> Option<&(dyn Error + 'static)> {
                Some(&Self)
            }
        }
        let told = facts::<Boxed>(&Endless.into());
        assert!(told.message.len() <= MAX_BYTES + 3 && told.message.ends_with('…'));
        assert!(told.stack.unwrap().len() <= MAX_BYTES);
    }
}
