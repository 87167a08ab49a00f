//! HTML as browsers read it: html5gum cuts it into tags and text with their places, html5ever's tree builder makes a
//! tree of them, and tells the one how the other has to read on.

use std::collections::HashMap;
use std::convert::Infallible;

use html5ever::tendril::StrTendril;
use html5ever::tokenizer::states::RawKind;
use html5ever::tokenizer::{Doctype, TagKind, Token, TokenSink, TokenSinkResult};
use html5ever::tree_builder::{TreeBuilder, TreeBuilderOpts};
use html5ever::{Attribute, LocalName, QualName, interface::TreeSink, ns};
use html5gum::emitters::callback::{Callback, CallbackEmitter, CallbackEvent};
use html5gum::{Emitter, ForwardingEmitter, Span, State, Tokenizer};

use super::tag::Tag;
use super::tree::{NUMBER, Place, Sink, Tree};
use crate::PageError;

/// Elements that the tree builder copies where they are closed in the wrong order. Of those that are alike it keeps
/// no more than three (HTML Standard, 13.2.4.3), so that they must be alike to it.
const COPIED: [&str; 14] =
    ["a", "b", "big", "code", "em", "font", "i", "nobr", "s", "small", "strike", "strong", "tt", "u"];

/// A page, taken apart.
#[derive(Debug)]
pub struct Parsed {
    /// Its elements.
    pub tree: Tree,
    /// Its start tags, also those that the tree has no element for.
    pub tags: Vec<Tag>,
    /// Everything else, in short: end tags, text and comments, each with its number of start tags before it.
    pub rest: Vec<(usize, Rest)>,
}

/// What is no start tag.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Rest {
    /// An end tag.
    End(String),
    /// Text, as it is read.
    Text(Vec<u8>),
    /// A comment.
    Comment(Vec<u8>),
}

/// How many open elements may be looked through for all tags and texts of a page, besides [`LOOKS_A_BYTE`]: the tree
/// builder goes through those that are open for each of them, which takes half a second for so many.
const MOST_LOOKS: usize = 1 << 26;
/// And for each byte of it: a tag in two hundred others may be as short as it likes.
const LOOKS_A_BYTE: usize = 16;

/// Reads a page. At the places in `probes`, which rise, begin tags that stand for images of another language.
///
/// # Errors
/// [`PageError::Deep`].
pub fn parse(bytes: &[u8], probes: &[usize]) -> Result<Parsed, PageError> {
    let options = TreeBuilderOpts { scripting_enabled: true, ..TreeBuilderOpts::default() };
    let mut feeder = Feeder {
        bytes,
        probes,
        builder: TreeBuilder::new(Sink::new(), options),
        tags: Vec::new(),
        rest: Vec::new(),
        alike: HashMap::new(),
        start: 0,
        next: None,
        looks: 0,
        most_looks: MOST_LOOKS + LOOKS_A_BYTE * bytes.len(),
    };
    let emitter = Build { inner: CallbackEmitter::new(Ear(&mut feeder)) };
    let Ok(()) = Tokenizer::new_with_emitter(bytes, emitter).finish();
    if feeder.looks > feeder.most_looks {
        return Err(PageError::Deep);
    }
    Ok(Parsed { tree: feeder.builder.sink.finish(), tags: feeder.tags, rest: feeder.rest })
}

/// What takes the pieces in.
struct Feeder<'a> {
    bytes: &'a [u8],
    probes: &'a [usize],
    builder: TreeBuilder<Place, Sink>,
    tags: Vec<Tag>,
    rest: Vec<(usize, Rest)>,
    /// Tags that mean the same, by their bytes.
    alike: HashMap<&'a [u8], usize>,
    /// Where the tag that is open begins.
    start: usize,
    /// How to read on.
    next: Option<State>,
    /// Elements that were open, over all pieces of the page.
    looks: usize,
    most_looks: usize,
}

impl Feeder<'_> {
    fn process(&mut self, token: Token) {
        self.looks += self.builder.sink.depth();
        if self.looks > self.most_looks {
            return;
        }
        self.next = match self.builder.process_token(token, 1) {
            TokenSinkResult::Continue | TokenSinkResult::EncodingIndicator(_) => return,
            TokenSinkResult::Script(_) => Some(State::Data),
            TokenSinkResult::Plaintext => Some(State::PlainText),
            TokenSinkResult::RawData(RawKind::Rcdata) => Some(State::RcData),
            TokenSinkResult::RawData(RawKind::Rawtext) => Some(State::RawText),
            TokenSinkResult::RawData(RawKind::ScriptData | RawKind::ScriptDataEscaped(_)) => {
                Some(State::ScriptData)
            }
        };
    }

    fn start_tag(&mut self, end: usize, self_closing: bool) {
        let span = self.start..end;
        let mut tag = Tag::read(self.bytes, span.clone());
        if self.probes.binary_search(&span.start).is_ok() {
            "img".clone_into(&mut tag.name);
        }
        let mut number = self.tags.len();
        if COPIED.contains(&tag.name.as_str()) {
            number = *self.alike.entry(&self.bytes[span]).or_insert(number);
        }
        let own = |name: &str, value: &str| Attribute {
            name: QualName::new(None, ns!(), LocalName::from(name)),
            value: StrTendril::from_slice(value),
        };
        let mut attrs = vec![own(NUMBER, &number.to_string())];
        // What else the tree builder asks for: `<input type=hidden>` stays in tables, `annotation-xml` may hold HTML,
        // `<font color>` ends a drawing.
        for name in ["type", "encoding", "color", "face", "size"] {
            if let Some(value) = tag.attribute(name).map(|attribute| attribute.value.clone()) {
                let value = value.map(|value| String::from_utf8_lossy(&self.bytes[value]).into_owned());
                attrs.push(own(name, &value.unwrap_or_default()));
            }
        }
        let name = LocalName::from(tag.name.as_str());
        self.tags.push(tag);
        let kind = TagKind::StartTag;
        let tag =
            html5ever::tokenizer::Tag { kind, name, self_closing, attrs, had_duplicate_attributes: false };
        self.process(Token::TagToken(tag));
    }
}

