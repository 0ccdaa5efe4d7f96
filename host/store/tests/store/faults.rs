//! What can only be tried by someone who reaches the database past the store.

use samklang_core::catalogue::EntityKind;
use samklang_core::port::{ChangeKind, Counts, Drafted, Reconciled, Store, StoreError};
use samklang_store::{Installation, OpenError, Worker};

use crate::material::{
    entity, entry, finding, id, import, keep, link, object, planned, ranks, settle_and_accept, staged, steps,
    write,
};
use crate::place::{Place, keys, tenant};

/// Makes every statement that would add to the table fail.
async fn refuse(place: &Place, table: &str, when: &str) {
    let sql = match place {
        Place::Postgres { .. } => {
            format!("ALTER TABLE {table} ADD CONSTRAINT refused CHECK (NOT ({when})) NOT VALID")
        }
        _ => {
            let when = when
                .replace("key", "NEW.key")
                .replace("connection", "NEW.connection");
            format!(
                "CREATE TRIGGER refused BEFORE INSERT ON {table} WHEN {when} BEGIN SELECT RAISE(ABORT, 'refused'); END"
            )
        }
    };
    place.tamper(&sql).await;
}

async fn allow(place: &Place, table: &str) {
    let sql = match place {
        Place::Postgres { .. } => format!("ALTER TABLE {table} DROP CONSTRAINT refused"),
        _ => "DROP TRIGGER refused".to_owned(),
    };
    place.tamper(&sql).await;
}

pub async fn a_failing_statement_leaves_nothing(place: &Place) {
    let (_installation, store) = tenant(place).await;
    let cycle = store.begin_cycle(&steps(), 1).await.unwrap().cycle;
    // An import in which the second class fails.
    store.begin_import(cycle, "hr").await.unwrap();
    store
        .stage(
            "hr",
            &[
                staged("person", "a", ChangeKind::Added),
                staged("unit", "bad", ChangeKind::Added),
            ],
        )
        .await
        .unwrap();
    store
        .settle_import("hr", Counts::default(), &Default::default(), Some("c"))
        .await
        .unwrap();
    refuse(place, "object", "key = 'bad'").await;
    let failed = store.accept_import("hr", &ranks()).await.unwrap_err();
    assert!(matches!(failed, StoreError::Database(_)), "{failed}");
    assert!(store.snapshot_size("hr").await.unwrap().is_empty());
    assert!(store.changes(9).await.unwrap().is_empty());
    assert_eq!(store.staged("hr", 9).await.unwrap().len(), 2);
    assert_eq!(store.cursor("hr").await.unwrap(), None);
    allow(place, "object").await;
    settle_and_accept(&store).await;
    // A batch of which the last statement fails.
    let batch = Reconciled {
        settled: store
            .changes(9)
            .await
            .unwrap()
            .iter()
            .map(|change| change.seq)
            .collect(),
        links: vec![link(object("hr", "person", "a"), 1)],
        entities: vec![write(entity(1, EntityKind::Person, &[("unit", 2)]))],
        journal: vec![entry(cycle, 1, "created")],
        findings: vec![finding(object("hr", "person", "a"), "mapping")],
        ..Reconciled::default()
    };
    refuse(place, "stale", "connection > 0").await;
    assert!(store.keep_reconciled(&batch, &["mo".to_owned()]).await.is_err());
    assert_eq!(store.changes(9).await.unwrap().len(), 2);
    assert!(store.links_of(&[id(1)]).await.unwrap().is_empty());
    assert!(store.entities(&[id(1)]).await.unwrap().is_empty());
    assert!(store.references(&[id(1)]).await.unwrap().is_empty());
    assert!(store.journal(id(1), 9).await.unwrap().is_empty());
    assert!(store.findings(9).await.unwrap().is_empty());
    // Widening and restaling fail as a whole, the fingerprint with them.
    allow(place, "stale").await;
    store.keep_reconciled(&batch, &[]).await.unwrap();
    refuse(place, "stale", "connection > 0").await;
    assert!(
        store
            .restale("mo", &[EntityKind::Person], "thing", "print")
            .await
            .is_err()
    );
    assert_eq!(store.fingerprint("thing").await.unwrap(), None);
    // Drafts of which a shadow fails.
    refuse_second(place).await;
    let adopted = samklang_core::port::ShadowWrite::Put(crate::material::shadow("bad", None));
    let drafted = Drafted {
        operations: vec![planned("x", None, 1)],
        shadows: vec![adopted],
        ..Drafted::default()
    };
    assert!(store.draft(cycle, "mo", &drafted).await.is_err());
    assert!(store.drafted("mo").await.unwrap().is_empty());
}

async fn refuse_second(place: &Place) {
    allow(place, "stale").await;
    refuse(place, "shadow", "key = 'bad'").await;
}

