import Channels
import Core
import Loopback
import Outbound
import Testing

/// A message all the way: written by the channel, carried by libcurl, taken by a strict server, and read back.
@Suite(.timeLimit(.minutes(2)))
struct MailDeliveryTests {
    private static let password = "mat-khau-rat-kin"

    private func channel(_ url: String) -> MailChannel {
        var settings = ChannelSettings(
            id: ConnectionID("mail"), baseURL: url, options: ["from": "Nhịp Cầu <bot@truong.example.vn>", "username": "bot"])
        settings.secrets["password"] = Self.password
        return MailChannel(settings)
    }

    private func send(
        _ text: String, to person: String = "truc@xa.example.vn", _ server: FakeSMTP, deadline: Duration? = nil
    ) async throws -> DeliveryReport {
        let channel = channel(server.url)
        let address = ConversationAddress(
            connection: ConnectionID("mail"), channel: .mail, account: "bot@truong.example.vn", person: person)
        guard case .calls(let calls) = channel.render(OutboundMessage(text: text), to: address, token: nil), var call = calls.first else {
            return DeliveryReport(.rejected, code: "not rendered")
        }
        if let deadline { call.deadline = deadline }
        let final = call
        return try await withTransport { transport in
            do throws(TransportFailure) {
                return channel.read(.success(try await transport.perform(final)))
            } catch {
                return channel.read(.failure(error))
            }
        }
    }

    @Test func `a page in Vietnamese arrives as it was written`() async throws {
        let server = try FakeSMTP { $0.credentials = ("bot", Self.password) }
        defer { server.stop() }
        let text = "Có một báo cáo mới cần anh/chị trực xem ngay trong vòng mười lăm phút, xin cảm ơn\n.\n..\nMở bảng trực."
        let report = try await send(text, server)
        #expect(report.outcome == .accepted)
        let mail = try #require(server.mails.first)
        #expect(report.externalID.map { "<\($0)>" } == mail.header("message-id"))
        #expect(mail.text == text.split(separator: "\n", omittingEmptySubsequences: false).joined(separator: "\r\n") + "\r\n")
        #expect(mail.readableHeader("subject") == "Có một báo cáo mới cần anh/chị trực xem ngay trong vòng mười lăm phút, xin cảm ơn")
        #expect(mail.readableHeader("from") == "Nhịp Cầu <bot@truong.example.vn>")
        #expect(mail.header("auto-submitted") == "auto-generated")
        #expect(mail.user == "bot")
        #expect(mail.sender == "bot@truong.example.vn" && mail.recipients == ["truc@xa.example.vn"])
        #expect(server.violations == [])
    }

    @Test(arguments: [
        (FakeSMTP.Stage.signIn, "535 5.7.8 no", DeliveryOutcome.accountPaused), (.signIn, "454 4.7.0 later", .transient),
        (.sender, "553 5.7.1 not yours", .accountPaused), (.recipient, "550 5.1.1 nobody", .recipientUnavailable),
        (.recipient, "450 4.2.0 greylisted", .transient), (.recipient, "452 4.2.2 full", .transient),
        (.data, "421 4.3.2 closing", .transient), (.message, "554 5.7.1 spam", .rejected), (.message, "452 4.3.1 disk", .transient),
        (.greeting, "554 5.3.2 nobody home", .accountPaused),
    ])
    func `what the server says is what the message's fate is`(
        stage: FakeSMTP.Stage, reply: String, outcome: DeliveryOutcome
    ) async throws {
        let server = try FakeSMTP {
            $0.credentials = ("bot", Self.password)
            $0.replies[stage] = reply
        }
        defer { server.stop() }
        let report = try await send("Báo cáo mới", server)
        #expect(report == DeliveryReport(outcome, code: String(reply.prefix(9))))
        #expect(!"\(report)".contains(Self.password))
        #expect(server.mails.isEmpty)
    }

    @Test func `a break before the message is tried again, one after it is in doubt`() async throws {
        for (stage, outcome) in [(FakeSMTP.Stage.recipient, DeliveryOutcome.transient), (.message, .ambiguous)] {
            let server = try FakeSMTP {
                $0.credentials = ("bot", Self.password)
                $0.drops = [stage]
            }
            defer { server.stop() }
            #expect(try await send("Báo cáo mới", server).outcome == outcome)
        }
        let gate = Gate()
        let slow = try FakeSMTP {
            $0.credentials = ("bot", Self.password)
            $0.holds[.message] = gate
        }
        defer {
            gate.open()
            slow.stop()
        }
        #expect(try await send("Báo cáo mới", slow, deadline: .milliseconds(500)).outcome == .ambiguous)
    }
}
