//! The program is killed, and targets fail: the next run leads to the same end as an undisturbed one.

use std::time::{Duration, Instant};

use samklang_cycles::{Tenant, until};
use samklang_municipality::Municipality;
use samklang_stand_ins::canvas::Pace;
use samklang_stand_ins::{Canvas, Fault, Os2mo, Os2sync, StandIn};

use crate::organisation::{self, differences as different, shown, wanted};
use crate::roster::{differences, picture, tenant as school};

/// Longer than any test waits: a request that meets it hangs until the program is killed.
const HANGS: Duration = Duration::from_secs(3600);

fn canvas() -> Canvas {
    Canvas::builder()
        .rate_limit(None)
        .pace(Pace::Immediate)
        .start_blocking()
        .unwrap()
}

/// Starts a run and kills it when the server has been asked so often for this.
fn kill_at_request(tenant: &Tenant, server: &StandIn, part: &str, nth: usize) {
    server.forget_requests();
    if nth > 1 {
        // Answered at once, so that the one to hang is the one meant.
        server.fail_next_on(part, nth - 1, Fault::Slow(Duration::ZERO));
    }
    server.fail_next_on(part, 1, Fault::Slow(HANGS));
    let mut child = tenant.start();
    let seen = || {
        let requests = server.requests();
        requests
            .iter()
            .filter(|one| format!("{} {}", one.method, one.path).contains(part))
            .count()
    };
    until(&format!("request {nth} for {part}"), || {
        seen() >= nth || child.has_ended()
    });
    assert!(seen() >= nth, "the run ended before request {nth} for {part}");
    let answer = child.kill();
    assert_eq!(answer.code, None, "{}", answer.stderr);
    server.heal();
}

/// Starts a run and kills it when it has said this.
fn kill_at_line(tenant: &Tenant, line: &str) {
    let mut child = tenant.start();
    assert!(child.says(line), "the run ended and never said `{line}`");
    drop(child.kill());
}

/// A night's undisturbed end in Canvas.
fn undisturbed(nights: &[Municipality]) -> std::collections::BTreeMap<String, usize> {
    let canvas = canvas();
    let tenant = school(&canvas);
    for night in nights {
        tenant.deliver_pifu("sas", night);
        let _ = tenant.run().ends(0);
    }
    picture(&canvas)
}

#[test]
fn a_run_to_canvas_that_is_killed_anywhere_ends_like_an_undisturbed_one() {
    let nights = [
        Municipality::new(11, 300),
        Municipality::new(11, 300).after_nights(2),
    ];
    let canvas = canvas();
    let tenant = school(&canvas);
    for night in &nights {
        tenant.deliver_pifu("sas", night);
        for line in [
            "import sas: running",
            "import sas: done",
            "compare: running",
            "reconcile: running",
        ] {
            kill_at_line(&tenant, line);
        }
        // Before the target is asked whether it is busy, and while the import is being sent.
        kill_at_request(
            &tenant,
            canvas.server(),
            "GET /api/v1/accounts/self/sis_imports/importing",
            1,
        );
        kill_at_request(
            &tenant,
            canvas.server(),
            "POST /api/v1/accounts/self/sis_imports",
            1,
        );
        // Canvas has it, and nobody heard.
        let mut child = {
            canvas
                .server()
                .fail_next_on("POST /api/v1/accounts/self/sis_imports", 1, Fault::AnswerLost);
            tenant.start()
        };
        until("the import is sent", || {
            !canvas.import_states().is_empty() || child.has_ended()
        });
        drop(child.kill());
        canvas.server().heal();
        kill_at_line(&tenant, "export canvas: done");
        let answer = tenant.run().ends(0);
        assert_eq!(answer.json()["resumed"], true);
        assert_eq!(answer.json()["ended"], "done");
        assert_eq!(answer.count("export canvas", "refused"), 0);
    }
    assert_eq!(
        differences(&undisturbed(&nights), &picture(&canvas)),
        Vec::<String>::new()
    );
    assert_eq!(tenant.run().ends(0).count("export canvas", "planned"), 0);
}

fn administration() -> (Municipality, Os2mo, Os2sync, Tenant) {
    let municipality = Municipality::new(13, 400);
    let (mo, target) = (organisation::os2mo(&municipality), organisation::os2sync());
    let tenant = organisation::tenant(&mo, &target, None, 20);
    tenant.private().know(&municipality);
    (municipality, mo, target, tenant)
}

/// Nothing is left to do, and FK shows what OS2MO says.
fn settled(municipality: &Municipality, target: &Os2sync, tenant: &Tenant) {
    target.drain();
    assert!(target.failures().is_empty(), "{:?}", target.failures());
    assert_eq!(
        different(&wanted(municipality, 0), &shown(target)),
        Vec::<String>::new()
    );
    assert_eq!(tenant.run().ends(0).count("export os2sync", "planned"), 0);
}

