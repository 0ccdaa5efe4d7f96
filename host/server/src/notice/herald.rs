//! Tells people what changed, each once, and delivers until it has arrived or that is given up.

use std::collections::BTreeMap;
use std::sync::Arc;

use futures_util::{StreamExt as _, stream};
use samklang_egress::{Egress, HostClient, HostLimits, SendError};
use samklang_store::{NoticeFailure, Notices, Telling, WaitingNotice};
use tokio::sync::{Mutex, Notify};

use crate::desk::{Desk, TenantPlan};
use crate::notice::condition::{Condition, Kind, Place};
use crate::notice::letter::Letter;
use crate::notice::mail::{MailError, Post};
use crate::notice::{Recipients, webhook};
use crate::run::{Clock, Stopped};
use crate::settings::ServerSettings;
use crate::text::{Language, Texts};
use crate::view::TenantSummary;
use crate::watch::Meters;

const MINUTE: i64 = 60_000;
const HOUR: i64 = 60 * MINUTE;
/// The longest pause between two attempts to deliver.
const LONGEST: i64 = HOUR;
/// What has not arrived by then is given up.
const GIVE_UP: i64 = 48 * HOUR;
/// Notices that are looked for at a time.
const BATCH: u32 = 50;
/// Receivers that are told at the same time.
const AT_ONCE: usize = 8;

const MAIL: &str = "mail";
const WEBHOOK: &str = "webhook";
/// How the cycle is doing.
const TROUBLE: &str = "trouble";
/// How many questions are open.
const CASES: &str = "cases";
/// A promotion that was not used in its time, by its source.
const PROMOTION: &str = "promotion:";
/// For whom notices are that are the installation's own; no tenant has this name.
const INSTALLATION: &str = "*";
/// A tenant's configuration that holds mistakes, by the tenant's name.
const CONFIGURATION: &str = "configuration:";

