/// What a reply's placeholder is filled with.
package enum ReplyValue: Sendable, Equatable {
    /// For `{{name}}`, and for `{{#name}}…{{/name}}`, which is left out when the text is empty.
    case text(String)
    /// For `{{#name}}…{{/name}}` and `{{^name}}…{{/name}}` only.
    case flag(Bool)
    /// For `{{#name}}…{{/name}}`, said once for each item with the item's own values in reach.
    case list([[String: ReplyValue]])

    package static func number(_ value: some BinaryInteger) -> ReplyValue { .text(String(value)) }
}

extension ReplyValue: ExpressibleByStringLiteral, ExpressibleByStringInterpolation, ExpressibleByBooleanLiteral {
    package init(stringLiteral value: String) { self = .text(value) }
    package init(booleanLiteral value: Bool) { self = .flag(value) }
}
