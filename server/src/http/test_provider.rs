//! `/testpay/…`: the test provider, where it was asked for.

use http::{Request, StatusCode};
use hyper::body::Incoming;

use super::{Reply, text, without_body};
use crate::test_provider::FOLDER;

/// Whether a path is the test provider's.
pub(super) fn is_path(path: &str) -> bool {
    path.strip_prefix(FOLDER).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

pub(super) async fn answer(request: Request<Incoming>) -> Reply {
    without_body(request, text(StatusCode::NOT_FOUND, "The test provider has no such page.\n"))
        .await
}
