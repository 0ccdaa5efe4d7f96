//! Lines for the operator's log. Never pass personal data or secrets. In native tests lines go to
//! [`testing::logged`](crate::testing), or nowhere.

pub use crate::bindings::samklang::connector::log::Level;

/// For the connector's author.
pub fn debug(line: impl AsRef<str>) {
    write(Level::Debug, line.as_ref());
}

/// For the operator who follows a run.
pub fn info(line: impl AsRef<str>) {
    write(Level::Info, line.as_ref());
}

/// Something a person should look at; the run goes on.
pub fn warn(line: impl AsRef<str>) {
    write(Level::Warn, line.as_ref());
}

#[cfg(target_arch = "wasm32")]
fn write(level: Level, line: &str) {
    crate::bindings::samklang::connector::log::write(level, line);
}

#[cfg(not(target_arch = "wasm32"))]
thread_local! {
    static LINES: std::cell::RefCell<Option<Vec<(Level, String)>>> = const { std::cell::RefCell::new(None) };
}

#[cfg(not(target_arch = "wasm32"))]
fn write(level: Level, line: &str) {
    LINES.with_borrow_mut(|lines| {
        if let Some(lines) = lines {
            lines.push((level, line.to_owned()));
        }
    });
}

#[cfg(not(target_arch = "wasm32"))]
pub(crate) fn set(lines: Option<Vec<(Level, String)>>) -> Option<Vec<(Level, String)>> {
    LINES.replace(lines)
}