pub async fn corrupt_rows_are_named(place: &Place) {
    let (_installation, store) = tenant(place).await;
    let cycle = store.begin_cycle(&steps(), 1).await.unwrap().cycle;
    import(&store, cycle, &[staged("person", "a", ChangeKind::Added)]).await;
    keep(&store, vec![write(entity(1, EntityKind::Person, &[]))], &[]).await;
    let batch = Reconciled {
        links: vec![link(object("hr", "person", "a"), 1)],
        ..Reconciled::default()
    };
    store.keep_reconciled(&batch, &[]).await.unwrap();
    let drafted = Drafted {
        operations: vec![planned("x", None, 1)],
        ..Drafted::default()
    };
    store.draft(cycle, "mo", &drafted).await.unwrap();
    let put = samklang_core::port::ShadowWrite::Put(crate::material::shadow("s", Some(1)));
    store.observe("mo", &[put], &[]).await.unwrap();
    let nonsense = match place {
        Place::Postgres { .. } => "'\\x00112233445566778899aabbccddeeff0011'::bytea",
        _ => "x'00112233445566778899aabbccddeeff0011'",
    };
    place
        .tamper(&format!(
            "UPDATE object SET body = substr(body, 1, 30); UPDATE entity SET kind = 'ghost'; \
             UPDATE link SET contribution = substr(contribution, 1, 3); \
             UPDATE operation SET changed = '[1'; UPDATE step SET state = 'dancing' WHERE position = 1; \
             UPDATE shadow SET state = 'sure'; UPDATE import SET counts = ''; UPDATE staged SET body = {nonsense};"
        ))
        .await;
    let named = |error: StoreError| match error {
        StoreError::Corrupt { place, .. } => place,
        other => panic!("{other}"),
    };
    assert_eq!(named(store.changes(9).await.unwrap_err()), "object hr/person/a");
    assert_eq!(
        named(store.entities(&[id(1)]).await.unwrap_err()),
        format!("entity {}", id(1))
    );
    assert_eq!(
        named(store.links_of(&[id(1)]).await.unwrap_err()),
        "link of hr/person/a"
    );
    let draft = [samklang_core::port::OperationState::Draft];
    assert_eq!(
        named(store.operations("mo", &draft, 9).await.unwrap_err()),
        "operation x for `mo`"
    );
    assert_eq!(
        named(store.steps(cycle).await.unwrap_err()),
        format!("step 1 of cycle {cycle}")
    );
    assert_eq!(
        named(store.shadows_of("mo", &[id(1)]).await.unwrap_err()),
        "shadow mo/users/s"
    );
    assert_eq!(named(store.import("hr").await.unwrap_err()), "import of `hr`");
    let digest = match place {
        Place::Postgres { .. } => "'\\x01'::bytea",
        _ => "x'01'",
    };
    place
        .tamper(&format!("UPDATE object SET digest = {digest}"))
        .await;
    let said = store.known("hr", "person", &["a"]).await.unwrap_err().to_string();
    assert!(
        said.contains("object") && said.contains("1 octets instead of 16"),
        "{said}"
    );
}

pub async fn a_newer_database_is_refused(place: &Place) {
    let installation = place.open().await;
    installation.close().await;
    let now = "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time) \
               VALUES (9999, 'from the future', true, 'x', 0)";
    place.tamper(now).await;
    let refused = Installation::open(place.url(), Worker::new("old"))
        .await
        .unwrap_err();
    assert!(matches!(refused, OpenError::Newer { version: 9999 }), "{refused}");
    let refused = Installation::open("mysql://root:secret@host/db", Worker::new("old"))
        .await
        .unwrap_err();
    assert!(!refused.to_string().contains("secret"), "{refused}");
}

pub async fn everything_is_there_after_reopening(place: &Place) {
    let (installation, store) = tenant(place).await;
    let cycle = store.begin_cycle(&steps(), 1).await.unwrap().cycle;
    import(&store, cycle, &[staged("person", "a", ChangeKind::Added)]).await;
    let before = store.changes(9).await.unwrap();
    installation.close().await;
    let survivor = Installation::open(place.url(), Worker::new("next").alive_when(|_| false))
        .await
        .unwrap();
    let store = survivor.tenant("aarhus", &keys()).await.unwrap();
    assert_eq!(store.changes(9).await.unwrap(), before);
    let begun = store.begin_cycle(&steps(), 2).await.unwrap();
    assert_eq!((begun.cycle, begun.resumed), (cycle, true));
}

pub async fn only_one_cycle_is_active(place: &Place) {
    let (_installation, store) = tenant(place).await;
    let cycle = store.begin_cycle(&steps(), 1).await.unwrap().cycle;
    let second = format!(
        "INSERT INTO cycle (tenant, state, started) SELECT tenant, 'running', 2 FROM cycle WHERE id = {cycle}"
    );
    let url = place.url().to_owned();
    let refused = tokio::spawn(async move {
        let sql = sqlx::AssertSqlSafe(second);
        if url.starts_with("sqlite") {
            use sqlx::Connection as _;
            let mut connection = sqlx::SqliteConnection::connect(&url).await.unwrap();
            sqlx::raw_sql(sql).execute(&mut connection).await.is_err()
        } else {
            use sqlx::Connection as _;
            let mut connection = sqlx::PgConnection::connect(&url).await.unwrap();
            sqlx::raw_sql(sql).execute(&mut connection).await.is_err()
        }
    });
    assert!(refused.await.unwrap(), "the database itself refuses a second");
}
