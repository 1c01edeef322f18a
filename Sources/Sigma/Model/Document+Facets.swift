extension Document {
    /// What the document says about itself.
    public var metadata: Metadata {
        switch self {
        case .rule(let rule): rule.metadata
        case .correlation(let correlation): correlation.metadata
        case .filter(let filter): filter.metadata
        }
    }

    /// Where the document starts.
    public var place: Place {
        switch self {
        case .rule(let rule): rule.place
        case .correlation(let correlation): correlation.place
        case .filter(let filter): filter.place
        }
    }
}
