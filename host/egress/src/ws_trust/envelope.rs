//! A connector's message: looked at, and sealed with token and signature.

use std::time::SystemTime;

use super::request::{names_of_parts, stamp};
use super::signature::{Part, sign};
use super::token::Token;
use super::xml::{Flaw, Node, Xml};
use super::{Made, names};
use crate::key::Key;

/// The prefix that the host's identifiers are written with in the connector's own elements.
const PREFIX: &str = "samklang-wsu";

/// What a connector sent, and where the host writes into it.
pub(super) struct Envelope<'a> {
    text: &'a str,
    /// The elements that are signed, by where they stand in the text.
    signed: Vec<usize>,
    /// Where the security header goes.
    security: usize,
    /// Its `MessageID`, which the answer must refer to.
    pub(super) message_id: String,
}

impl<'a> Envelope<'a> {
    /// Takes a message that is a SOAP 1.2 envelope with addressing and without security, and nothing else.
    pub(super) fn read(body: &'a [u8]) -> Result<Self, Flaw> {
        let text = std::str::from_utf8(body).map_err(|_| Flaw("it is not in UTF-8"))?;
        let xml = Xml::parse(text)?;
        let envelope = xml.top(names::SOAP, "Envelope")?;
        let header = xml.only(envelope, names::SOAP, "Header", "its envelope has no header")?;
        let body = xml.only(envelope, names::SOAP, "Body", "its envelope has no body")?;
        if xml.elements(envelope) != [header, body] {
            return Err(Flaw("its envelope holds something else than a header and a body"));
        }
        if !xml.all(header, names::SECURITY, "Security").is_empty() {
            return Err(Flaw(
                "it brings a security header of its own, which is the host's to write",
            ));
        }
        let mut signed: Vec<Node> = Vec::new();
        for name in ["Action", "MessageID", "To"] {
            signed.push(xml.only(
                header,
                names::ADDRESSING,
                name,
                "it lacks a header of WS-Addressing: Action, MessageID and To",
            )?);
        }
        let message_id = signed.get(1).map(|node| xml.text(*node)).unwrap_or_default();
        signed.extend(xml.maybe(header, names::ADDRESSING, "ReplyTo")?);
        signed.push(body);
        if signed.iter().any(|node| xml.is_identified(*node)) {
            return Err(Flaw(
                "it brings identifiers (wsu:Id) of its own, which are the host's to write",
            ));
        }
        let mut places = signed
            .iter()
            .map(|node| xml.behind_name(*node))
            .collect::<Result<Vec<_>, _>>()?;
        places.sort_unstable();
        Ok(Self {
            text,
            signed: places,
            security: xml.before_end(header)?,
            message_id,
        })
    }

    /// The same message with the token, signed by whoever holds its key.
    pub(super) fn seal(&self, token: &Token, key: &Key, now: SystemTime) -> Result<String, Made> {
        // As many as can be signed: Action, MessageID, To, ReplyTo and the body; then the timestamp and the reference.
        let ids: [String; 7] = names_of_parts()?;
        let [.., timestamp, reference] = &ids;
        let named: Vec<(usize, &String)> = self.signed.iter().copied().zip(&ids).collect();
        let mut before = String::with_capacity(self.text.len() + token.assertion.len() + 8192);
        let mut after = String::new();
        let mut done = 0;
        for (place, id) in &named {
            let half = if *place < self.security {
                &mut before
            } else {
                &mut after
            };
            if *place > self.security && done < self.security {
                before.push_str(self.piece(done, self.security)?);
                done = self.security;
                after.push_str(self.piece(done, *place)?);
            } else {
                half.push_str(self.piece(done, *place)?);
            }
            let half = if *place < self.security {
                &mut before
            } else {
                &mut after
            };
            half.push_str(&format!(
                " xmlns:{PREFIX}=\"{}\" {PREFIX}:Id=\"{id}\"",
                names::UTILITY
            ));
            done = *place;
        }
        after.push_str(self.piece(done, self.text.len())?);
        before.push_str(&format!(
            "<wsse:Security xmlns:wsse=\"{}\" xmlns:soap12=\"{}\" soap12:mustUnderstand=\"1\">{}{}{}",
            names::SECURITY,
            names::SOAP,
            stamp(timestamp, now),
            token.assertion,
            token_reference(
                &token.id,
                &format!(" xmlns:wsu=\"{}\" wsu:Id=\"{reference}\"", names::UTILITY)
            ),
        ));
        let end = "</wsse:Security>";
        let unsigned = [before.as_str(), end, &after].concat();
        let xml = Xml::parse(&unsigned)?;
        // The token's own signature must survive the move into the message.
        if xml.canonical(xml.referred(&format!("#{}", token.id))?, &[])? != token.canonical {
            return Err(Flaw("the token cannot be put into it unchanged").into());
        }
        let mut parts = named
            .iter()
            .map(|(_, id)| Part::element(&xml, id))
            .collect::<Result<Vec<_>, _>>()?;
        parts.push(Part::element(&xml, timestamp)?);
        parts.push(Part::token(&xml, reference, &token.id)?);
        let signature = sign(&parts, key, &token_reference(&token.id, ""))?;
        Ok([&before, signature.as_str(), end, &after].concat())
    }

    fn piece(&self, from: usize, to: usize) -> Result<&str, Flaw> {
        self.text.get(from..to).ok_or(Flaw("it cannot be taken apart"))
    }
}

/// A reference to the token by its identifier.
fn token_reference(id: &str, attributes: &str) -> String {
    format!(
        "<wsse:SecurityTokenReference xmlns:wsse11=\"{}\"{attributes} wsse11:TokenType=\"{}\"><wsse:KeyIdentifier ValueType=\"{}\">{}\
         </wsse:KeyIdentifier></wsse:SecurityTokenReference>",
        names::SECURITY_11,
        names::SAML_TOKEN,
        names::SAML_ID,
        super::xml::escape(id)
    )
}
