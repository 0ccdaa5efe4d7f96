//! Iterators become readers that page and count.
#![allow(clippy::unwrap_used, reason = "a panic is the report")]

use samklang_sdk::prelude::*;

#[derive(Serialize)]
struct Item {
    id: String,
}

fn items(count: usize) -> impl Iterator<Item = Result<Item, Error>> {
    (0..count).map(|i| Ok(Item { id: i.to_string() }))
}

/// Class and number of rows of each page, and the completion.
fn drain(mut reader: Box<dyn Reader>, max: usize) -> (Vec<(String, usize)>, Completion) {
    let mut pages = Vec::new();
    loop {
        match reader.next(max).unwrap() {
            Batch::Page(page) => pages.push((page.class, page.rows.len())),
            Batch::Complete(completion) => return (pages, completion),
        }
    }
}

#[test]
fn typed_reader_pages_and_counts() {
    let (pages, completion) = drain(reader_of("item", items(7)), 3);
    assert_eq!(
        pages,
        [
            ("item".to_owned(), 3),
            ("item".to_owned(), 3),
            ("item".to_owned(), 1)
        ]
    );
    assert_eq!(
        completion,
        Completion {
            objects: vec![("item".into(), 7)],
            cursor: None
        }
    );
    let (pages, completion) = drain(reader_of("item", items(0)), 3);
    assert!(pages.is_empty());
    assert_eq!(completion.objects, [("item".to_owned(), 0)]);
}

#[test]
fn mixed_reader_begins_a_page_where_class_or_columns_change() {
    let rows = [
        ("a", Row::new().with("id", "1")),
        ("a", Row::new().with("id", "2")),
        ("b", Row::new().with("id", "1")),
        ("a", Row::new().with("id", "3")),
        ("a", Row::new().with("id", "4").with("more", 1)),
    ];
    let reading = Reading::new(rows.map(Ok)).cursor("c1").boxed();
    let (pages, completion) = drain(reading, 10);
    let pages: Vec<_> = pages
        .iter()
        .map(|(class, rows)| (class.as_str(), *rows))
        .collect();
    assert_eq!(pages, [("a", 2), ("b", 1), ("a", 1), ("a", 1)]);
    assert_eq!(completion.objects, [("a".to_owned(), 4), ("b".to_owned(), 1)]);
    assert_eq!(completion.cursor.as_deref(), Some("c1"));
}

#[test]
fn error_ends_the_read() {
    let rows = items(2).chain([Err(Error::Unreachable("gone".into()))]);
    let mut reader = reader_of("item", rows);
    assert!(matches!(reader.next(2), Ok(Batch::Page(_))));
    assert_eq!(reader.next(2).unwrap_err(), Error::Unreachable("gone".into()));
}

#[test]
fn row_of_a_wrong_length_is_refused() {
    let mut reader = reader_of_rows("item", ["id", "name"], [Ok(vec![Value::from("1")])].into_iter());
    assert!(matches!(reader.next(5), Err(Error::Internal(text)) if text.contains("1 values for 2 columns")));
}
