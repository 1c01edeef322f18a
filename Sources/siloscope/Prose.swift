import ArgumentParser
import Bytes
import EVTX
import Engine
import Foundation
import Sigma
import Sinks

/// What to tell the user about an error. Errors carry codes and places; the sentences are here.
struct Complaint: Equatable {
    /// What happened.
    var message: String
    /// What to do about it; may be `nil`.
    var hint: String?
    /// How the process ends.
    var status: ProcessStatus
}

enum Prose {
    /// Says what went wrong on standard error and returns how to end.
    static func report(_ error: any Error) -> ProcessStatus {
        if let finished = error as? Finished { return finished.status }
        if let output = error as? OutputError, output.code == .closedPipe { return .success }
        if let complaint = complaint(about: error) {
            StandardError.write(text(of: complaint, style: StandardError.style()))
            return complaint.status
        }
        return reportParsing(error)
    }

    /// The complaint for one of our errors; `nil` for those of the argument parser.
    static func complaint(about error: any Error) -> Complaint? {
        switch error {
        case let error as HuntError: words(for: error)
        case let error as OutputError: words(for: error)
        case let error as EVTXError:
            Complaint(message: TextSafety.visible(error.description), hint: nil, status: .usage)
        case let error as ContentComplaint:
            Complaint(
                message: TextSafety.visible(error.message), hint: error.hint.map(TextSafety.visible),
                status: error.status)
        case let error as FileError:
            Complaint(message: TextSafety.visible(error.description), hint: nil, status: .usage)
        case let error as TaxonomyError:
            Complaint(message: "the taxonomy: " + TextSafety.visible(error.description), hint: nil, status: .content)
        case is CancellationError: Complaint(message: "interrupted", hint: nil, status: .interrupted)
        default: nil
        }
    }

    private static func words(for error: HuntError) -> Complaint {
        let path = TextSafety.visible(error.path)
        let reason = error.reason.isEmpty ? "" : ": " + TextSafety.visible(error.reason)
        switch error.code {
        case .evidenceUnreadable:
            return Complaint(
                message: "cannot read the evidence \(path)\(reason)", hint: "Check the path and its permissions.",
                status: .usage)
        case .nothingRecognised:
            return Complaint(
                message: "nothing in \(path.isEmpty ? "the evidence" : path) was recognised\(reason)",
                hint: "hunt reads Windows event logs (.evtx), Docker events and inspect output, and NDJSON.",
                status: .usage)
        case .rulesUnreadable:
            return Complaint(
                message: "cannot read the rules \(path)\(reason)", hint: "-r takes a Sigma file or a folder of them.",
                status: .usage)
        case .assetsUnreadable:
            return Complaint(
                message: "cannot use the list of assets \(path)\(reason)",
                hint: "A list of maps: `- {host: 'DC*', weight: critical}`.", status: .usage)
        case .baseline:
            return Complaint(
                message: "the baseline \(path)\(reason)", hint: "Make a new one with --save-baseline.", status: .usage)
        case .noRules:
            return Complaint(
                message: "no rule is left to hunt with\(reason)",
                hint: "Loosen --min-level and the --include/--exclude filters, or look at `siloscope rules check`.",
                status: .content)
        case .output:
            return Complaint(message: "cannot write \(path)\(reason)", hint: nil, status: .usage)
        }
    }

    private static func words(for error: OutputError) -> Complaint {
        let path = TextSafety.visible(error.path)
        let reason = error.reason.isEmpty ? "" : ": " + error.reason
        switch error.code {
        case .exists:
            return Complaint(
                message: "\(path) exists", hint: "Choose another name, or replace it with --clobber.", status: .usage)
        case .cannotCreate:
            return Complaint(message: "cannot create \(path)\(reason)", hint: nil, status: .usage)
        case .writeFailed:
            return Complaint(
                message: "cannot write \(path)\(reason)", hint: "The output is not complete.", status: .usage)
        case .closedPipe:
            return Complaint(message: "the reader of \(path) has gone", hint: nil, status: .success)
        }
    }

    /// `error: …` and `hint: …`, each on lines of their own.
    static func text(of complaint: Complaint, style: TerminalStyle) -> String {
        var text = style.paint("error:", .failure) + " " + complaint.message + "\n"
        if let hint = complaint.hint { text += style.paint(" hint:", .good) + " " + hint + "\n" }
        return text
    }

    /// Help and version go to standard output and are no failure; the parser's own status for misuse (64) becomes ours.
    private static func reportParsing(_ error: any Error) -> ProcessStatus {
        let message = Siloscope.fullMessage(for: error)
        if Siloscope.exitCode(for: error).isSuccess {
            if !message.isEmpty { StandardOutputText.write(message + "\n") }
            return .success
        }
        StandardError.write(message + (message.hasSuffix("\n") ? "" : "\n"))
        return .usage
    }
}

/// A rule file, a strategy or a case that is wrong, in words.
struct ContentComplaint: Error {
    var message: String
    var hint: String?
    var status = ProcessStatus.content
}
