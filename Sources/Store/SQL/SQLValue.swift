import Core

/// What goes into and comes out of a column, the same on every engine.
enum SQLValue: Sendable, Equatable {
    case null
    case integer(Int64)
    case text(String)
    case blob([UInt8])

    static func int(_ value: Int) -> SQLValue { .integer(Int64(value)) }
    static func bool(_ value: Bool) -> SQLValue { .integer(value ? 1 : 0) }
    static func id<Tag>(_ value: Identifier<Tag>) -> SQLValue { .text(value.rawValue) }
    static func id<Tag>(_ value: Identifier<Tag>?) -> SQLValue { value.map { .text($0.rawValue) } ?? .null }
    static func time(_ value: Instant) -> SQLValue { .integer(value.milliseconds) }
    static func time(_ value: Instant?) -> SQLValue { value.map { .integer($0.milliseconds) } ?? .null }
    static func text(orNull value: String?) -> SQLValue { value.map { .text($0) } ?? .null }
    static func blob(orNull value: [UInt8]?) -> SQLValue { value.map { .blob($0) } ?? .null }
}
