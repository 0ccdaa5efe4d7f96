//! Builds a package of this workspace as a component, the way it is shipped, for tests that run it: [`component`].
#![expect(
    clippy::panic,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "test support: a panic is the report"
)]

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::{Mutex, PoisonError};

/// What connectors are built for.
const TARGET: &str = "wasm32-wasip2";

/// The path of the package's component: the one that was built before where the environment says so, else it is built when that has not happened in this process; cargo sees to it that
/// nothing is built twice across processes.
///
/// # Panics
///
/// When it cannot be built; the message is the compiler's own, with the remedy where the target is missing.
#[must_use]
pub fn component(package: &str) -> PathBuf {
    static BUILT: Mutex<Option<HashMap<String, PathBuf>>> = Mutex::new(None);
    let mut built = BUILT.lock().unwrap_or_else(PoisonError::into_inner);
    let built = built.get_or_insert_default();
    if let Some(path) = built.get(package) {
        return path.clone();
    }
    let path = built_before(package).unwrap_or_else(|| build(package));
    built.insert(package.to_owned(), path.clone());
    path
}

/// A component with this code at the beginning of a function that it exports, such as `samklang:connector/sync@0.1.0#describe`: for
/// builds that go wrong. The code is in the text form of WebAssembly and leaves the stack as it was.
///
/// # Panics
///
/// When there is no such function, or the code is none.
#[must_use]
pub fn with_code(component: &[u8], export: &str, code: &str) -> Vec<u8> {
    let text = wasmprinter::print_bytes(component).expect("the component can be printed");
    let named = format!("(export \"{export}\" (func ");
    let function = text
        .lines()
        .find_map(|line| line.trim_start().strip_prefix(&named))
        .map(|rest| rest.trim_end_matches(')'))
        .unwrap_or_else(|| panic!("the component exports no `{export}`"));
    let heads = [format!("(func (;{function};)"), format!("(func {function} ")];
    let head = text
        .lines()
        .find(|line| {
            heads
                .iter()
                .any(|head| line.trim_start().starts_with(head.as_str()))
        })
        .expect("the function is there");
    let at = text.find(head).expect("it was found before") + head.len() + 1;
    let (before, rest) = text.split_at(at);
    // Locals come first.
    let locals: usize = rest
        .split_inclusive('\n')
        .take_while(|line| line.trim_start().starts_with("(local"))
        .map(str::len)
        .sum();
    let (locals, rest) = rest.split_at(locals);
    wat::parse_str(format!("{before}{locals}{code}\n{rest}")).expect("the code is sound")
}

/// Whether connectors made for the contract in the one folder can be run by hosts of the contract in the other: what is there may only grow.
///
/// # Errors
///
/// What they could not do, in the words of the tools.
///
/// # Panics
///
/// When a folder holds no contract.
pub fn grows(former: &Path, present: &Path) -> Result<(), String> {
    let parse = |folder: &Path| {
        let mut resolve = wit_parser::Resolve::default();
        let (package, _) = resolve.push_dir(folder).expect("the folder holds a contract");
        let world = resolve
            .select_world(&[package], Some("connector"))
            .expect("the contract has the world of connectors");
        (resolve, world)
    };
    let (mut resolve, present) = parse(present);
    let (other, former) = parse(former);
    let moved = resolve.merge(other).map_err(|cause| format!("{cause:#}"))?;
    let former = moved
        .map_world(former, Default::default())
        .map_err(|cause| format!("{cause:#}"))?;
    wit_component::semver_check(resolve, former, present).map_err(|cause| format!("{cause:#}"))
}

/// The one that is built already, in the folder that `SAMKLANG_COMPONENTS` names, under the connector's own name.
fn built_before(package: &str) -> Option<PathBuf> {
    let folder = PathBuf::from(std::env::var_os("SAMKLANG_COMPONENTS")?);
    let name = package.strip_prefix("samklang-").unwrap_or(package);
    let name = name.strip_suffix("-connector").unwrap_or(name);
    Some(folder.join(name).with_extension("wasm")).filter(|path| path.is_file())
}

fn build(package: &str) -> PathBuf {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let output = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
        .current_dir(&root)
        .args([
            "build",
            "--package",
            package,
            "--lib",
            "--target",
            TARGET,
            "--profile",
            "connector",
        ])
        .arg("--message-format=json-render-diagnostics")
        // Flags for the tests' own build, such as coverage, are not for components.
        .env_remove("RUSTFLAGS")
        .env_remove("CARGO_ENCODED_RUSTFLAGS")
        .output()
        .expect("cargo can be started");
    let errors = String::from_utf8_lossy(&output.stderr);
    if !output.status.success() {
        let remedy = if errors.contains("may not be installed") {
            format!("\n\nthe compiler lacks the target: run `rustup target add {TARGET}`")
        } else {
            String::new()
        };
        panic!("{package} cannot be built as a component:\n{errors}{remedy}");
    }
    artifact(&String::from_utf8_lossy(&output.stdout), package)
        .unwrap_or_else(|| panic!("{package} makes no component: give its library the crate type `cdylib`"))
}

/// The `.wasm` file among the messages of cargo; the package asked for is built last.
fn artifact(messages: &str, package: &str) -> Option<PathBuf> {
    let crate_name = package.replace('-', "_");
    messages
        .lines()
        .filter_map(|line| serde_json::from_str::<serde_json::Value>(line).ok())
        .filter(|message| {
            message["reason"] == "compiler-artifact" && message["target"]["name"] == crate_name.as_str()
        })
        .filter_map(|message| {
            let files = message["filenames"].as_array()?;
            files
                .iter()
                .filter_map(|file| file.as_str())
                .find(|file| file.ends_with(".wasm"))
                .map(PathBuf::from)
        })
        .next_back()
}

#[cfg(test)]
mod tests {
    use super::artifact;

    #[test]
    fn the_component_is_found_among_the_messages() {
        let messages = r#"
            {"reason":"compiler-artifact","target":{"name":"serde"},"filenames":["/t/libserde.rlib"]}
            {"reason":"compiler-artifact","target":{"name":"a_b"},"filenames":["/t/a_b.wasm","/t/liba_b.rlib"]}
            {"reason":"build-finished","success":true}"#;
        assert_eq!(
            artifact(messages, "a-b").unwrap().to_str().unwrap(),
            "/t/a_b.wasm"
        );
        assert_eq!(artifact(messages, "serde"), None);
    }
}
