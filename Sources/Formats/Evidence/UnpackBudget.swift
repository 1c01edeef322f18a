/// Counts what was unpacked against the limits.
struct UnpackBudget {
    /// A bound that was reached.
    enum Bound {
        case members, bytes, ratio

        /// The code of its defect.
        var code: String {
            switch self {
            case .members: "archive-too-many"
            case .bytes: "archive-too-large"
            case .ratio: "archive-ratio"
            }
        }
    }

    let limits: EvidenceOptions.Limits
    private var members = 0
    /// Bytes unpacked so far.
    private(set) var bytes: Int64 = 0
    private var fileSize: Int64 = 0
    private var fileBytes: Int64 = 0

    init(_ limits: EvidenceOptions.Limits) { self.limits = limits }

    /// Begins a file that was found (not one that was in another).
    mutating func begin(fileOf size: Int64) { (fileSize, fileBytes) = (size, 0) }

    /// Counts a member; the bound that it passes, if any.
    mutating func takeMember() -> Bound? {
        guard members < limits.members else { return .members }
        members += 1
        return nil
    }

    /// Counts bytes that were unpacked, or are about to be; the bound that they pass, if any.
    mutating func take(_ count: Int64) -> Bound? {
        let (sum, overflow) = bytes.addingReportingOverflow(count)
        guard !overflow, sum <= limits.bytes else { return .bytes }
        bytes = sum
        fileBytes += count
        let (allowed, isBeyond) = fileSize.multipliedReportingOverflow(by: limits.ratio)
        return fileBytes > limits.ratioFloor && !isBeyond && fileBytes > allowed ? .ratio : nil
    }

    /// What the bound is, for people.
    func text(of bound: Bound) -> String {
        switch bound {
        case .members: "more than \(limits.members) members in all archives; the rest is not read"
        case .bytes: "more than \(Self.quantity(limits.bytes)) in all archives; the rest is not read"
        case .ratio: "unpacks to more than \(limits.ratio) times its size; the rest is not read"
        }
    }

    static func quantity(_ bytes: Int64) -> String {
        for (shift, unit) in [(30, "GiB"), (20, "MiB"), (10, "KiB")] where bytes >= 1 << Int64(shift) {
            return "\(bytes >> Int64(shift)) \(unit)"
        }
        return "\(bytes) bytes"
    }
}
