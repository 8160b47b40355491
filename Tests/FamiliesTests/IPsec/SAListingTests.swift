import Foundation
import Logs
import Observations
import Testing

@testable import Families

@Suite("Listings of SAs")
struct SAListingTests {
  private static let ios = """
    interface: GigabitEthernet0/0
        Crypto map tag: CMAP, local addr 198.51.100.10

       protected vrf: (none)
       current_peer 203.0.113.5 port 500
        #pkts encaps: 1500, #pkts encrypt: 1500, #pkts digest: 1500
        #pkts decaps: 0, #pkts decrypt: 0, #pkts verify: 0
         inbound esp sas:
    """

  private static let isakmp = """
    IPv4 Crypto ISAKMP SA
    dst             src             state          conn-id status
    203.0.113.5     198.51.100.10   MM_NO_STATE          0 ACTIVE (deleted)
    """

  private static let asa = """
    IKEv1 SAs:
       Active SA: 1
    Total IKE SA: 1
    1   IKE Peer: 203.0.113.5
        Type    : user            Role    : initiator
        Rekey   : no              State   : MM_WAIT_MSG2
    There are no IKEv2 SAs
    """

  private static let ikev2 = """
     IPv4 Crypto IKEv2  SA
    Tunnel-id Local                 Remote                fvrf/ivrf            Status
    1         192.0.2.1/500         203.0.113.5/500       none/none            READY
          Life/Active Time: 86400/3600 sec
    """

  private static let swanctl = """
    net: #2732, ESTABLISHED, IKEv2, adbf8bd39b23fd5b_i* cf503a5ea2e22817_r
      local  'moon.example.org' @ 198.51.100.10[4500]
      net: #11, reqid 1, INSTALLED, TUNNEL-in-UDP, ESP:AES_CBC-128/HMAC_SHA2_256_128
        in  c8aa231a,      0 bytes,     0 packets
        out c5bbf995,  84000 bytes,  1000 packets,     2s ago
    """

  private static let statusAll = """
    Status of IKE charon daemon (strongSwan 5.6.1, Linux 4.4.14, x86_64):
      uptime: 6 days, since Jan 09 20:28:09 2018
    Listening IP addresses:
      198.51.100.10
    Connections:
             net:  198.51.100.10...203.0.113.20  IKEv2, dpddelay=30s
    Security Associations (0 up, 1 connecting):
             net[1]: CONNECTING, 198.51.100.10[%any]...203.0.113.20[%any]
    """

  private static let trafficStatus =
    "006 #2: \"site\", type=ESP, add_time=1700000000, inBytes=0, outBytes=336840, maxBytes=2^63B, id='198.51.100.10'"

  private static let status = """
    000 using kernel interface: xfrm
    000 interface ens192 UDP 192.0.2.14:500
    000  
    000 fips mode=disabled;
    000 "net1":   newest ISAKMP SA: #0; newest IPsec SA: #0;
    000 Total IPsec connections: loaded 1, active 0
    000 IKE SAs: total(1), half-open(1), open(0), authenticated(0), anonymous(0)
    000 #20: "net1":500 STATE_MAIN_I1 (sent MI1, expecting MR1); EVENT_RETRANSMIT in 4s; nodpd; idle; import:admin initiate
    000 #20: pending Phase 2 for "net1" replacing #0
    000 Bare Shunt list:
    """

  private static let stateAlone = """
    000 #2: "net1":4500 STATE_QUICK_I2 (sent QI2, IPsec SA established); EVENT_SA_REPLACE in 2833s; newest IPSEC; eroute owner
    000 #2: "net1" esp.132609f1@198.51.100.10 esp.c3c2929e@203.0.113.20 ref=0 refhim=0 Traffic: ESPin=0B ESPout=0B!
    """

  private static let gateways = """
    vd: root/0
    name: to-branch
    version: 1
    interface: port9 10
    addr: 198.51.100.10:500 -> 203.0.113.20:500
    created: 15s ago
    IKE SA: created 1/1
    IPsec SA: created 0/0

      id/spi: 19576 a83334b3c66f871b/0000000000000000
      status: connecting, state 3, started 15s ago
    """

