//! Directories (LDAP version 3), for connectors that hold no connection themselves.
//!
//! The host opens the session: the need must be asked for and granted, the address is resolved, filtered and pinned as for HTTP, the
//! connection is TLS with a verified certificate (from the start, or by StartTLS before anything else), and the host binds with the
//! credential of the need. There is no way to speak in the clear, to bind anew or to follow a referral. Every answer is bounded in size,
//! in number and in time; messages are counted as HTTP requests are.
//!
//! Messages are read by walking over octets that have arrived, without recursion: an answer can neither exhaust the stack nor claim memory
//! that it does not fill. See `host/docs/decisions/0011-directories-by-a-codec-of-our-own.md`.

mod ber;
mod error;
mod filter;
mod message;
mod session;
mod wire;

pub use error::{DirectoryError, DirectoryRefusal};
pub(crate) use filter::encode as encode_filter;
pub use session::{Directory, Found, Search};

/// What a directory may answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DirectoryLimits {
    /// The largest message, in octets: one entry with all its values. A photo has 100 000, a group of 5 000 members has a million.
    pub message_octets: usize,
    /// The largest answer to one request, or one page of it, in octets.
    pub answer_octets: usize,
    /// The most entries of one answer that is not asked for in pages.
    pub answer_entries: usize,
    /// The most entries that are asked for at a time. Active Directory gives no more than 1 000 anyway.
    pub page_entries: u32,
    /// Sessions of one step that are open at once.
    pub sessions: usize,
}

impl Default for DirectoryLimits {
    fn default() -> Self {
        Self {
            message_octets: 16 << 20,
            answer_octets: 64 << 20,
            answer_entries: 50_000,
            page_entries: 1_000,
            sessions: 4,
        }
    }
}

/// A request or response control (RFC 4511 section 4.1.11).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Control {
    /// Its object identifier.
    pub oid: String,
    /// The directory shall refuse the request rather than leave it out of account.
    pub critical: bool,
    /// Its value, encoded.
    pub value: Option<Vec<u8>>,
}

/// An attribute with its values.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attribute {
    /// Its name, perhaps with options.
    pub name: String,
    /// Its values.
    pub values: Vec<Vec<u8>>,
}

/// One entry of a search.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Its distinguished name.
    pub dn: String,
    /// Its attributes.
    pub attributes: Vec<Attribute>,
}

/// How far a search reaches from its base.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    /// The base alone.
    Base,
    /// What lies directly beneath it.
    OneLevel,
    /// The base and everything beneath it.
    Subtree,
}

/// What to look for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Query {
    /// Where the search begins.
    pub base: String,
    /// How far it reaches.
    pub scope: Scope,
    /// Which entries count, in the form of RFC 4515.
    pub filter: String,
    /// The attributes to hand over; all that are not operational when empty.
    pub attributes: Vec<String>,
    /// Entries to ask for at a time; all in one answer when absent.
    pub page_size: Option<u32>,
    /// Controls of the request.
    pub controls: Vec<Control>,
}

/// What to do with an attribute's values.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ChangeKind {
    /// Adds them.
    Add,
    /// Takes them away; all when none are named.
    Delete,
    /// Puts them in place of whatever is there.
    Replace,
}

/// One change of a modification.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// What to do.
    pub kind: ChangeKind,
    /// The attribute and the values.
    pub attribute: Attribute,
}
