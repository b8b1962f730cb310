import ArgumentParser

@main
struct Nhipcau: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Nhịp Cầu")
}
