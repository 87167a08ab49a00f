//! What the program says of itself, word by word: every `--help`, and a report.
//!
//! After a change that is meant: `INSTA_UPDATE=always cargo test --release --test snapshots`, and read the difference.

#![expect(clippy::unwrap_used, reason = "a test")]

use insta::{Settings, assert_snapshot};
use showtell_tests::site::{Site, stdout};
use showtell_tests::{showtell, succeed};

/// Snapshots of these names in `tests/tests/snapshots`.
fn settings() -> Settings {
    let mut settings = Settings::clone_current();
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings
}

fn help(verbs: &[String]) -> String {
    // What is set where the test runs is no part of the text.
    succeed(showtell().env_clear().args(verbs).arg("--help"))
}

/// The verbs that a help lists.
fn listed(help: &str) -> Vec<String> {
    let lines = help.lines().skip_while(|line| *line != "Commands:").skip(1);
    // Longer descriptions go on in lines that are further in.
    let verbs = lines
        .take_while(|line| !line.is_empty())
        .filter(|line| line.starts_with("  ") && !line.starts_with("   "));
    verbs
        .filter_map(|line| line.split_whitespace().next())
        .filter(|verb| *verb != "help")
        .map(str::to_owned)
        .collect()
}

#[test]
fn every_help_says_what_it_said() {
    let mut open = vec![Vec::new()];
    let mut seen = 0;
    settings().bind(|| {
        while let Some(verbs) = open.pop() {
            let text = help(&verbs);
            let name = [&["help".to_owned()], &verbs[..]].concat().join("-");
            open.extend(listed(&text).into_iter().map(|verb| [&verbs[..], &[verb]].concat()));
            assert_snapshot!(name, text);
            seen += 1;
        }
    });
    assert!(seen > 10, "{seen} helps");
}

#[test]
fn a_report_of_poor_texts_says_what_it_said() {
    let site = Site::new(&[
        (
            "index.html",
            "<h1>Harbour</h1>\n<img src=boats.jpg>\n<img src=astronaut.jpg alt=\"astronaut.jpg\">\n\
             <a href=more.html><img src=boats.jpg></a>\n<img src=gone.jpg>\n<img src=boats.jpg alt=\"\">\n",
        ),
        ("notes.md", "# Notes\n\n![](boats.jpg)\n\n![Image of an astronaut](astronaut.jpg)\n"),
    ]);
    let folder = site.path("").canonicalize().unwrap();
    let report = stdout(&site.run(&[".", "--check"])).replace(folder.to_str().unwrap(), "SITE");
    settings().bind(|| assert_snapshot!("report-alt-check", report));
}
