import ArgumentParser
import Engine

/// A priority as typed: its name, or its number as ticket systems write it.
struct PriorityArgument: ExpressibleByArgument {
    let priority: Priority

    init(_ priority: Priority) { self.priority = priority }

    init?(argument: String) {
        let text = argument.lowercased()
        let known = Priority.allCases.first { $0.rawValue == text || ($0.code.lowercased() == text && !text.isEmpty) }
        guard let priority = text == "info" ? .informational : text == "crit" ? .critical : known else { return nil }
        self.priority = priority
    }

    var defaultValueDescription: String { priority.rawValue }
    static var allValueStrings: [String] { Priority.allCases.reversed().map(\.rawValue) }
}
