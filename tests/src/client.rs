//! A JSON-RPC client over real HTTP.

use serde_json::{Value, json};

/// Talks to one server.
#[derive(Clone, Debug)]
pub struct Client {
    http: reqwest::Client,
    url: String,
    token: Option<String>,
}

/// What came back, whatever it was.
#[derive(Debug)]
pub struct Reply {
    /// The HTTP status.
    pub status: u16,
    /// The headers, by lower-case name.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: String,
}

impl Reply {
    /// The body as JSON.
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|error| panic!("{error}: {}", self.body))
    }

    /// A header's value.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(held, _)| held == name).map(|(_, value)| value.as_str())
    }
}

impl Client {
    /// A client of the server at `url`, with a token or without.
    pub fn new(url: &str, token: Option<&str>) -> Self {
        let http = reqwest::Client::builder().no_proxy().build().expect("an HTTP client");
        Self { http, url: url.to_owned(), token: token.map(str::to_owned) }
    }

    /// Where the server is.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// The same server, with another token.
    #[must_use]
    pub fn with_token(&self, token: &str) -> Self {
        Self { token: Some(token.to_owned()), ..self.clone() }
    }

    /// The same server, with nothing.
    #[must_use]
    pub fn without_token(&self) -> Self {
        Self { token: None, ..self.clone() }
    }

    /// Calls a method and gives its result.
    #[track_caller]
    pub fn call(&self, method: &str, params: Value) -> impl Future<Output = Value> + use<> {
        let (client, method) = (self.clone(), method.to_owned());
        async move {
            let reply = client.ask(&method, params).await;
            match reply.get("result") {
                Some(result) => result.clone(),
                None => panic!("{method}: {reply}"),
            }
        }
    }

    /// Calls a method and gives its error.
    pub async fn refused(&self, method: &str, params: Value) -> Value {
        let reply = self.ask(method, params).await;
        match reply.get("error") {
            Some(error) => error.clone(),
            None => panic!("{method} was answered: {reply}"),
        }
    }

    /// Calls a method and gives the whole reply object.
    pub async fn ask(&self, method: &str, params: Value) -> Value {
        let body = json!({ "jsonrpc": "2.0", "id": 1, "method": method, "params": params });
        self.post(body.to_string()).await.json()
    }

    /// Posts a body to `/rpc` as JSON.
    pub async fn post(&self, body: impl Into<reqwest::Body>) -> Reply {
        let request = self.http.post(format!("{}/rpc", self.url)).body(body);
        self.send(request.header("content-type", "application/json")).await
    }

    /// Gets what lies under a path.
    pub async fn get(&self, path: &str) -> Reply {
        self.send(self.request("GET", path)).await
    }

    /// Starts a request of any kind.
    pub fn request(&self, method: &str, path: &str) -> reqwest::RequestBuilder {
        let method = method.parse().expect("an HTTP method");
        self.http.request(method, format!("{}{path}", self.url))
    }

    /// Sends a request and reads all of the reply.
    pub async fn send(&self, request: reqwest::RequestBuilder) -> Reply {
        self.try_send(request).await.expect("a reply")
    }

    /// Sends a request to a server that may go away meanwhile.
    ///
    /// # Errors
    ///
    /// When no whole reply came.
    pub async fn try_send(
        &self,
        request: reqwest::RequestBuilder,
    ) -> Result<Reply, reqwest::Error> {
        let request = match &self.token {
            Some(token) => request.bearer_auth(token),
            None => request,
        };
        let response = request.send().await?;
        let status = response.status().as_u16();
        let headers = response.headers().iter();
        let headers = headers
            .map(|(name, value)| (name.to_string(), value.to_str().unwrap_or_default().to_owned()))
            .collect();
        Ok(Reply { status, headers, body: response.text().await? })
    }

    /// Calls a method of a server that may go away meanwhile; `None` when no whole reply came.
    pub async fn try_ask(&self, method: &str, params: Value) -> Option<Value> {
        let body = json!({ "jsonrpc": "2.0", "id": 1, "method": method, "params": params });
        let request = self.http.post(format!("{}/rpc", self.url)).body(body.to_string());
        let reply = self.try_send(request.header("content-type", "application/json")).await.ok()?;
        serde_json::from_str(&reply.body).ok()
    }
}