/// Why nothing can be told.
#[derive(Debug, thiserror::Error)]
pub enum HeraldError {
    /// The mail server.
    #[error(transparent)]
    Mail(#[from] MailError),
    /// The client that posts to webhooks.
    #[error(transparent)]
    Client(#[from] SendError),
}

/// Tells people what changed.
pub struct Herald {
    notices: Notices,
    texts: Arc<Texts>,
    settings: ServerSettings,
    client: HostClient,
    post: Option<Post>,
    meters: Arc<Meters>,
    poke: Notify,
    /// What was told is looked up and kept by one at a time, so that nothing is told twice.
    telling: Mutex<()>,
}

impl Herald {
    /// One that keeps in this store what it told, and posts by this way out.
    ///
    /// # Errors
    ///
    /// When the mail server or the way out cannot be used as they are configured.
    pub fn new(
        notices: Notices,
        texts: Arc<Texts>,
        settings: ServerSettings,
        egress: &Egress,
        meters: Arc<Meters>,
    ) -> Result<Self, HeraldError> {
        Ok(Self {
            notices,
            texts,
            client: egress.host_client(HostLimits::default())?,
            post: settings.mail.as_ref().map(Post::new).transpose()?,
            settings,
            meters,
            poke: Notify::new(),
            telling: Mutex::new(()),
        })
    }

    /// The newest notice about a tenant that could not be delivered yet.
    ///
    /// # Errors
    ///
    /// When the store fails.
    pub async fn last_failure(
        &self,
        tenant: &str,
    ) -> Result<Option<NoticeFailure>, samklang_core::port::StoreError> {
        self.notices.last_failure(tenant).await
    }

    /// Tells whatever changed in a tenant since it was told last.
    pub(crate) async fn look(&self, plan: &TenantPlan, summary: &TenantSummary, stopped: &Stopped, now: i64) {
        if self.ways(&plan.notices).is_empty() {
            return;
        }
        let _telling = self.telling.lock().await;
        match self.notices.told(&plan.name).await {
            Ok(told) => self.compare(plan, summary, stopped, &told, now).await,
            Err(error) => {
                tracing::error!(tenant = plan.name, %error, "what was told cannot be read, so that nothing is told for now");
            }
        }
    }

    /// Tells whatever changed in these tenants without anything having been carried out here: what becomes late, what a command has left, a
    /// configuration that holds mistakes.
    pub(crate) async fn watch(
        &self,
        plans: &[Arc<TenantPlan>],
        seen: &[(Arc<TenantPlan>, TenantSummary, Stopped)],
        now: i64,
    ) {
        let _telling = self.telling.lock().await;
        let told = match self.notices.all_told().await {
            Ok(told) => told,
            Err(error) => {
                tracing::error!(%error, "what was told cannot be read, so that nothing is told for now");
                return;
            }
        };
        let of = |tenant: &str| told.get(tenant).map_or(&[][..], Vec::as_slice);
        for (plan, summary, stopped) in seen {
            self.compare(plan, summary, stopped, of(&plan.name), now).await;
        }
        self.compare_configurations(plans, of(INSTALLATION), now).await;
    }

    /// Tells those who look after the installation which configurations cannot be used, and which can again. The tenant's own people may stand
    /// in just the file that cannot be read.
    async fn compare_configurations(&self, plans: &[Arc<TenantPlan>], told: &[(String, String)], now: i64) {
        let ways = self.ways(&self.settings.notices);
        // Without any tenant it is their folder that cannot be read.
        if ways.is_empty() || plans.is_empty() {
            return;
        }
        let letter = |kind, tenant: &str, title: &str| Letter {
            kind,
            tenant: tenant.to_owned(),
            title: title.to_owned(),
            cycle: None,
            place: None,
            cases: None,
            at: now,
        };
        let broken = || plans.iter().filter(|plan| plan.broken.is_some());
        for plan in broken() {
            let subject = format!("{CONFIGURATION}{}", plan.name);
            if !told.iter().any(|(known, _)| *known == subject) {
                let letter = letter(Kind::Broken, &plan.name, &plan.title);
                let mark = Some(Kind::Broken.as_str());
                self.tell(&letter, (INSTALLATION, subject.as_str()), mark, &ways)
                    .await;
            }
        }
        for (subject, _) in told {
            let Some(tenant) = subject.strip_prefix(CONFIGURATION) else {
                continue;
            };
            // A tenant whose file could not be read may have got another name with it.
            if !broken().any(|plan| plan.name == tenant) {
                let plan = plans.iter().find(|plan| plan.name == tenant);
                let title = plan.map_or(tenant, |plan| plan.title.as_str());
                let letter = letter(Kind::Mended, tenant, title);
                self.tell(&letter, (INSTALLATION, subject.as_str()), None, &ways)
                    .await;
            }
        }
    }

    /// Tells what is so in a tenant and was not told.
    async fn compare(
        &self,
        plan: &TenantPlan,
        summary: &TenantSummary,
        stopped: &Stopped,
        told: &[(String, String)],
        now: i64,
    ) {
        let ways = self.ways(&plan.notices);
        if ways.is_empty() {
            return;
        }
        let told = |subject: &str| {
            let mark = told.iter().find(|(known, _)| known == subject);
            mark.map(|(_, mark)| mark.as_str())
        };
        let letter = |kind, place, cases| Letter {
            kind,
            tenant: plan.name.clone(),
            title: plan.title.clone(),
            cycle: summary.cycle.as_ref().map(|cycle| cycle.id),
            place,
            cases,
            at: now,
        };
        match (Condition::of(summary, stopped), told(TROUBLE)) {
            (Condition::Trouble(trouble), before) if before != Some(&trouble.mark) => {
                let letter = letter(trouble.kind, trouble.place, None);
                self.tell(&letter, (plan.name.as_str(), TROUBLE), Some(&trouble.mark), &ways)
                    .await;
            }
            (Condition::Well, Some(_)) => {
                let letter = letter(Kind::Recovered, None, None);
                self.tell(&letter, (plan.name.as_str(), TROUBLE), None, &ways)
                    .await;
            }
            _ => {}
        }
        let before = told(CASES).and_then(|mark| mark.parse().ok()).unwrap_or(0_u64);
        if summary.cases != before {
            let mark = summary.cases.to_string();
            let mark = (summary.cases > 0).then_some(mark.as_str());
            // That questions were answered is told to nobody.
            let ways: &[&str] = if summary.cases > before { &ways } else { &[] };
            let letter = letter(Kind::Cases, None, Some(summary.cases));
            self.tell(&letter, (plan.name.as_str(), CASES), mark, ways).await;
        }
        for promotion in &summary.unused_promotions {
            let subject = format!("{PROMOTION}{}", promotion.connection);
            let mark = promotion.closed.0.to_string();
            if told(&subject) == Some(mark.as_str()) {
                continue;
            }
            let letter = letter(Kind::Unused, Some(Place::comparing(promotion)), None);
            let about = (plan.name.as_str(), subject.as_str());
            self.tell(&letter, about, Some(&mark), &ways).await;
        }
    }

    /// The ways by which people are told.
    fn ways(&self, to: &Recipients) -> Vec<&'static str> {
        // Where no mail server is configured no mail is sent.
        let mail = (!to.mail.is_empty() && self.post.is_some()).then_some(MAIL);
        let webhook = to.webhook.as_ref().map(|_| WEBHOOK);
        mail.into_iter().chain(webhook).collect()
    }

    async fn tell(&self, letter: &Letter, about: (&str, &str), mark: Option<&str>, ways: &[&str]) {
        let (tenant, subject) = about;
        let body = match serde_json::to_string(letter) {
            Ok(body) => body,
            Err(error) => {
                tracing::error!(tenant, %error, "a notice cannot be written down");
                return;
            }
        };
        let telling = Telling {
            tenant,
            subject,
            mark,
            at: letter.at,
            ways,
            body: &body,
        };
        match self.notices.tell(&telling).await {
            Ok(()) => self.poke.notify_one(),
            Err(error) => {
                tracing::error!(tenant, %error, "a notice cannot be kept; it is told at the next look")
            }
        }
    }

    /// Delivers what is due, whenever something is, for as long as the server runs.
    pub(crate) async fn deliver_always(&self, desk: &Arc<dyn Desk>, clock: &dyn Clock) {
        loop {
            let now = clock.now();
            let next = self.deliver(desk, now).await;
            let next = next.clamp(now.saturating_add(1), now.saturating_add(MINUTE));
            tokio::select! {
                () = self.poke.notified() => {}
                () = clock.until(next) => {}
            }
        }
    }

    /// Delivers what is due. Answers when something is next.
    pub(crate) async fn deliver(&self, desk: &Arc<dyn Desk>, now: i64) -> i64 {
        let later = now.saturating_add(MINUTE);
        let due = match self.notices.due(now, BATCH).await {
            Ok(due) => due,
            Err(error) => {
                tracing::error!(%error, "the notices that are due cannot be read");
                return later;
            }
        };
        let plans = if due.is_empty() {
            Vec::new()
        } else {
            desk.tenants().await
        };
        // What goes one way to one tenant's people arrives in the order in which it happened; nobody else waits for a receiver that is slow.
        let mut rows: BTreeMap<(String, String), Vec<WaitingNotice>> = BTreeMap::new();
        for notice in due {
            let row = rows.entry((notice.tenant.clone(), notice.way.clone()));
            row.or_default().push(notice);
        }
        let delivered = stream::iter(rows)
            .map(|((tenant, _), row)| {
                let to = match plans.iter().find(|plan| plan.name == tenant) {
                    Some(plan) => Some(&plan.notices),
                    None => (tenant == INSTALLATION).then_some(&self.settings.notices),
                };
                self.deliver_row(row, to, now)
            })
            .buffer_unordered(AT_ONCE)
            .all(async |kept| kept)
            .await;
        if !delivered {
            return later;
        }
        match self.notices.next_due().await {
            Ok(next) => next.unwrap_or(later),
            Err(_) => later,
        }
    }

    /// Delivers what goes one way to one tenant's people. False when what became of it cannot be kept.
    async fn deliver_row(&self, row: Vec<WaitingNotice>, to: Option<&Recipients>, now: i64) -> bool {
        for notice in row {
            let outcome = self.deliver_one(&notice, to, now).await;
            if self.settle(&notice, outcome, now).await.is_err() {
                return false;
            }
        }
        true
    }

    async fn deliver_one(
        &self,
        notice: &WaitingNotice,
        to: Option<&Recipients>,
        now: i64,
    ) -> Result<(), String> {
        // Whoever is not in the configuration any more is not told any more.
        let Some(to) = to else { return Ok(()) };
        let letter: Letter = serde_json::from_str(&notice.body).map_err(|error| error.to_string())?;
        let address = &self.settings.address;
        match (notice.way.as_str(), &to.webhook, &self.post) {
            (WEBHOOK, Some(webhook), _) => {
                let body = letter.payload(address).to_string();
                webhook::post(&self.client, webhook, notice.id, now, body).await
            }
            (MAIL, _, Some(post)) if !to.mail.is_empty() => {
                let language = to.language.as_deref().and_then(Language::of_tag);
                let language = language.unwrap_or(self.settings.language);
                let words = letter.words(&self.texts, language, address);
                post.send(&to.mail, &words).await
            }
            _ => Ok(()),
        }
    }

    async fn settle(
        &self,
        notice: &WaitingNotice,
        outcome: Result<(), String>,
        now: i64,
    ) -> Result<(), samklang_core::port::StoreError> {
        let (tenant, way) = (notice.tenant.as_str(), notice.way.as_str());
        let kept = match outcome {
            Ok(()) => {
                self.meters.notice(way, "sent");
                self.notices.delivered(notice.id).await
            }
            Err(failure) => {
                self.meters.notice(way, "failed");
                let due = again(notice.failures, notice.made, now);
                tracing::warn!(
                    tenant,
                    way,
                    failure,
                    given_up = due.is_none(),
                    "a notice could not be delivered"
                );
                self.notices.undelivered(notice.id, &failure, now, due).await
            }
        };
        kept.inspect_err(|error| {
            tracing::error!(tenant, way, %error, "what became of a notice cannot be kept; it may be sent twice");
        })
    }
}

/// When a notice that has failed so often before is tried again; none when that is given up.
fn again(failures: u32, made: i64, now: i64) -> Option<i64> {
    let pause = 1_i64
        .checked_shl(failures)
        .unwrap_or(LONGEST)
        .saturating_mul(MINUTE);
    let due = now.saturating_add(pause.clamp(MINUTE, LONGEST));
    (due.saturating_sub(made) < GIVE_UP).then_some(due)
}
