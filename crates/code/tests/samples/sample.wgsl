// Snow that falls on a roof.
struct Flake {
    position: vec3<f32>,
    speed: f32,
};

struct Scene {
    time: f32,
}

const GRAVITY: f32 = 9.81;

@group(0) @binding(0) var<storage, read_write> flakes: array<Flake>;
@group(0) @binding(1) var<uniform> scene: Scene;

alias Height = f32;

// How far a flake has fallen.
fn fallen(flake: Flake) -> f32 {
    return flake.speed * scene.time + GRAVITY;
}

@compute @workgroup_size(64)
fn move_flakes(@builtin(global_invocation_id) id: vec3<u32>) {
    let index = id.x;
    flakes[index].position.y -= fallen(flakes[index]);
}

enable f16;
override BLOCK: u32 = 64u;
const_assert BLOCK > 0u;

/* What the roof is made of. */
struct Tile {
    @location(0) @interpolate(flat) colour: vec4<f32>,
    @builtin(position) at: vec4f,
    rows: array<mat4x4<f32>, 4>,
}

var<private> seed: u32 = 7u;
var<workgroup> sums: array<atomic<u32>, 64>;

@group(1) @binding(0)
var roof: texture_2d<f32>;
@group(1) @binding(1) var roof_sampler: sampler;

fn random() -> f32 {
    var state = seed * 747796405u;
    loop {
        state >>= 1u;
        if state < 16u { break; }
        continuing { state -= 1u; }
    }
    return f32(state) / 4294967295.0;
}

@vertex
fn tile_of(@builtin(vertex_index) index: u32, @location(0) at: vec2<f32>) -> Tile {
    const inner = 2.0;
    var tile: Tile;
    tile.at = vec4<f32>(at * inner, 0.0, 1.0);
    switch index {
        case 0u, 1u: { tile.colour = vec4<f32>(1.0); }
        default: { tile.colour = textureLoad(roof, vec2<i32>(0, 0), 0); }
    }
    return tile;
}

@fragment
fn paint(tile: Tile) -> @location(0) vec4<f32> {
    for (var i = 0; i < 4; i++) {
        atomicAdd(&sums[i], 1u);
    }
    return select(tile.colour, textureSample(roof, roof_sampler, tile.at.xy), random() > 0.5);
}
