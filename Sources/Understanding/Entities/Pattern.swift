/// An author's regular expression, matched in time proportional to text times pattern: no pattern can make it stall.
///
/// Literals, `.`, `\d \w \s \b` and their negations, `[…]`, groups, `|`, `* + ? {m,n}`, `^`, `$`; letters match in
/// either case; of the matches at one place the longest wins. Anything else (back references, look-around) is refused.
struct Pattern: Sendable {
    fileprivate indirect enum Node: Sendable {
        case empty
        case one(Matcher)
        case assertion(Assertion)
        case sequence([Node])
        case choice([Node])
        case repetition(Node, least: Int, most: Int?)
    }

    fileprivate enum Matcher: Sendable {
        case any
        case scalar(Unicode.Scalar)
        case set([ClosedRange<UInt32>], classes: [CharacterClass], isNegated: Bool)
        case kind(CharacterClass)

        func matches(_ scalar: Unicode.Scalar) -> Bool {
            switch self {
            case .any: return scalar != "\n"
            case .scalar(let own): return own == scalar || Pattern.otherCase(own) == scalar
            case .kind(let kind): return kind.contains(scalar)
            case .set(let ranges, let classes, let isNegated):
                let other = Pattern.otherCase(scalar)
                let isIn =
                    ranges.contains { $0.contains(scalar.value) || $0.contains(other.value) }
                    || classes.contains { $0.contains(scalar) }
                return isIn != isNegated
            }
        }
    }

    fileprivate struct CharacterClass: Sendable {
        enum Kind: Sendable { case digit, word, space }

        var kind: Kind
        var isNegated = false

        func contains(_ scalar: Unicode.Scalar) -> Bool {
            let isIn: Bool
            switch kind {
            case .digit: isIn = ("0"..."9").contains(scalar)
            case .word: isIn = Pattern.isWord(scalar)
            case .space: isIn = scalar.properties.isWhitespace
            }
            return isIn != isNegated
        }
    }

    fileprivate enum Assertion: Sendable { case start, end, border, noBorder }

    private enum Step: Sendable {
        case one(Matcher)
        case assertion(Assertion)
        case fork(Int, Int)
        case jump(Int)
        case match
    }

    private var steps: [Step] = []
    private static let mostSteps = 2_000

    /// Nil when the expression is malformed, too large, or uses what is not supported.
    init?(_ source: String) {
        var parser = PatternParser(source)
        guard let node = parser.parse() else { return nil }
        guard compile(node), steps.count < Self.mostSteps else { return nil }
        steps.append(.match)
    }

    private mutating func compile(_ node: Node) -> Bool {
        guard steps.count < Self.mostSteps else { return false }
        switch node {
        case .empty: return true
        case .one(let matcher): steps.append(.one(matcher))
        case .assertion(let assertion): steps.append(.assertion(assertion))
        case .sequence(let nodes): return nodes.allSatisfy { compile($0) }
        case .choice(let nodes):
            var jumps: [Int] = []
            for (number, branch) in nodes.enumerated() {
                let isLast = number == nodes.count - 1
                let fork = steps.count
                if !isLast { steps.append(.fork(fork + 1, 0)) }
                guard compile(branch) else { return false }
                if !isLast {
                    jumps.append(steps.count)
                    steps.append(.jump(0))
                    steps[fork] = .fork(fork + 1, steps.count)
                }
            }
            for jump in jumps { steps[jump] = .jump(steps.count) }
        case .repetition(let inner, let least, let most):
            for _ in 0..<least { guard compile(inner) else { return false } }
            if let most {
                var forks: [Int] = []
                for _ in least..<max(least, most) {
                    forks.append(steps.count)
                    steps.append(.fork(steps.count + 1, 0))
                    guard compile(inner) else { return false }
                }
                for fork in forks { steps[fork] = .fork(fork + 1, steps.count) }
            } else {
                let fork = steps.count
                steps.append(.fork(fork + 1, 0))
                guard compile(inner) else { return false }
                steps.append(.jump(fork))
                steps[fork] = .fork(fork + 1, steps.count)
            }
        }
        return true
    }

