//! Keeps the end of what a guest writes to its standard output and error, for the fault that may follow.
//!
//! Written synchronously, so that the words are there when the guest traps right after them. Never shown to another
//! connection: each instance has its own.

use std::collections::VecDeque;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};

use bytes::Bytes;
use tokio::io::AsyncWrite;
use wasmtime_wasi::cli::{IsTerminal, StdoutStream};
use wasmtime_wasi::p2::{OutputStream, Pollable, StreamResult};

/// The last octets of a guest's output. Clones share them.
#[derive(Clone)]
pub(crate) struct LastWords {
    kept: Arc<Mutex<VecDeque<u8>>>,
    limit: usize,
}

impl LastWords {
    pub(crate) fn new(limit: usize) -> Self {
        Self {
            kept: Arc::default(),
            limit,
        }
    }

    fn push(&self, octets: &[u8]) {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        let octets = octets
            .get(octets.len().saturating_sub(self.limit)..)
            .unwrap_or_default();
        let excess = (kept.len() + octets.len())
            .saturating_sub(self.limit)
            .min(kept.len());
        kept.drain(..excess);
        kept.extend(octets);
    }

    /// What was said, if anything.
    pub(crate) fn text(&self) -> Option<String> {
        let kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        let octets: Vec<u8> = kept.iter().copied().collect();
        let text = String::from_utf8_lossy(&octets).trim().to_owned();
        (!text.is_empty()).then_some(text)
    }
}

impl IsTerminal for LastWords {
    fn is_terminal(&self) -> bool {
        false
    }
}

impl StdoutStream for LastWords {
    fn async_stream(&self) -> Box<dyn AsyncWrite + Send + Sync> {
        Box::new(self.clone())
    }

    fn p2_stream(&self) -> Box<dyn OutputStream> {
        Box::new(self.clone())
    }
}

impl AsyncWrite for LastWords {
    fn poll_write(self: Pin<&mut Self>, _: &mut Context<'_>, octets: &[u8]) -> Poll<std::io::Result<usize>> {
        self.push(octets);
        Poll::Ready(Ok(octets.len()))
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<std::io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<std::io::Result<()>> {
        Poll::Ready(Ok(()))
    }
}

#[wasmtime_wasi::async_trait]
impl Pollable for LastWords {
    async fn ready(&mut self) {}
}

impl OutputStream for LastWords {
    fn write(&mut self, octets: Bytes) -> StreamResult<()> {
        self.push(&octets);
        Ok(())
    }

    fn flush(&mut self) -> StreamResult<()> {
        Ok(())
    }

    fn check_write(&mut self) -> StreamResult<usize> {
        Ok(64 << 10)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_end_is_kept() {
        let words = LastWords::new(8);
        assert_eq!(words.text(), None);
        words.push(b"one ");
        words.push(b"two three");
        assert_eq!(words.text().as_deref(), Some("wo three"));
        words.push("æøå!".as_bytes());
        assert_eq!(words.text().as_deref(), Some("eæøå!"));
    }
}
