import Core
import Testing

@testable import Pipeline

@Suite("Wake-up calls")
struct SignalTests {
    @Test("a call that comes before the wait is not lost", .timeLimit(.minutes(5)))
    func remembered() async {
        let signal = Signal()
        signal.notify()
        await signal.wait(atMost: .seconds(3600))
    }

    @Test("one call wakes everybody who waits", .timeLimit(.minutes(5)))
    func everybody() async {
        let signal = Signal()
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<10 { group.addTask { await signal.wait(atMost: .seconds(3600)) } }
            group.addTask {
                // Waiters may still be on their way: calling again reaches those too.
                while signal.waiting < 10 { await Task.yield() }
                signal.notify()
            }
        }
        #expect(signal.waiting == 0)
    }

    @Test("cancelling ends the wait", .timeLimit(.minutes(5)))
    func cancelled() async {
        let signal = Signal()
        let task = Task { await signal.wait(atMost: .seconds(3600)) }
        task.cancel()
        await task.value
        #expect(signal.waiting == 0)
    }

    @Test("a feed wakes only the conversation's listeners, folds calls into one and ends at shutdown", .timeLimit(.minutes(5)))
    func feed() async {
        let feed = Feed()
        let mine = feed.wakeups(for: ConversationID("a"))
        let other = feed.wakeups(for: ConversationID("b"))
        feed.notify(ConversationID("a"))
        feed.notify(ConversationID("a"))
        feed.finish()
        var woken = 0
        for await _ in mine { woken += 1 }
        #expect(woken == 1)
        for await _ in other { Issue.record("woken without cause") }
        #expect(feed.listenerCount == 0)
    }
}
