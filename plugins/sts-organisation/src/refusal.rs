//! What the register's refusals mean: its return codes, which come with HTTP 200, and the faults of its security layer.
//!
//! Its words may quote what was sent, so what looks like a number of a person or stands in quotation marks is left out of them.

use std::time::Duration;

use samklang_sdk::prelude::*;

use crate::envelope::Fault;

/// Done.
pub(crate) const OK: i64 = 20;
/// The input breaks a rule.
const BAD_INPUT: i64 = 40;
/// The service agreement does not reach so far.
const NOT_AUTHORISED: i64 = 41;
/// There is no such object; a search found nothing.
pub(crate) const ABSENT: i64 = 44;
/// The time of registration is in the future.
const FUTURE: i64 = 45;
/// The end of a Virkning is before its beginning.
const BAD_PERIOD: i64 = 47;
/// `importer`: the object is there already. `ret`: it is passivated or deleted.
pub(crate) const STATE: i64 = 49;

/// After what only a clock can mend.
const LATER: Duration = Duration::from_mins(10);
/// The longest text of the register's that is passed on, in characters.
const WORDS: usize = 200;

/// The register's return code with its words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Status {
    pub(crate) code: i64,
    pub(crate) text: String,
}

impl Status {
    fn meaning(&self) -> &'static str {
        match self.code {
            BAD_INPUT => "the register finds that the request breaks a rule",
            NOT_AUTHORISED => {
                "the service agreement does not allow it: whoever is responsible for the municipality's agreements gives it the role to edit in Fælleskommunalt Administrationsmodul"
            }
            ABSENT => "the register has no such object",
            FUTURE => {
                "the register finds the time of registration in the future: set the clock of this machine right"
            }
            BAD_PERIOD => "a period ends before it begins",
            STATE => "the register has the object in another state",
            _ => "the register refuses the request",
        }
    }

    /// What it means for a request as a whole, such as `bruger/list`.
    pub(crate) fn error(&self, request: &str) -> Error {
        let text = format!(
            "{request}: {} ({}{})",
            self.meaning(),
            self.code,
            in_words(&self.text)
        );
        match self.code {
            NOT_AUTHORISED => Error::Unauthorised(text),
            _ => Error::Internal(text),
        }
    }

    /// What it means for one object. What concerns all of them alike is an error.
    ///
    /// # Errors
    /// [`Error::Unauthorised`] when the service agreement does not allow to write.
    pub(crate) fn outcome(&self, request: &str) -> Result<Outcome, Error> {
        match self.code {
            NOT_AUTHORISED => Err(self.error(request)),
            FUTURE => Ok(Outcome::retry_later(LATER, self.meaning())),
            _ => Ok(Outcome::rejected(
                self.code.to_string(),
                format!("{request}: {}{}", self.meaning(), in_words(&self.text)),
            )),
        }
    }
}

fn in_words(text: &str) -> String {
    let words = discreet(text);
    if words.is_empty() {
        words
    } else {
        format!(": {words}")
    }
}

/// A text without what may be personal: what is quoted, and numbers of six digits and more.
fn discreet(text: &str) -> String {
    let mut kept = String::new();
    let mut quoted: Option<char> = None;
    let mut digits = String::new();
    for letter in text.chars().chain([' ']) {
        if let Some(end) = quoted {
            if letter == end {
                quoted = None;
            }
            continue;
        }
        if letter.is_ascii_digit() || (letter == '-' && !digits.is_empty()) {
            digits.push(letter);
            continue;
        }
        let long = digits.bytes().filter(u8::is_ascii_digit).count() >= 6;
        kept.push_str(if long { "…" } else { &digits });
        digits.clear();
        quoted = match letter {
            // Within a word it is an apostrophe.
            '\'' if kept.ends_with(char::is_alphanumeric) => None,
            '\'' | '"' => Some(letter),
            '“' | '”' => Some('”'),
            '»' => Some('«'),
            '«' => Some('»'),
            _ => None,
        };
        if quoted.is_some() {
            kept.push('…');
        } else if letter.is_control() {
            kept.push(' ');
        } else {
            kept.push(letter);
        }
    }
    kept.trim().chars().take(WORDS).collect()
}

