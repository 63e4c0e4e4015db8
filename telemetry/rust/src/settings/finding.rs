//! What is told to the person who wrote the settings.

use std::fmt;

macro_rules! codes {
    ($($variant:ident $name:literal $summary:literal)*) => {
        /// What kind of mistake a finding is about. A code never changes its meaning.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
        pub enum Code {
            $(#[doc = $summary] $variant,)*
        }

        impl Code {
            /// Every code.
            pub const ALL: &[Self] = &[$(Self::$variant,)*];

            /// The code as shown: `unknown-key`.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $name,)* }
            }

            /// One line on what it means.
            pub const fn summary(self) -> &'static str {
                match self { $(Self::$variant => $summary,)* }
            }
        }
    };
}

codes! {
    UnreadableFile "unreadable-file" "A file cannot be read."
    UnknownForm "unknown-form" "A file is neither TOML nor YAML, or this build reads no files."
    TooLarge "too-large" "A file, or what it says, is larger than is read."
    Syntax "syntax" "A file is not valid TOML or YAML."
    DuplicateKey "duplicate-key" "A key is given twice."
    UnknownKey "unknown-key" "A key is not one that is known."
    MissingKey "missing-key" "A required key is missing."
    WrongType "wrong-type" "A value has the wrong shape."
    UnknownWord "unknown-word" "A value is not one of the words allowed here."
    BadLevel "bad-level" "A level, or a list of levels, cannot be read."
    BadName "bad-name" "A name has characters or a length that is not allowed."
    BadSize "bad-size" "A size is not a number of bytes with a unit."
    BadDuration "bad-duration" "A duration is not a number with a unit."
    BadShare "bad-share" "A share is neither a percentage nor a number from 0 to 1."
    OutOfRange "out-of-range" "A value is outside of the allowed range."
    BadPath "bad-path" "A path cannot be used."
    BadMasking "bad-masking" "A rule for masking cannot be read or used."
    Contradiction "contradiction" "Two settings cannot hold together."
    NoEffect "no-effect" "A setting changes nothing."
    UnknownVariable "unknown-variable" "A variable of the environment looks like a misspelt one of ours."
    Unusable "unusable" "What a variable of the environment says cannot be used."
}

impl fmt::Display for Code {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.as_str())
    }
}

/// How bad a finding is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Grade {
    /// What was meant is not known: the settings are not used.
    Error,
    /// Somebody should look.
    Warning,
}

/// One mistake, or one thing that looks like one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// Stable code.
    pub code: Code,
    /// How bad it is.
    pub grade: Grade,
    /// The key it is about: `outputs[1].rotate.size`; empty when it is about none.
    pub key: String,
    /// What is wrong; lower-case, no full stop.
    pub message: String,
    /// What to do about it.
    pub hint: Option<String>,
    /// Where it is.
    pub place: Place,
}

/// Where something was given.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    /// In a file.
    File {
        /// Path as given.
        name: String,
        /// Line, from 1; 0 for the file as a whole.
        line: usize,
        /// Column in characters, from 1; 0 for the file as a whole.
        column: usize,
        /// The line; none for the file as a whole.
        excerpt: Option<Excerpt>,
    },
    /// In a variable of the environment.
    Variable {
        /// Its name.
        name: String,
        /// Its value; none for the variable as a whole.
        excerpt: Option<Excerpt>,
    },
    /// In code.
    Code {
        /// What the code calls itself.
        name: String,
    },
}

/// A line of text and a part of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Excerpt {
    /// The line, on one line and shortened around the part.
    pub text: String,
    /// Characters before the part.
    pub start: usize,
    /// Characters of the part; 1 for a place between two.
    pub length: usize,
}

/// Characters shown before the part that is meant, and of the line altogether.
const BEFORE: usize = 60;
const SHOWN: usize = 140;

