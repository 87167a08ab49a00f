//! The search as a tree: where the sentences it kept part from each other.

use leptos::prelude::*;
use leptos_fluent::tr;
use showtell_types::{Caption, Word};

/// Sentences in the tree; more would only repeat its twigs.
const SENTENCES: usize = 6;

/// A run of words that sentences share, and how they go on.
#[derive(Debug, Clone, PartialEq)]
struct Branch {
    words: Vec<String>,
    /// Sum of the words' natural log-probabilities.
    log_probability: f32,
    /// Whether the caption runs through it.
    best: bool,
    next: Vec<Branch>,
}

/// Grows the tree of sentences, the caption's first.
fn grow(sentences: &[&[Word]], best: bool) -> Vec<Branch> {
    // Where the caption has ended, only others go on.
    let best = best && sentences.first().is_some_and(|caption| !caption.is_empty());
    let mut starts: Vec<(&str, Vec<&[Word]>)> = Vec::new();
    for sentence in sentences {
        let Some((first, _)) = sentence.split_first() else { continue };
        match starts.iter_mut().find(|(word, _)| *word == first.word) {
            Some((_, group)) => group.push(sentence),
            None => starts.push((&first.word, vec![sentence])),
        }
    }
    let branches = starts.into_iter().enumerate().map(|(place, (_, group))| {
        let shared = (1..)
            .take_while(|&length| {
                let run = group[0].get(..length);
                run.is_some_and(|run| {
                    group.iter().all(|other| {
                        other.len() >= length && other.iter().zip(run).all(|(a, b)| a.word == b.word)
                    })
                })
            })
            .last()
            .unwrap_or(1);
        let rests: Vec<&[Word]> = group.iter().map(|sentence| &sentence[shared..]).collect();
        let best = best && place == 0;
        Branch {
            words: group[0][..shared].iter().map(|word| word.word.clone()).collect(),
            log_probability: group[0][..shared].iter().map(|word| word.log_probability).sum(),
            best,
            next: grow(&rests, best),
        }
    });
    branches.collect()
}

/// The tree, folded away.
#[component]
pub fn Tree(
    /// The caption with the other sentences.
    caption: Caption,
) -> impl IntoView {
    // Grown when it is first opened: most people never look.
    let opened = RwSignal::new(false);
    let tree = move || {
        let sentences: Vec<&[Word]> = std::iter::once(caption.words.as_slice())
            .chain(caption.alternatives.iter().map(|other| other.words.as_slice()))
            .filter(|words| !words.is_empty())
            .take(SENTENCES)
            .collect();
        opened.get().then(|| branches(grow(&sentences, true)))
    };
    view! {
        <details class="tree" data-testid="tree" on:toggle=move |_| opened.set(true)>
            <summary>{tr!("tree")}</summary>
            <p class="hint small">{tr!("tree-hint")}</p>
            <div lang="en">{tree}</div>
        </details>
    }
}

fn branches(tree: Vec<Branch>) -> AnyView {
    if tree.is_empty() {
        return ().into_any();
    }
    let items = tree.into_iter().map(|branch| {
        let percent = percent(branch.log_probability);
        view! {
            <li class:best=branch.best>
                <span class="run">{branch.words.join(" ")}</span> " " <span class="chance">{percent}</span>
                {branches(branch.next)}
            </li>
        }
    });
    view! { <ul>{items.collect_view()}</ul> }.into_any()
}

/// A probability with as many digits as say something.
fn percent(log_probability: f32) -> String {
    match log_probability.exp() * 100.0 {
        percent if percent >= 0.95 => format!("{percent:.0} %"),
        percent if percent >= 0.05 => format!("{percent:.1} %"),
        _ => "< 0.1 %".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn small_shares_are_not_nothing() {
        assert_eq!([-0.7, -5.0, -9.0].map(percent), ["50 %", "0.7 %", "< 0.1 %"]);
    }

    fn sentence(text: &str) -> Vec<Word> {
        let word = |word: &str| Word { word: word.into(), log_probability: -0.5, attention: vec![] };
        text.split(' ').map(word).collect()
    }

    fn drawn(tree: &[Branch]) -> String {
        let one = |branch: &Branch| {
            let star = if branch.best { "*" } else { "" };
            let next = drawn(&branch.next);
            let next = if next.is_empty() { next } else { format!("({next})") };
            format!("{}{star}{next}", branch.words.join(" "))
        };
        tree.iter().map(one).collect::<Vec<_>>().join(", ")
    }

    #[test]
    fn sentences_part_where_they_differ() {
        let sentences = ["a dog runs in grass", "a dog runs", "a dog jumps", "two dogs run"].map(sentence);
        let tree = grow(&sentences.each_ref().map(Vec::as_slice), true);
        assert_eq!(drawn(&tree), "a dog*(runs*(in grass*), jumps), two dogs run");
        assert_eq!(tree[0].log_probability, -1.0);
        assert!(grow(&[], true).is_empty());

        let sentences = ["a dog", "a dog in grass"].map(sentence);
        let tree = grow(&sentences.each_ref().map(Vec::as_slice), true);
        assert_eq!(drawn(&tree), "a dog*(in grass)");
    }
}
