//! The page: a photo goes in, an editable suggestion comes out.

use leptos::prelude::*;
use showtell::Caption;
use web_sys::File;

use crate::component::{drop_zone::DropZone, header::Header, outcome::Outcome};
use crate::link::Link;
use crate::protocol::DeviceReport;

/// What the captioner is doing.
#[derive(Debug, Clone, PartialEq)]
pub enum Stage {
    /// The worker starts.
    Starting,
    /// Weights come in: bytes so far and in all.
    Loading(u64, u64),
    /// The device is made ready.
    Warming,
    /// Waiting for a photo.
    Ready,
    /// A photo is being described.
    Working,
    /// It will never be ready; why.
    Failed(String),
}

impl Stage {
    /// A sentence for people.
    #[must_use]
    pub fn text(&self) -> String {
        match self {
            Self::Starting => "Starting…".into(),
            Self::Loading(loaded, total) => {
                format!("Loading the captioner: {:.1} of {:.1} MB", *loaded as f64 / 1e6, *total as f64 / 1e6)
            }
            Self::Warming => "Making the captioner ready…".into(),
            Self::Ready => "Ready for a photo".into(),
            Self::Working => "Looking at the photo…".into(),
            Self::Failed(_) => "The captioner could not be loaded".into(),
        }
    }
}

/// A photo on the page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Photo {
    /// The file's name.
    pub name: String,
    /// An address that an image element can show.
    pub url: String,
}

/// What the page shows; components read and write these.
#[derive(Debug, Clone, Copy)]
pub struct Page {
    /// What the captioner is doing.
    pub stage: RwSignal<Stage>,
    /// Where it computes, once known.
    pub device: RwSignal<Option<DeviceReport>>,
    /// The bundle's name, once known.
    pub bundle: RwSignal<Option<String>>,
    /// The photo last chosen.
    pub photo: RwSignal<Option<Photo>>,
    /// Its caption.
    pub caption: RwSignal<Option<Caption>>,
    /// The word pointed at, whose attention is shown.
    pub word: RwSignal<Option<usize>>,
    /// Milliseconds the caption took.
    pub milliseconds: RwSignal<f64>,
    /// The text people edit.
    pub alt_text: RwSignal<String>,
    /// What went wrong with the photo, naming it.
    pub error: RwSignal<Option<String>>,
}

impl Page {
    fn new() -> Self {
        Self {
            stage: RwSignal::new(Stage::Starting),
            device: RwSignal::new(None),
            bundle: RwSignal::new(None),
            photo: RwSignal::new(None),
            caption: RwSignal::new(None),
            word: RwSignal::new(None),
            milliseconds: RwSignal::new(0.0),
            alt_text: RwSignal::new(String::new()),
            error: RwSignal::new(None),
        }
    }
}

/// The whole page.
#[component]
pub fn App() -> impl IntoView {
    let page = Page::new();
    let link = Link::open(page);
    let choose = Callback::new(move |file: File| link.send(file));
    view! {
        <Header page />
        <main>
            <DropZone page choose />
            <Outcome page />
        </main>
        <footer>
            <p>"Photos never leave this device. A caption is a suggestion: check it before you use it."</p>
        </footer>
    }
}
