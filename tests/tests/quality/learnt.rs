//! Data, and a run that has learnt a little from it.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::LazyLock;

use serde_json::Value;
use showtell_tests::{draw_dataset, json_lines, showtell, stderr, succeed, train};
use walkdir::WalkDir;

/// The run that most tests start from and its data, made by the first test that asks.
static BASE: LazyLock<PathBuf> = LazyLock::new(|| {
    // In cargo's own folder for tests: nothing deletes what a static holds, so the next run of the tests does.
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("quality");
    if folder.exists() {
        fs::remove_dir_all(&folder).unwrap();
    }
    prepare(&folder, &[]);
    folder
});

/// Draws data and trains on it.
fn prepare(folder: &Path, settings: &[&str]) {
    draw_dataset(&folder.join("data"), 12, 4);
    let mut train = train(&folder.join("data"), &folder.join("run"));
    let _ = succeed(train.args(["--epochs", "40"]).args(settings));
}

/// Data and runs in a folder of a test's own.
pub struct Learnt {
    folder: tempfile::TempDir,
}

impl Learnt {
    /// Drawn data alone.
    pub fn data() -> Self {
        let learnt = Self { folder: tempfile::tempdir().unwrap() };
        draw_dataset(&learnt.path("data"), 12, 4);
        learnt
    }

    /// The same with `run`, which has learnt a little from the data: a copy of one that all tests share.
    pub fn new() -> Self {
        let learnt = Self::data();
        copy(&BASE.join("run"), &learnt.path("run"));
        learnt
    }

    /// The same with a `run` of other settings, trained for this test.
    pub fn with(settings: &[&str]) -> Self {
        let learnt = Self { folder: tempfile::tempdir().unwrap() };
        prepare(learnt.folder.path(), settings);
        learnt
    }

    /// Where something of the test's lies.
    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// `showtell train` into a run of this name.
    pub fn train(&self, run: &str) -> Command {
        train(&self.path("data"), &self.path(run))
    }

    /// Publishes a run; returns the bundle.
    pub fn publish(&self, run: &str, precision: &str) -> PathBuf {
        let bundle = self.path(&format!("{run}-{precision}"));
        let mut publish = showtell();
        publish.arg("publish").arg(self.path(run)).arg("--out").arg(&bundle);
        let _ = succeed(publish.args(["--precision", precision]));
        bundle
    }

    fn evaluation(&self, bundle: &Path, more: &[&str]) -> Command {
        let mut evaluate = showtell();
        evaluate.arg("evaluate").arg("--bundle").arg(bundle).arg("--data").arg(self.path("data"));
        evaluate.arg("--cache").arg(self.path("data/cache")).args(["--split", "train", "--json"]).args(more);
        evaluate
    }

    /// Scores of a bundle on the training photos.
    pub fn evaluate(&self, bundle: &Path, more: &[&str]) -> Value {
        json_lines(&succeed(&mut self.evaluation(bundle, more))).remove(0)
    }

    /// What `showtell evaluate` says where it refuses.
    pub fn refused(&self, bundle: &Path, more: &[&str]) -> String {
        let done = self.evaluation(bundle, more).output().unwrap();
        assert!(!done.status.success());
        stderr(&done)
    }
}

fn copy(from: &Path, to: &Path) {
    for entry in WalkDir::new(from) {
        let entry = entry.unwrap();
        let place = to.join(entry.path().strip_prefix(from).unwrap());
        if entry.file_type().is_dir() {
            fs::create_dir_all(&place).unwrap();
        } else {
            fs::copy(entry.path(), &place).unwrap();
        }
    }
}
