//! What people are told, by a clock that tests turn, to receivers that are real but small.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::http::{HeaderMap, StatusCode};
use axum::routing::post;
use samklang_egress::Egress;
use samklang_store::Installation;
use serde_json::Value;
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::TcpListener;
use tokio::sync::watch;

use crate::access::{Operator, Role, Within};
use crate::desk::DeskError;
use crate::notice::{Herald, Recipients, Webhook};
use crate::run::material::{HandClock, Stage, stopped, store, wait};
use crate::run::{Runner, STOP_WITHIN, Task};
use crate::settings::{MailSecurity, MailServer, Metrics, ServerSettings};
use crate::text::{Language, Texts};
use crate::view::{Look, Moment, UnusedPromotion};
use crate::watch::Meters;

/// What arrived somewhere, and what is answered.
#[derive(Clone)]
struct Arrived {
    bodies: Arc<Mutex<Vec<String>>>,
    status: Arc<Mutex<StatusCode>>,
    count: watch::Sender<usize>,
}

impl Arrived {
    fn new() -> Self {
        Self {
            bodies: Arc::default(),
            status: Arc::new(Mutex::new(StatusCode::NO_CONTENT)),
            count: watch::Sender::new(0),
        }
    }

    fn keep(&self, body: String) -> StatusCode {
        self.bodies.lock().unwrap().push(body);
        self.count.send_modify(|count| *count += 1);
        *self.status.lock().unwrap()
    }

    async fn until(&self, count: usize) -> Vec<String> {
        self.count
            .subscribe()
            .wait_for(|arrived| *arrived >= count)
            .await
            .unwrap();
        self.bodies.lock().unwrap().clone()
    }

    /// A webhook's receiver.
    async fn receive(&self) -> String {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let arrived = self.clone();
        let receive = post(async move |headers: HeaderMap, body: String| {
            assert!(headers["webhook-signature"].to_str().unwrap().starts_with("v1,"));
            arrived.keep(body)
        });
        let app = Router::new().route("/hook", receive);
        tokio::spawn(async move { axum::serve(listener, app).await.unwrap() });
        format!("http://{address}/hook")
    }

    /// A mail server that takes everything.
    async fn take_mail(&self) -> SocketAddr {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let arrived = self.clone();
        tokio::spawn(async move {
            loop {
                let (stream, _) = listener.accept().await.unwrap();
                let arrived = arrived.clone();
                tokio::spawn(async move {
                    let (read, mut write) = stream.into_split();
                    let mut lines = BufReader::new(read).lines();
                    write.write_all(b"220 mail.example.org\r\n").await.unwrap();
                    let (mut data, mut message) = (false, String::new());
                    while let Ok(Some(line)) = lines.next_line().await {
                        let answer: &[u8] = match line.as_str() {
                            "." if data => {
                                data = false;
                                arrived.keep(std::mem::take(&mut message));
                                b"250 taken\r\n"
                            }
                            _ if data => {
                                message.push_str(&line);
                                message.push('\n');
                                continue;
                            }
                            "DATA" => {
                                data = true;
                                b"354 go on\r\n"
                            }
                            "QUIT" => b"221 bye\r\n",
                            _ => b"250 yes\r\n",
                        };
                        write.write_all(answer).await.unwrap();
                    }
                });
            }
        });
        address
    }
}

fn settings(mail: Option<SocketAddr>) -> ServerSettings {
    ServerSettings {
        listen: "127.0.0.1:0".parse().unwrap(),
        address: "https://sync.example.org".parse().unwrap(),
        cycles_at_once: 2,
        tls: None,
        proxies: Vec::new(),
        sign_in: None,
        mail: mail.map(|mail| MailServer {
            host: mail.ip().to_string(),
            port: mail.port(),
            security: MailSecurity::Plain,
            from: "Samklang <samklang@example.org>".into(),
            account: None,
        }),
        notices: Recipients::default(),
        language: Language::English,
        metrics: Metrics::Off,
        traces: None,
        upload: 1 << 20,
    }
}

struct World {
    clock: HandClock,
    store: Installation,
    stage: Arc<Stage>,
    mail: Option<SocketAddr>,
    /// Who looks after the installation.
    keepers: Recipients,
}

