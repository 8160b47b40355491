import Logs
import Observations

/// A line of pluto (libreswan, Openswan): its time, the connection, the state's serial number, and the message.
///
///     Apr 29 03:40:58 vm pluto[10770]: "net" #2311: IKE_SA_INIT_I: 60 second timeout exceeded after 7 retransmits. …
///     Jul  6 11:42:43.318230: "net"[1] 198.51.100.10 #3: responding to Main Mode from unknown peer 198.51.100.10
///     010 "net" #1056: STATE_PARENT_I1: retransmission; will wait 0.5 seconds for response
///
/// The first stands behind a syslog header, the second in pluto's own file, the third is what `ipsec auto --up` prints.
struct PlutoLine: ~Escapable {
  let time: CivilTime?
  let connection: String
  /// The client of an instance of a connection for any client.
  let client: IPAddress?
  let serial: Int
  /// The line, read up to the message, the state's name passed.
  let message: LogText

  /// Whether the state that the line names is one of an IKE SA that is up.
  var isOfSession: Bool { message.find("STATE_V2_ESTABLISHED_", from: 0).map { $0 < message.position } ?? false }

  /// What an initiator that is in the state that the line names waits for.
  enum Waiting { case forFirstAnswer, forLaterAnswer }

  /// nil where the state is none of an initiator's handshake.
  var waiting: Waiting? {
    // Libreswan 3 and 4 and Openswan, then libreswan 5; "QUICK" asks for the first keys for data.
    if isInState("PARENT_I1: ") || isInState("MAIN_I1: ") || isInState("AGGR_I1: ") || isInState("IKE_SA_INIT_I: ") {
      return .forFirstAnswer
    }
    if isInState("PARENT_I2: ") || isInState("MAIN_I2: ") || isInState("MAIN_I3: ") || isInState("IKE_AUTH_I: ")
      || isInState("QUICK_I1: ")
    {
      return .forLaterAnswer
    }
    return nil
  }

  /// - Parameter state: How its name ends, and what stands between it and the message.
  private func isInState(_ state: StaticString) -> Bool {
    message.has(state, at: message.position - state.utf8CodeUnitCount)
  }

  /// - Parameter leading: The time that the line begins with.
  @_lifetime(copy line)
  init?(_ line: borrowing LogText, _ leading: LeadingTime?, _ header: DaemonHeader?) {
    var text = LogText(line.bytes)
    time = text.skipPlutoHeader(leading, header)
    // "010 ": the kind of message, where whack prints it to a terminal.
    if text.next.isDigit, text.digits(3) == nil || !text.skip(UInt8(ascii: " ")) { return nil }
    guard text.skip(UInt8(ascii: "\"")), let connection = text.string(upTo: "\"") else { return nil }
    let isInstance = text.skip(UInt8(ascii: "["))
    if isInstance { guard text.number() != nil, text.skip(UInt8(ascii: "]")) else { return nil } }
    var client: IPAddress?
    if text.skip(UInt8(ascii: " ")), text.next != UInt8(ascii: "#") {
      _ = text.skip("...")
      let start = text.position
      client = text.address()
      if client == nil {
        // Something else stands in its place: "xxx.xxx.xxx.xxx".
        guard isInstance else { return nil }
        text.move(to: start)
        _ = text.word()
      }
      guard text.skip(UInt8(ascii: " ")) else { return nil }
    }
    guard text.skip(UInt8(ascii: "#")), let serial = text.number(), text.skip(": ") else { return nil }
    self.connection = connection
    self.client = client
    self.serial = serial
    // "STATE_MAIN_I1: …", "IKE_SA_INIT_I: …": several words in capitals, which "DPD: …" is not.
    var end = text.position
    var words = 1
    while text[end].isUppercase || text[end].isDigit || text[end] == UInt8(ascii: "_") {
      if text[end] == UInt8(ascii: "_") { words += 1 }
      end += 1
    }
    if words > 1, text.has(": ", at: end) { text.move(to: end + 2) }
    message = text
  }
}

extension LogText {
  /// Whether pluto's developers are told: "Jul  6 11:42:43.318230: | processing: start state #1", "… pluto[10770]: | …".
  func isPlutoDebugging(_ leading: LeadingTime?, _ header: DaemonHeader?) -> Bool {
    if let leading, leading.style == .syslog, has(": | ", at: leading.end) { return true }
    guard let header, has("| ", at: header.message) else { return false }
    return has("pluto", at: header.program.lowerBound)
  }

  /// Passes what stands in front of pluto's words: its own time, "Jul  6 11:42:43.318230: ", or a daemon's header.
  ///
  /// - Parameter leading: The time that the line begins with.
  /// - Returns: The time that it names.
  mutating func skipPlutoHeader(_ leading: LeadingTime?, _ header: DaemonHeader?) -> CivilTime? {
    // Behind pluto's own time the connection and the state look like a host and a program.
    if let leading, leading.style == .syslog {
      move(to: leading.end)
      if skip(": ") { return leading.time }
    }
    move(to: header?.message ?? 0)
    return header?.time
  }
}
