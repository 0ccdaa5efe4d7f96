//! The journal's chain. Each entry is hashed together with the hash of the one before, so that no entry can be edited, taken out,
//! put in or moved without the chain telling where. The particulars of an entry go into its hash as a digest that is salted: they can
//! be sealed anew or erased without breaking the chain, and nothing can be guessed from a digest that stays.
//!
//! Whoever can write to the store could hash the whole chain anew. Therefore its head is kept sealed with the tenant's key as well.

use uuid::Uuid;

/// What stands before the first entry of all.
pub const GENESIS: [u8; 32] = [0; 32];

/// What the chain's hashes are for.
const CHAINING: &str = "samklang 2026-11 journal: entry";

/// Names the events, and gives each its word.
macro_rules! events {
    ($($(#[$text:meta])+ $event:ident => $word:literal),+ $(,)?) => {
        /// What an entry tells of. The journal takes any word, since it outlives every build; these are the ones that this build writes.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum Event {
            $($(#[$text])+ $event),+
        }

        impl Event {
            /// Each of them.
            pub const ALL: &[Self] = &[$(Self::$event),+];

            /// The word in the journal.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$event => $word),+ }
            }
        }
    };
}

events! {
    /// An entity came to be.
    Created => "created",
    /// Values of an entity changed.
    Changed => "changed",
    /// No source names an entity any more; it has its time of grace.
    Leaving => "leaving",
    /// An entity is gone.
    Gone => "gone",
    /// An entity is named again.
    Returned => "returned",
    /// A person linked an object with an entity.
    Linked => "linked",
    /// An object stands for an entity no more.
    Unlinked => "unlinked",
    /// An object of an entity has another key.
    Rekeyed => "rekeyed",
    /// An object of a target became an entity's.
    Adopted => "adopted",
    /// The time of a value that was set by hand is over.
    OverrideEnded => "override-ended",
    /// A person set a value by hand.
    Overridden => "overridden",
    /// A person took such a value back.
    OverrideRemoved => "override-removed",
    /// A person asked for an entity's objects in targets.
    Requested => "requested",
    /// A person began a cycle.
    CycleBegun => "cycle-begun",
    /// A person had a cycle go on.
    CycleResumed => "cycle-resumed",
    /// A person let pass what a guard had halted.
    Released => "released",
    /// A person let it pass as a school-year promotion.
    ReleasedAsPromotion => "released-as-promotion",
    /// The first of two persons let it pass.
    ApprovedOneOfTwo => "approved-one-of-two",
    /// A person rejected it.
    Rejected => "rejected",
    /// A person rejected it, and what was delivered with it.
    RejectedSourceBad => "rejected-source-bad",
    /// A person announced a school-year promotion.
    PromotionAnnounced => "promotion-announced",
    /// A person answered a case.
    CaseDecided => "case-decided",
    /// A person took an answer back.
    CaseUndone => "case-undone",
    /// A person said that an object stands for an entity, or does not.
    LinkDecided => "link-decided",
    /// A person had objects of a target linked.
    LinkJob => "link-job",
    /// Why a person enrols a target.
    EnrolmentReason => "enrolment-reason",
    /// A person enrolled a target.
    Enrolled => "enrolled",
    /// A person gave a connection a build of its connector.
    ConnectorActivated => "connector-activated",
    /// A person delivered a file.
    FileArrived => "file-arrived",
    /// A person took a file out of an inbox to look at it.
    FileTaken => "file-taken",
    /// A person had the systems looked at.
    ConnectionsChecked => "connections-checked",
    /// A person had a target checked before its enrolment.
    EnrolmentChecked => "enrolment-checked",
    /// A person had what is set aside tried again.
    Retried => "retried",
    /// A person took all that is kept about an entity.
    Exported => "exported",
    /// Particulars of others were erased; its `entries` says how many.
    Erased => "erased",
    /// The tenant's keys were changed.
    KeysRotated => "keys-rotated",
    /// A person gave a role in the tenant.
    RoleGiven => "role-given",
    /// A person took one.
    RoleTaken => "role-taken",
    /// A person promised one to somebody who has not come yet.
    RolePromised => "role-promised",
    /// A person took such a promise back.
    PromiseTaken => "promise-taken",
    /// A person made a link that lets somebody in.
    LinkMade => "link-made",
    /// A person made a token for a program.
    TokenMade => "token-made",
    /// A person revoked one.
    TokenRevoked => "token-revoked",
}

impl From<Event> for String {
    fn from(event: Event) -> Self {
        event.as_str().to_owned()
    }
}

/// The event of an entry that tells that particulars of others were erased.
pub const ERASED: &str = Event::Erased.as_str();

/// An entry as the chain sees it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Facts<'a> {
    /// The tenant's number in the store.
    pub tenant: i64,
    /// Its place in the chain, from 1.
    pub seq: i64,
    /// When, in milliseconds since 1970.
    pub at: i64,
    /// The cycle.
    pub cycle: Option<i64>,
    /// The entity.
    pub entity: Option<Uuid>,
    /// What happened.
    pub event: &'a str,
    /// Who did it.
    pub who: &'a str,
    /// The digest of the particulars.
    pub digest: &'a [u8; 32],
}

impl Facts<'_> {
    /// The hash of the entry after the one with that hash.
    #[must_use]
    pub fn hash(&self, before: &[u8; 32]) -> [u8; 32] {
        let mut hasher = blake3::Hasher::new_derive_key(CHAINING);
        hasher.update(before);
        for number in [self.tenant, self.seq, self.at] {
            hasher.update(&number.to_be_bytes());
        }
        match self.cycle {
            Some(cycle) => hasher.update(&[1]).update(&cycle.to_be_bytes()),
            None => hasher.update(&[0]),
        };
        match self.entity {
            Some(entity) => hasher.update(&[1]).update(entity.as_bytes()),
            None => hasher.update(&[0]),
        };
        for text in [self.event, self.who] {
            hasher
                .update(&(text.len() as u64).to_be_bytes())
                .update(text.as_bytes());
        }
        hasher.update(self.digest);
        *hasher.finalize().as_bytes()
    }
}

