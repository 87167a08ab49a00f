//! Arguments that several verbs share, each group in a file, and what they resolve to.

mod beam;
mod bundle;
mod data;
mod device;
mod encoder;
mod goals;
mod java;
mod rules;

pub use beam::BeamArgument;
pub use bundle::BundleArgument;
pub use data::{CacheArgument, DataArgument, cache_root};
pub use device::DeviceArgument;
pub use encoder::{EncoderArguments, network_name};
pub use goals::GoalArguments;
pub use java::JavaArguments;
pub use rules::RulesArgument;
