//! Reads pictures, one JSON object a line, with the milliseconds that each took: `READER PICTURE...`.

use std::collections::BTreeMap;
use std::error::Error;
use std::time::Instant;

use showtell_reader::{NEEDED, Reader};

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let folder = arguments.next().ok_or("name the reader's folder and pictures")?;
    let mut files = BTreeMap::new();
    for name in NEEDED {
        files.insert(name.to_owned(), std::fs::read(format!("{folder}/{name}"))?);
    }
    let reader = Reader::from_files(files)?;
    for path in arguments {
        let picture = image::open(&path)?.into_rgb8();
        let start = Instant::now();
        let reading = reader.read(&picture)?;
        let milliseconds = start.elapsed().as_millis();
        println!("{}", serde_json::json!({ "path": path, "milliseconds": milliseconds, "reading": reading }));
    }
    Ok(())
}
