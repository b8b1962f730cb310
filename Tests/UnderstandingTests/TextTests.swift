import Core
import Testing

@testable import Understanding

@Suite("Text")
struct TextTests {
    private func words(_ text: String) -> [String] {
        let prepared = PreparedText(text)
        return prepared.tokens.map { String(decoding: prepared.folded($0), as: UTF8.self) }
    }

    @Test("Words are folded and cut at everything that is no letter or digit")
    func folding() {
        #expect(words("Đăng ký, Ðồng ðội; HỌC-BƠI!") == ["dang", "ky", "dong", "doi", "hoc", "boi"])
        #expect(words("Quảng Phú 8h30") == ["quang", "phu", "8h30"])
        #expect(words("ＡＢＣ１２") == ["abc12"])
        #expect(words("a\u{300}\u{323}b zero\u{200B}width") == ["ab", "zerowidth"])
        #expect(words("привет ПРИВЕТ 漢字") == ["привет", "привет", "漢字"])
        #expect(words("") == [] && words("🙂!?") == [])
    }

    @Test("Composed and decomposed letters, and both places of a tone, are the same word")
    func marks() throws {
        func key(_ text: String) throws -> WordKey { try #require(PreparedText(text).tokens.first).key }
        #expect(try key("hòa") == key("hoà"))
        #expect(try key("ắ") == key("a\u{301}\u{306}"))
        #expect(try key("ế") == key("e\u{302}\u{301}"))
        #expect(try key("hòa") != key("hóa"))
        #expect(try key("hoa").agrees(with: key("hóa")) == .bare)
        #expect(try key("hoá").agrees(with: key("hoà")) == nil)
        #expect(try key("đuoi").agrees(with: key("đuối")) == .bare)
        #expect(try key("xả").agrees(with: key("xã")) == nil)
        #expect(try key("xả").agrees(with: key("xã"), relaxed: true) == .exact)
    }

    @Test("Possible syllables are known, others are not")
    func syllables() {
        for word in ["truong", "nghieng", "quynh", "gia", "uong", "khuyu"] {
            #expect(Syllables.shared.contains(FNV.hash(word.utf8)), "\(word)")
        }
        for word in ["a", "truongf", "dc", "sch", "hello", ""] {
            #expect(!Syllables.shared.contains(FNV.hash(word.utf8)), "\(word)")
        }
    }

    private let normaliser = Normaliser(
        vocabulary: Vocabulary(
            texts: ["đăng ký lớp học bơi cho con", "đăng ký học", "trường học", "người được học"].map {
                PreparedText($0)
            }),
        teencode: Teencode(["dk": "đăng ký", "ntn": "như thế nào"]))

    @Test(
        "Words are mended by the first rule that fits",
        arguments: [
            ("dk", "dang ky"), ("ntn", "nhu the nao"), ("hoc", "hoc"), ("2026", "2026"),
            ("chua", "chua"),  // a syllable that is not known stays
            ("truowngf", "truong"), ("dduwowcj", "duoc"), ("nguwowif", "nguoi"), ("ddanwg", "dang"),
            ("lophoc", "lop hoc"), ("hocboi", "hoc boi"),
            ("trwong", "truong"), ("truogn", "truong"), ("xyzzy", "xyzzy"),
        ])
    func normalising(_ typed: String, _ expected: String) {
        let joined = normaliser.words(of: PreparedText(typed)).strings.joined(separator: " ")
        #expect(joined == expected)
    }

    @Test("One slip is an insertion, a deletion, a substitution or a transposition")
    func slips() {
        func isSlip(_ a: String, _ b: String) -> Bool { Vocabulary.isOneSlip(Array(a.utf8)[...], Array(b.utf8)[...]) }
        #expect(
            isSlip("abc", "abd") && isSlip("abc", "acb") && isSlip("abc", "ab") && isSlip("abc", "abcd")
                && isSlip("abc", "xabc"))
        #expect(!isSlip("abc", "abc") && !isSlip("abc", "xyc") && !isSlip("abcd", "badc") && !isSlip("abc", "a"))
    }

    @Test("The language is told from the words")
    func languages() {
        func language(_ text: String) -> String { LanguageDetection.language(of: PreparedText(text)).rawValue }
        for text in ["lớp bơi ở đâu", "lop boi o dau", "dk hoc cho con", "", "ok", "cảm ơn teacher", "123"] {
            #expect(language(text) == "vi", "\(text)")
        }
        for text in ["is there a swimming class on Saturday", "hello", "I want to report bullying", "please help me"] {
            #expect(language(text) == "en", "\(text)")
        }
    }

    @Test("Patterns match as regular expressions do, and refuse what they cannot do")
    func patterns() throws {
        func found(_ pattern: String, _ text: String) throws -> [String] {
            let scalars = Array(text.unicodeScalars)
            return try #require(Pattern(pattern)).matches(in: scalars).map { range in
                var view = String.UnicodeScalarView()
                view.append(contentsOf: scalars[range])
                return String(view)
            }
        }
        #expect(try found(#"TH-[0-9A-Z]{4}-[0-9A-Z]{4}"#, "mã th-7k4m-92qx nhé") == ["th-7k4m-92qx"])
        #expect(try found(#"\b\d{2,3}\b"#, "1 22 333 4444") == ["22", "333"])
        #expect(try found("(a|ab)(c|bcd)?", "abcd ab") == ["abcd", "ab"])
        #expect(try found("a*", "baac") == ["aa"])
        #expect(try found("^x|y$", "xyxy") == ["x", "y"])
        #expect(try found("[^a-c ]+", "abc déf") == ["déf"])
        #expect(try found("(a*)*b", String(repeating: "a", count: 900)) == [])
        for bad in ["(", "[a", "a{3", #"\1"#, "(?=a)", "*a", "a{2,1}", String(repeating: "(", count: 100)] {
            #expect(Pattern(bad) == nil, "\(bad)")
        }
    }
}
