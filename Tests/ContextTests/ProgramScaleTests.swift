import Events
import Foundation
import Testing

@testable import Context

/// A tenth of the largest host that is planned for (10 000 containers, 1 000 000 processes), measured on the counts alone.
@Suite("Programs: scale")
struct ProgramScaleTests {
    private static var residentKilobytes: Int {
        let status = (try? String(contentsOfFile: "/proc/self/status", encoding: .utf8)) ?? ""
        let line = status.split(separator: "\n").first { $0.hasPrefix("VmRSS:") } ?? ""
        return Int(line.filter(\.isNumber)) ?? 0
    }

    @Test("a thousand containers and a hundred thousand processes fit in forty megabytes")
    func scale() {
        let before = ProgramScaleTests.residentKilobytes
        let clock = ContinuousClock.now
        var builder = ProgramHistory.Builder()
        for container in 0..<1000 {
            let id = String(repeating: "0", count: 60 - String(container).count) + "abcd" + String(container)
            for process in 0..<100 {
                let time = Timestamp(nanoseconds: Int64(process * 1000 + container) * 1_000_000_000)
                let program = "c:\\app\\program-\(container % 10)-\(process % 30).exe"
                builder.add(id, image: "image-\(container % 50)", host: "h", program: program, at: time)
            }
        }
        let history = builder.finish()
        let seconds = (ContinuousClock.now - clock).components.seconds
        let used = ProgramScaleTests.residentKilobytes - before
        print("history of 100000 processes: \(used) kB, \(ContinuousClock.now - clock)")
        #expect(history.dropped == 0)
        #expect(history.byContainer.pairs == 30_000)
        #expect(seconds < 30)
        #expect(used < 40_000)
    }
}
