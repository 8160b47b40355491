/// Memory that a stretch of a capture is read into, with room before it for what was left over of the stretch before.
///
/// Whoever holds a block may use it; it is handed on, never shared.
@safe
final class ByteBlock: @unchecked Sendable {
  let start: UnsafeMutableRawPointer
  /// Bytes of memory, headroom included.
  let size: Int
  /// Bytes at the beginning that are left free when the block is filled.
  let headroom: Int
  /// Bytes that were filled in, after the headroom.
  var count = 0

  init(capacity: Int, headroom: Int = 0) {
    self.headroom = headroom
    size = headroom + capacity
    unsafe start = .allocate(byteCount: size, alignment: 4096)
  }

  deinit { unsafe start.deallocate() }

  /// What can be filled in.
  var body: UnsafeMutableRawBufferPointer {
    unsafe UnsafeMutableRawBufferPointer(start: start + headroom, count: size - headroom)
  }
}
