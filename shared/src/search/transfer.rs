//! Between host and device.

use burn::tensor::{Device, Int, Tensor, TensorData};

use crate::decoder::Prediction;
use crate::error::CaptionError;
use crate::options::AttentionMaps;

/// Whole numbers on a device.
pub(super) fn ints(values: &[u32], device: &Device) -> Tensor<1, Int> {
    let values: Vec<i32> = values.iter().map(|&value| value as i32).collect();
    let length = values.len();
    Tensor::from_data(TensorData::new(values, [length]), device)
}

/// Reads log-probabilities, and behind them in each row attention where kept, in one transfer.
pub(super) async fn read(
    prediction: Prediction,
    maps: AttentionMaps,
    vocabulary: usize,
) -> Result<Vec<f32>, CaptionError> {
    let Prediction { log_probabilities, attention } = prediction;
    debug_assert_eq!(log_probabilities.dims()[1], vocabulary);
    let rows = match (maps, attention) {
        (AttentionMaps::Kept, Some(attention)) => Tensor::cat(vec![log_probabilities, attention], 1),
        _ => log_probabilities,
    };
    values(rows).await
}

/// Reads rows one after the other.
pub(super) async fn values(tensor: Tensor<2>) -> Result<Vec<f32>, CaptionError> {
    let data = tensor.into_data_async().await;
    data.map_err(|error| error.to_string())
        .and_then(|data| data.try_into_vec::<f32>().map_err(|error| error.to_string()))
        .map_err(|reason| CaptionError::Device { reason })
}
