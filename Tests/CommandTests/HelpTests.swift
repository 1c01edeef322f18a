import TestKit
import Testing

@Suite("Help")
struct HelpTests {
    @Test(
        "The help screens say what they said",
        arguments: [
            [], ["hunt"], ["tune"], ["rules"], ["rules", "check"], ["rules", "list"], ["rules", "explain"],
            ["rules", "test"], ["convert"], ["sources"], ["containers"], ["compose"], ["inspect"], ["version"],
        ])
    func screens(command: [String]) throws {
        let outcome = try Program.run(command + ["--help"])
        #expect(outcome.status == 0)
        #expect(outcome.complaints.isEmpty)
        let name = (["siloscope"] + command).joined(separator: "-")
        #expect(Golden.difference(of: outcome.output, from: "help/\(name).txt") == nil)
        for line in outcome.output.split(separator: "\n") { #expect(line.count <= 100, "\(line)") }
    }

    @Test("Completions for every shell name the commands", arguments: ["bash", "zsh", "fish"])
    func completions(shell: String) throws {
        let outcome = try Program.run(["--generate-completion-script", shell])
        #expect(outcome.status == 0)
        #expect(outcome.output.contains("hunt"))
        #expect(outcome.output.contains("fail-on-detection"))
    }
}
