//! The pages, and the forms on them.

use super::{PAYS, Shop};
use serde_json::json;

#[tokio::test]
async fn each_card_does_what_it_is_for() {
    let shop = Shop::open().await;
    let session = shop.session(&shop.lifetime, 1).await;
    let path = format!("/session/{session}");
    for (number, says) in [
        ("4000 0000 0000 0002", "Your card was declined."),
        ("4000 0000 0000 9995", "insufficient funds"),
        ("4111 1111 1111 1111", "Your card number is invalid."),
        ("5555555555554444", "Your card number is invalid."),
        ("", "Your card number is invalid."),
    ] {
        let went = shop.pay(&session, number, &[]).await;
        assert_eq!((went.status, went.to), (303, format!("../{session}#how")), "{number}");
        let page = shop.get(&path).await.text;
        assert!(page.contains("role=\"alert\"") && page.contains(says), "{number}: {page}");
        assert!(
            !page.contains(number) || number.is_empty() || says != "Your card number is invalid."
        );
    }
    for (expiry, cvc, says) in [("05/26", "123", "expiration"), ("07/26", "1", "security code")] {
        let fields = [("number", PAYS), ("expiry", expiry), ("cvc", cvc)];
        shop.post(&format!("{path}/pay"), &fields).await;
        assert!(shop.get(&path).await.text.contains(says), "{says}");
    }
    assert_eq!(shop.events().await, []);
    let asks = shop.pay(&session, "4000 0000 0000 3220", &[]).await;
    assert_eq!(asks.to, format!("../{session}#how"));
    let page = shop.get(&path).await.text;
    assert!(page.contains("Your bank asks") && page.contains("3220"), "{page}");
    let answer =
        async |answer| shop.post(&format!("{path}/confirm"), &[("answer", answer)]).await.to;
    assert_eq!(answer("refuse").await, format!("../{session}#how"));
    assert!(shop.get(&path).await.text.contains("unable to authenticate"));
    assert_eq!(shop.events().await, []);
    // Nothing waits to be confirmed any more.
    assert_eq!(answer("confirm").await, format!("../{session}#how"));
    assert_eq!(shop.events().await, []);
    shop.pay(&session, "4000 0000 0000 3220", &["duplicate"]).await;
    assert!(answer("confirm").await.starts_with("https://shop.example/thanks"));
    let told = shop.events().await;
    assert!(told.len() == 3 && told.iter().all(|one| one.tries.len() == 2), "{told:?}");
    assert_eq!(shop.only().await["status"], "active");
}

#[tokio::test]
async fn who_is_not_named_yet_says_where_the_license_goes() {
    let shop = Shop::open().await;
    let mut form = shop.form(&shop.lifetime, 1);
    form.retain(|(name, _)| name != "customer_email");
    let (_, session) = shop.create(&form).await;
    let session = session["id"].as_str().unwrap();
    let path = format!("/session/{session}");
    assert!(shop.get(&path).await.text.contains("name=\"email\""));
    let mut fields = vec![("number", PAYS), ("expiry", "07/26"), ("cvc", "123")];
    assert_eq!(shop.post(&format!("{path}/pay"), &fields).await.to, format!("../{session}#how"));
    assert!(shop.get(&path).await.text.contains("email address is incomplete"));
    fields.push(("email", " ben@example.com "));
    assert!(shop.post(&format!("{path}/pay"), &fields).await.to.starts_with("https://"));
    shop.events().await;
    assert_eq!(shop.only().await["customer"]["email"], "ben@example.com");
}

#[tokio::test]
async fn a_form_of_another_page_does_nothing() {
    let shop = Shop::open().await;
    let session = shop.session(&shop.lifetime, 1).await;
    let card = [("number", PAYS), ("expiry", "07/26"), ("cvc", "123")];
    for from in [None, Some("null"), Some("https://evil.example"), Some("http://127.0.0.1:1")] {
        let pay = format!("/session/{session}/pay");
        assert_eq!(shop.post_from(&pay, &card, from).await.status, 403, "{from:?}");
        let act = [("act", "again evt_1")];
        assert_eq!(shop.post_from("/acts", &act, from).await.status, 403, "{from:?}");
    }
    assert_eq!(shop.events().await, []);
}

#[tokio::test]
async fn pages_hold_nothing_that_runs_and_go_into_no_frame() {
    let shop = Shop::open().await;
    let session = shop.buy(&shop.lifetime, 1).await;
    let open = shop.session(&shop.monthly, 1).await;
    for path in
        ["/".to_owned(), format!("/session/{session}"), format!("/session/{open}?card=asks")]
    {
        let page = shop.get(&path).await;
        assert_eq!(page.status, 200);
        for part in ["default-src 'none'", "style-src 'self'", "frame-ancestors 'none'"] {
            assert!(page.policy.contains(part), "{path}: {}", page.policy);
        }
        assert!(!page.policy.contains("script-src") && !page.policy.contains("unsafe"));
        assert!(page.text.contains("no money moves"), "the banner stands on {path}");
        assert!(page.text.contains("Forms &lt;b&gt;") && !page.text.contains("Forms <b>"));
        assert!(!page.text.contains("<script") && !page.text.contains("style=\""));
        assert!(!page.text.contains("http://") && !page.text.contains(&shop.key), "{path}");
    }
    let filled = shop.get(&format!("/session/{open}?card=asks")).await;
    assert!(filled.text.contains("value=\"4000 0000 0000 3220\""));
    // The answer to the form leads to the shop, which browsers count as a part of the form.
    assert!(filled.policy.ends_with("form-action 'self' https://shop.example"));
    let overview = shop.get("/").await;
    assert!(overview.policy.ends_with("form-action 'self'"));
    assert!(!overview.text.contains("#paid=ref"), "what shows the key is not told to others");
    for (file, kind) in [("style.css", "text/css"), ("icon.svg", "image/svg+xml")] {
        let reply = shop.server.public.get(&format!("/testpay/{file}")).await;
        assert_eq!(reply.status, 200);
        assert!(reply.header("content-type").unwrap().starts_with(kind));
    }
}

#[tokio::test]
async fn what_there_is_not_is_said_so() {
    let shop = Shop::open().await;
    let card = [("number", PAYS), ("expiry", "07/26"), ("cvc", "123")];
    for path in ["/session/cs_test_no", "/session", "/session/a/b/c", "/acts", "/session/"] {
        assert_eq!(shop.get(path).await.status, 404, "{path}");
    }
    assert_eq!(shop.post("/session/cs_test_no/pay", &card).await.status, 404);
    assert_eq!(shop.post("/session/cs_test_no/confirm", &card).await.status, 404);
    assert_eq!(shop.get("/session/cs_test_no/pay").await.to, "../cs_test_no");
    let session = shop.session(&shop.lifetime, 1).await;
    for act in [
        "",
        "renew",
        "renew cs_no",
        &format!("renew {session}"),
        &format!("nonsense {session}"),
        &format!("refund {session} pi_no"),
        &format!("refund {session} pi_no x"),
    ] {
        assert_eq!(shop.act(act, &[]).await, 409, "{act}");
    }
    assert_eq!(shop.events().await, []);
    assert_eq!(shop.server.admin.call("admin.license.list", json!({})).await["items"], json!([]));
}
