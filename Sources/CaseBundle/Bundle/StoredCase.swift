import Capture
import FoundationEssentials
import Reporting

/// A case that was written before, opened for what it says.
public struct StoredCase {
  /// Why a file cannot be read as a case.
  public enum Failure: Error, CustomStringConvertible {
    /// It is not there, or cannot be opened.
    case unreadable(CaptureError)
    /// No archive that `tunnelscope case` wrote.
    case notACase
    /// A part of it is missing or damaged.
    case damaged(String)

    public var description: String {
      switch self {
      case .unreadable(let error): "\(error)"
      case .notACase:
        "not a case: an archive that tunnelscope case wrote has a folder \(CaseLayout.folder); captures and logs are for tunnelscope analyze"
      case .damaged(let reason): "this case is damaged: \(reason)"
      }
    }
  }

  /// A report of 5,000 tunnels has some 40 MB as JSON; what is longer is not held in memory.
  static let longestMember = 256 << 20

  /// The program that wrote it.
  public let generator: String
  /// What the command that wrote it ended with: 0, 1 or 2.
  public let exitStatus: Int
  /// The report in the form that was asked for; nothing in it is sure to be harmless for a terminal.
  public let report: String

  private struct Manifest: Decodable {
    struct Generator: Decodable {
      let name: String
      let version: String
    }

    let schema: String
    let generator: Generator
    let exit_status: Int
  }

  /// Reads the manifest and one form of the report.
  public init(path: String, format: ReportFormat) throws(Failure) {
    try self.init(path: path, format: format, longest: Self.longestMember)
  }

  /// - Parameter longest: Bytes of a member that are read.
  init(path: String, format: ReportFormat, longest: Int) throws(Failure) {
    guard let name = CaseBundle.reportForms.first(where: { $0.format == format })?.name else { throw .notACase }
    let members: [String: [UInt8]]
    do {
      members = try ArchiveMembers.read(
        [CaseBundle.manifestName, name].map(CaseLayout.member), of: path, longest: longest)
    } catch {
      switch error {
      case .unreadable(let error): throw .unreadable(error)
      case .notAnArchive: throw .notACase
      case .damaged(let reason): throw .damaged(reason)
      }
    }
    guard let described = members[CaseLayout.member(CaseBundle.manifestName)] else { throw .notACase }
    guard let manifest = try? JSONDecoder().decode(Manifest.self, from: Data(described)),
      manifest.schema.hasPrefix("tunnelscope-case/"), (0...2).contains(manifest.exit_status)
    else { throw .damaged("its manifest cannot be understood") }
    guard let bytes = members[CaseLayout.member(name)] else { throw .damaged("\(name) is missing") }
    generator = VisibleText.of("\(manifest.generator.name) \(manifest.generator.version)", limit: 100)
    exitStatus = manifest.exit_status
    report = String(decoding: bytes, as: UTF8.self)
  }
}
