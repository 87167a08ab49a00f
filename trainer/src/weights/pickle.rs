//! What a PyTorch file's pickles name, found without running them.
//!
//! A pickle can only call what it has named before. Its operations are walked through one by one;
//! the first name that has no business in a file of weights refuses the file, whether it would have
//! been called or not.

use std::collections::HashMap;
use std::io::{self, BufRead, BufReader, ErrorKind, Read};
use std::path::Path;
use std::rc::Rc;

use super::WeightsError;

/// Pickles that the older stream begins with: two numbers, the system, the object, storage keys.
const PICKLES_OF_A_STREAM: usize = 5;
/// The number that the older stream begins with, within its first bytes.
const STREAM_MAGIC: [u8; 10] = [0x6c, 0xfc, 0x9c, 0x46, 0xf9, 0x20, 0x6a, 0xa8, 0x50, 0x19];
/// The longest text that is kept as a possible name.
const LONGEST_NAME: u64 = 256;
/// The longest line that is read: of names and numbers.
const LONGEST_LINE: u64 = 64 << 10;
/// The most texts that are remembered for later use as names.
const MOST_TEXTS: usize = 1 << 20;

/// Walks through every pickle of a file.
///
/// # Errors
/// [`WeightsError::Calls`] for the first name that is not allowed, [`WeightsError::Damaged`] where
/// a pickle cannot be followed.
pub(super) fn check(path: &Path) -> Result<(), WeightsError> {
    let damaged = |reason: String| WeightsError::Damaged { reason };
    let mut file = BufReader::new(showtell_files::read::open(path)?);
    let header = file.fill_buf()?;
    let is_stream = header.windows(STREAM_MAGIC.len()).take(64).any(|window| window == STREAM_MAGIC);
    if header.starts_with(b"PK") {
        let mut archive = zip::ZipArchive::new(file).map_err(|error| damaged(error.to_string()))?;
        for index in 0..archive.len() {
            let entry = archive.by_index(index).map_err(|error| damaged(error.to_string()))?;
            let name = entry.name().map_err(|error| damaged(error.to_string()))?;
            // PyTorch packs nothing, and what is packed may be of any size.
            if entry.compression() != zip::CompressionMethod::Stored {
                return Err(damaged(format!("{name} is packed")));
            }
            if name.ends_with(".pkl") {
                check_one(&mut BufReader::new(entry))?;
            }
        }
    } else if header.get(257..262) == Some(b"ustar") {
        let mut archive = tar::Archive::new(file);
        for entry in archive.entries().map_err(|error| damaged(error.to_string()))? {
            let entry = entry.map_err(|error| damaged(error.to_string()))?;
            // The entries beside it mix pickles with numbers; the reader takes nothing but classes
            // of storages from those.
            let name = entry.path().map(|path| path.to_string_lossy().into_owned());
            if name.is_ok_and(|name| name.trim_start_matches("./") == "pickle") {
                check_one(&mut BufReader::new(entry))?;
            }
        }
    } else {
        for _ in 0..if is_stream { PICKLES_OF_A_STREAM } else { 1 } {
            check_one(&mut file)?;
        }
    }
    Ok(())
}

fn check_one(pickle: &mut impl BufRead) -> Result<(), WeightsError> {
    match (Walk { pickle, latest: [None, None], memo: HashMap::new() }).run() {
        Ok(None) => Ok(()),
        Ok(Some(found)) => Err(WeightsError::Calls { found }),
        Err(error) if error.kind() == ErrorKind::UnexpectedEof => {
            Err(WeightsError::Damaged { reason: "a pickle ends too early".to_owned() })
        }
        Err(error) if error.kind() == ErrorKind::InvalidData => {
            Err(WeightsError::Damaged { reason: error.to_string() })
        }
        Err(error) => Err(error.into()),
    }
}

/// What weights are made of.
fn is_allowed(module: &str, name: &str) -> bool {
    match module {
        "collections" => name == "OrderedDict",
        "torch._utils" => matches!(
            name,
            "_rebuild_tensor" | "_rebuild_tensor_v2" | "_rebuild_tensor_v3" | "_rebuild_parameter"
        ),
        "torch" => name.ends_with("Storage") || name.ends_with("Tensor") || name == "Size",
        "torch.storage" => name.ends_with("Storage"),
        "torch.nn.parameter" => name == "Parameter",
        _ => false,
    }
}

/// A pickle and the texts that its names may be made of.
struct Walk<'a, R> {
    pickle: &'a mut R,
    /// The two texts put on the stack last, the older first.
    latest: [Option<Rc<str>>; 2],
    /// Texts by their number in the pickle's memory.
    memo: HashMap<u32, Option<Rc<str>>>,
}

