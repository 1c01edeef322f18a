import Bytes
import Events

/// Events of Tracee: adds the nanoseconds that the newer layout writes beside the seconds.
struct TraceeJSON: JSONInterpreter {
    static let map = FieldMap.named("tracee")
    private var nanoseconds: FieldID?

    mutating func interpret(
        _ marks: FieldMarks, _ head: inout EventHead, into batch: inout EventBatch, vocabulary: inout Vocabulary
    ) {
        let id = nanoseconds ?? vocabulary.field("timestamp.nanos")
        nanoseconds = id
        guard head.time != .unknown,
            let slot = batch.slots[Int(head.firstSlot)...].first(where: { $0.field == id }),
            let value = batch.withBytes(of: slot, DecimalText.parse), value < 1_000_000_000
        else { return }
        let (sum, overflow) = head.time.nanoseconds.addingReportingOverflow(value)
        if !overflow { head.time = Timestamp(nanoseconds: sum) }
    }
}
