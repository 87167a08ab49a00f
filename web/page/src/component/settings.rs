//! What the visitor can set, in a dialog.

use leptos::html;
use leptos::prelude::*;
use leptos_fluent::{I18n, tr};
use showtell_protocol::{BundleReport, DeviceChoice};
use wasm_bindgen_futures::spawn_local;

use super::kept::Kept;
use crate::desk::{Desk, Settings as Wanted};
use crate::link::Link;
use crate::visits;

/// Bounds of what can be set; wider searches only take longer.
const WIDTHS: (usize, usize) = (1, 30);
const WORDS: (usize, usize) = (3, 40);
const TEMPERATURES: (f32, f32) = (0.2, 1.5);

/// The button and the dialog.
#[component]
pub fn Settings(
    /// What lies on the desk.
    desk: Desk,
    /// The worker.
    link: Link,
) -> impl IntoView {
    let dialog = NodeRef::<html::Dialog>::new();
    let kept = RwSignal::new(None::<f64>);
    let measure = move || spawn_local(async move { kept.set(visits::kept().await.ok()) });
    let open = move |_| {
        if let Some(dialog) = dialog.get() {
            // Fails only if it is open already.
            let _ = dialog.show_modal();
            measure();
        }
    };
    let close = move |_| {
        if let Some(dialog) = dialog.get() {
            dialog.close();
        }
    };
    view! {
        <button type="button" class="gear" data-testid="settings" on:click=open>{move || tr!("settings")}</button>
        <dialog class="settings" node_ref=dialog aria-labelledby="settings-title" data-testid="settings-dialog">
            <div class="bar">
                <h2 id="settings-title">{move || tr!("settings")}</h2>
                <button type="button" data-testid="settings-close" on:click=close>{move || tr!("close")}</button>
            </div>
            <Search desk />
            <Computing desk link />
            <Tongue />
            <Kept desk kept measure=Callback::new(move |()| measure()) />
        </dialog>
    }
}

#[component]
fn Search(desk: Desk) -> impl IntoView {
    let (read, write) = (desk.settings.read, desk.settings.write);
    view! {
        <fieldset>
            <legend>{move || tr!("settings-search")}</legend>
            <label>
                <span>{move || tr!("settings-width")}</span>
                <Number
                    desk
                    id="width"
                    bounds=WIDTHS
                    usual=|bundle| bundle.width
                    place=|settings| &mut settings.width
                />
            </label>
            <label>
                <span>{move || tr!("settings-words")}</span>
                <Number
                    desk
                    id="max-words"
                    bounds=WORDS
                    usual=|bundle| bundle.max_words
                    place=|settings| &mut settings.max_words
                />
            </label>
            <label class="check">
                <input
                    type="checkbox"
                    data-testid="sampling"
                    prop:checked=move || read.get().temperature.is_some()
                    on:change=move |event| {
                        let on = event_target_checked(&event);
                        write.update(|settings| settings.temperature = on.then_some(0.7));
                    }
                />
                <span>{move || tr!("settings-sampling")}</span>
            </label>
            <Show when=move || read.get().temperature.is_some()>
                <label>
                    <span>{move || tr!("settings-temperature")}</span>
                    <input
                        type="range"
                        min=TEMPERATURES.0
                        max=TEMPERATURES.1
                        step="0.1"
                        data-testid="temperature"
                        prop:value=move || read.get().temperature.unwrap_or(0.7).to_string()
                        on:input=move |event| {
                            let value = event_target_value(&event).parse().ok();
                            write.update(|settings| settings.temperature = value);
                        }
                    />
                    <output>{move || read.get().temperature.map(|value| format!("{value:.1}"))}</output>
                </label>
            </Show>
            <label class="check">
                <input
                    type="checkbox"
                    data-testid="reads"
                    prop:checked=move || !read.get().unread
                    on:change=move |event| {
                        let reads = event_target_checked(&event);
                        write.update(|settings| settings.unread = !reads);
                    }
                />
                <span>{move || tr!("settings-reads")}</span>
            </label>
            <button
                type="button"
                data-testid="reset"
                disabled=move || read.get().is_usual()
                on:click=move |_| write.update(|settings| {
                    settings.width = None;
                    settings.max_words = None;
                    settings.temperature = None;
                })
            >
                {move || tr!("settings-reset")}
            </button>
        </fieldset>
    }
}

