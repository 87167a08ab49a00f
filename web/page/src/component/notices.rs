//! What has to be said: one line to see, and one that is only heard.

use leptos::prelude::*;
use leptos_fluent::tr;

use crate::desk::{Desk, Notice};
use crate::{language, visits};

/// The notice, where there is one, and the live region.
#[component]
pub fn Notices(
    /// What lies on the desk.
    desk: Desk,
) -> impl IntoView {
    let dismiss = move |_| desk.notice.set(None);
    view! {
        // Always there: a region that comes with its text is not read out.
        <p class="heard" role="status" aria-live="polite" data-testid="live">{move || desk.said.get()}</p>
        <div role="status">
            {move || desk.notice.get().map(|notice| view! {
                <div class="notice">
                    <p data-testid="notice">{language::notice(&notice)}</p>
                    {(notice == Notice::NewVersion).then(|| view! {
                        <button type="button" data-testid="update" on:click=|_| visits::update()>
                            {tr!("notice-update")}
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