/// What a fault means. Those of the security layer name who can mend it.
pub(crate) fn fault(request: &str, fault: &Fault) -> Error {
    let all = format!("{} {}", fault.codes, fault.reason);
    let says = |words: &[&str]| words.iter().any(|word| all.contains(word));
    let name = format!("{}{}", fault.codes, in_words(&fault.reason));
    let unauthorised = |text: &str| Error::Unauthorised(format!("{request}: {text} ({name})"));
    if says(&["ServiceAgreementNotFound"]) {
        return unauthorised(
            "there is no service agreement: the municipality approves one for this system and SF1500 in Fælleskommunalt Administrationsmodul",
        );
    }
    if says(&["ServiceAgreement"]) {
        return unauthorised(
            "the service agreement is not in force: the municipality looks in Fælleskommunalt Administrationsmodul whether it is approved and has not run out",
        );
    }
    if says(&["5015", "Usercontext doesn't exist"]) {
        return unauthorised(
            "the CVR number in the token is no authority that the register knows: the operator compares `cvr` in the settings and in the credential",
        );
    }
    if says(&["MessageExpired", "Timestamp", "timestamp", "Expired", "expired"]) {
        return unauthorised(
            "the token or the message is out of date: the operator sets the clock of this machine right",
        );
    }
    let security = [
        "FailedAuthentication",
        "FailedCheck",
        "InvalidSecurity",
        "UnsupportedSecurityToken",
        "UnsupportedAlgorithm",
        "SecurityTokenUnavailable",
        "Signature",
        "signature",
    ];
    if says(&security) {
        return unauthorised(
            "the register does not accept the token or the signature: the operator looks whether the certificate in the credential is the one that is registered for this system, and valid",
        );
    }
    if fault.codes.contains("Sender") || fault.codes.contains("MustUnderstand") {
        return Error::Internal(format!(
            "{request}: the register does not understand the message ({name})"
        ));
    }
    Error::Unreachable(format!("{request}: the register is out of order ({name})"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_keep_what_is_personal_to_themselves() {
        assert_eq!(
            discreet("CPR 010190-1234 for 'Anne Hjorth' is bad (40)"),
            "CPR … for … is bad (40)"
        );
        assert_eq!(discreet("from\n2026"), "from 2026");
        assert_eq!(
            discreet("5015 Usercontext doesn't exist"),
            "5015 Usercontext doesn't exist"
        );
        assert_eq!(discreet(&"x".repeat(500)).len(), WORDS);
    }

    #[test]
    fn faults_say_who_can_mend_them() {
        let error = |codes: &str, reason: &str| {
            let fault = Fault {
                codes: codes.into(),
                reason: reason.into(),
            };
            super::fault("bruger/laes", &fault)
        };
        let unauthorised = |codes: &str, reason: &str, part: &str| match error(codes, reason) {
            Error::Unauthorised(text) => assert!(text.contains(part), "{text}"),
            other => panic!("{other}"),
        };
        unauthorised(
            "soap:Sender / ServiceAgreementNotFound",
            "",
            "the municipality approves",
        );
        unauthorised("soap:Sender", "ServiceAgreementExpired", "not in force");
        unauthorised("soap:Receiver", "5015 Usercontext doesn't exist", "CVR number");
        unauthorised("soap:Sender / wsse:FailedCheck", "", "certificate");
        unauthorised("soap:Sender / wsu:MessageExpired", "", "clock");
        assert!(matches!(error("soap:Receiver", ""), Error::Unreachable(_)));
        assert!(matches!(error("soap:Sender", ""), Error::Internal(_)));
    }

    #[test]
    fn codes_become_errors_and_outcomes() {
        let status = |code: i64| Status {
            code,
            text: "no".into(),
        };
        assert!(matches!(status(41).error("x"), Error::Unauthorised(_)));
        assert!(matches!(status(41).outcome("x"), Err(Error::Unauthorised(_))));
        assert!(matches!(status(45).outcome("x"), Ok(Outcome::RetryLater(_))));
        let Ok(Outcome::Rejected(rejection)) = status(47).outcome("x") else {
            panic!("not rejected")
        };
        assert_eq!(rejection.code, "47");
    }
}
