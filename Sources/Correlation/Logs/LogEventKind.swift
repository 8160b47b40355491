import Observations

/// The kinds of events that lines show, as far as they are counted and kept apart.
///
/// At most 32: so many are counted for each subject (`LogHistory`).
package enum LogEventKind: UInt8, CaseIterable, Sendable {
  case opened, established, completed, timedOut, sendFailed, repeated, failed, deadPeer
  case ended, closed, reconnecting, innerAddress, innerAddressChanged, port, tunnelMTU, notOffered, timers
  case largePacket, pathMTUExceeded, requestDropped, packetDropped, sendTooLarge
  case reconfigured, adapterMTUApplied, adapterFailed, product, state, configuration
  case other

  /// How many of a kind are kept one by one for each subject; more are counted, with the last of them.
  ///
  /// A day of reconnecting every minute is 1,440 sessions; of what only has to have happened, the first say it all.
  var kept: Int {
    switch self {
    case .established, .ended, .reconnecting: 2_048
    case .opened, .timedOut, .deadPeer: 512
    case .closed, .completed, .repeated, .requestDropped, .reconfigured: 128
    default: 32
    }
  }

  /// Whether it says what a device is set to, rather than what happened to somebody.
  var isConfiguration: Bool { self == .configuration }
}

extension Observation.Event {
  package var kind: LogEventKind {
    switch self {
    case .opened: .opened
    case .established(let establishment): establishment.completesHandshakeOnly ? .completed : .established
    case .failed(let failure):
      switch failure.cause {
      case .timedOut, .incomplete: .timedOut
      case .sendFailed: .sendFailed
      case .repeated, .renewalTimedOut, .renewalRejected: .repeated
      case .unheard, .waiting, .login, .ignored, .rejected, .setup, .other: .failed
      }
    case .deadPeer: .deadPeer
    case .ended(let end): end.id == nil && !end.isUnnamedConnection ? .ended : .closed
    case .reconnecting: .reconnecting
    case .negotiated(.innerAddress): .innerAddress
    case .negotiated(.port): .port
    case .negotiated(.mtu): .tunnelMTU
    case .negotiated(.notOffered): .notOffered
    case .negotiated(.timers): .timers
    case .negotiated(.innerAddressChanged): .innerAddressChanged
    case .largePacket: .largePacket
    case .pathMTUExceeded: .pathMTUExceeded
    case .packetDropped(let packet): packet.isToDevice ? .requestDropped : .packetDropped
    case .sendTooLarge: .sendTooLarge
    case .statement(.reconfigured): .reconfigured
    case .statement(.adapterMTUApplied): .adapterMTUApplied
    case .statement(.adapterFailed): .adapterFailed
    case .statement(.product): .product
    case .statement(.vpnSession): .state
    case .statement: .configuration
    case .message, .refused, .rejected, .data, .silence, .addressChanged, .closing, .summary, .packetTooBig,
      .oversizedPackets, .mssOffered, .stuckSegment, .fragments:
      .other
    }
  }

  /// What came up; nil for everything else.
  package var establishment: Establishment? {
    if case .established(let establishment) = self { establishment } else { nil }
  }

  /// The handshake that it belongs to; nil for what belongs to none.
  package var handshake: HandshakeID? {
    switch self {
    case .opened(let event): event.id
    case .message(let event): event.id
    case .established(let event): event.id
    case .failed(let event): event.id
    case .refused(let event): event.id
    case .rejected(let event): event.id
    case .data(let event): event.id
    case .silence(let event): event.id
    case .deadPeer(let event): event.id
    case .addressChanged(let event): event.id
    case .closing(let event): event.id
    case .summary(let event): event.id
    case .ended(let event): event.id
    default: nil
    }
  }
}
