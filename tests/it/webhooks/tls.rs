//! Webhooks over TLS. The real binary: which authorities it trusts is in its environment.

use counterfoil_tests::{Binary, Receiver, in_time};
use rcgen::{CertificateParams, CertifiedIssuer, IsCa, KeyPair};
use serde_json::{Value, json};
use std::path::Path;
use std::sync::Arc;
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::PrivateKeyDer;

use super::{deliveries, hook};

/// Writes an authority's certificate to a file; gives what proves to be `localhost` by it.
fn certified(authority_file: &Path) -> TlsAcceptor {
    let mut authority = CertificateParams::new(Vec::new()).unwrap();
    authority.is_ca = IsCa::Ca(rcgen::BasicConstraints::Unconstrained);
    let authority = CertifiedIssuer::self_signed(authority, KeyPair::generate().unwrap()).unwrap();
    let key = KeyPair::generate().unwrap();
    let leaf = CertificateParams::new(vec!["localhost".to_owned()]).unwrap();
    let leaf = leaf.signed_by(&key, &authority).unwrap();
    std::fs::write(authority_file, authority.pem()).unwrap();
    let key = PrivateKeyDer::try_from(key.serialize_der()).unwrap();
    let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()));
    let config = config.with_safe_default_protocol_versions().unwrap().with_no_client_auth();
    let config = config.with_single_cert(vec![leaf.der().clone()], key).unwrap();
    TlsAcceptor::from(Arc::new(config))
}

/// Takes the TLS off what comes for a receiver; gives the port where it has to come.
async fn protect(receiver: &Receiver, acceptor: TlsAcceptor) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let (port, behind) = (listener.local_addr().unwrap().port(), receiver.port());
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let Ok(mut open) = acceptor.accept(stream).await else { continue };
            let mut inner = TcpStream::connect(("127.0.0.1", behind)).await.unwrap();
            drop(tokio::io::copy_bidirectional(&mut open, &mut inner).await);
        }
    });
    port
}

#[tokio::test]
async fn a_message_goes_over_tls_to_whoever_proves_the_name_and_to_nobody_else() {
    let folder = tempfile::tempdir().unwrap();
    let authority = folder.path().join("authority.pem");
    let mut receiver = Receiver::open().await;
    let port = protect(&receiver, certified(&authority)).await;
    let stranger = protect(&receiver, certified(&folder.path().join("other.pem"))).await;
    let mut command = Binary::command(folder.path());
    command.env("COUNTERFOIL_ALLOW_PRIVATE_TARGETS", "true").env("SSL_CERT_FILE", &authority);
    let binary = Binary::start_command(&mut command).await;
    let admin = binary.admin();
    for (host, is_proved) in [
        (format!("localhost:{port}"), true),
        // The name is another, or nobody trusted vouches for it.
        (format!("127.0.0.1:{port}"), false),
        (format!("localhost:{stranger}"), false),
    ] {
        let made = hook(&admin, &format!("https://{host}/hook"), json!({})).await;
        admin.call("admin.webhook.test", json!({ "webhook": made["id"] })).await;
        if is_proved {
            let message = receiver.message().await;
            assert_eq!(message.header("host"), Some(host.as_str()));
            message.answer(200, "").await;
        }
        let attempt = async {
            loop {
                let delivery = deliveries(&admin, &made).await.swap_remove(0);
                if let Some(attempt) = delivery["attempts"].as_array().unwrap().first() {
                    return attempt.clone();
                }
                tokio::task::yield_now().await;
            }
        };
        let attempt = in_time(attempt).await;
        assert_eq!(attempt["status"], if is_proved { json!(200) } else { Value::Null }, "{host}");
        let problem = attempt["problem"].as_str().unwrap_or_default();
        assert_eq!(problem.starts_with("The connection could not be protected"), !is_proved);
    }
    assert!(receiver.is_idle());
    binary.kill().await;
}
