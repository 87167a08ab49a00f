//! From marks to regions: blocks between two marks, and where no mark counts.

use std::ops::Range;

use super::mark::{Mark, Opens, find, mark};
use super::{Region, What};

/// Tags whose block is a comment.
const COMMENTS: [&[u8]; 2] = [b"comment", b"doc"];
/// Tags whose block is shown as it stands, or is a program or a style.
const SAMPLES: [&[u8]; 16] = [
    b"highlight",
    b"code",
    b"codeblock",
    b"code_block",
    b"code-block",
    b"codetabs",
    b"prism",
    b"prettify",
    b"chroma",
    b"sourcecode",
    b"listing",
    b"mermaid",
    b"schema",
    b"javascript",
    b"stylesheet",
    b"math",
];
/// Tags in whose block marks are text, but tags are tags.
const RAW: [&[u8]; 2] = [b"raw", b"verbatim"];
/// Elements in which a mark has to end that begins there: programs and styles are full of braces, and in the others
/// stand texts about marks.
const WALLS: [&[u8]; 6] = [b"script", b"style", b"pre", b"code", b"textarea", b"title"];

/// Puts the regions from `from` on into a list. No mark begins in `code`.
pub fn scan(bytes: &[u8], from: usize, code: &[Range<usize>], regions: &mut Vec<Region>) {
    let mut at = from;
    let mut code = code.iter().peekable();
    // Where the element ends in which marks have to end.
    let mut wall = from;
    // Where the block ends in which marks are text.
    let mut raw: Option<usize> = None;
    while at < bytes.len() {
        if !b"{<@$[".contains(&bytes[at]) {
            at += 1;
            continue;
        }
        while code.next_if(|code| code.end <= at).is_some() {}
        if let Some(code) = code.peek().filter(|code| code.contains(&at)) {
            at = code.end;
            continue;
        }
        if at >= wall
            && bytes[at] == b'<'
            && let Some(end) = walled(bytes, at)
        {
            wall = end;
        }
        let inside = raw.is_some_and(|end| at < end);
        let Some(found) = mark(bytes, at).filter(|found| at >= wall || found.end <= wall) else {
            at += 1;
            continue;
        };
        if inside && found.what == What::Comment {
            at += 1;
            continue;
        }
        let mut region = Region { span: at..found.end, what: found.what };
        if let Some(block) = block(bytes, &found, inside).filter(|block| at >= wall || block.end <= wall) {
            match block.what {
                Some(what) => region = Region { span: at..block.end, what },
                None => raw = Some(block.end),
            }
        }
        at = region.span.end;
        regions.push(region);
    }
}

/// Where the element ends that begins at `at`, where marks have to end in it.
fn walled(bytes: &[u8], at: usize) -> Option<usize> {
    let rest = &bytes[at + 1..];
    let name = WALLS.into_iter().find(|name| {
        rest.get(..name.len()).is_some_and(|own| own.eq_ignore_ascii_case(name))
            && rest.get(name.len()).is_some_and(|byte| byte.is_ascii_whitespace() || b"/>".contains(byte))
    })?;
    let mut from = at;
    while let Some(end) = find(bytes, from, b"</") {
        if bytes.get(end..end + name.len()).is_some_and(|own| own.eq_ignore_ascii_case(name)) {
            return Some(end - 2);
        }
        from = end;
    }
    None
}

struct Block {
    end: usize,
    /// What it is; nothing where only marks are text in it.
    what: Option<What>,
}

/// The block that a mark opens, if it does and something closes it.
fn block(bytes: &[u8], opening: &Mark<'_>, inside: bool) -> Option<Block> {
    let (opens, word) = opening.word?;
    let what = match opens {
        _ if inside => return None,
        Opens::Directive if word == b"php" => Some(What::Silent),
        Opens::Directive if word == b"verbatim" => None,
        Opens::Tag if COMMENTS.contains(&word) => Some(What::Comment),
        Opens::Tag if RAW.contains(&word) => None,
        Opens::Tag | Opens::Shortcode if SAMPLES.contains(&word) => Some(What::Sample),
        _ => return None,
    };
    let closing: Vec<u8> = match opens {
        Opens::Tag => [b"end", word].concat(),
        Opens::Shortcode => [b"/", word].concat(),
        Opens::Directive => [b"@end", word].concat(),
    };
    if opens == Opens::Directive {
        let start = opening.end + memchr::memmem::find(bytes.get(opening.end..)?, &closing)?;
        return Some(Block { end: if what.is_some() { start + closing.len() } else { start }, what });
    }
    // Liquid's comments may hold comments; in all else the first end is the end.
    let nests = what == Some(What::Comment);
    let (mut at, mut depth) = (opening.end, 1);
    while at < bytes.len() {
        let next = (bytes[at] == b'{').then(|| mark(bytes, at)).flatten();
        match next.as_ref().and_then(|next| Some((next.word?, next.end))) {
            Some(((own, name), end)) if own == opens => {
                depth -= usize::from(name == closing);
                depth += usize::from(nests && name == word);
                if depth == 0 {
                    return Some(Block { end: if what.is_some() { end } else { at }, what });
                }
                at = end;
            }
            // In a block that is text no other mark is one.
            _ => at += 1,
        }
    }
    None
}
