import Core

/// Numbers of cases and broadcasts and codes of reports, as people type them.
enum NumberEntry {
    private static let prefixes = [CheckedNumber.receiptPrefix, CheckedNumber.casePrefix, CheckedNumber.broadcastPrefix]
    private static let characters = Array("0123456789ABCDEFGHJKMNPQRSTVWXYZ")

    static func run(_ bytes: UnsafeRawBufferPointer) {
        let text = FuzzInput(bytes).text
        var random = SeededRandom(seed: bytes.prefix(8).reduce(0) { $0 << 8 | UInt64($1) })
        for prefix in prefixes {
            check(CheckedNumber.make(prefix: prefix, random: &random), prefix)
            let form = CheckedNumber.form(text, prefix: prefix)
            guard let number = CheckedNumber.normalised(text, prefix: prefix) else { continue }
            promise(form?.isSame(as: number) == true, "a number is what it looks like")
            check(number, prefix)
        }
    }

    private static func check(_ number: String, _ prefix: String) {
        promise(number.hasPrefix(prefix + "-") && number.utf8.count == prefix.utf8.count + 10, "a number has its form")
        promise(CheckedNumber.normalised(number, prefix: prefix)?.isSame(as: number) == true, "a number is read as it was made")
        promise(CheckedNumber.normalised(number.lowercased(), prefix: prefix)?.isSame(as: number) == true, "case does not matter")
        for other in prefixes where other != prefix {
            promise(CheckedNumber.normalised(number, prefix: other) == nil, "a number is of one kind only")
            promise(CheckedNumber.normalised(String(number.dropFirst(3)), prefix: other) == nil, "also without its prefix")
        }
        let places = Array(number).indices.dropFirst(prefix.count + 1)
        for place in places where Array(number)[place] != "-" {
            var wrong = Array(number)
            let value = characters.firstIndex(of: wrong[place]) ?? 0
            wrong[place] = characters[(value + 1 + place) % characters.count]
            promise(CheckedNumber.normalised(String(wrong), prefix: prefix) == nil, "one wrong character is found")
            guard place + 1 < number.count, Array(number)[place + 1] != "-", Array(number)[place + 1] != Array(number)[place] else {
                continue
            }
            var swapped = Array(number)
            swapped.swapAt(place, place + 1)
            promise(CheckedNumber.normalised(String(swapped), prefix: prefix) == nil, "two that changed places are found")
        }
    }
}
