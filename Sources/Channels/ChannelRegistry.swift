package import Core

/// Which channels exist and what each needs.
package enum ChannelRegistry {
    /// The kinds that can be made, in the order of ``ChannelKind``.
    package static var available: [ChannelKind] { ChannelKind.allCases.filter { capability(of: $0) != nil } }

    /// - Throws: ``ChannelError/notAvailable(_:)`` for kinds that are not built.
    package static func make(_ kind: ChannelKind, settings: ChannelSettings) throws(ChannelError) -> any Channel {
        switch kind {
        case .zaloOA: ZaloOAChannel(settings)
        case .telegram: TelegramChannel(settings)
        case .mail: MailChannel(settings)
        case .web: WebChannel(settings)
        case .terminal: TerminalChannel(settings)
        case .zaloBot, .zns, .messenger, .instagram, .whatsapp, .viber, .esms, .generic:
            throw .notAvailable(kind)
        }
    }

    /// What the kind can do; nil for kinds that are not built.
    package static func capability(of kind: ChannelKind) -> Capability? {
        switch kind {
        case .zaloOA: ZaloOAChannel.capability
        case .telegram: TelegramChannel.capability
        case .mail: MailChannel.capability
        case .web: WebChannel.capability
        case .terminal: TerminalChannel.capability
        case .zaloBot, .zns, .messenger, .instagram, .whatsapp, .viber, .esms, .generic: nil
        }
    }

    /// The secrets without which a connection of this kind cannot do all of its work; it refuses requests that it
    /// cannot prove. For checks at the start and `doctor`.
    package static func requiredSecrets(of kind: ChannelKind) -> [String] {
        switch kind {
        case .zaloOA: ["app_id", "app_secret", "oa_secret_key"]
        case .telegram: ["auth_token", "secret_token"]
        // A server may trust this machine without a password.
        case .mail: []
        case .web, .terminal: []
        case .zaloBot, .zns, .messenger, .instagram, .whatsapp, .viber, .esms, .generic: []
        }
    }
}
