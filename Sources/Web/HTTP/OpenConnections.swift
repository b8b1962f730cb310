import NIOCore
import Synchronization

/// The connections that are open, bounded in all and from one source.
///
/// When there is no room for another one, one that waits for nothing is closed for it. Among many, the longest idle of
/// a sample is taken: as good as the longest of all, and a flood of new connections costs no search.
final class OpenConnections: Sendable {
    /// One connection. Its marks are set on its event loop and read from anywhere.
    final class Entry: Sendable {
        let source: IPAddress?
        fileprivate let channel: any NIOCore.Channel
        /// Nanoseconds since it has waited for a request; none while it is answered.
        fileprivate let idleSince: Atomic<UInt64>

        init(_ channel: any NIOCore.Channel, source: IPAddress?) {
            self.channel = channel
            self.source = source
            idleSince = Atomic(NIODeadline.now().uptimeNanoseconds)
        }

        func begin() { idleSince.store(.max, ordering: .relaxed) }
        func rest() { idleSince.store(NIODeadline.now().uptimeNanoseconds, ordering: .relaxed) }
    }

    enum Admission: Equatable {
        case admitted
        /// All the others are being answered.
        case full
        /// This source has its share.
        case sourceIsFull
    }

    private struct State {
        var entries: [Entry] = []
        var places: [ObjectIdentifier: Int] = [:]
        var ofSource: [IPAddress: Int] = [:]
    }

    private static let sample = 64

    private let limit: Int
    private let limitOfSource: Int
    private let proxies: [AddressRange]
    private let state = Mutex(State())
    private let refusals = Atomic<Int>(0)
    private let closedIdle = Atomic<Int>(0)

    /// - Parameter proxies: whose connections carry many people's requests, so they have no limit of their own.
    init(limit: Int, limitOfSource: Int, proxies: [AddressRange] = []) {
        self.limit = max(1, limit)
        self.limitOfSource = max(1, limitOfSource)
        self.proxies = proxies
    }

    var open: Int { state.withLock { $0.entries.count } }
    /// Connections that were refused because too many were open.
    var refused: Int { refusals.load(ordering: .relaxed) }
    /// Idle connections that were closed to make room.
    var evicted: Int { closedIdle.load(ordering: .relaxed) }

    /// Counts the connection in whatever the answer is; ``leave(_:)`` counts it out.
    func enter(_ entry: Entry) -> Admission {
        let counted = entry.source.flatMap { source in proxies.contains { $0.contains(source) } ? nil : source.source }
        let (admission, victim) = state.withLock { state -> (Admission, Entry?) in
            let isFull = state.entries.count >= limit
            state.places[ObjectIdentifier(entry)] = state.entries.count
            state.entries.append(entry)
            if let counted {
                state.ofSource[counted, default: 0] += 1
                if state.ofSource[counted, default: 0] > limitOfSource { return (.sourceIsFull, nil) }
            }
            guard isFull else { return (.admitted, nil) }
            guard let victim = longestIdle(state, but: entry) else { return (.full, nil) }
            victim.begin()
            return (.admitted, victim)
        }
        if let victim {
            closedIdle.wrappingAdd(1, ordering: .relaxed)
            victim.channel.close(promise: nil)
        }
        if admission != .admitted { refusals.wrappingAdd(1, ordering: .relaxed) }
        return admission
    }

    func leave(_ entry: Entry) {
        let counted = entry.source.flatMap { source in proxies.contains { $0.contains(source) } ? nil : source.source }
        state.withLock { state in
            guard let place = state.places.removeValue(forKey: ObjectIdentifier(entry)), let last = state.entries.popLast() else { return }
            if last !== entry {
                state.entries[place] = last
                state.places[ObjectIdentifier(last)] = place
            }
            guard let counted, let count = state.ofSource[counted] else { return }
            state.ofSource[counted] = count > 1 ? count - 1 : nil
        }
    }

    private func longestIdle(_ state: State, but newcomer: Entry) -> Entry? {
        let candidates =
            state.entries.count <= Self.sample
            ? state.entries : (0..<Self.sample).compactMap { _ in state.entries.randomElement() }
        var oldest: (entry: Entry, since: UInt64)?
        for entry in candidates where entry !== newcomer {
            let since = entry.idleSince.load(ordering: .relaxed)
            if since < oldest?.since ?? .max { oldest = (entry, since) }
        }
        return oldest?.entry
    }
}
