/// A request as it was read.
package struct LoopbackRequest: Sendable {
    package let method: String
    /// Path and query, as they were sent.
    package let target: String
    /// In the order they were sent; names in lower case.
    package let headers: [(name: String, value: String)]
    /// Request line and header lines without the empty line after them.
    package let head: String
    package var body: [UInt8] = []

    /// Nil when there is no request line, or the length of the body is not a number.
    init?(head bytes: ArraySlice<UInt8>) {
        head = String(decoding: bytes, as: UTF8.self)
        var lines = head.split(separator: "\r\n", omittingEmptySubsequences: false)[...]
        let words = lines.popFirst()?.split(separator: " ") ?? []
        guard words.count == 3 else { return nil }
        method = String(words[0])
        target = String(words[1])
        headers = lines.compactMap { line in
            let parts = line.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
            guard parts.count == 2 else { return nil }
            let value = parts[1].drop { $0 == " " || $0 == "\t" }
            return (parts[0].lowercased(), String(value))
        }
        let length = headers.last { $0.name == "content-length" }?.value
        guard let count = length.map({ Int($0) }) ?? 0, (0...(1 << 30)).contains(count) else { return nil }
        contentLength = count
    }

    let contentLength: Int

    /// The last value under a lower-case name.
    package func header(_ name: String) -> String? { headers.last { $0.name == name }?.value }

    /// The target without its query.
    package var path: String { target.split(separator: "?", maxSplits: 1).first.map(String.init) ?? target }
}
