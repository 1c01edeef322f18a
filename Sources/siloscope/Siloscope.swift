import ArgumentParser

@main
struct Siloscope: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Runs Alerting & Detection Strategies over evidence.")
}
