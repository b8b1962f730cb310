import Core
import Sealing
import Testing

@Suite("The key ring")
struct KeyRingTests {
    private let day = KeyDay(rawValue: 20_781)

    @Test("opens keys that another process wrapped under the same master key")
    func sharedMaster() throws {
        let master = MasterKey.random()
        let wrapped = try KeyRing(master: master).makeWrapped(for: day)
        let first = try #require(try KeyRing(master: master).key(for: day) { wrapped })
        let second = try #require(try KeyRing(master: master).key(for: day) { wrapped })
        let sealed = try PayloadCipher.seal([1], with: first, place: "p")
        #expect(try PayloadCipher.open(sealed, with: second, place: "p") == [1])
    }

    @Test("refuses keys that were wrapped under another master key, or for another day")
    func foreignKeys() throws {
        let ring = KeyRing(master: .random())
        let foreign = try KeyRing(master: .random()).makeWrapped(for: day)
        #expect(throws: SealingError.doesNotOpen) { try ring.key(for: day) { foreign } }
        let other = try ring.makeWrapped(for: KeyDay(rawValue: 20_782))
        #expect(throws: SealingError.doesNotOpen) { try ring.key(for: day) { other } }
    }

    @Test("does not remember a key that it only made")
    func madeIsNotRemembered() throws {
        let ring = KeyRing(master: .random())
        _ = try ring.makeWrapped(for: day)
        #expect(try ring.key(for: day) { nil } == nil)
    }

    @Test("forgets days, but not the standing key")
    func forgetting() throws {
        let ring = KeyRing(master: .random())
        for day in [KeyDay.standing, day] {
            let wrapped = try ring.makeWrapped(for: day)
            _ = try ring.key(for: day) { wrapped }
        }
        ring.forget(before: day)
        #expect(try ring.key(for: day) { nil } != nil)
        ring.forget(before: KeyDay(rawValue: day.rawValue + 1))
        #expect(try ring.key(for: day) { nil } == nil)
        #expect(try ring.key(for: .standing) { nil } != nil)
    }
}
