//! Runs the program and watches how long it takes and how much memory.

use std::fs;
use std::io::{Read, Seek};
use std::process::{Command, ExitStatus, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

/// How a run ended.
#[derive(Debug)]
pub struct Ran {
    /// Its exit status; nothing where it was ended for taking too long or too much.
    pub status: Option<ExitStatus>,
    /// What it complained about.
    pub stderr: String,
    /// How long it took.
    pub took: Duration,
    /// The most memory that it had at a time, in kB; 0 where the system does not say.
    pub kilobytes: u64,
}

impl Ran {
    /// What is wrong with the way it ended, given the most seconds and kB that it may take.
    #[must_use]
    pub fn fault(&self, (longest, largest): (Duration, u64)) -> Option<String> {
        if (is_timed() && self.took > longest) || self.kilobytes > largest || self.status.is_none() {
            return Some(format!("took {:?} and {} kB", self.took, self.kilobytes));
        }
        let code = self.status.and_then(|status| status.code());
        // A panic is 101; killed by a signal there is no code.
        let ended = matches!(code, Some(0..=2)) && !self.stderr.contains("panicked");
        (!ended).then(|| format!("ended with {code:?}"))
    }

    /// Whether it said that all is well.
    #[must_use]
    pub fn succeeded(&self) -> bool {
        self.status.is_some_and(|status| status.success())
    }
}

/// Whether time counts: where attacks are measured, not among other tests, which keep the machine busy.
fn is_timed() -> bool {
    std::env::var_os("SHOWTELL_ATTACK").is_some()
}

/// Runs a program to its end, or ends it when it has clearly none (30 seconds; among other tests five minutes) or
/// beyond 6 GB.
#[must_use]
pub fn run(command: &mut Command) -> Ran {
    let mut said = tempfile::tempfile().unwrap();
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(said.try_clone().unwrap());
    let begun = Instant::now();
    let endless = Duration::from_secs(if is_timed() { 30 } else { 300 });
    let mut child = command.spawn().unwrap();
    let status_file = format!("/proc/{}/status", child.id());
    let mut kilobytes = 0;
    let status = loop {
        let peak = fs::read_to_string(&status_file).unwrap_or_default();
        let peak = peak.lines().find_map(|line| line.strip_prefix("VmHWM:")?.trim().strip_suffix(" kB"));
        kilobytes = kilobytes.max(peak.and_then(|peak| peak.trim().parse().ok()).unwrap_or(0));
        if let Some(status) = child.try_wait().unwrap() {
            break Some(status);
        }
        if begun.elapsed() > endless || kilobytes > 6_000_000 {
            child.kill().unwrap();
            child.wait().unwrap();
            break None;
        }
        sleep(Duration::from_millis(2));
    };
    let took = begun.elapsed();
    let mut stderr = String::new();
    said.rewind().unwrap();
    // What is not UTF-8 is no message of ours.
    let _ = said.read_to_string(&mut stderr);
    Ran { status, stderr, took, kilobytes }
}
