//! Single marks: where one begins, what it is, and where it ends.

use memchr::memmem;

use super::What;
use super::php;

/// A mark.
#[derive(Debug, PartialEq, Eq)]
pub struct Mark<'a> {
    /// Behind it.
    pub end: usize,
    /// What its bytes are for.
    pub what: What,
    /// What opens or closes a block by its first word: `comment`, `endraw`; for Hugo's shortcodes `<highlight` and
    /// `</highlight`, for Blade `@php`.
    pub word: Option<(Opens, &'a [u8])>,
}

/// Whose word it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Opens {
    /// `{% word %}`.
    Tag,
    /// `{{< word >}}`, `{{% word %}}`.
    Shortcode,
    /// `@word`.
    Directive,
}

/// Words that Go, Handlebars and Twig's like begin expressions with that print nothing.
const SILENT: [&[u8]; 11] = [
    b"if",
    b"else",
    b"end",
    b"range",
    b"with",
    b"define",
    b"block",
    b"template",
    b"break",
    b"continue",
    b"return",
];

/// The mark that begins at `at`, if one does.
pub fn mark(bytes: &[u8], at: usize) -> Option<Mark<'_>> {
    let plain = |end: Option<usize>, what| end.map(|end| Mark { end, what, word: None });
    match &bytes[at..] {
        [b'{', b'{', ..] => braces(bytes, at),
        [b'{', b'%', ..] => tag(bytes, at),
        [b'{', b'#', ..] => plain(find(bytes, at + 2, b"#}"), What::Comment),
        [b'{', b'*', ..] => plain(find(bytes, at + 2, b"*}"), What::Comment),
        [b'{', b'/', b'*', ..] => plain(comment_in_braces(bytes, at + 1), What::Comment),
        [b'{', b'!', b'!', ..] => plain(closed(bytes, at + 3, b"!!}"), What::Print),
        [b'{', ..] => plain(text_in_braces(bytes, at), What::Print),
        [b'[', b'%', ..] => plain(closed(bytes, at + 2, b"%]"), What::Silent),
        [b'<', b'%', b'%', ..] => None,
        [b'<', b'%', b'-', b'-', ..] => plain(find(bytes, at + 4, b"--%>"), What::Comment),
        [b'<', b'%', b'#', ..] => plain(find(bytes, at + 3, b"%>"), What::Comment),
        [b'<', b'%', b'=' | b'-', ..] => plain(find(bytes, at + 3, b"%>"), What::Print),
        [b'<', b'%', ..] => plain(find(bytes, at + 2, b"%>"), What::Silent),
        [b'<', b'?', b'=', ..] => plain(Some(php::end(bytes, at + 3)), What::Print),
        [b'<', b'?', rest @ ..] => {
            let named = rest.get(..3).is_some_and(|name| name.eq_ignore_ascii_case(b"php"));
            let code = if named { rest.get(3..) } else { Some(rest) };
            let parted = code.is_some_and(|code| code.first().is_none_or(u8::is_ascii_whitespace));
            plain(parted.then(|| php::end(bytes, at + 2)), What::Silent)
        }
        [b'<', b'#', b'-', b'-', ..] => plain(find(bytes, at + 4, b"-->"), What::Comment),
        [b'$', b'{', ..] => plain(balanced(bytes, at + 1), What::Print),
        [b'@', ..] => razor(bytes, at),
        _ => None,
    }
}

/// Behind the next of these bytes.
pub fn find(bytes: &[u8], from: usize, wanted: &[u8]) -> Option<usize> {
    let rest = bytes.get(from..)?;
    memmem::find(rest, wanted).map(|found| from + found + wanted.len())
}

/// Behind the string that begins at `at`, where it ends in the same line.
fn string(bytes: &[u8], at: usize) -> Option<usize> {
    let quote = bytes[at];
    let mut next = at + 1;
    loop {
        match *bytes.get(next)? {
            b'\n' | b'\r' => return None,
            b'\\' => next += 2,
            byte if byte == quote => return Some(next + 1),
            _ => next += 1,
        }
    }
}

/// Behind the closing mark that is in no string. Engines that know no strings end at the first one: where the two
/// differ, what lies between is not written into.
fn closed(bytes: &[u8], from: usize, mark: &[u8]) -> Option<usize> {
    let first = find(bytes, from, mark)?;
    let mut at = from;
    while at < bytes.len() {
        if bytes[at..].starts_with(mark) {
            return Some(at + mark.len());
        }
        let quoted = if b"\"'`".contains(&bytes[at]) { string(bytes, at) } else { None };
        at = quoted.unwrap_or(at + 1);
    }
    Some(first)
}

/// Behind the bracket that closes the one at `at`; strings may hold brackets.
fn balanced(bytes: &[u8], at: usize) -> Option<usize> {
    let open = bytes[at];
    let close = if open == b'(' { b')' } else { b'}' };
    let (mut depth, mut next) = (0, at);
    // Code in a page is short; a bracket that stands for itself must not cost a page.
    let limit = bytes.len().min(at + 10_000);
    while next < limit {
        match bytes[next] {
            byte if byte == open => depth += 1,
            byte if byte == close => {
                depth -= 1;
                if depth == 0 {
                    return Some(next + 1);
                }
            }
            b'"' | b'\'' | b'`' => {
                next = string(bytes, next).unwrap_or(next + 1);
                continue;
            }
            _ => {}
        }
        next += 1;
    }
    None
}

fn skip(bytes: &[u8], mut at: usize, letters: &[u8]) -> usize {
    while bytes.get(at).is_some_and(|byte| letters.contains(byte)) {
        at += 1;
    }
    at
}

