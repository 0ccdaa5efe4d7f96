//! Who may come in, and as what.

use std::time::Duration;

use samklang_core::key::{Keyring, TenantKey};
use samklang_core::port::{Store as _, StoreError, Stretch as _};
use samklang_store::{
    Access, AccessEvent, Entrance, Identity, Known, Promised, Role, Scope, SessionTimes, TokenWish, Wish,
};

use crate::material::steps;
use crate::place::{Place, keys, tenant};
use crate::stretches::{SOON, person};

const MINUTE: i64 = 60_000;
const HOUR: i64 = 60 * MINUTE;
const TIMES: SessionTimes = SessionTimes {
    whole: 12 * HOUR,
    idle: HOUR,
};

fn nordvik() -> Scope {
    Scope::tenant("nordvik")
}

fn identity(subject: &str, mail: Option<&str>) -> Identity {
    Identity {
        issuer: "https://id.example".to_owned(),
        subject: subject.to_owned(),
        name: format!("Mrs. {subject}"),
        verified_mail: mail.map(str::to_owned),
    }
}

fn link(scope: Scope, role: Role, expires: i64) -> Entrance {
    Entrance {
        scope,
        role,
        who: "samklang".to_owned(),
        expires,
    }
}

/// Somebody who came by a link with that role.
async fn came(access: &Access, name: &str, scope: Scope, role: Role) -> Known {
    let secret = access.make_link(&link(scope, role, HOUR), 1).await.unwrap();
    access.use_link(secret.tell(), name, 2).await.unwrap().unwrap()
}

async fn events(access: &Access) -> Vec<AccessEvent> {
    let mut entries = access.entries(None, None, 99).await.unwrap();
    entries.reverse();
    entries.into_iter().map(|entry| entry.event).collect()
}

pub async fn a_link_lets_somebody_in_once(place: &Place) {
    let access = place.open().await.access();
    assert!(!access.has_administrator().await.unwrap());
    let wish = link(Scope::All, Role::Administrator, HOUR);
    let secret = access.make_link(&wish, 1).await.unwrap();
    assert!(access.has_link(2).await.unwrap());
    assert!(!access.has_link(HOUR).await.unwrap(), "it is too old then");
    assert_eq!(access.link(secret.tell(), 2).await.unwrap(), Some(wish));
    assert_eq!(access.link(secret.tell(), HOUR).await.unwrap(), None);
    assert_eq!(access.link("another", 2).await.unwrap(), None);
    assert_eq!(access.use_link(secret.tell(), "Anna", HOUR).await.unwrap(), None);
    let two = tokio::join!(
        access.use_link(secret.tell(), "Anna", 3),
        access.use_link(secret.tell(), "Anna", 3)
    );
    let came: Vec<Known> = [two.0.unwrap(), two.1.unwrap()].into_iter().flatten().collect();
    assert_eq!(came.len(), 1, "one of the two comes in");
    assert_eq!(came[0].roles.in_tenant("nordvik"), Some(Role::Administrator));
    assert_eq!(came[0].person.handle, "Anna");
    assert!(access.has_administrator().await.unwrap());
    assert!(!access.has_link(4).await.unwrap());
    use AccessEvent::{LinkMade, LinkUsed, PersonCame};
    assert_eq!(events(&access).await, [LinkMade, PersonCame, LinkUsed]);
}

pub async fn handles_are_everybodys_own(place: &Place) {
    let access = place.open().await.access();
    let one = came(&access, "Anna", nordvik(), Role::Viewer).await;
    let other = came(&access, "Anna", nordvik(), Role::Viewer).await;
    assert_eq!(one.person.handle, "Anna");
    assert_eq!(other.person.handle, "Anna (2)");
    let posing = came(&access, "samklang", nordvik(), Role::Viewer).await;
    assert_eq!(
        posing.person.handle, "samklang (2)",
        "nobody passes for the server"
    );
}

