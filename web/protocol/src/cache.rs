//! What page and worker both know about what is kept for visits without a network.

/// The cache that holds weights.
pub const WEIGHTS: &str = "showtell-weights-1";
