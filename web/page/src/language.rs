//! The languages of the page, and what is worded in more than one place.

use std::cell::RefCell;
use std::collections::BTreeMap;

use fluent_templates::static_loader;
use js_sys::{Array, Function, Intl, Object, Reflect};
use leptos::prelude::*;
use leptos_fluent::{I18n, leptos_fluent, tr};
use showtell_protocol::{DeviceReason, DeviceReport, Refusal};
use showtell_types::alt::Remark;
use showtell_types::answer::FAIR;
use showtell_types::{Caption, Rung};
use wasm_bindgen::JsValue;

use crate::desk::{Finding, Notice, Review, Tally};

static_loader! {
    static TRANSLATIONS = {
        locales: "./locales",
        fallback_language: "en",
        // Marks of direction around every value would be copied along with texts; both languages
        // run from left to right.
        customise: |bundle| bundle.set_use_isolating(false),
    };
}

/// Words for everything within: the language last chosen, or else the browser's.
#[component]
pub fn Language(children: Children) -> impl IntoView {
    leptos_fluent! {
        children: children(),
        translations: [TRANSLATIONS],
        locales: "./locales",
        default_language: "en",
        check_translations: "./src/**/*.rs",
        sync_html_tag_lang: true,
        local_storage_key: "showtell-language",
        initial_language_from_url_param: true,
        url_param: "lang",
        initial_language_from_local_storage: true,
        initial_language_from_navigator: true,
        set_language_to_local_storage: true,
    }
}

/// The words for code that runs when no component does: at events and after promises.
#[derive(Debug, Clone)]
pub struct Words(Option<Owner>);

impl Words {
    /// Those of the component that asks.
    #[must_use]
    pub fn here() -> Self {
        Self(Owner::current())
    }

    /// Words something.
    pub fn say<T>(&self, text: impl FnOnce() -> T) -> T {
        match &self.0 {
            Some(owner) => owner.with(text),
            None => text(),
        }
    }
}

/// The tag of the page's language.
#[must_use]
pub fn tag() -> String {
    use_context::<I18n>().map_or_else(|| "en".to_owned(), |i18n| i18n.language.get().id.to_string())
}

thread_local! {
    /// What writes numbers, by language and digits: to make one takes a browser longer than to use it a hundred times.
    static FORMATS: RefCell<BTreeMap<(String, u32), Function>> = const { RefCell::new(BTreeMap::new()) };
}

/// A number as the page's language writes it, with so many digits behind the point.
#[must_use]
pub fn number(value: f64, digits: u32) -> String {
    let format = FORMATS.with_borrow_mut(|formats| {
        formats.entry((tag(), digits)).or_insert_with_key(|(tag, digits)| format(tag, *digits)).clone()
    });
    let written = format.call1(&JsValue::UNDEFINED, &value.into());
    written.ok().and_then(|text| text.as_string()).unwrap_or_else(|| value.to_string())
}

fn format(tag: &str, digits: u32) -> Function {
    let options = Object::new();
    for key in ["minimumFractionDigits", "maximumFractionDigits"] {
        // Fails for no plain object.
        let _ = Reflect::set(&options, &key.into(), &digits.into());
    }
    Intl::NumberFormat::new(&Array::of1(&tag.into()), &options).format()
}

/// The answer with as much doubt as it deserves: words of the page's language, and what is told of the picture, which
/// is English in every language.
#[must_use]
pub fn hedged(caption: &Caption) -> (String, String) {
    let lower = || {
        let mut letters = caption.text.chars();
        let first = letters.next().map(char::to_lowercase).into_iter().flatten();
        first.chain(letters).collect::<String>()
    };
    // Both languages put their words of doubt first.
    let before = |text: String| text.trim_end().to_owned();
    match caption.answer.rung {
        Rung::Sentence | Rung::Kind => (String::new(), caption.text.clone()),
        Rung::Perhaps => (before(tr!("doubtful", { "text" => "" })), lower()),
        Rung::Thing | Rung::Broader => (before(tr!("may-show", { "text" => "" })), lower()),
        Rung::Nothing => (tr!("unable"), String::new()),
    }
}

/// From this probability on a sentence is called good: it is right more often than not.
const GOOD: f32 = 0.6;