impl Feeder<'_> {
    fn take(&mut self, event: CallbackEvent<'_>, span: Span<usize>) {
        let text = |bytes: &[u8]| StrTendril::from_slice(&String::from_utf8_lossy(bytes));
        let before = self.tags.len();
        match event {
            CallbackEvent::OpenStartTag { .. } => self.start = span.start,
            CallbackEvent::CloseStartTag { self_closing } => self.start_tag(span.end, self_closing),
            CallbackEvent::EndTag { name } => {
                let word = String::from_utf8_lossy(name).to_ascii_lowercase();
                let (kind, name, attrs) = (TagKind::EndTag, LocalName::from(word.as_str()), Vec::new());
                self.rest.push((before, Rest::End(word)));
                self.process(Token::TagToken(html5ever::tokenizer::Tag {
                    kind,
                    name,
                    self_closing: false,
                    attrs,
                    had_duplicate_attributes: false,
                }));
            }
            CallbackEvent::String { value } => {
                self.rest.push((before, Rest::Text(value.to_vec())));
                for (place, part) in value.split(|&byte| byte == 0).enumerate() {
                    if place > 0 {
                        self.process(Token::NullCharacterToken);
                    }
                    if !part.is_empty() {
                        self.process(Token::CharacterTokens(text(part)));
                    }
                }
            }
            CallbackEvent::Comment { value } => {
                self.rest.push((before, Rest::Comment(value.to_vec())));
                self.process(Token::CommentToken(text(value)));
            }
            CallbackEvent::Doctype { name, public_identifier, system_identifier, force_quirks } => {
                self.process(Token::DoctypeToken(Doctype {
                    name: Some(name).filter(|name| !name.is_empty()).map(text),
                    public_id: public_identifier.map(text),
                    system_id: system_identifier.map(text),
                    force_quirks,
                }));
            }
            CallbackEvent::AttributeName { .. }
            | CallbackEvent::AttributeValue { .. }
            | CallbackEvent::Error(_) => {}
        }
    }
}

/// Hands over what html5gum finds, which keeps its listener to itself.
struct Ear<'e, 'a>(&'e mut Feeder<'a>);

impl Callback<Infallible, usize> for Ear<'_, '_> {
    fn handle_event(&mut self, event: CallbackEvent<'_>, span: Span<usize>) -> Option<Infallible> {
        self.0.take(event, span);
        None
    }
}

/// html5gum's own emitter, that reads on as the tree builder says.
struct Build<'e, 'a> {
    inner: CallbackEmitter<Ear<'e, 'a>, Infallible, usize>,
}

impl ForwardingEmitter for Build<'_, '_> {
    type Token = Infallible;

    fn inner(&mut self) -> &mut impl Emitter<Token = Infallible> {
        &mut self.inner
    }

    fn should_emit_errors(&mut self) -> bool {
        false
    }

    fn emit_eof(&mut self) {
        self.inner.emit_eof();
        let feeder = &mut *self.inner.callback_mut().0;
        feeder.process(Token::EOFToken);
        feeder.builder.end();
    }

    fn emit_current_tag(&mut self) -> Option<State> {
        let _ = self.inner.emit_current_tag();
        self.inner.callback_mut().0.next.take()
    }

    fn adjusted_current_node_present_but_not_in_html_namespace(&mut self) -> bool {
        self.inner.callback_mut().0.builder.adjusted_current_node_present_but_not_in_html_namespace()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn elements_too_deep_in_each_other_are_refused_in_time() {
        let begun = std::time::Instant::now();
        for start in ["<div>", "<section><span>", "<table><td>", "<ul><li>", "<font><div>"] {
            let page = start.repeat(100_000) + "<img src=a>";
            let found = parse(page.as_bytes(), &[]).map(drop);
            assert!(matches!(found, Err(PageError::Deep)), "{start}: {found:?}");
        }
        assert!(begun.elapsed().as_secs() < 30, "{:?}", begun.elapsed());
        let large = "<div>".repeat(100) + &"<p><img src=a><a href=x>x</a>".repeat(100_000);
        for page in ["<div>".repeat(5000), large] {
            assert!(parse(page.as_bytes(), &[]).is_ok());
        }
    }
}
