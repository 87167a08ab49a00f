//! A captioner in a WebAssembly module of one's own, for a worker or Node:
//!
//! `cargo build --example embed -p showtell-worker --profile web --target wasm32-unknown-unknown`, then `wasm-bindgen --target web`. In JavaScript:
//!
//! ```js
//! const describer = new Describer({ 'config.json': bytes, 'model.safetensors': bytes, ... });
//! console.log(await describer.describe(jpeg));
//! ```

use std::collections::BTreeMap;

use showtell::burn::tensor::Device;
use showtell::{Bundle, Captioner, preprocess};
use wasm_bindgen::prelude::*;

#[cfg(target_arch = "wasm32")]
#[expect(unsafe_code, reason = "declares the linker's function")]
unsafe extern "C" {
    fn __wasm_call_ctors();
}

/// Runs Burn's static constructors once, where the linker would run them on each call.
#[wasm_bindgen(start)]
pub fn start() {
    #[cfg(target_arch = "wasm32")]
    #[expect(unsafe_code, reason = "the linker's function; nothing else has run yet")]
    unsafe {
        __wasm_call_ctors();
    }
}

/// A captioner on the CPU.
#[wasm_bindgen]
pub struct Describer(Captioner);

#[wasm_bindgen]
impl Describer {
    /// Takes the files of a bundle: an object of `Uint8Array`s by name.
    #[wasm_bindgen(constructor)]
    pub fn new(files: JsValue) -> Result<Self, JsError> {
        let files: BTreeMap<String, serde_bytes::ByteBuf> = serde_wasm_bindgen::from_value(files)?;
        let files = files.into_iter().map(|(name, bytes)| (name, bytes.into_vec())).collect();
        Ok(Self(Captioner::new(&Bundle::from_files(files)?, &Device::flex())?))
    }

    /// Describes a JPEG, PNG or WebP photo.
    pub async fn describe(&self, photo: &[u8]) -> Result<String, JsError> {
        let photo = preprocess::decode(photo)?;
        Ok(self.0.caption(&photo).await?.hedged())
    }
}
