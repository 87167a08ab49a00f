//! "A" or "an": a search chooses the article before it knows the word after it, and now and then the two do not fit.

use crate::labelled::Spoken;

/// Brings articles into agreement with the words after them, where the spelling tells for certain: before "u", "h" and
/// what may be spoken letter by letter it does not, and they stay.
pub fn agree(sentence: &mut [Spoken]) {
    for place in 1..sentence.len() {
        let (before, after) = sentence.split_at_mut(place);
        let (Some(article), Some(next)) = (before.last_mut(), after.first()) else { continue };
        let fits = match (article.word.as_str(), begins_with_vowel(&next.word)) {
            ("a", Some(true)) => "an",
            ("an", Some(false)) => "a",
            _ => continue,
        };
        fits.clone_into(&mut article.word);
    }
}

/// Whether a word is spoken with a vowel at its beginning; nothing where the first letters do not tell.
fn begins_with_vowel(word: &str) -> Option<bool> {
    let word = word.to_lowercase();
    let first = word.chars().next()?;
    match first {
        _ if word.len() == 1 => None,
        'e' if word.starts_with("eu") || word.starts_with("ew") => Some(false),
        'o' if word == "one" || word == "once" => Some(false),
        'a' | 'e' | 'i' | 'o' => Some(true),
        'u' | 'h' => None,
        // "An SUV", "an LCD".
        'f' | 'l' | 'm' | 'n' | 'r' | 's' | 'x' if word.len() <= 3 => None,
        _ if first.is_ascii_lowercase() => Some(false),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn agreed(sentence: &str) -> String {
        let words = sentence.split(' ').enumerate();
        let mut spoken: Vec<Spoken> =
            words.map(|(token, word)| Spoken { word: word.to_owned(), token }).collect();
        agree(&mut spoken);
        spoken.iter().map(|spoken| spoken.word.as_str()).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn articles_fit_the_words_after_them() {
        for (said, expected) in [
            ("a animal is laying in the grass", "an animal is laying in the grass"),
            ("a man with an dog and a apple", "a man with a dog and an apple"),
            ("an white truck", "a white truck"),
            ("a orange on a old table", "an orange on an old table"),
            // The spelling does not tell, nor whether short words are spoken letter by letter.
            ("an suv on a road with a red car", "an suv on a road with a red car"),
            (
                "an hour on a horse in a uniform with an umbrella",
                "an hour on a horse in a uniform with an umbrella",
            ),
            ("a one story house in a european town", "a one story house in a european town"),
            ("a", "a"),
            ("", ""),
        ] {
            assert_eq!(agreed(said), expected);
        }
    }
}
