//! The interface `ldap` of contract 0.1: its types into those of egress, and back.

use samklang_egress as egress;
use samklang_egress::DirectoryError;
use serde_json::json;
use wasmtime::component::Resource;

use super::bindings::samklang::connector::ldap;
use crate::instance::State;
use crate::ldap::{Results, Session, open};
use crate::tape::exchange;

/// What calls of this interface give: within, the contract's own answer.
type Answer<T> = wasmtime::Result<Result<T, ldap::Error>>;

impl ldap::Host for State {
    async fn open(&mut self, need: String) -> Answer<Resource<Session>> {
        let (tape, sender) = (self.tape(), self.sender());
        let mut opened = None;
        let live = async || match open(sender, &need).await {
            Some(Ok(session)) => {
                opened = Some(session);
                Ok(())
            }
            Some(Err(error)) => Err(failure(error)),
            None => Err(ldap::Error::NotPermitted("nothing is granted here".to_owned())),
        };
        let answer = exchange(
            tape,
            "ldap.open",
            json!({ "need": need }),
            live,
            ldap::Error::Unreachable,
        )
        .await?;
        Ok(match answer {
            Ok(()) => Ok(self.table.push(opened.unwrap_or_else(Session::taped))?),
            Err(error) => Err(error),
        })
    }
}

impl ldap::HostSession for State {
    async fn search(&mut self, session: Resource<Session>, query: ldap::Query) -> Answer<Resource<Results>> {
        let session = self.table.get(&session)?.clone();
        let mut begun = None;
        let asked = serde_json::to_value(&query)?;
        let live = async || match session.search(self::asked(query)).await {
            Ok(results) => {
                begun = Some(results);
                Ok(())
            }
            Err(error) => Err(failure(error)),
        };
        let answer = exchange(self.tape(), "ldap.search", asked, live, ldap::Error::Unreachable).await?;
        Ok(match answer {
            Ok(()) => Ok(self.table.push(begun.unwrap_or_else(Results::taped))?),
            Err(error) => Err(error),
        })
    }

    async fn add(
        &mut self,
        session: Resource<Session>,
        dn: String,
        attributes: Vec<ldap::Attribute>,
        controls: Vec<ldap::Control>,
    ) -> Answer<Vec<ldap::Control>> {
        let session = self.table.get(&session)?.clone();
        let asked = json!({ "dn": dn, "attributes": attributes, "controls": controls });
        let live = async || {
            let attributes: Vec<_> = attributes.into_iter().map(attribute).collect();
            let controls: Vec<_> = controls.into_iter().map(control).collect();
            let directory = session.directory().map_err(failure)?;
            ended(directory.lock().await.add(&dn, &attributes, &controls).await)
        };
        exchange(self.tape(), "ldap.add", asked, live, ldap::Error::Unreachable).await
    }

    async fn modify(
        &mut self,
        session: Resource<Session>,
        dn: String,
        changes: Vec<ldap::Change>,
        controls: Vec<ldap::Control>,
    ) -> Answer<Vec<ldap::Control>> {
        let session = self.table.get(&session)?.clone();
        let asked = json!({ "dn": dn, "changes": changes, "controls": controls });
        let live = async || {
            let changes: Vec<_> = changes.into_iter().map(change).collect();
            let controls: Vec<_> = controls.into_iter().map(control).collect();
            let directory = session.directory().map_err(failure)?;
            ended(directory.lock().await.modify(&dn, &changes, &controls).await)
        };
        exchange(self.tape(), "ldap.modify", asked, live, ldap::Error::Unreachable).await
    }

    async fn delete(
        &mut self,
        session: Resource<Session>,
        dn: String,
        controls: Vec<ldap::Control>,
    ) -> Answer<Vec<ldap::Control>> {
        let session = self.table.get(&session)?.clone();
        let asked = json!({ "dn": dn, "controls": controls });
        let live = async || {
            let controls: Vec<_> = controls.into_iter().map(control).collect();
            let directory = session.directory().map_err(failure)?;
            ended(directory.lock().await.delete(&dn, &controls).await)
        };
        exchange(self.tape(), "ldap.delete", asked, live, ldap::Error::Unreachable).await
    }

    async fn rename(
        &mut self,
        session: Resource<Session>,
        dn: String,
        new_rdn: String,
        delete_old_rdn: bool,
        new_superior: Option<String>,
        controls: Vec<ldap::Control>,
    ) -> Answer<Vec<ldap::Control>> {
        let session = self.table.get(&session)?.clone();
        let asked = json!({
            "dn": dn,
            "new_rdn": new_rdn,
            "delete_old_rdn": delete_old_rdn,
            "new_superior": new_superior,
            "controls": controls,
        });
        let live = async || {
            let controls: Vec<_> = controls.into_iter().map(control).collect();
            let directory = session.directory().map_err(failure)?;
            let superior = new_superior.as_deref();
            let mut directory = directory.lock().await;
            ended(
                directory
                    .rename(&dn, &new_rdn, delete_old_rdn, superior, &controls)
                    .await,
            )
        };
        exchange(self.tape(), "ldap.rename", asked, live, ldap::Error::Unreachable).await
    }

    async fn drop(&mut self, session: Resource<Session>) -> wasmtime::Result<()> {
        self.table.delete(session)?;
        Ok(())
    }
}

