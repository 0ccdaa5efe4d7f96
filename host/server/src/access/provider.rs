//! The OpenID provider where people sign in: the code flow with PKCE, state and nonce (OpenID Connect Core 1.0; RFC 7636). What the
//! provider says of itself, and its keys, are fetched anew each hour, and at once when it signs with a key that is not known.

use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::body::Bytes;
use futures_util::future::BoxFuture;
use openidconnect::core::{
    CoreAuthenticationFlow, CoreClient, CoreClientAuthMethod, CoreIdTokenClaims, CoreJwsSigningAlgorithm,
    CoreUserInfoClaims,
};
use openidconnect::{
    AuthType, AuthorizationCode, ClaimsVerificationError, ClientId, ClientSecret, CsrfToken, DiscoveryError,
    EndpointMaybeSet, EndpointNotSet, EndpointSet, HttpRequest, HttpResponse, IssuerUrl, LogoutRequest,
    Nonce, OAuth2TokenResponse as _, PkceCodeChallenge, PkceCodeVerifier, PostLogoutRedirectUrl,
    ProviderMetadataWithLogout, RedirectUrl, Scope, SignatureVerificationError, TokenResponse as _,
};
use samklang_egress::{Egress, HostClient, HostError, HostLimits};
use samklang_store::Identity;
use tokio::sync::Mutex;
use url::{Host, Url};

use crate::settings::SignIn;

/// How long what the provider says of itself is believed.
const FRESH: Duration = Duration::from_secs(3600);

/// How soon it is asked again, at the soonest, because of a key that is not known.
const SOON: Duration = Duration::from_secs(30);

/// The algorithms that a provider may sign with: those where only the provider has the key.
const ALGORITHMS: [CoreJwsSigningAlgorithm; 9] = [
    CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha256,
    CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha384,
    CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha512,
    CoreJwsSigningAlgorithm::RsaSsaPssSha256,
    CoreJwsSigningAlgorithm::RsaSsaPssSha384,
    CoreJwsSigningAlgorithm::RsaSsaPssSha512,
    CoreJwsSigningAlgorithm::EcdsaP256Sha256,
    CoreJwsSigningAlgorithm::EcdsaP384Sha384,
    CoreJwsSigningAlgorithm::EdDsa,
];

/// Why somebody could not sign in. The texts are for the log.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ProviderError {
    /// The provider cannot be asked.
    #[error(
        "{what} of the sign-in service {issuer} cannot be had: {cause}; see that the address in `[server.sign_in]` is right and can be reached"
    )]
    Unreachable {
        /// What was asked for.
        what: &'static str,
        /// Whom.
        issuer: String,
        /// What happened.
        cause: String,
    },
    /// It turned the server away, or what it says cannot be believed.
    #[error(
        "the sign-in service {issuer} says what cannot be used: {cause}; see `client_id` and `client_secret` in `[server.sign_in]`"
    )]
    Refused {
        /// Whom.
        issuer: String,
        /// What is wrong.
        cause: String,
    },
}

/// What the way to the provider and back hangs together by.
pub(super) struct Begun {
    /// Where the browser is sent.
    pub(super) address: Url,
    /// What comes back with the browser.
    pub(super) state: String,
    /// What comes back with the identity.
    pub(super) nonce: String,
    /// What the code is exchanged with.
    pub(super) verifier: String,
}

/// The provider.
pub(crate) struct Provider {
    settings: SignIn,
    callback: RedirectUrl,
    home: PostLogoutRedirectUrl,
    http: HostClient,
    known: Mutex<Told>,
}

/// What the provider said of itself.
#[derive(Default)]
struct Told {
    metadata: Option<(Arc<ProviderMetadataWithLogout>, Instant)>,
    /// When it was asked because of a key that was not known.
    asked_again: Option<Instant>,
}

type Client = CoreClient<
    EndpointSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointMaybeSet,
    EndpointMaybeSet,
