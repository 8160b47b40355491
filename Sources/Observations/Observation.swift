/// Something that a capture or a log shows: what happened, not what it means.
///
/// Observations are the waist of the program. Files, live packets and logs all become observations, and every
/// verdict is a function of them.
public struct Observation: Sendable, Hashable, Codable {
  /// When it happened, by the clock of its capture point.
  public let time: Timestamp
  /// The capture point that saw it: captures that continue each other share one.
  public let point: Int
  /// The packet that shows it.
  public let frame: FrameReference
  public let event: Event

  public init(time: Timestamp, point: Int, frame: FrameReference, event: Event) {
    self.time = time
    self.point = point
    self.frame = frame
    self.event = event
  }

  /// Every kind of thing the program can observe.
  public enum Event: Sendable, Hashable, Codable {
    case tlsClientHello(TLSClientHello)
    case tlsServerHello(TLSServerHello)
    case tlsConnectionEnded(TLSConnection)
    case dtlsHandshake(DTLSHandshake)
    case dtlsData(DTLSData)
    case dtlsSilence(DTLSSilence)
    case dtlsAlert(DTLSAlert)
    case dtlsAssociationEnded(DTLSAssociation)
    case destinationUnreachable(DestinationUnreachable)
    case packetTooBig(PacketTooBig)
    case oversizedPackets(OversizedPackets)
    case mssOffered(MSSOffer)
    case stuckSegment(StuckSegment)
    case fragments(Fragments)
  }
}
