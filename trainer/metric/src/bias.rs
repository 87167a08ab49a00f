//! Whether captions say "man" or "woman" where people do not: gendered words in captions against
//! gendered words in the references of the same photo, after Hendricks et al. 2018.
//!
//! English words only. A caption names men, women, both, people without gender, or nobody. A
//! photo's references are taken together: they may also disagree, one naming only men, another only
//! women.

use std::sync::LazyLock;

use rustc_hash::FxHashMap;
use serde::Serialize;

const MEN: &str = "man men boy boys guy guys gentleman gentlemen male males he him his himself father dad daddy \
    grandfather grandpa son sons brother brothers husband groom uncle businessman businessmen \
    fireman firemen fisherman fishermen policeman policemen salesman workman workmen cowboy \
    cowboys waiter king prince lad lads schoolboy schoolboys";
const WOMEN: &str = "woman women girl girls lady ladies female females she her hers herself mother mom mommy \
    grandmother grandma daughter daughters sister sisters wife bride brides aunt businesswoman \
    policewoman saleswoman cowgirl cowgirls waitress queen princess actress bridesmaid \
    bridesmaids cheerleader cheerleaders schoolgirl schoolgirls ballerina gal gals";
const PEOPLE: &str = "person persons people someone somebody individual individuals human humans child children \
    kid kids baby babies toddler toddlers infant teen teens teenager teenagers adult adults \
    couple couples crowd family friends parent parents youth youngster youngsters student \
    students worker workers officer officers player players athlete athletes rider riders biker \
    bikers bicyclist bicyclists cyclist cyclists motorcyclist runner runners skier skiers \
    snowboarder snowboarders skateboarder skateboarders surfer surfers swimmer swimmers climber \
    climbers hiker hikers dancer dancers singer singers musician musicians performer performers \
    spectators pedestrians racer racers skater skaters wrestlers jogger joggers team";

/// Whom a caption names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Named {
    /// Men or boys, and neither women nor girls.
    Men,
    /// Women or girls, and neither men nor boys.
    Women,
    /// Both.
    Both,
    /// People, without a word for their gender.
    People,
    /// No person.
    Nobody,
}

/// Whom a tokenised caption names.
#[must_use]
pub fn named(caption: &str) -> Named {
    static KINDS: LazyLock<FxHashMap<&str, Named>> = LazyLock::new(|| {
        let kinds = [(MEN, Named::Men), (WOMEN, Named::Women), (PEOPLE, Named::People)];
        kinds
            .into_iter()
            .flat_map(|(words, kind)| words.split_whitespace().map(move |word| (word, kind)))
            .collect()
    });
    let said = caption.split_whitespace().filter_map(|word| KINDS.get(word).copied());
    said.fold(Named::Nobody, |so_far, kind| match (so_far, kind) {
        (Named::Nobody | Named::People, kind) => kind,
        (so_far, Named::People) => so_far,
        (so_far, kind) if so_far == kind => kind,
        _ => Named::Both,
    })
}

/// How many captions name whom, for photos whose references agree in some way.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Row {
    /// Men or boys only.
    pub men: usize,
    /// Women or girls only.
    pub women: usize,
    /// Both.
    pub both: usize,
    /// People without gender.
    pub people: usize,
    /// Nobody.
    pub nobody: usize,
}

impl Row {
    fn count(&mut self, named: Named) {
        *match named {
            Named::Men => &mut self.men,
            Named::Women => &mut self.women,
            Named::Both => &mut self.both,
            Named::People => &mut self.people,
            Named::Nobody => &mut self.nobody,
        } += 1;
    }

    /// Number of photos.
    #[must_use]
    pub fn photos(&self) -> usize {
        self.men + self.women + self.both + self.people + self.nobody
    }
}

/// Captions by whom they name, in rows by whom the references name.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Table {
    /// Some references name men, none women.
    pub men: Row,
    /// Some references name women, none men.
    pub women: Row,
    /// A reference names both.
    pub both: Row,
    /// Some references name only men, others only women.
    pub disagree: Row,
    /// References name people, none with a gender.
    pub people: Row,
    /// References name no person.
    pub nobody: Row,
}

impl Table {
    /// The rows with what their references do.
    #[must_use]
    pub fn rows(&self) -> [(&'static str, Row); 6] {
        [
            ("men only", self.men),
            ("women only", self.women),
            ("men and women", self.both),
            ("disagree", self.disagree),
            ("people, no gender", self.people),
            ("nobody", self.nobody),
        ]
    }

    /// Of the photos whose references disagree or give no gender: how many there are, how many
    /// captions name men only, and how many women only.
    #[must_use]
    pub fn guessed(&self) -> (usize, usize, usize) {
        let (a, b) = (self.disagree, self.people);
        (a.photos() + b.photos(), a.men + b.men, a.women + b.women)
    }
}

/// Compares tokenised captions with the tokenised references of the same photos.
#[must_use]
pub fn table<'a>(captions: &[String], references: impl Iterator<Item = &'a [String]>) -> Table {
    let mut table = Table::default();
    for (caption, references) in captions.iter().zip(references) {
        let said: Vec<Named> = references.iter().map(|reference| named(reference)).collect();
        let has = |named| said.contains(&named);
        let row = match (has(Named::Both), has(Named::Men), has(Named::Women)) {
            (true, ..) => &mut table.both,
            (false, true, true) => &mut table.disagree,
            (false, true, false) => &mut table.men,
            (false, false, true) => &mut table.women,
            (false, false, false) if has(Named::People) => &mut table.people,
            (false, false, false) => &mut table.nobody,
        };
        row.count(named(caption));
    }
    table
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references_are_taken_together() {
        let references = [
            vec!["a man runs", "a person runs"],
            vec!["a man runs", "a woman runs"],
            vec!["a man and a woman run", "a man runs"],
            vec!["a person runs", "a child runs"],
            vec!["a dog runs"],
        ]
        .map(|photo| photo.into_iter().map(str::to_owned).collect::<Vec<_>>());
        let captions = ["a woman", "a man", "a man", "a man", "a dog"].map(str::to_owned);
        let table = table(&captions, references.iter().map(Vec::as_slice));
        assert_eq!(table.men, Row { women: 1, ..Row::default() });
        assert_eq!(table.disagree, Row { men: 1, ..Row::default() });
        assert_eq!(table.both, Row { men: 1, ..Row::default() });
        assert_eq!(table.people, Row { men: 1, ..Row::default() });
        assert_eq!(table.nobody, Row { nobody: 1, ..Row::default() });
        assert_eq!(table.guessed(), (2, 2, 0));
    }

    #[test]
    fn no_word_names_two_kinds() {
        let all: Vec<&str> = [MEN, WOMEN, PEOPLE].iter().flat_map(|words| words.split_whitespace()).collect();
        let distinct: std::collections::HashSet<_> = all.iter().collect();
        assert_eq!(all.len(), distinct.len());
    }
}
