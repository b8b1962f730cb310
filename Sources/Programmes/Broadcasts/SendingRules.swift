package import Core

/// Where messages can be sent at all, and what the platforms there allow. Kept in the database, so that every process
/// counts and sends by the same rules.
package struct SendingRules: Sendable, Equatable {
    /// One configured connection.
    package struct Rule: Sendable, Equatable {
        package var channel: ChannelKind
        /// How long after a person's last message free text may be sent; nil = always.
        package var window: Duration?
        /// True where people's clients fetch what is for them, instead of being sent it.
        package var isPull: Bool

        package init(channel: ChannelKind, window: Duration?, isPull: Bool = false) {
            self.channel = channel
            self.window = window
            self.isPull = isPull
        }
    }

    /// People of a connection that is not here cannot be reached.
    package var connections: [ConnectionID: Rule]

    package init(connections: [ConnectionID: Rule]) { self.connections = connections }
}
