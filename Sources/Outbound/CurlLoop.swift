import CCurl
import Core

/// The transport's thread: owns the multi handle, the transfers, and the calls that wait to be started.
///
/// Made by one thread and handed whole to another; from then on only that one touches it.
final class CurlLoop {
    let handover: Handover

    private let configuration: CurlTransport.Configuration
    private let multi: UnsafeMutableRawPointer
    private var idle: [Transfer] = []
    private var running: [ObjectIdentifier: Transfer] = [:]
    /// Calls in order of arrival; those before `firstWaiting` have been started.
    private var waiting: [Ticket] = []
    private var firstWaiting = 0
    private var endings: [Ending] = []
    private var noLongerWaiting = 0
    private var nextSweep = ContinuousClock.now

    /// Idle handles kept for later calls; each holds a few kilobytes.
    private static let maximumIdle = 64
    private static let sweepInterval = Duration.milliseconds(100)
    /// libcurl keeps the deadlines; one that it still has not noticed by then is enforced here.
    private static let deadlineSlack = Duration.milliseconds(200)

    init(_ configuration: CurlTransport.Configuration) throws(OutboundError) {
        guard let multi = curl_multi_init() else { throw .libraryUnusable(code: Int32(CURLE_OUT_OF_MEMORY.rawValue)) }
        let settings: [(CURLMoption, Int)] = [
            (CURLMOPT_PIPELINING, Int(CURLPIPE_MULTIPLEX)),
            (CURLMOPT_MAX_HOST_CONNECTIONS, max(1, configuration.maximumConnectionsPerHost)),
            (CURLMOPT_MAX_TOTAL_CONNECTIONS, max(1, configuration.maximumConnections)),
            (CURLMOPT_MAXCONNECTS, max(1, configuration.maximumConnections)),
            (CURLMOPT_MAX_CONCURRENT_STREAMS, max(1, configuration.maximumStreamsPerConnection)),
        ]
        for (option, value) in settings {
            let code = ccurl_multi_set_long(multi, option, value)
            guard code == CURLM_OK else {
                curl_multi_cleanup(multi)
                throw .libraryUnusable(code: code.rawValue)
            }
        }
        do throws(OutboundError) {
            idle = [try Transfer(configuration)]
        } catch {
            curl_multi_cleanup(multi)
            throw error
        }
        self.configuration = configuration
        self.multi = multi
        handover = Handover(multi: multi, maximumWaiting: configuration.maximumWaitingCalls)
    }

    /// Runs until the handover is drained. Frees everything before it returns.
    func run() {
        OwnThread.blockSignals()
        while step() {}
        let waiters = handover.end()
        idle = []
        curl_multi_cleanup(multi)
        for waiter in waiters { waiter.resume() }
    }

    /// A loop that never ran (its thread could not be started) still owns the multi handle.
    func discard() {
        _ = handover.end()
        idle = []
        curl_multi_cleanup(multi)
    }

    /// - Returns: false when there is nothing left to do and there will be nothing.
    private func step() -> Bool {
        let intake = handover.take()
        for ticket in intake.tickets {
            // Its caller may have given up before the ticket arrived, when nobody could find it yet.
            if ticket.isAbandoned {
                noLongerWaiting += 1
                end(ticket, .cancelled)
            } else {
                waiting.append(ticket)
            }
        }
        let now = ContinuousClock.now
        var isDraining = false
        if case .draining(let end) = intake.phase {
            isDraining = true
            if now >= end { giveUpAll() }
        }
        if intake.someAbandoned { giveUpAbandoned() }
        if now >= nextSweep { sweep(now) }
        startWaiting(now)
        var count: Int32 = 0
        let performed = curl_multi_perform(multi, &count)
        collect()
        if performed != CURLM_OK { failAll() }
        let didEnd = !endings.isEmpty
        settle()
        if didEnd, firstWaiting < waiting.count { return true }
        if isDraining, running.isEmpty, waiting.isEmpty { return false }
        let isBusy = !running.isEmpty || !waiting.isEmpty || isDraining
        curl_multi_poll(multi, nil, 0, isBusy ? 100 : 60_000, nil)
        return true
    }

    // MARK: Starting

