//! With the feature `cuda`: PTX of the kernels for NVIDIA's GPUs.

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    #[cfg(feature = "cuda")]
    kernels();
}

/// For the oldest GPUs that have the instructions, Ampere's; the driver compiles it for the one at hand.
#[cfg(feature = "cuda")]
fn kernels() {
    cudaforge::KernelBuilder::new()
        .source_files(["src/cuda/kernels.cu"])
        .compute_cap_arch("80")
        .args(["-std=c++17", "-O3"])
        .build_ptx()
        .expect("nvcc makes PTX of src/cuda/kernels.cu");
}
