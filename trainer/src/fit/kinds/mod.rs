//! Teaches a bundle the [kinds](showtell::kind) of pictures that are no photos.

pub mod fit;
pub mod graphics;
pub mod measure;
pub mod report;
