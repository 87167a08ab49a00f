//! All figures about a set of captions.

use showtell_metric::Scores;
use showtell_metric::diversity::Diversity;
use showtell_metric::summary::{Summary, percent};
use showtell_metric::support::Support;

/// All figures, for people.
#[must_use]
pub fn text(summary: &Summary) -> String {
    let mut lines = Vec::new();
    let Scores { bleu1, bleu2, bleu3, bleu4, rouge_l, cider } = summary.scores;
    lines.push(format!("BLEU-1 {bleu1:.4}  BLEU-2 {bleu2:.4}  BLEU-3 {bleu3:.4}  BLEU-4 {bleu4:.4}"));
    let java = [("METEOR", summary.meteor), ("SPICE", summary.spice)];
    let java = java.into_iter().filter_map(|(name, score)| Some(format!("  {name} {:.4}", score?)));
    lines.push(format!(
        "ROUGE-L {rouge_l:.4}  CIDEr-D {cider:.4}{}  over {} images",
        java.collect::<String>(),
        summary.images,
    ));

    let Diversity { words, distinct1, distinct2, mean_length, mean_reference_length, .. } = summary.diversity;
    let vocabulary = summary.diversity.vocabulary.map_or(String::new(), |known| format!(" of {known} known"));
    lines.push(format!(
        "words: {words} different{vocabulary}; distinct-1 {distinct1:.3}, distinct-2 {distinct2:.3}"
    ));
    lines.push(format!("length: {mean_length:.1} words a caption, {mean_reference_length:.1} a reference"));
    let copies = summary
        .diversity
        .copies
        .map_or(String::new(), |share| format!(", {} copies of a training caption", percent(share)));
    lines.push(format!(
        "captions: {} different, {} repeat a word pair{copies}; <unk> {} of words; {} empty",
        summary.diversity.captions,
        percent(summary.diversity.repeated_bigrams),
        percent(summary.diversity.unknown),
        summary.diversity.empty,
    ));

    let Support { hallucination, supported } = summary.support;
    lines.push(format!(
        "support: {} of content words stand in no reference; {} of captions have none of those",
        percent(hallucination),
        percent(supported),
    ));

    if !summary.sources.is_empty() {
        lines.push("\nsource        photos  BLEU-1  BLEU-4  ROUGE-L  CIDEr-D".to_owned());
        let row = |name: &str, images: usize, scores: &Scores| {
            let Scores { bleu1, bleu4, rouge_l, cider, .. } = scores;
            format!("{name:<12} {images:>7}  {bleu1:>6.3}  {bleu4:>6.3}  {rouge_l:>7.3}  {cider:>7.3}")
        };
        let sources = &summary.sources;
        lines.extend(sources.iter().map(|own| row(&own.source, own.images, &own.scores)));
        let own: Vec<Scores> = sources.iter().map(|own| own.scores).collect();
        lines.extend(Scores::mean(&own).map(|mean| row("their mean", summary.images, &mean) + "\n"));
    }

    if let Some(share) = summary.unchanged {
        lines.push(format!("unchanged: {} of captions", percent(share)));
    }

    lines
        .push("\nwhom references name   photos | caption names men  women   both  people  nobody".to_owned());
    for (name, row) in summary.gender.rows() {
        lines.push(format!(
            "{name:<22} {:>6} | {:>17} {:>6} {:>6} {:>7} {:>7}",
            row.photos(),
            row.men,
            row.women,
            row.both,
            row.people,
            row.nobody,
        ));
    }
    let (photos, men, women) = summary.gender.guessed();
    if photos > 0 {
        let share = |part: usize| percent(part as f64 / photos as f64);
        lines.push(format!(
            "where references disagree or give no gender, captions say men in {} and women in {} of {photos}",
            share(men),
            share(women),
        ));
    }
    lines.join("\n")
}
