//! The plan as a file for a spreadsheet (RFC 4180). It is written page by page as it goes out, so that a plan of any length needs the memory
//! of one page; when a page cannot be had the file breaks off, and is not taken for a whole one.
//!
//! It begins with the mark that tells Excel that it is UTF-8. Cells are parted as the reader's Excel expects them by its language: by a
//! semicolon where the comma is the decimal mark, which is everywhere but in English. A cell that a spreadsheet would take for a formula
//! is led in by an apostrophe (OWASP, CSV Injection).

use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::http::header::{CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::{IntoResponse as _, Response};
use futures_util::stream;

use super::asked::Asked;
use super::leaf::Leaf;
use super::plan::Filter;
use crate::access::{In, Viewer, Within};
use crate::app::App;
use crate::problem::Problem;
use crate::text::Language;
use crate::view::{Page, Part, PlannedOperation};

/// Operations that are written at once.
const AT_ONCE: u32 = 500;

/// The columns, by the keys of their texts.
const COLUMNS: [&str; 9] = [
    "operation-target",
    "operation-class",
    "operation-action",
    "operation-key",
    "operation-entity",
    "operation-state",
    "operation-changed",
    "operation-reason",
    "operation-id",
];

/// What is written next.
enum Next {
    /// The operations from there on.
    From(Option<String>),
    /// These operations, and what comes after them.
    These(Page<PlannedOperation>),
}

/// A file that is being written.
struct Sheet {
    app: App,
    at: Within<Viewer>,
    filter: Filter,
    language: Language,
}

pub(super) async fn show(
    State(app): State<App>,
    In(at): In<Viewer>,
    Asked(filter): Asked<Filter>,
    leaf: Leaf,
) -> Result<Response, Problem> {
    let name = format!("{}-plan.csv", at.tenant());
    let sheet = Sheet {
        app,
        at,
        filter,
        language: leaf.language(),
    };
    // What cannot be had at all is told as a problem, not as a file that breaks off.
    let first = sheet.page(None).await?;
    let head = sheet.head().map_err(Problem::failed)?;
    let rest = stream::try_unfold((sheet, Some(Next::These(first))), |(sheet, next)| async move {
        let page = match next {
            None => return Ok(None),
            Some(Next::These(page)) => page,
            Some(Next::From(after)) => sheet.page(after).await.map_err(|cause| {
                tracing::error!(detail = cause.detail, "a plan breaks off on its way out");
                std::io::Error::other(cause.detail)
            })?,
        };
        let lines = sheet.lines(&page.items)?;
        let next = page.next.map(|next| Next::From(Some(next)));
        Ok::<_, std::io::Error>(Some((lines, (sheet, next))))
    });
    let whole = futures_util::StreamExt::chain(stream::iter([Ok(head)]), rest);
    let headers = [
        (CONTENT_TYPE, "text/csv; charset=utf-8".to_owned()),
        (CONTENT_DISPOSITION, format!("attachment; filename=\"{name}\"")),
        (CACHE_CONTROL, "no-store".to_owned()),
    ];
    Ok((headers, Body::from_stream(whole)).into_response())
}

impl Sheet {
    async fn page(&self, after: Option<String>) -> Result<Page<PlannedOperation>, Problem> {
        let part = Part {
            after,
            limit: Some(AT_ONCE),
        };
        let (target, action) = (self.filter.target(), self.filter.action());
        Ok(self
            .app
            .desk()
            .operations(&self.at, target, action, &part)
            .await?)
    }

    fn writer(&self) -> csv::Writer<Vec<u8>> {
        let mark = match self.language {
            Language::English => b',',
            Language::Danish | Language::Bokmal | Language::Swedish | Language::Spanish => b';',
        };
        csv::WriterBuilder::new()
            .delimiter(mark)
            .terminator(csv::Terminator::CRLF)
            .from_writer(Vec::new())
    }

    fn head(&self) -> std::io::Result<Bytes> {
        let mut writer = self.writer();
        let say = |key: &&str| self.app.texts().say(self.language, key, None);
        writer.write_record(COLUMNS.iter().map(say))?;
        let line = writer.into_inner().map_err(csv::IntoInnerError::into_error)?;
        Ok([b"\xef\xbb\xbf".as_slice(), &line].concat().into())
    }

    fn lines(&self, operations: &[PlannedOperation]) -> std::io::Result<Bytes> {
        let mut writer = self.writer();
        for one in operations {
            let entity = one.entity.map(|entity| entity.to_string()).unwrap_or_default();
            let changed = one.changed.join(" ");
            let fields = [
                one.target.as_str(),
                &one.class,
                &self.word("action", &one.action),
                &one.key,
                &entity,
                &self.word("operation", &one.state),
                &changed,
                &one.reason,
                &one.id,
            ];
            writer.write_record(fields.map(harmless))?;
        }
        let lines = writer.into_inner().map_err(csv::IntoInnerError::into_error)?;
        Ok(lines.into())
    }

    /// The word for a code; the code where there is none.
    fn word(&self, room: &str, code: &str) -> String {
        let word = self
            .app
            .texts()
            .find(self.language, &format!("{room}-{code}"), None);
        word.unwrap_or_else(|| code.to_owned())
    }
}

/// A cell that no spreadsheet takes for a formula.
fn harmless(cell: &str) -> String {
    if cell.starts_with(['=', '+', '-', '@', '\t', '\r', '\n']) {
        format!("'{cell}")
    } else {
        cell.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::harmless;

    #[test]
    fn no_cell_is_a_formula() {
        for cell in ["=1+1", "+45 11", "-2", "@SUM(A1)", "\t=1", "\r=1", "\n=1"] {
            assert_eq!(harmless(cell), format!("'{cell}"));
        }
        for cell in ["", "Ås", "a=b", "'=1", "12"] {
            assert_eq!(harmless(cell), cell);
        }
    }
}
