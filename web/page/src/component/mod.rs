//! The parts of the page.

pub mod attention;
pub mod camera;
pub mod declined;
pub mod editor;
pub mod export;
pub mod header;
pub mod inscription;
pub mod intake;
pub mod kept;
pub mod list;
pub mod notices;
pub mod queue;
pub mod settings;
pub mod stage;
pub mod step;
pub mod strip;
pub mod suggestion;
pub mod take;
pub mod tree;
