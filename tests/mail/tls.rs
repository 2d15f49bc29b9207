//! Connections that are protected, and passwords that come from a file. The real binary: which
//! authorities it trusts is in its environment.

use counterfoil_tests::{Binary, MAIL_FROM};
use rcgen::{CertificateParams, CertifiedIssuer, IsCa, KeyPair};
use serde_json::{Value, json};
use std::fs;
use std::path::{Path, PathBuf};
use tempfile::TempDir;

use crate::post_office::{PostOffice, in_time};

/// An authority, and a certificate of it for the mail server.
struct Certificates {
    folder: TempDir,
}

impl Certificates {
    fn make() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let mut authority = CertificateParams::new(Vec::new()).unwrap();
        authority.is_ca = IsCa::Ca(rcgen::BasicConstraints::Unconstrained);
        let authority =
            CertifiedIssuer::self_signed(authority, KeyPair::generate().unwrap()).unwrap();
        let key = KeyPair::generate().unwrap();
        let names = vec!["localhost".to_owned()];
        let leaf = CertificateParams::new(names).unwrap().signed_by(&key, &authority).unwrap();
        let write = |name: &str, text: String| fs::write(folder.path().join(name), text).unwrap();
        write("authority.pem", authority.pem());
        write("leaf.pem", leaf.pem());
        write("key.pem", key.serialize_pem());
        Self { folder }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    async fn office(&self, tls: &str) -> PostOffice {
        let (leaf, key) = (self.path("leaf.pem"), self.path("key.pem"));
        let arguments = [
            "--tls",
            tls,
            "--certificate",
            leaf.to_str().unwrap(),
            "--private-key",
            key.to_str().unwrap(),
            "--user",
            "acme",
            "--password",
            "p@ss/word",
        ];
        PostOffice::open_with(&arguments).await
    }
}

/// Starts the binary with its mail server's URL in a file, and writes to a customer.
async fn write_by(url: &str, folder: &Path, authority: Option<&Path>) -> Binary {
    let file = folder.join("smtp-url");
    fs::write(&file, format!("{url}\n")).unwrap();
    let mut command = Binary::command(folder);
    command.env("COUNTERFOIL_SMTP_URL_FILE", file).env("COUNTERFOIL_MAIL_FROM", MAIL_FROM);
    if let Some(authority) = authority {
        command.env("SSL_CERT_FILE", authority);
    }
    let binary = Binary::start_command(&mut command).await;
    let admin = binary.admin();
    admin.call("admin.product.create", json!({ "slug": "p", "name": "P" })).await;
    let making = json!({ "product": "p", "customer": { "email": "ann@example.com" } });
    let made = admin.call("admin.license.create", making).await;
    admin.call("admin.license.suspend", json!({ "license": made["id"] })).await;
    binary
}

#[tokio::test]
async fn mail_goes_by_starttls_or_by_tls_with_a_password_from_a_file() {
    let certificates = Certificates::make();
    for tls in ["starttls", "wrapped"] {
        let mut office = certificates.office(tls).await;
        let port = office.port();
        let url = match tls {
            "starttls" => format!("smtp://acme:p%40ss%2Fword@localhost:{port}?tls=required"),
            _ => format!("smtps://acme:p%40ss%2Fword@localhost:{port}"),
        };
        let folder = tempfile::tempdir().unwrap();
        let authority = certificates.path("authority.pem");
        let binary = write_by(&url, folder.path(), Some(&authority)).await;
        let message = office.message().await;
        assert_eq!((&message["tls"], &message["user"]), (&json!(true), &json!("acme")), "{tls}");
        binary.terminate();
        let (code, log) = binary.wait().await;
        assert_eq!(code, Some(0));
        assert!(!log.contains("p@ss") && !log.contains("p%40ss"), "{log}");
    }
}

#[tokio::test]
async fn a_mail_server_that_nobody_vouches_for_gets_neither_mail_nor_password() {
    let certificates = Certificates::make();
    for tls in ["starttls", "wrapped"] {
        let mut office = certificates.office(tls).await;
        let port = office.port();
        let url = match tls {
            "starttls" => format!("smtp://acme:p%40ss%2Fword@localhost:{port}?tls=required"),
            _ => format!("smtps://acme:p%40ss%2Fword@localhost:{port}"),
        };
        let folder = tempfile::tempdir().unwrap();
        let binary = write_by(&url, folder.path(), None).await;
        let held = async {
            loop {
                let status = binary.admin().call("admin.mail.status", json!({})).await;
                if !status["problem"].is_null() {
                    return status;
                }
            }
        };
        let status: Value = in_time(held).await;
        assert_eq!(status["queued"], 1, "{status}");
        assert_eq!(office.left().len(), 0);
        binary.kill().await;
    }
}
