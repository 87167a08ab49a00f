//! x
fn main() { let d = burn::tensor::Device::flex(); let _ = burn::tensor::Device::webgpu(Default::default()); std::hint::black_box(d); }
