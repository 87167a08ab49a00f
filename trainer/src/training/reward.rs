//! What a caption that the decoder wrote itself is worth: self-critical training (Rennie et al.
//! 2017) maximises it.
//!
//! CIDEr-D over token ids, with document frequencies of the training captions. The end token
//! counts as a word, in captions and references, so that sentences which break off ("a man in a")
//! pay for it. Words outside the vocabulary are one word that no caption has.

use rustc_hash::{FxHashMap, FxHashSet};
use showtell::Vocabulary;

use super::TrainingError;
use crate::dataset::StoreError;
use crate::dataset::captions::{CaptionStore, Mirror};
use crate::metric::bleu::Limits;
use crate::metric::cider::{DocumentCounts, Documents, Vector, cider_d};
use crate::metric::gram::{Grams, Runs};
use crate::metric::support::stem;
use crate::recipe::{Baseline, SelfCriticalRecipe};

/// BLEU reaches from 0 to 1, CIDEr-D from 0 to 10.
const SCALE: f64 = 10.0;

/// Tells what captions are worth. Its memory grows with the number of different runs of one to four
/// words in the training captions.
#[derive(Debug)]
pub struct Reward {
    recipe: SelfCriticalRecipe,
    runs: Runs,
    documents: Documents,
    /// A number for the stem of each word that has content, by token id.
    stems: Vec<Option<u32>>,
    end: u32,
}

/// What people wrote about a photo, counted.
#[derive(Debug)]
pub struct Expected {
    vectors: Vec<Vector>,
    limits: Limits,
    stems: FxHashSet<u32>,
}

impl Reward {
    /// Counts the training captions, one photo at a time.
    ///
    /// # Errors
    /// When they cannot be read.
    pub fn new(
        captions: &CaptionStore,
        vocabulary: &Vocabulary,
        recipe: &SelfCriticalRecipe,
    ) -> Result<Self, StoreError> {
        let end = vocabulary.special().end;
        let (mut runs, mut counts) = (Runs::default(), DocumentCounts::default());
        for photo in 0..captions.len() {
            let grams: Vec<Grams> = captions
                .of(photo, Mirror::No)?
                .into_iter()
                .map(|caption| runs.learn(&closed(caption, end)).count())
                .collect();
            counts.add(&Limits::of(&grams));
            // Runs that only captions of mirrored photos have get numbers too, or they would be taken
            // for strangers, which equal each other by chance; they count as no document's.
            for caption in captions.of(photo, Mirror::Yes)? {
                let _ = runs.learn(&closed(caption, end));
            }
        }
        let mut numbers: FxHashMap<String, u32> = FxHashMap::default();
        let special = vocabulary.special();
        let wordless = [special.pad, special.start, special.end, special.unknown];
        let stems = (0..vocabulary.len() as u32)
            .map(|id| {
                if wordless.contains(&id) {
                    return None;
                }
                let next = numbers.len() as u32;
                stem(vocabulary.word(id)).map(|stem| *numbers.entry(stem).or_insert(next))
            })
            .collect();
        Ok(Self { recipe: recipe.clone(), runs, documents: counts.into(), stems, end })
    }

    /// Counts what people wrote about a photo, token ids without end token.
    #[must_use]
    pub fn expect(&self, references: Vec<Vec<u32>>) -> Expected {
        let stems = references.iter().flatten().filter_map(|&id| self.stem(id)).collect();
        let grams: Vec<Grams> = references
            .into_iter()
            .map(|reference| self.runs.recognise(&closed(reference, self.end)).count())
            .collect();
        Expected {
            vectors: grams.iter().map(|grams| self.documents.vector(grams)).collect(),
            limits: Limits::of(&grams),
            stems,
        }
    }

    /// What a caption of one of a step's photos is worth, given as token ids with its end token, if it
    /// has one.
    ///
    /// # Panics
    /// Without a photo of that place.
    #[must_use]
    pub fn of(&self, caption: &[u32], photos: &[Expected], photo: usize) -> f64 {
        let SelfCriticalRecipe { cider, bleu4, hallucination, between, .. } = self.recipe;
        let expected = &photos[photo];
        let grams = self.runs.recognise(caption).count();
        let vector = self.documents.vector(&grams);
        let mut worth = f64::from(cider) * cider_d(&vector, &expected.vectors);
        if between > 0.0 && photos.len() > 1 {
            let others = photos.iter().enumerate().filter(|(place, _)| *place != photo);
            let total: f64 = others.map(|(_, other)| cider_d(&vector, &other.vectors)).sum();
            worth -= f64::from(between) * total / (photos.len() - 1) as f64;
        }
        if bleu4 > 0.0 {
            worth += f64::from(bleu4) * SCALE * expected.limits.compare(&grams).smoothed_bleu4();
        }
        if hallucination > 0.0 {
            let content: Vec<u32> = caption.iter().filter_map(|&id| self.stem(id)).collect();
            let supported = content.iter().filter(|stem| expected.stems.contains(stem)).count();
            let share = if content.is_empty() { 0.0 } else { supported as f64 / content.len() as f64 };
            worth -= f64::from(hallucination) * (1.0 - share);
        }
        worth
    }

