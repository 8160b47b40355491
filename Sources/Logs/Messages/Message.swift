/// A message that a product writes.
///
///     Message("Transmitting large packet {size} (threshold {threshold})", .largePacket(towardsClient: true),
///       sample: "Transmitting large packet 1418 (threshold 1347).")
///
/// The text up to the first place for a value is the message's opening, by which it is found. A place is a
/// `ValueRole` in braces; `{}` stands for text that is passed over.
struct Message: Sendable {
  let text: String
  let meaning: MessageMeaning
  /// The message as the product writes it, without a header.
  let sample: String
  /// The number by which an ASA or FTD, a FortiGate or Windows names it; several where a level or a direction has its
  /// own.
  let numbers: ClosedRange<Int>?
  /// Whether other programs write the same words: then the line's program, or the log's other lines, must say whose
  /// they are.
  let isCommon: Bool
  /// Of a translated message, the original's text with the same values.
  let original: String?

  init(
    _ text: String, _ meaning: MessageMeaning, common: Bool = false, number: Int? = nil,
    numbers: ClosedRange<Int>? = nil, original: String? = nil,
    sample: String? = nil
  ) {
    self.text = text
    self.meaning = meaning
    self.sample = sample ?? text
    self.numbers = numbers ?? number.map { $0...$0 }
    isCommon = common
    self.original = original
  }
}

/// The messages of one product.
struct ProductMessages: Sendable {
  let product: LogProduct
  let messages: [Message]
}

extension ProductMessages {
  /// Every product whose messages are known, a file each in `Products`.
  static let all: [ProductMessages] = [
    openconnect, ocserv, asa, anyConnect, networkManager, globalProtect, fortiGate, openfortivpn, fortiClient, pulse,
    f5, checkPoint, sonicWall, wireGuard, openVPN, charon, pluto, racoon, ciscoIOS, appleL2TP,
    windowsRAS, junos, paloAlto, azureVPN, awsVPN,
    appleIKE, sonicOS, softEther, sstpClient, xl2tpd,
    huawei, lancom, zyxel,
  ]
}
