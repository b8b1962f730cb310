import Core
import Sealing

/// The key ring together with the table that keeps its wrapped keys.
struct KeyVault: Sendable {
    let ring: KeyRing
    /// Whether who has only an e-mail address can be paged.
    var mailsDuty = true

    private static let find = SQLStatement("SELECT wrapped FROM data_keys WHERE day = :day")
    private static let keep = SQLStatement(
        """
        INSERT INTO data_keys (day, wrapped, created_at) VALUES (:day, :wrapped, :now)
        ON CONFLICT (day) DO NOTHING
        """)
    private static let drop = SQLStatement("DELETE FROM data_keys WHERE day > 0 AND day < :day")

    /// The key of `day`; nil when it was erased or never made.
    ///
    /// - Throws: ``StoreError/wrongKey`` when it does not open under this master key.
    func key(for day: KeyDay, on connection: any SQLConnection) throws -> DataKey? {
        do {
            return try ring.key(for: day) {
                try connection.row(Self.find, ["day": .integer(Int64(day.rawValue))])?.blobOrNil(0)
            }
        } catch is SealingError {
            throw StoreError.wrongKey
        }
    }

    /// Makes the key of `day` durable if there is none. Must be committed before anything is sealed under it.
    func ensure(_ day: KeyDay, on connection: any SQLConnection, now: Instant) throws {
        let wrapped = try ring.makeWrapped(for: day)
        try connection.execute(
            Self.keep, ["day": .integer(Int64(day.rawValue)), "wrapped": .blob(wrapped), "now": .time(now)])
    }

    /// Deletes the daily keys before `day`: what was sealed under them can never be read again.
    ///
    /// - Returns: how many there were.
    func erase(before day: KeyDay, on connection: any SQLConnection) throws -> Int {
        ring.forget(before: day)
        return try connection.execute(Self.drop, ["day": .integer(Int64(day.rawValue))])
    }
}
