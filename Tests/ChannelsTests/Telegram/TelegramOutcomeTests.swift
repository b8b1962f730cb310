import Channels
import Core
import Testing

@Suite("What Telegram answers")
struct TelegramOutcomeTests {
    private func read(_ status: Int, _ body: String, _ headers: [String: String] = [:]) -> DeliveryReport {
        TelegramOutcome.read(.success(HTTPAnswer(status: status, headers: headers, body: Array(body.utf8))))
    }

    private func refusal(_ code: Int, _ description: String, _ parameters: String = "{}") -> String {
        "{\"ok\":false,\"error_code\":\(code),\"description\":\"\(description)\",\"parameters\":\(parameters)}"
    }

    /// The platform's refusals by what they ask of us, written down a second time on purpose.
    static let table: [(DeliveryOutcome, Int, [String])] = [
        (
            .contactStopped, 403,
            [
                "Forbidden: bot was blocked by the user", "Forbidden: user is deactivated",
                "Forbidden: bot was kicked from the supergroup chat", "Forbidden: bot was kicked from the group chat",
                "Forbidden: bot is not a member of the channel chat", "FORBIDDEN: BOT WAS BLOCKED BY THE USER",
                "Forbidden: USER_IS_BLOCKED", "Forbidden: INPUT_USER_DEACTIVATED",
            ]
        ),
        (.contactStopped, 400, ["Bad Request: INPUT_USER_DEACTIVATED", "Bad Request: USER_IS_BLOCKED"]),
        (
            .recipientUnavailable, 403,
            [
                "Forbidden: bot can't initiate conversation with a user",
                "Forbidden: bot can't send messages to bots", "Forbidden: bots can't send messages to bots",
                "Forbidden: not enough rights to send text messages to the chat", "Forbidden: something of next year",
            ]
        ),
        (
            .recipientUnavailable, 400,
            [
                "Bad Request: chat not found", "Bad Request: user not found", "Bad Request: PEER_ID_INVALID",
                "Bad Request: group chat was upgraded to a supergroup chat",
                "Bad Request: group chat was migrated to a supergroup chat",
                "Bad Request: have no rights to send a message", "Bad Request: CHAT_WRITE_FORBIDDEN",
                "Bad Request: need administrator rights in the channel chat", "Bad Request: CHAT_RESTRICTED",
            ]
        ),
        (
            .rejected, 400,
            [
                "Bad Request: message is too long", "Bad Request: message text is empty",
                "Bad Request: can't parse entities: Can't find end of the entity starting at byte offset 7",
                "Bad Request: wrong file identifier/HTTP URL specified", "Bad Request: failed to get HTTP URL content",
                "Bad Request: BUTTON_DATA_INVALID", "Bad Request: something of next year", "",
            ]
        ),
        (.rejected, 413, ["Request Entity Too Large"]),
        (.rejected, 406, ["Not Acceptable"]),
        (.tokenInvalid, 401, ["Unauthorized", "Unauthorized: invalid token specified"]),
        (.tokenInvalid, 404, ["Not Found"]),
        (.throttled, 429, ["Too Many Requests: retry after 7"]),
        (.throttled, 420, ["FLOOD_WAIT"]),
        (.transient, 409, ["Conflict: terminated by other getUpdates request"]),
        (.transient, 408, ["Request Timeout"]),
        (.transient, 500, ["Internal Server Error: restart", "chat not found"]),
        (.transient, 502, ["Bad Gateway"]),
        (.transient, 504, ["Gateway Timeout"]),
    ]

    @Test("Each refusal means what the table says, with its own status as with 200", arguments: table)
    func refusals(_ outcome: DeliveryOutcome, _ code: Int, _ descriptions: [String]) {
        for description in descriptions {
            for status in [code, 200] {
                var report = read(status, refusal(code, description))
                #expect(report.mayConcernOnePerson == (outcome == .throttled))
                (report.reason, report.mayConcernOnePerson) = (nil, false)
                #expect(report == DeliveryReport(outcome, code: String(code)), "\(status) \(description)")
            }
        }
    }

    @Test("Every reason that the program knows is in the table with its outcome")
    func complete() {
        for (words, outcome, reason) in TelegramOutcome.meanings {
            let isWord = !reason.isEmpty && reason.utf8.allSatisfy { (97...122).contains($0) || $0 == UInt8(ascii: "_") }
            #expect(isWord)
            let isListed = Self.table.contains { row in
                row.0 == outcome && row.2.contains { $0.lowercased().contains(words) }
            }
            #expect(isListed, "\(words)")
        }
    }

