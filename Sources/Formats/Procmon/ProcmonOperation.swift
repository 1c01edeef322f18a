import Bytes

/// The operations of Process Monitor that mean more than their name.
enum ProcmonOperation: Sendable {
    case processCreate, loadImage, createFile, setDisposition
    case setValue, createKey, deleteKey, deleteValue, renameKey
    case connect, accept, send, receive
    case other

    private static let table: [(String, ProcmonOperation)] = [
        ("CreateFile", .createFile), ("Load Image", .loadImage), ("RegSetValue", .setValue),
        ("RegCreateKey", .createKey), ("RegDeleteKey", .deleteKey), ("RegDeleteValue", .deleteValue),
        ("RegRenameKey", .renameKey), ("Process Create", .processCreate),
        ("SetDispositionInformationFile", .setDisposition), ("SetDispositionInformationEx", .setDisposition),
        ("SetDispositionInformationFileEx", .setDisposition), ("TCP Connect", .connect), ("TCP Accept", .accept),
        ("TCP Send", .send), ("UDP Send", .send), ("TCP Receive", .receive), ("UDP Receive", .receive),
        ("TCP Reconnect", .connect), ("TCP Disconnect", .send),
    ]
    private static let names: [(name: [UInt8], operation: ProcmonOperation)] = table.map { (Array($0.0.utf8), $0.1) }

    /// The operation with this name.
    init(_ name: RawSpan) {
        self =
            Self.names.first {
                $0.name.count == name.byteCount && name.equals($0.name, at: 0, from: 0, length: $0.name.count)
            }?.operation ?? .other
    }

    /// What Sysmon calls the event of a registry operation.
    var registryEvent: String? {
        switch self {
        case .setValue: "SetValue"
        case .createKey: "CreateKey"
        case .deleteKey: "DeleteKey"
        case .deleteValue: "DeleteValue"
        case .renameKey: "RenameKey"
        default: nil
        }
    }

    /// Whether this end began the traffic; nil when it is none.
    var isInitiated: Bool? {
        switch self {
        case .connect, .send: true
        case .accept, .receive: false
        default: nil
        }
    }
}
