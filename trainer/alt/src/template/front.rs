//! Front matter: what a page says of itself to the program that makes the site.

use std::ops::Range;

/// Front matter, and where the page begins behind it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Front {
    /// What stands between its marks; all of it where it is JSON without marks.
    pub inside: Range<usize>,
    /// Behind its last line.
    pub end: usize,
}

/// The front matter that a page begins with: YAML, JSON, TOML or a program between lines of `---`, TOML between lines
/// of `+++`, JSON between `;;;`, or a JSON object. A byte order mark may stand before it.
#[must_use]
pub fn front(bytes: &[u8]) -> Option<Front> {
    let start = if bytes.starts_with(b"\xef\xbb\xbf") { 3 } else { 0 };
    let rest = &bytes[start..];
    let mark = [&b"---"[..], b"+++", b";;;"].into_iter().find(|mark| rest.starts_with(mark));
    let Some(mark) = mark else { return object(bytes, start) };
    let mut lines = rest.split_inclusive(|&byte| byte == b'\n');
    let first = lines.next()?;
    // The language may stand behind the mark: `---json`.
    let language = first[3..].trim_ascii();
    if !language.iter().all(u8::is_ascii_alphanumeric) {
        return None;
    }
    let from = start + first.len();
    let mut at = from;
    for line in lines {
        let text = line.trim_ascii_end();
        if text == mark || (mark == b"---" && text == b"...") {
            return Some(Front { inside: from..at, end: at + line.len() });
        }
        at += line.len();
    }
    None
}

/// A JSON object in the first line and after.
fn object(bytes: &[u8], start: usize) -> Option<Front> {
    let rest = &bytes[start..];
    if rest.first() != Some(&b'{') {
        return None;
    }
    let mut values =
        serde_json::Deserializer::from_slice(rest).into_iter::<serde_json::Map<String, serde_json::Value>>();
    // `{}` alone says nothing of a page.
    values.next()?.ok().filter(|object| !object.is_empty())?;
    let end = start + values.byte_offset();
    let line = bytes[end..].iter().position(|&byte| byte == b'\n').map_or(bytes.len(), |line| end + line + 1);
    bytes[end..line].trim_ascii().is_empty().then_some(Front { inside: start..end, end: line })
}

/// The language that front matter names, as a tag of BCP 47.
#[must_use]
pub fn language(front: &str) -> Option<String> {
    let word = |line: &str| {
        let line = line.trim_end().trim_end_matches(',');
        // Keys of the page itself, not of something in it; JSON may stand in from the margin.
        let line = line.strip_prefix('{').unwrap_or(line);
        let line = if line.trim_start().starts_with('"') { line.trim_start() } else { line };
        let (key, value) = line.split_once([':', '='])?;
        let key = key.trim_end().trim_matches('"');
        if !["lang", "language", "locale"].contains(&key) {
            return None;
        }
        let value = value.trim().trim_matches(['"', '\'']);
        let tag = !value.is_empty() && value.chars().all(|c| c.is_ascii_alphanumeric() || "-_".contains(c));
        tag.then(|| value.to_owned())
    };
    front.lines().find_map(word)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn front_matter_in_all_its_forms_is_found() {
        for (text, inside) in [
            ("---\na: b\n---\nc", Some("a: b\n")),
            ("\u{feff}---\r\na: b\r\n---\r\nc", Some("a: b\r\n")),
            ("--- \na: b\n--- \nc", Some("a: b\n")),
            ("---\na: b\n...\nc", Some("a: b\n")),
            ("---\n---\n", Some("")),
            ("---json\n{}\n---\n", Some("{}\n")),
            ("---js\nmodule.exports = {}\n---\n", Some("module.exports = {}\n")),
            ("+++\na = 'b'\n+++", Some("a = 'b'\n")),
            (";;;\n{}\n;;;\n", Some("{}\n")),
            ("{\n\"a\": \"}\"\n}\nc", Some("{\n\"a\": \"}\"\n}")),
            ("---\na: b\n", None),
            ("--- a ---\n---\n", None),
            ("----\n----\n", None),
            (" ---\na\n---\n", None),
            ("{{ a }}", None),
            ("{} c", None),
            ("{\"a\": 1} c", None),
            ("text\n---\n---\n", None),
        ] {
            let found = front(text.as_bytes());
            assert_eq!(found.map(|front| &text[front.inside]), inside, "{text}");
        }
    }

    #[test]
    fn languages_are_heard() {
        for (text, expected) in [
            ("title: x\nlang: de\n", Some("de")),
            ("language: \"pt-BR\"", Some("pt-BR")),
            ("locale = 'fr_FR'", Some("fr_FR")),
            ("{\n  \"lang\": \"ja\",\n  \"a\": 1\n}", Some("ja")),
            ("author:\n  lang: de\n", None),
            ("lang: a b c", None),
            ("language:\n", None),
        ] {
            assert_eq!(language(text).as_deref(), expected, "{text}");
        }
    }
}
