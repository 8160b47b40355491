import Observations

/// A fact that holds times of its own, which move to the report's clock with it.
protocol ClockShifting {
  func shifted(by offset: Int64) -> Self
}

extension PacketTooBig: ClockShifting {
  func shifted(by offset: Int64) -> PacketTooBig {
    PacketTooBig(
      isIPv6: isIPv6, nextHopMTU: nextHopMTU, reporter: reporter, quoted: quoted, largest: largest,
      largestFrame: largestFrame, offeredMSS: offeredMSS, offerFrame: offerFrame,
      offerTime: offerTime?.adding(nanoseconds: offset))
  }
}

extension OversizedPackets: ClockShifting {
  func shifted(by offset: Int64) -> OversizedPackets {
    OversizedPackets(
      source: source, destination: destination, mtu: mtu, reporter: reporter, errors: errors, packets: packets,
      largest: largest, largestFrame: largestFrame, largestTime: largestTime?.adding(nanoseconds: offset),
      packetsAfterwards: packetsAfterwards)
  }
}

extension StuckSegment: ClockShifting {
  func shifted(by offset: Int64) -> StuckSegment {
    StuckSegment(
      flow: flow, sender: sender, length: length, dontFragment: dontFragment, retransmissions: retransmissions,
      firstSent: firstSent.adding(nanoseconds: offset), firstFrame: firstFrame,
      lastSent: lastSent.adding(nanoseconds: offset), lastFrame: lastFrame, largestDelivered: largestDelivered,
      acknowledged: acknowledged, receiverAlive: receiverAlive, smallPacketsArrive: smallPacketsArrive,
      missingBytes: missingBytes)
  }
}

extension MSSOffer: ClockShifting {
  func shifted(by offset: Int64) -> MSSOffer { self }
}

extension DroppedPacket: ClockShifting {
  func shifted(by offset: Int64) -> DroppedPacket { self }
}

extension Fragments: ClockShifting {
  func shifted(by offset: Int64) -> Fragments { self }
}

extension AddressChange: ClockShifting {
  func shifted(by offset: Int64) -> AddressChange {
    AddressChange(id: id, flow: flow, from: from, to: to, lastHeard: lastHeard?.adding(nanoseconds: offset))
  }
}
