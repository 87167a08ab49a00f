//! Chooses between the GPU and the CPU.

use burn::tensor::Device;
use burn::tensor::wgpu::WgpuBackend;
use image::RgbImage;
use js_sys::{Function, Reflect};
use showtell::{Bundle, Captioner};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;

use super::explain;
use crate::protocol::{DeviceChoice, DeviceReport};

/// Loads the captioner where the page wants it, or where it runs faster.
pub async fn choose(bundle: &Bundle, choice: DeviceChoice) -> Result<(Captioner, DeviceReport), String> {
    let report = |name: &str, reason: String| DeviceReport { name: name.to_owned(), reason };
    match choice {
        DeviceChoice::Cpu => Ok((on_cpu(bundle)?, report("CPU", "asked for in the address".into()))),
        DeviceChoice::WebGpu => {
            if !adapter_exists().await {
                return Err(
                    "this browser offers no WebGPU adapter; the CPU can be used instead: ?device=cpu".into(),
                );
            }
            let gpu = on_gpu(bundle).await?;
            probe(&gpu).await?;
            Ok((gpu, report("WebGPU", "asked for in the address".into())))
        }
        DeviceChoice::Auto => {
            let cpu = on_cpu(bundle)?;
            if !adapter_exists().await {
                return Ok((cpu, report("CPU", "this browser offers no WebGPU adapter".into())));
            }
            // A GPU that cannot be used is no reason to fail: the CPU is there.
            let gpu = match on_gpu(bundle).await {
                Ok(gpu) => gpu,
                Err(reason) => return Ok((cpu, report("CPU", format!("WebGPU failed: {reason}")))),
            };
            // The first run compiles shaders; the second is what a photo will take.
            let (cpu_time, gpu_time) = (probe(&cpu).await?, {
                probe(&gpu).await?;
                probe(&gpu).await?
            });
            let times = format!("{gpu_time:.0} ms against {cpu_time:.0} ms");
            Ok(if gpu_time <= cpu_time {
                (gpu, report("WebGPU", format!("faster than the CPU here: {times}")))
            } else {
                let times = format!("{cpu_time:.0} ms against {gpu_time:.0} ms");
                (cpu, report("CPU", format!("faster than WebGPU here: {times}")))
            })
        }
    }
}

fn on_cpu(bundle: &Bundle) -> Result<Captioner, String> {
    Captioner::new(bundle, &Device::flex()).map_err(|error| explain(&error))
}

async fn on_gpu(bundle: &Bundle) -> Result<Captioner, String> {
    let device = Device::wgpu_options()
        .graphics_api(WgpuBackend::WebGpu)
        .init_async()
        .await
        .map_err(|error| explain(&error))?;
    Captioner::new(bundle, &device).map_err(|error| explain(&error))
}

/// Milliseconds to encode a blank picture, waiting for the result.
async fn probe(captioner: &Captioner) -> Result<f64, String> {
    let begun = js_sys::Date::now();
    let features = captioner.encode(&[&RgbImage::new(64, 64)]);
    features.into_data_async().await.map_err(|error| explain(&error))?;
    Ok(js_sys::Date::now() - begun)
}

/// Asks the browser for an adapter, as `navigator.gpu.requestAdapter()` does.
async fn adapter_exists() -> bool {
    let ask = async || -> Result<JsValue, JsValue> {
        let navigator = Reflect::get(&js_sys::global(), &"navigator".into())?;
        let gpu = Reflect::get(&navigator, &"gpu".into())?;
        if gpu.is_undefined() {
            return Ok(gpu);
        }
        let request: Function = Reflect::get(&gpu, &"requestAdapter".into())?.dyn_into()?;
        JsFuture::from(js_sys::Promise::resolve(&request.call0(&gpu)?)).await
    };
    ask().await.is_ok_and(|adapter| !adapter.is_null() && !adapter.is_undefined())
}