impl World {
    async fn new(mail: Option<SocketAddr>) -> Self {
        let clock = HandClock::at("2026-06-30T20:00:00Z");
        Self {
            stage: Stage::new(clock.clone(), &["nordvik"]),
            store: store().await,
            clock,
            mail,
            keepers: Recipients::default(),
        }
    }

    async fn started(&self) -> (Runner, Arc<Herald>) {
        let herald = Herald::new(
            self.store.notices(),
            Arc::new(Texts::new().unwrap()),
            ServerSettings {
                notices: self.keepers.clone(),
                ..settings(self.mail)
            },
            &Egress::new(&[]).unwrap(),
            Arc::new(Meters::default()),
        );
        let herald = Arc::new(herald.unwrap());
        let runner = self.stage.runner(&self.store, 2);
        runner.tell_by(Arc::clone(&herald));
        runner.start();
        self.clock.quiet(&runner).await;
        (runner, herald)
    }

    /// Runs a cycle that ends with the tenant in that state.
    async fn run(&self, runner: &Runner, state: &str, code: Option<&str>) {
        let fault = code.filter(|code| *code != "guard");
        let waits = code.map(|code| wait(if fault.is_some() { "fault" } else { code }, fault));
        if let Some(code) = code {
            self.stage.ends("nordvik", [stopped(code, fault)]);
        }
        self.stage.show("nordvik", |summary| {
            summary.cycle.as_mut().unwrap().state = state.into();
            summary.waits = waits;
        });
        let anna = Within::<Operator>::admit("nordvik", "anna", Role::Operator).unwrap();
        runner.begin(anna, Task::Cycle).await.unwrap();
        self.clock.quiet(runner).await;
    }
}

fn types(bodies: &[String]) -> Vec<String> {
    let bodies = bodies
        .iter()
        .map(|body| serde_json::from_str::<Value>(body).unwrap());
    bodies
        .map(|body| body["type"].as_str().unwrap().to_owned())
        .collect()
}

#[tokio::test]
async fn each_change_is_told_once_over_restarts_too() {
    let arrived = Arrived::new();
    let world = World::new(None).await;
    let url = arrived.receive().await;
    world.stage.configure("nordvik", |plan| {
        let secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw".into();
        plan.notices.webhook = Some(Webhook { url, secret });
    });
    let (runner, _) = world.started().await;
    world.run(&runner, "done", None).await;
    world.run(&runner, "halted", Some("guard")).await;
    world.run(&runner, "halted", Some("guard")).await;
    world.clock.pass(&runner, 5).await;
    let bodies = arrived.until(1).await;
    assert_eq!(types(&bodies), ["cycle.halted"]);
    let told: Value = serde_json::from_str(&bodies[0]).unwrap();
    assert_eq!(told["data"]["url"], "https://sync.example.org/t/nordvik/halt");
    assert_eq!(told["data"]["step"]["owner"], "operator");
    assert!(
        !bodies[0].contains("mend it"),
        "no words of a connector's: {}",
        bodies[0]
    );

    runner.stop(STOP_WITHIN).await;
    let (runner, _) = world.started().await;
    world.run(&runner, "halted", Some("guard")).await;
    world.run(&runner, "done", None).await;
    world.run(&runner, "done", None).await;
    let bodies = arrived.until(2).await;
    assert_eq!(types(&bodies), ["cycle.halted", "cycle.recovered"]);

    world.stage.show("nordvik", |summary| summary.cases = 2);
    world.run(&runner, "done", None).await;
    world.stage.show("nordvik", |summary| summary.cases = 1);
    world.run(&runner, "done", None).await;
    world.stage.show("nordvik", |summary| summary.cases = 3);
    world.run(&runner, "done", None).await;
    let bodies = arrived.until(4).await;
    assert_eq!(
        types(&bodies)[2..],
        ["cycle.cases", "cycle.cases"],
        "when there are more"
    );
}

