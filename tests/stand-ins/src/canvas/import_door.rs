//! The addresses of SIS imports: starting, watching, aborting, and reading what went wrong.

use axum::body::{Body, Bytes};
use axum::extract::{FromRequest, Multipart, Request};
use axum::http::{Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use jiff::Timestamp;
use serde_json::{Value, json};

use super::door::{Call, bad_request, json_answer, not_found, unauthorized, with_status};
use super::files::Message;
use super::imports::{Import, Params};
use super::paging::Page;
use super::reading;
use super::schema::FILE_TYPES;
use super::world::Class;

/// Most messages an import shows of each sort.
const SHOWN: usize = 24;
const DROP: [&str; 4] = ["deleted", "completed", "inactive", "deleted_last_completed"];

pub(super) async fn answer(mut call: Call, account: &str, rest: &[String]) -> Response {
    let rest: Vec<&str> = rest.iter().map(String::as_str).collect();
    let starts = call.method == Method::POST && rest.is_empty();
    let changes = call.method != Method::GET;
    if !(call.may.import_sis || (call.may.manage_sis && !changes)) {
        return unauthorized();
    }
    let account = {
        let state = call.shared.state();
        let found = reading::find(&state.world, Class::Account, account);
        found.map(|account| account == state.world.root)
    };
    let Some(root) = account else { return not_found() };
    if starts {
        return start(&mut call, root).await;
    }
    let now = call.shared.clock.now();
    let shared = std::sync::Arc::clone(&call.shared);
    let mut state = shared.state();
    let super::State { world, imports, .. } = &mut *state;
    if call.method == Method::GET {
        imports.poll(world, &shared.settings, now);
    }
    match (call.method.as_str(), rest.as_slice()) {
        ("GET", []) => list(&call, &imports.all),
        ("GET", ["importing"]) => {
            let running = imports
                .all
                .iter()
                .filter(|import| !import.is_final() && import.state != "created");
            json_answer(
                &call,
                json!({"sis_imports": running.map(|import| shown(&call, import)).collect::<Vec<_>>()}),
            )
        }
        ("PUT", ["abort_all_pending"]) => {
            for id in imports
                .all
                .iter()
                .filter(|import| !import.is_final())
                .map(|import| import.id)
                .collect::<Vec<_>>()
            {
                imports.abort(id, shared.settings.abort_pause, now);
            }
            json_answer(&call, json!({"aborted": true}))
        }
        (method, [id, rest @ ..]) => {
            let Some(id) = id.parse().ok().filter(|&id| imports.find(id).is_some()) else {
                return not_found();
            };
            if (method, rest) == ("PUT", &["abort"]) {
                imports.abort(id, shared.settings.abort_pause, now);
            }
            let import = imports.find(id).expect("just found");
            match (method, rest) {
                ("GET", []) | ("PUT", ["abort"]) => json_answer(&call, shown(&call, import)),
                ("GET", ["sis_import_errors"]) => errors(&call, std::iter::once(import)),
                _ => not_found(),
            }
        }
        _ => not_found(),
    }
}

fn list(call: &Call, imports: &[Import]) -> Response {
    let time = |name: &str| call.value(name).and_then(|time| time.parse::<Timestamp>().ok());
    let (since, before) = (time("created_since"), time("created_before"));
    let states = call.values("workflow_state");
    let wanted = imports.iter().rev().filter(|import| {
        since.is_none_or(|since| import.created >= since)
            && before.is_none_or(|before| import.created < before)
            && (states.is_empty() || states.contains(&import.state))
    });
    let wanted: Vec<Value> = wanted.map(|import| shown(call, import)).collect();
    slice(call, "sis_imports", &wanted)
}

fn slice(call: &Call, name: &str, all: &[Value]) -> Response {
    let Some(page) = Page::of(call) else {
        return bad_page();
    };
    let from = usize::try_from(page.after).unwrap_or(usize::MAX).min(all.len());
    let until = (from + page.size).min(all.len());
    let next = (until < all.len()).then_some(until as u64);
    page.answer(call, json!({name: all[from..until]}), next)
}

pub(super) fn bad_page() -> Response {
    bad_request(&json!({"errors": [{"message": "page is not one that was handed out"}]}))
}

fn errors<'a>(call: &Call, imports: impl Iterator<Item = &'a Import>) -> Response {
    let rows = imports.flat_map(|import| {
        import.messages.iter().map(|message| {
            json!({"sis_import_id": import.id, "file": message.file, "message": message.text, "row": message.row})
        })
    });
    slice(call, "sis_import_errors", &rows.collect::<Vec<_>>())
}

