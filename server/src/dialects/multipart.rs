//! Forms in parts: what browsers' `FormData` and PHP's curl with an array send.

use bytes::Bytes;
use multer::{Constraints, Multipart, SizeLimit, parse_boundary};
use std::convert::Infallible;

/// Most parts: the calls have a handful of fields.
const PARTS_MAX: usize = 64;

/// Whether a body of this type comes in parts.
pub(super) fn is_multipart(content_type: &str) -> bool {
    let essence = content_type.split(';').next().unwrap_or_default().trim();
    essence.eq_ignore_ascii_case("multipart/form-data")
}

/// The named parts as texts, in order; `None` for what is no form, and for one with too many. A
/// file is read like any other part.
pub(super) async fn read(content_type: &str, body: Bytes) -> Option<Vec<(String, String)>> {
    let boundary = parse_boundary(content_type).ok()?;
    let size = u64::try_from(body.len()).ok()?;
    let whole = futures_util::stream::once(async { Ok::<Bytes, Infallible>(body) });
    let constraints = Constraints::new().size_limit(SizeLimit::new().whole_stream(size));
    let mut parts = Multipart::with_constraints(whole, boundary, constraints);
    let mut read = Vec::new();
    while let Some(part) = parts.next_field().await.ok()? {
        if read.len() >= PARTS_MAX {
            return None;
        }
        let name = part.name().map(str::to_owned);
        let bytes = part.bytes().await.ok()?;
        if let Some(name) = name {
            read.push((name, String::from_utf8_lossy(&bytes).into_owned()));
        }
    }
    Some(read)
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn parts(body: &str) -> Option<Vec<(String, String)>> {
        let body = Bytes::from(body.replace('\n', "\r\n"));
        read("multipart/form-data; boundary=\"b 1\"", body).await
    }

    #[tokio::test]
    async fn parts_are_read_as_texts_whatever_they_hold() {
        let body = "--b 1\nContent-Disposition: form-data; name=\"mach\"\n\nLinux x 6.1 \n\n--b 1\n\
            Content-Disposition: form-data; name=\"f\"; filename=\"f.txt\"\n\
            Content-Type: text/plain\n\na=b&c\n--b 1--\n";
        let read = parts(body).await.unwrap();
        let expected = [("mach", "Linux x 6.1 \r\n"), ("f", "a=b&c")];
        let expected = expected.map(|(name, value)| (name.to_owned(), value.to_owned()));
        assert_eq!(read, expected);
    }

    #[tokio::test]
    async fn half_a_form_is_none() {
        assert_eq!(parts("--b 1\nContent-Disposition: form-data; name=\"a\"\n\n1").await, None);
        assert_eq!(read("multipart/form-data", Bytes::new()).await, None);
    }

    #[tokio::test]
    async fn a_form_with_too_many_parts_is_none() {
        let part = "--b 1\nContent-Disposition: form-data; name=\"a\"\n\n1\n";
        assert!(parts(&format!("{}--b 1--\n", part.repeat(PARTS_MAX))).await.is_some());
        assert!(parts(&format!("{}--b 1--\n", part.repeat(PARTS_MAX + 1))).await.is_none());
    }
}
