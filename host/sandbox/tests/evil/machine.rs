//! Against the machine: each ends in the right fault, in time, and nothing else is hurt.

use std::time::{Duration, Instant};

use samklang_components::with_code;
use samklang_core::fault::Fault;
use samklang_core::port::Session as _;
use samklang_sandbox::Limits;

use crate::{assert_fault, assert_health, check, evil, limits, open, read, request, sandbox, wasm};

#[tokio::test(flavor = "multi_thread")]
async fn a_loop_ends_when_its_processor_time_is_used_up() {
    let (checked, session) = check("spin", limits()).await;
    assert_fault(
        &checked.unwrap_err(),
        "out-of-cpu",
        "`check` used up the step's 500ms of processor time",
    );
    let cpu = session.usage().cpu();
    assert!(
        cpu >= Duration::from_millis(500) && cpu < Duration::from_secs(2),
        "{cpu:?}"
    );
    assert_health().await;
}

#[tokio::test]
async fn a_loop_leaves_others_on_the_same_thread_their_time() {
    let spinning = check("spin", limits());
    let beside = async {
        let start = Instant::now();
        tokio::time::sleep(Duration::from_millis(20)).await;
        start.elapsed()
    };
    let ((checked, _), waited) = tokio::join!(spinning, beside);
    assert_eq!(checked.unwrap_err().kind.code(), "out-of-cpu");
    assert!(waited < Duration::from_millis(400), "{waited:?}");
}

#[tokio::test]
async fn a_loop_in_open_ends_too() {
    let fault = evil().await.open(request("spin-in-open")).await.err().unwrap();
    assert_fault(&fault, "out-of-cpu", "`open` used up");
}

#[tokio::test]
async fn sleep_ends_with_the_time_allowed_for_a_call() {
    let soon = Limits {
        call: Duration::from_millis(300),
        ..limits()
    };
    for misdeed in ["sleep", "nap-for-ever"] {
        let start = Instant::now();
        let (checked, session) = check(misdeed, soon).await;
        assert_fault(
            &checked.unwrap_err(),
            "out-of-time",
            "`check` took longer than 300ms",
        );
        assert!(
            start.elapsed() < Duration::from_secs(10),
            "{misdeed}: {:?}",
            start.elapsed()
        );
        assert!(
            session.usage().cpu() < Duration::from_millis(300),
            "waiting is not computing: {:?}",
            session.usage()
        );
    }
    assert_health().await;
}

#[tokio::test]
async fn memory_is_bounded() {
    let (checked, session) = check(
        "eat-memory",
        Limits {
            cpu: Duration::from_secs(20),
            ..limits()
        },
    )
    .await;
    assert_fault(
        &checked.unwrap_err(),
        "out-of-memory",
        "`check` wanted more memory than the 64 MiB allowed",
    );
    let peak = session.usage().peak_memory;
    assert!(peak > 32 << 20 && peak <= 64 << 20, "{peak}");
    assert_health().await;
}

#[tokio::test]
async fn endless_recursion_is_a_trap() {
    let (checked, _) = check("recurse", limits()).await;
    assert_fault(&checked.unwrap_err(), "trap", "nested too deeply");
    assert_health().await;
}

#[tokio::test]
async fn a_panic_is_a_trap_with_its_last_words() {
    let (checked, mut session) = check("panic", limits()).await;
    let fault = checked.unwrap_err();
    assert_fault(&fault, "trap", "`check` trapped");
    assert!(
        fault
            .last_words
            .as_deref()
            .unwrap()
            .contains("the last words of a connector"),
        "{fault}"
    );
    // What is left of the instance is never gone on with.
    let fault = session.check().await.unwrap_err();
    assert_fault(&fault, "internal", "after an earlier fault had ended the session");
    assert_health().await;
}

#[tokio::test]
async fn only_the_end_of_a_long_output_is_kept() {
    let (checked, _) = check(
        "shout",
        Limits {
            cpu: Duration::from_secs(20),
            ..limits()
        },
    )
    .await;
    let words = checked.unwrap_err().last_words.unwrap();
    assert!(words.len() <= 16 << 10, "{}", words.len());
    assert!(
        words.contains("line 9999 of far too many") && words.contains("the last words"),
        "{words}"
    );
    assert!(!words.contains("line 1 of"), "{words}");
}

#[tokio::test]
async fn a_flood_of_log_lines_is_dammed() {
    let log = crate::outside::Captured::default();
    let guard = log.subscribe();
    let (checked, session) = check(
        "flood-log",
        Limits {
            cpu: Duration::from_secs(20),
            ..limits()
        },
    )
    .await;
    checked.unwrap();
    drop(session);
    drop(guard);
    let text = log.text();
    assert_eq!(text.matches("spam").count(), 100, "{} octets", text.len());
    assert!(text.contains("99901 further ones were dropped"), "{text}");
    assert!(
        text.contains("connection=\"village\"") && text.contains("step=\"import village\""),
        "{text}"
    );
}

