import Core
import Testing

@Suite("Checked numbers")
struct CheckedNumberTests {
    private static let alphabet = Array("0123456789ABCDEFGHJKMNPQRSTVWXYZ")

    private func made(_ count: Int, prefix: String = "TH") -> [String] {
        var random = SeededRandom(seed: 11)
        return (0..<count).map { _ in CheckedNumber.make(prefix: prefix, random: &random) }
    }

    private func isNumber(_ characters: [Character]) -> Bool {
        CheckedNumber.normalised(String(characters), prefix: "TH") != nil
    }

    @Test("are read as they were made", arguments: ["TH", "VV", "TB"])
    func roundTrip(prefix: String) {
        for number in made(300, prefix: prefix) { #expect(CheckedNumber.normalised(number, prefix: prefix) == number) }
    }

    @Test("do not repeat, and repeat with the seed")
    func chance() {
        #expect(Set(made(2_000)).count == 2_000)
        #expect(made(5) == made(5))
    }

    @Test("have only characters that nobody takes for others and no keyboard joins")
    func characters() {
        var seen: [Set<Character>] = Array(repeating: [], count: CheckedNumber.length)
        for number in made(2_000) {
            let parts = number.split(separator: "-")
            #expect(parts.count == 3 && parts[0] == "TH" && parts[1].count == 4 && parts[2].count == 4)
            for (place, character) in (parts[1] + parts[2]).enumerated() { seen[place].insert(character) }
        }
        let allowed = Set("23456789BCFGHJKMNPQRSTVXZ")
        // Each place takes each of them.
        #expect(seen.allSatisfy { $0 == allowed })
    }

    @Test("every single wrong character is found, wherever it is, in the prefix too")
    func substitutions() {
        for number in made(12) {
            let right = Array(number)
            for place in right.indices where right[place] != "-" {
                for other in Self.alphabet where other != right[place] {
                    var wrong = right
                    wrong[place] = other
                    #expect(!isNumber(wrong), "\(String(wrong))")
                }
            }
        }
    }

    @Test("any two characters that changed places are found, neighbours and others")
    func transpositions() {
        var tried = 0
        for number in made(200) {
            let right = Array(number)
            let places = Array(right.indices.dropFirst(3).filter { right[$0] != "-" })
            for (index, first) in places.enumerated() {
                for second in places.dropFirst(index + 1) where right[first] != right[second] {
                    var wrong = right
                    wrong.swapAt(first, second)
                    tried += 1
                    #expect(!isNumber(wrong), "\(String(wrong))")
                }
            }
        }
        #expect(tried > 5_000)
    }

    @Test("a number under one prefix is none under another, without its prefix either")
    func prefixes() {
        for number in made(200, prefix: "VV") {
            #expect(CheckedNumber.normalised(number, prefix: "TH") == nil)
            #expect(CheckedNumber.normalised(String(number.dropFirst(3)), prefix: "TH") == nil)
        }
    }

    @Test(
        "are read however they are typed",
        arguments: [
            "TH-7K4M-92QX", "th-7k4m-92qx", "7K4M92QX", "7k4m 92qx", "  TH 7K4M 92QX\n", "TH7K4M92QX", "T H 7 K 4 M 9 2 Q X",
            "TH–7K4M—92QX", "TH\u{2011}7K4M\u{2011}92QX", "TH.7K4M.92QX", "\u{200B}TH-7K4M-92QX\u{FEFF}", "ＴＨ－７Ｋ４Ｍ－９２ＱＸ",
            "-7K4M--92QX-",
        ])
    func forgiving(text: String) {
        #expect(CheckedNumber.normalised(text, prefix: "TH") == "TH-7K4M-92QX")
    }

    @Test("letters that are not used count as what they are mistaken for")
    func lookAlikes() {
        #expect(CheckedNumber.form("oilu-OILU", prefix: "TH") == "TH-011V-011V")
    }

    @Test(
        "anything else is none",
        arguments: [
            "", "TH", "TH-7K4M-92Q", "TH-7K4M-92QX2", "TH-7K4M-92QY", "TH-TH-7K4M-92QX", "VV-7K4M-92QX", "TH-7K4M-92Q*",
            "TH-7K4M-92QẾ", "TH-7K4M-92QX" + String(repeating: " ", count: 60), String(repeating: "7", count: 4_000), "\u{0}7K4M92QX",
            "７K4M92QX\u{301}",
        ])
    func refused(text: String) {
        #expect(CheckedNumber.normalised(text, prefix: "TH") == nil)
    }

    @Test("a slip keeps the form, so that it can be told apart from other words")
    func form() {
        #expect(CheckedNumber.form("th 7k4m 92qy", prefix: "TH") == "TH-7K4M-92QY")
        #expect(CheckedNumber.form("th 7k4m 92q", prefix: "TH") == nil)
    }
}
