//! What a notice says: as it is kept until it is delivered, as a webhook gets it, and in words.

use fluent_bundle::FluentArgs;
use serde::{Deserialize, Serialize};
use serde_json::json;
use url::Url;

use crate::notice::condition::{Kind, Place};
use crate::text::{Language, Texts};
use crate::view::Moment;

/// A notice. It names a tenant, a step and counts, and nobody.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Letter {
    pub(crate) kind: Kind,
    /// The tenant's name, for addresses.
    pub(crate) tenant: String,
    /// What people call it.
    pub(crate) title: String,
    pub(crate) cycle: Option<i64>,
    pub(crate) place: Option<Place>,
    /// How many questions are open.
    pub(crate) cases: Option<u64>,
    /// When it was so, in milliseconds since 1970.
    pub(crate) at: i64,
}

/// A notice in words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Words {
    pub(crate) subject: String,
    pub(crate) text: String,
}

impl Letter {
    /// The page where somebody can do something about it.
    pub(crate) fn link(&self, address: &Url) -> String {
        let page = match self.kind {
            Kind::Halted | Kind::Second => "/halt",
            Kind::Cases => "/cases",
            Kind::Failed | Kind::Late | Kind::Broken | Kind::Mended | Kind::Recovered | Kind::Unused => "",
        };
        let base = address.as_str().trim_end_matches('/');
        format!("{base}/t/{}{page}", self.tenant)
    }

    /// As a webhook gets it.
    pub(crate) fn payload(&self, address: &Url) -> serde_json::Value {
        let step = self.place.as_ref().map(|place| {
            json!({
                "kind": place.kind, "connection": place.connection, "system": place.system, "code": place.code,
                "owner": place.owner,
            })
        });
        json!({
            "type": format!("cycle.{}", self.kind.as_str()),
            "timestamp": Moment(self.at).to_string(),
            "data": {
                "tenant": self.tenant, "title": self.title, "cycle": self.cycle, "step": step, "cases": self.cases,
                "url": self.link(address),
            },
        })
    }

    /// In words of a language.
    pub(crate) fn words(&self, texts: &Texts, language: Language, address: &Url) -> Words {
        let mut values = FluentArgs::new();
        values.set("tenant", self.title.as_str());
        values.set(
            "count",
            self.cases
                .and_then(|count| i64::try_from(count).ok())
                .unwrap_or(0),
        );
        values.set("link", self.link(address));
        let say = |key: &str, values: &FluentArgs<'_>| texts.say(language, key, Some(values));
        let (subject, text) = match self.kind {
            Kind::Halted => ("notice-halted", "notice-halted-text"),
            Kind::Second => ("notice-second", "notice-second-text"),
            Kind::Failed => ("notice-failed", "notice-failed-text"),
            Kind::Late => ("notice-late", "notice-late-text"),
            Kind::Broken => ("notice-broken", "notice-broken-text"),
            Kind::Mended => ("notice-mended", "notice-mended-text"),
            Kind::Recovered => ("notice-recovered", "notice-recovered-text"),
            Kind::Cases => ("notice-cases", "notice-cases-text"),
            Kind::Unused => ("notice-unused", "notice-unused-text"),
        };
        let mut parts = vec![say(text, &values)];
        if let Some(place) = &self.place {
            values.set("step", texts.say(language, step(&place.kind), None));
            let system = place.system.as_deref().or(place.connection.as_deref());
            values.set("system", system.unwrap_or_default());
            values.set("owner", texts.say(language, owner(&place.owner), None));
            let place = if system.is_some() {
                "notice-step-at"
            } else {
                "notice-step"
            };
            parts.push(format!(
                "{}\n{}",
                say(place, &values),
                say("notice-owner", &values)
            ));
        }
        parts.push(say("notice-link", &values));
        parts.push(say("notice-once", &values));
        Words {
            subject: say(subject, &values),
            text: parts.join("\n\n") + "\n",
        }
    }
}

/// The key of a step's name.
fn step(kind: &str) -> &'static str {
    match kind {
        "import" => "step-import",
        "compare" => "step-compare",
        "reconcile" => "step-reconcile",
        "export" => "step-export",
        "feedback" => "step-feedback",
        _ => "notice-on-demand",
    }
}

/// The key of the words for who can act.
fn owner(owner: &str) -> &'static str {
    match owner {
        "operator" => "owner-operator",
        "system" => "owner-system",
        "connector-vendor" => "owner-connector-vendor",
        _ => "owner-support",
    }
}