/// How sure the captioner is, in a word with what to do about it, and in a number where that says the same.
#[must_use]
pub fn confidence(finding: &Finding) -> (String, String) {
    let Some(share) = finding.caption.confidence.probability() else {
        return (tr!("confidence-unmeasured"), String::new());
    };
    let rung = finding.caption.answer.rung;
    let percent = || format!("{:.0}", share * 100.0);
    match rung {
        Rung::Nothing => (tr!("confidence-none"), String::new()),
        Rung::Sentence if share >= GOOD => {
            (tr!("confidence-high"), tr!("confidence-detail", { "percent" => percent() }))
        }
        Rung::Sentence if share >= FAIR => {
            (tr!("confidence-fair"), tr!("confidence-detail", { "percent" => percent() }))
        }
        Rung::Sentence => (tr!("confidence-low"), tr!("confidence-detail", { "percent" => percent() })),
        // A number that is no lower than that of a sentence without "Perhaps" would contradict it.
        Rung::Perhaps if share < FAIR => {
            (tr!("confidence-low"), tr!("confidence-detail", { "percent" => percent() }))
        }
        Rung::Perhaps => (tr!("confidence-low"), String::new()),
        Rung::Kind if share >= GOOD => {
            (tr!("confidence-high"), tr!("confidence-answers", { "percent" => percent() }))
        }
        Rung::Thing | Rung::Broader | Rung::Kind => {
            (tr!("confidence-fair"), tr!("confidence-answers", { "percent" => percent() }))
        }
    }
}

/// How far a text has come.
#[must_use]
pub fn review(review: Review) -> String {
    match review {
        Review::Waiting => tr!("review-waiting"),
        Review::Suggested => tr!("review-suggested"),
        Review::Unwritten => tr!("review-unwritten"),
        Review::Failed => tr!("review-failed"),
        Review::Accepted => tr!("review-accepted"),
        Review::Edited => tr!("review-edited"),
        Review::Decorative => tr!("review-decorative"),
    }
}

/// How many photos have come how far: "12 photos: 9 suggested, 2 to write yourself, 1 failed".
#[must_use]
pub fn tally(tally: &Tally) -> String {
    let part = |review| {
        let count = tally.of(review);
        (count > 0).then(|| match review {
            Review::Waiting => tr!("tally-waiting", { "count" => count as i64 }),
            Review::Suggested => tr!("tally-suggested", { "count" => count as i64 }),
            Review::Unwritten => tr!("tally-unwritten", { "count" => count as i64 }),
            Review::Failed => tr!("tally-failed", { "count" => count as i64 }),
            Review::Accepted => tr!("tally-accepted", { "count" => count as i64 }),
            Review::Edited => tr!("tally-edited", { "count" => count as i64 }),
            Review::Decorative => tr!("tally-decorative", { "count" => count as i64 }),
        })
    };
    let parts: Vec<String> = Review::ALL.into_iter().filter_map(part).collect();
    format!("{}: {}", tr!("tally", { "count" => tally.all() as i64 }), parts.join(", "))
}

/// Whether what stands in the way of a caption may pass: a file that is damaged stays so.
#[must_use]
pub fn passes(refusal: &Refusal) -> bool {
    matches!(refusal, Refusal::Unreadable | Refusal::Crashed { .. } | Refusal::Other { .. })
}

/// Why a photo has no caption, and what helps.
#[must_use]
pub fn refusal(refusal: &Refusal, path: &str) -> String {
    let path = path.to_lowercase();
    let ends = |endings: &[&str]| endings.iter().any(|ending| path.ends_with(ending));
    match refusal {
        Refusal::UnknownFormat if ends(&[".heic", ".heif"]) => tr!("refusal-heic"),
        Refusal::UnknownFormat if ends(&[".svg"]) => tr!("refusal-svg"),
        Refusal::Empty => tr!("refusal-empty"),
        Refusal::UnknownFormat => tr!("refusal-unknown"),
        Refusal::NoPixels => tr!("refusal-no-pixels"),
        Refusal::TooLarge { width, height } => {
            tr!("refusal-too-large", { "width" => width.to_string(), "height" => height.to_string() })
        }
        Refusal::Damaged { .. } => tr!("refusal-damaged"),
        Refusal::Unreadable => tr!("refusal-unreadable"),
        Refusal::Crashed { .. } => tr!("refusal-crashed"),
        Refusal::Other { .. } => tr!("refusal-other"),
    }
}

/// What a program said of a refusal, in its own words, for those who want to know.
#[must_use]
pub fn detail(refusal: &Refusal) -> Option<&str> {
    match refusal {
        Refusal::Damaged { reason } | Refusal::Crashed { reason } | Refusal::Other { reason } => Some(reason),
        _ => None,
    }
}

/// What could be better about an alt text.
#[must_use]
pub fn remark(remark: &Remark) -> String {
    match remark {
        Remark::Empty => tr!("remark-empty"),
        Remark::Long { characters } => tr!("remark-long", { "count" => *characters as i64 }),
        Remark::TooLong { characters } => tr!("remark-too-long", { "count" => *characters as i64 }),
        Remark::Opening { words } => tr!("remark-opening", { "words" => words.clone() }),
        Remark::FileName => tr!("remark-file-name"),
        Remark::Placeholder => tr!("remark-placeholder"),
        Remark::Repetition { words } => tr!("remark-repetition", { "words" => words.clone() }),
    }
}

