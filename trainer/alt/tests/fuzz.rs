//! Ten thousand made-up pages: whatever is written into them, a second reader finds nothing changed but alt texts.
//!
//! HTML is read again by lol_html, Markdown by markdown-rs, neither of which finds the places. Pages have nothing that
//! these do not know: no wiki images, notes or HTML that holds Markdown, and no open formulas and frames, which take a
//! tree. The seed is printed; name another with `SEED`, and another number of pages with `PAGES`.

#![expect(clippy::unwrap_used, reason = "a test")]

use std::cell::RefCell;
use std::rc::Rc;

use lol_html::{HtmlRewriter, Settings, doc_comments, doc_text, element};
use markdown::{CompileOptions, ParseOptions};
use rayon::prelude::*;
use showtell_alt::Kind;
use showtell_alt::edit::{Edit, compose};
use showtell_alt::image::Standing;

const TEXT: &str = "A \"dog\" & 'two' <boats>";
const HTML: &[&str] = &[
    "<img src=a.jpg>",
    "<img src='a.jpg'>",
    "<img\n alt=''\n src=\"a\">",
    "<IMG SRC=a.jpg ALT=image/>",
    "<img alt src=a>",
    "<image src=a>",
    "<input type=image src=a>",
    "<area href=x>",
    "<img src=a title='x>y'>",
    "<img src=\"a>b\"class=c>",
    "<p>",
    "</p>",
    "<div>",
    "</div>",
    "<a href=x>",
    "</a>",
    "<b>",
    "</b>",
    "<i>",
    "</i>",
    "<ul><li>",
    "<li>",
    "</ul>",
    "<table>",
    "<tr>",
    "<td>",
    "</table>",
    "<select>",
    "<option>",
    "</select>",
    "<svg>",
    "</svg>",
    "<title>",
    "</title>",
    "<style>",
    "</style>",
    "<script>",
    "</script>",
    "<textarea>",
    "</textarea>",
    "<template>",
    "</template>",
    "<noscript>",
    "</noscript>",
    "<iframe>",
    "</iframe>",
    "<xmp>",
    "</xmp>",
    "<plaintext>",
    "<foreignObject>",
    "</foreignObject>",
    "<picture><source srcset='a 1x, b 2x'>",
    "</picture>",
    "<button>",
    "</button>",
    "<!-- ",
    " -->",
    "<!doctype html>",
    "<![CDATA[",
    "]]>",
    "&amp;",
    "&lt",
    "text ",
    "\n",
    "\r\n",
    "<",
    ">",
    "\"",
    "'",
    "é",
    "=",
    "</",
    "<p aria-hidden=true>",
    "<p lang=de>",
];
const TEMPLATES: &[&str] = &[
    "{{ a }}",
    "{{ ",
    " }}",
    "{% if a %}",
    "{% ",
    " %}",
    "{# ",
    " #}",
    "{% raw %}",
    "{% endraw %}",
    "{% comment %}",
    "{% endcomment %}",
    "<?php ",
    " ?>",
    "<% ",
    " %>",
    "<%= a %>",
    "${a}",
    "@* ",
    " *@",
    "{/* ",
    " */}",
    "{{!-- ",
    " --}}",
    "{\"<img src=a>\"}",
    "---\n",
];
const MARKDOWN: &[&str] = &[
    "![](a.png)",
    "![image](a.png)",
    "![ ](<a b.png>)",
    "![][r]",
    "![r] ",
    "![r][]",
    "[![](a.png)](x)",
    "![](a.png \"t\")",
    "![](a.png){.x}",
    "<img src=a.png>",
    "<img alt=image src=a>",
    "\n",
    "\n\n",
    "\n\n",
    "- ",
    "> ",
    "1. ",
    "    ",
    "`",
    "``",
    "```\n",
    "~~~\n",
    "*",
    "**",
    "_",
    "[",
    "]",
    "(",
    ")",
    "\\",
    "| ",
    "\n\n| a | b |\n|---|---|\n| ![](a.png) | <img src=a.png> |\n\n",
    "# ",
    "text ",
    "<div>\n",
    "</div>\n",
    "<!-- ",
    " -->",
    "[r]: a.png\n\n",
    "$",
    "^",
    "\r\n",
];

/// Numbers that look drawn (Marsaglia 2003, xorshift), the same on every machine.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 >> 33).unwrap() % sides
    }

    fn page(&mut self, kind: Kind) -> String {
        let mut page = String::new();
        let templated = self.roll(3) == 0;
        for _ in 0..self.roll(24) {
            let pieces: &[&str] = match self.roll(8) {
                0 if templated => TEMPLATES,
                1..=5 if kind == Kind::Markdown => MARKDOWN,
                _ => HTML,
            };
            page.push_str(pieces[self.roll(pieces.len())]);
        }
        if kind == Kind::Html {
            return page;
        }
        // What Markdown makes of its own ends a drawing that the author has left open; only whoever renders it sees that.
        let closed = page.replace("<svg>", "<svg></svg>");
        closed + "\n\n[r]: a.png\n"
    }
}

