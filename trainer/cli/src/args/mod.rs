//! Arguments that several verbs share, each group in a file, and what they resolve to.

mod beam;
mod bundle;
mod cache;
mod java;
mod rules;
mod terminal;

pub use beam::BeamArgument;
pub use bundle::{BundleArgument, shipped};
pub use cache::cache_root;
pub use java::JavaArguments;
pub use rules::{RulesArgument, WORD_SCORES};
pub use terminal::TerminalArguments;
