import FakeZalo
import Foundation

/// The real program, in a home directory of its own, with the project's content.
struct Program {
    let port: Int
    /// From `exec` to “listening on”.
    let seconds: Double
    private let process: Process

    static var executable: URL? {
        let beside = URL(filePath: CommandLine.arguments.first ?? "").deletingLastPathComponent().appending(path: "nhipcau")
        return FileManager.default.isExecutableFile(atPath: beside.path) ? beside : nil
    }

    static var whyNot: String? {
        executable == nil ? "the release build of nhipcau is not beside this program: swift build -c release --product nhipcau" : nil
    }

    /// One home for all starts, so that the model is trained once.
    private static let home: URL = {
        let home = FileManager.default.temporaryDirectory.appending(path: "nhipcau-bench-home-\(ProcessInfo.processInfo.processIdentifier)")
        let project = FileManager.default.currentDirectoryPath
        try? FileManager.default.createDirectory(at: home, withIntermediateDirectories: true)
        for name in ["intents", "config"] {
            try? FileManager.default.createSymbolicLink(atPath: home.path + "/" + name, withDestinationPath: project + "/" + name)
        }
        atexit { try? FileManager.default.removeItem(at: Program.home) }
        return home
    }()

    /// A start with demo data, measured and ended again.
    static func started() throws -> (seconds: Double, megabytes: Double) {
        let program = try Program(arguments: ["serve", "--demo"], environment: [:])
        defer { program.stop() }
        return (program.seconds, program.megabytes)
    }

    /// Serves webhooks of a Zalo account, and answers them at `platform`.
    static func serving(_ place: Place, platform: String) throws -> Program {
        let known = FakeZalo.Settings()
        let text = """
            database: {url: "\(place.address)", key_file: "\(place.directory.path)/master.key"}
            content: {models: "\(home.path)/models"}
            reports: {duty_key_file: "\(place.directory.path)/duty.key"}
            connections:
              - id: zalo
                kind: zalo_oa
                base_url: "\(platform)"
                app_id: "\(known.applicationID)"
                app_secret: {env: BENCH_APP_SECRET}
                oa_secret_key: {env: BENCH_OA_SECRET_KEY}
                access_token: {env: BENCH_ACCESS_TOKEN}
                sends_per_second: 1000000
            """
        let file = place.directory.appending(path: "nhipcau.yml")
        try Data(text.utf8).write(to: file)
        return try Program(
            arguments: ["serve", "--config", file.path],
            environment: [
                "BENCH_APP_SECRET": known.applicationSecret, "BENCH_OA_SECRET_KEY": known.oaSecretKey,
                "BENCH_ACCESS_TOKEN": known.accessToken,
            ])
    }

    private init(arguments: [String], environment: [String: String]) throws {
        guard let executable = Self.executable else { throw Load.Failed(description: Self.whyNot ?? "no program") }
        let process = Process()
        process.executableURL = executable
        process.arguments = arguments
        process.environment = ProcessInfo.processInfo.environment.merging(
            ["NHIPCAU_HOME": Self.home.path, "NHIPCAU_SERVER__PORT": "0", "NHIPCAU_LOG__LEVEL": "error"]
        ) { $1 }.merging(environment) { $1 }
        let output = Pipe()
        let errors = Pipe()
        process.standardOutput = output
        process.standardError = errors
        let began = ContinuousClock.now
        try process.run()
        let line = String(decoding: output.fileHandleForReading.availableData, as: UTF8.self)
        seconds = began.duration(to: .now).inSeconds
        self.process = process
        guard let port = line.split(separator: ":").last.flatMap({ Int($0.filter(\.isNumber)) }) else {
            process.terminate()
            let complaint = errors.fileHandleForReading.readDataToEndOfFile()
            throw Load.Failed(description: String(decoding: complaint.suffix(400), as: UTF8.self))
        }
        self.port = port
        // Nobody reads on: what it says later must not hold it up.
        Thread.detachNewThread { while !errors.fileHandleForReading.availableData.isEmpty {} }
    }

    var megabytes: Double { Memory.resident(of: process.processIdentifier) }

    func stop() {
        process.terminate()
        process.waitUntilExit()
    }
}

/// What the kernel says about memory, in megabytes.
enum Memory {
    static func resident(of process: Int32) -> Double { status(process, "VmRSS:") }

    /// The most that this process has had since the last ``forgetPeak()``.
    static var ownPeak: Double { status(getpid(), "VmHWM:") }
    static var own: Double { status(getpid(), "VmRSS:") }

    static func forgetPeak() { try? Data("5".utf8).write(to: URL(filePath: "/proc/self/clear_refs")) }

    private static func status(_ process: Int32, _ name: String) -> Double {
        let text = (try? String(contentsOfFile: "/proc/\(process)/status", encoding: .utf8)) ?? ""
        let line = text.split(separator: "\n").first { $0.hasPrefix(name) }
        return (line.flatMap { Double($0.filter(\.isNumber)) } ?? 0) / 1024
    }
}
