//! Nothing that the program says holds a national identity number or a secret. Every call in all these tests is looked
//! through; here is what would tempt it most.

use samklang_municipality::{Municipality, write_pifu};
use samklang_stand_ins::{Canvas, Fault};

use crate::roster::{tenant, tenant_with};

/// Looks at everything that can be looked at, for people and for machines.
fn look_around(tenant: &samklang_cycles::Tenant, persons: &[&str]) {
    for form in [&["-vvv"][..], &["--json", "-vvv", "--log", "json"]] {
        for command in ["check", "status", "history", "plan"] {
            drop(tenant.call(command, form));
        }
        for person in persons {
            let arguments: Vec<&str> = [*person].into_iter().chain(form.iter().copied()).collect();
            drop(tenant.call("explain", &arguments));
        }
    }
    // What was planned is carried out, so that the next run begins anew.
    drop(tenant.run());
}

#[test]
fn a_number_that_is_wrong_or_held_by_two_is_told_without_it() {
    let canvas = Canvas::builder().start_blocking().unwrap();
    let tenant = tenant(&canvas);
    let municipality = Municipality::new(31, 150);
    tenant.private().know(&municipality);
    let mut extract = Vec::new();
    write_pifu(&municipality, &mut extract).unwrap();
    let extract = String::from_utf8(extract).unwrap();
    let (_, behind) = extract.split_once("<datetime>").unwrap();
    let moment = behind.split_once('<').unwrap().0;
    // Each file is of a later day than the one before, as it is in life.
    let on = |extract: &str, day: &str| extract.replacen(moment, &format!("{day}T02:00:00"), 1);
    let numbers: Vec<String> = municipality
        .pupils()
        .take(3)
        .map(|pupil| pupil.person.norwegian_number)
        .collect();

    // Two persons of the file have one number.
    let doubled = extract.replacen(&format!(">{}<", numbers[1]), &format!(">{}<", numbers[0]), 1);
    assert_ne!(doubled, extract);
    tenant.deliver("sas", "extract.xml", doubled.as_bytes());
    drop(tenant.run());
    let pupil = municipality.pupils().next().unwrap().person;
    look_around(&tenant, &[&pupil.mail, &pupil.name.family, &pupil.name.given]);

    // A number stands where none belongs, and the file is cut off right behind one.
    let cut = on(&extract, "2026-01-02");
    let place = cut.find(&numbers[2]).unwrap() + numbers[2].len();
    tenant.deliver("sas", "extract.xml", &cut.as_bytes()[..place]);
    let _ = tenant.run().ends(1);
    look_around(&tenant, &[&pupil.mail]);
    let strange = extract.replacen(
        "<gender>1</gender>",
        &format!("<gender>{}</gender>", numbers[2]),
        1,
    );
    assert_ne!(strange, extract);
    tenant.deliver("sas", "extract.xml", on(&strange, "2026-01-03").as_bytes());
    drop(tenant.run());
    look_around(&tenant, &[&pupil.mail]);
}

#[test]
fn a_number_that_a_mapping_sends_is_shown_to_nobody() {
    let canvas = Canvas::builder().start_blocking().unwrap();
    let tenant = tenant_with(
        &canvas,
        "[connections.canvas.mappings.outbound.users.attributes]\nintegration_id = \"{{ national_id }}\"",
    );
    let municipality = Municipality::new(37, 150);
    tenant.deliver_pifu("sas", &municipality);
    drop(tenant.call("plan", &[]));
    drop(tenant.call("plan", &["--json"]));
    let _ = tenant.run().ends(0);
    let pupil = municipality.pupils().next().unwrap().person;
    look_around(&tenant, &[&pupil.mail, &pupil.name.family]);
}

#[test]
fn a_target_that_refuses_the_token_is_told_without_it() {
    let canvas = Canvas::builder().start_blocking().unwrap();
    let tenant = tenant(&canvas);
    tenant.deliver_pifu("sas", &Municipality::new(41, 150));
    for status in [401, 403, 500] {
        let body = "{\"errors\":[{\"message\":\"Invalid access token.\"}]}".to_owned();
        canvas
            .server()
            .fail_next(50, Fault::Status(status, Vec::new(), body));
        let _ = tenant.run().ends(1);
        drop(tenant.call("check", &["-vvv"]));
        canvas.server().heal();
    }
    look_around(&tenant, &[]);
    let _ = tenant.run().ends(0);
}
