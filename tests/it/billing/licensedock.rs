//! LicenseDock's tables of statuses and triggers, row by row, as its plugins live with them.

use super::{order, report, shown, start};
use counterfoil_tests::TestServer;
use serde_json::{Value, json};

/// Something that happens to the license of order `o`, paid on 2026-06-05 for a month.
#[derive(Clone, Copy)]
enum Step {
    /// The payment side reports this of the subscription.
    Subscription(&'static str),
    /// It reports this of the order.
    Order(&'static str),
    /// A dispute is decided.
    Closed { won: bool },
    /// A part of the money is given back.
    PartialRefund,
    /// The vendor does this.
    Desk(&'static str),
    /// So many days pass.
    Days(i64),
}
use Step::{Closed, Days, Desk, Order, PartialRefund, Subscription};

async fn take(server: &TestServer, license: &Value, step: Step) {
    let order = json!({ "order": "o" });
    match step {
        Subscription(method) => {
            report(server, method, json!({ "subscription": "sub-o" })).await;
        }
        Order(method) => {
            report(server, method, order).await;
        }
        Closed { won } => {
            report(server, "disputeClosed", json!({ "order": "o", "won": won })).await;
        }
        PartialRefund => {
            report(server, "refunded", json!({ "order": "o", "full": false })).await;
        }
        Desk(command) => {
            let call = json!({ "license": license["id"] });
            server.admin.call(&format!("admin.license.{command}"), call).await;
        }
        Days(days) => server.env.step(days * 86_400),
    }
}

/// A row: what happens, and how the license stands afterwards.
type Row = (&'static str, &'static [Step], &'static str, Option<&'static str>);

const FIRST_END: Option<&str> = Some("2026-07-05T08:00:00Z");
const SECOND_END: Option<&str> = Some("2026-08-05T08:00:00Z");

const ROWS: &[Row] = &[
    ("order completes: created, active, expiry from the billing cycle", &[], "active", FIRST_END),
    (
        "subscription renews: expires_at moved on by one cycle",
        &[Subscription("subscriptionRenewed")],
        "active",
        SECOND_END,
    ),
    (
        "renewal payment fails: nothing at once",
        &[Days(30), Subscription("paymentFailed"), Days(13)],
        "active",
        FIRST_END,
    ),
    (
        "renewal payment fails: suspended after the grace period",
        &[Days(30), Subscription("paymentFailed"), Days(14)],
        "suspended",
        FIRST_END,
    ),
    (
        "failed renewal recovered: back to active with the new expiry",
        &[Days(30), Subscription("paymentFailed"), Days(14), Subscription("paymentRecovered")],
        "active",
        SECOND_END,
    ),
    ("subscription ends without renewal: expired", &[Days(30)], "expired", FIRST_END),
    ("full refund: revoked", &[Order("refunded")], "revoked", FIRST_END),
    (
        "full refund, then a renewal event: stays revoked",
        &[Order("refunded"), Subscription("subscriptionRenewed")],
        "revoked",
        FIRST_END,
    ),
    (
        "customer turns auto-renewal off: active until the paid period ends",
        &[Subscription("subscriptionCancelled"), Days(29)],
        "active",
        FIRST_END,
    ),
    (
        "customer turns auto-renewal off: then expired",
        &[Subscription("subscriptionCancelled"), Days(30)],
        "expired",
        FIRST_END,
    ),
    (
        "turning auto-renewal off is reversible until expiry",
        &[Subscription("subscriptionCancelled"), Days(29), Subscription("subscriptionRenewed")],
        "active",
        SECOND_END,
    ),
    (
        "dispute opened: suspended until it resolves",
        &[Order("disputeOpened")],
        "suspended",
        FIRST_END,
    ),
    ("dispute won: active", &[Order("disputeOpened"), Closed { won: true }], "active", FIRST_END),
    (
        "dispute lost: revoked",
        &[Order("disputeOpened"), Closed { won: false }],
        "revoked",
        FIRST_END,
    ),
    (
        "a won dispute returns to active only if the expiry is still ahead, else expired",
        &[Order("disputeOpened"), Days(31), Closed { won: true }],
        "expired",
        FIRST_END,
    ),
    (
        "a dispute on an already revoked license leaves it revoked",
        &[Order("refunded"), Order("disputeOpened"), Closed { won: true }],
        "revoked",
        FIRST_END,
    ),
    ("partial refund changes nothing", &[PartialRefund], "active", FIRST_END),
    (
        "grace counted from the first failure, later retries do not restart it",
        &[
            Days(30),
            Subscription("paymentFailed"),
            Days(10),
            Subscription("paymentFailed"),
            Days(4),
        ],
        "suspended",
        FIRST_END,
    ),
    ("suspended may return to active", &[Desk("suspend"), Desk("reinstate")], "active", FIRST_END),
    ("cancelled: set by hand by an admin", &[Desk("cancel")], "cancelled", FIRST_END),
    (
        "cancelled never reverts",
        &[Desk("cancel"), Subscription("subscriptionRenewed"), Closed { won: true }],
        "cancelled",
        FIRST_END,
    ),
    (
        "money arriving for a license that is merely past its date revives it",
        &[Days(40), Subscription("subscriptionRenewed")],
        "active",
        SECOND_END,
    ),
    (
        "after the subscription's own end it is recorded only",
        &[Days(40), Subscription("subscriptionExpired"), Subscription("subscriptionRenewed")],
        "expired",
        FIRST_END,
    ),
    (
        "suspended for payment stays suspended past its expiry until recovery",
        &[Days(10), Subscription("paymentFailed"), Days(60)],
        "suspended",
        FIRST_END,
    ),
    (
        "suspended for payment stays suspended until the subscription's end",
        &[Days(10), Subscription("paymentFailed"), Days(60), Subscription("subscriptionExpired")],
        "expired",
        FIRST_END,
    ),
    (
        "when suspended has two causes at once, both must clear: one did",
        &[
            Days(10),
            Subscription("paymentFailed"),
            Order("disputeOpened"),
            Days(15),
            Closed { won: true },
        ],
        "suspended",
        FIRST_END,
    ),
    (
        "when suspended has two causes at once, both must clear: both did",
        &[
            Days(10),
            Subscription("paymentFailed"),
            Order("disputeOpened"),
            Days(15),
            Closed { won: true },
            Subscription("paymentRecovered"),
        ],
        "active",
        SECOND_END,
    ),
];

#[tokio::test]
async fn every_row_of_the_tables_holds() {
    for (row, steps, status, expires_at) in ROWS {
        let server = start().await;
        server.env.set("2026-06-05T08:00:00Z");
        let sold =
            report(&server, "orderCompleted", order("o", "monthly", "2026-06-05T08:00:00Z")).await;
        assert_eq!(sold["status"], "active", "{row}");
        for step in *steps {
            take(&server, &sold, *step).await;
        }
        let license = shown(&server, &sold).await;
        assert_eq!(license["status"], *status, "{row}");
        assert_eq!(license["expiresAt"].as_str(), *expires_at, "{row}");
        assert_eq!(license["key"], sold["key"], "{row}");
        // Active means usable, and nothing else does.
        let asked = json!({ "key": sold["key"] });
        let verdict = server.public.call("license.validate", asked).await;
        assert_eq!(verdict["valid"], *status == "active", "{row}");
        let taking = json!({ "key": sold["key"], "identifier": "a.example" });
        let reply = server.public.ask("license.activate", taking).await;
        if *status == "active" {
            assert_eq!(reply["result"]["created"], true, "{row}");
        } else {
            assert_eq!(reply["error"]["data"]["code"], format!("license_{status}"), "{row}");
        }
        server.stop().await;
    }
}

#[tokio::test]
async fn a_one_time_order_lasts_for_ever() {
    let server = start().await;
    let mut call = order("o", "lifetime", "2026-06-05T08:00:00Z");
    call["subscription"] = Value::Null;
    let sold = report(&server, "orderCompleted", call).await;
    server.env.step(100 * 365 * 86_400);
    let verdict = server.public.call("license.validate", json!({ "key": sold["key"] })).await;
    assert_eq!((&verdict["valid"], &verdict["expiresAt"]), (&json!(true), &Value::Null));
    server.stop().await;
}
