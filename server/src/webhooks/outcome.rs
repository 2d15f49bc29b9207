//! What comes of an answer: for the delivery, and for the webhook.

use counterfoil_core::time::Timestamp;
use counterfoil_core::wire::native::admin::webhook::{DeliveryStatus, DisabledFor};

use super::ladder::waits;
use super::post::Answer;
use crate::ledger::{DeliveryRow, WebhookRow};
use crate::metrics::Attempted;

/// Seconds of nothing but failure after which a webhook is switched off.
const FAILING_SECONDS_MAX: i64 = 5 * 86_400;

/// The status that says that nobody wants to hear there any more.
const GONE: u16 = 410;

/// Longest time for which a receiver that asks for it is left alone altogether, in seconds.
const HELD_MAX: i64 = 3_600;

impl Answer {
    /// Whether the message was taken.
    pub(super) fn is_taken(&self) -> bool {
        self.status.is_some_and(|status| (200..300).contains(&status))
    }

    /// What went wrong, as a sentence; `None`: nothing.
    pub(super) fn trouble(&self) -> Option<String> {
        match self.status {
            None => self.problem.clone(),
            Some(200..300) => None,
            Some(status @ 300..400) => Some(format!(
                "It answered {status}, and redirects are not followed: change the webhook's URL."
            )),
            Some(GONE) => Some("It answered 410: the webhook is switched off.".to_owned()),
            Some(status) => Some(format!("It answered {status}.")),
        }
    }

    /// Seconds for which nothing at all should be sent there, as it asks.
    pub(super) fn holds(&self) -> Option<i64> {
        let asks = matches!(self.status, Some(429 | 503));
        self.asked.filter(|_| asks).map(|seconds| seconds.min(HELD_MAX))
    }
}

