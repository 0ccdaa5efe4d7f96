//! Requests are put together as they should, and answers mean what they should.
#![allow(clippy::unwrap_used, reason = "a panic is the report")]

use std::io::Read as _;
use std::time::Duration;

use samklang_sdk::Error;
use samklang_sdk::http::{Client, Failure, Method, Request, Response, segment};
use samklang_sdk::testing::{at, logged, with_http};

fn sent(answer: Response, send: impl FnOnce(Client)) -> Vec<Request> {
    let seen = std::rc::Rc::new(std::cell::RefCell::new(Vec::new()));
    let record = seen.clone();
    with_http(
        move |request| {
            record.borrow_mut().push(request);
            answer.clone()
        },
        || send(Client::new("https://canvas.example.org/api/v1/").header("accept", "application/json")),
    );
    seen.take()
}

#[test]
fn request_is_put_together() {
    let requests = sent(Response::new(200), |client| {
        client
            .get("/users")
            .query("search", "Åse & Bo")
            .query("include[]", "email")
            .send()
            .unwrap();
        client.post("courses").json(&[1, 2]).send().unwrap();
        client
            .delete("https://other.example.org/x?y=1")
            .query("z", 2)
            .send()
            .unwrap();
    });
    let urls: Vec<_> = requests.iter().map(|request| request.url.as_str()).collect();
    assert_eq!(
        urls,
        [
            "https://canvas.example.org/api/v1/users?search=%C3%85se%20%26%20Bo&include%5B%5D=email",
            "https://canvas.example.org/api/v1/courses",
            "https://other.example.org/x?y=1&z=2",
        ]
    );
    let [get, post, delete] = requests.as_slice() else {
        panic!("three requests")
    };
    assert_eq!((get.method, get.path()), (Method::Get, "/api/v1/users"));
    assert_eq!(get.query("search").as_deref(), Some("Åse & Bo"));
    assert_eq!(get.header("Accept"), Some("application/json"));
    assert_eq!(
        (post.header("content-type"), post.body.as_slice()),
        (Some("application/json"), b"[1,2]".as_slice())
    );
    assert_eq!(delete.method, Method::Delete);
}

#[test]
fn segment_encodes_what_could_mean_something_else() {
    assert_eq!(segment("NO/7.a b_ø-~"), "NO%2F7%2Ea%20b_%C3%B8-~");
}

#[test]
fn statuses_mean_errors_of_the_contract() {
    let judge = |response: Response| {
        let mut verdict = None;
        sent(response, |client| {
            verdict = Some(client.get("/users?name=secret").send().unwrap().ok().map(|_| ()))
        });
        verdict.unwrap()
    };
    let error = |response| match judge(response) {
        Err(Failure::Error(error)) => error,
        other => panic!("{other:?}"),
    };
    assert_eq!(judge(Response::new(204)), Ok(()));
    for status in [401, 403] {
        let Error::Unauthorised(text) = error(Response::new(status)) else {
            panic!("{status}")
        };
        assert_eq!(
            text,
            format!("GET https://canvas.example.org/api/v1/users was answered with {status}")
        );
    }
    for status in [408, 500, 502, 503, 504] {
        assert!(
            matches!(error(Response::new(status)), Error::Unreachable(_)),
            "{status}"
        );
    }
    let pause = |status, after| error(Response::new(status).with_header("Retry-After", after));
    assert_eq!(pause(429, "7"), Error::RateLimited(Duration::from_secs(7)));
    assert_eq!(pause(503, "7"), Error::RateLimited(Duration::from_secs(7)));
    assert_eq!(
        pause(429, "Wed, 21 Oct 2026 07:28:00 GMT"),
        Error::RateLimited(Duration::from_secs(30))
    );
    assert_eq!(
        error(Response::new(429)),
        Error::RateLimited(Duration::from_secs(30))
    );
    for status in [302, 400, 404, 409, 422] {
        let Err(Failure::Refused(refused)) = judge(Response::new(status).with_body("because")) else {
            panic!("{status}")
        };
        assert_eq!((refused.status, refused.text()), (status, "because".to_owned()));
        let error = Error::from(Failure::Refused(refused)).to_string();
        assert!(!error.contains("because") && !error.contains("secret"), "{error}");
    }
}

