//! Attacks on the built program, by class, with a fixed seed: `cargo xtask attack` tries many and prints a table, the
//! tests a few.
//!
//! An attack is survived when the program ends by itself in time, within memory, without a panic, and what it leaves is
//! what the class asks for: old or new and never half, refused and not taken for right.

mod bundles;
mod kills;
mod pages;
mod pictures;
mod reading;
mod rot;
mod run;

use std::time::Duration;

pub use run::{Ran, run};

/// How long an attack may take, and how much memory: kB.
const MOST: (Duration, u64) = (Duration::from_secs(20), 3_000_000);

/// What came of the attacks of a class.
#[derive(Debug)]
pub struct Tally {
    /// What was attacked.
    pub class: &'static str,
    /// Attacks tried.
    pub tried: usize,
    /// What went wrong, in words.
    pub lost: Vec<String>,
    /// The longest that one took.
    pub slowest: Duration,
    /// The most memory that one took, in kB.
    pub largest: u64,
}

impl Tally {
    /// Of a class, before anything has been tried.
    #[must_use]
    pub fn new(class: &'static str) -> Self {
        Self { class, tried: 0, lost: Vec::new(), slowest: Duration::ZERO, largest: 0 }
    }

    /// Counts an attack: `ran` ended as it may, and beyond that nothing is `wrong`.
    pub fn count(&mut self, what: &str, ran: &Ran, wrong: Option<String>) {
        self.tried += 1;
        self.slowest = self.slowest.max(ran.took);
        self.largest = self.largest.max(ran.kilobytes);
        if let Some(wrong) = ran.fault(MOST).or(wrong) {
            self.lost.push(format!("{what}: {wrong}\n{}", ran.stderr));
        }
    }

    /// A row of the table.
    #[must_use]
    pub fn row(&self) -> String {
        let (tried, survived) = (self.tried, self.tried - self.lost.len());
        let (seconds, megabytes) = (self.slowest.as_secs_f64(), self.largest / 1000);
        format!("| {} | {tried} | {survived} | {seconds:.1} s, {megabytes} MB |", self.class)
    }
}

/// Numbers drawn from a seed (SplitMix64, Steele et al. 2014).
#[derive(Debug)]
pub struct Random(u64);

impl Random {
    /// From a seed.
    #[must_use]
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// A number below `end`.
    pub fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        ((z ^ (z >> 31)) % end.max(1) as u64) as usize
    }

    /// Bytes with a few of them flipped, cut off, doubled or replaced.
    pub fn mutated(&mut self, bytes: &[u8]) -> Vec<u8> {
        let mut new = bytes.to_vec();
        for _ in 0..=self.below(6) {
            if new.is_empty() {
                break;
            }
            let at = self.below(new.len());
            match self.below(5) {
                0 => new.truncate(at),
                1 => {
                    let end = (at + 1 + self.below(64)).min(new.len());
                    let piece = new[at..end].to_vec();
                    new.splice(at..at, piece);
                }
                2 => new[at] = [0, 0xFF, b'<', b'"'][self.below(4)],
                3 => drop(new.drain(at..(at + 1 + self.below(16)).min(new.len()))),
                _ => new[at] ^= 1 << self.below(8),
            }
        }
        new
    }
}

/// Tries every class whose key begins with `only`, `scale` times as often as the tests do.
#[must_use]
pub fn all(scale: usize, only: &str) -> Vec<Tally> {
    let classes: [(&str, &dyn Fn() -> Tally); 14] = [
        ("bundles", &|| bundles::mutated(8 * scale)),
        ("bundles-settings", &bundles::settings),
        ("pictures", &|| pictures::mutated(40 * scale)),
        ("pictures-bombs", &pictures::bombs),
        ("files", &reading::everywhere),
        ("pages", &|| pages::mutated(20 * scale)),
        ("pages-slow", &pages::slow),
        ("tables", &|| pages::tables(6 * scale)),
        ("kills-pages", &|| kills::pages(6 * scale)),
        ("kills-bundles", &|| kills::bundles(scale.max(3))),
        ("kills-calls", &|| kills::bundles_by_call(scale)),
        ("rot-bundles", &|| rot::bundles(4 * scale)),
        ("rot-shards", &|| rot::shards(4 * scale)),
        ("rot-checkpoints", &|| rot::checkpoints(2 * scale)),
    ];
    classes.iter().filter(|(key, _)| key.starts_with(only)).map(|(_, attack)| attack()).collect()
}