fn word(bytes: &[u8], at: usize) -> &[u8] {
    let rest = &bytes[at..];
    let end = rest.iter().position(|byte| !byte.is_ascii_alphanumeric() && !b"_-".contains(byte));
    &rest[..end.unwrap_or(rest.len())]
}

const BLANK: &[u8] = b" \t\r\n";

/// `{{ ... }}` in all its forms.
fn braces(bytes: &[u8], at: usize) -> Option<Mark<'_>> {
    let opening = skip(bytes, at, b"{").min(at + 4);
    let inner = skip(bytes, opening, b"-~");
    let comment = |end: usize| Mark { end, what: What::Comment, word: None };
    if bytes[opening..].starts_with(b"--")
        && let Some(end) = find(bytes, opening + 2, b"--}}")
    {
        return Some(comment(end));
    }
    if bytes[inner..].starts_with(b"!") {
        let dashed = bytes[inner..].starts_with(b"!--");
        let ends = [&b"--}}"[..], b"--~}}"].into_iter().filter_map(|mark| find(bytes, inner + 3, mark));
        let end = if dashed { ends.min() } else { None };
        return end.or_else(|| find(bytes, inner, b"}}")).map(comment);
    }
    let start = skip(bytes, inner, BLANK);
    if bytes[start..].starts_with(b"/*")
        && let Some(end) = find(bytes, start + 2, b"*/")
    {
        let end = skip(bytes, end, b" \t\r\n-");
        if bytes[end..].starts_with(b"}}") {
            return Some(comment(end + 2));
        }
    }
    let end = closed(bytes, opening, b"}}")?;
    let end = skip(&bytes[..bytes.len().min(end + opening - at - 2)], end, b"}");
    if let [b'<' | b'%', ..] = bytes[opening..] {
        let name = skip(bytes, opening + 1, b" \t");
        let from = if bytes.get(name) == Some(&b'/') { skip(bytes, name + 1, b" \t") } else { name };
        let whole = word(bytes, from);
        let closes = from > name;
        let shortcode = if closes { &bytes[name..from + whole.len()] } else { whole };
        return Some(Mark { end, what: What::Print, word: Some((Opens::Shortcode, shortcode)) });
    }
    let silent = matches!(bytes.get(start), Some(b'#' | b'/' | b'^' | b'>' | b'='))
        || SILENT.contains(&word(bytes, start));
    Some(Mark { end, what: if silent { What::Silent } else { What::Print }, word: None })
}

/// `{% ... %}`.
fn tag(bytes: &[u8], at: usize) -> Option<Mark<'_>> {
    let end = closed(bytes, at + 2, b"%}")?;
    let start = skip(bytes, skip(bytes, at + 2, b"-~+"), BLANK);
    if bytes[start] == b'#' {
        return Some(Mark { end, what: What::Comment, word: None });
    }
    Some(Mark { end, what: What::Silent, word: Some((Opens::Tag, word(bytes, start))) })
}

/// `{/* ... */}`, which may hold several comments.
fn comment_in_braces(bytes: &[u8], from: usize) -> Option<usize> {
    let end = skip(bytes, find(bytes, from + 2, b"*/")?, BLANK);
    match &bytes[end..] {
        [b'}', ..] => Some(end + 1),
        [b'/', b'*', ..] => comment_in_braces(bytes, end),
        _ => None,
    }
}

/// `{"..."}` with a tag in the string, as JSX has it.
fn text_in_braces(bytes: &[u8], at: usize) -> Option<usize> {
    let start = skip(bytes, at + 1, BLANK);
    if !bytes.get(start).is_some_and(|byte| b"\"'`".contains(byte)) {
        return None;
    }
    let end = string(bytes, start)?;
    let close = skip(bytes, end, BLANK);
    (bytes.get(close) == Some(&b'}') && bytes[start..end].contains(&b'<')).then_some(close + 1)
}

/// Razor's comments and code, Blade's `@php`.
fn razor(bytes: &[u8], at: usize) -> Option<Mark<'_>> {
    let before = at.checked_sub(1).map(|before| bytes[before]);
    // An address of mail, or `@@`.
    if before.is_some_and(|byte| byte.is_ascii_alphanumeric() || byte == b'@' || byte >= 0x80) {
        return None;
    }
    let plain = |end: usize, what| Some(Mark { end, what, word: None });
    match bytes.get(at + 1)? {
        b'*' => plain(find(bytes, at + 2, b"*@")?, What::Comment),
        b'{' => plain(balanced(bytes, at + 1)?, What::Silent),
        b'(' => plain(balanced(bytes, at + 1)?, What::Print),
        _ => {
            let name = word(bytes, at + 1);
            if matches!(name, b"php" | b"verbatim" | b"endverbatim")
                && bytes.get(at + 1 + name.len()) != Some(&b'(')
            {
                let end = at + 1 + name.len();
                return Some(Mark { end, what: What::Silent, word: Some((Opens::Directive, name)) });
            }
            let rest = &bytes[at + 1..];
            let path = rest.iter().position(|byte| !byte.is_ascii_alphanumeric() && !b"_.".contains(byte))?;
            let open = at + 1 + path;
            if path == 0 || bytes[open] != b'(' {
                return None;
            }
            let end = balanced(bytes, open)?;
            // Only what would be read wrongly matters.
            let inside = &bytes[open..end];
            inside.iter().any(|byte| b"<\"'".contains(byte)).then(|| plain(end, What::Print))?
        }
    }
}