    @Test("An accepted message has its number")
    func accepted() {
        let report = read(
            200, #"{"ok":true,"result":{"message_id":4503599627370496,"chat":{"id":7},"date":1,"text":"a"}}"#)
        #expect(report == DeliveryReport(.accepted, externalID: "4503599627370496", receiptID: "7:4503599627370496"))
        #expect(read(200, #"{"ok":true,"result":{"message_id":5}}"#) == DeliveryReport(.accepted, externalID: "5"))
        #expect(read(200, #"{"ok":true,"result":true}"#) == DeliveryReport(.accepted))
        #expect(read(200, #"{"ok":true,"result":{"message_id":{}}}"#) == DeliveryReport(.accepted))
    }

    @Test("Messages of two people that have the same number have receipts of their own")
    func receipts() {
        let ids = ["7", "8"].map { read(200, "{\"ok\":true,\"result\":{\"message_id\":5,\"chat\":{\"id\":\($0)}}}").receiptID }
        #expect(ids == ["7:5", "8:5"])
    }

    @Test("Refusals that share a code are told apart by a word of ours")
    func reasons() {
        #expect(read(403, refusal(403, "Forbidden: bot was blocked by the user")).reason == "blocked")
        #expect(read(403, refusal(403, "Forbidden: user is deactivated")).reason == "deactivated")
        #expect(read(400, refusal(400, "Bad Request: message caption is too long")).reason == "too_long")
        #expect(read(400, refusal(400, "Bad Request: chat not found")).reason == "chat_not_found")
        #expect(read(400, refusal(400, "Bad Request: something of next year")).reason == nil)
    }

    @Test("The wait is exactly what is asked for, in the body before the header")
    func retryAfter() {
        for seconds in [0, 1, 7, 35, 10_072, 86_400] {
            let body = refusal(429, "Too Many Requests: retry after \(seconds)", "{\"retry_after\":\(seconds)}")
            let report = read(429, body, ["retry-after": "3"])
            #expect(report.outcome == .throttled && report.mayConcernOnePerson)
            #expect(report.retryAfter == .seconds(seconds) && report.code == "429")
        }
        #expect(read(429, refusal(429, "x"), ["retry-after": "3"]).retryAfter == .seconds(3))
        #expect(read(429, "<html>", ["retry-after": "3"]) == DeliveryReport(.throttled, retryAfter: .seconds(3)))
        #expect(read(503, refusal(503, "x"), ["retry-after": "9"]).retryAfter == .seconds(9))
        for huge in ["9223372036854775807", "86401"] {
            #expect(read(429, refusal(429, "x", "{\"retry_after\":\(huge)}")).retryAfter == RetryAfter.longest)
        }
        for odd in ["-1", "1.5", "\"soon\"", "[]", "99999999999999999999"] {
            #expect(read(429, refusal(429, "x", "{\"retry_after\":\(odd)}")).retryAfter == nil)
        }
        #expect(read(400, refusal(400, "chat not found", "{\"retry_after\":5}")).retryAfter == nil)
    }

    @Test("A chat that moved is nobody that we write to, whatever the words")
    func migrated() {
        let body = refusal(400, "Bad Request: x", "{\"migrate_to_chat_id\":-1001234567890}")
        #expect(read(400, body) == DeliveryReport(.recipientUnavailable, code: "400", reason: "migrated"))
    }

    @Test(
        "A success that cannot be read may have been one",
        arguments: [
            "", "OK", "<html>", "{", "[]", "{}", #"{"result":{"message_id":1}}"#, #"{"ok":null}"#, #"{"ok":"true"}"#,
            #"{"ok":1}"#,
        ])
    func unreadable(_ body: String) {
        #expect(read(200, body) == DeliveryReport(.ambiguous))
        #expect(read(204, body).outcome == .ambiguous)
    }

    @Test("A refusal without a code is read by its status")
    func uncoded() {
        #expect(
            read(403, #"{"ok":false,"description":"Forbidden: bot was blocked by the user"}"#).outcome
                == .contactStopped)
        #expect(read(400, #"{"ok":false}"#) == DeliveryReport(.rejected))
        #expect(read(200, #"{"ok":false}"#) == DeliveryReport(.rejected))
        #expect(read(502, #"{"ok":true}"#).outcome == .transient)
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
        #expect(read(status, "<html>") == DeliveryReport(outcome))
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
        #expect(TelegramOutcome.read(.failure(failure)) == DeliveryReport(outcome))
    }

    @Test("A report carries a number at most: no description and no token gets through")
    func secrets() {
        for status in [200, 400, 401, 403, 404, 429, 500] {
            let body = refusal(status == 200 ? 400 : status, "failed at /bot\(TelegramSamples.botToken)/sendMessage")
            let text = String(describing: read(status, body))
            #expect(!text.contains(TelegramSamples.botToken) && !text.contains("sendMessage"))
        }
        let odd = read(400, #"{"ok":false,"error_code":"12:AA","description":"x"}"#)
        #expect(odd == DeliveryReport(.rejected))
    }

    @Test("Whatever is answered is read, and only a clear success is one")
    func properties() {
        var random = SeededRandom(seed: 3)
        let sample = Array(refusal(429, "Too Many Requests", "{\"retry_after\":5}").utf8)
        for _ in 0..<2_000 {
            var body = sample
            for _ in 0...(random.next() % 4) {
                body[Int(random.next() % UInt64(body.count))] = UInt8(truncatingIfNeeded: random.next() % 96 + 32)
            }
            let status = 100 + Int(random.next() % 500)
            let report = TelegramOutcome.read(.success(HTTPAnswer(status: status, body: body)))
            #expect(report.outcome != .accepted)
            #expect(report.code.map { $0.utf8.allSatisfy { (48...57).contains($0) || $0 == 45 } } ?? true)
            #expect(report.retryAfter.map { (.zero...RetryAfter.longest).contains($0) } ?? true)
        }
    }
}
