//! How to caption.

use crate::beam::BeamConfig;

/// Whether captions carry the attention behind each word.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AttentionMaps {
    /// Each word says where the model looked.
    Kept,
    /// Less to read back from the device.
    Dropped,
}

/// How to caption.
#[derive(Debug, Clone, PartialEq)]

pub struct CaptionOptions {
    /// The search.
    pub beam: BeamConfig,
    /// Whether to keep attention.
    pub attention: AttentionMaps,
}

impl CaptionOptions {
    /// A search, attention kept.
    #[must_use]
    pub fn new(beam: BeamConfig) -> Self {
        Self { beam, attention: AttentionMaps::Kept }
    }

    /// The same without attention, which is less to read back from the device.
    #[must_use]
    pub fn without_attention(self) -> Self {
        Self { attention: AttentionMaps::Dropped, ..self }
    }
}
