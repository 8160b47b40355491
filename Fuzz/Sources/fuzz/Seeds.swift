import FuzzTargets
import Glibc

/// Writes what the fuzzers begin with: pieces of the sample captures, each under a name that says where it is from and
/// what it is.
enum Seeds {
  /// Seeds of one kind that a target gets; more of the same teach it nothing.
  private static let perKind = 3

  /// Fills `folder` with a folder for each target. False when something cannot be read or written.
  static func write(captures: String, to folder: String) -> Bool {
    guard let names = FolderFiles.names(in: captures) else { return false }
    var counts: [String: Int] = [:]
    for name in names where name.hasSuffix(".pcap") {
      guard let bytes = FolderFiles.read("\(captures)/\(name)") else { return false }
      for seed in SeedCutting.seeds(of: bytes, named: String(name.dropLast(5))) {
        let kind = "\(seed.target) \(seed.kind)"
        guard counts[kind, default: 0] < perKind else { continue }
        counts[kind, default: 0] += 1
        let place = "\(folder)/\(seed.target)"
        _ = unsafe mkdir(folder, 0o755)
        _ = unsafe mkdir(place, 0o755)
        guard FolderFiles.write(seed.bytes, to: "\(place)/\(seed.name)") else { return false }
      }
    }
    return !counts.isEmpty
  }
}
