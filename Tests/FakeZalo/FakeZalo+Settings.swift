package import Core

extension FakeZalo {
    /// One application with one official account.
    package struct Settings: Sendable {
        package var applicationID = "1200000000000000077"
        package var applicationSecret = "fake-application-secret"
        /// Signs webhooks.
        package var oaSecretKey = "fake-oa-secret-key"
        package var oaID = "4100000000000000041"
        /// The first pair of tokens.
        package var accessToken = "access-1"
        package var refreshToken = "refresh-1"
        package var accessLifetime: Duration = .seconds(90_000)
        /// True when every call must carry `appsecret_proof`.
        package var requiresProof = false
        /// Calls in a minute of the clock, over which the answer is −32.
        package var callsPerMinute = 4_000
        /// False refuses messages later than 48 hours after the last interaction with −321.
        package var hasMoney = true
        package var clock: any WallClock = SystemClock()

        package init() {}
    }
}