/// The digest of an entry's particulars, which begin with their salt.
#[must_use]
pub fn digest(salted: &[u8]) -> [u8; 32] {
    *blake3::hash(salted).as_bytes()
}

/// Where a chain is known to begin or to end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct End {
    /// The place of the entry; 0 stands before all of them.
    pub seq: i64,
    /// Its hash.
    pub hash: [u8; 32],
}

/// Something that is not as it was written.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Flaw {
    /// The place of the entry.
    pub entry: i64,
    /// What is wrong, in words.
    pub what: String,
}

/// A look through a chain from its oldest entry to its newest.
#[derive(Debug)]
pub struct Audit {
    at: End,
    entries: u64,
    flaws: Vec<Flaw>,
    found: u64,
}

/// Flaws that are told one by one; further ones are counted.
const TOLD: usize = 20;

impl Audit {
    /// Begins after that end.
    #[must_use]
    pub fn new(before: End) -> Self {
        Self {
            at: before,
            entries: 0,
            flaws: Vec::new(),
            found: 0,
        }
    }

    /// Notes a flaw.
    pub fn flaw(&mut self, entry: i64, what: impl Into<String>) {
        self.found += 1;
        if self.flaws.len() < TOLD {
            self.flaws.push(Flaw {
                entry,
                what: what.into(),
            });
        }
    }

    /// Looks at the next entry, by ascending place, and the hash that is kept with it.
    pub fn entry(&mut self, facts: &Facts<'_>, hash: [u8; 32]) {
        let due = self.at.seq.saturating_add(1);
        self.entries += 1;
        if facts.seq != due {
            let last = facts.seq.saturating_sub(1);
            let gone = if due == last {
                format!("entry {due} is")
            } else {
                format!("entries {due} to {last} are")
            };
            self.flaw(due, format!("{gone} missing"));
        } else if facts.hash(&self.at.hash) != hash {
            self.flaw(
                facts.seq,
                "it is not as it was written, or does not follow on the one before it",
            );
        }
        // From here on each entry is judged by its neighbour, so that one flaw is not told of all that come after.
        self.at = End { seq: facts.seq, hash };
    }

