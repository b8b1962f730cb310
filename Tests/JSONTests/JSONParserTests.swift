import JSON
import Testing

@Suite("Reading JSON")
struct JSONParserTests {
    private func failure(_ text: String, depth: Int = 64) -> JSONError? {
        failure(Array(text.utf8), depth: depth)
    }

    private func failure(_ bytes: [UInt8], depth: Int = 64) -> JSONError? {
        do {
            _ = try JSONValue(parsing: bytes, depth: depth)
            return nil
        } catch {
            return error
        }
    }

    @Test("Every kind of value is read, members in their order")
    func kinds() throws {
        let value = try JSONValue(
            parsing: #" { "b" : [ null , true,false, -0.5e+3 ,"ế\n" ] , "a":{}, "c":[] } "#)
        #expect(value.objectValue?.keys == ["b", "a", "c"])
        #expect(value == ["b": [nil, true, false, .number(try number("-0.5e+3")), "ế\n"], "a": [:], "c": []])
    }

    private func number(_ text: String) throws -> JSONNumber {
        try #require(try JSONValue(parsing: text).numberValue)
    }

    @Test("A number keeps its characters, whatever its size")
    func numbers() throws {
        let digits = "7700000000000000123" + String(repeating: "9", count: 100_000)
        #expect(try number(digits).text == digits)
        #expect(try number(digits).int64 == nil)
        #expect(try number(digits).double == nil)
        #expect(try number("1e999").double == nil)
        #expect(try number("9223372036854775807").int64 == .max)
        #expect(try number("-9223372036854775808").int64 == .min)
        #expect(try number("9223372036854775808").int64 == nil)
        #expect(try number("1.0").int64 == nil)
        #expect(try number("-12.25").double == -12.25)
        #expect(try number("1E+2").double == 100)
    }

    @Test(
        "Numbers outside the grammar are refused",
        arguments: ["01", "-", "+1", ".5", "1.", "1e", "1e+", "--1", "0x10", "1_000", "1.2.3", "NaN", "Infinity", "-a"])
    func badNumbers(_ text: String) {
        #expect(failure(text) != nil)
        #expect(failure("[\(text)]") != nil)
    }

    @Test(
        "Broken texts name the reason and the byte",
        arguments: [
            ("", JSONError.Reason.empty, 0), ("  \n ", .empty, 4), ("{", .unexpectedEnd, 1), ("[1,", .unexpectedEnd, 3),
            ("[1 2]", .unexpectedByte, 3), ("[1,]", .unexpectedByte, 3), ("{\"a\":1,}", .unexpectedByte, 7),
            ("{a:1}", .unexpectedByte, 1), ("{\"a\" 1}", .unexpectedByte, 5), ("'a'", .unexpectedByte, 0),
            ("tru", .unexpectedEnd, 3), ("nulL", .unexpectedByte, 3), ("1 1", .trailingBytes, 2),
            ("{}x", .trailingBytes, 2), ("{}{}", .trailingBytes, 2), ("\"a\nb\"", .controlCharacter, 2),
            ("\"a\u{0}\"", .controlCharacter, 2), ("\"\\x\"", .badEscape, 1), ("\"\\u12g4\"", .badEscape, 1),
            ("\"\\u12", .unexpectedEnd, 5), ("\"abc", .unexpectedEnd, 4), ("\u{FEFF}{}", .byteOrderMark, 0),
            ("[1] // no", .trailingBytes, 4), ("{\"a\":01}", .badNumber, 5),
        ])
    func broken(_ text: String, _ reason: JSONError.Reason, _ offset: Int) {
        let error = failure(text)
        #expect(error?.reason == reason)
        #expect(error?.offset == offset)
    }

    @Test("An error names its line and its field")
    func location() {
        let error = failure("{\n \"message\": {\"attachments\": [1,\n {\"url\": tru}]}}")
        #expect(error?.line == 3)
        #expect(error?.path == "message.attachments[1].url")
        #expect(error?.message.contains("message.attachments[1].url") == true)
        #expect(failure("[[0],[0,x]]")?.path == "[1][1]")
    }

    @Test("Keys given twice are refused, also through escapes and in large objects; other spellings are other keys")
    func duplicateKeys() throws {
        #expect(failure(#"{"a":1,"a":2}"#)?.reason == .duplicateKey)
        #expect(failure(#"{"a":1,"\u0061":2}"#)?.reason == .duplicateKey)
        #expect(failure(#"{"x":{"app_id":1,"b":2,"app_id":3}}"#)?.path == "x.app_id")
        let members = (0..<5_000).map { "\"k\($0)\":0" }
        #expect(failure("{" + members.joined(separator: ",") + "}") == nil)
        #expect(failure("{" + (members + ["\"k17\":1"]).joined(separator: ",") + "}")?.reason == .duplicateKey)
        let spellings = try JSONValue(parsing: "{\"\u{E9}\":1,\"e\u{301}\":2}")
        #expect(spellings["\u{E9}"] == 1)
        #expect(spellings["e\u{301}"] == 2)
    }

    @Test("Broken UTF-8 is refused where it starts")
    func brokenUTF8() {
        let cases: [[UInt8]] = [
            [0xFF], [0xC3], [0xC0, 0x80], [0xED, 0xA0, 0x80], [0xF4, 0x90, 0x80, 0x80], [0x80], [0xE1, 0xBA],
        ]
        for bad in cases {
            let text = [UInt8(ascii: "\""), UInt8(ascii: "a")] + bad + [UInt8(ascii: "\"")]
            #expect(failure(text)?.reason == .badUTF8)
            #expect(failure(text)?.offset == 2)
            let escaped = Array("\"\\n".utf8) + bad + Array("\\u00e9\"".utf8)
            #expect(failure(escaped)?.reason == .badUTF8)
        }
        #expect(failure([0xFF])?.reason == .unexpectedByte)
        // An incomplete sequence is not completed by what an escape adds.
        #expect(failure(Array("\"".utf8) + [0xC3] + Array("\\u00a9\"".utf8))?.reason == .badUTF8)
    }

    @Test("Escapes make scalars; half a surrogate pair becomes U+FFFD")
    func escapes() throws {
        func string(_ text: String) throws -> String? { try JSONValue(parsing: text).stringValue }
        #expect(try string(#""\"\\\/\b\f\n\r\t""#) == "\"\\/\u{8}\u{C}\n\r\t")
        #expect(try string(#""\u1ebf\u0000\uD83D\uDE00""#) == "ế\u{0}😀")
        #expect(try string(#""\ud83dx""#) == "\u{FFFD}x")
        #expect(try string(#""\ud83d""#) == "\u{FFFD}")
        #expect(try string(#""\ude00\ud83d\ude00""#) == "\u{FFFD}😀")
        #expect(try string(#""\ud83d\n""#) == "\u{FFFD}\n")
        #expect(try string(#""\ud83d\ud83d\ude00""#) == "\u{FFFD}😀")
        #expect(failure(#""\ud83d\uzzzz""#)?.reason == .badEscape)
    }

    @Test("Nesting is read to its limit and not further, and never ends the process")
    func depth() {
        func nested(_ count: Int) -> String {
            String(repeating: "[", count: count) + String(repeating: "]", count: count)
        }
        #expect(failure(nested(64)) == nil)
        #expect(failure(nested(65))?.reason == .tooDeep)
        #expect(failure(nested(3), depth: 2)?.reason == .tooDeep)
        #expect(failure("1", depth: 0) == nil)
        #expect(failure(nested(256), depth: .max) == nil)
        #expect(failure(nested(257), depth: .max)?.reason == .tooDeep)
        #expect(failure(String(repeating: "[", count: 500_000), depth: .max)?.reason == .tooDeep)
        #expect(failure(String(repeating: "{\"a\":", count: 500_000))?.reason == .tooDeep)
    }

    @Test("Long texts are read whole")
    func longTexts() throws {
        let plain = String(repeating: "Con em học lớp 6A. ", count: 100_000)
        #expect(try JSONValue(parsing: JSONValue(plain).compactText).stringValue == plain)
        let escaped = "\"" + String(repeating: "\\u1ebf\\n", count: 100_000) + "\""
        #expect(try JSONValue(parsing: escaped).stringValue == String(repeating: "ế\n", count: 100_000))
        let wide = "[" + String(repeating: "0,", count: 100_000) + "0]"
        #expect(try JSONValue(parsing: wide).arrayValue?.count == 100_001)
    }

    @Test("Nothing that arrives ends the process, and what is accepted is written and read back the same")
    func randomBytes() throws {
        var random = SplitMix(state: 20_261_123)
        let sample = Array(
            #"{"app_id":"12","n":[1,-2.5e3,{"k":"\u1ebf \ud83d\ude00"}],"t":true,"z":null,"text":"Cô ơi 😀"}"#.utf8)
        let alphabet =
            Array("{}[]\",:\\u0019eE+-.tfn \n/".utf8) + [0x00, 0x7F, 0xC3, 0xA9, 0xFF, 0xED, 0xA0, 0xF0, 0x9F]
        var accepted = 0
        for round in 0..<6_000 {
            var bytes: [UInt8]
            switch round % 3 {
            case 0:
                bytes = (0..<Int(random.next() % 40)).map { _ in alphabet[Int(random.next() % UInt64(alphabet.count))] }
            case 1:
                bytes = Array(sample.prefix(Int(random.next() % UInt64(sample.count + 1))))
            default:
                bytes = sample
                for _ in 0..<(1 + random.next() % 3) {
                    let index = Int(random.next() % UInt64(bytes.count))
                    bytes[index] =
                        random.next() % 2 == 0
                        ? UInt8(truncatingIfNeeded: random.next())
                        : alphabet[
                            Int(random.next() % UInt64(alphabet.count))]
                }
            }
            guard let value = try? JSONValue(parsing: bytes) else {
                let error = try #require(failure(bytes))
                let offset = try #require(error.offset)
                #expect((0...bytes.count).contains(offset))
                #expect(error.line == bytes[..<offset].count { $0 == UInt8(ascii: "\n") } + 1)
                continue
            }
            accepted += 1
            #expect(try JSONValue(parsing: value.compactBytes) == value)
            #expect(try JSONValue(parsing: value.prettyText) == value)
        }
        #expect(accepted > 100)
    }
}

/// Repeatable chance for this suite; `JSON` has no dependency to take one from.
struct SplitMix {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