    /// The non-empty matches from left to right; none overlaps another.
    func matches(in scalars: [Unicode.Scalar]) -> [Range<Int>] {
        var result: [Range<Int>] = []
        var from = 0
        while from < scalars.count, let match = first(in: scalars, from: from) {
            result.append(match)
            from = match.upperBound
        }
        return result
    }

    private func first(in scalars: [Unicode.Scalar], from: Int) -> Range<Int>? {
        var current: [(step: Int, start: Int)] = []
        var best: Range<Int>?
        var seen = [Int](repeating: -1, count: steps.count)
        for place in from...scalars.count {
            var next: [(step: Int, start: Int)] = []
            // Older threads first: they began further left.
            var open = current
            if best == nil { open.append((0, place)) }
            var stack: [(step: Int, start: Int)] = []
            for thread in open {
                if let best, thread.start > best.lowerBound { continue }
                stack.append(thread)
                while let (step, start) = stack.popLast() {
                    guard seen[step] != place else { continue }
                    seen[step] = place
                    switch steps[step] {
                    case .match:
                        if start < place,
                            best == nil || start < best?.lowerBound ?? .max
                                || (start == best?.lowerBound && place > best?.upperBound ?? 0)
                        {
                            best = start..<place
                        }
                    case .jump(let target): stack.append((target, start))
                    case .fork(let first, let second):
                        stack.append((second, start))
                        stack.append((first, start))
                    case .assertion(let assertion):
                        if Self.holds(assertion, scalars, place) { stack.append((step + 1, start)) }
                    case .one(let matcher):
                        if place < scalars.count, matcher.matches(scalars[place]) { next.append((step + 1, start)) }
                    }
                }
            }
            current = next
            if current.isEmpty, best != nil { break }
        }
        return best
    }

    private static func holds(_ assertion: Assertion, _ scalars: [Unicode.Scalar], _ place: Int) -> Bool {
        let before = place > 0 && isWord(scalars[place - 1])
        let after = place < scalars.count && isWord(scalars[place])
        switch assertion {
        case .start: return place == 0
        case .end: return place == scalars.count
        case .border: return before != after
        case .noBorder: return before == after
        }
    }

    fileprivate static func isWord(_ scalar: Unicode.Scalar) -> Bool {
        scalar == "_" || scalar.properties.isAlphabetic || scalar.properties.numericType != nil
            || scalar.properties.generalCategory == .nonspacingMark
    }

    fileprivate static func otherCase(_ scalar: Unicode.Scalar) -> Unicode.Scalar {
        if scalar.value < 0x80 {
            let isLetter = (65...90).contains(scalar.value) || (97...122).contains(scalar.value)
            return isLetter ? Unicode.Scalar(UInt8(truncatingIfNeeded: scalar.value ^ 0x20)) : scalar
        }
        let other =
            scalar.properties.isUppercase ? scalar.properties.lowercaseMapping : scalar.properties.uppercaseMapping
        return other.unicodeScalars.count == 1 ? other.unicodeScalars.first ?? scalar : scalar
    }
}

/// Recursive descent over the expression; depth is bounded.
private struct PatternParser {
    private var rest: Substring.UnicodeScalarView
    private var depth = 0
    private static let deepest = 32

    init(_ source: String) { rest = source[...].unicodeScalars }

    mutating func parse() -> Pattern.Node? {
        let node = choice()
        return rest.isEmpty ? node : nil
    }

    private mutating func choice() -> Pattern.Node? {
        guard depth < Self.deepest else { return nil }
        depth += 1
        defer { depth -= 1 }
        var branches: [Pattern.Node] = []
        repeat {
            guard let branch = sequence() else { return nil }
            branches.append(branch)
        } while skip("|")
        return branches.count == 1 ? branches[0] : .choice(branches)
    }

    private mutating func sequence() -> Pattern.Node? {
        var nodes: [Pattern.Node] = []
        while let next = rest.first, next != "|", next != ")" {
            guard let atom = atom(), let repeated = repeated(atom) else { return nil }
            nodes.append(repeated)
        }
        return nodes.isEmpty ? .empty : .sequence(nodes)
    }

