//! Whether a person has looked at a photo's text, and what of it may leave the page.

use showtell_types::alt::Purpose;
use showtell_types::{Caption, Rung};

use super::{Draft, Progress};

/// How far a photo's alt text has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Review {
    /// The captioner has not answered yet.
    Waiting,
    /// A suggestion that nobody has looked at.
    Suggested,
    /// The captioner has nothing to say: a text has to be written.
    Unwritten,
    /// The file could not be read, and there is no text.
    Failed,
    /// A person took a text as it was.
    Accepted,
    /// A person wrote the text.
    Edited,
    /// A person said that it needs none.
    Decorative,
}

impl Review {
    /// All of them, in the order of the work.
    pub const ALL: [Self; 7] = [
        Self::Waiting,
        Self::Suggested,
        Self::Unwritten,
        Self::Failed,
        Self::Accepted,
        Self::Edited,
        Self::Decorative,
    ];

    /// How far a text has come.
    #[must_use]
    pub fn of(draft: &Draft, progress: &Progress) -> Self {
        let empty = draft.alt().trim().is_empty();
        match draft.purpose {
            Purpose::Decorative => return Self::Decorative,
            Purpose::Informative if !empty && (draft.touched || draft.accepted) => {
                return if offered(draft, progress, draft.description.trim()) {
                    Self::Accepted
                } else {
                    Self::Edited
                };
            }
            // Nobody but a person writes these.
            Purpose::Functional if !empty => return Self::Edited,
            Purpose::Text if !empty && !draft.read => return Self::Edited,
            // As it was read, which somebody has to look at.
            Purpose::Text if !empty && draft.accepted => return Self::Accepted,
            _ => {}
        }
        match progress {
            Progress::Waiting | Progress::Working => Self::Waiting,
            Progress::Refused(_) if empty => Self::Failed,
            Progress::Done(_) if empty => Self::Unwritten,
            // A description that the file carries is a suggestion as well.
            Progress::Refused(_) | Progress::Done(_) => Self::Suggested,
        }
    }

    /// Whether a person has decided.
    #[must_use]
    pub fn is_reviewed(self) -> bool {
        matches!(self, Self::Accepted | Self::Edited | Self::Decorative)
    }

    /// Whether it waits for a person.
    #[must_use]
    pub fn is_open(self) -> bool {
        matches!(self, Self::Suggested | Self::Unwritten | Self::Failed)
    }

    /// Its name in exports.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Suggested => "suggested",
            Self::Unwritten => "unwritten",
            Self::Failed => "failed",
            Self::Accepted => "accepted",
            Self::Edited => "edited",
            Self::Decorative => "decorative",
        }
    }
}

/// Whether the captioner offered this very text.
fn offered(draft: &Draft, progress: &Progress, text: &str) -> bool {
    if draft.joined.as_ref().is_some_and(|joined| joined.plain == text) {
        return true;
    }
    let Progress::Done(finding) = progress else { return false };
    let Caption { text: best, alternatives, .. } = &finding.caption;
    best == text || alternatives.iter().any(|other| other.text == text)
}

/// What leaves the page of a photo's text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outgoing {
    /// A text that a person has accepted or written.
    Finished(String),
    /// The empty text of a picture that a person called decorative.
    Silent,
    /// A text that nobody has looked at, with as much doubt as it deserves.
    Draft(String),
    /// Nothing: no text at all, which is not the same as an empty one.
    Nothing,
}

impl Outgoing {
    /// What may leave. Nothing that nobody has looked at leaves as a finished text.
    #[must_use]
    pub fn of(draft: &Draft, progress: &Progress) -> Self {
        let text = draft.alt().trim();
        match (Review::of(draft, progress), progress) {
            (Review::Decorative, _) => Self::Silent,
            (review, _) if review.is_reviewed() => Self::Finished(text.to_owned()),
            (Review::Suggested, Progress::Done(finding)) => {
                Self::Draft(doubted(draft, &finding.caption, text))
            }
            (Review::Suggested, _) => Self::Draft(text.to_owned()),
            _ => Self::Nothing,
        }
    }

    /// The text to take along; nothing where there is none.
    #[must_use]
    pub fn text(&self) -> Option<&str> {
        match self {
            Self::Finished(text) | Self::Draft(text) => Some(text),
            Self::Silent => Some(""),
            Self::Nothing => None,
        }
    }
}

fn doubted(draft: &Draft, caption: &Caption, text: &str) -> String {
    if let Some(joined) = draft.joined.as_ref().filter(|joined| joined.plain == text) {
        return joined.hedged.clone();
    }
    match caption.answer.rung {
        Rung::Perhaps | Rung::Thing | Rung::Broader if text == caption.text => caption.hedged(),
        _ => text.to_owned(),
    }
}

/// How many photos have come how far.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Tally([usize; Review::ALL.len()]);

impl Tally {
    /// How many are in a state.
    #[must_use]
    pub fn of(&self, review: Review) -> usize {
        self.0[review as usize]
    }

