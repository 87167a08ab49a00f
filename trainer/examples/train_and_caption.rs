//! Trains a captioner, publishes it and captions a photo with it, without the command line:
//! `cargo run --release --example train_and_caption -- RECIPE DATA ENCODER OUT PHOTO`
//!
//! DATA is a folder in any form that `showtell train --data` takes; ENCODER holds the weights of the recipe's
//! encoder, a published file or a bundle's folder. OUT gets the features, the run and the bundle.

use std::error::Error;
use std::path::PathBuf;

use showtell::{Captioner, Device};
use showtell_trainer::files::read_photo;
use showtell_trainer::job::{Data, EncoderSource, Publish, Train, bundle};
use showtell_trainer::recipe::Recipe;
use showtell_trainer::reporter::Silent;

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<PathBuf> = std::env::args_os().skip(1).map(PathBuf::from).collect();
    let [recipe, data, encoder, out, photo] = arguments.as_slice() else {
        return Err("name a recipe, a data set, an encoder, a folder and a photo".into());
    };
    let (run, published) = (out.join("run"), out.join("bundle"));

    let data = Data::new(data, &out.join("features"));
    let weights = EncoderSource::Named(encoder.clone());
    let trained = Train::new(Recipe::read(recipe)?, data, weights, &run).run(&Silent)?;
    println!("best of {} epochs: {}", trained.epoch, trained.best_epoch);

    Publish::new(&run, &published).run(&Silent)?;

    let captioner = Captioner::new(&bundle::read(&published)?, &Device::flex())?;
    let photo = read_photo(photo)?;
    let caption = captioner.caption_blocking(&photo)?;
    println!("{}", caption.hedged());
    Ok(())
}
