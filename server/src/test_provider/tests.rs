use counterfoil_core::id::{IdNumber, VendorId};

use super::TestProvider;
use crate::secret::Secret;

#[test]
fn its_api_is_where_this_machine_reaches_the_server() {
    for (listens, url) in [
        ("127.0.0.1:8787", "http://127.0.0.1:8787/testpay"),
        ("0.0.0.0:80", "http://127.0.0.1:80/testpay"),
        ("[::]:80", "http://[::1]:80/testpay"),
        ("192.0.2.7:8787", "http://192.0.2.7:8787/testpay"),
    ] {
        assert_eq!(TestProvider::at(listens.parse().unwrap()).api_url(), url);
    }
}

#[test]
fn each_vendor_and_each_secret_file_has_credentials_of_its_own() {
    let provider = TestProvider::at("127.0.0.1:8787".parse().unwrap());
    let vendors = [1, 2].map(|number| VendorId::new(IdNumber::from_raw(number)));
    let mut made = Vec::new();
    for secret in [Secret::new(&[7; 32]), Secret::new(&[8; 32])] {
        for vendor in vendors {
            let key = provider.api_key(&secret, vendor);
            assert_eq!(provider.vendor_of(&key), Some(vendor));
            assert_eq!(provider.api_key(&secret, vendor), key);
            let webhook_secret = provider.webhook_secret(&secret, vendor);
            assert!(webhook_secret.starts_with("whsec_") && webhook_secret.len() == 70);
            made.extend([key.to_string(), webhook_secret.to_string()]);
        }
    }
    made.sort_unstable();
    made.dedup();
    assert_eq!(made.len(), 8);
    for text in ["", "sk_test_", "sk_live_ven_1_ab", "sk_test_ven_1", "sk_test_lic_1_ab"] {
        assert_eq!(provider.vendor_of(text), None, "{text}");
    }
}
