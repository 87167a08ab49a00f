//! Why an encoder is refused, and the bounds it is held to.

use crate::encoder::network::Network;

/// The largest input side, and the most rows of regions, in the map and after: enough for every published network, and small
/// enough that a hostile file cannot ask for gigabytes.
pub(super) const MAX_SIDE: usize = 1024;
pub(super) const MAX_GRID: usize = 64;

/// Why an encoder cannot be made as configured.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum EncoderError {
    /// The network has no such transfer layer.
    #[error("encoder.layer of {network} must be one of {}, found {found}", network.layers().join(", "))]
    Layer {
        /// The network.
        network: Network,
        /// The layer asked for.
        found: String,
    },
    /// The input is of a size from which the layer cannot be computed.
    #[error("encoder.side must be {expected} for {layer} of {network}, found {found}")]
    Side {
        /// The network.
        network: Network,
        /// Its transfer layer.
        layer: String,
        /// The sides that would do.
        expected: String,
        /// The side asked for, in pixels.
        found: usize,
    },
    /// A fully connected layer has nothing to pool.
    #[error(
        "{layer} of {network} is fully connected, a single region: expected neither encoder.grid nor \
         encoder.pooling, found {found}"
    )]
    Dense {
        /// The network.
        network: Network,
        /// Its transfer layer.
        layer: String,
        /// The setting at odds with it.
        found: String,
    },
    /// No grid, or one that is too large.
    #[error("encoder.grid must be 1 to {MAX_GRID}, found {found}")]
    Grid {
        /// The grid asked for.
        found: usize,
    },
    /// A window of nothing, or one that is larger than the map.
    #[error("encoder.pooling.window must be 1 to {map}, the side of the map, found {found}")]
    Window {
        /// Rows and columns of the map, or of the grid.
        map: usize,
        /// The window asked for.
        found: usize,
    },
    /// A layer that cannot stand beside the transfer layer.
    #[error(
        "encoder.taps of {network} must name earlier layers of an EfficientNet-Lite in forward order, of at \
         most {MAX_GRID} rows, found {found}"
    )]
    Beside {
        /// The network.
        network: Network,
        /// The layer asked for.
        found: String,
    },
}
