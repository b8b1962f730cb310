/// Percent-encoding as forms and queries use it.
package enum PercentEncoding {
    /// Letters, digits and `-._~` stand for themselves; every other byte is `%XX`.
    package static func encode(_ text: String) -> String {
        var scalars = String.UnicodeScalarView()
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
                UInt8(ascii: "~"):
                scalars.append(Unicode.Scalar(byte))
            default:
                scalars.append("%")
                scalars.append(digit(byte >> 4))
                scalars.append(digit(byte & 15))
            }
        }
        return String(scalars)
    }

    /// `name=value&name=value` in the order given.
    package static func form(_ fields: [(String, String)]) -> String {
        fields.map { encode($0.0) + "=" + encode($0.1) }.joined(separator: "&")
    }

    private static func digit(_ value: UInt8) -> Unicode.Scalar {
        Unicode.Scalar(value < 10 ? UInt8(ascii: "0") + value : UInt8(ascii: "A") + value - 10)
    }
}
