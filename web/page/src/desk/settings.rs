//! What the visitor wants, remembered in the browser.

use codee::string::JsonSerdeCodec;
use leptos::prelude::*;
use leptos_use_storage::use_local_storage;
use serde::{Deserialize, Serialize};
use showtell_protocol::{DeviceChoice, Search};

/// The visitor's settings; what is absent is left to the bundle.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Settings {
    /// Sentences kept after each word.
    pub width: Option<usize>,
    /// The most words.
    pub max_words: Option<usize>,
    /// Draws words in place of searching, at this temperature.
    pub temperature: Option<f32>,
    /// Where to compute.
    pub device: DeviceChoice,
    /// The bundle's folder, as an address beside the page.
    pub bundle: Option<String>,
    /// Whether photos and texts are not kept for a reload.
    pub forgetful: bool,
    /// Whether words in pictures are read only where the visitor asks for it.
    pub unread: bool,
}

impl Settings {
    /// How to search; `seed` decides what is drawn.
    #[must_use]
    pub fn search(&self, seed: u64) -> Search {
        Search { width: self.width, max_words: self.max_words, temperature: self.temperature, seed }
    }

    /// Whether the search is the bundle's own.
    #[must_use]
    pub fn is_usual(&self) -> bool {
        self.width.is_none() && self.max_words.is_none() && self.temperature.is_none()
    }
}

/// Settings that outlive the visit.
#[derive(Debug, Clone, Copy)]
pub struct Remembered {
    /// As they stand.
    pub read: Signal<Settings>,
    /// Changes and remembers them.
    pub write: WriteSignal<Settings>,
}

impl Remembered {
    /// Those of the last visit.
    #[must_use]
    pub fn new() -> Self {
        let (read, write, _) = use_local_storage::<Settings, JsonSerdeCodec>("showtell-settings");
        Self { read, write }
    }
}

impl Default for Remembered {
    fn default() -> Self {
        Self::new()
    }
}
