//! What has to be said: one line to see, and one that is only heard.

use leptos::prelude::*;
use leptos_fluent::tr;

use super::export::export_all;
use super::step::take_back;
use super::strip::focus_shown;
use crate::desk::{Desk, Notice};
use crate::language::Words;
use crate::{language, visits};

/// The notice, where there is one, and the live region.
#[component]
pub fn Notices(
    /// What lies on the desk.
    desk: Desk,
) -> impl IntoView {
    let dismiss = move |_| {
        desk.notice.set(None);
        focus_shown();
    };
    let words = StoredValue::new(Words::here());
    view! {
        // Always there: a region that comes with its text is not read out.
        <p class="heard" role="status" aria-live="polite" data-testid="live">
            {move || desk.said.get().own} " " <span lang="en">{move || desk.said.get().english}</span>
        </p>
        <div role="status">
            {move || desk.notice.get().map(|notice| view! {
                <div class="notice">
                    <p data-testid="notice">{language::notice(&notice)}</p>
                    {match &notice {
                        Notice::Skipped(paths) => Some(view! {
                            <details class="small" data-testid="skipped">
                                <summary>{tr!("details")}</summary>
                                <p>{paths.join(", ")}</p>
                            </details>
                        }),
                        _ => None,
                    }}
                    {(notice == Notice::NewVersion).then(|| view! {
                        <button type="button" data-testid="update" on:click=|_| visits::update()>
                            {tr!("notice-update")}
                        </button>
                    })}
                    {matches!(notice, Notice::NotKept { .. } | Notice::NothingKept).then(|| view! {
                        <button
                            type="button"
                            data-testid="export-now"
                            on:click=move |_| words.with_value(|words| export_all(desk, words))
                        >
                            {tr!("notice-export")}
                        </button>
                    })}
                    {notice.can_be_undone().then(|| view! {
                        <button
                            type="button"
                            data-testid="undo"
                            on:click=move |_| {
                                words.get_value().say(|| take_back(desk));
                                focus_shown();
                            }
                        >
                            {tr!("notice-undo")}
                        </button>
                    })}
                    <button type="button" class="quiet" data-testid="dismiss" on:click=dismiss>
                        {tr!("notice-close")}
                    </button>
                </div>
            })}
        </div>
    }
}
