package import Core
package import Sealing

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// What was erased, closed or taken from somebody, outside the database and its backups: a file beside the master key
/// that only grows, so that a restored backup cannot bring it back.
///
/// It is an extract of the audit log: ids, times and names of actions, never content. A line is the entry's number,
/// milliseconds, action, subject, detail and hash, and a mark over itself and the line before, behind tabs.
package struct ErasureRegister: Sendable {
    /// A thing that a restored database must not have any more.
    package struct Entry: Sendable, Equatable {
        package let sequence: Int64
        package let at: Instant
        package let action: String
        package let subject: String
        package let detail: String
        /// Of the audit log's entry.
        package let hash: [UInt8]
    }

    package enum Fault: Error, Sendable, Equatable {
        case missing(String)
        case unwritable(String)
        /// A line was changed, or stands where it should not.
        case broken(path: String, line: Int)

        package var text: String {
            switch self {
            case .missing(let path):
                "There is no register of erasures at \(path). Put the copy from your key backup there, or, if there is none, restore with "
                    + "--without-register: what was erased after the backup was made comes back then and must be erased again by hand."
            case .unwritable(let path): "The register of erasures at \(path) cannot be written. Check the directory's owner and room."
            case .broken(let path, let line):
                "The register of erasures at \(path) was changed in line \(line), or belongs to another master key. Put its copy back."
            }
        }
    }

    package let path: String
    private let keys: KeyRing

    private static let purpose = "erasure_register"
    private static let title = "# Nhịp Cầu: what was erased. Applied by `database restore`. Keep with the keys.\n"

    package init(path: String, keys: KeyRing) {
        self.path = path
        self.keys = keys
    }

    /// Where it is kept: beside the master key.
    package static func path(besideKey path: String) -> String { path + ".erasures" }

    /// Everything in it, in order. A last line that was cut short by a crash is passed over.
    ///
    /// - Throws: ``Fault``.
    package func entries() throws(Fault) -> [Entry] { try read().entries }

    /// Adds what the database's audit log has and the register has not; makes the register when there is none.
    ///
    /// Safe to run at any time and by several processes: whoever comes second finds nothing to add.
    /// - Returns: how many lines were added.
    /// - Throws: ``Fault``, ``StoreError``.
    @discardableResult
    package func update(from store: Store) async throws -> Int {
        let file = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard file >= 0 else { throw Fault.unwritable(path) }
        defer { close(file) }
        guard flock(file, LOCK_EX) == 0 else { throw Fault.unwritable(path) }
        let known = try read()
        let found = try await store.read { tx in try tx.erasureEntries(unknownTo: known.entries) }
        var text = known.wholeBytes == 0 ? Self.title : ""
        var mark = known.lastMark
        for entry in found {
            let line = Self.line(entry)
            mark = KeyedMark.make(mark + Array(line.utf8), purpose: Self.purpose, keys: keys)
            text += line + "\t" + Digits.text(mark) + "\n"
        }
        guard !text.isEmpty else { return 0 }
        let bytes = Array(text.utf8)
        guard ftruncate(file, off_t(known.wholeBytes)) == 0, lseek(file, 0, SEEK_END) >= 0,
            write(file, bytes, bytes.count) == bytes.count, fsync(file) == 0
        else { throw Fault.unwritable(path) }
        SQLiteFile.syncDirectory(of: path)
        return found.count
    }

    private struct Content {
        var entries: [Entry] = []
        var lastMark: [UInt8] = []
        /// Up to the end of the last whole line.
        var wholeBytes = 0
    }

    private func read() throws(Fault) -> Content {
        guard let bytes = SQLiteFile.contents(of: path) else { throw .missing(path) }
        var content = Content()
        guard let end = bytes.lastIndex(of: 10) else { return content }
        content.wholeBytes = end + 1
        for (number, bytes) in bytes[..<end].split(separator: 10, omittingEmptySubsequences: false).enumerated() {
            if bytes.first == UInt8(ascii: "#") { continue }
            let line = String(decoding: bytes, as: UTF8.self)
            let fields = line.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
            guard fields.count == 7, let sequence = Int64(fields[0]), let at = Int64(fields[1]),
                let hash = Digits.bytes(fields[5]), let mark = Digits.bytes(fields[6])
            else { throw .broken(path: path, line: number + 1) }
            let entry = Entry(
                sequence: sequence, at: Instant(milliseconds: at), action: fields[2], subject: fields[3], detail: fields[4], hash: hash)
            let marked = content.lastMark + Array(Self.line(entry).utf8)
            guard KeyedMark.matches(mark, marked, purpose: Self.purpose, keys: keys) else {
                throw .broken(path: path, line: number + 1)
            }
            content.entries.append(entry)
            content.lastMark = mark
        }
        return content
    }

    private static func line(_ entry: Entry) -> String {
        [
            "\(entry.sequence)", "\(entry.at.milliseconds)", entry.action, entry.subject, entry.detail, Digits.text(entry.hash),
        ].map { $0.split(whereSeparator: { $0 == "\t" || $0 == "\n" }).joined(separator: " ") }.joined(separator: "\t")
    }
}

extension ReadTransaction {
    /// Entries of the audit log that a restored backup must be told of, behind the last one that both know.
    func erasureEntries(unknownTo known: [ErasureRegister.Entry]) throws -> [ErasureRegister.Entry] {
        // After a restore the log goes on from an earlier entry: what it has in common with the register counts.
        var after: Int64 = 0
        for entry in known.reversed() where try isInLog(entry) {
            after = entry.sequence
            break
        }
        return try connection.rows(ErasureSQL.behind, ["after": .integer(after)]).map { row in
            ErasureRegister.Entry(
                sequence: try row.integer(0), at: try row.time(1), action: try row.text(2), subject: try row.text(3),
                detail: try row.text(4), hash: try row.blobOrNil(5) ?? [])
        }
    }

    func isInLog(_ entry: ErasureRegister.Entry) throws -> Bool {
        try connection.row(ErasureSQL.hash, ["sequence": .integer(entry.sequence)])?.blobOrNil(0) == entry.hash
    }
}

enum ErasureSQL {
    static let behind = SQLStatement(
        """
        SELECT sequence, made_at, action, subject, detail, hash FROM audit
        WHERE sequence > :after AND action IN ('case.erased', 'case.closed', 'case.unshared', 'staff.changed', 'staff.key')
        ORDER BY sequence
        """)
    static let hash = SQLStatement("SELECT hash FROM audit WHERE sequence = :sequence")
    static let disable = SQLStatement("UPDATE staff SET is_active = 0, updated_at = :now WHERE id = :id AND is_active = 1")
    static let dropSparable = SQLStatement(
        """
        DELETE FROM case_wraps WHERE case_id = :case AND holder = :holder
          AND EXISTS (SELECT 1 FROM case_wraps AS o WHERE o.case_id = :case AND o.holder <> :holder)
        """)
}
