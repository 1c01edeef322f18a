import Engine
import Events
import Sinks

/// What a proposed exception would do, for people, and whether it is refused.
struct TuneReport {
    let proposal: ExceptionProposal
    let hidden: HiddenAlerts
    let samples: (lost: [ExceptionTrial.LostSample], kept: Int)

    /// Lines of a list before the rest is only counted.
    private static let listLimit = 8

    var text: String {
        var lines = [row("alert", proposal.alert.id + "  " + proposal.alert.rule.title)]
        lines.append(
            row("hides", "\(Quantity.count(hidden.hidden)) of \(Quantity.count(hidden.ofTheRule, "alert")) of the rule")
        )
        lines.append(
            row(
                "",
                "\(Quantity.count(hidden.hiddenOfTheBehaviour)) of \(Quantity.count(hidden.ofTheBehaviour)) of the marked "
                    + "behaviour (its rule, host and container)"))
        let subjects = hidden.bySubject.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
        for (subject, count) in subjects.prefix(Self.listLimit) {
            lines.append(row("", "\(Quantity.count(count))  \(subject)"))
        }
        if subjects.count > Self.listLimit { lines.append(row("", "and \(subjects.count - Self.listLimit) more")) }
        for alert in hidden.first {
            let container =
                alert.container.map { " in " + ($0.name.isEmpty ? String($0.id.prefix(12)) : $0.name) } ?? ""
            lines.append(row("", "\(TimeText.readable(alert.time))  \(alert.id.prefix(8))  \(alert.host)\(container)"))
        }
        let rest = hidden.ofTheBehaviour - hidden.hiddenOfTheBehaviour
        if rest > 0 {
            lines.append(
                row("remain", "\(Quantity.count(rest)) of the behaviour: each that differs needs its own mark"))
        }
        lines.append(row("samples", sampleLine))
        for sample in samples.lost.prefix(Self.listLimit) {
            lines.append(row("", "hidden: \(sample.path): \(sample.note) (\(sample.title))"))
        }
        return lines.joined()
    }

    private var sampleLine: String {
        if samples.kept + samples.lost.count == 0 {
            return "the rule has no cases here: nothing proves that an attack would still be found"
        }
        return samples.lost.isEmpty
            ? "all \(samples.kept) that must fire still do" : "\(samples.lost.count) that must fire would be hidden"
    }

    /// Why the exception is not written; nil if it may be.
    func refusal(broad: Bool) -> ContentComplaint? {
        if !samples.lost.isEmpty {
            return ContentComplaint(
                message:
                    "refused: the exception would hide \(Quantity.count(samples.lost.count, "sample")) of an attack",
                hint: "Change the rule, or what the benign program does: from here the two look the same.",
                status: .findings)
        }
        let beyond = hidden.hidden - hidden.hiddenOfTheBehaviour
        if beyond > 0, !broad {
            return ContentComplaint(
                message:
                    "refused: the exception would hide \(Quantity.count(beyond, "alert")) of other containers or hosts",
                hint: "Look at them first; --broad writes it nevertheless.", status: .findings)
        }
        return nil
    }

    private func row(_ label: String, _ text: String) -> String {
        DisplayWidth.pad(label, to: 10) + TextSafety.visible(text) + "\n"
    }
}
