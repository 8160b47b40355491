import ArgumentParser
import Output
import Reporting

/// How a result is shown to a person: the same for every command that writes text.
struct DisplayOptions: ParsableArguments {
  @OptionGroup var color: ColorOption

  @Option(
    name: .long, parsing: .unconditional,
    help: ArgumentHelp(
      "Show times in this zone: UTC, or an offset such as +02:00. JSON is always in UTC.", valueName: "zone"),
    transform: LogOptions.zone)
  var timeZone: Int = 0

  @Flag(name: .long, help: "Write a long result to a terminal at once, without PAGER or less.")
  var noPager = false

  /// Starts the pager for a text that goes to a terminal. To be called before rights are given up: it is another program.
  func startPager(for output: OpenOutput, ofText isText: Bool) -> Pager? {
    isText && !noPager && output.file == nil ? Pager.start() : nil
  }

  /// To be asked for before a pager is started, behind which the terminal is not seen.
  func layout(for output: OpenOutput, isSummary: Bool = false) -> TextLayout {
    let size = output.file == nil ? Terminal.size : nil
    return TextLayout(
      style: color.style(ofTerminal: output.style), width: size?.columns ?? TextLayout().width, height: size?.lines,
      isSummary: isSummary,
      zone: DisplayZone(secondsEast: timeZone))
  }
}

/// The option of commands that write text.
struct ColorOption: ParsableArguments {
  enum Colors: String, ExpressibleByArgument, CaseIterable {
    case auto
    case always
    case never
  }

  @Option(help: "Whether text is coloured; auto does it on a terminal, unless NO_COLOR is set.")
  var color: Colors = .auto

  /// - Parameter style: That of where the text goes, unless the user says otherwise.
  func style(ofTerminal style: TextStyle) -> TextStyle {
    switch color {
    case .auto: style
    case .always: .colored
    case .never: .plain
    }
  }
}

/// The option of commands that write a report.
struct SummaryOption: ParsableArguments {
  @Flag(help: "Write only what to know first, and a line for each tunnel where there are several.")
  var summary = false

  func check(_ format: AnalyzeCommand.Format) throws {
    if summary, format != .text { throw ValidationError("--summary is about --format text.") }
  }
}
