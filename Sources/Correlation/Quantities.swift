// Numbers as people read them, the same on every machine: no locale, no Foundation. Rules and outputs write a number with
// the same function, so that a text and the facts beside it agree.

extension Int {
  /// With commas between thousands: `1,234,567`.
  package var grouped: String {
    let digits = String(magnitude)
    var result = ""
    for (index, digit) in digits.enumerated() {
      if index > 0, (digits.count - index).isMultiple(of: 3) { result.append(",") }
      result.append(digit)
    }
    return self < 0 ? "-" + result : result
  }

  /// `1 packet`, `2 packets`.
  package func counted(_ singular: String, _ plural: String? = nil) -> String {
    "\(grouped) \(self == 1 ? singular : plural ?? singular + "s")"
  }
}

extension Double {
  /// At most `decimals` digits after the point and no idle zeros: `60`, `0.125`.
  package func decimal(_ decimals: Int = 3) -> String { text(decimals, withIdleZeros: false) }

  /// Exactly `decimals` digits after the point: `12.340`.
  package func fixed(_ decimals: Int = 3) -> String { text(decimals, withIdleZeros: true) }

  private func text(_ decimals: Int, withIdleZeros: Bool) -> String {
    let unit = (0..<decimals).reduce(Int64(1)) { unit, _ in unit * 10 }
    let scaled = (self * Double(unit)).rounded()
    guard scaled.isFinite, scaled.magnitude < 9e15 else { return "\(self)" }
    let whole = Int64(scaled.magnitude) / unit
    var fraction = Int64(scaled.magnitude) % unit
    var digits = decimals
    while !withIdleZeros, digits > 0, fraction % 10 == 0 {
      fraction /= 10
      digits -= 1
    }
    let number = "\(scaled < 0 ? "-" : "")\(whole)"
    guard digits > 0 else { return number }
    let text = String(fraction)
    return number + "." + String(repeating: "0", count: max(0, digits - text.utf8.count)) + text
  }

  /// A duration in seconds as a person says it: `12.3 s`, `5 min 2 s`, `3 h 20 min`.
  package var duration: String {
    guard magnitude >= 100, magnitude < 1e12 else { return "\(decimal()) s" }
    let seconds = Int(rounded())
    if seconds.magnitude < 3600 { return Self.parts(seconds / 60, "min", seconds % 60, "s") }
    if seconds.magnitude < 172_800 { return Self.parts(seconds / 3600, "h", seconds / 60 % 60, "min") }
    return Self.parts(seconds / 86_400, "d", seconds / 3600 % 24, "h")
  }

  private static func parts(_ large: Int, _ largeUnit: String, _ small: Int, _ smallUnit: String) -> String {
    small == 0 ? "\(large) \(largeUnit)" : "\(large) \(largeUnit) \(small.magnitude) \(smallUnit)"
  }
}
