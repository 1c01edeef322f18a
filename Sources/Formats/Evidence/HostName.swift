/// What may be the name of a host, where a collection only has folder and file names.
enum HostName {
    /// Whether a text has the form of a NetBIOS or DNS name: letters, digits, `-`, `_`, dots between; not only digits.
    static func isPlausible(_ text: String) -> Bool {
        let bytes = text.utf8
        guard (1...253).contains(bytes.count), bytes.first != UInt8(ascii: "."), bytes.first != UInt8(ascii: "-"),
            bytes.last != UInt8(ascii: "."), !text.contains("..")
        else { return false }
        var hasLetter = false
        for byte in bytes {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"): hasLetter = true
            case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."): break
            default: return false
            }
        }
        return hasLetter
    }

    /// Whether a folder above a drive's folder may be named after its host, not after what people call such folders.
    static func isPlausibleFolder(_ name: String) -> Bool {
        isPlausible(name) && name.utf8.count > 1 && !commonFolders.contains(name.lowercased())
    }

    private static let commonFolders: Set<String> = [
        "archive", "artifacts", "case", "cases", "collected", "collection", "collections", "cylr", "data", "disk",
        "drive", "dump", "e01", "evidence", "export", "exports", "extracted", "files", "home", "host", "hosts", "image",
        "images", "input", "kape", "logs", "mnt", "module_output", "mount", "out", "output", "raw", "result", "results",
        "root", "source", "sources", "target", "targets", "tdest", "temp", "tmp", "triage", "unzipped", "upload",
        "uploads", "users", "vhdx", "volume", "volumes", "vss", "windows", "work", "zip",
    ]
}
