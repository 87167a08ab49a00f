//! In which encoding a page is written.

use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};

use crate::PageError;
use crate::html::{self, Meta};

/// Bytes within which a page has to name its encoding (HTML Standard, 4.2.5.4).
const PRESCAN: usize = 1024;

/// The encoding of an HTML page: its byte order mark, else what it declares, else UTF-8 where it is
/// that, else windows-1252, as browsers have it.
///
/// # Errors
/// [`PageError::Encoding`] for UTF-16 and the few others that are no superset of ASCII.
pub fn detect(bytes: &[u8]) -> Result<&'static Encoding, PageError> {
    let found = match Encoding::for_bom(bytes) {
        Some((encoding, _)) => encoding,
        None => match declared(&bytes[..bytes.len().min(PRESCAN)]) {
            Some(encoding) => encoding,
            None if wide(bytes) => UTF_16LE,
            None if std::str::from_utf8(bytes).is_ok() => UTF_8,
            None => WINDOWS_1252,
        },
    };
    if found.is_ascii_compatible() { Ok(found) } else { Err(PageError::Encoding(found.name())) }
}

/// Whether a page says which encoding it is in.
#[must_use]
pub fn declares(bytes: &[u8]) -> bool {
    Encoding::for_bom(bytes).is_some() || declared(&bytes[..bytes.len().min(PRESCAN)]).is_some()
}

/// Whether every other of the first bytes is zero, as in UTF-16 without a byte order mark.
fn wide(bytes: &[u8]) -> bool {
    let start = &bytes[..bytes.len().min(64)];
    let zeros = |first: usize| start.iter().skip(first).step_by(2).filter(|&&byte| byte == 0).count();
    start.len() >= 8 && zeros(0).max(zeros(1)) * 4 >= start.len()
}

/// What `<meta>` or an XML declaration says.
fn declared(start: &[u8]) -> Option<&'static Encoding> {
    let label = xml(start).or_else(|| meta(start))?;
    let encoding = Encoding::for_label(label.as_bytes())?;
    // Whoever could read the declaration has no UTF-16 before them.
    Some(if encoding == UTF_16LE || encoding == UTF_16BE { UTF_8 } else { encoding })
}

fn xml(start: &[u8]) -> Option<String> {
    let text = String::from_utf8_lossy(start);
    let declaration = text.strip_prefix("<?xml")?.split("?>").next()?;
    let value = declaration.split_once("encoding")?.1.trim_start().strip_prefix('=')?.trim_start();
    let quote = value.chars().next().filter(|quote| "\"'".contains(*quote))?;
    Some(value[1..].split(quote).next()?.to_owned())
}

fn meta(start: &[u8]) -> Option<String> {
    let label = |meta: Meta| {
        let content = || {
            let content = meta.content?.to_ascii_lowercase();
            let (_, value) = content.split_once("charset=")?;
            let value = value.trim_matches(|c: char| c.is_whitespace() || "\"'".contains(c));
            let kind = meta.http_equiv?;
            kind.eq_ignore_ascii_case("content-type").then(|| value.split(';').next().map(str::to_owned))?
        };
        meta.charset.clone().or_else(content)
    };
    html::metas(start).into_iter().find_map(label)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name(bytes: &[u8]) -> Result<&'static str, String> {
        detect(bytes).map(Encoding::name).map_err(|error| error.to_string())
    }

    #[test]
    fn encodings_are_found_as_browsers_find_them() {
        for (bytes, expected) in [
            (&b"<p>plain"[..], "UTF-8"),
            (b"<p>caf\xc3\xa9", "UTF-8"),
            (b"<p>caf\xe9", "windows-1252"),
            (b"\xef\xbb\xbf<meta charset=latin1>", "UTF-8"),
            (b"<!doctype html><META CharSet='Shift_JIS'>", "Shift_JIS"),
            (b"<meta http-equiv=Content-Type content='text/html; charset=iso-8859-2'>", "ISO-8859-2"),
            (b"<?xml version='1.0' encoding=\"koi8-r\"?><html>", "KOI8-R"),
            (b"<!-- <meta charset=koi8-r> --><p>", "UTF-8"),
            (b"<meta charset=utf-16>", "UTF-8"),
            (b"<meta charset=nonsense>", "UTF-8"),
            (b"", "UTF-8"),
        ] {
            assert_eq!(name(bytes).as_deref(), Ok(expected), "{}", String::from_utf8_lossy(bytes));
        }
    }

    #[test]
    fn wide_encodings_are_refused_by_name() {
        let wide: Vec<u8> = "<!doctype html><p>".encode_utf16().flat_map(u16::to_le_bytes).collect();
        assert!(name(&wide).unwrap_err().contains("UTF-16LE"));
        assert!(name(&[b"\xfe\xff".as_slice(), &wide].concat()).unwrap_err().contains("UTF-16BE"));
        assert!(name(b"<meta charset=iso-2022-jp>").unwrap_err().contains("ISO-2022-JP"));
    }
}
