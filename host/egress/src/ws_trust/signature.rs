//! Writes XML signatures: RSA with SHA-256 over SHA-256 digests of what is canonicalised exclusively.
//!
//! `SignedInfo` is written in the very form that canonicalisation gives it, so that its octets are what is signed.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ring::digest::digest;

use super::names;
use super::xml::{Flaw, Xml};
use crate::key::{Key, KeyError, SignatureAlgorithm};

/// What is signed, and how the receiver gets at it.
pub(super) struct Part {
    uri: String,
    digest: String,
    through_reference: bool,
}

impl Part {
    /// An element by its identifier.
    pub(super) fn element(xml: &Xml<'_>, id: &str) -> Result<Self, Flaw> {
        let uri = format!("#{id}");
        let digest = sha256(&xml.canonical(xml.referred(&uri)?, &[])?);
        Ok(Self {
            uri,
            digest,
            through_reference: false,
        })
    }

    /// A token, by the identifier of a reference to it.
    pub(super) fn token(xml: &Xml<'_>, reference: &str, token: &str) -> Result<Self, Flaw> {
        let digest = sha256(&xml.canonical(xml.referred(&format!("#{token}"))?, &[])?);
        Ok(Self {
            uri: format!("#{reference}"),
            digest,
            through_reference: true,
        })
    }

    fn write(&self) -> String {
        let transform = if self.through_reference {
            format!(
                "<ds:Transform Algorithm=\"{}\"><wsse:TransformationParameters xmlns:wsse=\"{}\"><ds:CanonicalizationMethod \
                 Algorithm=\"{}\"></ds:CanonicalizationMethod></wsse:TransformationParameters></ds:Transform>",
                names::STR_TRANSFORM,
                names::SECURITY,
                names::EXCLUSIVE
            )
        } else {
            format!("<ds:Transform Algorithm=\"{}\"></ds:Transform>", names::EXCLUSIVE)
        };
        format!(
            "<ds:Reference URI=\"{}\"><ds:Transforms>{transform}</ds:Transforms><ds:DigestMethod Algorithm=\"{}\"></ds:DigestMethod>\
             <ds:DigestValue>{}</ds:DigestValue></ds:Reference>",
            self.uri,
            names::SHA256,
            self.digest
        )
    }
}

/// The element `Signature` over these parts; `key_info` says where the receiver finds the key's certificate.
pub(super) fn sign(parts: &[Part], key: &Key, key_info: &str) -> Result<String, KeyError> {
    let references: String = parts.iter().map(Part::write).collect();
    let signed = format!(
        "<ds:SignedInfo xmlns:ds=\"{}\"><ds:CanonicalizationMethod Algorithm=\"{}\"></ds:CanonicalizationMethod><ds:SignatureMethod \
         Algorithm=\"{}\"></ds:SignatureMethod>{references}</ds:SignedInfo>",
        names::SIGNATURE,
        names::EXCLUSIVE,
        names::RSA_SHA256
    );
    let signature = key.sign(SignatureAlgorithm::RsaPkcs1Sha256, signed.as_bytes())?;
    Ok(format!(
        "<ds:Signature xmlns:ds=\"{}\">{signed}<ds:SignatureValue>{}</ds:SignatureValue><ds:KeyInfo>{key_info}</ds:KeyInfo></ds:Signature>",
        names::SIGNATURE,
        STANDARD.encode(signature)
    ))
}

pub(super) fn sha256(octets: &[u8]) -> String {
    STANDARD.encode(digest(&ring::digest::SHA256, octets))
}
