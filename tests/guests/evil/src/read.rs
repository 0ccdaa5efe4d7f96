//! Misdeeds in a read: pages and completions that are not what the contract says.

use samklang_sdk::prelude::*;

pub(crate) fn reader(misdeed: &str, classes: &[String], rows: u64) -> Box<dyn Reader> {
    Box::new(Crooked {
        misdeed: misdeed.to_owned(),
        classes: classes.to_vec(),
        rows,
        handed_over: 0,
        calls: 0,
    })
}

struct Crooked {
    misdeed: String,
    classes: Vec<String>,
    rows: u64,
    handed_over: u64,
    calls: u64,
}

impl Reader for Crooked {
    fn next(&mut self, max: usize) -> Result<Batch, Error> {
        self.calls += 1;
        if let Some(batch) = self.crooked(max) {
            return Ok(batch);
        }
        let wanted = self.rows.saturating_sub(self.handed_over).min(max as u64);
        if wanted == 0 || !self.classes.iter().any(|class| class == "person") {
            return Ok(Batch::Complete(self.completion()));
        }
        let rows = (0..wanted)
            .map(|row| person(&format!("p{}", self.handed_over + row)))
            .collect();
        self.handed_over += wanted;
        Ok(page(&["id", "name", "age"], rows))
    }
}

impl Crooked {
    fn completion(&self) -> Completion {
        let count = |class: &String| {
            let honest = if class == "person" { self.handed_over } else { 0 };
            let claimed = if self.misdeed == "lie-about-count" {
                honest + 7
            } else {
                honest
            };
            (class.clone(), claimed)
        };
        let objects = match self.misdeed.as_str() {
            "count-a-stranger" => vec![("robot".to_owned(), 0)],
            "count-twice" => self.classes.iter().chain(&self.classes).map(count).collect(),
            _ => self.classes.iter().map(count).collect(),
        };
        Completion {
            objects,
            cursor: None,
        }
    }

    fn crooked(&self, max: usize) -> Option<Batch> {
        let text = |text: &str| Value::Text(text.to_owned());
        let first = || vec![text("p1"), text("Anna")];
        Some(match self.misdeed.as_str() {
            "short-row" => page(&["id", "name"], vec![first(), vec![text("p2")]]),
            "wrong-type" => page(&["id", "age"], vec![vec![text("p1"), text("010170-1234")]]),
            "not-a-date" => page(&["id", "birth_date"], vec![vec![text("p1"), text("1.1.1970")]]),
            "text-for-texts" => page(&["id", "emails"], vec![vec![text("p1"), text("a@b")]]),
            "broken-structure" => page(
                &["id", "posts"],
                vec![vec![text("p1"), Value::Structure("{secret".into())]],
            ),
            "duplicate-column" => page(
                &["id", "name", "name"],
                vec![vec![text("p1"), text("A"), text("B")]],
            ),
            "undeclared-column" => page(&["id", "salary"], vec![vec![text("p1"), Value::Integer(1)]]),
            "no-key-column" => page(&["name"], vec![vec![text("Anna")]]),
            "empty-key" => page(&["id", "name"], vec![first(), vec![text(""), text("Bo")]]),
            "absent-key" => page(&["id"], vec![vec![Value::Absent]]),
            "number-key" => page(&["id"], vec![vec![Value::Integer(7)]]),
            "too-many-rows" => page(&["id", "name"], (0..=max).map(|_| first()).collect()),
            "removed-in-full" => page_of("person", &["id"], Vec::new(), vec!["p9".into()]),
            "undeclared-class" => page_of("robot", &["id"], vec![vec![text("r1")]], Vec::new()),
            "class-not-asked" => page_of("group", &["id"], vec![vec![text("g1")]], Vec::new()),
            "endless-rows" => page(
                &["id"],
                (0..max as u64)
                    .map(|row| vec![Value::Text(format!("e{}", self.calls * 1_000_000 + row))])
                    .collect(),
            ),
            "broken-row" => page(&["id", "name"], vec![vec![text("p1"), broken()]]),
            "never-end" => page(&["id"], Vec::new()),
            "huge-page" => page(
                &["id", "name"],
                vec![vec![text("p1"), Value::Text("x".repeat(48 << 20))]],
            ),
            "panic-in-second-page" if self.calls == 2 => panic_now(),
            _ => return None,
        })
    }
}

/// A text that is none.
#[allow(unsafe_code, reason = "that is the misdeed")]
fn broken() -> Value {
    // SAFETY: none: that is the misdeed.
    Value::Text(unsafe { String::from_utf8_unchecked(vec![0xc3, 0x28]) })
}

#[expect(clippy::panic, reason = "that is the misdeed")]
fn panic_now() -> Batch {
    panic!("in the middle of a read")
}

fn person(key: &str) -> Vec<Value> {
    vec![
        Value::Text(key.to_owned()),
        Value::Text("Anna".into()),
        Value::Integer(42),
    ]
}

fn page(columns: &[&str], rows: Vec<Vec<Value>>) -> Batch {
    page_of("person", columns, rows, Vec::new())
}

fn page_of(class: &str, columns: &[&str], rows: Vec<Vec<Value>>, removed: Vec<String>) -> Batch {
    let columns = columns.iter().map(|&column| column.to_owned()).collect();
    Batch::Page(Page {
        class: class.to_owned(),
        columns,
        rows,
        removed,
    })
}
