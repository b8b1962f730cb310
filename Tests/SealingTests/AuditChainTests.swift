import Core
import Sealing
import Testing

@Suite("The audit chain")
struct AuditChainTests {
    private let keys = KeyRing(master: .random())

    private func chain(_ count: Int64 = 12, keys: KeyRing? = nil) -> [AuditEntry] {
        var entries: [AuditEntry] = []
        for sequence in 1...count {
            entries.append(
                AuditEntry(
                    sequence: sequence, at: Instant(milliseconds: 1_795_500_000_000 + sequence), actor: "staff-\(sequence % 3)",
                    action: "open", subject: "VV-\(sequence)", detail: "", hash: []))
        }
        return sealed(entries, keys: keys ?? self.keys)
    }

    /// The entries with hashes as somebody who has `keys` would write them.
    private func sealed(_ entries: [AuditEntry], keys: KeyRing) -> [AuditEntry] {
        var previous = AuditChain.origin
        return entries.map { entry in
            var entry = entry
            entry.hash = AuditChain.hash(
                previous: previous, sequence: entry.sequence, at: entry.at, actor: entry.actor, action: entry.action,
                subject: entry.subject, detail: entry.detail, keys: keys)
            previous = entry.hash
            return entry
        }
    }

    private func faults(_ entries: [AuditEntry], noted: AuditHead? = nil, keys: KeyRing? = nil) -> [AuditFault] {
        var verifier = AuditChain.Verifier(keys: keys ?? self.keys, noted: noted)
        return entries.compactMap { verifier.check($0) } + [verifier.finish()].compactMap(\.self)
    }

