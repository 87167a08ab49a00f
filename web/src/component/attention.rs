//! Where the model looked for each word.

use leptos::prelude::*;
use showtell::Word;

use crate::app::Page;

/// How much of the photo the strongest region hides.
const STRONGEST: f32 = 0.72;

/// Lays the attention of the word pointed at over the photo: what the word came from stays clear,
/// the rest is dimmed. The regions' square grid stretches with the photo, as the photo was
/// squashed for the model.
#[component]
pub fn Attention(
    /// What the page shows.
    page: Page,
) -> impl IntoView {
    let weights = move || {
        let word = page.word.get()?;
        page.caption
            .with(|caption| Some(caption.as_ref()?.words.get(word)?.attention.clone()))
            .filter(|map| !map.is_empty())
    };
    move || {
        weights().map(|weights| {
        let side = (weights.len() as f64).sqrt().round() as usize;
        let strongest = weights.iter().copied().fold(f32::MIN_POSITIVE, f32::max);
        view! {
            <div class="attention" data-testid="attention" aria-hidden="true" style=format!("grid-template-columns: repeat({side}, 1fr)")>
                {weights
                    .into_iter()
                    .map(|weight| {
                        let shade = STRONGEST * (1.0 - weight / strongest);
                        view! { <span style=format!("background: rgb(12 16 18 / {shade:.3})")></span> }
                    })
                    .collect_view()}
            </div>
        }
    })
    }
}

/// The caption's words; pointing at one shows its attention.
#[component]
pub fn Words(
    /// What the page shows.
    page: Page,
    /// The caption's words, with their attention.
    words: Vec<Word>,
) -> impl IntoView {
    // Not every decoder looks at regions.
    let prompt = if words.iter().any(|word| !word.attention.is_empty()) {
        "Point at a word to see where it came from:"
    } else {
        "Point at a word to see how likely it was:"
    };
    let buttons = words.into_iter().enumerate().map(|(index, word)| {
        let probability = format!("{:.0} %", word.log_probability.exp() * 100.0);
        let leave = move || page.word.set(None);
        view! {
            <button
                type="button"
                title=probability
                data-log-probability=word.log_probability
                on:mouseenter=move |_| page.word.set(Some(index))
                on:mouseleave=move |_| leave()
                on:focus=move |_| page.word.set(Some(index))
                on:blur=move |_| leave()
            >
                {word.word}
            </button>
        }
    });
    view! { <p class="words"><span>{prompt}</span> {buttons.collect_view()}</p> }
}
