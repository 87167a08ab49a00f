//! `showtell alt` from the outside: pages, pictures of every kind, formats, tables, and sudden ends.

#![expect(clippy::unwrap_used, clippy::expect_used, reason = "a test")]

use std::fs;
use std::path::Path;
use std::process::{Command, Output};
use std::time::{Duration, SystemTime};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use image::{Rgb, RgbImage};
use serde_json::Value;
use showtell_tests::{root, shipped, showtell, stderr};
use tempfile::TempDir;

/// A site in a folder of its own, with a cache beside it and some pictures: `boats.jpg`, `cup.jpg`,
/// `page.png` that nobody can describe.
struct Site {
    folder: TempDir,
}

impl Site {
    fn new(pages: &[(&str, &str)]) -> Self {
        let site = Self { folder: tempfile::tempdir().unwrap() };
        fs::create_dir(site.path("")).unwrap();
        fs::copy(root().join("assets/photos/boats.jpg"), site.path("boats.jpg")).unwrap();
        fs::copy(root().join("assets/photos/coffee.jpg"), site.path("cup.jpg")).unwrap();
        for (name, text) in pages {
            site.put(name, text.as_bytes());
        }
        site
    }

    fn path(&self, name: &str) -> std::path::PathBuf {
        self.folder.path().join("site").join(name)
    }

    fn put(&self, name: &str, bytes: &[u8]) {
        fs::create_dir_all(self.path(name).parent().unwrap()).unwrap();
        fs::write(self.path(name), bytes).unwrap();
    }

    fn read(&self, name: &str) -> String {
        fs::read_to_string(self.path(name)).unwrap()
    }

    /// `showtell alt .` in the site.
    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = showtell();
        command.current_dir(self.path("")).arg("alt").args(arguments);
        if !arguments.contains(&"--check") && !arguments.contains(&"--apply") {
            // The kept captions of a folder above the temporary ones: each picture is described once.
            command.arg("--bundle").arg(shipped()).arg("--cache").arg(cache());
        }
        command
    }

    fn run(&self, arguments: &[&str]) -> Output {
        self.command(arguments).output().unwrap()
    }

    fn check(&self) -> Vec<Value> {
        let output = self.run(&[".", "--check", "--format", "json"]);
        findings(&output)
    }
}

/// Captions kept for this run of the tests.
fn cache() -> std::path::PathBuf {
    let folder = std::env::temp_dir().join(format!("showtell-tests-alt-{}", std::process::id()));
    fs::create_dir_all(&folder).unwrap();
    folder
}

fn report(output: &Output) -> Value {
    serde_json::from_slice(&output.stdout).unwrap_or_else(|error| panic!("{error}\n{}", stderr(output)))
}

fn findings(output: &Output) -> Vec<Value> {
    report(output)["findings"].as_array().unwrap().clone()
}

