//! Whom long work tells how far it is. The library draws no bar and writes to no stream: the command line does that,
//! and a program that calls the jobs of the trainer may listen in its own way, or stay [`Silent`].

/// A listener.
pub trait Reporter: Sync {
    /// Begins a stretch of work on `length` items. It is over when what is returned is dropped.
    fn progress(&self, length: usize, what: &'static str) -> Box<dyn Progress>;

    /// Tells what has been done, in a line.
    fn note(&self, line: &str);

    /// Tells what was left out or could not be done, in a line.
    fn warn(&self, line: &str);
}

/// A stretch of work, told from any thread.
pub trait Progress: Send + Sync {
    /// Tells of items that are done.
    fn advance(&self, items: usize);
}

/// A listener that keeps everything to itself.
#[derive(Debug, Clone, Copy, Default)]
pub struct Silent;

impl Reporter for Silent {
    fn progress(&self, _length: usize, _what: &'static str) -> Box<dyn Progress> {
        Box::new(Self)
    }

    fn note(&self, _line: &str) {}

    fn warn(&self, _line: &str) {}
}

impl Progress for Silent {
    fn advance(&self, _items: usize) {}
}
