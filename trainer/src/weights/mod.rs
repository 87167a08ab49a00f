//! Files of published weights: safetensors, and what `torch.save` has written over the years (ZIP,
//! the older stream, the TAR before it).
//!
//! A PyTorch file is a Python pickle, which is a program. It is never run: `pytorch-reader` only
//! looks for tensors in it, and before that `pickle` refuses every file that names anything but
//! tensors and dictionaries.

mod pickle;

use std::io::{self, Read};
use std::path::Path;

use half::{bf16, f16};
use pytorch_reader::{DType, PytorchReader};
use showtell::bundle::tensors::{TensorError, TensorValues, Tensors, read_safetensors};
use showtell_files::Refused;

/// Where training programs put the weights beside other things.
const WRAPPERS: [&str; 3] = ["state_dict.", "model_state_dict.", "model."];
/// What PyTorch's data-parallel module puts before every name.
const PARALLEL: &str = "module.";
/// The most bytes of a weights file.
const MAX_WEIGHTS: u64 = 2 << 30;
/// Longest header needed to tell the formats apart.
const HEADER: u64 = 512;

/// Why a weights file cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum WeightsError {
    /// The file could not be read.
    #[error("the file cannot be read")]
    Read(#[from] io::Error),
    /// The pickle inside would call something.
    #[error(
        "the pickle in it names {found}, expected nothing but tensors and dictionaries: refused, and \
         nothing of it was run"
    )]
    Calls {
        /// Module and name of what it would call, `posix.system` for one.
        found: String,
    },
    /// Truncated or damaged.
    #[error("expected a whole PyTorch weights file, found a damaged one: {reason}")]
    Damaged {
        /// What the reader said.
        reason: String,
    },
    /// Not tensors as they are needed here.
    #[error(transparent)]
    Tensors(#[from] TensorError),
}

/// Reads every tensor of a weights file as 32-bit floats, under the names of the network alone:
/// wrappers such as `{"state_dict": ...}` and `module.` are taken off. Integer scalars, such as
/// batch norm's counters, are passed over. What the file is tells its content, not its name.
///
/// # Errors
/// [`WeightsError`].
pub fn read(path: &Path) -> Result<Tensors, WeightsError> {
    let mut header = Vec::new();
    showtell_files::read::open(path)?.take(HEADER).read_to_end(&mut header)?;
    let tensors = if is_pytorch(&header) {
        let found = std::fs::metadata(path)?.len();
        if found > MAX_WEIGHTS {
            return Err(io::Error::from(Refused::TooLarge { most: MAX_WEIGHTS, found }).into());
        }
        read_pytorch(path)?
    } else {
        read_safetensors(&showtell_files::read(path, MAX_WEIGHTS)?)?
    };
    Ok(unwrapped(tensors))
}

/// Whether a file begins as PyTorch's do: a ZIP or TAR archive, or a pickle of protocol 2 or later
/// or of a kind that begins with a name, a list or a dictionary.
fn is_pytorch(header: &[u8]) -> bool {
    // A safetensors file begins with the length of its JSON, of which the first byte may be any.
    let safetensors = header.get(8) == Some(&b'{');
    let archive = header.starts_with(b"PK") || header.get(257..262) == Some(b"ustar");
    archive || !safetensors && matches!(header.first(), Some(0x80 | b'(' | b'}' | b']' | b'c'))
}

fn read_pytorch(path: &Path) -> Result<Tensors, WeightsError> {
    let damaged = |error: &dyn std::fmt::Display| WeightsError::Damaged { reason: error.to_string() };
    pickle::check(path)?;
    let reader = PytorchReader::new(path).map_err(|error| damaged(&error))?;
    let mut tensors = Tensors::new();
    for (name, tensor) in reader.into_tensors() {
        let shape = tensor.shape().to_vec();
        let dtype = tensor.dtype();
        if matches!(dtype, DType::I64 | DType::I32) && shape.is_empty() {
            continue;
        }
        let convert: fn(&[u8]) -> Vec<f32> = match dtype {
            DType::F32 => |bytes| numbers(bytes, f32::from_ne_bytes),
            DType::F64 => |bytes| numbers(bytes, |bytes| f64::from_ne_bytes(bytes) as f32),
            DType::F16 => |bytes| numbers(bytes, |bytes| f16::from_ne_bytes(bytes).to_f32()),
            DType::BF16 => |bytes| numbers(bytes, |bytes| bf16::from_ne_bytes(bytes).to_f32()),
            other => {
                return Err(TensorError::NumberFormat { tensor: name, found: format!("{other:?}") }.into());
            }
        };
        let values = convert(&tensor.read().map_err(|error| damaged(&error))?);
        tensors.insert(name, TensorValues { shape, values });
    }
    Ok(tensors)
}

fn numbers<const N: usize>(bytes: &[u8], number: impl Fn([u8; N]) -> f32) -> Vec<f32> {
    bytes.as_chunks::<N>().0.iter().map(|&chunk| number(chunk)).collect()
}

