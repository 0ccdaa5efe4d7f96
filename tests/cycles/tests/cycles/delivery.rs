//! How a vendor's connector comes to a tenant: signed, out of a real registry, tried, taken up and taken back.

use std::path::{Path, PathBuf};

use minisign::KeyPair;
use samklang_components::{component, with_code};
use samklang_cycles::{Answer, OciRegistry, Tenant};
use samklang_stand_ins::Canvas;
use tempfile::TempDir;

/// A vendor: a key, and a folder for what is built.
struct Vendor {
    pair: KeyPair,
    folder: TempDir,
}

impl Vendor {
    fn new() -> Self {
        Self {
            pair: KeyPair::generate_unencrypted_keypair().unwrap(),
            folder: tempfile::tempdir().unwrap(),
        }
    }

    fn key(&self) -> String {
        self.pair.pk.to_base64()
    }

    fn write(&self, name: &str, octets: &[u8]) -> PathBuf {
        let path = self.folder.path().join(name);
        std::fs::write(&path, octets).unwrap();
        path
    }

    /// A signed build.
    fn build(&self, name: &str, octets: &[u8]) -> PathBuf {
        let path = self.write(name, octets);
        let signature = minisign::sign(Some(&self.pair.pk), &self.pair.sk, octets, None, None).unwrap();
        std::fs::write(signature_of(&path), signature.into_string()).unwrap();
        path
    }
}

fn signature_of(path: &Path) -> PathBuf {
    path.with_extension("wasm.minisig")
}

fn csv() -> Vec<u8> {
    std::fs::read(component("csv-connector")).unwrap()
}

/// The next build: it takes the display name from another column.
fn next() -> Vec<u8> {
    let (old, new) = (
        "display_name = \"{{ displayName }}\"",
        "display_name = \"{{ givenName   }}\"",
    );
    assert_eq!(old.len(), new.len());
    let mut octets = csv();
    let at = octets
        .windows(old.len())
        .position(|window| window == old.as_bytes())
        .expect("the mapping stands in the component");
    octets[at..at + old.len()].copy_from_slice(new.as_bytes());
    octets
}

/// A build that traps when it is asked for rows.
fn broken() -> Vec<u8> {
    with_code(
        &csv(),
        "samklang:connector/sync@0.1.0#[method]reader.next",
        "unreachable",
    )
}

/// A tenant that reads one person, in an installation that trusts this vendor alone.
fn tenant(vendor: &Vendor, registry: Option<&OciRegistry>) -> Tenant {
    let tenant = Tenant::new(
        r#"
        tenant = "nordvik"
        steps = ["import people", "compare", "reconcile"]
        [connections.people]
        connector = "csv"
        role = "source"
        [connections.people.settings]
        file = "people.csv"
        [connections.people.grants]
        inbox = true
        "#,
    );
    let registries = registry.map_or_else(String::new, |registry| {
        format!("[registries.\"{}\"]\nplain = true\n", registry.host())
    });
    let text = format!(
        "[trust.keys.vendor]\nkey = \"{}\"\nconnectors = [\"csv\"]\n{registries}",
        vendor.key()
    );
    std::fs::write(tenant.home().join("installation.toml"), text).unwrap();
    tenant.deliver(
        "people",
        "people.csv",
        b"entryUUID,uid,givenName,sn,displayName\nu1,kari,Kari,Nordmann,Kari Nordmann\n",
    );
    tenant
}

fn display_name(tenant: &Tenant) -> String {
    let explained = tenant.call("explain", &["kari", "--json"]).ends(0).json();
    let attributes = explained["entity"]["attributes"].as_array().unwrap();
    let name = attributes
        .iter()
        .find(|attribute| attribute["name"] == "display_name")
        .unwrap();
    name["value"].as_str().unwrap().to_owned()
}

fn added(answer: Answer) -> String {
    answer.ends(0).json()["digest"].as_str().unwrap().to_owned()
}

