extension Taxonomy {
    /// The taxonomies compiled into the library: `Taxonomy/*.yml`.
    ///
    /// - Throws: ``TaxonomyError`` when a file was built in that is not a taxonomy.
    public static func builtin() throws(TaxonomyError) -> Taxonomy {
        var all = Taxonomy()
        for file in EmbeddedContent.files { all = all.merging(try Taxonomy(yaml: file.text)) }
        return all
    }
}
