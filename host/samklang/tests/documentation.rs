//! The sample settings in the documentation are read by the program, so that they cannot rot.

#![expect(clippy::unwrap_used, reason = "test support: a panic is the report")]

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use clap::CommandFactory as _;
use samklang::Arguments;
use samklang::configuration::{Home, Source, Tenant};
use samklang_core::mapping::MappingSource;

/// The pages with sample settings: the file and each block with its line.
fn blocks() -> Vec<(PathBuf, usize, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let mut pages = vec![root.join("README.md")];
    let docs = std::fs::read_dir(root.join("host/docs"))
        .unwrap()
        .map(|entry| entry.unwrap().path());
    pages.extend(docs.filter(|path| path.extension().is_some_and(|extension| extension == "md")));
    let mut blocks = Vec::new();
    for page in pages {
        let text = std::fs::read_to_string(&page).unwrap();
        let mut open: Option<(usize, String)> = None;
        for (number, line) in text.lines().enumerate() {
            match &mut open {
                None if line.trim_start().starts_with("```toml") => open = Some((number + 2, String::new())),
                None => {}
                Some(_) if line.trim_start().starts_with("```") => {
                    let (line, block) = open.take().unwrap();
                    blocks.push((page.clone(), line, block));
                }
                Some((_, block)) => {
                    block.push_str(line);
                    block.push('\n');
                }
            }
        }
        assert!(open.is_none(), "{}: a block is not closed", page.display());
    }
    blocks
}

/// Reads a block as what it is: a tenant's file, a part of one, an installation's file, or mappings.
fn read(block: &str) -> Result<(), String> {
    let table: toml::Table = block.parse().map_err(|error| format!("{error}"))?;
    if ["store", "trust", "registries", "endpoints", "tenants", "server"]
        .iter()
        .any(|key| table.contains_key(*key))
        && !table.contains_key("tenant")
    {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("installation.toml"), block).unwrap();
        let home = Home::find(Some(folder.path()), None, &|_| None).unwrap();
        let environment = |_: &str| Some("postgres://db/samklang".to_owned());
        return home
            .settings(&environment)
            .map(drop)
            .map_err(|error| error.to_string());
    }
    if table.contains_key("inbound") || table.contains_key("outbound") {
        return toml::from_str::<MappingSource>(block)
            .map(drop)
            .map_err(|error| error.to_string());
    }
    if !["tenant", "connections", "tables"]
        .iter()
        .any(|key| table.contains_key(*key))
    {
        return Err("it is neither a tenant's file, an installation's file, nor mappings".to_owned());
    }
    let mut text = block.to_owned();
    if !table.contains_key("tenant") {
        // A part of a file: what it leaves out is put in front of it.
        let mut front = "tenant = \"nordvik\"\nsteps = []\n".to_owned();
        for (name, connection) in table
            .get("connections")
            .and_then(toml::Value::as_table)
            .into_iter()
            .flatten()
        {
            for (key, value) in [("connector", "csv"), ("role", "both")] {
                if connection.get(key).is_none() {
                    front.push_str(&format!("connections.{name}.{key} = \"{value}\"\n"));
                }
            }
        }
        text = merged(&front, block);
    }
    let source = Source::new(Path::new("samklang.toml"), text);
    Tenant::parse(Path::new("."), source)
        .and_then(Tenant::sound)
        .map(drop)
        .map_err(|error| error.to_string())
}

/// Two TOML texts as one; tables in both are joined.
fn merged(one: &str, other: &str) -> String {
    fn join(one: &mut toml::Table, other: toml::Table) {
        for (key, value) in other {
            match (one.get_mut(&key), value) {
                (Some(toml::Value::Table(one)), toml::Value::Table(other)) => join(one, other),
                (_, value) => drop(one.insert(key, value)),
            }
        }
    }
    let mut table: toml::Table = one.parse().unwrap();
    join(&mut table, other.parse().unwrap());
    table.to_string()
}

#[test]
fn every_sample_in_the_documentation_is_sound() {
    let blocks = blocks();
    assert!(blocks.len() >= 5, "only {} samples were found", blocks.len());
    for (page, line, block) in blocks {
        if let Err(error) = read(&block) {
            panic!("{}:{line}: {error}", page.display());
        }
    }
}

/// The commands that do something, as they are written, each with its options.
fn commands() -> BTreeMap<String, BTreeSet<String>> {
    fn walk(command: &clap::Command, before: &str, found: &mut BTreeMap<String, BTreeSet<String>>) {
        let mut children = command.get_subcommands().peekable();
        if children.peek().is_none() {
            let options = command.get_arguments().filter_map(clap::Arg::get_long);
            found.insert(before.to_owned(), options.map(str::to_owned).collect());
        }
        for child in children {
            walk(
                child,
                format!("{before} {}", child.get_name()).trim_start(),
                found,
            );
        }
    }
    let mut found = BTreeMap::new();
    walk(&Arguments::command(), "", &mut found);
    found
}

/// The part of a page beneath a heading.
fn beneath<'a>(page: &'a str, heading: &str) -> &'a str {
    let (_, rest) = page.split_once(&format!("\n## {heading}\n")).unwrap();
    rest.split("\n## ").next().unwrap()
}

/// What stands between backticks.
fn quoted(text: &str) -> impl Iterator<Item = &str> {
    text.split('`').skip(1).step_by(2)
}

/// The API can do what the program can: a command is at an address, or the page about the API says that it stays with the program.
#[test]
fn every_command_is_in_the_api_or_stays_with_the_program() {
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/api.md");
    let page = std::fs::read_to_string(page).unwrap();
    let commands = commands();
    assert!(commands.len() > 40, "{commands:?}");
    let description = samklang_server::description().unwrap();
    let mut addresses = BTreeSet::new();
    for (path, item) in description["paths"].as_object().unwrap() {
        let path = path.strip_prefix("/api/v1").unwrap();
        let methods = item.as_object().unwrap().keys();
        addresses.extend(methods.map(|method| format!("{} {path}", method.to_uppercase())));
    }
    let mut there = BTreeSet::new();
    let table = beneath(&page, "What was a command").lines();
    for row in table.filter(|line| line.starts_with("| `")) {
        let mut cells = quoted(row);
        let written = cells.next().unwrap();
        let (command, option) = match written.split_once(" --") {
            Some((command, option)) => (command, Some(option)),
            None => (written, None),
        };
        let options = commands
            .get(command)
            .unwrap_or_else(|| panic!("there is no command `{command}`"));
        assert!(
            option.is_none_or(|option| options.contains(option)),
            "`{command}` has no option `--{option:?}`"
        );
        let places: Vec<&str> = cells.collect();
        assert!(!places.is_empty(), "`{written}` has no address");
        for place in places {
            assert!(addresses.contains(place), "`{written}`: the API has no `{place}`");
        }
        there.insert(command.to_owned());
    }
    let stay: BTreeSet<String> = quoted(beneath(&page, "What stays with the program"))
        .map(str::to_owned)
        .collect();
    for command in commands.keys() {
        let places = usize::from(there.contains(command)) + usize::from(stay.contains(command));
        assert_eq!(
            places, 1,
            "`samklang {command}` has to be in the API or to stay with the program, and host/docs/api.md has to say which"
        );
    }
    for command in &stay {
        assert!(commands.contains_key(command), "there is no command `{command}`");
    }
}