/// Lets a delivery and its webhook take an answer into account that came at `now`.
pub(super) fn settle(
    delivery: &mut DeliveryRow,
    hook: &mut WebhookRow,
    answer: &Answer,
    (now, entropy): (Timestamp, [u8; 4]),
) -> Attempted {
    if answer.is_taken() {
        (delivery.status, delivery.next_at) = (DeliveryStatus::Delivered, now);
        hook.failing_since = None;
        return Attempted::Delivered;
    }
    delivery.failures = delivery.failures.saturating_add(1);
    let since = *hook.failing_since.get_or_insert(now);
    let is_gone = answer.status == Some(GONE);
    let is_over = now.unix().saturating_sub(since.unix()) >= FAILING_SECONDS_MAX;
    // What somebody switched off meanwhile stays so for that reason.
    if hook.disabled.is_none() && (is_gone || is_over) {
        let reason = if is_gone { DisabledFor::Gone } else { DisabledFor::Failing };
        hook.disabled = Some((reason, now));
    }
    let retries = hook.format.retries() && !is_gone;
    if let (true, Some(seconds)) = (retries, waits(delivery.failures, answer.asked, entropy)) {
        delivery.next_at = now.saturating_add(seconds);
        Attempted::Failed
    } else {
        (delivery.status, delivery.next_at) = (DeliveryStatus::Failed, now);
        Attempted::GivenUp
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use counterfoil_core::id::{DeliveryId, EventId, IdNumber, VendorId, WebhookId};
    use counterfoil_core::license::Mode;
    use counterfoil_core::wire::native::admin::webhook::{EventFilter, WebhookFormat};

    const NOW: Timestamp = Timestamp::from_unix(1_780_000_000);

    fn rows(format: WebhookFormat) -> (DeliveryRow, WebhookRow) {
        let number = IdNumber::from_raw(1);
        let delivery = DeliveryRow {
            id: DeliveryId::new(number),
            webhook: WebhookId::new(number),
            event: EventId::new(number),
            kind: None,
            license: None,
            status: DeliveryStatus::Pending,
            failures: 0,
            created_at: NOW,
            next_at: NOW,
            sealed: Vec::new(),
        };
        let hook = WebhookRow {
            id: WebhookId::new(number),
            vendor: VendorId::new(number),
            mode: Mode::Live,
            product: None,
            format,
            events: EventFilter::all(),
            description: None,
            disabled: None,
            failing_since: None,
            created_at: NOW,
            sealed: Vec::new(),
        };
        (delivery, hook)
    }

    fn answered(status: u16) -> Answer {
        Answer { status: Some(status), ..Answer::default() }
    }

    #[test]
    fn only_a_2xx_is_taken() {
        for status in [200, 201, 202, 204, 299] {
            let (mut delivery, mut hook) = rows(WebhookFormat::Standard);
            hook.failing_since = Some(NOW);
            let became =
                settle(&mut delivery, &mut hook, &answered(status), (NOW.plus_days(9), [0; 4]));
            assert_eq!(became, Attempted::Delivered);
            assert_eq!(delivery.status, DeliveryStatus::Delivered);
            assert_eq!((hook.failing_since, hook.disabled), (None, None));
            assert_eq!(answered(status).trouble(), None);
        }
        for status in [100, 199, 300, 301, 307, 400, 404, 429, 500, 503, 599] {
            let (mut delivery, mut hook) = rows(WebhookFormat::Standard);
            let became = settle(&mut delivery, &mut hook, &answered(status), (NOW, [0; 4]));
            assert_eq!(became, Attempted::Failed, "{status}");
            assert_eq!(delivery.next_at.unix(), NOW.unix() + 5);
            assert_eq!((hook.failing_since, hook.disabled), (Some(NOW), None));
            assert!(answered(status).trouble().is_some());
        }
    }

    #[test]
    fn a_form_without_retries_is_tried_once() {
        let once = WebhookFormat::ALL.into_iter().find(|format| !format.retries()).unwrap();
        let (mut delivery, mut hook) = rows(once);
        let became = settle(&mut delivery, &mut hook, &answered(500), (NOW, [0; 4]));
        assert_eq!(became, Attempted::GivenUp);
        assert_eq!((delivery.status, hook.disabled), (DeliveryStatus::Failed, None));
    }

    #[test]
    fn five_days_of_nothing_but_failure_switch_a_webhook_off() {
        let (_, mut hook) = rows(WebhookFormat::Standard);
        for (days, is_on) in [(0, true), (4, true), (5, false)] {
            let (mut delivery, _) = rows(WebhookFormat::Standard);
            let now = NOW.plus_days(days);
            settle(&mut delivery, &mut hook, &Answer::none("Silence.".to_owned()), (now, [0; 4]));
            assert_eq!(hook.disabled.is_none(), is_on, "{days}");
        }
        assert_eq!(hook.disabled, Some((DisabledFor::Failing, NOW.plus_days(5))));
    }

    #[test]
    fn who_is_gone_is_asked_no_more_and_who_switched_off_is_believed() {
        let (mut delivery, mut hook) = rows(WebhookFormat::Standard);
        assert_eq!(
            settle(&mut delivery, &mut hook, &answered(410), (NOW, [0; 4])),
            Attempted::GivenUp
        );
        assert_eq!(hook.disabled, Some((DisabledFor::Gone, NOW)));
        let (mut delivery, mut hook) = rows(WebhookFormat::Standard);
        hook.disabled = Some((DisabledFor::Manual, NOW));
        settle(&mut delivery, &mut hook, &answered(410), (NOW.plus_days(1), [0; 4]));
        assert_eq!(hook.disabled, Some((DisabledFor::Manual, NOW)));
    }

    #[test]
    fn a_busy_receiver_is_left_alone_as_long_as_it_asks_up_to_an_hour() {
        for (status, asked, held) in [
            (429, Some(7), Some(7)),
            (503, Some(86_400), Some(3_600)),
            (429, None, None),
            (500, Some(7), None),
            (200, Some(7), None),
        ] {
            assert_eq!(Answer { asked, ..answered(status) }.holds(), held, "{status}");
        }
    }
}
