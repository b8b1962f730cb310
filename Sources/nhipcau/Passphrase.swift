import ArgumentParser
import Foundation

/// Where a command gets a member's password from: a file, the environment, or the terminal, never an argument
/// (arguments are seen by everybody on the machine).
struct Passphrase: ParsableArguments {
    @Option(help: "File with the password. Otherwise $NHIPCAU_PASSWORD, otherwise it is asked for.")
    var passwordFile: String?

    /// The shortest one that is taken for a new account.
    static let shortest = 12

    /// - Parameter isNew: asks twice on a terminal, and refuses what is too short.
    func read(_ prompt: String, isNew: Bool = false) throws -> String {
        let password = try given() ?? asked(prompt, twice: isNew)
        guard !isNew || password.count >= Self.shortest else {
            Console.words("The password is too short: at least \(Self.shortest) characters. A sentence is easy to remember.")
            throw Exit.failed
        }
        guard !password.isEmpty else {
            Console.words("The password is empty.")
            throw Exit.failed
        }
        return password
    }

    private func given() throws -> String? {
        if let passwordFile {
            let mode = try? FileManager.default.attributesOfItem(atPath: passwordFile)[.posixPermissions] as? Int
            if let mode, mode & 0o077 != 0 { Console.words("Others may read \(passwordFile): chmod 600 \(passwordFile)") }
            let bytes = try Console.read(passwordFile, limit: 4096)
            return String(decoding: bytes, as: UTF8.self).trimmingCharacters(in: .newlines)
        }
        return ProcessInfo.processInfo.environment["NHIPCAU_PASSWORD"]
    }

    private func asked(_ prompt: String, twice: Bool) throws -> String {
        guard isatty(STDIN_FILENO) == 1 else {
            Console.words("There is no terminal to ask for the password. Use --password-file or NHIPCAU_PASSWORD.")
            throw ExitCode(64)
        }
        let first = try Self.ask(prompt + ": ")
        if twice, try Self.ask("Once more: ") != first {
            Console.words("The two are not the same.")
            throw Exit.failed
        }
        return first
    }

    /// One line from the terminal, without showing it.
    private static func ask(_ prompt: String) throws -> String {
        FileHandle.standardError.write(Data(prompt.utf8))
        var settings = termios()
        guard tcgetattr(STDIN_FILENO, &settings) == 0 else { throw Exit.failed }
        var hidden = settings
        hidden.c_lflag &= ~tcflag_t(ECHO)
        tcsetattr(STDIN_FILENO, TCSANOW, &hidden)
        defer {
            tcsetattr(STDIN_FILENO, TCSANOW, &settings)
            FileHandle.standardError.write(Data("\n".utf8))
        }
        return readLine(strippingNewline: true) ?? ""
    }
}
