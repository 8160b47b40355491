import ArgumentParser
import Correlation
import Observations

/// The options that say which tunnels are reported.
struct TunnelSelectionOptions: ParsableArguments {
  @Option(
    name: .customLong("client"),
    help: ArgumentHelp(
      "Report only the tunnels of this client; may be repeated.",
      discussion: """
        An address, or a prefix such as 198.51.100.0/24. An address that translation gave to the client counts too. \
        Findings about other tunnels are not reported and do not count for the exit status; those about connections \
        that cannot be attributed to a tunnel are.
        """, valueName: "address[/prefix]"),
    transform: TunnelSelectionOptions.prefix)
  var clients: [IPPrefix] = []

  @Option(
    name: .customLong("gateway"),
    help: ArgumentHelp(
      "Report only the tunnels to this gateway; may be repeated.", discussion: "As for --client.",
      valueName: "address[/prefix]"),
    transform: TunnelSelectionOptions.prefix)
  var gateways: [IPPrefix] = []

  var selection: TunnelSelection { TunnelSelection(clients: clients, gateways: gateways) }

  private static func prefix(_ text: String) throws -> IPPrefix {
    guard let prefix = IPPrefix(text) else {
      throw ValidationError("not an address or a prefix; accepted are 198.51.100.10, 198.51.100.0/24, 2001:db8::/32")
    }
    return prefix
  }
}
