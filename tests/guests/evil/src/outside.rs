//! Misdeeds against the outside: headers, hosts, files and sockets.

use samklang_sdk::http::Client;
use samklang_sdk::prelude::*;

/// Tells what came back, as a finding that the test can read.
pub(crate) fn call(url: &str) -> Result<Vec<Finding>, Error> {
    let answer = Client::new(url).get("/").send()?;
    Ok(vec![Finding::note(format!(
        "{} {}",
        answer.status,
        answer.text()
    ))])
}

/// Calls more often than a step has handles.
pub(crate) fn call_often(url: &str) -> Result<Vec<Finding>, Error> {
    for _ in 1..200 {
        call(url)?;
    }
    call(url)
}

/// Goes on as if nothing had happened.
pub(crate) fn call_and_forget(url: &str) -> Result<Vec<Finding>, Error> {
    let _ignored = call(url);
    Ok(Vec::new())
}

/// Opens a directory that it never asked for.
pub(crate) fn open_directory() -> Result<Vec<Finding>, Error> {
    let session = samklang_sdk::ldap::Session::open("directory")?;
    Ok(vec![Finding::note(format!("opened: {session:?}"))])
}

/// Has so many octets signed, and tells the certificate and the signature in hexadecimal.
pub(crate) fn sign(need: &str, octets: u64) -> Result<Vec<Finding>, Error> {
    let key = samklang_sdk::signer::public_part(need)?;
    let message = vec![b'x'; usize::try_from(octets).unwrap_or(usize::MAX)];
    let signature = samklang_sdk::signer::sign(need, key.algorithms[0], &message)?;
    let hex = |octets: &[u8]| {
        octets
            .iter()
            .map(|octet| format!("{octet:02x}"))
            .collect::<String>()
    };
    Ok(vec![
        Finding::note(hex(&key.certificates[0])),
        Finding::note(hex(&signature)),
    ])
}

/// Tries to bring a credential of its own.
pub(crate) fn authorise(url: &str) -> Result<Vec<Finding>, Error> {
    let client = Client::new(url).header("Authorization", "Bearer stolen");
    let answer = client.get("/").send()?;
    Ok(vec![Finding::note(format!("{}", answer.status))])
}

/// Tells what it can see of the machine.
pub(crate) fn look_around() -> Result<Vec<Finding>, Error> {
    let mut seen = Vec::new();
    seen.extend(std::env::vars().map(|(name, _)| format!("variable {name}")));
    seen.extend(std::env::args().map(|argument| format!("argument {argument}")));
    for path in ["/", "/etc/passwd", "/inbox", "/outbox", "."] {
        if std::fs::metadata(path).is_ok() {
            seen.push(format!("path {path}"));
        }
    }
    if std::net::TcpStream::connect(("127.0.0.1", 22)).is_ok() {
        seen.push("socket".to_owned());
    }
    match std::net::TcpListener::bind(("127.0.0.1", 0)) {
        Ok(_) => seen.push("listener".to_owned()),
        Err(error) => seen.push(format!("no listener: {:?}", error.kind())),
    }
    Ok(seen.into_iter().map(Finding::note).collect())
}

/// Tries to be taken for another host's client.
pub(crate) fn smuggle_host(url: &str) -> Result<Vec<Finding>, Error> {
    let answer = Client::new(url)
        .header("Host", "metadata.internal")
        .get("/host")
        .send()?;
    Ok(vec![Finding::note(answer.text())])
}

/// Sets more headers than a server reads.
pub(crate) fn flood_headers(url: &str) -> Result<Vec<Finding>, Error> {
    let mut client = Client::new(url);
    for number in 0..100_000 {
        client = client.header(format!("x-{number}"), "flood");
    }
    let answer = client.get("/").send()?;
    Ok(vec![Finding::note(format!("{}", answer.status))])
}

/// Sets one that is larger than a server reads.
pub(crate) fn huge_header(url: &str) -> Result<Vec<Finding>, Error> {
    let client = Client::new(url).header("x-huge", "h".repeat(8 << 20));
    let answer = client.get("/").send()?;
    Ok(vec![Finding::note(format!("{}", answer.status))])
}

/// Asks a system that repeats what it was sent, secrets as well.
pub(crate) fn echo(url: &str) -> Result<Vec<Finding>, Error> {
    let answer = Client::new(url).get("/echo").send()?;
    let headers = answer.header("x-echo").unwrap_or_default().to_owned();
    Ok(vec![Finding::note(headers), Finding::note(answer.text())])
}
