// What an encoder does between its matrix products, over packed texts: token rows of all texts end to
// end, none padded. Every kernel reads its input once and writes its output once.
//
// Rows are row-major. `T` is __half or __nv_bfloat16; norms, biases and angles are float, and so is
// everything that is summed. `build.rs` makes PTX of this file and `kernels.rs` launches it; the checks
// of shapes stand there.

#include <cuda_bf16.h>
#include <cuda_fp16.h>
#include <cuda_pipeline.h>
#include <stdint.h>

namespace {

constexpr int LANES = 32;
constexpr unsigned ALL = 0xffffffffu;
// Elements of one 16-byte access.
constexpr int WIDE = 8;
// A lane's vectors of a row in registers: rows have at most LANES * WIDE * VECTORS columns.
constexpr int VECTORS = 4;
// Queries of a block of attention, 16 a warp, and keys that it has at a time: the best of 32 to 128 of both
// on an H100. Two blocks share a multiprocessor, which leaves each thread 128 registers.
constexpr int QUERIES = 128;
constexpr int KEYS = 64;
constexpr int WARPS = QUERIES / 16;
// Columns that keep the rows of a tile in different banks.
constexpr int PAD = 8;

__device__ float2 floats(uint32_t pair, __half) {
    return __half22float2(*reinterpret_cast<__half2*>(&pair));
}
__device__ float2 floats(uint32_t pair, __nv_bfloat16) {
    return __bfloat1622float2(*reinterpret_cast<__nv_bfloat162*>(&pair));
}
__device__ uint32_t packed(float low, float high, __half) {
    __half2 pair = __floats2half2_rn(low, high);
    return *reinterpret_cast<uint32_t*>(&pair);
}
__device__ uint32_t packed(float low, float high, __nv_bfloat16) {
    __nv_bfloat162 pair = __floats2bfloat162_rn(low, high);
    return *reinterpret_cast<uint32_t*>(&pair);
}

// Eight neighbours of a row.
struct Eight {
    float v[WIDE];
};

template <class T>
__device__ Eight load(const T* from) {
    const uint4 raw = *reinterpret_cast<const uint4*>(from);
    const uint32_t words[4] = {raw.x, raw.y, raw.z, raw.w};
    Eight eight;
#pragma unroll
    for (int i = 0; i < 4; i++) {
        const float2 pair = floats(words[i], T());
        eight.v[2 * i] = pair.x;
        eight.v[2 * i + 1] = pair.y;
    }
    return eight;
}

__device__ Eight load(const float* from) {
    const float4 low = reinterpret_cast<const float4*>(from)[0];
    const float4 high = reinterpret_cast<const float4*>(from)[1];
    return {{low.x, low.y, low.z, low.w, high.x, high.y, high.z, high.w}};
}

template <class T>
__device__ void store(T* to, const Eight& eight) {
    uint32_t words[4];
#pragma unroll
    for (int i = 0; i < 4; i++) words[i] = packed(eight.v[2 * i], eight.v[2 * i + 1], T());
    *reinterpret_cast<uint4*>(to) = make_uint4(words[0], words[1], words[2], words[3]);
}

template <class U>
__device__ void add(Eight& to, const U* from) {
    const Eight other = load(from);
#pragma unroll
    for (int i = 0; i < WIDE; i++) to.v[i] += other.v[i];
}

__device__ float warp_sum(float value) {
#pragma unroll
    for (int apart = LANES / 2; apart > 0; apart /= 2) value += __shfl_xor_sync(ALL, value, apart);
    return value;
}

// A row of a warp: lane `l` has the vectors `l`, `l + 32`, ...
struct Row {
    Eight part[VECTORS];
};

// Runs `body(vector, column)` for each of the lane's vectors that the row has.
template <class Body>
__device__ void each_part(int columns, Body body) {
    const int lane = threadIdx.x % LANES;
#pragma unroll
    for (int i = 0; i < VECTORS; i++) {
        const int column = (i * LANES + lane) * WIDE;
        if (column < columns) body(i, column);
    }
}

// Writes the layer norm of a row: mean, then variance, of what is in registers.
template <class T>
__device__ void write_normed(Row& row, const float* weight, const float* bias, float eps, T* to,
                             int columns) {
    float sum = 0;
    each_part(columns, [&](int i, int) {
#pragma unroll
        for (int j = 0; j < WIDE; j++) sum += row.part[i].v[j];
    });
    const float mean = warp_sum(sum) / columns;
    float squares = 0;
    each_part(columns, [&](int i, int) {
#pragma unroll
        for (int j = 0; j < WIDE; j++) {
            row.part[i].v[j] -= mean;
            squares += row.part[i].v[j] * row.part[i].v[j];
        }
    });
    const float scale = rsqrtf(warp_sum(squares) / columns + eps);
    each_part(columns, [&](int i, int column) {
        const Eight w = load(weight + column);
        const Eight b = load(bias + column);
#pragma unroll
        for (int j = 0; j < WIDE; j++) row.part[i].v[j] = row.part[i].v[j] * scale * w.v[j] + b.v[j];
        store(to + column, row.part[i]);
    });
}

// The row of tokens that a warp works on.
__device__ int warps_row() { return blockIdx.x * (blockDim.x / LANES) + threadIdx.x / LANES; }

// The sum of a token's embeddings, normed. `token_type` and `places`, a table of learnt positions, can be
// null.
template <class T>
__device__ void embed(const uint32_t* ids, const uint32_t* positions, const T* words,
                      const T* token_type, const T* places, const float* weight, const float* bias,
                      float eps, T* to, int rows, int columns) {
    const int at = warps_row();
    if (at >= rows) return;
    const T* word = words + size_t(ids[at]) * columns;
    const T* place = places ? places + size_t(positions[at]) * columns : nullptr;
    Row row;
    each_part(columns, [&](int i, int column) {
        row.part[i] = load(word + column);
        if (token_type) add(row.part[i], token_type + column);
        if (place) add(row.part[i], place + column);
    });
    write_normed(row, weight, bias, eps, to + size_t(at) * columns, columns);
}

// The layer norm of `x + delta + added`; `added`, a bias, can be null.
template <class T>
__device__ void add_norm(const T* x, const T* delta, const float* added, const float* weight,
                         const float* bias, float eps, T* to, int rows, int columns) {
    const int at = warps_row();
    if (at >= rows) return;
    const size_t start = size_t(at) * columns;
    Row row;
    each_part(columns, [&](int i, int column) {
        row.part[i] = load(x + start + column);
        add(row.part[i], delta + start + column);
        if (added) add(row.part[i], added + column);
    });
    write_normed(row, weight, bias, eps, to + start, columns);
}

// `up * silu(gate)`, where a row of `from` has the columns of up and then those of gate.
template <class T>
__device__ void swiglu(const T* from, T* to, int rows, int columns) {
    const int vectors = columns / WIDE;
    const size_t at = size_t(blockIdx.x) * blockDim.x + threadIdx.x;
    if (at >= size_t(rows) * vectors) return;
    const size_t row = at / vectors, column = at % vectors * WIDE;
    const T* up = from + row * 2 * columns + column;
    Eight eight = load(up);
    const Eight gate = load(up + columns);
#pragma unroll
    for (int i = 0; i < WIDE; i++) eight.v[i] *= gate.v[i] / (1 + __expf(-gate.v[i]));
    store(to + row * columns + column, eight);
}

// GELU by the error function of `from + added`; `added`, a bias, can be null.
template <class T>
__device__ void gelu(const T* from, const float* added, T* to, int rows, int columns) {
    const int vectors = columns / WIDE;
    const size_t at = size_t(blockIdx.x) * blockDim.x + threadIdx.x;
    if (at >= size_t(rows) * vectors) return;
    Eight eight = load(from + at * WIDE);
    if (added) add(eight, added + at % vectors * WIDE);
#pragma unroll
    for (int i = 0; i < WIDE; i++) eight.v[i] *= 0.5f * (1 + erff(eight.v[i] * 0.70710678f));
    store(to + at * WIDE, eight);
}

// A text's mean over its tokens, or its first token; a block has a text, a thread two columns.
template <class T>
__device__ void pool(const T* x, const uint32_t* starts, float* to, int columns, int first_only) {
    const uint32_t start = starts[blockIdx.x];
    const uint32_t end = first_only ? start + 1 : starts[blockIdx.x + 1];
    for (int column = 2 * threadIdx.x; column < columns; column += 2 * blockDim.x) {
        float low = 0, high = 0;
#pragma unroll 8
        for (uint32_t row = start; row < end; row++) {
            const T* at = x + size_t(row) * columns + column;
            const float2 pair = floats(*reinterpret_cast<const uint32_t*>(at), T());
            low += pair.x;
            high += pair.y;
        }
        float* out = to + size_t(blockIdx.x) * columns + column;
        out[0] = low / (end - start);
        out[1] = high / (end - start);
    }
}

// d += a * b: 16 rows, 8 columns, 16 steps of the inner dimension.
__device__ void multiply(float (&d)[4], const uint32_t (&a)[4], uint32_t b0, uint32_t b1, __half) {
    asm volatile(
        "mma.sync.aligned.m16n8k16.row.col.f32.f16.f16.f32 {%0,%1,%2,%3}, {%4,%5,%6,%7}, {%8,%9}, "
        "{%0,%1,%2,%3};"
        : "+f"(d[0]), "+f"(d[1]), "+f"(d[2]), "+f"(d[3])
        : "r"(a[0]), "r"(a[1]), "r"(a[2]), "r"(a[3]), "r"(b0), "r"(b1));
}
__device__ void multiply(float (&d)[4], const uint32_t (&a)[4], uint32_t b0, uint32_t b1,
                         __nv_bfloat16) {
    asm volatile(
        "mma.sync.aligned.m16n8k16.row.col.f32.bf16.bf16.f32 {%0,%1,%2,%3}, {%4,%5,%6,%7}, {%8,%9}, "
        "{%0,%1,%2,%3};"
        : "+f"(d[0]), "+f"(d[1]), "+f"(d[2]), "+f"(d[3])
        : "r"(a[0]), "r"(a[1]), "r"(a[2]), "r"(a[3]), "r"(b0), "r"(b1));
}

// Four 8x8 matrices; each lane names one row of one of them.
template <class T>
__device__ void load_matrices(uint32_t (&to)[4], const T* row) {
    const uint32_t at = static_cast<uint32_t>(__cvta_generic_to_shared(row));
    asm volatile("ldmatrix.sync.aligned.m8n8.x4.shared.b16 {%0,%1,%2,%3}, [%4];"
                 : "=r"(to[0]), "=r"(to[1]), "=r"(to[2]), "=r"(to[3])
                 : "r"(at));
}
template <class T>
__device__ void load_transposed(uint32_t (&to)[4], const T* row) {
    const uint32_t at = static_cast<uint32_t>(__cvta_generic_to_shared(row));
    asm volatile("ldmatrix.sync.aligned.m8n8.x4.trans.shared.b16 {%0,%1,%2,%3}, [%4];"
                 : "=r"(to[0]), "=r"(to[1]), "=r"(to[2]), "=r"(to[3])
                 : "r"(at));
}

// One head's columns of queries, keys or values of a text.
template <class T>
struct Columns {
    const T* rows;       // of the text's first token
    const float* added;  // a bias, or null
    int apart;           // elements from row to row
};

// Copies rows into shared memory, zeros after the text's end; with `angles` each row is turned by its
// position: cosines and then sines, of the halves of a head.
template <int D, class T>
__device__ void load_rows(T (*to)[D + PAD], int count, const Columns<T>& from, const float* angles,
                          int first, int length) {
    constexpr int HALF = D / 2;
    constexpr int UNITS = HALF / WIDE;
    for (int unit = threadIdx.x; unit < count * UNITS; unit += WARPS * LANES) {
        const int row = unit / UNITS, column = unit % UNITS * WIDE;
        Eight low = {}, high = {};
        if (first + row < length) {
            const T* at = from.rows + size_t(first + row) * from.apart + column;
            low = load(at);
            high = load(at + HALF);
            if (from.added) {
                add(low, from.added + column);
                add(high, from.added + column + HALF);
            }
            if (angles) {
                const float* turn = angles + size_t(first + row) * D + column;
                const Eight cosines = load(turn), sines = load(turn + HALF);
#pragma unroll
                for (int i = 0; i < WIDE; i++) {
                    const float l = low.v[i], h = high.v[i];
                    low.v[i] = l * cosines.v[i] - h * sines.v[i];
                    high.v[i] = h * cosines.v[i] + l * sines.v[i];
                }
            }
        }
        store(&to[row][column], low);
        store(&to[row][column + HALF], high);
    }
}

// The same for rows that are taken as they are, and need be there only after `__pipeline_wait_prior(0)`.
template <int D, class T>
__device__ void copy_rows(T (*to)[D + PAD], int count, const Columns<T>& from, int first, int length) {
    constexpr int UNITS = D / WIDE;
    for (int unit = threadIdx.x; unit < count * UNITS; unit += WARPS * LANES) {
        const int row = unit / UNITS, column = unit % UNITS * WIDE;
        const bool is_there = first + row < length;
        const T* at = from.rows + size_t(is_there ? first + row : 0) * from.apart + column;
        __pipeline_memcpy_async(&to[row][column], at, 16, is_there ? 0 : 16);
    }
}

// Attention of some queries of one text to all of that text, one head a block. A row of `qkv` has the
// columns of queries, keys and values of all heads. Scores never leave the registers: the softmax is kept
// by its maximum and sum as the keys go by. A bias of the values passes through it as it is, since the
// weights sum to 1, and is added at the end.
//
// `tiles` has the text's first row, its length, and the first of the queries within it.
template <int D, class T>
__device__ void attention(const T* qkv, const float* added, const float* angles,
                          const uint32_t* tiles, T* to, int columns) {
    static_assert(QUERIES <= 2 * KEYS, "the queries pass through the room of keys and values");
    __shared__ __align__(16) T rows[2 * KEYS][D + PAD];
    T(*keys)[D + PAD] = rows;
    T(*values)[D + PAD] = rows + KEYS;
    const uint32_t* tile = tiles + size_t(blockIdx.x) * 3;
    const int start = tile[0], length = tile[1], first = tile[2];
    const int head = blockIdx.y * D;
    const int lane = threadIdx.x % LANES, warp = threadIdx.x / LANES;
    const bool works = first + warp * 16 < length;
    auto third = [&](int which) {
        const int column = which * columns + head;
        return Columns<T>{qkv + size_t(start) * 3 * columns + column, added ? added + column : nullptr,
                          3 * columns};
    };

    load_rows<D>(rows, QUERIES, third(0), angles, first, length);
    __syncthreads();
    uint32_t queries[D / 16][4];
#pragma unroll
    for (int k = 0; k < D / 16; k++)
        load_matrices(queries[k], &rows[warp * 16 + lane % 16][k * 16 + lane / 16 * 8]);

    const float scale = 1.44269504f * rsqrtf(float(D));
    float most[2] = {-INFINITY, -INFINITY}, sum[2] = {0, 0};
    float mixed[D / 8][4] = {};
    for (int key = 0; key < length; key += KEYS) {
        __syncthreads();
        copy_rows<D>(values, KEYS, third(2), key, length);
        __pipeline_commit();
        load_rows<D>(keys, KEYS, third(1), angles, key, length);
        __pipeline_wait_prior(0);
        __syncthreads();
        if (!works) continue;

        float scores[KEYS / 8][4] = {};
#pragma unroll
        for (int k = 0; k < D / 16; k++) {
#pragma unroll
            for (int n = 0; n < KEYS / 16; n++) {
                uint32_t b[4];
                load_matrices(b, &keys[n * 16 + lane / 16 * 8 + lane % 8][k * 16 + lane / 8 % 2 * 8]);
                multiply(scores[2 * n], queries[k], b[0], b[1], T());
                multiply(scores[2 * n + 1], queries[k], b[2], b[3], T());
            }
        }
        if (key + KEYS > length) {
#pragma unroll
            for (int n = 0; n < KEYS / 8; n++)
#pragma unroll
                for (int i = 0; i < 4; i++)
                    if (key + n * 8 + lane % 4 * 2 + i % 2 >= length) scores[n][i] = -INFINITY;
        }
        // a lane has columns of two rows, which it shares with three neighbours
#pragma unroll
        for (int half = 0; half < 2; half++) {
            float peak = most[half];
#pragma unroll
            for (int n = 0; n < KEYS / 8; n++)
                peak = fmaxf(peak, fmaxf(scores[n][2 * half], scores[n][2 * half + 1]));
            peak = fmaxf(peak, __shfl_xor_sync(ALL, peak, 1));
            peak = fmaxf(peak, __shfl_xor_sync(ALL, peak, 2));
            const float shrink = exp2f((most[half] - peak) * scale);
            most[half] = peak;
            sum[half] *= shrink;
#pragma unroll
            for (int n = 0; n < D / 8; n++) {
                mixed[n][2 * half] *= shrink;
                mixed[n][2 * half + 1] *= shrink;
            }
#pragma unroll
            for (int n = 0; n < KEYS / 8; n++)
#pragma unroll
                for (int i = 2 * half; i < 2 * half + 2; i++) {
                    scores[n][i] = exp2f((scores[n][i] - peak) * scale);
                    sum[half] += scores[n][i];
                }
        }
#pragma unroll
        for (int k = 0; k < KEYS / 16; k++) {
            const uint32_t a[4] = {packed(scores[2 * k][0], scores[2 * k][1], T()),
                                   packed(scores[2 * k][2], scores[2 * k][3], T()),
                                   packed(scores[2 * k + 1][0], scores[2 * k + 1][1], T()),
                                   packed(scores[2 * k + 1][2], scores[2 * k + 1][3], T())};
#pragma unroll
            for (int n = 0; n < D / 16; n++) {
                uint32_t b[4];
                load_transposed(b, &values[k * 16 + lane % 16][n * 16 + lane / 16 * 8]);
                multiply(mixed[2 * n], a, b[0], b[1], T());
                multiply(mixed[2 * n + 1], a, b[2], b[3], T());
            }
        }
    }

#pragma unroll
    for (int half = 0; half < 2; half++) {
        float whole = sum[half];
        whole += __shfl_xor_sync(ALL, whole, 1);
        whole += __shfl_xor_sync(ALL, whole, 2);
        const int row = first + warp * 16 + half * 8 + lane / 4;
        if (row >= length) continue;
        const float* bias = third(2).added;
        T* at = to + size_t(start + row) * columns + head;
#pragma unroll
        for (int n = 0; n < D / 8; n++) {
            const int column = n * 8 + lane % 4 * 2;
            const float low = mixed[n][2 * half] / whole + (bias ? bias[column] : 0);
            const float high = mixed[n][2 * half + 1] / whole + (bias ? bias[column + 1] : 0);
            *reinterpret_cast<uint32_t*>(at + column) = packed(low, high, T());
        }
    }
}

}  // namespace

