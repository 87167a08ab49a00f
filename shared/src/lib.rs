//! A small image captioner to build into other programs: a photo goes in, a sentence comes out. It
//! computes where it is called, on a CPU or a GPU, natively or in a browser.
//!
//! # A first caption
//!
//! ```toml
//! [dependencies]
//! showtell = { git = "..." }
//! ```
//!
//! A captioner is made of a [`Bundle`], which holds everything that it needs, and a [`Device`]. The crate
//! opens no files: a program brings the bundle's files as bytes, from a folder, an archive or the
//! network, or built into itself with `include_bytes!`. With `shipped` the folder of a bundle and `photo` the
//! bytes of a file:
//!
//! ```
//! use std::collections::BTreeMap;
//!
//! use showtell::{Bundle, Captioner, Device, bundle, preprocess};
//!
//! # let shipped = concat!(env!("CARGO_MANIFEST_DIR"), "/../assets/showtell-everyday");
//! # let photo = std::fs::read(concat!(env!("CARGO_MANIFEST_DIR"), "/../assets/photos/chelsea.jpg"))?;
//! let mut files = BTreeMap::new();
//! for name in bundle::NEEDED {
//!     files.insert(name.to_owned(), std::fs::read(format!("{shipped}/{name}"))?);
//! }
//! // A bundle whose model has a classifier brings words for its classes.
//! for name in bundle::OPTIONAL {
//!     if let Ok(bytes) = std::fs::read(format!("{shipped}/{name}")) {
//!         files.insert(name.to_owned(), bytes);
//!     }
//! }
//! let captioner = Captioner::new(&Bundle::from_files(files)?, &Device::flex())?;
//!
//! let photo = preprocess::decode(&photo)?; // JPEG, PNG or WebP
//! let caption = captioner.caption_blocking(&photo)?;
//! assert!(!caption.words.is_empty());
//! println!("{}", caption.hedged());
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! A whole program of 20 lines is `shared/examples/describe.rs`:
//! `cargo run --release --example describe -- BUNDLE PHOTO...`.
//!
//! # What to do with a caption
//!
//! It is a suggestion, in which more often than not something is wrong. [`Caption::answer`] is what to show: a
//! sentence, or as much less as can be trusted ([`Rung`]), down to the admission that there is nothing to tell;
//! [`Caption::hedged`] is its text. [`Caption::confidence`] is a probability where it is [`Confidence::Calibrated`].
//! [`Caption::labels`] are things that the picture may show. [`Caption::alternatives`] are for
//! a person to choose from; [`Word::attention`] is where the model looked at each word. What is wrong with
//! an alt text, whoever wrote it, [`alt::remarks`] says; that part needs no model.
//!
//! # Where it computes
//!
//! | feature | device | made by |
//! |---|---|---|
//! | `cpu`, the default; with `rayon` on every core | CPU, natively and in a browser | `Device::flex()` |
//! | `gpu` | GPU of a desktop: Vulkan, Metal, DirectX 12 | `Device::wgpu(DeviceKind::DefaultDevice)` |
//! | `webgpu` | GPU of a browser | `Device::wgpu_options().graphics_api(WgpuBackend::WebGpu).init_async().await` |
//!
//! Several features may be on at once; the device decides at run time. `burn` and `image` are exported
//! by this crate in the versions that it was built with. A captioner may be shared between threads. Its
//! functions are `async` since reading from a browser's GPU is; natively [`Captioner::caption_blocking`] waits.
//!
//! # In a browser
//!
//! Build for `wasm32-unknown-unknown` with `-C target-feature=+simd128`, and run it in a worker: a photo
//! takes 0.1 to 1 s, during which a page would stand still. `web/examples/embed.rs` is a whole module for
//! that. One thing has to be known: Burn's GPU compiler brings static constructors, and the
//! linker has every exported function run all of them on each call, unless the module calls them once by
//! itself, as that example does. Programs in JavaScript take the npm package `showtell` (`web/js`) instead.
//!
//! # Many photos
//!
//! [`Captioner::encode`] takes several photos at once and [`Captioner::caption_features`] searches for all
//! of their sentences together, which a GPU likes; a photo's caption does not depend on its neighbours. On
//! a CPU one after the other is as quick. [`CaptionOptions`] says how to search, for
//! [`Captioner::caption_with`]: a [`beam::BeamConfig`] of width 1 is the quickest, the bundle's own the best on its
//! data, and the only one whose confidence is calibrated.
//!
//! # What goes wrong
//!
//! [`BundleError`]: a file is missing, damaged, or of another version; nothing is computed before all of
//! it has been checked. [`PhotoError`]: no photo, or too large a one. [`CaptionError`]: the device was
//! lost, or a setting is out of range. Nothing panics on bad input.
//!
//! # How it works
//!
//! ```text
//! photo bytes → preprocess → [batch, 3, height, width]
//!             → encoder    → features [batch, regions, channels]
//!             → novelty    → how far from the training photos [batch], where the bundle knows that
//!             → classifier → probabilities of classes [batch, classes], where the bundle has one
//!             → kinds      → photo, chart, map … [batch, 1 + kinds], where the bundle knows that
//!             → detector   → which words to expect [batch, vocabulary], where the bundle has one
//!             → decoder    → log-probabilities [rows, vocabulary], one word at a time
//!             → beam       → hypotheses → words → decision → Caption
//! ```
//!
//! After Show and Tell ([Vinyals et al. 2015](https://arxiv.org/abs/1411.4555)) and Show, Attend and Tell
//! ([Xu et al. 2015](https://arxiv.org/abs/1502.03044)): a CNN encodes the photo, an LSTM or GRU writes the
//! sentence, beam search picks it. The crate knows no files, network, clock or training loop, and the same
//! source builds natively and for wasm32. Programs that show captions and never make them take the crate
//! `showtell-types`, which has [`alt`], [`answer`] and [`caption`] without the model.

#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used))]

// What programs need that caption is beam, bundle, captioner and preprocess; what is hidden serves those that train
// and measure.
mod article;
pub mod beam;
pub mod bundle;
pub mod captioner;
#[doc(hidden)]
pub mod classifier;
#[doc(hidden)]
pub mod confidence;
#[doc(hidden)]
pub mod decision;
#[doc(hidden)]
pub mod decoder;
#[doc(hidden)]
pub mod detector;
#[doc(hidden)]
pub mod encoder;
mod error;
mod found;
#[doc(hidden)]
pub mod kind;
#[doc(hidden)]
pub mod labelled;
#[doc(hidden)]
pub mod labels;
#[doc(hidden)]
pub mod model;
#[doc(hidden)]
pub mod naming;
#[doc(hidden)]
pub mod novelty;
mod options;
#[doc(hidden)]
pub mod people;
pub mod preprocess;
#[doc(hidden)]
pub mod search;
#[doc(hidden)]
pub mod seen;
#[doc(hidden)]
pub mod tensors;
#[doc(hidden)]
pub mod vocabulary;

pub use showtell_types::{Confidence, Trust, alt, answer, caption, reading, shown, together};

pub use burn::{self, tensor::Device};
pub use image;
#[cfg(not(target_arch = "wasm32"))]
#[doc(hidden)]
pub use pollster::block_on;

pub use {
    answer::{Answer, Label, Rung},
    beam::{BeamConfig, BeamError},
    bundle::{Bundle, BundleError},
    caption::{Alternative, Caption, Word},
    captioner::{AttentionMaps, CaptionError, CaptionOptions, Captioner},
    model::{Model, ModelConfig},
    preprocess::{PhotoError, Preprocessing},
    vocabulary::{Vocabulary, VocabularyError},
};
