package import Core

/// The tokens of one account, in the clear.
package struct StoredToken: Sendable, Equatable {
    package var access: String
    package var refresh: String?
    package var expiresAt: Instant
    package var refreshedAt: Instant
    /// Rises with each save; tells whether somebody else has refreshed meanwhile.
    package var generation: Int

    package init(access: String, refresh: String? = nil, expiresAt: Instant, refreshedAt: Instant, generation: Int) {
        self.access = access
        self.refresh = refresh
        self.expiresAt = expiresAt
        self.refreshedAt = refreshedAt
        self.generation = generation
    }
}

/// One browser's web chat.
package struct WebSession: Sendable, Equatable {
    package var id: String
    /// SHA-256 of the bearer token.
    package var tokenHash: [UInt8]
    package var language: Language
    package var createdAt: Instant
    package var lastSeenAt: Instant

    package init(id: String, tokenHash: [UInt8], language: Language, createdAt: Instant, lastSeenAt: Instant) {
        self.id = id
        self.tokenHash = tokenHash
        self.language = language
        self.createdAt = createdAt
        self.lastSeenAt = lastSeenAt
    }
}
