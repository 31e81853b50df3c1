// Lights a stage.
#define MAX_LAMPS 16

cbuffer Stage : register(b0)
{
    float4x4 view;
    float dimmed;
};

struct Lamp
{
    float3 place : POSITION;
    float4 colour : COLOR0;
};

Texture2D backdrop : register(t0);

// How bright a lamp is from here.
float brightness(Lamp lamp, float3 from)
{
    float distance = length(lamp.place - from);
    return dimmed / (1.0 + distance);
}

float4 paint_stage(float2 at : TEXCOORD0) : SV_Target
{
    return float4(at, 0.0, 1.0);
}

[numthreads(8, 8, 1)]
void move_lamps(uint3 id : SV_DispatchThreadID)
{
}

#include "common.hlsli"
#define SQUARE(x) ((x) * (x))

namespace stage
{
    static const float3 UP = float3(0, 1, 0);

    interface ILight
    {
        float3 shine(float3 at);
    };

    class Spot : ILight
    {
        float angle;

        float3 shine(float3 at)
        {
            return at * angle;
        }
    };
}

StructuredBuffer<Lamp> lamps : register(t1, space2);
RWTexture2D<float4> picture : register(u0);
SamplerState smooth : register(s0);
groupshared float sums[64];

struct Corner
{
    [[vk::location(0)]] float3 at : POSITION0;
    nointerpolation uint lamp : TEXCOORD1;
};

// Turns a corner into the view.
Corner corner_of(in Corner corner, uniform float4x4 world)
{
    Corner result = corner;
    result.at = mul(float4(corner.at, 1.0f), world).xyz;
    [unroll]
    for (uint i = 0; i < MAX_LAMPS; i++)
    {
        result.at += lamps[i].place;
    }
    return result;
}

float4 paint_lamp(Corner corner) : SV_Target0
{
    clip(corner.at.x);
    return picture[uint2(0, 0)] * SQUARE(corner.at.y);
}
