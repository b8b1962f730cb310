import JSON
import Testing

@Suite("Reading fields")
struct JSONFieldTests {
    private let value: JSONValue = [
        "message": [
            "text": "xin chào", "n": 3, "half": 0.5, "none": nil, "list": [["id": "7"], 9_007_199_254_740_993],
        ],
        "flag": true,
    ]

    private func error(_ body: () throws(JSONError) -> Void) -> JSONError? {
        do {
            try body()
            return nil
        } catch {
            return error
        }
    }

    @Test("Paths lead through members and elements")
    func paths() throws {
        #expect(try value.string(at: "message.text") == "xin chào")
        #expect(try value.string(at: "message.list[0].id") == "7")
        #expect(try value.stringOrNumber(at: "message.list[1]") == "9007199254740993")
        #expect(try value.int(at: "message.n") == 3)
        #expect(try value.double(at: "message.half") == 0.5)
        #expect(try value.bool(at: "flag"))
        #expect(try value.array(at: "message.list").count == 2)
        #expect(try value.object(at: "message").count == 5)
        #expect(value.value(at: "") == value)
    }

    @Test(
        "A path that leads nowhere gives nil",
        arguments: [
            "x", "message.x", "message.text.x", "message.list[2]", "message.list[-1]", "message.list[", "message[0]",
            "message.list[99999999999999999999]", "flag[0]", "[0]", ".", "message..text",
        ])
    func nowhere(_ path: String) {
        #expect(value.value(at: path) == nil)
    }

    @Test("An absent or null field is nil for optional readers and an error that names it for the others")
    func absent() throws {
        #expect(try value.optionalString(at: "message.nothing.at.all") == nil)
        #expect(try value.optionalInt(at: "message.none") == nil)
        let missing = error { () throws(JSONError) in _ = try value.string(at: "sender.id") }
        #expect(missing == JSONError(.missing, path: "sender.id"))
        #expect(missing?.message == "field \"sender.id\" is missing")
    }

    @Test("A field of another kind is an error for both")
    func wrongKind() {
        let wrong = error { () throws(JSONError) in _ = try value.optionalString(at: "message.n") }
        #expect(wrong == JSONError(.wrongKind, path: "message.n", expected: "a string"))
        #expect(error { () throws(JSONError) in _ = try value.int(at: "message.half") }?.reason == .wrongKind)
        #expect(error { () throws(JSONError) in _ = try value.array(at: "message") }?.reason == .wrongKind)
    }

    @Test("Whole numbers are read from digits with care")
    func digits() {
        #expect(JSONNumber.int64("0012") == 12)
        for text in ["", "-", "1-", "--1", "1.5", "١", "99999999999999999999", "+1", " 1"] {
            #expect(JSONNumber.int64(text) == nil)
        }
        #expect(JSONValue("1787209817225").lenientInt64 == 1_787_209_817_225)
    }
}
