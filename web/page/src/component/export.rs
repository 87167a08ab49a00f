//! The queue as a file, or on the clipboard.

use leptos::prelude::*;
use leptos_fluent::tr;
use showtell_protocol::Refusal;
use wasm_bindgen_futures::spawn_local;

use crate::desk::{Desk, Notice, Review};
use crate::export::{Row, archive, copy, csv, json, lines, save};
use crate::language::{self, Words};

/// A file's name, its type, and how it is made.
type Format = (&'static str, &'static str, fn(&[Row]) -> Result<Vec<u8>, String>);

const CSV: Format = ("alt-texts.csv", "text/csv", |rows| csv(rows).map_err(|error| error.to_string()));
const JSON: Format =
    ("alt-texts.json", "application/json", |rows| json(rows).map_err(|error| error.to_string()));
const ZIP: Format =
    ("alt-texts.zip", "application/zip", |rows| archive(rows).map_err(|error| error.to_string()));

/// What goes out of each photo.
fn rows(desk: Desk, words: &Words) -> Vec<Row> {
    let problem = |refusal: &Refusal, path: &str| words.say(|| language::refusal(refusal, path));
    desk.entries.with_untracked(|entries| entries.iter().map(|entry| Row::new(entry, problem)).collect())
}

fn export((name, kind, make): Format, rows: &[Row]) {
    match make(rows) {
        // A browser that refuses says so itself.
        Ok(bytes) => drop(save(name, kind, &bytes)),
        Err(reason) => web_sys::console::error_1(&reason.into()),
    }
}

/// Saves the texts of all photos as a table.
pub fn export_all(desk: Desk, words: &Words) {
    export(CSV, &rows(desk, words));
}

/// A button for each format, and what goes out.
#[component]
pub fn ExportMenu(
    /// What lies on the desk.
    desk: Desk,
) -> impl IntoView {
    let words = StoredValue::new(Words::here());
    let only = RwSignal::new(false);
    let open = move || desk.tally.with(|tally| tally.with(|review| !review.is_reviewed()));
    let reviewed = move || desk.tally.with(|tally| tally.with(Review::is_reviewed));
    let rows = move || {
        let all = words.with_value(|words| rows(desk, words));
        let wanted = |row: &Row| !only.get_untracked() || row.state.is_reviewed();
        all.into_iter().filter(wanted).collect::<Vec<Row>>()
    };
    let export = move |format: Format| export(format, &rows());
    let take = move |write: fn(&[Row]) -> String| {
        let text = write(&rows());
        let said = words.get_value();
        spawn_local(async move {
            match copy(&text).await {
                Ok(()) => desk.say(said.say(|| tr!("copied"))),
                Err(_) => desk.notice.set(Some(Notice::NoClipboard)),
            }
        });
    };
    let none = move || only.get() && reviewed() == 0;
    let file = move |id: &'static str, format: Format, name: fn() -> String| {
        view! {
            <button type="button" data-testid=id disabled=none on:click=move |_| export(format)>{name}</button>
        }
    };
    let copied = move |id: &'static str, write: fn(&[Row]) -> String, name: fn() -> String| {
        view! {
            <button type="button" data-testid=id disabled=none on:click=move |_| take(write)>{name}</button>
        }
    };
    let scope = move |this: bool| {
        let name = move || {
            if this { tr!("export-reviewed", { "count" => reviewed() as i64 }) } else { tr!("export-all") }
        };
        view! {
            <label>
                <input
                    type="radio"
                    name="scope"
                    value=if this { "reviewed" } else { "all" }
                    prop:checked=move || only.get() == this
                    on:change=move |_| only.set(this)
                />
                <span>{name}</span>
            </label>
        }
    };
    view! {
        <div class="export" role="group" aria-label=move || tr!("export")>
            <Show when=move || { open() > 0 }>
                <div class="row">
                    <p data-testid="export-open">{move || tr!("export-open", { "count" => open() as i64 })}</p>
                    <fieldset data-testid="export-scope">
                        <legend class="heard">{move || tr!("export-scope")}</legend>
                        <div class="choices">{scope(false)} {scope(true)}</div>
                    </fieldset>
                </div>
            </Show>
            <div class="row">
                <span>{move || tr!("export")}</span>
                {file("export-csv", CSV, || tr!("export-csv"))}
                {file("export-json", JSON, || tr!("export-json"))}
                {file("export-zip", ZIP, || tr!("export-zip"))}
                <span>{move || tr!("export-copy")}</span>
                {copied("copy-all-html", lines::html, || tr!("export-html"))}
                {copied("copy-all-markdown", lines::markdown, || tr!("export-markdown"))}
                {copied("copy-all-table", lines::table, || tr!("export-table"))}
            </div>
        </div>
    }
}
