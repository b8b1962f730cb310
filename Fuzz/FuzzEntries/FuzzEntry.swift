/// One reader of outside input, given any bytes at all.
///
/// An entry returns whatever the reader makes of the bytes, a value or an error; it ends the process when the reader
/// traps or breaks a promise of its documentation. Safe on any thread.
package struct FuzzEntry: Sendable {
    /// Lower case with hyphens; the name of its folder under `Fuzz/corpus`.
    package let name: String
    /// The bytes belong to the caller and are not kept.
    package let run: @Sendable (UnsafeRawBufferPointer) -> Void

    init(_ name: String, _ run: @escaping @Sendable (UnsafeRawBufferPointer) -> Void) {
        self.name = name
        self.run = run
    }

    /// Every entry, in the order of the tables.
    package static let all: [FuzzEntry] = [
        FuzzEntry("json", JSONEntry.run),
        FuzzEntry("zalo-receive", ReceiveEntry.zalo),
        FuzzEntry("telegram-receive", ReceiveEntry.telegram),
        FuzzEntry("web-message", ReceiveEntry.web),
        FuzzEntry("form-fields", FormFieldsEntry.run),
        FuzzEntry("contract-parse", ContractEntry.parse),
        FuzzEntry("contract-render", ContractEntry.render),
        FuzzEntry("contract-read", ContractEntry.read),
        FuzzEntry("zalo-outcome", OutcomeEntry.zalo),
        FuzzEntry("telegram-outcome", OutcomeEntry.telegram),
        FuzzEntry("text-splitter", SplitterEntry.run),
        FuzzEntry("interpreter", InterpreterEntry.run),
        FuzzEntry("content-nlu", ContentEntry.training),
        FuzzEntry("content-flows", ContentEntry.flows),
        FuzzEntry("content-replies", ContentEntry.replies),
        FuzzEntry("content-tests", ContentEntry.conversations),
        FuzzEntry("content-lookups", ContentEntry.lookups),
        FuzzEntry("content-triage", ContentEntry.triage),
        FuzzEntry("reply-template", TemplateEntry.run),
        FuzzEntry("settings", SettingsEntry.run),
        FuzzEntry("class-sheet", ClassSheetEntry.run),
        FuzzEntry("instant", InstantEntry.run),
        FuzzEntry("button-payload", ButtonPayloadEntry.run),
        FuzzEntry("conversation-state", ConversationStateEntry.run),
        FuzzEntry("receipt-code", SealingEntry.code),
        FuzzEntry("envelope", SealingEntry.envelope),
        FuzzEntry("password-sealed-key", SealingEntry.password),
        FuzzEntry("audit-log", SealingEntry.audit),
        FuzzEntry("organisation-sheet", SheetEntry.organisations),
        FuzzEntry("people-sheet", SheetEntry.people),
        FuzzEntry("broadcast-text", BroadcastTextEntry.run),
        FuzzEntry("checked-number", NumberEntry.run),
        FuzzEntry("mail-address", MailEntry.address),
        FuzzEntry("mail-render", MailEntry.render),
        FuzzEntry("mail-outcome", MailEntry.outcome),
        FuzzEntry("telegram-command", TelegramEntry.command),
        FuzzEntry("telegram-press", TelegramEntry.press),
        FuzzEntry("telegram-webhook", TelegramEntry.webhook),
        FuzzEntry("database-address", DatabaseAddressEntry.run),
        FuzzEntry("time-reader", ReadersEntry.times),
        FuzzEntry("entity-reader", ReadersEntry.entities),
        FuzzEntry("triage-reader", ReadersEntry.triage),
        FuzzEntry("folding", ReadersEntry.folding),
        FuzzEntry("model-file", ReadersEntry.model),
        FuzzEntry("environment", SettingsEntry.environment),
        FuzzEntry("answer-headers", TransportEntry.headers),
        FuzzEntry("retry-after", TransportEntry.pause),
        FuzzEntry("mail-conversation", TransportEntry.mail),
        FuzzEntry("call-address", TransportEntry.address),
        FuzzEntry("request-source", TransportEntry.source),
        FuzzEntry("query", TransportEntry.query),
        FuzzEntry("encodings", TransportEntry.encodings),
        FuzzEntry("intake", IntakeEntry.run),
    ]
}
