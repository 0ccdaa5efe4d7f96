//! What a tenant's file says to a server: what people call the tenant, when its cycle begins by itself, and who is told.

use std::path::Path;

use jiff::tz::TimeZone;
use samklang_egress::SecretReference;
use samklang_server::{Language, Timetable};

use super::credential::secret;
use super::document::Content;
use super::mistake::{Mistake, Mistakes};
use super::policy::duration;
use super::section::{Placed, Section};

/// After how many milliseconds a step that waits is late, unless the file says otherwise.
const LATE_AFTER: i64 = 2 * 60 * 60 * 1000;

/// The keys of the file that are read here.
pub(super) const KEYS: [&str; 4] = ["title", "schedule", "late_after", "notices"];

/// What is for a server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Serving {
    /// What people call the tenant; none when nothing is said.
    pub title: Option<String>,
    /// When its cycle begins by itself: cron expressions, read in the tenant's time zone.
    pub schedule: Vec<String>,
    /// After how many milliseconds a step that waits is late.
    pub late_after: i64,
    /// Who is told.
    pub notices: Notices,
}

/// Who is told when a person must act, a cycle fails, or it recovers.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Notices {
    /// Addresses for e-mail.
    pub mail: Vec<String>,
    /// Where notices are posted to, and where the secret is kept that they are signed with.
    pub webhook: Option<(String, SecretReference)>,
    /// The language of the texts.
    pub language: Option<String>,
}

/// Reads it.
pub(super) fn read(file: &Section<'_>, folder: &Path, mistakes: &mut Mistakes) -> Serving {
    Serving {
        title: file.text("title", mistakes).map(|title| title.value),
        schedule: schedule(file, mistakes),
        late_after: duration(file, "late_after", mistakes).unwrap_or(LATE_AFTER),
        notices: notices(file, "notices", folder, mistakes),
    }
}

fn schedule(file: &Section<'_>, mistakes: &mut Mistakes) -> Vec<String> {
    let written = match file.get("schedule").map(|node| &node.content) {
        Some(Content::List(_)) => file.texts("schedule", mistakes),
        _ => file.text("schedule", mistakes).into_iter().collect(),
    };
    let sound = |text: &Placed<String>| match cron(&text.value) {
        Ok(()) => true,
        Err(cause) => {
            mistakes.add(
                Mistake::new(
                    "schedule",
                    text.span.clone(),
                    format!("`{}` is no time at which something begins: {cause}", text.value),
                )
                .remedy(
                    "write minute, hour, day of the month, month and day of the week, such as \"30 4 * * *\" for every day at half past four; the \
                     time zone is the tenant's, `time_zone`",
                ),
            );
            false
        }
    };
    let sound = written.into_iter().filter(sound);
    sound.map(|text| text.value.trim().to_owned()).collect()
}

fn cron(text: &str) -> Result<(), String> {
    let read = Timetable::parse(&[text.to_owned()], TimeZone::UTC);
    read.map(drop).map_err(|error| {
        // What comes before draws the place, which the mistake does by itself.
        let told = error.cause.lines().rfind(|line| !line.trim().is_empty());
        told.unwrap_or_default().trim_start_matches(['^', ' ']).to_owned()
    })
}

/// Reads the table `notices` of that section, which `name` says in full; a path in it is relative to the folder.
pub(super) fn notices(section: &Section<'_>, name: &str, folder: &Path, mistakes: &mut Mistakes) -> Notices {
    let known = ["mail", "webhook", "language"];
    let section = section
        .get("notices")
        .and_then(|node| Section::new(node, name, &known, mistakes));
    let Some(section) = section else {
        return Notices::default();
    };
    let mut mail = Vec::new();
    for address in section.texts("mail", mistakes) {
        let (name, domain) = address.value.split_once('@').unwrap_or_default();
        if name.is_empty() || domain.is_empty() || address.value.contains(char::is_whitespace) {
            mistakes.add(
                Mistake::new(
                    "address",
                    address.span,
                    format!("`{}` is no address for e-mail", address.value),
                )
                .remedy("write the address alone, such as \"drift@nordvik.kommune.example\""),
            );
        } else {
            mail.push(address.value);
        }
    }
    let within = format!("{name}.webhook");
    let webhook = section
        .get("webhook")
        .and_then(|node| Section::new(node, &within, &["url", "secret"], mistakes))
        .and_then(|section| webhook(&section, folder, mistakes));
    let words = Language::ALL.map(|language| (language.tag(), language.tag()));
    Notices {
        mail,
        webhook,
        language: section.word("language", &words, mistakes).map(str::to_owned),
    }
}

fn webhook(
    section: &Section<'_>,
    folder: &Path,
    mistakes: &mut Mistakes,
) -> Option<(String, SecretReference)> {
    let url = section.required("url", "\"https://drift.kommune.example/samklang\"", mistakes);
    let secret = secret(section, "secret", folder, mistakes);
    let url = url?;
    let parsed = url::Url::parse(&url.value);
    let sound = parsed.is_ok_and(|parsed| matches!(parsed.scheme(), "https" | "http") && parsed.has_host());
    if !sound {
        // Whoever writes a URL here may have written a secret with it.
        mistakes.add(
            Mistake::new(
                "webhook",
                url.span,
                "`url` holds no address that notices can be posted to",
            )
            .remedy("write an address such as \"https://drift.kommune.example/samklang\"")
            .blotted(),
        );
        return None;
    }
    Some((url.value, secret?))
}
