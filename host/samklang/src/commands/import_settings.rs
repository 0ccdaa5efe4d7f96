//! `samklang import-settings`: makes a tenant's folder of the settings of a program that Samklang takes the place of, and says what it could
//! not carry over.

mod settings;
mod tenant;

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use serde::Serialize;
use serde_json::json;

use super::Context;
use crate::configuration::{KeyError, Source, TENANT_FILE as FILE, Tenant};
use crate::failure::{Exit, Failure};
use crate::screen::Tone;
use settings::Settings;

/// Whose settings.
#[derive(Debug, Clone, Copy, ValueEnum)]
enum Program {
    /// OS2MO's export to OS2sync.
    Os2sync,
}

/// Arguments of `import-settings`.
#[derive(Debug, Args)]
pub(crate) struct ImportSettings {
    /// The program whose settings they are.
    #[arg(value_enum, value_name = "PROGRAM")]
    program: Program,
    /// The program's settings.json.
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// The tenant's folder to make.
    #[arg(value_name = "DIR")]
    dir: PathBuf,
}

/// A setting that has its equivalent.
#[derive(Debug, Serialize)]
pub(super) struct Carried {
    /// The setting.
    pub(super) setting: &'static str,
    /// Where its equivalent stands.
    pub(super) place: &'static str,
}

/// A setting that has none, or one that is not quite the same.
#[derive(Debug, Serialize)]
pub(super) struct Left {
    /// The setting.
    pub(super) setting: String,
    /// Why.
    pub(super) why: &'static str,
    /// What there is instead, or what to do.
    pub(super) instead: &'static str,
}

pub(super) fn run(context: &Context, import: &ImportSettings) -> Result<Exit, Failure> {
    let Program::Os2sync = import.program;
    let screen = context.screen;
    let shown = import.file.display();
    let text = std::fs::read_to_string(&import.file)
        .map_err(|cause| Failure::Usage(format!("{shown} cannot be read: {cause}")))?;
    let settings = Settings::read(&text).map_err(|problems| {
        let lines: Vec<String> = problems.iter().map(|problem| format!("\n  {problem}")).collect();
        Failure::Usage(format!("{shown} cannot be carried over:{}", lines.concat()))
    })?;
    let target = import.dir.join(FILE);
    if target.exists() {
        return Err(Failure::Usage(format!(
            "{} is there already; name another folder, or move it away",
            target.display()
        )));
    }
    let made = tenant::make(&settings, &import.dir);
    let unwritable =
        |cause: std::io::Error| Failure::because(format!("{} cannot be written", target.display()), cause);
    std::fs::create_dir_all(&import.dir).map_err(unwritable)?;
    let source = Source::new(&target, made.text.clone());
    let tenant = Tenant::parse(&import.dir, source)?.sound()?;
    let mut written = Vec::new();
    // A key that is there already stays: something may be sealed with it.
    match tenant.keys().make(super::keys::random()?) {
        Ok(path) => written.push(path),
        Err(KeyError::Present { .. } | KeyError::Elsewhere(_)) => {}
        Err(error) => return Err(error.into()),
    }
    // Last, so that a folder with the file is a whole one.
    std::fs::write(&target, &made.text).map_err(unwritable)?;
    written.push(target);
    screen.document(&json!({
        "written": written.iter().map(|path| path.display().to_string()).collect::<Vec<_>>(),
        "carried": made.carried,
        "left": made.left,
        "ignored": settings.strangers,
    }));
    for path in &written {
        screen.line(format!("wrote {}", path.display()));
    }
    screen.heading("carried over");
    let mut table = screen.new_table(&["setting", "where it is now"]);
    for carried in &made.carried {
        table.add_row(vec![
            screen.cell(carried.setting, Tone::Plain),
            screen.cell(carried.place, Tone::Plain),
        ]);
    }
    screen.table(&table);
    if !made.left.is_empty() {
        screen.heading("not carried over, or not quite the same");
        let mut table = screen.new_table(&["setting", "why", "instead"]);
        for left in &made.left {
            table.add_row(vec![
                screen.cell(&left.setting, Tone::Doubtful),
                screen.cell(left.why, Tone::Plain),
                screen.cell(left.instead, Tone::Plain),
            ]);
        }
        screen.table(&table);
    }
    if !settings.strangers.is_empty() {
        screen.line(format!(
            "\n{} settings of other programs were passed over",
            settings.strangers.len()
        ));
    }
    screen.line(format!(
        "\nnext: set OS2MO_CLIENT_SECRET and OS2SYNC_API_KEY, see to what is said above, then `samklang check {}`",
        import.dir.display()
    ));
    Ok(Exit::Done)
}
