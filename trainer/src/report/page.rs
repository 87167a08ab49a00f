//! The report's HTML.

use maud::{DOCTYPE, Markup, PreEscaped, html};

use super::published::FLICKR8K;
use super::{Human, Shown, Subject};
use crate::fit::calibration::reliability::Reliability;
use crate::metric::Scores;
use crate::metric::diversity::Diversity;
use crate::metric::summary::percent;

/// Everything the page shows.
pub struct Page<'a> {
    pub subject: &'a Subject<'a>,
    pub human: Option<Human>,
    pub widths: Vec<(usize, Scores)>,
    /// Charts, as SVG.
    pub beams: String,
    pub curve: Option<String>,
    pub lengths: String,
    pub ciders: String,
    /// Of each source its name, chart and figures, where the bundle is calibrated.
    pub reliability: Vec<(String, String, Reliability)>,
    /// Title, explanation and photos.
    pub galleries: [(&'static str, &'static str, Vec<Shown<'a>>); 3],
}

impl Page<'_> {
    /// The page, complete.
    pub fn html(&self) -> String {
        let Subject { name, split, beam, summary, .. } = self.subject;
        let title = format!("{name}: {split}, {} photos", summary.images);
        let page = html! {
            (DOCTYPE)
            html lang="en" {
                head {
                    meta charset="utf-8";
                    meta name="viewport" content="width=device-width, initial-scale=1";
                    title { (title) }
                    style { (PreEscaped(include_str!("style.css"))) }
                }
                body {
                    header {
                        h1 { (name) }
                        p {
                            (summary.images) " photos of the " (split) " split, "
                            @if beam.sampling.is_some() { "the best of " (beam.width) " drawn captions" }
                            @else { "beam search of width " (beam.width) }
                            @if beam.mbr.is_some() { ", the caption that most agree with" }
                            ", length exponent " (beam.length_penalty) "."
                        }
                        nav aria-label="Sections" {
                            a href="#scores" { "Scores" }
                            a href="#training" { "Training" }
                            a href="#words" { "Words" }
                            @if !self.reliability.is_empty() { a href="#confidence" { "Confidence" } }
                            a href="#gender" { "Gender" }
                            @for (title, ..) in &self.galleries { a href=(format!("#{}", id(title))) { (title) } }
                        }
                    }
                    main {
                        (self.scores())
                        (self.training())
                        (self.words())
                        (self.confidence())
                        (self.gender())
                        p.legend {
                            @if self.looks() {
                                "Below, each caption with where the model looked at each word: bright regions drew "
                                "attention, dark ones did not. "
                            }
                            "Under a word stands the probability that the model gave it."
                        }
                        @for (title, explanation, shown) in &self.galleries {
                            section id=(id(title)) {
                                h2 { (title) }
                                p { (explanation) }
                                @for shown in shown { (card(shown)) }
                            }
                        }
                    }
                }
            }
        };
        page.into_string()
    }

    /// Whether the model looks at regions.
    fn looks(&self) -> bool {
        let shown = self.galleries.iter().flat_map(|(_, _, shown)| shown);
        shown.flat_map(|shown| &shown.words).any(|(_, _, veil)| veil.is_some())
    }

    fn scores(&self) -> Markup {
        let Subject { name, summary, targets, .. } = self.subject;
        let Scores { bleu1, bleu2, bleu3, bleu4, rouge_l, cider } = summary.scores;
        let ours = [bleu1, bleu2, bleu3, bleu4, rouge_l, cider].map(Some);
        let spice = summary.spice.is_some();
        let flickr8k = targets.photos.iter().all(|photo| of_flickr8k(&photo.image));
        html! {
            section #scores {
                h2 { "Scores" }
                div.wide { table {
                    thead { tr {
                        th scope="col" { "" }
                        @for metric in ["BLEU-1", "BLEU-2", "BLEU-3", "BLEU-4", "ROUGE-L", "CIDEr-D", "METEOR"] {
                            th scope="col" { (metric) }
                        }
                        @if spice { th scope="col" { "SPICE" } }
                    } }
                    tbody {
                        tr.ours {
                            th scope="row" { (name) }
                            @for score in ours.into_iter().chain([summary.meteor]) { (number(score)) }
                            @if spice { (number(summary.spice)) }
                        }
                        @if let Some(Human { scores, references }) = &self.human {
                            @let Scores { bleu1, bleu2, bleu3, bleu4, rouge_l, cider } = *scores;
                            tr {
                                th scope="row" { "One person against " (references) " others" }
                                @for score in [bleu1, bleu2, bleu3, bleu4, rouge_l, cider] { (number(Some(score))) }
                                (number(None))
                                @if spice { (number(None)) }
                            }
                        }
                        @if flickr8k {
                            @for row in FLICKR8K {
                                tr.published {
                                    th scope="row" { (row.system) br; small { (row.source) ", test" } }
                                    @for score in row.bleu { (number(score)) }
                                    (number(None)) (number(None)) (number(row.meteor))
                                    @if spice { (number(None)) }
                                }
                            }
                        }
                    }
                } }
                p {
                    "Computed as coco-caption does, over raw references. The row of one person takes each "
                    "photo's first reference for the caption and the same number of others for each photo, so it has "
                    "fewer references than the rows of models."
                    @if flickr8k {
                        " The published rows are for the 1,000 test photos, as table 1 of Xu et al. 2015 gives "
                        "them; tokenisation there was each author's own."
                    }
                }
                div.charts {
                    figure {
                        (PreEscaped(&self.beams))
                        figcaption { "Scores by width of the beam search" }
                    }
                    figure {
                        (PreEscaped(&self.ciders))
                        figcaption { "How the photos' own scores are spread" }
                    }
                }
                div.wide { table {
                    thead { tr {
                        th scope="col" { "Beam width" }
                        @for metric in ["BLEU-1", "BLEU-2", "BLEU-3", "BLEU-4", "ROUGE-L", "CIDEr-D"] {
                            th scope="col" { (metric) }
                        }
                    } }
                    tbody {
                        @for (width, scores) in &self.widths {
                            @let Scores { bleu1, bleu2, bleu3, bleu4, rouge_l, cider } = *scores;
                            tr.ours[*width == self.subject.beam.width] {
                                th scope="row" { (width) }
                                @for score in [bleu1, bleu2, bleu3, bleu4, rouge_l, cider] { (number(Some(score))) }
                            }
                        }
                    }
                } }
            }
        }
    }

    fn training(&self) -> Markup {
        html! {
            section #training {
                h2 { "Training" }
                @match &self.curve {
                    Some(curve) => figure.curve {
                        (PreEscaped(curve))
                        figcaption { "Loss of every step (faint) and its mean and the dev score by epoch" }
                    },
                    None => p { "No record of the training run was given; " code { "--run FOLDER" } " adds its curve." },
                }
            }
        }
    }

    fn words(&self) -> Markup {
        let Diversity {
            words,
            vocabulary,
            distinct1,
            distinct2,
            captions,
            mean_length,
            mean_reference_length,
            repeated_bigrams,
            copies,
            unknown,
            empty,
            ..
        } = &self.subject.summary.diversity;
        let support = &self.subject.summary.support;
        let row = |what: &str, figure: String| html! { tr { th scope="row" { (what) } td { (figure) } } };
        html! {
            section #words {
                h2 { "Words" }
                div.charts {
                    figure {
                        (PreEscaped(&self.lengths))
                        figcaption { "Length of captions and of references" }
                    }
                    div.wide { table {
                        tbody {
                            (row("Different words", words.to_string()))
                            @if let Some(known) = vocabulary { (row("Words the model knows", known.to_string())) }
                            (row("Different captions", captions.to_string()))
                            (row("Distinct-1", format!("{distinct1:.3}")))
                            (row("Distinct-2", format!("{distinct2:.3}")))
                            (row("Words in a caption, mean", format!("{mean_length:.1}")))
                            (row("Words in a reference, mean", format!("{mean_reference_length:.1}")))
                            (row("Captions that repeat a word pair", percent(*repeated_bigrams)))
                            @if let Some(copies) = copies { (row("Copies of a training caption", percent(*copies))) }
                            (row("Words that are <unk>", percent(*unknown)))
                            (row("Empty captions", empty.to_string()))
                            (row("Content words that stand in no reference", percent(support.hallucination)))
                            (row("Captions without such words", percent(support.supported)))
                        }
                    } }
                }
            }
        }
    }

    fn confidence(&self) -> Markup {
        if self.reliability.is_empty() {
            return html! {};
        }
        html! {
            section #confidence {
                h2 { "Confidence" }
                p {
                    "Captions by the confidence that goes with them, and the share of them of which enough content "
                    "words stand, by their stems, in some reference: as many as the calibration asked for. On the "
                    "line, confidence is what it says. One reference seldom has all words that fit: where photos "
                    "have few references, right captions count as wrong."
                }
                div.charts {
                    @for (name, chart, Reliability { error, by_chance, ranking, right, .. }) in &self.reliability {
                        figure {
                            (PreEscaped(chart))
                            figcaption {
                                (name) ": " (percent(*right)) " of captions are right in this sense. Expected "
                                "calibration error " (format!("{error:.3}")) " (by chance " (format!("{by_chance:.3}")) "), area under the ROC curve "
                                (format!("{ranking:.3}")) "."
                            }
                        }
                    }
                }
                p {
                    "Where the bundle was calibrated on this very split, these figures flatter it a little; "
                    code { "showtell calibrate" } " prints those of a cross-validation."
                }
            }
        }
    }

    fn gender(&self) -> Markup {
        let table = &self.subject.summary.gender;
        let (photos, men, women) = table.guessed();
        html! {
            section #gender {
                h2 { "Gender" }
                p {
                    "Whom captions name, by whom people named in the references of the same photo. English "
                    "words such as man, boy, lady, she."
                }
                div.wide { table {
                    thead {
                        tr { th scope="col" rowspan="2" { "References name" } th scope="col" rowspan="2" { "Photos" }
                            th colspan="5" scope="colgroup" { "Caption names" } }
                        tr { @for whom in ["men", "women", "both", "people", "nobody"] { th scope="col" { (whom) } } }
                    }
                    tbody {
                        @for (whom, row) in table.rows() {
                            tr {
                                th scope="row" { (whom) }
                                td { (row.photos()) }
                                @for count in [row.men, row.women, row.both, row.people, row.nobody] { td { (count) } }
                            }
                        }
                    }
                } }
                @if photos > 0 {
                    p {
                        "Where references disagree or give no gender (" (photos) " photos), captions name only men in "
                        (percent(men as f64 / photos as f64)) " and only women in "
                        (percent(women as f64 / photos as f64)) "."
                    }
                }
            }
        }
    }
}

