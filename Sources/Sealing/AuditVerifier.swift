import Crypto

/// What is wrong with an entry of the audit log.
package enum AuditFault: Sendable, Equatable {
    /// Entries are missing, doubled or in another order.
    case wrongSequence(expected: Int64, found: Int64)
    /// The entry was changed, or the one before it was.
    case wrongHash(sequence: Int64)
    /// The log ends before a head that was noted.
    case endMissing(noted: Int64, found: Int64)
    /// The entry whose head was noted is another one now.
    case headDiffers(sequence: Int64)
}

extension AuditFault: CustomStringConvertible {
    /// A sentence for the person who reads the findings.
    package var description: String {
        switch self {
        case .wrongSequence(let expected, let found):
            "Entry \(found) stands where entry \(expected) should: entries are missing, doubled or moved."
        case .wrongHash(let sequence): "Entry \(sequence) was changed, or what stands before it was."
        case .endMissing(let noted, let found):
            "The log ends with entry \(found), but once went to entry \(noted): its end is missing."
        case .headDiffers(let sequence): "Entry \(sequence) is not the one whose head was noted: the log was written anew."
        }
    }
}

/// How far the audit log went, and its hash there: what people note outside the database. Written `1204:9f86d081…`.
package struct AuditHead: Sendable, Equatable {
    package let count: Int64
    package let hash: [UInt8]

    package init(count: Int64, hash: [UInt8]) {
        self.count = count
        self.hash = hash
    }

    /// Nil unless it is a number, a colon and 64 hexadecimal digits.
    package init?(parsing text: String) {
        let parts = text.utf8.split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false)
        guard parts.count == 2, let digits = String(parts[0]), let count = Int64(digits), count >= 0,
            let hash = String(parts[1]).flatMap(Hexadecimal.decode), hash.count == AuditChain.origin.count
        else { return nil }
        self.init(count: count, hash: hash)
    }

    package var text: String { "\(count):" + Hexadecimal.encode(hash) }
}

extension AuditChain {
    /// Reads the log from its first entry on, in order, and tells each fault once.
    package struct Verifier: Sendable {
        /// The hash of the last entry read.
        package private(set) var head = AuditChain.origin
        /// Entries read.
        package private(set) var count: Int64 = 0

        private var expected: Int64 = 1
        private let key: SymmetricKey
        private let noted: AuditHead?
        private var isNotedSeen: Bool

        /// - Parameter noted: a head from an earlier day, if somebody kept one.
        package init(keys: KeyRing, noted: AuditHead? = nil) {
            key = AuditChain.key(of: keys)
            self.noted = noted
            isNotedSeen = noted.map { $0.count <= 0 } ?? true
        }

        /// - Returns: nil when the entry follows the one before and is as it was written. After a fault the reading goes on
        ///   from this entry.
        package mutating func check(_ entry: AuditEntry) -> AuditFault? {
            let (previous, wanted) = (head, expected)
            head = entry.hash
            expected = entry.sequence == .max ? .max : entry.sequence + 1
            count += 1
            let isNoted = noted.map { $0.count == entry.sequence } ?? false
            if isNoted { isNotedSeen = true }
            guard entry.sequence == wanted else { return .wrongSequence(expected: wanted, found: entry.sequence) }
            guard ConstantTime.isEqual(AuditChain.hash(of: entry, previous: previous, key: key), entry.hash) else {
                return .wrongHash(sequence: entry.sequence)
            }
            if isNoted, let noted, !ConstantTime.isEqual(noted.hash, entry.hash) { return .headDiffers(sequence: entry.sequence) }
            return nil
        }

        /// After the last entry: whether the log reaches the noted head.
        package func finish() -> AuditFault? {
            guard !isNotedSeen, let noted else { return nil }
            return .endMissing(noted: noted.count, found: expected - 1)
        }

        /// What to note.
        package var notedHead: AuditHead { AuditHead(count: expected - 1, hash: head) }
    }
}
