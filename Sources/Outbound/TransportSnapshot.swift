import Core

/// What the transport has done since it was made. Counters only grow; `running` and `waiting` are gauges.
package struct TransportSnapshot: Sendable, Equatable {
    /// Calls that were handed in, refused ones included.
    package var calls = 0
    /// Calls that ended with an answer, whatever its status.
    package var answers = 0
    /// Calls that ended without one, by `TransportFailure.code`.
    package var failures: [String: Int] = [:]
    /// Answered or failed transfers that needed no new connection.
    package var reusedConnections = 0
    package var newConnections = 0
    /// Transfers that libcurl works on now.
    package var running = 0
    /// Calls that wait to be started.
    package var waiting = 0

    package init() {}

    mutating func count(_ result: Result<HTTPAnswer, TransportFailure>) {
        switch result {
        case .success: answers += 1
        case .failure(let failure): failures[failure.code, default: 0] += 1
        }
    }
}
