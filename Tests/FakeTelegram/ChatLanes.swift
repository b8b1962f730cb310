/// Lets one at a time into each chat, in the order of asking. Belongs to one actor.
struct ChatLanes {
    private var waiting: [Int64: [CheckedContinuation<Void, Never>]] = [:]

    mutating func enterOrWait(_ chat: Int64, _ continuation: CheckedContinuation<Void, Never>) {
        if waiting[chat] == nil {
            waiting[chat] = []
            continuation.resume()
        } else {
            waiting[chat]?.append(continuation)
        }
    }

    mutating func leave(_ chat: Int64) {
        guard var queue = waiting[chat], !queue.isEmpty else {
            waiting[chat] = nil
            return
        }
        let next = queue.removeFirst()
        waiting[chat] = queue
        next.resume()
    }
}
