//! What a refusal of the directory means for one object.

use std::time::Duration;

use samklang_sdk::ldap::{Code, Refusal};
use samklang_sdk::prelude::*;

/// After what a domain controller was too busy for.
const SOON: Duration = Duration::from_mins(1);

/// The outcome of an operation that was refused. Conflicts are found out before.
pub(crate) fn outcome(refusal: &Refusal, attribute: Option<&str>) -> Outcome {
    match refusal.code {
        Code::Busy
        | Code::Unavailable
        | Code::TimeLimitExceeded
        | Code::AdminLimitExceeded
        | Code::OperationsError => Outcome::retry_later(
            SOON,
            format!("the domain controller is busy ({})", refusal.number),
        ),
        _ => {
            let (code, words) = (code(refusal), words(refusal));
            match attribute {
                Some(attribute) => Outcome::rejected_for(attribute, code, words),
                None => Outcome::rejected(code, words),
            }
        }
    }
}

/// The directory's own code: the eight digits of Windows that its words begin with, else LDAP's.
fn code(refusal: &Refusal) -> String {
    let digits = refusal.message.get(..8);
    let digits = digits.filter(|digits| digits.bytes().all(|octet| octet.is_ascii_hexdigit()));
    digits.map_or_else(|| refusal.number.to_string(), str::to_owned)
}

/// What it means, before the directory's own words.
fn words(refusal: &Refusal) -> String {
    let meaning = match refusal.code {
        Code::InsufficientAccessRights => "the account that Samklang uses lacks the right to do this",
        Code::ConstraintViolation | Code::InvalidAttributeSyntax => {
            "a value is too long, of the wrong form, or against a policy"
        }
        Code::NoSuchAttribute | Code::UndefinedAttributeType => "the domain's schema has no such attribute",
        Code::NotAllowedOnNonLeaf => "there is still something in it",
        Code::NoSuchObject => "it, or what it refers to, is not there any more",
        Code::UnwillingToPerform => "the domain does not allow it, such as by its policy for passwords",
        Code::StrongerAuthRequired | Code::ConfidentialityRequired => "the domain controller wants TLS",
        _ => "the domain controller refuses it",
    };
    format!("{meaning} ({}: {})", refusal.number, refusal.message)
}
