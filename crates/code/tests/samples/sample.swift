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

/// A door with its locks.
@propertyWrapper
struct Locked<Value: Sendable> {
    private var value: Value
    var wrappedValue: Value {
        get { value }
        set { value = newValue }
    }
    var turns: Int = 0 {
        willSet { print("turns \(newValue)") }
        didSet {
            let before = oldValue
            print(before)
        }
    }

    init(wrappedValue: Value) where Value: Hashable { self.value = wrappedValue }
}

indirect enum Door<Guest> {
    /// Nobody comes in.
    case shut
    case open(guest: Guest, knocks: Int = 1)
    case beside(Door)

    static var all: [Door] { [.shut] }

    enum Wood: UInt8, CaseIterable { case oak = 1, pine }
}

public protocol House: AnyObject {
    associatedtype Key: Hashable = Int
    static var doors: [Door<Key>] { get set }
    init?(owner: String)
    mutating func open(_ door: Door<Key>, with key: Key) async throws -> Bool
    subscript(index: Int) -> Door<Key> { get }
}

extension House where Key == Int {
    @inlinable
    func knock<T>(_ times: T...) -> some Sequence<T> {
        func inner() -> Int { times.count }
        guard inner() > 0, let first = times.first else { return [T]() }
        return [first]
    }
}

@objc open class Hall: NSObject, @unchecked Sendable {
    @Published private(set) var guests: [String] = []
    @objc dynamic weak var owner: AnyObject?
    lazy var porch: Int = { [unowned self] in self.guests.count }()
    class var shared: Hall { Hall() }

    public required convenience init?(coder: NSCoder) { self.init() }
    override func isEqual(_ object: Any?) -> Bool { false }
    class func build() -> Self { fatalError() }
    prefix static func - (hall: Hall) -> Hall { hall }
}

infix operator <=>: ComparisonPrecedence
precedencegroup Doors { higherThan: AdditionPrecedence }

func <=> (left: Int, right: Int) -> Bool { left == right }

#if os(macOS)
func creak() {}
#else
func creak(_ hinge: Int) {}
#endif

struct DoorView: View {
    @State private var isOpen = false
    var body: some View {
        VStack {
            Button("Open") { isOpen.toggle() }
        }
    }
}

@Test("a door opens with its key")
func opens() async throws {
    #expect(Hall.shared.guests.isEmpty)
}
