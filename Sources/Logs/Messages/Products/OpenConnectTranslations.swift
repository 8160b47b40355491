extension ProductMessages {
  /// What openconnect writes in other languages (po/*.po): of the messages on which a verdict rests, those that begin in
  /// plain letters, which the table is made for.
  static let openConnectTranslations: [Message] =
    of(
      "SSL negotiation with {host}", .channelStarted(.tls), "SSL-Verhandlung mit {host}",
      "SSL-onderhandeling met {host}")
    + of(
      "Attempting to connect to server {gateway}", .channelStarted(.tls), "Verbindungsversuch mit Server {gateway}",
      "Intentando conectar al servidor {gateway}", "Tentando conectar ao servidor {gateway}",
      "Poging te verbinden met server {gateway}")
    + of(
      "SSL connection failure: {reason}", .channelFailed(.tls), "SSL-Verbindung versagt: {reason}",
      "SSL-verbindingsfout: {reason}")
    + of(
      "Got CONNECT response: {reason}", .informational, "CONNECT-Antwort erhalten: {reason}",
      "CONNECT-antwoord ontvangen: {reason}", "Obteve resposta CONNECT: {reason}")
    + of(
      "Got inappropriate HTTP CONNECT response: {reason}", .channelRejected(.tls, .cookie),
      "Unpassende HTTP CONNECT-Antwort erhalten: {reason}", "Onjuist HTTP CONNECT-antwoord ontvangen: {reason}")
    + of(
      "CSTP connected. DPD {dpd}, Keepalive {keepalive}", .sessionOpened(.unknown),
      "CSTP verbunden. DPD {dpd}, Keepalive {keepalive}", "CSTP conectado. DPD {dpd}, Keepalive {keepalive}",
      "CSTP aangesloten. DPD {dpd}, Keepalive {keepalive}")
    + of(
      "DTLS handshake failed: {reason}", .channelFailed(.dtls), "DTLS-Handshake schlug fehl: {reason}",
      "DTLS-handshake mislukt: {reason}")
    + of(
      "Established DTLS connection", .channelEstablished(.dtls), "DTLS-Verbindung aufgebaut", "DTLS-verbinding gemaakt")
    + of(
      "CSTP Dead Peer Detection detected dead peer!", .deadPeer(.tls),
      "CSTP Dead Peer Detection erkannte nicht reagierende Gegenstelle",
      "CSTP Dead Peer Detection ontdekte dode peer", "Dead Peer Detection CSTP detectou par morto")
    + of(
      "DTLS Dead Peer Detection detected dead peer!", .deadPeer(.dtls),
      "DTLS Dead Peer Detection erkannte nicht reagierende Gegenstelle",
      "DTLS Dead Peer Detection ontdekte dode peer", "Dead Peer Detection DTLS detectou par morto")
    + of(
      "SSL read error: {reason}; reconnecting.", .channelBroken(.tls), "SSL-Lesefehler: {reason}; Neuverbinden",
      "Error de lectura SSL: {reason}; reconectando", "Erro de leitura SSL: {reason}; reconectando",
      "SSL-leesfout: {reason}; herverbinden")
    + of(
      "Failed to reconnect to host {host}: {reason}", .reconnectFailed(.tls),
      "Neuverbindung zum Rechner {host} ist gescheitert: {reason}",
      "Opnieuw verbinden met host {host} mislukt: {reason}",
      "Falha ao reconectar ao host {host}: {reason}")
    + of(
      "Session terminated by server; exiting.", .sessionEnded(.byGateway), "Sitzung wurde durch Server beendet. Abbruch"
    )

  /// The original, and its translations with the same values.
  private static func of(_ original: String, _ meaning: MessageMeaning, _ translations: String...) -> [Message] {
    translations.map { Message($0, meaning, original: original, sample: sample(of: $0)) }
  }

  private static func sample(of text: String) -> String {
    text.replacing("{host}", with: "vpn.example.com").replacing("{gateway}", with: "203.0.113.20:443")
      .replacing("{reason}", with: "Connection refused").replacing("{dpd}", with: "30")
      .replacing("{keepalive}", with: "20")
  }
}
