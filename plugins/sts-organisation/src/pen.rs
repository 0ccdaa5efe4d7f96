//! Changes of a registration, as senders make them: a relation ends at the beginning of today or where it began, whichever is later; what is
//! new begins today; Egenskab and single relations are replaced. What is right already is left as it is, so that a registration that
//! equals the one that was read need not be sent.

use jiff::Timestamp;
use uuid::Uuid;

use crate::moment;
use crate::registration::{Property, Reference, Registration, Relation, State, Virkning};
use crate::xml::Element;

/// What every change needs to know.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Pen {
    /// This moment.
    pub(crate) now: Timestamp,
    /// From when on what is written holds: the beginning of the day, a little ago.
    pub(crate) from: Timestamp,
    /// Who writes.
    pub(crate) organisation: Uuid,
}

/// A text of an Egenskab: its namespace and name, and what it shall be; nothing where it shall stay.
pub(crate) type Text<'a> = (&'static str, &'static str, Option<Option<&'a str>>);

impl Pen {
    pub(crate) fn new(organisation: Uuid) -> Self {
        let now = moment::now();
        let from = moment::midnight(moment::day(now - moment::MARGIN));
        Self {
            now,
            from,
            organisation,
        }
    }

    pub(crate) fn virkning(&self) -> Virkning {
        Virkning::from(self.from, self.organisation)
    }

