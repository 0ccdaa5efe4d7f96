//! Nothing that the program says holds a national identity number or a secret. Every call in all these tests is looked
//! through; here is what would tempt it most.

use std::path::Path;

use samklang_cycles::{Tenant, contains};
use samklang_municipality::{Municipality, write_pifu};
use samklang_stand_ins::{Canvas, Fault};

use crate::roster::{tenant, tenant_with};

/// Looks at everything that can be looked at, for people and for machines.
fn look_around(tenant: &Tenant, persons: &[&str]) {
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

/// Both ways of saying everything there is to say.
const LOUD: [&[&str]; 2] = [&["-vvv"], &["--json", "-vvv", "--log", "json"]];

/// Looks at everything that can be asked about a tenant and these persons.
fn ask_everything(tenant: &Tenant, persons: &[&str]) {
    for form in LOUD {
        let call = |command: &str, arguments: &[&str]| {
            drop(tenant.call(command, &[arguments, form].concat()));
        };
        for command in [
            "check",
            "status",
            "history",
            "journal show",
            "journal verify",
            "quarantine list",
            "retention show",
            "promotion list",
        ] {
            call(command, &[]);
        }
        call("case list", &["--all"]);
        for case in ["1", "2"] {
            call("case show", &[case]);
        }
        call("enrol show", &["canvas"]);
        call("mapping test", &["sas", "person", "--sample", "3"]);
        call("mapping test", &["canvas", "users", "--sample", "3"]);
        for person in persons {
            call("explain", &[person]);
            call("explain", &[person, "--target", "canvas"]);
            call("person forget", &[person, "--reason", "to see it refused"]);
            call("sync", &[person, "--reason", "to see it done"]);
        }
    }
    let plan = tenant.call("plan", &["--json"]);
    if let Some(operation) = plan.json()["operations"][0]["id"].as_str() {
        for form in LOUD {
            drop(tenant.call("explain", &[&["--operation", operation], form].concat()));
        }
    }
}

/// All files of a folder, with what is in them.
fn files(folder: &Path, found: &mut Vec<(String, Vec<u8>)>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files(&path, found);
        } else {
            found.push((path.display().to_string(), std::fs::read(&path).unwrap()));
        }
    }
}

/// The installation's own files. What compilers made of connectors holds no data.
fn kept(tenant: &Tenant) -> Vec<(String, Vec<u8>)> {
    let mut found = Vec::new();
    files(&tenant.home(), &mut found);
    found.retain(|(path, _)| !path.contains("/connectors/") && !path.contains("/cache/"));
    assert!(
        found.iter().any(|(path, _)| path.ends_with("samklang.db")),
        "the database is among them"
    );
    found
}

