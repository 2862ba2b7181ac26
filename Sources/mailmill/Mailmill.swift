import ArgumentParser

@main
struct Mailmill: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Collects what mail servers do, keeps it, shows it.")
}
