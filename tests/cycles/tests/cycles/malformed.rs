//! Files that are cut off, and changes that a guard halts.

use samklang_municipality::{Municipality, write_pifu};
use samklang_stand_ins::Canvas;

use crate::roster::{active_enrollments, active_people, enrollments, imports, people, picture, tenant};

#[test]
fn a_file_that_is_cut_off_is_told_with_its_place_and_changes_nothing() {
    let canvas = Canvas::builder().start_blocking().unwrap();
    let tenant = tenant(&canvas);
    let first = Municipality::new(23, 600);
    tenant.deliver_pifu("sas", &first);
    let _ = tenant.run().ends(0);
    let (before, sent) = (picture(&canvas), imports(&canvas));

    let later = first.after_nights(1);
    tenant.private().know(&later);
    let mut extract = Vec::new();
    write_pifu(&later, &mut extract).unwrap();
    let extract = String::from_utf8(extract).unwrap();
    let half = extract.floor_char_boundary(extract.len() / 2);
    tenant.deliver("sas", "extract.xml", &extract.as_bytes()[..half]);
    let answer = tenant.run().ends(1);
    let report = answer.json();
    assert_eq!(report["ended"], "failed");
    assert_eq!(report["stop"]["step"], "import sas");
    let message = report["stop"]["message"].as_str().unwrap();
    for part in ["extract.xml", "line ", "column "] {
        assert!(message.contains(part), "{message}");
    }
    assert!(!report["stop"]["remedy"].as_str().unwrap().is_empty());
    let answer = tenant.call("status", &[]).ends(1);
    assert!(answer.stdout.contains("column "), "{}", answer.stdout);
    assert_eq!((picture(&canvas), imports(&canvas)), (before, sent));

    // The whole file mends it.
    tenant.deliver_pifu("sas", &later);
    let _ = tenant.run().ends(0);
    assert_eq!(active_people(&canvas), people(&later));
}

#[test]
fn a_guard_halts_what_would_take_much_away_until_a_person_decides() {
    let canvas = Canvas::builder().start_blocking().unwrap();
    let tenant = tenant(&canvas);
    let first = Municipality::new(29, 600);
    tenant.deliver_pifu("sas", &first);
    let _ = tenant.run().ends(0);
    let (before, sent) = (picture(&canvas), imports(&canvas));

    // The tenth grade leaves, a first grade arrives: the school-year promotion.
    let promoted = first.after_school_years(1);
    tenant.deliver_pifu("sas", &promoted);
    let answer = tenant.run().ends(3);
    let report = answer.json();
    assert_eq!(report["ended"], "waiting");
    assert_eq!(report["stop"]["step"], "compare");
    assert_eq!(report["stop"]["code"], "guard");
    // It stays so until somebody decides, whoever runs.
    let _ = tenant.run().ends(3);
    let _ = tenant.call("status", &["--json"]).ends(3);
    assert_eq!((picture(&canvas), imports(&canvas)), (before.clone(), sent));

    // Rejected: thrown away, and the next run asks the same again.
    let _ = tenant
        .call("reject", &["--reason", "the file came too early"])
        .ends(0);
    let _ = tenant.call("status", &[]);
    assert_eq!((picture(&canvas), imports(&canvas)), (before, sent));
    let _ = tenant.call("release", &["--reason", "nothing waits"]).ends(2);
    let _ = tenant.run().ends(3);

    // Released: exactly this passes, once. What the plan would take away is asked about by itself.
    let _ = tenant.call("release", &["--reason", "school year 2026"]).ends(0);
    let mut answer = tenant.run();
    if answer.code == Some(3) {
        assert_eq!(answer.json()["stop"]["step"], "export canvas");
        let _ = tenant
            .call("release", &["--reason", "school year 2026 in Canvas as well"])
            .ends(0);
        answer = tenant.run();
    }
    let answer = answer.ends(0);
    assert_eq!(answer.json()["ended"], "done");
    assert_eq!(answer.count("export canvas", "refused"), 0);
    assert_eq!(active_people(&canvas), people(&promoted));
    assert_eq!(active_enrollments(&canvas), enrollments(&promoted));
    assert_eq!(tenant.run().ends(0).count("export canvas", "planned"), 0);
}
