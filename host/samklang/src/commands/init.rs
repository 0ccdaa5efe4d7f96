//! `samklang init`: a tenant's folder with a commented configuration that works as it stands.

use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};
use serde_json::json;

use super::Context;
use crate::configuration::{KeyError, Source, TENANT_FILE, Tenant};
use crate::failure::{Exit, Failure};

/// Arguments of `init`.
#[derive(Debug, Args)]
pub(crate) struct Init {
    /// The folder to make.
    #[arg(value_name = "DIR")]
    dir: PathBuf,
    /// Begin with an example instead of an empty configuration.
    #[arg(long, value_enum, value_name = "NAME")]
    example: Option<Example>,
    /// Where the demonstration's OS2MO is.
    #[arg(long, value_name = "URL", default_value = OS2MO)]
    os2mo: String,
    /// Where the demonstration's OS2sync is.
    #[arg(long, value_name = "URL", default_value = OS2SYNC)]
    os2sync: String,
    /// Where the demonstration's Canvas is.
    #[arg(long, value_name = "URL", default_value = CANVAS)]
    canvas: String,
}

/// What to begin with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Example {
    /// The school administration system and OS2MO to Canvas and OS2sync, with stand-ins on this machine.
    Demo,
    /// The school administration system to Canvas.
    NordicSchool,
}

const BLANK: &str = include_str!("../../examples/blank.toml");
const DEMO: &str = include_str!("../../examples/demo.toml");
const NORDIC_SCHOOL: &str = include_str!("../../examples/nordic-school.toml");

/// Where the stand-ins are unless they are told otherwise, as the example has it.
const OS2MO: &str = "http://127.0.0.1:8101";
const OS2SYNC: &str = "http://127.0.0.1:8102";
const CANVAS: &str = "http://127.0.0.1:8103";

/// What the stand-ins let in. They guard nothing, so these are no secrets.
const STAND_IN_SECRETS: [(&str, &str); 3] = [
    ("os2mo", "secret"),
    ("canvas", "canvas-token"),
    ("os2sync", "stand-in-key"),
];

pub(super) fn run(context: &Context, init: &Init) -> Result<Exit, Failure> {
    let screen = context.screen;
    let file = init.dir.join(TENANT_FILE);
    if file.exists() {
        return Err(Failure::Usage(format!(
            "{} is there already; edit it, or name another folder",
            file.display()
        )));
    }
    let text = text(init);
    let tenant = Tenant::parse(&init.dir, Source::new(&file, text.clone()))?.sound()?;
    let mut written = Vec::new();
    make(&init.dir)?;
    for connection in tenant.connections() {
        let grants = connection.grants();
        for (granted, folder) in [(grants.inbox, "inbox"), (grants.outbox, "outbox")] {
            if granted {
                let folder = init.dir.join(connection.name()).join(folder);
                make(&folder)?;
                written.push(folder);
            }
        }
    }
    if init.example == Some(Example::Demo) {
        for (name, secret) in STAND_IN_SECRETS {
            written.push(keep(&init.dir, name, secret)?);
        }
    }
    // A key that is there already stays: something may be sealed with it.
    match tenant.keys().make(super::keys::random()?) {
        Ok(path) => written.push(path),
        Err(KeyError::Present { .. } | KeyError::Elsewhere(_)) => {}
        Err(error) => return Err(error.into()),
    }
    // Last, so that a folder with the file is a whole one.
    write(&file, &text)?;
    written.push(file);
    screen.document(&json!({
        "tenant": tenant.name(),
        "written": written.iter().map(|path| path.display().to_string()).collect::<Vec<_>>(),
    }));
    for path in &written {
        screen.line(format!("made {}", path.display()));
    }
    let folder = init.dir.display();
    screen.line(match init.example {
        None => format!("\nadd connections to {folder}/{TENANT_FILE}, and see what is missing: samklang check {folder}"),
        Some(_) => format!(
            "\ninstall the connectors that it names (samklang connector add FILE),\nand see what is missing: samklang check {folder}"
        ),
    });
    Ok(Exit::Done)
}

/// The configuration to write.
fn text(init: &Init) -> String {
    match init.example {
        Some(Example::Demo) => DEMO
            .replace(OS2MO, init.os2mo.trim_end_matches('/'))
            .replace(OS2SYNC, init.os2sync.trim_end_matches('/'))
            .replace(CANVAS, init.canvas.trim_end_matches('/')),
        Some(Example::NordicSchool) => NORDIC_SCHOOL.to_owned(),
        None => match named(&init.dir) {
            Some(name) => BLANK.replace("tenant = \"nordvik\"", &format!("tenant = \"{name}\"")),
            None => BLANK.to_owned(),
        },
    }
}

/// The folder's own name as that of a tenant, if it can be one.
fn named(folder: &Path) -> Option<String> {
    let name = folder.file_name()?.to_str()?.to_lowercase();
    let plain: String = name
        .chars()
        .map(|letter| {
            if letter.is_ascii_alphanumeric() {
                letter
            } else {
                '-'
            }
        })
        .take(63)
        .collect();
    let plain = plain.trim_matches('-');
    (!plain.is_empty()).then(|| plain.to_owned())
}

/// Keeps a secret where only this user can read it.
fn keep(folder: &Path, name: &str, secret: &str) -> Result<PathBuf, Failure> {
    let secrets = folder.join("secrets");
    make(&secrets)?;
    let path = secrets.join(name);
    write(&path, &format!("{secret}\n"))?;
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let private = std::fs::Permissions::from_mode(0o600);
        std::fs::set_permissions(&path, private)
            .map_err(|cause| Failure::because(format!("{} cannot be made private", path.display()), cause))?;
    }
    Ok(path)
}

fn make(folder: &Path) -> Result<(), Failure> {
    std::fs::create_dir_all(folder)
        .map_err(|cause| Failure::because(format!("the folder {} cannot be made", folder.display()), cause))
}

fn write(path: &Path, text: &str) -> Result<(), Failure> {
    std::fs::write(path, text)
        .map_err(|cause| Failure::because(format!("{} cannot be written", path.display()), cause))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_example_is_sound() {
        for text in [BLANK, DEMO, NORDIC_SCHOOL] {
            let source = Source::new(Path::new("samklang.toml"), text.to_owned());
            Tenant::parse(Path::new("."), source)
                .unwrap()
                .sound()
                .unwrap_or_else(|error| panic!("{error}"));
        }
    }

    #[test]
    fn what_stands_in_comments_of_the_blank_one_is_sound_as_well() {
        let bare = BLANK.replace("steps = []\n", "");
        let text: String = bare
            .lines()
            .map(|line| match line.strip_prefix("# ") {
                Some(rest) if rest.starts_with('[') || rest.contains(" = ") => format!("{rest}\n"),
                _ => format!("{line}\n"),
            })
            .collect();
        let source = Source::new(Path::new("samklang.toml"), text);
        let tenant = Tenant::parse(Path::new("."), source)
            .unwrap()
            .sound()
            .unwrap_or_else(|error| panic!("{error}"));
        assert_eq!(tenant.connections().len(), 2);
        assert_eq!(tenant.steps().len(), 4);
    }

    #[test]
    fn a_folder_gives_the_tenant_its_name() {
        assert_eq!(
            named(Path::new("tenants/Nordvik Kommune")).as_deref(),
            Some("nordvik-kommune")
        );
        assert_eq!(named(Path::new("..")), None);
    }
}
