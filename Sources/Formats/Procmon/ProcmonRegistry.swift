/// Data of registry values in the words of Sysmon, which Sigma's rules compare with.
enum ProcmonRegistry {
    /// What Sysmon calls `Details`: `DWORD (0x00000001)`, `QWORD (0x00000000-0x00000001)`, `Binary Data`; nil where the data
    /// stands as it is.
    static func details(type: String, data: String) -> String? {
        switch type {
        case "REG_DWORD":
            guard let value = UInt32(digits(data)) else { return nil }
            return "DWORD (0x\(hex(value)))"
        case "REG_QWORD":
            guard let value = UInt64(digits(data)) else { return nil }
            return "QWORD (0x\(hex(UInt32(value >> 32)))-0x\(hex(UInt32(truncatingIfNeeded: value))))"
        case "REG_BINARY": return "Binary Data"
        default: return nil
        }
    }

    private static func digits(_ text: String) -> String { text.filter { $0 != "," && $0 != "." && $0 != "\u{A0}" } }

    private static func hex(_ value: UInt32) -> String {
        let text = String(value, radix: 16)
        return String(repeating: "0", count: 8 - text.utf8.count) + text
    }
}

/// Numbers of the ports that Process Monitor writes by name.
enum ProcmonPort {
    private static let numbers: [String: String] = [
        "ftp-data": "20", "ftp": "21", "ssh": "22", "telnet": "23", "smtp": "25", "domain": "53", "bootps": "67",
        "bootpc": "68", "tftp": "69", "http": "80", "kerberos": "88", "pop3": "110", "sunrpc": "111", "ntp": "123",
        "epmap": "135", "netbios-ns": "137", "netbios-dgm": "138", "netbios-ssn": "139", "imap": "143", "snmp": "161",
        "snmptrap": "162", "ldap": "389", "https": "443", "microsoft-ds": "445", "kpasswd": "464", "isakmp": "500",
        "syslog": "514", "submission": "587", "ldaps": "636", "imaps": "993", "pop3s": "995", "ms-sql-s": "1433",
        "ms-sql-m": "1434", "radius": "1812", "ssdp": "1900", "nfs": "2049", "msft-gc": "3268", "msft-gc-ssl": "3269",
        "ms-wbt-server": "3389", "ipsec-msft": "4500", "llmnr": "5355", "mdns": "5353", "wsd": "5357",
        "ms-do": "7680", "http-alt": "8080", "wsman": "5985", "winrm": "5985", "wsmans": "5986", "rmonitor": "560",
    ]

    /// The number of a service; nil for numbers and unknown names.
    static func number(_ service: String) -> String? { numbers[service.lowercased()] }
}
