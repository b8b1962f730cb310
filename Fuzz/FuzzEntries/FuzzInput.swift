import Core

/// Takes the bytes of a run apart. The forms are such that seeds can be written by hand.
struct FuzzInput {
    private var rest: ArraySlice<UInt8>

    init(_ bytes: UnsafeRawBufferPointer) { rest = Array(bytes)[...] }

    /// What has not been taken yet.
    var remainder: [UInt8] { Array(rest) }

    /// What has not been taken yet; bytes that are no UTF-8 become U+FFFD.
    var text: String { String(decoding: rest, as: UTF8.self) }

    /// 0 when nothing is left.
    mutating func byte() -> UInt8 { rest.popFirst() ?? 0 }

    /// Up to the next line feed, without it.
    mutating func line() -> String {
        let end = rest.firstIndex(of: UInt8(ascii: "\n")) ?? rest.endIndex
        let line = String(decoding: rest[..<end], as: UTF8.self)
        rest = rest[end...].dropFirst()
        return line
    }

    /// The first line as a status (200 when it is no number), `name: value` lines up to an empty one, then the body.
    mutating func answer() -> HTTPAnswer {
        let status = Int(line()) ?? 200
        var headers: [String: String] = [:]
        while !rest.isEmpty {
            let line = line()
            if line.isEmpty { break }
            let sides = line.split(separator: ":", maxSplits: 1)
            guard let name = sides.first, let value = sides.dropFirst().first else { continue }
            headers[name.lowercased()] = String(value.drop { $0 == " " })
        }
        return HTTPAnswer(status: status, headers: headers, body: Array(rest))
    }
}

extension String {
    /// Equal scalar by scalar, without the normalisation of `==`.
    func isSame(as other: String) -> Bool { utf8.elementsEqual(other.utf8) }
}
