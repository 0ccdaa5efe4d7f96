//! What senders share and what they do not: the budgets of systems, and nothing else.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use axum::Router;
use axum::extract::ConnectInfo;
use http::HeaderMap;
use samklang_egress::{
    Credential, Credentials, EgressLimits, EndpointLimits, GrantSettings, Grants, Origin, Protocol, Secret,
    Sender,
};
use samklang_stand_ins::identity::{Identity, KeyKind};
use samklang_stand_ins::tls::{Peer, serve_tls};

use crate::{World, get, need, serve};

fn paced(world: &World, connection: &str, origin: &str, rate: Option<u32>) -> Sender {
    let granted = GrantSettings {
        http: vec![origin.to_owned()],
        ..GrantSettings::default()
    };
    let settings = serde_json::json!({ "url": origin });
    let grants = Grants::new(connection, "canvas", &[need()], &settings, &granted).unwrap();
    world
        .egress
        .sender(
            grants,
            Credentials::default(),
            EgressLimits::default(),
            rate,
            None,
        )
        .unwrap()
}

fn limited(origin: &str, limits: EndpointLimits) -> World {
    let mut world = World::new();
    let origin = Origin::granted(Protocol::Http, origin).unwrap();
    world.egress = world.egress.with_endpoints(BTreeMap::from([(origin, limits)]));
    world
}

#[tokio::test]
async fn connections_to_one_system_wait_for_each_other_and_to_others_not() {
    let (one, other) = (
        serve(Router::new().fallback(async || "")).await,
        serve(Router::new().fallback(async || "")).await,
    );
    let world = World::new();
    let (first, second) = (
        paced(&world, "a", &one, Some(2)),
        paced(&world, "b", &one, Some(2)),
    );
    get(&first, &one).await.unwrap();
    get(&second, &one).await.unwrap();
    assert_eq!(world.pauses().len(), 1, "the second waits for the first's turn");
    get(&paced(&world, "c", &other, Some(2)), &other).await.unwrap();
    assert_eq!(world.pauses().len(), 1, "another system has a budget of its own");
}

#[tokio::test]
async fn what_the_installation_says_counts_more_than_the_connector() {
    let origin = serve(Router::new().fallback(async || "")).await;
    for (said, installed, pauses) in [(Some(1), Some(10_000), 0), (None, Some(1), 1), (Some(1), None, 1)] {
        let limits = EndpointLimits {
            requests_per_second: installed,
            ..EndpointLimits::default()
        };
        let world = limited(&origin, limits);
        for connection in ["a", "b"] {
            get(&paced(&world, connection, &origin, said), &origin)
                .await
                .unwrap();
        }
        let long = world.pauses().into_iter().filter(|pause| *pause > 100).count();
        assert_eq!(long, pauses, "{said:?} {installed:?}");
    }
}

#[tokio::test]
async fn no_more_requests_wait_for_an_answer_than_a_system_bears() {
    let (now, most) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
    let (under_way, highest) = (Arc::clone(&now), Arc::clone(&most));
    let origin = serve(Router::new().fallback(async move || {
        highest.fetch_max(under_way.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
        // So that requests would meet if they were let to.
        tokio::time::sleep(Duration::from_millis(20)).await;
        under_way.fetch_sub(1, Ordering::SeqCst);
    }))
    .await;
    let limits = EndpointLimits {
        concurrent_requests: Some(2),
        ..EndpointLimits::default()
    };
    let world = limited(&origin, limits);
    let senders: Vec<Sender> = ["a", "b", "c"]
        .map(|connection| paced(&world, connection, &origin, None))
        .into();
    let all = senders
        .iter()
        .flat_map(|sender| [0, 1].map(|_| get(sender, &origin)));
    for answer in futures_util::future::join_all(all).await {
        assert_eq!(answer.unwrap().0, 200);
    }
    assert_eq!(most.load(Ordering::SeqCst), 2);
}

#[tokio::test]
async fn a_connection_is_used_again_by_its_own_step_and_by_nobody_else() {
    let server = Identity::new("server", KeyKind::P256);
    let ports = Router::new().fallback(async |ConnectInfo(peer): ConnectInfo<Peer>, headers: HeaderMap| {
        format!(
            "{} {}",
            peer.port,
            headers
                .get("authorization")
                .map_or("-", |value| value.to_str().unwrap())
        )
    });
    let origin = serve_tls(ports, &server, &[]).await;
    let world = World::with(&[server.certificate_pem()], [127, 0, 0, 1].into());
    let mut seen = Vec::new();
    for token in ["one", "two"] {
        let credential = Credential::bearer(Secret::new(token.to_owned())).unwrap();
        let sender = world.sender_with(&origin, Some(credential), EgressLimits::default());
        let answers = [
            get(&sender, &origin).await.unwrap().1,
            get(&sender, &origin).await.unwrap().1,
        ];
        assert_eq!(
            answers[0], answers[1],
            "within a step the connection is used again"
        );
        assert!(answers[0].ends_with(&format!("Bearer {token}")), "{answers:?}");
        seen.push(answers[0].split(' ').next().unwrap().to_owned());
    }
    assert_ne!(seen[0], seen[1], "another step has a connection of its own");
}