#[test]
fn a_signed_build_comes_from_a_registry_is_taken_up_and_taken_back() {
    let Some(registry) = OciRegistry::start() else {
        return;
    };
    let vendor = Vendor::new();
    let tenant = tenant(&vendor, Some(&registry));
    let place = |tag: &str| format!("oci://{}/connectors/csv:{tag}", registry.host());
    for (tag, octets) in [("1", csv()), ("2", next())] {
        let file = vendor.build(&format!("csv-{tag}.wasm"), &octets);
        let published = tenant
            .connector(&["publish", file.to_str().unwrap(), &place(tag), "--json"])
            .ends(0)
            .json();
        assert_eq!(published["signed"], true);
        assert!(
            published["place"].as_str().unwrap().contains("@sha256:"),
            "{published}"
        );
    }
    let missing = tenant.connector(&["add", &place("3")]).ends(1);
    assert!(
        missing.stderr.contains("is not there: see to repository and tag"),
        "{}",
        missing.stderr
    );

    let first = added(tenant.connector(&["add", &place("1"), "--json"]));
    let ran = tenant.run().ends(0).json();
    assert_eq!(ran["unsigned"], serde_json::json!([]));
    assert_eq!(display_name(&tenant), "Kari Nordmann");
    let lock = || std::fs::read_to_string(tenant.folder().join("samklang.lock")).unwrap();
    assert!(lock().contains(&first), "{}", lock());

    // A newer build is there, and nothing is run otherwise until somebody says so.
    let second = added(tenant.connector(&["add", &place("2"), "--json"]));
    assert_ne!(first, second);
    let listed = tenant.connector(&["list", "--json"]).ends(0).json();
    let of_csv: Vec<_> = listed["connectors"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|one| one["name"] == "csv")
        .collect();
    assert_eq!(of_csv.len(), 2);
    assert!(of_csv.iter().all(|one| one["signer"] == "vendor"), "{listed:#}");
    let _ = tenant.run().ends(0);
    assert_eq!(display_name(&tenant), "Kari Nordmann");

    let given = tenant
        .call(
            "connector activate",
            &[&format!("csv@{}", &second[..12]), "--reason", "names", "--json"],
        )
        .ends(0)
        .json();
    let changes = given["connections"][0]["changes"].to_string();
    assert!(changes.contains("its own mappings are others"), "{given:#}");
    assert!(lock().contains(&second), "{}", lock());
    let _ = tenant.run().ends(0);
    assert_eq!(display_name(&tenant), "Kari");
    let kept = tenant
        .connector(&["remove", &format!("csv@{}", &second[..12])])
        .ends(2);
    assert!(
        kept.stderr.contains("is run by people of nordvik"),
        "{}",
        kept.stderr
    );

    let _ = tenant
        .call(
            "connector rollback",
            &["csv", "--reason", "the names were right before"],
        )
        .ends(0);
    let _ = tenant.run().ends(0);
    assert_eq!(display_name(&tenant), "Kari Nordmann");
    assert!(lock().contains(&first), "{}", lock());
    let _ = tenant
        .connector(&["remove", &format!("csv@{}", &second[..12])])
        .ends(0);
    let _ = tenant.connector(&["verify", "csv"]).ends(0);

    // Who did it and why is in the journal.
    let journal = tenant
        .call("journal show", &["-n", "50", "--json"])
        .ends(0)
        .stdout;
    assert!(journal.contains("connector-activated"), "{journal}");
}

#[test]
fn only_what_a_trusted_key_signed_is_let_in_and_loaded() {
    let (vendor, stranger) = (Vendor::new(), Vendor::new());
    let tenant = tenant(&vendor, None);
    let refused = |file: &Path, cause: &str| {
        let answer = tenant.connector(&["add", file.to_str().unwrap()]).ends(1);
        assert!(answer.stderr.contains(cause), "{}", answer.stderr);
    };
    refused(&vendor.write("unsigned.wasm", &csv()), "it is not signed");
    refused(
        &stranger.build("stranger.wasm", &csv()),
        "it is signed with a key that is not trusted",
    );
    let altered = vendor.build("altered.wasm", &csv());
    std::fs::write(&altered, next()).unwrap();
    refused(&altered, "is not of this file: the file was altered");
    let other = std::fs::read(component("samklang-pifu-ims")).unwrap();
    refused(
        &vendor.build("other.wasm", &other),
        "which does not speak for the connector `pifu-ims`",
    );

    let digest = added(tenant.connector(&[
        "add",
        vendor.build("csv.wasm", &csv()).to_str().unwrap(),
        "--json",
    ]));
    let _ = tenant.run().ends(0);
    // What lies in the installation's folder is held against the signature each time that it is loaded.
    let kept = tenant.home().join(format!("connectors/{digest}.wasm"));
    let sound = std::fs::read(&kept).unwrap();
    std::fs::write(&kept, next()).unwrap();
    let answer = tenant.run().ends(1);
    assert!(
        answer
            .stdout
            .contains("the connector is not let in: its signature, by the key `vendor`"),
        "{}",
        answer.stdout
    );
    let verified = tenant.connector(&["verify", "csv"]).ends(1);
    assert!(verified.stderr.contains("is not let in"), "{}", verified.stderr);
    std::fs::write(&kept, sound).unwrap();
    let _ = tenant.run().ends(0);

    // A key that is trusted no more takes its connectors along.
    let file = tenant.home().join("installation.toml");
    let text = std::fs::read_to_string(&file).unwrap();
    std::fs::write(&file, text.replace(&vendor.key(), &stranger.key())).unwrap();
    let answer = tenant.run().ends(1);
    assert!(
        answer.stdout.contains("a key that is not trusted"),
        "{}",
        answer.stdout
    );
}

