//! Showtell's captioner: pixels and a bundle of weights in, a sentence out.
//!
//! ```text
//! photo bytes → preprocess → [batch, 3, height, width]
//!             → encoder    → features [batch, regions, channels]
//!             → decoder    → log-probabilities [rows, vocabulary], one word at a time
//!             → beam       → hypotheses → vocabulary → Caption
//! ```
//!
//! The crate knows no files, network, browser, clock or training loop: callers bring bytes and a
//! Burn [`Device`](burn::tensor::Device), and get a [`Caption`]. The same source builds natively
//! and for wasm32.
//!
//! ```no_run
//! # async fn example(files: std::collections::BTreeMap<String, Vec<u8>>, jpeg: &[u8],
//! #     device: &burn::tensor::Device) -> Result<(), Box<dyn std::error::Error>> {
//! use showtell::{Bundle, Captioner, preprocess};
//!
//! let captioner = Captioner::new(&Bundle::from_files(files)?, device)?;
//! let photo = preprocess::decode(jpeg)?;
//! let caption = captioner.caption(&photo, captioner.defaults()).await?;
//! println!("{} ({:.0} %)", caption.text, caption.confidence * 100.0);
//! # Ok(())
//! # }
//! ```

#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used))]

pub mod alt;
#[cfg(feature = "model")]
pub mod beam;
#[cfg(feature = "model")]
pub mod bundle;
pub mod caption;
#[cfg(feature = "model")]
pub mod captioner;
#[cfg(feature = "model")]
pub mod confidence;
#[cfg(feature = "model")]
pub mod decoder;
#[cfg(feature = "model")]
pub mod encoder;
#[cfg(feature = "model")]
pub mod model;
#[cfg(feature = "model")]
pub mod preprocess;
#[cfg(feature = "model")]
pub mod vocabulary;

pub use caption::{Alternative, Caption, Trust, Word};

#[cfg(feature = "model")]
pub use {
    bundle::{Bundle, BundleError},
    captioner::{AttentionMaps, CaptionError, CaptionOptions, Captioner},
    model::{Model, ModelConfig},
    preprocess::{PhotoError, Preprocessing},
    vocabulary::{Vocabulary, VocabularyError},
};
