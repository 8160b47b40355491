extension ProductMessages {
  /// What an IOS or IOS XE router's syslog says of IPsec without any debugging (facility CRYPTO of the guides to its system
  /// messages). A tunnel of a router comes and goes with its traffic: that it is up or down is no news by itself.
  // A message is a line.
  // swift-format-ignore
  static let ciscoIOS = ProductMessages(product: .ciscoIOS, messages: [
    Message("%CRYPTO-4-IKMP_BAD_MESSAGE: IKE message from {client} failed its sanity check", .notDecrypted(.ike), sample: "%CRYPTO-4-IKMP_BAD_MESSAGE: IKE message from 198.51.100.10 failed its sanity check or is malformed"),
    Message("%CRYPTO-6-IKMP_MODE_FAILURE: Processing of Main mode failed with peer at {client}", .channelFailed(.ike), sample: "%CRYPTO-6-IKMP_MODE_FAILURE: Processing of Main mode failed with peer at 198.51.100.10"),
    Message("%CRYPTO-6-IKMP_MODE_FAILURE: Processing of Aggressive mode failed with peer at {client}", .channelFailed(.ike), sample: "%CRYPTO-6-IKMP_MODE_FAILURE: Processing of Aggressive mode failed with peer at 198.51.100.10"),
    Message("%CRYPTO-6-IKMP_MODE_FAILURE: Processing of {name} mode failed with peer at {client}", .channelRejected(.esp, .unknown), sample: "%CRYPTO-6-IKMP_MODE_FAILURE: Processing of Quick mode failed with peer at 198.51.100.10"),
    Message("%CRYPTO-4-IKMP_NO_SA: IKE message from {client} has no SA", .informational, sample: "%CRYPTO-4-IKMP_NO_SA: IKE message from 198.51.100.10 has no SA and is not an initialization offer"),
    Message("%CRYPTO-5-IKMP_INVAL_CERT: Certificate received from {client} is bad: {reason}", .certificateRejected, sample: "%CRYPTO-5-IKMP_INVAL_CERT: Certificate received from 198.51.100.10 is bad: certificate has expired"),
    Message("%CRYPTO-5-SESSION_STATUS: Crypto tunnel is {name}Peer {client}", .informational, sample: "%CRYPTO-5-SESSION_STATUS: Crypto tunnel is UP  .  Peer 198.51.100.10:500       Id: 198.51.100.10"),
    Message("%CRYPTO-5-IKEV2_SESSION_STATUS: Crypto tunnel v2 is {name}Peer {client}", .informational, sample: "%CRYPTO-5-IKEV2_SESSION_STATUS: Crypto tunnel v2 is DOWN.  Peer 198.51.100.10:500       Id: 198.51.100.10"),
    Message("%CRYPTO-4-RECVD_PKT_INV_SPI: {}srcaddr={client}", .notDecrypted(.esp), sample: "%CRYPTO-4-RECVD_PKT_INV_SPI: decaps: rec'd IPSEC packet has invalid spi for destaddr=203.0.113.20, prot=50, spi=0x12345678(305419896), srcaddr=198.51.100.10"),
    Message("%CRYPTO-4-RECVD_PKT_MAC_ERR: ", .notDecrypted(.esp), sample: "%CRYPTO-4-RECVD_PKT_MAC_ERR: decrypt: mac verify failed for connection id=1"),
    Message("%CRYPTO-4-RECVD_PKT_NOT_IPSEC: ", .configurationProblem, sample: "%CRYPTO-4-RECVD_PKT_NOT_IPSEC: Rec'd packet not an IPSEC packet."),
    Message("%CRYPTO-4-PKT_REPLAY_ERR: ", .replayed(.esp), sample: "%CRYPTO-4-PKT_REPLAY_ERR: decrypt: replay check failed connection id=1"),
  ])
}
