import Channels
import Core
import Testing

@Suite("Texts for channels")
struct TextTests {
    private static let units: [Capability.Unit] = [.characters, .utf16, .bytes]

    @Test("A text within the limit stays as it is, white space is nothing")
    func short() {
        #expect(TextSplitter.split(" a b \n", limit: 6, unit: .utf16) == [" a b \n"])
        #expect(TextSplitter.split("", limit: 10, unit: .utf16) == [])
        #expect(TextSplitter.split(" \n\t", limit: 10, unit: .utf16) == [])
        #expect(TextSplitter.split(String(repeating: " ", count: 50), limit: 10, unit: .utf16) == [])
    }

    @Test("Cuts come after a sentence, else at a space, else between graphemes")
    func preferences() {
        #expect(
            TextSplitter.split("Một hai ba. Bốn năm sáu bảy", limit: 16, unit: .utf16)
                == ["Một hai ba.", "Bốn năm sáu bảy"])
        #expect(
            TextSplitter.split("Anh nói \"Được.\" Rồi anh đi.", limit: 20, unit: .utf16)
                == ["Anh nói \"Được.\"", "Rồi anh đi."])
        #expect(TextSplitter.split("một hai ba bốn", limit: 9, unit: .utf16) == ["một hai", "ba bốn"])
        #expect(TextSplitter.split("dòng một\ndòng hai", limit: 12, unit: .utf16) == ["dòng một", "dòng hai"])
        #expect(TextSplitter.split("một 3.5 hai", limit: 9, unit: .utf16) == ["một 3.5", "hai"])
        #expect(TextSplitter.split("abcdefghij", limit: 4, unit: .utf16) == ["abcd", "efgh", "ij"])
        #expect(TextSplitter.split("👨‍👩‍👧👨‍👩‍👧", limit: 9, unit: .utf16) == ["👨‍👩‍👧", "👨‍👩‍👧"])
        #expect(TextSplitter.split("ếếếế", limit: 6, unit: .bytes) == ["ếế", "ếế"])
    }

    @Test("A grapheme over the limit is broken between scalars")
    func giant() {
        let giant = "a" + String(repeating: "\u{301}", count: 25)
        let parts = TextSplitter.split(giant, limit: 10, unit: .utf16)
        #expect(parts.map(\.utf16.count) == [10, 10, 6])
        #expect(parts.joined().unicodeScalars.elementsEqual(giant.unicodeScalars))
    }

    @Test("No part is over the limit, none is empty, nothing but white space at cuts is lost", arguments: units)
    func properties(_ unit: Capability.Unit) {
        var random = SeededRandom(seed: 7)
        let pieces = [
            "lớp", "a", " ", " ", "\n", ". ", "! ", "👩‍🏫", "🇻🇳", "e\u{302}\u{301}", "…", "\r\n", "kỹ năng", "\u{A0}", "”",
            "supercalifragilistic", "\t",
        ]
        for _ in 0..<400 {
            let count = Int(random.next() % 120)
            let text = (0..<count).map { _ in pieces[Int(random.next() % UInt64(pieces.count))] }.joined()
            let limit = 25 + Int(random.next() % 60)
            let parts = TextSplitter.split(text, limit: limit, unit: unit)
            for part in parts {
                #expect(TextSplitter.length(part, in: unit) <= limit)
                #expect(part.contains { !$0.isWhitespace })
            }
            func solid(_ text: String) -> [Character] { text.filter { !$0.isWhitespace }.map { $0 } }
            #expect(parts.flatMap(solid) == solid(text))
            let isCut = TextSplitter.length(text, in: unit) > limit
            var rest = text[...]
            for part in parts {
                while isCut, let first = rest.first, first.isWhitespace { rest.removeFirst() }
                #expect(rest.hasPrefix(part))
                rest = rest.dropFirst(part.count)
            }
            #expect(!rest.contains { !$0.isWhitespace })
        }
    }

    @Test("Hostile texts of a hundred thousand characters are split whole")
    func hostile() {
        let texts = [
            String(repeating: "ế", count: 100_000), String(repeating: ". ", count: 50_000),
            String(repeating: "a" + String(repeating: "b", count: 1_898) + " ", count: 53),
            "e" + String(repeating: "\u{301}", count: 100_000), String(repeating: "😀", count: 100_000),
        ]
        for text in texts {
            let parts = TextSplitter.split(text, limit: 1_900, unit: .utf16)
            #expect(parts.allSatisfy { (1...1_900).contains($0.utf16.count) })
            #expect(
                parts.map { $0.unicodeScalars.count { !$0.properties.isWhitespace } }.reduce(0, +)
                    == text.unicodeScalars.count { !$0.properties.isWhitespace })
        }
    }

    @Test("A title within its limit stays, a longer one ends in an ellipsis")
    func titles() {
        #expect(ButtonTitle.cut("Có", limit: 2, unit: .utf16) == "Có")
        #expect(ButtonTitle.cut("Không ạ", limit: 5, unit: .utf16) == "Khôn…")
        #expect(ButtonTitle.cut("ếếếế", limit: 9, unit: .bytes) == "ếế…")
    }

    @Test("Texts without anything to clean are not touched")
    func cleaned() {
        #expect(InboundText.cleaned("Được ạ\n\tÂm") == "Được ạ\n\tÂm")
        #expect(InboundText.cleaned("a\rb\r\nc\n\rd") == "a\nb\nc\n\nd")
        #expect(InboundText.cleaned("\u{A0}\u{80}\u{9F}¿") == "\u{A0}¿")
        #expect(InboundText.cleaned("") == nil)
        #expect(InboundText.cleaned(String(repeating: "\r\n", count: 30_000))?.unicodeScalars.count == 20_000)
    }

    @Test(
        "Our payloads are recognised, also with space around",
        arguments: [
            "#yes", "#no", "#skip", "#back", "#leave", "#intent:classes.find", "#intent:classes.detail?class=KNS-12",
            "#intent:classes.find?commune=x%C3%A3&topic=drowning", "#slot:grade=6", "#slot:child=Nguyễn Văn A",
            "#slot:a=b=c",
        ])
    func payloads(_ text: String) {
        #expect(ButtonPayload.match(text) == text)
        #expect(ButtonPayload.match(" \n\(text) ") == text)
    }

    @Test(
        "What only looks like a payload is a text",
        arguments: [
            "", "#", "yes", "#Yes", "#yes sir", "#yes!", "#intent", "#intent:", "#intent:a b", "#intent:a?",
            "#intent:a?b",
            "#intent:a?b=c&", "#intent:a?b=c d", "#intent:a?b=c=d", "#slot:", "#slot:grade", "#slot:=6", "#slot:grade=",
            "#slot:a=b\nc", "#lopboi", "x #yes", "#intent:" + String(repeating: "a", count: 101),
            "#slot:a=" + String(repeating: "b", count: 2_000),
        ])
    func notPayloads(_ text: String) {
        #expect(ButtonPayload.match(text) == nil)
    }

    @Test("Base 64 is read in both alphabets, with and without padding")
    func base64() {
        #expect(Base64.decode("eGluIGNow6Bv") == Array("xin chào".utf8))
        #expect(Base64.decode("YQ==") == [0x61])
        #expect(Base64.decode("YQ") == [0x61])
        #expect(Base64.decode("YWI=") == Array("ab".utf8))
        #expect(Base64.decode("-_-_") == Base64.decode("+/+/"))
        #expect(Base64.decode("YW\nI=") == Array("ab".utf8))
        for bad in ["Y", "YQ=", "YQ===", "=", "Y=Q=", "YQ==YQ==", "ế"] { #expect(Base64.decode(bad) == nil) }
    }

    @Test("Parts of a key cannot run into each other")
    func keys() {
        #expect(DeduplicationKey.make(.zaloOA, "a|b", "c") != DeduplicationKey.make(.zaloOA, "a", "b|c"))
        #expect(DeduplicationKey.make(.zaloOA, "a%7Cb") != DeduplicationKey.make(.zaloOA, "a|b"))
    }
}
