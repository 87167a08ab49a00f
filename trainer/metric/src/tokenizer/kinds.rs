//! Kinds of characters: one byte for all that the rules treat alike.
//!
//! ASCII stands for itself, so that the rules read as usual; every other character becomes one of
//! the bytes below. An automaton over bytes is small and quickly made, whatever Unicode holds.

use std::sync::LazyLock;

use regex_syntax::hir::{Class, HirKind};

/// A letter.
pub const LETTER: u8 = 0xc0;
/// Sits on or between letters.
pub const MARK: u8 = 0xc1;
/// A digit.
pub const DIGIT: u8 = 0xc2;
/// A symbol that is a token by itself.
pub const SYMBOL: u8 = 0xc3;
/// Nothing that any rule knows.
pub const UNKNOWN: u8 = 0xff;

/// What the rules single out, each kind under the byte by which they call it. Characters below
/// U+00A0 are those of Windows-1252, which turn up in text that was once mistaken for Latin-1.
const KINDS: &[(u8, &str)] = &[
    (0x80, "\u{80}¢£¤¥₠€؋฿₤￠￡￥￦"),
    (0x85, "…"),
    (0x8a, "\u{58a}\u{2010}\u{2011}"),
    (0x91, "\u{91}‘‛"),
    (0x92, "\u{92}’"),
    (0x93, "\u{93}\u{94}‚“”„‟‹›«»"),
    (0x96, "\u{96}\u{97}–—―"),
    (0xa0, "\u{a0}"),
    (
        0xa1,
        "\u{2000}\u{2001}\u{2002}\u{2003}\u{2004}\u{2005}\u{2006}\u{2007}\u{2008}\u{2009}\u{200a}\u{3000}",
    ),
    (0xa2, "\u{200b}\u{200e}\u{200f}\u{feff}"),
    (0xad, "\u{ad}"),
    (0xb0, "、"),
    (0xb1, "\u{66b}\u{66c}"),
    (0xb2, "\u{2044}"),
    (0xb3, "⁺⁻₊₋"),
    (0xb4, "⁰¹²³⁴⁵⁶⁷⁸⁹"),
    (0xb5, "₀₁₂₃₄₅₆₇₈₉"),
    (0xb6, "¼½¾⅓⅔⅕⅖⅗⅘⅙⅚⅛⅜⅝⅞"),
    (0xb8, "¡¿\u{37e}\u{589}\u{61f}\u{6d4}\u{700}\u{701}\u{702}"),
];

/// Classes of the rest, as Unicode 6.1 had them; the program that is followed here knows no later
/// one, and nothing outside of the basic plane.
const CLASSES: &[(u8, &str)] = &[
    (LETTER, r"[[\p{L}\x{1885}\x{1886}]&&\p{age=6.1}&&[\x{80}-\x{ffff}]]"),
    (DIGIT, r"[\p{Nd}&&\p{age=6.1}&&[\x{80}-\x{ffff}]]"),
    (MARK, r"[[\p{M}\p{Sk}]&&\p{age=6.1}&&[\x{2c2}-\x{ecd}]]"),
    // Blocks that were common in 2014.
    (
        SYMBOL,
        r"[[\p{S}\p{P}\p{No}\p{Cf}]&&\p{age=6.1}&&[¦§¨©¬®¯°-º×÷\x{387}\x{5be}-\x{5f4}\x{600}-\x{61e}\x{66a}-\x{70d}\x{7f6}-\x{7f8}\x{964}\x{965}\x{e4f}\x{1fbd}\x{2016}\x{2017}\x{2020}-\x{2023}\x{2030}-\x{2038}\x{203b}\x{203e}-\x{2042}\x{207c}-\x{207f}\x{208c}-\x{208e}\x{2100}-\x{214f}\x{2190}-\x{2bff}\x{3002}\x{3012}\x{30fb}\x{ff01}-\x{ff65}]]",
    ),
];

/// The kind of a character.
pub fn kind(c: char) -> u8 {
    // Ranges of characters with their kind, in order.
    static RANGES: LazyLock<Vec<(char, char, u8)>> = LazyLock::new(ranges);
    if c.is_ascii() {
        return c as u8;
    }
    let after = RANGES.partition_point(|(first, ..)| *first <= c);
    match after.checked_sub(1).map(|place| RANGES[place]) {
        Some((_, last, kind)) if c <= last => kind,
        _ => UNKNOWN,
    }
}

fn ranges() -> Vec<(char, char, u8)> {
    let mut ranges: Vec<(char, char, u8)> = Vec::new();
    let single: Vec<(char, u8)> =
        KINDS.iter().flat_map(|(kind, characters)| characters.chars().map(move |c| (c, *kind))).collect();
    for (kind, class) in CLASSES {
        let parsed = regex_syntax::parse(class).map(regex_syntax::hir::Hir::into_kind);
        let Ok(HirKind::Class(Class::Unicode(class))) = parsed else { continue };
        let wide = class.ranges().iter().map(|range| (range.start(), range.end(), *kind));
        ranges.extend(wide.flat_map(|range| without(range, &single)));
    }
    ranges.extend(single.iter().map(|&(c, kind)| (c, c, kind)));
    ranges.sort_unstable();
    ranges
}

/// The parts of a range that hold none of the single characters.
fn without((first, last, kind): (char, char, u8), single: &[(char, u8)]) -> Vec<(char, char, u8)> {
    let mut inside: Vec<char> =
        single.iter().map(|(c, _)| *c).filter(|c| (first..=last).contains(c)).collect();
    inside.sort_unstable();
    let mut parts = Vec::new();
    let mut from = u32::from(first);
    for end in inside.into_iter().map(u32::from).chain([u32::from(last) + 1]) {
        if let (true, Some(a), Some(b)) =
            (from < end, char::from_u32(from), char::from_u32(end.wrapping_sub(1)))
        {
            parts.push((a, b, kind));
        }
        from = end + 1;
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_class_is_understood_and_singles_come_first() {
        for (c, expected) in [
            ('a', b'a'),
            ('é', LETTER),
            ('日', LETTER),
            ('\u{301}', MARK),
            ('٣', DIGIT),
            ('☺', SYMBOL),
            ('²', 0xb4),
            ('ª', LETTER),
            ('’', 0x92),
            ('€', 0x80),
            ('😀', UNKNOWN),
            ('\u{e000}', UNKNOWN),
        ] {
            assert_eq!(kind(c), expected, "{c:?}");
        }
    }

    #[test]
    fn no_character_has_two_kinds() {
        assert!(ranges().windows(2).all(|pair| pair[0].1 < pair[1].0));
    }
}