/// One photo with its caption, its references and where the model looked.
fn card(shown: &Shown<'_>) -> Markup {
    let Shown { photo, picture: (address, width, height), caption, scores, words } = shown;
    // The photo is in the page once; tiles and the large view all draw it from here.
    let style = format!("--photo: url({address}); --ratio: {width} / {height}");
    html! {
        article style=(style) {
            div.photo role="img" aria-label=(caption) {}
            div.text {
                h3 { (caption) }
                p.figures {
                    span { "CIDEr-D " b { (format!("{:.2}", scores.cider)) } }
                    span { "BLEU-4 " (format!("{:.2}", scores.bleu4)) }
                    span { "ROUGE-L " (format!("{:.2}", scores.rouge_l)) }
                    code { (photo.image) }
                }
                ul { @for reference in &photo.captions { li { (reference) } } }
                ol.attention aria-label="The caption's words" {
                    @for (word, probability, veil) in words {
                        li {
                            @if let Some(veil) = veil { div.tile style=(format!("--veil: url({veil})")) {} }
                            span { (word) }
                            small { (format!("{:.0} %", probability * 100.0)) }
                        }
                    }
                }
            }
        }
    }
}

fn number(score: Option<f64>) -> Markup {
    html! { td { @match score { Some(score) => (format!("{score:.3}")), None => span.none { "–" } } } }
}

/// Whether a file is named as all photos of Flickr8k are: `1000268201_693b08cb0e.jpg`. The published
/// figures are about those, and say nothing elsewhere.
fn of_flickr8k(image: &str) -> bool {
    let parts = image.strip_suffix(".jpg").and_then(|name| name.split_once('_'));
    parts.is_some_and(|(number, secret)| {
        number.bytes().all(|b| b.is_ascii_digit())
            && secret.len() == 10
            && secret.bytes().all(|b| b.is_ascii_hexdigit())
    })
}

fn id(title: &str) -> String {
    title.to_lowercase().replace(' ', "-")
}
