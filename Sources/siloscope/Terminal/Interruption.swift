import Dispatch
import Foundation
import Synchronization

/// Ctrl-C as a request: the work is cancelled and may complete its output; a second Ctrl-C ends the process at once.
enum Interruption {
    /// Runs `work`, cancelled by `SIGINT` and `SIGTERM`; tells which signal came, if any.
    static func cancelling<Value: Sendable>(
        onSignal: @escaping @Sendable () -> Void, _ work: @escaping @Sendable () async throws -> Value
    ) async throws -> (value: Value, status: ProcessStatus?) {
        let received = Mutex<ProcessStatus?>(nil)
        let task = Task { try await work() }
        let sources = [(SIGINT, ProcessStatus.interrupted), (SIGTERM, ProcessStatus.terminated)].map { number, status in
            signal(number, SIG_IGN)
            let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
            source.setEventHandler {
                let isFirst = received.withLock { seen in
                    defer { seen = seen ?? status }
                    return seen == nil
                }
                guard isFirst else { Foundation.exit(status.rawValue) }
                onSignal()
                task.cancel()
            }
            source.resume()
            return source
        }
        defer {
            for source in sources { source.cancel() }
            signal(SIGINT, SIG_DFL)
            signal(SIGTERM, SIG_DFL)
        }
        do {
            return (try await task.value, received.withLock { $0 })
        } catch is CancellationError {
            throw Finished(status: received.withLock { $0 } ?? .interrupted)
        }
    }
}
