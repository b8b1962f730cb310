#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// What has to be said about a database file before an engine touches it, and the lock of the serving process.
enum SQLiteFile {
    /// Tells the usual mistakes by name instead of by an engine's code.
    ///
    /// - Throws: ``StoreError``.
    static func check(_ path: String) throws(StoreError) {
        var status = stat()
        let folder = directory(of: path)
        guard stat(folder, &status) == 0, status.st_mode & S_IFMT == S_IFDIR else {
            throw .cannotOpen(path: path, detail: "there is no directory \(folder)")
        }
        // The write-ahead log and its index are made beside the file.
        guard access(folder, W_OK | X_OK) == 0 else { throw .readOnly(path: path) }
        guard stat(path, &status) == 0 else { return }
        guard status.st_mode & S_IFMT == S_IFREG else { throw .notADatabase(path: path) }
        guard access(path, R_OK | W_OK) == 0 else { throw .readOnly(path: path) }
        if status.st_size > 0 { try checkHeader(path) }
    }

    private static func checkHeader(_ path: String) throws(StoreError) {
        let expected = Array("SQLite format 3\u{0}".utf8)
        var header = [UInt8](repeating: 0, count: expected.count)
        let file = open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { throw .cannotOpen(path: path, detail: "system error \(errno)") }
        defer { close(file) }
        guard read(file, &header, header.count) == expected.count, header == expected else {
            throw .notADatabase(path: path)
        }
    }

    /// Takes the lock that only one process can hold; it ends with the process or with ``unlock(_:)``.
    ///
    /// A file of its own, because closing any descriptor of the database would drop the engine's own locks.
    /// - Throws: ``StoreError/alreadyServing(path:)``.
    static func lock(_ path: String) throws(StoreError) -> Int32 {
        let file = open("\(path)-serve.lock", O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard file >= 0 else { throw .readOnly(path: path) }
        guard flock(file, LOCK_EX | LOCK_NB) == 0 else {
            close(file)
            throw .alreadyServing(path: path)
        }
        return file
    }

    static func unlock(_ file: Int32) { close(file) }

    /// A new directory that only this user can read.
    ///
    /// - Throws: ``StoreError/cannotOpen(path:detail:)``.
    static func makeTemporaryDirectory() throws(StoreError) -> String {
        let base = getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp"
        var template = Array("\(base)/nhipcau-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else { throw .cannotOpen(path: base, detail: "no temporary directory") }
        return String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    /// Removes the files of a database and the directory made for them.
    static func removeTemporary(_ path: String) {
        for suffix in ["", "-wal", "-shm", "-serve.lock"] { unlink(path + suffix) }
        rmdir(directory(of: path))
    }

    static func exists(_ path: String) -> Bool { access(path, F_OK) == 0 }

    /// All of a small file; nil when it cannot be read.
    static func contents(of path: String) -> [UInt8]? {
        let file = open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { return nil }
        defer { close(file) }
        var (bytes, piece) = ([UInt8](), [UInt8](repeating: 0, count: 1 << 16))
        while true {
            let count = read(file, &piece, piece.count)
            if count < 0, errno == EINTR { continue }
            if count < 0 { return nil }
            if count == 0 { return bytes }
            bytes += piece.prefix(count)
        }
    }

    /// So that a new name in it survives a power cut.
    static func syncDirectory(of path: String) {
        let folder = open(directory(of: path), O_RDONLY | O_CLOEXEC)
        guard folder >= 0 else { return }
        fsync(folder)
        close(folder)
    }

    private static func directory(of path: String) -> String {
        guard let slash = path.utf8.lastIndex(of: UInt8(ascii: "/")) else { return "." }
        return slash == path.utf8.startIndex ? "/" : String(path[..<slash])
    }
}
