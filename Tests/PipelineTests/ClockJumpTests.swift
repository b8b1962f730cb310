import Core
@testable import Pipeline
import Testing

@Suite("A clock that is set")
struct ClockJumpTests {
    private let start = ContinuousClock.now
    private let noon = Instant(milliseconds: 1_700_000_000_000)

    @Test("is told from one that goes, and from one that is kept right")
    func jumps() {
        var jumps = ClockJumps()
        #expect(jumps.note(noon, at: start) == nil)
        #expect(jumps.note(noon + .seconds(5), at: start + .seconds(5)) == nil)
        #expect(jumps.note(noon + .seconds(35), at: start + .seconds(10)) == nil, "25 seconds are a correction")
        #expect(jumps.note(noon + .seconds(7240), at: start + .seconds(15)) == .seconds(7200))
        #expect(!jumps.mustRelease, "ahead, leases end early by themselves")
        #expect(jumps.note(noon + .seconds(45), at: start + .seconds(20)) == .seconds(-7200))
        #expect(jumps.mustRelease)
        #expect(jumps.note(noon + .seconds(3650), at: start + .seconds(3625)) == nil, "a machine that slept")
    }
}
