//! The subscription of the story, played over a web socket.

use counterfoil_core::wire::native::Call;
use counterfoil_core::wire::native::admin::history::{
    EVENT_NOTIFICATION, SubscribeEvents, UnsubscribeEvents,
};
use counterfoil_tests::Socket;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::value::RawValue;

use super::{Played, Reply};

/// What stands for the id of a subscription that was not recorded before.
const ID: &str = "6193528440279513";

#[derive(Deserialize)]
struct Notification {
    method: String,
    params: Pushed,
}

#[derive(Deserialize)]
struct Pushed {
    subscription: Box<RawValue>,
    result: Box<RawValue>,
}

/// The socket, and the subscription's id: as it is recorded, and as it is.
pub(super) struct Subscription {
    socket: Socket,
    recorded: String,
    real: String,
}

impl Subscription {
    pub(super) fn over(socket: Socket) -> Self {
        Self { socket, recorded: ID.to_owned(), real: ID.to_owned() }
    }

    /// Whether calls of a method go over the socket.
    pub(super) fn takes(method: &str) -> bool {
        [SubscribeEvents::METHOD, UnsubscribeEvents::METHOD].contains(&method)
    }

    /// Plays a step whose answer was recorded as `was`.
    pub(super) async fn play(&mut self, method: &str, params: &str, was: Option<&str>) -> Played {
        let params = params.replace(&self.recorded, &self.real);
        let call = format!(r#"{{"jsonrpc":"2.0","id":1,"method":"{method}","params":{params}}}"#);
        self.socket.send(&call).await;
        let result = loop {
            // Events of before may still be on their way.
            if let Some(result) = self.next::<Reply>().await.result {
                break result;
            }
        };
        if method != SubscribeEvents::METHOD {
            return Played { result, pushed: None };
        }
        assert!(result.get().parse::<u64>().is_ok_and(|id| id < 1 << 53), "{result}");
        result.get().clone_into(&mut self.real);
        was.unwrap_or(ID).clone_into(&mut self.recorded);
        let pushed = self.next::<Notification>().await;
        assert_eq!(pushed.method, EVENT_NOTIFICATION);
        assert_eq!(pushed.params.subscription.get(), self.real);
        let result = RawValue::from_string(self.recorded.clone()).unwrap();
        Played { result, pushed: Some(pushed.params.result) }
    }

    async fn next<T: DeserializeOwned>(&mut self) -> T {
        serde_json::from_str(&self.socket.next_text().await).unwrap()
    }
}
