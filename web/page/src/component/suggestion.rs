//! What came out: caption, doubt, words, other candidates; or why nothing did.

use leptos::prelude::*;
use leptos_fluent::tr;

use super::attention::Words;
use super::editor::Editor;
use super::queue::retry;
use super::tree::Tree;
use crate::desk::{Desk, Entry, Finding, Progress};
use crate::language;
use crate::link::Link;

/// The result of the photo shown.
#[component]
pub fn Outcome(
    /// What lies on the desk.
    desk: Desk,
    /// The worker.
    link: Link,
) -> impl IntoView {
    // Says what has become of the photo shown, once each.
    Effect::new(move |_| {
        let Some(entry) = desk.shown() else { return };
        let said = entry.progress.with(|progress| match progress {
            Progress::Done(finding) => {
                let text = language::told(&finding.caption);
                Some(tr!("said-caption", { "name" => entry.name.clone(), "text" => text }))
            }
            Progress::Refused(refusal) => {
                let reason = language::refusal(refusal);
                Some(tr!("said-refused", { "name" => entry.name.clone(), "reason" => reason }))
            }
            Progress::Waiting | Progress::Working => None,
        });
        if let Some(said) = said {
            desk.said.set(said);
        }
    });
    let content = move || {
        let Some(entry) = desk.shown() else { return view! { <Welcome /> }.into_any() };
        match entry.progress.get() {
            Progress::Done(finding) => view! { <Suggestion desk entry finding /> }.into_any(),
            Progress::Refused(refusal) => {
                let again = entry.clone();
                let reason = format!("{}: {}", entry.name, language::refusal(&refusal));
                view! {
                    <p class="error" data-testid="error">{reason}</p>
                    <button
                        type="button"
                        data-testid="retry"
                        on:click=move |_| { retry(desk, &again); link.pump(); }
                    >
                        {tr!("entry-retry")}
                    </button>
                    <Editor desk entry />
                }
                .into_any()
            }
            Progress::Waiting | Progress::Working => {
                view! { <div class="awaited" aria-hidden="true"><span></span><span></span><span></span></div> }
                    .into_any()
            }
        }
    };
    view! { <section class="outcome" aria-label=move || tr!("suggestion")>{content}</section> }
}

#[component]
fn Welcome() -> impl IntoView {
    view! {
        <h2 class="caption">{tr!("empty-title")}</h2>
        <p class="lead">{tr!("empty-text")}</p>
    }
}

/// Sentences offered; a wide search finds more, hardly different from these.
const CANDIDATES: usize = 5;

#[component]
fn Suggestion(desk: Desk, entry: Entry, finding: Finding) -> impl IntoView {
    let (word, detail) = language::confidence(&finding);
    let Finding { caption, milliseconds } = finding;
    let told = language::told(&caption);
    let seconds = format!("{:.1}", milliseconds / 1000.0);
    let texts: Vec<String> = std::iter::once(caption.text.clone())
        .chain(caption.alternatives.iter().map(|other| other.text.clone()))
        .take(CANDIDATES)
        .collect();
    let draft = entry.draft.clone();
    let id = entry.id;
    let candidates = texts.into_iter().map(move |text| {
        let (shown, picked, compared, draft) = (text.clone(), text.clone(), text, draft.clone());
        let read = draft.clone();
        view! {
            <li>
                <button
                    type="button"
                    aria-pressed=move || read.with(|draft| draft.description == compared).to_string()
                    on:click=move |_| {
                        draft.update(|draft| {
                            draft.purpose = showtell_types::alt::Purpose::Informative;
                            draft.write(picked.clone());
                        });
                        desk.save(id);
                    }
                >
                    {shown}
                </button>
            </li>
        }
    });
    view! {
        <blockquote class="caption" data-testid="caption" lang="en">{told}</blockquote>
        <p class="confidence">
            {tr!("confidence")} " " <strong data-testid="confidence">{word}</strong>
            <span>{(!detail.is_empty()).then(|| format!(" · {detail}"))}</span>
            <span class="time">" · " {tr!("seconds", { "seconds" => seconds })}</span>
        </p>
        <Words desk words=caption.words.clone() />
        <Editor desk entry />
        <div class="alternatives" data-testid="alternatives">
            <h2>{tr!("candidates")}</h2>
            <ul lang="en">{candidates.collect_view()}</ul>
        </div>
        <Tree caption />
    }
}
