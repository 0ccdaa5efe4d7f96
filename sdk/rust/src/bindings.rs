//! What wit-bindgen makes of the contract. Nothing is written here by hand, and nothing else in this crate is unsafe.
#![allow(
    missing_docs,
    unsafe_code,
    unreachable_pub,
    unused_qualifications,
    clippy::all,
    clippy::allow_attributes_without_reason,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::undocumented_unsafe_blocks,
    clippy::unwrap_used,
    reason = "generated code"
)]

wit_bindgen::generate!({
    path: "../../wit/0.1",
    world: "connector",
    pub_export_macro: true,
    export_macro_name: "__export_connector",
    default_bindings_module: "samklang_sdk::__private::bindings",
    additional_derives: [PartialEq],
});
