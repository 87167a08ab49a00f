//! What came out: caption, doubt, words, other candidates; or why nothing did.

use leptos::prelude::*;
use leptos_fluent::tr;
use showtell_types::{Caption, Rung};

use super::attention::Words as Shares;
use super::declined::{Carried, Declined};
use super::editor::Editor;
use super::inscription::Words as Inscribed;
use super::queue::{can_be_retried, retry};
use super::tree::Tree;
use crate::desk::{Desk, Entry, Finding, Notice, Progress, Said};
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
        let name = entry.path.clone();
        let said = entry.progress.with(|progress| match progress {
            Progress::Done(finding) => {
                let (own, english) = language::hedged(&finding.caption);
                Some(Said { own: tr!("said-caption", { "name" => name, "text" => own }), english })
            }
            Progress::Refused(refusal) => {
                let reason = language::refusal(refusal, &name);
                let own = tr!("said-refused", { "name" => name, "reason" => reason });
                Some(Said { own, english: String::new() })
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
            Progress::Done(finding) if finding.caption.answer.rung == Rung::Nothing => {
                view! { <Declined desk link entry finding /> }.into_any()
            }
            Progress::Done(finding) => view! { <Suggestion desk link entry finding /> }.into_any(),
            Progress::Refused(refusal) => {
                let (name, again, carried) = (entry.path.clone(), entry.clone(), entry.clone());
                let detail = language::detail(&refusal).map(ToOwned::to_owned).map(|detail| view! {
                    <details class="small"><summary>{move || tr!("details")}</summary><p lang="en">{detail}</p></details>
                });
                let reason = move || format!("{name}: {}", language::refusal(&refusal, &name));
                let retriable = can_be_retried(&entry);
                view! {
                    <div class="error"><p data-testid="error">{reason}</p>{detail}</div>
                    {retriable.then(|| view! {
                        <button
                            type="button"
                            data-testid="retry"
                            on:click=move |_| { retry(desk, &again); link.pump(); super::strip::focus_shown(); }
                        >
                            {move || tr!("entry-retry")}
                        </button>
                    })}
                    {move || carried.carried.get().map(|text| view! { <Carried desk entry=carried.clone() text /> })}
                    <Editor desk link entry />
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
        <h2 class="caption">{move || tr!("empty-title")}</h2>
        <p class="lead">{move || tr!("empty-text")}</p>
    }
}

/// Sentences offered; a wide search finds more, hardly different from these.
const CANDIDATES: usize = 5;

/// Words by which sentences do not differ in what they say.
const SMALL: [&str; 24] = [
    "a", "an", "the", "is", "are", "in", "on", "at", "of", "with", "and", "near", "next", "to", "by", "into",
    "up", "front", "while", "his", "her", "its", "their", "some",
];

/// What a sentence says, whatever small words it says it with.
fn content(text: &str) -> Vec<String> {
    let words = text.to_lowercase();
    let words =
        words.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty() && !SMALL.contains(word));
    let mut words: Vec<String> = words.map(ToOwned::to_owned).collect();
    words.sort();
    words.dedup();
    words
}

/// The captioner's sentences, the caption first, without those that say the same as one before.
#[must_use]
pub fn sentences(caption: &Caption) -> Vec<String> {
    let all = std::iter::once(&caption.text).chain(caption.alternatives.iter().map(|other| &other.text));
    let (mut said, mut found) = (Vec::new(), Vec::new());
    for text in all {
        let words = content(text);
        if !said.contains(&words) {
            said.push(words);
            found.push(text.clone());
        }
    }
    found.truncate(CANDIDATES);
    found
}

#[component]
fn Suggestion(desk: Desk, link: Link, entry: Entry, finding: Finding) -> impl IntoView {
    let again = entry.clone();
    let Finding { caption, milliseconds } = finding.clone();
    let sentence = {
        let caption = caption.clone();
        move || {
            let (own, english) = language::hedged(&caption);
            let gap = if own.is_empty() { "" } else { " " };
            view! { {own} {gap} <span lang="en">{english}</span> }
        }
    };
    let (word, detail) = (finding.clone(), finding);
    let detail = move || {
        let detail = language::confidence(&detail).1;
        (!detail.is_empty()).then(|| format!(" · {detail}"))
    };
    let carried = {
        let entry = entry.clone();
        move || entry.carried.get().map(|text| view! { <Carried desk entry=entry.clone() text /> })
    };
    let seconds = move || tr!("seconds", { "seconds" => language::number(milliseconds / 1000.0, 1) });
    view! {
        <h2 class="caption" data-testid="caption">{sentence}</h2>
        <p class="confidence">
            {move || tr!("confidence")} " "
            <strong data-testid="confidence">{move || language::confidence(&word).0}</strong>
            <span>{detail}</span>
            <span class="time">" · " {seconds}</span>
            <button
                type="button"
                class="quiet again"
                data-testid="again"
                on:click=move |_| { retry(desk, &again); link.pump(); super::strip::focus_shown(); }
            >
                {move || tr!("describe-again")}
            </button>
        </p>
        {carried}
        <Editor desk link entry=entry.clone() />
        <Inscribed desk link entry=entry.clone() />
        <Candidates desk entry caption=caption.clone() />
        <Shares desk words=caption.words.clone() />
        <Tree caption />
    }
}

/// Texts to take instead: the captioner's sentences.
#[component]
pub fn Candidates(
    /// What lies on the desk.
    desk: Desk,
    /// The photo.
    entry: Entry,
    /// Its caption.
    caption: Caption,
) -> impl IntoView {
    let offer = {
        let entry = entry.clone();
        move |text: String| view! { <Candidate desk entry=entry.clone() text /> }
    };
    let found = sentences(&caption).into_iter().map(offer.clone()).collect_view();
    // With the words in the picture, once they have been read.
    let joined = Memo::new({
        let draft = entry.draft.clone();
        move |_| draft.with(|draft| draft.joined.as_ref().map(|joined| joined.plain.clone()))
    });
    let joined = move || joined.get().map(&offer);
    view! {
        <div class="alternatives" data-testid="alternatives">
            <h2>{move || tr!("candidates")}</h2>
            <ul lang="en">{joined} {found}</ul>
        </div>
    }
}

/// A text to take in place of the one that stands.
#[component]
pub fn Candidate(
    /// What lies on the desk.
    desk: Desk,
    /// The photo.
    entry: Entry,
    /// The text.
    text: String,
) -> impl IntoView {
    let (id, draft) = (entry.id, entry.draft);
    let (picked, compared, read) = (text.clone(), text.clone(), draft.clone());
    let take = move |_| {
        let before = draft.get_untracked();
        let own = before.touched && !before.description.trim().is_empty() && before.description != picked;
        desk.undo.replaced_by(id, before, &picked);
        draft.update(|draft| {
            draft.purpose = showtell_types::alt::Purpose::Informative;
            draft.write(picked.clone());
        });
        desk.save(id);
        // Words of the visitor's own are not lost without a word.
        if own {
            desk.notice.set(Some(Notice::Replaced));
        } else {
            desk.say(tr!("said-taken"));
        }
    };
    view! {
        <li>
            <button
                type="button"
                aria-pressed=move || read.with(|draft| draft.description == compared).to_string()
                on:click=take
            >
                {text}
            </button>
        </li>
    }
}

#[cfg(test)]
mod tests {
    use showtell_types::{Alternative, Confidence};

    use super::*;

    #[test]
    fn sentences_that_differ_in_an_article_are_one() {
        let mut caption =
            Caption::new("A dog looks at a sign.".into(), Rung::Sentence, Confidence::Score(0.5), 0.0);
        caption.alternatives =
            ["A dog looks at the sign.", "A dog looks at a pole.", "The dog looks at a pole."]
                .map(|text| Alternative { text: text.into(), score: 0.0, words: Vec::new() })
                .into();
        assert_eq!(sentences(&caption), ["A dog looks at a sign.", "A dog looks at a pole."]);
    }
}