pub async fn promises_are_kept_to_those_who_come(place: &Place) {
    let access = place.open().await.access();
    let stranger = identity("kari", Some("Kari@nordvik.example"));
    assert_eq!(access.arrive(&stranger, 1).await.unwrap(), None);
    assert_eq!(events(&access).await, [], "of a stranger nothing is kept");

    let to = Promised::Mail(" kari@Nordvik.example".to_owned());
    access
        .promise(&to, &nordvik(), Role::Viewer, "Anna", 2)
        .await
        .unwrap();
    access
        .promise(&to, &nordvik(), Role::Approver, "Anna", 2)
        .await
        .unwrap();
    let waiting = access.admissions(&nordvik()).await.unwrap();
    assert_eq!(waiting.len(), 1);
    assert_eq!(waiting[0].promised_to.as_str(), "kari@nordvik.example");
    let unverified = identity("posing", None);
    assert_eq!(access.arrive(&unverified, 3).await.unwrap(), None);

    let kari = access.arrive(&stranger, 4).await.unwrap().unwrap();
    assert_eq!(kari.person.handle, "Kari@nordvik.example");
    assert_eq!(kari.roles.in_tenant("nordvik"), Some(Role::Approver));
    assert_eq!(
        (kari.roles.in_tenant("aarhus"), kari.roles.everywhere()),
        (None, None)
    );
    assert_eq!(kari.roles.iter().next().unwrap().1.who, "Anna");
    assert!(access.admissions(&nordvik()).await.unwrap().is_empty());

    // Another address and another name: the same person, under the same handle. A lesser promise takes nothing away.
    access
        .promise(
            &Promised::Mail("k@nordvik.example".to_owned()),
            &nordvik(),
            Role::Viewer,
            "Anna",
            5,
        )
        .await
        .unwrap();
    let moved = Identity {
        name: "Kari Nordmann".to_owned(),
        ..identity("kari", Some("k@nordvik.example"))
    };
    let again = access.arrive(&moved, 6).await.unwrap().unwrap();
    assert_eq!(
        (again.person.id, &again.person.handle),
        (kari.person.id, &kari.person.handle)
    );
    assert_eq!(again.person.name, "Kari Nordmann");
    assert_eq!(again.roles.in_tenant("nordvik"), Some(Role::Approver));

    // By subject; and another issuer's subject of that name is somebody else.
    let to = Promised::Subject {
        issuer: "https://id.example".to_owned(),
        subject: "ola".to_owned(),
    };
    access
        .promise(&to, &Scope::All, Role::Operator, "Anna", 7)
        .await
        .unwrap();
    let other = Identity {
        issuer: "https://other.example".to_owned(),
        ..identity("ola", None)
    };
    assert_eq!(access.arrive(&other, 8).await.unwrap(), None);
    let ola = access.arrive(&identity("ola", None), 8).await.unwrap().unwrap();
    assert_eq!(ola.roles.everywhere(), Some(Role::Operator));

    // A promise that is taken back is not kept.
    let to = Promised::Mail("per@nordvik.example".to_owned());
    access
        .promise(&to, &nordvik(), Role::Viewer, "Anna", 9)
        .await
        .unwrap();
    let id = access.admissions(&nordvik()).await.unwrap()[0].id;
    assert!(
        !access
            .take_promise(id, &Scope::tenant("aarhus"), "Bo", 9)
            .await
            .unwrap()
    );
    assert!(access.take_promise(id, &nordvik(), "Anna", 9).await.unwrap());
    let per = identity("per", Some("per@nordvik.example"));
    assert_eq!(access.arrive(&per, 10).await.unwrap(), None);
}

pub async fn roles_are_given_and_taken(place: &Place) {
    let access = place.open().await.access();
    let anna = came(&access, "Anna", nordvik(), Role::Viewer).await.person;
    assert!(
        access
            .give(anna.id, &nordvik(), Role::Approver, "Bo", 3)
            .await
            .unwrap()
    );
    assert!(
        access
            .give(anna.id, &Scope::All, Role::Viewer, "Bo", 3)
            .await
            .unwrap()
    );
    let roles = access.person(anna.id).await.unwrap().unwrap().roles;
    assert_eq!(roles.in_tenant("nordvik"), Some(Role::Approver));
    assert_eq!(roles.in_tenant("aarhus"), Some(Role::Viewer));
    let holders = access.holders(&nordvik()).await.unwrap();
    assert_eq!(holders.len(), 1);
    assert_eq!((holders[0].0.id, holders[0].1.role), (anna.id, Role::Approver));
    assert!(access.take(anna.id, &nordvik(), "Bo", 4).await.unwrap());
    assert!(!access.take(anna.id, &nordvik(), "Bo", 4).await.unwrap());
    let roles = access.person(anna.id).await.unwrap().unwrap().roles;
    assert_eq!(roles.in_tenant("nordvik"), Some(Role::Viewer));
    let nobody = uuid::Uuid::nil();
    assert!(
        !access
            .give(nobody, &nordvik(), Role::Viewer, "Bo", 5)
            .await
            .unwrap()
    );

    let told = access.entries(Some("nordvik"), None, 9).await.unwrap();
    let told: Vec<_> = told.iter().map(|entry| (entry.event, entry.role)).collect();
    use AccessEvent::{LinkMade, LinkUsed, RoleGiven, RoleTaken};
    let (viewer, approver) = (Some(Role::Viewer), Some(Role::Approver));
    assert_eq!(
        told,
        [
            (RoleTaken, approver),
            (RoleGiven, approver),
            (LinkUsed, viewer),
            (LinkMade, viewer)
        ]
    );
    let all = access.entries(None, None, 99).await.unwrap();
    assert_eq!(all[0].whom.as_deref(), Some("Anna"));
    let older = access.entries(None, Some(all[0].seq), 1).await.unwrap();
    assert_eq!(older, [all[1].clone()]);
}

