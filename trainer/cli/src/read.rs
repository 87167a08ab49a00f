//! `showtell read`.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Args;
use serde::Serialize;
use showtell_reader::Reading;

use crate::args::ReaderArgument;
use crate::files::read_photo;
use crate::say;

/// Read the words in pictures
///
/// Each picture's text on stdout, in reading order, below its name where there are several. A picture without words
/// gives none. A file that cannot be read is named on stderr, the others are still read, and the exit status is 1.
#[derive(Debug, Args)]
pub struct Read {
    /// JPEG, PNG or WebP files
    #[arg(required = true, value_name = "PICTURE")]
    pictures: Vec<PathBuf>,
    #[command(flatten)]
    reader: ReaderArgument,
    /// Print one JSON object a line: the text, and each line of it with confidence, corners and turn
    #[arg(short, long)]
    json: bool,
}

#[derive(Serialize)]
struct Row {
    path: String,
    #[serde(flatten)]
    reading: Reading,
}

impl Read {
    /// Reads, one picture after the other.
    ///
    /// # Errors
    /// When there is no sound reader. A picture that cannot be read is named, and the exit status says so.
    pub fn run(self) -> anyhow::Result<ExitCode> {
        let reader = self.reader.load()?;
        let mut code = ExitCode::SUCCESS;
        let several = self.pictures.len() > 1;
        for path in self.pictures {
            let reading =
                read_photo(&path).map_err(anyhow::Error::from).and_then(|picture| Ok(reader.read(&picture)?));
            let reading = match reading {
                Ok(reading) => reading,
                Err(error) => {
                    eprintln!("error: {error:#}");
                    code = ExitCode::FAILURE;
                    continue;
                }
            };
            if reading.more {
                let lines = reading.lines.len();
                eprintln!(
                    "warning: {}: more text than is read of one picture: {lines} lines",
                    path.display()
                );
            }
            let path = path.display().to_string();
            if self.json {
                say(&serde_json::to_string(&Row { path, reading })?)?;
            } else if several {
                say(&format!("{path}:\n{}\n", reading.text))?;
            } else if !reading.text.is_empty() {
                say(&reading.text)?;
            }
        }
        Ok(code)
    }
}
