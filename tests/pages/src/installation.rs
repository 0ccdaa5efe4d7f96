//! An installation with the demonstration's tenant, between stand-ins for its systems, as `cargo xtask demo` shows it.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use samklang_cycles::{Tenant, installation, program};
use samklang_municipality::{Municipality, write_pifu};
use samklang_stand_ins::canvas::Pace;
use samklang_stand_ins::{Canvas, Os2mo, Os2sync};
use tempfile::TempDir;

use crate::Served;
use crate::process::free_port;

/// The tenant's name.
pub const TENANT: &str = "nordvik";

/// How long the stand-ins take over what they do by themselves.
const QUICK: Duration = Duration::from_millis(200);

/// An installation that can be served.
#[derive(Debug)]
pub struct Installation {
    folder: TempDir,
    origin: String,
    os2mo: Os2mo,
    os2sync: Os2sync,
    canvas: Canvas,
}

impl Installation {
    /// Makes one whose systems hold this municipality. OS2sync wants to be enrolled before it is written.
    #[must_use]
    pub fn new(municipality: &Municipality) -> Self {
        Self::with_pace(municipality, QUICK)
    }

    /// The same with a Canvas that takes so long over each of its jobs.
    #[must_use]
    pub fn with_pace(municipality: &Municipality, pace: Duration) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let os2mo = Os2mo::builder().client("integration_hub", "secret");
        let os2sync = Os2sync::builder().api_key("stand-in-key").tick(QUICK);
        let made = Self {
            origin: format!("http://127.0.0.1:{}", free_port()),
            os2mo: os2mo.start_blocking().unwrap(),
            os2sync: os2sync.start_blocking().unwrap(),
            canvas: Canvas::builder()
                .pace(Pace::Every(pace))
                .start_blocking()
                .unwrap(),
            folder,
        };
        made.os2mo.replace(municipality);
        Tenant::copy(installation(), &made.home());
        made.call(
            &["init", "--example", "demo", "--os2mo", &made.os2mo.url()],
            |call| {
                call.arg("--os2sync").arg(made.os2sync.url());
                call.arg("--canvas").arg(made.canvas.url()).arg(made.tenant());
            },
        );
        made.rewrite(|settings| {
            let target = "connector = \"os2sync\"\n";
            let settings = settings.replace(target, &format!("{target}enrolment = \"required\"\n"));
            format!("title = \"Nordvik kommune\"\n{settings}")
        });
        let address = made.origin.trim_start_matches("http://");
        let server = format!(
            "[server]\nlisten = \"{address}\"\naddress = \"{}\"\n",
            made.origin
        );
        made.settle(&server);
        made
    }

    /// The address that people open.
    #[must_use]
    pub fn origin(&self) -> &str {
        &self.origin
    }

    /// Where a provider of identities sends people back to.
    #[must_use]
    pub fn callback(&self) -> String {
        format!("{}/sign-in/callback", self.origin)
    }

    /// The tenant's Canvas.
    #[must_use]
    pub fn canvas(&self) -> &Canvas {
        &self.canvas
    }

    /// OS2MO gets to hold the municipality as it is now.
    pub fn replace(&self, municipality: &Municipality) {
        self.os2mo.replace(municipality);
    }

    /// Adds tables to the installation's settings.
    pub fn settle(&self, tables: &str) {
        let file = self.home().join("installation.toml");
        let before = std::fs::read_to_string(&file).unwrap();
        std::fs::write(file, format!("{before}\n{tables}")).unwrap();
    }

    /// Keeps a secret that the settings name as `file:secrets/NAME`.
    pub fn keep(&self, name: &str, secret: &str) {
        let folder = self.home().join("secrets");
        std::fs::create_dir_all(&folder).unwrap();
        std::fs::write(folder.join(name), secret).unwrap();
    }

    /// Writes the tenant's settings anew.
    pub fn rewrite(&self, change: impl FnOnce(String) -> String) {
        let file = self.tenant().join("samklang.toml");
        let before = std::fs::read_to_string(&file).unwrap();
        std::fs::write(file, change(before)).unwrap();
    }

    /// A file that the school administration system would deliver, in a folder where a person may choose it.
    #[must_use]
    pub fn extract(&self, name: &str, text: &[u8]) -> PathBuf {
        let file = self.folder.path().join(name);
        std::fs::write(&file, text).unwrap();
        file
    }

    /// The same file, in the inbox already.
    pub fn deliver(&self, text: &[u8]) {
        let inbox = self.tenant().join("sas/inbox");
        std::fs::create_dir_all(&inbox).unwrap();
        std::fs::write(inbox.join("pifu.xml"), text).unwrap();
    }

    /// Runs the cycle by the command; whether it came to its end.
    pub fn run(&self) -> bool {
        let mut call = Command::new(program());
        let output = call
            .arg("run")
            .arg(self.tenant())
            .arg("--home")
            .arg(self.home())
            .output()
            .unwrap();
        let said = String::from_utf8_lossy(&output.stderr);
        match output.status.code() {
            Some(0) => true,
            Some(3) => false,
            _ => panic!("samklang run: {}\n{said}", output.status),
        }
    }

    /// Serves it.
    #[must_use]
    pub fn serve(&self) -> Served {
        Served::start(&self.home(), &self.origin)
    }

    fn call(&self, words: &[&str], more: impl FnOnce(&mut Command)) {
        let mut call = Command::new(program());
        call.args(words);
        more(&mut call);
        let output = call.arg("--home").arg(self.home()).output().unwrap();
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "samklang {}: {said}", words.join(" "));
    }

    fn home(&self) -> PathBuf {
        self.folder.path().join("home")
    }

    fn tenant(&self) -> PathBuf {
        self.home().join("tenants").join(TENANT)
    }

    /// The folder that everything of it lies in.
    #[must_use]
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }
}

/// A municipality's extract as the school administration system delivers it.
#[must_use]
pub fn extract(municipality: &Municipality) -> Vec<u8> {
    let mut extract = Vec::new();
    write_pifu(municipality, &mut extract).unwrap();
    extract
}
