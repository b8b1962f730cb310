package import Core

/// Everything the operator decided, validated once at start. Nothing else in the program reads configuration.
package struct Settings: Sendable, Equatable {
    package var server = Server()
    package var database = Database()
    package var connections: [Connection] = []
    package var languages: [Language] = [.vietnamese, .english]
    package var policies = Policies()
    package var reports = Reports()
    /// Empty = the national numbers that the program knows.
    package var hotlines: [Hotline] = []
    package var content = Content()
    package var log = Log()

    package init() {}

    package struct Server: Sendable, Equatable {
        package var host = "127.0.0.1"
        /// 0 = any free port; the one taken is printed.
        package var port = 8080
        /// Where `/metrics` is served when set; else it is served on ``port`` to this machine only.
        package var internalPort: Int?
        /// Addresses whose `X-Forwarded-For` is believed.
        package var trustedProxies: [String] = []
        /// How people reach us from outside, without a trailing slash; used in links.
        package var publicURL: String?
        /// Where the certificate lies when the program speaks TLS itself.
        package var tls: TLS?
        /// Codes that Zalo's domain check asks for at `/zalo_verifier<code>.html`.
        package var zaloVerifiers: [String] = []
    }

    /// PEM files, absolute or relative to the home directory.
    package struct TLS: Sendable, Equatable {
        /// The server's certificate, then those between it and the root.
        package var certificate: String
        package var key: String

        package init(certificate: String, key: String) {
            self.certificate = certificate
            self.key = key
        }
    }

    package struct Database: Sendable, Equatable {
        /// Path of the SQLite file, absolute or relative to the home directory.
        package var path = "var/nhipcau.db"
        /// The server that is used instead of the file.
        package var server: DatabaseServer?
        /// Where the master key is kept; made at the first start.
        package var keyFile = "var/keys/master.key"
        /// Waiting events beyond this are refused with 503.
        package var inboxLimit = 100_000
        package var retention = Retention()
    }

    /// A PostgreSQL database.
    package struct DatabaseServer: Sendable, Equatable {
        /// As the operator wrote it; may hold a password, so it is never printed.
        package var url: String
        /// When it does not stand in the address.
        package var password: String?

        package init(url: String, password: String? = nil) {
            self.url = url
            self.password = password
        }
    }

    /// How long things are kept.
    package struct Retention: Sendable, Equatable {
        /// Messages as they came and went, and what is remembered of a conversation that nobody goes on with.
        package var content: Duration = .seconds(30 * 86_400)
        /// What was handed to a desk.
        package var deskItems: Duration = .seconds(180 * 86_400)
        /// Children's names, after their class's last session.
        package var enrolments: Duration = .seconds(365 * 86_400)
    }

    /// One app registration on a platform.
    package struct Connection: Sendable, Equatable {
        package var id: ConnectionID
        package var kind: ChannelKind
        package var baseURL: String?
        package var tokenURL: String?
        /// By the names of the channel contract: `app_id, app_secret, oa_secret_key, access_token, refresh_token …`.
        package var secrets: [String: String]
        package var options: [String: String]

        package init(
            id: ConnectionID, kind: ChannelKind, baseURL: String? = nil, tokenURL: String? = nil,
            secrets: [String: String] = [:], options: [String: String] = [:]
        ) {
            self.id = id
            self.kind = kind
            self.baseURL = baseURL
            self.tokenURL = tokenURL
            self.secrets = secrets
            self.options = options
        }
    }

    package struct Policies: Sendable, Equatable {
        package var botName = "Nhịp Cầu"
        package var provinceName = "Thanh Hóa"
        package var schoolDesk = "bộ phận trực của nhà trường"
        package var schoolDeskPhone: String?
        /// Opening minutes of the day per ISO weekday (1 = Monday); a missing day is closed.
        package var deskHours: [Int: ClosedRange<Int>] = Dictionary(
            uniqueKeysWithValues: (1...5).map { ($0, 7 * 60 + 30...17 * 60) })
        package var formExpiry: Duration = .seconds(30 * 60)
        package var draftKept: Duration = .seconds(24 * 3600)
        package var ownerPause: Duration = .seconds(30 * 60)
    }

    /// Reports of violence: keys, and the ways to people on duty.
    package struct Reports: Sendable, Equatable {
        /// The private key of whoever is on duty; made at the first start, kept outside the database.
        package var dutyKeyFile = "var/keys/duty.key"
        /// Public key (64 hexadecimal digits) under which each case can be opened when all its members are gone.
        package var escrowPublicKey: String?
        /// The connection of kind `mail` that pages people on duty; nil = the only one there is.
        package var mailConnection: ConnectionID?
    }

    package struct Hotline: Sendable, Equatable {
        package var number: String
        /// What it is, by language code; `vi` is always there.
        package var name: [String: String]
        package var owner: String
        /// When a person last dialled or checked it; nil = nobody has yet.
        package var verified: CivilDate?

        package init(number: String, name: [String: String], owner: String, verified: CivilDate? = nil) {
            self.number = number
            self.name = name
            self.owner = owner
            self.verified = verified
        }
    }

    package struct Content: Sendable, Equatable {
        package var intents = "intents"
        /// Where trained models are cached.
        package var models = "var/models"
    }

    package struct Log: Sendable, Equatable {
        package enum Level: String, Sendable, CaseIterable { case debug, info, notice, warning, error }
        package var level = Level.info
    }
}
