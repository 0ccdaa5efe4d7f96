//! What activations of builds came to, kept for a while so that the page to which the form leads on can say it. Nothing of it is lost when it
//! is forgotten: the history of the builds has the rest.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};

use crate::view::Activated;

/// How many activations are kept, in the whole installation.
const KEPT: usize = 64;

/// What is kept of one activation.
struct Kept {
    id: i64,
    tenant: String,
    given: Vec<Activated>,
}

/// The newest activations.
#[derive(Clone, Default)]
pub(super) struct Given(Arc<Mutex<VecDeque<Kept>>>);

impl Given {
    /// Keeps one, and answers by what it is asked for: the time, so that no other is meant after a restart.
    pub(super) fn keep(&self, tenant: &str, given: Vec<Activated>, now: i64) -> i64 {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let newest = all.front().map_or(i64::MIN, |kept| kept.id);
        let id = now.max(newest.saturating_add(1));
        all.truncate(KEPT - 1);
        all.push_front(Kept {
            id,
            tenant: tenant.to_owned(),
            given,
        });
        id
    }

    /// One of that tenant, if it is kept still.
    pub(super) fn get(&self, tenant: &str, id: i64) -> Option<Vec<Activated>> {
        let all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let found = all.iter().find(|kept| kept.id == id && kept.tenant == tenant);
        found.map(|kept| kept.given.clone())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_told_in_its_own_tenant_and_the_oldest_is_forgotten() {
        let given = Given::default();
        let first = given.keep("nordvik", Vec::new(), 5);
        assert_eq!((first, given.keep("nordvik", Vec::new(), 5)), (5, 6));
        assert_eq!(given.get("nordvik", first), Some(Vec::new()));
        assert_eq!(given.get("solborg", first), None);
        for _ in 0..KEPT {
            given.keep("solborg", Vec::new(), 5);
        }
        assert_eq!(given.get("nordvik", first), None);
    }
}
