@testable import Content
import Testing

@Suite("The nearest known name")
struct SuggestionTests {
    @Test(
        "is found through a slip of the keyboard",
        arguments: [
            ("skipable", "skippable"), ("promt", "prompt"), ("Handler", "handler"), ("rolse", "roles"),
        ])
    func near(written: String, meant: String) {
        #expect(Suggestion.nearest(to: written, among: ["handler", "prompt", "roles", "skippable"]) == meant)
    }

    @Test(
        "is nothing for another word",
        arguments: ["", "x", "when", "classes.where", String(repeating: "a", count: 500)])
    func far(written: String) {
        #expect(Suggestion.nearest(to: written, among: ["handler", "classes.fees"]) == nil)
    }

    @Test("counts a swap of neighbours as one slip")
    func distance() {
        func distance(_ left: String, _ right: String) -> Int {
            Suggestion.distance(Array(left.unicodeScalars), Array(right.unicodeScalars))
        }
        #expect(distance("", "") == 0)
        #expect(distance("", "abc") == 3)
        #expect(distance("abc", "") == 3)
        #expect(distance("ab", "ba") == 1)
        #expect(distance("lớp", "lop") == 1)
        #expect(distance("kitten", "sitting") == 3)
    }
}

@Suite("Texts without accents")
struct FoldingTests {
    @Test(
        "are words of bare letters",
        arguments: [
            ("Đường Nguyễn Huệ, số 5!", "duong nguyen hue so 5"), ("  ", ""), ("KNS-12", "kns 12"), ("👍", ""),
            ("HỌC   phí?", "hoc phi"), ("ho\u{323}c phi\u{301}", "hoc phi"), ("Ä ö", "ä ö"),
        ])
    func key(text: String, folded: String) { #expect(Folding.key(text) == folded) }

    @Test("keep their accents where those are asked for")
    func accented() {
        #expect(Folding.accentedKey("Tự tử!") == "tự tử")
        #expect(Folding.accentedKey("Từ, từ") != Folding.accentedKey("tự tử"))
    }
}

@Suite("The digest of content")
struct ContentDigestTests {
    @Test(
        "is SHA-256",
        arguments: [
            ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
            ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
            (
                "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
                "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
            ),
            (String(repeating: "a", count: 1_000), "41edece42d63e8d9bf515a9ba6932e1c20cbc9f5a5d134645adb5db1b9737ea3"),
        ])
    func vectors(text: String, hex: String) { #expect(ContentDigest.hex(of: Array(text.utf8)) == hex) }

    @Test("tells apart the same bytes in other files")
    func places() {
        func hex(_ files: [(String, String)]) -> String {
            ContentDigest.hex(of: files.map { ContentFiles.File(path: $0.0, bytes: Array($0.1.utf8)) })
        }
        #expect(hex([("a", "bc")]) != hex([("ab", "c")]))
        #expect(hex([("a", "b"), ("c", "d")]) != hex([("a", "bc"), ("", "d")]))
    }
}
