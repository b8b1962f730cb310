package import Core

/// The web chat makes no calls; an answer to one is read by its status alone.
package enum WebOutcome {
    package static func read(_ result: Result<HTTPAnswer, TransportFailure>) -> DeliveryReport {
        switch result {
        case .success(let answer): DeliveryReport(statusOf: answer)
        case .failure(let failure): DeliveryReport(failure)
        }
    }
}
