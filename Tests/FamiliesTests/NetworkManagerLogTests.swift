import Families
import Logs
import Observations
import Testing

@Suite("What NetworkManager says of VPNs that do not begin")
struct NetworkManagerLogTests {
  private static let refused =
    "secrets: failed to request VPN secrets #3: No agents were available for this request."

  private func read(_ lines: [String]) throws -> (observations: [Observation], description: LogDescription) {
    let text = lines.enumerated().map { index, line in
      "Nov 28 10:11:1\(index) laptop NetworkManager[612]: <info>  [179583187\(index).25] vpn[0x55,5c0b,\"work\"]: \(line)"
    }.joined(separator: "\n")
    return try LogOfText.read(
      text, TLSVPNLogs.readers + WireGuardLogs.readers + OpenVPNLogs.readers + IPsecLogs.readers)
  }

  private func failures(_ lines: [String]) throws -> [ChannelKind] {
    try read(lines).observations.compactMap { observation in
      guard case .failed(let failure) = observation.event, case .setup = failure.cause else { return nil }
      return failure.id.channel
    }
  }

  @Test(
    "nobody who gives the plugin its password is a setup that failed, of what the plugin builds",
    arguments: [
      ("openconnect", ChannelKind.tls), ("fortisslvpn", .tls), ("openvpn", .openvpn), ("strongswan", .ike),
      ("l2tp", .ike),
    ])
  func plugins(plugin: String, channel: ChannelKind) throws {
    #expect(try failures(["starting \(plugin)", Self.refused]) == [channel])
    #expect(try failures(["Starting VPN service '\(plugin)'...", Self.refused, Self.refused]) == [channel])
  }

  @Test(
    "with a later attempt that gets what it asks for, nothing failed",
    arguments: ["data: VPN Gateway: 203.0.113.20", "VPN connection: (IP Config Get) complete"])
  func later(line: String) throws {
    #expect(try failures(["starting openvpn", Self.refused, "starting openvpn", line]) == [])
    #expect(try failures(["starting openvpn", line, "starting openvpn", Self.refused]) == [.openvpn])
  }

  @Test("what nobody gave one plugin is not put on the next, whichever that is")
  func nextPlugin() throws {
    #expect(try failures(["starting openvpn", Self.refused, "starting openconnect"]) == [.openvpn])
    #expect(try failures(["starting openvpn", "Starting VPN service 'pptp'...", Self.refused]) == [])
  }

  @Test(
    "a user who cancels, a wireless network without a password, and a plugin that no line names are no setup that failed"
  )
  func others() throws {
    #expect(
      try failures([
        "starting openvpn", "secrets: failed to request VPN secrets #3: User canceled the secrets request.",
      ]) == [])
    #expect(
      try failures(["starting openvpn", "device (wlan0): no secrets: No agents were available for this request."]) == []
    )
    let unnamed = try read(["Started the VPN service, PID 4321", Self.refused])
    #expect(unnamed.observations.isEmpty)
    #expect(unnamed.description.suspiciousLines == 1)
  }
}
