//! The body of an answer on its way to a connector: handed on as it arrives, bounded in size and in silence, and counted.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use bytes::Bytes;
use http_body::{Body, Frame, SizeHint};
use tokio::time::{Instant, Sleep};

use crate::record::Record;
use crate::strike::{Strike, Struck};

/// An answer's body.
pub struct ResponseBody {
    inner: reqwest::Body,
    left: u64,
    limit: u64,
    idle: Duration,
    silence: Pin<Box<Sleep>>,
    record: Arc<Record>,
    strike: Strike,
    ended: bool,
}

/// Why a body ended early.
#[derive(Debug, thiserror::Error)]
pub enum BodyError {
    /// It is larger than allowed.
    #[error(
        "the answer is larger than {limit} octets: ask for smaller pages, or raise the connection's limit"
    )]
    TooLarge {
        /// The limit.
        limit: u64,
    },
    /// Nothing came for too long.
    #[error("nothing came for {idle:?} in the middle of an answer")]
    Silence {
        /// How long was waited.
        idle: Duration,
    },
    /// The connection broke.
    #[error("the connection broke in the middle of an answer: {0}")]
    Broken(String),
}

impl ResponseBody {
    pub(crate) fn new(inner: reqwest::Body, limit: u64, idle: Duration, record: Arc<Record>) -> Self {
        Self {
            inner,
            left: limit,
            limit,
            idle,
            silence: Box::pin(tokio::time::sleep(idle)),
            record,
            strike: Strike::default(),
            ended: false,
        }
    }

    /// The same without what it repeats of a credential.
    pub(crate) fn without(self, struck: Struck) -> Self {
        Self {
            strike: Strike::new(struck),
            ..self
        }
    }

    /// One that was read and counted already.
    pub(crate) fn whole(octets: Bytes) -> Self {
        /// Nothing of it is waited for.
        const NEVER: Duration = Duration::from_secs(3600);
        Self::new(reqwest::Body::from(octets), u64::MAX, NEVER, Arc::default())
    }
}

impl Body for ResponseBody {
    type Data = Bytes;
    type Error = BodyError;

    fn poll_frame(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BodyError>>> {
        let this = self.get_mut();
        loop {
            if this.ended {
                return Poll::Ready(None);
            }
            let Poll::Ready(frame) = Pin::new(&mut this.inner).poll_frame(context) else {
                ready!(this.silence.as_mut().poll(context));
                return Poll::Ready(Some(Err(BodyError::Silence { idle: this.idle })));
            };
            this.silence.as_mut().reset(Instant::now() + this.idle);
            let Some(frame) = frame else {
                this.ended = true;
                return Poll::Ready(this.strike.rest().map(|rest| Ok(Frame::data(rest))));
            };
            let frame = frame.map_err(|error| BodyError::Broken(crate::failure::innermost(&error)))?;
            let octets = frame.data_ref().map_or(0, Bytes::len);
            this.record.received(octets);
            this.left = this
                .left
                .checked_sub(octets as u64)
                .ok_or(BodyError::TooLarge { limit: this.limit })?;
            match frame.into_data() {
                // All of a piece may have to be seen together with the next one.
                Ok(piece) => match this.strike.piece(piece) {
                    piece if piece.is_empty() => {}
                    piece => return Poll::Ready(Some(Ok(Frame::data(piece)))),
                },
                Err(frame) => return Poll::Ready(Some(Ok(frame))),
            }
        }
    }

    fn is_end_stream(&self) -> bool {
        self.ended
    }

    fn size_hint(&self) -> SizeHint {
        self.inner.size_hint()
    }
}
