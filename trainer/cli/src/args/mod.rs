//! Arguments that several verbs share, each group in a file, and what they resolve to.

mod beam;
mod bundle;
mod cache;
mod java;
#[cfg(feature = "reader")]
mod reader;
mod rules;
mod terminal;

pub use beam::BeamArgument;
pub use bundle::{BundleArgument, shipped};
pub use cache::cache_root;
pub use java::JavaArguments;
#[cfg(feature = "reader")]
pub use reader::ReaderArgument;
pub use rules::{RulesArgument, WORD_SCORES};
pub use terminal::TerminalArguments;