pub(super) fn all_errors(call: &Call, account: &str) -> Response {
    if !(call.may.import_sis || call.may.manage_sis) {
        return unauthorized();
    }
    let state = call.shared.state();
    match reading::find(&state.world, Class::Account, account) {
        Some(_) => errors(call, state.imports.all.iter().rev()),
        None => not_found(),
    }
}

/// Attachments need no token: their address carries a verifier.
pub(super) fn download(call: &Call) -> Option<Response> {
    let name = call.path.strip_prefix("/files/")?.strip_suffix("/download")?;
    let (kind, id) = name.split_once('-')?;
    let state = call.shared.state();
    let import = state.imports.find(id.parse().ok()?);
    let Some(import) = import.filter(|import| call.value("verifier") == Some(&verifier(import))) else {
        return Some(not_found());
    };
    let csv = if kind == "errors" {
        errors_csv(import)
    } else {
        let (_, at) = kind.split_once('_')?;
        let (tables, at) = if kind.starts_with("diff") {
            (&import.diffed, at)
        } else {
            (&import.tables, at)
        };
        tables.get(at.parse::<usize>().ok()?)?.csv()
    };
    Some(([(header::CONTENT_TYPE, "text/csv")], csv).into_response())
}

fn verifier(import: &Import) -> String {
    format!("v{:x}", import.created.as_nanosecond())
}

fn errors_csv(import: &Import) -> Vec<u8> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer
        .write_record(["sis_import_id", "file", "message", "row"])
        .expect("memory");
    for message in &import.messages {
        let row = message.row.map(|row| row.to_string()).unwrap_or_default();
        writer
            .write_record([&import.id.to_string(), &message.file, &message.text, &row])
            .expect("memory");
    }
    writer.into_inner().expect("memory")
}

fn messages(import: &Import, failures: bool) -> Value {
    let all: Vec<&Message> = import
        .messages
        .iter()
        .filter(|message| message.failure == failures)
        .collect();
    if all.is_empty() {
        return Value::Null;
    }
    let mut shown: Vec<Value> = all
        .iter()
        .take(SHOWN)
        .map(|message| json!([message.file, message.text]))
        .collect();
    if all.len() > SHOWN {
        let what = if failures { "errors" } else { "warnings" };
        shown.push(json!(["", format!("and {} more {what}", all.len() - SHOWN)]));
    }
    Value::Array(shown)
}

fn file(call: &Call, import: &Import, name: &str, display: &str) -> Value {
    let url = format!(
        "{}/files/{name}-{}/download?verifier={}",
        call.origin(),
        import.id,
        verifier(import)
    );
    json!({"id": import.id, "display_name": display, "filename": display, "content-type": "text/csv", "url": url})
}

