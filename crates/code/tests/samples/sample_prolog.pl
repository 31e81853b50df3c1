:- module(tea, [steep/3, pours/2]).
:- use_module(library(lists)).
:- dynamic kettle/1.

/* steep(never, _, _).
*/

%!  steep(+Leaf, +Minutes, -Cup) is det.
%
%   Steeps leaves for so many minutes.
steep(Leaf, Minutes, cup(Leaf, strong)) :-
    Minutes > 4,
    !.
steep(Leaf, _, cup(Leaf, weak)).

% Who pours for whom.
pours(host, guest).
pours(guest, host).

tea_menu --> [green], tea_menu.
tea_menu --> [].

'Earl Grey'(bergamot).

strongest(Cups, Cup) :-
    include([cup(_, strong)]>>true, Cups, [Cup|_]).
