//! `showtell caption`.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Args;
use serde::Serialize;
use showtell::reading::Reading;
use showtell::together::together;
use showtell::{Alternative, Answer, AttentionMaps, CaptionOptions, Captioner, Label, Trust, Word};

#[cfg(feature = "reader")]
use crate::args::ReaderArgument;
use crate::args::{BeamArgument, BundleArgument};
use crate::files::read_photo;
use crate::{device, say, shown};

/// Write a sentence about each photo
///
/// A line for each photo on stdout, with as much doubt as its confidence asks for: where no sentence can be
/// told, what the photo may show, or what kind of picture it is. A photo that cannot be read is named on stderr,
/// the others are still captioned, and the exit status is 1.
#[derive(Debug, Args)]
pub struct Caption {
    /// JPEG, PNG or WebP files
    #[arg(required = true, value_name = "PHOTO")]
    photos: Vec<PathBuf>,
    #[command(flatten)]
    bundle: BundleArgument,
    #[command(flatten)]
    beam: BeamArgument,
    /// Read the words in the picture as well, and tell them where they are few, sure and large: "A stop sign: STOP."
    #[cfg(feature = "reader")]
    #[arg(long)]
    text: bool,
    #[cfg(feature = "reader")]
    #[command(flatten)]
    reader: ReaderArgument,
    /// Print one JSON object a line
    #[arg(short, long)]
    json: bool,
}

#[derive(Serialize)]
struct Line {
    path: String,
    caption: String,
    confidence: f32,
    calibrated: bool,
    trust: Trust,
    #[serde(rename = "told")]
    hedged: String,
    answer: Answer,
    labels: Vec<Label>,
    alternatives: Vec<Alternative>,
    words: Vec<Word>,
    /// With `--text`: the words in the picture.
    #[serde(skip_serializing_if = "Option::is_none")]
    reading: Option<Reading>,
}

impl Caption {
    /// Captions, a line for each photo.
    ///
    /// # Errors
    /// When there is no sound bundle. A photo that cannot be read is named, and the exit status says so.
    pub fn run(self) -> anyhow::Result<ExitCode> {
        let bundle = self.bundle.read()?;
        let captioner = Captioner::new(&bundle, &device())?;
        let options = CaptionOptions {
            beam: self.beam.over(&bundle.config().decoding)?,
            attention: AttentionMaps::Dropped,
        };
        #[cfg(feature = "reader")]
        let reader = self.text.then(|| self.reader.load()).transpose()?;
        let mut code = ExitCode::SUCCESS;
        for path in self.photos {
            let captioned = read_photo(&path).map_err(anyhow::Error::from).and_then(|photo| {
                let caption = captioner.caption_blocking_with(&photo, &options)?;
                #[cfg(feature = "reader")]
                let reading = reader.as_ref().map(|reader| reader.read(&photo)).transpose()?;
                #[cfg(not(feature = "reader"))]
                let reading: Option<Reading> = None;
                let both = reading.as_ref().and_then(|read| together(&caption.answer, &caption.text, read));
                Ok((both.map_or_else(|| caption.hedged(), |both| both.hedged), caption, reading))
            });
            match captioned {
                Ok((hedged, caption, reading)) if self.json => {
                    let line = Line {
                        path: path.display().to_string(),
                        hedged,
                        caption: caption.text,
                        confidence: caption.confidence.value(),
                        calibrated: caption.confidence.is_calibrated(),
                        answer: caption.answer,
                        labels: caption.labels,
                        trust: caption.trust,
                        alternatives: caption.alternatives,
                        words: caption.words,
                        reading,
                    };
                    say(&serde_json::to_string(&line)?)?;
                }
                Ok((hedged, ..)) => {
                    let path = shown::line(&path.display().to_string());
                    say(&format!("{path}\t{}", shown::line(&hedged)))?;
                }
                Err(error) => {
                    eprintln!("error: {}", shown::lines(&format!("{error:#}")));
                    code = ExitCode::FAILURE;
                }
            }
        }
        Ok(code)
    }
}
