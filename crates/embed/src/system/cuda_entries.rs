//! What candle and cudarc call of CUDA's libraries, each as an entry that jumps to where the
//! library's own function was found at run time.
//!
//! The linker takes these for the functions themselves and then needs no library. What is missing
//! here it takes from the library, which the binary then cannot start without: the test
//! `tests/cuda.rs` looks for that.

use std::arch::global_asm;
use std::sync::atomic::AtomicUsize;

/// A library that is opened at run time.
pub(crate) struct Library {
    /// What its file may be called, the first choice first.
    pub(crate) files: &'static [&'static str],
    /// Its functions, in the order of their entries.
    pub(crate) functions: &'static [&'static str],
}

/// An entry: the function's name, and in the table the address that it jumps to.
macro_rules! entry {
    ($absent:literal, $function:ident) => {
        concat!(
            ".globl ",
            stringify!($function),
            "\n",
            ".hidden ",
            stringify!($function),
            "\n",
            ".type ",
            stringify!($function),
            ",@function\n",
            stringify!($function),
            ":\n",
            "jmp qword ptr [rip + 2f]\n",
            ".pushsection .data.sconce_cuda,\"aw\",@progbits\n",
            "2: .quad ",
            $absent,
            "\n",
            ".popsection\n",
        )
    };
}

macro_rules! libraries {
    ($($library:ident: [$($file:literal),*], $absent:literal, { $($function:ident)* })*) => {
        global_asm!(
            ".pushsection .text.sconce_cuda,\"ax\",@progbits",
            // 3 is an error in each of the libraries: not initialised, or an invalid value
            "sconce_cuda_absent: mov eax, 3",
            "ret",
            "sconce_cuda_nothing: xor eax, eax",
            "ret",
            ".pushsection .data.sconce_cuda,\"aw\",@progbits",
            ".balign 8",
            ".globl sconce_cuda_entries",
            ".hidden sconce_cuda_entries",
            "sconce_cuda_entries:",
            ".popsection",
            $($(entry!($absent, $function),)*)*
            ".popsection",
        );

        $(pub(crate) const $library: Library = Library {
            files: &[$($file),*],
            functions: &[$(stringify!($function)),*],
        };)*

        const LIBRARIES: &[Library] = &[$($library),*];
    };
}

const COUNT: usize = {
    let (mut count, mut library) = (0, 0);
    while library < LIBRARIES.len() {
        count += LIBRARIES[library].functions.len();
        library += 1;
    }
    count
};

/// The entries of one library.
pub(crate) fn of(library: &Library) -> &'static [AtomicUsize] {
    let is = |other: &&Library| other.functions[0] != library.functions[0];
    let before: usize = LIBRARIES.iter().take_while(is).map(|other| other.functions.len()).sum();
    &sconce_cuda_entries[before..before + library.functions.len()]
}

// SAFETY: the table that the entries above jump through: COUNT addresses, aligned, written in whole
// words.
unsafe extern "C" {
    safe static sconce_cuda_entries: [AtomicUsize; COUNT];
}

