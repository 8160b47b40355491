import ArgumentParser
import LiveCapture
import Output
import Reporting

/// `tunnelscope interfaces`: what can be captured on.
struct InterfacesCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "interfaces",
    abstract: "List the interfaces that packets can be captured on.",
    discussion: "Says what is missing when nothing can be captured, and the command that grants it (exit status 77).")

  func run() throws {
    do {
      let interfaces = try Interfaces.list()
      let width = interfaces.map(\.name.count).max() ?? 0
      var text = ""
      for interface in interfaces {
        let name = VisibleText.of(interface.name, limit: VisibleText.longestLine)
        text += name + String(repeating: " ", count: max(0, width - name.count)) + "  " + description(interface) + "\n"
      }
      try StandardOutput.write(text)
    } catch let error as LiveError {
      Diagnostics.error(error.description)
      throw ExitCode(error.exitStatus)
    }
    if let missing = Interfaces.missingPermission {
      Diagnostics.error(missing.description)
      throw ExitCode(missing.exitStatus)
    }
  }

  private func description(_ interface: Interface) -> String {
    var parts = [interface.isUp ? (interface.isRunning ? "up" : "up, no carrier") : "down"]
    if let linkType = interface.linkType { parts.append(linkType.name) }
    if !interface.addresses.isEmpty { parts.append(interface.addresses.map(\.description).joined(separator: ", ")) }
    if let about = interface.about { parts.append(VisibleText.of(about, limit: VisibleText.longestLine)) }
    return parts.joined(separator: " · ")
  }
}
