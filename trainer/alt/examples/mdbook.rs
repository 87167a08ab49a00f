//! A preprocessor for mdBook: pictures without an alt text get one while the book is built. Its sources stay as
//! they are.
//!
//! ```toml
//! [preprocessor.alt]                                # in book.toml
//! command = "path/to/mdbook path/to/a/bundle"       # this program, and the folder of a bundle
//! ```

use std::path::{Path, PathBuf};

use serde_json::Value;
use showtell::{AttentionMaps, Bundle, CaptionOptions, Device, bundle};
use showtell_alt::edit::{Edit, compose, tidy};
use showtell_alt::image::Standing;
use showtell_alt::source::{Ground, Picture};
use showtell_alt::{Describer, Kind, Links, Trust, lint};

type Failure = Box<dyn std::error::Error>;

fn main() -> Result<(), Failure> {
    let mut arguments = std::env::args().skip(1);
    let folder = PathBuf::from(arguments.next().ok_or("name the folder of a bundle")?);
    // mdBook asks `supports RENDERER` first: text is good for all of them.
    if arguments.next().is_some() {
        return Ok(());
    }
    let (context, mut book): (Value, Value) = serde_json::from_reader(std::io::stdin())?;
    let text = |value: &Value, or: &str| value.as_str().unwrap_or(or).to_owned();
    let source = Path::new(&text(&context["root"], ".")).join(text(&context["config"]["book"]["src"], "src"));

    let files = bundle::NEEDED.into_iter().chain(bundle::OPTIONAL);
    let files = files.filter_map(|name| Some((name.to_owned(), std::fs::read(folder.join(name)).ok()?)));
    let bundle = Bundle::from_files(files.collect())?;
    let options =
        CaptionOptions { beam: bundle.config().decoding.clone(), attention: AttentionMaps::Dropped };
    let kept = std::env::temp_dir().join("showtell-mdbook");
    let describer = Describer::new(&bundle, options, &Device::flex(), &kept)?;

    // What mdBook 0.5 calls items was sections before.
    for items in ["items", "sections"] {
        chapters(book.get_mut(items), &source, &describer)?;
    }
    Ok(serde_json::to_writer(std::io::stdout(), &book)?)
}

/// Fills in the chapters of a list, and those below them.
fn chapters(items: Option<&mut Value>, source: &Path, describer: &Describer) -> Result<(), Failure> {
    for item in items.and_then(Value::as_array_mut).into_iter().flatten() {
        let Some(chapter) = item.get_mut("Chapter") else { continue };
        if let (Some(content), Some(path)) = (chapter["content"].as_str(), chapter["path"].as_str()) {
            chapter["content"] = filled(content, &source.join(path), source, describer)?.into();
        }
        chapters(chapter.get_mut("sub_items"), source, describer)?;
    }
    Ok(())
}

/// A page with a text for each picture that has none, and that the captioner can describe.
fn filled(page: &str, place: &Path, source: &Path, describer: &Describer) -> Result<String, Failure> {
    let ground = Ground {
        folder: place.parent().unwrap_or(source),
        root: source,
        bound: source,
        base: None,
        links: Links::Inside,
    };
    let mut edits = Vec::new();
    for (image, found) in Kind::Markdown.read(page.as_bytes())?.0.images.iter().enumerate() {
        let silent = lint::problems(found).iter().any(lint::Problem::says_nothing);
        let (Standing::Shown, true, Ok(Picture::File(file))) =
            (found.standing, silent, ground.locate(&found.sources))
        else {
            continue;
        };
        let captions = describer.describe(std::slice::from_ref(&file), |_, _| ())?;
        if let Some(Ok(caption)) = captions.get(&file)
            && caption.trust != Trust::Unable
        {
            edits.push(Edit { image, text: tidy(&caption.hedged()) });
        }
    }
    Ok(String::from_utf8(compose(Kind::Markdown, page.as_bytes(), &edits)?)?)
}
