//! A real Chromium without a window, driven as a person would: by what is written on buttons, links and fields.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use base64::Engine;
use fantoccini::{Client, ClientBuilder};
use hyper_util::client::legacy::connect::HttpConnector;
use samklang_cycles::{is_left_out, repository};
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::devtools::Devtools;
use crate::process::Process;
use crate::target;

/// The longest that a script of a test may take.
const SCRIPTS: Duration = Duration::from_secs(180);

/// How long something may take to appear on a page.
pub(crate) const PATIENCE: Duration = Duration::from_secs(60);

/// How often is looked.
pub(crate) const GLANCE: Duration = Duration::from_millis(40);

/// What Chromium is started with. The background services would only look for hosts that nobody needs.
const ARGUMENTS: &[&str] = &[
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-breakpad",
    "--no-first-run",
    "--no-default-browser-check",
    "--force-color-profile=srgb",
    "--font-render-hinting=none",
    "--hide-scrollbars",
];

/// How wide the window is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Width {
    /// A telephone's, upright.
    Phone,
    /// A desk's.
    Desktop,
}

impl Width {
    /// Width and height in CSS pixels.
    #[must_use]
    pub const fn pixels(self) -> (u32, u32) {
        match self {
            Self::Phone => (390, 844),
            Self::Desktop => (1280, 900),
        }
    }
}

/// A browser with a profile of its own, at a desk's width to begin with.
#[derive(Debug)]
pub struct Browser {
    client: Client,
    // It goes, with the browser, before the profile.
    _driver: Process,
    _profile: TempDir,
}

impl Browser {
    /// Starts one that asks for pages in these languages, the dearest first, such as `da,en`; none when browsers are left out.
    pub async fn start(languages: &str) -> Option<Self> {
        if is_left_out("browser") {
            return None;
        }
        let profile = tempfile::tempdir().unwrap();
        let mut driver = Process::start(
            "chromedriver",
            Command::new("chromedriver").arg("--port=0"),
            "install it (Debian, Ubuntu: `sudo apt-get install chromium chromium-driver`), or leave it out: \
             SAMKLANG_TEST_WITHOUT=browser",
        );
        let port = driver.says("started successfully on port ");
        let first = languages.split(',').next().unwrap_or_default();
        let arguments: Vec<String> = ARGUMENTS
            .iter()
            .map(|&argument| argument.to_owned())
            .chain([
                format!("--user-data-dir={}", profile.path().display()),
                format!("--lang={first}"),
            ])
            .collect();
        let capabilities = json!({
            "browserName": "chrome",
            "goog:chromeOptions": {
                "args": arguments,
                "prefs": { "intl.accept_languages": languages },
            },
            "goog:loggingPrefs": { "browser": "ALL" },
            // What looks through a large page takes a while where two cores do everything.
            "timeouts": { "script": u64::try_from(SCRIPTS.as_millis()).unwrap_or(u64::MAX) },
        });
        let Value::Object(capabilities) = capabilities else {
            unreachable!("an object was written")
        };
        let client = ClientBuilder::new(HttpConnector::new())
            .capabilities(capabilities)
            .connect(&format!("http://127.0.0.1:{}", port.trim_end_matches('.')))
            .await
            .expect("Chromium begins a session");
        let browser = Self {
            client,
            _driver: driver,
            _profile: profile,
        };
        browser.resize(Width::Desktop).await;
        Some(browser)
    }

    /// The connection to the driver, for what has no word here.
    #[must_use]
    pub fn client(&self) -> &Client {
        &self.client
    }

    /// Makes the window that wide.
    pub async fn resize(&self, width: Width) {
        let (width, height) = width.pixels();
        let metrics = json!({ "width": width, "height": height, "deviceScaleFactor": 1, "mobile": false });
        self.devtools("Emulation.setDeviceMetricsOverride", metrics).await;
    }

    /// Opens an address.
    pub async fn open(&self, url: &str) {
        self.client
            .goto(url)
            .await
            .unwrap_or_else(|cause| panic!("{url} cannot be opened: {cause}"));
    }

    /// Where it is.
    pub async fn address(&self) -> url::Url {
        self.client.current_url().await.expect("a page has an address")
    }

    /// Waits until the path of the address is this one.
    pub async fn arrives(&self, path: &str) {
        let what = format!("the path {path}");
        self.until(&what, async || self.address().await.path() == path)
            .await;
    }

