extension Rule {
    private static let detectionMagic = Array("SIGMA-DETECTION-1\n".utf8)

    /// What the rule detects, as bytes that are equal for rules that detect the same way: log source and condition, without
    /// titles, comments, formatting and the names of search identifiers. To tell, by a hash, whether a rule has changed
    /// since something was written for it. The form is stable; a new form would begin differently.
    public var detectionForm: [UInt8] {
        var writer = ByteWriter(bytes: Rule.detectionMagic)
        logSource.encode(into: &writer)
        condition.encode(into: &writer)
        return writer.bytes
    }
}
