//! Puts alt texts into a page: splices in its bytes, read again before they are written, and written
//! beside the page and renamed, so that the page is the old one or the new one at any moment.

use std::fs;
use std::io::{self, ErrorKind};
use std::path::Path;

use encoding_rs::Encoding;
use showtell_files::read;
use showtell_files::whole::Beside;

use crate::html::Found;
use crate::image::{Form, Image};
use crate::{Kind, MAX_PAGE, PageError};

/// A text for an image of a page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Edit {
    /// Which of the page's images.
    pub image: usize,
    /// What its alt text will be.
    pub text: String,
}

/// A text as it can stand in an attribute: in one line, without control characters.
#[must_use]
pub fn tidy(text: &str) -> String {
    let words: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    words.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The page with the texts in it. Each is found there when the page is read again, and all else as it was.
///
/// # Errors
/// [`PageError::Unfit`] where that is not so, and what reading says.
pub fn compose(kind: Kind, bytes: &[u8], edits: &[Edit]) -> Result<Vec<u8>, PageError> {
    let (Found { page, outline, .. }, encoding) = kind.find(bytes)?;
    let mut new = Vec::with_capacity(bytes.len() + 80 * edits.len());
    let unsure = kind != Kind::Markdown && bytes.is_ascii() && !crate::encoding::declares(bytes);
    let limit = if unsure { Limit::Ascii } else { Limit::Encoding(encoding) };
    let mut done = 0;
    let mut edits: Vec<&Edit> = edits.iter().collect();
    edits.sort_by_key(|edit| edit.image);
    for edit in &edits {
        let image = page.images.get(edit.image).ok_or(PageError::Changed)?;
        // Wikis show a text as it stands, and every program for them has marks of its own.
        let plain = |text: &str| !text.contains(|c: char| "\\`*_[]<>&~$|{}!^\"#".contains(c));
        let fits = match image.slot.form {
            Form::Nowhere => false,
            Form::Wiki { .. } => plain(&edit.text),
            _ => true,
        };
        if !fits {
            return Err(PageError::Unfit(edit.text.clone()));
        }
        new.extend_from_slice(&bytes[done..image.slot.span.start]);
        let text = written(kind, &image.slot.form, &edit.text, Some(limit));
        new.extend_from_slice(&encoding.encode(&text).0);
        done = image.slot.span.end;
    }
    new.extend_from_slice(&bytes[done..]);
    let (again, read_as) = kind.find(&new)?;
    // A declaration may have been pushed out of sight.
    if outline == again.outline && encoding == read_as && said(&page.images, &again.page.images, &edits) {
        return Ok(new);
    }
    Err(PageError::Unfit(edits.first().map(|edit| edit.text.clone()).unwrap_or_default()))
}

/// How often a page is composed to find the texts that do not fit. Whoever made it so that more are needed gets none of
/// those written that are left.
const TRIES: usize = 64;

/// The page with all texts that fit, and the images of those that do not: halves of halves are tried, so that a page with
/// one such text among thousands takes a dozen tries.
///
/// # Errors
/// As [`compose`], but for texts that do not fit.
pub fn fitting(kind: Kind, bytes: &[u8], edits: &[Edit]) -> Result<(Vec<u8>, Vec<usize>), PageError> {
    let (mut new, mut fit, mut unfit) = (None, Vec::new(), Vec::new());
    let mut groups = vec![edits];
    let mut tries = 0..TRIES;
    while let Some(group) = groups.pop() {
        let tried: Vec<Edit> = fit.iter().chain(group).cloned().collect();
        match tries.next().map(|_| compose(kind, bytes, &tried)) {
            Some(Ok(page)) => (new, fit) = (Some(page), tried),
            Some(Err(PageError::Unfit(_))) if group.len() > 1 => {
                let (first, second) = group.split_at(group.len() / 2);
                groups.extend([second, first]);
            }
            None | Some(Err(PageError::Unfit(_))) => unfit.extend(group.iter().map(|edit| edit.image)),
            Some(Err(error)) => return Err(error),
        }
    }
    Ok((new.unwrap_or_else(|| bytes.to_vec()), unfit))
}

/// A text as it stands in a page. Letters for which there is no sure encoding, by its name in `limit`,
/// become character references; without a limit none do.
#[must_use]
pub fn written(kind: Kind, form: &Form, text: &str, limit: Option<Limit>) -> String {
    let fits = |letter: char| match limit {
        None => true,
        Some(Limit::Ascii) => letter.is_ascii(),
        Some(Limit::Encoding(encoding)) => !encoding.encode(letter.encode_utf8(&mut [0; 4])).2,
    };
    let value = |quote: char| {
        let mut value = String::with_capacity(text.len());
        for letter in text.chars() {
            match letter {
                '&' => value.push_str("&amp;"),
                '<' => value.push_str("&lt;"),
                '>' => value.push_str("&gt;"),
                '"' if quote == '"' => value.push_str("&quot;"),
                '\'' if quote == '\'' => value.push_str("&#39;"),
                // They part the cells of a table, and begin code before a tag is seen.
                '|' | '`' if kind == Kind::Markdown => value.push_str(&format!("&#{};", u32::from(letter))),
                _ if !fits(letter) => value.push_str(&format!("&#{};", u32::from(letter))),
                _ => value.push(letter),
            }
        }
        value
    };
    match form {
        Form::Attribute { spaced } => format!(" alt=\"{}\"{}", value('"'), if *spaced { " " } else { "" }),
        Form::Quoted(quote) => value(char::from(*quote)),
        Form::Bare => format!("\"{}\"", value('"')),
        Form::Markdown => escaped(text),
        Form::Label { name } => format!("{}][{name}", escaped(text)),
        Form::Wiki { bars: [before, after] } => {
            let bar = |wanted: &bool| if *wanted { "|" } else { "" };
            format!("{}{text}{}", bar(before), bar(after))
        }
        Form::Nowhere => String::new(),
    }
}

/// Which letters can stand in a page.
#[derive(Debug, Clone, Copy)]
pub enum Limit {
    /// Those of ASCII: nobody says which encoding it is.
    Ascii,
    /// Those of its encoding.
    Encoding(&'static Encoding),
}

/// A text in Markdown that means nothing but itself.
fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for letter in text.chars() {
        if "\\`*_[]<>&~$|{}!^".contains(letter) {
            escaped.push('\\');
        }
        escaped.push(letter);
    }
    escaped
}

/// Whether a new page's images say what was meant, and otherwise what the old one's said.
fn said(before: &[Image], after: &[Image], edits: &[&Edit]) -> bool {
    let mut wanted = edits.iter().peekable();
    let mut pairs = before.iter().zip(after).enumerate();
    let same = pairs.all(|(place, (was, is))| {
        let alt = match wanted.next_if(|edit| edit.image == place) {
            // Markdown has no empty text, only none.
            Some(edit) if edit.text.is_empty() && !was.slot.form.can_be_decorative() => return false,
            Some(edit) => Some(edit.text.as_str()),
            None => was.alt.as_deref(),
        };
        is.alt.as_deref() == alt && is.sources == was.sources && is.size == was.size
    });
    same && before.len() == after.len()
}

/// Writes a page in place of what was read of it, through links to the file itself, which keeps its
/// permissions, owner and extended attributes as far as may be.
///
/// # Errors
/// [`PageError::ReadOnly`], [`PageError::Linked`], [`PageError::Changed`], or what the file system says. The page is the old one
/// then.
pub fn replace(path: &Path, old: &[u8], new: &[u8]) -> Result<(), PageError> {
    let path = path.canonicalize()?;
    let meta = fs::metadata(&path)?;
    if meta.permissions().readonly() {
        return Err(PageError::ReadOnly);
    }
    #[cfg(unix)]
    {
        use std::os::unix::fs::MetadataExt;
        if meta.nlink() > 1 {
            return Err(PageError::Linked(meta.nlink()));
        }
    }
    let refused = |error: io::Error| match error.kind() {
        ErrorKind::PermissionDenied | ErrorKind::ReadOnlyFilesystem => PageError::Folder,
        ErrorKind::ResourceBusy | ErrorKind::CrossesDevices => PageError::Mount,
        _ => PageError::File(error),
    };
    let mut beside = Beside::new(&path).map_err(refused)?;
    beside.fill(new)?;
    if read(&path, MAX_PAGE)? != old {
        return Err(PageError::Changed);
    }
    beside.take_place().map_err(refused)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn edited(kind: Kind, page: &str, text: &str) -> String {
        let edits = [Edit { image: 0, text: text.to_owned() }];
        String::from_utf8(compose(kind, page.as_bytes(), &edits).unwrap()).unwrap()
    }

    #[test]
    fn texts_go_where_they_belong_and_nowhere_else() {
        let html = |page: &str| edited(Kind::Html, page, "a \"b\" & 'c' <d>");
        assert_eq!(html("<img src=a>"), "<img src=a alt=\"a &quot;b&quot; &amp; 'c' &lt;d&gt;\">");
        assert_eq!(
            html("<IMG  SRC='a'id=x >"),
            "<IMG  SRC='a' alt=\"a &quot;b&quot; &amp; 'c' &lt;d&gt;\" id=x >"
        );
        assert_eq!(html("<img alt='x' src=a>"), "<img alt='a \"b\" &amp; &#39;c&#39; &lt;d&gt;' src=a>");
        assert_eq!(html("<img alt=x src=a>"), "<img alt=\"a &quot;b&quot; &amp; 'c' &lt;d&gt;\" src=a>");
        assert_eq!(edited(Kind::Html, "<img alt=x src=a>", ""), "<img alt=\"\" src=a>");

        let markdown = |page: &str| edited(Kind::Markdown, page, "a [b] *c* `d`|\\");
        let text = "a \\[b\\] \\*c\\* \\`d\\`\\|\\\\";
        assert_eq!(markdown("![](a.png \"t\")"), format!("![{text}](a.png \"t\")"));
        assert_eq!(markdown("![a.png][r]\r\n\r\n[r]: a.png"), format!("![{text}][r]\r\n\r\n[r]: a.png"));
        assert_eq!(markdown("![image][]\n\n[image]: a"), format!("![{text}][image]\n\n[image]: a"));
        assert_eq!(markdown("![image]\n\n[image]: a"), format!("![{text}][image]\n\n[image]: a"));
        assert_eq!(
            markdown("| x |\n|---|\n| <img src=a> `y` |"),
            "| x |\n|---|\n| <img src=a alt=\"a [b] *c* &#96;d&#96;&#124;\\\"> `y` |",
        );
    }

    #[test]
    fn letters_that_the_encoding_lacks_become_references() {
        let page = b"<meta charset=latin1><p>\xe9<img src=a>";
        let edits = [Edit { image: 0, text: "\u{e9} \u{8868}".to_owned() }];
        let new = compose(Kind::Html, page, &edits).unwrap();
        assert_eq!(new, b"<meta charset=latin1><p>\xe9<img src=a alt=\"\xe9 &#34920;\">");

        // So do all where nobody says which encoding it is.
        assert_eq!(edited(Kind::Html, "<img src=a>", "caf\u{e9}"), "<img src=a alt=\"caf&#233;\">");
        let declared = "<meta charset=utf-8><img src=a>";
        assert_eq!(edited(Kind::Html, declared, "caf\u{e9}"), declared.replace("=a", "=a alt=\"caf\u{e9}\""));
    }

    #[test]
    fn a_declaration_is_not_pushed_out_of_sight() {
        let declaration = "<meta charset=koi8-r>";
        let page = |room: usize| {
            let text =
                format!("<img src=a>{}{declaration}", " ".repeat(1024 - 11 - declaration.len() - room));
            [text.as_bytes(), b"\xc1"].concat()
        };
        let edits = [Edit { image: 0, text: "A dog.".to_owned() }];
        assert!(compose(Kind::Html, &page(20), &edits).is_ok());
        let refused = compose(Kind::Html, &page(0), &edits);
        assert!(matches!(refused, Err(PageError::Unfit(_))), "{refused:?}");
    }

    #[test]
    fn one_text_that_does_not_fit_among_thousands_takes_a_dozen_tries() {
        let declaration = "<meta charset=koi8-r>";
        let head = format!("<img src=a>{}{declaration}", " ".repeat(1024 - 11 - declaration.len()));
        let page = head + &"<img src=b>".repeat(8000);
        let edits: Vec<Edit> = (0..8001).map(|image| Edit { image, text: "A dog.".to_owned() }).collect();
        let begun = std::time::Instant::now();
        let (new, unfit) = fitting(Kind::Html, page.as_bytes(), &edits).unwrap();
        assert!(begun.elapsed().as_secs() < 20, "{:?}", begun.elapsed());
        assert_eq!(unfit, [0]);
        assert_eq!(String::from_utf8(new).unwrap().matches("alt=\"A dog.\"").count(), 8000);
    }

    #[test]
    fn markdown_refuses_to_be_decorative() {
        let edits = [Edit { image: 0, text: String::new() }];
        let refused = compose(Kind::Markdown, b"![image](a.png)", &edits);
        assert!(matches!(refused, Err(PageError::Unfit(_))), "{refused:?}");
    }

    #[test]
    fn texts_become_one_line() {
        assert_eq!(tidy(" a\r\n b\u{0} c\u{a0}d "), "a b c d");
    }

    #[test]
    fn files_keep_their_permissions_and_links_stay_links() {
        use std::os::unix::fs::{PermissionsExt, symlink};
        let folder = tempfile::tempdir().unwrap();
        let [page, link] = ["page.html", "link.html"].map(|name| folder.path().join(name));
        fs::write(&page, "old").unwrap();
        fs::set_permissions(&page, fs::Permissions::from_mode(0o640)).unwrap();
        symlink(&page, &link).unwrap();
        replace(&link, b"old", b"new").unwrap();
        assert_eq!(fs::read(&page).unwrap(), b"new");
        assert_eq!(fs::metadata(&page).unwrap().permissions().mode() & 0o777, 0o640);
        assert!(fs::symlink_metadata(&link).unwrap().is_symlink());

        let other = folder.path().join("other.html");
        fs::hard_link(&page, &other).unwrap();
        assert!(matches!(replace(&page, b"new", b"newer"), Err(PageError::Linked(2))));
        assert_eq!(fs::read(&other).unwrap(), b"new");
        fs::remove_file(&other).unwrap();

        assert!(matches!(replace(&page, b"old", b"newer"), Err(PageError::Changed)));
        fs::set_permissions(&page, fs::Permissions::from_mode(0o440)).unwrap();
        assert!(matches!(replace(&page, b"new", b"newer"), Err(PageError::ReadOnly)));
        assert_eq!(fs::read(&page).unwrap(), b"new");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 2);
    }

    proptest! {
        #[test]
        fn any_text_stays_itself_and_all_else_as_it_was(
            text in "[ -~\u{e9}\u{8868}]{1,30}",
            page in "(<p>|<img src=a>|<img alt='x' src=\"b\">|<img alt=x>|text|\r\n|<!--|-->|\"|<a href=x>|</a>|[&<>'=é]){0,20}",
            markdown in "(!\\[\\]\\(a\\.png\\)|!\\[x\\]\\[r\\]|!\\[r\\]|<img src=a>|\n\n|\n|\\| |---\\||> |- |\\*|`|_|[a-z\\]\\[])*",
        ) {
            let text = tidy(&text);
            prop_assume!(!text.is_empty());
            let markdown = format!("{markdown}\n\n[r]: a.png");
            for (kind, page) in [(Kind::Html, page), (Kind::Markdown, markdown)] {
                let Ok((read, _)) = kind.read(page.as_bytes()) else { continue };
                let edits: Vec<Edit> =
                    (0..read.images.len()).map(|image| Edit { image, text: text.clone() }).collect();
                let Ok(new) = compose(kind, page.as_bytes(), &edits) else { continue };
                // What was no slot is there still, in its order.
                let (mut rest, mut done) = (new.as_slice(), 0);
                let slots = read.images.iter().map(|image| image.slot.span.clone());
                for slot in slots.chain(std::iter::once(page.len()..page.len())) {
                    let kept = &page.as_bytes()[done..slot.start];
                    let found = if kept.is_empty() { Some(0) } else { rest.windows(kept.len()).position(|part| part == kept) };
                    prop_assert!(found.is_some_and(|at| done > 0 || at == 0));
                    rest = &rest[found.unwrap_or(0) + kept.len()..];
                    done = slot.end;
                }
                let again = kind.read(&new).unwrap().0;
                prop_assert!(again.images.iter().all(|image| image.alt.as_deref() == Some(text.as_str())));
            }
        }
    }
}
