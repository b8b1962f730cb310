/// An IPv4 or IPv6 network such as `10.0.0.0/8` or `::1`.
package struct AddressRange: Sendable, Hashable {
    private let network: IPAddress
    private let length: Int

    /// An address, or an address and the number of leading bits that count. Nil for anything else.
    package init?(_ text: String) {
        let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        guard let first = parts.first, let address = IPAddress(String(first)) else { return nil }
        var length = address.bitCount
        if parts.count == 2 {
            guard let written = Int(parts[1]), parts[1].utf8.allSatisfy({ (0x30...0x39).contains($0) }),
                (0...address.bitCount).contains(written)
            else { return nil }
            length = written
        }
        network = address.prefix(length)
        self.length = length
    }

    package func contains(_ address: IPAddress) -> Bool {
        address.bitCount == network.bitCount && address.prefix(length) == network
    }
}

/// An IPv4 or IPv6 address; IPv4 inside IPv6 (`::ffff:192.0.2.1`) counts as IPv4.
package struct IPAddress: Sendable, Hashable {
    /// 4 or 16 bytes, the most significant first.
    private let bytes: [UInt8]

    private init(bytes: [UInt8]) { self.bytes = bytes }

    /// Nil for anything but an address in its usual spelling; a zone (`%eth0`) is ignored.
    package init?(_ text: String) {
        guard text.utf8.count <= 64 else { return nil }
        let withoutZone = text.utf8.prefix { $0 != UInt8(ascii: "%") }
        guard let plain = String(withoutZone) else { return nil }
        if let four = Self.fourBytes(Substring(plain)) {
            bytes = four
        } else if let sixteen = Self.sixteenBytes(plain) {
            let mapped = [UInt8](repeating: 0, count: 10) + [0xFF, 0xFF]
            bytes = sixteen.starts(with: mapped) ? Array(sixteen.suffix(4)) : sixteen
        } else {
            return nil
        }
    }

    package var bitCount: Int { bytes.count * 8 }

    package var isLoopback: Bool {
        bytes.count == 4 ? bytes.first == 127 : bytes.dropLast().allSatisfy { $0 == 0 } && bytes.last == 1
    }

    /// The address with all but the first `length` bits cleared.
    package func prefix(_ length: Int) -> IPAddress {
        var result = bytes
        for index in result.indices {
            let kept = min(max(length - index * 8, 0), 8)
            result[index] &= kept == 0 ? 0 : 0xFF << UInt8(8 - kept)
        }
        return IPAddress(bytes: result)
    }

    /// Who counts as one source: an IPv4 address, or the /64 that a household or a telephone has of IPv6.
    package var source: IPAddress { bitCount == 32 ? self : prefix(64) }

    private static func fourBytes(_ text: Substring) -> [UInt8]? {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 4 else { return nil }
        var result: [UInt8] = []
        for part in parts {
            guard (1...3).contains(part.utf8.count), part.utf8.allSatisfy({ (0x30...0x39).contains($0) }),
                let value = UInt8(part)
            else { return nil }
            result.append(value)
        }
        return result
    }

    private static func sixteenBytes(_ text: String) -> [UInt8]? {
        guard let gap = text.utf8.firstRange(of: "::".utf8) else {
            let all = groups(Substring(text))
            return all?.count == 16 ? all : nil
        }
        guard let head = groups(Substring(text.utf8[..<gap.lowerBound])),
            let tail = groups(Substring(text.utf8[gap.upperBound...])), head.count + tail.count <= 14
        else { return nil }
        return head + [UInt8](repeating: 0, count: 16 - head.count - tail.count) + tail
    }

    /// The bytes of `a:b:c`; the last group may be an IPv4 address.
    private static func groups(_ text: Substring) -> [UInt8]? {
        if text.isEmpty { return [] }
        var result: [UInt8] = []
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count <= 8 else { return nil }
        for (index, part) in parts.enumerated() {
            if index == parts.count - 1, let four = fourBytes(part) {
                result += four
                continue
            }
            guard (1...4).contains(part.utf8.count), part.utf8.first != UInt8(ascii: "+"),
                part.utf8.first != UInt8(ascii: "-"), let value = UInt16(part, radix: 16)
            else { return nil }
            result += [UInt8(value >> 8), UInt8(value & 0xFF)]
        }
        return result.count <= 16 ? result : nil
    }
}
