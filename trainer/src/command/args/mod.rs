//! Arguments that several verbs share, each group in a file, and what they resolve to.

mod data;
mod device;
mod encoder;
mod goals;

pub use data::{CacheArgument, DataArgument};
pub use device::DeviceArgument;
pub use encoder::{EncoderArguments, network_name};
pub use goals::GoalArguments;
pub use showtell_cli::args::{BeamArgument, BundleArgument, JavaArguments, RulesArgument};
