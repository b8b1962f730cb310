import Channels
import Core
import Testing

@Suite("What Zalo OA answers")
struct ZaloOAOutcomeTests {
    private func read(_ status: Int, _ body: String, _ headers: [String: String] = [:]) -> DeliveryReport {
        ZaloOAOutcome.read(.success(HTTPAnswer(status: status, headers: headers, body: Array(body.utf8))))
    }

    /// The platform's numbers by what they ask of us, written down a second time on purpose.
    static let table: [(DeliveryOutcome, [Int])] = [
        (.throttled, [-32, -234]),
        (.tokenInvalid, [-124, -216, -220]),
        (.transient, [-200, -214]),
        (
            .rejected, [-100, -201, -210, -233, -237, -238, -240, -241, -248, -403, -1340, -1341, -99_999, 17]
        ),
        (
            .accountPaused,
            [-204, -205, -209, -211, -212, -215, -219, -221, -223, -224, -235, -242, -320, -321]
        ),
        (.recipientUnavailable, [-213, -222, -227]),
        (.contactStopped, [-217, -244]),
        (.throttledRecipient, [-218]),
        (.windowClosed, [-230, -232, -305, -311]),
        (.templateMissing, [-249]),
    ]

    @Test("Each number means what the table says, with status 200 as with 400", arguments: table)
    func numbers(_ outcome: DeliveryOutcome, _ codes: [Int]) {
        for code in codes {
            for body in ["{\"error\":\(code),\"message\":\"x\"}", "{\"error\":\"\(code)\"}"] {
                #expect(read(200, body).outcome == outcome, "\(code)")
                #expect(read(200, body).code == String(code))
                #expect(read(400, body).outcome == outcome)
                #expect(read(200, body).externalID == nil)
            }
        }
    }

    @Test("Every number that the program knows is in the table")
    func complete() {
        let listed = Set(Self.table.flatMap(\.1).map(Int64.init)).union([0])
        #expect(Set(ZaloOAOutcome.meanings.keys).isSubset(of: listed))
    }

