//! Chooses between the GPU and the CPU.

use anyhow::bail;
use burn::tensor::Device;
use burn::tensor::wgpu::WgpuBackend;
use image::RgbImage;
use js_sys::{Function, Reflect};
use showtell::{Bundle, Captioner};
use showtell_protocol::{DeviceChoice, DeviceReason, DeviceReport, Reply};
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;

use showtell_worker_common::tell;

/// Loads the captioner where the page wants it, or where it runs faster.
pub async fn choose(bundle: &Bundle, choice: DeviceChoice) -> anyhow::Result<(Captioner, DeviceReport)> {
    match choice {
        DeviceChoice::Cpu => {
            let cpu = on_cpu(bundle)?;
            let time = measured(&cpu).await?;
            Ok((cpu, report("CPU", DeviceReason::Asked, Some(time), None)))
        }
        DeviceChoice::WebGpu => {
            if !adapter_exists().await {
                bail!("this browser offers no WebGPU adapter; the CPU can be used instead: ?device=cpu");
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
                anyhow::Ok((gpu, time))
            };
            Ok(match tried.await {
                Err(error) => {
                    let reason = DeviceReason::GpuFailed(format!("{error:#}"));
                    (cpu, report("CPU", reason, Some(cpu_time), None))
                }
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

fn on_cpu(bundle: &Bundle) -> anyhow::Result<Captioner> {
    Ok(Captioner::new(bundle, &Device::flex())?)
}

async fn on_gpu(bundle: &Bundle) -> anyhow::Result<Captioner> {
    // Without the hook a loss is only seen once a photo takes too long.
    let _ = hear_of_loss();
    let device = Device::wgpu_options().graphics_api(WgpuBackend::WebGpu).init_async().await?;
    Ok(Captioner::new(bundle, &device)?)
}

/// Tells the page when the GPU is lost. A computation that waits for a lost device waits for ever, and
/// the device is made out of sight: so the browser's functions that make it are wrapped.
fn hear_of_loss() -> Result<(), JsValue> {
    let gpu = Reflect::get(&Reflect::get(&js_sys::global(), &"navigator".into())?, &"gpu".into())?;
    wrap(&gpu, "requestAdapter", |adapter| {
        wrap(&adapter, "requestDevice", |device| {
            let lost: js_sys::Promise = Reflect::get(&device, &"lost".into())?.dyn_into()?;
            wasm_bindgen_futures::spawn_local(async move {
                let info = JsFuture::from(lost).await.unwrap_or_default();
                let message = Reflect::get(&info, &"message".into()).ok().and_then(|text| text.as_string());
                let reason = format!("the GPU was lost: {}", message.unwrap_or_default());
                tell(&Reply::Broken { reason });
            });
            Ok(())
        })
    })
}

/// Has `heed` called with whatever an object's asynchronous function gives from now on.
fn wrap(
    object: &JsValue,
    name: &str,
    heed: impl Fn(JsValue) -> Result<(), JsValue> + Clone + 'static,
) -> Result<(), JsValue> {
    let own: Function = Reflect::get(object, &name.into())?.dyn_into()?;
    let this = object.clone();
    let wrapped =
        Closure::<dyn Fn(JsValue) -> Result<js_sys::Promise, JsValue>>::new(move |options: JsValue| {
            let asked: js_sys::Promise = own.call1(&this, &options)?.dyn_into()?;
            let heed = heed.clone();
            Ok(wasm_bindgen_futures::future_to_promise(async move {
                let given = JsFuture::from(asked).await?;
                // An adapter that is not there has no functions to wrap.
                let _ = heed(given.clone());
                Ok(given)
            }))
        });
    Reflect::set(object, &name.into(), wrapped.as_ref())?;
    wrapped.forget();
    Ok(())
}

/// Milliseconds a picture will take. The first run compiles shaders and makes weights ready; the
/// second counts.
async fn measured(captioner: &Captioner) -> anyhow::Result<f64> {
    probe(captioner).await?;
    probe(captioner).await
}

/// Milliseconds to encode a blank picture, waiting for the result.
async fn probe(captioner: &Captioner) -> anyhow::Result<f64> {
    let begun = js_sys::Date::now();
    let features = captioner.encode(&[&RgbImage::new(64, 64)]);
    features.into_data_async().await?;
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