/// A cycle is in the midst of a stretch, and holds what writes to SQLite.
pub async fn nobody_waits_for_a_page_because_a_cycle_writes(place: &Place) {
    let (installation, _) = tenant(place).await;
    let access = installation.access();
    let anna = came(&access, "Anna", nordvik(), Role::Viewer).await.person;
    let secret = access.begin_session(anna.id, TIMES, 0).await.unwrap();
    let store = installation.at_leisure().tenant("aarhus", &keys()).await.unwrap();
    store.begin_cycle(&steps(), 1).await.unwrap();
    let stretch = store.stretch();
    person(&store, 1).await;
    let at = |now: i64| tokio::time::timeout(SOON, access.session(secret.tell(), TIMES, now));
    let used = async || access.sessions(anna.id, TIMES, MINUTE).await.unwrap()[0].used;
    let found = at(2 * MINUTE).await;
    assert!(found.is_ok(), "the page waits for the cycle");
    assert!(found.unwrap().unwrap().is_some());
    stretch.end().await.unwrap();
    // What writes comes back a little after the stretch has ended.
    let noted = tokio::time::timeout(SOON, async {
        while used().await != 3 * MINUTE {
            assert!(at(3 * MINUTE).await.unwrap().unwrap().is_some());
        }
    });
    assert!(noted.await.is_ok(), "it is not noted though nobody writes");

    let stretch = store.stretch();
    person(&store, 2).await;
    // It has not been noted for so long that it has to be, and the cycle lets it.
    let (found, ()) = tokio::join!(at(14 * MINUTE), async {
        tokio::time::sleep(Duration::from_millis(100)).await;
        person(&store, 3).await;
    });
    assert!(found.is_ok(), "the page waits for the whole stretch");
    assert!(found.unwrap().unwrap().is_some());
    assert_eq!(used().await, 14 * MINUTE);
    stretch.end().await.unwrap();
}

pub async fn sessions_are_over_in_time(place: &Place) {
    let access = place.open().await.access();
    let anna = came(&access, "Anna", nordvik(), Role::Viewer).await.person;
    let secret = access.begin_session(anna.id, TIMES, 0).await.unwrap();
    let at = async |now: i64| access.session(secret.tell(), TIMES, now).await.unwrap();
    let (session, known) = at(MINUTE).await.unwrap();
    assert_eq!((session.created, session.expires), (0, 12 * HOUR));
    assert_eq!(known.person.id, anna.id);
    assert_eq!(known.roles.in_tenant("nordvik"), Some(Role::Viewer));
    assert!(at(MINUTE + HOUR).await.is_none(), "unused for an hour");
    for hour in 1..13 {
        let found = at(hour * (HOUR - MINUTE)).await;
        assert!(found.is_some(), "used each hour: {hour}");
    }
    assert!(at(12 * HOUR - 1).await.is_some());
    assert!(at(12 * HOUR).await.is_none(), "twelve hours at the most");
    assert!(access.session("another", TIMES, 1).await.unwrap().is_none());

    assert_eq!(
        access.sweep(TIMES, 12 * HOUR).await.unwrap(),
        2,
        "the session, and the link"
    );
    assert_eq!(access.sweep(TIMES, 12 * HOUR).await.unwrap(), 0);

    let one = access.begin_session(anna.id, TIMES, 0).await.unwrap();
    let other = access.begin_session(anna.id, TIMES, 0).await.unwrap();
    let both = access.sessions(anna.id, TIMES, 1).await.unwrap();
    assert_eq!(both.len(), 2);
    let bo = came(&access, "Bo", nordvik(), Role::Viewer).await.person;
    assert!(
        !access.end_session(both[1].id, bo.id, 1).await.unwrap(),
        "it is not his"
    );
    assert!(access.end_session(both[1].id, anna.id, 1).await.unwrap());
    assert!(access.session(one.tell(), TIMES, 1).await.unwrap().is_none());
    assert!(access.session(other.tell(), TIMES, 1).await.unwrap().is_some());

    assert!(access.shut_out(anna.id, true, "Bo", 2).await.unwrap());
    assert!(!access.shut_out(anna.id, true, "Bo", 2).await.unwrap());
    assert!(access.session(other.tell(), TIMES, 3).await.unwrap().is_none());
    assert!(access.shut_out(anna.id, false, "Bo", 4).await.unwrap());
    assert!(
        access.session(other.tell(), TIMES, 5).await.unwrap().is_none(),
        "it does not come back"
    );
}

