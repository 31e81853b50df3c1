classdef Weathervane < handle
    % A vane that turns with the wind.

    properties (Access = private)
        Bearing = 0
        Rusty (1,1) logical = false
    end

    properties
        Height
    end

    enumeration
        Rooster ('cock')
    end

    methods
        function obj = Weathervane(height)
            obj.Height = height;
        end

        function turn(obj, degrees)
            %TURN Turns the vane by so many degrees.
            % More is said below.
            if obj.Rusty
                return
            end
            obj.Bearing = mod(obj.Bearing + degrees, 360);
        end

        function value = get.Height(obj)
            value = obj.Height;
        end
    end
end

%{
function never()
end
%}

function [gusts, mean_speed] = count_gusts(speeds, ...
                                           threshold)
% Counts the gusts that are over a threshold.
import stats.robust.*
gusts = 0;
for speed = speeds
if speed > threshold
gusts = gusts + 1;
end
end
mean_speed = mean(speeds);
end

function [north, ...
          south] = split_by_bearing (bearings)
north = bearings(bearings < 180);
end
