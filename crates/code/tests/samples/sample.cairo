use starknet::ContractAddress;
use core::dict::Felt252Dict;

const LONGEST_STRAW: u8 = 9;

/// Draws straws among those who wash up.
#[starknet::interface]
pub trait IStraws<TContractState> {
    fn draw_straw(ref self: TContractState, player: ContractAddress) -> u8;
}

#[derive(Drop, Serde)]
pub struct Straw {
    length: u8,
    owner: ContractAddress,
}

#[derive(Drop)]
enum Outcome {
    Washes: ContractAddress,
    Rests,
}

#[starknet::contract]
pub mod Straws {
    use super::IStraws;

    #[storage]
    struct Storage {
        drawn: u8,
    }

    #[abi(embed_v0)]
    impl StrawsImpl of IStraws<ContractState> {
        // Gives the shortest straw to the last one.
        fn draw_straw(ref self: ContractState, player: ContractAddress) -> u8 {
            let length = self.drawn.read();
            length + 1
        }
    }
}

fn shorter(
    a: Straw,
    b: Straw,
) -> bool {
    a.length < b.length
}

type Hand = Array<Straw>;
