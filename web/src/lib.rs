//! The page and the worker that holds the captioner.
//!
//! Two programs share this crate: `page` draws and never computes, `worker` computes and never
//! draws. They speak through [`protocol`].

#[cfg(feature = "page")]
pub mod app;
#[cfg(feature = "page")]
pub mod component;
#[cfg(feature = "page")]
pub mod link;
pub mod protocol;
#[cfg(feature = "worker")]
pub mod worker;
