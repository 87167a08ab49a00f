//! The page and the worker that holds the captioner.
//!
//! Two programs share this crate: `page` draws and never computes, `worker` computes and never
//! draws. They speak through [`protocol`].

#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used))]

#[cfg(feature = "page")]
pub mod app;
#[cfg(feature = "page")]
pub mod component;
#[cfg(feature = "page")]
pub mod desk;
#[cfg(feature = "page")]
pub mod export;
#[cfg(feature = "page")]
pub mod intake;
#[cfg(feature = "page")]
pub mod language;
#[cfg(feature = "page")]
pub mod link;
pub mod offline;
#[cfg(feature = "page")]
pub mod pause;
pub mod protocol;
#[cfg(test)]
mod types;
#[cfg(feature = "page")]
pub mod visits;
#[cfg(feature = "worker")]
pub mod worker;
