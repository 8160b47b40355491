extension ProductMessages {
  /// Junos on an SRX: kmd and iked, of IKE and its VPNs (Juniper's System Log Explorer). The writer's end is called local.
  // A message is a line.
  // swift-format-ignore
  static let junos = ProductMessages(product: .junos, messages: [
    Message("IKE negotiation failed with error: {reason}. IKE Version: {}, VPN: {connection} Gateway: {}, Local: {source}, Remote: {address},", .channelFailed(.ike), sample: "IKE negotiation failed with error: No proposal chosen. IKE Version: 1, VPN: branch Gateway: gw, Local: 198.51.100.10/500, Remote: 203.0.113.20/500, Local IKE-ID: Not-Available"),
    Message("IKE negotiation failed with error: {reason}", .channelFailed(.ike), sample: "IKE negotiation failed with error: Timed out"),
    Message("IKE negotiation successfully completed. IKE Version: {}, VPN: {connection} Gateway: {}, Local: {source}, Remote: {address},", .channelEstablished(.ike), sample: "IKE negotiation successfully completed. IKE Version: 2, VPN: branch Gateway: gw, Local: 198.51.100.10/500, Remote: 203.0.113.20/500, Local IKE-ID: 198.51.100.10"),
    Message("KMD_PM_SA_ESTABLISHED: Local gateway: {source}, Remote gateway: {address},", .channelEstablished(.esp), sample: "KMD_PM_SA_ESTABLISHED: Local gateway: 198.51.100.10, Remote gateway: 203.0.113.20, Local ID: ipv4_subnet(any:0,[0..7]=0.0.0.0/0)"),
    Message("KMD_VPN_UP_ALARM_USER: VPN {connection} from {address} is up. Local-ip: {source},", .sessionOpened(.unknown), sample: "KMD_VPN_UP_ALARM_USER: VPN branch from 203.0.113.20 is up. Local-ip: 198.51.100.10, gateway name: gw"),
    Message("KMD_VPN_UP_ALARM_USER: VPN {connection} from {address} is up", .sessionOpened(.unknown), sample: "KMD_VPN_UP_ALARM_USER: VPN branch from 203.0.113.20 is up"),
    Message("KMD_VPN_DOWN_ALARM_USER: VPN {connection} from {address} is down", .sessionEnded(.unknown), sample: "KMD_VPN_DOWN_ALARM_USER: VPN branch from 203.0.113.20 is down. Local-ip: 198.51.100.10"),
    Message("KMD_DPD_PEER_DOWN: DPD detected peer {address} is dead", .deadPeer(.ike), sample: "KMD_DPD_PEER_DOWN: DPD detected peer 203.0.113.20 is dead"),
    Message("KMD_VPN_TS_MISMATCH: {reason}", .channelRejected(.esp, .selectors), sample: "KMD_VPN_TS_MISMATCH: Traffic-selector mismatch, vpn name: branch"),
    Message("IKE Phase-1 Failure: {reason} [spi={session}, src_ip={source}, dst_ip={address}]", .channelFailed(.ike), sample: "IKE Phase-1 Failure: No proposal chosen [spi=(null), src_ip=198.51.100.10, dst_ip=203.0.113.20]"),
    Message("IKE Phase-2 Failure: {reason} [spi={session}, src_ip={source}, dst_ip={address}]", .channelFailed(.esp), sample: "IKE Phase-2 Failure: Quick mode - no proposal chosen [spi=0xd5e2f3a4, src_ip=198.51.100.10, dst_ip=203.0.113.20]"),
  ])
}
