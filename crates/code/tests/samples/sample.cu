#include <cuda_runtime.h>

// Adds the rain of all stations.
__global__ void add_rain(const float *rain, float *sum, int count) {
    int index = blockIdx.x * blockDim.x + threadIdx.x;
    if (index < count) {
        atomicAdd(sum, rain[index]);
    }
}

__device__ float scaled(float value) {
    return value * 0.1f;
}

float total_rain(const float *rain, int count) {
    float *sum;
    cudaMalloc(&sum, sizeof(float));
    add_rain<<<count / 256 + 1, 256>>>(rain, sum, count);
    return 0.0f;
}
