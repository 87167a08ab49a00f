//! METEOR 1.5 (Denkowski and Lavie 2014) and SPICE 1.0 (Anderson et al. 2016) through their
//! published Java programs, as the folder of the Python package `pycocoevalcap` holds them:
//! `meteor/meteor-1.5.jar` with its `data`, `spice/spice-1.0.jar` with its `lib`. SPICE also needs
//! the two CoreNLP 3.6.0 files that the package downloads into `spice/lib` at its first use.

use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use serde::{Deserialize, Serialize};

/// A score of a set, and of each photo.
#[derive(Debug, Clone, PartialEq)]
pub struct JavaScored {
    /// Of the set.
    pub total: f64,
    /// Of each photo, in order.
    pub photos: Vec<f64>,
}

/// Why a Java metric gave no score.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum JavaError {
    /// No `java` to run.
    #[error("{metric} needs Java, and no program `java` was found")]
    NoJava {
        /// The metric.
        metric: &'static str,
    },
    /// Nobody said where the metric is.
    #[error("{metric} needs the folder of the Python package pycocoevalcap")]
    NoFolder {
        /// The metric.
        metric: &'static str,
    },
    /// A file of the metric is not there.
    #[error("{metric} needs {}, which is not there: {soft_targets}", path.display())]
    NoFile {
        /// The metric.
        metric: &'static str,
        /// What is missing.
        path: PathBuf,
        /// What to do.
        soft_targets: &'static str,
    },
    /// The program could not be talked to.
    #[error("{metric} stopped")]
    Pipe {
        /// The metric.
        metric: &'static str,
        /// The system's reason.
        #[source]
        source: std::io::Error,
    },
    /// The program answered something else than expected.
    #[error("{metric} answered {found:?}, expected {expected}")]
    Answer {
        /// The metric.
        metric: &'static str,
        /// What was expected.
        expected: &'static str,
        /// The beginning of what came.
        found: String,
    },
}

/// Name of the metric.
pub const METEOR: &str = "METEOR";
/// Name of the metric.
pub const SPICE: &str = "SPICE";
const ADVICE: &str = "it is a file of the Python package pycocoevalcap";
const MODELS: &str =
    "run pycocoevalcap's spice/get_stanford_models.py once, which downloads it, or copy it there";

/// Scores tokenised captions with METEOR, English, normalised as in the package.
///
/// # Errors
/// [`JavaError`].
pub fn meteor(folder: &Path, captions: &[String], references: &[&[String]]) -> Result<JavaScored, JavaError> {
    let pipe = |source| JavaError::Pipe { metric: METEOR, source };
    let folder = present(METEOR, folder, "meteor", "meteor-1.5.jar", ADVICE)?;
    let mut java = Command::new("java");
    java.args(["-jar", "-Xmx2G", "meteor-1.5.jar", "-", "-", "-stdio", "-l", "en", "-norm"])
        .current_dir(folder)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null());
    let mut child = Running(spawn(METEOR, &mut java)?);
    let (Some(mut input), Some(output)) = (child.0.stdin.take(), child.0.stdout.take()) else {
        return Err(pipe(std::io::ErrorKind::BrokenPipe.into()));
    };
    let mut output = BufReader::new(output);
    let mut ask = |line: &str| -> Result<(), JavaError> {
        writeln!(input, "{line}").and_then(|()| input.flush()).map_err(pipe)
    };
    let mut answer = || -> Result<String, JavaError> {
        let mut line = String::new();
        output.read_line(&mut line).map_err(pipe)?;
        Ok(line.trim().to_owned())
    };
    // The bars part the fields of the protocol.
    let clean = |text: &String| text.replace("|||", "").replace("  ", " ");
    let mut all = "EVAL".to_owned();
    for (caption, references) in captions.iter().zip(references) {
        let references: Vec<String> = references.iter().map(clean).collect();
        ask(&format!("SCORE ||| {} ||| {}", references.join(" ||| "), clean(caption)))?;
        all.push_str(" ||| ");
        all.push_str(&answer()?);
    }
    ask(&all)?;
    let mut score = || -> Result<f64, JavaError> {
        let found = answer()?;
        let expected = "a score for each photo and one for the set";
        found.parse().map_err(|_| JavaError::Answer { metric: METEOR, expected, found: short(&found) })
    };
    let photos = captions.iter().map(|_| score()).collect::<Result<_, _>>()?;
    Ok(JavaScored { total: score()?, photos })
}

