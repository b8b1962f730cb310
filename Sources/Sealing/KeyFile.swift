import Crypto

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Which of the keys that live in files.
package enum KeyPurpose: Sendable, Equatable {
    case master, duty

    var name: String {
        switch self {
        case .master: "master key"
        case .duty: "duty key"
        }
    }
}

/// A key on disk: readable by its owner only, written completely or not at all.
enum KeyFile {
    private static let largest = 4096
    private static let keyBytes = 32

    /// 32 bytes, written raw or as 64 hexadecimal digits.
    static func key(at path: String, of purpose: KeyPurpose) throws(SealingError) -> [UInt8] {
        let content = try content(of: path, of: purpose)
        if content.count == keyBytes { return content }
        guard let decoded = Hexadecimal.decode(String(decoding: content, as: UTF8.self)), decoded.count == keyBytes else {
            throw .malformedKey(source: path, of: purpose)
        }
        return decoded
    }

    /// As ``key(at:of:)``; where there is no file, one with a new key is made.
    static func keyOrNew(at path: String, of purpose: KeyPurpose) throws(SealingError) -> [UInt8] {
        do {
            return try key(at: path, of: purpose)
        } catch .keyFileMissing {
            let digits = SymmetricKey(size: .bits256).withUnsafeBytes { Hexadecimal.encode($0) }
            try create(path, content: Array((digits + "\n").utf8), of: purpose)
            return try key(at: path, of: purpose)
        }
    }

    static func content(of path: String, of purpose: KeyPurpose) throws(SealingError) -> [UInt8] {
        let file = open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else {
            if errno == ENOENT { throw .keyFileMissing(path: path, of: purpose) }
            throw .keyFileUnreadable(path: path, errno: errno, of: purpose)
        }
        defer { close(file) }
        var status = stat()
        guard fstat(file, &status) == 0 else { throw .keyFileUnreadable(path: path, errno: errno, of: purpose) }
        guard status.st_mode & 0o077 == 0 else { throw .keyFileExposed(path: path, of: purpose) }
        var bytes = [UInt8](repeating: 0, count: largest)
        var filled = 0
        while filled < largest {
            let count = bytes.withUnsafeMutableBytes { buffer in
                systemRead(file, buffer.baseAddress?.advanced(by: filled), largest - filled)
            }
            if count == 0 { break }
            guard count > 0 else {
                if errno == EINTR { continue }
                throw .keyFileUnreadable(path: path, errno: errno, of: purpose)
            }
            filled += count
        }
        return Array(bytes.prefix(filled))
    }

    /// Writes a neighbour file, syncs it and links it to its name, so that a crash leaves no half key
    /// and of two processes that create it at once the first one wins for both.
    private static func create(_ path: String, content: [UInt8], of purpose: KeyPurpose) throws(SealingError) {
        let draft = try draft(of: path, content: content, of: purpose)
        defer { unlink(draft) }
        guard link(draft, path) == 0 || errno == EEXIST else { throw .keyFileUnreadable(path: path, errno: errno, of: purpose) }
        syncDirectory(of: path)
    }

    /// The file has the new content or, after a crash, the old one.
    static func replace(_ path: String, content: [UInt8], of purpose: KeyPurpose) throws(SealingError) {
        let draft = try draft(of: path, content: content, of: purpose)
        guard rename(draft, path) == 0 else {
            let failure = errno
            unlink(draft)
            throw .keyFileUnreadable(path: path, errno: failure, of: purpose)
        }
        syncDirectory(of: path)
    }

    /// The key in `next` takes the place of the one at `path`, which is kept as `kept`. Can be done again after a crash.
    static func exchange(_ path: String, next: String, keeping kept: String, of purpose: KeyPurpose) throws(SealingError) {
        guard link(path, kept) == 0 || errno == EEXIST, rename(next, path) == 0 else {
            throw .keyFileUnreadable(path: path, errno: errno, of: purpose)
        }
        syncDirectory(of: path)
    }

    /// A neighbour of `path`, synced, with this content.
    private static func draft(of path: String, content: [UInt8], of purpose: KeyPurpose) throws(SealingError) -> String {
        let draft = "\(path).\(getpid()).\(UInt32.random(in: 0 ... .max)).new"
        let file = open(draft, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard file >= 0 else { throw .keyFileUnreadable(path: path, errno: errno, of: purpose) }
        let written = content.withUnsafeBytes { write(file, $0.baseAddress, $0.count) }
        let isSynced = written == content.count && fsync(file) == 0
        let failure = errno
        close(file)
        guard isSynced else {
            unlink(draft)
            throw .keyFileUnreadable(path: path, errno: failure, of: purpose)
        }
        return draft
    }

    private static func syncDirectory(of path: String) {
        let folder: String
        if let slash = path.utf8.lastIndex(of: UInt8(ascii: "/")) {
            folder = slash == path.utf8.startIndex ? "/" : String(path[..<slash])
        } else {
            folder = "."
        }
        let directory = open(folder, O_RDONLY | O_CLOEXEC)
        guard directory >= 0 else { return }
        fsync(directory)
        close(directory)
    }
}

/// `read(2)`, whose name the enclosing type's own function hides.
private func systemRead(_ file: Int32, _ buffer: UnsafeMutableRawPointer?, _ count: Int) -> Int {
    read(file, buffer, count)
}