pub async fn a_token_allows_what_its_maker_is_allowed(place: &Place) {
    let access = place.open().await.access();
    let anna = came(&access, "Anna", Scope::All, Role::Approver).await.person;
    let wish = TokenWish {
        name: "delivery".to_owned(),
        scope: nordvik(),
        role: Role::Operator,
        expires: HOUR,
    };
    let (made, secret) = access.make_token(anna.id, &wish, 3).await.unwrap();
    assert!(
        secret.tell().starts_with(&made.prefix) && made.prefix.len() < 20,
        "{}",
        made.prefix
    );
    let at = async |now: i64| access.token(secret.tell(), now).await.unwrap();
    let (token, maker) = at(4).await.unwrap();
    assert_eq!(token, made);
    assert_eq!(token.role_in("nordvik", &maker.roles), Some(Role::Operator));
    assert_eq!(token.role_in("aarhus", &maker.roles), None);
    assert_eq!(token.role_everywhere(&maker.roles), None);
    assert_eq!(access.tokens_of(anna.id).await.unwrap()[0].used, Some(4));
    assert!(at(HOUR).await.is_none());

    access
        .give(anna.id, &Scope::All, Role::Viewer, "Bo", 5)
        .await
        .unwrap();
    let (token, maker) = at(6).await.unwrap();
    assert_eq!(token.role_in("nordvik", &maker.roles), Some(Role::Viewer));
    access.take(anna.id, &Scope::All, "Bo", 7).await.unwrap();
    let (token, maker) = at(8).await.unwrap();
    assert_eq!(token.role_in("nordvik", &maker.roles), None);
    access.shut_out(anna.id, true, "Bo", 9).await.unwrap();
    assert!(at(10).await.is_none());
    access.shut_out(anna.id, false, "Bo", 11).await.unwrap();

    let listed = access.tokens_for(&nordvik()).await.unwrap();
    assert_eq!((listed.len(), listed[0].1.id), (1, anna.id));
    assert!(access.tokens_for(&Scope::All).await.unwrap().is_empty());
    assert!(access.revoke_token(made.id, "Bo", 12).await.unwrap());
    assert!(!access.revoke_token(made.id, "Bo", 12).await.unwrap());
    assert!(at(13).await.is_none());
    let newest = access.entries(Some("nordvik"), None, 1).await.unwrap().remove(0);
    assert_eq!(newest.event, AccessEvent::TokenRevoked);
    assert_eq!(
        (newest.who.as_str(), newest.whom.as_deref()),
        ("Bo", Some("Anna"))
    );
    assert_eq!(newest.what.as_deref(), Some("delivery"));
}

