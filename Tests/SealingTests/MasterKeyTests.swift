import Foundation
import Sealing
import Testing

@Suite("The master key")
struct MasterKeyTests {
    /// A directory of its own for one test.
    private func withDirectory(_ body: (String) throws -> Void) throws {
        let directory = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: directory) }
        try body(directory.path)
    }

    /// Two master keys are the same when one opens what the other wrapped.
    private func isSame(_ lhs: MasterKey, _ rhs: MasterKey) -> Bool {
        guard let wrapped = try? KeyRing(master: lhs).makeWrapped(for: .standing) else { return false }
        return (try? KeyRing(master: rhs).key(for: .standing) { wrapped }) != nil
    }

    @Test("is made once, readable by its owner only, and then stays the same")
    func creation() throws {
        try withDirectory { directory in
            let path = directory + "/master.key"
            let first = try MasterKey.loadOrCreate(at: path)
            let rights = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
            #expect(rights == 0o600)
            #expect(try isSame(first, MasterKey.loadOrCreate(at: path)))
            #expect(try isSame(first, MasterKey.load(from: path)))
            #expect(try FileManager.default.contentsOfDirectory(atPath: directory) == ["master.key"])
        }
    }

    @Test("is the same for everybody who makes it at the same time")
    func concurrentCreation() async throws {
        let directory = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: directory) }
        let path = directory.path + "/master.key"
        let keys = try await withThrowingTaskGroup(of: MasterKey.self) { group in
            for _ in 0..<16 { group.addTask { try MasterKey.loadOrCreate(at: path) } }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        let first = try #require(keys.first)
        #expect(keys.count == 16 && keys.allSatisfy { isSame(first, $0) })
    }

    @Test("is refused when other users may read the file")
    func exposedFile() throws {
        try withDirectory { directory in
            let path = directory + "/master.key"
            _ = try MasterKey.loadOrCreate(at: path)
            try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: path)
            #expect(throws: SealingError.keyFileExposed(path: path)) { try MasterKey.load(from: path) }
            #expect(throws: SealingError.keyFileExposed(path: path)) { try MasterKey.loadOrCreate(at: path) }
        }
    }

    @Test("is refused when the file is missing, malformed or in no directory, and says which")
    func unusableFiles() throws {
        try withDirectory { directory in
            let missing = directory + "/none.key"
            #expect(throws: SealingError.keyFileMissing(path: missing)) { try MasterKey.load(from: missing) }
            let malformed = directory + "/short.key"
            #expect(
                FileManager.default.createFile(
                    atPath: malformed, contents: Data("abc".utf8), attributes: [.posixPermissions: 0o600]))
            #expect(throws: SealingError.malformedKey(source: malformed)) { try MasterKey.loadOrCreate(at: malformed) }
            #expect(throws: SealingError.self) { try MasterKey.loadOrCreate(at: directory + "/no/where.key") }
        }
    }

    @Test("reads raw bytes and hexadecimal digits as the same key")
    func forms() throws {
        let bytes = (0..<32).map { UInt8($0 * 7) }
        let digits = bytes.map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16).uppercased() }.joined()
        let raw = try MasterKey(bytes: bytes)
        #expect(try isSame(raw, MasterKey(hexadecimal: " \(digits)\n")))
        try withDirectory { directory in
            let path = directory + "/raw.key"
            #expect(
                FileManager.default.createFile(
                    atPath: path, contents: Data(bytes), attributes: [.posixPermissions: 0o600]))
            let loaded = try MasterKey.load(from: path)
            #expect(isSame(raw, loaded))
        }
    }

    @Test(
        "is refused unless it has 256 bits",
        arguments: [
            "", "00", String(repeating: "0", count: 63), String(repeating: "g", count: 64),
            String(repeating: "0", count: 66),
            String(repeating: "0", count: 32) + " " + String(repeating: "0", count: 32),
        ])
    func malformed(text: String) {
        #expect(throws: SealingError.malformedKey(source: "the environment")) { try MasterKey(hexadecimal: text) }
    }
}
