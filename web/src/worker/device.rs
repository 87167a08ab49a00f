//! Chooses between the GPU and the CPU.

use burn::tensor::Device;
use burn::tensor::wgpu::WgpuBackend;
use image::RgbImage;
use js_sys::{Function, Reflect};
use showtell::{Bundle, Captioner};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;

use super::explain;
use crate::protocol::{DeviceChoice, DeviceReason, DeviceReport};

/// Loads the captioner where the page wants it, or where it runs faster.
pub async fn choose(bundle: &Bundle, choice: DeviceChoice) -> Result<(Captioner, DeviceReport), String> {
    match choice {
        DeviceChoice::Cpu => {
            let cpu = on_cpu(bundle)?;
            let time = measured(&cpu).await?;
            Ok((cpu, report("CPU", DeviceReason::Asked, Some(time), None)))
        }
        DeviceChoice::WebGpu => {
            if !adapter_exists().await {
                return Err(
                    "this browser offers no WebGPU adapter; the CPU can be used instead: ?device=cpu".into(),
                );
            }
            let gpu = on_gpu(bundle).await?;
            let time = measured(&gpu).await?;
            Ok((gpu, report("WebGPU", DeviceReason::Asked, None, Some(time))))
        }
        DeviceChoice::Auto => {
            let cpu = on_cpu(bundle)?;
            let cpu_time = measured(&cpu).await?;
            if !adapter_exists().await {
                return Ok((cpu, report("CPU", DeviceReason::NoAdapter, Some(cpu_time), None)));
            }
            // A GPU that cannot be used is no reason to fail: the CPU is there.
            let tried = async {
                let gpu = on_gpu(bundle).await?;
                let time = measured(&gpu).await?;
                Ok::<_, String>((gpu, time))
            };
            Ok(match tried.await {
                Err(reason) => (cpu, report("CPU", DeviceReason::GpuFailed(reason), Some(cpu_time), None)),
                Ok((gpu, time)) if time <= cpu_time => {
                    (gpu, report("WebGPU", DeviceReason::Faster, Some(cpu_time), Some(time)))
                }
                Ok((_, time)) => (cpu, report("CPU", DeviceReason::Faster, Some(cpu_time), Some(time))),
            })
        }
    }
}

fn report(name: &str, reason: DeviceReason, cpu: Option<f64>, gpu: Option<f64>) -> DeviceReport {
    DeviceReport { name: name.to_owned(), reason, cpu, gpu }
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

/// Milliseconds a picture will take. The first run compiles shaders and makes weights ready; the
/// second counts.
async fn measured(captioner: &Captioner) -> Result<f64, String> {
    probe(captioner).await?;
    probe(captioner).await
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
