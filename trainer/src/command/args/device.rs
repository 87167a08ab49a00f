//! What computes: `--device`.

use anyhow::bail;
use burn::tensor::Device;
use clap::{Args, ValueEnum};

/// `--device`.
#[derive(Debug, Clone, Default, Args)]
pub struct DeviceArgument {
    /// What encodes photos and learns. A GPU takes a program built for it, with the feature wgpu for Vulkan,
    /// Metal and DirectX 12, or cuda. Captions of dev are written on the CPU. Features are kept whatever
    /// computed them: name another --cache to repeat a run of the CPU to the last bit
    #[arg(long, value_name = "NAME", value_enum, default_value_t)]
    device: Processor,
}

/// A kind of device.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
enum Processor {
    /// Every core of the CPU
    #[default]
    Cpu,
    /// The best GPU that wgpu finds, or the one that CUBECL_WGPU_DEFAULT_DEVICE names
    Wgpu,
    /// The first GPU of CUDA
    Cuda,
}

impl DeviceArgument {
    /// The device.
    ///
    /// # Errors
    /// When this program was built without it.
    pub fn device(&self) -> anyhow::Result<Device> {
        match self.device {
            Processor::Cpu => Ok(Device::flex()),
            Processor::Wgpu => wgpu(),
            Processor::Cuda => cuda(),
        }
    }
}

#[cfg(feature = "wgpu")]
fn wgpu() -> anyhow::Result<Device> {
    usable("a GPU through wgpu (Vulkan, Metal or DirectX 12)", || {
        Device::wgpu(burn::tensor::DeviceKind::DefaultDevice)
    })
}

#[cfg(not(feature = "wgpu"))]
fn wgpu() -> anyhow::Result<Device> {
    bail!(
        "this program was built without wgpu: build it with `cargo build --release --features showtell-trainer/wgpu`"
    )
}

#[cfg(feature = "cuda")]
fn cuda() -> anyhow::Result<Device> {
    usable("a GPU of CUDA", || Device::cuda(0))
}

/// A device on which one number has been reckoned. The library panics where there is no driver, and only when something
/// is reckoned, in a thread of its own.
#[cfg(any(feature = "wgpu", feature = "cuda", test))]
fn usable(what: &str, device: impl FnOnce() -> Device + std::panic::UnwindSafe) -> anyhow::Result<Device> {
    use burn::tensor::Tensor;
    let said = std::panic::take_hook();
    std::panic::set_hook(Box::new(|_| ()));
    let tried = std::panic::catch_unwind(|| {
        let device = device();
        let two = Tensor::<1>::from_floats([1.0], &device) + 1.0;
        two.try_into_vec_as::<f32>().is_ok_and(|values| values == [2.0]).then_some(device)
    });
    std::panic::set_hook(said);
    match tried {
        Ok(Some(device)) => Ok(device),
        _ => bail!("{what} is not to be had: there is no driver or no such device; --device cpu needs none"),
    }
}

#[cfg(not(feature = "cuda"))]
fn cuda() -> anyhow::Result<Device> {
    bail!(
        "this program was built without CUDA: build it with `cargo build --release --features showtell-trainer/cuda`"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_device_that_panics_is_an_error_and_one_that_reckons_is_taken() {
        assert!(usable("the CPU", Device::flex).is_ok());
        let here = usable("a GPU", || panic!("no possible adapter")).unwrap_err().to_string();
        assert!(here.starts_with("a GPU is not to be had: there is no driver"), "{here}");
    }
}
