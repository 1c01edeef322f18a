extension Minidump {
    /// `MINIDUMP_SYSTEM_INFO`.
    public struct System: Sendable, Hashable {
        /// `ProcessorArchitecture`: 0 x86, 5 ARM, 9 x64, 12 ARM64.
        public var architecture: UInt16
        /// Windows version: major, minor, build.
        public var major: UInt32
        /// Minor version.
        public var minor: UInt32
        /// Build number.
        public var build: UInt32
        /// `PlatformId`: 2 Windows NT; Breakpad's own for others (0x8201 Linux).
        public var platform: UInt32

        /// Whether the process ran on Windows.
        public var isWindows: Bool { platform <= 3 }

        /// Name of the platform.
        public var platformName: String {
            switch platform {
            case 0...3: "Windows"
            case 0x8101: "macOS"
            case 0x8102: "iOS"
            case 0x8201: "Linux"
            case 0x8202: "Solaris"
            case 0x8203: "Android"
            case 0x8205: "NaCl"
            default: "platform \(platform.hexText)"
            }
        }

        /// Bytes of a pointer of the native processor; nil when the processor is none of those above.
        public var wordSize: Int? {
            switch architecture {
            case 0, 5: 4
            case 9, 12: 8
            default: nil
            }
        }
    }
}