#[test]
fn next_page_is_found_in_the_link_header() {
    let next = |link: &str| {
        let mut found = None;
        sent(Response::new(200).with_header("LINK", link), |client| {
            found = client.get("/users?page=1").send().unwrap().next_link();
        });
        found
    };
    let found = next(
        r#"<https://c.example.org/u?page=a,b;c>; rel="next", <https://c.example.org/u?page=1>; rel="first""#,
    );
    assert_eq!(found.as_deref(), Some("https://c.example.org/u?page=a,b;c"));
    let found = next(r#"</x>; title="a, <b>; rel=\"next\""; rel=prev , <?page=2>;REL="last NEXT""#);
    assert_eq!(
        found.as_deref(),
        Some("https://canvas.example.org/api/v1/users?page=2")
    );
    assert_eq!(
        next("</top>; rel=next").as_deref(),
        Some("https://canvas.example.org/top")
    );
    assert_eq!(
        next("<more>; rel=next").as_deref(),
        Some("https://canvas.example.org/api/v1/more")
    );
    for none in [
        "<https://c.example.org>; rel=last",
        "",
        "<",
        "<a",
        ">",
        "nonsense; rel=next",
    ] {
        assert_eq!(next(none), None, "{none}");
    }
}

#[test]
fn answer_that_does_not_fit_names_its_request() {
    sent(Response::of_json(200, &["a"]), |client| {
        let response = client.get("/users?name=secret").send().unwrap();
        assert_eq!(response.json::<Vec<String>>().unwrap(), ["a"]);
        let Err(Error::InvalidData { place, .. }) = response.json::<Vec<u8>>() else {
            panic!("numbers")
        };
        assert_eq!(place, "GET https://canvas.example.org/api/v1/users");
    });
}

#[test]
fn answers_are_bounded_and_may_be_streamed() {
    sent(Response::new(200).with_body(vec![7; 100]), |client| {
        let small = client.clone().bound(99);
        assert!(matches!(small.get("/x").send(), Err(Error::InvalidData { .. })));
        assert_eq!(
            client.clone().bound(100).get("/x").send().unwrap().bytes().len(),
            100
        );
        let mut first = [0; 10];
        small
            .get("/x")
            .download()
            .unwrap()
            .ok()
            .unwrap()
            .read_exact(&mut first)
            .unwrap();
        assert_eq!(first, [7; 10]);
    });
    sent(Response::new(404).with_body("no"), |client| {
        let Err(Failure::Refused(refused)) = client.get("/x").download().unwrap().ok() else {
            panic!("refused")
        };
        assert_eq!(refused.text(), "no");
    });
}

#[test]
fn nothing_is_reached_without_answers() {
    assert!(matches!(
        Client::new("https://a.example.org").get("/").send(),
        Err(Error::Unreachable(_))
    ));
}

#[test]
fn clock_moves_by_sleeping_and_lines_are_kept() {
    let (end, lines) = logged(|| {
        at("2026-08-01T06:00:00Z", || {
            let deadline = samklang_sdk::Deadline::after(Duration::from_secs(90));
            samklang_sdk::sleep(Duration::from_secs(60));
            assert!(!deadline.has_passed());
            samklang_sdk::log::info("waited");
            samklang_sdk::sleep(Duration::from_secs(30));
            assert!(deadline.has_passed());
            samklang_sdk::now()
        })
    });
    assert_eq!(end, "2026-08-01T06:01:30Z");
    assert_eq!(lines, [(samklang_sdk::log::Level::Info, "waited".to_owned())]);
}
