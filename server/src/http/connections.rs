//! Accepting connections, and letting them finish when the server goes down.

use http::Request;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use std::convert::Infallible;
use std::net::{IpAddr, SocketAddr};
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, watch};

use super::{Site, answer};

/// Most connections at once; more wait in the system's queue.
const CONNECTIONS_MAX: u32 = 8_192;

/// How long a connection may take to send its next request's head, idle time included.
const HEAD_TIME_MAX: Duration = Duration::from_secs(60);

/// How long connections get to finish when the server goes down.
const DRAIN_TIME_MAX: Duration = Duration::from_secs(10);

/// How long to wait when the system has no more file handles.
const ACCEPT_PAUSE: Duration = Duration::from_millis(50);

/// The connections that are open.
#[derive(Debug)]
pub struct Connections {
    closing: watch::Sender<bool>,
    /// A permit for each connection that there may be; those taken are open ones.
    room: Arc<Semaphore>,
}

impl Connections {
    /// Lets every connection answer what it was asked, then closes it.
    pub async fn drain(self) {
        let _ = self.closing.send(true);
        let all_closed = self.room.acquire_many(CONNECTIONS_MAX);
        if tokio::time::timeout(DRAIN_TIME_MAX, all_closed).await.is_err() {
            tracing::warn!("some connections did not finish in time and were cut off");
        }
    }
}

/// Accepts connections until `stop` is ready; gives those that are still open.
pub async fn serve(
    listener: TcpListener,
    site: Site,
    stop: impl Future<Output = ()>,
) -> Connections {
    let (closing, open_until) = watch::channel(false);
    let site = Arc::new(site);
    let room = Arc::new(Semaphore::new(usize::try_from(CONNECTIONS_MAX).unwrap_or(usize::MAX)));
    tokio::pin!(stop);
    loop {
        let accepted = async {
            let permit = Arc::clone(&room).acquire_owned().await;
            (permit, listener.accept().await)
        };
        tokio::select! {
            () = &mut stop => return Connections { closing, room },
            (permit, accepted) = accepted => match (permit, accepted) {
                (Ok(permit), Ok((stream, peer))) => open(&site, (stream, peer), permit, open_until.clone()),
                (_, Err(error)) => {
                    tracing::warn!("a connection could not be accepted: {error}");
                    tokio::time::sleep(ACCEPT_PAUSE).await;
                }
                (Err(_), _) => {}
            },
        }
    }
}

fn open(
    site: &Arc<Site>,
    (stream, peer): (TcpStream, SocketAddr),
    permit: OwnedSemaphorePermit,
    mut closing: watch::Receiver<bool>,
) {
    // Answers are small and complete: waiting to fill a packet would only delay them.
    if let Err(error) = stream.set_nodelay(true) {
        tracing::debug!("a connection keeps its delay: {error}");
    }
    let site = Arc::clone(site);
    let metrics = Arc::clone(&site.gate.metrics);
    let ip = canonical(peer.ip());
    let service = service_fn(move |request: Request<Incoming>| {
        let site = Arc::clone(&site);
        async move { Ok::<_, Infallible>(answer(&site, ip, request).await) }
    });
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEAD_TIME_MAX)
        .serve_connection(TokioIo::new(stream), service)
        .with_upgrades();
    tokio::spawn(async move {
        metrics.connections.inc();
        let mut connection = pin!(connection);
        let ended = tokio::select! {
            ended = connection.as_mut() => ended,
            // Changes once, when the server goes down.
            _ = closing.changed() => {
                // Answers what is being asked, then closes.
                connection.as_mut().graceful_shutdown();
                connection.await
            }
        };
        if let Err(error) = ended {
            tracing::debug!("a connection ended early: {error}");
        }
        metrics.connections.dec();
        drop(permit);
    });
}

/// An IPv4 caller on a socket for both families is still an IPv4 caller.
fn canonical(ip: IpAddr) -> IpAddr {
    ip.to_canonical()
}
