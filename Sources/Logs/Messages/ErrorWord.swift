/// A word by which a line looks like an error although no message of the table is in it.
///
/// Whole words in any case: "Failed", not "failover". A word that is denied, counted as none or passed over by the program
/// ("no error", "0 errors", "errors: 0", "error=0", "ignoring unknown") is not one, and "unknown" is none as the value of
/// something ("country: unknown").
enum ErrorWord: String, Sendable, CaseIterable {
  case error, errors, fatal, critical
  case fail, fails, failed, failing, failure, failures
  case cannot
  case couldNot = "could not"
  case unable
  case dead
  case timeout
  case timedOut = "timed out"
  case timesOut = "times out"
  case expired
  case refused, rejected, denied, invalid
  case reset, aborted, disconnected, lost
  case unreachable
  case noRoute = "no route"
  case notResponding = "not responding"
  case noResponse = "no response"

  // What is wrong with something.
  case unknown, wrong, missing, mismatch, mismatched, incorrect, malformed, illegal, corrupt, corrupted
  case unexpected, unexpectedly, unrecognized, unrecognised, unhandled, insufficient, incomplete, overflow
  case unsupported, unavailable, unauthorized, unacceptable
  case exceeded, exceeds, conflicts
  case tooLong = "too long"
  case tooLarge = "too large"
  case tooBig = "too big"
  case tooShort = "too short"
  case tooSmall = "too small"
  case tooMany = "too many"

  // What is not there or not done.
  case cant = "can't"
  case couldnt = "couldn't"
  case notFound = "not found"
  case notSupported = "not supported"
  case notImplemented = "not implemented"
  case notPermitted = "not permitted"
  case notAllowed = "not allowed"
  case notAvailable = "not available"
  case notAccepted = "not accepted"
  case notAcceptable = "not acceptable"
  case notValid = "not valid"
  case notEnough = "not enough"
  case notExisting = "not exist"
  case notMatching = "not match"
  case doesntMatch = "doesn't match"
  case noSuch = "no such"
  case noMatching = "no matching"
  case noAcceptable = "no acceptable"
  case noSuitable = "no suitable"
  case noProposal = "no proposal"
  case noValid = "no valid"
  case noMemory = "no memory"
  case outOfMemory = "out of memory"

  // What ended otherwise than it should.
  case died, abnormally, crashed
  case givingUp = "giving up"
  case gaveUp = "gave up"
  case rejecting, refusing, refuses
  case nonZeroStatus = "non-zero status"

  // What routers say in German.
  case fehler

  /// Whether the word at `range` stands alone and is not denied.
  static func counts(at range: Range<Int>, in text: borrowing LogText) -> Bool {
    guard !text[range.lowerBound - 1].isWordByte, !text[range.upperBound].isWordByte else { return false }
    if text[range.lowerBound].folded == UInt8(ascii: "u"), text.hasFolded("unknown", at: range.lowerBound),
      text[range.upperBound] != 0x20 || !text[range.upperBound + 1].isLetter
    {
      return false
    }
    // "error_code=0", "errors: 0", "error 0": none.
    var behind = range.upperBound
    while text[behind] == 0x20 || text[behind] == UInt8(ascii: ":") || text[behind] == UInt8(ascii: "=")
      || text[behind] == UInt8(ascii: "\"")
    {
      behind += 1
    }
    if text[behind] == UInt8(ascii: "0"), !text[behind + 1].isWordByte, text[behind + 1] != UInt8(ascii: ".") {
      return false
    }
    if text.has("none", at: behind) || text.has("null", at: behind) || text.has("false", at: behind) { return false }
    var end = range.lowerBound
    while end > 0, text[end - 1] == 0x20 { end -= 1 }
    return !endsWithDenial(text, end)
  }

  private static func endsWithDenial(_ text: borrowing LogText, _ end: Int) -> Bool {
    // With what the words below end.
    switch text[end - 1] {
    case UInt8(ascii: "o"), UInt8(ascii: "0"), UInt8(ascii: "t"), UInt8(ascii: "g"), UInt8(ascii: "e"),
      UInt8(ascii: "d"):
      break
    default: return false
    }
    for word in denials where text.has(word, at: end - word.utf8CodeUnitCount) {
      if !text[end - word.utf8CodeUnitCount - 1].isWordByte { return true }
    }
    return false
  }

  private static let denials: [StaticString] = [
    "no", "No", "0", "not", "without", "zero", "ignoring", "Ignoring", "ignore", "ignored",
  ]
}

extension UInt8 {
  @inline(__always) var isWordByte: Bool { isLetter || isDigit || self == UInt8(ascii: "_") || self >= 0x80 }
}
