/// A pawn shop for pocket watches.
module pawn::watches {
    use std::signer;
    use aptos_framework::coin::{Self, Coin};

    const E_NO_WATCH: u64 = 1;
    const MAX_LOAN: u64 = 500;

    struct Watch has key, store {
        carats: u8,
        loan: u64,
    }

    enum Condition has copy, drop {
        Running,
        Stopped { since: u64 },
    }

    /// Takes a watch and lends money for it.
    public entry fun pawn_watch(
        owner: &signer,
        carats: u8,
    ) acquires Shelf {
        let loan = (carats as u64) * 20;
        move_to(owner, Watch { carats, loan });
    }

    public(friend) fun redeem(owner: address): u64 {
        assert!(exists<Watch>(owner), E_NO_WATCH);
        0
    }

    #[view]
    public fun loan_of(owner: address): u64 {
        borrow_global<Watch>(owner).loan
    }

    native fun tick<T>(watch: &T);

    #[test]
    fun lends_by_weight() {
        assert!(MAX_LOAN > 0, 1);
    }
}
