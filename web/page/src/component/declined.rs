//! Where the captioner declines: why, what it did see, what the file says of itself, and a frame to fill.

use leptos::prelude::*;
use leptos_fluent::tr;
use showtell_types::Caption;

use super::attention::Words as Shares;
use super::editor::Editor;
use super::inscription::Words as Inscribed;
use super::suggestion::{Candidate, Candidates};
use crate::desk::{Desk, Entry, Finding};
use crate::link::Link;

/// Words told of a declined picture, and the least probability that each has.
const SUREST: usize = 4;
const LEAST: f32 = 0.1;

/// A photo that the captioner cannot describe well.
#[component]
pub fn Declined(
    /// What lies on the desk.
    desk: Desk,
    /// The workers.
    link: Link,
    /// The photo.
    entry: Entry,
    /// What the captioner would have said.
    finding: Finding,
) -> impl IntoView {
    let caption = finding.caption;
    let seen = surest(&caption);
    let words = (!seen.is_empty()).then(|| {
        let seen = seen.clone();
        view! {
            <p class="seen" data-testid="seen">
                {move || tr!("declined-seen")} " " <span lang="en">{seen.join(", ")}</span>
            </p>
        }
    });
    let carried = {
        let entry = entry.clone();
        move || entry.carried.get().map(|text| view! { <Carried desk entry=entry.clone() text /> })
    };
    let guess = caption.clone();
    view! {
        <h2 class="caption" data-testid="caption">{move || tr!("unable")}</h2>
        <p class="lead why" data-testid="why">{move || tr!("declined-why")}</p>
        {words}
        {carried}
        <Editor desk link entry=entry.clone() />
        <Inscribed desk link entry=entry.clone() />
        <details class="guess" data-testid="guess">
            <summary>{move || tr!("declined-guess")}</summary>
            <p class="hint small">{move || tr!("declined-guess-hint")}</p>
            <Candidates desk entry caption=guess />
            <Shares desk words=caption.words.clone() />
        </details>
    }
}

/// The description that the file itself carries, to be taken.
#[component]
pub fn Carried(
    /// What lies on the desk.
    desk: Desk,
    /// The photo.
    entry: Entry,
    /// The description.
    text: String,
) -> impl IntoView {
    view! {
        <div class="alternatives carried" data-testid="carried">
            <h2>{move || tr!("carried")}</h2>
            <ul dir="auto"><Candidate desk entry text /></ul>
        </div>
    }
}

/// The things it is surest to have seen.
fn surest(caption: &Caption) -> Vec<String> {
    let sure = caption.labels.iter().filter(|label| label.probability >= LEAST);
    sure.take(SUREST).map(|label| label.word.clone()).collect()
}
