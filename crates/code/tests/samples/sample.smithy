$version: "2"

namespace org.example.orchard

use aws.protocols#restJson1

/// Lends ladders to pickers.
@restJson1
service LadderLending {
    version: "2024-05-01"
    resources: [Ladder]
}

resource Ladder {
    identifiers: { ladderId: LadderId }
    read: BorrowLadder
}

@readonly
@http(method: "GET", uri: "/ladders/{ladderId}")
operation BorrowLadder {
    input: LadderInput
}

structure LadderInput {
    @required
    ladderId: LadderId
}

enum Wood {
    ASH
    PINE = "pine"
}

list Rungs {
    member: Integer
}

string LadderId
