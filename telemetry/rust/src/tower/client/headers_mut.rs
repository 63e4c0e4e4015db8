//! Requests that headers can be added to.

use http::HeaderMap;

/// A request that headers can be added to.
pub trait HeadersMut {
    /// Its headers.
    fn headers_mut(&mut self) -> &mut HeaderMap;
}

impl<B> HeadersMut for http::Request<B> {
    fn headers_mut(&mut self) -> &mut HeaderMap {
        self.headers_mut()
    }
}

#[cfg(feature = "reqwest")]
impl HeadersMut for reqwest::Request {
    fn headers_mut(&mut self) -> &mut HeaderMap {
        self.headers_mut()
    }
}
