//! Write a Samklang connector in Rust: implement [`Connector`], call [`export!`], build for `wasm32-wasip2`.
//!
//! Everything that crosses the boundary is a type of the contract (`wit/0.1`), re-exported here with builders; rows may be
//! structs with serde's derives. The same crate compiles natively, where [`testing`] stands in for the host.
#![doc = include_str!("../README.md")]

#[doc(hidden)]
pub mod bindings;
mod clock;
mod component;
mod connector;
mod description;
mod error;
mod folder;
pub mod http;
pub mod ldap;
pub mod log;
mod outcome;
mod reading;
mod row;
pub mod signer;
#[cfg(not(target_arch = "wasm32"))]
pub mod testing;

pub use bindings::exports::samklang::connector::sync::{
    Attribute, Class, Credential, Description, Finding, HttpNeed, Kind, LdapNeed, Limits, Need, Severity,
    SigningNeed, Writable,
};
pub use bindings::samklang::connector::types::{
    Action, Batch, Completion, Extent, Field, InvalidSetting, Object, Operation, Outcome, Page, Receipt,
    Rejection, Value,
};
pub use clock::{Deadline, now, sleep};
pub use connector::{Connector, Reader};
pub use error::Error;
pub use folder::{inbox, inbox_file, outbox};
pub use reading::{Reading, reader_of, reader_of_rows};
pub use row::{Row, Rows, Structure};
pub use serde;
pub use serde_json;

/// What a connector usually needs, in one line: `use samklang_sdk::prelude::*;`.
pub mod prelude {
    pub use crate::{
        Action, Attribute, Batch, Class, Completion, Connector, Credential, Description, Error, Extent,
        Finding, InvalidSetting, Need, Object, Operation, Outcome, Page, Reader, Reading, Receipt, Rejection,
        Row, Rows, Severity, Structure, Value, inbox, inbox_file, outbox, reader_of, reader_of_rows,
    };
    pub use serde::{Deserialize, Serialize};
}

/// What [`export!`] expands to names; no part of the API.
#[doc(hidden)]
pub mod __private {
    pub use crate::bindings;
    pub use crate::component::Component;
}

/// Makes a crate's component export a [`Connector`]. Outside WebAssembly it expands to nothing, so that the crate stays
/// testable as it is.
#[macro_export]
macro_rules! export {
    ($connector:ty) => {
        #[cfg(target_arch = "wasm32")]
        #[allow(unsafe_code, reason = "the component's exports are functions by name")]
        const _: () = {
            type Exported = $crate::__private::Component<$connector>;
    $crate::__private::bindings::__export_connector!(Exported with_types_in $crate::__private::bindings);
        };
    };
}
