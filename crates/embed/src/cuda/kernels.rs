//! The kernels of `kernels.cu`, each as a function from tensors to a tensor.
#![expect(unsafe_code, reason = "launches of kernels, and room that they write")]

use candle_core::cuda_backend::cudarc::driver::CudaFunction;
use candle_core::cuda_backend::cudarc::driver::{DevicePtr as _, LaunchConfig, PushKernelArg as _};
use candle_core::cuda_backend::{CudaDevice, CudaStorageSlice};
use candle_core::op::BackpropOp;
use candle_core::{CudaStorage, DType, Device, Error, Result, Shape, Storage, Tensor};
use half::{bf16, f16};

use crate::batch::Batch;

use super::texts::Texts;

const PTX: &str = include_str!(concat!(env!("OUT_DIR"), "/kernels.ptx"));

/// Columns that a 16-byte access has.
const WIDE: usize = 8;
/// The most columns of a row that a warp holds in registers.
const MOST_COLUMNS: usize = 1024;
/// Threads of a block of attention: a warp for 16 of its queries.
const ATTENTION_THREADS: u32 = 256;
/// The columns of a head that attention is compiled for.
const HEADS: [usize; 2] = [32, 64];

/// The kernels for one element type, on one GPU.
pub(super) struct Kernels {
    device: CudaDevice,
    dtype: DType,
    embed: CudaFunction,
    add_norm: CudaFunction,
    swiglu: CudaFunction,
    gelu: CudaFunction,
    attention: CudaFunction,
    pool: CudaFunction,
}

/// A layer norm's weight and bias, `f32` of `[columns]`.
pub(super) struct Norm {
    pub(super) weight: Tensor,
    pub(super) bias: Tensor,
    pub(super) eps: f32,
}

/// The tables that a token's embeddings are the sum of, `[.., columns]` each.
pub(super) struct Tables {
    pub(super) words: Tensor,
    pub(super) token_type: Option<Tensor>,
    /// Learnt positions.
    pub(super) positions: Option<Tensor>,
}

