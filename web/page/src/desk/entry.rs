//! A photo on the desk, with all that is known and written about it.

use js_sys::{Array, Uint8Array};
use leptos::prelude::*;
use serde::{Deserialize, Serialize};
use showtell_protocol::Refusal;
use showtell_types::alt::{Purpose, Remark, remarks};
use showtell_types::reading::{Reading, is_of_words};
use showtell_types::together::Together;
use showtell_types::{Caption, Rung, Trust};
use web_sys::{Blob, BlobPropertyBag, Url};

use super::review::{Outgoing, Review};

/// How far a photo has come.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Progress {
    /// Its turn has not come.
    Waiting,
    /// The captioner looks at it.
    Working,
    /// It has a caption.
    Done(Finding),
    /// It has none; why.
    Refused(Refusal),
}

/// A caption and how it came about.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Finding {
    /// The caption.
    pub caption: Caption,
    /// Milliseconds it took.
    pub milliseconds: f64,
}

/// What is known of the words in a photo.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub enum Inscription {
    /// Nobody has asked for them.
    #[default]
    Unread,
    /// They are being read, or will be.
    Reading,
    /// As they were read.
    Read(Reading),
    /// They could not be read; why.
    Failed(String),
}

/// What a photo looks like from afar.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Look {
    /// Width and height in pixels.
    pub size: (u32, u32),
    /// A small JPEG.
    #[serde(with = "serde_bytes")]
    pub thumbnail: Vec<u8>,
}

/// What the visitor makes of a photo: a text for each purpose, of which one counts.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Draft {
    /// What the image is for.
    pub purpose: Purpose,
    /// What it shows.
    pub description: String,
    /// Where its link leads, or what its button does.
    pub function: String,
    /// The words in it.
    pub wording: String,
    /// Whether these are as they were read, and not the visitor's.
    #[serde(default)]
    pub read: bool,
    /// The description with words that were read, where it was suggested so.
    #[serde(default)]
    pub joined: Option<Together>,
    /// Whether the visitor wrote or chose the description.
    pub touched: bool,
    /// Whether the visitor took the description as it was suggested.
    #[serde(default)]
    pub accepted: bool,
    /// Whether the visitor said what the image is for.
    #[serde(default)]
    pub chosen: bool,
}

impl Draft {
    /// The alt text as it stands.
    #[must_use]
    pub fn alt(&self) -> &str {
        match self.purpose {
            Purpose::Informative => &self.description,
            Purpose::Decorative => "",
            Purpose::Functional => &self.function,
            Purpose::Text => &self.wording,
        }
    }

    /// Whether the description is not the visitor's.
    #[must_use]
    pub fn is_untouched(&self) -> bool {
        !self.touched && !self.accepted
    }

    /// Writes the text of the present purpose.
    pub fn write(&mut self, text: String) {
        match self.purpose {
            Purpose::Informative => {
                self.description = text;
                self.touched = true;
            }
            Purpose::Decorative => {}
            Purpose::Functional => self.function = text,
            Purpose::Text => {
                self.wording = text;
                self.read = false;
            }
        }
    }

    /// What could be better; nothing about a decorative image, which has to be silent.
    #[must_use]
    pub fn remarks(&self, file: &str) -> Vec<Remark> {
        match self.purpose {
            Purpose::Decorative => Vec::new(),
            _ => remarks(self.alt(), Some(file)),
        }
    }
}

/// A photo on the desk.
#[derive(Debug, Clone)]
pub struct Entry {
    /// Its number, which never returns.
    pub id: u32,
    /// Where the file lay in the folder that was given, with `/` between the parts; its name where none was.
    pub path: String,
    /// How far it has come.
    pub progress: ArcRwSignal<Progress>,
    /// What it looks like, once it has been read.
    pub look: ArcRwSignal<Option<Look>>,
    /// An address of the small picture.
    pub thumbnail: ArcRwSignal<Option<String>>,
    /// What the visitor makes of it.
    pub draft: ArcRwSignal<Draft>,
    /// The description that the file itself carries, once it has been looked for.
    pub carried: ArcRwSignal<Option<String>>,
    /// The words in it, once somebody has asked for them.
    pub inscription: ArcRwSignal<Inscription>,
}

impl Entry {
    /// A photo that waits.
    #[must_use]
    pub fn new(id: u32, path: String) -> Self {
        Self {
            id,
            path,
            progress: ArcRwSignal::new(Progress::Waiting),
            look: ArcRwSignal::new(None),
            thumbnail: ArcRwSignal::new(None),
            draft: ArcRwSignal::default(),
            carried: ArcRwSignal::new(None),
            inscription: ArcRwSignal::default(),
        }
    }

