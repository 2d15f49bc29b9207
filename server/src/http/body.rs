//! Reading a body within a limit.

use bytes::{Bytes, BytesMut};
use http_body_util::BodyExt;
use hyper::body::{Body, Incoming};
use std::time::Duration;

/// Most bytes that are read and thrown away so that the sender hears the answer. Closing at once
/// would have many clients report a broken connection instead of the 413.
const DRAINED_BYTES_MAX: usize = 2 * 1024 * 1024;

/// How long a body may take.
const BODY_TIME_MAX: Duration = Duration::from_secs(15);

/// Why there is no body.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ReadError {
    /// It is over the limit.
    TooLarge {
        /// Whether it was read to its end all the same, so that the connection can go on.
        drained: bool,
        /// How many bytes it has, as far as that is known.
        bytes: u64,
    },
    /// It did not end in time.
    TooSlow,
    /// The connection broke, or the body's framing is wrong.
    Broken,
}

/// The whole body, if it has at most `limit` bytes.
pub(super) async fn read_body(body: Incoming, limit: u32) -> Result<Bytes, ReadError> {
    let limit = usize::try_from(limit).unwrap_or(usize::MAX);
    let reading = tokio::time::timeout(BODY_TIME_MAX, read_to_limit(body, limit));
    reading.await.unwrap_or(Err(ReadError::TooSlow))
}

async fn read_to_limit(mut body: Incoming, limit: usize) -> Result<Bytes, ReadError> {
    let announced = body.size_hint().lower();
    if announced > length(DRAINED_BYTES_MAX) {
        return Err(ReadError::TooLarge { drained: false, bytes: announced });
    }
    let mut held = BytesMut::new();
    let mut total = 0_usize;
    while let Some(frame) = body.frame().await {
        let Ok(data) = frame.map_err(|_| ReadError::Broken)?.into_data() else { continue };
        total = total.saturating_add(data.len());
        if total > DRAINED_BYTES_MAX {
            return Err(ReadError::TooLarge { drained: false, bytes: length(total) });
        }
        if total <= limit {
            if held.is_empty() && body.is_end_stream() {
                // Nearly every body is one piece: hand it on as it is.
                return Ok(data);
            }
            held.extend_from_slice(&data);
        }
    }
    if total > limit {
        return Err(ReadError::TooLarge { drained: true, bytes: length(total) });
    }
    Ok(held.freeze())
}

fn length(bytes: usize) -> u64 {
    u64::try_from(bytes).unwrap_or(u64::MAX)
}
