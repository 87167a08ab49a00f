//! Describes photos, natively, on the CPU: `cargo run --release --example describe -- BUNDLE PHOTO...`

use std::collections::BTreeMap;
use std::error::Error;
use std::{env, fs};

use showtell::{Bundle, Captioner, Device, bundle, preprocess};

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = env::args().skip(1);
    let folder = arguments.next().ok_or("name the folder of a bundle, then photos")?;
    let mut files = BTreeMap::new();
    for name in bundle::NEEDED {
        files.insert(name.to_owned(), fs::read(format!("{folder}/{name}"))?);
    }
    for name in bundle::OPTIONAL {
        // The bundle itself says where one is missing after all.
        if let Ok(bytes) = fs::read(format!("{folder}/{name}")) {
            files.insert(name.to_owned(), bytes);
        }
    }
    let captioner = Captioner::new(&Bundle::from_files(files)?, &Device::flex())?;
    for path in arguments {
        let photo = preprocess::decode(&fs::read(&path)?)?;
        let caption = captioner.caption_blocking(&photo)?;
        println!("{path}: {}", caption.hedged());
    }
    Ok(())
}