#[test]
fn a_lock_file_gives_the_same_builds_or_says_which_are_missing() {
    let vendor = Vendor::new();
    let one = tenant(&vendor, None);
    let first = added(one.connector(&[
        "add",
        vendor.build("csv-1.wasm", &csv()).to_str().unwrap(),
        "--json",
    ]));
    let _ = one.run().ends(0);
    let locked = std::fs::read_to_string(one.folder().join("samklang.lock")).unwrap();

    // On another installation the newest build is another one; the lock file names the one that is to run.
    let other = tenant(&vendor, None);
    std::fs::write(other.folder().join("samklang.lock"), &locked).unwrap();
    let second = added(other.connector(&[
        "add",
        vendor.build("csv-2.wasm", &next()).to_str().unwrap(),
        "--json",
    ]));
    let answer = other.run().ends(2);
    assert!(
        answer.stdout.contains(&format!(
            "the build {} of `csv`, which `people` runs, is not installed",
            &first[..12]
        )),
        "{}",
        answer.stdout
    );
    let _ = other
        .connector(&["add", vendor.folder.path().join("csv-1.wasm").to_str().unwrap()])
        .ends(0);
    let _ = other.run().ends(0);
    assert_eq!(display_name(&other), "Kari Nordmann");

    std::fs::write(
        other.folder().join("samklang.lock"),
        locked.replace(&first, &second),
    )
    .unwrap();
    let answer = other.run().ends(2);
    assert!(
        answer.stdout.contains("samklang.lock gives `people` the build"),
        "{}",
        answer.stdout
    );
    let _ = other
        .call(
            "connector activate",
            &[
                &format!("csv@{}", &second[..12]),
                "--reason",
                "as the lock file says",
            ],
        )
        .ends(0);
    let _ = other.run().ends(0);
    assert_eq!(display_name(&other), "Kari");
}