#[tokio::test]
async fn an_errand_neither_is_nor_ends_trouble_of_the_nights() {
    let arrived = Arrived::new();
    let world = World::new(None).await;
    let url = arrived.receive().await;
    world.stage.configure("nordvik", |plan| {
        plan.notices = webhook(&url);
    });
    let (runner, _) = world.started().await;
    let errand = async |number: u128| {
        let anna = Within::<Operator>::admit("nordvik", "anna", Role::Operator).unwrap();
        let task = Task::Errand {
            entity: uuid::Uuid::from_u128(number),
            target: None,
            distribute: false,
            reason: "new today".into(),
        };
        runner.begin(anna, task).await.unwrap();
        world.clock.quiet(&runner).await;
    };
    world.run(&runner, "done", None).await;
    world.stage.ends(
        "nordvik",
        [Err(DeskError::Refused("there is no such target".into()))],
    );
    errand(1).await;
    assert_eq!(
        world.store.notices().told("nordvik").await.unwrap(),
        [],
        "whoever asked for it is told by the page"
    );
    world.stage.ends(
        "nordvik",
        [Err(DeskError::Refused("a connector is missing".into()))],
    );
    world.run(&runner, "done", None).await;
    assert_eq!(types(&arrived.until(1).await), ["cycle.failed"]);
    errand(2).await;
    assert_eq!(
        world.store.notices().told("nordvik").await.unwrap().len(),
        1,
        "that an errand could be run mends no night"
    );
    world.run(&runner, "done", None).await;
    assert_eq!(
        types(&arrived.until(2).await),
        ["cycle.failed", "cycle.recovered"]
    );
}

#[tokio::test]
async fn what_becomes_late_is_told_though_nothing_happens() {
    let arrived = Arrived::new();
    let world = World::new(None).await;
    let url = arrived.receive().await;
    world.stage.configure("nordvik", |plan| {
        plan.notices = webhook(&url);
    });
    let (runner, _) = world.started().await;
    world.stage.ends(
        "nordvik",
        (0..9).map(|_| stopped("fault", Some("waiting-for-data"))),
    );
    world.run(&runner, "running", Some("waiting-for-data")).await;
    world.clock.pass(&runner, 3).await;
    assert_eq!(world.store.notices().told("nordvik").await.unwrap(), []);
    world.stage.show("nordvik", |summary| {
        summary.waits.as_mut().unwrap().look = Look::Late
    });
    world.clock.pass(&runner, 2).await;
    assert_eq!(types(&arrived.until(1).await), ["cycle.late"]);
}

fn webhook(url: &str) -> Recipients {
    Recipients {
        webhook: Some(Webhook {
            url: url.to_owned(),
            secret: "s".into(),
        }),
        ..Recipients::default()
    }
}

#[tokio::test]
async fn what_a_command_left_waiting_is_told_once() {
    let arrived = Arrived::new();
    let world = World::new(None).await;
    let url = arrived.receive().await;
    world
        .stage
        .configure("nordvik", |plan| plan.notices = webhook(&url));
    world.stage.show("nordvik", |summary| {
        let cycle = summary.cycle.as_mut().unwrap();
        (cycle.state, cycle.ended) = ("halted".into(), None);
        summary.waits = Some(wait("guard", None));
        summary.cases = 2;
    });
    let (runner, _) = world.started().await;
    let bodies = arrived.until(2).await;
    assert_eq!(types(&bodies), ["cycle.halted", "cycle.cases"]);
    world.clock.pass(&runner, 5).await;
    runner.stop(STOP_WITHIN).await;
    let (runner, _) = world.started().await;
    world.clock.pass(&runner, 5).await;
    assert!(world.stage.ran().is_empty(), "nothing was carried out here");

    // A command releases it, and the next one waits for data that is late.
    world.stage.show("nordvik", |summary| {
        summary.cycle.as_mut().unwrap().state = "done".into();
        (summary.waits, summary.cases) = (None, 0);
    });
    world.clock.pass(&runner, 1).await;
    let mut late = wait("fault", Some("waiting-for-data"));
    late.look = Look::Late;
    world.stage.show("nordvik", |summary| {
        summary.cycle.as_mut().unwrap().state = "failed".into();
        summary.waits = Some(late);
    });
    world.clock.pass(&runner, 5).await;
    let bodies = arrived.until(4).await;
    assert_eq!(types(&bodies)[2..], ["cycle.recovered", "cycle.late"]);
}

