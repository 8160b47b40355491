extension ProductMessages {
  /// FortiGate: events of the SSL VPN and of IPsec by their description (FortiOS Log Message Reference), with what stands
  /// behind it in the line.
  // A message is a line.
  // swift-format-ignore
  static let fortiGate = ProductMessages(product: .fortiGate, messages: [
    Message("logdesc=\"SSL VPN tunnel up\"{}remip={client}{}tunnelip={inner}{}user=\"{user}\"{}group=\"{group}\"", .sessionOpened(.unknown), number: 39_947, sample: line("SSL VPN tunnel up", "SSL tunnel established")),
    Message("logdesc=\"SSL VPN tunnel up\"{}remip={client}{}user=\"{user}\"", .sessionOpened(.unknown), number: 39_424, sample: "logdesc=\"SSL VPN tunnel up\" action=\"tunnel-up\" remip=198.51.100.10 user=\"alice\" msg=\"SSL tunnel established\""),
    Message("logdesc=\"SSL VPN tunnel up\"", .sessionOpened(.unknown)),
    Message("logdesc=\"SSL VPN tunnel down\"{}remip={client}{}user=\"{user}\"{}reason=\"User requested termination of service\"", .sessionEnded(.byClient), number: 39_948, sample: line("SSL VPN tunnel down", "SSL tunnel shutdown", reason: "User requested termination of service")),
    Message("logdesc=\"SSL VPN tunnel down\"{}remip={client}{}user=\"{user}\"{}reason=\"Idle timeout\"", .sessionEnded(.idle), number: 39_948, sample: line("SSL VPN tunnel down", "SSL tunnel shutdown", reason: "Idle timeout")),
    Message("logdesc=\"SSL VPN tunnel down\"{}remip={client}{}user=\"{user}\"{}reason=\"{reason}\"", .sessionEnded(.forReason), number: 39_948, sample: line("SSL VPN tunnel down", "SSL tunnel shutdown", reason: "Session timeout")),
    Message("logdesc=\"SSL VPN tunnel down\"", .sessionEnded(.unknown)),
    Message("logdesc=\"SSL VPN login fail\"{}remip={client}{}user=\"{user}\"{}reason=\"{reason}\"", .authenticationFailed, number: 39_426, sample: line("SSL VPN login fail", "SSL user failed to logged in", reason: "sslvpn_login_permission_denied")),
    Message("logdesc=\"SSL VPN login fail\"", .authenticationFailed),
    Message("logdesc=\"SSL VPN new connection\"{}remip={client}", .sessionRequested, number: 39_943, sample: line("SSL VPN new connection", "SSL new connection")),
    Message("logdesc=\"SSL VPN new connection\"", .sessionRequested),
    Message("logdesc=\"SSL VPN alert\"{}remip={client}{}reason=\"{reason}\"", .channelRejected(.tls, .unknown), number: 39_942, sample: line("SSL VPN alert", "SSL alerts", reason: "unexpected message")),
    Message("logdesc=\"SSL VPN alert\"", .channelRejected(.tls, .unknown)),
    Message("logdesc=\"SSL VPN exit error\"", .channelFailed(.tls), number: 39_946),
    Message("logdesc=\"SSL VPN exit fail\"", .channelFailed(.tls)),
    Message("logdesc=\"SSL VPN deny\"", .accessDenied, number: 39_937),
    Message("logdesc=\"SSL VPN statistics\"", .informational, number: 39_949),
    // The same events as CEF.
    Message("FTNTFGTlogdesc=SSL VPN tunnel up{}FTNTFGTremip={client} {}duser={user} ", .sessionOpened(.unknown), sample: "FTNTFGTlogdesc=SSL VPN tunnel up act=tunnel-up FTNTFGTremip=198.51.100.10 duser=alice msg=SSL tunnel established"),
    Message("FTNTFGTlogdesc=SSL VPN tunnel down{}FTNTFGTremip={client} {}duser={user} ", .sessionEnded(.unknown), sample: "FTNTFGTlogdesc=SSL VPN tunnel down act=tunnel-down FTNTFGTremip=198.51.100.10 duser=alice msg=SSL tunnel shutdown"),
    Message("FTNTFGTlogdesc=SSL VPN {name} act=", .informational, sample: "FTNTFGTlogdesc=SSL VPN statistics act=tunnel-stats"),
    // diagnose debug application sslvpn.
    Message("SSL_accept failed, {code}:{reason}", .channelFailed(.tls), sample: "SSL_accept failed, 1:unsupported protocol"),
    Message("SSL state:fatal {reason}", .informational, sample: "SSL state:fatal protocol version (198.51.100.10)"),
    Message("SSL state:{name}", .informational, sample: "SSL state:SSLv3/TLS read client hello (198.51.100.10)"),
    Message("SSL established: {cipher}", .informational, sample: "SSL established: TLSv1.2 ECDHE-RSA-AES256-GCM-SHA384"),
    Message("allocSSLConn:{count} sconn", .informational, sample: "allocSSLConn:298 sconn 0x7f95db6d6400 (0:root)"),
    Message("Destroy sconn", .informational, sample: "Destroy sconn 0x7f95db6d6400, connSize=0. (root)"),
    Message("login_failed:{count} user[{user}],auth_type={} failed [{reason}]", .authenticationFailed, sample: "login_failed:393 user[alice],auth_type=1 failed [sslvpn_login_unknown_user]"),
    Message("sslvpn_authenticate_user:{count}", .informational, sample: "sslvpn_authenticate_user:191 authenticate user: [alice]"),
    Message("sslvpn_update_user_group_list:{count}", .informational, sample: "sslvpn_update_user_group_list:1851 got user (1:0), group (20:0), peer group (0) after update."),
    Message("fsv_logincheck_common_handler:{count}", .informational, sample: "fsv_logincheck_common_handler:1489 user 'alice' has a matched local entry."),
    Message("fam_auth_send_req:{count}", .informational, sample: "fam_auth_send_req:947 clear local user flag and do authentication again."),
    Message("fam_auth_send_req_internal:{count}", .informational, sample: "[fam_auth_send_req_internal:438] FNBAM opt = 0X200401"),
    Message("fam_auth_proc_resp:{count}", .informational, sample: "fam_auth_proc_resp:1358 fnbam_auth_update_result return: 0 (success)"),
    Message("rmt_web_auth_info_parser_common:{count}", .informational, sample: "rmt_web_auth_info_parser_common:504 no session id in auth info"),
    Message("rmt_web_access_check:{count}", .informational, sample: "rmt_web_access_check:805 access failed, uri=[/remote/logincheck],ret=5003,"),
    Message("deconstruct_session_id:{count}", .informational, sample: "deconstruct_session_id:716 decode session id ok, user=[alice], group=[]"),
    Message("dump_one_blocklist:{count}", .informational, sample: "dump_one_blocklist:94 status=1;host=198.51.100.10;fails=1;logintime=1670247625"),
    Message("sslvpn_validate_user_group_list:{count}", .informational, sample: "sslvpn_validate_user_group_list:1850 validating with SSL VPN authentication rules (1), realm ()."),
    Message("sslvpn_auth_check_usrgroup:{count}", .informational, sample: "sslvpn_auth_check_usrgroup:2962 forming user/group list from policy."),
    Message("rmt_logincheck_cb_handler:{count}", .informational, sample: "rmt_logincheck_cb_handler:1283 user 'alice' has a matched local entry."),
    Message("logdesc=\"Negotiate IPsec phase 1\"{}remip={client}{}status=\"success\"", .informational, number: 37_120, sample: "logdesc=\"Negotiate IPsec phase 1\" msg=\"negotiate IPsec phase 1\" action=\"negotiate\" remip=198.51.100.10 locip=203.0.113.20 status=\"success\""),
    Message("logdesc=\"Negotiate IPsec phase 1\"", .channelStarted(.ike), number: 37_120),
    Message("logdesc=\"Negotiate IPsec phase 2\"", .channelStarted(.esp), number: 37_122),
    Message("logdesc=\"IPsec phase 1 error\"{}remip={client}{}reason=\"{reason}\"", .channelFailed(.ike), number: 37_125, sample: line("IPsec phase 1 error", "IPsec phase 1 error", reason: "peer SA proposal not match local policy")),
    Message("logdesc=\"IPsec phase 1 error\"", .channelFailed(.ike)),
    Message("logdesc=\"IPsec phase 2 error\"{}remip={client} {}reason=\"{reason}\"", .channelFailed(.esp), number: 37_126, sample: line("IPsec phase 2 error", "IPsec phase 2 error", reason: "peer SA proposal not match local policy")),
    Message("logdesc=\"IPsec phase 2 error\"", .channelFailed(.esp), number: 37_126),
    // FortiOS 4 and 5.
    Message("rem_ip={address} {}msg=\"Negotiate SA Error: {reason}\"", .channelFailed(.ike), sample: "rem_ip=198.51.100.10 rem_port=500 out_if=\"wan1\" vpn_tunnel=\"branch\" cookies=84222f276c2fa2e9 action=negotiate status=negotiate_error msg=\"Negotiate SA Error: probable pre-shared secret mismatch\""),
    Message("logdesc=\"IPsec DPD failed\"{}remip={client} ", .deadPeer(.ike), number: 37_136, sample: line("IPsec DPD failed", "IPsec DPD failure")),
    Message("logdesc=\"IPsec DPD failed\"", .deadPeer(.ike), number: 37_136),
    Message("logdesc=\"IPsec ESP\"", .notDecrypted(.esp), number: 37_131),
    Message("logdesc=\"Install IPsec SA\"", .channelEstablished(.esp), number: 37_133),
    Message("logdesc=\"IPsec phase 1 SA deleted\"", .channelClosed(.ike), number: 37_134),
    Message("logdesc=\"Delete IPsec phase 1 SA\"", .channelClosed(.ike)),
    Message("logdesc=\"IPsec phase 2 SA deleted\"", .channelClosed(.esp), number: 37_135),
    Message("logdesc=\"IPsec connection status changed\"{}action=\"tunnel-up\"{}remip={client} ", .sessionOpened(.unknown), number: 37_138, sample: "logdesc=\"IPsec connection status changed\" msg=\"IPsec connection status change\" action=\"tunnel-up\" remip=198.51.100.10 locip=203.0.113.20"),
    Message("logdesc=\"IPsec connection status changed\"{}action=\"tunnel-down\"{}remip={client} ", .sessionEnded(.unknown), number: 37_138, sample: "logdesc=\"IPsec connection status changed\" msg=\"IPsec connection status change\" action=\"tunnel-down\" remip=198.51.100.10 locip=203.0.113.20"),
    Message("logdesc=\"IPsec connection status changed\"", .informational, number: 37_138),
    Message("logdesc=\"IPsec phase 2 status changed\"", .informational, number: 37_139),
    Message("logdesc=\"Progress IPsec phase 1\"", .informational, number: 37_127),
    Message("logdesc=\"Progress IPsec phase 2\"", .informational, number: 37_129),
  ])

  private static func line(_ description: String, _ message: String, reason: String = "N/A") -> String {
    "logdesc=\"\(description)\" action=\"x\" tunneltype=\"ssl-tunnel\" tunnelid=1 remip=198.51.100.10 tunnelip=10.20.0.50 "
      + "user=\"alice\" group=\"vpn\" dst_host=\"N/A\" reason=\"\(reason)\" msg=\"\(message)\""
  }
}
