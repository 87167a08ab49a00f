//! Holds the TypeScript package to what page and command line say and measure: `web/js/src/rules.ts` is written
//! from their constants and words.

use showtell_types::alt::{LONG, Remark, TOO_LONG};
use showtell_types::answer::{FAIR, MAY_SHOW, NOTHING, PERHAPS};

use crate::session::{CHANCES, PATIENCE};
use crate::types::hold;

const OPENING: &str = "// What this package says and measures as the page and the command line do. Written by a test of\n\
                       // web/protocol/src/rules.rs from what those say: change that, and run the test.\n";

fn constant(doc: &str, name: &str, value: &str) -> String {
    format!("\n/** {doc} */\nexport const {name} = {value};\n")
}

/// A text as the package's sources have them.
fn quoted(text: &str) -> String {
    assert!(!text.contains(['\'', '\\', '\n']), "{text}");
    format!("'{text}'")
}

/// The words of a remark about so many characters, with a place for the number.
fn counted(remark: impl Fn(usize) -> Remark) -> String {
    let number = 987_654_321;
    quoted(&remark(number).to_string().replace(&number.to_string(), "{count}"))
}

fn rules() -> String {
    let long = counted(|characters| Remark::Long { characters });
    let too_long = counted(|characters| Remark::TooLong { characters });
    let empty = quoted(&Remark::Empty.to_string());
    let all = [
        constant(
            "Characters above which a text is noted as long: some screen readers part texts there.",
            "LONG",
            &LONG.to_string(),
        ),
        constant(
            "Characters above which a text is too long to be heard in one go.",
            "TOO_LONG",
            &TOO_LONG.to_string(),
        ),
        constant(
            "What could be better about an alt text. `{count}` is a number.",
            "REMARKS",
            &format!("{{\n  empty: {empty},\n  long: {long},\n  tooLong: {too_long},\n}} as const"),
        ),
        constant(
            "Below this probability, a sentence that is told as it is is only fairly sure.",
            "FAIR",
            &FAIR.to_string(),
        ),
        constant("What goes before a sentence that may be so.", "PERHAPS", &quoted(PERHAPS)),
        constant("What goes before a thing that the picture may show.", "MAY_SHOW", &quoted(MAY_SHOW)),
        constant("What is told when nothing can be.", "NOTHING", &quoted(NOTHING)),
        constant(
            "How often a worker may break over one picture, or in a row without having captioned any.",
            "CHANCES",
            &CHANCES.to_string(),
        ),
        constant(
            "Milliseconds that a worker may say nothing while it is at a picture.",
            "PATIENCE",
            &PATIENCE.as_millis().to_string(),
        ),
    ];
    OPENING.to_owned() + &all.concat()
}

#[test]
fn the_package_keeps_the_rules_of_page_and_command_line() {
    hold("rules.ts", &rules());
}