#[test]
fn a_run_to_os2sync_that_is_killed_anywhere_ends_like_an_undisturbed_one() {
    let (municipality, mo, target, tenant) = administration();
    // In the middle of an import of many pages, early and late.
    for nth in [2, 6, 11] {
        kill_at_request(&tenant, mo.server(), "POST /graphql", nth);
    }
    kill_at_line(&tenant, "import os2mo: done");
    kill_at_line(&tenant, "compare: done");
    kill_at_line(&tenant, "reconcile: done");
    // In the middle of an apply: among the units, among the persons.
    kill_at_request(&tenant, target.server(), "POST /api/orgUnit", 3);
    kill_at_request(&tenant, target.server(), "POST /api/user", 7);
    kill_at_request(&tenant, target.server(), "POST /api/user", 2);
    let answer = tenant.run().ends(0);
    assert_eq!(answer.json()["resumed"], true);
    settled(&municipality, &target, &tenant);

    let later = municipality.after_nights(3);
    tenant.private().know(&later);
    mo.replace(&later);
    kill_at_request(&tenant, mo.server(), "POST /graphql", 4);
    kill_at_request(&tenant, target.server(), "DELETE /api/user", 1);
    let _ = tenant.run().ends(0);
    settled(&later, &target, &tenant);
}

#[test]
fn a_run_that_is_killed_at_any_moment_ends_like_an_undisturbed_one() {
    let (municipality, mo, target, tenant) = administration();
    let begun = Instant::now();
    let _ = tenant.run().ends(0);
    let whole = begun.elapsed();
    target.drain();
    // A small generator of its own: the moments are the same in every run of the test.
    let mut state: u64 = 0x5eed;
    let mut draw = |below: u128| {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        u128::from(state >> 33) % below
    };
    let later = municipality.after_nights(4);
    tenant.private().know(&later);
    mo.replace(&later);
    for _ in 0..6 {
        let mut child = tenant.start();
        let moment = Duration::from_millis(draw(whole.as_millis().max(2)) as u64);
        let begun = Instant::now();
        until("the moment", || begun.elapsed() >= moment || child.has_ended());
        drop(child.kill());
        // OS2sync works on meanwhile: what is still queued when the next cycle looks counts as not taken over.
        target.drain();
    }
    let _ = tenant.run().ends(0);
    settled(&later, &target, &tenant);
}

#[test]
fn a_source_that_fails_leaves_everything_as_it_was() {
    let (municipality, mo, target, tenant) = administration();
    for (nth, fault) in [(3, Fault::status(502)), (5, Fault::Reset)] {
        mo.server()
            .fail_next_on("POST /graphql", nth, Fault::Slow(Duration::ZERO));
        mo.server().fail_next_on("POST /graphql", 1, fault);
        let answer = tenant.run().ends(1);
        let report = answer.json();
        assert_eq!(report["ended"], "failed");
        assert_eq!(report["stop"]["step"], "import os2mo");
        assert!(organisation::sent(&target).is_empty());
    }
    let _ = tenant.run().ends(0);
    settled(&municipality, &target, &tenant);
}

#[test]
fn what_os2sync_took_and_did_not_answer_is_there_once() {
    let (municipality, mo, target, tenant) = administration();
    // The first of all: the step ends and says so.
    target
        .server()
        .fail_next_on("POST /api/orgUnit", 1, Fault::AnswerLost);
    let answer = tenant.run().ends(1);
    assert_eq!(answer.json()["stop"]["step"], "export os2sync");
    // In the middle: the rest is put off to the next cycle, however this one ends.
    for fault in [Fault::AnswerLost, Fault::Reset, Fault::status(500)] {
        target.server().forget_requests();
        target
            .server()
            .fail_next_on("POST /api/user", 2, Fault::Slow(Duration::ZERO));
        target.server().fail_next_on("POST /api/user", 1, fault);
        let mut child = tenant.start();
        let sent = || {
            organisation::sent(&target)
                .iter()
                .filter(|one| one.starts_with("POST user"))
                .count()
        };
        until("the fault is met", || sent() >= 3 || child.has_ended());
        let mut last = (sent(), Instant::now());
        until("nothing more is sent", || {
            if sent() != last.0 {
                last = (sent(), Instant::now());
            }
            last.1.elapsed() > Duration::from_secs(2) || child.has_ended()
        });
        drop(child.kill());
        target.server().heal();
    }
    // One run takes up what was killed, the next tries again what had been put off.
    let _ = tenant.run().ends(0);
    target.drain();
    let _ = tenant.run().ends(0);
    settled(&municipality, &target, &tenant);
    drop(mo);
}

#[test]
fn what_canvas_took_and_did_not_answer_is_there_once() {
    let night = Municipality::new(17, 200);
    let canvas = canvas();
    let tenant = school(&canvas);
    tenant.deliver_pifu("sas", &night);
    let part = "POST /api/v1/accounts/self/sis_imports";
    for fault in [Fault::AnswerLost, Fault::Reset, Fault::status(500)] {
        canvas.server().fail_next_on(part, 1, fault);
        let answer = tenant.run().ends(1);
        let report = answer.json();
        assert_eq!(report["stop"]["step"], "export canvas", "{report:#}");
        canvas.server().heal();
    }
    // A rate limit is waited out, and the run goes on.
    canvas.server().fail_next_on(
        part,
        1,
        Fault::Status(
            429,
            vec![("retry-after".to_owned(), "1".to_owned())],
            "Rate Limit Exceeded".to_owned(),
        ),
    );
    let answer = tenant.run().ends(0);
    assert_eq!(answer.json()["ended"], "done");
    assert_eq!(
        differences(&undisturbed(&[night]), &picture(&canvas)),
        Vec::<String>::new()
    );
    assert_eq!(tenant.run().ends(0).count("export canvas", "planned"), 0);
}
