import ArgumentParser
import Foundation

/// The program: a table of contents of its commands.
@main
struct Siloscope: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Hunts adversaries that hide in containers on Windows, with Sigma rules over logs.",
        discussion: """
            Start with a folder of evidence; the rules are built in:

              siloscope hunt evidence/

            Exit codes: 0 done (hits are no failure), 1 findings when asked (--fail-on-detection), 2 rule or content \
            error, 3 usage or configuration, 130 interrupted. Results go to standard output, progress and summaries to \
            standard error.

            Completions for your shell, with bash, zsh or fish:

              siloscope --generate-completion-script zsh > ~/.zfunc/_siloscope
            """,
        version: BuildVersion.number,
        subcommands: [
            HuntCommand.self, InspectCommand.self, TuneCommand.self, SourcesCommand.self, ContainersCommand.self,
            RulesCommand.self,
            ConvertCommand.self, ComposeCommand.self, VersionCommand.self,
        ])

    static func main() async {
        // A reader that goes away (`| head`) shall be an error that we can answer, not the end of the process.
        signal(SIGPIPE, SIG_IGN)
        do {
            var command = try parseAsRoot()
            if var asynchronous = command as? any AsyncParsableCommand {
                try await asynchronous.run()
            } else {
                try command.run()
            }
        } catch {
            Foundation.exit(Prose.report(error).rawValue)
        }
    }
}