    /// Ends where the chain is known to end; answers how many entries were seen, the flaws, and how many there are in all.
    #[must_use]
    pub fn finish(mut self, head: End) -> (u64, Vec<Flaw>, u64) {
        let (from, to) = (self.at.seq.saturating_add(1), head.seq);
        if self.at.seq < head.seq {
            self.flaw(from, format!("entries {from} to {to}, the newest, are missing"));
        } else if self.at.seq > head.seq {
            self.flaw(to.saturating_add(1), "entries were added past the end");
        } else if self.at.hash != head.hash {
            self.flaw(head.seq, "the newest entry is not the one that was written last");
        }
        (self.entries, self.flaws, self.found)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const DIGEST: [u8; 32] = [3; 32];

    fn chain(length: i64) -> Vec<(i64, &'static str, [u8; 32])> {
        let mut before = GENESIS;
        (1..=length)
            .map(|seq| {
                let event = if seq % 2 == 0 { "changed" } else { "created" };
                before = facts(seq, event).hash(&before);
                (seq, event, before)
            })
            .collect()
    }

    fn facts(seq: i64, event: &str) -> Facts<'_> {
        Facts {
            tenant: 1,
            seq,
            at: seq * 10,
            cycle: Some(1),
            entity: None,
            event,
            who: "cycle",
            digest: &DIGEST,
        }
    }

    fn flaws(entries: &[(i64, &str, [u8; 32])], head: End) -> Vec<i64> {
        let mut audit = Audit::new(End {
            seq: 0,
            hash: GENESIS,
        });
        for (seq, event, hash) in entries {
            audit.entry(&facts(*seq, event), *hash);
        }
        audit.finish(head).1.iter().map(|flaw| flaw.entry).collect()
    }

    #[test]
    fn every_kind_of_tampering_is_found_where_it_is() {
        let sound = chain(6);
        let head = End {
            seq: 6,
            hash: sound[5].2,
        };
        assert!(flaws(&sound, head).is_empty());

        let mut edited = sound.clone();
        edited[2].1 = "gone";
        assert_eq!(flaws(&edited, head), [3]);

        let mut hashed_anew = edited.clone();
        hashed_anew[2].2 = facts(3, "gone").hash(&hashed_anew[1].2);
        assert_eq!(
            flaws(&hashed_anew, head),
            [4],
            "the next one does not follow on it"
        );

        let mut deleted = sound.clone();
        deleted.remove(2);
        assert_eq!(flaws(&deleted, head), [3]);

        let mut closed_up = deleted.clone();
        for (place, entry) in closed_up.iter_mut().enumerate() {
            entry.0 = i64::try_from(place).unwrap() + 1;
        }
        assert!(flaws(&closed_up, head).contains(&3));

        let mut swapped = sound.clone();
        let (one, other) = (swapped[2].1, swapped[3].1);
        (swapped[2].1, swapped[3].1) = (other, one);
        assert_eq!(flaws(&swapped, head), [3, 4]);

        assert_eq!(flaws(&sound[..5], head), [6], "the newest was cut off");
        assert_eq!(flaws(&chain(7), head), [7], "one was added");
        assert_eq!(
            flaws(
                &chain(6),
                End {
                    seq: 6,
                    hash: [9; 32]
                }
            ),
            [6]
        );
    }

    #[test]
    fn whatever_is_told_counts() {
        let one = facts(1, "created");
        let hash = one.hash(&GENESIS);
        for other in [
            Facts { tenant: 2, ..one },
            Facts { at: 11, ..one },
            Facts { cycle: None, ..one },
            Facts {
                entity: Some(Uuid::nil()),
                ..one
            },
            Facts { who: "kari", ..one },
            Facts {
                digest: &[4; 32],
                ..one
            },
        ] {
            assert_ne!(other.hash(&GENESIS), hash);
        }
        assert_ne!(one.hash(&[1; 32]), hash);
        let (joined, parted) = (
            Facts {
                event: "ab",
                who: "c",
                ..one
            },
            Facts {
                event: "a",
                who: "bc",
                ..one
            },
        );
        assert_ne!(joined.hash(&GENESIS), parted.hash(&GENESIS));
    }

    #[test]
    fn many_flaws_are_counted() {
        let mut audit = Audit::new(End {
            seq: 0,
            hash: GENESIS,
        });
        for seq in 1..=100 {
            audit.entry(&facts(seq, "created"), [1; 32]);
        }
        let (entries, told, all) = audit.finish(End {
            seq: 100,
            hash: [1; 32],
        });
        assert_eq!((entries, told.len(), all), (100, TOLD, 100));
    }
}
