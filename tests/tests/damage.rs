//! `showtell alt` among broken pictures and odd pages, and killed while it writes.

#![expect(clippy::unwrap_used, reason = "a test")]

use std::fs;
use std::process::Stdio;
use std::time::{Duration, SystemTime};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use image::{Rgb, RgbImage};
use showtell_tests::site::{Site, findings};
use showtell_tests::{root, stderr};

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
    let blank = root().join("docs/pictures/blank.jpg");
    fs::copy(blank, site.path("blank.jpg")).unwrap();
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
        ("blank.jpg", "the captioner cannot describe this picture well"),
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
    // Killed once so many pages are new, however long that takes on this machine; the first before any is.
    let mut interrupted = 0;
    for least in [0, 1, 2, 5, 20, 60, 120, 180, 240] {
        pages.iter().for_each(|(name, old)| site.put(name, old.as_bytes()));
        let mut child = site.command(&[".", "--write"]).stdout(Stdio::null()).spawn().unwrap();
        let grown = |(name, old): &&(String, String)| {
            fs::metadata(site.path(name)).is_ok_and(|found| found.len() > old.len() as u64)
        };
        while pages.iter().filter(grown).count() < least && child.try_wait().unwrap().is_none() {}
        child.kill().unwrap();
        child.wait().unwrap();
        let mut new = 0;
        for (name, old) in &pages {
            let expected = old.replace("boats.jpg>", &format!("boats.jpg alt=\"{text}\">"));
            let found = site.read(name);
            assert!(found == *old || found == expected, "{name} is neither old nor new");
            new += usize::from(found == expected);
        }
        interrupted += usize::from((1..pages.len()).contains(&new));
    }
    assert!(interrupted >= 3, "{interrupted} runs were interrupted while they wrote");
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
