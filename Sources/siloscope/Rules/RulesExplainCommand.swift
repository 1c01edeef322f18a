import ArgumentParser
import Engine
import Foundation
import Sigma
import Sinks

/// `siloscope rules explain`: a rule in plain words, and, given events, why it fires on them or does not.
struct RulesExplainCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "explain",
        abstract: "Explain a rule; with events, why it fires on them or does not.",
        usage: "siloscope rules explain <rule> [--event <file>] [<options>]",
        discussion: """
            Events are what hunt reads, and the alerts of `hunt -t ndjson`. The tree shows each part of the condition \
            with its truth: ✓ holds, ✗ does not. What hunt adds to an event (Container.… fields) is only known in alerts.

            EXAMPLES
              # What does it look for?
              siloscope rules explain 6f3d3ed0-5a1e-4f0e-9f3e-0d1b2c3a4e5f
              # Why is record 18442 not found?
              siloscope rules explain my-rule.yml --event Security.evtx --record 18442
            """)

    @Argument(
        help: ArgumentHelp("A rule's id (or its start) or name, or a file with rules.", valueName: "rule"),
        completion: .file())
    var rule: String

    @OptionGroup(title: "Rules") var selection: RuleSelection

    @Option(
        name: .long, help: ArgumentHelp("A file of events; - reads standard input.", valueName: "file"),
        completion: .file())
    var event: String?

    @Option(name: .long, help: ArgumentHelp("Only this record: its id in an event log, else its line.", valueName: "n"))
    var record: UInt64?

    @Flag(name: .long, help: "Also say of every event that the rule does not fire on it.")
    var all = false

    func run() throws {
        let (set, chosen) = try chosen()
        let style = StandardOutputText.style()
        guard let event else {
            for index in chosen {
                let content = ExceptionPolicy.contentHash(of: set.unfilteredRule(index))
                StandardOutputText.write(RuleExplanationText(style).text(of: set.rules[index], content: content))
            }
            return
        }
        let rules = chosen.map { set.rules[$0] }
        let taxonomy = try Taxonomy.builtin()
        var fired = 0
        var seen = 0
        let evaluator = Evaluator()
        try ExplainedEvents(path: event, only: record).forEach { event in
            seen += 1
            for rule in rules {
                let (isWatched, fields) = event.seen(by: rule, taxonomy)
                let explanation = evaluator.explain(rule, fields: fields)
                let fires = isWatched && explanation.holds
                if fires { fired += 1 }
                guard fires || all || record != nil else { continue }
                StandardOutputText.write(
                    RuleExplanationText(style).text(of: rule, explanation, on: event.name, isWatched: isWatched))
            }
        }
        StandardError.write("fires on \(Quantity.count(fired)) of \(Quantity.count(seen, "event"))\n")
        if record != nil, seen == 0 {
            throw ContentComplaint(
                message: "\(TextSafety.visible(event)) has no record \(record ?? 0)", hint: nil, status: .usage)
        }
    }

    /// The rules that were named, by their index: all of a file, or the one with that id or name.
    private func chosen() throws -> (set: RuleSet, rules: [Int]) {
        if FileManager.default.fileExists(atPath: rule) {
            let set = try RuleReading(paths: [rule]).ruleSet
            guard !set.rules.isEmpty else {
                throw ContentComplaint(
                    message: "no rule in \(TextSafety.visible(rule)) could be used",
                    hint: "siloscope rules check \(TextSafety.visible(rule)) says why.")
            }
            return (set, Array(set.rules.indices))
        }
        let set = try RuleReading(selection).ruleSet
        if case .rule(let index) = set.find(rule) { return (set, [index]) }
        let prefix = rule.lowercased()
        let alike = set.rules.indices.filter {
            prefix.count >= 4 && set.rules[$0].metadata.id.lowercased().hasPrefix(prefix)
        }
        guard alike.count == 1 else {
            throw ContentComplaint(
                message: (alike.isEmpty ? "no rule is called " : "several ids begin with ") + rule,
                hint: "`siloscope rules list --search TEXT` finds rules by title; -r adds rules to look in.",
                status: .usage)
        }
        return (set, alike)
    }
}
