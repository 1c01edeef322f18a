/// One name for an image, whatever record speaks of it: its id where it is known, else its reference.
struct ImageNames: Sendable {
    /// By container.
    private var ofContainer: [String: String] = [:]
    /// By reference; empty where a reference stood for several images.
    private var digestOf: [String: String] = [:]

    /// Nothing known.
    init() {}

    /// Names by what containers and images declare.
    init(containers: [ContainerID: ProgramDeclaration], images: [String: ProgramDeclaration]) {
        for (digest, image) in images {
            for reference in image.references.spans.keys { note(digest, for: reference) }
        }
        for (id, container) in containers {
            guard let digest = container.digests.latest else { continue }
            ofContainer[id.text] = digest
            for reference in container.references.spans.keys { note(digest, for: reference) }
        }
    }

    /// The name of the image of a container. O(1).
    func name(of container: String, reference: String) -> String {
        if let digest = ofContainer[container] { return digest }
        guard let digest = digestOf[reference], !digest.isEmpty else { return reference }
        return digest
    }

    private mutating func note(_ digest: String, for reference: String) {
        guard let known = digestOf[reference] else {
            digestOf[reference] = digest
            return
        }
        if known != digest { digestOf[reference] = "" }
    }
}