#[test]
fn nothing_private_is_kept_in_the_open_or_said_through_a_tenants_whole_life() {
    let canvas = Canvas::builder().start_blocking().unwrap();
    // Numbers go to the target, so that operations, outcomes and what is known of the target have them as well.
    let tenant = tenant_with(
        &canvas,
        "[connections.canvas.mappings.outbound.users.attributes]\nintegration_id = \"{{ national_id }}\"",
    );
    let first = Municipality::new(43, 300);
    tenant.private().know(&first);
    let mut extract = Vec::new();
    write_pifu(&first, &mut extract).unwrap();
    let extract = String::from_utf8(extract).unwrap();
    let pupils: Vec<_> = first.pupils().take(4).map(|pupil| pupil.person).collect();
    let persons: Vec<&str> = pupils.iter().map(|person| person.mail.as_str()).collect();

    // The first night, with two persons who have one number: somebody is asked which is which.
    let (one, two) = (&pupils[0].norwegian_number, &pupils[1].norwegian_number);
    let doubled = extract.replacen(&format!(">{two}<"), &format!(">{one}<"), 1);
    assert_ne!(doubled, extract);
    tenant.deliver("sas", "extract.xml", doubled.as_bytes());
    for form in LOUD {
        drop(tenant.call("plan", form));
    }
    drop(tenant.call("run", LOUD[1]));
    ask_everything(&tenant, &persons);
    drop(tenant.call("case decide", &["1", "--new", "--reason", "they are two", "-vvv"]));

    // The target cannot be reached, refuses the token, and fails.
    tenant.deliver_pifu("sas", &first.after_nights(1));
    let body = format!("{{\"errors\":[{{\"message\":\"{one} is taken\"}}]}}");
    for status in [401, 422, 500] {
        canvas
            .server()
            .fail_next(50, Fault::Status(status, Vec::new(), body.clone()));
        drop(tenant.call("run", LOUD[1]));
        ask_everything(&tenant, &persons[..1]);
        canvas.server().heal();
    }
    drop(tenant.call("run", LOUD[0]));

    // A new school year is halted, looked at, and let pass by two persons.
    tenant.deliver_pifu("sas", &first.after_nights(1).after_school_years(1));
    let halted = tenant.call("run", LOUD[1]).ends(3);
    assert_eq!(halted.json()["stop"]["code"], "guard");
    ask_everything(&tenant, &persons[..1]);
    for person in ["astrid", "odd"].iter().cycle().take(8) {
        let release = ["--reason", "a new school year", "--by", *person, "-vvv"];
        drop(tenant.call("release", &release));
        if tenant.call("run", LOUD[0]).code == Some(0) {
            break;
        }
    }
    assert_eq!(tenant.run().json()["ended"], "done");

    // A file that is cut off right behind a number, and a number set by hand.
    let place = extract.find(one.as_str()).unwrap() + one.len();
    tenant.deliver("sas", "extract.xml", &extract.as_bytes()[..place]);
    drop(tenant.call("run", LOUD[1]).ends(1));
    let by_hand = [
        pupils[2].id.as_str(),
        "national_id",
        two,
        "--reason",
        "a new number",
        "-vvv",
    ];
    for form in [&[][..], &["--json"]] {
        drop(tenant.call("override", &[&by_hand[..], form].concat()).ends(0));
    }
    tenant.deliver_pifu("sas", &first.after_nights(2).after_school_years(1));
    drop(tenant.call("run", LOUD[1]));
    for command in ["keys rotate", "retention apply"] {
        drop(tenant.call(command, LOUD[0]));
    }
    ask_everything(&tenant, &persons);

    let kept = kept(&tenant);
    for (path, octets) in &kept {
        tenant.private().look_into(path, octets);
    }

    // That all of this would find something: the program has the numbers, and gives them to whoever has a right to them …
    let (pupil, given) = first
        .pupils()
        .map(|pupil| pupil.person)
        .find_map(|pupil| {
            let given = tenant.give("person export", &[pupil.id.as_str()]);
            (given.code == Some(0)).then_some((pupil, given))
        })
        .expect("somebody has stayed");
    assert!(
        given.stdout.contains(&pupil.norwegian_number),
        "the numbers are there"
    );
    let look = |what: &str| std::panic::catch_unwind(|| tenant.private().look("a control", what));
    assert!(look(&given.stdout).is_err());
    // … what is not sealed is found in the files …
    let key = &pupil.id;
    let octets: Vec<u8> = kept.iter().flat_map(|(_, octets)| octets.clone()).collect();
    assert!(
        contains(&octets, key.as_bytes()),
        "keys are not sealed, and are found"
    );
    assert!(!contains(&octets, pupil.mail.as_bytes()), "values are sealed");
    // … and a number among them would be.
    let middle = octets.len() / 2;
    for number in [
        one.clone(),
        format!("{}-{}", &one[..6], &one[6..]),
        format!("{} {}", &one[..6], &one[6..]),
    ] {
        let mut planted = octets.clone();
        planted.splice(middle..middle, format!("\0{number}\0").into_bytes());
        let looked = std::panic::catch_unwind(|| tenant.private().look_into("a control", &planted));
        assert!(looked.is_err(), "a number that is written {number} is found");
    }
}
