package import Core

/// The terminal makes no calls; an answer to one is read by its status alone.
package enum TerminalOutcome {
    package static func read(_ result: Result<HTTPAnswer, TransportFailure>) -> DeliveryReport {
        WebOutcome.read(result)
    }
}
