//! Killed at any moment: a page, and a bundle, is the old or the new one; the same command goes on; nothing is left.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use tempfile::TempDir;

use super::{Ran, Random, Tally, bundles::copy, run};
use crate::{shipped, showtell};

/// Signals that end a program.
const SIGNALS: [&str; 3] = ["KILL", "TERM", "INT"];

/// Starts a program and ends it after a while. Returns whether it was still at work.
fn killed(command: &mut Command, after: Duration, signal: &str) -> bool {
    let mut child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    sleep(after);
    let at_work = child.try_wait().unwrap().is_none();
    let _ = Command::new("kill")
        .arg(format!("-{signal}"))
        .arg(child.id().to_string())
        .stderr(Stdio::null())
        .status();
    child.wait().unwrap();
    at_work
}

/// Names in a folder that begin with a dot.
fn left(folder: &Path) -> Vec<String> {
    let names = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
    names.filter(|name| name.starts_with('.')).collect()
}

/// How long a command takes by itself.
fn usual(command: &mut Command) -> Duration {
    let begun = Instant::now();
    command.stdout(Stdio::null()).stderr(Stdio::null()).status().unwrap();
    begun.elapsed()
}

/// `showtell alt --write`, killed at random moments.
pub fn pages(tries: usize) -> Tally {
    let mut tally = Tally::new("kills of `alt --write` at random moments (KILL, TERM, INT)");
    let mut random = Random::new(5);
    let site = TempDir::new().unwrap();
    fs::write(site.path().join("a.svg"), "<svg><title>Two boats</title></svg>").unwrap();
    let old = "<p>x<img src=a.svg>\n".repeat(50);
    let new = old.replace("<img src=a.svg>", "<img src=a.svg alt=\"Two boats\">");
    let names: Vec<String> = (0..200).map(|number| format!("{number}.html")).collect();
    let reset = || names.iter().for_each(|name| fs::write(site.path().join(name), &old).unwrap());
    let command = || {
        let mut command = showtell();
        command.current_dir(site.path()).args(["alt", ".", "--write"]);
        command
    };
    reset();
    let usual = usual(&mut command());
    for attempt in 0..tries {
        reset();
        let signal = SIGNALS[attempt % 3];
        let at_work = killed(&mut command(), usual.mul_f64(random.below(1000) as f64 / 1000.0), signal);
        let half = names.iter().find(|name| {
            let found = fs::read_to_string(site.path().join(name)).unwrap();
            found != old && found != new
        });
        let untidy = Some(left(site.path())).filter(|left| signal != "KILL" && at_work && !left.is_empty());
        let again = run(&mut command());
        let whole = names.iter().all(|name| fs::read_to_string(site.path().join(name)).unwrap() == new);
        let wrong = match half {
            Some(name) => Some(format!("{name} is neither old nor new")),
            None if !whole => Some("the same command did not end right".to_owned()),
            None => untidy.map(|left| format!("SIG{signal} left {left:?}")),
        };
        tally.count(&format!("kill {attempt} by {signal}"), &again, wrong);
    }
    // Only the first file of a run that was killed may wait for the next that writes there.
    tally
}

/// What is wrong after a kill: the bundle is unsound, or the same command does not go on, or something is left.
fn wrong(folder: &Path, command: &mut Command) -> (Ran, Option<String>) {
    let bundle = folder.join("bundle");
    let found = run(showtell().arg("verify").arg(&bundle));
    let again = run(command);
    let sound = run(showtell().arg("verify").arg(&bundle));
    let wrong = if !found.succeeded() {
        Some(format!("neither old nor new: {}", found.stderr))
    } else if !again.succeeded() || !sound.succeeded() {
        Some(format!("the same command did not go on: {}", again.stderr))
    } else if !left(folder).is_empty() {
        Some(format!("{:?} was left", left(folder)))
    } else {
        None
    };
    (again, wrong)
}

fn publish(folder: &Path) -> Command {
    let mut command = showtell();
    command
        .arg("publish")
        .arg(shipped())
        .arg("--out")
        .arg(folder.join("bundle"))
        .args(["--precision", "int8"]);
    command
}

/// `showtell publish` over a bundle, killed at random moments.
pub fn bundles(tries: usize) -> Tally {
    let mut tally = Tally::new("kills of `publish` over a bundle at random moments (KILL, TERM, INT)");
    let mut random = Random::new(6);
    let here = TempDir::new().unwrap();
    copy(&here.path().join("bundle"));
    let usual = usual(&mut publish(here.path()));
    for attempt in 0..tries {
        let signal = SIGNALS[attempt % 3];
        // The last third, in which it writes, more often than not.
        let share = if attempt % 2 == 0 {
            0.6 + random.below(400) as f64 / 1000.0
        } else {
            random.below(1000) as f64 / 1000.0
        };
        killed(&mut publish(here.path()), usual.mul_f64(share), signal);
        let (again, wrong) = wrong(here.path(), &mut publish(here.path()));
        tally.count(&format!("kill {attempt} by {signal}"), &again, wrong);
    }
    tally
}

/// `showtell publish` over a bundle, killed by strace at each call that changes the disk; nothing where there is no
/// strace.
pub fn bundles_by_call(scale: usize) -> Tally {
    let mut tally = Tally::new("kills of `publish` at each call that writes, by strace");
    if Command::new("strace").arg("-V").stdout(Stdio::null()).stderr(Stdio::null()).status().is_err() {
        return tally;
    }
    let here = TempDir::new().unwrap();
    copy(&here.path().join("bundle"));
    let calls = ["fsync", "renameat2", "mkdir", "linkat", "unlinkat", "fchmod", "rename"];
    let (kinds, times) = if scale > 1 { (calls.len(), 5) } else { (2, 1) };
    for call in &calls[..kinds] {
        for nth in 1..=times {
            let mut traced = Command::new("strace");
            traced.args(["-f", "-o", "/dev/null", "-e", &format!("trace={call}")]);
            traced.args(["-e", &format!("inject={call}:signal=KILL:when={nth}")]);
            let program = publish(here.path());
            traced.arg(program.get_program()).args(program.get_args());
            let _ = traced.stdout(Stdio::null()).stderr(Stdio::null()).status();
            let (again, wrong) = wrong(here.path(), &mut publish(here.path()));
            tally.count(&format!("{call} {nth}"), &again, wrong);
        }
    }
    tally
}
