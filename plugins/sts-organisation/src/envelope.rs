//! The frame of a message: SOAP 1.2 with WS-Addressing and the register's own RequestHeader. No security header: the host adds the token,
//! signs what is here, and has verified an answer before it comes here.

use uuid::Uuid;

use crate::names::{HEADER, SOAP, WSA};
use crate::xml::{self, Element};

/// Where answers go: back on the same line.
const ANONYMOUS: &str = "http://www.w3.org/2005/08/addressing/anonymous";

/// A message that is ready to be sent.
#[derive(Debug)]
pub(crate) struct Message {
    pub(crate) id: String,
    pub(crate) text: String,
}

/// A fault of SOAP: its codes from the outer to the inner one, and its words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Fault {
    pub(crate) codes: String,
    pub(crate) reason: String,
}

/// What an envelope holds.
#[derive(Debug)]
pub(crate) enum Content {
    Body(Element),
    Fault(Fault),
}

/// Puts a body into an envelope, each time with names of its own.
pub(crate) fn message(action: &str, to: &str, body: Element) -> Message {
    let id = format!("urn:uuid:{}", Uuid::new_v4());
    let reply_to = Element::new(WSA, "ReplyTo").with(Element::of_text(WSA, "Address", ANONYMOUS));
    let transaction = Element::of_text(HEADER, "TransactionUUID", Uuid::new_v4().to_string());
    let header = Element::new(SOAP, "Header")
        .with(Element::of_text(WSA, "Action", action))
        .with(Element::of_text(WSA, "MessageID", &id))
        .with(Element::of_text(WSA, "To", to))
        .with(reply_to)
        .with(Element::new(HEADER, "RequestHeader").with(transaction));
    let envelope = Element::new(SOAP, "Envelope")
        .with(header)
        .with(Element::new(SOAP, "Body").with(body));
    let mut text = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>");
    envelope.write(&mut text);
    Message { id, text }
}

/// Opens the envelope of an answer to the message of this id.
///
/// # Errors
/// What is wrong with it.
pub(crate) fn open(answer: &[u8], id: &str) -> Result<Content, String> {
    let mut envelope = xml::parse(answer)?;
    if !envelope.is(SOAP, "Envelope") {
        return Err("it is no SOAP 1.2 envelope".into());
    }
    let relates_to = envelope
        .child(SOAP, "Header")
        .and_then(|header| header.text_of(WSA, "RelatesTo"));
    if relates_to.is_some_and(|relates_to| relates_to != id) {
        return Err("it answers another message".into());
    }
    let body = envelope
        .take(SOAP, "Body")
        .and_then(|body| body.children.into_iter().next());
    let body = body.ok_or("its body is empty")?;
    Ok(if body.is(SOAP, "Fault") {
        Content::Fault(fault(&body))
    } else {
        Content::Body(body)
    })
}

fn fault(body: &Element) -> Fault {
    let mut codes = Vec::new();
    let mut code = body.child(SOAP, "Code");
    while let Some(outer) = code {
        codes.extend(outer.text_of(SOAP, "Value"));
        code = outer.child(SOAP, "Subcode");
    }
    let reason = body
        .child(SOAP, "Reason")
        .and_then(|reason| reason.text_of(SOAP, "Text"));
    Fault {
        codes: codes.join(" / "),
        reason: reason.unwrap_or_default().to_owned(),
    }
}
