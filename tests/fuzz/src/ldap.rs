//! Any octets as what a directory answers: entries, an end or an error, within the bounds.

use std::io::Cursor;
use std::sync::Arc;
use std::time::SystemTime;

use samklang_egress::{
    Directory, DirectoryError, DirectoryLimits, EgressLimits, Found, Query, Scope, Surroundings, fuzzing,
};

const LIMITS: DirectoryLimits = DirectoryLimits {
    message_octets: 4096,
    answer_octets: 8192,
    answer_entries: 20,
    page_entries: 10,
    sessions: 1,
};

/// The first octet tells whether pages are asked for; the rest is what arrives.
pub(crate) fn run(octets: &[u8]) {
    let Some((&first, octets)) = octets.split_first() else {
        return;
    };
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    runtime.block_on(async {
        let mut directory = listening(octets);
        let query = Query {
            base: "DC=x".to_owned(),
            scope: Scope::Subtree,
            filter: "(cn=*)".to_owned(),
            attributes: Vec::new(),
            page_size: (first % 2 == 1).then_some(2),
            controls: Vec::new(),
        };
        let mut search = directory.search(query).unwrap();
        // Every page takes one message at least, and each has two octets at least.
        let most = octets.len() / 2 + 2;
        let mut ended = false;
        for _ in 0..most {
            match directory.next(&mut search, 3).await {
                Ok(Found::Entries(entries)) => {
                    assert!(
                        !entries.is_empty() && entries.len() <= 3,
                        "{} entries for 3",
                        entries.len()
                    );
                    let held: usize = entries.iter().map(|entry| entry.dn.len()).sum();
                    // What is no UTF-8 becomes up to three octets for each of its own.
                    assert!(held <= octets.len() * 3, "more was handed over than had arrived");
                }
                Ok(Found::Complete(_)) => ended = true,
                Err(error) => {
                    ended = true;
                    told(&error);
                }
            }
            if ended {
                break;
            }
        }
        assert!(ended, "a search does not end");
        if let Err(error) = directory.delete("CN=a,DC=x", &[]).await {
            told(&error);
        }
        // What is left in the middle of something is over for good.
        let mut directory = listening(octets);
        if directory
            .delete("CN=a,DC=x", &[])
            .await
            .is_err_and(|error| !matches!(error, DirectoryError::Answered(_)))
        {
            assert!(
                directory.delete("CN=a,DC=x", &[]).await.is_err(),
                "a broken session goes on"
            );
        }
    });
}

fn listening(octets: &[u8]) -> Directory {
    let stream = tokio::io::join(Cursor::new(octets.to_vec()), tokio::io::sink());
    let surroundings = Surroundings {
        sleep: Arc::new(|_| Box::pin(std::future::ready(()))),
        chance: Arc::new(|| 1.0),
        now: Arc::new(|| SystemTime::UNIX_EPOCH),
        lookup: Arc::new(|_| Box::pin(std::future::ready(Ok(Vec::new())))),
    };
    let limits = EgressLimits {
        directory: LIMITS,
        ..EgressLimits::default()
    };
    fuzzing::directory(stream, limits, surroundings)
}

fn told(error: &DirectoryError) {
    let words = error.to_string();
    assert!(!words.is_empty());
    if let DirectoryError::Answered(refusal) = error {
        assert!(refusal.code != 0, "a success is told as a refusal");
        assert!(!refusal.message.contains('\n') && refusal.message.chars().count() <= 401);
    }
    assert!(
        !matches!(error, DirectoryError::TimedOut { .. }),
        "there was nothing to wait for"
    );
}
