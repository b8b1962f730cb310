import Core
import JSON

/// Issues tokens as the platform does: a refresh token is good for one use, and with the new pair the old access
/// token dies.
struct TokenDesk {
    private(set) var access: String
    private(set) var refresh: String
    private(set) var accessExpires: Instant
    private(set) var exchanges = 0
    /// Tries to use a refresh token that had been used.
    private(set) var spentRefreshTries = 0

    private let applicationID: String
    private let applicationSecret: String
    private let lifetime: Duration
    private var spent: Set<String> = []

    init(_ settings: FakeZalo.Settings, now: Instant) {
        access = settings.accessToken
        refresh = settings.refreshToken
        applicationID = settings.applicationID
        applicationSecret = settings.applicationSecret
        lifetime = settings.accessLifetime
        accessExpires = now + settings.accessLifetime
    }

    func check(_ token: String?, now: Instant) throws(Refusal) {
        guard let token, token == access else { throw Refusal(-216, "Access token is invalid") }
        if now >= accessExpires { throw Refusal(-220, "Access token has expired") }
    }

    mutating func expireAccess(now: Instant) { accessExpires = now }

    /// - Returns: the new pair as the platform writes it.
    mutating func exchange(secret: String?, form: [String: String], now: Instant) throws(Refusal) -> JSONValue {
        guard secret == applicationSecret, form["app_id"] == applicationID else {
            throw Refusal(-14002, "Invalid app id or secret key")
        }
        guard form["grant_type"] == "refresh_token", form.count == 3, let token = form["refresh_token"] else {
            throw Refusal(-14001, "Invalid parameters")
        }
        guard token == refresh else {
            if spent.contains(token) { spentRefreshTries += 1 }
            throw Refusal(-14014, "Invalid refresh token")
        }
        spent.insert(token)
        exchanges += 1
        access = "access-\(exchanges + 1)-\(Self.word(exchanges))"
        refresh = "refresh-\(exchanges + 1)-\(Self.word(exchanges &+ 7_919))"
        accessExpires = now + lifetime
        return [
            "access_token": .string(access), "refresh_token": .string(refresh),
            "expires_in": .string("\(lifetime.components.seconds)"),
        ]
    }

    /// Tokens that cannot be guessed from their number, so that nobody relies on their form.
    private static func word(_ seed: Int) -> String {
        var random = SeededRandom(seed: UInt64(truncatingIfNeeded: seed))
        return String(random.next(), radix: 36)
    }
}
