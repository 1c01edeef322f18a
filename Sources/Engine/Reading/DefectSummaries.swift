public import Events

extension [HuntReport.DefectSummary] {
    /// Counts a defect to those of its kind; the first one keeps its place and detail.
    public mutating func add(_ defect: Defect) {
        if let index = firstIndex(where: { $0.code == defect.code }) {
            self[index].count += 1
            self[index].recordsLost += defect.recordsLost
        } else {
            append(
                .init(
                    code: defect.code, count: 1, firstOffset: defect.offset, recordsLost: defect.recordsLost,
                    detail: defect.detail))
        }
    }

    /// Adds the defects of a later piece of the same source.
    mutating func add(_ later: [HuntReport.DefectSummary]) {
        for summary in later {
            if let index = firstIndex(where: { $0.code == summary.code }) {
                self[index].count += summary.count
                self[index].recordsLost += summary.recordsLost
            } else {
                append(summary)
            }
        }
    }
}
