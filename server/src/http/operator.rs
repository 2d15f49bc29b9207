//! Where the operator's commands reach the server that has the store open. To whoever cannot show
//! what the secret file holds, there is no such page. No limit stands before it: 256 random bits are
//! not guessed, and the operator must get through when others are too many.

use http::header::{AUTHORIZATION, CACHE_CONTROL, HeaderValue};
use http::{Method, Request, StatusCode};
use hyper::body::Incoming;
use serde_json::{Value, json};

use super::body::read_body;
use super::{Reply, json as json_reply, text, without_body};
use crate::auth;
use crate::operator::{self, Order};
use crate::rpc::error_object;

use super::Site;

/// Most bytes of an order.
const ORDER_BYTES_MAX: u32 = 64 * 1024;

pub(super) const PATH: &str = operator::PATH;

pub(super) async fn answer(site: &Site, request: Request<Incoming>) -> Reply {
    let header = request.headers().get(AUTHORIZATION).and_then(|value| value.to_str().ok());
    let is_operator = header.is_some_and(|value| auth::is_operator(&site.app.secret, value));
    if request.method() != Method::POST || !is_operator {
        return without_body(request, text(StatusCode::NOT_FOUND, "There is no such page.\n"))
            .await;
    }
    let Ok(body) = read_body(request.into_body(), ORDER_BYTES_MAX).await else {
        return text(StatusCode::BAD_REQUEST, "The order could not be read.\n");
    };
    let Ok(order) = serde_json::from_slice::<Order>(&body) else {
        return text(StatusCode::BAD_REQUEST, "This server does not know such an order.\n");
    };
    let answer: Value = match operator::carry_out(&site.app, order).await {
        Ok(result) => json!({ "result": result }),
        Err(refusal) => {
            let object = error_object(&refusal);
            json!({ "error": { "code": refusal.word(), "message": object.message() } })
        }
    };
    let mut reply = json_reply(StatusCode::OK, answer.to_string());
    reply.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    reply
}
