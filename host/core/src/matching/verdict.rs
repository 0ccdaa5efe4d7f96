//! What persons said about objects of one target, put together: the last word about an object counts, and what is kept apart stays so
//! until a later word takes it back.

use std::collections::{BTreeMap, HashMap};

use uuid::Uuid;

use super::case::{Choice, Ruling};

/// What persons said about objects of a target.
#[derive(Debug, Default)]
pub struct Verdicts {
    /// Of each object, by class and key: the entity that it is, by the last word.
    given: HashMap<(String, String), Ruling>,
    /// That an object is not an entity, by class, key and entity.
    apart: HashMap<(String, String, Uuid), Ruling>,
    /// The object that an entity has, by entity and class.
    own: HashMap<(Uuid, String), Ruling>,
    /// What is to be done for an entity that looks for its object: made new, or left alone.
    answers: HashMap<(Uuid, String), Ruling>,
    /// What is to become of an object whose entity has no place any more, by class and key.
    removals: HashMap<(String, String), Ruling>,
}

impl Verdicts {
    /// Puts rulings together, in whichever order they come.
    #[must_use]
    pub fn new(rulings: impl IntoIterator<Item = Ruling>) -> Self {
        let sorted: BTreeMap<i64, Ruling> = rulings.into_iter().map(|ruling| (ruling.id, ruling)).collect();
        let mut verdicts = Self::default();
        for ruling in sorted.into_values() {
            verdicts.add(ruling);
        }
        verdicts
    }

    fn add(&mut self, ruling: Ruling) {
        let (class, key) = (ruling.object.class.clone(), ruling.object.key.clone());
        let Some(entity) = ruling.entity else {
            // Without an entity it is about an object of a source.
            return;
        };
        match ruling.choice {
            Choice::Link => {
                self.apart.remove(&(class.clone(), key.clone(), entity));
                if let Some(former) = self.given.insert((class.clone(), key), ruling.clone()) {
                    self.disown(&former);
                }
                self.own.insert((entity, class), ruling);
            }
            Choice::Apart => {
                let place = (class.clone(), key.clone());
                if self
                    .given
                    .get(&place)
                    .is_some_and(|given| given.entity == Some(entity))
                    && let Some(former) = self.given.remove(&place)
                {
                    self.disown(&former);
                }
                self.apart.insert((class, key, entity), ruling);
            }
            Choice::Create | Choice::Ignore => {
                if key == entity.to_string() {
                    self.answers.insert((entity, class), ruling);
                }
            }
            Choice::Delete | Choice::Deactivate | Choice::Detach | Choice::Keep => {
                self.removals.insert((class, key), ruling);
            }
        }
    }

    fn disown(&mut self, former: &Ruling) {
        if let Some(entity) = former.entity {
            let place = (entity, former.object.class.clone());
            if self
                .own
                .get(&place)
                .is_some_and(|own| own.object.key == former.object.key)
            {
                self.own.remove(&place);
            }
        }
    }

    /// The word that gives the object to an entity.
    #[must_use]
    pub fn given(&self, class: &str, key: &str) -> Option<&Ruling> {
        self.given.get(&(class.to_owned(), key.to_owned()))
    }

    /// The word that the object is not the entity: a person said so, or that it is another one.
    #[must_use]
    pub fn apart(&self, class: &str, key: &str, entity: Uuid) -> Option<&Ruling> {
        self.apart
            .get(&(class.to_owned(), key.to_owned(), entity))
            .or_else(|| {
                self.given(class, key)
                    .filter(|given| given.entity != Some(entity))
            })
    }

    /// The word that gives the entity an object of the class.
    #[must_use]
    pub fn own(&self, entity: Uuid, class: &str) -> Option<&Ruling> {
        self.own.get(&(entity, class.to_owned()))
    }

    /// The answer to what a person was asked about an entity that has no object, as long as it is the same question.
    #[must_use]
    pub fn answer(&self, entity: Uuid, class: &str, ground: &str) -> Option<&Ruling> {
        self.answers
            .get(&(entity, class.to_owned()))
            .filter(|ruling| ruling.ground == ground)
    }

    /// The answer that was given last about an entity that has no object, whatever was asked.
    #[must_use]
    pub fn answered(&self, entity: Uuid, class: &str) -> Option<&Ruling> {
        self.answers.get(&(entity, class.to_owned()))
    }

    /// The answer to what shall become of an object, as long as it is the same question.
    #[must_use]
    pub fn removal(&self, class: &str, key: &str, ground: &str) -> Option<&Ruling> {
        self.removals
            .get(&(class.to_owned(), key.to_owned()))
            .filter(|ruling| ruling.ground == ground)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalogue::ObjectRef;

    const ANNA: Uuid = Uuid::from_u128(1);
    const BO: Uuid = Uuid::from_u128(2);

    fn ruling(id: i64, key: &str, choice: Choice, entity: Uuid) -> Ruling {
        Ruling {
            id,
            object: ObjectRef {
                connection: "room".to_owned(),
                class: "person".to_owned(),
                key: key.to_owned(),
            },
            choice,
            entity: Some(entity),
            ground: "g".to_owned(),
            who: "kari".to_owned(),
            reason: "seen".to_owned(),
            at: id,
        }
    }

    fn owner(verdicts: &Verdicts, key: &str) -> Option<Uuid> {
        verdicts.given("person", key).and_then(|ruling| ruling.entity)
    }

    #[test]
    fn the_last_word_about_an_object_counts_whatever_the_order_of_rows() {
        let rulings = [
            ruling(1, "x", Choice::Link, ANNA),
            ruling(2, "x", Choice::Link, BO),
            ruling(3, "y", Choice::Link, ANNA),
            ruling(4, "y", Choice::Apart, ANNA),
        ];
        for rulings in [
            Vec::from_iter(rulings.clone()),
            rulings.into_iter().rev().collect(),
        ] {
            let verdicts = Verdicts::new(rulings);
            assert_eq!((owner(&verdicts, "x"), owner(&verdicts, "y")), (Some(BO), None));
            assert!(verdicts.apart("person", "x", ANNA).is_some(), "it is another's");
            assert!(verdicts.apart("person", "x", BO).is_none());
            assert!(verdicts.apart("person", "y", ANNA).is_some());
            assert!(verdicts.apart("person", "y", BO).is_none());
            assert!(verdicts.own(ANNA, "person").is_none());
            assert_eq!(verdicts.own(BO, "person").unwrap().object.key, "x");
        }
    }

    #[test]
    fn a_later_word_takes_a_separation_back() {
        let verdicts = Verdicts::new([
            ruling(1, "x", Choice::Apart, ANNA),
            ruling(2, "x", Choice::Link, ANNA),
        ]);
        assert_eq!(owner(&verdicts, "x"), Some(ANNA));
        assert!(verdicts.apart("person", "x", ANNA).is_none());
    }

    #[test]
    fn an_answer_is_for_the_question_that_was_asked() {
        let verdicts = Verdicts::new([
            ruling(1, &ANNA.to_string(), Choice::Ignore, ANNA),
            ruling(2, "x", Choice::Keep, ANNA),
        ]);
        assert!(verdicts.answer(ANNA, "person", "g").is_some());
        assert!(verdicts.answer(ANNA, "person", "other").is_none());
        assert!(verdicts.answer(BO, "person", "g").is_none());
        assert!(verdicts.removal("person", "x", "g").is_some());
        assert!(verdicts.removal("person", "x", "since then").is_none());
    }
}
