import ArgumentParser
import Foundation

/// Data goes to standard output, words to standard error.
enum Console {
    static func data(_ text: String) { write(text + "\n", to: FileHandle.standardOutput) }

    static func words(_ text: String) { write(text + "\n", to: FileHandle.standardError) }

    /// A reader that went away (`| head`) ends the output quietly.
    private static func write(_ text: String, to handle: FileHandle) { try? handle.write(contentsOf: Data(text.utf8)) }

    /// All of a file, or of standard input for `-`; at most `limit` bytes.
    static func read(_ name: String, limit: Int = 64 << 20) throws -> [UInt8] {
        let handle: FileHandle
        if name == "-" {
            handle = .standardInput
        } else if let opened = FileHandle(forReadingAtPath: name) {
            handle = opened
        } else {
            words("\(name): the file cannot be read. Check the path, or write - for standard input.")
            throw Exit.brokenInput
        }
        guard let data = try handle.read(upToCount: limit + 1) else { return [] }
        guard data.count <= limit else {
            words("\(name): larger than \(limit < 1 << 20 ? "\(limit >> 10) kB" : "\(limit >> 20) MB").")
            throw Exit.brokenInput
        }
        return [UInt8](data)
    }
}

/// The exit codes of the contract; 64 (usage) is the argument parser's own.
enum Exit {
    /// Failed, or findings.
    static let failed = ExitCode(1)
    static let brokenInput = ExitCode(2)
    static let nothingToTest = ExitCode(3)
}
