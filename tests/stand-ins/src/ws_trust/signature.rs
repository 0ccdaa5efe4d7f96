//! XML signatures: RSA with SHA-256 over exclusively canonicalised elements.

use std::collections::BTreeMap;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ring::digest::{SHA256, digest};
use ring::rand::SystemRandom;
use ring::signature::{RSA_PKCS1_2048_8192_SHA256, RSA_PKCS1_SHA256, RsaKeyPair, UnparsedPublicKey};

use super::canonical::canonical;
use super::names;
use super::tree::{Element, read};
use crate::identity::Identity;

/// The elements that a signature covers, by how the signature refers to them.
///
/// # Errors
///
/// What is wrong with the signature.
pub(super) fn covered<'a>(
    document: &'a Element,
    signature: &Element,
    public_key: &[u8],
    token: Option<&'a Element>,
) -> Result<BTreeMap<String, &'a Element>, String> {
    let info = verified(signature, public_key)?;
    let ids = identified(document)?;
    let mut covered = BTreeMap::new();
    for reference in info.all(names::DS, "Reference") {
        let id = reference
            .attribute("URI")
            .and_then(|uri| uri.strip_prefix('#'))
            .ok_or("a reference outside")?;
        let named = *ids.get(id).ok_or_else(|| format!("nothing is named {id}"))?;
        let transforms: Vec<&Element> = reference.only(names::DS, "Transforms")?.elements().collect();
        let [transform] = transforms.as_slice() else {
            return Err("not one transform".into());
        };
        let element = match transform.attribute("Algorithm") {
            Some(names::EXCLUSIVE) => named,
            Some(names::STR_TRANSFORM) => {
                let parameters = transform.only(names::WSSE, "TransformationParameters")?;
                method(parameters, "CanonicalizationMethod", names::EXCLUSIVE)?;
                let token = token.ok_or("a reference to a token where there is none")?;
                if referred(named)? != token.attribute("ID").unwrap_or_default() {
                    return Err("a reference to another token".into());
                }
                token
            }
            other => return Err(format!("the transform {other:?}")),
        };
        method(reference, "DigestMethod", names::SHA256)?;
        let said = decoded(&reference.only(names::DS, "DigestValue")?.text())?;
        if digest(&SHA256, &canonical(element)).as_ref() != said {
            return Err(format!("{} was changed", element.name));
        }
        covered.insert(id.to_owned(), element);
    }
    Ok(covered)
}

/// A signature within what it signs, which is given without it.
///
/// # Errors
///
/// What is wrong with the signature.
pub(super) fn whole(signed: &Element, signature: &Element, public_key: &[u8]) -> Result<(), String> {
    let reference = verified(signature, public_key)?.only(names::DS, "Reference")?;
    method(reference, "DigestMethod", names::SHA256)?;
    let said = decoded(&reference.only(names::DS, "DigestValue")?.text())?;
    if digest(&SHA256, &canonical(signed)).as_ref() == said {
        Ok(())
    } else {
        Err(format!("{} was changed", signed.name))
    }
}

/// What is signed, when the signature itself is the key's.
fn verified<'a>(signature: &'a Element, public_key: &[u8]) -> Result<&'a Element, String> {
    let info = signature.only(names::DS, "SignedInfo")?;
    method(info, "CanonicalizationMethod", names::EXCLUSIVE)?;
    method(info, "SignatureMethod", names::RSA_SHA256)?;
    let value = decoded(&signature.only(names::DS, "SignatureValue")?.text())?;
    UnparsedPublicKey::new(&RSA_PKCS1_2048_8192_SHA256, public_key)
        .verify(&canonical(info), &value)
        .map_err(|_| "the signature is not the key's".to_owned())?;
    Ok(info)
}

/// The identifier that a reference to a SAML token names.
pub(super) fn referred(reference: &Element) -> Result<String, String> {
    if !reference.is(names::WSSE, "SecurityTokenReference") {
        return Err("the reference is none to a token".into());
    }
    let identifier = reference.only(names::WSSE, "KeyIdentifier")?;
    match identifier.attribute("ValueType") {
        Some(names::SAML_ID) => Ok(identifier.text()),
        other => Err(format!("the identifier is of the type {other:?}")),
    }
}

fn method(element: &Element, name: &str, algorithm: &str) -> Result<(), String> {
    match element.only(names::DS, name)?.attribute("Algorithm") {
        Some(given) if given == algorithm => Ok(()),
        other => Err(format!("{name} is {other:?}")),
    }
}

/// Every element with an identifier; no identifier twice.
fn identified(document: &Element) -> Result<BTreeMap<&str, &Element>, String> {
    let mut ids = BTreeMap::new();
    for element in document.everything() {
        let own = [
            element.attribute_in(names::WSU, "Id"),
            element.attribute("ID"),
            element.attribute("Id"),
        ];
        for id in own.into_iter().flatten() {
            if ids.insert(id, element).is_some() {
                return Err(format!("{id} is there twice"));
            }
        }
    }
    Ok(ids)
}

/// A signature over the elements of these identifiers, within a document that lacks it.
///
/// # Panics
///
/// When the document or the key cannot be used.
#[must_use]
pub(super) fn signature(
    document: &str,
    ids: &[&str],
    enveloped: bool,
    identity: &Identity,
    key_info: &str,
) -> String {
    let tree = read(document).unwrap();
    let named = identified(&tree).unwrap();
    // What is signed from within has its signature left out, which is not there yet.
    let first = if enveloped {
        format!("<ds:Transform Algorithm=\"{}\"></ds:Transform>", names::ENVELOPED)
    } else {
        String::new()
    };
    let references: String = ids
        .iter()
        .map(|id| {
            format!(
                "<ds:Reference URI=\"#{id}\"><ds:Transforms>{first}<ds:Transform Algorithm=\"{}\"/></ds:Transforms><ds:DigestMethod \
                 Algorithm=\"{}\"/><ds:DigestValue>{}</ds:DigestValue></ds:Reference>",
                names::EXCLUSIVE,
                names::SHA256,
                STANDARD.encode(digest(&SHA256, &canonical(named[id]))),
            )
        })
        .collect();
    let info = format!(
        "<ds:SignedInfo xmlns:ds=\"{}\"><ds:CanonicalizationMethod Algorithm=\"{}\"/><ds:SignatureMethod Algorithm=\"{}\"/>{references}\
         </ds:SignedInfo>",
        names::DS,
        names::EXCLUSIVE,
        names::RSA_SHA256
    );
    let pair = RsaKeyPair::from_pkcs8(&identity.key_der()).unwrap();
    let mut value = vec![0; pair.public().modulus_len()];
    pair.sign(
        &RSA_PKCS1_SHA256,
        &SystemRandom::new(),
        &canonical(&read(&info).unwrap()),
        &mut value,
    )
    .unwrap();
    format!(
        "<ds:Signature xmlns:ds=\"{}\">{info}<ds:SignatureValue>{}</ds:SignatureValue>{key_info}</ds:Signature>",
        names::DS,
        STANDARD.encode(value)
    )
}

pub(super) fn decoded(text: &str) -> Result<Vec<u8>, String> {
    let text: String = text.split_ascii_whitespace().collect();
    STANDARD.decode(text).map_err(|error| error.to_string())
}
