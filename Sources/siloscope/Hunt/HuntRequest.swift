import ArgumentParser
import Engine
import Events
import Foundation
import Sinks

/// A hunt's arguments, resolved: what the engine is asked, and how its results are shown.
struct HuntRequest: Sendable {
    var options: HuntOptions
    var format: OutputFormat
    var outputPath: String?
    var replacesOutput: Bool
    var failsOnDetection: Bool
    var failsOnDefects: Bool
    var showsSummary: Bool
    /// `nil`: no progress line.
    var progressStyle: TerminalStyle?
    var cardStyle: TerminalStyle
    var summaryStyle: TerminalStyle

    /// Resolves the arguments as typed; looks at the terminal and the clock, at nothing else.
    init(_ command: HuntCommand) throws {
        let output = command.output
        options = try command.options()
        format = output.format
        outputPath = output.output
        replacesOutput = output.clobber
        failsOnDetection = output.failOnDetection
        failsOnDefects = output.strict
        showsSummary = !output.quiet && !output.noSummary
        cardStyle = StandardOutputText.style(noColour: output.noColor, isVerbose: output.verbose)
        if outputPath != nil { cardStyle.usesColour = false }
        summaryStyle = StandardError.style(noColour: output.noColor, isVerbose: output.verbose)
        let showsProgress = StandardError.isTerminal && !output.quiet && !output.noProgress && Screen.allowsColour
        progressStyle = showsProgress ? summaryStyle : nil
    }
}

extension HuntCommand {
    fileprivate func options() throws -> HuntOptions {
        var options = HuntOptions()
        options.evidence = evidence
        options.rulePaths = rules.rules
        options.useBuiltin = !rules.noBuiltin
        options.strategiesPath = rules.strategies
        options.ignoreLogSource = rules.ignoreLogsource
        options.placeholders = try rules.placeholders()
        options.today = rules.today
        options.minimumLevel = filters.minLevel.level
        options.from = filters.from ?? filters.last.map { Timestamp(nanoseconds: Self.now() - $0) }
        options.to = filters.to
        options.includeHosts = names(filters.includeComputer)
        options.excludeHosts = names(filters.excludeComputer)
        options.includeChannels = names(filters.includeChannel)
        options.excludeChannels = names(filters.excludeChannel)
        options.includeEventIDs = try eventIDs(filters.includeEid)
        options.excludeEventIDs = try eventIDs(filters.excludeEid)
        options.includeTags = names(filters.includeTag)
        options.excludeTags = names(filters.excludeTag)
        options.includeStatus = names(filters.includeStatus)
        options.excludeStatus = names(filters.excludeStatus)
        options.includeRules = names(filters.includeRule)
        options.excludeRules = names(filters.excludeRule)
        options.minimumPriority = priority.minPriority.priority
        for argument in priority.asset { options.assets.add(argument.entry) }
        for file in priority.assets { try options.assets.add(file: file) }
        options.ungrouped = output.ungrouped
        options.threads = work.threads
        options.reading = reading.options
        options.baselinePath = work.baseline
        options.savedBaselinePath = work.saveBaseline
        options.cachePath = work.noCache ? nil : work.cache
        return options
    }

    private static func now() -> Int64 { Int64(Date().timeIntervalSince1970 * 1_000_000_000) }

    /// Lists with commas, as a set, in lower case: the engine compares names without case.
    private func names(_ lists: [String]) -> Set<String> {
        Set(
            lists.flatMap { $0.split(separator: ",") }
                .map { String($0).trimmingCharacters(in: .whitespaces).lowercased() }.filter { !$0.isEmpty })
    }

    func eventIDs(_ lists: [String]) throws -> Set<Int> {
        Set(
            try names(lists).map { text in
                guard let id = Int(text), (0...65_535).contains(id) else {
                    throw ValidationError("'\(text)' is no event id: a number from 0 to 65535.")
                }
                return id
            })
    }
}

extension RuleArguments {
    /// `NAME=V1,V2`, or `%NAME%=…`; a name that comes again adds to its values.
    func placeholders() throws -> [String: [String]] {
        var result: [String: [String]] = [:]
        for text in placeholder {
            guard let equals = text.firstIndex(of: "=") else {
                throw ValidationError("--placeholder takes NAME=VALUE,VALUE; '\(text)' has no '='.")
            }
            let name = text[..<equals].trimmingCharacters(in: CharacterSet(charactersIn: "% "))
            guard !name.isEmpty else { throw ValidationError("--placeholder '\(text)' has no name.") }
            result[name, default: []] += text[text.index(after: equals)...].split(separator: ",").map(String.init)
        }
        return result
    }
}
