//! Takes up what a checkpoint holds, each file compared with its digest first.

use std::collections::BTreeMap;
use std::fs;
use std::io;

use burn::module::Module;
use burn::optim::ModuleOptimizer;
use burn::tensor::Device;
use showtell::bundle::sums::digest;
use showtell::bundle::tensors::{apply, collect};
use showtell::classifier::Classifier;
use showtell::decoder::Decoder;
use showtell::encoder::Encoder;

use super::{
    AVERAGE, CLASSIFIER, CLASSIFIER_OPTIMIZER, CheckpointError, Checkpoints, DECODER, ENCODER,
    ENCODER_OPTIMIZER, OPTIMIZER, SUMS, WORDS, WORDS_OPTIMIZER,
};
use crate::training::average::{Average, mean};
use crate::training::input::Input;
use crate::training::learner::Learner;

impl Checkpoints {
    /// The digests that were written of the files of a checkpoint; nothing of one that has none.
    fn sums(&self, epoch: usize) -> Result<Option<BTreeMap<String, String>>, CheckpointError> {
        let path = self.path(epoch).join(SUMS);
        let list = match fs::read_to_string(&path) {
            Ok(list) => list,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(source) => return Err(CheckpointError::Disk { doing: "read", path, source }),
        };
        let lines = list.lines().filter_map(|line| line.split_once("  "));
        Ok(Some(lines.map(|(sum, name)| (name.to_owned(), sum.to_owned())).collect()))
    }

    /// Whether a checkpoint was written with a part, which may have gone since.
    fn has(&self, epoch: usize, name: &str) -> Result<bool, CheckpointError> {
        let sums = self.sums(epoch)?;
        Ok(sums.map_or_else(|| self.path(epoch).join(name).exists(), |sums| sums.contains_key(name)))
    }

    /// Reads a file of a checkpoint, which is as it was written.
    pub(super) fn read(&self, epoch: usize, name: &str) -> Result<Vec<u8>, CheckpointError> {
        let path = self.path(epoch).join(name);
        let bytes = fs::read(&path).map_err(CheckpointError::disk("read", &path))?;
        match self.sums(epoch)? {
            Some(sums) if sums.get(name) != Some(&digest(&bytes)) => Err(CheckpointError::Damaged { path }),
            _ => Ok(bytes),
        }
    }

    /// The mean of a decoder's weights and of those at the ends of the epochs before, `count` in all or as
    /// many as there were, on a device without autodiff. `epoch` are finished before the decoder's own.
    ///
    /// # Errors
    /// When a checkpoint is absent or damaged.
    pub fn mean(
        &self,
        decoder: &Decoder,
        epoch: usize,
        count: usize,
        device: &Device,
    ) -> Result<Decoder, CheckpointError> {
        let decoder = decoder.valid();
        let mut snapshots = vec![collect(&decoder)?];
        for epoch in (1..=epoch).rev().take(count - 1) {
            snapshots.push(collect(&self.module(epoch, DECODER, decoder.clone())?)?);
        }
        let share = 1.0 / snapshots.len() as f64;
        let parts: Vec<_> = snapshots.into_iter().map(|tensors| (share, tensors)).collect();
        Ok(apply(decoder, mean(&parts)?, device)?)
    }

    /// Puts a learner, and the encoder where that learns, where they were after an epoch.
    ///
    /// # Errors
    /// When the checkpoint is absent, damaged or of another shape.
    pub fn restore(
        &self,
        epoch: usize,
        learner: Learner,
        input: &mut Input,
    ) -> Result<Learner, CheckpointError> {
        let folder = self.path(epoch);
        let optimizer = |name, fresh: ModuleOptimizer| {
            let path = folder.join(name);
            self.read(epoch, name)?;
            fresh.load(&path).map_err(CheckpointError::load(&path))
        };
        if let Some(tuned) = input.tuned_mut() {
            tuned.encoder = self.module(epoch, ENCODER, tuned.encoder.clone())?;
            tuned.optimizer = optimizer(ENCODER_OPTIMIZER, tuned.optimizer.clone())?;
        }
        let words = match learner.words {
            Some(mut words) => {
                words.head = self.module(epoch, WORDS, words.head)?;
                words.optimizer = optimizer(WORDS_OPTIMIZER, words.optimizer)?;
                Some(words)
            }
            None => None,
        };
        let memory = match learner.memory {
            Some(mut memory) => {
                memory.classifier = self.module(epoch, CLASSIFIER, memory.classifier)?;
                memory.optimizer = optimizer(CLASSIFIER_OPTIMIZER, memory.optimizer)?;
                Some(memory)
            }
            None => None,
        };
        let average = match learner.average {
            Some(average) => {
                Some(Average { decoder: self.module(epoch, AVERAGE, average.decoder)?, ..average })
            }
            None => None,
        };
        Ok(Learner {
            average,
            decoder: self.module(epoch, DECODER, learner.decoder)?,
            optimizer: optimizer(OPTIMIZER, learner.optimizer)?,
            words,
            memory,
            ..learner
        })
    }

