import Core

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif
#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Keeps a token answer on disk, synced, for the moment between its arrival and its commit.
///
/// Files are readable by their owner only and live for milliseconds, unless the process dies just then.
struct RescueFile: Sendable {
    let directory: String

    /// False when it could not be written and synced; the caller goes on, with the database as its only copy.
    @discardableResult
    func save(_ answer: HTTPAnswer, _ connection: ConnectionID) -> Bool {
        _ = mkdir(directory, 0o700)
        let file = open(path(connection), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
        guard file >= 0 else { return false }
        defer { close(file) }
        var written = 0
        while written < answer.body.count {
            let count = answer.body.withUnsafeBytes { buffer in
                write(file, buffer.baseAddress?.advanced(by: written), buffer.count - written)
            }
            guard count > 0 else { return false }
            written += count
        }
        return fsync(file) == 0
    }

    func read(_ connection: ConnectionID) -> HTTPAnswer? {
        guard let data = try? Data(contentsOf: URL(filePath: path(connection))), !data.isEmpty, data.count < 1 << 20
        else { return nil }
        return HTTPAnswer(status: 200, body: [UInt8](data))
    }

    func remove(_ connection: ConnectionID) { unlink(path(connection)) }

    /// What earlier versions noted beside the database: the mark of the first pair that was taken up last.
    func lastSeed(_ connection: ConnectionID) -> String? {
        (try? Data(contentsOf: URL(filePath: path(connection) + ".seed"))).map { String(decoding: $0, as: UTF8.self) }
    }

    /// Tells two seeds apart without keeping either (64-bit FNV-1a, hex).
    static func fingerprint(of text: String) -> String {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for byte in text.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
        return String(hash, radix: 16)
    }

    /// Connection ids are checked at start to hold only letters, digits, `-` and `_`.
    private func path(_ connection: ConnectionID) -> String { "\(directory)/\(connection.rawValue).token" }
}