#[derive(Serialize)]
struct SpiceInput<'a> {
    image_id: usize,
    test: &'a str,
    refs: &'a [String],
}

#[derive(Deserialize)]
struct SpiceOutput {
    image_id: usize,
    scores: SpiceScores,
}

#[derive(Deserialize)]
struct SpiceScores {
    #[serde(rename = "All")]
    all: SpiceTuple,
}

#[derive(Deserialize)]
struct SpiceTuple {
    f: f64,
}

/// Scores tokenised captions with SPICE: the F-score over all kinds of tuples, mean over photos.
///
/// # Errors
/// [`JavaError`].
pub fn spice(folder: &Path, captions: &[String], references: &[&[String]]) -> Result<JavaScored, JavaError> {
    let pipe = |source| JavaError::Pipe { metric: SPICE, source };
    let folder = present(SPICE, folder, "spice", "spice-1.0.jar", ADVICE)?;
    for file in ["stanford-corenlp-3.6.0.jar", "stanford-corenlp-3.6.0-models.jar"] {
        present(SPICE, &folder, "lib", file, MODELS)?;
    }
    let work = showtell_files::temporary::scratch().map_err(pipe)?;
    let [input, output] = ["input.json", "output.json"].map(|name| work.path().join(name));
    let rows: Vec<SpiceInput<'_>> = captions
        .iter()
        .zip(references)
        .enumerate()
        .map(|(image_id, (test, refs))| SpiceInput { image_id, test, refs })
        .collect();
    std::fs::write(&input, serde_json::to_vec(&rows).map_err(|error| pipe(error.into()))?).map_err(pipe)?;
    let mut java = Command::new("java");
    java.args(["-Xmx8G", "-jar", "spice-1.0.jar"])
        .arg(&input)
        .arg("-cache")
        .arg(work.path())
        .arg("-out")
        .arg(&output)
        .args(["-subset", "-silent"])
        .current_dir(folder)
        .stdout(Stdio::null())
        .stderr(Stdio::piped());
    let done = spawn(SPICE, &mut java)?.wait_with_output().map_err(pipe)?;
    let expected = "a JSON file of scores";
    let found = match std::fs::read(&output) {
        Ok(bytes) if done.status.success() => bytes,
        _ => {
            let found = short(&String::from_utf8_lossy(&done.stderr));
            return Err(JavaError::Answer { metric: SPICE, expected, found });
        }
    };
    let rows: Vec<SpiceOutput> = serde_json::from_slice(&found).map_err(|error| JavaError::Answer {
        metric: SPICE,
        expected,
        found: error.to_string(),
    })?;
    let mut photos = vec![0.0; captions.len()];
    for row in rows {
        if let Some(photo) = photos.get_mut(row.image_id) {
            *photo = row.scores.all.f;
        }
    }
    Ok(JavaScored { total: photos.iter().sum::<f64>() / photos.len().max(1) as f64, photos })
}

/// A child that does not outlive this program's interest in it.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn spawn(metric: &'static str, java: &mut Command) -> Result<Child, JavaError> {
    java.spawn().map_err(|source| match source.kind() {
        std::io::ErrorKind::NotFound => JavaError::NoJava { metric },
        _ => JavaError::Pipe { metric, source },
    })
}

/// The folder `folder/inner`, which must hold `file`.
fn present(
    metric: &'static str,
    folder: &Path,
    inner: &str,
    file: &str,
    soft_targets: &'static str,
) -> Result<PathBuf, JavaError> {
    let inner = folder.join(inner);
    let path = inner.join(file);
    if path.is_file() { Ok(inner) } else { Err(JavaError::NoFile { metric, path, soft_targets }) }
}

fn short(text: &str) -> String {
    text.chars().take(200).collect()
}
