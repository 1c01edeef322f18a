/// Bounds on what one file may make the reader do. A log is written by the adversary: everything that nests, repeats or
/// expands has a cap here, and reaching one is a counted ``EVTXDefect``, never a crash and never a hang.
public struct EVTXLimits: Sendable, Equatable {
    /// Open elements, templates and nested fragments inside one another. Real events need about 10.
    public var depth = 64
    /// Elements, attributes and texts of one template definition or inline fragment. Real templates have up to 200.
    public var nodes = 8192
    /// Substitution values of one template instance. Real instances have up to about 120.
    public var values = 4096
    /// Template instances that one record may nest, directly or not. Real records have 2.
    public var instancesPerRecord = 64
    /// Nodes of one record after its nested templates and arrays are expanded (rendering and irregular templates only).
    public var expandedNodes = 65_536
    /// The same for all records of one chunk together, so that many small records cannot each ask for the full measure.
    public var expandedNodesPerChunk = 262_144
    /// Times that one template may use the same value. Real templates use each once, names with spaces twice.
    public var slotUses = 64
    /// UTF-16 units of one element or attribute name.
    public var nameLength = 1024
    /// Compiled templates kept before the cache is emptied and ``EVTXDecoder/generation`` moves on.
    public var templates = 16_384

    /// Bytes of names and texts of compiled templates kept before the cache is emptied, roughly.
    public var templateBytes = 64 * 1024 * 1024

    /// The defaults above.
    public init() {}
}
