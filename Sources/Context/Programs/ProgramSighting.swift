import Events

/// A program that ran in a container, as an earlier hunt found it, or as a listing of processes shows it.
struct ProgramSighting: Bounded {
    /// Id of the container, or what stands for it (``ContainerAttribution/id``).
    var container: String
    /// Image of the container: its id, else its reference; empty if not known.
    var image: String
    /// Host, lower case; empty if not known.
    var host: String
    /// ``ProgramPath/key``.
    var program: String
    /// When.
    var time: Timestamp

    var cost: Int {
        112 + container.utf8.count + image.utf8.count + host.utf8.count + program.utf8.count
    }

    /// The latest first.
    func isKept(before other: ProgramSighting) -> Bool {
        if time != other.time { return time > other.time }
        return (container, program, image, host) < (other.container, other.program, other.image, other.host)
    }
}