  private static let tunnels = """
    list all ipsec tunnel in vd 0
    ------------------------------------------------------
    name=to-branch ver=1 serial=1 198.51.100.10:0->203.0.113.20:0
    bound_if=10 lgwy=static/1 tun=intf/0 mode=auto/1 encap=none/0
    proxyid_num=1 child_num=0 refcnt=11 ilast=2 olast=2
    stat: rxp=0 txp=30 rxb=0 txb=1800
    dpd: mode=on-demand on=1 idle=20000ms retry=3 count=0 seqno=0
    natt: mode=none draft=0 interval=0 remote_port=0
    proxyid=p2 proto=0 sa=0 ref=1 serial=1
      src: 0:10.1.0.0/255.255.0.0:0
    """

  @Test(
    "a listing is named as what it is, and all of it is read",
    arguments: [
      (ios, LogFormat.ciscoSAListing), (isakmp, .ciscoSAListing), (asa, .ciscoSAListing), (ikev2, .ciscoSAListing),
      (swanctl, .strongSwanSAListing), (statusAll, .strongSwanSAListing), (trafficStatus, .libreswanSAListing),
      (status, .libreswanSAListing), (stateAlone, .libreswanSAListing),
      (gateways, .fortiGateSAListing), (tunnels, .fortiGateSAListing),
    ])
  func listing(text: String, format: LogFormat) throws {
    let reading = try LogOfText.read(text, IPsecLogs.readers + WireGuardLogs.readers)
    #expect(reading.description.format == format)
    #expect(reading.description.unknownLines == 0)
  }

  /// What a listing shows: "established esp", "unheard 1000", each with its hosts.
  private static func events(_ text: String) throws -> [String] {
    try LogOfText.read(text, IPsecLogs.readers).observations.compactMap { observation in
      guard case .line(let origin) = observation.origin else { return nil }
      let hosts = [origin.subject.client, origin.subject.gateway].map { $0?.description ?? "?" }.joined(
        separator: " → ")
      switch observation.event {
      case .opened(let event): return "opened \(event.id.channel) \(hosts)"
      case .established(let event): return "established \(event.id.channel) \(hosts)"
      case .failed(let event): return "\(event.id.channel) \(event.cause) \(hosts)"
      default: return "other"
      }
    }
  }

  @Test(
    "no counters of packets, or no keys, say nothing",
    arguments: [
      statusAll, trafficStatus, tunnels,
    ])
  func silent(text: String) throws { #expect(try Self.events(text).isEmpty) }

  private static let hosts = "198.51.100.10 → 203.0.113.20"

  /// A listing of swanctl with these counters.
  private static func swanctl(in received: Int, out sent: Int, own: String = "_i*", state: String = "ESTABLISHED")
    -> String
  {
    """
    net: #2732, \(state), IKEv2, adbf8bd39b23fd5b_i\(own == "_i*" ? "*" : "") cf503a5ea2e22817_r\(own == "_r*" ? "*" : "")
      local  'moon.example.org' @ 198.51.100.10[4500]
      remote 'sun.example.org' @ 203.0.113.20[4500]
      net: #11, reqid 1, INSTALLED, TUNNEL-in-UDP, ESP:AES_CBC-128/HMAC_SHA2_256_128
        in  c8aa231a,  84000 bytes,  \(received) packets
        out c5bbf995,  84000 bytes,  \(sent) packets,     2s ago
        local  10.1.0.0/16
        remote 10.2.0.0/16
    """
  }

  @Test("counters of an SA tell whether data passes, once enough was sent")
  func counters() throws {
    let up = "established ike \(Self.hosts)"
    #expect(try Self.events(Self.swanctl(in: 900, out: 1_000)) == [up, "established esp \(Self.hosts)"])
    #expect(try Self.events(Self.swanctl(in: 0, out: 1_000)) == [up, "esp unheard(packets: 1000) \(Self.hosts)"])
    #expect(try Self.events(Self.swanctl(in: 0, out: 19)) == [up])
    #expect(try Self.events(Self.swanctl(in: 50, out: 0)) == [up])
    #expect(try Self.events(Self.swanctl(in: 0, out: 0, state: "CONNECTING")) == ["opened ike \(Self.hosts)"])
  }

  @Test("who answered is the gateway")
  func responder() throws {
    #expect(
      try Self.events(Self.swanctl(in: 9, out: 9, own: "_r*")).last == "established esp 203.0.113.20 → 198.51.100.10")
  }

