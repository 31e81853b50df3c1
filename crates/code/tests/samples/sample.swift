import Foundation
@testable import Disk

/// How many greetings fit.
let capacity = 16

typealias Names = [String]

/// Keeps greetings.
///
/// One for each name.
@MainActor
public final class Store<T>: Greeter {
    public private(set) var greetings: [String: T] = [:]
    static let shared = Store()

    /// Makes one.
    public init(limit: Int = capacity) {
        let local = limit
    }

    deinit {}

    /// Looks a greeting up.
    @discardableResult
    public func get(_ name: String) -> T? {
        let closure = { (n: String) in n }
        return greetings[closure(name)]
    }

    var count: Int {
        let inner = greetings.count
        return inner
    }

    subscript(name: String) -> T? { greetings[name] }
}

protocol Greeter {
    associatedtype Name
    var tone: Tone { get }
    func greet(_ name: String) -> String
}

enum Tone: String {
    case soft, loud
    func other() -> Tone { .soft }
}

struct Pair {
    let left: Int
}

extension Store: Equatable where T: Equatable {
    static func == (a: Store, b: Store) -> Bool { true }
}

actor Registry {
    func register() async throws {}
}

func greet(name: String) -> String {
    "hello \(name)"
}
