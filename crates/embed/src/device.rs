//! Where a model runs: from the choice to a device that is there and computes.

use candle_core::Device;
#[cfg(any(feature = "cuda", feature = "metal"))]
use candle_core::Tensor;

use crate::error::{EmbedError, Result};
use crate::options::DeviceChoice;

/// Opens the device of a choice; `Auto` is the processor where no GPU can be used.
pub fn open_device(choice: DeviceChoice) -> Result<Device> {
    choose(choice, &mut |_| ())
}

/// The same; `no_gpu` hears why a GPU that this binary was built for is not used.
pub(crate) fn choose(choice: DeviceChoice, no_gpu: &mut dyn FnMut(String)) -> Result<Device> {
    match choice {
        DeviceChoice::Cpu => Ok(Device::Cpu),
        DeviceChoice::Cuda => cuda(),
        DeviceChoice::Metal => metal(),
        DeviceChoice::Auto => {
            let gpus = [
                cfg!(feature = "cuda").then_some(cuda as fn() -> Result<Device>),
                cfg!(feature = "metal").then_some(metal),
            ];
            for open in gpus.into_iter().flatten() {
                match open() {
                    Ok(device) => return Ok(device),
                    Err(error) => no_gpu(error.to_string()),
                }
            }
            Ok(Device::Cpu)
        }
    }
}

#[cfg(feature = "cuda")]
fn cuda() -> Result<Device> {
    const DRIVER: &str = "install NVIDIA's driver, look whether `nvidia-smi` lists the GPU, and give \
                          a container its GPUs (`--gpus all`)";
    let unusable = |why: String, remedy| EmbedError::Device { device: "cuda", why, remedy };
    crate::cuda::load().map_err(|missing| unusable(missing.to_string(), missing.remedy()))?;
    let opened = Device::new_cuda(0).and_then(crate::cuda::with_kernels);
    opened.map_err(|error| unusable(one_line(&error), DRIVER))
}

#[cfg(not(feature = "cuda"))]
fn cuda() -> Result<Device> {
    Err(EmbedError::Device {
        device: "cuda",
        why: "this sconce was built without it".into(),
        remedy: "build it with `--features cuda`",
    })
}

#[cfg(feature = "metal")]
fn metal() -> Result<Device> {
    let opened = Device::new_metal(0).and_then(computes);
    opened.map_err(|error| EmbedError::Device {
        device: "metal",
        why: one_line(&error),
        remedy: "run it on a Mac with a GPU that Metal knows",
    })
}

#[cfg(not(feature = "metal"))]
fn metal() -> Result<Device> {
    Err(EmbedError::Device {
        device: "metal",
        why: "this sconce was built without it".into(),
        remedy: "build it on macOS with `--features metal`",
    })
}

/// The device, after a sum and a product on it: a driver that is too old for the kernels, or a GPU
/// that they were not built for, shows at the first of them only.
#[cfg(any(feature = "cuda", feature = "metal"))]
pub(crate) fn computes(device: Device) -> candle_core::Result<Device> {
    let ones = Tensor::ones((2, 2), candle_core::DType::F32, &device)?;
    let sums = (&ones + &ones)?.matmul(&ones)?.flatten_all()?.to_vec1::<f32>()?;
    if sums == [4.0; 4] { Ok(device) } else { candle_core::bail!("it computes 1 + 1 as {sums:?}") }
}

/// The error without candle's backtrace.
#[cfg(any(feature = "cuda", feature = "metal"))]
fn one_line(error: &candle_core::Error) -> String {
    error.to_string().lines().next().unwrap_or_default().trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_gpu_that_was_not_built_in_is_an_error_that_says_what_to_do() {
        for (choice, built_in) in [
            (DeviceChoice::Cuda, cfg!(feature = "cuda")),
            (DeviceChoice::Metal, cfg!(feature = "metal")),
        ] {
            if built_in {
                continue;
            }
            let error = open_device(choice).unwrap_err();
            let expected =
                format!("device {choice} cannot be used: this sconce was built without it");
            assert_eq!(error.to_string(), expected);
            let Some(crate::ModelRemedy::ChangeDevice { first }) = error.remedy() else {
                panic!("{error} has a remedy");
            };
            assert!(first.contains(&format!("--features {choice}")), "{first}");
        }
    }

    #[test]
    fn auto_is_a_device_that_computes_and_says_why_it_is_no_gpu() {
        let mut reasons = Vec::new();
        let device = choose(DeviceChoice::Auto, &mut |why| reasons.push(why)).unwrap();
        let gpus = usize::from(cfg!(feature = "cuda")) + usize::from(cfg!(feature = "metal"));
        if device.is_cpu() {
            assert_eq!(reasons.len(), gpus, "one line for each kind of GPU: {reasons:?}");
            assert!(reasons.iter().all(|why| !why.contains('\n')), "{reasons:?}");
        }
    }
}
