//! A model's tensors, as `candle-transformers` asks for them.

use candle_core::{DType, Device, Error, Result, Shape, Tensor};
use candle_nn::Init;
use candle_nn::var_builder::SimpleBackend;

use crate::weights::Weights;

/// Tensors by their names, each converted when it is asked for. Nothing is made up that is not there.
pub(super) struct Tensors(pub(super) Weights);

impl SimpleBackend for Tensors {
    fn get(
        &self,
        shape: Shape,
        name: &str,
        _: Init,
        dtype: DType,
        device: &Device,
    ) -> Result<Tensor> {
        let tensor = self.get_unchecked(name, dtype, device)?;
        if *tensor.shape() == shape {
            return Ok(tensor);
        }
        let msg = format!("tensor {name} has another shape than the model");
        Err(Error::UnexpectedShape { msg, expected: shape, got: tensor.shape().clone() })
    }

    fn get_unchecked(&self, name: &str, dtype: DType, device: &Device) -> Result<Tensor> {
        let tensor = self.0.tensor(name, device).map_err(Error::wrap)?;
        tensor.to_dtype(dtype)
    }

    fn contains_tensor(&self, name: &str) -> bool {
        self.0.shape(name).is_ok()
    }
}
