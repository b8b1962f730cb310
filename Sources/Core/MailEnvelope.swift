/// What an SMTP server is told beside the message itself (RFC 5321).
///
/// The answer to such a call is the server's last reply: ``HTTPAnswer/status`` is the reply's number (250, 451, 550 …),
/// ``HTTPAnswer/body`` its lines, and ``HTTPAnswer/headers`` say where in the conversation it was given (``stageHeader``),
/// with which id an accepted message can be found again (``messageIDHeader``), and whether we signed in
/// (``signInHeader``).
package struct MailEnvelope: Sendable, Equatable {
    /// The address that failures are returned to.
    package var sender: String
    /// Without recipients nothing is sent: the call only connects, signs in, and takes leave again.
    package var recipients: [String]
    /// The `Message-ID` of the message, without its angle brackets. A server gives back no id that anybody else knows.
    package var messageID: String
    /// Nil where the server trusts this machine without signing in.
    package var credentials: Credentials?
    /// Whether an `smtp:` connection must be encrypted before anything is said on it. `smtps:` always is.
    package var demandsEncryption: Bool

    package init(
        sender: String, recipients: [String], messageID: String = "", credentials: Credentials? = nil,
        demandsEncryption: Bool = true
    ) {
        self.sender = sender
        self.recipients = recipients
        self.messageID = messageID
        self.credentials = credentials
        self.demandsEncryption = demandsEncryption
    }

    /// A name and a password. Neither is shown when this is printed.
    package struct Credentials: Sendable, Equatable, CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
        package var user: String
        package var password: String

        package init(user: String, password: String) {
            self.user = user
            self.password = password
        }

        package var description: String { "Credentials(…)" }
        package var debugDescription: String { description }
        package var customMirror: Mirror { Mirror(self, children: [:]) }
    }

    /// Names the header of the answer that holds a ``Stage``.
    package static let stageHeader = "smtp-stage"
    package static let messageIDHeader = "message-id"
    /// `accepted` after signing in, `not_offered` where there were credentials and the server wanted none.
    package static let signInHeader = "smtp-sign-in"

    /// Where in the conversation a reply was given.
    package enum Stage: String, Sendable, CaseIterable {
        case greeting
        case hello
        case encryption
        case signIn = "sign_in"
        case sender
        case recipient
        /// The command that announces the message.
        case data
        /// After the whole message.
        case message
        /// Nothing was to be sent.
        case probe
    }
}