    /// Runs a script in the page and gives what it returns.
    pub async fn script(&self, script: &str, arguments: Vec<Value>) -> Value {
        self.client
            .execute(script, arguments)
            .await
            .unwrap_or_else(|cause| panic!("a script of the test fails: {cause}"))
    }

    /// What can be read on the page.
    pub async fn text(&self) -> String {
        let text = self.script("return document.body.innerText", Vec::new()).await;
        text.as_str().unwrap_or_default().to_owned()
    }

    /// Waits until this can be read on the page, wherever lines break.
    pub async fn sees(&self, text: &str) {
        let what = format!("the text `{text}`");
        self.until(&what, async || joined(&self.text().await).contains(&joined(text)))
            .await;
    }

    /// Waits until something matches a selector.
    pub async fn shows(&self, selector: &str) {
        let script = "return [...document.querySelectorAll(arguments[0])].some(one => one.checkVisibility())";
        let what = format!("an element `{selector}`");
        self.until(&what, async || {
            self.script(script, vec![selector.into()]).await == Value::Bool(true)
        })
        .await;
    }

    /// Whether something matches a selector now.
    pub async fn has(&self, selector: &str) -> bool {
        let script = "return document.querySelector(arguments[0]) !== null";
        self.script(script, vec![selector.into()]).await == Value::Bool(true)
    }

    /// The address of another path at the place where it is.
    pub async fn here(&self, path: &str) -> String {
        let address = self.address().await;
        address.join(path).expect("a path").to_string()
    }

    /// Waits until something holds of the page.
    ///
    /// # Panics
    ///
    /// When it does not in time, with the page's text; a picture of the page is kept.
    pub async fn until(&self, what: &str, mut holds: impl AsyncFnMut() -> bool) {
        let since = tokio::time::Instant::now();
        while !holds().await {
            if since.elapsed() > PATIENCE {
                self.give_up(what).await;
            }
            tokio::time::sleep(GLANCE).await;
        }
    }

    /// Ends the test for want of something.
    pub(crate) async fn give_up(&self, what: &str) -> ! {
        let picture = self.picture("failed").await;
        panic!(
            "waited in vain for {what} at {} ({}):\n{}\n{}",
            self.address().await,
            picture.display(),
            self.text().await,
            self.complaints().await.join("\n")
        );
    }

    /// Takes a picture of the whole page into the target folder, under this name.
    pub async fn picture(&self, name: &str) -> PathBuf {
        let size = "const page = document.documentElement; return [page.scrollWidth, Math.max(page.scrollHeight, innerHeight)]";
        let size = self.script(size, Vec::new()).await;
        let file = target().join("pages").join(name).with_extension("png");
        self.capture(&file, &size).await;
        file
    }

    /// Takes the picture that the README shows, of what is in the window.
    pub async fn write_readme_picture(&self) {
        let file = repository().join("host/docs/pictures/cycle.png");
        let (width, height) = Width::Desktop.pixels();
        self.capture(&file, &json!([width, height])).await;
    }

    async fn capture(&self, file: &Path, size: &Value) {
        let parameters = json!({
            "format": "png",
            "captureBeyondViewport": true,
            "clip": { "x": 0, "y": 0, "width": size[0], "height": size[1], "scale": 1 },
        });
        let taken = self.devtools("Page.captureScreenshot", parameters).await;
        let taken = taken["data"].as_str().expect("a picture");
        let taken = base64::prelude::BASE64_STANDARD.decode(taken);
        std::fs::create_dir_all(file.parent().expect("a file is in a folder")).unwrap();
        std::fs::write(file, taken.expect("a picture in base 64")).unwrap();
    }

    /// What the page's console complained of since the last time: scripts that fail, what the content security policy stops, what is
    /// not found.
    pub async fn complaints(&self) -> Vec<String> {
        let log = self.client.issue_cmd(Devtools::console()).await.expect("a log");
        let entries = log.as_array().cloned().unwrap_or_default();
        entries
            .iter()
            .filter(|entry| matches!(entry["level"].as_str(), Some("SEVERE" | "WARNING")))
            .map(|entry| entry["message"].as_str().unwrap_or_default().to_owned())
            .collect()
    }

    pub(crate) async fn devtools(&self, command: &str, parameters: Value) -> Value {
        self.client
            .issue_cmd(Devtools::command(command, parameters))
            .await
            .unwrap_or_else(|cause| panic!("{command}: {cause}"))
    }
}

/// A text on one line.
pub(crate) fn joined(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