>;

impl Provider {
    /// The provider of these settings, for a server at that address.
    ///
    /// # Errors
    ///
    /// When requests cannot be sent at all.
    pub(super) fn new(settings: &SignIn, address: &Url, egress: &Egress) -> Result<Self, ProviderError> {
        let unusable = |cause: String| ProviderError::Unreachable {
            what: "the description",
            issuer: settings.issuer.to_string(),
            cause,
        };
        let place = |path: &str| address.join(path).map_err(|cause| unusable(cause.to_string()));
        let http = egress
            .host_client(HostLimits::default())
            .map_err(|cause| unusable(cause.to_string()))?;
        Ok(Self {
            callback: RedirectUrl::from_url(place("/sign-in/callback")?),
            home: PostLogoutRedirectUrl::from_url(place("/sign-in")?),
            settings: settings.clone(),
            http,
            known: Mutex::default(),
        })
    }

    /// What people call it.
    pub(super) fn title(&self) -> &str {
        &self.settings.title
    }

    /// Its issuer, as promises to a subject name it.
    pub(super) fn issuer(&self) -> &str {
        self.settings.issuer.as_str().trim_end_matches('/')
    }

    /// Begins to sign somebody in.
    pub(super) async fn begin(&self) -> Result<Begun, ProviderError> {
        let client = self.client(&*self.metadata().await?);
        let (challenge, verifier) = PkceCodeChallenge::new_random_sha256();
        let (address, state, nonce) = client
            .authorize_url(
                CoreAuthenticationFlow::AuthorizationCode,
                CsrfToken::new_random,
                Nonce::new_random,
            )
            .add_scope(Scope::new("profile".to_owned()))
            .add_scope(Scope::new("email".to_owned()))
            .set_pkce_challenge(challenge)
            .url();
        Ok(Begun {
            address,
            state: state.into_secret(),
            nonce: nonce.secret().clone(),
            verifier: verifier.into_secret(),
        })
    }

    /// Exchanges the code that came back for who it is.
    pub(super) async fn finish(
        &self,
        code: String,
        nonce: String,
        verifier: String,
    ) -> Result<Identity, ProviderError> {
        let metadata = self.metadata().await?;
        let client = self.client(&metadata);
        let http = self.http();
        let answer = client
            .exchange_code(AuthorizationCode::new(code))
            .map_err(|cause| self.refused(cause))?
            .set_pkce_verifier(PkceCodeVerifier::new(verifier))
            .request_async(&http)
            .await
            .map_err(|cause| match cause {
                openidconnect::RequestTokenError::Request(cause) => self.unreachable("the identity", cause),
                // What is in a text that cannot be read is not repeated: it may hold a token.
                openidconnect::RequestTokenError::Parse(..) => {
                    self.refused("its answer is none of OAuth 2.0")
                }
                other => self.refused(other),
            })?;
        let token = answer
            .id_token()
            .ok_or_else(|| self.refused("it sends no ID token"))?;
        let nonce = Nonce::new(nonce);
        let claims = match token.claims(&verifier_of(&client), &nonce) {
            Ok(claims) => claims.clone(),
            // It may have changed its keys since they were fetched.
            Err(ClaimsVerificationError::SignatureVerification(
                SignatureVerificationError::NoMatchingKey,
            )) => {
                let client = self.client(&*self.renewed().await?);
                token
                    .claims(&verifier_of(&client), &nonce)
                    .map_err(|cause| self.refused(chain(&cause)))?
                    .clone()
            }
            Err(cause) => return Err(self.refused(chain(&cause))),
        };
        let further = if claims.email().is_none() || name(&claims).is_none() {
            self.further(&client, &answer, &claims).await?
        } else {
            None
        };
        Ok(self.identity(&claims, further.as_ref()))
    }

