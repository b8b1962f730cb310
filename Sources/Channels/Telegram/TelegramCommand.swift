/// A text that begins with a command, `/name` or `/name@OurBot`, and what stands behind it.
struct TelegramCommand {
    /// Letters, digits and `_`, as Telegram makes commands.
    let name: String
    /// Without the space around it; empty when there is none.
    let parameter: String

    static let longestParameter = 64

    /// Nil for a text that is no command. Names of bots behind commands are not looked at: a private chat has only us.
    init?(_ text: String) {
        let utf8 = text.utf8.drop(while: Self.isSpace)
        guard utf8.first == UInt8(ascii: "/") else { return nil }
        let word = utf8.dropFirst().prefix { !Self.isSpace($0) }
        let parts = word.split(separator: UInt8(ascii: "@"), maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.allSatisfy(Self.isName), let first = parts.first else { return nil }
        name = String(Substring(first))
        let rest = utf8[word.endIndex...].drop(while: Self.isSpace)
        let last = rest.lastIndex { !Self.isSpace($0) }
        parameter = last.map { String(Substring(rest[...$0])) } ?? ""
    }

    /// The command without a bot's name in it.
    var text: String { parameter.isEmpty ? "/" + name : "/" + name + " " + parameter }

    /// The parameter when it can be a code that links a person: letters, digits and hyphens.
    var linkCode: String? {
        let isCode =
            (1...Self.longestParameter).contains(parameter.utf8.count)
            && parameter.utf8.allSatisfy { Self.isLetterOrDigit($0) || $0 == UInt8(ascii: "-") }
        return isCode ? parameter : nil
    }

    private static func isName(_ part: Substring.UTF8View.SubSequence) -> Bool {
        (1...32).contains(part.count) && part.allSatisfy { isLetterOrDigit($0) || $0 == UInt8(ascii: "_") }
    }

    private static func isLetterOrDigit(_ byte: UInt8) -> Bool {
        (48...57).contains(byte) || (65...90).contains(byte) || (97...122).contains(byte)
    }

    private static func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || (0x09...0x0D).contains(byte) }
}
