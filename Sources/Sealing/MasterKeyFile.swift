import Crypto

/// The master key's file while there is more than one key in it.
///
/// A line for each: `current`, `next` (while it is being changed), `old` (until it is forgotten), `root` (what marks and
/// chains are derived from), then 64 hexadecimal digits. A file with one key only is these digits alone.
package struct MasterKeyFile: Sendable, Secret {
    private var current: SymmetricKey
    private var next: SymmetricKey?
    private var old: [SymmetricKey]
    private var root: SymmetricKey

    private static let title = "# Nhịp Cầu: master keys. Keep a copy in a safe place; never together with backups.\n"

    /// What a process works with.
    package var master: MasterKey { MasterKey(key: current, others: [next].compactMap(\.self) + old, root: root) }
    package var hasNext: Bool { next != nil }
    package var oldCount: Int { old.count }
    /// The key to come by itself; nil unless one was made.
    package var nextMaster: MasterKey? { next.map { MasterKey(key: $0) } }
    package var currentMaster: MasterKey { MasterKey(key: current) }

    /// For people to compare: the role, and the fingerprint of its key.
    package var fingerprints: [(role: String, fingerprint: String)] {
        [("current", current)].map { ($0.0, MasterKey.fingerprint(of: $0.1)) }
            + [next].compactMap(\.self).map { ("next", MasterKey.fingerprint(of: $0)) }
            + old.map { ("old", MasterKey.fingerprint(of: $0)) }
    }

    /// - Throws: ``SealingError`` as ``MasterKey/load(from:)``.
    package static func load(from path: String) throws(SealingError) -> MasterKeyFile {
        let content = try KeyFile.content(of: path, of: .master)
        if !content.starts(with: Array("#".utf8)) {
            let key = SymmetricKey(data: try KeyFile.key(at: path, of: .master))
            return MasterKeyFile(current: key, next: nil, old: [], root: key)
        }
        var keys: [String: [SymmetricKey]] = [:]
        for line in content.split(separator: 10) where line.first != UInt8(ascii: "#") {
            let fields = line.split(separator: 32).map { String(decoding: $0, as: UTF8.self) }
            guard fields.count == 2, ["current", "next", "old", "root"].contains(fields[0]),
                let bytes = Hexadecimal.decode(fields[1]), bytes.count == MasterKey.byteCount
            else { throw .malformedKey(source: path) }
            keys[fields[0], default: []].append(SymmetricKey(data: bytes))
        }
        guard let current = keys["current"], let root = keys["root"], current.count == 1, root.count == 1,
            (keys["next"]?.count ?? 0) <= 1
        else { throw .malformedKey(source: path) }
        return MasterKeyFile(current: current[0], next: keys["next"]?.first, old: keys["old"] ?? [], root: root[0])
    }

    /// Makes the key to come, unless there is one already.
    package mutating func prepareNext() { if next == nil { next = SymmetricKey(size: .bits256) } }

    /// The key to come is the current one; that one is old. Does nothing when none was made.
    package mutating func promoteNext() {
        guard let next else { return }
        old.insert(current, at: 0)
        current = next
        self.next = nil
    }

    /// Only the current key opens from now on.
    package mutating func forgetOld() { old = [] }

    /// Replaces the file in one step, synced: a crash leaves the one or the other, whole.
    ///
    /// - Throws: ``SealingError/keyFileUnreadable(path:errno:of:)``.
    package func save(to path: String) throws(SealingError) {
        var text = Self.title
        let lines = [("current", [current]), ("next", [next].compactMap(\.self)), ("old", old), ("root", [root])]
        for (role, keys) in lines {
            for key in keys { text += role + " " + key.withUnsafeBytes { Hexadecimal.encode($0) } + "\n" }
        }
        try KeyFile.replace(path, content: Array(text.utf8), of: .master)
    }
}
