//! A longest-match lexer: at each position the rule that reaches furthest wins, the earlier of two
//! that reach equally far. What a rule wants to see behind its token counts as reach.

use std::borrow::Cow;
use std::ops::Range;
use std::sync::OnceLock;

use regex_automata::hybrid::dfa::{Cache, Config, DFA};
use regex_automata::nfa::thompson::{self, NFA};
use regex_automata::util::pool::Pool;
use regex_automata::util::syntax;
use regex_automata::{Anchored, Input, MatchKind};

/// What becomes of the text a rule found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Action {
    /// It is a token.
    Keep,
    /// It is no token.
    Skip,
    /// It is a token under this name.
    Name(&'static str),
    /// It is a token but for so many characters at its end, which are read again.
    Without(usize),
    /// It is a token once these are replaced.
    Replace(&'static [(&'static str, &'static str)]),
}

/// A kind of token.
#[derive(Debug, Clone)]
pub struct Rule {
    /// The token's own text.
    pub token: String,
    /// What must follow it.
    pub ahead: Option<String>,
    /// What becomes of it.
    pub action: Action,
}

/// Compiled rules.
#[derive(Debug)]
pub struct Lexer {
    all: DFA,
    /// For rules that look ahead, the token alone, compiled when first needed.
    alone: Vec<Option<(String, OnceLock<DFA>)>>,
    actions: Vec<Action>,
    caches: Pool<Caches, fn() -> Caches>,
}

/// Working memory of one thread: for all rules, then for each that looks ahead.
#[derive(Debug, Default)]
struct Caches {
    all: Option<Cache>,
    alone: Vec<Option<Cache>>,
}

impl Lexer {
    /// Compiles rules.
    ///
    /// # Panics
    /// When a rule is no regular expression; the rules are ours, and a test compiles them.
    #[must_use]
    pub fn new(rules: &[Rule]) -> Self {
        let whole: Vec<String> = rules
            .iter()
            .map(|rule| format!("(?:{})(?:{})", rule.token, rule.ahead.as_deref().unwrap_or_default()))
            .collect();
        let alone =
            rules.iter().map(|rule| rule.ahead.as_ref().map(|_| (rule.token.clone(), OnceLock::new())));
        Self {
            all: compile(&whole.iter().map(String::as_str).collect::<Vec<_>>()),
            alone: alone.collect(),
            actions: rules.iter().map(|rule| rule.action).collect(),
            caches: Pool::new(Caches::default),
        }
    }

    /// Calls `each` with the tokens of a text, in order. A character that no rule knows is dropped.
    ///
    /// `kinds` has a byte for each character, by which the rules know it; `text` gives a piece of
    /// the text by places of characters.
    pub fn tokens<'a>(
        &self,
        kinds: &[u8],
        text: impl Fn(Range<usize>) -> &'a str,
        mut each: impl FnMut(&str),
    ) {
        let mut caches = self.caches.get();
        let Caches { all, alone } = &mut *caches;
        let all = all.get_or_insert_with(|| self.all.create_cache());
        alone.resize_with(self.alone.len(), || None);
        let mut at = 0;
        while at < kinds.len() {
            let Some((rule, mut reach)) = longest(&self.all, all, &kinds[at..]) else {
                at += 1;
                continue;
            };
            if let Some((pattern, dfa)) = &self.alone[rule] {
                let dfa = dfa.get_or_init(|| compile(&[pattern]));
                let cache = alone[rule].get_or_insert_with(|| dfa.create_cache());
                reach = longest(dfa, cache, &kinds[at..at + reach]).map_or(reach, |(_, reach)| reach);
            }
            if let Action::Without(characters) = self.actions[rule] {
                reach -= characters;
            }
            let token = at..at + reach;
            at += reach;
            match self.actions[rule] {
                Action::Keep | Action::Without(_) => each(text(token)),
                Action::Skip => {}
                Action::Name(name) => each(name),
                Action::Replace(pairs) => {
                    let replaced = pairs.iter().fold(Cow::Borrowed(text(token)), |text, (from, to)| {
                        if text.contains(from) { Cow::Owned(text.replace(from, to)) } else { text }
                    });
                    each(&replaced);
                }
            }
        }
    }
}

fn compile(patterns: &[&str]) -> DFA {
    let nfa = NFA::compiler()
        .syntax(syntax::Config::new().unicode(false).utf8(false))
        .configure(thompson::Config::new().utf8(false))
        .build_many(patterns)
        .unwrap_or_else(|error| panic!("a rule is no regular expression: {error}"));
    DFA::builder()
        .configure(Config::new().match_kind(MatchKind::All).cache_capacity(16 << 20))
        .build_from_nfa(nfa)
        .unwrap_or_else(|error| panic!("the rules make no automaton: {error}"))
}

/// The rule that reaches furthest from the start, and how far.
fn longest(dfa: &DFA, cache: &mut Cache, kinds: &[u8]) -> Option<(usize, usize)> {
    let input = Input::new(kinds).anchored(Anchored::Yes);
    // An error means that the automaton gave up; ours never quits and may always clear its cache.
    let found = dfa.try_search_fwd(cache, &input).ok().flatten()?;
    Some((found.pattern().as_usize(), found.offset())).filter(|(_, reach)| *reach > 0)
}