// The entries, once for each element type: `embed_f16`, `embed_bf16`, ...
#define ENTRIES(T, NAME)                                                                               \
    extern "C" __global__ void __launch_bounds__(128)                                                  \
        embed_##NAME(const uint32_t* ids, const uint32_t* positions, const T* words,                   \
                     const T* token_type, const T* places, const float* weight, const float* bias,     \
                     float eps, T* to, int rows, int columns) {                                        \
        embed(ids, positions, words, token_type, places, weight, bias, eps, to, rows, columns);        \
    }                                                                                                  \
    extern "C" __global__ void __launch_bounds__(128)                                                  \
        add_norm_##NAME(const T* x, const T* delta, const float* added, const float* weight,           \
                        const float* bias, float eps, T* to, int rows, int columns) {                  \
        add_norm(x, delta, added, weight, bias, eps, to, rows, columns);                               \
    }                                                                                                  \
    extern "C" __global__ void __launch_bounds__(256)                                                  \
        swiglu_##NAME(const T* from, T* to, int rows, int columns) {                                   \
        swiglu(from, to, rows, columns);                                                               \
    }                                                                                                  \
    extern "C" __global__ void __launch_bounds__(256)                                                  \
        gelu_##NAME(const T* from, const float* added, T* to, int rows, int columns) {                 \
        gelu(from, added, to, rows, columns);                                                          \
    }                                                                                                  \
    extern "C" __global__ void __launch_bounds__(512)                                                  \
        pool_##NAME(const T* x, const uint32_t* starts, float* to, int columns, int first_only) {      \
        pool(x, starts, to, columns, first_only);                                                      \
    }                                                                                                  \
    extern "C" __global__ void __launch_bounds__(WARPS * LANES, 2)                                     \
        attention_32_##NAME(const T* qkv, const float* added, const float* angles,                     \
                            const uint32_t* tiles, T* to, int columns) {                               \
        attention<32>(qkv, added, angles, tiles, to, columns);                                         \
    }                                                                                                  \
    extern "C" __global__ void __launch_bounds__(WARPS * LANES, 2)                                     \
        attention_64_##NAME(const T* qkv, const float* added, const float* angles,                     \
                            const uint32_t* tiles, T* to, int columns) {                               \
        attention<64>(qkv, added, angles, tiles, to, columns);                                         \
    }

ENTRIES(__half, f16)
ENTRIES(__nv_bfloat16, bf16)
