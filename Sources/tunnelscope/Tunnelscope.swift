import ArgumentParser
import Output
import Reporting

/// The program: its subcommands do the work, a file each.
@main
struct Tunnelscope: ParsableCommand {
  static let version = "0.2.0"
  static let generator = Generator(name: "tunnelscope", version: version)

  static let configuration = CommandConfiguration(
    commandName: "tunnelscope",
    abstract: "Finds out from packet captures why a VPN tunnel fails.",
    discussion: """
      Reads captures of TLS/DTLS tunnels (Cisco AnyConnect and Secure Client, openconnect; ASA, Secure Firewall, \
      ocserv), IPsec, WireGuard and OpenVPN, names the cause of a failure, proves it with frame numbers and says what to
      change.

      A file without a command is analysed: tunnelscope client.pcap.

      Exit status: 0 analysed, nothing wrong; 1 findings of severity warning or error; 2 the \
      input does not show whether the tunnels work, or nothing of it was selected; 64 usage; 65 unreadable data; \
      66 no such input; 70 a bug; 74 input/output error; 77 no permission.
      """,
    version: "tunnelscope \(version)",
    subcommands: [
      AnalyzeCommand.self, CaseCommand.self, OpenCommand.self, CompareCommand.self, LiveCommand.self,
      InterfacesCommand.self,
      ObserveCommand.self, CorrelateCommand.self, ExplainCommand.self, SandboxCommand.self,
    ],
    defaultSubcommand: nil)

  static func main() {
    StandardDescriptors.secure()
    guard let arguments = ProgramArguments.afterName else {
      Diagnostics.error("the system did not pass the command line")
      ExitStatus.end(ExitStatus.bug)
    }
    do {
      var command = try parseAsRoot(MeantCommand.arguments(arguments))
      try command.run()
    } catch let failure as OutputFailure {
      Diagnostics.error(failure.description)
      ExitStatus.end(ExitCode(failure.exitStatus))
    } catch let status as ExitCode {
      ExitStatus.end(status)
    } catch {
      exit(withError: error)
    }
  }
}
