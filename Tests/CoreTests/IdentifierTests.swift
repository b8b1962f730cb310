import Testing

@testable import Core

@Suite("Identifiers and chance")
struct IdentifierTests {
    @Test("identifiers sort by the time of their making and do not repeat")
    func ordered() {
        var random = SeededRandom(seed: 7)
        let source = IdentifierSource()
        let made = (0..<5000).map { source.make(EventID.self, at: Instant(milliseconds: Int64($0)), random: &random) }
        #expect(made == made.sorted())
        #expect(Set(made).count == made.count)
        #expect(made.allSatisfy { $0.rawValue.utf8.count == 26 })
    }

    @Test("identifiers of one moment differ, whatever the clock says")
    func sameMoment() {
        var random = SeededRandom(seed: 7)
        for milliseconds in [Int64.min, -1, 0, .max] {
            let made = (0..<100).map { _ in
                IdentifierSource().make(EventID.self, at: Instant(milliseconds: milliseconds), random: &random)
            }
            #expect(Set(made).count == 100)
        }
    }

    @Test("a seed repeats its numbers, another seed does not")
    func seeded() {
        func numbers(_ seed: UInt64) -> [UInt64] {
            var random = SeededRandom(seed: seed)
            return (0..<10).map { _ in random.next() }
        }
        #expect(numbers(1) == numbers(1))
        #expect(numbers(1) != numbers(2))
    }

    @Test("a reading's area follows the intent, and triage before it")
    func area() {
        func reading(_ intent: String?, _ triage: Triage) -> Reading {
            Reading(
                text: "", language: .vietnamese, ranking: intent.map { [RankedIntent(name: $0, confidence: 1)] } ?? [],
                certainty: intent == nil ? .outOfScope : .sure, entities: [], triage: triage)
        }
        #expect(reading("classes.find", Triage()).area == .classes)
        #expect(reading("own.thing", Triage()).area == .common)
        #expect(reading("none.thing", Triage()).area == .common)
        #expect(reading(nil, Triage()).area == Area.none)
        #expect(reading("classes.find", Triage(level: .s4)).area == .classes)
        #expect(reading("classes.find", Triage(level: .s3)).area == .reports)
        #expect(reading(nil, Triage(ask: true)).area == .reports)
        #expect(Triage.Level.s1 > .s2 && Triage.Level.s4 > .s0)
    }
}
