/// How evidence is unwrapped.
public struct EvidenceOptions: Sendable {
    /// Bounds on what archives may unfold to: their contents are the adversary's.
    ///
    /// What was read before a bound was reached counts; that it was reached is a defect.
    public struct Limits: Sendable, Equatable {
        /// Wrappings around one file: `case.zip!logs.tar.gz!audit.log` has three (zip, gzip, tar).
        public var depth = 8
        /// Members of all archives together.
        public var members = 500_000
        /// Bytes unpacked from all archives together.
        public var bytes: Int64 = 256 << 30
        /// Bytes unpacked for one member.
        public var memberBytes: Int64 = 64 << 30
        /// Bytes unpacked from a file, and from what it holds, for each of its own bytes. Looked at from
        /// ``ratioFloor`` on: a nearly empty event log shrinks to a thousandth and is no attack.
        public var ratio: Int64 = 1000
        /// Bytes unpacked from one file before its ``ratio`` is looked at.
        public var ratioFloor: Int64 = 64 << 20

        /// The limits as they are by default.
        public init() {}
    }

    /// Bounds on what archives may unfold to.
    public var limits = Limits()
    /// Passwords that are tried, in order, on encrypted members.
    public var passwords: [String] = []
    /// The folder for the temporary folder that holds what was unpacked; nil: the system's (`TMPDIR`, `/tmp`).
    public var temporaryFolder: String?

    /// Called while archives are unpacked, about every 64 MiB: the path that is read and the bytes unpacked from all
    /// archives so far. From the thread that makes the evidence.
    public var progress: (@Sendable (_ path: String, _ bytes: Int64) -> Void)?

    /// Default limits, no passwords.
    public init() {}
}
