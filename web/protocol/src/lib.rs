//! What a page and the worker that holds the captioner say to each other, and what both know.
//!
//! The page and the worker are programs of their own, which share nothing else. The JavaScript package says the
//! same to the same worker: its types are written from those here by a test (`types.rs`), and so are
//! its limits and words (`rules.rs`).

#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used))]

pub mod cache;
mod protocol;
#[cfg(test)]
mod rules;
pub mod session;
#[cfg(test)]
mod types;

pub use protocol::{
    BundleAddress, BundleReport, DeviceChoice, DeviceReason, DeviceReport, Failure, Refusal, Reply, Request,
    Search, envelope, open, pack, unpack,
};
