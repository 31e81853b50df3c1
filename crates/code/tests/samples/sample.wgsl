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
