//! Why a decoder is refused, and the bounds it is held to.

/// Small enough that a hostile file cannot ask for gigabytes; the deepest stack likewise.
pub(super) const MAX_SIZE: usize = 1 << 20;
pub(super) const MAX_LAYERS: usize = 64;

/// Parts that do not fit each other.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum DecoderError {
    /// A size that is zero or too large.
    #[error("{size} must be 1 to {most}, found {found}")]
    Size {
        /// Which.
        size: &'static str,
        /// The largest accepted.
        most: usize,
        /// What it is.
        found: usize,
    },
    /// Attention over a single region, or a single encoding of many.
    #[error("{form} injection needs {expected}, found {found}: see the encoder's layer, grid and pooling")]
    Regions {
        /// The form of injection.
        form: &'static str,
        /// What it reads.
        expected: &'static str,
        /// Regions that the encoder gives.
        found: usize,
    },
    /// The last matrix cannot be the embedding.
    #[error("tied output needs an input as wide as the embedding, {expected}, found {found}")]
    Tied {
        /// Width of the embedding.
        expected: usize,
        /// Width of the last layer's input.
        found: usize,
    },
    /// Heads that cannot share a region's width.
    #[error("decoder.injection.refine.heads must divide decoder.injection.region, {region}, found {found}")]
    Heads {
        /// Width of a region.
        region: usize,
        /// Number of heads.
        found: usize,
    },
    /// Two settings that exclude each other.
    #[error("{found}: {reason}")]
    Combination {
        /// The settings.
        found: &'static str,
        /// Why not.
        reason: &'static str,
    },
}
