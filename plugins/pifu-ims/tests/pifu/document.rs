//! Encodings, versions and the finer points of XML.

use samklang_pifu_ims::document::{Document, NAMESPACES, Stamp};

use crate::support::*;

fn given(bytes: impl AsRef<[u8]>) -> String {
    texts(Inbox::with(bytes).read().unwrap().column("person", "given_name")).join(",")
}

#[test]
fn all_three_namespaces_and_any_prefix() {
    for namespace in NAMESPACES {
        assert_eq!(
            given(full(&person("1", "Tuva")).replace(NAMESPACE, namespace)),
            "Tuva"
        );
    }
    let prefixed = full("")
        .replace("<enterprise xmlns=", "<p:enterprise xmlns:p=")
        .replace("</enterprise>", "<p:person><p:sourcedid><p:source>s</p:source><p:id>1</p:id></p:sourcedid><p:name>\
            <p:fn>T</p:fn><p:n><p:family>B</p:family><p:given>Tuva</p:given></p:n></p:name></p:person></p:enterprise>");
    assert_eq!(given(prefixed), "Tuva");
}

#[test]
fn encodings() {
    let text = full(&person("1", "Bjørg Åse"));
    assert_eq!(given(&text), "Bjørg Åse");
    assert_eq!(
        given(text.replace("<?xml version=\"1.0\" encoding=\"UTF-8\"?>", "")),
        "Bjørg Åse"
    );
    let latin: Vec<u8> = text
        .replace("UTF-8", "ISO-8859-1")
        .chars()
        .map(|character| character as u8)
        .collect();
    assert_eq!(given(latin), "Bjørg Åse");
    let marked: Vec<u8> = [b"\xEF\xBB\xBF".as_slice(), text.as_bytes()].concat();
    assert_eq!(given(marked), "Bjørg Åse");
    let wide = text.replace("UTF-8", "UTF-16");
    let wide: Vec<u8> = std::iter::once(0xFEFF)
        .chain(wide.encode_utf16())
        .flat_map(u16::to_le_bytes)
        .collect();
    assert_eq!(given(wide), "Bjørg Åse");
    // A declaration that is longer than a reader would buffer at once.
    let long = text.replace("encoding", &format!("{}encoding", " ".repeat(300)));
    let long: Vec<u8> = long
        .replace("UTF-8", "iso-8859-1")
        .chars()
        .map(|character| character as u8)
        .collect();
    assert_eq!(given(long), "Bjørg Åse");
}

#[test]
fn references_sections_comments_and_unknown_elements() {
    let person = "<person><!-- who --><sourcedid><source>s</source><id> 1 </id></sourcedid><vendor:x xmlns:vendor=\"v\"><y/>\
        </vendor:x><name><fn>x</fn><n><family><![CDATA[<Berg>]]></family><given>T&#xE5;&amp;<!-- c -->b</given></n></name>\
        <email></email></person><?pi x?>";
    let collected = Inbox::with(full(person)).read().unwrap();
    assert_eq!(texts(collected.column("person", "given_name")), ["Tå&b"]);
    assert_eq!(texts(collected.column("person", "family_name")), ["<Berg>"]);
    assert_eq!(texts(collected.column("person", "id")), ["s:1"]);
}

#[test]
fn moments_compare_across_their_forms() {
    let instant = |text: &str| Stamp::parse(text).unwrap_or_else(|| panic!("{text}")).instant;
    assert_eq!(instant("2031-08-20"), instant("2031-08-20T00:00:00"));
    assert_eq!(
        instant("2031-08-20T02:00:00+02:00"),
        instant("2031-08-20T00:00:00Z")
    );
    assert_eq!(instant("2031-08-20+02:00"), instant("2031-08-19T22:00:00Z"));
    assert!(instant("2031-08-20T02:00:00.5") > instant("2031-08-20T02:00:00"));
    for wrong in [
        "",
        "20.08.2031",
        "2031-13-01",
        "2031-08-20T25:00:00",
        "2031-08-20x",
        "å031-08-20",
    ] {
        assert!(Stamp::parse(wrong).is_none(), "{wrong}");
    }
}

#[test]
fn after_an_error_there_is_nothing_more() {
    let text = full(&(person("1", "Tuva") + "<person/>" + &person("2", "Ola")));
    let mut document = Document::open(text.as_bytes()).unwrap();
    assert!(document.next().unwrap().is_ok());
    assert!(document.next().unwrap().is_err());
    assert!(document.next().is_none());
}
