@testable import Pipeline
import Testing

@Suite("Presence of other processes")
struct PresenceTests {
    private let start = ContinuousClock.now

    @Test("is doubted after a while without beats, given up after a longer one, each once")
    func vanishing() {
        var watch = PresenceWatch()
        #expect(watch.note(["a": 5], at: start) == .init())
        #expect(watch.note(["a": 5], at: start + .seconds(7)) == .init())
        #expect(watch.note(["a": 5], at: start + .seconds(8)) == .init(conversations: ["a"]))
        #expect(watch.note(["a": 5], at: start + .seconds(12)) == .init())
        #expect(watch.note(["a": 5], at: start + .seconds(30)) == .init(everything: ["a"]))
        #expect(watch.note(["a": 5], at: start + .seconds(31)) == .init(), "seen anew, the wait begins anew")
    }

    @Test("holds as long as the beats rise, however slowly they are seen")
    func living() {
        var watch = PresenceWatch()
        for beat in 0..<20 {
            let found = watch.note(["a": Int64(beat), "b": 1], at: start + .seconds(beat * 5))
            #expect(!found.conversations.contains("a") && !found.everything.contains("a"))
        }
    }

    @Test("begins anew for a process that comes back, and ends for one that has left in order")
    func comingBack() {
        var watch = PresenceWatch()
        _ = watch.note(["a": 1, "b": 1], at: start)
        #expect(watch.note(["a": 1, "b": 1], at: start + .seconds(9)) == .init(conversations: ["a", "b"]))
        #expect(watch.note(["a": 2], at: start + .seconds(10)) == .init())
        #expect(watch.note(["a": 2, "b": 1], at: start + .seconds(17)) == .init())
        #expect(watch.note(["a": 2, "b": 1], at: start + .seconds(18)) == .init(conversations: ["a"]))
        #expect(watch.note(["a": 2, "b": 1], at: start + .seconds(40)) == .init(conversations: ["b"], everything: ["a"]))
    }
}
