import Testing

@Suite("Under systemd")
struct JournalLineTests {
  @Test("diagnostics carry their priority when standard error is the journal, and only then")
  func priorities() throws {
    let command = """
      folder=$(mktemp -d) && cd "$folder" && : >journal
      export JOURNAL_STREAM=$(stat -c %d:%i journal)
      "$PROGRAM" analyze missing.pcap 2>journal; "$PROGRAM" analyze missing.pcap 2>other
      cat journal other; rm -r "$folder"
      """
    let lines = try Program.shell(command).output.split(separator: "\n")
    #expect(lines.count == 2)
    #expect(lines.first?.hasPrefix("<3>tunnelscope: error: missing.pcap") == true)
    #expect(lines.last?.hasPrefix("tunnelscope: error: missing.pcap") == true)
  }
}
