//! The suggestion: caption, doubt, other candidates, and the text to edit and copy.

use leptos::prelude::*;
use showtell::Caption;
use wasm_bindgen_futures::{JsFuture, spawn_local};

use super::attention::Words;
use crate::app::Page;

/// What came out, or why nothing did.
#[component]
pub fn Outcome(
    /// What the page shows.
    page: Page,
) -> impl IntoView {
    view! {
        <section class="outcome" aria-label="Suggestion" aria-live="polite">
            {move || page.error.get().map(|error| view! {
                <p class="error" role="alert" data-testid="error">{error}</p>
            })}
            {move || page.caption.get().map(|caption| view! { <Suggestion page caption /> })}
        </section>
    }
}

/// Sentences offered; a wide search finds more, hardly different from these.
const CANDIDATES: usize = 5;

#[component]
fn Suggestion(page: Page, caption: Caption) -> impl IntoView {
    let percent = format!("{:.0} %", caption.confidence * 100.0);
    let told = caption.told();
    let first = caption.text.clone();
    let others = caption.alternatives.clone();
    let copied = RwSignal::new(false);
    let copy = move |_| {
        let text = page.alt_text.get_untracked();
        spawn_local(async move {
            let Some(window) = web_sys::window() else { return };
            let written = JsFuture::from(window.navigator().clipboard().write_text(&text)).await;
            copied.set(written.is_ok());
            if written.is_err() {
                page.error.set(Some(
                    "The browser did not allow copying: select the text and copy it by hand.".into(),
                ));
            }
        });
    };
    let pick = move |text: String| {
        page.alt_text.set(text);
        copied.set(false);
    };
    view! {
        <blockquote class="caption" data-testid="caption">{told}</blockquote>
        <Words page words=caption.words />
        <p class="confidence">
            "Confidence: " <strong data-testid="confidence">{percent}</strong>
            <span class="time">{format!(" · {:.1} s", page.milliseconds.get_untracked() / 1000.0)}</span>
        </p>
        <label class="edit">
            <span>"Alt text, yours to edit"</span>
            <textarea
                rows="3"
                data-testid="alt-text"
                prop:value=move || page.alt_text.get()
                on:input=move |event| { page.alt_text.set(event_target_value(&event)); copied.set(false); }
            ></textarea>
        </label>
        <button type="button" class="button" data-testid="copy" on:click=copy>
            {move || if copied.get() { "Copied" } else { "Copy alt text" }}
        </button>
        <div class="alternatives" data-testid="alternatives">
            <h2>"Candidates"</h2>
            <ul>
                {std::iter::once(first)
                    .chain(others.into_iter().map(|other| other.text))
                    .take(CANDIDATES)
                    .map(|text| {
                        let (shown, picked) = (text.clone(), text.clone());
                        view! {
                            <li>
                                <button
                                    type="button"
                                    aria-pressed=move || (page.alt_text.get() == text).to_string()
                                    on:click=move |_| pick(picked.clone())
                                >
                                    {shown}
                                </button>
                            </li>
                        }
                    })
                    .collect_view()}
            </ul>
        </div>
    }
}
