//! What a page says beside the texts of its images, by which a page that was edited is known to say the same.

use std::fmt::Write;
use std::hash::{DefaultHasher, Hash, Hasher};

use pulldown_cmark::{Event, Tag, TagEnd};

/// What a page says beside the texts of its images and its HTML, in short.
#[derive(Default)]
pub(super) struct Outline {
    hasher: DefaultHasher,
    /// Images around.
    depth: usize,
}

impl Outline {
    /// Remembers what a page says next.
    pub(super) fn take(&mut self, event: &Event<'_>) {
        // Writing into a hasher cannot fail.
        let mut say = |what: &dyn std::fmt::Debug| {
            let _ = write!(Words(&mut self.hasher), "{what:?}");
        };
        match event {
            Event::Start(Tag::Image { dest_url, title, .. }) => {
                self.depth += 1;
                // Kind and name of the reference may change with the text.
                say(&("image", dest_url, title));
            }
            Event::End(TagEnd::Image) => {
                self.depth -= 1;
                say(&"end");
            }
            _ if self.depth > 0 => {}
            Event::Html(_) => say(&"html"),
            Event::InlineHtml(_) => say(&"inline html"),
            event => say(event),
        }
    }

    /// All of it in one number, with the length of the byte order mark and what the page's HTML says.
    pub(super) fn with(mut self, mark: usize, html: u64) -> u64 {
        (mark, html).hash(&mut self.hasher);
        self.hasher.finish()
    }
}

/// A hasher that is written into.
struct Words<'a>(&'a mut DefaultHasher);

impl std::fmt::Write for Words<'_> {
    fn write_str(&mut self, text: &str) -> std::fmt::Result {
        self.0.write(text.as_bytes());
        Ok(())
    }
}
