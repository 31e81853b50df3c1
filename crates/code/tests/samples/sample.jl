# Forecasts the weather of a valley.
module Valley

using LinearAlgebra
include("stations.jl")

const HOURS = 24

abstract type Station end

"A station with its readings."
mutable struct HillStation <: Station
    name::String
    readings::Vector{Float64}
end

# The mean of the last readings.
function mean_reading(station::HillStation, last::Int)
    total = sum(station.readings[end-last+1:end])
    return total / last
end

warmest(station) = maximum(station.readings)

macro hourly(body)
    return :(for hour in 1:HOURS; $body; end)
end

"""
    forecast(station; hours = HOURS)

What the weather will be.
"""
function forecast(station::S; hours::Int = HOURS, kwargs...)::Vector{Float64} where {S<:Station}
    inner(x) = x + 1
    results = map(1:hours) do hour
        inner(hour) * 0.5
    end
    if isempty(results)
        return Float64[]
    end
    for (index, value) in enumerate(results)
        @debug "hour" index value
    end
    return results
end

struct Wind{T<:Real}
    speed::T
    angle::T

    Wind{T}(speed) where {T} = new{T}(speed, zero(T))
end

Base.@kwdef mutable struct Report
    title::String = "none"
    winds::Dict{Symbol,Wind} = Dict()
end

@enum Sky clear cloudy

import Base: +, show
using Statistics: mean, std

+(left::Wind, right::Wind) = Wind(left.speed + right.speed, left.angle)
Base.length(report::Report) = length(report.winds)

function Base.show(io::IO, wind::Wind)
    print(io, "$(wind.speed) m/s")
end

@inline function gust(wind)
    try
        return wind.speed^2
    catch error
        rethrow()
    finally
        nothing
    end
end

const Readings = Union{Nothing,Vector{Float64}}
primitive type Gauge 8 end
export forecast, Wind

module Inner
    double(x) = begin
        2x
    end
end

end
