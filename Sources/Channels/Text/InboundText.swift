import Core

/// Makes texts from outside safe to store and to show.
package enum InboundText {
    /// The text without NUL, control and C1 characters (line feeds and tabs stay; a carriage return becomes a line
    /// feed), cut at ``Limits/storedTextScalars``; nil when nothing is left.
    package static func cleaned(_ text: String) -> String? {
        if text.utf8.count <= Limits.storedTextScalars, !text.utf8.contains(where: mayNeedCleaning) {
            return text.isEmpty ? nil : text
        }
        var scalars = String.UnicodeScalarView()
        var count = 0
        var previous: Unicode.Scalar = " "
        for scalar in text.unicodeScalars {
            if count == Limits.storedTextScalars { break }
            switch scalar.value {
            case 0x0D: scalars.append("\n")
            case 0x0A where previous == "\r":
                previous = scalar
                continue
            case 0x09, 0x0A, 0x20...0x7E, 0xA0...: scalars.append(scalar)
            default:
                previous = scalar
                continue
            }
            previous = scalar
            count += 1
        }
        return scalars.isEmpty ? nil : String(scalars)
    }

    /// True for ASCII controls, and for the byte that leads C1 controls (and some letters).
    private static func mayNeedCleaning(_ byte: UInt8) -> Bool {
        (byte < 0x20 && byte != 0x09 && byte != 0x0A) || byte == 0x7F || byte == 0xC2
    }
}
