//! Sites for `showtell alt`.

use std::fs;
use std::path::PathBuf;
use std::process::{Command, Output};

use serde_json::Value;
use tempfile::TempDir;

use crate::{root, shipped, showtell, stderr};

/// A site in a folder of its own, with two pictures: `boats.jpg` and `astronaut.jpg`.
#[derive(Debug)]
pub struct Site {
    /// What is deleted with it.
    pub folder: TempDir,
}

impl Site {
    /// With these pages, by their names.
    #[must_use]
    pub fn new(pages: &[(&str, &str)]) -> Self {
        let site = Self { folder: tempfile::tempdir().unwrap() };
        fs::create_dir(site.path("")).unwrap();
        fs::copy(root().join("assets/photos/boats.jpg"), site.path("boats.jpg")).unwrap();
        fs::copy(root().join("assets/photos/astronaut.jpg"), site.path("astronaut.jpg")).unwrap();
        for (name, text) in pages {
            site.put(name, text.as_bytes());
        }
        site
    }

    /// Where a file of the site is.
    #[must_use]
    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join("site").join(name)
    }

    /// Writes a file, folders made as needed.
    pub fn put(&self, name: &str, bytes: &[u8]) {
        fs::create_dir_all(self.path(name).parent().unwrap()).unwrap();
        fs::write(self.path(name), bytes).unwrap();
    }

    /// What a page says.
    #[must_use]
    pub fn read(&self, name: &str) -> String {
        fs::read_to_string(self.path(name)).unwrap()
    }

    /// `showtell alt` in the site.
    #[must_use]
    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = showtell();
        command.current_dir(self.path("")).arg("alt").args(arguments);
        if !arguments.contains(&"--check") && !arguments.contains(&"--apply") {
            command.arg("--bundle").arg(shipped()).arg("--cache").arg(self.folder.path().join("cache"));
        }
        command
    }

    /// Runs `showtell alt` in the site.
    #[must_use]
    pub fn run(&self, arguments: &[&str]) -> Output {
        self.command(arguments).output().unwrap()
    }

    /// The findings, without captions.
    #[must_use]
    pub fn check(&self) -> Vec<Value> {
        let output = self.run(&[".", "--check", "--format", "json"]);
        findings(&output)
    }
}

/// The report in JSON.
#[must_use]
pub fn report(output: &Output) -> Value {
    serde_json::from_slice(&output.stdout).unwrap_or_else(|error| panic!("{error}\n{}", stderr(output)))
}

/// Its findings.
#[must_use]
pub fn findings(output: &Output) -> Vec<Value> {
    report(output)["findings"].as_array().unwrap().clone()
}

/// What a program printed.
#[must_use]
pub fn stdout(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}
