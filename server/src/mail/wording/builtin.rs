//! The wording that comes with the server.

use super::Part;
use crate::mail::Template;

/// The frame of every HTML mail: a vendor's HTML may extend it too.
pub(super) const LAYOUT: &str = include_str!("layout.html");

/// The source of a template's part.
pub(super) const fn source(template: Template, part: Part) -> &'static str {
    let [subject, text, html] = sources(template);
    match part {
        Part::Subject => subject,
        Part::Text => text,
        Part::Html => html,
    }
}

macro_rules! sources {
    ($($template:ident $subject:literal $name:literal,)*) => {
        const fn sources(template: Template) -> [&'static str; 3] {
            match template {
                $(Template::$template => [
                    $subject,
                    include_str!(concat!($name, ".txt")),
                    include_str!(concat!($name, ".html")),
                ],)*
            }
        }
    };
}
sources! {
    LicenseDelivered "Your license for {{ product }}" "license_delivered",
    LicenseExpiring "Your license for {{ product }} runs out soon" "license_expiring",
    PaymentFailed "Your payment for {{ product }} did not go through" "payment_failed",
    LicenseSuspended "Your license for {{ product }} is suspended" "license_suspended",
    LicenseRevoked "Your license for {{ product }} was revoked" "license_revoked",
    InactivationNotice "Your license for {{ product }} was deactivated" "inactivation_notice",
    PortalLink "Your sign-in link" "portal_link",
}
