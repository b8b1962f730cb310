import CCurl

/// Makes libcurl's list of request header lines.
enum HeaderList {
    /// - Returns: nil when a name is not a token, a value would break out of its line, or memory is short.
    ///   Nothing is sent in that case. The body's length is libcurl's own business: headers that speak of it
    ///   are left out.
    static func make(
        _ headers: [(name: String, value: String)], userAgent: String
    ) -> UnsafeMutablePointer<curl_slist>? {
        var list: UnsafeMutablePointer<curl_slist>?
        var namesAgent = false
        var namesType = false
        func append(_ line: String) -> Bool {
            guard let longer = curl_slist_append(list, line) else { return false }
            list = longer
            return true
        }
        func appendAll() -> Bool {
            for (name, value) in headers {
                guard isToken(name), isLine(value) else { return false }
                if framing.contains(where: { ASCII.matches(name.utf8, $0) }) { continue }
                if ASCII.matches(name.utf8, "user-agent") { namesAgent = true }
                if ASCII.matches(name.utf8, "content-type") { namesType = true }
                // libcurl sends an empty value only when the line ends in a semicolon.
                guard append(value.utf8.allSatisfy { $0 == 0x20 } ? "\(name);" : "\(name): \(value)") else {
                    return false
                }
            }
            // No waiting for `100 Continue`, and no content type that the caller did not name.
            guard append("Expect:") else { return false }
            if !namesType, !append("Content-Type:") { return false }
            return namesAgent || append("User-Agent: \(userAgent)")
        }
        if appendAll() { return list }
        curl_slist_free_all(list)
        return nil
    }

    private static let framing: [StaticString] = ["content-length", "transfer-encoding", "connection", "expect"]

    private static func isToken(_ name: String) -> Bool {
        !name.isEmpty
            && name.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."),
                    UInt8(ascii: "!"), UInt8(ascii: "#"), UInt8(ascii: "$"), UInt8(ascii: "%"), UInt8(ascii: "&"),
                    UInt8(ascii: "'"), UInt8(ascii: "*"), UInt8(ascii: "+"), UInt8(ascii: "^"), UInt8(ascii: "`"),
                    UInt8(ascii: "|"), UInt8(ascii: "~"):
                    true
                default: false
                }
            }
    }

    private static func isLine(_ value: String) -> Bool {
        value.utf8.allSatisfy { ($0 >= 0x20 && $0 != 0x7F) || $0 == 0x09 }
    }
}
