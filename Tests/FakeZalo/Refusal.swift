/// An error as the platform says it: HTTP 200 with a number.
struct Refusal: Error, Equatable {
    var number: Int
    var message: String

    init(_ number: Int, _ message: String) {
        self.number = number
        self.message = message
    }

    static func parameter(_ message: String) -> Refusal { Refusal(-201, message) }
    static func limit(_ message: String) -> Refusal { Refusal(-210, message) }
}
