//! What web frameworks leave in the extensions of a request.

use std::net::{IpAddr, SocketAddr};

use http::Extensions;

/// How to find what a web framework leaves in the extensions of a request.
#[derive(Clone, Copy, Debug)]
pub struct Framework {
    /// The template of the route that matched.
    pub route: fn(&Extensions) -> Option<&str>,
    /// The path as the client asked for it, when the framework changes that of the request.
    pub path: fn(&Extensions) -> Option<&str>,
    /// The address of the peer.
    pub peer: fn(&Extensions) -> Option<IpAddr>,
}

impl Framework {
    /// No framework, as with hyper: the peer's address is found when a `SocketAddr` lies in the extensions, the route when the service says it with
    /// [`Scope::set_route`](crate::request::Scope::set_route).
    pub const fn none() -> Self {
        Self { route: |_| None, path: |_| None, peer: |extensions| extensions.get::<SocketAddr>().map(SocketAddr::ip) }
    }

    /// axum: `MatchedPath`, `OriginalUri`, and `ConnectInfo<SocketAddr>`, which `Router::into_make_service_with_connect_info` provides.
    #[cfg(feature = "axum")]
    pub const fn axum() -> Self {
        use axum::extract::{ConnectInfo, MatchedPath, OriginalUri};
        Self {
            route: |extensions| extensions.get::<MatchedPath>().map(MatchedPath::as_str),
            path: |extensions| extensions.get::<OriginalUri>().map(|OriginalUri(uri)| uri.path()),
            peer: |extensions| {
                let address = extensions.get::<ConnectInfo<SocketAddr>>().map(|ConnectInfo(address)| address);
                address.or_else(|| extensions.get::<SocketAddr>()).map(SocketAddr::ip)
            },
        }
    }
}

impl Default for Framework {
    /// axum where the feature `axum` is on, else none.
    fn default() -> Self {
        #[cfg(feature = "axum")]
        return Self::axum();
        #[cfg(not(feature = "axum"))]
        return Self::none();
    }
}
