//! The line: SOAP 1.2 over HTTP. What the security layer, the frame or the address refuses is a fault with 500; everything else is
//! answered with 200 and a return code.

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::State as Extracted;
use axum::http::{HeaderMap, Method, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use uuid::Uuid;

use super::Shared;
use super::names::{HEADER, OS, SERVICES, SOAP, WSA};
use super::operations::{self, Caller};
use super::security::{Knock, SecurityFault};
use super::xml::Node;
use super::{hierarchy, rules};

pub(super) async fn answer(
    Extracted(shared): Extracted<Arc<Shared>>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    if method != Method::POST {
        return StatusCode::METHOD_NOT_ALLOWED.into_response();
    }
    let kind = headers
        .get(header::CONTENT_TYPE)
        .and_then(|kind| kind.to_str().ok())
        .unwrap_or_default();
    let (status, reply) = shared.respond(uri.path(), kind, &body);
    let kind = [(header::CONTENT_TYPE, "application/soap+xml; charset=utf-8")];
    (StatusCode::from_u16(status).expect("a status"), kind, reply).into_response()
}

/// A fault: who is to blame, the code within the code, and the words.
struct Fault(&'static str, String, String);

impl Fault {
    fn sender(code: &str, reason: impl Into<String>) -> Self {
        Self("soap:Sender", code.to_owned(), reason.into())
    }

    fn envelope(&self) -> String {
        let Self(whose, code, reason) = self;
        let (code, reason) = (quick_xml::escape::escape(code), quick_xml::escape::escape(reason));
        format!(
            r#"<soap:Envelope xmlns:soap="{SOAP}" xmlns:wsa="{WSA}" xmlns:wsse="http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd"><soap:Body><soap:Fault><soap:Code><soap:Value>{whose}</soap:Value><soap:Subcode><soap:Value>{code}</soap:Value></soap:Subcode></soap:Code><soap:Reason><soap:Text xml:lang="en">{reason}</soap:Text></soap:Reason></soap:Fault></soap:Body></soap:Envelope>"#
        )
    }
}

impl From<SecurityFault> for Fault {
    fn from(fault: SecurityFault) -> Self {
        Self::sender(&fault.code, fault.reason)
    }
}

impl Shared {
    /// What a request is answered with: the status and the envelope.
    pub(super) fn respond(&self, path: &str, kind: &str, body: &[u8]) -> (u16, String) {
        if !kind.starts_with("application/soap+xml") {
            return (415, String::new());
        }
        let (status, reply) = match self.handle(path, body) {
            Ok(reply) => (200, reply),
            Err(fault) => (500, fault.envelope()),
        };
        let reply = self.security.seal(reply);
        let request = String::from_utf8_lossy(body).into_owned();
        self.state().exchanges.push((request, reply.clone()));
        (status, reply)
    }

    fn handle(&self, path: &str, body: &[u8]) -> Result<String, Fault> {
        let text = std::str::from_utf8(body).map_err(|_| Fault::sender("soap:Sender", "no UTF-8"))?;
        let document = Node::parse(text).map_err(|cause| Fault::sender("soap:Sender", cause))?;
        if !document.is(SOAP, "Envelope") {
            return Err(Fault(
                "soap:VersionMismatch",
                "soap:VersionMismatch".into(),
                "this is no SOAP 1.2".into(),
            ));
        }
        let now = self.now();
        let cvr = self.security.admit(&Knock {
            envelope: body,
            document: &document,
            now,
        })?;
        let mut state = self.state();
        let (authority, agreement) = state.agreement(&cvr)?;
        let caller = Caller {
            authority,
            agreement,
            now,
        };

        let header = document.child(SOAP, "Header");
        let addressing = |name: &str| {
            let text = header
                .and_then(|header| header.child(WSA, name))
                .map(|node| node.text.trim().to_owned());
            text.filter(|text| !text.is_empty()).ok_or_else(|| {
                Fault::sender(
                    "wsa:MessageAddressingHeaderRequired",
                    format!("{name} is missing"),
                )
            })
        };
        let (action, message_id, _) = (addressing("Action")?, addressing("MessageID")?, addressing("To")?);
        let transaction = header
            .and_then(|header| header.child(HEADER, "RequestHeader"))
            .and_then(|header| header.child(HEADER, "TransactionUUID"))
            .filter(|transaction| rules::is_uuid(transaction.text.trim()))
            .ok_or_else(|| Fault::sender("soap:Sender", "RequestHeader with a TransactionUUID is missing"))?
            .clone();
        let body = match document.child(SOAP, "Body").map(|body| body.children.as_slice()) {
            Some([body]) => body,
            _ => return Err(Fault::sender("soap:Sender", "the body holds one element")),
        };

        let mut segments = path.trim_matches('/').split('/');
        let service = match (segments.next(), segments.next(), segments.next(), segments.next()) {
            (Some("organisation"), Some(service), Some("6"), None) => service,
            _ => {
                return Err(Fault::sender(
                    "soap:Sender",
                    "there is no service at this address",
                ));
            }
        };
        let operation = body.name.trim_end_matches("Input").to_lowercase();
        let (named, operation) = match (service, operation.as_str()) {
            ("organisationsystem", operation) => ("organisationssystem", operation),
            (service, "import") => (service, "importer"),
            (service, operation) => (service, operation),
        };
        if action != format!("http://kombit.dk/sts/organisation/{named}/{operation}") {
            return Err(Fault::sender(
                "wsa:ActionNotSupported",
                "the action is not that of the body",
            ));
        }
        let unknown = || Fault::sender("soap:Sender", "the service has no such operation");
        let reply = if service == "organisationsystem" && body.ns == OS {
            hierarchy::answer(&state, caller, body, self.settings.counts_all).ok_or_else(unknown)?
        } else {
            let service = SERVICES
                .into_iter()
                .find(|known| known.path() == service && known.ns() == body.ns);
            operations::answer(&mut state, caller, service.ok_or_else(unknown)?, body).ok_or_else(unknown)?
        };
        Ok(envelope(&action, &message_id, transaction, reply).document())
    }
}

/// The frame of a reply: it names the message that it answers, and repeats the RequestHeader.
fn envelope(action: &str, message_id: &str, transaction: Node, reply: Node) -> Node {
    let header = Node::new(SOAP, "Header")
        .with(Node::text(WSA, "Action", format!("{action}Response")))
        .with(Node::text(
            WSA,
            "MessageID",
            format!("urn:uuid:{}", Uuid::new_v4()),
        ))
        .with(Node::text(WSA, "RelatesTo", message_id))
        .with(Node::new(HEADER, "RequestHeader").with(transaction));
    Node::new(SOAP, "Envelope")
        .with(header)
        .with(Node::new(SOAP, "Body").with(reply))
}
