//! Alt text by the book: what an image is for, and what is wrong with a text that stands for it.
//!
//! The purposes follow the W3C's [alt decision tree](https://www.w3.org/WAI/tutorials/images/decision-tree/),
//! the remarks its [tips](https://www.w3.org/WAI/tutorials/images/tips/) and the habits of checkers.
//! Nothing here needs a model: page, command line and other programs use it alike.

mod remark;

use serde::{Deserialize, Serialize};

pub use remark::{LONG, Remark, Severity, TOO_LONG, remarks};

/// What an image does on its page, which decides what its alt text has to say.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Purpose {
    /// It shows something: the text describes it.
    #[default]
    Informative,
    /// It adds nothing: `alt=""`, so that readers pass over it.
    Decorative,
    /// It is a link or a button: the text says where it leads or what it does.
    Functional,
    /// It is there for the words in it: the text repeats them.
    Text,
}

impl Purpose {
    /// All purposes, the usual one first.
    pub const ALL: [Self; 4] = [Self::Informative, Self::Decorative, Self::Functional, Self::Text];

    /// The name in exports.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Informative => "informative",
            Self::Decorative => "decorative",
            Self::Functional => "functional",
            Self::Text => "text",
        }
    }
}