fn stdout(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

#[test]
fn missing_and_poor_texts_are_written_and_nothing_else_changes() {
    let html = "<!DOCTYPE html>\r\n<html lang=en-GB><body>\r\n\
        <img src=\"boats.jpg\" class=wide>\r\n\
        <p><IMG alt='boats.jpg' SRC='boats.jpg'> <img alt=image src=cup.jpg></p>\r\n\
        <img src=boats.jpg alt=\"The harbour at noon\"><img src=cup.jpg alt=''>\r\n\
        <a href=/><img src=boats.jpg></a> <!-- <img src=cup.jpg> -->";
    let markdown = "---\ntitle: x\n---\n\n![](boats.jpg) and ![image][c] and `![](cup.jpg)`\n\n[c]: cup.jpg";
    let site = Site::new(&[
        ("index.html", html),
        ("notes/about.md", &markdown.replace(": cup", ": ../cup").replace("(boats", "(../boats")),
    ]);
    let output = site.run(&[".", "--write", "--format", "json"]);
    assert_eq!(output.status.code(), Some(1), "{}", stderr(&output));
    let report = report(&output);
    assert_eq!(report["summary"]["written"], 5);
    assert_eq!(report["summary"]["remaining"], 1);
    let text = |source: &str| {
        let finding = report["findings"]
            .as_array()
            .unwrap()
            .iter()
            .find(|finding| finding["source"] == source)
            .unwrap();
        finding["suggestion"]["text"].as_str().unwrap().to_owned()
    };
    let (boats, cup) = (text("boats.jpg"), text("cup.jpg"));
    assert!(boats.ends_with('.') && boats != cup, "{boats} {cup}");
    let expected = html
        .replace("\"boats.jpg\" class", &format!("\"boats.jpg\" alt=\"{boats}\" class"))
        .replace("alt='boats.jpg'", &format!("alt='{boats}'"))
        .replace("alt=image", &format!("alt=\"{cup}\""));
    assert_eq!(site.read("index.html"), expected);
    assert_eq!(
        site.read("notes/about.md"),
        format!(
            "---\ntitle: x\n---\n\n![{boats}](../boats.jpg) and ![{cup}][c] and `![](cup.jpg)`\n\n[c]: ../cup.jpg"
        )
    );

    // A second time there is nothing to write, and no file is touched.
    let before = fs::metadata(site.path("index.html")).unwrap().modified().unwrap();
    let again = site.run(&[".", "--write", "--format", "json"]);
    assert_eq!(again.status.code(), Some(1));
    assert_eq!(self::report(&again)["summary"]["written"], 0);
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
fn pictures_that_cannot_be_seen_are_named_with_the_reason() {
    let site = Site::new(&[]);
    fs::create_dir(site.path("folder.jpg")).unwrap();
    site.put("empty.jpg", b"");
    site.put("words.png", b"no picture");
    site.put("drawing.svg", b"<svg/>");
    site.put("moving.gif", b"GIF89a\x40\0\x40\0\0\0\0;");
    site.put("dot.gif", b"GIF89a\x01\0\x01\0\0\0\0;");
    let boats = fs::read(site.path("boats.jpg")).unwrap();
    site.put("cut.jpg", &boats[..boats.len() / 2]);
    RgbImage::from_pixel(300, 2, Rgb([9; 3])).save(site.path("line.png")).unwrap();
    fs::copy(root().join("tests/data/nothing.png"), site.path("nothing.png")).unwrap();
    let chart = root().join("docs/pictures/chart.jpg");
    fs::copy(chart, site.path("chart.jpg")).unwrap();
    fs::write(site.folder.path().join("secret.jpg"), &boats).unwrap();
    let expected = [
        ("gone.jpg", "there is no "),
        ("folder.jpg", "is no file"),
        ("empty.jpg", "its picture cannot be read: the file is empty"),
        ("words.png", "its picture cannot be read: not a JPEG, PNG or WebP picture"),
        ("cut.jpg", "its picture cannot be read: damaged or unsupported JPEG data"),
        ("drawing.svg", "it is a drawing (SVG)"),
        ("moving.gif", "its picture cannot be read: not a JPEG, PNG or WebP picture"),
        ("dot.gif", "a spacer or a counter of visits"),
        ("line.png", "a spacer or a counter of visits"),
        ("nothing.png", "a spacer or a counter of visits"),
        ("chart.jpg", "the captioner cannot describe this picture well"),
        ("../secret.jpg", "its address leads out of "),
        ("https://example.org/a.jpg", "its picture is not on this machine"),
        ("{{ page.hero }}", "a template writes part of it"),
        ("data:image/png;base64,!", "its data: address is damaged"),
    ];
    let html: String = expected.iter().map(|(source, _)| format!("<img src=\"{source}\">\n")).collect();
    site.put("index.html", html.as_bytes());
    let output = site.run(&[".", "--write", "--format", "json"]);
    assert_eq!(output.status.code(), Some(1), "{}", stderr(&output));
    let found = findings(&output);
    assert_eq!(found.len(), expected.len());
    for (finding, (source, reason)) in found.iter().zip(expected) {
        assert!(finding["source"].as_str().unwrap().starts_with(source), "{finding}");
        assert!(finding["reason"].as_str().unwrap_or_default().contains(reason), "{finding}");
    }
    assert_eq!(site.read("index.html"), html);
}

#[test]
fn a_picture_of_fifty_megabytes_in_the_page_is_captioned() {
    let site = Site::new(&[]);
    // Text beside the pixels, so that the picture is small and its file is not.
    let mut photo = fs::read(site.path("boats.jpg")).unwrap();
    let comment: Vec<u8> = [b"\xff\xfe\xff\xff".as_slice(), &[b'x'; 65533]].concat();
    let middle: Vec<u8> = comment.iter().copied().cycle().take(comment.len() * 580).collect();
    photo.splice(2..2, middle);
    let address = format!("data:image/jpeg;base64,{}", STANDARD.encode(&photo));
    assert!(address.len() > 50_000_000);
    let page = format!("<p>before</p><img src=\"{address}\"><p>after</p>");
    site.put("index.html", page.as_bytes());
    let output = site.run(&[".", "--write", "--format", "json"]);
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    let finding = &findings(&output)[0];
    assert!(finding["source"].as_str().unwrap().len() < 100);
    let text = finding["suggestion"]["text"].as_str().unwrap();
    assert!(site.read("index.html") == page.replace("\"><p>after", &format!("\" alt=\"{text}\"><p>after")));
}

#[test]
fn pages_of_every_kind_are_read_or_refused_by_name() {
    let site = Site::new(&[("sound.html", "<img src=boats.jpg>")]);
    let wide: Vec<u8> = "\u{feff}<img src=boats.jpg>".encode_utf16().flat_map(u16::to_le_bytes).collect();
    site.put("wide.html", &wide);
    site.put("latin.html", b"<meta charset=latin1>\xe9\r<img src=boats.jpg>\xe9");
    site.put("bad.md", b"\xff![](boats.jpg)");
    site.put("bom.md", b"\xef\xbb\xbf![](boats.jpg)");
    site.put(
        "broken.html",
        b"<<p <b></i><img src=boats.jpg</p><img src=boats.jpg><table><img src='boats.jpg'",
    );
    site.put("empty.html", b"");
    site.put("locked.html", b"<img src=boats.jpg>");
    let mut mode = fs::metadata(site.path("locked.html")).unwrap().permissions();
    mode.set_readonly(true);
    fs::set_permissions(site.path("locked.html"), mode).unwrap();
    std::os::unix::fs::symlink("..", site.path("up")).unwrap();
    fs::create_dir(site.path("sub")).unwrap();
    std::os::unix::fs::symlink("..", site.path("sub/loop")).unwrap();
    std::os::unix::fs::symlink("nowhere", site.path("dangling.html")).unwrap();
    fs::remove_file(site.path("up")).unwrap();

    let output = site.run(&[".", "--write"]);
    assert_eq!(output.status.code(), Some(2));
    let complaints = stderr(&output);
    for expected in [
        "error: wide.html: UTF-16LE is not read: save the page as UTF-8",
        "error: bad.md: not UTF-8: save the page as UTF-8",
        "error: locked.html: the file is read-only: nothing was written",
        "dangling.html: ",
        "sub/loop: a link back to ",
    ] {
        assert!(complaints.contains(expected), "{expected} is not in:\n{complaints}");
    }
    assert_eq!(fs::read(site.path("wide.html")).unwrap(), wide);
    assert_eq!(site.read("locked.html"), "<img src=boats.jpg>");
    assert!(site.read("sound.html").starts_with("<img src=boats.jpg alt=\""));
    assert!(site.read("bom.md").starts_with("\u{feff}!["), "{}", site.read("bom.md"));
    assert!(!site.read("bom.md").starts_with("\u{feff}![]"), "{}", site.read("bom.md"));
    let latin = fs::read(site.path("latin.html")).unwrap();
    assert!(
        latin.starts_with(b"<meta charset=latin1>\xe9\r<img src=boats.jpg alt=\"")
            && latin.ends_with(b"\">\xe9")
    );
    let broken = site.read("broken.html");
    assert_eq!(broken.matches(" alt=\"").count(), 1, "{broken}");
    assert!(broken.ends_with("><table><img src='boats.jpg'"), "{broken}");

    let nothing = site.run(&["sub"]);
    assert_eq!(nothing.status.code(), Some(2));
    assert!(stderr(&site.run(&["gone"])).contains("gone: No such file"));
}

#[test]
fn what_takes_a_person_is_left_to_one() {
    let site = Site::new(&[
        ("german.html", "<html lang=de><img src=boats.jpg>"),
        ("links.html", "<a href=a><img src=boats.jpg></a><button><img src=cup.jpg alt=icon></button>"),
        (
            "same.html",
            "<img src=boats.jpg alt='Work'><img src=cup.jpg alt=Work><img src=cup.jpg alt='Photo of a cup'>",
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
            "it is a link or a button: say where it leads or what it does",
            "it is a link or a button: say where it leads or what it does",
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
    let html = "<img src=boats.jpg>\n<img src=cup.jpg alt=image>\n<a href=x><img src=cup.jpg></a>\n<img src==x.jpg alt='=1+1.jpg'>";
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
        .replace("<img src=cup.jpg></a>", "<img src=cup.jpg alt=\"To the shop\"></a>");
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

#[test]
fn killed_at_any_moment_a_page_is_old_or_new() {
    let pages: Vec<(String, String)> = (0..300)
        .map(|number| {
            (format!("{number}.html"), format!("<p>{number}</p>\n<img src=boats.jpg>\n").repeat(40))
        })
        .collect();
    let site =
        Site::new(&pages.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect::<Vec<_>>());
    // The captions are there before, so that writing is what is interrupted.
    assert_eq!(site.run(&["0.html"]).status.code(), Some(1));
    let whole = site.run(&["0.html", "--write"]);
    assert_eq!(whole.status.code(), Some(0), "{}", stderr(&whole));
    let text = site.read("0.html").split("alt=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
    let (mut wait, mut interrupted) = (Duration::from_millis(20), 0);
    for _ in 0..40 {
        let mut child = site.command(&[".", "--write"]).stdout(std::process::Stdio::null()).spawn().unwrap();
        std::thread::sleep(wait);
        child.kill().unwrap();
        child.wait().unwrap();
        let mut new = 0;
        for (name, old) in &pages {
            let expected = old.replace("boats.jpg>", &format!("boats.jpg alt=\"{text}\">"));
            let found = site.read(name);
            assert!(found == *old || found == expected, "{name} is neither old nor new");
            new += usize::from(found == expected);
        }
        if new == pages.len() {
            pages.iter().for_each(|(name, old)| site.put(name, old.as_bytes()));
            wait = wait * 2 / 3;
        } else if new <= 1 {
            wait += Duration::from_millis(30);
        } else {
            interrupted += 1;
            if interrupted == 5 {
                break;
            }
        }
    }
    assert!(interrupted > 0, "no run was interrupted while it wrote");
    // What a killed run leaves behind is no page.
    assert!(site.check().iter().all(|finding| !finding["file"].as_str().unwrap().contains("showtell-")));
}

#[test]
fn pages_keep_their_times_where_nothing_is_written() {
    let site = Site::new(&[("index.html", "<img src=boats.jpg alt='Boats'><img src=gone.jpg>")]);
    let old = SystemTime::UNIX_EPOCH + Duration::from_secs(1_000_000_000);
    fs::File::options().write(true).open(site.path("index.html")).unwrap().set_modified(old).unwrap();
    assert_eq!(site.run(&[".", "--write"]).status.code(), Some(1));
    assert_eq!(fs::metadata(site.path("index.html")).unwrap().modified().unwrap(), old);
}

/// The same answers, in whatever order pictures come and however many there are.
#[test]
fn kept_captions_are_those_of_showtell_caption() {
    let site = Site::new(&[("index.html", "<img src=boats.jpg><img src=cup.jpg>")]);
    let expected: Vec<String> = ["boats.jpg", "cup.jpg"]
        .iter()
        .map(|name| {
            let mut command = showtell();
            let told = showtell_tests::succeed(
                command.arg("caption").arg(site.path(name)).arg("--bundle").arg(shipped()),
            );
            told.trim_end().split('\t').nth(1).unwrap().to_owned()
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
