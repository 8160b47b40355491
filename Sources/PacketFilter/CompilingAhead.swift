import Synchronization

extension PacketFilter {
  /// What was compiled ahead, by expression and kind of frames. Written once, before there is a second thread.
  private static let ahead = Mutex<[String: [Framing: Result<CompiledProgram, PacketFilterError>]]>([:])

  /// The link types that tunnels are looked for in, by their numbers in files (`LinkType`).
  private static let linkTypes: [UInt16] = [0, 1, 9, 12, 14, 50, 101, 108, 113, 228, 229, 276]

  /// Compiles for every kind of frames that tunnels are looked for in, and remembers it for all filters of this expression.
  ///
  /// libpcap looks up the names of hosts, networks, protocols and ports in an expression, which takes files and sockets
  /// that the process gives up before it reads a capture.
  public static func compileAhead(_ expression: String) {
    var programs: [Framing: Result<CompiledProgram, PacketFilterError>] = [:]
    for number in linkTypes {
      for isBigEndian in [false, true] {
        let framing = Framing(linkTypeNumber: number, isBigEndian: isBigEndian)
        guard programs[framing] == nil else { continue }
        programs[framing] = Result { () throws(PacketFilterError) in try compile(expression, for: framing) }
      }
    }
    let compiled = programs
    ahead.withLock { $0[expression] = compiled }
  }

  /// The program that was compiled ahead, or one that is compiled now.
  static func compiled(_ expression: String, for framing: Framing) throws(PacketFilterError) -> CompiledProgram {
    if let result = ahead.withLock({ $0[expression]?[framing] }) { return try result.get() }
    return try compile(expression, for: framing)
  }
}
