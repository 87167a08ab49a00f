//! `showtell alt` from the outside: what is found, what is written, in which forms.

#![expect(clippy::unwrap_used, clippy::expect_used, reason = "a test")]

use std::fs;
use std::path::Path;

use showtell_tests::site::{Site, findings, report, stdout};
use showtell_tests::{shipped, showtell, stderr};

#[test]
fn missing_and_poor_texts_are_written_and_nothing_else_changes() {
    let html = "<!DOCTYPE html>\r\n<html lang=en-GB><body>\r\n\
        <img src=\"boats.jpg\" class=wide>\r\n\
        <p><IMG alt='boats.jpg' SRC='boats.jpg'> <img alt=image src=astronaut.jpg></p>\r\n\
        <img src=boats.jpg alt=\"The harbour at noon\"><img src=astronaut.jpg alt=''>\r\n\
        <a href=/><img src=boats.jpg></a> <!-- <img src=astronaut.jpg> -->";
    let markdown =
        "---\ntitle: x\n---\n\n![](boats.jpg) and ![image][c] and `![](astronaut.jpg)`\n\n[c]: astronaut.jpg";
    let site = Site::new(&[
        ("index.html", html),
        ("notes/about.md", &markdown.replace(": astronaut", ": ../astronaut").replace("(boats", "(../boats")),
    ]);
    let output = site.run(&[".", "--write", "--format", "json"]);
    assert_eq!(output.status.code(), Some(1), "{}", stderr(&output));
    let first = report(&output);
    assert_eq!(first["summary"]["written"], 5);
    assert_eq!(first["summary"]["remaining"], 1);
    let text = |source: &str| {
        let finding =
            first["findings"].as_array().unwrap().iter().find(|finding| finding["source"] == source).unwrap();
        finding["suggestion"]["text"].as_str().unwrap().to_owned()
    };
    let (boats, astronaut) = (text("boats.jpg"), text("astronaut.jpg"));
    assert!(boats.ends_with('.') && boats != astronaut, "{boats} {astronaut}");
    let expected = html
        .replace("\"boats.jpg\" class", &format!("\"boats.jpg\" alt=\"{boats}\" class"))
        .replace("alt='boats.jpg'", &format!("alt='{boats}'"))
        .replace("alt=image", &format!("alt=\"{astronaut}\""));
    assert_eq!(site.read("index.html"), expected);
    assert_eq!(
        site.read("notes/about.md"),
        format!(
            "---\ntitle: x\n---\n\n![{boats}](../boats.jpg) and ![{astronaut}][c] and `![](astronaut.jpg)`\n\n[c]: ../astronaut.jpg"
        )
    );

    // A second time there is nothing to write, and no file is touched.
    let before = fs::metadata(site.path("index.html")).unwrap().modified().unwrap();
    let again = site.run(&[".", "--write", "--format", "json"]);
    assert_eq!(again.status.code(), Some(1));
    assert_eq!(report(&again)["summary"]["written"], 0);
    assert_eq!(fs::metadata(site.path("index.html")).unwrap().modified().unwrap(), before);
}

