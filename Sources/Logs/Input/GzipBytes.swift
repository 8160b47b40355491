import Gzip

/// What is inside a gzip file, for libarchive to read on: its own gzip reader checks neither the CRC nor the length.
///
/// Damage is an end with a `failure`: libarchive would drop the beginning of a short file that ends in an error.
@safe
final class GzipBytes: LogByteSource {
  private let compressed: any LogByteSource
  private let inflater: GzipInflater
  private let budget: LogExpansionBudget
  private let block: UnsafeMutableRawBufferPointer
  private(set) var failure: String?

  /// Nil without memory.
  init?(_ compressed: any LogByteSource, budget: LogExpansionBudget) {
    guard let inflater = GzipInflater() else { return nil }
    self.compressed = compressed
    self.inflater = inflater
    self.budget = budget
    unsafe block = .allocate(byteCount: 256 << 10, alignment: 16)
  }

  deinit { unsafe block.deallocate() }

  func next(_ start: UnsafeMutablePointer<UnsafeRawPointer?>) -> Int {
    guard failure == nil else { return 0 }
    unsafe start.pointee = UnsafeRawPointer(block.baseAddress)
    switch unsafe inflater.read(into: block, from: nextInput) {
    case .bytes(let count):
      if budget.take(count) { return count }
      failure = budget.problem
    case .end: break
    case .damaged(let reason): failure = reason
    case .inputFailed: failure = compressed.failure ?? "the file could not be read"
    }
    return 0
  }

  private func nextInput() -> UnsafeRawBufferPointer? {
    var start: UnsafeRawPointer?
    let count = unsafe compressed.next(&start)
    return count < 0 ? nil : unsafe UnsafeRawBufferPointer(start: count > 0 ? start : nil, count: count)
  }

  func begins(with signature: [UInt8]) -> Bool { false }

  func seek(_ offset: Int64, _ whence: Int32) -> Int64? { nil }
}
