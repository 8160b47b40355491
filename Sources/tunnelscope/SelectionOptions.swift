import Analysis
import ArgumentParser

/// The options that narrow what is analysed and reported.
struct SelectionOptions: ParsableArguments {
  @OptionGroup var packets: PacketSelectionOptions
  @OptionGroup var tunnels: TunnelSelectionOptions

  var selection: Selection {
    var selection = packets.selection
    selection.tunnels = tunnels.selection
    return selection
  }
}
