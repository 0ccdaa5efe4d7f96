//! Being somebody in a tenant.

use std::marker::PhantomData;
use std::sync::Arc;

use samklang_store::Role;

/// A role as a type.
pub trait AtLeast: Send + Sync + 'static {
    /// The role.
    const ROLE: Role;
}

/// That who has the one role has the other.
pub trait Includes<Lower: AtLeast>: AtLeast {}

macro_rules! roles {
    ($($(#[$text:meta])* $name:ident includes $($lower:ident)*;)+) => {$(
        $(#[$text])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub struct $name;
        impl AtLeast for $name { const ROLE: Role = Role::$name; }
        $(impl Includes<$lower> for $name {})*
    )+};
}

roles! {
    /// [`Role::Viewer`].
    Viewer includes Viewer;
    /// [`Role::Operator`].
    Operator includes Viewer Operator;
    /// [`Role::Approver`].
    Approver includes Viewer Operator Approver;
    /// [`Role::Administrator`].
    Administrator includes Viewer Operator Approver Administrator;
}

/// Somebody who is in a tenant with at least that role.
#[derive(Debug)]
pub struct Within<R> {
    tenant: Arc<str>,
    who: Arc<str>,
    role: Role,
    at_least: PhantomData<R>,
}

impl<R> Clone for Within<R> {
    fn clone(&self) -> Self {
        Self {
            tenant: Arc::clone(&self.tenant),
            who: Arc::clone(&self.who),
            role: self.role,
            at_least: PhantomData,
        }
    }
}

impl<R: AtLeast> Within<R> {
    /// Lets somebody with that role in; none when it is not enough.
    pub(crate) fn admit(tenant: &str, who: &str, role: Role) -> Option<Self> {
        (role >= R::ROLE).then(|| Self {
            tenant: tenant.into(),
            who: who.into(),
            role,
            at_least: PhantomData,
        })
    }

    /// The tenant's name.
    #[must_use]
    pub fn tenant(&self) -> &str {
        &self.tenant
    }

    /// Who it is, as decisions and the journal keep it.
    #[must_use]
    pub fn who(&self) -> &str {
        &self.who
    }

    /// The role that the person has in fact.
    #[must_use]
    pub fn role(&self) -> Role {
        self.role
    }

    /// The same with a lesser role.
    #[must_use]
    pub fn lower<L: AtLeast>(&self) -> Within<L>
    where
        R: Includes<L>,
    {
        Within {
            tenant: Arc::clone(&self.tenant),
            who: Arc::clone(&self.who),
            role: self.role,
            at_least: PhantomData,
        }
    }
}

#[cfg(feature = "testing")]
impl<R: AtLeast> Within<R> {
    /// Somebody who stands in the tenant for a test.
    #[must_use]
    pub fn in_test(tenant: &str, who: &str) -> Self {
        Self {
            tenant: tenant.into(),
            who: who.into(),
            role: R::ROLE,
            at_least: PhantomData,
        }
    }
}

/// Who the server is when it acts by itself, as the journal keeps it.
pub(crate) const ITSELF: &str = "samklang";

impl Within<Operator> {
    /// The server itself, at work in a tenant by schedule.
    pub(crate) fn by_schedule(tenant: &str) -> Self {
        Self {
            tenant: tenant.into(),
            who: ITSELF.into(),
            role: Role::Operator,
            at_least: PhantomData,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_role_lets_in_with_what_it_includes_and_no_more() {
        assert!(Within::<Viewer>::admit("nordvik", "anna", Role::Viewer).is_some());
        assert!(Within::<Operator>::admit("nordvik", "anna", Role::Viewer).is_none());
        let anna = Within::<Approver>::admit("nordvik", "anna", Role::Administrator).unwrap();
        let viewer: Within<Viewer> = anna.lower();
        assert_eq!(
            (viewer.tenant(), viewer.who(), viewer.role()),
            ("nordvik", "anna", Role::Administrator)
        );
    }
}