fn shown(call: &Call, import: &Import) -> Value {
    let params = &import.params;
    let done = import.is_final() || import.state == "cleanup_batch";
    let mut counts = serde_json::Map::new();
    for kind in &FILE_TYPES {
        counts.insert(
            kind.counts.to_owned(),
            json!(import.counts.get(kind.counts).copied().unwrap_or_default()),
        );
    }
    for name in ["abstract_courses", "grade_publishing_results"] {
        counts.insert(name.to_owned(), json!(0));
    }
    for name in [
        "batch_courses_deleted",
        "batch_sections_deleted",
        "batch_enrollments_deleted",
    ] {
        counts.insert(
            name.to_owned(),
            json!(import.counts.get(name).copied().unwrap_or_default()),
        );
    }
    let failures = import.messages.iter().filter(|message| message.failure).count();
    counts.insert("error_count".to_owned(), json!(failures));
    counts.insert(
        "warning_count".to_owned(),
        json!(import.messages.len() - failures),
    );
    let changes: u64 = import.statistics.values().flat_map(|kinds| kinds.values()).sum();
    let mut statistics = json!(import.statistics);
    statistics["total_state_changes"] = json!(changes);
    let tables = |tables: &[super::files::Table], kind: &str| {
        let files = tables.iter().enumerate();
        files
            .map(|(at, table)| file(call, import, &format!("{kind}_{at}"), &table.name))
            .collect::<Vec<_>>()
    };
    let errors = format!("sis_errors_attachment_{}.csv", import.id);
    let errors = (!import.messages.is_empty()).then(|| file(call, import, "errors", &errors));
    json!({
        "id": import.id,
        "created_at": import.created.to_string(),
        "started_at": import.started.map(|time| time.to_string()),
        "ended_at": import.ended.map(|time| time.to_string()),
        "updated_at": import.entered.to_string(),
        "progress": import.progress(),
        "workflow_state": import.state,
        "user": Value::Null,
        "data": {
            "import_type": "instructure_csv",
            "supplied_batches": import.supplied,
            "counts": counts,
            "statistics": statistics,
            "running_immediately": done && import.rows <= 50,
            "completed_importers": import.supplied,
        },
        "batch_mode": params.batch_mode,
        "batch_mode_term_id": params.batch_term,
        "multi_term_batch_mode": params.multi_term,
        "skip_deletes": params.skip_deletes,
        "override_sis_stickiness": params.override_stickiness,
        "add_sis_stickiness": params.add_stickiness,
        "clear_sis_stickiness": params.clear_stickiness,
        "update_sis_id_if_login_claimed": params.update_if_claimed,
        "diffing_data_set_identifier": params.data_set,
        "diffing_remaster": params.remaster,
        "diffed_against_import_id": import.diffed_against,
        "diffing_drop_status": params.diff_drop_status,
        "diffing_user_remove_status": params.diff_user_status,
        "diffing_threshold_exceeded": import.threshold_exceeded,
        "change_threshold": params.change_threshold,
        "diff_row_count_threshold": params.row_threshold,
        "processing_warnings": messages(import, false),
        "processing_errors": messages(import, true),
        "errors_attachment": errors,
        "csv_attachments": tables(&import.tables, "csv"),
        "diffed_csv_attachments": tables(&import.diffed, "diff"),
    })
}

async fn start(call: &mut Call, root: bool) -> Response {
    if !root {
        return bad_request(&json!({"errors": ["SIS imports can only be executed on root accounts"]}));
    }
    if !call.shared.settings.sis_enabled {
        return with_status(
            StatusCode::FORBIDDEN,
            &json!({"errors": ["SIS imports are not enabled for this account"]}),
        );
    }
    let (name, extension, bytes) = match attachment(call).await {
        Ok(attachment) => attachment,
        Err(body) => return bad_request(&body),
    };
    let now = call.shared.clock.now();
    let shared = std::sync::Arc::clone(&call.shared);
    let mut state = shared.state();
    let super::State { world, imports, .. } = &mut *state;
    let term = call
        .value("batch_mode_term_id")
        .and_then(|id| reading::find(world, Class::Term, id));
    let params = match params(call, term) {
        Ok(params) => params,
        Err(body) => return bad_request(&body),
    };
    let id = imports.add(params, &name, &extension, bytes, now);
    json_answer(call, shown(call, imports.find(id).expect("just added")))
}

