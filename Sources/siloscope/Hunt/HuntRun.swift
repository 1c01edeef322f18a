import Engine
import Foundation
import Sinks

/// Carries out a hunt: engine into sink, progress while it runs, the summary after it.
struct HuntRun: Sendable {
    private let request: HuntRequest

    init(_ request: HuntRequest) { self.request = request }

    func run() async throws {
        let progress = ProgressLine(style: request.progressStyle)
        let request = request
        let (outcome, signal) = try await Interruption.cancelling {
            progress.end()
            if request.showsSummary { StandardError.write("stopping; once more to stop at once\n") }
        } _: {
            try await hunt(progress)
        }
        if request.showsSummary {
            let setting = HuntSummary.Setting(
                outputPath: request.outputPath, showsCards: request.format == .table,
                minimumLevel: request.options.minimumLevel, evidence: request.options.evidence,
                arguments: Array(CommandLine.arguments.dropFirst()))
            StandardError.write(HuntSummary(of: outcome.report, setting: setting, style: request.summaryStyle).text)
        }
        if outcome.report.interrupted { throw Finished(status: signal ?? .interrupted) }
        if request.failsOnDetection, outcome.alerts > 0 { throw Finished(status: .findings) }
        let isDamaged = outcome.report.sources.contains { !$0.defects.allSatisfy { $0.code == "not-recognised" } }
        if request.failsOnDefects, isDamaged { throw Finished(status: .findings) }
    }

    /// The hunt itself. An output file that did not get its place is removed.
    private func hunt(_ progress: ProgressLine) async throws -> (report: HuntReport, alerts: Int) {
        try checkEvidence()
        var output = try AlertOutput(request, willBegin: progress.end)
        defer { progress.end() }
        do {
            let report = try await Hunt(options: request.options).run(into: &output, progress: progress.update)
            try output.complete()
            return (report, output.count)
        } catch let error as OutputError where error.code == .closedPipe && output.count > 0 && request.failsOnDetection
        {
            throw Finished(status: .findings)
        } catch {
            output.abandon()
            throw error
        }
    }

    /// A path that was typed must exist; what cannot be read below a folder is a defect, not an error.
    private func checkEvidence() throws(HuntError) {
        for path in request.options.evidence where path != "-" {
            guard FileManager.default.fileExists(atPath: path) else {
                throw HuntError(.evidenceUnreadable, path: path, reason: "no such file or folder")
            }
        }
    }
}
