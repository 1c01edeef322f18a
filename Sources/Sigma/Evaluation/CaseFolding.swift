/// Unicode simple case folding: the one definition of "the same text" for every comparison that is not `cased`.
///
/// One scalar becomes one scalar (so `?` and lengths keep their meaning). It is the lower case of the upper case, where
/// these are single scalars: equal to the C and S entries of CaseFolding.txt up to the choice of the representative
/// (Cherokee), with the exception they make for the dotless ı, which folds to itself.
public enum CaseFolding {
    /// The folded scalar. O(1).
    public static func fold(_ scalar: Unicode.Scalar) -> Unicode.Scalar {
        let value = scalar.value
        if value < 0x80 { return value >= 0x41 && value <= 0x5A ? Unicode.Scalar(UInt8(value | 0x20)) : scalar }
        if value == 0x131 { return scalar }
        return lower(upper(scalar))
    }

    /// The folded scalars of a text.
    public static func fold(_ text: String) -> [Unicode.Scalar] { text.unicodeScalars.map(fold) }

    private static func upper(_ scalar: Unicode.Scalar) -> Unicode.Scalar {
        single(scalar.properties.uppercaseMapping) ?? scalar
    }

    private static func lower(_ scalar: Unicode.Scalar) -> Unicode.Scalar {
        single(scalar.properties.lowercaseMapping) ?? scalar
    }

    private static func single(_ text: String) -> Unicode.Scalar? {
        let scalars = text.unicodeScalars
        guard let first = scalars.first, scalars.index(after: scalars.startIndex) == scalars.endIndex else {
            return nil
        }
        return first
    }
}
