import Core
import Pipeline
import ServiceLifecycle

/// Closes mailboxes that nobody uses, also when nobody asks for any.
struct MailboxKeeper: NamedService {
    let sessions: MailboxSessions
    let clock: any WallClock
    var interval: Duration = .seconds(20)

    func run() async throws {
        try await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                sessions.sweep(at: clock.now())
                do { try await Task.sleep(for: interval) } catch is CancellationError { break }
            }
        }
        sessions.closeAll()
    }
}
