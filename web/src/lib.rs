//! The page and the worker that holds the captioner.
//!
//! Two programs share this crate: `page` draws and never computes, `worker` computes and never
//! draws. They speak through [`protocol`].

pub mod app;
pub mod component;
pub mod link;
pub mod protocol;
pub mod worker;
