/// Bounds on everything that comes from outside. Each has a stated behaviour when it is passed.
package enum Limits {
    /// A webhook body; above it the answer is 413.
    package static let webhookBodyBytes = 1 << 20
    /// A person's text is read up to here; the rest is kept but not interpreted.
    package static let textScalars = 4_000
    /// A stored text is cut here.
    package static let storedTextScalars = 20_000
    /// Ids from platforms; longer ones are refused as malformed.
    package static let externalIDScalars = 256
    /// Nesting of JSON and YAML.
    package static let nesting = 64
}
