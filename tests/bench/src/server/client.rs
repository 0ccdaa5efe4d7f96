//! A browser as far as a measurement needs one: it signs in by a link, keeps its connection, and takes its time from nobody. HTTP/1.1 (RFC 9112).

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use serde_json::Value;

/// The longest wait for something to be sent.
const PATIENCE: Duration = Duration::from_secs(120);

/// A client with one connection.
#[derive(Debug)]
pub(super) struct Client {
    address: SocketAddr,
    connection: Option<BufReader<TcpStream>>,
    cookie: String,
    csrf: String,
}

/// The fields of an answer, names in small letters.
type Fields = Vec<(String, String)>;

/// What was answered.
#[derive(Debug)]
pub(super) struct Answer {
    pub(super) status: u16,
    head: Fields,
    body: Vec<u8>,
}

impl Client {
    /// Nobody in particular.
    pub(super) fn of(address: SocketAddr) -> Self {
        Self {
            address,
            connection: None,
            cookie: String::new(),
            csrf: String::new(),
        }
    }

    /// Somebody who comes by a link, as a person would: the page is looked at, and its form sent.
    pub(super) fn by_link(address: SocketAddr, link: &str) -> Result<Self> {
        let mut client = Self::of(address);
        client.page(link)?;
        let form = ("application/x-www-form-urlencoded", "name=Bench");
        let answer = client.ask("POST", link, Some(form))?;
        ensure!(
            answer.status == 303,
            "the link lets nobody in: {} {}",
            answer.status,
            answer.text()
        );
        let cookie = answer.head.iter().find_map(|(name, value)| {
            let session = name == "set-cookie" && !value.starts_with("samklang-entry");
            session.then(|| value.split(';').next().unwrap_or_default().to_owned())
        });
        client.cookie = cookie.context("whoever came by the link was given no session")?;
        let page = client.page("/")?.text();
        let token = page.split_once("name=\"csrf\" content=\"");
        let token = token.and_then(|(_, rest)| rest.split_once('"'));
        let (token, _) = token.context("the overview holds no token for its forms")?;
        client.csrf = token.to_owned();
        Ok(client)
    }

    /// Asks for a page, which has to be there.
    pub(super) fn page(&mut self, path: &str) -> Result<Answer> {
        let answer = self.get(path)?;
        ensure!(
            answer.status == 200,
            "{path} answers {}: {}",
            answer.status,
            answer.text()
        );
        Ok(answer)
    }

    /// Asks the API for something, which has to be there.
    pub(super) fn read(&mut self, path: &str) -> Result<Value> {
        let answer = self.page(&format!("/api/v1{path}"))?;
        serde_json::from_slice(&answer.body).with_context(|| format!("{path} answers no JSON"))
    }

    /// Asks the API to do something.
    pub(super) fn write(&mut self, path: &str, wish: &Value) -> Result<Answer> {
        self.ask(
            "POST",
            &format!("/api/v1{path}"),
            Some(("application/json", &wish.to_string())),
        )
    }

    pub(super) fn get(&mut self, path: &str) -> Result<Answer> {
        self.ask("GET", path, None)
    }

    /// Begins to follow a stream on a connection of its own; what comes is for the reader to read.
    pub(super) fn follow(&self, path: &str) -> Result<BufReader<TcpStream>> {
        let mut connection = self.dial()?;
        connection.get_mut().write_all(&self.request("GET", path, None))?;
        let (status, _) = head(&mut connection)?.context("the server hung up")?;
        ensure!(status == 200, "{path} answers {status}");
        Ok(connection)
    }

    fn ask(&mut self, method: &str, path: &str, body: Option<(&str, &str)>) -> Result<Answer> {
        let request = self.request(method, path, body);
        let kept = self.connection.take();
        let answer = match kept {
            // A connection that rested may have been closed meanwhile.
            Some(mut kept) => exchange(&mut kept, &request)?.map(|answer| (kept, answer)),
            None => None,
        };
        let (connection, answer) = match answer {
            Some(answered) => answered,
            None => {
                let mut fresh = self.dial()?;
                let answer = exchange(&mut fresh, &request)?;
                (
                    fresh,
                    answer.with_context(|| format!("the server hung up on {path}"))?,
                )
            }
        };
        if answer.header("connection") != Some("close") {
            self.connection = Some(connection);
        }
        Ok(answer)
    }

