import Observations

/// In which order the stages of a side's handshake messages came, each when it came first: what comes again is a repetition.
struct StageOrder: Sendable {
  private var sawAnswer = false
  private var sawProgress = false
  private(set) var sawFinish = false
  /// Whether something that is sent before the last flight came behind it.
  private(set) var isOutOfOrder = false

  mutating func note(_ stage: HandshakeMessage.Stage) {
    switch stage {
    case .finish: sawFinish = true
    case .answer:
      if !sawAnswer, sawFinish { isOutOfOrder = true }
      sawAnswer = true
    case .progress:
      if !sawProgress, sawFinish { isOutOfOrder = true }
      sawProgress = true
    case .challenge, .repetition, .repeatedAnswer, .redirect: return
    }
  }
}
