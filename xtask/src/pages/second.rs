//! Second readers of pages, which share nothing with those that the program finds images with: html5gum,
//! and for Markdown markdown-rs before it.

use anyhow::{Context, anyhow, bail};
use html5gum::emitters::default::DefaultEmitter;
use html5gum::{Token, Tokenizer};

/// Texts of the site that say nothing.
const POOR: [&str; 4] = ["image", "photo", "photo.jpg", "IMG_2041.jpg"];

/// Says where two pages differ by more than the alt texts of images that had nothing to say; returns how
/// many alt texts differ.
pub fn compare(markdown: bool, old: &[u8], new: &[u8]) -> anyhow::Result<usize> {
    let [old, new] = [old, new].map(|bytes| if markdown { rendered(bytes) } else { Ok(bytes.to_vec()) });
    let (old, new) = (parts(&old?), parts(&new?));
    if old.len() != new.len() {
        bail!("{} tags, texts and comments have become {}", old.len(), new.len());
    }
    let mut changed = 0;
    for (old, new) in old.iter().zip(&new) {
        if old.rest != new.rest {
            bail!("{} has become {}", old.rest, new.rest);
        }
        if old.alt != new.alt {
            let alt = new.alt.as_deref().unwrap_or_default();
            // Markdown has no images without a text, only empty ones.
            let silent =
                old.alt.as_deref().is_none_or(|was| POOR.contains(&was) || (markdown && was.is_empty()));
            if alt.is_empty() || !silent {
                bail!("the author's {:?} has become {alt:?}", old.alt);
            }
            changed += 1;
        }
    }
    Ok(changed)
}

fn rendered(bytes: &[u8]) -> anyhow::Result<Vec<u8>> {
    let mut options = markdown::Options::gfm();
    options.compile.allow_dangerous_html = true;
    options.parse.constructs.frontmatter = true;
    let text = std::str::from_utf8(bytes).context("no UTF-8")?;
    let html = markdown::to_html_with_options(text, &options).map_err(|message| anyhow!("{message}"))?;
    Ok(html.into_bytes())
}

/// A tag, text or comment: all there is to it, and beside that the alt text of an image.
#[derive(Debug)]
struct Part {
    rest: String,
    alt: Option<String>,
}

/// All parts of a page, in their order.
fn parts(html: &[u8]) -> Vec<Part> {
    let mut emitter = DefaultEmitter::default();
    // What stands in scripts and styles is no tag.
    emitter.naively_switch_states(true);
    let tokens = Tokenizer::new_with_emitter(html, emitter).flatten();
    let parts = tokens.filter_map(|token| match token {
        // A space that an attribute lacked before is no error any more.
        Token::Error(_) => None,
        Token::StartTag(mut tag) => {
            let image = tag.name.as_slice() == b"img";
            let alt = if image { tag.attributes.remove(b"alt".as_slice()) } else { None };
            let alt = alt.map(|alt| String::from_utf8_lossy(&alt).into_owned());
            Some(Part { rest: format!("{tag:?}"), alt })
        }
        token => Some(Part { rest: format!("{token:?}"), alt: None }),
    });
    parts.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_but_poor_texts_may_change() {
        let changed = |old: &str, new: &str| compare(false, old.as_bytes(), new.as_bytes()).ok();
        assert_eq!(changed("<p><img src=a>", "<p><img src=a alt='A dog.'>"), Some(1));
        assert_eq!(changed("<p><img src='a'id=b>", "<p><img src='a' alt='A dog.' id=b>"), Some(1));
        assert_eq!(changed("<p><img src=a alt=image>", "<p><img src=a alt='A dog.'>"), Some(1));
        assert_eq!(changed("<p><img src=a>", "<p><img src=a>"), Some(0));
        assert_eq!(changed("<p><img src=a alt=''>", "<p><img src=a alt='A dog.'>"), None);
        assert_eq!(changed("<p><img src=a alt='A cat'>", "<p><img src=a alt='A dog.'>"), None);
        assert_eq!(changed("<p><img src=a>", "<p><img src=b alt='A dog.'>"), None);
        assert_eq!(changed("<p>a<img src=a>", "<p>b<img src=a alt='A dog.'>"), None);
        assert_eq!(changed("<script>'<img>'</script>", "<script>'<img alt=x>'</script>"), None);
        let markdown = |old: &str, new: &str| compare(true, old.as_bytes(), new.as_bytes()).ok();
        assert_eq!(markdown("![](a) *b*", "![A dog.](a) *b*"), Some(1));
        assert_eq!(markdown("![](a) *b*", "![A dog.](a) **b**"), None);
    }
}
