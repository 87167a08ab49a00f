//! What programs for sites read before or otherwise is masked or rewritten, byte for byte, so that CommonMark can read
//! the rest.

use std::ops::Range;

use pulldown_cmark::{Event, Parser, Tag};

use super::{dialect, options};
use crate::template::{self, Mask, Region, What};

/// A page as CommonMark reads it.
pub(super) struct Prepared {
    /// Bytes of a byte order mark, which are not in `plain`.
    pub(super) mark: usize,
    /// What CommonMark reads.
    pub(super) plain: String,
    /// Tags that CommonMark must not see.
    pub(super) tags: Vec<Range<usize>>,
    pub(super) mask: Mask,
    pub(super) language: Option<String>,
}

/// Whether a page is taken for a template.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Taken {
    Template,
    Plain,
}

/// Makes a page ready for CommonMark.
pub(super) fn prepare(text: &str, taken: Taken) -> Prepared {
    let bytes = text.as_bytes();
    let front = template::front(bytes);
    let body = front.as_ref().map_or(0, |front| front.end);
    let mark = if text.starts_with('\u{feff}') { 3 } else { 0 };
    let mut start = bytes.to_vec();
    start[mark..body.max(mark)]
        .iter_mut()
        .filter(|byte| !b"\r\n".contains(byte))
        .for_each(|byte| *byte = b' ');
    let dialect::Plain { text: plain, mut tags } = dialect::plain(&start);
    let spaced = |bytes: &[u8]| String::from_utf8_lossy(&bytes[mark..]).into_owned();
    let language = front.and_then(|front| template::language(&text[front.inside]));
    if taken == Taken::Plain {
        let mask = Mask::front(body).of_shadow();
        return Prepared { mark, plain: spaced(&plain), tags, mask, language };
    }
    let code: Vec<Range<usize>> = Parser::new_ext(&spaced(&plain), options())
        .into_offset_iter()
        .filter(|(event, _)| matches!(event, Event::Code(_) | Event::Start(Tag::CodeBlock(_))))
        .map(|(_, span)| span.start + mark..span.end + mark)
        .collect();
    let mut mask = Mask::new(bytes, body, &code);
    for span in modules(text, &code) {
        mask.insert(Region { span, what: What::Silent });
    }
    for span in sections(text, &code) {
        mask.insert(Region { span, what: What::Comment });
    }
    let mut plain = mask.apply(&plain);
    unindent(&mut plain, &mask, body);
    let plain = spaced(&plain);
    tags.retain(|tag| !mask.touches(tag));
    Prepared { mark, plain, tags, mask: mask.of_shadow(), language }
}

/// `<![CDATA[ ... ]]>`, which is no text (CommonMark, 6.6), and which pulldown-cmark does not always see.
fn sections(text: &str, code: &[Range<usize>]) -> Vec<Range<usize>> {
    let starts = text.match_indices("<![CDATA[").map(|(start, _)| start);
    let section = |start: usize| Some(start..start + text[start..].find("]]>")? + 3);
    starts.filter(|start| !code.iter().any(|code| code.contains(start))).filter_map(section).collect()
}

/// What prints nothing is no indent: where it begins a line, letters take its place, not spaces, which would make code
/// of the line.
fn unindent(plain: &mut [u8], mask: &Mask, body: usize) {
    for Region { span, .. } in mask.regions().iter().filter(|region| region.span.start >= body) {
        let line = plain[..span.end].iter().rposition(|&byte| byte == b'\n').map_or(0, |end| end + 1);
        let start = span.start.max(line);
        let rest = plain[span.end..].split(|&byte| byte == b'\n').next().unwrap_or_default();
        let first = plain[line..start].trim_ascii().is_empty() && !rest.trim_ascii().is_empty();
        if first && plain[start..span.end].iter().all(|&byte| byte == b' ') {
            plain[start..span.end].fill(b'x');
        }
    }
}

/// Paragraphs that MDX reads as a program: they export or import.
fn modules(text: &str, code: &[Range<usize>]) -> Vec<Range<usize>> {
    let mut modules = Vec::new();
    let (mut at, mut fresh) = (0, true);
    let mut open: Option<usize> = None;
    for line in text.split_inclusive('\n') {
        let words = line.trim_start_matches('\u{feff}');
        let starts = fresh
            && [
                "export const ",
                "export let ",
                "export var ",
                "export default ",
                "export function ",
                "export class ",
            ]
            .into_iter()
            .any(|word| words.starts_with(word));
        if starts && !code.iter().any(|code| code.contains(&at)) {
            open = open.or(Some(at));
        }
        fresh = line.trim().is_empty();
        if fresh && let Some(start) = open.take() {
            modules.push(start..at);
        }
        at += line.len();
    }
    modules.extend(open.map(|start| start..at));
    modules
}
