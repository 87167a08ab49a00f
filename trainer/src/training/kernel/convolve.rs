//! Convolutions that learn faster on the CPU than the backend's.
//!
//! The backend finds the gradient of a 1x1 convolution's weights by convolving with the gradient for a kernel
//! as large as the map, and that of a depthwise one channel by channel. Here the first is a product of
//! matrices, the second a kernel of our own (`depthwise.rs`).

use burn::nn::PaddingConfig2d;
use burn::nn::conv::Conv2d;
use burn::tensor::Tensor;

use super::depthwise::depthwise;
use super::is_cpu;

/// What [`Conv2d::forward`] gives, to rounding.
///
/// # Shapes
/// `[batch, channels, rows, columns]`, before and after.
pub fn convolve(conv: &Conv2d, input: Tensor<4>) -> Tensor<4> {
    let [_, channels, rows, columns] = input.dims();
    let plain = conv.dilation == [1, 1] && conv.padding == PaddingConfig2d::Same;
    let [kernel, stride] =
        [conv.kernel_size, conv.stride].map(|[rows, columns]| (rows == columns).then_some(rows));
    let (true, true, Some(kernel), Some(stride)) = (is_cpu(&input.device()), plain, kernel, stride) else {
        return conv.forward(input);
    };
    let output = if (kernel, stride, conv.groups) == (1, 1, 1) {
        pointwise(conv.weight.val(), input)
    } else if conv.groups == channels && conv.weight.dims()[..2] == [channels, 1] && rows == columns {
        depthwise(input, conv.weight.val(), stride)
    } else {
        return conv.forward(input);
    };
    match &conv.bias {
        Some(bias) => output + bias.val().reshape([1, -1, 1, 1]),
        None => output,
    }
}

/// Each pixel's channels through one matrix, `[channels out, channels in, 1, 1]`.
fn pointwise(weight: Tensor<4>, input: Tensor<4>) -> Tensor<4> {
    let [out, channels, _, _] = weight.dims();
    let [batch, _, rows, columns] = input.dims();
    let pixels = input.swap_dims(0, 1).reshape([channels, batch * rows * columns]);
    let output = weight.reshape([out, channels]).matmul(pixels); // [out, batch * rows * columns]
    output.reshape([out, batch, rows, columns]).swap_dims(0, 1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::seeded;
    use burn::module::Module;
    use burn::nn::conv::Conv2dConfig;
    use burn::tensor::{Device, Distribution, Tolerance};
    use showtell::encoder::Convolve;

    /// Output, gradient of the input and gradients of weight and bias.
    fn learn(conv: &Conv2d, input: &Tensor<4>, convolve: Convolve) -> Vec<Vec<f32>> {
        let input = input.clone().detach().require_grad();
        let output = convolve(conv, input.clone());
        let [_, channels, rows, columns] = output.dims();
        let probe = Tensor::arange(0..(channels * rows * columns) as i64, &output.device()).float();
        let probe = (probe * 0.37).sin().reshape([1, channels, rows, columns]);
        let grads = (output.clone() * probe).sum().backward();
        let bias = conv.bias.as_ref().unwrap();
        let data = [
            output.into_data(),
            input.grad(&grads).unwrap().into_data(),
            conv.weight.grad(&grads).unwrap().into_data(),
            bias.grad(&grads).unwrap().into_data(),
        ];
        data.map(|data| data.try_into_vec::<f32>().unwrap()).to_vec()
    }

    #[test]
    fn equals_the_backend_s_convolution_with_its_gradients() {
        let device = Device::flex().autodiff();
        let _draws = seeded(&device, 5);
        for (channels, [kernel, stride, groups], side) in [
            ([6, 10], [1, 1, 1], 5),
            ([6, 6], [3, 1, 6], 5),
            ([6, 6], [5, 1, 6], 9),
            ([6, 6], [5, 2, 6], 9),
            ([6, 6], [3, 2, 6], 8),
            ([6, 6], [5, 1, 6], 2),
            ([6, 6], [2, 1, 6], 5),
            ([6, 6], [1, 2, 6], 5),
            ([6, 6], [2, 3, 6], 7),
            // Those that stay the backend's.
            ([6, 6], [3, 1, 1], 5),
            ([6, 12], [3, 1, 6], 5),
            ([6, 6], [1, 2, 1], 5),
        ] {
            let conv = Conv2dConfig::new(channels, [kernel, kernel])
                .with_stride([stride, stride])
                .with_groups(groups)
                .with_padding(PaddingConfig2d::Same)
                .init(&device.clone().inner())
                .train();
            let input = Tensor::random([3, channels[0], side, side], Distribution::Normal(0.0, 1.0), &device);
            let [own, backend] = [convolve, Conv2d::forward].map(|convolve| learn(&conv, &input, convolve));
            for (own, backend) in own.into_iter().zip(backend) {
                let [own, backend] = [own, backend].map(|values| Tensor::<1>::from_floats(&*values, &device));
                own.into_data().assert_approx_eq::<f32>(&backend.into_data(), Tolerance::absolute(1e-4));
            }
        }
    }
}
