//! What the page's workers share: how they hear and answer, how they read pictures, and how files come to them.

mod browser;
pub mod download;
pub mod photo;
mod store;

pub use browser::{hear, scope, tell, tell_when_broken, text_of};
pub use store::Store;
