%% The jobs of the benchmark in Erlang. A line "job count" on standard input runs one; the answer is a line with the
%% microseconds that it took, without what was set up before; of the job "memory", the bytes.
%%
%% Two nodes run this for the rows over TCP: one is only there ("serve"), the other is told "connect node".
-module(bench).
-export([main/0]).

-define(WINDOW, 1000).
-define(RING, 1000).

main() ->
    register(bench_sink, spawn(fun() -> remote_sink(0) end)),
    register(bench_echo, spawn(fun echo/0)),
    io:format("ready~n"),
    loop().

loop() ->
    case io:get_line("") of
        eof -> halt();
        Line ->
            [Job | Arguments] = string:lexemes(string:trim(Line), " "),
            io:format("~w~n", [run(Job, Arguments)]),
            loop()
    end.

run("connect", [Node]) -> net_kernel:connect_node(list_to_atom(Node));
run("remote_one_way", [Node, Window, Count]) ->
    Sink = {bench_sink, list_to_atom(Node)},
    us(fun() -> remote_one_way(Sink, list_to_integer(Window), list_to_integer(Count)) end);
run("remote_ping_pong", [Node, Count]) ->
    Echo = {bench_echo, list_to_atom(Node)},
    us(fun() -> remote_ping_pong(Echo, list_to_integer(Count), <<0:800>>) end);
run(Job, [Count]) -> local(Job, list_to_integer(Count)).

local("one_way", Count) -> us(fun() -> one_way(Count, ?WINDOW) end);
local("burst", Count) -> us(fun() -> one_way(Count, Count) end);
local("ping_pong", Count) -> us(fun() -> ping_pong(Count) end);
local("call", Count) -> us(fun() -> call(Count) end);
local("ring", Count) -> ring(Count);
local("spawn", Count) -> us(fun() -> spawn_windows(Count) end);
local("memory", Count) -> memory_each(Count).

us(Work) -> {Us, _} = timer:tc(Work), Us.

%% One way: a source sends small integers to a sink, a window at a time.

one_way(Count, Window) ->
    Self = self(),
    Sink = spawn(fun() -> sink(0, Count, Window, Self) end),
    Source = spawn(fun() -> source(Sink, Window) end),
    Sink ! {source, Source},
    Source ! go,
    receive done -> Source ! stop end.

source(Sink, Window) ->
    receive
        go -> send_all(Sink, Window), source(Sink, Window);
        stop -> ok
    end.

send_all(_Sink, 0) -> ok;
send_all(Sink, N) -> Sink ! N, send_all(Sink, N - 1).

sink(Got, Count, Window, Parent) -> receive {source, Source} -> sink(Got, Count, Window, Parent, Source) end.

sink(Count, Count, _Window, Parent, _Source) -> Parent ! done;
sink(Got, Count, Window, Parent, Source) ->
    receive
        N when is_integer(N) ->
            case (Got + 1) rem Window of
                0 when Got + 1 < Count -> Source ! go;
                _ -> ok
            end,
            sink(Got + 1, Count, Window, Parent, Source)
    end.

%% Ping-pong, and calls with a reference as gen_server has them.

ping_pong(Count) ->
    Pong = spawn(fun echo/0),
    ping(Pong, Count),
    exit(Pong, kill).

ping(_Pong, 0) -> ok;
ping(Pong, N) ->
    Pong ! {self(), N},
    receive N -> ping(Pong, N - 1) end.

echo() -> receive {From, Ball} -> From ! Ball, echo() end.

call(Count) ->
    Adder = spawn(fun() -> adder(0) end),
    calls(Adder, Count),
    exit(Adder, kill).

calls(_Adder, 0) -> ok;
calls(Adder, N) ->
    Ref = make_ref(),
    Adder ! {add, 1, self(), Ref},
    receive {Ref, _Total} -> calls(Adder, N - 1) end.

adder(Total) ->
    receive {add, Amount, From, Ref} -> From ! {Ref, Total + Amount}, adder(Total + Amount) end.

%% A ring of processes, with one number going round.

ring(Hops) ->
    Self = self(),
    First = spawn(fun() -> first_hop(Self) end),
    Last = lists:foldl(fun(_, Next) -> spawn(fun() -> hop(Next, Self) end) end, First, lists:seq(2, ?RING)),
    First ! {next, Last},
    Us = us(fun() -> First ! Hops, receive done -> ok end end),
    exit(First, kill),
    Us.

first_hop(Parent) -> receive {next, Next} -> link(Next), hop(Next, Parent) end.

hop(Next, Parent) ->
    link(Next),
    pass(Next, Parent).

pass(Next, Parent) ->
    receive
        0 -> Parent ! done, pass(Next, Parent);
        N -> Next ! N - 1, pass(Next, Parent)
    end.

%% Spawn, end, be seen to be gone.

spawn_windows(0) -> ok;
spawn_windows(Left) ->
    [spawn_monitor(fun() -> ok end) || _ <- lists:seq(1, ?WINDOW)],
    gone(?WINDOW),
    spawn_windows(Left - ?WINDOW).

gone(0) -> ok;
gone(N) -> receive {'DOWN', _, process, _, _} -> gone(N - 1) end.

memory_each(Count) ->
    erlang:garbage_collect(),
    Before = erlang:memory(total),
    Pids = [spawn(fun() -> receive stop -> ok end end) || _ <- lists:seq(1, Count)],
    Each = (erlang:memory(total) - Before) div Count,
    [exit(Pid, kill) || Pid <- Pids],
    Each.

%% Between two nodes: 100 bytes a message, acknowledged each 500.

remote_sink(Seen) ->
    receive
        {From, _Payload} ->
            case (Seen + 1) rem 500 of 0 -> From ! got; _ -> ok end,
            remote_sink(Seen + 1)
    end.

remote_one_way(Sink, Window, Count) ->
    fill(Sink, Window, <<0:800>>),
    keep(Sink, Count - Window, <<0:800>>),
    drained(Window div 500).

fill(_Sink, 0, _Payload) -> ok;
fill(Sink, N, Payload) -> Sink ! {self(), Payload}, fill(Sink, N - 1, Payload).

keep(_Sink, Left, _Payload) when Left =< 0 -> ok;
keep(Sink, Left, Payload) -> receive got -> fill(Sink, 500, Payload), keep(Sink, Left - 500, Payload) end.

drained(0) -> ok;
drained(N) -> receive got -> drained(N - 1) end.

remote_ping_pong(_Echo, 0, _Payload) -> ok;
remote_ping_pong(Echo, N, Payload) ->
    Echo ! {self(), Payload},
    receive Payload -> remote_ping_pong(Echo, N - 1, Payload) end.
