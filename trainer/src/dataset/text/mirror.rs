//! Captions of photos that are flipped left to right.

/// Words that change sides, each with its counterpart.
const SIDES: [(&str, &str); 10] = [
    ("left", "right"),
    ("lefts", "rights"),
    ("leftmost", "rightmost"),
    ("lefthand", "righthand"),
    ("leftward", "rightward"),
    ("leftwards", "rightwards"),
    ("lefty", "righty"),
    ("lefthanded", "righthanded"),
    ("leftside", "rightside"),
    ("lefties", "righties"),
];

/// Swaps left and right in a caption, as a photo flipped left to right takes: whole words in any
/// case, parts of compounds such as `left-hand` included, `bright` and `copyright` not.
///
/// Words that have nothing to do with sides are swapped as well where they are spelt alike (`has
/// left`, `right behind`): telling them apart takes more than spelling.
#[must_use]
pub fn mirror(caption: &str) -> String {
    let mut mirrored = String::with_capacity(caption.len() + 8);
    let mut rest = caption;
    while let Some(start) = rest.find(char::is_alphanumeric) {
        let (between, word) = rest.split_at(start);
        let (word, after) = word.split_at(word.find(|c: char| !c.is_alphanumeric()).unwrap_or(word.len()));
        mirrored += between;
        mirrored += &turn(word).unwrap_or_else(|| word.to_owned());
        rest = after;
    }
    mirrored + rest
}

/// The counterpart of a word, in its case where that is one of the usual three.
fn turn(word: &str) -> Option<String> {
    let lower = word.to_ascii_lowercase();
    let (left, right) = SIDES.iter().find(|(left, right)| lower == *left || lower == *right)?;
    let turned = if lower == *left { right } else { left };
    let mut letters = word.chars();
    let first = letters.next().is_some_and(char::is_uppercase);
    Some(if first && letters.all(char::is_uppercase) {
        turned.to_ascii_uppercase()
    } else if first {
        turned[..1].to_ascii_uppercase() + &turned[1..]
    } else {
        (*turned).to_owned()
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dataset::text::words;
    use proptest::prelude::*;

    #[test]
    fn sides_are_swapped_as_whole_words() {
        for (caption, expected) in [
            ("A dog on the left .", "A dog on the right ."),
            ("Right and LEFT, left-hand; far-right", "Left and RIGHT, right-hand; far-left"),
            ("the leftmost man's right's", "the rightmost man's left's"),
            ("a bright upright copyright leftover", "a bright upright copyright leftover"),
            ("", ""),
        ] {
            assert_eq!(mirror(caption), expected);
            assert_eq!(mirror(&mirror(caption)), caption);
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn twice_is_the_same_and_only_sides_change(
            parts in prop::collection::vec(prop_oneof!["(?s).{0,6}", "[lL][eE][fF][tT]", "[rR][iI]ght", " |-|,"], 0..12),
        ) {
            let caption = parts.concat();
            let before: Vec<String> = words(&caption).collect();
            let turned: Vec<String> = words(&mirror(&caption)).collect();
            prop_assert_eq!(before.len(), turned.len());
            let back: Vec<String> = words(&mirror(&mirror(&caption))).collect();
            prop_assert_eq!(before, back);
        }
    }
}
