import Correlation
import Cryptography
import Observations
import Reporting

/// What a support engineer needs to judge a case: the report in three forms, the packets that prove it, and a manifest.
public struct CaseBundle {
  /// Why a bundle could not be made.
  public struct Failure: Error, CustomStringConvertible {
    public let description: String
  }

  /// The member that holds the packets.
  public static let evidenceName = "evidence.pcapng"

  private let report: Report
  private let inputs: [CaseInput]
  private let logPaths: [String]
  private let narrowing: Narrowing?
  private let generator: Generator
  private let options: [(String, String)]
  private let privacy: CasePrivacy
  private let limits: CaseLimits

  /// - Parameters:
  ///   - report: Of the captures in `inputs`, whose order is that of the report's capture indices; made with
  ///     `privacy.renaming`.
  ///   - logPaths: The logs that were read beside them; they are named in the bundle, not put into it.
  ///   - narrowing: What the analysis left out.
  ///   - generator: The program that made it.
  ///   - options: The command's options by name, for the manifest.
  public init(
    report: Report, inputs: [CaseInput], logPaths: [String] = [], narrowing: Narrowing? = nil, generator: Generator,
    options: [(String, String)] = [], privacy: CasePrivacy = .none, limits: CaseLimits = CaseLimits()
  ) {
    self.report = report
    self.inputs = inputs
    self.logPaths = logPaths
    self.narrowing = narrowing
    self.generator = generator
    self.options = options
    self.privacy = privacy
    self.limits = limits
  }

  /// The bundle as a zip archive. The same captures and options, with the same key, give the same bytes.
  public func archive() throws(Failure) -> [UInt8] {
    let pseudonyms = privacy.pseudonyms
    let evidence = Evidence(
      EvidenceRequest(report, original: { pseudonyms?.original(of: $0) ?? $0 }), inputs: inputs, narrowing: narrowing,
      treatment: PacketTreatment(privacy), limits: limits)
    if let changed = report.captures.first(where: { isWhole($0) && $0.packets != evidence.seen[$0.index]?.packets ?? 0 }
    ) {
      throw Failure(description: "\(changed.name) did not stay the same while it was read; nothing was written")
    }
    guard pseudonyms?.isSound ?? true else {
      throw Failure(description: "the addresses could not be renamed; nothing was written")
    }
    let names = Dictionary(report.captures.map { ($0.index, $0.name) }, uniquingKeysWith: { first, _ in first })
    let pcapng = evidence.pcapng(names: names, application: "\(generator.name) \(generator.version)")
    var entries = [ZipArchive.Entry(name: Self.evidenceName, bytes: pcapng)]
    for (name, format) in [("report.html", ReportFormat.html), ("report.json", .json), ("report.md", .markdown)] {
      let text: String
      do { text = try format.render(report, generator: generator) } catch {
        throw Failure(description: error.description)
      }
      entries.append(ZipArchive.Entry(name: name, bytes: Array(text.utf8)))
    }
    let manifest = Manifest(
      generator: generator, options: options, files: entries.map(Self.file),
      inputs: report.captures.map { capture in
        Manifest.Input(
          id: capture.id, name: capture.name, packets: capture.packets,
          digest: isWhole(capture) ? inputs[capture.index].parts.first.flatMap { InputDigest(path: $0.path) } : nil,
          held: isWhole(capture) ? nil : evidence.seen[capture.index] ?? Evidence.Seen())
      },
      logs: report.logs.map { log in
        Manifest.Log(id: log.description.id, name: log.description.name, lines: log.description.lines)
      }, logDigests: logPaths.compactMap { InputDigest(path: $0) }, evidence: evidence, limits: limits)
    entries.append(ZipArchive.Entry(name: "manifest.json", bytes: Array(manifest.text.utf8)))
    do throws(ZipArchive.Failure) {
      return try ZipArchive.bytes(of: entries.sorted { $0.name < $1.name })
    } catch {
      throw Failure(description: "the archive could not be made: \(error.reason)")
    }
  }

  /// Whether all packets of a capture must be in its input.
  private func isWhole(_ capture: CaptureDescription) -> Bool {
    !inputs.indices.contains(capture.index) || inputs[capture.index].isWhole
  }

  private static func file(_ entry: ZipArchive.Entry) -> Manifest.File {
    let about =
      switch entry.name {
      case Self.evidenceName: "the packets that findings name, with their context and comments, for Wireshark"
      case "report.html": "the report as a page"
      case "report.json": "the report for programs, schema \(JSONReport.schema)"
      default: "the report for a ticket or a chat"
      }
    return Manifest.File(
      name: entry.name, about: about, bytes: entry.bytes.count, sha256: SHA256.digest(entry.bytes).hexadecimal)
  }
}