    /// What the provider says of somebody when asked for it, where it is asked for that; the ID token need not hold all.
    async fn further(
        &self,
        client: &Client,
        answer: &openidconnect::core::CoreTokenResponse,
        claims: &CoreIdTokenClaims,
    ) -> Result<Option<CoreUserInfoClaims>, ProviderError> {
        let subject = claims.subject().clone();
        let Ok(request) = client.user_info(answer.access_token().clone(), Some(subject)) else {
            return Ok(None);
        };
        let http = self.http();
        let found = request.request_async(&http).await;
        found
            .map(Some)
            .map_err(|cause| self.unreachable("what is known of the person", chain(&cause)))
    }

    fn identity(&self, claims: &CoreIdTokenClaims, further: Option<&CoreUserInfoClaims>) -> Identity {
        let (mail, verified) = if claims.email().is_some() {
            (claims.email(), claims.email_verified())
        } else {
            (
                further.and_then(CoreUserInfoClaims::email),
                further.and_then(CoreUserInfoClaims::email_verified),
            )
        };
        let mail = mail.map(|mail| mail.as_str().to_owned());
        let subject = claims.subject().as_str().to_owned();
        let told = further.and_then(|further| {
            let told = further
                .name()
                .and_then(|name| name.get(None))
                .map(|name| name.to_string());
            told.or_else(|| further.preferred_username().map(|name| name.to_string()))
        });
        Identity {
            issuer: self.issuer().to_owned(),
            name: name(claims)
                .or(told)
                .or_else(|| mail.clone())
                .unwrap_or_else(|| subject.clone()),
            subject,
            verified_mail: mail.filter(|_| verified == Some(true)),
        }
    }

    /// Where somebody signs out at the provider too, if it has such a place (OpenID Connect RP-Initiated Logout 1.0).
    pub(super) async fn way_out(&self) -> Option<Url> {
        let metadata = self.metadata().await.ok()?;
        let end = metadata.additional_metadata().end_session_endpoint.clone()?;
        let request = LogoutRequest::from(end)
            .set_client_id(ClientId::new(self.settings.client_id.clone()))
            .set_post_logout_redirect_uri(self.home.clone());
        Some(request.http_get_url())
    }

    fn client(&self, metadata: &ProviderMetadataWithLogout) -> Client {
        let secret = self.settings.client_secret.as_ref();
        let secret = secret.map(|secret| ClientSecret::new(secret.reveal().to_owned()));
        let client = CoreClient::from_provider_metadata(
            metadata.clone(),
            ClientId::new(self.settings.client_id.clone()),
            secret,
        );
        // Where it says nothing, it takes the header (OpenID Connect Discovery 1.0, section 3).
        let by_header = metadata
            .token_endpoint_auth_methods_supported()
            .is_none_or(|methods| methods.contains(&CoreClientAuthMethod::ClientSecretBasic));
        client
            .set_redirect_uri(self.callback.clone())
            .set_auth_type(if by_header {
                AuthType::BasicAuth
            } else {
                AuthType::RequestBody
            })
    }

    /// What the provider says of itself.
    async fn metadata(&self) -> Result<Arc<ProviderMetadataWithLogout>, ProviderError> {
        let mut told = self.known.lock().await;
        if let Some((metadata, at)) = told.metadata.as_ref()
            && at.elapsed() < FRESH
        {
            return Ok(Arc::clone(metadata));
        }
        self.ask(&mut told).await
    }

    /// The same asked anew, unless that was done a moment ago: nobody makes the server ask again and again.
    async fn renewed(&self) -> Result<Arc<ProviderMetadataWithLogout>, ProviderError> {
        let mut told = self.known.lock().await;
        if let Some((metadata, _)) = told.metadata.as_ref()
            && told.asked_again.is_some_and(|at| at.elapsed() < SOON)
        {
            return Ok(Arc::clone(metadata));
        }
        told.asked_again = Some(Instant::now());
        self.ask(&mut told).await
    }

