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

handle_info(timeout, #state{floor = Floor} = State) when is_integer(Floor), Floor > 0 ->
    Move = fun(0) -> stay; (Steps) -> {down, Steps} end,
    case Move(Floor) of
        stay -> {noreply, State};
        {down, _} = Step ->
            foreach(fun io:print/1, [Step || _ <- lists:seq(1, 2)]),
            {noreply, State#state{floor = Floor - 1}}
    end;
handle_info(_Other, State) ->
    {noreply, State}.

-opaque token() :: {token, reference()}.
-export_type([token/0, floor/0]).
-callback stop(Floor :: floor()) -> ok | {error, term()}.
-optional_callbacks([stop/1]).

-define(IS_TOP(Floor), (Floor =:= ?MAX_FLOOR)).
-define(LOG(Text, Args), begin io:format(Text, Args) end).

-ifdef(TEST).
-include_lib("eunit/include/eunit.hrl").

opens_test() ->
    {ok, Lift} = start_link(0),
    ?assertEqual(ok, open(Lift, 1)).

open_test_() ->
    [?_assertMatch({error, _}, open(self(), 13))].
-endif.

%% A binary of the lift's log.
-spec parse(binary()) -> #{floor => floor(), rest := binary()}
    ; (list()) -> no_return().
parse(<<Floor:8/unsigned, Rest/binary>>) ->
    #{floor => Floor, rest => Rest};
parse(Text) when is_list(Text) ->
    try
        error({badarg, Text})
    catch
        error:Reason:Stack -> exit({Reason, Stack})
    after
        ok
    end.