#[test]
fn another_build_is_tried_before_it_is_taken_up_and_nothing_is_sent() {
    let canvas = Canvas::builder().start_blocking().unwrap();
    let url = canvas.url();
    let vendor = Vendor::new();
    let tenant = tenant(&vendor, None);
    let file = tenant.home().join("installation.toml");
    let trust = std::fs::read_to_string(&file).unwrap();
    std::fs::write(&file, format!("{trust}\n[trust]\nunsigned = true\n")).unwrap();
    let text = std::fs::read_to_string(tenant.folder().join("samklang.toml")).unwrap();
    tenant.configure(&text.replace(
        "\"reconcile\"]",
        "\"reconcile\", \"export canvas\", \"feedback canvas\"]",
    ));
    tenant.add(&format!(
        r#"
        [connections.canvas]
        connector = "canvas"
        role = "target"
        [connections.canvas.settings]
        url = "{url}"
        poll_seconds = 1
        [connections.canvas.grants]
        http = ["{url}"]
        [connections.canvas.credentials.canvas]
        kind = "bearer"
        token = "file:secrets/canvas"
        "#
    ));
    tenant.secret("canvas", canvas.token());
    let first = added(tenant.connector(&[
        "add",
        vendor.build("csv-1.wasm", &csv()).to_str().unwrap(),
        "--json",
    ]));
    let ran = tenant.run().ends(0).json();
    assert_eq!(
        ran["unsigned"],
        serde_json::json!(["canvas 0.1.0"]),
        "every report tells"
    );
    let named = || {
        let users = canvas.users();
        let mut names = users.iter().filter_map(|user| user.text("name"));
        names
            .find(|name| name.starts_with("Kari"))
            .unwrap_or_default()
            .to_owned()
    };
    assert_eq!(named(), "Kari Nordmann");

    let second = added(tenant.connector(&[
        "add",
        vendor.build("csv-2.wasm", &next()).to_str().unwrap(),
        "--json",
    ]));
    let tried = |digest: &str| {
        tenant
            .call("connector try", &[&format!("csv@{}", &digest[..12]), "--json"])
            .ends(0)
            .json()
    };
    let told = tried(&second);
    assert_eq!(
        told["counts"],
        serde_json::json!([{"target": "canvas", "class": "users", "difference": "only with it", "count": 1}]),
        "{told:#}"
    );
    assert_eq!(told["differences"][0]["action"], "update");
    assert_eq!(
        told["differences"][0]["changed"],
        serde_json::json!(["full_name"])
    );
    assert!(
        told["changes"]
            .to_string()
            .contains("its own mappings are others")
    );
    assert_eq!(told["breaches"], serde_json::json!([]));
    assert_eq!(tried(&first)["counts"], serde_json::json!([]));
    let bad = vendor.build("bad.wasm", &broken());
    let bad = added(tenant.connector(&["add", bad.to_str().unwrap(), "--json"]));
    let refused = tenant
        .call("connector try", &[&format!("csv@{}", &bad[..12])])
        .ends(1);
    assert!(
        refused.stderr.contains("the other build cannot do its work") && refused.stderr.contains("trapped"),
        "{}",
        refused.stderr
    );
    // Nothing was sent or kept: the next cycle runs as before.
    let answer = tenant.run().ends(0);
    assert_eq!(answer.count("export canvas", "planned"), 0);
    assert_eq!(named(), "Kari Nordmann");
    let _ = tenant
        .call(
            "connector activate",
            &[&format!("csv@{}", &second[..12]), "--reason", "as tried"],
        )
        .ends(0);
    let answer = tenant.run().ends(0);
    assert_eq!(answer.count("export canvas", "planned"), 1);
    assert_eq!(named(), "Kari");
}

#[test]
fn a_build_that_faults_in_its_first_cycle_is_taken_back_and_the_night_goes_on() {
    let vendor = Vendor::new();
    let tenant = tenant(&vendor, None);
    let add = |name: &str, octets: &[u8]| {
        let file = vendor.build(name, octets);
        added(tenant.connector(&["add", file.to_str().unwrap(), "--json"]))
    };
    let sound = add("sound.wasm", &csv());
    let ran = tenant.run().ends(0).json();
    assert_eq!(ran["taken_back"], serde_json::json!([]));
    let bad = add("bad.wasm", &broken());
    let activate = |digest: &str| {
        let what = format!("csv@{}", &digest[..12]);
        let _ = tenant
            .call("connector activate", &[&what, "--reason", "newer"])
            .ends(0);
    };
    activate(&bad);
    let ran = tenant.run().ends(0).json();
    assert_eq!(ran["ended"], "done", "{ran:#}");
    assert_eq!(
        ran["taken_back"],
        serde_json::json!([{ "connection": "people", "from": bad, "to": sound, "why": "trap in `import people`" }])
    );
    assert_eq!(ran["steps"][0]["counts"]["read"], 1, "{ran:#}");
    let lock = std::fs::read_to_string(tenant.folder().join("samklang.lock")).unwrap();
    assert!(lock.contains(&sound), "{lock}");
    let journal = tenant
        .call("journal show", &["-n", "50", "--json"])
        .ends(0)
        .stdout;
    assert!(
        journal.contains("the newer build faulted: trap in `import people`"),
        "{journal}"
    );
    // What was taken back stays so.
    assert_eq!(tenant.run().ends(0).json()["taken_back"], serde_json::json!([]));

    // A first build has none to go back to.
    let other = self::tenant(&vendor, None);
    let file = vendor.build("bad.wasm", &broken());
    let _ = added(other.connector(&["add", file.to_str().unwrap(), "--json"]));
    let failed = other.run().ends(1).json();
    assert_eq!(failed["taken_back"], serde_json::json!([]));
}