/// Why the device is in use.
#[must_use]
pub fn device(report: &DeviceReport) -> String {
    match &report.reason {
        DeviceReason::Asked => tr!("device-asked"),
        DeviceReason::NoAdapter => tr!("device-no-adapter"),
        DeviceReason::Faster => {
            let ms = |time: Option<f64>| format!("{:.0}", time.unwrap_or_default());
            tr!("device-faster", { "cpu" => ms(report.cpu), "gpu" => ms(report.gpu) })
        }
        DeviceReason::GpuFailed(reason) => tr!("device-gpu-failed", { "reason" => reason.clone() }),
    }
}

/// What has to be said.
#[must_use]
pub fn notice(notice: &Notice) -> String {
    match notice {
        Notice::NoFile => tr!("notice-no-file"),
        Notice::Skipped(paths) => tr!("notice-skipped", { "count" => paths.len() as i64 }),
        Notice::Restarted { on_cpu: true } => tr!("notice-restarted-cpu"),
        Notice::Restarted { on_cpu: false } => tr!("notice-restarted"),
        Notice::NotKept { photos, texts } => {
            let what = tr!("notice-not-kept", { "photos" => *photos as i64 });
            let texts = tr!("notice-not-kept-texts", { "texts" => *texts as i64 });
            format!("{what} {texts}")
        }
        Notice::NothingKept => tr!("notice-nothing-kept"),
        Notice::OtherTab => tr!("notice-other-tab"),
        Notice::Restored(count) => tr!("notice-restored", { "count" => *count as i64 }),
        Notice::NoClipboard => tr!("notice-no-clipboard"),
        Notice::ForeignAddress(origin) => tr!("notice-foreign", { "origin" => origin.clone() }),
        Notice::BadAddress(address) => tr!("notice-bad-address", { "address" => address.clone() }),
        Notice::NoCamera => tr!("notice-no-camera"),
        Notice::NewVersion => tr!("notice-new-version"),
        Notice::Removed(count) => tr!("notice-removed", { "count" => *count as i64 }),
        Notice::Replaced => tr!("notice-replaced"),
        Notice::BundleGivenUp(reason) => tr!("notice-bundle", { "reason" => reason.clone() }),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use showtell_types::alt::Remark;
    use showtell_types::answer::{MAY_SHOW, NOTHING, PERHAPS};

    /// The keys of a language's texts, each with the values it takes.
    fn keys(text: &str) -> BTreeSet<(String, BTreeSet<String>)> {
        let mut found: Vec<(String, BTreeSet<String>)> = Vec::new();
        for line in text.lines() {
            let starts = line.starts_with(|c: char| c.is_ascii_lowercase());
            if let Some((key, _)) = line.split_once(" = ").filter(|_| starts) {
                found.push((key.to_owned(), BTreeSet::new()));
            }
            if let Some((_, values)) = found.last_mut() {
                let names = line.split("{ $").skip(1).filter_map(|rest| rest.split([' ', '}']).next());
                values.extend(names.map(ToOwned::to_owned));
            }
        }
        found.into_iter().collect()
    }

    /// A text of the English page.
    fn english(key: &str) -> String {
        let text = include_str!("../locales/en/main.ftl");
        let found = text.lines().find_map(|line| line.strip_prefix(key)?.strip_prefix(" = "));
        found.unwrap_or_default().to_owned()
    }

    #[test]
    fn the_english_page_says_what_the_command_line_and_the_package_say() {
        assert_eq!(english("doubtful"), format!("{PERHAPS} {{ $text }}"));
        assert_eq!(english("may-show"), format!("{MAY_SHOW} {{ $text }}"));
        assert_eq!(english("unable"), NOTHING);
        let words = || "{ $words }".to_owned();
        let number = 987_654_321;
        for (key, remark) in [
            ("remark-empty", Remark::Empty),
            ("remark-long", Remark::Long { characters: number }),
            ("remark-too-long", Remark::TooLong { characters: number }),
            ("remark-opening", Remark::Opening { words: words() }),
            ("remark-file-name", Remark::FileName),
            ("remark-placeholder", Remark::Placeholder),
            ("remark-repetition", Remark::Repetition { words: words() }),
        ] {
            assert_eq!(english(key), remark.to_string().replace(&number.to_string(), "{ $count }"));
        }
    }

    #[test]
    fn every_language_has_every_text() {
        let english = keys(include_str!("../locales/en/main.ftl"));
        assert!(english.len() > 100);
        assert_eq!(english, keys(include_str!("../locales/de/main.ftl")));
    }
}
