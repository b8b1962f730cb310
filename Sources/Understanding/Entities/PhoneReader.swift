import Core

/// Vietnamese telephone numbers and our own receipt codes, read off the scalars.
struct PhoneReader {
    let text: PreparedText

    struct Found {
        var value: Entity.Value
        /// In scalars of the whole text.
        var range: Range<Int>
    }

    // MARK: Phones

    /// Mobile numbers (03, 05, 07, 08, 09) and fixed lines (02…), with or without +84, in groups parted by spaces,
    /// dots or dashes. The letters O and l count as the digits they are mistaken for.
    func phones() -> [Found] {
        var found: [Found] = []
        var index = 0
        let scalars = text.scalars
        while index < scalars.count {
            guard startsNumber(at: index) else {
                index += 1
                continue
            }
            if let (number, end) = phone(at: index) {
                found.append(Found(value: .phone(number), range: text.offset + index..<text.offset + end))
                index = end
            } else {
                // Past this sign, a bracket perhaps, and the run of digits after it: its tail is no number of its own.
                index += 1
                while index < scalars.count, Self.digit(scalars[index]) != nil || scalars[index] == "+" { index += 1 }
            }
        }
        return found
    }

    private func startsNumber(at index: Int) -> Bool {
        let scalar = text.scalars[index]
        guard scalar == "+" || scalar == "(" || Self.digit(scalar) != nil else { return false }
        guard index > 0 else { return true }
        let before = text.scalars[index - 1]
        return Self.digit(before) == nil && before != "+" && !Self.joins(before) && !before.properties.isAlphabetic
    }

    /// Marks that make a number part of something longer: a date, a decimal, an address of the web.
    private static func joins(_ scalar: Unicode.Scalar) -> Bool {
        scalar == "/" || scalar == "." || scalar == "," || scalar == ":" || scalar == "-" || scalar == "_"
            || scalar == "="
    }

    private static func digit(_ scalar: Unicode.Scalar) -> UInt8? {
        switch scalar {
        case "0"..."9": UInt8(truncatingIfNeeded: scalar.value - 48)
        case "O", "o": 0
        case "l", "I": 1
        default: nil
        }
    }

    private func phone(at start: Int) -> (String, Int)? {
        var digits: [UInt8] = []
        var real = 0
        var best: (String, Int)?
        var index = start
        var separators = 0
        while index < text.scalars.count, digits.count < 15 {
            let scalar = text.scalars[index]
            if let digit = Self.digit(scalar) {
                digits.append(digit)
                if (48...57).contains(scalar.value) { real += 1 }
                separators = 0
                index += 1
                let isEnd =
                    index == text.scalars.count
                    || (Self.digit(text.scalars[index]) == nil && !text.scalars[index].properties.isAlphabetic)
                if isEnd, real >= digits.count - 3, !continuesNumber(at: index),
                    let number = Self.national(digits, hasPlus: text.scalars[start] == "+")
                {
                    best = (number, index)
                }
                if isEnd, best != nil { break }
            } else if (scalar == "+" && index == start) || scalar == "(" || scalar == ")" || scalar == " "
                || scalar == "." || scalar == "-"
            {
                separators += 1
                if separators > 2 { break }
                index += 1
            } else {
                break
            }
        }
        return best
    }

    /// "/" or ":" and a digit behind the number: it is something else.
    private func continuesNumber(at index: Int) -> Bool {
        guard index + 1 < text.scalars.count else { return false }
        let mark = text.scalars[index]
        return (mark == "/" || mark == ":" || mark == ",") && Self.digit(text.scalars[index + 1]) != nil
    }

    /// E.164, when the digits are a whole Vietnamese number.
    private static func national(_ digits: [UInt8], hasPlus: Bool) -> String? {
        var rest = digits[...]
        if rest.starts(with: [0, 0, 8, 4]), !hasPlus {
            rest = rest.dropFirst(4)
        } else if rest.starts(with: [8, 4]), hasPlus || digits.count >= 11 {
            rest = rest.dropFirst(2)
            // "+84 (0)912…"
            if rest.first == 0 { rest = rest.dropFirst() }
        } else if !hasPlus, rest.first == 0 {
            rest = rest.dropFirst()
        } else {
            return nil
        }
        guard let first = rest.first else { return nil }
        switch first {
        case 3, 5, 7, 8, 9: guard rest.count == 9 else { return nil }
        case 2: guard rest.count == 10 else { return nil }
        default: return nil
        }
        return "+84" + rest.map { String($0) }.joined()
    }

    // MARK: Receipts

    /// `TH-7K4M-92QX`, in either case, with dashes, spaces or nothing between.
    ///
    /// What looks like one, with both dashes or with letters and digits in both groups, is a code also when the check
    /// character does not fit, so that somebody can be told of the slip; otherwise it is taken for other words and numbers.
    func receipts(_ atoms: PreparedText) -> [Found] {
        var found: [Found] = []
        let tokens = atoms.tokens
        for index in tokens.indices {
            let word = atoms.folded(tokens[index])
            if word.count == 2 + CheckedNumber.length, word.starts(with: "th".utf8), tokens[index].hasDigit,
                let code = Self.code(word.dropFirst(2), isAlike: false)
            {
                found.append(Found(value: .receipt(code), range: tokens[index].start..<tokens[index].end))
            }
            guard word.elementsEqual("th".utf8), index + 2 < tokens.count else { continue }
            let (second, third) = (tokens[index + 1], tokens[index + 2])
            let hasDashes = second.gap == .mark(UInt8(ascii: "-")) && third.gap == .mark(UInt8(ascii: "-"))
            let isMixed = [second, third].allSatisfy { $0.hasDigit && !$0.isNumber }
            let isAlike = isMixed || hasDashes && (second.hasDigit || third.hasDigit)
            guard second.letters.count == 4, third.letters.count == 4, second.gap != .sentence, third.gap != .sentence,
                !second.key.isMarked, !third.key.isMarked,
                let code = Self.code(
                    atoms.letters[second.letters.lowerBound..<third.letters.upperBound], isAlike: isAlike)
            else { continue }
            found.append(Found(value: .receipt(code), range: tokens[index].start..<third.end))
        }
        return found
    }

    private static func code(_ letters: ArraySlice<UInt8>, isAlike: Bool) -> String? {
        guard letters.count == CheckedNumber.length else { return nil }
        let text = String(decoding: letters, as: UTF8.self)
        return isAlike
            ? CheckedNumber.form(text, prefix: CheckedNumber.receiptPrefix)
            : CheckedNumber.normalised(text, prefix: CheckedNumber.receiptPrefix)
    }
}