#[test]
fn nothing_is_written_unless_asked() {
    let html = "<img src=boats.jpg>";
    let site = Site::new(&[("index.html", html)]);
    let output = site.run(&["."]);
    assert_eq!(output.status.code(), Some(1));
    let text = stdout(&output);
    assert!(
        text.contains("index.html\n  1:1 error boats.jpg: There is no alt text.\n      suggested: \u{201c}"),
        "{text}"
    );
    assert!(text.ends_with("1 page, 1 image: 1 suggested\n"), "{text}");
    assert_eq!(site.read("index.html"), html);
    let output = site.run(&[".", "--check"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(stdout(&output).ends_with("1 page, 1 image: 1 to be filled\n"));

    site.put("index.html", b"<img src=boats.jpg alt='Three boats'>");
    let output = site.run(&[".", "--check"]);
    assert_eq!(output.status.code(), Some(0));
    assert_eq!(stdout(&output), "1 page, 1 image: nothing to say\n");
}

#[test]
fn what_takes_a_person_is_left_to_one() {
    let site = Site::new(&[
        ("german.html", "<html lang=de><img src=boats.jpg>"),
        ("links.html", "<a href=a><img src=boats.jpg></a><button><img src=astronaut.jpg alt=icon></button>"),
        (
            "same.html",
            "<img src=boats.jpg alt='Work'><img src=astronaut.jpg alt=Work><img src=astronaut.jpg alt='Photo of an astronaut'>",
        ),
    ]);
    let before = ["german.html", "links.html", "same.html"].map(|name| site.read(name));
    let output = site.run(&[".", "--write", "--format", "json"]);
    assert_eq!(output.status.code(), Some(1));
    let reasons: Vec<String> = findings(&output)
        .iter()
        .map(|f| f["reason"].as_str().or(f["problems"][0]["rule"].as_str()).unwrap().to_owned())
        .collect();
    assert_eq!(
        reasons,
        [
            "the page is in \u{201c}de\u{201d}, the captioner writes \u{201c}en\u{201d}",
            "it is a link or a control: say where it leads or what it does",
            "it is a link or a control: say where it leads or what it does",
            "duplicate",
            "duplicate",
            "opening",
        ]
    );
    assert_eq!(before, ["german.html", "links.html", "same.html"].map(|name| site.read(name)));
    let german = site.run(&["german.html", "--write", "--language", "de"]);
    assert_eq!(german.status.code(), Some(0), "{}", stderr(&german));
}

#[test]
fn what_is_no_html_is_left_alone_and_what_a_picture_says_is_taken() {
    let page = "{# <img src=boats.jpg> #}{{ \"<img src=boats.jpg>\" }}\n<img src=map.svg>\n\
        <!-- showtell-ignore --><img src=boats.jpg>";
    let map = "<svg xmlns='http://www.w3.org/2000/svg'><title>Map of the harbour</title></svg>";
    let site = Site::new(&[("index.html", page), ("map.svg", map)]);
    let output = site.run(&[".", "--write", "--format", "json"]);
    assert_eq!(output.status.code(), Some(1), "{}", stderr(&output));
    let found = findings(&output);
    assert_eq!(found.len(), 2, "{found:?}");
    assert_eq!(found[0]["reason"], "it is in the code of a template: write its text there");
    assert_eq!(found[1]["suggestion"]["embedded"], "svg");
    let expected = page.replace("map.svg", "map.svg alt=\"Map of the harbour\"");
    assert_eq!(site.read("index.html"), expected);

    site.put("linked.html", b"<img src=map.svg>");
    fs::hard_link(site.path("linked.html"), site.path("other.html")).unwrap();
    let output = site.run(&["linked.html", "--write"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(stderr(&output).contains("the file has 2 names (hard links)"), "{}", stderr(&output));
    assert_eq!(site.read("other.html"), "<img src=map.svg>");
}

#[test]
fn addresses_from_the_root_start_at_the_named_folder() {
    let site = Site::new(&[("public/blog/a.html", "<img src=/img/a.jpg>"), ("static/img/a.jpg", "")]);
    let outcome = |arguments: &[&str]| {
        let output = site.run(&[&["--check", "--format", "json"], arguments].concat());
        findings(&output)[0]["outcome"].as_str().unwrap().to_owned()
    };
    assert_eq!(outcome(&["public"]), "person");
    assert_eq!(outcome(&["public", "--root", "static"]), "fillable");
    assert_eq!(outcome(&["public/**/*.html", "--root", "static"]), "fillable");
    assert_eq!(site.check()[0]["outcome"], "person");
}

#[test]
fn sarif_says_where_and_offers_fixes() {
    let site =
        Site::new(&[("a b.html", "é\n é<img src=boats.jpg>"), ("locked.md", "![](https://x.org/a.png)")]);
    let output = site.run(&[".", "--format", "sarif"]);
    assert_eq!(output.status.code(), Some(1));
    let _: serde_sarif::sarif::Sarif = serde_json::from_slice(&output.stdout).expect("SARIF 2.1.0");
    let run = &report(&output)["runs"][0];
    assert_eq!(run["columnKind"], "unicodeCodePoints");
    let result = &run["results"][0];
    assert_eq!(result["ruleId"], "missing");
    assert_eq!(
        run["tool"]["driver"]["rules"][result["ruleIndex"].as_u64().unwrap() as usize]["id"],
        "missing"
    );
    let place = &result["locations"][0]["physicalLocation"];
    assert_eq!(place["artifactLocation"]["uri"], "a%20b.html");
    let region = |line: u64, from: u64, to: u64| serde_json::json!({ "startLine": line, "startColumn": from, "endLine": line, "endColumn": to });
    assert_eq!(place["region"], region(2, 3, 22));
    let replacement = &result["fixes"][0]["artifactChanges"][0]["replacements"][0];
    assert_eq!(replacement["deletedRegion"], region(2, 21, 21));
    assert!(replacement["insertedContent"]["text"].as_str().unwrap().starts_with(" alt=\""));
    assert!(run["results"][1].get("fixes").is_none());
}

#[test]
fn a_table_goes_out_and_comes_back_from_a_spreadsheet() {
    let html = "<img src=boats.jpg>\n<img src=astronaut.jpg alt=image>\n<a href=x><img src=astronaut.jpg></a>\n<img src==x.jpg alt='=1+1.jpg'>";
    let site = Site::new(&[("index.html", html), ("a.md", "![](boats.jpg)\n")]);
    let output = site.run(&[".", "--review", "../table.csv"]);
    assert_eq!(output.status.code(), Some(1), "{}", stderr(&output));
    let path = site.folder.path().join("table.csv");
    let table = fs::read_to_string(&path).unwrap();
    assert!(
        table.starts_with("\u{feff}file,line,column,source,problem,was,confidence,note,decision,alt\r\n"),
        "{table}"
    );
    assert!(table.contains(",'=x.jpg,") && table.contains(",'=1+1.jpg,"), "{table}");
    assert_eq!(site.read("index.html"), html);

    // As Excel in Europe saves it: semicolons, and what a person has typed.
    let rows: Vec<String> = table
        .lines()
        .enumerate()
        .map(|(place, row)| {
            let cells: Vec<&str> = row.split(',').collect();
            let known = cells[..cells.len() - 2].join(";");
            let decided = match place {
                0 => "decision;alt".to_owned(),
                1 => "decorative;".to_owned(),
                2 => " Write ;\"Boote; \"\"drei\"\" & <mehr>\"".to_owned(),
                3 => "DECORATIVE;never".to_owned(),
                4 => ";To the shop".to_owned(),
                _ => "leave;anything".to_owned(),
            };
            format!("{known};{decided}")
        })
        .collect();
    fs::write(&path, rows.join("\n")).unwrap();
    let output = site.run(&[".", "--apply", "../table.csv"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(
        stderr(&output).contains("error: a.md: 1:1: Markdown cannot say that a picture is decoration"),
        "{}",
        stderr(&output)
    );
    assert_eq!(stdout(&output), "3 written, 1 left as they are, 1 refused\n");
    let expected = html
        .replace("boats.jpg>", "boats.jpg alt=\"Boote; &quot;drei&quot; &amp; &lt;mehr&gt;\">")
        .replace("alt=image", "alt=\"\"")
        .replace("<img src=astronaut.jpg></a>", "<img src=astronaut.jpg alt=\"To the shop\"></a>");
    assert_eq!(site.read("index.html"), expected);

    // Again, it is all there; where a page has changed, the row is refused.
    let output = site.run(&["index.html", "--apply", "../table.csv"]);
    assert!(stdout(&output).starts_with("0 written, 4 left"), "{}", stdout(&output));
    site.put("index.html", expected.replace("alt=\"\"", "alt=\"By hand\"").as_bytes());
    let output = site.run(&["index.html", "--apply", "../table.csv"]);
    assert!(
        stderr(&output).contains("index.html: 2:1: the page has changed there since the table was written"),
        "{}",
        stderr(&output)
    );
    fs::write(&path, b"file,alt\n\xe9,x\n").unwrap();
    let output = site.run(&[".", "--apply", "../table.csv"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(stderr(&output).contains("the table is not UTF-8: save it as"), "{}", stderr(&output));
}

/// The same answers, in whatever order pictures come and however many there are.
#[test]
fn kept_captions_are_those_of_showtell_caption() {
    let site = Site::new(&[("index.html", "<img src=boats.jpg><img src=astronaut.jpg>")]);
    let expected: Vec<String> = ["boats.jpg", "astronaut.jpg"]
        .iter()
        .map(|name| {
            let mut command = showtell();
            let line = showtell_tests::succeed(
                command.arg("caption").arg(site.path(name)).arg("--bundle").arg(shipped()),
            );
            line.trim_end().split('\t').nth(1).unwrap().to_owned()
        })
        .collect();
    let fresh = site.folder.path().join("fresh");
    for _ in 0..2 {
        let mut command = showtell();
        command.current_dir(site.path("")).args(["alt", ".", "--format", "json", "--bundle"]).arg(shipped());
        let output = command.arg("--cache").arg(&fresh).output().unwrap();
        let found = findings(&output);
        let texts: Vec<&str> =
            found.iter().map(|finding| finding["suggestion"]["text"].as_str().unwrap()).collect();
        assert_eq!(texts, expected);
    }
    assert_eq!(lines(&fresh), 2);
}

fn lines(folder: &Path) -> usize {
    let file = fs::read_dir(folder).unwrap().next().unwrap().unwrap().path();
    fs::read_to_string(file).unwrap().lines().count()
}