    fn stem(&self, id: u32) -> Option<u32> {
        self.stems.get(id as usize).copied().flatten()
    }

    /// How much better than the baseline each of a photo's captions is. `greedy` is the likeliest
    /// caption, needed where it is the baseline.
    ///
    /// # Errors
    /// Where the baseline has nothing to go by.
    pub fn advantages(
        &self,
        captions: &[Vec<u32>],
        greedy: Option<&[u32]>,
        photos: &[Expected],
        photo: usize,
    ) -> Result<(Vec<f32>, f64), TrainingError> {
        let rewards: Vec<f64> = captions.iter().map(|caption| self.of(caption, photos, photo)).collect();
        let total: f64 = rewards.iter().sum();
        let mean = total / rewards.len().max(1) as f64;
        let advantages = match (self.recipe.baseline, greedy) {
            (Baseline::Greedy, Some(greedy)) => {
                let baseline = self.of(greedy, photos, photo);
                rewards.iter().map(|reward| (reward - baseline) as f32).collect()
            }
            (Baseline::Greedy, None) => return Err(TrainingError::NoGreedy),
            (Baseline::LeaveOneOut, _) => {
                if rewards.len() < 2 {
                    return Err(TrainingError::LeaveOneOut { captions: rewards.len() });
                }
                let others = (rewards.len() - 1) as f64;
                rewards.iter().map(|reward| (reward - (total - reward) / others) as f32).collect()
            }
        };
        Ok((advantages, mean))
    }
}

