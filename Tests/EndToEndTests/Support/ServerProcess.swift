import Foundation
import Synchronization

/// The real program in its own home directory, started and ended like an operator would.
final class ServerProcess: Sendable {
    /// Temporary; removed with the test's home.
    let home: TestHome
    private let running = Mutex<Process?>(nil)
    private let address = Mutex<String>("")

    init(home: TestHome) { self.home = home }

    /// `http://127.0.0.1:PORT` of the running program.
    var url: String { address.withLock { $0 } }

    /// Starts `nhipcau serve --demo` and returns when it listens.
    ///
    /// - Parameters:
    ///   - secrets: environment variables that replace those of the home.
    ///   - launcher: a program and its arguments that becomes this one.
    func start(arguments: [String] = ["serve", "--demo"], secrets: [String: String] = [:], launcher: [String] = []) throws {
        let process = Process()
        let program = try TestHome.program()
        process.executableURL = launcher.first.map { URL(filePath: $0) } ?? program
        process.arguments = launcher.isEmpty ? arguments : launcher.dropFirst() + [program.path] + arguments
        process.environment = home.environment.merging(secrets) { $1 }
        process.currentDirectoryURL = home.directory
        let output = Pipe()
        process.standardOutput = output
        process.standardError = try home.logHandle()
        process.standardInput = FileHandle.nullDevice
        try process.run()
        running.withLock { $0 = process }
        var text = ""
        // Reading ends when the program has printed its address, or has ended.
        while !text.contains("\n") {
            let chunk = output.fileHandleForReading.availableData
            if chunk.isEmpty { break }
            text += String(decoding: chunk, as: UTF8.self)
        }
        guard let line = text.split(separator: "\n").first, line.hasPrefix("listening on ") else {
            throw Failure(description: "the program did not start: \(text)\n\(home.log())")
        }
        address.withLock { $0 = String(line.dropFirst("listening on ".count)) }
    }

    /// The running program's process.
    var process: Int32? { running.withLock { $0?.processIdentifier } }

    /// Like a power cut for the process: no handler runs.
    func killHard() {
        guard let process = running.withLock({ $0 }) else { return }
        kill(process.processIdentifier, SIGKILL)
        process.waitUntilExit()
        running.withLock { $0 = nil }
    }

    /// Asks it to end; returns its exit code.
    @discardableResult
    func stop() -> Int32 {
        guard let process = running.withLock({ $0 }) else { return 0 }
        process.terminate()
        process.waitUntilExit()
        running.withLock { $0 = nil }
        return process.terminationStatus
    }

    deinit { killHard() }

    struct Failure: Error, CustomStringConvertible { let description: String }
}

/// Runs one command of the program to its end.
struct CommandRun {
    let status: Int32
    let output: String
    let words: String

    init(
        _ arguments: [String], input: String = "", home: TestHome? = nil, environment given: [String: String]? = nil
    ) throws {
        let process = Process()
        process.executableURL = try TestHome.program()
        process.arguments = arguments
        var environment = given ?? home?.environment ?? ProcessInfo.processInfo.environment
        environment["NHIPCAU_HOME"] = environment["NHIPCAU_HOME"] ?? TestHome.project.path
        process.environment = environment
        let output = Pipe(), words = Pipe(), standardInput = Pipe()
        process.standardOutput = output
        process.standardError = words
        process.standardInput = standardInput
        try process.run()
        let collected = Mutex(Data())
        let reader = Thread {
            let data = words.fileHandleForReading.readDataToEndOfFile()
            collected.withLock { $0 = data }
        }
        reader.start()
        let writer = Thread {
            try? standardInput.fileHandleForWriting.write(contentsOf: Data(input.utf8))
            try? standardInput.fileHandleForWriting.close()
        }
        writer.start()
        let data = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        while !reader.isFinished { usleep(1000) }
        status = process.terminationStatus
        self.output = String(decoding: data, as: UTF8.self)
        self.words = collected.withLock { String(decoding: $0, as: UTF8.self) }
    }
}
