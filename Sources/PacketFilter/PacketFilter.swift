/// A capture filter in the syntax of pcap-filter(7), compiled by libpcap for each kind of frames it meets.
///
/// It sees a frame as it was captured: with its link-layer header, and with VLAN tags, which an expression has to name
/// ("vlan and host 10.0.0.1"). Bytes that a snap length cut off match nothing.
///
///     var filter = PacketFilter("udp port 443")
///     let program = try filter.program(for: Framing(linkTypeNumber: 1))
///     if filter.matches(frame, originalLength: 1500, program) { … }
public struct PacketFilter: ~Copyable {
  /// A filter compiled for one kind of frames; it holds in the `PacketFilter` that made it only.
  public struct Program: Sendable {
    fileprivate let index: Int
  }

  public let expression: String
  private var programs: [CompiledProgram] = []
  /// What came of each kind of frames so far, refusals included: libpcap is asked once.
  private var known: [Framing: Result<Program, PacketFilterError>] = [:]

  /// Nothing is compiled yet; an expression that is wrong is refused by `program(for:)`.
  public init(_ expression: String) {
    self.expression = expression
  }

  /// The filter for frames of a kind, compiled when they are met first.
  ///
  /// Throws what libpcap says: about the syntax, about names it cannot resolve, or that the expression or any
  /// expression does not work on such frames.
  public mutating func program(for framing: Framing) throws(PacketFilterError) -> Program {
    if let result = known[framing] { return try result.get() }
    do throws(PacketFilterError) {
      programs.append(try Self.compiled(expression, for: framing))
    } catch {
      known[framing] = .failure(error)
      throw error
    }
    let program = Program(index: programs.count - 1)
    known[framing] = .success(program)
    return program
  }

  /// Whether a frame passes.
  ///
  /// - Parameters:
  ///   - frame: What was captured of it, link-layer header first.
  ///   - originalLength: Its bytes on the wire.
  ///   - program: Made by this filter for the frame's kind.
  public borrowing func matches(_ frame: RawSpan, originalLength: Int, _ program: Program) -> Bool {
    guard programs.indices.contains(program.index) else { return false }
    return programs[program.index].matches(frame, originalLength: originalLength)
  }
}
