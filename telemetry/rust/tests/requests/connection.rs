//! A plain connection, of which a test decides each byte.

use std::net::SocketAddr;

use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
};

/// A connection of HTTP/1.1.
pub(crate) struct Connection {
    stream: TcpStream,
    /// What was read and not yet looked at.
    unread: Vec<u8>,
}

impl Connection {
    pub(crate) async fn open(address: SocketAddr) -> Self {
        Self { stream: TcpStream::connect(address).await.unwrap(), unread: Vec::new() }
    }

    pub(crate) async fn send(&mut self, text: &str) {
        self.stream.write_all(text.as_bytes()).await.unwrap();
    }

    pub(crate) async fn send_bytes(&mut self, bytes: &[u8]) {
        self.stream.write_all(bytes).await.unwrap();
    }

    /// Asks without a body; `headers` are whole lines.
    pub(crate) async fn ask(&mut self, method: &str, path: &str, id: &str, headers: &str) {
        self.send(&format!("{method} {path} HTTP/1.1\r\nhost: test\r\nx-request-id: {id}\r\n{headers}\r\n")).await;
    }

    /// Reads up to the end of this mark.
    pub(crate) async fn read_to(&mut self, mark: &str) -> String {
        loop {
            if let Some(at) = self.unread.windows(mark.len()).position(|window| window == mark.as_bytes()) {
                let rest = self.unread.split_off(at + mark.len());
                return String::from_utf8(std::mem::replace(&mut self.unread, rest)).unwrap();
            }
            assert!(self.read_more().await, "the connection ended before {mark:?}");
        }
    }

    /// The head of a response, in lower case.
    pub(crate) async fn head(&mut self) -> String {
        self.read_to("\r\n\r\n").await.to_ascii_lowercase()
    }

    /// Reads so many bytes.
    pub(crate) async fn read(&mut self, count: usize) -> Vec<u8> {
        while self.unread.len() < count {
            assert!(self.read_more().await, "the connection ended");
        }
        let rest = self.unread.split_off(count);
        std::mem::replace(&mut self.unread, rest)
    }

    /// Reads until the other side closes, also when it does so rudely.
    pub(crate) async fn read_to_end(&mut self) -> String {
        while self.read_more().await {}
        String::from_utf8(std::mem::take(&mut self.unread)).unwrap()
    }

    async fn read_more(&mut self) -> bool {
        let mut buffer = [0; 4096];
        let count = self.stream.read(&mut buffer).await.unwrap_or(0);
        self.unread.extend_from_slice(&buffer[..count]);
        count > 0
    }
}
