import Foundation

/// What the program itself takes: the time until it listens and the memory it then has, with a cached model.
extension Measure {
    /// The limits that are aimed at; the ratio is the figure over its limit, smaller is better.
    private static let startLimitSeconds = 1.0
    private static let memoryLimitMB = 80.0

    static let start = Measure(name: "start to ready ÷ 1 s (smaller is better)", whySkipped: whyNotRunnable) {
        let runs = try (0...5).map { _ in try ProgramRun.once() }.dropFirst()
        return Row.of("start to ready ÷ 1 s (smaller is better)", unit: "s", rounds: runs.map { ($0.seconds, startLimitSeconds) })
    }

    static let memory = Measure(name: "memory after start ÷ 80 MB (smaller is better)", whySkipped: whyNotRunnable) {
        let runs = try (0...3).map { _ in try ProgramRun.once() }.dropFirst()
        return Row.of(
            "memory after start ÷ 80 MB (smaller is better)", unit: "MB resident",
            rounds: runs.map { ($0.megabytes, memoryLimitMB) })
    }

    private static let whyNotRunnable: @Sendable () -> String? = {
        ProgramRun.program == nil ? "the release build of nhipcau is not beside this program: swift build -c release" : nil
    }
}

/// One start of the real program in a home directory of its own, with the project's content and demo classes.
struct ProgramRun {
    var seconds: Double
    var megabytes: Double

    static let home: URL = {
        let home = FileManager.default.temporaryDirectory.appending(path: "nhipcau-bench-home-\(ProcessInfo.processInfo.processIdentifier)")
        let project = FileManager.default.currentDirectoryPath
        try? FileManager.default.createDirectory(at: home, withIntermediateDirectories: true)
        for name in ["intents", "config"] {
            try? FileManager.default.createSymbolicLink(atPath: home.path + "/" + name, withDestinationPath: project + "/" + name)
        }
        return home
    }()

    static var program: URL? {
        let beside = URL(filePath: CommandLine.arguments.first ?? "").deletingLastPathComponent().appending(path: "nhipcau")
        return FileManager.default.isExecutableFile(atPath: beside.path) ? beside : nil
    }

    static func once() throws -> ProgramRun {
        guard let program else { throw BareMulti.Failed(code: 0) }
        let process = Process()
        process.executableURL = program
        process.arguments = ["serve", "--demo"]
        process.environment = ProcessInfo.processInfo.environment.merging(
            ["NHIPCAU_HOME": home.path, "NHIPCAU_SERVER__PORT": "0", "NHIPCAU_LOG__LEVEL": "error"]) { $1 }
        let output = Pipe()
        process.standardOutput = output
        process.standardError = FileHandle.nullDevice
        let began = ContinuousClock.now
        try process.run()
        _ = output.fileHandleForReading.availableData
        let seconds = began.duration(to: .now).inSeconds
        let status = (try? String(contentsOfFile: "/proc/\(process.processIdentifier)/status", encoding: .utf8)) ?? ""
        let resident =
            status.split(separator: "\n").first { $0.hasPrefix("VmRSS:") }
            .flatMap { Double($0.filter(\.isNumber)) } ?? 0
        process.terminate()
        process.waitUntilExit()
        return ProgramRun(seconds: seconds, megabytes: resident / 1024)
    }
}