/// What a kernel is given.
enum Argument<'a> {
    Tensor(&'a Tensor),
    /// A null pointer where there is none.
    Perhaps(Option<&'a Tensor>),
    Count(usize),
    Float(f32),
}

use Argument::{Count, Float, Perhaps};

/// Loads the kernels, and sums with one of them and multiplies with cuBLAS.
pub(super) fn check(device: &CudaDevice) -> Result<()> {
    let kernels = Kernels::load(device, DType::F16, HEADS[0])?;
    let on = Device::Cuda(device.clone());
    let x = Tensor::from_vec(vec![f16::ONE; 2 * WIDE], (2, WIDE), &on)?;
    let sums = kernels.pool(&Texts::send(&Batch::new([[0, 0].as_slice()]), &on)?, &x, false)?;
    let products = sums.matmul(&sums.t()?)?.flatten_all()?.to_vec1::<f32>()?;
    if products != [WIDE as f32] {
        candle_core::bail!("it computes the mean of ones, times {WIDE}, as {products:?}");
    }
    Ok(())
}

impl Kernels {
    /// Whether there are kernels for that many columns: of a row, of a head, and within the feed-forward
    /// network.
    pub(super) fn take(columns: usize, head: usize, inner: usize) -> bool {
        let whole = columns.is_multiple_of(WIDE) && inner.is_multiple_of(WIDE);
        whole && columns <= MOST_COLUMNS && HEADS.contains(&head)
    }

    /// Loads them for `f16` or `bf16`, and attention for heads of that many columns.
    pub(super) fn load(device: &CudaDevice, dtype: DType, head: usize) -> Result<Self> {
        let suffix = dtype.as_str();
        let get = |name: &str| -> Result<CudaFunction> {
            let name = format!("{name}_{suffix}");
            Ok(device.get_or_load_custom_func(&name, "sconce", PTX)?.into_cuda_function())
        };
        Ok(Self {
            device: device.clone(),
            dtype,
            embed: get("embed")?,
            add_norm: get("add_norm")?,
            swiglu: get("swiglu")?,
            gelu: get("gelu")?,
            attention: get(&format!("attention_{head}"))?,
            pool: get("pool")?,
        })
    }

    /// The sums of the tokens' embeddings, normed: `[tokens, columns]`.
    pub(super) fn embed(&self, texts: &Texts, tables: &Tables, norm: &Norm) -> Result<Tensor> {
        let (rows, columns) = (texts.ids.elem_count(), norm.weight.elem_count());
        let to = self.room(self.dtype, (rows, columns))?;
        let arguments = [
            Argument::Tensor(&texts.ids),
            Argument::Tensor(&texts.positions),
            Argument::Tensor(&tables.words),
            Perhaps(tables.token_type.as_ref()),
            Perhaps(tables.positions.as_ref()),
            Argument::Tensor(&norm.weight),
            Argument::Tensor(&norm.bias),
            Float(norm.eps),
            Argument::Tensor(&to),
            Count(rows),
            Count(columns),
        ];
        self.launch(&self.embed, warp_a_row(rows), &arguments)?;
        Ok(to)
    }

    /// The layer norm of `x + delta + added`, all `[rows, columns]` but the last, a bias of `[columns]`.
    pub(super) fn add_norm(
        &self,
        x: &Tensor,
        delta: &Tensor,
        added: Option<&Tensor>,
        norm: &Norm,
    ) -> Result<Tensor> {
        let (rows, columns) = x.dims2()?;
        let to = self.room(self.dtype, (rows, columns))?;
        let arguments = [
            Argument::Tensor(x),
            Argument::Tensor(delta),
            Perhaps(added),
            Argument::Tensor(&norm.weight),
            Argument::Tensor(&norm.bias),
            Float(norm.eps),
            Argument::Tensor(&to),
            Count(rows),
            Count(columns),
        ];
        self.launch(&self.add_norm, warp_a_row(rows), &arguments)?;
        Ok(to)
    }

    /// `up * silu(gate)` of `[rows, up and gate]`: `[rows, half the columns]`.
    pub(super) fn swiglu(&self, x: &Tensor) -> Result<Tensor> {
        let (rows, both) = x.dims2()?;
        let columns = both / 2;
        let to = self.room(self.dtype, (rows, columns))?;
        let arguments = [Argument::Tensor(x), Argument::Tensor(&to), Count(rows), Count(columns)];
        self.launch(&self.swiglu, thread_a_vector(rows * columns), &arguments)?;
        Ok(to)
    }

    /// GELU of `x + added`.
    pub(super) fn gelu(&self, x: &Tensor, added: Option<&Tensor>) -> Result<Tensor> {
        let (rows, columns) = x.dims2()?;
        let to = self.room(self.dtype, (rows, columns))?;
        let arguments = [
            Argument::Tensor(x),
            Perhaps(added),
            Argument::Tensor(&to),
            Count(rows),
            Count(columns),
        ];
        self.launch(&self.gelu, thread_a_vector(rows * columns), &arguments)?;
        Ok(to)
    }

    /// Attention within each text, of `[tokens, queries and keys and values]`: `[tokens, columns]`. `angles`
    /// are cosines and sines of each position, `[positions, columns of a head]`.
    pub(super) fn attention(
        &self,
        texts: &Texts,
        qkv: &Tensor,
        added: Option<&Tensor>,
        angles: Option<&Tensor>,
        heads: usize,
    ) -> Result<Tensor> {
        let (rows, three) = qkv.dims2()?;
        let columns = three / 3;
        let to = self.room(self.dtype, (rows, columns))?;
        let arguments = [
            Argument::Tensor(qkv),
            Perhaps(added),
            Perhaps(angles),
            Argument::Tensor(&texts.tiles),
            Argument::Tensor(&to),
            Count(columns),
        ];
        let grid = (number(texts.tiles.dim(0)?)?, number(heads)?, 1);
        self.launch(&self.attention, blocks(grid, ATTENTION_THREADS), &arguments)?;
        Ok(to)
    }

    /// The mean of each text's rows, or its first row: `f32` of `[texts, columns]`.
    pub(super) fn pool(&self, texts: &Texts, x: &Tensor, first_only: bool) -> Result<Tensor> {
        let (count, columns) = (texts.starts.elem_count() - 1, x.dim(1)?);
        let to = self.room(DType::F32, (count, columns))?;
        let arguments = [
            Argument::Tensor(x),
            Argument::Tensor(&texts.starts),
            Argument::Tensor(&to),
            Count(columns),
            Count(first_only.into()),
        ];
        let threads = number((columns / 2).next_multiple_of(32).min(512))?;
        self.launch(&self.pool, blocks((number(count)?, 1, 1), threads), &arguments)?;
        Ok(to)
    }

    /// A tensor that a kernel will write all of.
    fn room(&self, dtype: DType, shape: impl Into<Shape>) -> Result<Tensor> {
        let shape = shape.into();
        let count = shape.elem_count();
        // SAFETY: it is read only after the kernel that it is made for, which writes every element.
        let storage = unsafe {
            let device = self.device.clone();
            match dtype {
                DType::F16 => {
                    CudaStorage::wrap_cuda_slice(self.device.alloc::<f16>(count)?, device)
                }
                DType::BF16 => {
                    CudaStorage::wrap_cuda_slice(self.device.alloc::<bf16>(count)?, device)
                }
                _ => CudaStorage::wrap_cuda_slice(self.device.alloc::<f32>(count)?, device),
            }
        };
        Ok(Tensor::from_storage(Storage::Cuda(storage), shape, BackpropOp::none(), false))
    }

    fn launch(
        &self,
        kernel: &CudaFunction,
        config: LaunchConfig,
        arguments: &[Argument<'_>],
    ) -> Result<()> {
        let mut held = Vec::with_capacity(arguments.len());
        let mut words = Vec::with_capacity(arguments.len());
        for argument in arguments {
            words.push(match *argument {
                Argument::Tensor(tensor) | Perhaps(Some(tensor)) => {
                    let (storage, layout) = tensor.storage_and_layout();
                    let start = layout.contiguous_offsets().map(|(start, _)| start);
                    let start = start.ok_or_else(|| Error::msg("a kernel's tensor is strided"))?;
                    let address = address(&storage, start)?;
                    held.push(storage);
                    Word::Wide(address)
                }
                Perhaps(None) => Word::Wide(0),
                Count(count) => Word::Narrow(number(count)?),
                Float(value) => Word::Narrow(value.to_bits()),
            });
        }
        let stream = self.device.cuda_stream();
        let mut launch = stream.launch_builder(kernel);
        for word in &words {
            match word {
                Word::Wide(address) => launch.arg(address),
                Word::Narrow(bits) => launch.arg(bits),
            };
        }
        // SAFETY: the functions above give each kernel its parameters in its order, and tensors of the
        // shapes that it indexes; these are held until it is launched, and the memory of one that is
        // dropped after that is freed in the order of the stream.
        unsafe { launch.launch(config) }.map_err(Error::wrap)?;
        Ok(())
    }
}

/// A parameter of 8 or of 4 bytes.
enum Word {
    Wide(u64),
    Narrow(u32),
}

/// Where on the GPU an element lies.
fn address(storage: &Storage, element: usize) -> Result<u64> {
    let Storage::Cuda(CudaStorage { slice, device }) = storage else {
        return Err(Error::msg("a kernel's tensor is not on a GPU"));
    };
    let stream = device.cuda_stream();
    let (address, size) = match slice {
        CudaStorageSlice::F16(slice) => (slice.device_ptr(&stream).0, size_of::<f16>()),
        CudaStorageSlice::BF16(slice) => (slice.device_ptr(&stream).0, size_of::<bf16>()),
        CudaStorageSlice::F32(slice) => (slice.device_ptr(&stream).0, size_of::<f32>()),
        CudaStorageSlice::U32(slice) => (slice.device_ptr(&stream).0, size_of::<u32>()),
        _ => return Err(Error::msg("a kernel's tensor is of a type that no kernel has")),
    };
    Ok(address + (element * size) as u64)
}

fn number(count: usize) -> Result<u32> {
    i32::try_from(count).map(i32::cast_unsigned).map_err(Error::wrap)
}

fn blocks(grid: (u32, u32, u32), threads: u32) -> LaunchConfig {
    LaunchConfig { grid_dim: grid, block_dim: (threads, 1, 1), shared_mem_bytes: 0 }
}

fn warp_a_row(rows: usize) -> LaunchConfig {
    blocks((rows.div_ceil(4) as u32, 1, 1), 128)
}

fn thread_a_vector(elements: usize) -> LaunchConfig {
    blocks(((elements / WIDE).div_ceil(256) as u32, 1, 1), 256)
}
