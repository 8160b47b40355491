import CZlib

/// Inflates a gzip file (RFC 1952): one member or several, each checked against the CRC and the length in its trailer.
///
/// Bytes come out as they are inflated, up to the last one before a cut or damage; what is wrong comes after them.
@safe
public final class GzipInflater {
  /// The first bytes of every gzip file.
  public static let signature: [UInt8] = [0x1F, 0x8B]

  /// What one call of `read` gave.
  public enum Output: Equatable {
    /// This many bytes, at least one.
    case bytes(Int)
    case end
    /// The data are damaged or cut, in these words.
    case damaged(String)
    /// The source failed.
    case inputFailed
  }

  private enum Place { case member, betweenMembers, padding }

  /// zlib remembers where it lies, so that it must not move.
  private let stream: UnsafeMutablePointer<z_stream>
  private var place = Place.member
  /// How the file ended, once it has.
  private var ending: Output?

  /// Nil without memory.
  public init?() {
    unsafe stream = .allocate(capacity: 1)
    unsafe stream.initialize(to: z_stream())
    guard unsafe zlib_begin_gzip(stream) == Z_OK else {
      unsafe stream.deallocate()
      return nil
    }
  }

  deinit {
    unsafe inflateEnd(stream)
    unsafe stream.deallocate()
  }

  /// Inflates into `output`, which must have room. Asks for input only while it has nothing to give.
  ///
  /// - Parameter input: Gives the next compressed bytes, whose memory must stay as it is until it is asked again; none
  ///   at the end, nil when the source failed.
  public func read(
    into output: UnsafeMutableRawBufferPointer, from input: () -> UnsafeRawBufferPointer?
  ) -> Output {
    guard let start = output.baseAddress, unsafe !output.isEmpty else { return .end }
    let room = UInt32(clamping: output.count)
    unsafe stream.pointee.next_out = start.assumingMemoryBound(to: UInt8.self)
    unsafe stream.pointee.avail_out = room
    while ending == nil, unsafe stream.pointee.avail_out > 0 {
      if unsafe stream.pointee.avail_in == 0 {
        guard unsafe stream.pointee.avail_out == room else { break }
        unsafe take(input())
      } else {
        step()
      }
    }
    let count = unsafe Int(room - stream.pointee.avail_out)
    return count > 0 ? .bytes(count) : ending ?? .end
  }

  private func take(_ input: UnsafeRawBufferPointer?) {
    guard let bytes = unsafe input else {
      ending = .inputFailed
      return
    }
    guard unsafe !bytes.isEmpty else {
      ending = place == .member ? .damaged("the file ends inside its gzip stream") : .end
      return
    }
    // zlib does not write to its input, but says so only where it is built with ZLIB_CONST.
    unsafe stream.pointee.next_in = UnsafeMutablePointer(
      mutating: bytes.baseAddress?.assumingMemoryBound(to: UInt8.self))
    unsafe stream.pointee.avail_in = UInt32(clamping: bytes.count)
  }

  private func step() {
    switch place {
    case .member: inflateMember()
    case .betweenMembers: beginMember()
    case .padding: skipPadding()
    }
  }

  private func inflateMember() {
    switch unsafe inflate(stream, Z_NO_FLUSH) {
    // Without progress zlib waits for input or room, and the caller has both.
    case Z_OK, Z_BUF_ERROR: break
    case Z_STREAM_END:
      unsafe inflateReset(stream)
      place = .betweenMembers
    case Z_MEM_ERROR: ending = .damaged("there is no memory left to decompress it")
    default: ending = .damaged(damage)
    }
  }

  /// Another member may follow, or zeros to the end of a block, as tapes and some writers leave them.
  private func beginMember() {
    guard let next = unsafe stream.pointee.next_in?.pointee else { return }
    switch next {
    case Self.signature[0]: place = .member
    case 0: place = .padding
    default: ending = .damaged("what follows the gzip stream is not gzip")
    }
  }

  private func skipPadding() {
    while unsafe stream.pointee.avail_in > 0, let next = unsafe stream.pointee.next_in {
      guard unsafe next.pointee == 0 else {
        ending = .damaged("what follows the gzip stream is not gzip")
        return
      }
      unsafe stream.pointee.next_in = next + 1
      unsafe stream.pointee.avail_in -= 1
    }
  }

  /// What zlib found, in words that say what it means.
  private var damage: String {
    let words = unsafe stream.pointee.msg.map { unsafe String(cString: $0) } ?? "invalid data"
    return switch words {
    case "incorrect data check": "the gzip checksum does not match, so that something before it is damaged"
    case "incorrect length check": "the gzip length does not match, so that something before it is damaged"
    default: "the gzip stream is damaged (\(words))"
    }
  }
}
