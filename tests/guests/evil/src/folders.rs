//! Misdeeds against folders.

use std::fs::{self, File};
use std::io::Write;

use samklang_sdk::prelude::*;

/// Tells what it could read.
pub(crate) fn read_file(path: &str) -> Result<Vec<Finding>, Error> {
    let told = match fs::read_to_string(path) {
        Ok(text) => format!("read {text}"),
        Err(error) => format!("no: {:?}", error.kind()),
    };
    Ok(vec![Finding::note(told)])
}

/// Tells whether it could write.
pub(crate) fn write_file(path: &str) -> Result<Vec<Finding>, Error> {
    let told = match fs::write(path, "evil") {
        Ok(()) => "written".to_owned(),
        Err(error) => format!("no: {:?}", error.kind()),
    };
    Ok(vec![Finding::note(told)])
}

/// Writes one file without end.
pub(crate) fn fill<T>() -> Result<T, Error> {
    let mut file = File::create("/outbox/endless").map_err(failed)?;
    let block = vec![b'x'; 1 << 20];
    loop {
        file.write_all(&block).map_err(failed)?;
    }
}

/// Makes files without end.
pub(crate) fn litter<T>() -> Result<T, Error> {
    let mut number = 0_u64;
    loop {
        File::create(format!("/outbox/{number}")).map_err(failed)?;
        number += 1;
    }
}

/// Hides a file in folders within folders.
pub(crate) fn nest() -> Result<Vec<Finding>, Error> {
    let deep = format!("/outbox/{}", "d/".repeat(40));
    fs::create_dir_all(&deep).map_err(failed)?;
    fs::write(format!("{deep}file"), "evil").map_err(failed)?;
    Ok(Vec::new())
}

/// Makes a file that is huge and empty, and goes on as if nothing had happened.
pub(crate) fn inflate() -> Result<Vec<Finding>, Error> {
    let file = File::create("/outbox/hollow").map_err(failed)?;
    file.set_len(1 << 40).map_err(failed)?;
    Ok(Vec::new())
}

fn failed(error: std::io::Error) -> Error {
    Error::Internal(format!("{error}"))
}
