package import Core

/// The tokens of one account, in the clear.
package struct StoredToken: Sendable, Equatable {
    package var access: String
    package var refresh: String?
    package var expiresAt: Instant
    package var refreshedAt: Instant
    /// Rises with each save; tells whether somebody else has refreshed meanwhile.
    package var generation: Int
}

/// One browser's web chat.
package struct WebSession: Sendable, Equatable {
    package var id: String
    /// SHA-256 of the bearer token.
    package var tokenHash: [UInt8]
    package var language: Language
    package var createdAt: Instant
    package var lastSeenAt: Instant
}
