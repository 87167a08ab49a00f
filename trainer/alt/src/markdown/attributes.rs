//! Attribute lists behind a Markdown image, as Pandoc, Quarto, kramdown and Python-Markdown have them:
//! `{fig-alt="Two boats" .wide}`, `{: role=presentation }`.

use crate::image::Standing;

/// What a list says.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Said {
    /// What it makes of the image, if it says so.
    pub standing: Option<Standing>,
    /// The language it names.
    pub language: Option<String>,
}

/// What the list says that stands at the beginning of a text, after a space or two or, for a block, in the next line.
pub fn said(text: &str) -> Said {
    let mut said = Said::default();
    let start = text.trim_start_matches([' ', '\t']);
    let next = start.strip_prefix("\r\n").or_else(|| start.strip_prefix('\n'));
    // In the next line only a list with a colon is one, and says something of the paragraph.
    let list = match next {
        Some(line) => line.trim_start_matches([' ', '\t']).strip_prefix("{:"),
        None => start.strip_prefix('{'),
    };
    for (key, value) in list.and_then(pairs).unwrap_or_default() {
        let blank = value.trim().is_empty();
        let word = value.trim().to_ascii_lowercase();
        let (hides, names) = match key.to_ascii_lowercase().as_str() {
            "alt" | "fig-alt" if next.is_none() => (blank, !blank),
            "role" => (["presentation", "none"].contains(&word.as_str()), false),
            "aria-hidden" => (word == "true", false),
            "aria-label" | "aria-labelledby" | "title" if next.is_none() => (false, !blank),
            "lang" | "xml:lang" => {
                said.language = Some(value);
                continue;
            }
            _ => continue,
        };
        if hides {
            said.standing = Some(Standing::Hidden);
        } else if names {
            said.standing = said.standing.or(Some(Standing::Named));
        }
    }
    said
}

/// The keys and values of a list, up to its bracket; none where it is no list.
fn pairs(text: &str) -> Option<Vec<(String, String)>> {
    let mut pairs = Vec::new();
    // Two brackets are a template's.
    if text.starts_with('{') {
        return None;
    }
    let mut rest = text.trim_start_matches(':');
    loop {
        rest = rest.trim_start();
        if rest.starts_with('}') {
            return Some(pairs);
        }
        let end = rest.find(|c: char| c.is_whitespace() || "=}".contains(c))?;
        let key = &rest[..end];
        rest = &rest[end..];
        let Some(after) = rest.strip_prefix('=') else { continue };
        let quote = after.chars().next().filter(|quote| "\"'".contains(*quote));
        let value = match quote {
            Some(quote) => {
                let end = after[1..].find(quote)?;
                rest = &after[end + 2..];
                &after[1..=end]
            }
            None => {
                let end = after.find(|c: char| c.is_whitespace() || c == '}')?;
                rest = &after[end..];
                &after[..end]
            }
        };
        pairs.push((key.to_owned(), value.to_owned()));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_are_heard() {
        let standing = |text: &str| said(text).standing;
        for text in [
            "{fig-alt=\"Two boats\"}",
            "{alt='Two } boats' width=50%}",
            "{: alt=\"Two boats\" }",
            " {#id .wide fig-alt=boats}",
            "{:alt=boats}",
            "{\n  fig-alt=\"Two boats\"\n}",
            "{aria-label=Boats}",
            "{title='Boats'}",
        ] {
            assert_eq!(standing(text), Some(Standing::Named), "{text}");
        }
        for text in [
            "{role=\"presentation\"}",
            "{aria-hidden=true}",
            "{alt=\"\"}",
            "{.a fig-alt=''}",
            "\n{: aria-hidden=true}",
        ] {
            assert_eq!(standing(text), Some(Standing::Hidden), "{text}");
        }
        for text in
            ["{width=50%}", "{.wide}", "", "{alt=\"open", "text {alt=x}", "\n{alt=x}", "{{ alt=x }}", "{"]
        {
            assert_eq!(standing(text), None, "{text}");
        }
        assert_eq!(said("{lang=de}").language.as_deref(), Some("de"));
    }
}
