/// What a Latin letter is made of: its ASCII base, its shape mark and its tone.
///
/// Shapes: 0 none, 1 circumflex, 2 breve, 3 horn, 4 stroke (đ), 6 anything else.
/// Tones: 0 none, 1 grave, 2 acute, 3 hook, 4 tilde, 5 dot below.
struct Letter {
    var base: UInt8
    var shape: UInt8
    var tone: UInt8
}

/// The composition of U+00C0…U+024F and U+1E00…U+1EFF, which hold every precomposed Vietnamese letter.
///
/// Kept as text so that the tables cost nothing at start. Ð, ð and Ɖ count as đ: they look alike and people
/// type them in its place.
enum LetterTable {
    static func letter(_ value: UInt32) -> Letter? {
        switch value {
        case 0xC0...0x24F: lookUp(Int(value - 0xC0), latinBases, latinShapes, latinTones)
        case 0x1E00...0x1EFF: lookUp(Int(value - 0x1E00), additionalBases, additionalShapes, additionalTones)
        default: nil
        }
    }

    /// The mark that a combining scalar adds to the letter before it.
    static func mark(_ value: UInt32) -> (shape: UInt8, tone: UInt8)? {
        switch value {
        case 0x300, 0x340: (0, 1)
        case 0x301, 0x341: (0, 2)
        case 0x309: (0, 3)
        case 0x303: (0, 4)
        case 0x323: (0, 5)
        case 0x302: (1, 0)
        case 0x306: (2, 0)
        case 0x31B: (3, 0)
        case 0x305...0x36F: (0, 0)
        default: nil
        }
    }

    private static func lookUp(
        _ index: Int, _ bases: StaticString, _ shapes: StaticString, _ tones: StaticString
    ) -> Letter? {
        guard index < bases.utf8CodeUnitCount, index < shapes.utf8CodeUnitCount, index < tones.utf8CodeUnitCount
        else { return nil }
        let base = bases.utf8Start[index]
        guard base != UInt8(ascii: ".") else { return nil }
        return Letter(
            base: base, shape: shapes.utf8Start[index] &- UInt8(ascii: "0"),
            tone: tones.utf8Start[index] &- UInt8(ascii: "0"))
    }

    private static let latinBases: StaticString = """
        aaaaaa.ceeeeiiiidnooooo.ouuuuy.saaaaaa.ceeeeiiiidnooooo.ouuuuy.yaaaaaaccccccccddddeeeeeeeeeegggggggg\
        hh..iiiiiiiiii..jjkk.llllll..llnnnnnn...oooooo..rrrrrrsssssssstttt..uuuuuuuuuuuuwwyyyzzzzzz.........\
        .d......................oo.............uu............................aaiioouuuuuuuuuu.aaaa....ggkkoo\
        oo..j...gg..nnaa....aaaaeeeeiiiioooorrrruuuusstt..hh......aaeeooooooooyy............................
        """
    private static let latinShapes: StaticString = """
        0010660600160016400010606001600600106606001600164000106060016006662266001166666644662266666611226666\
        1100006622666000116600066660066006666000662266000066660011666666660000662266666611116006666000000000\
        0400000000000000000000003300000000000003300000000000000000000000000006666666666666666066660000666666\
        6600600000000066000066666666666666666666666666660066000000666666666666660000000000000000000000000000
        """
    private static let latinTones: StaticString = """
        1204000012001200041204000120020012040000120012000412040001200200000000220000000000000000000000000000\
        0000440000000000000002200000000220000000000000002200002200000000000044000000000000000220000000000000\
        0000000000000000000000000000000000000000000000000000000000000000000000000000000220011000000000000000\
        0000000022001122000000000000000000000000000000000000000000000000440000000000000000000000000000000000
        """
    private static let additionalBases: StaticString = """
        aabbbbbbccddddddddddeeeeeeeeeeffgghhhhhhhhhhiiiikkkkkkllllllllmmmmmmnnnnnnnnoooooooopppprrrrrrrrssss\
        ssssssttttttttuuuuuuuuuuvvvvwwwwwwwwwwxxxxyyzzzzzzhtwy......aaaaaaaaaaaaaaaaaaaaaaaaeeeeeeeeeeeeeeee\
        iiiioooooooooooooooooooooooouuuuuuuuuuuuuuyyyyyyyy......
        """
    private static let additionalShapes: StaticString = """
        6666006666660066666666666666226666660066666666660000660066666600660066006666006666660066660066666600\
        6666666600666666666600660000000066660066666611006666660000000000111111111122222222220000001111111111\
        00000000111111111133333333330000333333333300000000000000
        """
    private static let additionalTones: StaticString = """
        0000550022005500000011220000000000005500000000222255005555000022005500550000224411222200005555000055\
        2200550055000000000022004455112200005500000000550000000000005533221133445522113344555533442211334455\
        33555533221133445522113344555533221133445511553344000000
        """
}
