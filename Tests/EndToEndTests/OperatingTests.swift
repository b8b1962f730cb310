import Foundation
import JSON
import PrivatePostgres
import Testing

/// What whoever runs the service types: keep the data, bring them back, move them, replace keys. On the real program.
@Suite("Commands for whoever runs the service", .serialized, .timeLimit(.minutes(10)))
struct OperatingTests {
    private struct Ran {
        let status: Int32
        let data: String
        let words: String

        func object() throws -> JSONValue { try JSONValue(parsing: data) }
    }

    private static let configuration = """
        server:
          host: 127.0.0.1
        database:
          url: sqlite:var/nhipcau.db
        """

    private func process(_ home: TestHome, _ arguments: [String], _ environment: [String: String]) throws -> Process {
        let process = Process()
        process.executableURL = try TestHome.program()
        process.arguments = arguments
        process.environment = home.environment.merging(environment) { $1 }
        process.currentDirectoryURL = home.directory
        process.standardInput = FileHandle.nullDevice
        return process
    }

    private func run(_ home: TestHome, _ arguments: String..., environment: [String: String] = [:]) throws -> Ran {
        let process = try process(home, arguments, environment)
        let (output, words) = (home.directory.appending(path: "out.txt"), home.directory.appending(path: "words.txt"))
        for file in [output, words] { _ = FileManager.default.createFile(atPath: file.path, contents: nil) }
        process.standardOutput = try FileHandle(forWritingTo: output)
        process.standardError = try FileHandle(forWritingTo: words)
        try process.run()
        process.waitUntilExit()
        return Ran(
            status: process.terminationStatus, data: try String(contentsOf: output, encoding: .utf8),
            words: try String(contentsOf: words, encoding: .utf8))
    }

    /// A home whose service has run once, with an organisation and a member.
    private func stage() throws -> (home: TestHome, server: ServerProcess) {
        let home = try TestHome(configuration: Self.configuration)
        let server = ServerProcess(home: home)
        try server.start(arguments: ["serve"])
        try "code,name,kind,parent,commune\nTH,Sở,province,,\n".write(
            to: home.directory.appending(path: "o.csv"), atomically: true, encoding: .utf8)
        #expect(try run(home, "organisations", "import", "o.csv").status == 0)
        let password = ["NHIPCAU_PASSWORD": "một câu dài để thử"]
        for login in ["an.tran", "binh.le"] {
            let added = try run(
                home, "staff", "add", login, "--name", login, "--role", "safeguarding", "--organisation", "TH", environment: password)
            #expect(added.status == 0, "\(added.words)")
        }
        return (home, server)
    }

    @Test("a backup is made while the service runs, checked, and restored without what was taken away since")
    func backupAndRestore() throws {
        let (home, server) = try stage()
        let made = try run(home, "database", "backup", "b", "--json")
        #expect(made.status == 0, "\(made.words)")
        #expect(try made.object()["schema"] != nil)
        #expect(try run(home, "database", "backup", "b").status == 1, "nothing is overwritten")
        #expect(try run(home, "database", "restore", "--verify", "b").status == 0)
        #expect(try run(home, "staff", "disable", "binh.le").status == 0)
        #expect(server.stop() == 0)

        for suffix in ["", "-wal", "-shm"] {
            try? FileManager.default.removeItem(at: home.directory.appending(path: "var/nhipcau.db" + suffix))
        }
        let register = home.directory.appending(path: "var/keys/master.key.erasures")
        let away = home.directory.appending(path: "away")
        try FileManager.default.moveItem(at: register, to: away)
        let refused = try run(home, "database", "restore", "b")
        #expect(refused.status == 1 && refused.words.contains("--without-register"))
        #expect(!FileManager.default.fileExists(atPath: home.database.path), "nothing was made")
        let restored = try run(home, "database", "restore", "b", "--register", "away", "--json")
        #expect(restored.status == 0, "\(restored.words)")
        #expect(try restored.object()["disabled_again"] == .array([.string("binh.le")]))
        #expect(try run(home, "audit", "verify").status == 0)
        #expect(try run(home, "database", "restore", "b", "--without-register").status == 1, "the place is not empty any more")

        var bytes = try Data(contentsOf: home.directory.appending(path: "b"))
        bytes[bytes.count / 3] ^= 4
        try bytes.write(to: home.directory.appending(path: "spoilt"))
        let spoilt = try run(home, "database", "restore", "--verify", "spoilt")
        #expect(spoilt.status == 1 && spoilt.words.contains("damaged"))
        #expect(try run(home, "database", "check").status == 0)
    }

    @Test("a command that is killed leaves nothing in the way of the next one")
    func killed() throws {
        let (home, server) = try stage()
        #expect(server.stop() == 0)
        for step in 0..<6 {
            let process = try process(home, ["database", "backup", "b"], [:])
            process.standardOutput = FileHandle.nullDevice
            let words = Pipe()
            process.standardError = words
            try process.run()
            // After a number of lines of progress, wherever that is.
            for _ in 0..<step where words.fileHandleForReading.availableData.isEmpty { break }
            kill(process.processIdentifier, SIGKILL)
            process.waitUntilExit()
            let path = home.directory.appending(path: "b").path
            if FileManager.default.fileExists(atPath: path) {
                #expect(try run(home, "database", "restore", "--verify", "b").status == 0, "what has its name is whole")
                try FileManager.default.removeItem(atPath: path)
            }
            #expect(try run(home, "database", "backup", "b").status == 0)
            let left = try FileManager.default.contentsOfDirectory(atPath: home.directory.path).filter { $0.contains("partial") }
            #expect(left.isEmpty)
            try FileManager.default.removeItem(atPath: path)

            let rotation = try self.process(home, ["keys", "rotate", step.isMultiple(of: 2) ? "master" : "duty"], [:])
            rotation.standardOutput = FileHandle.nullDevice
            rotation.standardError = FileHandle.nullDevice
            try rotation.run()
            kill(rotation.processIdentifier, SIGKILL)
            rotation.waitUntilExit()
            let again = try run(home, "keys", "rotate", step.isMultiple(of: 2) ? "master" : "duty")
            #expect(again.status == 0, "\(again.words)")
            #expect(try run(home, "audit", "verify").status == 0)
        }
        try server.start(arguments: ["serve"])
        #expect(server.stop() == 0)
    }

    @Test("a file's database goes on in PostgreSQL", .enabled(if: PrivatePostgres.shared != nil))
    func move() throws {
        let (home, server) = try stage()
        let target = try TestDatabase(.postgres)
        defer { target.remove() }
        let served = try run(home, "database", "copy", target.url)
        #expect(served.status == 1 && served.words.contains("already serves"))
        #expect(server.stop() == 0)
        #expect(try run(home, "database", "copy", target.url).status == 0)
        #expect(try run(home, "database", "copy", target.url).status == 1, "nothing is merged")
        let there = ["NHIPCAU_DATABASE__URL": target.url]
        #expect(try run(home, "audit", "verify", environment: there).status == 0)
        #expect(try run(home, "staff", "list", environment: there).data.contains("an.tran"))
        try server.start(arguments: ["serve"], secrets: there)
        #expect(server.stop() == 0)
    }
}
