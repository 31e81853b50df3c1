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

end
