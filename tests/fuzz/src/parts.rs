//! Inputs of several texts: parts with a line `--` between them.

/// The first parts of an input, as many as are asked for; what is not there is empty, and what is no text is shown as well as it can be.
pub(crate) fn parts<const N: usize>(octets: &[u8]) -> [String; N] {
    let text = String::from_utf8_lossy(octets);
    let mut parts = text.splitn(N, "\n--\n").map(str::to_owned);
    std::array::from_fn(|_| parts.next().unwrap_or_default())
}

/// All parts of an input of octets.
pub(crate) fn octet_parts(octets: &[u8]) -> Vec<&[u8]> {
    const BETWEEN: &[u8] = b"\n--\n";
    let (mut parts, mut rest) = (Vec::new(), octets);
    while let Some(at) = rest.windows(BETWEEN.len()).position(|window| window == BETWEEN) {
        let (part, tail) = rest.split_at(at);
        parts.push(part);
        rest = tail.get(BETWEEN.len()..).unwrap_or_default();
    }
    parts.push(rest);
    parts
}