impl Excerpt {
    /// The line of a text that holds a byte range.
    pub(super) fn new(text: &str, start: usize, end: usize) -> Self {
        let line_start = text.get(..start).and_then(|before| before.rfind('\n')).map_or(0, |index| index + 1);
        let before: Vec<char> = text.get(line_start..start).unwrap_or_default().chars().collect();
        let line = text.get(line_start..).unwrap_or_default().split('\n').next().unwrap_or_default().trim_end_matches('\r');
        let length = text.get(start..end).unwrap_or_default().chars().count().max(1);
        let skipped = before.len().saturating_sub(BEFORE);
        let mut shown: String = line.chars().skip(skipped).take(SHOWN).map(|character| if character.is_control() { ' ' } else { character }).collect();
        // What is meant may be the end of the line itself.
        let mut at = before.len().min(line.chars().count()).saturating_sub(skipped);
        if skipped > 0 {
            shown.insert(0, '…');
            at += 1;
        }
        let room = shown.chars().count().saturating_sub(at).max(1);
        if line.chars().nth(skipped + SHOWN).is_some() {
            shown.push('…');
        }
        Self { text: shown, start: at, length: length.min(room) }
    }
}

impl Finding {
    /// Whether it is an error.
    pub const fn is_error(&self) -> bool {
        matches!(self.grade, Grade::Error)
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (excerpt, number) = match &self.place {
            Place::File { name, line, column, excerpt } => {
                formatter.write_str(name)?;
                if *line > 0 {
                    write!(formatter, ":{line}:{column}")?;
                }
                (excerpt.as_ref(), line.to_string())
            }
            Place::Variable { name, excerpt } => {
                formatter.write_str(name)?;
                (excerpt.as_ref(), String::new())
            }
            Place::Code { name } => {
                formatter.write_str(name)?;
                (None, String::new())
            }
        };
        formatter.write_str(if self.is_error() { ": " } else { ": warning: " })?;
        // The variable is the key already, and the message on an unknown key names it.
        if !self.key.is_empty() && !matches!(self.place, Place::Variable { .. }) && self.code != Code::UnknownKey {
            write!(formatter, "{}: ", self.key)?;
        }
        formatter.write_str(&self.message)?;
        if let Some(hint) = &self.hint {
            write!(formatter, "; {hint}")?;
        }
        write!(formatter, " [{}]", self.code)?;
        if let Some(excerpt) = excerpt {
            let (gutter, indent) = (number.len(), excerpt.start);
            write!(formatter, "\n  {number} | {}\n  {:gutter$} | {:indent$}{}", excerpt.text, "", "", "^".repeat(excerpt.length))?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn codes_are_unique_and_have_a_summary() {
        let names: BTreeSet<_> = Code::ALL.iter().map(|code| code.as_str()).collect();
        assert_eq!(names.len(), Code::ALL.len());
        assert!(Code::ALL.iter().all(|code| code.summary().ends_with('.')));
    }

    #[test]
    fn an_excerpt_is_one_line_around_its_part() {
        let text = "a = 1\n\tkey = \"é\"  # c\nb = 2";
        let start = text.find('"').unwrap();
        assert_eq!(Excerpt::new(text, start, start + 4), Excerpt { text: " key = \"é\"  # c".to_owned(), start: 7, length: 3 });
        assert_eq!(Excerpt::new("", 0, 0), Excerpt { text: String::new(), start: 0, length: 1 });
        assert_eq!(Excerpt::new("a\rb\r\nc", 4, 4), Excerpt { text: "a b".to_owned(), start: 3, length: 1 });
    }

    #[test]
    fn a_long_line_is_shortened_and_the_caret_stays_inside() {
        let text = format!("{}<here>{}", "x".repeat(500), "y".repeat(500));
        let excerpt = Excerpt::new(&text, 500, 506);
        let marked: String = excerpt.text.chars().skip(excerpt.start).take(excerpt.length).collect();
        assert_eq!(marked, "<here>");
        assert_eq!(excerpt.text.chars().count(), SHOWN + 2);
        let whole = Excerpt::new(&text, 0, text.len());
        assert_eq!((whole.start, whole.length), (0, SHOWN));
    }
}