pub async fn what_nobody_can_use_any_more_is_erased_in_its_time(place: &Place) {
    let access = place.open().await.access();
    let anna = came(&access, "Anna", Scope::All, Role::Approver).await.person;
    let token = async |name: &str, expires: i64| {
        let wish = TokenWish {
            name: name.to_owned(),
            scope: nordvik(),
            role: Role::Viewer,
            expires,
        };
        access.make_token(anna.id, &wish, 3).await.unwrap().0.id
    };
    let _expired = token("expired", HOUR).await;
    let revoked = token("revoked", 9 * HOUR).await;
    let _alive = token("alive", 9 * HOUR).await;
    let late = token("revoked lately", 9 * HOUR).await;
    access.revoke_token(revoked, "Bo", HOUR).await.unwrap();
    access.revoke_token(late, "Bo", 2 * HOUR).await.unwrap();
    let solborg = Scope::tenant("solborg");
    access
        .give(anna.id, &solborg, Role::Viewer, "Bo", HOUR)
        .await
        .unwrap();

    let never = |_: &str| None;
    assert_eq!(
        access.expire(HOUR, never).await.unwrap(),
        2,
        "one is expired, one revoked"
    );
    let left = access.tokens_of(anna.id).await.unwrap();
    let left: Vec<&str> = left.iter().map(|token| token.name.as_str()).collect();
    assert_eq!(left, ["revoked lately", "alive"]);

    let of = async |tenant: Option<&str>| access.entries(tenant, None, 99).await.unwrap().len();
    let (all, solborgs) = (of(None).await, of(Some("solborg")).await);
    let nordviks = of(Some("nordvik")).await;
    assert!(nordviks > 0 && solborgs > 0 && all > nordviks + solborgs);
    let own = |tenant: &str| match tenant {
        "nordvik" => Some(HOUR),
        "*" => Some(1),
        _ => None,
    };
    access.expire(0, own).await.unwrap();
    assert_eq!(of(Some("solborg")).await, solborgs, "it keeps them for ever");
    let newest = access.entries(Some("nordvik"), None, 99).await.unwrap();
    let newest: Vec<_> = newest.iter().map(|entry| entry.at).collect();
    assert_eq!(newest, [2 * HOUR], "what is younger stays");
    let whole = access.entries(None, None, 99).await.unwrap();
    let whole = whole
        .iter()
        .filter(|entry| entry.scope.as_ref() != Some(&solborg));
    let mut others = whole.filter(|entry| entry.scope.as_ref() != Some(&nordvik()));
    assert!(
        others.all(|entry| entry.at > 1),
        "those of no single tenant have a time of their own"
    );
}

pub async fn no_secret_lies_in_the_database_and_no_access_in_a_copy(place: &Place) {
    let (installation, _store) = tenant(place).await;
    let access = installation.access();
    let link_secret = access
        .make_link(&link(nordvik(), Role::Viewer, HOUR), 1)
        .await
        .unwrap();
    let anna = came(&access, "Anna Andersdatter", nordvik(), Role::Viewer)
        .await
        .person;
    let to = Promised::Mail("kari@nordvik.example".to_owned());
    access
        .promise(&to, &nordvik(), Role::Viewer, "Anna", 2)
        .await
        .unwrap();
    let session = access.begin_session(anna.id, TIMES, 3).await.unwrap();
    let wish = TokenWish {
        name: "delivery".to_owned(),
        scope: nordvik(),
        role: Role::Viewer,
        expires: HOUR,
    };
    let (_, token) = access.make_token(anna.id, &wish, 3).await.unwrap();
    for text in place.everything().await {
        for secret in [&link_secret, &session, &token] {
            assert!(!text.contains(secret.tell()), "a secret can be read");
        }
    }
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("copy.db");
    installation.copy_to(&file).await.unwrap();
    let copy = Place::File {
        url: format!("sqlite:{}", file.display()),
        _folder: folder,
    };
    for text in copy.everything().await {
        assert!(!text.contains("Andersdatter") && !text.contains("kari@nordvik"));
    }
    let rows = copy.tables().await;
    let of_access = [
        "person",
        "person_role",
        "admission",
        "entrance",
        "session",
        "api_token",
        "access_entry",
        "actor",
    ];
    for (table, rows) in rows {
        assert!(!of_access.contains(&table.as_str()) || rows.is_empty(), "{table}");
    }
    let copied = copy.open().await;
    assert_eq!(copied.tenants().await.unwrap(), ["aarhus"]);
    assert!(!copied.access().has_administrator().await.unwrap());
}

