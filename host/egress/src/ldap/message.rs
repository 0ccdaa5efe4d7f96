//! The messages of LDAP (RFC 4511 section 4.1.1) that egress sends and understands.

use super::ber::{self, Malformed, Reader, Writer};
use super::{Attribute, Change, ChangeKind, Control, Entry, Query, Scope};
use crate::secret::Secret;

/// The control for paged results (RFC 2696).
pub(super) const PAGED: &str = "1.2.840.113556.1.4.319";
/// The extended operation StartTLS (RFC 4511 section 4.14).
const START_TLS: &str = "1.3.6.1.4.1.1466.20037";
/// The identifier of a message that nobody asked for (RFC 4511 section 4.4).
pub(super) const UNSOLICITED: u32 = 0;

/// What is asked of a directory.
pub(super) enum Request<'a> {
    StartTls,
    Bind(&'a str, &'a Secret),
    Unbind,
    Search(&'a Query, &'a [u8]),
    Add(&'a str, &'a [Attribute]),
    Modify(&'a str, &'a [Change]),
    Delete(&'a str),
    Rename {
        dn: &'a str,
        new_rdn: &'a str,
        delete_old_rdn: bool,
        new_superior: Option<&'a str>,
    },
}

impl Request<'_> {
    /// As it is sent under this identifier. Octets of a bind hold a secret: the caller wipes them.
    pub(super) fn encode(&self, id: u32, controls: &[Control]) -> Vec<u8> {
        let mut message = Writer::default();
        message.within(ber::SEQUENCE, |message| {
            message.number(ber::INTEGER, id);
            self.operation(message);
            if !controls.is_empty() {
                message.within(0xa0, |list| {
                    for control in controls {
                        list.within(ber::SEQUENCE, |one| {
                            one.octets(control.oid.as_bytes());
                            if control.critical {
                                one.boolean(ber::BOOLEAN, true);
                            }
                            if let Some(value) = &control.value {
                                one.octets(value);
                            }
                        });
                    }
                });
            }
        });
        message.into_octets()
    }

    fn operation(&self, message: &mut Writer) {
        match *self {
            Self::StartTls => message.within(0x77, |request| request.element(0x80, START_TLS.as_bytes())),
            Self::Bind(name, password) => message.within(0x60, |request| {
                request.number(ber::INTEGER, 3);
                request.octets(name.as_bytes());
                request.element(0x80, password.reveal().as_bytes());
            }),
            Self::Unbind => message.element(0x42, &[]),
            Self::Search(query, filter) => message.within(0x63, |request| search(request, query, filter)),
            Self::Add(dn, attributes) => message.within(0x68, |request| {
                request.octets(dn.as_bytes());
                request.within(ber::SEQUENCE, |list| {
                    attributes.iter().for_each(|one| attribute(list, one));
                });
            }),
            Self::Modify(dn, changes) => message.within(0x66, |request| {
                request.octets(dn.as_bytes());
                request.within(ber::SEQUENCE, |list| {
                    for change in changes {
                        list.within(ber::SEQUENCE, |one| {
                            let kind = match change.kind {
                                ChangeKind::Add => 0,
                                ChangeKind::Delete => 1,
                                ChangeKind::Replace => 2,
                            };
                            one.number(ber::ENUMERATED, kind);
                            attribute(one, &change.attribute);
                        });
                    }
                });
            }),
            Self::Delete(dn) => message.element(0x4a, dn.as_bytes()),
            Self::Rename {
                dn,
                new_rdn,
                delete_old_rdn,
                new_superior,
            } => message.within(0x6c, |request| {
                request.octets(dn.as_bytes());
                request.octets(new_rdn.as_bytes());
                request.boolean(ber::BOOLEAN, delete_old_rdn);
                if let Some(superior) = new_superior {
                    request.element(0x80, superior.as_bytes());
                }
            }),
        }
    }
}

fn search(request: &mut Writer, query: &Query, filter: &[u8]) {
    let scope = match query.scope {
        Scope::Base => 0,
        Scope::OneLevel => 1,
        Scope::Subtree => 2,
    };
    request.octets(query.base.as_bytes());
    request.number(ber::ENUMERATED, scope);
    // Aliases are never followed.
    request.number(ber::ENUMERATED, 0);
    // Sizes and times are bounded by the host itself.
    request.number(ber::INTEGER, 0);
    request.number(ber::INTEGER, 0);
    request.boolean(ber::BOOLEAN, false);
    request.splice(filter);
    request.within(ber::SEQUENCE, |list| {
        query
            .attributes
            .iter()
            .for_each(|name| list.octets(name.as_bytes()));
    });
}

