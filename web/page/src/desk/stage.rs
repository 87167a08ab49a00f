//! How far the captioner has come, and what stands in its way.

/// What the captioner is doing.
#[derive(Debug, Clone, PartialEq)]
pub enum Stage {
    /// The worker starts.
    Starting,
    /// Program and weights come in: bytes so far and in all.
    Loading(u64, u64),
    /// Nothing comes for the time being; it will be tried again.
    Held {
        /// Bytes so far, which are kept.
        loaded: u64,
        /// Bytes in all.
        total: u64,
        /// What is wrong.
        trouble: Trouble,
        /// What was said of it, for those who want to know.
        detail: String,
    },
    /// The device is made ready.
    Warming,
    /// It can take a photo.
    Ready,
    /// It will never be ready; why.
    Failed(String),
}

/// What stands in the way of a download.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Trouble {
    /// There is no network, or no server.
    Gone,
    /// The connection stands and nothing comes.
    Silent,
    /// The connection broke on the way.
    Broken,
    /// The server cannot for the moment; what it answered.
    Busy(u16),
    /// Asking again is of no use; why.
    Refused(String),
}

impl Trouble {
    /// What a server means by a status that is no success.
    #[must_use]
    pub fn of(status: u16, address: &str) -> Self {
        match status {
            408 | 425 | 429 | 500.. => Self::Busy(status),
            _ => Self::Refused(format!("cannot download {address}: the server answered {status}")),
        }
    }
}
