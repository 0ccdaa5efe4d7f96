//! The laws of the contract, held against a connection on its real system: by reading only, so that nothing can come of it. What a law says of
//! `apply` cannot be looked at like that; whoever writes a connector tests it.

use std::collections::BTreeMap;

use samklang_core::connector::{Batch, Class, Description, Extent, Page};
use samklang_core::port::{Connectors, Session as _};
use samklang_core::value::Digest;
use samklang_core::{Attributes, Fault, Value};

/// Rows that are asked for at a time, and otherwise.
const PAGES: [u32; 2] = [1_000, 37];
/// Objects of each class that are looked at one by one.
const SAMPLE: usize = 20;
/// A key that no system has.
const NOBODY: &str = "samklang-nobody-5d0c5c5e-3d2f-4b67-9a59-5f3d1f6a7c11";

/// A law that does not hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Breach {
    /// The class in which it shows.
    pub class: String,
    /// What was found, and what would be right. Keys are in it, values are not.
    pub message: String,
}

/// What was read of one class: how much, all of it in one sum that does not depend on the order, and some objects.
#[derive(Default)]
struct Seen {
    count: u64,
    sum: [u64; 2],
    sample: BTreeMap<String, Attributes>,
}

/// A whole read.
struct Read {
    classes: BTreeMap<String, Seen>,
    cursor: Option<String>,
}

/// Holds a connection against the laws that reading can show.
///
/// # Errors
///
/// Any fault of the connector: then nothing can be said of it.
pub async fn breaches<C: Connectors>(connectors: &C, connection: &str) -> Result<Vec<Breach>, Fault> {
    let description = connectors.describe(connection)?;
    let readable = description.classes.iter().filter(|class| class.readable);
    let classes: Vec<String> = readable.map(|class| class.name.clone()).collect();
    let mut found = Vec::new();
    let mut session = connectors.open(connection, "laws").await?;
    session.check().await?;
    if classes.is_empty() {
        return Ok(found);
    }
    let [large, small] = PAGES;
    let first = whole(&mut session, &classes, large).await?;
    // An instance of its own, as in another step: nothing may rest on what the former one remembers.
    let mut session = connectors.open(connection, "laws").await?;
    let mut second = whole(&mut session, &classes, small).await?;
    if !agree(&first, &second).is_empty() {
        // The system may have changed between; then the next read agrees with the last.
        let third = whole(&mut session, &classes, large).await?;
        found.extend(agree(&second, &third));
        second = third;
    }
    for class in description.classes.iter().filter(|class| class.gettable) {
        found.extend(single(&mut session, class, second.classes.get(&class.name)).await?);
    }
    if let Some(cursor) = second.cursor.take().filter(|_| description.reads_changes) {
        found.extend(since(&mut session, &description, &classes, cursor, &second).await?);
    }
    Ok(found)
}

async fn whole<S: samklang_core::port::Session>(
    session: &mut S,
    classes: &[String],
    max: u32,
) -> Result<Read, Fault> {
    let mut read = Read {
        classes: classes
            .iter()
            .map(|class| (class.clone(), Seen::default()))
            .collect(),
        cursor: None,
    };
    session.read(classes, &Extent::Full).await?;
    loop {
        match session.next(max).await? {
            Batch::Page(page) => {
                let seen = read.classes.entry(page.class.clone()).or_default();
                for object in objects(page) {
                    seen.add(object);
                }
            }
            Batch::Complete(completion) => {
                read.cursor = completion.cursor;
                return Ok(read);
            }
        }
    }
}

/// The rows of a page as attributes; what is absent is left out.
fn objects(page: Page) -> impl Iterator<Item = Attributes> {
    let columns = page.columns;
    page.rows.into_iter().map(move |row| {
        let cells = columns.iter().cloned().zip(row.into_iter().map(Value::canonical));
        cells.filter(|(_, value)| !value.is_absent()).collect()
    })
}

