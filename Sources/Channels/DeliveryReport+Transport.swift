package import Core

extension DeliveryReport {
    /// What the lack of an answer means, the same for every platform: ambiguous where the peer may have acted.
    package init(_ failure: TransportFailure) {
        switch failure {
        case .refusedURL:
            // No number of tries makes a wrong address right.
            self.init(.accountPaused)
        case .connectionRefused, .timeoutBeforeSent, .timeoutAfterSent, .connectionReset, .tlsFailed, .answerTooLarge,
            .cancelled:
            self.init(failure.mayHaveActed ? .ambiguous : .transient)
        }
    }

    /// What the status alone says, for peers without error numbers of their own.
    package init(statusOf answer: HTTPAnswer) {
        let pause = RetryAfter.read(answer)
        switch answer.status {
        case 200..<300: self.init(.accepted)
        case 429: self.init(.throttled, retryAfter: pause)
        case 408, 425, 500...599: self.init(.transient, retryAfter: pause)
        // Forbidden, not there, moved: the address or the right to call it is wrong, not the message.
        case 401, 403, 404, 405, 407, 410, 300...399: self.init(.accountPaused)
        case 400...499: self.init(.rejected)
        default: self.init(.ambiguous)
        }
    }
}
