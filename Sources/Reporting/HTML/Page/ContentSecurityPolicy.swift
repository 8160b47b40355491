import Cryptography

/// What the page may load and run: its own style and script, known by their hashes, and nothing else from anywhere.
enum ContentSecurityPolicy {
  /// The policy for a page whose only style element holds exactly `style`, and whose only script `script`, if it has one
  /// (CSP Level 3, section 2.3.1). Even that script can make no markup out of text (Trusted Types, section 4.2).
  static func policy(style: String, script: String? = nil) -> String {
    "default-src 'none'; style-src \(hash(style)); script-src \(script.map(hash) ?? "'none'"); img-src data:; base-uri 'none'; "
      + "form-action 'none'; require-trusted-types-for 'script'"
  }

  private static func hash(_ text: String) -> String { "'sha256-\(SHA256.digest(text.utf8).base64)'" }
}
