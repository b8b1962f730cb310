/// Collects the header lines of one answer as libcurl hands them over.
package struct AnswerHeaders: Sendable {
    /// Lower-case names; a repeated header keeps its last value. Values are trimmed and read as UTF-8 with repairs.
    package private(set) var fields: [String: String] = [:]
    /// Bytes of all lines so far, those of interim answers included.
    package private(set) var bytes = 0

    package init() {}

    /// Takes one line with or without its end. A status line starts over, so that headers of an interim answer
    /// (100, 103, a proxy's own) do not stay.
    package mutating func take(_ line: UnsafeRawBufferPointer) {
        bytes += line.count
        if line.starts(with: Self.statusLine) {
            fields.removeAll(keepingCapacity: true)
            return
        }
        // A line that begins with a space continues the one before (obsolete folding): its name would be nonsense.
        guard let colon = line.firstIndex(of: UInt8(ascii: ":")), colon > 0, let first = line.first, first > 0x20
        else { return }
        let name = String(decoding: line[..<colon].map { (0x41...0x5A).contains($0) ? $0 | 0x20 : $0 }, as: UTF8.self)
        fields[name] = String(decoding: Self.trimmed(line[(colon + 1)...]), as: UTF8.self)
    }

    private static let statusLine = Array("HTTP/".utf8)

    private static func trimmed(_ bytes: Slice<UnsafeRawBufferPointer>) -> Slice<UnsafeRawBufferPointer> {
        var bytes = bytes
        while let first = bytes.first, first <= 0x20 { bytes = bytes.dropFirst() }
        while let last = bytes.last, last <= 0x20 { bytes = bytes.dropLast() }
        return bytes
    }
}