    /// The decoder to publish after an epoch, and the encoder where it learnt.
    ///
    /// # Errors
    /// When the checkpoint is absent, damaged or of another shape.
    pub fn networks(
        &self,
        epoch: usize,
        decoder: Decoder,
        encoder: Encoder,
    ) -> Result<(Decoder, Option<Encoder>), CheckpointError> {
        let averaged = self.has(epoch, AVERAGE)?;
        let decoder = self.module(epoch, if averaged { AVERAGE } else { DECODER }, decoder)?;
        let learnt = self.has(epoch, ENCODER)?;
        Ok((decoder, if learnt { Some(self.module(epoch, ENCODER, encoder)?) } else { None }))
    }

    /// The encoder's own classifier after an epoch, where it learnt along.
    ///
    /// # Errors
    /// When the checkpoint is damaged or of another shape.
    pub fn classifier(
        &self,
        epoch: usize,
        untrained: Classifier,
    ) -> Result<Option<Classifier>, CheckpointError> {
        let learnt = self.has(epoch, CLASSIFIER)?;
        learnt.then(|| self.module(epoch, CLASSIFIER, untrained)).transpose()
    }

    fn module<M: Module>(&self, epoch: usize, name: &str, untrained: M) -> Result<M, CheckpointError> {
        let path = self.path(epoch).join(name);
        if !path.exists() {
            return Err(CheckpointError::Absent { path });
        }
        self.read(epoch, name)?;
        untrained.try_load_file(&path).map_err(CheckpointError::load(&path))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::path::Path;

    use crate::recipe::optimizer::OptimizerRecipe;
    use crate::testing::seeded;
    use crate::training::checkpoint::{Progress, STATE};
    use crate::training::forward::Regularisation;
    use showtell::decoder::{Activation, CellKind, DecoderConfig, Injection, Normalisation, OutputConfig};

    fn decoder(device: &Device) -> Decoder {
        let config = DecoderConfig {
            cell: CellKind::Gru,
            embedding: 3,
            hidden: 3,
            layers: 1,
            normalisation: Normalisation::None,
            injection: Injection::Add { activation: Activation::Tanh },
            output: OutputConfig::Plain { inner: None, tied: true },
        };
        config.init(2, 5, device)
    }

    fn flip(path: &Path, at: usize) {
        let mut bytes = fs::read(path).unwrap();
        bytes[at] ^= 1;
        fs::write(path, bytes).unwrap();
    }

    #[test]
    fn a_checkpoint_that_is_not_as_it_was_written_is_refused_by_name() {
        let run = tempfile::tempdir().unwrap();
        let device = Device::flex();
        let _draws = seeded(&device, 4);
        let own = decoder(&device);
        let checkpoints = Checkpoints::new(run.path(), 2).unwrap();
        let optimizer: OptimizerRecipe =
            serde_json::from_str(r#"{ "kind": "adam", "learning_rate": 0.1 }"#).unwrap();
        let learner = Learner::new(own.clone().train(), &optimizer, Regularisation::default(), 1.0);
        checkpoints.save(&learner, None, &Progress { epoch: 1, ..Progress::default() }).unwrap();
        let place = checkpoints.path(1);
        let whole = || checkpoints.mean(&own, 1, 2, &device);
        assert!(whole().is_ok());
        assert_eq!(checkpoints.newest().unwrap().map(|progress| progress.epoch), Some(1));

        // What a killed run left without its state is none.
        fs::create_dir(checkpoints.path(9999)).unwrap();
        assert_eq!(checkpoints.newest().unwrap().map(|progress| progress.epoch), Some(1));

        // Anywhere in a file, in the list itself, and a part that has gone.
        let length = fs::metadata(place.join(DECODER)).unwrap().len() as usize;
        for at in [0, length / 2, length - 1] {
            flip(&place.join(DECODER), at);
            let found = whole().map(drop);
            assert!(
                matches!(&found, Err(CheckpointError::Damaged { path }) if path.ends_with(DECODER)),
                "{found:?}"
            );
            flip(&place.join(DECODER), at);
        }
        flip(&place.join(STATE), 3);
        let found = checkpoints.newest();
        assert!(
            matches!(&found, Err(CheckpointError::Damaged { path }) if path.ends_with(STATE)),
            "{found:?}"
        );
        flip(&place.join(STATE), 3);
        flip(&place.join(SUMS), 10);
        assert!(matches!(whole(), Err(CheckpointError::Damaged { .. })));
        flip(&place.join(SUMS), 10);
        assert!(whole().is_ok());
        fs::remove_file(place.join(DECODER)).unwrap();
        assert!(checkpoints.has(1, DECODER).unwrap() && !checkpoints.has(1, AVERAGE).unwrap());
        assert!(matches!(whole(), Err(CheckpointError::Absent { .. })));
    }
}