/// What lol_html finds in HTML, without alt texts: tags with their attributes, text, comments. Nothing where it gives up.
fn html(page: &str) -> Option<Vec<String>> {
    let found = Rc::new(RefCell::new(Vec::new()));
    let (tags, texts, comments) = (Rc::clone(&found), Rc::clone(&found), Rc::clone(&found));
    let settings = Settings::new()
        .append_element_content_handler(element!("*", move |element| {
            let attributes = element.attributes().iter();
            let said = attributes.filter(|attribute| attribute.name() != "alt");
            let said: Vec<String> = said.map(|said| format!("{}={}", said.name(), said.value())).collect();
            tags.borrow_mut().push(format!("<{} {}>", element.tag_name(), said.join(" ")));
            Ok(())
        }))
        .append_document_content_handler(doc_text!(move |text| {
            texts.borrow_mut().push(text.as_str().to_owned());
            Ok(())
        }))
        .append_document_content_handler(doc_comments!(move |comment| {
            comments.borrow_mut().push(format!("<!{}>", comment.text()));
            Ok(())
        }));
    let mut reader = HtmlRewriter::new(settings.with_strict(false), |_: &[u8]| {});
    let read = reader.write(page.as_bytes()).and_then(|()| reader.end());
    read.ok().map(|()| found.take())
}

/// What markdown-rs makes of Markdown, as HTML without the alt texts of images.
fn markdown(page: &str) -> Option<Vec<String>> {
    let compile = CompileOptions {
        allow_dangerous_html: true,
        gfm_tagfilter: false,
        allow_dangerous_protocol: true,
        ..CompileOptions::gfm()
    };
    let options = markdown::Options { compile, parse: ParseOptions::gfm() };
    let page = page.strip_prefix('\u{feff}').unwrap_or(page);
    html(&markdown::to_html_with_options(page, &options).ok()?)
}

/// Whether a page is as it was after texts have been written, and how many were.
fn written(kind: Kind, page: &str) -> Result<usize, String> {
    let Ok((read, _)) = kind.read(page.as_bytes()) else { return Ok(0) };
    let edit = |image: usize| Edit { image, text: TEXT.to_owned() };
    // What a template may write is left to people.
    let sure = |image: &usize| !matches!(read.images[*image].standing, Standing::Templated | Standing::Code);
    let all: Vec<Edit> = (0..read.images.len()).filter(sure).map(edit).collect();
    let mut new = page.as_bytes().to_vec();
    let mut count = 0;
    match compose(kind, &new, &all) {
        Ok(written) => (new, count) = (written, all.len()),
        // One by one, those that can be written.
        Err(_) => {
            for edit in all {
                if let Ok(written) = compose(kind, &new, &[edit]) {
                    new = written;
                    count += 1;
                }
            }
        }
    }
    let new = String::from_utf8(new).map_err(|error| error.to_string())?;
    let second = if kind == Kind::Markdown { markdown } else { html };
    match (second(page), second(&new)) {
        (Some(before), Some(after)) if before != after => {
            Err(format!("{page}\n--- became ---\n{new}\n--- {before:?}\n--- {after:?}"))
        }
        _ => Ok(count),
    }
}

#[test]
fn nothing_but_alt_texts_changes() {
    let number = |name: &str| std::env::var(name).ok().and_then(|number| number.parse().ok());
    let seed: u64 = number("SEED").unwrap_or(1);
    let pages: u64 = number("PAGES").unwrap_or(10_000);
    println!("SEED={seed}");
    let tried: Vec<Result<usize, String>> = (0..pages)
        .into_par_iter()
        .map(|page| {
            let mut dice = Dice(
                (seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) ^ page.wrapping_mul(0xD1B5_4A32_D192_ED03)) | 1,
            );
            let kind = if page % 2 == 0 { Kind::Html } else { Kind::Markdown };
            let text = dice.page(kind);
            written(kind, &text).map_err(|fault| format!("page {page}, {kind:?}:\n{fault}"))
        })
        .collect();
    let faults: Vec<&String> = tried.iter().filter_map(|page| page.as_ref().err()).collect();
    let shown: Vec<&str> = faults.iter().take(5).map(|fault| fault.as_str()).collect();
    assert!(faults.is_empty(), "SEED={seed}: {} pages changed:\n\n{}", faults.len(), shown.join("\n\n"));
    let written: usize = tried.into_iter().flatten().sum();
    println!("{written} texts in {pages} pages");
    assert!(written * 4 > usize::try_from(pages).unwrap(), "only {written} texts were written");
}
