import Capture
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

  /// A bundle that was made.
  public struct Archive {
    /// A zip archive.
    public let bytes: [UInt8]
    /// Packets in it, and the files that hold them, one a capture point.
    public let packets: Int
    public let captureFiles: Int
  }

  /// The bundle as a zip archive. The same captures and options, with the same key, give the same bytes.
  public func archive() throws(Failure) -> [UInt8] { try make().bytes }

  /// The bundle, and what is in it.
  public func make() throws(Failure) -> Archive {
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
    let files = evidence.files(of: report.captures)
    var entries = captureEntries(files, of: evidence)
    let travelling = report.travelling(with: files)
    for (name, format) in Self.reportForms {
      let text: String
      do { text = try format.render(travelling, generator: generator) } catch {
        throw Failure(description: error.description)
      }
      entries.append(ZipArchive.Entry(name: name, bytes: Array(text.utf8)))
    }
    let readme = CaseReadme(
      report: travelling, generator: generator, files: files, removals: evidence.treatment.removals,
      omitted: evidence.omitted, notHeld: evidence.notHeld)
    entries.append(ZipArchive.Entry(name: "README.txt", bytes: Array(readme.text.utf8)))
    if !files.isEmpty { entries += profileEntries }
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
      }, logDigests: logPaths.compactMap { InputDigest(path: $0) }, evidence: evidence,
      evidenceFiles: files, exitStatus: report.exitStatus, limits: limits)
    entries.append(ZipArchive.Entry(name: Self.manifestName, bytes: Array(manifest.text.utf8)))
    let members = entries.sorted { $0.name < $1.name }
      .map { ZipArchive.Entry(name: CaseLayout.member($0.name), bytes: $0.bytes) }
    do throws(ZipArchive.Failure) {
      return Archive(
        bytes: try ZipArchive.bytes(of: members), packets: files.reduce(0) { $0 + $1.packets.count },
        captureFiles: files.count)
    } catch {
      throw Failure(description: "the archive could not be made: \(error.reason)")
    }
  }

  /// Whether all packets of a capture must be in its input.
  private func isWhole(_ capture: CaptureDescription) -> Bool {
    !inputs.indices.contains(capture.index) || inputs[capture.index].isWhole
  }

  static let manifestName = "manifest.json"

  /// The report's forms by the member that holds each.
  static let reportForms: [(name: String, format: ReportFormat)] = [
    ("report.html", .html), ("report.json", .json), ("report.md", .markdown), ("report.txt", .text),
  ]

  private func captureEntries(_ files: [Evidence.File], of evidence: Evidence) -> [ZipArchive.Entry] {
    let names = Dictionary(report.captures.map { ($0.index, $0.name) }, uniquingKeysWith: { first, _ in first })
    return files.map { file in
      ZipArchive.Entry(
        name: file.name,
        bytes: evidence.pcapng(file, names: names, application: "\(generator.name) \(generator.version)"))
    }
  }

  private var profileEntries: [ZipArchive.Entry] {
    let subjects = report.findings.filter { $0.evidence.contains { $0.frame != nil } }.map {
      WiresharkProfile.Subject(id: $0.id, label: "\($0.id) \($0.rule.rawValue)")
    }
    return WiresharkProfile(subjects).files.map { file in
      ZipArchive.Entry(name: "wireshark/\(WiresharkProfile.name)/\(file.name)", bytes: Array(file.text.utf8))
    }
  }

  private static func file(_ entry: ZipArchive.Entry) -> Manifest.File {
    let about =
      switch entry.name {
      case "README.txt": "what is here, and how to see the packets that prove a finding"
      case "report.html": "the report as a page"
      case "report.json": "the report for programs, schema \(JSONReport.schema)"
      case "report.md": "the report for a ticket or a chat"
      case "report.txt": "the report for a terminal"
      case let name where name.hasPrefix("wireshark/"): "part of a profile for Wireshark"
      default: "the packets of one capture point that findings name, with their context and comments, for Wireshark"
      }
    return Manifest.File(
      name: entry.name, about: about, bytes: entry.bytes.count, sha256: SHA256.digest(entry.bytes).hexadecimal)
  }
}

extension Report {
  /// The report as it lies beside these files.
  fileprivate func travelling(with files: [Evidence.File]) -> Report {
    var held = EvidenceFiles()
    for file in files {
      for capture in file.captures { held.names[capture] = file.name }
      for (frame, packet) in file.packets.enumerated() {
        held.frames[FrameReference(capture: packet.capture, frame: packet.frame)] = frame + 1
      }
    }
    var report = self
    report.evidence = held
    return report
  }
}
