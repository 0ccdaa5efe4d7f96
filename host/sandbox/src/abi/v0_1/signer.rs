//! The interface `signer` of contract 0.1: its types into those of egress, and back.

use samklang_egress::{PublicPart, SignatureAlgorithm, SigningError};

use serde_json::json;

use super::bindings::samklang::connector::signer;
use crate::instance::State;
use crate::tape::exchange;

/// What calls of this interface give: within, the contract's own answer.
type Answer<T> = wasmtime::Result<Result<T, signer::Error>>;

impl signer::Host for State {
    async fn public_part(&mut self, need: String) -> Answer<signer::Key> {
        let sender = self.sender();
        let live = async || match &sender {
            Some(sender) => sender.public_part(&need).map(known).map_err(failure),
            None => Err(nothing()),
        };
        let asked = json!({ "need": need });
        exchange(
            self.tape(),
            "signer.public-part",
            asked,
            live,
            signer::Error::NotPermitted,
        )
        .await
    }

    async fn sign(
        &mut self,
        need: String,
        algorithm: signer::Algorithm,
        message: Vec<u8>,
    ) -> Answer<Vec<u8>> {
        let sender = self.sender();
        let question = json!({ "need": need, "algorithm": algorithm, "message": message });
        let live = async || match &sender {
            Some(sender) => sender.sign(&need, asked(algorithm), &message).map_err(failure),
            None => Err(nothing()),
        };
        exchange(
            self.tape(),
            "signer.sign",
            question,
            live,
            signer::Error::NotPermitted,
        )
        .await
    }
}

fn nothing() -> signer::Error {
    signer::Error::NotPermitted("nothing is granted here".to_owned())
}

fn known(part: PublicPart) -> signer::Key {
    signer::Key {
        certificates: part.certificates,
        algorithms: part.algorithms.into_iter().map(able).collect(),
    }
}

fn asked(algorithm: signer::Algorithm) -> SignatureAlgorithm {
    match algorithm {
        signer::Algorithm::RsaPkcs1Sha256 => SignatureAlgorithm::RsaPkcs1Sha256,
        signer::Algorithm::RsaPssSha256 => SignatureAlgorithm::RsaPssSha256,
        signer::Algorithm::EcdsaP256Sha256 => SignatureAlgorithm::EcdsaP256Sha256,
        signer::Algorithm::EcdsaP384Sha384 => SignatureAlgorithm::EcdsaP384Sha384,
    }
}

fn able(algorithm: SignatureAlgorithm) -> signer::Algorithm {
    match algorithm {
        SignatureAlgorithm::RsaPkcs1Sha256 => signer::Algorithm::RsaPkcs1Sha256,
        SignatureAlgorithm::RsaPssSha256 => signer::Algorithm::RsaPssSha256,
        SignatureAlgorithm::EcdsaP256Sha256 => signer::Algorithm::EcdsaP256Sha256,
        SignatureAlgorithm::EcdsaP384Sha384 => signer::Algorithm::EcdsaP384Sha384,
    }
}

fn failure(error: SigningError) -> signer::Error {
    let words = error.to_string();
    match error {
        SigningError::Refused(refusal) => signer::Error::NotPermitted(refusal.code().to_owned()),
        SigningError::NoKey { .. } => signer::Error::NotPermitted("no key is bound".to_owned()),
        SigningError::Credential(_) => signer::Error::NotPermitted(words),
        SigningError::Unsupported(_) => signer::Error::Unsupported(words),
        SigningError::TooLarge { .. } => signer::Error::TooLarge(words),
    }
}