    private func startWaiting(_ now: ContinuousClock.Instant) {
        while firstWaiting < waiting.count, running.count < max(1, configuration.maximumRunningCalls) {
            let ticket = waiting[firstWaiting]
            firstWaiting += 1
            noLongerWaiting += 1
            start(ticket, now)
        }
        if firstWaiting == waiting.count {
            waiting.removeAll(keepingCapacity: true)
            firstWaiting = 0
        } else if firstWaiting > 1_024 {
            waiting.removeFirst(firstWaiting)
            firstWaiting = 0
        }
    }

    private func start(_ ticket: Ticket, _ now: ContinuousClock.Instant) {
        if ticket.isAbandoned { return end(ticket, .cancelled) }
        if ticket.deadline <= now { return end(ticket, .timeoutBeforeSent) }
        guard let transfer = idle.popLast() ?? (try? Transfer(configuration)) else {
            return end(ticket, .connectionReset(sent: false))
        }
        if let refusal = transfer.prepare(ticket, remaining: now.duration(to: ticket.deadline)) {
            transfer.clear()
            keep(transfer)
            return end(ticket, refusal)
        }
        guard curl_multi_add_handle(multi, transfer.easy) == CURLM_OK else {
            transfer.clear()
            return end(ticket, .connectionReset(sent: false))
        }
        running[ObjectIdentifier(ticket)] = transfer
    }

    // MARK: Ending

    private func collect() {
        var code = CURLE_OK
        while let easy = ccurl_multi_next_done(multi, &code) {
            guard let transfer = Transfer.from(ccurl_info_private(easy)) else { continue }
            finish(transfer, transfer.ending(code))
        }
    }

    private func finish(_ transfer: Transfer, _ ending: Ending?) {
        curl_multi_remove_handle(multi, transfer.easy)
        if let ticket = transfer.ticket { running[ObjectIdentifier(ticket)] = nil }
        if let ending { endings.append(ending) }
        transfer.clear()
        keep(transfer)
    }

    private func keep(_ transfer: Transfer) {
        if idle.count < Self.maximumIdle { idle.append(transfer) }
    }

    private func end(_ ticket: Ticket, _ failure: TransportFailure) {
        endings.append(Ending(ticket: ticket, outcome: .failure(failure), connection: .none))
    }

    private func settle() {
        if endings.isEmpty, noLongerWaiting == 0 { return }
        handover.publish(endings, running: running.count, noLongerWaiting: noLongerWaiting)
        noLongerWaiting = 0
        for ending in endings { ending.ticket.settle(ending.outcome) }
        endings.removeAll(keepingCapacity: true)
    }

    private func giveUpAbandoned() {
        for transfer in running.values where transfer.ticket?.isAbandoned == true {
            finish(transfer, transfer.endingWhenGivenUp())
        }
        dropWaiting { $0.isAbandoned ? .cancelled : nil }
    }

    private func giveUpAll() {
        for transfer in running.values { finish(transfer, transfer.endingWhenGivenUp()) }
        dropWaiting { _ in .cancelled }
    }

    /// Deadlines of calls that libcurl does not know yet, or holds back without looking at the time.
    private func sweep(_ now: ContinuousClock.Instant) {
        nextSweep = now + Self.sweepInterval
        for transfer in running.values {
            guard let deadline = transfer.ticket?.deadline, now >= deadline + Self.deadlineSlack else { continue }
            finish(transfer, transfer.ending(CURLE_OPERATION_TIMEDOUT))
        }
        dropWaiting { $0.deadline <= now ? .timeoutBeforeSent : nil }
    }

    /// libcurl refuses to go on with any transfer: out of memory or a fault of its own.
    private func failAll() {
        for transfer in running.values { finish(transfer, transfer.ending(CURLE_OUT_OF_MEMORY)) }
    }

    private func dropWaiting(_ verdict: (Ticket) -> TransportFailure?) {
        if firstWaiting == waiting.count { return }
        var kept: [Ticket] = []
        for ticket in waiting[firstWaiting...] {
            if let failure = verdict(ticket) {
                noLongerWaiting += 1
                end(ticket, failure)
            } else {
                kept.append(ticket)
            }
        }
        waiting = kept
        firstWaiting = 0
    }
}
