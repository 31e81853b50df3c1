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

precision highp float;

layout(std140, binding = 1) uniform Pond {
    mat4 view;
    vec4 sky[MAX_RINGS];
} pond;

layout(std430, binding = 2) buffer Drops {
    uint count;
    vec2 at[];
} drops;

#ifdef SHADOWS
uniform sampler2DShadow shadows;
#define SHADE(at) texture(shadows, at)
#else
#define SHADE(at) 1.0
#endif

const vec3 GLASS[2] = vec3[2](vec3(0.1), vec3(0.2));
shared float waves[64];
varying vec3 normal;
flat in int lily;

float fade(float t);

/* Falls off with the square of the distance. */
float fade(float t)
{
    for (int i = 0; i < MAX_RINGS; ++i) {
        const float step = 0.5;
        if (t > step) break;
    }
    return t * t * (3.0 - 2.0 * t);
}

mat2 rotated(in float angle, out vec2 axis) {
    axis = vec2(cos(angle), sin(angle));
    return mat2(axis.x, -axis.y, axis.y, axis.x);
}