    @Test("An accepted message has its id")
    func accepted() {
        let report = read(
            200,
            #"{"error":0,"message":"Success","data":{"message_id":"s1","user_id":"77","quota":{"remain":"7"}}}"#)
        #expect(report == DeliveryReport(.accepted, externalID: "s1"))
        #expect(read(200, #"{"error":0,"data":{}}"#) == DeliveryReport(.accepted))
        #expect(
            read(200, #"{"error":"0","data":{"message_id":12345678901234567890}}"#).externalID == "12345678901234567890"
        )
    }

    @Test(
        "An answer that cannot be read may have been a success",
        arguments: [
            "", "OK", "<html>", "{", "[]", "{\"message\":\"Success\"}", "{\"error\":null}", "{\"error\":{}}",
            "{\"error\":0.5}",
        ])
    func unreadable(_ body: String) {
        #expect(read(200, body) == DeliveryReport(.ambiguous))
        #expect(read(204, body).outcome == .ambiguous)
    }

    @Test(
        "Statuses of gateways are read by themselves",
        arguments: [
            (429, DeliveryOutcome.throttled), (500, .transient), (502, .transient), (503, .transient),
            (408, .transient),
            (401, .tokenInvalid), (403, .accountPaused), (404, .accountPaused), (302, .accountPaused), (400, .rejected),
            (413, .rejected), (101, .ambiguous), (999, .ambiguous), (-1, .ambiguous),
        ])
    func statuses(_ status: Int, _ outcome: DeliveryOutcome) {
        #expect(read(status, "<html>").outcome == outcome)
    }

    @Test("Retry-After is obeyed as seconds and as a date")
    func retryAfter() {
        #expect(read(429, "", ["retry-after": "7"]).retryAfter == .seconds(7))
        #expect(read(503, "", ["retry-after": " 120 "]).retryAfter == .seconds(120))
        #expect(read(200, #"{"error":-32}"#, ["retry-after": "3"]).retryAfter == .seconds(3))
        let dates = ["date": "Tue, 24 Nov 2026 08:00:00 GMT", "retry-after": "Tue, 24 Nov 2026 08:00:30 GMT"]
        #expect(read(503, "", dates).retryAfter == .seconds(30))
        #expect(read(503, "", ["retry-after": "Tue, 24 Nov 2026 08:00:30 GMT"]).retryAfter == nil)
        #expect(read(503, "", ["retry-after": "99999999999999999999"]).retryAfter == RetryAfter.longest)
        for odd in ["", "-5", "soon", "1e3", "Tue, 99 Zzz 2026 08:00:30 GMT"] {
            #expect(read(503, "", ["date": "Tue, 24 Nov 2026 08:00:00 GMT", "retry-after": odd]).retryAfter == nil)
        }
    }

    @Test("A used-up counter is waited for, and a night is tried through")
    func pauses() {
        #expect(read(200, #"{"error":-32}"#, ["x-ratelimit-remain": "0"]).retryAfter == .seconds(60))
        #expect(read(200, #"{"error":-32}"#, ["x-ratelimit-remain": "9"]).retryAfter == nil)
        #expect(read(200, #"{"error":-234}"#).retryAfter == .seconds(3_600))
    }

    @Test(
        "Without an answer it matters whether the platform may have acted",
        arguments: [
            (TransportFailure.connectionRefused, DeliveryOutcome.transient), (.timeoutBeforeSent, .transient),
            (.timeoutAfterSent, .ambiguous), (.connectionReset(sent: true), .ambiguous),
            (.connectionReset(sent: false), .transient), (.tlsFailed, .transient), (.answerTooLarge, .ambiguous),
            (.refusedURL, .accountPaused), (.cancelled, .transient),
        ])
    func failures(_ failure: TransportFailure, _ outcome: DeliveryOutcome) {
        #expect(ZaloOAOutcome.read(.failure(failure)) == DeliveryReport(outcome))
    }

    private func refresh(_ status: Int, _ body: String) -> Result<TokenPair, TokenRefusal> {
        ZaloOAChannel(ZaloOASamples.settings()).readRefresh(HTTPAnswer(status: status, body: Array(body.utf8)))
    }

    @Test("A fresh pair is read, its lifetime a string or a number")
    func pair() {
        let pair = TokenPair(accessToken: "A2", refreshToken: "R2", lifetime: .seconds(90_000))
        #expect(refresh(200, #"{"access_token":"A2","refresh_token":"R2","expires_in":"90000"}"#) == .success(pair))
        #expect(refresh(200, #"{"access_token":"A2","refresh_token":"R2","expires_in":90000}"#) == .success(pair))
        for odd in ["", #","expires_in":"soon""#, #","expires_in":-5"#, #","expires_in":"0""#] {
            #expect(
                refresh(200, "{\"access_token\":\"A2\"\(odd)}")
                    == .success(TokenPair(accessToken: "A2", refreshToken: nil, lifetime: .seconds(3_600))))
        }
    }

    @Test(
        "A refusal is final, trouble is not",
        arguments: [
            (200, #"{"error":-14014,"error_name":"Invalid refresh token"}"#, "-14014", false),
            (200, #"{"error":"-14002"}"#, "-14002", false), (200, #"{"error":-32}"#, "-32", true),
            (200, "<html>", "unreadable", true), (200, #"{"access_token":""}"#, "unreadable", true),
            (503, "", "http_503", true), (429, "", "http_429", true), (400, "", "http_400", false),
            (500, #"{"error":-14014}"#, "-14014", true), (403, "no", "http_403", false),
        ])
    func refusals(_ status: Int, _ body: String, _ code: String, _ isTransient: Bool) {
        #expect(refresh(status, body) == .failure(TokenRefusal(code: code, isTransient: isTransient)))
    }
}
