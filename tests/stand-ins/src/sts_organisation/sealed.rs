//! The security layer as it is: messages under a token of the token service, signed, and replies that are signed as well.

use std::fmt;

use super::security::{Knock, Security, SecurityFault};
use crate::ws_trust::{CVR, Guardian};

/// Lets in what a guardian opens, and has it seal what goes out.
pub struct Sealed(Guardian);

impl Sealed {
    /// Behind this guardian.
    #[must_use]
    pub fn new(guardian: Guardian) -> Self {
        Self(guardian)
    }
}

impl fmt::Debug for Sealed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Sealed")
    }
}

impl Security for Sealed {
    fn admit(&self, knock: &Knock<'_>) -> Result<String, SecurityFault> {
        let fault = |code: &str, reason: &str| SecurityFault::new(code, reason);
        let text =
            std::str::from_utf8(knock.envelope).map_err(|_| fault("wsse:InvalidSecurity", "no UTF-8"))?;
        let opened = self
            .0
            .open(text)
            .map_err(|refused| fault(&format!("wsse:{}", refused.code), &refused.reason))?;
        let cvr = opened.claims.get(CVR).cloned();
        cvr.ok_or_else(|| fault("wsse:InvalidSecurityToken", "the assertion names no CVR number"))
    }

    fn seal(&self, reply: String) -> String {
        // A fault to somebody who is not known answers no message, and is not signed.
        if reply.contains("RelatesTo") {
            self.0.seal(&reply)
        } else {
            reply
        }
    }
}
