import Channels
import Config
import Core
import Dialogue
import Logging
import Store
import Web

extension Assembly {
    func webSettings(_ channels: [ConnectionID: any Channel]) throws -> WebSettings {
        var web = WebSettings()
        web.host = settings.server.host
        web.port = settings.server.port
        web.internalPort = settings.server.internalPort
        for text in settings.server.trustedProxies {
            guard let range = AddressRange(text) else {
                Console.words("server.trusted_proxies: “\(text)” is not an address or range. Write 10.0.0.1 or 10.0.0.0/8.")
                throw Exit.failed
            }
            web.trustedProxies.append(range)
        }
        web.publicURL = publicURL
        web.connections = channels.filter { $0.value.kind != .terminal }
        web.webChat = ConnectionID(ChannelKind.web.rawValue)
        web.zaloVerifiers = settings.server.zaloVerifiers
        web.botName = settings.policies.botName
        web.placeName = settings.policies.provinceName
        web.hotlines = hotlines.map {
            .init(number: $0.number, name: $0.name["vi"] ?? "", nameInEnglish: $0.name["en"] ?? $0.name["vi"] ?? "")
        }
        web.privacy = PrivacyNotice(
            controller: settings.policies.schoolDesk, contact: settings.policies.schoolDeskPhone ?? settings.policies.schoolDesk,
            messageDays: retention.contentDays, conversationDays: retention.contentDays)
        web.isDemo = isDemo
        web.replayWindow = .seconds(86_400 * max(3, retention.deduplicationDays - 1))
        return web
    }

    /// Logs go to standard error, one line each, without content.
    func startLogging() -> Logger {
        let level = Logger.Level(rawValue: settings.log.level.rawValue) ?? .info
        LoggingSystem.bootstrap { label in
            var handler = StreamLogHandler.standardError(label: label)
            handler.logLevel = level
            return handler
        }
        return Logger(label: "nhipcau")
    }
}
