//! What may happen to a tenant, as it is drawn from a seed. A step names what it is about by a number; whoever takes the step finds
//! something for the number, so that any part of a sequence is a sequence as well and what fails can be shortened.

use proptest::prelude::*;
use samklang_core::matching::Choice;
use samklang_core::plan::{Create, Policy, Removal, Stages, Update};

use super::DAY;
use super::town::Row;

/// How the tenant is configured.
#[derive(Debug, Clone)]
pub(crate) struct Configured {
    /// How the second target is treated; the first has the policy by default.
    pub(crate) annex: Policy,
    /// How many days a person stays in the catalogue after the last source fell silent.
    pub(crate) grace: i64,
}

/// What a source does wrong, the next time that it is read.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Fault {
    Down,
    Breaks,
    Miscounts,
}

/// What a target does wrong.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Outage {
    /// It cannot be reached until it is well again.
    Down,
    /// It refuses one object until it is well again.
    Refuses(u8),
    /// It does its work, and the answer is lost.
    AnswerLost,
    /// It does nothing, and nobody can tell.
    RequestLost,
    /// It asks for so many pauses.
    RateLimited(u8),
    /// It puts so many operations off for so many seconds.
    PutsOff(u8, u8),
    /// Whatever was wrong is over.
    Well,
}

/// What somebody else does in a target.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Tampering {
    Renames(u8),
    Removes(u8),
}

#[derive(Debug, Clone)]
pub(crate) enum Step {
    /// An object of a source is new or says something else.
    Put(u8, u8, Row),
    Remove(u8, u8),
    /// An object gets another key.
    Rekey(u8, u8, u8),
    /// Two objects of a source change their keys with each other.
    Swap(u8, u8, u8),
    /// A source leaves out every object, or every second one.
    Empty(u8),
    Halve(u8),
    /// Whatever was left out comes back.
    Return(u8),
    Source(u8, Fault),
    Target(u8, Outage),
    Tamper(Tampering),
    Run,
    /// A run that is dropped after so many polls, more than once perhaps, and run again; the targets may be out of reach by then.
    Crash(Vec<u16>, bool),
    Release,
    Reject,
    Decide(u8, Choice, u8),
    Unlink(u8),
    Link(u8, u8),
    Override(u8, u8, u8),
    /// Somebody asks for a person's object in the second target.
    Ask(u8),
    /// So many hours pass.
    Pass(u8),
    /// Everything is well, time passes, whatever halts is released: then the targets hold what they should.
    Settle,
}

/// Numbers that are equal, near to each other, and different.
fn row() -> impl Strategy<Value = Row> {
    let number = prop_oneof![
        1 => Just(None),
        6 => (0..12_u8).prop_map(|number| Some(format!("n{number}"))),
        1 => (0..12_u8).prop_map(|number| Some(format!("N{number}"))),
    ];
    let mail = prop_oneof![
        2 => Just(None),
        5 => (0..8_u8).prop_map(|number| Some(format!("m{number}@x"))),
        1 => (0..8_u8).prop_map(|number| Some(format!("M{number}@x"))),
    ];
    (0..4_u8, number, mail).prop_map(|(name, number, mail)| Row {
        name: format!("Name {name}"),
        number,
        mail,
    })
}

fn outage() -> impl Strategy<Value = Outage> {
    prop_oneof![
        2 => Just(Outage::Down),
        2 => any::<u8>().prop_map(Outage::Refuses),
        2 => Just(Outage::AnswerLost),
        2 => Just(Outage::RequestLost),
        1 => (1..6_u8).prop_map(Outage::RateLimited),
        1 => (1..9_u8, 1..60_u8).prop_map(|(many, seconds)| Outage::PutsOff(many, seconds)),
        3 => Just(Outage::Well),
    ]
}

fn fault() -> impl Strategy<Value = Fault> {
    prop_oneof![Just(Fault::Down), Just(Fault::Breaks), Just(Fault::Miscounts)]
}

fn step() -> impl Strategy<Value = Step> {
    let (source, key) = (|| 0..2_u8, || 0..14_u8);
    let choice = prop_oneof![Just(Choice::Link), Just(Choice::Create), Just(Choice::Ignore)];
    let tampering = prop_oneof![
        2 => any::<u8>().prop_map(Tampering::Renames),
        1 => any::<u8>().prop_map(Tampering::Removes),
    ];
    prop_oneof![
        12 => (source(), key(), row()).prop_map(|(source, key, row)| Step::Put(source, key, row)),
        5 => (source(), key()).prop_map(|(source, key)| Step::Remove(source, key)),
        3 => (source(), key(), key()).prop_map(|(source, key, new)| Step::Rekey(source, key, new)),
        1 => (source(), key(), key()).prop_map(|(source, key, other)| Step::Swap(source, key, other)),
        1 => source().prop_map(Step::Empty),
        1 => source().prop_map(Step::Halve),
        4 => source().prop_map(Step::Return),
        1 => (source(), fault()).prop_map(|(source, fault)| Step::Source(source, fault)),
        4 => (source(), outage()).prop_map(|(target, outage)| Step::Target(target, outage)),
        1 => tampering.prop_map(Step::Tamper),
        12 => Just(Step::Run),
        3 => (proptest::collection::vec(0..600_u16, 1..3), any::<bool>()).prop_map(|(polls, down)| Step::Crash(polls, down)),
        4 => Just(Step::Release),
        2 => Just(Step::Reject),
        4 => (any::<u8>(), choice, any::<u8>()).prop_map(|(case, choice, whom)| Step::Decide(case, choice, whom)),
        1 => any::<u8>().prop_map(Step::Unlink),
        1 => (any::<u8>(), any::<u8>()).prop_map(|(object, whom)| Step::Link(object, whom)),
        1 => (any::<u8>(), 0..3_u8, 1..5_u8).prop_map(|(whom, name, days)| Step::Override(whom, name, days)),
        1 => any::<u8>().prop_map(Step::Ask),
        3 => (1..60_u8).prop_map(Step::Pass),
        1 => Just(Step::Settle),
    ]
}

pub(crate) fn steps() -> impl Strategy<Value = Vec<Step>> {
    proptest::collection::vec(step(), 8..32)
}

pub(crate) fn configured() -> impl Strategy<Value = Configured> {
    let create = prop_oneof![3 => Just(Create::Always), 1 => Just(Create::OnRequest)];
    let update = prop_oneof![4 => Just(Update::All), 1 => Just(Update::Never)];
    let delete = prop_oneof![
        3 => Just(Removal::Delete),
        1 => Just(Removal::Deactivate),
        1 => Just(Removal::Detach),
        1 => Just(Removal::Ask),
        1 => Just(Removal::Keep),
    ];
    let gone = prop_oneof![
        1 => Just(None),
        3 => (proptest::bool::ANY, proptest::bool::ANY).prop_map(|(disables, removes)| Some(Stages {
            suspected: 0,
            disable_after: disables.then_some(2 * DAY),
            remove_after: removes.then_some(5 * DAY),
        })),
    ];
    (create, update, delete, gone, 0..3_i64).prop_map(|(create, update, delete, gone, grace)| Configured {
        annex: Policy {
            create,
            update,
            delete,
            gone,
        },
        grace,
    })
}
