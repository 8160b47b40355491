import Logs
import Observations

/// What Windows' own client writes to the event log (source RasClient, events 20221 to 20227), as exports of it hold it.
///
///     CoId={…}: The user LAPTOP\alice dialed a connection named Work which has failed. The error code returned on failure is 809.
///
/// The Event Viewer's window has such an event on lines of its own, the source and the date before it:
///
///     Source:        RasClient
///     Date:          11/21/2023 9:15:54 AM
///
/// As XML it has the codes alone, in whatever language the system is:
///
///     <Provider Name="RasClient" /><EventID Qualifiers="0">20227</EventID> … <Data>Work</Data><Data>809</Data>
struct RasClientLog: LogFormatReader {
  private var dates = ClientDates()
  /// The event whose lines these are, and its time as far as it was read.
  private var event: (isOpen: Bool, time: CivilTime?) = (false, nil)

  /// The event of XML that these lines are of.
  private var element: XMLEvent?

  private struct XMLEvent {
    var id: Int?
    var time: CivilTime?
    /// The last value, which is the code where it is a number.
    var code: Int?
  }

  mutating func read(_ offered: inout OfferedLine, into sink: inout LogSink) -> Bool {
    if readXML(offered.text, into: &sink) { return true }
    var text = LogText(offered.text.bytes)
    if text.starts(with: "Log Name:") {
      event = (false, nil)
      return false
    }
    if text.skip("Source:") {
      text.skipSpaces()
      event = (text.starts(with: "RasClient"), nil)
    } else if event.isOpen, text.skip("Date:") {
      text.skipSpaces()
      if let day = dates.day(&text) {
        text.skipSpaces()
        event.time = text.clockOfTwelve().flatMap { dates.time(day, $0) }
      }
    } else if event.isOpen, text.starts(with: "CoId=") {
      let time = event.time.flatMap { sink.resolve($0) }
      if let found = Self.event(text) { sink.take(found, at: time, of: LogSubject()) }
    }
    guard event.isOpen else { return false }
    sink.understand(.rasClient)
    return true
  }

  private mutating func readXML(_ line: borrowing LogText, into sink: inout LogSink) -> Bool {
    var text = LogText(line.bytes)
    text.skipSpaces()
    guard text.next == UInt8(ascii: "<") else { return false }
    if text.contains("Name=\"RasClient\"") || text.contains("Name='RasClient'") { element = XMLEvent() }
    guard element != nil else { return false }
    sink.understand(.rasClient)
    var id = LogText(line.bytes)
    if id.skip(past: "<EventID"), id.skip(past: ">") { element?.id = id.number() }
    var time = LogText(line.bytes)
    if time.skip(past: "SystemTime=") {
      time.move(to: time.position + 1)
      element?.time = time.isoTime()
    }
    while text.skip(past: "<Data"), text.skip(past: ">") {
      element?.code = text.number().flatMap { text.next == UInt8(ascii: "<") ? $0 : nil }
    }
    if line.contains("</Event>") { endXML(into: &sink) }
    return true
  }

  private mutating func endXML(into sink: inout LogSink) {
    let event: LogEvent? =
      switch (element?.id, element?.code) {
      case (20_221, _), (20_222, _): .opened(.ike)
      case (20_225, _): .established(.ike)
      case (20_226, let code?): Self.termination(code)
      case (20_227, let code?): .failed(.ike, Self.cause(code))
      default: nil
      }
    if let event { sink.take(event, at: element?.time.flatMap { sink.resolve($0) }, of: LogSubject()) }
    element = nil
  }

  mutating func read(_ message: borrowing TableLine, into sink: inout LogSink) -> Bool {
    guard message.product == .windowsRAS else { return false }
    sink.understand(.rasClient)
    let time = sink.resolve(message.time)
    let event: LogEvent? =
      switch message.meaning {
      case .sessionRequested, .channelStarted(.ike): .opened(.ike)
      case .sessionOpened: .established(.ike)
      default: Self.end(LogText(message.words.bytes))
      }
    if let event { sink.take(event, at: time, of: LogSubject()) }
    return true
  }

  private static func event(_ line: borrowing LogText) -> LogEvent? {
    if line.contains("has started dialing a VPN connection ") || line.contains("is trying to establish a link to ") {
      return .opened(.ike)
    }
    if line.contains("to the Remote Access Server which has successfully connected") { return .established(.ike) }
    return end(line)
  }

  /// What a failure's or an end's code says.
  private static func end(_ line: borrowing LogText) -> LogEvent? {
    var text = LogText(line.bytes)
    if text.skip(past: "The error code returned on failure is ") || text.skip(past: "失败后返回的错误代码为 ") {
      // A code of Windows' security is written as a signed number.
      let isNegative = text.skip(UInt8(ascii: "-"))
      return text.number().map { .failed(.ike, cause(isNegative ? -$0 : $0)) }
    }
    guard text.skip(past: "The reason code returned on termination is ") else { return nil }
    return text.number().map { termination($0) }
  }

  private static func termination(_ code: Int) -> LogEvent {
    switch code {
    // The user's wish, idleness, and a link that failed.
    case 631: .tunnelEnded(reason: nil, byClient: true)
    case 828: .tunnelEnded(reason: "idle timeout", byClient: true)
    case 829: .deadPeer(.ike)
    default: .ended(.ike, reason: "error \(code)")
    }
  }

  /// What the error codes of Remote Access and of IKE mean.
  private static func cause(_ code: Int) -> HandshakeFailure.Cause {
    switch code {
    case 809: .timedOut
    case 87: .setup(reason: "error 87: Windows does not accept a setting of the connection, or its adapter is damaged")
    case 800:
      .other(reason: "error 800: no kind of tunnel came up: the gateway is not reached, or its ports are blocked")
    case 720: .other(reason: "error 720: PPP came to no address: the gateway's pool, or the adapter's bindings")
    case 718: .other(reason: "error 718: the gateway did not answer PPP")
    case 787: .other(reason: "error 787: IKE of L2TP: the gateway did not show who it is: certificate or preshared key")
    case 789: .other(reason: "error 789: IKE of L2TP failed: the preshared keys differ, or a NAT is in between")
    case 835: .other(reason: "error 835: IKE of L2TP: the gateway's certificate is not accepted")
    case 868: .setup(reason: "error 868: the gateway's name is not resolved")
    case 691: .rejected(reason: "error 691: user name or password")
    case 812: .rejected(reason: "error 812: a policy of the gateway forbids it")
    case 13_801: .other(reason: "error 13801: IKE authentication credentials are unacceptable")
    case 13_806: .setup(reason: "error 13806: no valid machine certificate")
    case 13_868: .rejected(reason: "NO_PROPOSAL_CHOSEN: error 13868, policy match error")
    case -2_146_762_495: .other(reason: "certificate: error 0x800B0101, expired")
    default: .other(reason: "error \(code)")
    }
  }
}
