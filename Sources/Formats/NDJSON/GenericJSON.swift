import Bytes
import Events

/// Records of any producer; routes those that are Windows events.
struct GenericJSON: JSONInterpreter {
    static let map = FieldMap.named("windows-json")
    private var windows = WindowsCompletion()

    mutating func interpret(
        _ marks: FieldMarks, _ head: inout EventHead, into batch: inout EventBatch, vocabulary: inout Vocabulary
    ) {
        windows.complete(marks, &head, into: &batch, vocabulary: &vocabulary)
    }
}

/// Windows events of one exporter: named in reports, and read as every shape is, so that mixtures lose nothing.
struct WindowsExport<Name: FieldMapName>: JSONInterpreter {
    static var map: FieldMap { Name.map }
    private var windows = WindowsCompletion()

    mutating func interpret(
        _ marks: FieldMarks, _ head: inout EventHead, into batch: inout EventBatch, vocabulary: inout Vocabulary
    ) {
        windows.complete(marks, &head, into: &batch, vocabulary: &vocabulary)
    }
}

enum WinlogbeatName: FieldMapName { static var map: FieldMap { .named("winlogbeat") } }
enum WazuhName: FieldMapName { static var map: FieldMap { .named("wazuh") } }
enum EVTXDumpName: FieldMapName { static var map: FieldMap { .named("evtx-dump-json") } }
enum PowerShellName: FieldMapName { static var map: FieldMap { .named("powershell-json") } }
enum NXLogName: FieldMapName { static var map: FieldMap { .named("nxlog") } }
enum FlatWindowsName: FieldMapName { static var map: FieldMap { .named("windows-json") } }
