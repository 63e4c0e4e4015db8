//! Traces: what the text of a stack says, in every language read here, as exceptions and frames.

mod frames;

use std::borrow::Cow;

/// Most frames kept of one exception, nearest the throw.
pub const MAX_FRAMES: usize = 32;

/// One exception, panic or fault of a trace, with the frames it was thrown through.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Exception<'a> {
    /// Type or class; empty when the trace names none.
    pub kind: Cow<'a, str>,
    /// Message; may be empty.
    pub message: Cow<'a, str>,
    /// Frames, nearest the throw first, consecutive repeats once, at most [`MAX_FRAMES`].
    pub frames: Vec<Frame<'a>>,
}

/// One frame: module or file, and function; never a line number.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Frame<'a> {
    /// Module path, or the file name without its directories and ending.
    pub module: Cow<'a, str>,
    /// Function name.
    pub function: Cow<'a, str>,
    /// False for frames of the runtime and of libraries.
    pub in_app: bool,
}

/// The exceptions of a stack's text: the root cause first, then what it was wrapped in, outwards. Empty when it is no stack.
pub fn read(stack: &str) -> Vec<Exception<'_>> {
    let frames = frames::frames(stack);
    if frames.is_empty() {
        return Vec::new();
    }
    vec![Exception { frames, ..Exception::default() }]
}