/// Whatever of names and addresses may be kept is kept: of those who came, who did it, who was promised what, and what they want.
async fn fill(installation: &samklang_store::Installation) -> Known {
    let access = installation.access();
    let to = Promised::Mail("Kari.Nordmann@nordvik.example".to_owned());
    access
        .promise(&to, &nordvik(), Role::Viewer, "Anna Andersdatter", 1)
        .await
        .unwrap();
    let kari = Identity {
        name: "Kari Nordmann".to_owned(),
        ..identity("subject-4711", Some("kari.nordmann@nordvik.example"))
    };
    let kari = access.arrive(&kari, 2).await.unwrap().unwrap();
    let to = Promised::Subject {
        issuer: "https://id.example".to_owned(),
        subject: "subject-4712".to_owned(),
    };
    access
        .promise(&to, &nordvik(), Role::Viewer, "Kari Nordmann", 3)
        .await
        .unwrap();
    let mut entrance = link(nordvik(), Role::Viewer, HOUR);
    entrance.who = "Bo Bosen".to_owned();
    access.make_link(&entrance, 4).await.unwrap();
    let wish = Wish {
        tenant: "nordvik",
        task: "for Carl Carlsen",
        who: "Kari Nordmann",
        at: 5,
    };
    installation.schedule().want(&wish).await.unwrap();
    kari
}

/// What lies nowhere to be read, as text or as hexadecimal digits.
const NAMES: [&str; 5] = ["Andersdatter", "ordmann", "subject-471", "Bosen", "Carlsen"];

pub async fn nobody_who_works_with_the_installation_is_readable(place: &Place) {
    let installation = place.open().await;
    let kari = fill(&installation).await;
    for text in place.everything().await {
        for name in NAMES {
            let hex: String = name.bytes().map(|byte| format!("{byte:02x}")).collect();
            assert!(!text.contains(name), "{name} can be read");
            assert!(!text.to_lowercase().contains(&hex), "{name} can be read");
        }
    }
    // The store itself reads all of it.
    let access = installation.access();
    let person = access.person(kari.person.id).await.unwrap().unwrap().person;
    assert_eq!(person.handle, "kari.nordmann@nordvik.example");
    assert_eq!(person.mail.as_deref(), Some("kari.nordmann@nordvik.example"));
    let promised = access.admissions(&nordvik()).await.unwrap().remove(0);
    assert_eq!(
        (promised.promised_to.as_str(), promised.who.as_str()),
        ("subject-4712", "Kari Nordmann")
    );
    let wish = installation.schedule().wanted().await.unwrap().remove(0);
    assert_eq!(
        (wish.task.as_str(), wish.who.as_str()),
        ("for Carl Carlsen", "Kari Nordmann")
    );

    place
        .tamper("UPDATE person SET mail = (SELECT name FROM actor ORDER BY id LIMIT 1)")
        .await;
    let refused = access.person(kari.person.id).await.unwrap_err().to_string();
    assert!(refused.contains("its seal is broken"), "{refused}");
}

pub async fn the_installations_key_is_changed_like_a_tenants(place: &Place) {
    let installation = place.open().await;
    let kari = fill(&installation).await.person;
    let with = async |current: u8, former: Vec<TenantKey>| {
        let ring = Keyring::new(TenantKey::new([current; 32]), former);
        installation.with_keys(&ring).await
    };
    let refused = with(8, Vec::new()).await.unwrap_err();
    assert!(matches!(refused, StoreError::Locked { .. }), "{refused}");
    assert!(installation.is_sealed().await.unwrap());

    let former = keys().current().clone();
    let both = with(8, vec![former]).await.unwrap();
    let rotated = both.rotate().await.unwrap();
    assert!(rotated.sealed > 6 && rotated.left == 0, "{rotated:?}");
    assert_eq!(both.rotate().await.unwrap().sealed, 0, "once is enough");
    let alone = with(8, Vec::new()).await.unwrap();
    let again = identity("subject-4711", None);
    let known = alone.access().arrive(&again, 6).await.unwrap().unwrap();
    assert_eq!(
        (known.person.id, known.person.handle),
        (kari.id, kari.handle),
        "what is compared stays comparable"
    );
    assert_eq!(alone.schedule().wanted().await.unwrap()[0].who, "Kari Nordmann");
}

pub async fn names_that_are_mentioned_nowhere_go(place: &Place) {
    let installation = place.open().await;
    let access = installation.access();
    fill(&installation).await;
    let actors = async || {
        let tables = place.tables().await;
        let (_, rows) = tables.into_iter().find(|(table, _)| table == "actor").unwrap();
        rows
    };
    let before = actors().await.len();
    access.expire(0, |_| Some(HOUR)).await.unwrap();
    assert!(access.entries(None, None, 9).await.unwrap().is_empty());
    assert!(actors().await.len() < before);
    let holders = access.holders(&nordvik()).await.unwrap();
    assert_eq!(holders[0].1.who, "Anna Andersdatter", "who is mentioned stays");
}
