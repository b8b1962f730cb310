import Crypto

/// The key that wraps all data keys. Lives outside the database; who loses it loses every sealed word.
///
/// While it is being changed, and until the old one is forgotten, there are others beside it that still open.
package struct MasterKey: Sendable, Secret {
    package static let byteCount = 32

    /// Wraps what is new.
    let key: SymmetricKey
    /// The one that is to come, and those that were.
    let others: [SymmetricKey]
    /// What marks and chains are derived from: they would be lost with each change, so it stays the first key.
    let root: SymmetricKey

    /// - Throws: ``SealingError/malformedKey(source:)`` unless there are exactly 32 bytes.
    package init(bytes: [UInt8]) throws(SealingError) {
        try self.init(bytes: bytes, source: "memory")
    }

    /// - Parameter hexadecimal: 64 digits, either case; white space around them is allowed.
    /// - Throws: ``SealingError/malformedKey(source:)``.
    package init(hexadecimal: String) throws(SealingError) {
        guard let bytes = Hexadecimal.decode(hexadecimal) else {
            throw .malformedKey(source: "the environment")
        }
        try self.init(bytes: bytes, source: "the environment")
    }

    private init(bytes: [UInt8], source: String) throws(SealingError) {
        guard bytes.count == Self.byteCount else { throw .malformedKey(source: source) }
        self.init(key: SymmetricKey(data: bytes))
    }

    /// A key that nobody else has and nothing keeps; for temporary databases.
    package static func random() -> MasterKey { MasterKey(key: SymmetricKey(size: .bits256)) }

    init(key: SymmetricKey, others: [SymmetricKey] = [], root: SymmetricKey? = nil) {
        self.key = key
        self.others = others
        self.root = root ?? key
    }

    /// Reads a key file (32 raw bytes, 64 hexadecimal digits, or several keys as ``MasterKeyFile`` writes them).
    ///
    /// - Throws: ``SealingError`` when it is missing, unreadable, malformed, or readable by others.
    package static func load(from path: String) throws(SealingError) -> MasterKey {
        try MasterKeyFile.load(from: path).master
    }

    /// Reads the key file, or makes one that only its owner may read and syncs it to disk.
    ///
    /// Two processes that start together end up with the same key: the file appears complete or not at all.
    /// - Throws: ``SealingError``; nothing is left behind.
    package static func loadOrCreate(at path: String) throws(SealingError) -> MasterKey {
        do { return try load(from: path) } catch .keyFileMissing {
            return try MasterKey(bytes: KeyFile.keyOrNew(at: path, of: .master), source: path)
        }
    }

    /// The first eight bytes of a digest of the key, for people to compare.
    package var fingerprint: String { Self.fingerprint(of: key) }

    static func fingerprint(of key: SymmetricKey) -> String {
        let mark = HMAC<SHA256>.authenticationCode(for: Array("nhipcau.fingerprint".utf8), using: key)
        return Hexadecimal.encode(Array(mark).prefix(8))
    }
}

/// Lower-case base 16.
enum Hexadecimal {
    private static let digits = Array("0123456789abcdef".unicodeScalars)

    static func encode(_ bytes: some Sequence<UInt8>) -> String {
        var scalars = String.UnicodeScalarView()
        for byte in bytes {
            scalars.append(digits[Int(byte >> 4)])
            scalars.append(digits[Int(byte & 15)])
        }
        return String(scalars)
    }

    /// Nil unless the text, without white space around it, is an even number of digits.
    static func decode(_ text: String) -> [UInt8]? {
        var bytes: [UInt8] = []
        var high: UInt8?
        var hasEnded = false
        for byte in text.utf8 {
            if byte == 0x20 || (0x09...0x0D).contains(byte) {
                hasEnded = !bytes.isEmpty || high != nil
                continue
            }
            guard !hasEnded, let value = value(of: byte) else { return nil }
            if let first = high {
                bytes.append(first << 4 | value)
                high = nil
            } else {
                high = value
            }
        }
        return high == nil ? bytes : nil
    }

    private static func value(of digit: UInt8) -> UInt8? {
        switch digit {
        case 0x30...0x39: digit - 0x30
        case 0x41...0x46: digit - 0x37
        case 0x61...0x66: digit - 0x57
        default: nil
        }
    }
}
