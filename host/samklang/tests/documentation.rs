//! The sample settings in the documentation are read by the program, so that they cannot rot.

#![expect(clippy::unwrap_used, reason = "test support: a panic is the report")]

use std::path::{Path, PathBuf};

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
