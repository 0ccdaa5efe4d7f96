//! Where connectors come from, and whom they are taken from: OCI registries that hold them as wasm artifacts, and the keys that an
//! installation trusts.

mod oci;
mod place;
mod trust;

pub use oci::{Access, OciError, Published, Pulled, Registry, SIGNATURE};
pub use place::{Place, PlaceError};
pub use trust::{Standing, Trust, TrustedKey, Untrusted, public_key};
