//! Traces: what the text of a stack says, in every language read here, as exceptions and frames.
//!
//! The language is told by the first line that only one of them writes; its reader then goes over the lines once. Nothing is copied: kinds,
//! messages, modules and functions are pieces of the text. No regular expressions.
//!
//! Which frames are the application's, and which only pass an error on, are tables: one per language, at the head of its file and in `wrapper`.

mod code;
mod dart;
mod dotnet;
mod go;
mod header;
mod java;
mod javascript;
mod language;
mod lines;
mod native;
mod php;
mod place;
mod python;
mod ruby;
mod rust;
mod search;
mod sign;
mod swift;
mod wrapper;

use std::borrow::Cow;

pub(crate) use code::stated_code;
pub use language::Language;
use lines::Lines;
pub(crate) use sign::{Awaits, Follow, Progress, follows, is_blank, is_fragment, opening};

/// Most frames kept of one exception, nearest the throw.
pub const MAX_FRAMES: usize = 32;

/// Most exceptions kept of one trace, nearest the root cause.
pub const MAX_EXCEPTIONS: usize = 16;

/// Most bytes of a text that are looked at. Of a longer one it is the first half and the last half of so many: where it begins and where
/// it ends are where a trace tells most.
pub const MAX_SCANNED_BYTES: usize = 64 * 1024;

/// Most bytes of an exception's message.
pub const MAX_MESSAGE_BYTES: usize = 2 * 1024;

/// One exception, panic or fault of a trace, with the frames it was thrown through.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Exception<'a> {
    /// Type or class; empty when the trace names none.
    pub kind: Cow<'a, str>,
    /// Message; may be empty, and may have several lines.
    pub message: Cow<'a, str>,
    /// Frames, nearest the throw first, consecutive repeats once, at most [`MAX_FRAMES`].
    pub frames: Vec<Frame<'a>>,
    /// How it stands to the others of its trace.
    pub role: Role,
}

/// How an exception stands to the others of its trace.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Role {
    /// Thrown, as the root cause or as what wraps the one before it.
    #[default]
    Thrown,
    /// A member of an exception group.
    Member,
    /// An exception group: its members stand before it.
    Group,
    /// Thrown while another one was on its way, and told beside it: no cause. Stands behind all others.
    Suppressed,
}

/// One frame: module or file, and function; never a line number.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Frame<'a> {
    /// Module path, class, or the file name without its directories and ending.
    pub module: Cow<'a, str>,
    /// Function name; empty when the trace names none.
    pub function: Cow<'a, str>,
    /// False for frames of the runtime and of libraries.
    pub in_app: bool,
    /// True for functions that only raise, log or pass on what others caused: never the place of an error.
    pub wrapper: bool,
}

impl<'a> Frame<'a> {
    fn new(language: Language, module: &'a str, function: &'a str, in_app: bool) -> Self {
        Self { module: Cow::Borrowed(module), function: Cow::Borrowed(function), in_app, wrapper: wrapper::is_wrapper(language, function) }
    }
}

impl<'a> Exception<'a> {
    fn new(kind: &'a str, message: &'a str) -> Self {
        Self { kind: Cow::Borrowed(kind), message: Cow::Borrowed(lines::cut(message.trim_end(), MAX_MESSAGE_BYTES)), ..Self::default() }
    }

    fn is_empty(&self) -> bool {
        self.kind.is_empty() && self.message.is_empty() && self.frames.is_empty()
    }

    /// Adds a frame of a language that writes the frame nearest the throw first.
    fn outwards(&mut self, frame: Frame<'a>) {
        if self.frames.len() < MAX_FRAMES && self.frames.last() != Some(&frame) {
            if self.frames.is_empty() {
                self.frames.reserve(USUAL_FRAMES);
            }
            self.frames.push(frame);
        }
    }

    /// Adds a frame of a language that writes it last; [`Self::inwards_end`] turns them.
    fn inwards(&mut self, frame: Frame<'a>) {
        if self.frames.last() == Some(&frame) {
            return;
        }
        if self.frames.len() >= 2 * MAX_FRAMES {
            self.frames.drain(..MAX_FRAMES);
        }
        if self.frames.is_empty() {
            self.frames.reserve(USUAL_FRAMES);
        }
        self.frames.push(frame);
    }

    fn inwards_end(&mut self) {
        self.frames.reverse();
        self.frames.truncate(MAX_FRAMES);
    }
}

/// Adds a frame to the exception that is being read, of a language that writes the frame nearest the throw first. Frames alone, or behind a line that
/// names no exception, are of one without a name.
fn push_frame<'a>(exceptions: &mut Vec<Exception<'a>>, frame: Frame<'a>) {
    if exceptions.is_empty() {
        exceptions.push(Exception::default());
    }
    if let Some(exception) = exceptions.last_mut() {
        exception.outwards(frame);
    }
}

/// Sets the message of the exception that is being read: from where it begins up to a line.
fn set_message<'a>(exceptions: &mut [Exception<'a>], lines: &Lines<'a>, message: &'a str, line: &'a str) {
    if let Some(exception) = exceptions.last_mut() {
        exception.message = Cow::Borrowed(lines::cut(lines.between(message, line), MAX_MESSAGE_BYTES).trim_end());
    }
}

/// Room for the frames of an ordinary exception.
const USUAL_FRAMES: usize = 16;

/// The exceptions of a stack's text: the root cause first, then what it was wrapped in, outwards; of an exception group the members in order, then
/// the group; suppressed ones last. Empty when it is no stack.
pub fn read(stack: &str) -> Vec<Exception<'_>> {
    let lines = Lines::new(stack);
    let Some(language) = language::of(lines.clone()) else { return Vec::new() };
    read_as(language, lines)
}

fn read_as(language: Language, lines: Lines<'_>) -> Vec<Exception<'_>> {
    let mut exceptions = match language {
        Language::Python => python::read(lines),
        Language::Java => java::read(lines),
        Language::JavaScript => javascript::read(lines),
        Language::Go => go::read(lines),
        Language::Rust => rust::read(lines),
        Language::Dotnet => dotnet::read(lines),
        Language::Ruby => ruby::read(lines),
        Language::Php => php::read(lines),
        Language::Swift => swift::read(lines),
        Language::Dart => dart::read(lines),
        Language::Native => native::read(lines),
    };
    exceptions.retain(|exception| !exception.is_empty());
    exceptions.truncate(MAX_EXCEPTIONS);
    exceptions
}

/// Keeps a list that begins with the outermost exception within its bound: what is nearest the root cause stays.
fn bound_outermost_first(exceptions: &mut Vec<Exception<'_>>) {
    if exceptions.len() > MAX_EXCEPTIONS {
        exceptions.remove(0);
    }
}
