/// How a file relates to its reference. It decides what a difference means: in a patched file every change of TLS is
/// suspicious, in a new build all addresses move anyway.
public enum PERelation: String, Sendable, CaseIterable {
    /// The same bytes.
    case identical
    /// Only time stamps, checksum, signature or debug identity differ: the same build, stamped or signed again.
    case stampsOnly = "stamps-only"
    /// The code is (nearly) the same, something else was changed: somebody edited the file.
    case patched
    /// The code differs: another build or version.
    case rebuilt
    /// Another machine, word size or kind of image: not the same program.
    case unrelated
}