#[tokio::test]
async fn a_configuration_that_cannot_be_read_is_told_to_those_who_look_after_the_installation() {
    let arrived = Arrived::new();
    let mut world = World::new(None).await;
    world.keepers = webhook(&arrived.receive().await);
    world.stage.add("solborg");
    let mistake = "samklang.toml:7:1: this is no table";
    world
        .stage
        .configure("nordvik", |plan| plan.broken = Some(mistake.into()));
    let (runner, _) = world.started().await;
    world.clock.pass(&runner, 5).await;
    runner.stop(STOP_WITHIN).await;
    let (runner, _) = world.started().await;
    world.clock.pass(&runner, 5).await;
    world.stage.configure("nordvik", |plan| plan.broken = None);
    world.clock.pass(&runner, 5).await;
    let bodies = arrived.until(2).await;
    assert_eq!(types(&bodies), ["cycle.broken", "cycle.mended"]);
    assert!(
        bodies
            .iter()
            .all(|body| body.contains("/t/nordvik") && !body.contains("samklang.toml")),
        "{bodies:?}"
    );

    // As long as it cannot be read, a tenant goes by the name of its folder.
    world.stage.configure("solborg", |plan| {
        plan.name = "folder".into();
        plan.broken = Some(mistake.into());
    });
    world.clock.pass(&runner, 2).await;
    world.stage.configure("folder", |plan| {
        plan.name = "solborg".into();
        plan.broken = None;
    });
    world.clock.pass(&runner, 5).await;
    let bodies = arrived.until(4).await;
    assert_eq!(types(&bodies)[2..], ["cycle.broken", "cycle.mended"]);
    assert!(bodies[3].contains("/t/folder"), "{}", bodies[3]);
}

#[tokio::test]
async fn what_does_not_arrive_is_sent_again() {
    let arrived = Arrived::new();
    let world = World::new(None).await;
    let url = arrived.receive().await;
    *arrived.status.lock().unwrap() = StatusCode::SERVICE_UNAVAILABLE;
    world.stage.configure("nordvik", |plan| {
        plan.notices = webhook(&url);
    });
    let (runner, herald) = world.started().await;
    world.run(&runner, "failed", Some("unauthorised")).await;
    arrived.until(1).await;
    let failure = loop {
        if let Some(failure) = herald.last_failure("nordvik").await.unwrap() {
            break failure;
        }
        tokio::task::yield_now().await;
    };
    assert!(failure.failure.contains("503"), "{failure:?}");
    *arrived.status.lock().unwrap() = StatusCode::OK;
    world.clock.pass(&runner, 1).await;
    arrived.until(2).await;
    while herald.last_failure("nordvik").await.unwrap().is_some() {
        tokio::task::yield_now().await;
    }
    world.clock.pass(&runner, 90).await;
    assert_eq!(types(&arrived.until(2).await), ["cycle.failed", "cycle.failed"]);
}

/// A receiver that takes the connection and never answers keeps only its own tenant's people from being told.
#[tokio::test]
async fn nobody_waits_for_another_tenant_s_receiver() {
    let silent = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let nowhere = format!("http://{}/hook", silent.local_addr().unwrap());
    let arrived = Arrived::new();
    let answering = arrived.receive().await;
    let clock = HandClock::at("2026-06-30T20:00:00Z");
    let world = World {
        stage: Stage::new(clock.clone(), &["nordvik", "solborg"]),
        store: store().await,
        clock,
        mail: None,
        keepers: Recipients::default(),
    };
    for (tenant, url) in [("nordvik", nowhere), ("solborg", answering)] {
        world.stage.configure(tenant, |plan| {
            let secret = "s".into();
            plan.notices.webhook = Some(Webhook { url, secret });
        });
        let telling = samklang_store::Telling {
            tenant,
            subject: "cases",
            mark: Some("1"),
            at: 1,
            ways: &["webhook"],
            body: &serde_json::to_string(&letter(tenant)).unwrap(),
        };
        world.store.notices().tell(&telling).await.unwrap();
    }
    let (_runner, _) = world.started().await;
    let soon = tokio::time::timeout(std::time::Duration::from_secs(10), arrived.until(1));
    assert_eq!(
        types(&soon.await.expect("it waits for the other")),
        ["cycle.cases"]
    );
}

fn letter(tenant: &str) -> crate::notice::letter::Letter {
    crate::notice::letter::Letter {
        kind: crate::notice::condition::Kind::Cases,
        tenant: tenant.into(),
        title: tenant.into(),
        cycle: None,
        place: None,
        cases: Some(1),
        at: 1,
    }
}