    @Test("is whole as it was written, and tells its head and length")
    func whole() {
        let entries = chain()
        var verifier = AuditChain.Verifier(keys: keys)
        #expect(verifier.head == AuditChain.origin && verifier.count == 0 && verifier.finish() == nil)
        for entry in entries { #expect(verifier.check(entry) == nil) }
        #expect(verifier.head == entries.last?.hash && verifier.count == 12 && verifier.finish() == nil)
    }

    @Test("a change of any field of any entry is found there", arguments: 0..<12)
    func changedField(place: Int) {
        let changes: [(inout AuditEntry) -> Void] = [
            { $0.at = $0.at + .milliseconds(1) }, { $0.actor = "staff-9" }, { $0.action = "close" }, { $0.subject = "VV-0" },
            { $0.detail = " " }, { $0.hash[31] ^= 1 }, { $0.hash = [] },
        ]
        for change in changes {
            var entries = chain()
            change(&entries[place])
            let faults = faults(entries)
            #expect(faults.first == .wrongHash(sequence: Int64(place) + 1))
        }
        var renumbered = chain()
        renumbered[place].sequence += 100
        #expect(faults(renumbered).first == .wrongSequence(expected: Int64(place) + 1, found: Int64(place) + 101))
    }

    @Test("what moves from one field to the next is found")
    func fieldBorders() {
        var entries = chain(1)
        (entries[0].actor, entries[0].action) = ("staff-1o", "pen")
        #expect(faults(entries) == [.wrongHash(sequence: 1)])
    }

    @Test("a removed entry is found, renumbered or not", arguments: 0..<11)
    func removed(place: Int) {
        var entries = chain()
        entries.remove(at: place)
        #expect(faults(entries) == [.wrongSequence(expected: Int64(place) + 1, found: Int64(place) + 2)])
        for index in place..<entries.count { entries[index].sequence -= 1 }
        #expect(!faults(entries).isEmpty)
    }

    @Test("an inserted entry is found, renumbered or not", arguments: 0..<11)
    func inserted(place: Int) {
        var entries = chain()
        entries.insert(entries[place], at: place)
        #expect(!faults(entries).isEmpty)
        for index in (place + 1)..<entries.count { entries[index].sequence += 1 }
        #expect(!faults(entries).isEmpty)
    }

    @Test("swapped entries are found, renumbered or not", arguments: 0..<11)
    func swapped(place: Int) {
        var entries = chain()
        entries.swapAt(place, place + 1)
        #expect(!faults(entries).isEmpty)
        (entries[place].sequence, entries[place + 1].sequence) = (entries[place + 1].sequence, entries[place].sequence)
        #expect(!faults(entries).isEmpty)
    }

    @Test("a cut start is found, renumbered or not")
    func cutStart() {
        var entries = Array(chain().dropFirst(3))
        #expect(faults(entries) == [.wrongSequence(expected: 1, found: 4)])
        for index in entries.indices { entries[index].sequence -= 3 }
        #expect(faults(entries).first == .wrongHash(sequence: 1))
    }

    @Test("a cut end is found only against a head that was noted")
    func cutEnd() throws {
        let entries = chain()
        var verifier = AuditChain.Verifier(keys: keys)
        for entry in entries { _ = verifier.check(entry) }
        let noted = try #require(AuditHead(parsing: verifier.notedHead.text))
        #expect(faults(entries, noted: noted).isEmpty)
        #expect(faults(Array(entries.dropLast(2))).isEmpty)
        #expect(faults(Array(entries.dropLast(2)), noted: noted) == [.endMissing(noted: 12, found: 10)])
        #expect(faults([], noted: noted) == [.endMissing(noted: 12, found: 0)])
        // The chain has grown since.
        #expect(faults(entries, noted: AuditHead(count: 5, hash: entries[4].hash)).isEmpty)
        #expect(faults(entries, noted: AuditHead(count: 0, hash: AuditChain.origin)).isEmpty)
    }

    @Test("another chain, written with the key itself, is found against a head that was noted")
    func rewritten() {
        let entries = chain()
        var other = entries
        other[3].detail = "nothing"
        let noted = AuditHead(count: 12, hash: entries[11].hash)
        #expect(faults(sealed(other, keys: keys), noted: noted) == [.headDiffers(sequence: 12)])
    }

    @Test("cannot be written without the master key")
    func foreignKey() {
        #expect(faults(chain(keys: KeyRing(master: .random()))).count == 12)
    }

    @Test("one fault does not hide the next, and numbers at the limits do no harm")
    func several() {
        var entries = chain()
        entries[2].actor = "x"
        entries[7].actor = "x"
        #expect(faults(entries) == [.wrongHash(sequence: 3), .wrongHash(sequence: 8)])
        var extreme = chain(3)
        extreme[0].sequence = .max
        extreme[1].sequence = .min
        #expect(faults(extreme).count == 3)
        #expect(faults(extreme, noted: AuditHead(count: .max, hash: AuditChain.origin)).count == 3)
    }

    @Test("faults are told in a sentence with the entry's number")
    func sentences() {
        let faults: [AuditFault] = [
            .wrongSequence(expected: 6, found: 77), .wrongHash(sequence: 77), .endMissing(noted: 77, found: 6), .headDiffers(sequence: 77),
        ]
        #expect(faults.allSatisfy { "\($0)".contains("ntry 77") && "\($0)".hasSuffix(".") })
    }

    @Test("of format 1 is the same in every version")
    func fixedForm() throws {
        let keys = KeyRing(master: try MasterKey(bytes: Array(0..<32)))
        let hash = AuditChain.hash(
            previous: AuditChain.origin, sequence: 1, at: Instant(milliseconds: 1_795_500_000_123), actor: "staff-1", action: "open",
            subject: "VV-9", detail: "đọc", keys: keys)
        #expect(hash == bytes("145f23bd4a9ebc63f2d8e97cc44eb9ccf482a6fccc10ef43e15934cdf3e32363"))
    }

    @Test("a noted head is a number, a colon and 64 digits")
    func notedHeads() {
        let digits = String(repeating: "0a", count: 32)
        #expect(AuditHead(parsing: "12:" + digits)?.text == "12:" + digits)
        for wrong in [
            "", ":", "12", "12:", "-1:" + digits, "12:" + digits + "0a", "12:" + digits + ":", "x:" + digits,
            "99999999999999999999:" + digits,
        ] {
            #expect(AuditHead(parsing: wrong) == nil, "\(wrong)")
        }
    }
}