    /// How many are in any of the states for which something holds.
    #[must_use]
    pub fn with(&self, holds: impl Fn(Review) -> bool) -> usize {
        Review::ALL.into_iter().filter(|review| holds(*review)).map(|review| self.of(review)).sum()
    }

    /// How many there are.
    #[must_use]
    pub fn all(&self) -> usize {
        self.0.iter().sum()
    }
}

impl FromIterator<Review> for Tally {
    fn from_iter<I: IntoIterator<Item = Review>>(reviews: I) -> Self {
        let mut tally = Self::default();
        for review in reviews {
            tally.0[review as usize] += 1;
        }
        tally
    }
}

/// Which photos are listed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Filter {
    /// All.
    #[default]
    All,
    /// Those that wait for a person, or for the captioner.
    Open,
    /// Those that a person has decided about.
    Reviewed,
}

impl Filter {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::All, Self::Open, Self::Reviewed];

    /// Whether it lists a photo in this state.
    #[must_use]
    pub fn shows(self, review: Review) -> bool {
        match self {
            Self::All => true,
            Self::Open => !review.is_reviewed(),
            Self::Reviewed => review.is_reviewed(),
        }
    }
}

#[cfg(test)]
mod tests {
    use showtell_protocol::Refusal;
    use showtell_types::Confidence;
    use showtell_types::together::Together;

    use super::super::Finding;
    use super::*;

    fn done(text: &str, rung: Rung) -> Progress {
        let caption = Caption::new(text.into(), rung, Confidence::Calibrated(0.2), -1.0);
        Progress::Done(Finding { caption, milliseconds: 1.0 })
    }

    fn draft(text: &str) -> Draft {
        Draft { description: text.into(), ..Draft::default() }
    }

    #[test]
    fn what_nobody_has_looked_at_is_a_draft_with_its_doubt() {
        let progress = done("A dog runs.", Rung::Perhaps);
        let mut draft = draft("A dog runs.");
        assert_eq!(Review::of(&draft, &progress), Review::Suggested);
        assert_eq!(Outgoing::of(&draft, &progress), Outgoing::Draft("Perhaps a dog runs.".into()));
        draft.accepted = true;
        assert_eq!(Review::of(&draft, &progress), Review::Accepted);
        assert_eq!(Outgoing::of(&draft, &progress), Outgoing::Finished("A dog runs.".into()));
        draft.write("A dog jumps.".into());
        assert_eq!(Review::of(&draft, &progress), Review::Edited);
        draft.write(" ".into());
        assert_eq!(Review::of(&draft, &progress), Review::Unwritten);
        assert_eq!(Outgoing::of(&draft, &progress), Outgoing::Nothing);
    }

    #[test]
    fn words_that_were_read_are_a_suggestion_until_somebody_takes_or_writes_them() {
        let progress = done("A street sign.", Rung::Thing);
        let mut draft = Draft {
            purpose: Purpose::Text,
            wording: "STOP".into(),
            read: true,
            ..draft("A street sign: STOP.")
        };
        assert_eq!(Review::of(&draft, &progress), Review::Suggested);
        assert_eq!(Outgoing::of(&draft, &progress), Outgoing::Draft("STOP".into()));
        draft.accepted = true;
        assert_eq!(Review::of(&draft, &progress), Review::Accepted);
        draft.write("Stop".into());
        assert_eq!(Review::of(&draft, &progress), Review::Edited);

        let (plain, hedged) = ("A street sign: STOP.".to_owned(), "May show a street sign: STOP.".to_owned());
        draft = Draft {
            description: plain.clone(),
            joined: Some(Together { plain, hedged: hedged.clone(), rung: Rung::Thing }),
            ..Draft::default()
        };
        assert_eq!(Outgoing::of(&draft, &progress), Outgoing::Draft(hedged));
        draft.touched = true;
        assert_eq!(Review::of(&draft, &progress), Review::Accepted);
    }

    #[test]
    fn only_a_person_makes_a_picture_silent() {
        let refused = Progress::Refused(Refusal::Empty);
        for (progress, review) in [
            (Progress::Waiting, Review::Waiting),
            (Progress::Working, Review::Waiting),
            (done("A dog runs.", Rung::Nothing), Review::Unwritten),
            (refused, Review::Failed),
        ] {
            assert_eq!(Review::of(&draft(""), &progress), review);
            assert_eq!(Outgoing::of(&draft(""), &progress).text(), None);
            let silent = Draft { purpose: Purpose::Decorative, ..Draft::default() };
            assert_eq!(Outgoing::of(&silent, &progress), Outgoing::Silent);
        }
    }

    #[test]
    fn a_tally_counts_every_photo_once() {
        let tally: Tally =
            [Review::Waiting, Review::Suggested, Review::Suggested, Review::Edited].into_iter().collect();
        assert_eq!((tally.all(), tally.of(Review::Suggested), tally.with(Review::is_open)), (4, 2, 2));
        assert_eq!(tally.with(Review::is_reviewed), 1);
        assert_eq!(Review::ALL.map(|review| review as usize), [0, 1, 2, 3, 4, 5, 6]);
    }
}
