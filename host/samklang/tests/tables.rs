//! Look-up tables and the time zone in a tenant's file, and what is said of mistakes in them.

#![expect(clippy::unwrap_used, reason = "test support: a panic is the report")]

use std::path::Path;

use samklang::configuration::{Fitted, Offer, Source, Tenant, Use};

/// Fits a tenant's file that has these lines in it; a folder beside it holds these files.
fn fit(lines: &str, files: &[(&str, &[u8])]) -> Result<Fitted, String> {
    let folder = tempfile::tempdir().unwrap();
    for (name, bytes) in files {
        std::fs::write(folder.path().join(name), bytes).unwrap();
    }
    let text = format!("tenant = \"nordvik\"\nsteps = [\"reconcile\"]\n{lines}");
    Tenant::parse(folder.path(), Source::new(Path::new("samklang.toml"), text))
        .map_err(|error| error.to_string())?
        .fit(&Offer::default(), Use::Look)
        .map_err(|error| error.to_string())
}

#[track_caller]
fn row(lines: &str, files: &[(&str, &[u8])], key: &str) -> serde_json::Value {
    let fitted = fit(lines, files).unwrap_or_else(|text| panic!("{text}"));
    let table = fitted.tenant.vocabulary.tables()["t"].clone();
    table.get(key).unwrap().clone()
}

#[track_caller]
fn says(lines: &str, files: &[(&str, &[u8])], parts: &[&str]) {
    let Err(text) = fit(lines, files) else {
        panic!("no mistake was found");
    };
    for part in parts {
        assert!(text.contains(part), "`{part}` is not in\n{text}");
    }
}

#[test]
fn rows_stand_in_the_file_or_beside_it() {
    let file = "[tables.t]\nfile = \"t.csv\"\n";
    assert_eq!(
        row("[tables.t.rows]\n\"Lærer\" = \"Teacher\"\n", &[], "Lærer"),
        "Teacher"
    );
    assert_eq!(
        row(
            file,
            &[("t.csv", "\u{feff}key;value\nLærer; Teacher \n".as_bytes())],
            "Lærer"
        ),
        "Teacher"
    );
    assert_eq!(row(file, &[("t.csv", b"key,value\n\"a,b\",c\n")], "a,b"), "c");
    assert_eq!(
        row(file, &[("t.csv", b"key,city,code\n1,Voss,A1\n")], "1"),
        serde_json::json!({ "city": "Voss", "code": "A1" })
    );
}

#[test]
fn a_table_that_cannot_be_used_is_shown_with_its_line() {
    let file = "[tables.t]\nfile = \"t.csv\"\n";
    says(
        file,
        &[],
        &[
            "samklang.toml:4",
            "t.csv cannot be used",
            "relative to the tenant's folder",
        ],
    );
    says(file, &[("t.csv", b"\xff")], &["it is not UTF-8"]);
    says(file, &[("t.csv", b"key\n1\n")], &["fewer than two columns"]);
    says(
        file,
        &[("t.csv", b"key,value\n1\n")],
        &["as many fields as the first"],
    );
    says(
        file,
        &[("t.csv", b"key,value\n1,a\n1,b\n")],
        &["two rows for `1`"],
    );
    says("[tables.t]\n", &[], &["neither or both", "[tables.t.rows]"]);
    says("[tables.t]\nrows = 1\n", &[], &["`rows` is a whole number"]);
    says("[tables.t]\nfiel = \"t.csv\"\n", &[], &["did you mean `file`"]);
}

#[test]
fn days_begin_where_the_tenant_is() {
    // An hour before midnight in Greenwich it is the next day in Copenhagen.
    let moment = 1_780_354_800_000;
    let day = |lines: &str| {
        fit(lines, &[])
            .unwrap_or_else(|text| panic!("{text}"))
            .tenant
            .calendar
            .day(moment)
    };
    assert_eq!(day("").to_string(), "2026-06-02");
    assert_eq!(day("time_zone = \"UTC\"\n").to_string(), "2026-06-01");
    says(
        "time_zone = \"Europe/Copenhaven\"\n",
        &[],
        &["there is no time zone `Europe/Copenhaven`", "Europe/Oslo"],
    );
}
