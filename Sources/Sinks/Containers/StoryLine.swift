import Context
import Events

/// A line of a container's story: when, what, and which records say so. All text is neutralised.
struct StoryLine {
    var time: Timestamp
    var what: String
    var sources: [FactSource]
    var place: EventPlace
    /// Whether the eye should stop here.
    var isNotable = false
}