#[tokio::test]
async fn a_trap_in_the_middle_ends_the_read_and_nothing_else() {
    let mut beside = open(request("none")).await;
    beside
        .read(&["person".to_owned()], &samklang_core::connector::Extent::Full)
        .await
        .unwrap();
    let fault = read("panic-in-second-page", &["person"]).await.unwrap_err();
    assert_fault(&fault, "trap", "`next` trapped");
    // A session that was open all the while goes on.
    assert!(beside.next(2).await.is_ok());
}

#[tokio::test]
async fn one_call_cannot_hand_over_any_amount() {
    let mut session = open(samklang_sandbox::OpenRequest {
        limits: Some(Limits {
            memory: 512 << 20,
            cpu: Duration::from_secs(20),
            hostcall_octets: 4 << 20,
            ..limits()
        }),
        ..request("huge-page")
    })
    .await;
    session
        .read(&["person".to_owned()], &samklang_core::connector::Extent::Full)
        .await
        .unwrap();
    assert_fault(
        &session.next(10).await.unwrap_err(),
        "contract-violation",
        "more than 4194304 octets",
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_loop_within_a_call_of_the_host_ends_too() {
    let url = crate::outside::server().await;
    let fault = open(crate::request_to("spin-in-callback", &url))
        .await
        .check()
        .await
        .unwrap_err();
    assert_fault(&fault, "out-of-cpu", "`check` used up the step's 500ms");
    assert_health().await;
}

#[tokio::test]
async fn handles_are_bounded() {
    let (checked, _) = check("hoard-handles", limits()).await;
    let fault = checked.unwrap_err();
    assert!(
        ["trap", "internal"].contains(&fault.kind.code()),
        "an end, and not that of the host: {fault}"
    );
    assert_health().await;
}

#[tokio::test]
async fn a_text_that_is_none_is_not_taken() {
    let (checked, _) = check("broken-text", limits()).await;
    assert_fault(&checked.unwrap_err(), "trap", "invalid utf-8");
    let fault = read("broken-row", &["person"]).await.unwrap_err();
    assert_fault(&fault, "trap", "invalid utf-8");
    assert_health().await;
}

#[tokio::test]
async fn rows_without_end_are_cut_off() {
    let fault = read("endless-rows", &["person"]).await.unwrap_err();
    assert_fault(&fault, "contract-violation", "handed over more than 10000 rows");
    assert_health().await;
}

/// The component with this text of its code in place of that: once, in the text form.
fn rewritten(from: &str, to: &str) -> Vec<u8> {
    let text = wasmprinter::print_bytes(wasm()).unwrap();
    assert!(text.contains(from), "the component has no `{from}`");
    wat::parse_str(text.replacen(from, to, 1)).unwrap()
}

/// The line that declares the largest table of the component.
fn table_line() -> String {
    let text = wasmprinter::print_bytes(wasm()).unwrap();
    let tables = text
        .lines()
        .filter(|line| line.trim_start().starts_with("(table (;"));
    let elements = |line: &&str| -> u64 { line.split_whitespace().nth(2).unwrap().parse().unwrap() };
    tables.max_by_key(elements).unwrap().to_owned()
}

/// A fault from before the connector had a name.
fn assert_refused(fault: &Fault, part: &str) {
    assert_eq!(fault.kind.code(), "out-of-memory", "{fault}");
    assert!(fault.message.contains(part), "{fault}");
}

#[tokio::test]
async fn a_table_beyond_the_limit_is_refused() {
    let line = table_line();
    let size = line.split_whitespace().nth(2).unwrap();
    let greedy = line.replace(&format!(" {size} {size} "), " 300000 300000 ");
    assert_ne!(line, greedy, "{line}");
    let fault = sandbox().load(rewritten(&line, &greedy)).await.err().unwrap();
    assert_refused(&fault, "more than the 200000 table elements allowed");
    assert_health().await;
}

#[tokio::test]
async fn a_table_does_not_grow_beyond_the_limit() {
    let line = table_line();
    let size = line.split_whitespace().nth(2).unwrap();
    // Without a maximum of its own, and grown as soon as it is asked what it is.
    let endless = line.replace(&format!(" {size} {size} "), &format!(" {size} "));
    let grow = "(loop $more ref.null func i32.const 50000 table.grow 0 i32.const 0 i32.ge_s br_if $more) unreachable";
    let greedy = with_code(
        &rewritten(&line, &endless),
        "samklang:connector/sync@0.1.0#describe",
        grow,
    );
    let fault = sandbox().load(greedy).await.err().unwrap();
    assert_refused(
        &fault,
        "`describe` wanted more than the 200000 table elements allowed",
    );
    assert_health().await;
}
