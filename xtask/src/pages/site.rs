//! A site to fill in: pages in many hands' HTML and Markdown, each image with a picture of its own.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use image::imageops::{self, FilterType};
use image::{Rgb, RgbImage};

use crate::shell::root;

/// Ways to write an image whose alt text says nothing; `@` is the address.
const POOR: [&str; 12] = [
    "<img src=\"@\">",
    "<IMG SRC='@' WIDTH=320>",
    "<img src=@ class=wide>",
    "<img\n  src=\"@\"\n  width=\"320\"\n  data-note='a > b'\n/>",
    "<img src=\"@\"class=\"x\">",
    "<figure><img loading=lazy src=\"@\" /><figcaption>Figure</figcaption></figure>",
    "<img src=\"@\" alt=\"image\">",
    "<img alt='IMG_2041.jpg' src='@'>",
    "<img alt=photo src=\"@\">",
    "<picture><source srcset=\"@ 2x\"><img class=late></picture>",
    "<img src=\"data:image/gif;base64,R0lGODlhAQABAAAAACw=\" data-src=\"@\">",
    "<a href=\"more.html\"><img src=\"@\"> Read more</a>",
];

/// Ways in which an author has said enough.
const SAID: [&str; 4] = [
    "<img src=\"@\" alt=\"What the author wrote\">",
    "<img src=\"@\" alt=\"\">",
    "<img src=\"@\" role=presentation>",
    "<img src=\"@\" aria-label='The author&rsquo;s label'>",
];

/// Ways to write an image without text in Markdown.
const MARKDOWN: [&str; 6] = [
    "![](@)",
    "![image](@ \"A title\")",
    "A line with ![photo.jpg][ref-@] in it.\n\n[ref-@]: @",
    "> - ![](<@>)\n> - text",
    "| one | two |\n|---|---|\n| ![](@) | `code` |",
    "<p align=center>\n<img src=\"@\">\n</p>",
];

/// What stands around, and must stay.
const AROUND: [&str; 6] = [
    "<p>Text &amp; more, with <b>tags <i>that</b> overlap</i>.",
    "<!-- <img src=\"never.jpg\"> -->",
    "<script>if (a < b) document.write(\"<img src='never.jpg'>\");</script>",
    "<p title='a > b'>An unclosed paragraph\n<ul><li>one<li>two</ul>",
    "<table><tr><td>cell</table>\t  \n",
    "<pre>  <code>&lt;img src=x&gt;</code>\n</pre>",
];

/// What a site was made of.
pub struct Site {
    /// Its pages, with what they held.
    pub pages: Vec<(PathBuf, Vec<u8>)>,
    /// Images whose author has said nothing.
    pub poor: usize,
}

/// Makes a site with that number of pages and image places.
pub fn make(folder: &Path, pages: usize, images: usize) -> anyhow::Result<Site> {
    let photos = photos()?;
    fs::create_dir_all(folder.join("photos")).context("cannot make the site's folder")?;
    let mut site = Site { pages: Vec::with_capacity(pages), poor: 0 };
    let mut done = 0;
    for number in 0..pages {
        let until = images * (number + 1) / pages;
        let markdown = number % 5 == 4;
        let mut body = String::new();
        for image in done..until {
            let name = format!("photos/{image}.jpg");
            cut(&photos, image).save(folder.join(&name)).with_context(|| format!("cannot write {name}"))?;
            let said = image % 10 == 7;
            let ways: &[&str] = match (said, markdown) {
                (true, true) => &["![What the author wrote](@)"],
                (true, false) => &SAID,
                (false, true) => &MARKDOWN,
                (false, false) => &POOR,
            };
            site.poor += usize::from(!said);
            let around = if markdown {
                "Text with *emphasis* and `![](never.jpg)`."
            } else {
                AROUND[image % AROUND.len()]
            };
            body += &format!(
                "{around}\n\n{}\n\n",
                ways[image / 10 % ways.len()].replace('@', &format!("../{name}"))
            );
        }
        done = until;
        let (path, bytes) = page(number, markdown, &body);
        let path = folder.join(path);
        fs::create_dir_all(path.parent().unwrap_or(folder)).context("cannot make a folder")?;
        fs::write(&path, &bytes).with_context(|| format!("cannot write {}", path.display()))?;
        site.pages.push((path, bytes));
    }
    Ok(site)
}

/// A page around its images: line ends, encodings and habits differ.
fn page(number: usize, markdown: bool, body: &str) -> (PathBuf, Vec<u8>) {
    let folder = format!("part{}", number % 20);
    if markdown {
        let text = format!("---\ntitle: \"Page {number} ![](never.jpg)\"\n---\n\n# Page {number}\n\n{body}");
        let text = if number % 10 == 4 { text.replace('\n', "\r\n") } else { text };
        return (Path::new(&folder).join(format!("{number}.md")), text.into_bytes());
    }
    let name = Path::new(&folder).join(format!("{number}.html"));
    let whole = |head: &str| {
        format!(
            "<!DOCTYPE html>\n<html lang=\"en\"><head>{head}<title>Page {number}</title></head>\n<body>\n{body}</body></html>\n"
        )
    };
    let bytes = match number % 5 {
        0 => whole("<meta charset=\"utf-8\">").into_bytes(),
        1 => whole("").replace('\n', "\r\n").into_bytes(),
        2 => [whole("<meta charset=iso-8859-1>").as_bytes(), b"<p>caf\xe9"].concat(),
        // Half a page, without a line end.
        _ => [b"\xef\xbb\xbf".as_slice(), body.trim_end().as_bytes()].concat(),
    };
    (name, bytes)
}

/// The pictures that may be shown, and that cuttings are made of.
fn photos() -> anyhow::Result<Vec<RgbImage>> {
    let mut paths = Vec::new();
    for folder in ["assets/photos", "docs/pictures"] {
        for entry in fs::read_dir(root().join(folder)).with_context(|| format!("cannot read {folder}"))? {
            let path = entry?.path();
            paths.extend(path.extension().is_some_and(|ending| ending == "jpg").then_some(path));
        }
    }
    paths.sort();
    let photos = paths.iter().map(|path| {
        Ok(image::open(path).with_context(|| format!("cannot read {}", path.display()))?.into_rgb8())
    });
    let photos: Vec<RgbImage> = photos.collect::<anyhow::Result<_>>()?;
    if photos.is_empty() {
        bail!("no photos in assets/photos and docs/pictures");
    }
    Ok(photos)
}

/// A part of a photo, no two alike: most of it, somewhere else each time, a little lighter or darker.
fn cut(photos: &[RgbImage], number: usize) -> RgbImage {
    let photo = &photos[number % photos.len()];
    let turn = number / photos.len();
    let (width, height) = (photo.width() * 4 / 5, photo.height() * 4 / 5);
    let [x, y] = [(photo.width() - width, turn % 11), (photo.height() - height, turn / 11 % 11)]
        .map(|(room, step)| room * step as u32 / 10);
    let part = imageops::crop_imm(photo, x, y, width, height).to_image();
    let mut small = imageops::resize(&part, 320, 240, FilterType::Triangle);
    for pixel in small.pixels_mut() {
        pixel.0 = pixel.0.map(|value| value.saturating_add((turn % 13) as u8));
    }
    // What is left that might be alike differs in a corner.
    let corner = number as u32;
    small.put_pixel(0, 0, Rgb([corner as u8, (corner >> 8) as u8, 0]));
    small
}
