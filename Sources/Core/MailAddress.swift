/// An e-mail address, and the name that is shown with it.
///
/// Narrower than RFC 5322 on purpose: what is left out is hardly used by people, and much used to smuggle commands,
/// routes and further recipients past a reader.
package struct MailAddress: Hashable, Sendable {
    /// Shown beside the address; nil where there is none.
    package let name: String?
    /// `local@domain`, ASCII. An address in another script has to be given in its ASCII form (`xn--…`).
    package let address: String
    package let domain: String

    /// Longer names are refused.
    package static let maximumName = 100

    /// Reads `local@domain` or `Name <local@domain>`; quotes around the name are taken off.
    ///
    /// Nil for anything else: control characters anywhere, a local part of other characters than letters, digits and
    /// `.#$&'*+-=?^_{}~` (servers read `!`, `%`, `|` and `/` as routes, programs and files), or a domain that is not made
    /// of two or more names.
    package init?(_ text: String) {
        guard text.utf8.count <= 1_000, !text.unicodeScalars.contains(where: Self.isControl) else { return nil }
        let trimmed = Self.trimmed(text.unicodeScalars[...])
        if trimmed.last == ">", let open = trimmed.lastIndex(of: "<") {
            var name = Self.trimmed(trimmed[..<open])
            if name.count >= 2, name.first == "\"", name.last == "\"" { name = Self.trimmed(name.dropFirst().dropLast()) }
            guard name.count <= Self.maximumName, !name.contains(where: { $0 == "\"" || $0 == "\\" || $0 == "<" || $0 == ">" }) else {
                return nil
            }
            let address = trimmed[trimmed.index(after: open)...].dropLast()
            self.init(name: name.isEmpty ? nil : String(name), address: String(address))
        } else {
            self.init(name: nil, address: String(trimmed))
        }
    }

    private init?(name: String?, address: String) {
        let bytes = address.utf8
        guard bytes.count <= 254, let at = bytes.firstIndex(of: UInt8(ascii: "@")) else { return nil }
        let local = bytes[..<at]
        let domain = bytes[bytes.index(after: at)...]
        guard Self.isLocalPart(local), Self.isDomain(domain) else { return nil }
        self.name = name
        self.address = address
        self.domain = String(Substring(domain))
    }

    private static func isLocalPart(_ part: Substring.UTF8View) -> Bool {
        guard (1...64).contains(part.count) else { return false }
        return part.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false).allSatisfy { atom in
            !atom.isEmpty && atom.allSatisfy { isAlphanumeric($0) || localMarks.contains($0) }
        }
    }

    private static let localMarks = Array("#$&'*+-=?^_{}~".utf8)

    /// Two or more names of letters, digits and inner hyphens, the last not of digits alone.
    private static func isDomain(_ domain: Substring.UTF8View) -> Bool {
        let names = domain.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        guard (4...253).contains(domain.count), names.count >= 2, let last = names.last else { return false }
        guard last.contains(where: { !(48...57).contains($0) }) else { return false }
        return names.allSatisfy { name in
            (1...63).contains(name.count) && name.first != UInt8(ascii: "-") && name.last != UInt8(ascii: "-")
                && name.allSatisfy { isAlphanumeric($0) || $0 == UInt8(ascii: "-") }
        }
    }

    private static func isAlphanumeric(_ byte: UInt8) -> Bool {
        (48...57).contains(byte) || (65...90).contains(byte) || (97...122).contains(byte)
    }

    /// Characters that end lines or change how a line is shown, beside the plain space.
    package static func isControl(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0..<0x20, 0x7F...0x9F, 0x2028, 0x2029, 0x200E, 0x200F, 0x202A...0x202E, 0x2066...0x2069: true
        default: false
        }
    }

    private static func trimmed(_ scalars: Substring.UnicodeScalarView) -> Substring.UnicodeScalarView {
        var scalars = scalars
        while scalars.first == " " { scalars.removeFirst() }
        while scalars.last == " " { scalars.removeLast() }
        return scalars
    }
}