    async fn ask(&self, told: &mut Told) -> Result<Arc<ProviderMetadataWithLogout>, ProviderError> {
        let metadata = Arc::new(self.discover().await?);
        told.metadata = Some((Arc::clone(&metadata), Instant::now()));
        Ok(metadata)
    }

    /// An issuer is compared letter by letter, and one without a path may be written with a slash at its end or without.
    async fn discover(&self) -> Result<ProviderMetadataWithLogout, ProviderError> {
        let given = self.settings.issuer.to_string();
        let mut spellings = vec![given.clone()];
        if self.settings.issuer.path() == "/" {
            spellings.insert(0, given.trim_end_matches('/').to_owned());
        }
        let http = self.http();
        let mut refused = None;
        for spelling in spellings {
            let issuer =
                IssuerUrl::new(spelling).map_err(|cause| self.unreachable("the description", cause))?;
            match ProviderMetadataWithLogout::discover_async(issuer, &http).await {
                Ok(metadata) => return Ok(metadata),
                Err(DiscoveryError::Validation(cause)) => refused = Some(self.refused(cause)),
                Err(cause) => return Err(self.unreachable("the description", chain(&cause))),
            }
        }
        Err(refused.unwrap_or_else(|| self.refused("it says nothing")))
    }

    /// Sends what the library asks for, by the host's own client. Only TLS is trusted, but within this machine.
    fn http(
        &self,
    ) -> impl Fn(HttpRequest) -> BoxFuture<'static, Result<HttpResponse, HostError>> + Send + Sync + use<>
    {
        let http = self.http.clone();
        move |request| {
            let http = http.clone();
            Box::pin(async move {
                let address = request.uri().to_string();
                if !trusted(&address) {
                    let origin =
                        Url::parse(&address).map_or(address, |url| url.origin().ascii_serialization());
                    return Err(HostError::Address(format!("{origin} is not reached by https")));
                }
                let answer = http.send(request.map(Bytes::from)).await?;
                Ok(answer.map(Vec::from))
            })
        }
    }

    fn unreachable(&self, what: &'static str, cause: impl std::fmt::Display) -> ProviderError {
        ProviderError::Unreachable {
            what,
            issuer: self.issuer().to_owned(),
            cause: cause.to_string(),
        }
    }

    fn refused(&self, cause: impl std::fmt::Display) -> ProviderError {
        ProviderError::Refused {
            issuer: self.issuer().to_owned(),
            cause: cause.to_string(),
        }
    }
}

fn verifier_of(client: &Client) -> openidconnect::core::CoreIdTokenVerifier<'_> {
    client.id_token_verifier().set_allowed_algs(ALGORITHMS)
}

fn name(claims: &CoreIdTokenClaims) -> Option<String> {
    let name = claims
        .name()
        .and_then(|name| name.get(None))
        .map(|name| name.to_string());
    name.or_else(|| claims.preferred_username().map(|name| name.to_string()))
}

/// Nobody listens in on the way there.
fn trusted(address: &str) -> bool {
    let Ok(url) = Url::parse(address) else {
        return false;
    };
    url.scheme() == "https"
        || match url.host() {
            Some(Host::Domain(name)) => name == "localhost",
            Some(Host::Ipv4(address)) => address.is_loopback(),
            Some(Host::Ipv6(address)) => address.is_loopback(),
            None => false,
        }
}

/// An error with what caused it.
fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        text.push_str(": ");
        text.push_str(&cause.to_string());
        source = cause.source();
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_tls_is_trusted_but_within_this_machine() {
        for address in [
            "https://id.example/token",
            "http://localhost:9000/",
            "http://127.0.0.1/",
            "http://[::1]/",
        ] {
            assert!(trusted(address), "{address}");
        }
        for address in [
            "http://id.example/",
            "http://localhost.example/",
            "http://10.0.0.1/",
            "nonsense",
        ] {
            assert!(!trusted(address), "{address}");
        }
    }
}
