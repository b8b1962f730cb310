import GRDB
import Sealing

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// An SQLite file that is written once, under another name until it is whole, and then only read.
final class ArchiveFile {
    let path: String
    private let queue: DatabaseQueue

    private init(_ queue: DatabaseQueue, path: String) {
        self.queue = queue
        self.path = path
    }

    /// A new file for `path`, beside it, readable by this user only. What runs of this program that were ended have left
    /// behind for the same path is removed.
    ///
    /// - Throws: ``StoreError``; ``TransferFault/exists(path:)``.
    static func create(for path: String) throws -> ArchiveFile {
        guard access(path, F_OK) != 0 else { throw TransferFault.exists(path: path) }
        removeLeftovers(of: path)
        let draft = "\(path).partial-\(getpid())"
        let file = systemOpen(draft, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard file >= 0 else { throw failure(draft) }
        systemClose(file)
        do {
            var configuration = Configuration()
            configuration.foreignKeysEnabled = true
            let queue = try DatabaseQueue(path: draft, configuration: configuration)
            try queue.writeWithoutTransaction { database in
                // Nothing is read from it before it is whole and synced: until then a crash may leave it as it likes.
                try database.execute(sql: "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA cache_size = -32000")
            }
            return ArchiveFile(queue, path: draft)
        } catch let error as DatabaseError {
            unlink(draft)
            throw StoreError(error, path: path)
        }
    }

    /// - Throws: ``StoreError``.
    static func open(reading path: String) throws -> ArchiveFile {
        var configuration = Configuration()
        configuration.readonly = true
        do { return ArchiveFile(try DatabaseQueue(path: path, configuration: configuration), path: path) } catch let error as DatabaseError
        {
            throw StoreError(error, path: path)
        }
    }

    /// Runs `body` in one transaction.
    func write<T>(_ body: (any SQLConnection) throws -> T) throws -> T {
        try translating {
            var result: T?
            try queue.inTransaction(.immediate) { database in
                // Rows of one table may refer to later ones.
                try database.execute(sql: "PRAGMA defer_foreign_keys = ON")
                result = try body(SQLiteConnection(database, path: path))
                return .commit
            }
            guard let result else { throw StoreError.closed }
            return result
        }
    }

    func read<T>(_ body: (any SQLConnection) throws -> T) throws -> T {
        try translating { try queue.read { try body(SQLiteConnection($0, path: path)) } }
    }

    func close() { try? queue.close() }

    /// Closes the file, appends `trailer`, syncs it and gives it its name, unless something has it by now.
    ///
    /// - Throws: ``StoreError``; the draft is gone then.
    func finish(as path: String, trailer: (_ digest: [UInt8]) -> [UInt8]? = { _ in nil }) throws {
        defer { unlink(self.path) }
        try translating { try queue.close() }
        let file = systemOpen(self.path, O_RDWR | O_CLOEXEC)
        guard file >= 0 else { throw Self.failure(self.path) }
        defer { systemClose(file) }
        var digest = RunningDigest()
        try Self.pieces(of: file, length: .max) { digest.add($0) }
        if let trailer = trailer(digest.bytes) {
            guard lseek(file, 0, SEEK_END) >= 0, systemWrite(file, trailer, trailer.count) == trailer.count else {
                throw Self.failure(self.path)
            }
        }
        guard fsync(file) == 0 else { throw Self.failure(self.path) }
        guard link(self.path, path) == 0 else {
            if errno == EEXIST { throw TransferFault.exists(path: path) }
            throw Self.failure(path)
        }
        SQLiteFile.syncDirectory(of: path)
    }

    private func translating<T>(_ body: () throws -> T) throws -> T {
        do { return try body() } catch let error as DatabaseError { throw StoreError(error, path: path) }
    }

    /// Removes a draft that will not be finished.
    func discard() {
        close()
        unlink(path)
    }

    // MARK: Bytes

    /// What stands behind the database in the file.
    ///
    /// - Parameter length: of the trailer.
    /// - Returns: the digest of everything before it, and the trailer.
    /// - Throws: ``StoreError``.
    static func trailer(of path: String, length: Int) throws -> (digest: [UInt8], trailer: [UInt8]) {
        let file = systemOpen(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { throw StoreError.cannotOpen(path: path, detail: String(cString: strerror(errno))) }
        defer { systemClose(file) }
        let size = lseek(file, 0, SEEK_END)
        guard size > length, lseek(file, 0, SEEK_SET) == 0 else { throw StoreError.notADatabase(path: path) }
        var digest = RunningDigest()
        try pieces(of: file, length: Int(size) - length) { digest.add($0) }
        var trailer: [UInt8] = []
        try pieces(of: file, length: length) { trailer += $0 }
        return (digest.bytes, trailer)
    }

    private static func pieces(of file: Int32, length: Int, _ take: ([UInt8]) -> Void) throws {
        var left = length
        while left > 0 {
            var piece = [UInt8](repeating: 0, count: min(left, 1 << 20))
            let count = systemRead(file, &piece, piece.count)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw failure("file") }
            if count == 0 { break }
            take(Array(piece.prefix(count)))
            left -= count
        }
    }

    private static func failure(_ path: String) -> StoreError {
        switch errno {
        case ENOSPC, EDQUOT: .diskFull
        case EACCES, EPERM, EROFS: .readOnly(path: path)
        default: .cannotOpen(path: path, detail: String(cString: strerror(errno)))
        }
    }

    private static func removeLeftovers(of path: String) {
        let parts = path.split(separator: "/", omittingEmptySubsequences: false)
        let folder = parts.count > 1 ? parts.dropLast().joined(separator: "/") + "/" : "./"
        guard let name = parts.last, let directory = opendir(folder) else { return }
        defer { closedir(directory) }
        while let entry = readdir(directory) {
            let found = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: Int(NAME_MAX) + 1) { String(cString: $0) }
            }
            guard found.hasPrefix("\(name).partial-"), let process = Int32(found.dropFirst(name.utf8.count + 9)) else { continue }
            if kill(process, 0) != 0, errno == ESRCH { unlink(folder + found) }
        }
    }
}

// The system's calls, whose names the type's own methods hide.
private func systemOpen(_ path: String, _ flags: Int32, _ mode: mode_t = 0) -> Int32 { open(path, flags, mode) }
private func systemClose(_ file: Int32) { close(file) }
private func systemRead(_ file: Int32, _ buffer: UnsafeMutableRawPointer, _ count: Int) -> Int { read(file, buffer, count) }
private func systemWrite(_ file: Int32, _ buffer: UnsafeRawPointer, _ count: Int) -> Int { write(file, buffer, count) }
