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

using Prices for uint256;

type Grams is uint32;

uint256 constant MAX_APPLES = 100;

function half(uint256 apples) pure returns (uint256) {
    return apples / 2;
}

/**
 * @title A market, with its stalls.
 * @dev Nothing is sold here.
 */
abstract contract Market is AppleStall {
    using {half} for uint256;

    address payable public immutable owner;
    mapping(address stall => mapping(uint256 day => bool open)) internal days_;
    uint256[] private takings;
    bytes32 public constant NAME = keccak256("market");

    error Closed();
    error TooMany(address buyer, uint256 apples);
    event Opened(uint256 indexed day) anonymous;

    struct Day {
        uint256 number;
        mapping(address => uint256) sales;
    }

    constructor(address payable owner_) payable AppleStall() {
        owner = owner_;
    }

    modifier only(address who) virtual {
        require(msg.sender == who, "not you");
        _;
    }

    receive() external payable {}

    fallback(bytes calldata input) external returns (bytes memory) {
        return input;
    }

    function open(uint256 day) public virtual only(owner) returns (bool done, Grams weight) {
        unchecked {
            ++day;
        }
        assembly {
            let free := mload(0x40)
            function twice(a) -> b { b := mul(a, 2) }
        }
        try this.close() {
            done = true;
        } catch Error(string memory reason) {
            revert(reason);
        }
        emit Opened({day: day});
    }

    function close() external virtual override(AppleStall) {}

    function _sell(uint256 apples) internal virtual;
}