fn closed(mut caption: Vec<u32>, end: u32) -> Vec<u32> {
    caption.push(end);
    caption
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dataset::text::{Contractions, Counter, TextRecipe};
    use crate::dataset::{Dataset, Split};
    use crate::testing::folder;

    const END: u32 = 2;

    /// The reward over four photos, and token ids of a text.
    fn reward(recipe: &SelfCriticalRecipe) -> (Reward, impl Fn(&str) -> Vec<u32> + use<>) {
        let captions = "image,caption,split\na.png,a dog runs on grass,train\na.png,the dog is running,train\n\
                        b.png,a cat sleeps on a bed,train\nc.png,a man rides a horse,train\n\
                        d.png,the dog left,train\nd.png,right,train\n";
        let here =
            folder(&[("captions.csv", captions), ("a.png", ""), ("b.png", ""), ("c.png", ""), ("d.png", "")]);
        let (dataset, _) = Dataset::open(here.path()).unwrap();
        let text =
            TextRecipe { min_count: 1, max_size: None, max_words: 9, contractions: Contractions::Split };
        let mut counter = Counter::new(&text).unwrap();
        for photo in dataset.photos(Split::Train) {
            photo.unwrap().captions.iter().for_each(|caption| counter.add(caption));
        }
        let tokenizer = counter.tokenizer().unwrap();
        let path = here.path().join("captions");
        let store = CaptionStore::build(&dataset, Split::Train, &tokenizer, &path).unwrap();
        let vocabulary = Vocabulary::from_json(tokenizer.to_string(false).unwrap().as_bytes()).unwrap();
        assert_eq!(vocabulary.special().end, END);
        let reward = Reward::new(&store, &vocabulary, recipe).unwrap();
        let ids = move |text: &str| text.split(' ').map(|word| vocabulary.id(word).unwrap()).collect();
        (reward, ids)
    }

    fn ended(mut ids: Vec<u32>) -> Vec<u32> {
        ids.push(END);
        ids
    }

    #[test]
    fn the_better_caption_is_worth_more_and_breaking_off_costs() {
        let (reward, ids) = reward(&SelfCriticalRecipe::default());
        let expected = [reward.expect(vec![ids("a dog runs on grass"), ids("the dog is running")])];
        let worth = |text: &str| reward.of(&ended(ids(text)), &expected, 0);
        let all =
            [worth("a dog runs on grass"), worth("a dog sleeps on grass"), worth("a cat sleeps on a bed")];
        assert!(all.is_sorted_by(|a, b| a > b) && all[2] >= 0.0, "{all:?}");
        assert!(reward.of(&ids("a dog runs on grass"), &expected, 0) < all[0]);
    }

    /// With one reference and document frequencies of its own set, the reward of a caption is the
    /// CIDEr-D that the metric gives, but for the end token as a further word.
    #[test]
    fn it_is_the_cider_d_of_the_metric() {
        let (reward, ids) = reward(&SelfCriticalRecipe::default());
        let raw = [
            vec!["a dog runs on grass END", "the dog is running END"],
            vec!["a cat sleeps on a bed END"],
            vec!["a man rides a horse END"],
            vec!["the dog left END", "right END"],
        ];
        let references = crate::metric::References::new(&raw).unwrap();
        let captions = ["a dog is running END", "a cat sleeps END", "a horse END", "a dog left END"];
        let scored = references.score(&captions).unwrap();
        for (place, raw) in raw.iter().enumerate() {
            let references = raw.iter().map(|text| ids(text.trim_end_matches(" END"))).collect();
            let expected = [reward.expect(references)];
            let found = reward.of(&ended(ids(captions[place].trim_end_matches(" END"))), &expected, 0);
            assert!((found - scored.photos[place].cider).abs() < 1e-9, "{place}: {found}");
        }
    }

    #[test]
    fn captions_of_mirrored_photos_are_known_word_by_word() {
        let (reward, ids) = reward(&SelfCriticalRecipe::default());
        // Training has "the dog left"; mirrored it is "the dog right", said nowhere else.
        let expected = [reward.expect(vec![ids("the dog right")])];
        let worth = |text: &str| reward.of(&ended(ids(text)), &expected, 0);
        // Its second pair is as strange as "dog right", and must not be taken for it.
        assert!(worth("the dog sleeps") < 0.8 * worth("the dog right"));
        let pair = reward.of(&ids("cat right"), &expected, 0);
        let other = reward.of(&ids("cat man"), &expected, 0);
        assert!(pair > other, "{pair} {other}");
    }

    #[test]
    fn other_terms_are_added_on_request() {
        let recipe = SelfCriticalRecipe { cider: 0.0, hallucination: 2.0, ..SelfCriticalRecipe::default() };
        let (reward, ids) = reward(&recipe);
        let expected = [reward.expect(vec![ids("the dog is running")])];
        // Of dog, runs and grass the last is unsupported.
        assert!((reward.of(&ended(ids("a dog runs on grass")), &expected, 0) + 2.0 / 3.0).abs() < 1e-9);
        assert!((reward.of(&ended(ids("a the")), &expected, 0) + 2.0).abs() < 1e-9);
        let recipe = SelfCriticalRecipe { hallucination: 0.0, bleu4: 0.5, ..recipe };
        let (reward, ids) = self::reward(&recipe);
        let expected = [reward.expect(vec![ids("the dog is running")])];
        assert!((reward.of(&ended(ids("the dog is running")), &expected, 0) - 5.0).abs() < 1e-6);
    }

    #[test]
    fn what_fits_other_photos_is_worth_less() {
        let recipe = SelfCriticalRecipe { cider: 0.0, between: 0.5, ..SelfCriticalRecipe::default() };
        let (reward, ids) = reward(&recipe);
        let photos =
            ["a dog runs on grass", "a cat sleeps on a bed"].map(|text| reward.expect(vec![ids(text)]));
        let worth = |text: &str, photo| reward.of(&ended(ids(text)), &photos, photo);
        assert!((worth("a cat sleeps on a bed", 0) + 5.0).abs() < 1e-6);
        assert!(worth("a man rides a horse", 0) > worth("a cat is running", 0));
        assert!(worth("a man rides a horse", 0).abs() < 0.2);
    }

    #[test]
    fn advantages_are_over_the_others_or_over_the_greedy_caption() {
        let (reward, ids) = reward(&SelfCriticalRecipe::default());
        let expected = [reward.expect(vec![ids("a dog runs on grass")])];
        let captions = ["a dog runs on grass", "a cat", "a dog"].map(|text| ended(ids(text)));
        let worth = captions.each_ref().map(|caption| reward.of(caption, &expected, 0));
        let (found, mean) = reward.advantages(&captions, None, &expected, 0).unwrap();
        assert!((found[0] - (worth[0] - f64::midpoint(worth[1], worth[2])) as f32).abs() < 1e-5);
        assert!(found.iter().sum::<f32>().abs() < 1e-4, "{found:?}");
        assert!((mean - worth.iter().sum::<f64>() / 3.0).abs() < 1e-9);
        assert!(reward.advantages(&captions[..1], None, &expected, 0).is_err());

        let recipe = SelfCriticalRecipe { baseline: Baseline::Greedy, ..SelfCriticalRecipe::default() };
        let (reward, _) = self::reward(&recipe);
        let (found, _) = reward.advantages(&captions, Some(&captions[2]), &expected, 0).unwrap();
        assert!((found[0] - (worth[0] - worth[2]) as f32).abs() < 1e-5 && found[2] == 0.0);
        assert!(reward.advantages(&captions, None, &expected, 0).is_err());
    }
}
