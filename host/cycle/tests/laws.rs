//! The laws of the contract, each broken by a connector of its own.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "test support: a panic is the report"
)]

mod world;

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use samklang_core::connector::{
    Batch, Completion, Description, Extent, Finding, Object, Operation, Outcome, Page,
};
use samklang_core::port::{Connectors, Session};
use samklang_core::{Fault, Value};
use samklang_cycle::breaches;

/// Which law a connector breaks.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Lie {
    None,
    /// The last row of each page is lost when pages are small.
    SmallPagesLose,
    /// Something is different in each read.
    NeverTheSame,
    /// `get` answers with other values.
    GetDiffers,
    /// `get` does not find what was read.
    GetLoses,
    /// `get` makes somebody up.
    GetInvents,
    /// What was just read is gone.
    GoneAtOnce,
    /// The system changes while it is looked at.
    ChangesOnce,
}

#[derive(Clone)]
struct Liar(Lie, Arc<AtomicU32>);

struct Open {
    liar: Liar,
    extent: Extent,
    handed: usize,
    number: u32,
}

const COUNT: usize = 90;

fn name(liar: &Liar, at: usize, number: u32) -> String {
    match liar.0 {
        Lie::NeverTheSame if at == 0 => format!("name {number}"),
        Lie::ChangesOnce if at == 0 => format!("name {}", number.min(1)),
        _ => format!("name of {at}"),
    }
}

fn object(key: &str, name: &str) -> Object {
    Object {
        key: key.to_owned(),
        fields: [("name".to_owned(), Value::Text(name.to_owned()))].into(),
    }
}

impl Connectors for Liar {
    type Session = Open;

    fn describe(&self, _: &str) -> Result<Arc<Description>, Fault> {
        let mut description = world::description();
        description.reads_changes = true;
        description.classes.retain(|class| class.readable);
        description.classes.truncate(1);
        description.classes[0].gettable = true;
        Ok(Arc::new(description))
    }

    async fn open(&self, _: &str, _: &str) -> Result<Open, Fault> {
        Ok(Open {
            liar: self.clone(),
            extent: Extent::Full,
            handed: 0,
            number: 0,
        })
    }
}

impl Session for Open {
    async fn check(&mut self) -> Result<Vec<Finding>, Fault> {
        Ok(Vec::new())
    }

    async fn read(&mut self, _: &[String], extent: &Extent) -> Result<(), Fault> {
        self.extent = extent.clone();
        self.handed = 0;
        self.number = self.liar.1.fetch_add(1, Ordering::Relaxed);
        Ok(())
    }

    async fn next(&mut self, max: u32) -> Result<Batch, Fault> {
        let class = self.liar.describe("").unwrap().classes[0].name.clone();
        let page = |rows, removed| {
            Batch::Page(Page {
                class: class.clone(),
                columns: vec!["id".to_owned(), "name".to_owned()],
                rows,
                removed,
            })
        };
        if self.extent != Extent::Full {
            if self.liar.0 == Lie::GoneAtOnce && self.handed == 0 {
                self.handed = 1;
                let keys = (0..COUNT).map(|at| format!("k{at}"));
                return Ok(page(Vec::new(), keys.collect()));
            }
            return Ok(Batch::Complete(Completion::default()));
        }
        if self.handed == COUNT {
            return Ok(Batch::Complete(Completion {
                objects: vec![(class, COUNT as u64)],
                cursor: Some("here".to_owned()),
            }));
        }
        let from = self.handed;
        self.handed = COUNT.min(from + max as usize);
        let last = match self.liar.0 {
            Lie::SmallPagesLose if (max as usize) < COUNT => self.handed - 1,
            _ => self.handed,
        };
        let row = |at: usize| {
            vec![
                Value::Text(format!("k{at}")),
                Value::Text(name(&self.liar, at, self.number)),
            ]
        };
        Ok(page((from..last).map(row).collect(), Vec::new()))
    }

    async fn get(&mut self, _: &str, keys: &[String]) -> Result<Vec<Object>, Fault> {
        let lie = self.liar.0;
        let known = keys
            .iter()
            .filter(|key| key.starts_with('k') || lie == Lie::GetInvents);
        Ok(known
            .filter(|_| lie != Lie::GetLoses)
            .map(|key| {
                let at = key.get(1..).and_then(|at| at.parse().ok()).unwrap_or_default();
                let name = match lie {
                    Lie::GetDiffers => "somebody".to_owned(),
                    _ => name(&self.liar, at, self.number),
                };
                object(key, &name)
            })
            .collect())
    }

    async fn apply(&mut self, _: &[Operation]) -> Result<Vec<Outcome>, Fault> {
        unreachable!("laws are looked at by reading only")
    }
}

async fn told(lie: Lie) -> Vec<String> {
    let liar = Liar(lie, Arc::default());
    let found = breaches(&liar, "hr").await.unwrap();
    found.into_iter().map(|breach| breach.message).collect()
}

#[tokio::test]
async fn an_honest_connector_breaks_no_law_also_when_its_system_changes_meanwhile() {
    assert_eq!(told(Lie::None).await, Vec::<String>::new());
    assert_eq!(told(Lie::ChangesOnce).await, Vec::<String>::new());
}

#[tokio::test]
async fn each_broken_law_is_told_once_with_its_place() {
    for (lie, part) in [
        (Lie::SmallPagesLose, "(87 and 90 objects)"),
        (Lie::NeverTheSame, "a read must give the same"),
        (
            Lie::GetInvents,
            "`get` finds an object for a key that there is not",
        ),
    ] {
        let told = told(lie).await;
        assert_eq!(told.len(), 1, "{lie:?}: {told:?}");
        assert!(told[0].contains(part), "{lie:?}: {told:?}");
    }
    for (lie, part) in [
        (Lie::GetDiffers, "give `k"),
        (Lie::GetLoses, "is in a read, and `get` does not find it"),
        (Lie::GoneAtOnce, "gone in a read since its cursor"),
    ] {
        let told = told(lie).await;
        assert_eq!(told.len(), 20, "as many as are looked at: {lie:?}");
        assert!(told.iter().all(|told| told.contains(part)), "{lie:?}: {told:?}");
    }
}
