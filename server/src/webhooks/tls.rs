//! TLS as webhooks speak it: rustls, and the authorities that this machine trusts.

use rustls::pki_types::ServerName;
use rustls::{ClientConfig, RootCertStore};
use std::net::IpAddr;
use std::sync::Arc;
use tokio::net::TcpStream;
use tokio::sync::OnceCell;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;
use url::Host;

/// Protects connections. The authorities are read when the first is.
#[derive(Default)]
pub(super) struct Tls(OnceCell<Option<TlsConnector>>);

impl Tls {
    /// Protects a connection to this host, once that has proved its name.
    ///
    /// # Errors
    ///
    /// What is wrong, as a sentence.
    pub(super) async fn protect(
        &self,
        stream: TcpStream,
        host: &Host<&str>,
    ) -> Result<TlsStream<TcpStream>, String> {
        let connector = self.0.get_or_init(load).await.as_ref();
        let connector =
            connector.ok_or("This machine trusts no certificates: install its CA bundle.")?;
        let name = match host {
            Host::Domain(name) => ServerName::try_from((*name).trim_end_matches('.').to_owned())
                .map_err(|_| "The host's name can be in no certificate.")?,
            Host::Ipv4(address) => ServerName::IpAddress(IpAddr::V4(*address).into()),
            Host::Ipv6(address) => ServerName::IpAddress(IpAddr::V6(*address).into()),
        };
        let protected = connector.connect(name, stream).await;
        protected.map_err(|error| format!("The connection could not be protected: {error}."))
    }
}

/// Reads many files, so it is done beside the others' work.
async fn load() -> Option<TlsConnector> {
    let loading = tokio::task::spawn_blocking(|| {
        let mut roots = RootCertStore::empty();
        roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let config = ClientConfig::builder_with_provider(provider);
        let config = config.with_safe_default_protocol_versions().ok()?;
        let config = config.with_root_certificates(roots.clone()).with_no_client_auth();
        (!roots.is_empty()).then(|| TlsConnector::from(Arc::new(config)))
    });
    loading.await.ok().flatten()
}
