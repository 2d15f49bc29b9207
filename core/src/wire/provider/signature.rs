//! How a request shows that it is the provider's.

use core::fmt;

use crate::base64url;
use crate::prelude::*;
use crate::time::Timestamp;

/// Most signatures of one request: a provider sends one for each secret while it rotates them.
const SIGNATURES_MAX: usize = 16;

/// HMAC-SHA256, as bytes.
type Mac = [u8; 32];

/// What a request shows.
#[derive(Clone, PartialEq, Eq)]
pub enum Proof {
    /// Keyed hashes (HMAC-SHA256) under the shared secret, of `prefix` and the body as it was sent.
    /// One that holds is enough.
    Signed {
        /// What was signed before the body.
        prefix: String,
        /// The hashes; those that are none are left out.
        signatures: Vec<Mac>,
        /// When it was signed, where that is signed too.
        at: Option<Timestamp>,
    },
    /// The shared secret itself.
    Shown(String),
    /// Nothing: it only asks whether anybody is here, and says nothing.
    Greeting,
}

impl fmt::Debug for Proof {
    /// Without what may be secret.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Signed { .. } => "Signed(…)",
            Self::Shown(_) => "Shown(…)",
            Self::Greeting => "Greeting",
        })
    }
}

/// Why a request shows nothing; a sentence for whoever sets the webhook up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NoProof(pub &'static str);

/// A header of pairs such as `t=1533204620,v1=5257a8…,v0=6ffbb5…`: the time and the signatures that
/// have the name of the scheme. Other names are of other schemes.
pub(super) struct Pairs {
    pub(super) between: char,
    pub(super) time: &'static str,
    pub(super) scheme: &'static str,
    /// What is signed between the time and the body.
    pub(super) joint: char,
}

impl Pairs {
    /// Reads the header. `wrong` says what it should have been.
    pub(super) fn read(&self, header: &str, wrong: NoProof) -> Result<Proof, NoProof> {
        let mut times = Vec::new();
        let mut signatures = Vec::new();
        for pair in header.split(self.between) {
            let (name, value) = pair.trim().split_once('=').ok_or(wrong)?;
            if name == self.time {
                times.push(value);
            } else if name == self.scheme {
                signatures.push(value);
            }
        }
        // Two times would leave open which of them was signed.
        let [time] = times.as_slice() else { return Err(wrong) };
        if signatures.is_empty() || signatures.len() > SIGNATURES_MAX {
            return Err(wrong);
        }
        Ok(Proof::Signed {
            prefix: format!("{time}{}", self.joint),
            signatures: signatures.into_iter().filter_map(from_hex).collect(),
            at: Some(unix(time).ok_or(wrong)?),
        })
    }
}

/// Seconds since 1970, in digits alone.
fn unix(text: &str) -> Option<Timestamp> {
    let is_number = text.len() <= 12 && text.bytes().all(|byte| byte.is_ascii_digit());
    is_number.then(|| text.parse().ok().map(Timestamp::from_unix)).flatten()
}

/// A header that is one hash of the body, in hex digits.
pub(super) fn of_body_in_hex(header: &str) -> Proof {
    of_body(from_hex(header))
}

/// A header that is one hash of the body, in base 64 with padding.
pub(super) fn of_body_in_base64(header: &str) -> Proof {
    let unpadded = header.strip_suffix('=').filter(|rest| !rest.ends_with('='));
    // One alphabet is the other but for two symbols, and neither has those of the other.
    let swap = |symbol| match symbol {
        '+' => '-',
        '/' => '_',
        '-' | '_' => '=',
        other => other,
    };
    of_body(
        unpadded
            .and_then(|text| base64url::read_array(&text.chars().map(swap).collect::<String>())),
    )
}

fn of_body(signature: Option<Mac>) -> Proof {
    Proof::Signed { prefix: String::new(), signatures: signature.into_iter().collect(), at: None }
}

fn from_hex(text: &str) -> Option<Mac> {
    let mut bytes = [0; 32];
    if text.len() != 64 {
        return None;
    }
    for (byte, digits) in bytes.iter_mut().zip(text.as_bytes().chunks(2)) {
        let digit = |at: usize| digits.get(at).and_then(|digit| char::from(*digit).to_digit(16));
        let value = digit(0)?.checked_mul(16)?.checked_add(digit(1)?)?;
        *byte = u8::try_from(value).ok()?;
    }
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    const STRIPE: Pairs = Pairs { between: ',', time: "t", scheme: "v1", joint: '.' };
    const WRONG: NoProof = NoProof("wrong");

    #[test]
    fn a_header_of_pairs_has_one_time_and_the_schemes_own_signatures() {
        let hash = "ab".repeat(32);
        let header = format!("t=1533204620,v1={hash},v0={hash},v1=dummy, v1={hash}");
        assert_eq!(
            STRIPE.read(&header, WRONG),
            Ok(Proof::Signed {
                prefix: "1533204620.".to_owned(),
                signatures: vec![[0xab; 32]; 2],
                at: Some(Timestamp::from_unix(1_533_204_620)),
            })
        );
        let many = vec![format!("v1={hash}"); 17].join(",");
        for header in [
            String::new(),
            "nonsense".to_owned(),
            format!("v1={hash}"),
            "t=1533204620".to_owned(),
            format!("t=1533204620,t=1533204621,v1={hash}"),
            format!("t=-1,v1={hash}"),
            format!("t=+1533204620,v1={hash}"),
            format!("t=1533204620123456,v1={hash}"),
            format!("t=,v1={hash}"),
            format!("t=1533204620,v0={hash}"),
            format!("t=1533204620,{many}"),
        ] {
            assert_eq!(STRIPE.read(&header, WRONG), Err(WRONG), "{header}");
        }
    }

    #[test]
    fn a_hash_has_one_spelling_in_base_64_and_two_in_hex() {
        let signed =
            |signatures: Vec<Mac>| Proof::Signed { prefix: String::new(), signatures, at: None };
        let in_base64 = "+/+/+/+/+/+/+/+/+/+/+/+/+/+/+/+/+/+/+/+/+/8=";
        let bytes = [
            0xfb, 0xff, 0xbf, 0xfb, 0xff, 0xbf, 0xfb, 0xff, 0xbf, 0xfb, 0xff, 0xbf, 0xfb, 0xff,
            0xbf, 0xfb, 0xff, 0xbf, 0xfb, 0xff, 0xbf, 0xfb, 0xff, 0xbf, 0xfb, 0xff, 0xbf, 0xfb,
            0xff, 0xbf, 0xfb, 0xff,
        ];
        assert_eq!(of_body_in_base64(in_base64), signed(vec![bytes]));
        for wrong in [
            "",
            "=",
            &in_base64.replace('=', ""),
            &in_base64.replace('=', "=="),
            &in_base64.replace('+', "-"),
            &in_base64.replace('/', "_"),
            "AAAA",
        ] {
            assert_eq!(of_body_in_base64(wrong), signed(Vec::new()), "{wrong}");
        }
        assert_eq!(of_body_in_hex(&"aB".repeat(32)), signed(vec![[0xab; 32]]));
        for wrong in ["", "ab", &"ab".repeat(33), &"+a".repeat(32), &"\u{e4}".repeat(32)] {
            assert_eq!(of_body_in_hex(wrong), signed(Vec::new()), "{wrong}");
        }
    }
}
