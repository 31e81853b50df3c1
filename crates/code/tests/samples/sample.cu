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

#define CHECK(call) \
    do { if ((call) != cudaSuccess) abort(); } while (0)

namespace weather {

constexpr int kBlock = 256;
__constant__ float coefficients[16];
__device__ int stations = 0;

/// The wind of one station.
struct __align__(8) Wind {
    float speed, angle;

    __host__ __device__ float x() const { return speed * cosf(angle); }
};

// Finds the strongest wind of a block.
template <typename T, int Size>
__global__ void __launch_bounds__(Size, 2)
strongest(const T *__restrict__ winds, T *out)
{
    __shared__ T shared[Size];
    extern __shared__ float spare[];
    shared[threadIdx.x] = winds[threadIdx.x];
    __syncthreads();
    for (int step = Size / 2; step > 0; step >>= 1) {
        if (threadIdx.x < step)
            shared[threadIdx.x] = max(shared[threadIdx.x], shared[threadIdx.x + step]);
        __syncthreads();
    }
    *out = shared[0];
}

static __forceinline__ __device__ float warp_sum(float value)
{
    return __shfl_down_sync(0xffffffff, value, 16);
}

class Forecast {
public:
    explicit Forecast(cudaStream_t stream) : stream_(stream) {}
    void run(dim3 grid);

private:
    cudaStream_t stream_;
};

void Forecast::run(dim3 grid)
{
    strongest<float, kBlock><<<grid, kBlock, 0, stream_>>>(nullptr, nullptr);
    CHECK(cudaGetLastError());
}

}  // namespace weather