    /// Sets the texts of the Egenskab, given in the order of the schema.
    pub(crate) fn texts(&self, registration: &mut Registration, texts: &[Text<'_>]) {
        let current = registration
            .property_at(self.now)
            .or_else(|| registration.properties.first());
        let wanted: Vec<Element> = texts
            .iter()
            .filter_map(|(namespace, name, wanted)| {
                let kept = || current.and_then(|current| current.text(name));
                let text = wanted.unwrap_or_else(kept)?;
                Some(Element::of_text(namespace, name, text))
            })
            .collect();
        let said = |element: &Element| !element.text.trim().is_empty();
        if current.is_some_and(|current| {
            let now: Vec<&Element> = current.texts.iter().filter(|text| said(text)).collect();
            now.len() == wanted.len()
                && now.iter().zip(&wanted).all(|(now, wanted)| {
                    now.is(&wanted.namespace, &wanted.name) && now.text.trim() == wanted.text
                })
        }) {
            return;
        }
        registration.properties = vec![Property {
            virkning: self.virkning(),
            texts: wanted,
        }];
    }

    /// Lets it be Aktiv, or not, from today on.
    pub(crate) fn state(&self, registration: &mut Registration, active: bool) {
        if registration.is_active_at(self.now) == active && (active || !registration.states.is_empty()) {
            return;
        }
        self.state_from(registration, active, self.from);
    }

    /// Lets it be Aktiv, or not, from a moment on, whatever was said of the time after it.
    pub(crate) fn state_from(&self, registration: &mut Registration, active: bool, from: Timestamp) {
        registration.states.retain(|state| state.virkning.begin() < from);
        for state in &mut registration.states {
            if state.virkning.end() > from {
                state.virkning = state.virkning.clone().until(Some(from));
            }
        }
        registration.states.push(State {
            virkning: Virkning::from(from, self.organisation),
            active,
        });
    }

    /// Ends a relation.
    pub(crate) fn end(&self, relation: &mut Relation) {
        let end = relation.virkning.begin().max(self.from);
        if relation.virkning.end() > end {
            relation.virkning = relation.virkning.clone().until(Some(end));
        }
    }

    /// Ends the relations that `which` names and that have not ended.
    pub(crate) fn end_all(&self, registration: &mut Registration, which: impl Fn(&Relation) -> bool) {
        for relation in registration
            .relations
            .iter_mut()
            .filter(|relation| which(relation))
        {
            self.end(relation);
        }
    }

    /// Lets a single relation lead to this, or to nothing.
    pub(crate) fn point(
        &self,
        registration: &mut Registration,
        name: &'static str,
        target: Option<Reference>,
    ) {
        let current = registration
            .relations_at(self.now, name)
            .find_map(|relation| relation.reference.clone());
        match target {
            Some(target)
                if current.as_ref().and_then(Reference::uuid) == target.uuid() && current.is_some() => {}
            Some(target) => {
                registration.relations.retain(|relation| relation.name != name);
                let mut relation = Relation::to(name, Uuid::nil(), self.virkning());
                relation.reference = Some(target);
                registration.relations.push(relation);
            }
            None => self.end_all(registration, |relation| relation.name == name),
        }
    }

    /// Lets the relations of a name, as far as `which` names them, lead to these and to nothing else.
    pub(crate) fn link(
        &self,
        registration: &mut Registration,
        name: &'static str,
        targets: &[Uuid],
        which: impl Fn(&Relation) -> bool,
        make: impl Fn(Relation) -> Relation,
    ) {
        let of_name = |relation: &Relation| relation.name == name && which(relation);
        self.end_all(registration, |relation| {
            of_name(relation) && !relation.uuid().is_some_and(|uuid| targets.contains(&uuid))
        });
        for target in targets {
            let holds = registration
                .relations_at(self.now, name)
                .any(|relation| which(relation) && relation.uuid() == Some(*target));
            if !holds {
                registration
                    .relations
                    .push(make(Relation::to(name, *target, self.virkning())));
            }
        }
    }

    /// Lets it be Inaktiv, with no relation that still holds.
    pub(crate) fn deactivate(&self, registration: &mut Registration) {
        self.state(registration, false);
        // What was to become Aktiv later does not.
        if registration
            .states
            .iter()
            .any(|state| state.active && state.virkning.begin() > self.from)
        {
            self.state_from(registration, false, self.from);
        }
        self.end_all(registration, |_| true);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::names::SD;

    fn pen() -> Pen {
        samklang_sdk::testing::at("2026-03-02T12:00:00Z", || Pen::new(Uuid::from_u128(1)))
    }

    fn moment(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    #[test]
    fn the_day_is_that_of_five_minutes_ago() {
        assert_eq!(pen().from, moment("2026-03-01T23:00:00Z"));
        let early = samklang_sdk::testing::at("2026-03-01T23:04:00Z", || Pen::new(Uuid::from_u128(1)));
        assert_eq!(early.from, moment("2026-02-28T23:00:00Z"));
    }

    #[test]
    fn what_is_right_is_left_alone() {
        let (pen, mut registration) = (pen(), Registration::default());
        let write = |registration: &mut Registration| {
            pen.texts(
                registration,
                &[
                    (SD, "BrugervendtNoegleTekst", Some(Some("k"))),
                    (SD, "EnhedNavn", Some(Some("n"))),
                ],
            );
            pen.state(registration, true);
            pen.point(
                registration,
                "Overordnet",
                Some(Reference::Uuid(Uuid::from_u128(2))),
            );
            pen.link(
                registration,
                "TilknyttedeItSystemer",
                &[Uuid::from_u128(3)],
                |_| true,
                |relation| relation,
            );
        };
        write(&mut registration);
        assert_eq!(
            (
                registration.properties.len(),
                registration.states.len(),
                registration.relations.len()
            ),
            (1, 1, 2)
        );
        let before = registration.clone();
        write(&mut registration);
        assert_eq!(registration, before);
        pen.texts(
            &mut registration,
            &[
                (SD, "BrugervendtNoegleTekst", None),
                (SD, "EnhedNavn", Some(Some("other"))),
            ],
        );
        assert_eq!(
            registration.text_at(pen.now, "BrugervendtNoegleTekst"),
            Some("k"),
            "what is not said stays"
        );
    }

    #[test]
    fn relations_end_today_or_where_they_began() {
        let pen = pen();
        let relation = |from: &str| {
            Relation::to(
                "Overordnet",
                Uuid::from_u128(2),
                Virkning::from(moment(from), pen.organisation),
            )
        };
        let end = |from: &str| {
            let mut relation = relation(from);
            pen.end(&mut relation);
            relation.virkning.end()
        };
        assert_eq!(end("2026-01-01T23:00:00Z"), pen.from);
        assert_eq!(end("2026-08-01T22:00:00Z"), moment("2026-08-01T22:00:00Z"));
    }

    #[test]
    fn states_follow_each_other() {
        let (pen, mut registration) = (pen(), Registration::default());
        let long_ago = Virkning::from(moment("2020-01-01T23:00:00Z"), pen.organisation);
        registration.states.push(State {
            virkning: long_ago,
            active: true,
        });
        pen.deactivate(&mut registration);
        let states: Vec<_> = registration
            .states
            .iter()
            .map(|state| (state.active, state.virkning.end()))
            .collect();
        assert_eq!(states, [(true, pen.from), (false, Timestamp::MAX)]);
        let before = registration.clone();
        pen.deactivate(&mut registration);
        assert_eq!(registration, before);
        pen.state(&mut registration, true);
        assert!(registration.is_active_at(pen.now) && registration.states.len() == 2);
    }
}
