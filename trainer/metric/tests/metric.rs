//! Scores equal those of `pycocoevalcap`, and have the properties that their definitions promise.

#![expect(clippy::unwrap_used, reason = "a test")]

use proptest::prelude::*;
use proptest::sample::select;
use serde::Deserialize;
use showtell_metric::bleu::Limits;
use showtell_metric::gram::{Grams, Runs, Words};
use showtell_metric::{References, Scored, Scores};

/// Numbers of `pycocoevalcap` 1.2, Java tokeniser included, made by `data/scores.py`.
#[derive(Deserialize)]
struct Set {
    name: String,
    total: Total,
    photos: Vec<Photo>,
}

#[derive(Deserialize)]
struct Total {
    bleu1: f64,
    bleu2: f64,
    bleu3: f64,
    bleu4: f64,
    rouge_l: f64,
    cider: f64,
}

#[derive(Deserialize)]
struct Photo {
    references: Vec<String>,
    caption: String,
    scores: [f64; 6],
}

fn numbers(scores: &Scores) -> [f64; 6] {
    let Scores { bleu1, bleu2, bleu3, bleu4, rouge_l, cider } = *scores;
    [bleu1, bleu2, bleu3, bleu4, rouge_l, cider]
}

fn close(found: [f64; 6], expected: [f64; 6], what: &str) {
    for (found, expected) in found.iter().zip(&expected) {
        assert!((found - expected).abs() < 1e-9, "{what}: {found} is not {expected}");
    }
}

fn score<S: AsRef<str> + Sync>(references: &[Vec<S>], captions: &[S]) -> Scored {
    References::new(references).unwrap().score(captions).unwrap()
}

#[test]
fn equal_pycocoevalcap() {
    let sets: Vec<Set> = serde_json::from_str(include_str!("data/scores.json")).unwrap();
    assert!(sets.len() >= 10);
    for Set { name, total, photos } in sets {
        let references: Vec<Vec<&str>> =
            photos.iter().map(|photo| photo.references.iter().map(String::as_str).collect()).collect();
        let captions: Vec<&str> = photos.iter().map(|photo| photo.caption.as_str()).collect();
        let found = score(&references, &captions);
        let Total { bleu1, bleu2, bleu3, bleu4, rouge_l, cider } = total;
        close(numbers(&found.total), [bleu1, bleu2, bleu3, bleu4, rouge_l, cider], &name);
        for (photo, scores) in photos.iter().zip(&found.photos) {
            close(numbers(scores), photo.scores, &format!("{name}: {}", photo.caption));
        }
    }
}

/// A plain word.
fn word() -> impl Strategy<Value = &'static str> {
    select(vec![
        "a", "the", "dog", "man", "woman", "red", "ball", "runs", "jumps", "on", "in", "water", "snow",
        "and", "two", "boys",
    ])
}

fn caption(words: std::ops::Range<usize>) -> impl Strategy<Value = String> {
    prop::collection::vec(word(), words).prop_map(|words| words.join(" "))
}

/// Photos with one to four references and a caption each.
fn photos() -> impl Strategy<Value = Vec<(Vec<String>, String)>> {
    prop::collection::vec((prop::collection::vec(caption(1..12), 1..5), caption(0..12)), 1..8)
}

/// Any text at all, control characters and broken markup included.
fn anything() -> impl Strategy<Value = String> {
    prop_oneof!["(?s).*", r#"[a-zA-Z '"<>&;.,!?$@#0-9()/-]{0,40}"#]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn captions_equal_to_their_only_reference_score_one(captions in prop::collection::vec(caption(4..12), 1..8)) {
        let references: Vec<Vec<String>> = captions.iter().map(|caption| vec![caption.clone()]).collect();
        let found = score(&references, &captions).total;
        for score in [found.bleu1, found.bleu2, found.bleu3, found.bleu4, found.rouge_l] {
            prop_assert!((score - 1.0).abs() < 1e-6, "{found:?}");
        }
    }

    #[test]
    fn no_other_caption_beats_the_only_reference_in_cider(
        mut captions in prop::collection::vec(caption(4..12), 2..8),
        other in caption(0..16),
    ) {
        let references: Vec<Vec<String>> = captions.iter().map(|caption| vec![caption.clone()]).collect();
        let best = score(&references, &captions).photos[0].cider;
        captions[0] = other;
        let found = score(&references, &captions).photos[0].cider;
        prop_assert!(found <= best + 1e-9, "{found} > {best}");
    }

    #[test]
    fn one_more_reference_never_lowers_the_clipped_counts(
        references in prop::collection::vec(caption(0..12), 1..5),
        more in caption(0..12),
        caption in caption(0..12),
    ) {
        let all: Vec<String> = references.iter().chain([&more]).cloned().collect();
        let (mut words, mut runs) = (Words::default(), Runs::default());
        let grams: Vec<Grams> =
            all.iter().map(|text| runs.learn(&words.learn(text).words).count()).collect();
        let caption = runs.recognise(&words.recognise(&caption).words).count();
        let fewer = Limits::of(&grams[..references.len()]).compare(&caption).matches;
        let more = Limits::of(&grams).compare(&caption).matches;
        prop_assert!(fewer.iter().zip(more).all(|(fewer, more)| *fewer <= more), "{fewer:?}, {more:?}");
    }

    #[test]
    fn the_order_of_photos_and_references_changes_nothing(photos in photos(), turn in 0_usize..8) {
        let (references, captions): (Vec<_>, Vec<_>) = photos.iter().cloned().unzip();
        let mut turned = photos;
        let count = turned.len();
        turned.rotate_left(turn % count);
        for (references, _) in &mut turned {
            references.reverse();
        }
        let (turned_references, turned_captions): (Vec<_>, Vec<_>) = turned.into_iter().unzip();
        let found = score(&references, &captions);
        let again = score(&turned_references, &turned_captions);
        let mut photos = again.photos;
        photos.rotate_right(turn % count);
        for (a, b) in found.photos.iter().chain([&found.total]).zip(photos.iter().chain([&again.total])) {
            for (a, b) in numbers(a).into_iter().zip(numbers(b)) {
                prop_assert!((a - b).abs() < 1e-12, "{a} is not {b}");
            }
        }
    }

    #[test]
    fn any_text_has_scores_in_range(texts in prop::collection::vec((anything(), anything()), 1..5)) {
        let (references, captions): (Vec<_>, Vec<_>) =
            texts.into_iter().map(|(reference, caption)| (vec![reference], caption)).unzip();
        let found = score(&references, &captions);
        for scores in found.photos.iter().chain([&found.total]) {
            let numbers = numbers(scores);
            prop_assert!(numbers[..5].iter().all(|score| (0.0..=1.0 + 1e-9).contains(score)), "{scores:?}");
            prop_assert!((0.0..=10.0 + 1e-9).contains(&numbers[5]), "{scores:?}");
            prop_assert!(numbers.iter().all(|score| score.is_sign_positive()), "{scores:?}");
        }
    }
}
