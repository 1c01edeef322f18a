/// Whether one file carries code for two architectures (`CHPEMetadataPointer` of the load configuration is set).
///
/// In an ARM64X file the dynamic relocation table may change data directories when the file is mapped as the other
/// architecture, so differences in directory 9 are not by themselves tampering (tls.md, 1.4).
public enum PEHybrid: String, Sendable {
    /// One architecture.
    case none
    /// An x64 file with ARM64EC code.
    case arm64EC = "arm64ec"
    /// An ARM64 file with a second, x64-compatible view.
    case arm64X = "arm64x"
    /// An x86 file with ARM64 code (CHPE, Windows 10).
    case chpe
}