/// Name, extension and bytes; form fields become parameters.
async fn attachment(call: &mut Call) -> Result<(String, String, Bytes), Value> {
    let kind = call.header(header::CONTENT_TYPE).unwrap_or_default().to_owned();
    let missing = || json!({"error": true, "error_message": "Missing attachment"});
    let bare = kind
        .split(';')
        .next()
        .unwrap_or_default()
        .trim()
        .to_ascii_lowercase();
    if bare == "multipart/form-data" {
        let request = Request::post("/").header(header::CONTENT_TYPE, &kind);
        let mut request = request.body(Body::from(call.body.clone())).expect("a request");
        axum::extract::DefaultBodyLimit::disable().apply(&mut request);
        let mut form = Multipart::from_request(request, &())
            .await
            .map_err(|_| missing())?;
        let mut found = None;
        while let Some(field) = form.next_field().await.map_err(|_| missing())? {
            let name = field.name().unwrap_or_default().to_owned();
            let file = field.file_name().map(str::to_owned);
            let bytes = field.bytes().await.map_err(|_| missing())?;
            match file {
                Some(file) if name == "attachment" => found = Some((file, bytes)),
                _ => call
                    .query
                    .push((name, String::from_utf8_lossy(&bytes).into_owned())),
            }
        }
        let (name, bytes) = found.ok_or_else(missing)?;
        let extension = name
            .rsplit_once('.')
            .map(|(_, extension)| extension.to_ascii_lowercase())
            .unwrap_or_default();
        return Ok((name, extension, bytes));
    }
    let charset = kind
        .to_ascii_lowercase()
        .split_once("charset=")
        .map(|(_, charset)| charset.trim_matches('"').to_owned());
    if charset.is_some_and(|charset| charset.split(';').next() != Some("utf-8")) {
        return Err(json!({"error": true, "error_message": "Invalid content type, UTF-8 required"}));
    }
    if call.body.is_empty() {
        return Err(missing());
    }
    let extension = match bare.as_str() {
        "text/csv" | "text/plain" => "csv",
        "text/xml" | "application/xml" => "xml",
        "application/octet-stream" => call.value("extension").unwrap_or("zip"),
        _ => "zip",
    };
    Ok((
        format!("sis_import.{extension}"),
        extension.to_owned(),
        call.body.clone(),
    ))
}

fn params(call: &Call, term: Option<u64>) -> Result<Params, Value> {
    let flag = |name: &str| {
        call.value(name)
            .is_some_and(|value| ["true", "t", "1", "on", "yes"].contains(&value))
    };
    let message = |text: &str| json!({"message": text});
    let choice = |name: &str, allowed: &[&str]| match call.value(name).filter(|value| !value.is_empty()) {
        None => Ok("deleted".to_owned()),
        Some(value) if allowed.contains(&value) => Ok(value.to_owned()),
        Some(_) => Err(message(&format!("Invalid {name}"))),
    };
    let number = |name: &str| match call.value(name).filter(|value| !value.is_empty()) {
        None => Ok(None),
        Some(value) => value
            .parse::<u64>()
            .map(Some)
            .map_err(|_| message(&format!("Invalid {name}"))),
    };
    if call
        .value("import_type")
        .is_some_and(|kind| kind != "instructure_csv")
    {
        return Err(json!({"error": true, "error_message": "Invalid import type"}));
    }
    let change_threshold = number("change_threshold")?;
    if change_threshold.is_some_and(|value| !(1..=100).contains(&value)) {
        return Err(message("change_threshold must be from 1 to 100"));
    }
    let multi_term = flag("multi_term_batch_mode");
    let batch_mode = flag("batch_mode") || multi_term;
    if multi_term && change_threshold.is_none() {
        return Err(message(
            "change_threshold is required to use multi term_batch mode.",
        ));
    }
    if batch_mode && !multi_term && term.is_none() {
        return Err(message(
            "Batch mode specified, but the given batch_mode_term_id cannot be found.",
        ));
    }
    let data_set = call
        .value("diffing_data_set_identifier")
        .filter(|id| !id.is_empty())
        .map(str::to_owned);
    if data_set.as_ref().is_some_and(|id| id.len() > 128) {
        return Err(message("diffing_data_set_identifier must be at most 128 bytes"));
    }
    let override_stickiness = flag("override_sis_stickiness");
    Ok(Params {
        batch_mode,
        batch_term: term.filter(|_| batch_mode && !multi_term),
        multi_term,
        batch_drop_status: choice("batch_mode_enrollment_drop_status", &DROP)?,
        skip_deletes: flag("skip_deletes"),
        override_stickiness,
        add_stickiness: override_stickiness && flag("add_sis_stickiness"),
        clear_stickiness: override_stickiness && flag("clear_sis_stickiness"),
        update_if_claimed: flag("update_sis_id_if_login_claimed"),
        data_set,
        remaster: flag("diffing_remaster_data_set"),
        diff_drop_status: choice("diffing_drop_status", &DROP)?,
        diff_user_status: choice("diffing_user_remove_status", &["deleted", "suspended"])?,
        change_threshold,
        row_threshold: number("diff_row_count_threshold")?,
    })
}
