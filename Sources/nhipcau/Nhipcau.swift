import ArgumentParser

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

@main
struct Nhipcau: AsyncParsableCommand {
    /// Stands in backups.
    static let version = "0.1"

    static let configuration = CommandConfiguration(
        commandName: "nhipcau",
        abstract: "Nhịp Cầu: a chat-bot between parents, schools and society.",
        discussion: "Start with `nhipcau serve --demo` and open http://localhost:8080/chat.",
        subcommands: [
            ServeCommand.self, ChatCommand.self, UnderstandCommand.self, IntentsCommand.self, ChannelsCommand.self,
            OrganisationsCommand.self, PeopleCommand.self, BroadcastCommand.self, StaffCommand.self, ReportsCommand.self, AuditCommand.self,
            DatabaseCommand.self, KeysCommand.self, DoctorCommand.self,
        ])

    static func main() async {
        // A reader that goes away must end a write with an error, not the process with a signal.
        signal(SIGPIPE, SIG_IGN)
        // What the program writes (the database, its log, keys) is for its own user only.
        umask(0o077)
        await main(nil)
    }
}
