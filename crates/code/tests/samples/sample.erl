%% Keeps the doors of a lift.
-module(lift_doors).
-behaviour(gen_server).

-export([start_link/1, open/2, close/1]).
-include("lift.hrl").
-import(lists, [foreach/2]).

-define(MAX_FLOOR, 12).
-record(state, {floor = 0 :: integer(), doors = closed}).
-type floor() :: 0..?MAX_FLOOR.

-spec start_link(floor()) -> {ok, pid()}.
start_link(Floor) ->
    gen_server:start_link(?MODULE, Floor, []).

%% @doc Opens the doors on a floor.
open(Lift, Floor) when Floor =< ?MAX_FLOOR ->
    gen_server:call(Lift, {open, Floor});
open(_Lift, Floor) ->
    {error, {no_floor, Floor}}.

close(Lift) ->
    gen_server:cast(Lift, close).

init(Floor) ->
    {ok, #state{floor = Floor}}.

handle_call({open, Floor}, _From, State) ->
    {reply, ok, State#state{floor = Floor, doors = open}}.

handle_cast(close, State) ->
    {noreply, State#state{doors = closed}}.
