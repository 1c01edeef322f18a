/// Matching scalars against a pattern with wildcards.
enum WildcardMatch {
    enum Step: Equatable {
        case scalar(Unicode.Scalar)
        case one
        case run
    }

    /// Full match. O(steps × text) at worst: going back to the last `*` only is enough, since an earlier one could only
    /// take what the last one can take as well.
    static func matches(_ steps: [Step], _ text: [Unicode.Scalar]) -> Bool {
        var step = 0
        var index = 0
        var retry: (step: Int, index: Int)?
        while index < text.count {
            if step < steps.count, steps[step] == .run {
                step += 1
                retry = (step, index)
            } else if step < steps.count, steps[step] == .one || steps[step] == .scalar(text[index]) {
                step += 1
                index += 1
            } else if let last = retry {
                retry = (last.step, last.index + 1)
                step = last.step
                index = last.index + 1
            } else {
                return false
            }
        }
        return steps[step...].allSatisfy { $0 == .run }
    }
}