impl Seen {
    fn add(&mut self, object: Attributes) {
        self.count += 1;
        let digest = Digest::of_bytes(&serde_json::to_vec(&object).unwrap_or_default());
        let octets = &digest.0;
        for (at, sum) in self.sum.iter_mut().enumerate() {
            let part = octets
                .get(at * 8..at * 8 + 8)
                .and_then(|part| part.try_into().ok());
            *sum = sum.wrapping_add(part.map_or(0, u64::from_le_bytes));
        }
        // Those with the smallest digests: the same in every order.
        let name: String = octets
            .iter()
            .take(8)
            .map(|octet| format!("{octet:02x}"))
            .collect();
        self.sample.insert(name, object);
        if self.sample.len() > SAMPLE {
            self.sample.pop_last();
        }
    }
}

fn agree(one: &Read, other: &Read) -> Vec<Breach> {
    let classes = one.classes.iter().zip(other.classes.values());
    classes
        .filter(|((_, one), other)| (one.count, one.sum) != (other.count, other.sum))
        .map(|((class, one), other)| Breach {
            class: class.clone(),
            message: format!(
                "a read in pages of {} and one in pages of {} differ ({} and {} objects): a page's size must change nothing, and a read \
                 must give the same as long as the system is the same",
                PAGES[0], PAGES[1], one.count, other.count
            ),
        })
        .collect()
}

/// Single objects are what a read says they are, and nobody is nobody.
async fn single<S: samklang_core::port::Session>(
    session: &mut S,
    class: &Class,
    seen: Option<&Seen>,
) -> Result<Vec<Breach>, Fault> {
    let mut found = Vec::new();
    let breach = |message: String| Breach {
        class: class.name.clone(),
        message,
    };
    let read: BTreeMap<&str, &Attributes> = seen
        .into_iter()
        .flat_map(|seen| seen.sample.values())
        .filter_map(|object| Some((object.get(&class.key)?.as_text()?, object)))
        .collect();
    let keys: Vec<String> = read.keys().map(|&key| key.to_owned()).collect();
    if !keys.is_empty() {
        let got = session.get(&class.name, &keys).await?;
        for (key, read) in &read {
            let Some(got) = got.iter().find(|object| object.key == *key) else {
                found.push(breach(format!(
                    "`{key}` is in a read, and `get` does not find it"
                )));
                continue;
            };
            for (name, value) in got.fields.iter().filter(|(name, _)| read.contains_key(*name)) {
                if Some(&value.clone().canonical()) != read.get(name) {
                    found.push(breach(format!(
                        "`get` and a read give `{key}` different values of `{name}`"
                    )));
                }
            }
        }
    }
    let nobody = session.get(&class.name, &[NOBODY.to_owned()]).await?;
    if !nobody.is_empty() {
        found.push(breach(
            "`get` finds an object for a key that there is not: it must leave it out".to_owned(),
        ));
    }
    Ok(found)
}

/// Right after a whole read nothing is gone, and what has changed is what it was read as.
async fn since<S: samklang_core::port::Session>(
    session: &mut S,
    description: &Description,
    classes: &[String],
    cursor: String,
    read: &Read,
) -> Result<Vec<Breach>, Fault> {
    let mut found = Vec::new();
    session.read(classes, &Extent::Since(cursor)).await?;
    loop {
        let page = match session.next(PAGES[0]).await? {
            Batch::Page(page) => page,
            Batch::Complete(_) => return Ok(found),
        };
        let Some((seen, class)) = read.classes.get(&page.class).zip(description.class(&page.class)) else {
            continue;
        };
        let key_of = |object: &Attributes| object.get(&class.key)?.as_text().map(ToOwned::to_owned);
        let removed = seen.sample.values().filter_map(key_of);
        let removed = removed.filter(|key| page.removed.contains(key));
        found.extend(removed.map(|key| Breach {
            class: class.name.clone(),
            message: format!("`{key}` is in a whole read, and gone in a read since its cursor"),
        }));
    }
}