    /// The file's name.
    #[must_use]
    pub fn name(&self) -> &str {
        self.path.rsplit('/').next().unwrap_or_default()
    }

    /// Whether a person has looked at it; tracked.
    #[must_use]
    pub fn review(&self) -> Review {
        self.draft.with(|draft| self.progress.with(|progress| Review::of(draft, progress)))
    }

    /// Takes in what the photo looks like.
    pub fn see(&self, look: Look) {
        if !look.thumbnail.is_empty() {
            let parts = Array::of1(&Uint8Array::from(look.thumbnail.as_slice()));
            let options = BlobPropertyBag::new();
            options.set_type("image/jpeg");
            let made = Blob::new_with_u8_array_sequence_and_options(&parts, &options)
                .and_then(|blob| Url::create_object_url_with_blob(&blob));
            if let Some(old) = self.thumbnail.get_untracked() {
                let _ = Url::revoke_object_url(&old);
            }
            self.thumbnail.set(made.ok());
        }
        self.look.set(Some(look));
    }

    /// Takes in a caption. A sentence too doubtful to tell is still there to be picked, and what the
    /// visitor wrote stays.
    pub fn tell(&self, finding: Finding) {
        let is_usable = matches!(finding.caption.trust, Trust::Plain | Trust::Doubtful);
        let text = if is_usable { finding.caption.text.clone() } else { String::new() };
        self.draft.update(|draft| {
            if draft.is_untouched() {
                draft.description = text;
                draft.joined = None;
            }
            if !draft.chosen && finding.caption.answer.rung == Rung::Nothing && is_of_words(&finding.caption)
            {
                draft.purpose = Purpose::Text;
            }
        });
        self.progress.set(Progress::Done(finding));
        self.fall_back();
    }

    /// Takes in the words in it. They are a suggestion as the caption is: what the visitor wrote stays.
    pub fn read(&self, reading: Reading, told: Option<Together>) {
        let words = reading.text.split_whitespace().collect::<Vec<_>>().join(" ");
        let said = self.finding_untracked().map(|finding| finding.caption.text).unwrap_or_default();
        self.draft.update(|draft| {
            if draft.wording.is_empty() || draft.read {
                draft.read = !words.is_empty();
                draft.wording = words;
            }
            let is_suggestion = draft.description.is_empty() || draft.description == said;
            if let Some(told) = told.filter(|_| draft.is_untouched() && is_suggestion) {
                draft.description.clone_from(&told.plain);
                draft.joined = Some(told);
            }
        });
        self.inscription.set(Inscription::Read(reading));
    }

    /// Takes in the description that the file carries.
    pub fn carry(&self, text: Option<String>) {
        self.carried.set(text);
        self.fall_back();
    }

    /// Where the captioner has nothing to say, what the file says of itself is the suggestion.
    pub fn fall_back(&self) {
        let Some(text) = self.carried.get_untracked() else { return };
        let answered = self
            .progress
            .with_untracked(|progress| !matches!(progress, Progress::Waiting | Progress::Working));
        if answered && self.draft.with_untracked(|draft| draft.is_untouched() && draft.description.is_empty())
        {
            self.draft.update(|draft| {
                draft.description = text;
                if !draft.chosen {
                    draft.purpose = Purpose::Informative;
                }
            });
        }
    }

    fn finding_untracked(&self) -> Option<Finding> {
        self.progress.with_untracked(|progress| match progress {
            Progress::Done(finding) => Some(finding.clone()),
            _ => None,
        })
    }

    /// The caption; tracked.
    #[must_use]
    pub fn finding(&self) -> Option<Finding> {
        self.progress.with(|progress| match progress {
            Progress::Done(finding) => Some(finding.clone()),
            _ => None,
        })
    }

    /// What of the text goes out, and as what; untracked.
    #[must_use]
    pub fn outgoing(&self) -> Outgoing {
        let draft = self.draft.get_untracked();
        self.progress.with_untracked(|progress| Outgoing::of(&draft, progress))
    }

    /// Gives back what the browser holds for it.
    pub fn release(&self) {
        if let Some(url) = self.thumbnail.get_untracked() {
            // Fails only for an address that is not ours.
            let _ = Url::revoke_object_url(&url);
        }
    }
}
