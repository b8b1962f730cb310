import Foundation
import Sealing
import Testing

@Suite("The duty key")
struct DutyKeyTests {
    /// A directory of its own for one test.
    private func withDirectory(_ body: (String) throws -> Void) throws {
        let directory = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: directory) }
        try body(directory.path)
    }

    private func write(_ content: [UInt8], to path: String) -> Bool {
        FileManager.default.createFile(atPath: path, contents: Data(content), attributes: [.posixPermissions: 0o600])
    }

    @Test("is made once, readable by its owner only, and then stays the same")
    func creation() throws {
        try withDirectory { directory in
            let path = directory + "/duty.key"
            let first = try DutyKey.loadOrCreate(at: path)
            let rights = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
            #expect(rights == 0o600)
            #expect(try DutyKey.loadOrCreate(at: path).bytes == first.bytes)
            #expect(try DutyKey.load(from: path).bytes == first.bytes)
            #expect(try FileManager.default.contentsOfDirectory(atPath: directory) == ["duty.key"])
        }
    }

    @Test("is the same for everybody who makes it at the same time")
    func concurrentCreation() async throws {
        let directory = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: directory) }
        let path = directory.path + "/duty.key"
        let keys = try await withThrowingTaskGroup(of: [UInt8].self) { group in
            for _ in 0..<16 { group.addTask { try DutyKey.loadOrCreate(at: path).bytes } }
            return try await group.reduce(into: Set<[UInt8]>()) { $0.insert($1) }
        }
        #expect(keys.count == 1)
    }

    @Test("that cannot be used is refused with what is wrong and what to do")
    func messages() throws {
        try withDirectory { directory in
            let missing = directory + "/none.key"
            #expect(throws: SealingError.keyFileMissing(path: missing, of: .duty)) { try DutyKey.load(from: missing) }

            let exposed = directory + "/exposed.key"
            _ = try DutyKey.loadOrCreate(at: exposed)
            try FileManager.default.setAttributes([.posixPermissions: 0o640], ofItemAtPath: exposed)
            #expect(throws: SealingError.keyFileExposed(path: exposed, of: .duty)) { try DutyKey.loadOrCreate(at: exposed) }

            for (name, content) in [("empty", ""), ("short", "abc"), ("long", String(repeating: "ab", count: 33))] {
                let path = directory + "/" + name
                #expect(write(Array(content.utf8), to: path))
                #expect(throws: SealingError.malformedKey(source: path, of: .duty)) { try DutyKey.loadOrCreate(at: path) }
            }
            let nowhere = directory + "/no/where.key"
            #expect(throws: SealingError.keyFileUnreadable(path: nowhere, errno: ENOENT, of: .duty)) {
                try DutyKey.loadOrCreate(at: nowhere)
            }
            let folder = directory + "/folder.key"
            try FileManager.default.createDirectory(
                atPath: folder, withIntermediateDirectories: false, attributes: [.posixPermissions: 0o700])
            #expect(throws: SealingError.keyFileUnreadable(path: folder, errno: EISDIR, of: .duty)) { try DutyKey.load(from: folder) }
        }
    }

    @Test("every refusal names the duty key, the file and a way out")
    func texts() {
        let path = "/srv/nhipcau/var/keys/duty.key"
        let errors: [(SealingError, String)] = [
            (.keyFileMissing(path: path, of: .duty), "Restore"), (.malformedKey(source: path, of: .duty), "64 hexadecimal digits"),
            (.keyFileExposed(path: path, of: .duty), "chmod 600 " + path),
            (.keyFileUnreadable(path: path, errno: 13, of: .duty), "system error 13"),
            (.foreignKey(path: path, of: .duty, expected: "a", found: "b"), "Put that key back"),
        ]
        for (error, words) in errors {
            #expect(error.text.contains("duty key") && error.text.contains(path) && error.text.contains(words), "\(error.text)")
            #expect(!error.isRetryable)
        }
    }

    @Test("of another database is refused, with both fingerprints and neither key")
    func foreign() throws {
        try withDirectory { directory in
            let path = directory + "/duty.key"
            let key = try DutyKey.loadOrCreate(at: path)
            #expect(try DutyKey.load(from: path, expecting: key.publicKey).bytes == key.bytes)
            let other = SealingPrivateKey.make().publicKey
            let error = #expect(throws: SealingError.self) { try DutyKey.load(from: path, expecting: other) }
            let text = try #require(error?.text)
            #expect(text.contains(other.fingerprint) && text.contains(key.publicKey.fingerprint))
        }
    }

    @Test("reads raw bytes as well")
    func raw() throws {
        try withDirectory { directory in
            #expect(write(Array(1...32), to: directory + "/raw.key"))
            let key = try DutyKey.load(from: directory + "/raw.key")
            #expect(key.bytes == Array(1...32))
        }
    }
}
