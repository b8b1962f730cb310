import JSON
import Testing

@Suite("Writing JSON")
struct JSONWriterTests {
    @Test("Compact text keeps the order and has no spaces")
    func compact() {
        let value: JSONValue = ["b": 1, "a": [true, nil, 1.5, "ế"], "o": [:], "l": []]
        #expect(value.compactText == #"{"b":1,"a":[true,null,1.5,"ế"],"o":{},"l":[]}"#)
    }

    @Test("Pretty text has one member a line")
    func pretty() {
        let value: JSONValue = ["b": 1, "a": [true, [:]], "l": []]
        #expect(value.prettyText == "{\n  \"b\": 1,\n  \"a\": [\n    true,\n    {}\n  ],\n  \"l\": []\n}")
    }

    @Test("What must be escaped is, and nothing else")
    func escapes() {
        let value = JSONValue("\"\\/\u{8}\u{C}\n\r\t\u{0}\u{1F}\u{7F}\u{2028}\u{2029}\u{2027}ế😀")
        #expect(
            value.compactText
                == #""\"\\/\b\f\n\r\t\u0000\u001f"# + "\u{7F}" + #"\u2028\u2029"# + "\u{2027}ế😀\"")
    }

    @Test("Numbers made by us are JSON numbers")
    func numbers() throws {
        #expect(JSONValue(1_787_209_817_225).compactText == "1787209817225")
        #expect(JSONValue(0.93).compactText == "0.93")
        #expect(JSONValue(2.0).compactText == "2")
        #expect(JSONValue(Double.nan) == .null)
        #expect(JSONValue(-Double.infinity) == .null)
        for value in [1e300, -1e-300, Double.leastNonzeroMagnitude, 1e15, 123_456_789.125, -0.0] {
            #expect(try JSONValue(parsing: JSONValue(value).compactText).doubleValue == value)
        }
    }

    @Test("A member keeps its place when its value changes")
    func members() {
        var object = JSONObject()
        object["a"] = 1
        object["b"] = 2
        object["a"] = 3
        object["c"] = nil
        #expect(JSONValue.object(object).compactText == #"{"a":3,"b":2}"#)
        object["a"] = nil
        #expect(object.keys == ["b"])
    }
}
