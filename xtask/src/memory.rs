//! `cargo xtask memory`: peak memory of `features` and `train` by the size of the data set.
//!
//! Linux only: the peak is what the kernel keeps in `/proc/PID/status`.

use std::fs;
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::thread::sleep;
use std::time::Duration;

use anyhow::{Context, bail};
use tempfile::TempDir;

use crate::shell::{command, root, run, target};

/// How often a program's peak is read. The kernel keeps the highest, so that only what happens in
/// the last moment of its life can be missed.
const EVERY: Duration = Duration::from_millis(10);

/// As the toy recipe, in one pass and with steps of the usual size.
const RECIPE: &str = r#"
name = "Memory"
seed = 1
# The pictures' own side: one region a photo.
encoder = { network = "efficientnet-lite2", side = 32 }

[text]
min_count = 1
max_words = 16

[decoder]
cell = "lstm"
embedding = 16
hidden = 16
injection = { form = "init", activation = "tanh" }
output = { form = "plain", tied = false }

[training]
epochs = 1
photos_per_step = 32
clip_norm = 5.0
optimizer = { kind = "adam", learning_rate = 1e-3 }
schedule = { kind = "constant" }

[decoding]
width = 1
max_length = 16
length_penalty = 0.5
"#;

/// Prints a Markdown table, a row for each number of training photos.
pub fn memory(photos: &[usize]) -> anyhow::Result<()> {
    // With the tests, so that what they were built of serves.
    run(&mut command("cargo", &["build", "--release", "--bins", "--examples", "--tests"]))?;
    println!("| training photos | `features`, peak | `train`, peak |\n|---|---|---|");
    for &photos in photos {
        let folder = TempDir::new().context("cannot make a temporary folder")?;
        let [features, train] = measure(folder.path(), photos)?;
        println!("| {photos} | {} MB | {} MB |", features.div_ceil(1000), train.div_ceil(1000));
    }
    Ok(())
}

/// Peaks in kB.
fn measure(folder: &Path, photos: usize) -> anyhow::Result<[u64; 2]> {
    let [data, cache, out, recipe] = ["data", "cache", "run", "recipe.toml"].map(|name| folder.join(name));
    fs::write(&recipe, RECIPE).context("cannot write the recipe")?;
    let program = |name: &str| Command::new(target().join("release").join(name));
    run(program("examples/synthetic").arg(&data).arg(photos.to_string()))?;
    let weights = root().join("assets/showtell-everyday");
    let common = |verb: &str| {
        let mut command = program("showtell");
        command.arg(verb).arg("--data").arg(&data).arg("--cache").arg(&cache);
        command.arg("--recipe").arg(&recipe).arg("--weights").arg(&weights);
        // Data is this command's own table.
        command.stdout(Stdio::null());
        command
    };
    let features = peak(&mut common("features"))?;
    let train = peak(common("train").arg("--out").arg(&out))?;
    Ok([features, train])
}

/// Runs a program to its end and returns the most memory it had resident, in kB.
fn peak(command: &mut Command) -> anyhow::Result<u64> {
    let mut child = command.spawn().with_context(|| format!("cannot start {command:?}"))?;
    let (status, peak) = watch(&mut child)?;
    if !status.success() {
        bail!("{command:?}: {status}");
    }
    peak.context("the kernel does not tell the peak of a program's memory here")
}

/// Waits for a program's end, and reads the most memory it had resident, in kB, on the way.
pub fn watch(child: &mut Child) -> anyhow::Result<(ExitStatus, Option<u64>)> {
    let path = format!("/proc/{}/status", child.id());
    let mut peak = None;
    loop {
        let now = fs::read_to_string(&path).ok().and_then(|status| high_water(&status));
        // A program that has ended has no memory left to tell of.
        peak = peak.max(now);
        if let Some(status) = child.try_wait()? {
            return Ok((status, peak));
        }
        sleep(EVERY);
    }
}

/// The line `VmHWM:     1234 kB`.
fn high_water(status: &str) -> Option<u64> {
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    line.trim().strip_suffix("kB")?.trim().parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_peak_is_found_in_the_status() {
        assert_eq!(high_water("Name:\tx\nVmHWM:\t    5120 kB\nVmRSS:\t 12 kB\n"), Some(5120));
        assert_eq!(high_water("Name:\tx\n"), None);
    }
}
