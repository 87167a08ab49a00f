//! The record of a run as TensorBoard reads it: `events.out.tfevents.*` in the run's folder.
//!
//! A file is a chain of records (TensorFlow's TFRecord): length, its checksum, an `Event` message,
//! its checksum. Only what scalars need of TensorFlow's `event.proto` and `summary.proto` is here.
//! The crates that write such files need the compiler `protoc` where they are built.

use std::fs::File;
use std::io::{self, Write};
use std::path::Path;
use std::time::{SystemTime, UNIX_EPOCH};

use prost::Message;

use super::record::{EpochRow, StepRow};

/// `tensorflow.Event`.
#[derive(Clone, PartialEq, Message)]
struct Event {
    #[prost(double, tag = "1")]
    wall_time: f64,
    #[prost(int64, tag = "2")]
    step: i64,
    #[prost(string, optional, tag = "3")]
    file_version: Option<String>,
    #[prost(message, optional, tag = "5")]
    summary: Option<Summary>,
}

/// `tensorflow.Summary`.
#[derive(Clone, PartialEq, Message)]
struct Summary {
    #[prost(message, repeated, tag = "1")]
    value: Vec<Value>,
}

/// `tensorflow.Summary.Value`.
#[derive(Clone, PartialEq, Message)]
struct Value {
    #[prost(string, tag = "1")]
    tag: String,
    #[prost(float, optional, tag = "2")]
    simple_value: Option<f32>,
}

/// Writes the events of one process; a resumed run adds a file, which TensorBoard joins.
#[derive(Debug)]
pub struct Events {
    file: File,
}

impl Events {
    /// Starts a file in a run's folder.
    ///
    /// # Errors
    /// When the disk refuses.
    pub fn create(run: &Path) -> io::Result<Self> {
        let name = format!("events.out.tfevents.{:.6}.showtell", now());
        let mut events = Self { file: File::create(run.join(name))? };
        events.write(&Event {
            wall_time: now(),
            file_version: Some("brain.Event:2".into()),
            ..Event::default()
        })?;
        Ok(events)
    }

    /// Adds an epoch and its steps.
    ///
    /// # Errors
    /// When the disk refuses.
    pub fn epoch<'a>(
        &mut self,
        steps: impl Iterator<Item = &'a StepRow>,
        epoch: &EpochRow,
    ) -> io::Result<()> {
        let mut last = 0;
        for row in steps {
            last = row.step;
            self.scalars(
                row.step,
                &[
                    ("train/loss", Some(row.loss)),
                    ("train/cross_entropy", Some(row.cross_entropy)),
                    ("train/gradient_norm", Some(row.gradient_norm)),
                    ("train/learning_rate", Some(row.learning_rate as f32)),
                    ("train/reward", row.reward.map(|reward| reward as f32)),
                    ("train/word_loss", row.word_loss),
                ],
            )?;
        }
        self.scalars(
            last,
            &[
                ("epoch/loss", Some(epoch.loss)),
                ("dev/bleu4", Some(epoch.dev_bleu4 as f32)),
                ("dev/cider", epoch.dev_cider.map(|score| score as f32)),
                ("dev/words", epoch.dev_words.map(|words| words as f32)),
                ("dev/hallucination", epoch.dev_hallucination.map(|share| share as f32)),
                ("speed/captions_per_second", Some(epoch.captions_per_second as f32)),
            ],
        )?;
        self.file.flush()
    }

    fn scalars(&mut self, step: usize, values: &[(&str, Option<f32>)]) -> io::Result<()> {
        let value = values
            .iter()
            .filter(|(_, value)| value.is_some())
            .map(|&(tag, simple_value)| Value { tag: tag.into(), simple_value })
            .collect();
        let summary = Some(Summary { value });
        self.write(&Event { wall_time: now(), step: step as i64, file_version: None, summary })
    }

    fn write(&mut self, event: &Event) -> io::Result<()> {
        self.file.write_all(&record(&event.encode_to_vec()))
    }
}

/// Seconds since 1970.
fn now() -> f64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0.0, |since| since.as_secs_f64())
}

/// A TFRecord.
fn record(data: &[u8]) -> Vec<u8> {
    let length = (data.len() as u64).to_le_bytes();
    [&length[..], &masked(&length), data, &masked(data)].concat()
}

/// CRC-32C, turned and shifted so that a checksum of data with checksums in it stays good.
fn masked(data: &[u8]) -> [u8; 4] {
    crc32c::crc32c(data).rotate_right(15).wrapping_add(0xa282_ead8).to_le_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The bytes that TensorFlow 2 writes for `brain.Event:2` at second 1, and for a scalar.
    #[test]
    fn records_are_those_of_tensorflow() {
        let version =
            Event { wall_time: 1.0, step: 0, file_version: Some("brain.Event:2".into()), summary: None };
        let bytes = record(&version.encode_to_vec());
        assert_eq!(bytes[..8], 24_u64.to_le_bytes());
        assert_eq!(bytes[12..36], *b"\x09\0\0\0\0\0\0\xf0\x3f\x1a\x0dbrain.Event:2");
        // The checksum of a length of 24, as every event file begins.
        assert_eq!(bytes[8..12], [0xa3, 0x7f, 0x4b, 0x22]);
    }

    #[test]
    fn an_epoch_becomes_scalars() {
        let run = tempfile::tempdir().unwrap();
        let step = StepRow {
            step: 7,
            epoch: 1,
            loss: 2.5,
            cross_entropy: 2.0,
            gradient_norm: 1.0,
            learning_rate: 0.1,
            reward: None,
            kept_loss: None,
            word_loss: None,
        };
        let epoch = EpochRow {
            epoch: 1,
            loss: 2.5,
            dev_bleu4: 0.25,
            dev_cider: None,
            dev_words: None,
            dev_hallucination: None,
            reward: None,
            captions_per_second: 3.0,
            seconds: 1.0,
        };
        Events::create(run.path()).unwrap().epoch([step].iter(), &epoch).unwrap();
        let file = std::fs::read_dir(run.path()).unwrap().next().unwrap().unwrap();
        let bytes = std::fs::read(file.path()).unwrap();
        let mut rest = bytes.as_slice();
        let mut events = Vec::new();
        while let [a, b, c, d, e, f, g, h, tail @ ..] = rest {
            let length = u64::from_le_bytes([*a, *b, *c, *d, *e, *f, *g, *h]) as usize;
            let data = &tail[4..4 + length];
            assert_eq!(record(data), rest[..length + 16]);
            events.push(Event::decode(data).unwrap());
            rest = &rest[length + 16..];
        }
        assert_eq!(events.len(), 3);
        let tags = |event: &Event| -> Vec<(String, f32)> {
            let values = event.summary.as_ref().unwrap().value.iter();
            values.map(|value| (value.tag.clone(), value.simple_value.unwrap())).collect()
        };
        assert_eq!(events[1].step, 7);
        assert_eq!(tags(&events[1])[0], ("train/loss".to_owned(), 2.5));
        let last = tags(&events[2]);
        assert_eq!(last.len(), 3, "no score that is not known");
        assert_eq!(last[1], ("dev/bleu4".to_owned(), 0.25));
    }
}
