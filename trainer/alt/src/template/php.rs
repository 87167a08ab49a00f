//! Where PHP code ends.

/// Where code ends that begins at `at`, behind its mark: behind `?>`, or at the end of the page. A mark in a string or
/// in a comment of several lines ends nothing; one in a comment of one line does.
pub fn end(bytes: &[u8], mut at: usize) -> usize {
    while at < bytes.len() {
        let rest = &bytes[at..];
        at += match rest {
            [b'?', b'>', ..] => return at + 2,
            [b'\\', ..] => 2,
            [quote @ (b'"' | b'\'' | b'`'), ..] => string(rest, *quote),
            [b'/', b'*', ..] => find(&rest[2..], b"*/").map_or(rest.len(), |end| end + 4),
            [b'#', b'[', ..] => 2,
            [b'/', b'/', ..] | [b'#', ..] => line(rest),
            [b'<', b'<', b'<', ..] => heredoc(rest),
            _ => 1,
        };
    }
    bytes.len()
}

fn find(bytes: &[u8], wanted: &[u8]) -> Option<usize> {
    memchr::memmem::find(bytes, wanted)
}

/// The length of a string, with its quotes.
fn string(bytes: &[u8], quote: u8) -> usize {
    let mut at = 1;
    while at < bytes.len() {
        match bytes[at] {
            b'\\' => at += 2,
            byte if byte == quote => return at + 1,
            _ => at += 1,
        }
    }
    bytes.len()
}

/// The length of a comment of one line, up to what ends it.
fn line(bytes: &[u8]) -> usize {
    let end = bytes.iter().position(|byte| b"\r\n".contains(byte)).unwrap_or(bytes.len());
    find(&bytes[..end], b"?>").unwrap_or(end)
}

/// The length of a text between `<<<NAME` and `NAME` in a line of its own.
fn heredoc(bytes: &[u8]) -> usize {
    let rest = bytes[3..].iter().skip_while(|byte| b" \t'\"".contains(byte)).copied();
    let name: Vec<u8> = rest.take_while(|byte| byte.is_ascii_alphanumeric() || *byte == b'_').collect();
    if name.is_empty() {
        return 3;
    }
    let mut at = 0;
    for text in bytes.split_inclusive(|&byte| byte == b'\n') {
        let start = text.iter().take_while(|byte| b" \t".contains(byte)).count();
        let ends = text[start..].strip_prefix(name.as_slice()).is_some_and(|after| {
            after.first().is_none_or(|byte| !byte.is_ascii_alphanumeric() && *byte != b'_')
        });
        if at > 0 && ends {
            return at + start + name.len();
        }
        at += text.len();
    }
    bytes.len()
}
