import CPcap

/// What libpcap compiled of a filter; it stays as it is.
@safe
final class CompiledProgram: @unchecked Sendable {
  private var program: bpf_program

  /// Takes the program over.
  init(_ program: consuming bpf_program) { unsafe self.program = unsafe program }

  deinit { unsafe pcap_freecode(&program) }

  /// Whether a frame passes.
  func matches(_ frame: RawSpan, originalLength: Int) -> Bool {
    let instructions = unsafe program.bf_insns
    return unsafe frame.withUnsafeBytes { bytes in
      unsafe bpf_filter(
        instructions, bytes.baseAddress?.assumingMemoryBound(to: UInt8.self),
        UInt32(truncatingIfNeeded: originalLength), UInt32(truncatingIfNeeded: bytes.count)) != 0
    }
  }
}
