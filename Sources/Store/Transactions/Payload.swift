import FoundationEssentials

/// How values are written inside sealed columns.
///
/// JSON, so that an older row still reads after a field was added, and a newer one before.
enum Payload {
    private static let encoder = JSONEncoder()
    private static let decoder = JSONDecoder()

    static func encode(_ value: some Encodable) throws -> [UInt8] {
        [UInt8](try encoder.encode(value))
    }

    /// - Throws: ``StoreError/unreadable(_:)``.
    static func decode<Value: Decodable>(_ type: Value.Type, from bytes: [UInt8], _ place: SealedPlace) throws -> Value {
        do {
            return try decoder.decode(type, from: Data(bytes))
        } catch {
            throw StoreError.unreadable(place.rawValue)
        }
    }
}