/// A field for a number that is the bundle's while it is empty.
#[component]
fn Number(
    desk: Desk,
    /// Its test id.
    id: &'static str,
    /// The least and the most.
    bounds: (usize, usize),
    /// The bundle's own number.
    usual: fn(&BundleReport) -> usize,
    /// Where it stands among the settings.
    place: fn(&mut Wanted) -> &mut Option<usize>,
) -> impl IntoView {
    let (read, write) = (desk.settings.read, desk.settings.write);
    let (least, most) = bounds;
    let usual = move || {
        let value = desk.bundle.with(|bundle| bundle.as_ref().map(usual));
        tr!("settings-usual", { "value" => value.map_or("–".to_owned(), |value| value.to_string()) })
    };
    view! {
        <input
            type="number"
            min=least
            max=most
            data-testid=id
            placeholder=usual
            prop:value=move || place(&mut read.get()).map_or(String::new(), |value| value.to_string())
            on:change=move |event| {
                let value = event_target_value(&event).trim().parse::<usize>().ok();
                write.update(|settings| *place(settings) = value.map(|value| value.clamp(least, most)));
            }
        />
    }
}

#[component]
fn Computing(desk: Desk, link: Link) -> impl IntoView {
    let (read, write) = (desk.settings.read, desk.settings.write);
    let bundle = RwSignal::new(read.get_untracked().bundle.unwrap_or_default());
    let choices = [DeviceChoice::Auto, DeviceChoice::Cpu, DeviceChoice::WebGpu].map(|choice| {
        let name = move || match choice {
            DeviceChoice::Auto => tr!("device-auto"),
            DeviceChoice::Cpu => tr!("device-cpu"),
            DeviceChoice::WebGpu => tr!("device-webgpu"),
        };
        view! {
            <option value=choice.name() prop:selected=move || read.get().device == choice>{name}</option>
        }
    });
    let time = |found: Option<f64>| match found {
        Some(ms) => tr!("milliseconds", { "ms" => format!("{ms:.0}") }),
        None => tr!("not-measured"),
    };
    view! {
        <fieldset>
            <legend>{move || tr!("settings-computing")}</legend>
            <label>
                <span>{move || tr!("settings-device")}</span>
                <select
                    data-testid="device-choice"
                    on:change=move |event| {
                        let device = DeviceChoice::from_name(&event_target_value(&event)).unwrap_or_default();
                        write.update(|settings| settings.device = device);
                        link.choose();
                    }
                >
                    {choices}
                </select>
            </label>
            <p class="hint small" data-testid="times">
                {move || desk.device.get().map(|device| {
                    tr!("settings-times", { "cpu" => time(device.cpu), "gpu" => time(device.gpu) })
                })}
            </p>
            <form on:submit=move |event| {
                event.prevent_default();
                let named = Some(bundle.get_untracked()).filter(|name| !name.trim().is_empty());
                write.update(|settings| settings.bundle = named);
                link.choose();
            }>
                <label>
                    <span>{move || tr!("settings-bundle")}</span>
                    <input
                        type="text"
                        placeholder="bundle"
                        data-testid="bundle"
                        prop:value=move || bundle.get()
                        on:input=move |event| bundle.set(event_target_value(&event))
                    />
                </label>
                <button type="submit" data-testid="bundle-load">{move || tr!("settings-apply")}</button>
            </form>
        </fieldset>
    }
}

#[component]
fn Tongue() -> impl IntoView {
    let i18n = expect_context::<I18n>();
    let options = i18n.languages.iter().map(|language| {
        let tag = language.id.to_string();
        // Each language in itself.
        let name = if tag == "de" { "Deutsch" } else { "English" };
        view! {
            <option value=tag.clone() lang=tag prop:selected=move || i18n.language.get() == *language>{name}</option>
        }
    });
    view! {
        <fieldset>
            <legend>{move || tr!("settings-language")}</legend>
            <label>
                <span class="heard">{move || tr!("settings-language")}</span>
                <select
                    data-testid="language"
                    on:change=move |event| {
                        let chosen = event_target_value(&event);
                        if let Some(language) = i18n.languages.iter().find(|language| language.id == chosen.as_str()) {
                            i18n.language.set(language);
                        }
                    }
                >
                    {options.collect_view()}
                </select>
            </label>
        </fieldset>
    }
}