impl ldap::HostResults for State {
    async fn next(&mut self, results: Resource<Results>, max: u32) -> Answer<ldap::Batch> {
        let results = self.table.get(&results)?.clone();
        let live = async || match results.next(max).await {
            Ok(egress::Found::Entries(entries)) => {
                Ok(ldap::Batch::Entries(entries.into_iter().map(entry).collect()))
            }
            Ok(egress::Found::Complete(controls)) => {
                Ok(ldap::Batch::Complete(controls.into_iter().map(told).collect()))
            }
            Err(error) => Err(failure(error)),
        };
        exchange(
            self.tape(),
            "ldap.next",
            json!({ "max": max }),
            live,
            ldap::Error::Unreachable,
        )
        .await
    }

    async fn drop(&mut self, results: Resource<Results>) -> wasmtime::Result<()> {
        self.table.delete(results)?;
        Ok(())
    }
}

fn ended(answer: Result<Vec<egress::Control>, DirectoryError>) -> Result<Vec<ldap::Control>, ldap::Error> {
    match answer {
        Ok(controls) => Ok(controls.into_iter().map(told).collect()),
        Err(error) => Err(failure(error)),
    }
}

fn asked(given: ldap::Query) -> egress::Query {
    egress::Query {
        base: given.base,
        scope: match given.scope {
            ldap::Scope::Base => egress::Scope::Base,
            ldap::Scope::OneLevel => egress::Scope::OneLevel,
            ldap::Scope::Subtree => egress::Scope::Subtree,
        },
        filter: given.filter,
        attributes: given.attributes,
        page_size: given.page_size,
        controls: given.controls.into_iter().map(control).collect(),
    }
}

fn control(given: ldap::Control) -> egress::Control {
    egress::Control {
        oid: given.oid,
        critical: given.critical,
        value: given.value,
    }
}

fn told(given: egress::Control) -> ldap::Control {
    ldap::Control {
        oid: given.oid,
        critical: given.critical,
        value: given.value,
    }
}

fn attribute(given: ldap::Attribute) -> egress::Attribute {
    egress::Attribute {
        name: given.name,
        values: given.values,
    }
}

fn change(given: ldap::Change) -> egress::Change {
    egress::Change {
        kind: match given.kind {
            ldap::ChangeKind::Add => egress::ChangeKind::Add,
            ldap::ChangeKind::Delete => egress::ChangeKind::Delete,
            ldap::ChangeKind::Replace => egress::ChangeKind::Replace,
        },
        attribute: attribute(given.attribute),
    }
}

fn entry(given: egress::Entry) -> ldap::Entry {
    let attribute = |given: egress::Attribute| ldap::Attribute {
        name: given.name,
        values: given.values,
    };
    ldap::Entry {
        dn: given.dn,
        attributes: given.attributes.into_iter().map(attribute).collect(),
    }
}

fn failure(error: DirectoryError) -> ldap::Error {
    match error {
        DirectoryError::Answered(given) => ldap::Error::Refused(ldap::Refusal {
            code: code(given.code),
            number: given.code,
            matched_dn: given.matched_dn,
            message: given.message,
            controls: given.controls.into_iter().map(told).collect(),
        }),
        // The operator gets the whole from the host's own record.
        DirectoryError::Refused(refusal) => ldap::Error::NotPermitted(refusal.code().to_owned()),
        DirectoryError::Credential(_) | DirectoryError::TooManySessions(_) => {
            ldap::Error::NotPermitted(error.to_string())
        }
        DirectoryError::Unauthorised { .. } => ldap::Error::Unauthorised(error.to_string()),
        DirectoryError::Unresolvable(_)
        | DirectoryError::Unreachable { .. }
        | DirectoryError::Untrusted { .. }
        | DirectoryError::TimedOut { .. }
        | DirectoryError::Broken { .. } => ldap::Error::Unreachable(error.to_string()),
        DirectoryError::TooLarge { .. } => ldap::Error::TooLarge(error.to_string()),
        DirectoryError::Invalid(words) => ldap::Error::InvalidRequest(words),
    }
}

/// RFC 4511 appendix A.
fn code(number: u32) -> ldap::Code {
    use ldap::Code;
    match number {
        1 => Code::OperationsError,
        2 => Code::ProtocolError,
        3 => Code::TimeLimitExceeded,
        4 => Code::SizeLimitExceeded,
        7 => Code::AuthMethodNotSupported,
        8 => Code::StrongerAuthRequired,
        10 => Code::Referral,
        11 => Code::AdminLimitExceeded,
        12 => Code::UnavailableCriticalExtension,
        13 => Code::ConfidentialityRequired,
        16 => Code::NoSuchAttribute,
        17 => Code::UndefinedAttributeType,
        18 => Code::InappropriateMatching,
        19 => Code::ConstraintViolation,
        20 => Code::AttributeOrValueExists,
        21 => Code::InvalidAttributeSyntax,
        32 => Code::NoSuchObject,
        33 => Code::AliasProblem,
        34 => Code::InvalidDnSyntax,
        36 => Code::AliasDereferencingProblem,
        48 => Code::InappropriateAuthentication,
        49 => Code::InvalidCredentials,
        50 => Code::InsufficientAccessRights,
        51 => Code::Busy,
        52 => Code::Unavailable,
        53 => Code::UnwillingToPerform,
        54 => Code::LoopDetect,
        64 => Code::NamingViolation,
        65 => Code::ObjectClassViolation,
        66 => Code::NotAllowedOnNonLeaf,
        67 => Code::NotAllowedOnRdn,
        68 => Code::EntryAlreadyExists,
        69 => Code::ObjectClassModsProhibited,
        71 => Code::AffectsMultipleDsas,
        80 => Code::Other,
        _ => Code::Unknown,
    }
}
