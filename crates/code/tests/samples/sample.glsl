#version 450
#include "noise.glsl"

// Draws the water of a pond.
#define MAX_RINGS 8

layout(location = 0) in vec2 uv;
layout(location = 0) out vec4 colour;

struct Ring {
    vec2 centre;
    float radius;
};

uniform float time;
const float DEPTH = 2.5;

// How high the water stands.
float waterHeight(vec2 at, Ring ring) {
    float distance = length(at - ring.centre);
    return sin(distance - time) / DEPTH;
}

void main() {
    Ring ring = Ring(vec2(0.5), 1.0);
    colour = vec4(vec3(waterHeight(uv, ring)), 1.0);
}
