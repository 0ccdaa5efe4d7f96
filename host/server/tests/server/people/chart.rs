//! The drawing of the history says what its table says.

use samklang_server::{Language, Role};

use super::{Reader, at, between, cast};
use crate::stage::Stage;

/// Whole numbers of a text, whatever parts their groups.
fn number(text: &str) -> u64 {
    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
    digits.parse().unwrap()
}

#[tokio::test]
async fn the_bars_are_the_numbers_of_the_table() {
    let stage = Stage::new().await;
    let reader = Reader::new(&stage, Role::Viewer).await;
    for address in ["/history", "/history?after=30"] {
        for language in Language::ALL {
            let page = reader.read_in(&at(address), language.tag()).await.text();
            let table = page.split("<h2 id=\"nights\">").nth(1).unwrap();
            let rows = between(table, "<tr>\n<th scope=\"row\">", "</tr>");
            assert!(!rows.is_empty());
            for (column, kind) in ["added", "changed", "removed"].into_iter().enumerate() {
                let bars = between(&page, &format!("<rect class=\"bar-{kind}\""), "</rect>");
                let drawn: Vec<u64> = bars
                    .iter()
                    .map(|bar| number(bar.rsplit_once(": ").unwrap().1.split('<').next().unwrap()))
                    .collect();
                let mut told: Vec<u64> = rows
                    .iter()
                    .map(|row| {
                        number(
                            between(row, "<td class=\"number\"", "</td>")[column]
                                .split_once('>')
                                .unwrap()
                                .1,
                        )
                    })
                    .filter(|count| *count > 0)
                    .collect();
                told.reverse();
                assert_eq!(drawn, told, "{address} {kind} {language:?}");
            }
        }
    }
}

#[tokio::test]
async fn numbers_are_written_as_the_reader_writes_them() {
    let stage = Stage::new().await;
    let reader = Reader::new(&stage, Role::Viewer).await;
    // The change of the school year is in the first thirty nights' second half.
    stage
        .desk
        .change(cast().name, |truth| truth.nights[3].counts.changed = 1_234);
    for (language, written) in [("da", "1.234"), ("en", "1,234"), ("sv", "1\u{a0}234")] {
        let page = reader.read_in(&at("/history"), language).await.text();
        assert_eq!(
            page.matches(written).count(),
            2,
            "once in the drawing and once in the table, in {language}"
        );
    }
}

#[tokio::test]
async fn usage_is_told_connection_by_connection_on_demand() {
    let stage = Stage::new().await;
    let reader = Reader::new(&stage, Role::Viewer).await;
    let page = reader.read(&at("/history")).await.text();
    assert!(!page.contains("usage-title"));
    assert!(page.contains(&format!("href=\"{}?usage=411#usage\"", at("/history"))));
    let page = reader.read(&at("/history?usage=411")).await.text();
    let usage = between(&page, "id=\"usage-title\"", "</section>")[0];
    for connection in ["sis", "hr", "ad", "canvas"] {
        assert!(
            usage.contains(&format!(">{connection}</code>")),
            "{connection}: {usage}"
        );
    }
}

#[tokio::test]
async fn an_errand_is_listed_as_what_it_is_and_has_no_bar() {
    let stage = Stage::new().await;
    let drawn = |page: &str| page.matches("<rect class=\"bar-changed\"").count();
    let reader = Reader::new(&stage, Role::Viewer).await;
    let before = drawn(&reader.read(&at("/history")).await.text());
    stage.desk.change(cast().name, |truth| {
        let mut errand = truth.nights[0].clone();
        errand.summary.id += 1;
        errand.summary.kind = "errand".to_owned();
        errand.counts.changed = 7_777;
        truth.nights.insert(0, errand);
        // Thirty nights are on a page: what was the last one of it is on the next.
        truth.nights.truncate(20);
    });
    let page = reader.read_in(&at("/history"), "da").await.text();
    assert_eq!(
        page.matches("<span class=\"tag\">Synkroniseret nu</span>")
            .count(),
        1,
        "{page}"
    );
    assert!(page.contains("er ikke tegnet med"), "{page}");
    assert!(drawn(&page) < before);
    assert!(
        !page.contains("7.777</title>") && page.contains("7.777"),
        "what one person's errand changed is no bar"
    );
    stage.desk.change(cast().name, |truth| truth.nights.truncate(1));
    let page = reader.read(&at("/history")).await.text();
    assert!(!page.contains("<figure") && page.contains("Synchronised now"));
}

#[tokio::test]
async fn before_the_first_night_there_is_nothing_to_draw() {
    let stage = Stage::new().await;
    stage.desk.change(cast().name, |truth| truth.nights.clear());
    let reader = Reader::new(&stage, Role::Viewer).await;
    let page = reader.read(&at("/history")).await.text();
    assert!(page.contains("There has been no cycle yet."));
    assert!(!page.contains("<figure"));
}
