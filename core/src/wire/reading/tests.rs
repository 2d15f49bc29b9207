use super::*;
use crate::identifier::ActivationType;
use crate::license::{End, Hold, Mode};
use crate::time::Timestamp;
use crate::verdict::{
    ActivationStatus, ActivationView, Remedy, RemedyCode, Snapshot, Verdict, VerdictStatus,
};
use crate::wire::AskedQuestion;
use crate::wire::native::license::{Activated, Deactivated, Used};
use serde::Serialize;
use serde_json::json;

fn place() -> Value {
    json!({
        "id": "act_00000000000000000000000007", "identifier": "example.com", "name": "Shop",
        "status": "active", "activatedAt": "2026-06-04T10:21:00Z",
        "expiresAt": "2026-06-04T10:36:00Z",
    })
}

fn verdict() -> Value {
    json!({
        "valid": false, "status": "expired", "message": "It has expired.",
        "remedy": { "code": "renew", "text": "Renew it." }, "mode": "test",
        "product": "acme-forms-pro", "plan": "single", "expiresAt": "2026-06-04T10:21:00Z",
        "graceUntil": "2026-06-05T10:21:00Z", "activationType": "seat", "activationLimit": 3,
        "activationsUsed": 1, "activation": place(), "activations": [place()],
        "entitlements": ["forms"], "checkedAt": "2026-06-04T10:21:01Z", "nonce": "n",
        "lease": "l",
    })
}

fn snapshot() -> Value {
    let activation = json!({
        "id": "act_00000000000000000000000007", "identifier": "example.com", "name": "Shop",
        "ip": null, "activatedAt": "2026-06-04T10:21:00Z", "deactivatedAt": null,
        "lastSeenAt": "2026-06-04T10:22:00Z", "expiresAt": "2026-06-04T10:36:00Z",
    });
    json!({
        "license": {
            "id": "lic_00000000000000000000000001", "vendor": "ven_00000000000000000000000002",
            "mode": "live", "alias": "XLS-334A-86AF0",
            "product": "prd_00000000000000000000000003", "plan": "pln_00000000000000000000000004",
            "customer": "cus_00000000000000000000000005",
            "terms": {
                "activationType": "domain", "activationLimit": 3, "entitlements": ["forms"],
                "usesLimit": 9, "leaseDays": 7, "floating": { "ttl": 900 },
            },
            "activationsUsed": 1, "uses": 2, "createdAt": "2026-06-04T10:21:00Z",
            "expiresAt": "2027-06-04T10:21:00Z", "graceUntil": "2027-07-04T10:21:00Z",
            "holds": ["dispute", "manual"], "end": "revoked", "metadata": {},
        },
        "product": {
            "id": "prd_00000000000000000000000003", "slug": "acme-forms-pro", "permalink": "forms",
        },
        "plan": "single", "activations": [activation], "named": [activation],
    })
}

/// `value` holds every member, so whatever is read by another name than it is written is missed.
#[track_caller]
fn check_same<T: Readable + Serialize>(value: &Value) {
    let record = read::<T>(value).unwrap();
    assert_eq!(serde_json::to_value(record).unwrap(), *value);
}

#[test]
fn records_are_read_by_the_names_that_they_are_written_by() {
    check_same::<Verdict>(&verdict());
    check_same::<ActivationView>(&place());
    check_same::<Snapshot>(&snapshot());
    check_same::<Used>(&json!({ "uses": 3, "usesLimit": 9 }));
    check_same::<Activated>(&json!({
        "activation": place(), "created": true, "activationLimit": 3, "activationsUsed": 1,
        "verdict": verdict(),
    }));
    check_same::<Deactivated>(&json!({
        "deactivated": true, "activation": place(), "activationLimit": 3, "activationsUsed": 1,
    }));
    check_same::<AskedQuestion>(&json!({
        "product": "p", "identifier": "example.com", "nonce": "n", "mode": "test",
    }));
}

#[test]
fn words_are_read_as_they_are_written() {
    #[track_caller]
    fn check<T: Readable + Serialize>(words: &[T]) {
        for word in words {
            check_same::<T>(&serde_json::to_value(word).unwrap());
        }
    }
    check(&[
        VerdictStatus::Invalid,
        VerdictStatus::Revoked,
        VerdictStatus::Cancelled,
        VerdictStatus::Disabled,
        VerdictStatus::Suspended,
        VerdictStatus::Expired,
        VerdictStatus::NotActivated,
        VerdictStatus::Valid,
    ]);
    check(&[
        RemedyCode::EnterKey,
        RemedyCode::Renew,
        RemedyCode::Activate,
        RemedyCode::FreeAPlace,
        RemedyCode::ContactVendor,
    ]);
    check(&[
        ActivationType::Domain,
        ActivationType::Device,
        ActivationType::Seat,
        ActivationType::Instance,
    ]);
    check(&[ActivationStatus::Active, ActivationStatus::Deactivated]);
    check(&[Mode::Live, Mode::Test]);
    check(&[Hold::Payment, Hold::Dispute, Hold::Manual, Hold::Disabled]);
    check(&[End::Revoked, End::Cancelled]);
}

#[test]
fn values_of_another_kind_are_refused() {
    assert_eq!(read::<Option<Vec<u32>>>(&json!([1, 2])), Ok(Some(vec![1, 2])));
    assert_eq!(read::<Option<u32>>(&json!(null)), Ok(None));
    let asked = read::<AskedQuestion>(&json!({ "product": "p", "mode": "test", "other": [1] }));
    assert_eq!(asked.map(|asked| asked.product), Ok(Some("p".to_owned())));
    for wrong in [json!(u64::MAX), json!(-1), json!(1.5), json!("1"), json!(null)] {
        assert_eq!(read::<u32>(&wrong), Err(WRONG), "{wrong}");
    }
    for wrong in [json!(u64::MAX), json!(i64::MIN), json!(1.5), json!("1")] {
        assert_eq!(read::<i32>(&wrong), Err(WRONG), "{wrong}");
    }
    for wrong in [json!("dead"), json!(["live"]), json!({ "live": null })] {
        assert_eq!(read::<Mode>(&wrong), Err(WRONG), "{wrong}");
    }
    for wrong in [json!([]), json!("p"), json!({ "product": 7 }), json!({ "mode": "prod" })] {
        assert_eq!(read::<AskedQuestion>(&wrong), Err(WRONG), "{wrong}");
    }
    assert_eq!(read::<Remedy>(&json!({ "code": "renew", "text": ["now"] })), Err(WRONG));
    assert_eq!(read::<Timestamp>(&json!("yesterday")), Err(WRONG));
    assert_eq!(read::<Vec<bool>>(&json!([true, 1])), Err(WRONG));
}

#[test]
fn a_missing_member_is_named() {
    let verdict = read::<Verdict>(&json!({ "valid": true }));
    assert_eq!(verdict.map_err(|error| error.missing), Err(Some("status")));
}
