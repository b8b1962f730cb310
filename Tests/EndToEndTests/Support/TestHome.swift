import Foundation

/// A home directory for the program: the project's content, a configuration of the test's own, an empty database.
final class TestHome: Sendable {
    let directory: URL
    let environment: [String: String]

    /// The project's root.
    static let project = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent()

    /// - Parameters:
    ///   - configuration: the text of `config/nhipcau.yml`; the port is any free one.
    ///   - secrets: environment variables that the configuration names.
    init(configuration: String, secrets: [String: String] = [:]) throws {
        directory = FileManager.default.temporaryDirectory.appending(path: "nhipcau-\(UUID().uuidString)")
        let manager = FileManager.default
        try manager.createDirectory(at: directory.appending(path: "config"), withIntermediateDirectories: true)
        try manager.createSymbolicLink(
            at: directory.appending(path: "intents"), withDestinationURL: Self.project.appending(path: "intents"))
        try manager.createSymbolicLink(
            at: directory.appending(path: "config/demo"), withDestinationURL: Self.project.appending(path: "config/demo"))
        try configuration.write(to: directory.appending(path: "config/nhipcau.yml"), atomically: true, encoding: .utf8)
        var environment = ProcessInfo.processInfo.environment.filter { !$0.key.hasPrefix("NHIPCAU_") }
        environment["NHIPCAU_HOME"] = directory.path
        environment["NHIPCAU_SERVER__PORT"] = "0"
        // The model of the project's content is trained once for all tests.
        environment["NHIPCAU_CONTENT__MODELS"] = FileManager.default.temporaryDirectory.appending(path: "nhipcau-test-models").path
        environment.merge(secrets) { $1 }
        self.environment = environment
    }

    deinit { try? FileManager.default.removeItem(at: directory) }

    var database: URL { directory.appending(path: "var/nhipcau.db") }
    var key: URL { directory.appending(path: "var/keys/master.key") }

    /// Everything the program has written to standard error so far.
    func log() -> String { (try? String(contentsOf: logFile, encoding: .utf8)) ?? "" }

    func logHandle() throws -> FileHandle {
        if !FileManager.default.fileExists(atPath: logFile.path) {
            _ = FileManager.default.createFile(atPath: logFile.path, contents: nil)
        }
        let handle = try FileHandle(forWritingTo: logFile)
        try handle.seekToEnd()
        return handle
    }

    private var logFile: URL { directory.appending(path: "log.txt") }

    /// The built program stands beside the test bundle.
    static func program() throws -> URL {
        let bundle = URL(filePath: CommandLine.arguments.first ?? "").deletingLastPathComponent()
        for candidate in [bundle, project.appending(path: ".build/debug"), project.appending(path: ".build/release")] {
            let program = candidate.appending(path: "nhipcau")
            if FileManager.default.isExecutableFile(atPath: program.path) { return program }
        }
        throw ServerProcess.Failure(description: "the program nhipcau is not built beside \(bundle.path)")
    }
}
