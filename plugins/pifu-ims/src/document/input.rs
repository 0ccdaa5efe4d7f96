//! The bytes of a document as UTF-8, in the encoding that its byte order mark or XML declaration names, with a count of lines
//! and columns.
//!
//! It holds one buffer, whatever the size of the file. A single piece of markup or text that grows past [`PIECE`] ends the
//! reading, so that no file can fill the memory.

use std::io::{self, BufRead, Cursor, Read};

use encoding_rs::{DecoderResult, Encoding, UTF_8};
use quick_xml::encoding::detect_encoding;
use quick_xml::events::Event;

use super::xml::Fault;

/// The longest piece of markup or text, in octets.
const PIECE: usize = 1 << 20;
/// How much is looked at to find the XML declaration.
const HEAD: u64 = 1024;
const BUFFER: usize = 32 * 1024;

/// A place in a file, counted from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    /// The line.
    pub line: u64,
    /// The column, in characters.
    pub column: u64,
}

impl std::fmt::Display for Place {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "line {}, column {}", self.line, self.column)
    }
}

pub(super) struct Input<R> {
    source: io::Chain<Cursor<Vec<u8>>, R>,
    encoding: &'static Encoding,
    /// None for UTF-8, whose octets pass as they are.
    decoder: Option<Decoder>,
    place: Place,
    piece: usize,
}

struct Decoder {
    decoder: encoding_rs::Decoder,
    buffer: Vec<u8>,
    from: usize,
    to: usize,
    finished: bool,
}

impl<R> std::fmt::Debug for Input<R> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Input")
            .field("encoding", &self.encoding)
            .field("place", &self.place)
            .finish_non_exhaustive()
    }
}

impl<R: BufRead> Input<R> {
    pub(super) fn open(mut source: R) -> Result<Self, Fault> {
        let place = Place { line: 1, column: 1 };
        let mut head = Vec::new();
        let read = source.by_ref().take(HEAD).read_to_end(&mut head);
        read.map_err(|cause| Fault::new(place, format!("cannot be read: {cause}")))?;
        if head.iter().all(u8::is_ascii_whitespace) {
            return Err(Fault::new(place, "the file is empty"));
        }
        let (encoding, mark) = encoding(&head).map_err(|cause| Fault::new(place, cause))?;
        let mut start = Cursor::new(head);
        start.set_position(mark);
        Ok(Self {
            source: start.chain(source),
            encoding,
            decoder: (encoding != UTF_8).then(|| Decoder {
                decoder: encoding.new_decoder_without_bom_handling(),
                buffer: vec![0; BUFFER],
                from: 0,
                to: 0,
                finished: false,
            }),
            place,
            piece: 0,
        })
    }

    /// Begins a new piece, here.
    pub(super) fn begin(&mut self) -> Place {
        self.piece = 0;
        self.place
    }

    pub(super) fn place(&self) -> Place {
        self.place
    }

    pub(super) fn encoding(&self) -> &'static Encoding {
        self.encoding
    }
}

/// The encoding, and how long its byte order mark is.
fn encoding(head: &[u8]) -> Result<(&'static Encoding, u64), String> {
    if let Some(detected) = detect_encoding(head) {
        let mark = detected.bom_len() as u64;
        if mark > 0 || detected.encoding() != UTF_8 {
            return Ok((detected.encoding(), mark));
        }
    } else if head.trim_ascii_start().starts_with(b"<?xml ") {
        return Err("the XML declaration does not stand at the very beginning of the file".into());
    }
    let Some(end) = head
        .windows(2)
        .position(|two| two == b"?>")
        .filter(|_| head.starts_with(b"<?xml "))
    else {
        return Ok((UTF_8, 0));
    };
    let declaration = head.get(..end + 2).unwrap_or_default();
    let declaration = std::str::from_utf8(declaration)
        .map_err(|_| "the XML declaration holds more than ASCII".to_owned())?;
    let event = quick_xml::Reader::from_str(declaration).read_event();
    let label = match &event {
        Ok(Event::Decl(declaration)) => match declaration.encoding() {
            None => return Ok((UTF_8, 0)),
            Some(Ok(label)) => label,
            Some(Err(cause)) => return Err(format!("the XML declaration cannot be read: {cause}")),
        },
        Ok(_) => return Ok((UTF_8, 0)),
        Err(cause) => return Err(format!("the XML declaration cannot be read: {cause}")),
    };
    let unknown =
        || format!("the XML declaration names the encoding {label:?}, which is not known: use UTF-8");
    let encoding = Encoding::for_label_no_replacement(label.as_bytes()).ok_or_else(unknown)?;
    if !encoding.is_ascii_compatible() {
        return Err(format!(
            "the XML declaration names the encoding {label:?}, but it is not written in it"
        ));
    }
    Ok((encoding, 0))
}

impl Decoder {
    fn fill(&mut self, source: &mut impl BufRead) -> io::Result<()> {
        while self.from == self.to && !self.finished {
            let octets = source.fill_buf()?;
            let last = octets.is_empty();
            let (result, read, written) =
                self.decoder
                    .decode_to_utf8_without_replacement(octets, &mut self.buffer, last);
            source.consume(read);
            (self.from, self.to) = (0, written);
            match result {
                DecoderResult::InputEmpty => self.finished = last,
                DecoderResult::OutputFull => {}
                DecoderResult::Malformed(..) => {
                    let name = self.decoder.encoding().name();
                    let cause = format!("an octet that is not {name}, the encoding that the file declares");
                    return Err(io::Error::new(io::ErrorKind::InvalidData, cause));
                }
            }
        }
        Ok(())
    }

    fn rest(&self) -> &[u8] {
        self.buffer.get(self.from..self.to).unwrap_or_default()
    }
}

impl<R: BufRead> Read for Input<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let read = self.fill_buf()?.read(into)?;
        self.consume(read);
        Ok(read)
    }
}

impl<R: BufRead> BufRead for Input<R> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        if self.piece > PIECE {
            return Err(io::Error::other("a piece of text or markup of more than 1 MiB"));
        }
        match &mut self.decoder {
            None => self.source.fill_buf(),
            Some(decoder) => {
                decoder.fill(&mut self.source)?;
                Ok(decoder.rest())
            }
        }
    }

    fn consume(&mut self, amount: usize) {
        let octets = match &self.decoder {
            // The buffer holds what is consumed, so that this reads nothing.
            None => self.source.fill_buf().unwrap_or_default(),
            Some(decoder) => decoder.rest(),
        };
        let octets = octets.get(..amount).unwrap_or(octets);
        self.place = after(self.place, octets);
        self.piece = self.piece.saturating_add(amount);
        match &mut self.decoder {
            None => self.source.consume(amount),
            Some(decoder) => decoder.from = decoder.from.saturating_add(amount).min(decoder.to),
        }
    }
}

fn after(place: Place, octets: &[u8]) -> Place {
    let characters = |octets: &[u8]| octets.iter().filter(|&&octet| octet & 0xC0 != 0x80).count() as u64;
    match octets.iter().rposition(|&octet| octet == b'\n') {
        None => Place {
            line: place.line,
            column: place.column + characters(octets),
        },
        Some(last) => Place {
            line: place.line + octets.iter().filter(|&&octet| octet == b'\n').count() as u64,
            column: characters(octets.get(last..).unwrap_or_default()),
        },
    }
}
