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
