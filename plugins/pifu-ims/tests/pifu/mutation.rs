//! Whatever becomes of a file on its way: rows or an error with a place, never a panic, and never a success for a document
//! that was cut off.

use proptest::prelude::*;
use samklang_pifu_ims::document::{Document, Fault};

use crate::support::*;

fn sample() -> Vec<u8> {
    let contact = format!(
        "<extension><pifu_hasContactPerson type=\"guardian\">{}</pifu_hasContactPerson></extension>",
        sourcedid("2")
    );
    let text = full(
        &(person_with("", &sourcedid("1"), "Bjørg &amp; Åse", &contact)
            + &person("2", "Ola")
            + &school("s")
            + &class("g", "s")
            + &membership("s", &(member("1", "01") + &member("2", "05")))
            + &membership("g", &member("1", "01"))),
    );
    text.into_bytes()
}

fn read(bytes: &[u8]) -> Result<usize, Fault> {
    Document::open(bytes)?.try_fold(0, |count, record| record.map(|_| count + 1))
}

#[test]
fn the_sample_is_whole() {
    assert_eq!(read(&sample()).unwrap(), 7);
}

#[test]
fn no_beginning_of_a_document_is_taken_for_the_whole() {
    let sample = sample();
    let end = sample.iter().rposition(|&octet| octet == b'>').unwrap();
    for length in 0..=end {
        let fault = read(&sample[..length]).expect_err("a truncated document was taken");
        assert!(fault.place.line >= 1 && !fault.cause.is_empty());
    }
}

proptest! {
    #[test]
    fn changed_octets_never_panic(changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..8)) {
        let mut bytes = sample();
        for (index, octet) in changes {
            let at = index.index(bytes.len());
            bytes[at] = octet;
        }
        let lines = bytes.iter().filter(|&&octet| octet == b'\n').count() as u64 + 1;
        if let Err(fault) = read(&bytes) {
            prop_assert!((1..=lines).contains(&fault.place.line));
        }
    }

    #[test]
    fn removed_and_repeated_pieces_never_panic(
        from in any::<prop::sample::Index>(),
        length in 0usize..200,
        to in any::<prop::sample::Index>(),
    ) {
        let sample = sample();
        let from = from.index(sample.len());
        let until = (from + length).min(sample.len());
        let removed = [&sample[..from], &sample[until..]].concat();
        let _ = read(&removed);
        let to = to.index(sample.len());
        let repeated = [&sample[..to], &sample[from..until], &sample[to..]].concat();
        let _ = read(&repeated);
    }

    #[test]
    fn any_octets_never_panic(bytes in prop::collection::vec(any::<u8>(), 0..400), declared in any::<bool>()) {
        let start = b"<?xml version='1.0' encoding='ISO-8859-1'?><enterprise".as_slice();
        let bytes = if declared { [start, &bytes].concat() } else { bytes };
        let _ = read(&bytes);
    }

    #[test]
    fn a_name_comes_through_as_it_is(name in "[a-zæøåA-ZÆØÅ<>&'\"-]([a-zæøåA-ZÆØÅ <>&'\"-]{0,18}[a-zæøåA-ZÆØÅ<>&'\"-])?") {
        let escaped = name.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
        let latin: Vec<u8> = full(&person("1", &escaped)).replace("UTF-8", "ISO-8859-1").chars().map(|c| c as u8).collect();
        let collected = Inbox::with(latin).read().unwrap();
        prop_assert_eq!(texts(collected.column("person", "given_name")), [name]);
    }
}
