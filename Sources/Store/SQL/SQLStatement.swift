/// The text of one statement with its named parameters, written so that every engine understands it.
///
/// Parameters are `:name`; the same name may stand several times. Engines prepare it once per connection.
///
/// Two words are for engines with several writers and mean nothing to the others. At the end of a query, `{LOCK}` waits
/// for its rows and keeps others from changing them until the transaction ends; `{FREE}` does the same and passes over
/// rows that somebody else has locked.
struct SQLStatement: Sendable {
    let text: String
    /// With `$1`, `$2` … in the order of ``parameters``, and the locks.
    let numberedText: String
    /// In order of first appearance, without the colon: the order in which engines number them.
    let parameters: [String]

    init(_ text: String) {
        self.text = Self.replacing(text, lock: "", free: "")
        let pieces = Self.pieces(of: text)
        var names: [String] = []
        var numbered = ""
        for piece in pieces {
            switch piece {
            case .text(let bytes): numbered += String(decoding: bytes, as: UTF8.self)
            case .parameter(let name):
                if !names.contains(name) { names.append(name) }
                numbered += "$\((names.firstIndex(of: name) ?? 0) + 1)"
            }
        }
        parameters = names
        // Weaker than FOR UPDATE, so that rows which refer to the locked one can still be made.
        numberedText = Self.replacing(numbered, lock: "FOR NO KEY UPDATE", free: "FOR NO KEY UPDATE SKIP LOCKED")
    }

    private static func replacing(_ text: String, lock: String, free: String) -> String {
        guard text.utf8.contains(UInt8(ascii: "{")) else { return text }
        return [("{LOCK}", lock), ("{FREE}", free)].reduce(text) { text, macro in
            text.split(separator: macro.0, omittingEmptySubsequences: false).joined(separator: macro.1)
        }
    }

    /// The values in the order of ``parameters``.
    ///
    /// A value too few or too many is a mistake in this module, found by the first test of the statement.
    func ordered(_ arguments: KeyValuePairs<String, SQLValue>) -> [SQLValue] {
        precondition(arguments.count == parameters.count, "wrong number of values for: \(text)")
        // Nearly every caller names them in that order; then nothing has to be looked for.
        if zip(parameters, arguments).allSatisfy({ $0 == $1.key }) { return arguments.map(\.value) }
        return parameters.map { name in
            guard let argument = arguments.first(where: { $0.key == name }) else {
                preconditionFailure("no value for :\(name) in: \(text)")
            }
            return argument.value
        }
    }

    private enum Piece {
        case text([UInt8])
        case parameter(String)
    }

    private static func pieces(of text: String) -> [Piece] {
        var pieces: [Piece] = []
        var plain: [UInt8] = []
        var name: [UInt8]?
        var isQuoted = false
        func endName() {
            guard let bytes = name else { return }
            name = nil
            if bytes.isEmpty {
                plain.append(UInt8(ascii: ":"))
            } else {
                pieces.append(.text(plain))
                pieces.append(.parameter(String(decoding: bytes, as: UTF8.self)))
                plain = []
            }
        }
        for byte in text.utf8 {
            if name != nil, isNameByte(byte) {
                name?.append(byte)
                continue
            }
            endName()
            if byte == UInt8(ascii: "'") { isQuoted.toggle() }
            if byte == UInt8(ascii: ":"), !isQuoted {
                name = []
            } else {
                plain.append(byte)
            }
        }
        endName()
        pieces.append(.text(plain))
        return pieces
    }

    private static func isNameByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"):
            true
        default: false
        }
    }
}
