/// The text of one statement with its named parameters, written so that every engine understands it.
///
/// Parameters are `:name`; the same name may stand several times. Engines prepare it once per connection.
struct SQLStatement: Sendable {
    let text: String
    /// In order of first appearance, without the colon: the order in which engines number them.
    let parameters: [String]

    init(_ text: String) {
        self.text = text
        parameters = Self.parameters(of: text)
    }

    /// The values in the order of ``parameters``.
    ///
    /// A value too few or too many is a mistake in this module, found by the first test of the statement.
    func ordered(_ arguments: KeyValuePairs<String, SQLValue>) -> [SQLValue] {
        precondition(arguments.count == parameters.count, "wrong number of values for: \(text)")
        return parameters.map { name in
            guard let argument = arguments.first(where: { $0.key == name }) else {
                preconditionFailure("no value for :\(name) in: \(text)")
            }
            return argument.value
        }
    }

    private static func parameters(of text: String) -> [String] {
        var names: [String] = []
        var current: [UInt8]?
        var isQuoted = false
        for byte in text.utf8 {
            if let name = current {
                if isNameByte(byte) {
                    current = name + [byte]
                    continue
                }
                note(name, in: &names)
                current = nil
            }
            if byte == UInt8(ascii: "'") { isQuoted.toggle() }
            if byte == UInt8(ascii: ":"), !isQuoted { current = [] }
        }
        if let name = current { note(name, in: &names) }
        return names
    }

    private static func note(_ bytes: [UInt8], in names: inout [String]) {
        let name = String(decoding: bytes, as: UTF8.self)
        if !name.isEmpty, !names.contains(name) { names.append(name) }
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
