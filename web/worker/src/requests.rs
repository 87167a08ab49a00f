//! Answers the page: loads a bundle, chooses a device, captions photos one after the other.

use futures::StreamExt;
use showtell::beam::{BeamConfig, SamplingConfig};
use showtell::captioner::CaptionOptions;
use showtell::{Bundle, CaptionError, Captioner};
use showtell_protocol::{
    BundleAddress, BundleReport, DeviceChoice, DeviceReport, Failure, Refusal, Reply, Request, Search,
};
use showtell_types::reading::holds_words;
use showtell_worker_common::{hear, photo, tell, tell_when_broken};
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::spawn_local;

use crate::download::Fault;
use crate::{device, download};

/// Starts answering the page.
pub fn answer() {
    tell_when_broken();
    let mut requests = hear();
    tell(&Reply::Listening);

    spawn_local(async move {
        let mut loaded: Option<Captioner> = None;
        while let Some((request, photo)) = requests.next().await {
            match request {
                Request::Load { bundle, device } => match load(&bundle, device).await {
                    Ok((captioner, device, bundle)) => {
                        loaded = Some(captioner);
                        tell(&Reply::Ready { device, bundle });
                    }
                    Err((failure, error)) => {
                        tell(&Reply::Failed { failure, reason: format!("{error:#}") });
                    }
                },
                Request::Caption { id, search } => {
                    let Some(captioner) = loaded.as_ref() else {
                        let reason = "the captioner is not loaded".to_owned();
                        tell(&Reply::Refused { id, refusal: Refusal::Other { reason } });
                        continue;
                    };
                    tell(&caption(captioner, id, &photo, &search).await);
                }
                Request::LoadReader { .. } => {
                    let reason = "this worker captions and reads no words".to_owned();
                    tell(&Reply::Failed { failure: Failure::Request, reason });
                }
                Request::Read { id, .. } => {
                    let reason = "this worker captions and reads no words".to_owned();
                    tell(&Reply::Refused { id, refusal: Refusal::Other { reason } });
                }
            }
        }
    });
}

async fn load(
    address: &BundleAddress,
    choice: DeviceChoice,
) -> Result<(Captioner, DeviceReport, BundleReport), Fault> {
    let download =
        download::bundle(address, |loaded, total| tell(&Reply::Progress { loaded, total })).await?;
    tell(&Reply::Warming);
    let bundle = match Bundle::from_files(download.files()) {
        Ok(bundle) => bundle,
        Err(error) => {
            download.forget().await;
            return Err((Failure::Damaged, error.into()));
        }
    };
    download.keep().await;
    let (captioner, device) =
        device::choose(&bundle, choice).await.map_err(|error| (Failure::Device, error))?;
    let config = bundle.config();
    let report = BundleReport {
        name: config.name.clone(),
        size: config.files.values().map(|entry| entry.size).sum(),
        width: config.decoding.width,
        max_words: config.decoding.max_length,
    };
    Ok((captioner, device, report))
}

async fn caption(captioner: &Captioner, id: u32, photo: &JsValue, search: &Search) -> Reply {
    let begun = js_sys::Date::now();
    let picture = match photo::read(photo).await {
        Ok(picture) => picture,
        Err(refusal) => return Reply::Refused { id, refusal },
    };
    tell(&Reply::Seen { id, size: picture.dimensions(), thumbnail: photo::thumbnail(&picture) });
    match captioner.caption_with(&picture, &options(captioner.defaults(), search)).await {
        Ok(caption) => {
            let (hedged, worded) = (caption.hedged(), holds_words(&caption));
            Reply::Captioned { id, caption, hedged, worded, milliseconds: js_sys::Date::now() - begun }
        }
        // A device that has gone does not come back for this model.
        Err(error @ CaptionError::Device { .. }) => Reply::Broken { reason: explained(error) },
        Err(error) => Reply::Refused { id, refusal: Refusal::Other { reason: explained(error) } },
    }
}

/// The error and all its causes in one line.
fn explained(error: CaptionError) -> String {
    format!("{:#}", anyhow::Error::from(error))
}

/// The bundle's search with what the visitor wants otherwise.
fn options(defaults: &CaptionOptions, search: &Search) -> CaptionOptions {
    let usual = &defaults.beam;
    let sampling = search.temperature.map(|temperature| SamplingConfig {
        temperature,
        seed: search.seed,
        ..usual.sampling.clone().unwrap_or_default()
    });
    let beam = BeamConfig {
        width: search.width.unwrap_or(usual.width),
        // A sentence that comes to no end has as many words as tokens.
        max_length: search.max_words.unwrap_or(usual.max_length),
        sampling: sampling.or_else(|| usual.sampling.clone()),
        ..usual.clone()
    };
    CaptionOptions { beam, ..defaults.clone() }
}