    fn dial(&self) -> Result<BufReader<TcpStream>> {
        let stream = TcpStream::connect_timeout(&self.address, PATIENCE)
            .with_context(|| format!("nobody answers at {}", self.address))?;
        stream.set_nodelay(true)?;
        stream.set_read_timeout(Some(PATIENCE))?;
        Ok(BufReader::new(stream))
    }

    fn request(&self, method: &str, path: &str, body: Option<(&str, &str)>) -> Vec<u8> {
        let mut text = format!("{method} {path} HTTP/1.1\r\nhost: {}\r\n", self.address);
        if !self.cookie.is_empty() {
            text += &format!("cookie: {}\r\n", self.cookie);
        }
        if let Some((kind, body)) = body {
            if !self.csrf.is_empty() {
                text += &format!("x-csrf-token: {}\r\n", self.csrf);
            }
            text += &format!(
                "content-type: {kind}\r\ncontent-length: {}\r\n\r\n{body}",
                body.len()
            );
        } else {
            text += "\r\n";
        }
        text.into_bytes()
    }
}

impl Answer {
    pub(super) fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    fn header(&self, name: &str) -> Option<&str> {
        let found = self.head.iter().find(|(known, _)| known == name);
        found.map(|(_, value)| value.as_str())
    }
}

/// Sends a request and reads the answer; none when the connection is no more.
fn exchange(connection: &mut BufReader<TcpStream>, request: &[u8]) -> Result<Option<Answer>> {
    if connection.get_mut().write_all(request).is_err() {
        return Ok(None);
    }
    let Some((status, fields)) = head(connection)? else {
        return Ok(None);
    };
    let mut answer = Answer {
        status,
        head: fields,
        body: Vec::new(),
    };
    if answer.header("transfer-encoding") == Some("chunked") {
        answer.body = chunks(connection)?;
    } else if let Some(length) = answer.header("content-length") {
        let length = length.parse().context("the answer's length is no number")?;
        let read = connection.by_ref().take(length).read_to_end(&mut answer.body)?;
        ensure!(read as u64 == length, "the answer broke off");
    }
    Ok(Some(answer))
}

/// The status and the fields of an answer; none when there is no answer.
fn head(connection: &mut impl BufRead) -> Result<Option<(u16, Fields)>> {
    let mut line = String::new();
    if !connection.read_line(&mut line).is_ok_and(|read| read > 0) {
        return Ok(None);
    }
    let status = line.split(' ').nth(1).and_then(|status| status.parse().ok());
    let status = status.with_context(|| format!("`{}` begins no answer", line.trim()))?;
    let mut fields = Vec::new();
    loop {
        line.clear();
        connection.read_line(&mut line)?;
        let Some((name, value)) = line.split_once(':') else {
            return Ok(Some((status, fields)));
        };
        fields.push((name.to_ascii_lowercase(), value.trim().to_owned()));
    }
}

fn chunks(connection: &mut impl BufRead) -> Result<Vec<u8>> {
    let mut body = Vec::new();
    let mut line = String::new();
    loop {
        line.clear();
        connection.read_line(&mut line)?;
        let size = line.trim().split(';').next().unwrap_or_default();
        let size =
            u64::from_str_radix(size, 16).with_context(|| format!("`{size}` is no size of a chunk"))?;
        connection.by_ref().take(size).read_to_end(&mut body)?;
        line.clear();
        connection.read_line(&mut line)?;
        if size == 0 {
            return Ok(body);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_is_read_to_its_end() {
        let mut sent = &b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nSam\n\r\n5;x=y\r\nklang\r\n0\r\n\r\nHTTP/1.1"[..];
        let (status, fields) = head(&mut sent).unwrap().unwrap();
        assert_eq!(status, 200);
        assert_eq!(fields, [("transfer-encoding".to_owned(), "chunked".to_owned())]);
        assert_eq!(chunks(&mut sent).unwrap(), b"Sam\nklang");
        assert_eq!(sent, b"HTTP/1.1", "what follows is left");
        assert!(head(&mut &b""[..]).unwrap().is_none());
    }
}