libraries! {
    DRIVER: ["libcuda.so.1"], "sconce_cuda_absent", {
        cuCtxCreate_v3 cuCtxCreate_v4 cuCtxDestroy_v2 cuCtxGetCacheConfig cuCtxGetCurrent
        cuCtxGetLimit cuCtxGetStreamPriorityRange cuCtxSetCacheConfig cuCtxSetCurrent cuCtxSetFlags
        cuCtxSetLimit cuCtxSynchronize cuDestroyExternalMemory cuDeviceGet cuDeviceGetAttribute
        cuDeviceGetCount cuDeviceGetDefaultMemPool cuDeviceGetMemPool cuDeviceGetName
        cuDeviceGetUuid cuDeviceGetUuid_v2 cuDevicePrimaryCtxRelease_v2 cuDevicePrimaryCtxRetain
        cuDeviceSetMemPool cuDeviceTotalMem_v2 cuEventCreate cuEventDestroy_v2 cuEventElapsedTime
        cuEventElapsedTime_v2 cuEventQuery cuEventRecord cuEventSynchronize
        cuExternalMemoryGetMappedBuffer cuFuncGetAttribute cuFuncSetAttribute cuFuncSetCacheConfig
        cuGetErrorName cuGetErrorString cuGraphClone cuGraphDestroy cuGraphExecDestroy
        cuGraphInstantiate cuGraphInstantiateWithFlags cuGraphLaunch cuGraphUpload
        cuImportExternalMemory cuInit cuLaunchCooperativeKernel cuLaunchHostFunc cuLaunchKernel
        cuMemAdvise_v2 cuMemAllocAsync cuMemAllocFromPoolAsync cuMemAllocManaged cuMemAlloc_v2
        cuMemFreeAsync cuMemFreeHost cuMemFree_v2 cuMemGetInfo_v2 cuMemHostAlloc cuMemPoolCreate
        cuMemPoolDestroy cuMemPoolGetAttribute cuMemPoolSetAttribute cuMemPoolTrimTo
        cuMemPrefetchAsync_v2 cuMemcpyDtoDAsync_v2 cuMemcpyDtoD_v2 cuMemcpyDtoHAsync_v2
        cuMemcpyDtoH_v2 cuMemcpyHtoDAsync_v2 cuMemcpyHtoD_v2 cuMemcpyPeerAsync cuMemsetD8Async
        cuMemsetD8_v2 cuModuleGetFunction cuModuleGetGlobal_v2 cuModuleLoad cuModuleLoadData
        cuModuleUnload cuOccupancyAvailableDynamicSMemPerBlock
        cuOccupancyMaxActiveBlocksPerMultiprocessor
        cuOccupancyMaxActiveBlocksPerMultiprocessorWithFlags cuOccupancyMaxActiveClusters
        cuOccupancyMaxPotentialBlockSize cuOccupancyMaxPotentialBlockSizeWithFlags
        cuOccupancyMaxPotentialClusterSize cuProfilerStart cuProfilerStop cuStreamAttachMemAsync
        cuStreamBeginCapture_v2 cuStreamCreate cuStreamCreateWithPriority cuStreamDestroy_v2
        cuStreamEndCapture cuStreamIsCapturing cuStreamSynchronize cuStreamWaitEvent
    }
    CUBLAS: ["libcublas.so.13", "libcublas.so.12"], "sconce_cuda_absent", {
        cublasCreate_v2 cublasDasum_v2 cublasDestroy_v2 cublasDgemmStridedBatched cublasDgemm_v2
        cublasDgemv_v2 cublasGemmEx cublasGemmGroupedBatchedEx cublasGemmStridedBatchedEx
        cublasGetPointerMode_v2 cublasSasum_v2 cublasSetPointerMode_v2 cublasSetStream_v2
        cublasSgemmStridedBatched cublasSgemm_v2 cublasSgemv_v2
    }
    CUBLAS_LT: ["libcublasLt.so.13", "libcublasLt.so.12"], "sconce_cuda_absent", {
        cublasLtCreate cublasLtDestroy cublasLtLoggerOpenFile cublasLtLoggerSetLevel cublasLtMatmul
        cublasLtMatmulAlgoGetHeuristic cublasLtMatmulDescCreate cublasLtMatmulDescDestroy
        cublasLtMatmulDescSetAttribute cublasLtMatmulPreferenceCreate
        cublasLtMatmulPreferenceDestroy cublasLtMatmulPreferenceSetAttribute
        cublasLtMatrixLayoutCreate cublasLtMatrixLayoutDestroy cublasLtMatrixLayoutSetAttribute
    }
    CURAND: ["libcurand.so.10"], "sconce_cuda_absent", {
        curandCreateGenerator curandDestroyGenerator curandGenerate curandGenerateLogNormal
        curandGenerateLogNormalDouble curandGenerateLongLong curandGenerateNormal
        curandGenerateNormalDouble curandGeneratePoisson curandGenerateUniform
        curandGenerateUniformDouble curandSetGeneratorOffset curandSetPseudoRandomGeneratorSeed
        curandSetStream
    }
    NVRTC: ["libnvrtc.so.13", "libnvrtc.so.12"], "sconce_cuda_absent", {
        nvrtcCompileProgram nvrtcCreateProgram nvrtcDestroyProgram nvrtcGetPTX nvrtcGetPTXSize
        nvrtcGetProgramLog nvrtcGetProgramLogSize
    }
    // CUDA's runtime is never opened: only candle's kernels for quantised tensors call it, which no
    // model here has. When the process starts they register themselves, which comes to nothing.
    REGISTRATION: [], "sconce_cuda_nothing", {
        __cudaInitModule __cudaRegisterFatBinary __cudaRegisterFatBinaryEnd __cudaRegisterFunction
        __cudaRegisterVar __cudaUnregisterFatBinary
    }
    RUNTIME: [], "sconce_cuda_absent", {
        __cudaGetKernel __cudaLaunchKernel __cudaLaunchKernel_ptsz __cudaPopCallConfiguration
        __cudaPushCallConfiguration cudaDeviceGetAttribute cudaFree cudaFreeAsync cudaFreeAsync_ptsz
        cudaFuncGetAttributes cudaFuncSetAttribute cudaGetDevice cudaGetDeviceCount cudaGetErrorName
        cudaGetErrorString cudaGetLastError cudaLaunchKernel cudaLaunchKernelExC_ptsz
        cudaLaunchKernel_ptsz cudaMalloc cudaMallocAsync cudaMallocAsync_ptsz cudaMemsetAsync
        cudaMemsetAsync_ptsz cudaOccupancyMaxActiveBlocksPerMultiprocessorWithFlags
        cudaPeekAtLastError cudaSetDevice cudaStreamSynchronize_ptsz
    }
}
