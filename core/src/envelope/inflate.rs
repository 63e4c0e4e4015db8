//! Taking off base64 and gzip, bounded.

use flate2::{FlushDecompress, Status};

use super::{EnvelopeError, MAX_INFLATED_BYTES, Sealed};

/// Deflate never gives more than this many bytes for one.
const MAX_RATIO: usize = 1032;

/// An envelope's JSON, in a buffer of its own; [`super::Payload::parse`] reads it once and in place.
#[derive(Debug, PartialEq, Eq)]
pub struct Inflated(Vec<u8>);

impl Inflated {
    /// Bytes of JSON.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there is nothing.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(super) fn take(&mut self) -> &mut [u8] {
        &mut self.0
    }
}

impl From<&str> for Inflated {
    /// JSON that came in the clear.
    fn from(json: &str) -> Self {
        Self(json.as_bytes().to_vec())
    }
}

/// Decodes base64 and gzip, bounded.
///
/// # Errors
/// [`EnvelopeError`], without any text of the batch.
pub fn inflate(sealed: Sealed<'_>) -> Result<Inflated, EnvelopeError> {
    match sealed {
        Sealed::Base64(data) => {
            // Padding is optional: producers other than CloudWatch Logs leave it out.
            let digits = data.trim().trim_end_matches('=');
            let gzip = base64_simd::STANDARD_NO_PAD.decode_to_vec(digits).map_err(|_| EnvelopeError::NotBase64)?;
            inflate_bytes(&gzip, MAX_INFLATED_BYTES)
        }
        Sealed::Gzip(bytes) => inflate_bytes(bytes, MAX_INFLATED_BYTES),
    }
}

/// Inflates gzip bytes (one member or several, checked by their sums) to at most `limit` bytes. Zero bytes behind the last member are padding.
///
/// # Errors
/// [`EnvelopeError::NotGzip`] or [`EnvelopeError::TooLarge`].
pub fn inflate_bytes(compressed: &[u8], limit: usize) -> Result<Inflated, EnvelopeError> {
    let mut inflated = Vec::with_capacity(expected_size(compressed).min(limit));
    let mut rest = compressed;
    loop {
        rest = member(rest, &mut inflated, limit)?;
        if rest.iter().all(|&byte| byte == 0) {
            return Ok(Inflated(inflated));
        }
    }
}

/// Inflates one member and gives what follows it.
fn member<'c>(compressed: &'c [u8], into: &mut Vec<u8>, limit: usize) -> Result<&'c [u8], EnvelopeError> {
    let mut rest = behind_header(compressed).ok_or(EnvelopeError::NotGzip)?;
    let start = into.len();
    #[expect(clippy::disallowed_types, reason = "this is the capped reader every other place must use")]
    let mut stream = flate2::Decompress::new(false);
    loop {
        if into.len() == into.capacity() {
            // One byte more than allowed is room enough to see that there is more.
            let room = into.len().max(4096).min((limit + 1).saturating_sub(into.len()));
            if room == 0 {
                return Err(EnvelopeError::TooLarge { limit });
            }
            into.reserve_exact(room);
        }
        let (read_before, written_before) = (stream.total_in(), into.len());
        let status = stream.decompress_vec(rest, into, FlushDecompress::None).map_err(|_| EnvelopeError::NotGzip)?;
        let read = usize::try_from(stream.total_in() - read_before).unwrap_or(usize::MAX);
        rest = rest.get(read..).unwrap_or_default();
        if into.len() > limit {
            return Err(EnvelopeError::TooLarge { limit });
        }
        match status {
            Status::StreamEnd => return behind_trailer(rest, into.get(start..).unwrap_or_default()).ok_or(EnvelopeError::NotGzip),
            Status::Ok | Status::BufError if read > 0 || into.len() > written_before => {}
            // Full output is made larger above; with room left and nothing done, the input has ended too early.
            _ if into.len() == into.capacity() => {}
            _ => return Err(EnvelopeError::NotGzip),
        }
    }
}

/// What follows a member's header (RFC 1952, 2.3).
fn behind_header(member: &[u8]) -> Option<&[u8]> {
    const HEADER_CHECK: u8 = 2;
    const EXTRA: u8 = 4;
    const NAME: u8 = 8;
    const COMMENT: u8 = 16;
    let (&[0x1F, 0x8B, 8, flags, ..], mut rest) = member.split_first_chunk::<10>()? else {
        return None;
    };
    if flags & EXTRA != 0 {
        let (length, extra) = rest.split_first_chunk()?;
        rest = extra.get(usize::from(u16::from_le_bytes(*length))..)?;
    }
    for text in [NAME, COMMENT] {
        if flags & text != 0 {
            let end = rest.iter().position(|&byte| byte == 0)?;
            rest = rest.get(end + 1..)?;
        }
    }
    if flags & HEADER_CHECK != 0 { rest.get(2..) } else { Some(rest) }
}

/// What follows a member's trailer; none when its check sum or its size is not that of what was inflated.
fn behind_trailer<'c>(rest: &'c [u8], inflated: &[u8]) -> Option<&'c [u8]> {
    let (sum, rest) = rest.split_first_chunk()?;
    let (size, rest) = rest.split_first_chunk()?;
    // The size is kept modulo 2^32; nothing here is as large.
    let same_size = u32::try_from(inflated.len()).is_ok_and(|length| length == u32::from_le_bytes(*size));
    (crc32fast::hash(inflated) == u32::from_le_bytes(*sum) && same_size).then_some(rest)
}

/// What the last member says of its size. A hint only: it may lie, or speak of the last of several members.
fn expected_size(compressed: &[u8]) -> usize {
    let Some(size) = compressed.last_chunk().copied().map(u32::from_le_bytes) else {
        return 0;
    };
    // The size as it is plus room that the end of the stream can be seen without growing.
    (size as usize).saturating_add(1).min(compressed.len().saturating_mul(MAX_RATIO))
}
