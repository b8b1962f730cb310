import Channels
import Core

/// Answers of platforms: status line, headers, empty line, body.
enum OutcomeEntry {
    static func zalo(_ bytes: UnsafeRawBufferPointer) {
        var input = FuzzInput(bytes)
        let answer = input.answer()
        check(ZaloOAOutcome.read(.success(answer)), answer)
        switch ZaloOAOutcome.readRefresh(answer) {
        case .success(let pair):
            promise(!pair.accessToken.isEmpty, "a token is not empty")
            promise(pair.refreshToken?.isEmpty != true, "a refresh token is not empty")
            promise(pair.lifetime > .zero, "a token lives")
        case .failure(let refusal): promise(!refusal.code.isEmpty, "a refusal has a code")
        }
    }

    static func telegram(_ bytes: UnsafeRawBufferPointer) {
        var input = FuzzInput(bytes)
        let answer = input.answer()
        check(TelegramOutcome.read(.success(answer)), answer)
    }

    static func check(_ report: DeliveryReport, _ answer: HTTPAnswer) {
        if report.outcome == .accepted {
            promise((200..<300).contains(answer.status), "only a success is accepted")
        } else {
            promise(report.externalID == nil, "only what is accepted has an id")
        }
        if let pause = report.retryAfter {
            promise(pause >= .zero && pause <= RetryAfter.longest, "a pause is bounded")
        }
    }
}
