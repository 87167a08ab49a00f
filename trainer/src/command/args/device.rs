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
#[expect(clippy::unnecessary_wraps, reason = "without the feature there is an error")]
fn wgpu() -> anyhow::Result<Device> {
    Ok(Device::wgpu(burn::tensor::DeviceKind::DefaultDevice))
}

#[cfg(not(feature = "wgpu"))]
fn wgpu() -> anyhow::Result<Device> {
    bail!(
        "this program was built without wgpu: build it with `cargo build --release --features showtell-trainer/wgpu`"
    )
}

#[cfg(feature = "cuda")]
#[expect(clippy::unnecessary_wraps, reason = "without the feature there is an error")]
fn cuda() -> anyhow::Result<Device> {
    Ok(Device::cuda(0))
}

#[cfg(not(feature = "cuda"))]
fn cuda() -> anyhow::Result<Device> {
    bail!(
        "this program was built without CUDA: build it with `cargo build --release --features showtell-trainer/cuda`"
    )
}