impl<R: BufRead> Walk<'_, R> {
    /// Goes to the end, or to the first name that is not allowed, which is returned.
    fn run(&mut self) -> io::Result<Option<String>> {
        loop {
            let [operation] = self.bytes()?;
            match operation {
                b'.' => return Ok(None),
                // GLOBAL and INST name module and attribute in two lines.
                b'c' | b'i' => {
                    let (module, name) = (self.line()?, self.line()?);
                    if !is_allowed(&module, &name) {
                        return Ok(Some(format!("{module}.{name}")));
                    }
                }
                // STACK_GLOBAL takes both from the stack.
                0x93 => match &self.latest {
                    [Some(module), Some(name)] if is_allowed(module, name) => {}
                    [Some(module), Some(name)] => return Ok(Some(format!("{module}.{name}"))),
                    _ => return Ok(Some("something by a computed name".to_owned())),
                },
                // Texts.
                b'X' | b'T' => {
                    let length = u32::from_le_bytes(self.bytes()?);
                    self.text(length.into())?;
                }
                b'U' | 0x8c => {
                    let [length] = self.bytes()?;
                    self.text(length.into())?;
                }
                0x8d => {
                    let length = u64::from_le_bytes(self.bytes()?);
                    self.text(length)?;
                }
                b'S' | b'V' => {
                    let line = self.line()?;
                    self.push(Some(line.trim_matches(['\'', '"']).into()));
                }
                // The memory.
                b'q' => {
                    let [number] = self.bytes()?;
                    self.remember(number.into());
                }
                b'r' => {
                    let number = u32::from_le_bytes(self.bytes()?);
                    self.remember(number);
                }
                b'p' => {
                    let number = self.number()?;
                    self.remember(number);
                }
                0x94 => self.remember(u32::try_from(self.memo.len()).unwrap_or(u32::MAX)),
                b'h' => {
                    let [number] = self.bytes()?;
                    self.recall(number.into());
                }
                b'j' => {
                    let number = u32::from_le_bytes(self.bytes()?);
                    self.recall(number);
                }
                b'g' => {
                    let number = self.number()?;
                    self.recall(number);
                }
                // Everything else is passed over with its argument.
                b'F' | b'I' | b'L' | b'P' => drop(self.line()?),
                b'K' | 0x80 | 0x82 => self.skip(1)?,
                b'M' | 0x83 => self.skip(2)?,
                b'J' | 0x84 => self.skip(4)?,
                b'G' | 0x95 => self.skip(8)?,
                b'C' | 0x8a => {
                    let [length] = self.bytes()?;
                    self.skip(length.into())?;
                }
                b'B' | 0x8b => {
                    let length = u32::from_le_bytes(self.bytes()?);
                    self.skip(length.into())?;
                }
                0x8e | 0x96 => {
                    let length = u64::from_le_bytes(self.bytes()?);
                    self.skip(length)?;
                }
                b'('
                | b'0'
                | b'1'
                | b'2'
                | b'N'
                | b'R'
                | b'Q'
                | b'a'
                | b'b'
                | b'd'
                | b'}'
                | b'e'
                | b'l'
                | b']'
                | b'o'
                | b's'
                | b't'
                | b')'
                | b'u'
                | 0x81
                | 0x85..=0x89
                | 0x8f..=0x92
                | 0x97
                | 0x98 => {}
                other => {
                    let reason = format!("a pickle has no operation 0x{other:02x}");
                    return Err(io::Error::new(ErrorKind::InvalidData, reason));
                }
            }
        }
    }

    fn bytes<const N: usize>(&mut self) -> io::Result<[u8; N]> {
        let mut bytes = [0; N];
        self.pickle.read_exact(&mut bytes)?;
        Ok(bytes)
    }

    fn skip(&mut self, length: u64) -> io::Result<()> {
        match io::copy(&mut self.pickle.by_ref().take(length), &mut io::sink())? == length {
            true => Ok(()),
            false => Err(ErrorKind::UnexpectedEof.into()),
        }
    }

    fn line(&mut self) -> io::Result<String> {
        let mut line = Vec::new();
        self.pickle.by_ref().take(LONGEST_LINE).read_until(b'\n', &mut line)?;
        match line.pop() {
            Some(b'\n') => Ok(String::from_utf8_lossy(&line).into_owned()),
            _ if line.len() as u64 + 1 == LONGEST_LINE => {
                let reason = format!("a pickle has a line over the limit of {LONGEST_LINE} bytes");
                Err(io::Error::new(ErrorKind::InvalidData, reason))
            }
            _ => Err(ErrorKind::UnexpectedEof.into()),
        }
    }

    fn number(&mut self) -> io::Result<u32> {
        let line = self.line()?;
        line.trim().parse().map_err(|_| {
            io::Error::new(ErrorKind::InvalidData, format!("{line:?} is no number of a pickle's memory"))
        })
    }

    /// Reads a text; one that is too long for a name is passed over.
    fn text(&mut self, length: u64) -> io::Result<()> {
        if length > LONGEST_NAME {
            self.skip(length)?;
            self.push(None);
            return Ok(());
        }
        let mut text = vec![0; length as usize];
        self.pickle.read_exact(&mut text)?;
        self.push(Some(String::from_utf8_lossy(&text).into()));
        Ok(())
    }

    fn push(&mut self, text: Option<Rc<str>>) {
        self.latest.swap(0, 1);
        self.latest[1] = text;
    }

    /// Notes the latest text. Anything else may be on the stack just as well; then a harmless name
    /// may be mistaken, but what the reader goes on to read is never run either way.
    fn remember(&mut self, number: u32) {
        if self.memo.len() < MOST_TEXTS {
            self.memo.insert(number, self.latest[1].clone());
        }
    }

    fn recall(&mut self, number: u32) {
        let text = self.memo.get(&number).cloned().flatten();
        self.push(text);
    }
}
