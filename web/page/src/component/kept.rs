//! What the page keeps on this device, and the ways to be rid of it.

use leptos::prelude::*;
use leptos_fluent::tr;
use wasm_bindgen_futures::spawn_local;

use super::strip::focus;
use crate::desk::Desk;
use crate::language::Words;
use crate::visits;

/// What lies on this device, and how it goes.
#[component]
pub fn Kept(
    /// What lies on the desk.
    desk: Desk,
    /// Bytes of the weights that are kept, once they have been counted.
    kept: RwSignal<Option<f64>>,
    /// Counts them anew.
    measure: Callback<()>,
) -> impl IntoView {
    let (read, write) = (desk.settings.read, desk.settings.write);
    let words = StoredValue::new(Words::here());
    let all = RwSignal::new(None::<f64>);
    Effect::new(move |_| {
        kept.track();
        spawn_local(async move { all.set(visits::kept_in_all().await) });
    });
    let photos = move || desk.entries.with(Vec::len);
    let delete = move |_| {
        let said = words.get_value();
        spawn_local(async move {
            desk.clear();
            desk.undo.forget();
            desk.notice.set(None);
            desk.keeper.forget().await;
            // Nothing there is nothing to delete.
            let _ = visits::delete_everything().await;
            for key in ["showtell-settings", "showtell-language"] {
                if let Some(storage) =
                    web_sys::window().and_then(|window| window.local_storage().ok().flatten())
                {
                    // A key that is not there is gone as well.
                    let _ = storage.remove_item(key);
                }
            }
            measure.run(());
            desk.say(said.say(|| tr!("said-deleted")));
        });
    };
    view! {
            <fieldset>
                <legend>{move || tr!("settings-storage")}</legend>
                <p data-testid="kept-all">
                    {move || all.get().map(|size| {
                        tr!("settings-storage-all", { "size" => crate::language::number(size / 1e6, 1), "count" => photos() as i64 })
                    })}
                </p>
                <label class="check">
                    <input
                        type="checkbox"
                        data-testid="keep-nothing"
                        prop:checked=move || read.get().forgetful
                        on:change=move |event| {
                            let forgetful = event_target_checked(&event);
                            write.update(|settings| settings.forgetful = forgetful);
                            if forgetful {
                                spawn_local(async move { desk.keeper.forget().await });
                            } else {
                                desk.keeper.begin(desk);
                            }
                        }
                    />
                    <span>{move || tr!("settings-forgetful")}</span>
                </label>
                <p data-testid="kept">
                    {move || match kept.get() {
                        Some(size) if size > 0.0 => {
                            tr!("settings-storage-size", { "size" => crate::language::number(size / 1e6, 1) })
                        }
                        _ => tr!("settings-storage-empty"),
                    }}
                </p>
                <button
                    type="button"
                    data-testid="delete-weights"
                    disabled=move || kept.get().is_none_or(|size| size == 0.0)
                    on:click=move |_| spawn_local(async move {
                        // Nothing there is nothing to delete.
                        let _ = visits::delete().await;
                        measure.run(());
                        // The button can no longer hold the focus.
                        focus("settings-close");
                    })
                >
                    {move || tr!("settings-delete")}
                </button>
                <button type="button" data-testid="delete-everything" on:click=delete>
                    {move || tr!("settings-delete-all")}
                </button>
            </fieldset>
    }
}