/// Takes wrappers off the names.
fn unwrapped(mut tensors: Tensors) -> Tensors {
    let wrapper = WRAPPERS.into_iter().find(|wrapper| tensors.keys().any(|name| name.starts_with(wrapper)));
    if let Some(wrapper) = wrapper {
        // What lies beside the weights, an optimiser's state for one, is none of the network's.
        tensors = without(tensors, wrapper);
    }
    if !tensors.is_empty() && tensors.keys().all(|name| name.starts_with(PARALLEL)) {
        tensors = without(tensors, PARALLEL);
    }
    tensors
}

/// The tensors whose names begin with a prefix, without it.
fn without(tensors: Tensors, prefix: &str) -> Tensors {
    let named =
        |(name, values): (String, TensorValues)| Some((name.strip_prefix(prefix)?.to_owned(), values));
    tensors.into_iter().filter_map(named).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;
    use std::path::PathBuf;

    /// Files made by `weights.py` beside them.
    fn fixture(name: &str) -> PathBuf {
        PathBuf::from(std::env::var("CARGO_MANIFEST_DIR").unwrap()).join("tests/data").join(name)
    }

    fn refused(bytes: &[u8]) -> String {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("weights.pth");
        fs::write(&path, bytes).unwrap();
        read(&path).unwrap_err().to_string()
    }

    #[test]
    fn every_format_gives_the_same_tensors() {
        let expected = read(&fixture("weights.safetensors")).unwrap();
        assert_eq!(
            expected.keys().collect::<Vec<_>>(),
            ["bn.bias", "bn.running_var", "bn.weight", "conv.weight"]
        );
        assert_eq!(expected["conv.weight"].shape, [2, 3, 1, 1]);
        assert_eq!(expected["conv.weight"].values, [0.0, 2.0, 4.0, 1.0, 3.0, 5.0]);
        for name in ["weights_zip.pth", "weights_stream.pth", "weights_wrapped.pt", "weights_tar.pth"] {
            assert_eq!(read(&fixture(name)).unwrap(), expected, "{name}");
        }
    }

    #[test]
    fn a_pickle_that_would_run_code_is_refused_by_name() {
        let message = |name: &str| {
            format!(
                "the pickle in it names {name}, expected nothing but tensors and dictionaries: refused, and \
                 nothing of it was run"
            )
        };
        // Made by torch.save of an object whose `__reduce__` gives os.system and a command.
        for file in ["malicious_zip.pth", "malicious_stream.pth"] {
            assert_eq!(read(&fixture(file)).unwrap_err().to_string(), message("posix.system"), "{file}");
        }
        assert!(!Path::new("/tmp/showtell-was-here").exists());
        // By hand: called and thrown away before a harmless dictionary; and in the newer spelling.
        assert_eq!(refused(b"cbuiltins\neval\n(X\x03\x00\x00\x001+1tR0}."), message("builtins.eval"));
        assert_eq!(refused(b"\x80\x04\x8c\x02os\x8c\x06system\x93\x8c\x02ls\x85R."), message("os.system"));
        assert_eq!(refused(b"\x80\x02(S'ls'\nios\nsystem\n."), message("os.system"));
    }

    #[test]
    fn what_is_packed_smaller_than_it_is_is_refused() {
        use std::io::Write;
        let mut bytes = io::Cursor::new(Vec::new());
        let mut archive = zip::ZipWriter::new(&mut bytes);
        let packed =
            zip::write::SimpleFileOptions::default().compression_method(zip::CompressionMethod::Stored);
        archive.start_file("archive/data.pkl", packed).unwrap();
        archive.write_all(b"\x80\x02}.").unwrap();
        archive.finish().unwrap();
        let mut bytes = bytes.into_inner();
        assert!(!refused_or_read(&bytes).contains("packed"));
        // What it says of itself in its list and before its contents: packed by deflate.
        for (sign, method) in [(b"PK\x01\x02", 10), (b"PK\x03\x04", 8)] {
            let at = bytes.windows(4).position(|window| window == sign).unwrap();
            bytes[at + method] = 8;
        }
        assert!(refused_or_read(&bytes).contains("data.pkl is packed"), "{}", refused_or_read(&bytes));
        // A name that never ends.
        let long = [b"\x80\x02c", vec![b'a'; 1 << 20].as_slice(), b"\nb\n."].concat();
        assert!(refused(&long).contains("over the limit of"), "{}", refused(&long));
    }

    fn refused_or_read(bytes: &[u8]) -> String {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("weights.pth");
        fs::write(&path, bytes).unwrap();
        read(&path).err().map(|error| error.to_string()).unwrap_or_default()
    }

    #[test]
    fn truncated_files_are_refused() {
        for name in ["weights_zip.pth", "weights_stream.pth", "weights_tar.pth"] {
            let mut bytes = fs::read(fixture(name)).unwrap();
            // A TAR ends with kilobytes of nothing.
            bytes.truncate(bytes.iter().rposition(|&byte| byte != 0).unwrap() + 1);
            for length in [bytes.len() / 4, bytes.len() / 2, bytes.len() * 9 / 10] {
                let message = refused(&bytes[..length]);
                assert!(
                    message.starts_with("expected a whole PyTorch weights file, found a damaged one:"),
                    "{name} cut to {length}: {message}"
                );
            }
        }
        let bytes = fs::read(fixture("weights.safetensors")).unwrap();
        assert!(refused(&bytes[..bytes.len() - 3]).starts_with("not a safetensors file"));
        assert!(refused(b"").starts_with("not a safetensors file"));
    }
}
