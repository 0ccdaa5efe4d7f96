//! What the nights did to one slot: how often its occupant changed and what changed since the present one came.
//!
//! A slot is a place for a person (the 17th employee, the 230th pupil). Each night takes the next block of positions of
//! a permutation of the slots: some get a new name, some a new telephone, some a new title, some a new occupant (one
//! leaves, one joins). A night therefore always has the same number of each, and at least one.

use crate::draw::Permutation;

/// How many slots a night touches.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Rates {
    pub(crate) names: u64,
    pub(crate) phones: u64,
    pub(crate) titles: u64,
    pub(crate) turnover: u64,
}

impl Rates {
    /// Per night: 0.1 % of the names, 0.2 % of the telephones, 0.05 % of the titles and 0.05 % of the people.
    pub(crate) fn of(slots: u64, titled: bool) -> Self {
        Self {
            names: (slots / 1000).max(1),
            phones: (slots / 500).max(1),
            titles: if titled { (slots / 2000).max(1) } else { 0 },
            turnover: (slots / 2000).max(1),
        }
    }

    const fn block(&self) -> u64 {
        self.names + self.phones + self.titles + self.turnover
    }
}

/// What has happened to a slot so far.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Wear {
    /// How many have left; the present occupant's number.
    pub occupant: u64,
    /// The night the present occupant joined; zero for those who were there from the start.
    pub joined: u32,
    /// Changes of name since then.
    pub names: u64,
    /// The night of the last change of name.
    pub named: u32,
    /// Changes of telephone since then.
    pub phones: u64,
    /// Changes of title since then.
    pub titles: u64,
    /// The night of the last change of title.
    pub titled: u32,
}

/// The nights as seen from a set of slots.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Calendar {
    order: Permutation,
    slots: u64,
    rates: Rates,
}

impl Calendar {
    pub(crate) fn new(seed: u64, slots: u64, titled: bool) -> Self {
        Self {
            order: Permutation::new(seed, slots),
            slots: slots.max(1),
            rates: Rates::of(slots, titled),
        }
    }

    /// The state of a slot after that many nights.
    pub(crate) fn wear(&self, slot: u64, nights: u32) -> Wear {
        self.history(slot, nights).last().copied().unwrap_or_default()
    }

    /// The state at the end of each occupant's time, oldest first; the last entry is the present one.
    pub(crate) fn history(&self, slot: u64, nights: u32) -> Vec<Wear> {
        let mut history = Vec::new();
        let mut wear = Wear::default();
        let block = self.rates.block();
        let mut turn = self.order.position(slot);
        while turn < block * u64::from(nights) {
            let night = (turn / block) as u32 + 1;
            let offset = turn % block;
            if offset < self.rates.turnover {
                history.push(wear);
                wear = Wear {
                    occupant: wear.occupant + 1,
                    joined: night,
                    ..Wear::default()
                };
            } else if offset < self.rates.turnover + self.rates.names {
                wear.names += 1;
                wear.named = night;
            } else if offset < self.rates.turnover + self.rates.names + self.rates.phones {
                wear.phones += 1;
            } else {
                wear.titles += 1;
                wear.titled = night;
            }
            turn += self.slots;
        }
        history.push(wear);
        history
    }
}
