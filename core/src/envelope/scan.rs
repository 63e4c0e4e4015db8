//! Reading the envelope's JSON in the buffer it was inflated into.
//!
//! A message that is JSON itself is full of escaped quotes, so that nearly every message would have to be copied; undoing the escapes in place
//! copies nothing and allocates nothing. Fields of an unexpected type cost themselves, never the batch.

use std::ops::Range;

use crate::json::{skip, unescape_in_place};

/// Where the parts of an envelope stand in its buffer.
#[derive(Debug, Default)]
pub(super) struct Layout {
    pub(super) message_type: Range<usize>,
    pub(super) owner: Range<usize>,
    pub(super) log_group: Range<usize>,
    pub(super) log_stream: Range<usize>,
    pub(super) events: Vec<EventLayout>,
}

/// Where the parts of one event stand.
#[derive(Debug, Default)]
pub(super) struct EventLayout {
    pub(super) id: Range<usize>,
    pub(super) timestamp: i64,
    pub(super) message: Range<usize>,
}

/// Reads the whole buffer, which must be one JSON object.
///
/// # Errors
/// The byte at which it is not.
pub(super) fn read(bytes: &mut [u8]) -> Result<Layout, usize> {
    let mut scan = Scan { bytes, at: 0, kept: 0 };
    let mut layout = Layout::default();
    let complete = scan.members(|scan, key| {
        match scan.slice(key.clone()) {
            b"messageType" => layout.message_type = scan.text(1)?,
            b"owner" => layout.owner = scan.text(1)?,
            b"logGroup" => layout.log_group = scan.text(1)?,
            b"logStream" => layout.log_stream = scan.text(1)?,
            b"logEvents" => layout.events = scan.events()?,
            _ => scan.skip(1)?,
        }
        Some(())
    });
    if complete.is_none() || scan.peek().is_some() {
        return Err(scan.at);
    }
    Ok(layout)
}

/// How far a string is moved towards the front, over what has been read and is not kept: undoing escapes is quicker with some room.
const ROOM: usize = 16;

struct Scan<'b> {
    bytes: &'b mut [u8],
    at: usize,
    /// End of the last part that is kept.
    kept: usize,
}

impl Scan<'_> {
    fn slice(&self, range: Range<usize>) -> &[u8] {
        self.bytes.get(range).unwrap_or_default()
    }

    /// The next byte that is not white space, not consumed.
    #[inline]
    fn peek(&mut self) -> Option<u8> {
        loop {
            match self.bytes.get(self.at) {
                Some(b' ' | b'\t' | b'\n' | b'\r') => self.at += 1,
                other => return other.copied(),
            }
        }
    }

    fn eat(&mut self, byte: u8) -> Option<()> {
        (self.peek()? == byte).then(|| self.at += 1)
    }

    /// After a member or element: true when another follows.
    fn more(&mut self, close: u8) -> Option<bool> {
        let byte = self.peek()?;
        self.at += 1;
        match byte {
            b',' => Some(true),
            _ if byte == close => Some(false),
            _ => None,
        }
    }

    /// Reads an object: `member` reads the value behind each key.
    fn members(&mut self, mut member: impl FnMut(&mut Self, &Range<usize>) -> Option<()>) -> Option<()> {
        self.eat(b'{')?;
        if self.peek()? == b'}' {
            self.at += 1;
            return Some(());
        }
        loop {
            let key = self.string()?;
            self.eat(b':')?;
            member(self, &key)?;
            if !self.more(b'}')? {
                return Some(());
            }
        }
    }

    /// A string, its escapes undone.
    fn string(&mut self) -> Option<Range<usize>> {
        self.eat(b'"')?;
        let to = self.at.saturating_sub(ROOM).max(self.kept);
        let (end, next) = unescape_in_place(self.bytes, self.at, to)?;
        self.at = next;
        self.kept = end;
        Some(to..end)
    }

    /// A string's contents, nothing for null, and the source text of any other value.
    fn text(&mut self, depth: u32) -> Option<Range<usize>> {
        if self.peek()? == b'"' {
            return self.string();
        }
        let start = self.at;
        self.skip(depth)?;
        self.kept = self.at;
        Some(if self.slice(start..self.at) == b"null" { start..start } else { start..self.at })
    }

    fn skip(&mut self, depth: u32) -> Option<()> {
        self.at = skip(self.bytes, self.at, depth)?;
        Some(())
    }

    fn events(&mut self) -> Option<Vec<EventLayout>> {
        if self.peek()? == b'n' {
            self.skip(1)?;
            return Some(Vec::new());
        }
        self.eat(b'[')?;
        let mut events = Vec::new();
        if self.peek()? == b']' {
            self.at += 1;
            return Some(events);
        }
        loop {
            events.push(self.event()?);
            if !self.more(b']')? {
                return Some(events);
            }
        }
    }

    fn event(&mut self) -> Option<EventLayout> {
        let mut event = EventLayout::default();
        self.members(|scan, key| {
            match scan.slice(key.clone()) {
                b"message" => event.message = scan.text(3)?,
                b"id" => event.id = scan.text(3)?,
                b"timestamp" => event.timestamp = scan.timestamp()?,
                _ => scan.skip(3)?,
            }
            Some(())
        })?;
        Some(event)
    }

    /// What CloudWatch writes: digits, few enough for a number, and then the next member or the end.
    fn plain_timestamp(&mut self) -> Option<i64> {
        const MOST_DIGITS: usize = 18;
        self.peek()?;
        let digits = self.bytes.get(self.at..)?.iter().take(MOST_DIGITS).take_while(|byte| byte.is_ascii_digit());
        let (count, milliseconds) = digits.fold((0, 0), |(count, number), digit| (count + 1, number * 10 + i64::from(digit - b'0')));
        let ends = matches!(self.bytes.get(self.at + count), Some(b',' | b'}'));
        (ends && count > 0).then(|| {
            self.at += count;
            milliseconds
        })
    }

    /// Milliseconds since 1970, also when they are written as a string or with a fraction; zero for anything else.
    fn timestamp(&mut self) -> Option<i64> {
        if let Some(milliseconds) = self.plain_timestamp() {
            return Some(milliseconds);
        }
        let lexeme = self.text(3)?;
        let digits = self.slice(lexeme);
        let text = std::str::from_utf8(digits).unwrap_or_default();
        let whole = text.split(['.', 'e', 'E']).next().unwrap_or_default();
        #[expect(clippy::cast_possible_truncation, reason = "a time out of range saturates, and is then too old or too new for every use")]
        let milliseconds = if whole.len() == text.len() { text.parse().unwrap_or(0) } else { text.parse::<f64>().map_or(0, |number| number as i64) };
        Some(milliseconds)
    }
}
