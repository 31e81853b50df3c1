// SPDX-License-Identifier: MIT
pragma solidity ^0.8.20;

import "./Ownable.sol";
import {IERC20} from "./IERC20.sol";

error NotOpen(uint256 day);

/// What a market stall can do.
interface IStall {
    function sell(uint256 apples) external payable;
}

library Prices {
    function double(uint256 cents) internal pure returns (uint256) {
        return cents * 2;
    }
}

/// @title A stall that sells apples.
contract AppleStall is Ownable, IStall {
    uint256 public constant PRICE = 3;
    mapping(address => uint256) public bought;

    struct Crate {
        uint256 apples;
        address owner;
    }

    enum State { Open, Closed }

    event Sold(address indexed buyer, uint256 apples);

    modifier onlyOpen() {
        if (state != State.Open) revert NotOpen(block.timestamp);
        _;
    }

    State private state;

    constructor() {
        state = State.Open;
    }

    /// Sells some apples.
    function sell(uint256 apples) external payable onlyOpen {
        bought[msg.sender] += apples;
        emit Sold(msg.sender, apples);
    }
}