    private mutating func repeated(_ node: Pattern.Node) -> Pattern.Node? {
        var least = 1
        var most: Int? = 1
        switch rest.first {
        case "*": (least, most) = (0, nil)
        case "+": (least, most) = (1, nil)
        case "?": (least, most) = (0, 1)
        case "{": return counted(node)
        default: return node
        }
        rest.removeFirst()
        _ = skip("?")
        return .repetition(node, least: least, most: most)
    }

    private mutating func counted(_ node: Pattern.Node) -> Pattern.Node? {
        rest.removeFirst()
        guard let least = number() else { return nil }
        var most: Int? = least
        if skip(",") { most = rest.first == "}" ? nil : number() ?? -1 }
        guard skip("}"), least <= 100, most.map({ $0 >= least && $0 <= 100 }) ?? true else { return nil }
        _ = skip("?")
        return .repetition(node, least: least, most: most)
    }

    private mutating func number() -> Int? {
        var value: Int?
        while let next = rest.first, ("0"..."9").contains(next), (value ?? 0) < 10_000 {
            value = (value ?? 0) * 10 + Int(next.value - 48)
            rest.removeFirst()
        }
        return value
    }

    private mutating func atom() -> Pattern.Node? {
        guard let next = rest.popFirst() else { return nil }
        switch next {
        case "(":
            if skip("?") { guard skip(":") else { return nil } }
            guard let inner = choice(), skip(")") else { return nil }
            return inner
        case "[": return set()
        case ".": return .one(.any)
        case "^": return .assertion(.start)
        case "$": return .assertion(.end)
        case "\\": return escape()
        case "*", "+", "?", "{": return nil
        default: return .one(.scalar(next))
        }
    }

    private mutating func escape() -> Pattern.Node? {
        guard let next = rest.popFirst() else { return nil }
        if next == "b" { return .assertion(.border) }
        if next == "B" { return .assertion(.noBorder) }
        if let kind = Self.characterClass(next) { return .one(.kind(kind)) }
        return Self.literal(next).map { .one(.scalar($0)) }
    }

    private static func characterClass(_ letter: Unicode.Scalar) -> Pattern.CharacterClass? {
        switch letter {
        case "d": Pattern.CharacterClass(kind: .digit)
        case "D": Pattern.CharacterClass(kind: .digit, isNegated: true)
        case "w": Pattern.CharacterClass(kind: .word)
        case "W": Pattern.CharacterClass(kind: .word, isNegated: true)
        case "s": Pattern.CharacterClass(kind: .space)
        case "S": Pattern.CharacterClass(kind: .space, isNegated: true)
        default: nil
        }
    }

    private static func literal(_ letter: Unicode.Scalar) -> Unicode.Scalar? {
        switch letter {
        case "n": "\n"
        case "t": "\t"
        case "r": "\r"
        default: letter.properties.isAlphabetic || ("0"..."9").contains(letter) ? nil : letter
        }
    }

    private mutating func set() -> Pattern.Node? {
        let isNegated = skip("^")
        var ranges: [ClosedRange<UInt32>] = []
        var classes: [Pattern.CharacterClass] = []
        var isFirst = true
        while let next = rest.popFirst() {
            if next == "]", !isFirst { return .one(.set(ranges, classes: classes, isNegated: isNegated)) }
            isFirst = false
            var low = next
            if next == "\\" {
                guard let escaped = rest.popFirst() else { return nil }
                if let kind = Self.characterClass(escaped) {
                    classes.append(kind)
                    continue
                }
                guard let literal = Self.literal(escaped) else { return nil }
                low = literal
            }
            if rest.first == "-", rest.dropFirst().first != "]" {
                rest.removeFirst()
                guard let high = rest.popFirst(), high != "\\", high.value >= low.value else { return nil }
                ranges.append(low.value...high.value)
            } else {
                ranges.append(low.value...low.value)
            }
        }
        return nil
    }

    private mutating func skip(_ scalar: Unicode.Scalar) -> Bool {
        guard rest.first == scalar else { return false }
        rest.removeFirst()
        return true
    }
}