  @Test("a Cisco's and a FortiGate's counters tell the same")
  func otherCounters() throws {
    #expect(try Self.events(Self.ios) == ["esp unheard(packets: 1500) 198.51.100.10 → 203.0.113.5"])
    #expect(
      try Self.events(Self.ios.replacing("decaps: 0", with: "decaps: 7"))
        == ["established esp 198.51.100.10 → 203.0.113.5"])
    #expect(
      try Self.events(Self.tunnels.replacing("sa=0", with: "sa=1")) == ["esp unheard(packets: 30) \(Self.hosts)"])
  }

  /// The states in which a listing of Cisco's waits: "MM_WAIT_MSG2 answered: false", each with its hosts.
  private static func waiting(_ text: String) throws -> [String] {
    try LogOfText.read(text, IPsecLogs.readers).observations.compactMap { observation in
      guard case .line(let origin) = observation.origin, case .failed(let event) = observation.event,
        case .waiting(let state, let isAnswered) = event.cause
      else { return nil }
      let hosts = [origin.subject.client, origin.subject.gateway].map { $0?.description ?? "?" }.joined(
        separator: " → ")
      return "\(state.prefix { $0 != "," }) answered: \(isAnswered.map(String.init) ?? "?") \(hosts)"
    }
  }

  @Test(
    "an ASA that asks says for which message it waits",
    arguments: [
      ("MM_WAIT_MSG2", "false"), ("MM_WAIT_MSG4", "true"), ("MM_WAIT_MSG6", "true"), ("AM_WAIT_MSG2", "false"),
    ])
  func waits(state: String, isAnswered: String) throws {
    #expect(
      try Self.waiting(Self.asa.replacing("MM_WAIT_MSG2", with: state))
        == ["\(state) answered: \(isAnswered) ? → 203.0.113.5"])
  }

  @Test("an ASA that is asked may be asked by a stranger, until the keys are exchanged")
  func waitsForClient() throws {
    func asked(_ state: String) -> String {
      Self.asa.replacing("initiator", with: "responder").replacing("MM_WAIT_MSG2", with: state)
    }
    #expect(try Self.waiting(asked("MM_WAIT_MSG3")).isEmpty)
    #expect(try Self.events(asked("MM_WAIT_MSG3")) == ["opened ike 203.0.113.5 → ?"])
    #expect(try Self.waiting(asked("MM_WAIT_MSG5")) == ["MM_WAIT_MSG5 answered: true 203.0.113.5 → ?"])
  }

  @Test("IKE that is up says nothing of data", arguments: [("MM_ACTIVE", asa), ("AM_ACTIVE", asa)])
  func active(state: String, text: String) throws {
    #expect(
      try Self.events(text.replacing("MM_WAIT_MSG2", with: state)) == ["established ike ? → 203.0.113.5"])
  }

  @Test("an IOS router names who was asked first and who asks behind it")
  func router() throws {
    #expect(try Self.waiting(Self.isakmp) == ["MM_NO_STATE answered: false 198.51.100.10 → 203.0.113.5"])
    #expect(
      try Self.waiting(Self.isakmp.replacing("MM_NO_STATE ", with: "MM_KEY_EXCH "))
        == ["MM_KEY_EXCH answered: true 198.51.100.10 → 203.0.113.5"])
    #expect(
      try Self.events(Self.isakmp.replacing("MM_NO_STATE ", with: "QM_IDLE     "))
        == ["established ike 198.51.100.10 → 203.0.113.5"])
  }

  @Test("who knocks at a router that has other SAs up may be a stranger, whom it asks itself is none")
  func strangers() throws {
    let up = Self.isakmp.replacing("MM_NO_STATE ", with: "QM_IDLE     ")
    #expect(
      try Self.waiting(up + "\n198.51.100.10   192.0.2.66      MM_NO_STATE          0 ACTIVE (deleted)").isEmpty)
    #expect(
      try Self.waiting(up + "\n192.0.2.66      198.51.100.10   MM_NO_STATE          0 ACTIVE (deleted)").count == 1)
  }

  @Test("of IKE version 2 a listing says whether the SA is up, and not what it waits for")
  func version2() throws {
    #expect(try Self.events(Self.ikev2) == ["established ike 192.0.2.1 → 203.0.113.5"])
    #expect(
      try Self.waiting(Self.ikev2.replacing("READY", with: "IN-NEG"))
        == ["IN-NEG answered: ? 192.0.2.1 → 203.0.113.5"])
    let asa = """
      IKEv2 SAs:

      Session-id:138, Status:UP-IDLE, IKE count:1, CHILD count:0

      Tunnel-id                 Local                Remote     Status         Role
      45926289    192.0.2.1/500         203.0.113.5/500      IN-NEG    INITIATOR
            Encr: AES-CBC, keysize: 256, Hash: SHA96, DH Grp:2, Auth sign: PSK, Auth verify: PSK
      """
    #expect(try Self.waiting(asa) == ["IN-NEG answered: ? 192.0.2.1 → 203.0.113.5"])
    #expect(try Self.waiting(asa.replacing("INITIATOR", with: "RESPONDER")).isEmpty)
  }

  @Test("hosts may be hidden")
  func hidden() throws {
    #expect(
      try Self.waiting(Self.asa.replacing("203.0.113.5", with: "x.x.x.x")) == ["MM_WAIT_MSG2 answered: false ? → ?"])
    #expect(
      try Self.waiting(
        "dst             src             state          conn-id status\nx.x.x.x         y.y.y.y         MM_NO_STATE          0 ACTIVE"
      ) == ["MM_NO_STATE answered: false ? → ?"])
  }

  @Test("a log behind a listing is read as a log, indented or not", arguments: ["", "    "])
  func logBehind(indentation: String) throws {
    let log = [
      "Apr 29 03:40:25 vm charon: 05[IKE] initiating IKE_SA net[1] to 203.0.113.20",
      "Apr 29 03:43:10 vm charon: 05[IKE] giving up after 5 retransmits",
    ]
    let text = ([Self.swanctl] + log.map { indentation + $0 }).joined(separator: "\n")
    #expect(!(try LogOfText.read(text, IPsecLogs.readers).observations.isEmpty))
  }

  // MARK: Crypto sessions

  /// `show crypto session detail` of an IOS router.
  private static func session(_ status: String, in received: Int = 0, out sent: Int = 0, flow: Bool = true) -> String {
    """
    Crypto session current status

    Code: C - IKE Configuration mode, D - Dead Peer Detection
    K - Keepalives, N - NAT-traversal, T - cTCP encapsulation
    X - IKE Extended Authentication, F - IKE Fragmentation

    Interface: Tunnel1
    Session status: \(status)
    Peer: 203.0.113.20 port 500 fvrf: (none) ivrf: (none)
          Desc: (none)
      IKEv2 SA: local 198.51.100.10/500 remote 203.0.113.20/500 \(status.hasPrefix("UP") ? "Active" : "Inactive")
    """
      + (flow
        ? """

          IPSEC FLOW: permit ip 10.0.10.0/255.255.255.0 10.0.30.0/255.255.255.0
                Active SAs: 0, origin: crypto map
                Inbound:  #pkts dec'ed \(received) drop 0 life (KB/Sec) 0/0
                Outbound: #pkts enc'ed \(sent) drop 0 life (KB/Sec) 0/0
        """ : "")
  }

  @Test("a router's crypto session says whether IKE is up, and with its counters whether data passes")
  func cryptoSession() throws {
    let up = "established ike \(Self.hosts)"
    #expect(try Self.events(Self.session("UP-ACTIVE", in: 279, out: 164)) == [up, "established esp \(Self.hosts)"])
    #expect(
      try Self.events(Self.session("UP-ACTIVE", out: 1_000)) == [up, "esp unheard(packets: 1000) \(Self.hosts)"])
    #expect(try Self.events(Self.session("UP-IDLE")) == [up])
    #expect(try Self.waiting(Self.session("DOWN-NEGOTIATING")) == ["DOWN-NEGOTIATING answered: ? \(Self.hosts)"])
    // Nobody may use it.
    #expect(try Self.events(Self.session("DOWN")).isEmpty)
    let reading = try LogOfText.read(Self.session("DOWN"), IPsecLogs.readers)
    #expect(reading.description.format == .ciscoSAListing)
    #expect(reading.description.unknownLines == 0)
  }

  @Test("a session without a flow, beside one that is up, may be a stranger's")
  func strangersSession() throws {
    let up = Self.session("UP-ACTIVE", in: 9, out: 9)
    func beside(flow: Bool) throws -> [String] {
      let other = Self.session("DOWN-NEGOTIATING", flow: flow).replacing("203.0.113.20", with: "192.0.2.66")
      return try Self.waiting(up + "\n" + other.replacing("198.51.100.10", with: "198.51.100.11"))
    }
    #expect(try beside(flow: false).isEmpty)
    #expect(try beside(flow: true).count == 1)
  }

  // MARK: FortiGates

  @Test("a FortiGate's gateway waits for an answer where it has begun and is not answered for a while")
  func gatewayWaits() throws {
    func listed(_ direction: String, _ status: String, spi: String = "0000000000000000") -> String {
      Self.gateways.replacing(
        "  status: connecting, state 3, started 15s ago", with: "  direction: \(direction)\n  status: \(status)"
      )
      .replacing("/0000000000000000", with: "/\(spi)")
    }
    // Older versions do not say who began.
    #expect(try Self.waiting(Self.gateways).isEmpty)
    let waits = "connecting answered: false \(Self.hosts)"
    #expect(try Self.waiting(listed("initiator", "connecting, state 3, started 15s ago")) == [waits])
    #expect(
      try Self.waiting(listed("initiator", "connecting, state 3, started 15s ago", spi: "3d6a6f1d25d6e362"))
        == ["connecting answered: true \(Self.hosts)"])
    #expect(try Self.waiting(listed("initiator", "connecting, state 3, started 2s ago")).isEmpty)
    #expect(
      try Self.events(listed("responder", "connecting, state 3, started 15s ago")).allSatisfy { $0.hasPrefix("opened") }
    )
    #expect(
      try Self.events(listed("initiator", "established 21-21s ago = 0ms", spi: "3d6a6f1d25d6e362"))
        == ["established ike \(Self.hosts)"])
  }

  @Test("a FortiGate's summary of tunnels tells of data by its counters, and nothing of a tunnel that is down")
  func summary() throws {
    func line(up: Int, _ received: Int, _ sent: Int) -> String {
      "'to-branch' 203.0.113.20:0  selectors(total,up): 1/\(up)  rx(pkt,err): \(received)/0  tx(pkt,err): \(sent)/2"
    }
    #expect(try Self.events(line(up: 1, 1_921, 69)) == ["established esp ? → 203.0.113.20"])
    #expect(try Self.events(line(up: 1, 0, 69)) == ["esp unheard(packets: 69) ? → 203.0.113.20"])
    #expect(try Self.events(line(up: 0, 0, 69)).isEmpty)
    let reading = try LogOfText.read(line(up: 0, 0, 0), IPsecLogs.readers)
    #expect(reading.description.format == .fortiGateSAListing)
    #expect(reading.description.unknownLines == 0)
  }
}