/// Whoever is to say yes as the second learns of it, though the cycle goes on waiting at the very same place.
#[tokio::test]
async fn the_second_of_two_is_told() {
    let arrived = Arrived::new();
    let world = World::new(None).await;
    let url = arrived.receive().await;
    world.stage.configure("nordvik", |plan| {
        plan.notices = webhook(&url);
    });
    let (runner, _) = world.started().await;
    world.run(&runner, "halted", Some("guard")).await;
    arrived.until(1).await;
    world.stage.show("nordvik", |summary| summary.one_of_two = true);
    world.run(&runner, "halted", Some("guard")).await;
    world.run(&runner, "halted", Some("guard")).await;
    assert_eq!(types(&arrived.until(2).await), ["cycle.halted", "cycle.second"]);
}

#[tokio::test]
async fn a_promotion_that_nobody_made_use_of_is_told_once() {
    let arrived = Arrived::new();
    let world = World::new(None).await;
    let url = arrived.receive().await;
    world.stage.configure("nordvik", |plan| {
        plan.notices = webhook(&url);
    });
    let (runner, _) = world.started().await;
    let over = |closed| {
        world.stage.show("nordvik", |summary| {
            summary.unused_promotions = vec![UnusedPromotion {
                connection: "ist".to_owned(),
                system: "IST".to_owned(),
                closed: Moment(closed),
            }];
        });
    };
    over(1);
    world.run(&runner, "done", None).await;
    world.run(&runner, "done", None).await;
    over(2);
    world.run(&runner, "done", None).await;
    let bodies = arrived.until(2).await;
    assert_eq!(types(&bodies), ["cycle.unused-promotion"; 2]);
    let told: Value = serde_json::from_str(&bodies[0]).unwrap();
    assert_eq!(told["data"]["step"]["system"], "IST");
}

#[tokio::test]
async fn mail_is_plain_text_in_the_language_of_its_readers() {
    let arrived = Arrived::new();
    let world = World::new(Some(arrived.take_mail().await)).await;
    world.stage.configure("nordvik", |plan| {
        plan.notices.mail = vec!["Anna <anna@example.org>".into(), "vagt@example.org".into()];
        plan.notices.language = Some("da".into());
    });
    let (runner, _) = world.started().await;
    world.run(&runner, "halted", Some("guard")).await;
    let mails = arrived.until(1).await;
    let mail = mails[0].replace("=\n", "");
    for part in [
        "From: Samklang <samklang@example.org>",
        "To: Anna <anna@example.org>, vagt@example.org",
        "Content-Type: text/plain; charset=utf-8",
        "https://sync.example.org/t/nordvik/halt",
        "IST",
    ] {
        assert!(mail.contains(part), "{part} is not in\n{mail}");
    }
}

#[test]
fn every_notice_has_words_in_every_language() {
    use crate::notice::condition::{Kind, Place};
    use crate::notice::letter::Letter;
    let texts = Texts::new().unwrap();
    let address = "https://sync.example.org/".parse().unwrap();
    for kind in [
        Kind::Halted,
        Kind::Second,
        Kind::Failed,
        Kind::Late,
        Kind::Broken,
        Kind::Mended,
        Kind::Recovered,
        Kind::Cases,
        Kind::Unused,
    ] {
        for language in Language::ALL {
            let letter = Letter {
                kind,
                tenant: "nordvik".into(),
                title: "Nordvik".into(),
                cycle: Some(4),
                place: Some(Place {
                    kind: "import".into(),
                    connection: Some("ist".into()),
                    system: Some("IST".into()),
                    code: "unauthorised".into(),
                    owner: "operator".into(),
                }),
                cases: Some(2),
                at: 0,
            };
            let words = letter.words(&texts, language, &address);
            let all = format!("{}\n{}", words.subject, words.text);
            assert!(
                words.subject.contains("Nordvik") && !words.subject.contains('\n'),
                "{all}"
            );
            assert!(
                all.contains("https://sync.example.org/t/nordvik") && all.contains("IST"),
                "{all}"
            );
            assert!(
                !all.contains("notice-") && !all.contains('{') && !all.contains("owner-"),
                "{all}"
            );
        }
    }
}
