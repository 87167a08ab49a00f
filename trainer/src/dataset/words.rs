//! Which content words the captions of photos hold: what people would use of a photo, without order.

use showtell::Vocabulary;

use super::StoreError;
use super::captions::{CaptionStore, Mirror};
use crate::metric::support::stem;

/// Which words the captions of photos hold.
#[derive(Debug)]
pub struct Words {
    /// By photo, as it is and mirrored: words with the share of captions that hold them.
    shares: Vec<[Vec<(u32, f32)>; 2]>,
    /// By word: the share of all captions that hold it; nothing where it is not learnt.
    rates: Vec<Option<f32>>,
}

impl Words {
    /// Words by photo, as it is and mirrored, with the share of its captions that hold them, and by word of
    /// the vocabulary the share of all captions that do, where it is learnt.
    #[cfg(test)]
    pub(crate) fn new(shares: Vec<[Vec<(u32, f32)>; 2]>, rates: Vec<Option<f32>>) -> Self {
        Self { shares, rates }
    }

    /// Counts the words of captions.
    ///
    /// # Errors
    /// When they cannot be read.
    pub fn count(captions: &CaptionStore, vocabulary: &Vocabulary, least: usize) -> Result<Self, StoreError> {
        let (mut shares, mut counts, mut all) = (Vec::new(), vec![0_usize; vocabulary.len()], 0);
        for photo in 0..captions.len() {
            let count = |mirror| -> Result<(Vec<u32>, usize), StoreError> {
                let captions = captions.of(photo, mirror)?;
                let number = captions.len();
                let mut words = Vec::new();
                for mut caption in captions {
                    caption.sort_unstable();
                    caption.dedup();
                    words.extend(caption);
                }
                words.sort_unstable();
                Ok((words, number))
            };
            let share = |(words, number): &(Vec<u32>, usize)| -> Vec<(u32, f32)> {
                let runs = words.chunk_by(|a, b| a == b);
                runs.map(|run| (run[0], run.len() as f32 / *number as f32)).collect()
            };
            let (plain, mirrored) = (count(Mirror::No)?, count(Mirror::Yes)?);
            plain.0.iter().for_each(|&word| counts[word as usize] += 1);
            all += plain.1;
            shares.push([share(&plain), share(&mirrored)]);
        }
        let learnt = |(word, &count): (u32, &usize)| {
            let content = stem(vocabulary.word(word)).is_some() && !vocabulary.suppressed().contains(&word);
            (content && count >= least.max(1)).then(|| count as f32 / all as f32)
        };
        Ok(Self { rates: (0..).zip(&counts).map(learnt).collect(), shares })
    }

    /// How many words are learnt.
    #[must_use]
    pub fn learnt(&self) -> usize {
        self.rates.iter().flatten().count()
    }

    /// The share of all captions that hold each word of the vocabulary; nothing where it is not learnt.
    #[must_use]
    pub fn rates(&self) -> &[Option<f32>] {
        &self.rates
    }

    /// Log-odds of each word of the vocabulary in a caption of whatever photo; nothing where it is not learnt.
    pub fn usual(&self) -> impl Iterator<Item = Option<f32>> {
        self.rates.iter().map(|rate| rate.map(|rate| (rate / (1.0 - rate).max(1e-4)).ln()))
    }

    /// The words that a photo's captions hold, each with the share of them that do.
    #[must_use]
    pub fn shares(&self, photo: usize, mirror: Mirror) -> &[(u32, f32)] {
        &self.shares[photo][usize::from(mirror == Mirror::Yes)]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn content_words_of_enough_captions_are_learnt() {
        use crate::dataset::text::{Contractions, Counter, TextRecipe};
        use crate::dataset::{Dataset, Split};
        let here = crate::testing::folder(&[
            (
                "captions.csv",
                "image,caption,split\na.jpg,a dog on the left,train\na.jpg,a dog and a dog,train\nb.jpg,a cat,train\n",
            ),
            ("a.jpg", ""),
            ("b.jpg", ""),
        ]);
        let (dataset, _) = Dataset::open(here.path()).unwrap();
        let contractions = Contractions::Split;
        let recipe = TextRecipe { min_count: 1, max_size: None, max_words: 9, contractions };
        let mut counter = Counter::new(&recipe).unwrap();
        for photo in dataset.photos(Split::Train) {
            photo.unwrap().captions.iter().for_each(|caption| counter.add(caption));
        }
        let tokenizer = counter.tokenizer().unwrap();
        let vocabulary = Vocabulary::from_json(tokenizer.to_string(true).unwrap().as_bytes()).unwrap();
        let captions =
            CaptionStore::build(&dataset, Split::Train, &tokenizer, &here.path().join("c")).unwrap();
        let words = Words::count(&captions, &vocabulary, 1).unwrap();
        let rate = |word: &str| words.rates[vocabulary.id(word).unwrap() as usize];
        assert_eq!((rate("dog"), rate("cat"), rate("a")), (Some(2.0 / 3.0), Some(1.0 / 3.0), None));
        assert_eq!(words.learnt(), 3, "dog, cat and left");
        assert_eq!(Words::count(&captions, &vocabulary, 2).unwrap().learnt(), 1);
        let share = |side: usize, word: &str| {
            let id = vocabulary.id(word);
            words.shares[0][side].iter().find(|(found, _)| Some(*found) == id).map(|(_, share)| *share)
        };
        assert_eq!((share(0, "dog"), share(0, "left"), share(1, "left")), (Some(1.0), Some(0.5), None));
    }
}
