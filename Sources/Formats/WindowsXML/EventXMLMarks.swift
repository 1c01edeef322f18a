import EVTX

/// Which slots of an event say something of it as a whole; -1 where there is none.
struct EventXMLMarks: Sendable {
    var provider = -1
    var channel = -1
    var eventID = -1
    var time = -1
    var host = -1
    var recordID = -1

    /// Notes that the value in `slot` is a field of System.
    @inline(__always)
    mutating func note(_ field: EVTXSystemField, slot: Int) {
        switch field {
        case .providerName: provider = slot
        case .channel: channel = slot
        case .eventID: eventID = slot
        case .timeCreated: time = slot
        case .computer: host = slot
        case .eventRecordID: recordID = slot
        default: break
        }
    }
}
