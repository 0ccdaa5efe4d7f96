//! Readers made of iterators: pages are cut where the class or the columns change and at the host's maximum; what has been
//! handed over is counted. Nothing is held but the page that is being filled and one row that did not fit into it.

use std::borrow::Cow;
use std::marker::PhantomData;

use serde::Serialize;

use crate::{Batch, Completion, Error, Page, Reader, Row, Rows, Value};

/// A reader over `(class, row)`, for several classes or columns that differ from row to row.
#[derive(Debug)]
pub struct Reading<I> {
    rows: I,
    pending: Option<(Cow<'static, str>, Row)>,
    counts: Counts,
}

impl<I, C> Reading<I>
where
    I: Iterator<Item = Result<(C, Row), Error>> + 'static,
    C: Into<Cow<'static, str>> + 'static,
{
    /// A reader over these rows. Rows of one class and the same columns should come together: each change begins a page.
    pub fn new(rows: impl IntoIterator<IntoIter = I>) -> Self {
        Self {
            rows: rows.into_iter(),
            pending: None,
            counts: Counts::default(),
        }
    }

    /// Lets the next read start after this cursor.
    pub fn cursor(mut self, cursor: impl Into<String>) -> Self {
        self.counts.cursor = Some(cursor.into());
        self
    }

    /// As what [`Connector::read`](crate::Connector::read) gives.
    pub fn boxed(self) -> Box<dyn Reader> {
        Box::new(self)
    }
}

impl<I, C> Reader for Reading<I>
where
    I: Iterator<Item = Result<(C, Row), Error>>,
    C: Into<Cow<'static, str>>,
{
    fn next(&mut self, max: usize) -> Result<Batch, Error> {
        let first = match self.pending.take() {
            Some(pending) => pending,
            None => match self.rows.next().transpose()? {
                Some((class, row)) => (class.into(), row),
                None => return Ok(self.counts.complete()),
            },
        };
        let (class, row) = first;
        let (columns, values) = row.into_parts();
        let mut rows = vec![values];
        while rows.len() < max {
            let Some((next_class, row)) = self.rows.next().transpose()? else {
                break;
            };
            let next_class = next_class.into();
            if next_class != class || row.columns() != columns {
                self.pending = Some((next_class, row));
                break;
            }
            rows.push(row.into_values());
        }
        self.counts.add(&class, rows.len());
        let columns = columns.into_iter().map(Cow::into_owned).collect();
        Ok(Batch::Page(Page {
            class: class.into_owned(),
            columns,
            rows,
            removed: Vec::new(),
        }))
    }
}

/// A reader over structs of one class.
pub fn reader_of<T: Serialize + 'static>(
    class: impl Into<String>,
    objects: impl Iterator<Item = Result<T, Error>> + 'static,
) -> Box<dyn Reader> {
    struct Typed<T, I> {
        objects: I,
        rows: Rows<T>,
        counts: Counts,
        of: PhantomData<T>,
    }
    impl<T: Serialize, I: Iterator<Item = Result<T, Error>>> Reader for Typed<T, I> {
        fn next(&mut self, max: usize) -> Result<Batch, Error> {
            while self.rows.len() < max {
                match self.objects.next() {
                    Some(object) => self.rows.push(&object?)?,
                    None => break,
                }
            }
            if self.rows.is_empty() {
                return Ok(self.counts.complete());
            }
            let page = self.rows.take();
            self.counts.add(&page.class, page.rows.len());
            Ok(Batch::Page(page))
        }
    }
    let class = class.into();
    let counts = Counts {
        objects: vec![(class.clone(), 0)],
        cursor: None,
    };
    Box::new(Typed {
        objects,
        rows: Rows::new(class),
        counts,
        of: PhantomData,
    })
}

/// A reader over rows of one class that are values already, in the order of `columns`: the fastest way.
pub fn reader_of_rows(
    class: impl Into<String>,
    columns: impl IntoIterator<Item = impl Into<String>>,
    rows: impl Iterator<Item = Result<Vec<Value>, Error>> + 'static,
) -> Box<dyn Reader> {
    struct Plain<I> {
        class: String,
        columns: Vec<String>,
        rows: I,
        counts: Counts,
    }
    impl<I: Iterator<Item = Result<Vec<Value>, Error>>> Reader for Plain<I> {
        fn next(&mut self, max: usize) -> Result<Batch, Error> {
            let rows: Vec<_> = self.rows.by_ref().take(max).collect::<Result<_, _>>()?;
            if rows.is_empty() {
                return Ok(self.counts.complete());
            }
            if let Some(row) = rows.iter().find(|row| row.len() != self.columns.len()) {
                let (has, needs) = (row.len(), self.columns.len());
                return Err(Error::Internal(format!(
                    "a row of class {} has {has} values for {needs} columns",
                    self.class
                )));
            }
            self.counts.add(&self.class, rows.len());
            let (class, columns) = (self.class.clone(), self.columns.clone());
            Ok(Batch::Page(Page {
                class,
                columns,
                rows,
                removed: Vec::new(),
            }))
        }
    }
    let class = class.into();
    let counts = Counts {
        objects: vec![(class.clone(), 0)],
        cursor: None,
    };
    Box::new(Plain {
        columns: columns.into_iter().map(Into::into).collect(),
        class,
        rows,
        counts,
    })
}

#[derive(Debug, Default)]
struct Counts {
    objects: Vec<(String, u64)>,
    cursor: Option<String>,
}

impl Counts {
    fn add(&mut self, class: &str, rows: usize) {
        let rows = rows as u64;
        match self.objects.iter_mut().find(|(name, _)| name == class) {
            Some((_, count)) => *count += rows,
            None => self.objects.push((class.to_owned(), rows)),
        }
    }

    fn complete(&mut self) -> Batch {
        Batch::Complete(Completion {
            objects: std::mem::take(&mut self.objects),
            cursor: self.cursor.take(),
        })
    }
}