fn attribute(list: &mut Writer, attribute: &Attribute) {
    list.within(ber::SEQUENCE, |one| {
        one.octets(attribute.name.as_bytes());
        one.within(ber::SET, |values| {
            attribute.values.iter().for_each(|value| values.octets(value));
        });
    });
}

/// What a directory answers, as far as it is listened to.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Response {
    Entry(Entry),
    /// Referrals within a search, and what no request of egress is answered with.
    Ignored,
    /// The end of a request.
    Done(Answer),
}

/// The end of a request (RFC 4511 section 4.1.9).
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Answer {
    pub(super) code: u32,
    pub(super) matched_dn: String,
    pub(super) message: String,
}

/// A message from a directory: its identifier, what it is, and its controls.
pub(super) type Received = (u32, Response, Vec<Control>);

pub(super) fn decode(octets: &[u8]) -> Result<Received, Malformed> {
    let mut reader = Reader::new(octets);
    let mut message = reader.within(ber::SEQUENCE)?;
    let id = message.number(ber::INTEGER)?;
    let (tag, content) = message.any()?;
    let content = Reader::new(content);
    let response = match tag {
        0x64 => Response::Entry(entry(content)?),
        // Search result reference, intermediate response (RFC 4511 sections 4.5.3 and 4.13).
        0x73 | 0x79 => Response::Ignored,
        // The ends of bind, search, modify, add, delete, rename and an extended operation.
        0x61 | 0x65 | 0x67 | 0x69 | 0x6b | 0x6d | 0x78 => Response::Done(answer(content)?),
        _ => return Err(Malformed),
    };
    let mut controls = Vec::new();
    if let Some(list) = message.optional(0xa0)? {
        let mut list = Reader::new(list);
        while !list.is_at_end() {
            controls.push(control(list.within(ber::SEQUENCE)?)?);
        }
    }
    Ok((id, response, controls))
}

fn entry(mut content: Reader<'_>) -> Result<Entry, Malformed> {
    let dn = content.text()?;
    let mut list = content.within(ber::SEQUENCE)?;
    let mut attributes = Vec::new();
    while !list.is_at_end() {
        let mut one = list.within(ber::SEQUENCE)?;
        let name = one.text()?;
        let mut set = one.within(ber::SET)?;
        let mut values = Vec::new();
        while !set.is_at_end() {
            values.push(set.tagged(ber::OCTETS)?.to_vec());
        }
        attributes.push(Attribute { name, values });
    }
    Ok(Entry { dn, attributes })
}

fn answer(mut content: Reader<'_>) -> Result<Answer, Malformed> {
    // What may follow, referrals and the like, is left aside.
    Ok(Answer {
        code: content.number(ber::ENUMERATED)?,
        matched_dn: content.text()?,
        message: content.text()?,
    })
}

fn control(mut content: Reader<'_>) -> Result<Control, Malformed> {
    let oid = content.text()?;
    let critical = content
        .optional(ber::BOOLEAN)?
        .is_some_and(|truth| truth.first().is_some_and(|&octet| octet != 0));
    let value = content.optional(ber::OCTETS)?.map(<[u8]>::to_vec);
    Ok(Control { oid, critical, value })
}

/// The control that asks for a page (RFC 2696 section 2).
pub(super) fn page_request(size: u32, cookie: &[u8]) -> Control {
    let mut value = Writer::default();
    value.within(ber::SEQUENCE, |value| {
        value.number(ber::INTEGER, size);
        value.octets(cookie);
    });
    Control {
        oid: PAGED.to_owned(),
        critical: true,
        value: Some(value.into_octets()),
    }
}

/// The cookie for the next page; empty when there is none.
pub(super) fn page_answer(value: &[u8]) -> Result<Vec<u8>, Malformed> {
    let mut reader = Reader::new(value).within(ber::SEQUENCE)?;
    // An estimate of the total, which some directories give as a negative number.
    reader.tagged(ber::INTEGER)?;
    reader.tagged(ber::OCTETS).map(<[u8]>::to_vec)
}
