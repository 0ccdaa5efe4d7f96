//! The keys of a table that name a private key: in PEM, or in one PKCS#12 file.

use std::path::Path;

use samklang_egress::{KeySettings, SignatureAlgorithm, SignerSettings};

use super::secret;
use crate::configuration::mistake::{Mistake, Mistakes};
use crate::configuration::section::Section;

/// What they are named.
pub(super) const KEYS: [&str; 4] = ["pkcs12", "password", "private_key", "certificate"];

const ALGORITHMS: [(&str, SignatureAlgorithm); 4] = [
    ("RS256", SignatureAlgorithm::RsaPkcs1Sha256),
    ("PS256", SignatureAlgorithm::RsaPssSha256),
    ("ES256", SignatureAlgorithm::EcdsaP256Sha256),
    ("ES384", SignatureAlgorithm::EcdsaP384Sha384),
];

/// Whether the table names one at all.
pub(super) fn is_named(section: &Section<'_>) -> bool {
    section.get("pkcs12").is_some() || section.get("private_key").is_some()
}

/// Reads where it is kept. Whether it can be used is seen when the connection is.
pub(super) fn read(section: &Section<'_>, folder: &Path, mistakes: &mut Mistakes) -> Option<KeySettings> {
    let mut optional = |key: &str| match section.get(key) {
        Some(_) => secret(section, key, folder, mistakes).map(Some),
        None => Some(None),
    };
    let (file, password) = (optional("pkcs12"), optional("password"));
    let (private_key, certificate) = (optional("private_key"), optional("certificate"));
    match (file?, password?, private_key?, certificate?) {
        (Some(file), password, None, None) => Some(KeySettings::Pkcs12 { file, password }),
        (None, None, Some(private_key), certificate) => Some(KeySettings::Pem {
            private_key,
            certificate,
        }),
        _ => {
            mistakes.add(
                Mistake::new(
                    "key",
                    section.key(),
                    format!("`[{}]` does not say where one private key is kept", section.name()),
                )
                .remedy(
                    "name a PKCS#12 file: `pkcs12 = \"file:secrets/key.p12\"` with `password`; or files in PEM: \
                     `private_key = \"file:secrets/key.pem\"` with `certificate`",
                ),
            );
            None
        }
    }
}

/// Reads a key that assertions are signed with.
pub(super) fn signer(
    section: &Section<'_>,
    folder: &Path,
    mistakes: &mut Mistakes,
) -> Option<SignerSettings> {
    let key = read(section, folder, mistakes);
    let algorithm = match section.get("algorithm") {
        Some(_) => section.word("algorithm", &ALGORITHMS, mistakes).map(Some),
        None => Some(None),
    };
    let key_id = section.text("key_id", mistakes).map(|key_id| key_id.value);
    Some(SignerSettings {
        key: key?,
        algorithm: algorithm?,
        key_id,
    })
}
