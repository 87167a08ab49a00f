//! The queue as a file.

use leptos::prelude::*;
use leptos_fluent::tr;
use showtell_protocol::Refusal;

use crate::desk::Desk;
use crate::export::{Row, archive, csv, json, save};
use crate::language::{self, Words};

/// A file's name, its type, and how it is made.
type Format = (&'static str, &'static str, fn(&[Row]) -> Result<Vec<u8>, String>);

const CSV: Format = ("alt-texts.csv", "text/csv", |rows| csv(rows).map_err(|error| error.to_string()));
const JSON: Format =
    ("alt-texts.json", "application/json", |rows| json(rows).map_err(|error| error.to_string()));
const ZIP: Format =
    ("alt-texts.zip", "application/zip", |rows| archive(rows).map_err(|error| error.to_string()));

/// A button for each format.
#[component]
pub fn ExportMenu(
    /// What lies on the desk.
    desk: Desk,
) -> impl IntoView {
    let words = StoredValue::new(Words::here());
    let export = move |(name, kind, make): Format| {
        let problem = |refusal: &Refusal| words.with_value(|words| words.say(|| language::refusal(refusal)));
        let rows: Vec<Row> =
            desk.entries.with_untracked(|entries| entries.iter().map(|e| Row::new(e, problem)).collect());
        match make(&rows) {
            // A browser that refuses says so itself.
            Ok(bytes) => drop(save(name, kind, &bytes)),
            Err(reason) => web_sys::console::error_1(&reason.into()),
        }
    };
    view! {
        <div class="row export" role="group" aria-label=move || tr!("export")>
            <span>{move || tr!("export")}</span>
            <button type="button" data-testid="export-csv" on:click=move |_| export(CSV)>
                {move || tr!("export-csv")}
            </button>
            <button type="button" data-testid="export-json" on:click=move |_| export(JSON)>
                {move || tr!("export-json")}
            </button>
            <button type="button" data-testid="export-zip" on:click=move |_| export(ZIP)>
                {move || tr!("export-zip")}
            </button>
        </div>
    }
}
